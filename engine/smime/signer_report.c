/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/signer_job.h"

#include "smime/ess.h"
#include "smime/find.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <time.h>

/* A clock may be a little off; a day is a wrong time zone and more. */
#define FUTURE_S ((int64_t)86400)
/* A subject within a sentence. */
#define SHOWN_BYTES 160u

/* In the order in which they decide what is told as the reason. */
struct fault_word {
	enum as_smime_fault fault;
	const char *code; /* of the note; NULL: somebody else notes it */
	const char *phrase;
};
static const struct fault_word fault_words[] = {
	{AS_SMIME_FAULT_LIMIT, "smime.limit_exceeded", "a limit was reached"},
	{AS_SMIME_FAULT_MALFORMED, "smime.malformed", "malformed"},
	{AS_SMIME_FAULT_ECONTENT, NULL, "content inside of a detached signature"},
	{AS_SMIME_FAULT_AMBIGUOUS, NULL, "what was signed is not certain"},
	{AS_SMIME_FAULT_DIGEST, "smime.bad_digest", "content changed after signing"},
	{AS_SMIME_FAULT_SIGNATURE, "smime.bad_signature", "wrong signature"},
	{AS_SMIME_FAULT_UNSUPPORTED, "smime.unsupported_algorithm", "unsupported algorithm"},
	{AS_SMIME_FAULT_NO_CERT, "smime.signer_cert_missing", "no certificate"},
	{AS_SMIME_FAULT_REVOKED, NULL, "certificate revoked"},
	{AS_SMIME_FAULT_UNTRUSTED, NULL, "no path to a trust anchor"},
	{AS_SMIME_FAULT_PATH, NULL, "certificate path not valid"},
	{AS_SMIME_FAULT_EXPIRED, NULL, "certificate expired"},
	{AS_SMIME_FAULT_NOT_YET, NULL, "certificate not yet valid"},
	{AS_SMIME_FAULT_KEY_USAGE, NULL, "key not for signatures"},
	{AS_SMIME_FAULT_EKU, NULL, "certificate not for mail"},
	{AS_SMIME_FAULT_REVOCATION, NULL, "revocation not known"},
	{AS_SMIME_FAULT_WEAK_MD5, "smime.weak_digest", "broken digest"},
	{AS_SMIME_FAULT_WEAK_SHA1, "smime.weak_digest", "weak digest sha1"},
	{AS_SMIME_FAULT_WEAK_KEY, "smime.weak_key", "key that is too weak"},
	{AS_SMIME_FAULT_WEAK_RSA1024, "smime.weak_key", "key below 2048 bits"},
	{AS_SMIME_FAULT_WEAK_DSA, "smime.weak_key", "signature with DSA"},
	{AS_SMIME_FAULT_WEAK_DSA1024, "smime.weak_key", "signature with DSA below 2048 bits"},
};
#define FAULT_WORDS (sizeof(fault_words) / sizeof(fault_words[0]))

static unsigned int bit_of(enum as_smime_fault fault)
{
	return (unsigned int)__builtin_ctz((unsigned int)fault);
}

/* --- whom it is about ---------------------------------------------------------- */

static const char *name_text(struct as_arena *arena, struct as_span der)
{
	const unsigned char *at = der.data;
	const char *text = "";
	X509_NAME *name;
	BIO *out;
	char *data;
	long size;

	if (der.size == 0 || der.size > AS_SIGNER_NAME_BYTES_MAX)
		return "";
	name = d2i_X509_NAME(NULL, &at, (long)der.size);
	out = BIO_new(BIO_s_mem());
	if (name != NULL && out != NULL &&
	    X509_NAME_print_ex(out, name, 0,
			       XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB) >= 0) {
		size = BIO_get_mem_data(out, &data);
		if (size > 0)
			text = as_smime_printable(arena, as_span_make(data, (size_t)size),
						  AS_SIGNER_NAME_BYTES_MAX);
	}
	BIO_free(out);
	X509_NAME_free(name);
	ERR_clear_error();
	return text;
}

void as_signer_describe(struct as_signer_job *job)
{
	struct as_arena *arena = job->run->request->arena;
	struct as_span serial = job->info->id.serial;

	job->out->issuer = name_text(arena, job->info->id.issuer);
	if (serial.size > 1 && serial.data[0] == 0)
		serial = as_span_from(serial, 1);
	job->out->serial = as_smime_hex(arena, as_span_slice(serial, 0, SHOWN_BYTES));
}

/* "Signer CN=Alice", or the number among several, which is always there. */
static const char *who(const struct as_signer_job *job)
{
	struct as_arena *arena = job->run->request->arena;
	const char *text;

	if (*job->out->subject != '\0')
		text = as_arena_printf(
			arena, "Signer \"%s\"",
			as_smime_printable(arena, as_span_text(job->out->subject), SHOWN_BYTES));
	else
		text = as_arena_printf(arena, "Signer %zu", job->number);
	return text != NULL ? text : "Signer";
}

/* --- notes ---------------------------------------------------------------------- */

static void note_faults(const struct as_signer_job *job, uint32_t allow)
{
	const struct as_signers_request *request = job->run->request;
	uint32_t left = as_smime_faults_left(job->out->faults, allow);

	for (size_t i = 0; i < FAULT_WORDS; i++) {
		const struct fault_word *word = &fault_words[i];
		const char *phrase = job->reasons[bit_of(word->fault)];

		if (word->code == NULL || phrase == NULL)
			continue;
		/* What the administrator allows is still told, but as nothing bad. */
		as_smime_note(request->notes, request->layer, word->code,
			      (left & word->fault) != 0 ? ASSAY_SEVERITY_DEFAULT : ASSAY_INFO,
			      "%s: %s.", who(job), phrase);
	}
}

static const char *time_text(struct as_arena *arena, int64_t seconds)
{
	time_t moment = (time_t)seconds;
	struct tm parts;
	const char *text = NULL;

	if (gmtime_r(&moment, &parts) != NULL)
		text = as_arena_printf(arena, "%d-%02d-%02d %02d:%02d UTC", parts.tm_year + 1900,
				       parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
				       parts.tm_min);
	return text != NULL ? text : "an odd time";
}

/* The time is claimed, nobody vouches for it; the path is judged at the time of
 * the request alone, or an old key could sign for ever. */
static void note_time(const struct as_signer_job *job)
{
	const struct as_signers_request *request = job->run->request;
	int64_t claimed = job->attributes.signing_time;
	time_t moment = (time_t)claimed;
	const char *what = NULL;

	if (job->attributes.odd_time) {
		as_smime_note(request->notes, request->layer, "smime.signing_time",
			      ASSAY_SEVERITY_DEFAULT,
			      "%s: the claimed time of signing cannot be read.", who(job));
		return;
	}
	if (claimed == AS_SMIME_NO_TIME)
		return;
	if (claimed > request->at && claimed - request->at > FUTURE_S)
		what = "in the future";
	else if (job->cert != NULL && X509_cmp_time(X509_get0_notBefore(job->cert), &moment) > 0)
		what = "before the certificate's first day";
	else if (job->cert != NULL && X509_cmp_time(X509_get0_notAfter(job->cert), &moment) < 0)
		what = "after the certificate's last day";
	ERR_clear_error();
	if (what != NULL)
		as_smime_note(request->notes, request->layer, "smime.signing_time",
			      ASSAY_SEVERITY_DEFAULT, "%s: the claimed time of signing, %s, is %s.",
			      who(job), time_text(request->arena, claimed), what);
}

/* Whether the content is a SET OF Attribute, from end to end. */
static bool is_attribute_set(const struct as_signers_request *request)
{
	struct as_span rest = request->content;
	struct as_cms_attribute *attributes;
	struct as_ber set;
	size_t count;
	bool too_many;

	return as_ber_expect(&rest, AS_BER_UNIVERSAL, AS_BER_SET, &set) && rest.size == 0 &&
	       as_cms_attributes_read(request->arena, set.content, &attributes, &count,
				      &too_many) &&
	       count > 0;
}

/*
 * Without signed attributes the value is made over the content itself. So the
 * attributes of another signature, which begin with the same tag as a SET, can be
 * passed off as a content that the signer never saw as one.
 */
static void note_no_attributes(const struct as_signer_job *job)
{
	const struct as_signers_request *request = job->run->request;

	if (job->info->has_attributes)
		return;
	if (is_attribute_set(request))
		as_smime_note(request->notes, request->layer, "smime.no_signed_attributes",
			      ASSAY_MEDIUM,
			      "%s: no signed attributes, and the content is a list of attributes: "
			      "the signature of another message may have been used for this one.",
			      who(job));
	else if (!request->content_missing && !as_smime_is_mime(request->content))
		as_smime_note(request->notes, request->layer, "smime.no_signed_attributes",
			      ASSAY_MEDIUM,
			      "%s: no signed attributes, and the content is not a mail: the "
			      "signature may have been made for something else.",
			      who(job));
	else
		as_smime_note(request->notes, request->layer, "smime.no_signed_attributes",
			      ASSAY_SEVERITY_DEFAULT, "%s: the signature has no signed attributes.",
			      who(job));
}

/* --- result ---------------------------------------------------------------------- */

static enum as_smime_signature signature_result(const struct as_signer_job *job)
{
	uint32_t faults = job->out->faults;

	if ((faults & (AS_SMIME_FAULT_DIGEST | AS_SMIME_FAULT_SIGNATURE)) != 0)
		return AS_SMIME_SIG_INVALID;
	if (job->run->request->content_missing)
		return AS_SMIME_SIG_UNCHECKED;
	if ((faults & AS_SMIME_FAULT_MALFORMED) != 0)
		return AS_SMIME_SIG_INVALID;
	if (job->reasons[bit_of(AS_SMIME_FAULT_UNSUPPORTED)] != NULL)
		return AS_SMIME_SIG_UNSUPPORTED;
	if ((faults & AS_SMIME_FAULT_NO_CERT) != 0 ||
	    job->reasons[bit_of(AS_SMIME_FAULT_LIMIT)] != NULL)
		return AS_SMIME_SIG_UNCHECKED;
	return AS_SMIME_SIG_VALID;
}

/* A phrase without names from the mail: it may stand in a header field. The notes
 * say more. */
static const char *reason_of(const struct as_signer_job *job, uint32_t allow)
{
	uint32_t left = as_smime_faults_left(job->out->faults, allow);

	for (size_t i = 0; i < FAULT_WORDS; i++) {
		const struct fault_word *word = &fault_words[i];

		if ((left & word->fault) == 0)
			continue;
		if (job->reasons[bit_of(word->fault)] != NULL)
			return job->reasons[bit_of(word->fault)];
		return word->phrase;
	}
	return "";
}

void as_signer_report(struct as_signer_job *job, uint32_t allow)
{
	const struct as_signers_request *request = job->run->request;

	job->out->signature = signature_result(job);
	job->out->reason = reason_of(job, allow);
	note_faults(job, allow);
	if (job->cert != NULL)
		as_path_notes(request->notes, request->layer, &job->path, job->out);
	note_time(job);
	note_no_attributes(job);
	as_ess_signer(request->notes, request->layer, job->info);
	if (job->forms.not_der)
		as_smime_note(request->notes, request->layer, "smime.malformed", ASSAY_INFO,
			      "%s: the signed attributes are not in DER.", who(job));
}
