/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_MILTER_AUTHSERV_H
#define ASSAY_DAEMON_MILTER_AUTHSERV_H

#include <assay/span.h>

/*
 * The authserv-id of Authentication-Results (RFC 8601 s2.2): the name under
 * which we sign what we found. A field that comes in under our own name is a
 * forgery, or a leftover, and s5 wants it removed.
 */

/* Octets of such a field that are looked at. A field whose id does not show up
 * within them counts as forged: a comment in front must not hide it. */
#define AS_MILTER_AUTHSERV_LOOK 1024u

/* Does the value of the field, or its first octets when !whole, claim to come
 * from id? Upper and lower case are equal. */
bool as_milter_authserv_claims(struct as_span value, bool whole, struct as_span id);

/* The id to be used: the configured one, else the mail server's name, else
 * "localhost", whichever first is one that needs no quotes. The result points
 * into one of the two or is static. */
struct as_span as_milter_authserv_choose(const char *configured, struct as_span host);

#endif
