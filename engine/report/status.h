/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_REPORT_STATUS_H
#define ASSAY_REPORT_STATUS_H

#include "base/buffer.h"

#include <jansson.h>

/* What is loaded and how it is kept in check, for `assay status` and
 * `assayd --check`. */
struct as_status {
	const char *version;
	const char *config_file; /* "" when none was read */
	const char *policy;
	const char *sandbox; /* words of the pool */
	bool sandboxed;
	const char *temp_dir;
	bool temp_is_tmpfs;
	uint64_t workers;
	uint64_t cache_slots;  /* 0: no cache */
	const json_t *plugins; /* of the scanner's status */
	const json_t *smime;   /* the same; null: off */
	uint64_t now;	       /* seconds since 1970, for ages */
};

void as_status_draw(const struct as_status *status, bool colour, struct as_buffer *out);
/* Its table of plugins; the same for those of a daemon. */
void as_status_draw_plugins(const json_t *plugins, uint64_t now, bool colour,
			    struct as_buffer *out);
/* "3 anchors, 12 certificates, 4 lists until 2026-12-01, 1 key": what the
 * status says of S/MIME, with a line end. */
void as_status_draw_smime(const json_t *smime, uint64_t now, bool colour, struct as_buffer *out);
/* A new value, NULL when there is no memory. */
json_t *as_status_json(const struct as_status *status);

#endif
