/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_PROTECT_H
#define ASSAY_SMIME_PROTECT_H

#include "base/arena.h"

/*
 * Where the content of a layer keeps header fields of the mail, and how it says
 * so. Only the root of the content counts: anybody can write such parameters
 * outside of what is signed or encrypted.
 */
enum as_protect_form {
	AS_PROTECT_NONE = 0,
	AS_PROTECT_CLEAR,   /* hp="clear" (RFC 9788 s2.1) */
	AS_PROTECT_CIPHER,  /* hp="cipher" */
	AS_PROTECT_DRAFT,   /* protected-headers="v1", its forerunner */
	AS_PROTECT_WRAPPED, /* message/rfc822; forwarded=no (RFC 8551 s3.1) */
};
const char *as_protect_form_name(enum as_protect_form form);

struct as_protection {
	enum as_protect_form form;
	struct as_span header; /* the protected block, in content; empty: none */
	bool legacy_display;   /* a copy for older readers stands in the text */
	bool forwarded;	       /* WRAPPED without that parameter, as before RFC 8551: it can be
				  another message that is sent on */
};

/* -ENOMEM. */
int as_protect_find(struct as_arena *arena, struct as_span content,
		    struct as_protection *protection_out);

#endif
