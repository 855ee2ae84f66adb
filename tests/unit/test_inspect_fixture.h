/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_TEST_INSPECT_FIXTURE_H
#define ASSAY_TEST_INSPECT_FIXTURE_H

#include "inspect/inspect.h"

/*
 * An engine whose plugins are functions of the test. Time stands still unless
 * a plugin turns the hand. Every call is noted as "name phase path;".
 */
struct fake;
typedef int fake_call(struct fake *fake, struct assay_scan *scan, const struct assay_object *object,
		      enum assay_phase phase);

struct fake {
	struct assay_plugin plugin;
	fake_call *call;
	fake_call *conclude; /* object is NULL then */
	unsigned int calls;
	struct fixture *fixture;
};

struct fixture {
	struct as_engine engine;
	struct fake fakes[6];
	uint64_t now_us;
	struct as_clock clock;
	struct assay_envelope envelope;
	struct assay_scan *scan;
	bool detail; /* as for `assay explain` */
	char trace[16384];
};

extern const struct assay_host *host;

void fixture_init(struct fixture *fixture);
/* Frees the last scan; the cache, if any, is the test's. */
void fixture_deinit(struct fixture *fixture);
struct fake *fixture_add(struct fixture *fixture, const char *name, uint32_t phases,
			 uint32_t context, fake_call *call);

/* Inspect a message or a bare file, after forgetting the last one. */
void fixture_message(struct fixture *fixture, const char *text);
void fixture_file(struct fixture *fixture, const char *name, struct as_span data);

size_t count_findings(const struct fixture *fixture, const char *code);
const struct as_finding *find_finding(const struct fixture *fixture, const char *code);
const struct as_object *find_object(const struct fixture *fixture, const char *path);

/* Report with defaults; emit a member. */
int say(struct assay_scan *scan, const struct assay_object *object, const char *code);
int give(struct assay_scan *scan, const struct assay_object *object, const char *name,
	 const char *octets);

/* Text with base64 of data appended as a body of lines. */
void put_base64(struct as_buffer *out, struct as_span data);

#endif
