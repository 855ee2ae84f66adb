/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_MILTER_MACROS_H
#define ASSAY_DAEMON_MILTER_MACROS_H

#include "base/buffer.h"

/*
 * Macros: what the mail server says beside its commands. They come in sets,
 * each right before the command that it belongs to. A set replaces the one
 * that came with the same command before; a command without a set has none.
 * Only the macros below are kept, each at most once per command, so that what
 * a peer can make us hold is bounded by this table.
 */
enum as_milter_macro {
	AS_MILTER_MACRO_QUEUE_ID = 0,	/* i */
	AS_MILTER_MACRO_HOST,		/* j: the server's own name */
	AS_MILTER_MACRO_CLIENT_ADDR,	/* {client_addr} */
	AS_MILTER_MACRO_CLIENT_NAME,	/* {client_name} */
	AS_MILTER_MACRO_CLIENT_RESOLVE, /* {client_resolve}, Sendmail: OK, FAIL,
					   FORGED, TEMP */
	AS_MILTER_MACRO_TLS_VERSION,	/* {tls_version} */
	AS_MILTER_MACRO_CIPHER,		/* {cipher} */
	AS_MILTER_MACRO_AUTH_AUTHEN,	/* {auth_authen} */
	AS_MILTER_MACRO_COUNT
};

/* Octets of a value that are kept: names of users and hosts are shorter, and
 * every idle connection holds some of them. */
#define AS_MILTER_MACRO_VALUE_MAX 512u

struct as_milter_macros {
	struct as_buffer records;
	unsigned int fresh; /* sets whose command has not come yet */
};

void as_milter_macros_init(struct as_milter_macros *macros);
void as_milter_macros_deinit(struct as_milter_macros *macros);
/* Forgets all. */
void as_milter_macros_clear(struct as_milter_macros *macros);
/* Forgets those of the message: of MAIL and everything after it. */
void as_milter_macros_end_message(struct as_milter_macros *macros);

/* The payload of a MACRO frame. false: it is malformed, or memory has run out;
 * what was read so far is kept. */
bool as_milter_macros_set(struct as_milter_macros *macros, struct as_span payload);
/* The command has come: without a fresh set, an old one is forgotten. */
void as_milter_macros_command(struct as_milter_macros *macros, unsigned char command);

/* The latest value, by the order of the commands in a session; empty when
 * there is none. Valid until macros change. */
struct as_span as_milter_macros_find(const struct as_milter_macros *macros,
				     enum as_milter_macro macro);

/* What to ask for with SETSYMLIST: lists in the form of the reply to OPTNEG. */
bool as_milter_macros_wanted(struct as_buffer *out);

#endif
