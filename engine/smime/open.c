/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/open.h"

#include "smime/decrypt.h"
#include "smime/envelope.h"

#include <errno.h>
#include <openssl/crypto.h>

struct opening {
	const struct as_open_request *request;
	const struct as_cipher *cipher;
	struct as_sealed sealed;
	struct as_recipient_match matches[AS_OPEN_TRIES_MAX];
	size_t match_count;
	unsigned char key[AS_KEY_BYTES_MAX]; /* the one that opens, or the last one */
	const struct as_key_info *owner;     /* of the one that opens, or NULL */
	bool tried;			     /* there is a key, right or not */
	bool ambiguous;			     /* a second one opens it differently */
	bool unavailable;		     /* the keeper did not answer */
	bool malformed;			     /* an encrypted key */
};

static void note(const struct as_open_request *request, const char *code, const char *text)
{
	as_smime_note(request->notes, request->layer, code, ASSAY_SEVERITY_DEFAULT, "%s", text);
}

static int stays_closed(const struct as_open_request *request, enum as_smime_opening opening,
			const char *text)
{
	request->layer->opening = opening;
	note(request, "smime.encrypted", text);
	return 0;
}

static int is_malformed(const struct as_open_request *request, const char *text)
{
	note(request, "smime.malformed", text);
	return stays_closed(request, AS_SMIME_OPEN_MALFORMED,
			    "The message is encrypted and damaged: it cannot be opened.");
}

/* ---- What it is ------------------------------------------------------- */

static bool is_authentic_cipher(enum as_oid_id id)
{
	switch (id) {
	case AS_OID_AES128_GCM:
	case AS_OID_AES192_GCM:
	case AS_OID_AES256_GCM:
	case AS_OID_AES128_CCM:
	case AS_OID_AES192_CCM:
	case AS_OID_AES256_CCM:
	case AS_OID_CHACHA20_POLY1305:
		return true;
	default:
		return false;
	}
}

static void note_weakness(const struct as_open_request *request, enum as_oid_id id)
{
	const struct as_smime_layer *layer = request->layer;

	/* RFC 8551 s2.7 left 3DES to old mail, which is common; 64-bit blocks
	 * matter from some gigabytes on. The others can be broken. */
	if (id == AS_OID_3DES_CBC)
		as_smime_note(request->notes, layer, "smime.weak_cipher", ASSAY_INFO,
			      "The message is encrypted with %s, which is old.", layer->cipher);
	if (id == AS_OID_DES_CBC || id == AS_OID_RC2_CBC || id == AS_OID_RC4)
		as_smime_note(request->notes, layer, "smime.weak_cipher", ASSAY_SEVERITY_DEFAULT,
			      "The message is encrypted with %s, which can be broken.",
			      layer->cipher);
	if (!layer->authenticated)
		note(request, "smime.unauthenticated_encryption",
		     "The encryption does not show when somebody changes the message on its way.");
}

static int describe(const struct as_open_request *request)
{
	const struct as_cms *cms = request->cms;
	struct as_smime_layer *layer = request->layer;
	enum as_oid_id id = cms->cipher.known != NULL ? cms->cipher.known->id : AS_OID_UNKNOWN;
	int rc = as_envelope_describe(request->arena, cms, layer);

	if (rc < 0)
		return rc;
	layer->cipher = as_oid_name(request->arena, cms->cipher.oid);
	layer->authenticated = cms->type.known != NULL &&
			       cms->type.known->id == AS_OID_AUTHENVELOPED_DATA &&
			       is_authentic_cipher(id);
	note_weakness(request, id);
	for (size_t i = 0; i < cms->recipient_count; i++)
		if (cms->recipients[i].kind == AS_SMIME_PWRI)
			note(request, "smime.password_recipient",
			     "Whoever knows a password can read the message.");
	return 0;
}

/* ---- Keys ------------------------------------------------------------- */

/* Asks for the key of one recipient. */
static void try_key(struct opening *opening, size_t index, struct as_key_request *ask)
{
	const struct as_key_ops *ops = opening->request->ops;
	unsigned char key[AS_KEY_BYTES_MAX] = {0};

	ask->index = (uint32_t)index;
	if (opening->request->cost != NULL)
		*opening->request->cost += AS_OPEN_TRY_COST;
	if (ops->unwrap(ops->context, ask, key) < 0) {
		opening->unavailable = true;
		return;
	}
	opening->tried = true;
	if (opening->owner == NULL) {
		memcpy(opening->key, key, sizeof(key));
		if (as_sealed_opens(&opening->sealed, key))
			opening->owner = &ops->keys->items[index];
	} else if (CRYPTO_memcmp(opening->key, key, ask->key_bytes) != 0 &&
		   as_sealed_opens(&opening->sealed, key)) {
		opening->ambiguous = true;
	}
	OPENSSL_cleanse(key, sizeof(key));
}

static int try_match(struct opening *opening, const struct as_recipient_match *match)
{
	const struct as_open_request *request = opening->request;
	const struct as_cms_recipient *recipient = &request->cms->recipients[match->recipient];
	struct as_key_request ask;
	const char *what;

	switch (as_recipient_ask(request->arena, recipient, opening->cipher, &ask, &what)) {
	case AS_RECIPIENT_ASK:
		try_key(opening, match->key, &ask);
		return 0;
	case AS_RECIPIENT_UNSUPPORTED:
		as_smime_note(request->notes, request->layer, "smime.unsupported_algorithm",
			      ASSAY_SEVERITY_DEFAULT,
			      "The key of the message is encrypted with %s, which is not supported "
			      "here.",
			      what);
		return 0;
	case AS_RECIPIENT_MALFORMED:
		opening->malformed = true;
		return 0;
	case AS_RECIPIENT_MEMORY:
		break;
	}
	return -ENOMEM;
}

static int try_matches(struct opening *opening)
{
	/* A keeper that does not answer would cost its time for each. */
	for (size_t i = 0; i < opening->match_count && !opening->unavailable; i++) {
		int rc = try_match(opening, &opening->matches[i]);

		if (rc < 0)
			return rc;
	}
	return 0;
}

/* ---- Opening ---------------------------------------------------------- */

static int open_content(struct opening *opening, struct as_buffer *content)
{
	const struct as_open_request *request = opening->request;
	bool right;
	int rc;

	/* Also with a key that is known to be wrong, for equal work. */
	rc = as_sealed_open(&opening->sealed, opening->key, content, &right);
	if (rc < 0)
		return rc;
	if (opening->owner == NULL || opening->ambiguous) {
		as_buffer_clear(content);
		return stays_closed(request, AS_SMIME_OPEN_FAILED,
				    "The message is encrypted and cannot be decrypted with the "
				    "keys that are here.");
	}
	request->layer->opening = AS_SMIME_OPEN_DONE;
	as_smime_note(request->notes, request->layer, "smime.decrypted", ASSAY_SEVERITY_DEFAULT,
		      "The message was decrypted for inspection with the key of %s.",
		      opening->owner->subject);
	return 0;
}

static int decrypt(struct opening *opening, struct as_buffer *content)
{
	const struct as_open_request *request = opening->request;
	int rc;

	if (opening->sealed.ciphertext.size > request->max_bytes) {
		as_smime_note(request->notes, request->layer, "smime.limit_exceeded",
			      ASSAY_SEVERITY_DEFAULT,
			      "The encrypted content has %zu octets: it was not opened.",
			      opening->sealed.ciphertext.size);
		return stays_closed(request, AS_SMIME_OPEN_LIMIT,
				    "The message is encrypted and too large to be opened.");
	}
	rc = try_matches(opening);
	if (rc < 0)
		return rc;
	if (opening->owner == NULL && opening->unavailable)
		return stays_closed(request, AS_SMIME_OPEN_UNAVAILABLE,
				    "The message is encrypted, and the process that keeps the keys "
				    "does not answer.");
	if (opening->tried)
		return open_content(opening, content);
	if (opening->malformed)
		return is_malformed(request, "An encrypted key or its parameters cannot be read.");
	return stays_closed(request, AS_SMIME_OPEN_UNSUPPORTED,
			    "The message is encrypted with an algorithm that is not supported "
			    "here.");
}

static int no_key(const struct as_open_request *request)
{
	size_t count = request->cms->recipient_count;

	request->layer->opening = AS_SMIME_OPEN_NO_KEY;
	as_smime_note(request->notes, request->layer, "smime.encrypted", ASSAY_SEVERITY_DEFAULT,
		      "The message is encrypted for %zu %s, and there is no key here to open it.",
		      count, count == 1 ? "recipient" : "recipients");
	return 0;
}

static int open_sealed(struct opening *opening, struct as_buffer *content)
{
	const struct as_open_request *request = opening->request;
	const struct as_cms *cms = request->cms;
	const char *reason;

	opening->cipher = as_cipher_find(cms->cipher.known);
	if (opening->cipher == NULL) {
		as_smime_note(request->notes, request->layer, "smime.unsupported_algorithm",
			      ASSAY_SEVERITY_DEFAULT,
			      "The message is encrypted with %s, which is not supported here.",
			      request->layer->cipher);
		return stays_closed(request, AS_SMIME_OPEN_UNSUPPORTED,
				    "The message is encrypted with an algorithm that is not "
				    "supported here.");
	}
	if (!as_sealed_read(request->arena, cms, opening->cipher, &opening->sealed, &reason))
		return reason == NULL ? -ENOMEM : is_malformed(request, reason);
	if (request->ops != NULL && request->ops->keys != NULL)
		opening->match_count = as_recipient_matches(cms, request->ops->keys,
							    opening->matches, AS_OPEN_TRIES_MAX);
	return opening->match_count > 0 ? decrypt(opening, content) : no_key(request);
}

int as_open_envelope(const struct as_open_request *request, struct as_buffer *content)
{
	const struct as_cms *cms = request->cms;
	struct opening opening = {.request = request};
	int rc = describe(request);

	if (rc < 0)
		return rc;
	if (cms->type.known != NULL && cms->type.known->id == AS_OID_ENCRYPTED_DATA)
		return stays_closed(request, AS_SMIME_OPEN_NO_KEY,
				    "The message is encrypted with a key that its readers agreed "
				    "on elsewhere.");
	if (!cms->has_ciphertext)
		return is_malformed(request, "The encrypted content is not in the message.");
	if (cms->recipient_count == 0)
		return is_malformed(request, "The encrypted message has no recipient.");
	rc = open_sealed(&opening, content);
	OPENSSL_cleanse(opening.key, sizeof(opening.key));
	return rc;
}
