/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_CLI_CLIENT_REQUEST_H
#define ASSAY_CLI_CLIENT_REQUEST_H

#include "cli/client_send.h"

/* The form of POST /v1/scan: address, header fields, and what an answer says. */

/* "/v1/scan?policy=strict&detail=1", to be freed; NULL without memory. */
char *as_request_url(const struct as_options *options, const struct as_endpoint *endpoint);

/*
 * Fields for a message or a bare file: the envelope, its type, its name. NULL
 * with -EINVAL and words in error for a value that a header field cannot carry
 * (RFC 9110 s5.5: no line ends, no controls), or without memory.
 */
struct curl_slist *as_request_fields(const struct as_options *options,
				     const struct as_scanner_job *job, struct as_error *error);

/*
 * A verdict as the scanner would have given it: the daemon does not know where
 * in its file a message stood. summary_out is filled from it. AS_E_PROTOCOL
 * when body is no verdict; -ENOMEM. json_out gets the verdict.
 */
int as_request_verdict(const struct as_scanner_job *job, struct as_span body,
		       struct as_buffer *json_out, struct as_verdict_summary *summary_out,
		       enum as_outcome *outcome_out);

#endif
