/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_QP_READ_H
#define ASSAY_MIME_QP_READ_H

#include "mime/base64.h"

/*
 * Quoted-printable as others read it: what they do with an '=' that begins no
 * escape, and what they take for one.
 */
enum as_qp_bad {
	AS_BAD_KEEP = 0,
	AS_BAD_DROP_1, /* the '=' is not there */
	AS_BAD_DROP_2, /* nor the octet behind it; what is left may be an escape */
	AS_BAD_DROP_3, /* nor two octets behind it */
	AS_BAD_STOP,   /* is the end of the data */
	AS_BAD_LINE,   /* a soft break, with what else stands on the line */
	AS_BAD_HALF,   /* one digit is an escape, else dropped */
	AS_BAD_SINGLE, /* "==" is one '=', else kept (Python) */
};

enum as_qp_raw {
	AS_RAW_KEEP = 0,
	AS_RAW_DROP, /* controls and octets above 127 are not there */
	AS_RAW_STOP, /* NUL is the end */
};

enum as_qp_end {
	AS_END_KEEP = 0,
	AS_END_LF,   /* CRLF becomes LF */
	AS_END_NONE, /* line ends are no data at all */
};

struct as_qp_habits {
	enum as_qp_bad bad;
	enum as_qp_raw raw;
	enum as_qp_end end;
	bool upper;  /* a-f are no digits */
	bool strict; /* a soft break has the line end right behind the '=' */
	bool joined; /* soft breaks, line ends and blanks within an escape are
			taken out before escapes are looked for (Perl) */
	bool blanks; /* those before a line end are data */
};

/* Output never exceeds the input. Linear, allocates nothing. */
size_t as_qp_read(struct as_span in, const struct as_qp_habits *habits, unsigned char *out,
		  size_t out_capacity);

#endif
