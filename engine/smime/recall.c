/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/recall.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <stdlib.h>

struct kept {
	X509 *cert;
	unsigned char *octets; /* of OpenSSL's heap */
	size_t size;
};

struct as_recall {
	struct kept kept[AS_RECALL_MAX];
	size_t count;
	size_t oldest; /* once it is full */
};

struct as_recall *as_recall_new(void)
{
	return calloc(1, sizeof(struct as_recall));
}

static void forget(struct kept *kept)
{
	X509_free(kept->cert);
	OPENSSL_free(kept->octets);
	*kept = (struct kept){.cert = NULL};
}

void as_recall_free(struct as_recall *recall)
{
	if (recall == NULL)
		return;
	for (size_t i = 0; i < recall->count; i++)
		forget(&recall->kept[i]);
	free(recall);
}

X509 *as_recall_find(const struct as_recall *recall, struct as_span der)
{
	if (recall == NULL)
		return NULL;
	for (size_t i = 0; i < recall->count; i++) {
		const struct kept *kept = &recall->kept[i];

		if (!as_span_equal(as_span_make(kept->octets, kept->size), der))
			continue;
		X509_up_ref(kept->cert);
		return kept->cert;
	}
	return NULL;
}

static bool is_there(const struct as_recall *recall, const X509 *cert)
{
	for (size_t i = 0; i < recall->count; i++)
		if (recall->kept[i].cert == cert)
			return true;
	return false;
}

void as_recall_keep(struct as_recall *recall, X509 *cert)
{
	struct kept kept = {.cert = cert};
	int size;

	if (recall == NULL || is_there(recall, cert))
		return;
	size = i2d_X509(cert, &kept.octets);
	if (size <= 0) {
		ERR_clear_error();
		return;
	}
	kept.size = (size_t)size;
	X509_up_ref(cert);
	if (recall->count < AS_RECALL_MAX) {
		recall->kept[recall->count++] = kept;
		return;
	}
	forget(&recall->kept[recall->oldest]);
	recall->kept[recall->oldest] = kept;
	recall->oldest = (recall->oldest + 1) % AS_RECALL_MAX;
}
