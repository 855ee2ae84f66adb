/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_PLUGINS_CLAMAV_STATE_H
#define ASSAY_PLUGINS_CLAMAV_STATE_H

#include <assay/plugin.h>

#include <clamav.h>

/* One run of a bytecode signature. They are meant to take milliseconds; the
 * time left for a message is not looked at while one runs. */
#define CLAM_BYTECODE_MS 5000
/* Steps of one regular expression: as clamd's own default, against patterns
 * that a crafted file drives into exponential work. */
#define CLAM_PCRE_STEPS	    100000
#define CLAM_PCRE_RECURSION 2000

/* What assay.conf says in the section of this plugin. */
struct clam_settings {
	uint64_t max_file_bytes;
	uint64_t max_scan_bytes;
	uint32_t max_recursion;
	uint32_t max_files;
	bool broken;
	bool macros;
	bool encrypted;
	bool structured;
	bool pua;
	bool bytecode;
	bool shipped;
};

/*
 * One generation. Made by load() in the zygote; every worker has its copy of
 * the pages, so that the two limits that inspect() sets on the engine (time,
 * temporary folder) belong to one worker alone.
 */
struct clam_state {
	const struct assay_host *host;
	struct cl_engine *engine; /* owned */
	struct clam_settings settings;
	uint64_t html_max_bytes; /* above it libclamav skips HTML in silence */
	bool finds_eicar;	 /* a database that knows the test file is loaded */
	char eicar[80];
	struct assay_canary canary;
};

/* The bounds that cannot be configured (limits.c). The compiler holds the
 * number against the table. */
#define CLAM_LIMIT_COUNT 10u
extern const struct assay_limit clam_limits[CLAM_LIMIT_COUNT];

#endif
