/* SPDX-License-Identifier: BSD-2-Clause */
#include "tnef.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A host that takes everything up to a budget and reads all that it is given. */
#define BUDGET (16u << 20)

static uint64_t charged;
static volatile unsigned int octets_read;

static int take_finding(struct assay_scan *scan, const struct assay_object *object,
			const struct assay_finding *finding)
{
	(void)scan;
	(void)object;
	if (finding->code == NULL || finding->text == NULL)
		abort();
	return ASSAY_OK;
}

static int take_child(struct assay_scan *scan, const struct assay_object *object,
		      const struct assay_child *child)
{
	unsigned int sum = 0;

	(void)scan;
	(void)object;
	for (size_t i = 0; i < child->data.size; i++)
		sum += child->data.data[i];
	for (size_t i = 0; i < child->name_length; i++)
		sum += (unsigned char)child->name[i];
	for (size_t i = 0; i < child->second_name_length; i++)
		sum += (unsigned char)child->second_name[i];
	octets_read = sum;
	return ASSAY_OK;
}

static int charge(struct assay_scan *scan, const struct assay_object *object, uint64_t bytes)
{
	(void)scan;
	(void)object;
	charged += bytes;
	return charged > BUDGET ? ASSAY_E_BUDGET : ASSAY_OK;
}

static uint64_t left_bytes(const struct assay_scan *scan)
{
	(void)scan;
	return charged > BUDGET ? 0 : BUDGET - charged;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct assay_host host = {
		.report = take_finding,
		.emit = take_child,
		.charge = charge,
		.left_bytes = left_bytes,
	};
	static struct arc_state state = {.host = &host};
	struct assay_object object = {.data = as_span_make(data, size)};
	struct arc_job job = {.state = &state, .host = &host, .object = &object};

	charged = 0;
	job.outer = uselocale((locale_t)0);
	state.utf8 = job.outer;
	tnef_open(&job, object.data);
	/* Nothing is shown more often than its names and the bounds on wrong
	 * lengths allow. */
	if (charged > 96 * (uint64_t)size)
		abort();
	return 0;
}
