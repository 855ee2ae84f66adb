/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/signer_job.h"

#include "smime/certs.h"
#include "smime/find.h"

#include <errno.h>

void as_signer_fail(struct as_signer_job *job, enum as_smime_fault fault, const char *phrase)
{
	unsigned int bit = (unsigned int)__builtin_ctz((unsigned int)fault);

	job->out->faults |= (uint32_t)fault;
	if (job->reasons[bit] == NULL)
		job->reasons[bit] = phrase;
}

static const char *named(struct as_signer_job *job, const char *what, const char *name)
{
	const char *text = as_arena_printf(job->run->request->arena, "%s %s", what, name);

	return text != NULL ? text : what;
}

/* --- content -------------------------------------------------------------------- */

/* RFC 8419 s3.2: of the digests whose length is a parameter there is one use, with
 * 512 bits. */
static bool is_length_known(const struct as_cms_algorithm *digest)
{
	static const unsigned char bits_512[] = {0x02, 0x02, 0x02, 0x00};

	return digest->known->id != AS_OID_SHAKE256_LEN ||
	       as_span_equal(digest->parameters, as_span_make(bits_512, sizeof(bits_512)));
}

/* The content's digest under signed attributes. */
static void check_digest(struct as_signer_job *job)
{
	const struct as_signers_request *request = job->run->request;
	const struct as_oid *digest = job->info->digest.known;
	struct as_span value;

	if (!as_digest_is_known(digest) || !is_length_known(&job->info->digest)) {
		as_signer_fail(job, AS_SMIME_FAULT_UNSUPPORTED,
			       named(job, "unsupported digest", job->out->digest));
		return;
	}
	if (request->content_missing ||
	    (job->attributes.digest.size == 0 && job->attributes.faults != 0))
		return;
	for (int form = AS_CONTENT_RAW; form < AS_CONTENT_FORMS; form++) {
		if (form == AS_CONTENT_CANONICAL && !request->try_canonical)
			break;
		if (!as_content_digest(&job->run->digests, digest, (enum as_content_form)form,
				       &value)) {
			as_signer_fail(job, AS_SMIME_FAULT_LIMIT, "digest not computed");
			return;
		}
		if (as_span_equal(value, job->attributes.digest))
			return;
	}
	as_signer_fail(job, AS_SMIME_FAULT_DIGEST, "content changed after signing");
}

static void take_canonical(void *context, const void *data, size_t size)
{
	as_buffer_append(context, data, size);
}

/* EdDSA takes the message whole, so here alone the other form has to be made. */
static bool content_octets(struct as_signers_run *run, enum as_content_form form,
			   struct as_span *octets_out)
{
	const struct as_signers_request *request = run->request;

	if (form == AS_CONTENT_RAW) {
		*octets_out = request->content;
		return true;
	}
	if (run->canonical.size == 0)
		as_smime_canonical(request->content, take_canonical, &run->canonical);
	*octets_out = as_buffer_span(&run->canonical);
	return !run->canonical.failed;
}

/* --- value ------------------------------------------------------------------------ */

static enum as_value_result check_once(struct as_signer_job *job, EVP_PKEY *key,
				       struct as_span octets)
{
	unsigned int cost = job->key_cost;

	/* EdDSA takes a text whole, each time. */
	if (job->method.digest == NULL)
		cost += (unsigned int)(octets.size / AS_SIGNER_BYTES_PER_UNIT);
	if (cost > AS_SIGNER_COST_MAX - job->run->cost)
		return AS_VALUE_LIMIT;
	job->run->cost += cost;
	return as_signature_check(&job->method, key, octets, job->info->value);
}

static enum as_value_result check_attributes(struct as_signer_job *job, EVP_PKEY *key)
{
	enum as_value_result result = AS_VALUE_BAD;

	for (size_t i = 0; i < job->forms.count && result == AS_VALUE_BAD; i++) {
		unsigned char value[AS_DIGEST_BYTES_MAX];
		struct as_span octets = job->forms.octets[i];
		size_t size;

		if (job->method.digest != NULL) {
			if (!as_digest_pieces(job->method.digest, &octets, 1, value, &size))
				return AS_VALUE_LIMIT;
			octets = as_span_make(value, size);
		}
		result = check_once(job, key, octets);
	}
	return result;
}

static enum as_value_result check_content(struct as_signer_job *job, EVP_PKEY *key)
{
	const struct as_signers_request *request = job->run->request;
	enum as_value_result result = AS_VALUE_BAD;
	struct as_span octets;

	for (int i = AS_CONTENT_RAW; i < AS_CONTENT_FORMS && result == AS_VALUE_BAD; i++) {
		enum as_content_form form = (enum as_content_form)i;
		bool made;

		if (form == AS_CONTENT_CANONICAL && !request->try_canonical)
			break;
		if (job->method.digest != NULL)
			made = as_content_digest(&job->run->digests, job->method.digest, form,
						 &octets);
		else
			made = content_octets(job->run, form, &octets);
		result = made ? check_once(job, key, octets) : AS_VALUE_LIMIT;
	}
	return result;
}

/* Whether there is something that a key could be tried on. */
static bool is_checkable(const struct as_signer_job *job)
{
	if (job->method.broken != NULL || job->method.unknown != NULL)
		return false;
	return job->info->has_attributes || !job->run->request->content_missing;
}

static enum as_value_result try_key(struct as_signer_job *job, X509 *cert)
{
	EVP_PKEY *key = X509_get0_pubkey(cert);
	enum as_value_result result;

	if (key == NULL)
		return AS_VALUE_UNSUPPORTED;
	result = as_signature_fits(&job->method, key);
	if (result != AS_VALUE_GOOD)
		return result;
	job->key_cost = as_path_key_cost(cert);
	return job->info->has_attributes ? check_attributes(job, key) : check_content(job, key);
}

static enum as_value_result try_cert(struct as_signer_job *job, X509 *cert)
{
	if (job->tried != cert) {
		job->tried = cert;
		job->tried_result = try_key(job, cert);
	}
	return job->tried_result;
}

static bool accept_cert(void *context, X509 *cert)
{
	struct as_signer_job *job = context;

	return !is_checkable(job) || try_cert(job, cert) == AS_VALUE_GOOD;
}

static void find_cert(struct as_signer_job *job)
{
	bool broken = false;

	job->cert =
		as_certs_find(job->run->request->certs, &job->info->id, accept_cert, job, &broken);
	if (job->cert == NULL)
		as_signer_fail(job, AS_SMIME_FAULT_NO_CERT,
			       broken ? "the signer's certificate cannot be decoded"
				      : "the signer's certificate is not there");
	if (job->cert == NULL && as_certs_left_out(job->run->request->certs))
		as_signer_fail(job, AS_SMIME_FAULT_LIMIT,
			       "certificates of such a size are not looked at");
}

static void check_value(struct as_signer_job *job)
{
	if (job->cert == NULL || !is_checkable(job))
		return;
	switch (try_cert(job, job->cert)) {
	case AS_VALUE_GOOD:
		break;
	case AS_VALUE_BAD:
		as_signer_fail(job, AS_SMIME_FAULT_SIGNATURE, "wrong signature");
		break;
	case AS_VALUE_OTHER_KEY:
		as_signer_fail(job, AS_SMIME_FAULT_SIGNATURE,
			       "the certificate's key does not fit the signature algorithm");
		break;
	case AS_VALUE_UNSUPPORTED:
		as_signer_fail(job, AS_SMIME_FAULT_UNSUPPORTED,
			       "unsupported kind of key in the certificate");
		break;
	case AS_VALUE_LIMIT:
		as_signer_fail(job, AS_SMIME_FAULT_LIMIT, "signature too expensive to check");
		break;
	}
}

/* --- attributes ------------------------------------------------------------------- */

static void check_bindings(struct as_signer_job *job)
{
	const char *unknown = NULL;

	switch (as_attributes_bind_algorithms(job->info)) {
	case AS_BINDING_OTHER:
		as_signer_fail(job, AS_SMIME_FAULT_SIGNATURE,
			       "the protected algorithms are not those that are used");
		break;
	case AS_BINDING_MALFORMED:
		as_signer_fail(job, AS_SMIME_FAULT_MALFORMED,
			       "algorithm protection attribute malformed");
		break;
	case AS_BINDING_UNKNOWN:
	case AS_BINDING_GOOD:
		break;
	}
	if (job->cert == NULL)
		return;
	switch (as_attributes_bind_cert(job->run->request->arena, job->info, job->cert, &unknown)) {
	case AS_BINDING_OTHER:
		as_signer_fail(job, AS_SMIME_FAULT_SIGNATURE,
			       "signed with another certificate than the one that is used");
		break;
	case AS_BINDING_MALFORMED:
		as_signer_fail(job, AS_SMIME_FAULT_MALFORMED,
			       "signing certificate attribute malformed");
		break;
	case AS_BINDING_UNKNOWN:
		as_signer_fail(job, AS_SMIME_FAULT_UNSUPPORTED,
			       named(job, "unsupported digest", unknown));
		break;
	case AS_BINDING_GOOD:
		break;
	}
}

static void read_attributes(struct as_signer_job *job)
{
	struct as_attributes *attributes = &job->attributes;
	uint32_t faults;

	as_attributes_read(job->run->request->cms, job->info, attributes);
	for (faults = attributes->faults; faults != 0; faults &= faults - 1)
		as_signer_fail(job, (enum as_smime_fault)(faults & -faults), attributes->reason);
	job->out->signing_time = attributes->signing_time;
	job->out->countersigned = attributes->countersigned;
	if (job->info->has_attributes &&
	    as_attributes_forms(job->run->request->arena, job->info, &job->forms) == -ENOMEM)
		job->run->no_memory = true;
}

static void read_method(struct as_signer_job *job)
{
	as_signature_method_read(job->run->request->arena, job->info, &job->method);
	job->out->algorithm = job->method.name;
	if (job->method.broken != NULL)
		as_signer_fail(job, AS_SMIME_FAULT_MALFORMED, job->method.broken);
	if (job->method.unknown != NULL)
		as_signer_fail(job, AS_SMIME_FAULT_UNSUPPORTED,
			       named(job, "unsupported algorithm", job->method.unknown));
}

/* That of the content, unless only the signature's has the fault. */
static const char *weak_name(const struct as_signer_job *job, uint32_t fault)
{
	const struct as_oid *known = job->info->signature.known;

	if (job->method.digest != NULL && (as_digest_faults(job->method.digest) & fault) != 0)
		return job->method.digest->name;
	if (known != NULL && known->digest != AS_OID_UNKNOWN &&
	    (as_digest_faults(as_oid_get(known->digest)) & fault) != 0)
		return as_oid_get(known->digest)->name;
	return job->out->digest;
}

static void check_digests(struct as_signer_job *job)
{
	uint32_t faults =
		as_digest_faults(job->info->digest.known) | as_digest_faults(job->method.digest);

	if (job->info->signature.known != NULL &&
	    job->info->signature.known->digest != AS_OID_UNKNOWN)
		faults |= as_digest_faults(as_oid_get(job->info->signature.known->digest));
	if ((faults & AS_SMIME_FAULT_WEAK_MD5) != 0)
		as_signer_fail(
			job, AS_SMIME_FAULT_WEAK_MD5,
			named(job, "broken digest", weak_name(job, AS_SMIME_FAULT_WEAK_MD5)));
	if ((faults & AS_SMIME_FAULT_WEAK_SHA1) != 0)
		as_signer_fail(job, AS_SMIME_FAULT_WEAK_SHA1, "weak digest sha1");
}

void as_signer_check_key(struct as_signer_job *job)
{
	uint32_t faults = job->cert != NULL ? as_cert_key_faults(job->cert) : 0;

	/* Without a key of that kind its size is not known. */
	if (job->method.family == AS_SIGNATURE_DSA &&
	    (faults & (AS_SMIME_FAULT_WEAK_DSA | AS_SMIME_FAULT_WEAK_DSA1024)) == 0)
		faults |= AS_SMIME_FAULT_WEAK_DSA;
	/* The path, if there is one, has told it already. */
	faults &= ~job->path.faults;
	if ((faults & AS_SMIME_FAULT_WEAK_RSA1024) != 0)
		as_signer_fail(job, AS_SMIME_FAULT_WEAK_RSA1024, "key below 2048 bits");
	if ((faults & AS_SMIME_FAULT_WEAK_KEY) != 0)
		as_signer_fail(job, AS_SMIME_FAULT_WEAK_KEY, "key that is too weak");
	if ((faults & AS_SMIME_FAULT_WEAK_DSA) != 0)
		as_signer_fail(job, AS_SMIME_FAULT_WEAK_DSA, "signature with DSA");
	if ((faults & AS_SMIME_FAULT_WEAK_DSA1024) != 0)
		as_signer_fail(job, AS_SMIME_FAULT_WEAK_DSA1024,
			       "signature with DSA below 2048 bits");
}

void as_signer_check(struct as_signer_job *job)
{
	job->out->digest = as_oid_name(job->run->request->arena, job->info->digest.oid);
	read_attributes(job);
	read_method(job);
	if (job->run->request->content_missing)
		as_signer_fail(job, AS_SMIME_FAULT_MALFORMED, "the signed content is not there");
	if (job->info->has_attributes)
		check_digest(job);
	find_cert(job);
	check_value(job);
	check_bindings(job);
	check_digests(job);
}
