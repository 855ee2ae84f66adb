/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/zygote_pages.h"

#include "pool/sandbox.h"

#include <inttypes.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25 /* Linux 6.1 */
#endif

/* Below two huge pages and their edges nothing is gained. */
#define MAPPING_BYTES_MIN (4u * 1024 * 1024)
/* Mappings of one process; the libraries have some 500. */
#define MAPPINGS_MAX 64u

struct mapping {
	uintptr_t begin, end;
};

/* "7f00-7f10 rw-p 00000000 00:00 0 [heap]": private, writable, anonymous. */
static bool read_head(const char *line, struct mapping *mapping_out)
{
	char rights[5];
	uint64_t begin, end, inode;

	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %*x %*s %" SCNu64, &begin, &end, rights,
		   &inode) != 4)
		return false;
	*mapping_out = (struct mapping){0, 0};
	if (strcmp(rights, "rw-p") == 0 && inode == 0 && strstr(line, "[stack]") == NULL)
		*mapping_out = (struct mapping){(uintptr_t)begin, (uintptr_t)end};
	return true;
}

/* Only what is in memory for the larger part: a collapse fills the holes of a
 * sparse mapping with zeros. */
static bool worth_it(const struct mapping *mapping, uint64_t resident_kib)
{
	uint64_t size = mapping->end - mapping->begin;

	return size >= MAPPING_BYTES_MIN && resident_kib * 1024 >= size / 4 * 3;
}

static size_t find_mappings(struct mapping found[MAPPINGS_MAX])
{
	FILE *file = fopen("/proc/self/smaps", "re");
	struct mapping mapping = {0, 0};
	size_t count = 0;
	char line[512];

	if (file == NULL)
		return 0;
	while (count < MAPPINGS_MAX && fgets(line, sizeof(line), file) != NULL) {
		uint64_t resident_kib;

		if (sscanf(line, "Rss: %" SCNu64, &resident_kib) != 1)
			read_head(line, &mapping);
		else if (worth_it(&mapping, resident_kib))
			found[count++] = mapping;
	}
	fclose(file);
	return count;
}

void as_zygote_settle_pages(void)
{
	struct mapping found[MAPPINGS_MAX];
	size_t count;

	/* The sanitizer's shadow memory is no place for huge pages. */
	if (!as_sandbox_possible())
		return;
	/* Compilers of rules leave tens of megabytes free in the heap, which
	 * every worker would otherwise carry and which took 0.4 s to collapse. */
	malloc_trim(0);
	count = find_mappings(found);
	for (size_t i = 0; i < count; i++) {
		void *begin = (void *)found[i].begin;
		size_t size = found[i].end - found[i].begin;

		if (madvise(begin, size, MADV_HUGEPAGE) == 0)
			madvise(begin, size, MADV_COLLAPSE);
	}
}
