/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_MILTER_PARSE_H
#define ASSAY_DAEMON_MILTER_PARSE_H

#include <assay/span.h>

#include <arpa/inet.h>

/*
 * The payloads of the commands that are collected before they are read. Pure;
 * every result points into the payload. false: the payload does not have the
 * form that the command needs.
 */

/* Actions that we may ask of the mail server. */
#define AS_MILTER_ADDHDRS    0x01u
#define AS_MILTER_CHGBODY    0x02u
#define AS_MILTER_DELRCPT    0x08u
#define AS_MILTER_CHGHDRS    0x10u
#define AS_MILTER_QUARANTINE 0x20u
#define AS_MILTER_SETSYMLIST 0x100u

/* Steps: what the server need not send, what we need not answer. */
#define AS_MILTER_NR_HDR      0x80u
#define AS_MILTER_NOUNKNOWN   0x100u
#define AS_MILTER_NODATA      0x200u
#define AS_MILTER_NR_CONN     0x1000u
#define AS_MILTER_NR_HELO     0x2000u
#define AS_MILTER_NR_MAIL     0x4000u
#define AS_MILTER_NR_RCPT     0x8000u
#define AS_MILTER_NR_DATA     0x10000u
#define AS_MILTER_NR_UNKN     0x20000u
#define AS_MILTER_NR_EOH      0x40000u
#define AS_MILTER_NR_BODY     0x80000u
#define AS_MILTER_HDR_LEADSPC 0x100000u

struct as_milter_offer {
	uint32_t version, actions, steps;
};
bool as_milter_parse_offer(struct as_span payload, struct as_milter_offer *offer_out);

/* Cuts the string that ends with the first NUL, without that, off *in. */
bool as_milter_parse_string(struct as_span *in, struct as_span *string_out);
/* One or more strings and nothing behind them; the first is the result. */
bool as_milter_parse_strings(struct as_span payload, struct as_span *first_out);

struct as_milter_connect {
	struct as_span host;
	struct as_span address; /* empty for families without one */
	unsigned char family;	/* '4', '6', 'L', 'U' or anything else */
};
bool as_milter_parse_connect(struct as_span payload, struct as_milter_connect *connect_out);

/*
 * An address as text in its usual form. The prefix "IPv6:" is taken off. What
 * is no address gives false: Postfix sends "unknown" with family 4 for clients
 * without one.
 */
bool as_milter_parse_address(struct as_span text, char address_out[INET6_ADDRSTRLEN]);

/* Without the angle brackets around it. */
struct as_span as_milter_parse_path(struct as_span address);

#endif
