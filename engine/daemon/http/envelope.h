/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_HTTP_ENVELOPE_H
#define ASSAY_DAEMON_HTTP_ENVELOPE_H

#include "daemon/http/problem.h"
#include "daemon/task.h"

#include <jansson.h>

/*
 * What a client says of a message beside its octets, from fields of the HTTP
 * header or from a JSON object, never both. Values are UTF-8 without control
 * characters, or the request is refused: an envelope that is half understood
 * would be judged by the wrong policy.
 */
struct as_http_envelope {
	/* Points to the fields, which live until the request is over, or into
	 * document. What was not given is "". */
	struct assay_envelope pub;
	const char **recipients; /* pub.rcpt_to */
	size_t room;
	bool given; /* any of pub */
	const char *file;
	const char *kind; /* "", "message", "file" or "guess" */
	json_t *document;
};

void as_http_envelope_init(struct as_http_envelope *envelope);
void as_http_envelope_deinit(struct as_http_envelope *envelope);

/* One field; name is what stands behind "Assay-". value is kept, not copied,
 * and has a NUL behind it. False: problem says why. */
bool as_http_envelope_field(struct as_http_envelope *envelope, struct as_span name,
			    const char *value, size_t value_size, struct as_http_problem *problem);
/* The whole envelope as one JSON object. */
bool as_http_envelope_json(struct as_http_envelope *envelope, struct as_span text,
			   struct as_http_problem *problem);

int as_http_envelope_kind(const struct as_http_envelope *envelope);

#endif
