/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_INSPECT_INSPECT_H
#define ASSAY_INSPECT_INSPECT_H

#include "inspect/scan.h"

/*
 * One inspection from octets to findings. Runs in a worker; the caller is
 * responsible for the sandbox and for ending an inspection that hangs.
 */
struct as_inspect_request {
	struct as_span octets;		       /* must stay until the scan is freed */
	bool is_message;		       /* else a bare file */
	const char *name;		       /* of a bare file, or NULL */
	const struct assay_envelope *envelope; /* NULL: nothing is known */
	bool detail; /* keeps what only `assay explain` shows: clients' views */
	const struct as_clock *clock;
	void (*stage)(const char *name); /* what is running, or NULL */
};

/* -ENOMEM when not even the first structures fit, or no finding could say that
 * the memory was used up. Everything else, faults of
 * plugins included, is a finding. *scan_out is the caller's. */
int as_inspect(const struct as_engine *engine, const struct as_inspect_request *request,
	       struct assay_scan **scan_out);
/* A scan without an object yet, for as_engine_prove(). */
int as_scan_new(const struct as_engine *engine, const struct as_inspect_request *request,
		struct assay_scan **scan_out);
void as_inspect_free(struct assay_scan *scan);

/* False when a finding says that something was not inspected. */
bool as_inspect_complete(const struct assay_scan *scan);

#endif
