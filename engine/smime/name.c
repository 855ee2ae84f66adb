/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/name.h"

#include "smime/smime.h"

#include <openssl/bio.h>
#include <openssl/err.h>

const char *as_name_text(struct as_arena *arena, const X509_NAME *name)
{
	BIO *out = BIO_new(BIO_s_mem());
	const char *text = "";
	char *made;
	long size;

	if (out != NULL &&
	    X509_NAME_print_ex(out, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0) {
		size = BIO_get_mem_data(out, &made);
		text = as_smime_printable(arena, as_span_make(made, size > 0 ? (size_t)size : 0),
					  AS_NAME_SHOWN);
	}
	BIO_free(out);
	ERR_clear_error();
	return text;
}
