/* SPDX-License-Identifier: BSD-2-Clause */
#include "job.h"
#include "probe.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first octet chooses what the document is taken for. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum assay_class classes[] = {
		ASSAY_CLASS_HTML,
		ASSAY_CLASS_SCRIPT,
		ASSAY_CLASS_TEXT,
	};
	static struct probe probe;
	struct assay_object object;
	uint64_t sum = 0;

	if (size == 0)
		return 0;
	if (probe.plugin == NULL && probe_open(&probe, &assay_plugin) != 0)
		abort();
	object = probe_object(as_span_make(data + 1, size - 1), "a.html", "text/html");
	object.type_class = classes[data[0] % 3u];
	/* The second half stands for a text in another charset. */
	if (data[0] & 0x80)
		object.text = as_span_from(object.data, object.data.size / 2);
	if (probe_run(&probe, &object, ASSAY_UNPACK) != 0)
		abort();
	for (size_t i = 0; i < probe.child_count; i++)
		sum += probe.children[i].size;
	if (sum > HTML_MAX_YIELD * (uint64_t)object.data.size + HTML_YIELD_FLOOR)
		abort();
	return 0;
}
