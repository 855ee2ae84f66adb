/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/cert_look.h"

#include <openssl/err.h>

static bool sequence(struct as_span *rest, struct as_ber *element_out)
{
	return as_ber_expect(rest, AS_BER_UNIVERSAL, AS_BER_SEQUENCE, element_out);
}

/* Steps over an optional field with a context tag. */
static void skip_context(struct as_span *rest, uint32_t tag)
{
	struct as_ber element;

	as_ber_expect(rest, AS_BER_CONTEXT, tag, &element);
}

/* Extension ::= SEQUENCE { extnID, critical DEFAULT FALSE, extnValue }; the value of
 * subjectKeyIdentifier is an OCTET STRING within that of the extension. */
static bool read_key_id(struct as_span extension, struct as_span *key_id_out)
{
	static const unsigned char key_identifier[] = {0x55, 0x1d, 0x0e};
	struct as_ber oid, critical, value, inner;

	if (!as_ber_expect(&extension, AS_BER_UNIVERSAL, AS_BER_OID, &oid) ||
	    !as_span_equal(oid.content, as_span_make(key_identifier, sizeof(key_identifier))))
		return false;
	as_ber_expect(&extension, AS_BER_UNIVERSAL, AS_BER_BOOLEAN, &critical);
	if (!as_ber_expect(&extension, AS_BER_UNIVERSAL, AS_BER_OCTET_STRING, &value) ||
	    value.constructed ||
	    !as_ber_expect(&value.content, AS_BER_UNIVERSAL, AS_BER_OCTET_STRING, &inner) ||
	    inner.constructed)
		return false;
	*key_id_out = inner.content;
	return true;
}

static struct as_span find_key_id(struct as_span rest)
{
	struct as_span key_id = {NULL, 0};
	struct as_ber outer, list, extension;

	/* issuerUniqueID, subjectUniqueID */
	skip_context(&rest, 1);
	skip_context(&rest, 2);
	if (!as_ber_expect(&rest, AS_BER_CONTEXT, 3, &outer) || !sequence(&outer.content, &list))
		return key_id;
	for (size_t i = 0; i < AS_CERT_EXTENSIONS_MAX; i++)
		if (!sequence(&list.content, &extension) || read_key_id(extension.content, &key_id))
			break;
	return key_id;
}

bool as_cert_look(struct as_span der, struct as_cert_look *look_out)
{
	struct as_ber cert, tbs, serial, algorithm, issuer, validity, subject, key;
	struct as_span rest = der;

	if (der.size > AS_CERT_BYTES_MAX || !sequence(&rest, &cert) || rest.size != 0 ||
	    !sequence(&cert.content, &tbs))
		return false;
	rest = tbs.content;
	skip_context(&rest, 0); /* version */
	if (!as_ber_expect(&rest, AS_BER_UNIVERSAL, AS_BER_INTEGER, &serial) ||
	    !sequence(&rest, &algorithm) || !sequence(&rest, &issuer) ||
	    !sequence(&rest, &validity) || !sequence(&rest, &subject) || !sequence(&rest, &key))
		return false;
	*look_out = (struct as_cert_look){
		.serial = serial.content,
		.issuer = issuer.whole,
		.subject = subject.whole,
		.key_id = find_key_id(rest),
	};
	return true;
}

bool as_crl_look(struct as_span der, struct as_span *issuer_out)
{
	struct as_ber crl, tbs, version, algorithm, issuer;
	struct as_span rest = der;

	if (!sequence(&rest, &crl) || rest.size != 0 || !sequence(&crl.content, &tbs))
		return false;
	rest = tbs.content;
	as_ber_expect(&rest, AS_BER_UNIVERSAL, AS_BER_INTEGER, &version);
	if (!sequence(&rest, &algorithm) || !sequence(&rest, &issuer))
		return false;
	*issuer_out = issuer.whole;
	return true;
}

/* Without octets in front that only repeat the sign. */
static struct as_span shortest(struct as_span serial)
{
	while (serial.size > 1) {
		unsigned char first = serial.data[0];
		bool next_negative = (serial.data[1] & 0x80) != 0;

		if (first != (next_negative ? 0xff : 0x00))
			break;
		serial = as_span_from(serial, 1);
	}
	return serial;
}

bool as_serial_equal(struct as_span a, struct as_span b)
{
	return as_span_equal(shortest(a), shortest(b));
}

X509_NAME *as_name_decode(struct as_span name)
{
	const unsigned char *at = name.data;
	X509_NAME *decoded;

	if (name.size == 0 || name.size > AS_NAME_BYTES_MAX)
		return NULL;
	decoded = d2i_X509_NAME(NULL, &at, (long)name.size);
	if (decoded != NULL && at != name.data + name.size) {
		X509_NAME_free(decoded);
		decoded = NULL;
	}
	ERR_clear_error();
	return decoded;
}

struct as_span as_name_octets(const X509_NAME *name)
{
	const unsigned char *octets = NULL;
	size_t size = 0;

	if (X509_NAME_get0_der(name, &octets, &size) != 1)
		size = 0;
	return as_span_make(octets, size);
}
