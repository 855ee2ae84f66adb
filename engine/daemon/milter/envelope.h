/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_MILTER_ENVELOPE_H
#define ASSAY_DAEMON_MILTER_ENVELOPE_H

#include "base/arena.h"
#include "daemon/milter/macros.h"
#include "daemon/milter/parse.h"

#include <assay/plugin.h>

/*
 * Who the mail is from and for. The client lives as long as an SMTP session,
 * the addresses as long as a message.
 */

/* Recipients of one message: ten times what Postfix takes from a client
 * (smtpd_recipient_limit). */
#define AS_MILTER_RECIPIENTS_MAX 10000u
/* Octets of all addresses of one message; 100 for each of 10,000. */
#define AS_MILTER_ADDRESSES_MAX (1u << 20)
/* Octets kept of a host or HELO name; RFC 5321 s4.5.3.1.2 has 255. */
#define AS_MILTER_HOST_MAX 512u

struct as_milter_client {
	char address[INET6_ADDRSTRLEN]; /* "" when unknown */
	char *host, *helo;		/* NULL when unknown */
};

void as_milter_client_deinit(struct as_milter_client *client);
bool as_milter_client_connect(struct as_milter_client *client,
			      const struct as_milter_connect *connect);
bool as_milter_client_helo(struct as_milter_client *client, struct as_span helo);

struct as_milter_mail {
	struct as_buffer addresses; /* each with a NUL: the sender, recipients */
	size_t recipients;
};

void as_milter_mail_init(struct as_milter_mail *mail);
/* Frees the memory; the result can be used again. */
void as_milter_mail_deinit(struct as_milter_mail *mail);
/* -EMSGSIZE: over the octets; -ENOMEM. */
int as_milter_mail_from(struct as_milter_mail *mail, struct as_span address);
/* -EMSGSIZE: over the number or the octets; -ENOMEM. The others stay. */
int as_milter_mail_rcpt(struct as_milter_mail *mail, struct as_span address);
/* Addresses in their order, as they came. *at is 0 at first. */
struct as_span as_milter_mail_next(const struct as_milter_mail *mail, size_t *at);

/* Strings come from the arena. -ENOMEM. */
int as_milter_envelope_make(struct as_arena *arena, const struct as_milter_client *client,
			    const struct as_milter_macros *macros,
			    const struct as_milter_mail *mail, struct assay_envelope *envelope_out);

#endif
