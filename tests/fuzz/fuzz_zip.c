/* SPDX-License-Identifier: BSD-2-Clause */
#include "zip_walk.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Keeps the compiler from leaving the reads out. */
static volatile unsigned int octets_read;

/* What the walk promises to its caller: places inside of the archive, gaps in
 * ascending order, spans that can be read. */
static void check_member(struct as_span archive, const struct zip_member *member)
{
	unsigned int sum = 0;

	if (member->has_local &&
	    (member->header_at >= archive.size || member->data_at < member->header_at ||
	     member->data_at > archive.size))
		abort();
	for (size_t i = 0; i < member->central.name.size; i++)
		sum += member->central.name.data[i];
	for (size_t i = 0; i < member->local.name.size; i++)
		sum += member->local.name.data[i];
	for (size_t i = 0; i < member->central.unicode.size; i++)
		sum += member->central.unicode.data[i];
	octets_read = sum;
}

static void check_gap(struct as_span archive, const struct zip_range *gap)
{
	struct zip_member member;
	uint32_t crc;

	for (size_t at = gap->begin; zip_local_next(archive, at, gap->end, &member);) {
		size_t end;

		check_member(archive, &member);
		if (member.header_at < at || member.header_at >= gap->end)
			abort();
		end = zip_descriptor_find(archive, member.data_at);
		if (end < member.data_at || end > archive.size)
			abort();
		zip_descriptor_crc(archive, end, end - member.data_at, &crc);
		at = end > member.header_at ? end : member.header_at + 1;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct as_span archive = as_span_make(data, size);
	struct zip_walk walk;
	struct zip_range gap;
	size_t last = 0, end;

	if (zip_walk_open(&walk, archive) < 0)
		return 0;
	for (size_t i = 0; i < walk.count; i++)
		check_member(archive, &walk.members[i]);
	for (size_t at = 0; zip_gap_next(&walk, &at, &gap);) {
		if (gap.begin >= gap.end || gap.begin < last || gap.end > size)
			abort();
		last = gap.end;
		check_gap(archive, &gap);
	}
	zip_walk_close(&walk);
	if (zip_probe_tail(archive, &end) && end > size)
		abort();
	return 0;
}
