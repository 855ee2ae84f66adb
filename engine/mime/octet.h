/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_OCTET_H
#define ASSAY_MIME_OCTET_H

#include <stdbool.h>

/* Kinds of octets; ASCII whatever the locale. */

/* WSP of RFC 5234. */
static inline bool as_octet_wsp(unsigned char octet)
{
	return octet == ' ' || octet == '\t';
}

static inline bool as_octet_break(unsigned char octet)
{
	return octet == '\r' || octet == '\n';
}

static inline bool as_octet_blank(unsigned char octet)
{
	return as_octet_wsp(octet) || as_octet_break(octet);
}

/* With what some readers skip like blanks, and others do not. */
static inline bool as_octet_space(unsigned char octet)
{
	return as_octet_blank(octet) || octet == '\v' || octet == '\f' || octet == 0;
}

static inline unsigned char as_octet_lower(unsigned char octet)
{
	return octet >= 'A' && octet <= 'Z' ? (unsigned char)(octet | 0x20) : octet;
}

static inline bool as_octet_alnum(unsigned char octet)
{
	octet = as_octet_lower(octet);
	return (octet >= 'a' && octet <= 'z') || (octet >= '0' && octet <= '9');
}

static inline bool as_octet_hex(unsigned char octet)
{
	octet = as_octet_lower(octet);
	return (octet >= 'a' && octet <= 'f') || (octet >= '0' && octet <= '9');
}

#endif
