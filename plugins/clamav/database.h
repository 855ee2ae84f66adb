/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_PLUGINS_CLAMAV_DATABASE_H
#define ASSAY_PLUGINS_CLAMAV_DATABASE_H

#include "messages.h"

#include <clamav.h>

/* What has been loaded so far, over all folders. */
struct clam_databases {
	struct cl_engine *engine;
	struct clam_messages *messages;
	unsigned int options; /* CL_DB_* */
	unsigned int signatures;
	unsigned int daily_version; /* 0 when there is no daily.cvd or .cld */
	bool official;		    /* a signed database is among them */
	int64_t newest;		    /* seconds since 1970; 0 when unknown */
	uint64_t fingerprint;	    /* over names, sizes, times, versions */
};

void clam_database_init(struct clam_databases *databases, struct cl_engine *engine,
			struct clam_messages *messages, unsigned int options);

/* Makes a number part of the fingerprint. */
void clam_database_mix(struct clam_databases *databases, uint64_t value);

/* Whether path is a folder in which libclamav would find something. */
bool clam_database_present(const char *path);

/*
 * Loads one folder, or one file. dated says whether the times of its files
 * tell how old the signatures are (those of an installed package do not).
 *
 * Returns 0, or a negative errno with error_out (size octets) saying which
 * path, why, and what to do.
 */
int clam_database_load(struct clam_databases *databases, const char *path, bool dated,
		       char *error_out, size_t size);

#endif
