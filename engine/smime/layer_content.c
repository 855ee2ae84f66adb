/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/layer.h"

#include "smime/armour.h"
#include "smime/certs.h"
#include "smime/identity.h"
#include "smime/signer.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/evp.h>

/* Of lines with delimiters, see frame.h, in a unit of AS_SMIME_COST_MAX. */
#define COMPARES_PER_UNIT 5000u

static struct as_span header_of(const struct as_smime_mail *mail)
{
	if (mail->tree == NULL || mail->root == NULL)
		return as_span_make(NULL, 0);
	return as_span_slice(mail->tree->message, mail->root->header_begin,
			     mail->root->body_begin - mail->root->header_begin);
}

/* The detached text, or what is inside. */
static void find_content(struct as_layer_work *work, struct as_signers_request *request)
{
	const struct as_cms *cms = &work->parse.cms;
	struct as_smime_octets octets;

	if (!work->clear) {
		request->content = cms->econtent_hashed;
		request->content_missing = !cms->has_econtent;
		work->layer->content = cms->econtent;
		return;
	}
	/* It costs a search through the part for every layer round it. */
	if (work->skip != NULL)
		return;
	as_smime_signed_octets(work->subject->tree, work->candidate, &octets);
	/* The structure was searched in the same way. */
	work->session->cost += (unsigned)(2 * octets.compared / COMPARES_PER_UNIT);
	request->detached = true;
	request->content = octets.raw;
	request->try_canonical = octets.needs_canonical;
	request->content_missing = !octets.found;
	work->layer->content = octets.raw;
}

static int check_authors(struct as_layer_work *work, X509 *const *certs)
{
	struct as_smime_session *session = work->session;
	struct as_identity_request identity = {
		.arena = session->arena,
		.notes = work->notes,
		.layer = work->layer,
		.certs = certs,
		.header = header_of(work->layer->mail),
		.allow = as_trust_settings(session->trust)->allow,
	};

	if (work->layer->signer_count == 0 || identity.header.size == 0)
		return 0;
	as_date_check(work->notes, work->layer, identity.header);
	return as_identity_check(&identity);
}

static int verify(struct as_layer_work *work)
{
	struct as_smime_session *session = work->session;
	const struct as_cms *cms = &work->parse.cms;
	struct as_signers_request request = {
		.trust = session->trust,
		.cms = cms,
		.layer = work->layer,
		.notes = work->notes,
		.arena = session->arena,
		.ambiguous = work->ambiguous,
		.at = session->at,
		.hashed = &session->hashed,
	};
	X509 **certs = NULL;
	int rc;

	find_content(work, &request);
	if (work->skip != NULL) {
		as_smime_note(work->notes, work->layer, "smime.limit_exceeded",
			      ASSAY_SEVERITY_DEFAULT, "%s: this one's signature was not verified.",
			      work->skip);
		work->layer->reason = "a limit was reached";
		return 0;
	}
	request.certs = as_certs_new(session->trust, cms->certs, cms->cert_count);
	if (request.certs == NULL)
		return -ENOMEM;
	rc = as_signers_verify(&request, &certs);
	session->cost += as_certs_work(request.certs);
	if (rc == 0)
		rc = check_authors(work, certs);
	as_certs_free(request.certs);
	return rc;
}

static int open_envelope(struct as_layer_work *work)
{
	struct as_smime_session *session = work->session;
	const struct as_open_request request = {
		.cms = &work->parse.cms,
		.layer = work->layer,
		.notes = work->notes,
		.arena = session->arena,
		/* One keeper serves all workers. */
		.ops = work->skip != NULL ? NULL : session->ops,
		.max_bytes = session->max_bytes,
		.inflation = &session->inflation,
		.cost = &session->cost,
	};
	int rc;

	if (work->skip != NULL && as_smime_layer_encrypted(work->layer))
		as_smime_note(work->notes, work->layer, "smime.limit_exceeded",
			      ASSAY_SEVERITY_DEFAULT, "%s: this one was not decrypted.",
			      work->skip);
	if (work->layer->state == AS_SMIME_COMPRESSED)
		rc = as_open_compressed(&request, session->charge, session->charge_context,
					work->made);
	else
		rc = as_open_envelope(&request, work->made);
	if (rc == 0 && work->layer->opening == AS_SMIME_OPEN_DONE)
		work->layer->content = as_buffer_span(work->made);
	return rc;
}

/* RFC 5652 s7: nobody signed it, so a right digest says nothing. */
static void check_digest(struct as_layer_work *work)
{
	const struct as_cms *cms = &work->parse.cms;
	const struct as_oid *known = cms->digest.known;
	unsigned char value[EVP_MAX_MD_SIZE];
	EVP_MD *method = NULL;
	unsigned int size = 0;

	work->layer->content = cms->econtent;
	if (known != NULL && known->kind == AS_OID_DIGEST && known->openssl != NULL)
		method = EVP_MD_fetch(NULL, known->openssl, NULL);
	if (method == NULL)
		as_smime_note(work->notes, work->layer, "smime.unsupported_algorithm",
			      ASSAY_SEVERITY_DEFAULT, "The digest %s is not known here.",
			      as_oid_name(work->session->arena, cms->digest.oid));
	else if (EVP_Digest(cms->econtent_hashed.data, cms->econtent_hashed.size, value, &size,
			    method, NULL) != 1 ||
		 !as_span_equal(as_span_make(value, size), cms->digest_value))
		as_smime_note(work->notes, work->layer, "smime.bad_digest", ASSAY_SEVERITY_DEFAULT,
			      "The digest is not that of the content.");
	EVP_MD_free(method);
	ERR_clear_error();
}

static bool is_hidden_from(const struct as_smime_layer *layer)
{
	for (; layer != NULL; layer = layer->parent)
		if (as_smime_layer_encrypted(layer))
			return true;
	return false;
}

static int check_protection(struct as_layer_work *work)
{
	const struct as_protect_request request = {
		.arena = work->session->arena,
		.notes = work->notes,
		.layer = work->layer,
		.outer = header_of(work->layer->mail),
		.content = work->layer->content,
		.encrypted = is_hidden_from(work->layer),
	};
	struct as_span inner;

	if (request.outer.size == 0 || request.content.size == 0 ||
	    work->layer->coverage != AS_SMIME_WHOLE)
		return 0;
	return as_protect_check(&request, &inner);
}

static int judge_by_state(struct as_layer_work *work)
{
	switch (work->layer->state) {
	case AS_SMIME_SIGNED_CLEAR:
	case AS_SMIME_SIGNED_OPAQUE:
		return verify(work);
	case AS_SMIME_CERTS_ONLY:
		return 0;
	case AS_SMIME_ENVELOPED:
	case AS_SMIME_AUTHENVELOPED:
	case AS_SMIME_ENCRYPTED:
	case AS_SMIME_COMPRESSED:
		return open_envelope(work);
	case AS_SMIME_DIGESTED:
		check_digest(work);
		return 0;
	case AS_SMIME_MALFORMED:
		break;
	}
	return 0;
}

static void check_content(struct as_layer_work *work)
{
	const struct as_oid *type = work->parse.cms.econtent_known;
	enum as_smime_inside inside = as_smime_inside(work->layer);

	/* RFC 2634 s2.6: a receipt is none. */
	if (inside == AS_SMIME_INSIDE_FILE && (type == NULL || type->id != AS_OID_RECEIPT))
		as_smime_note(work->notes, work->layer, "smime.content_not_mime",
			      ASSAY_SEVERITY_DEFAULT,
			      "The content is no MIME entity: clients show it as they like.");
	if (inside == AS_SMIME_INSIDE_MIME && type != NULL && type->id != AS_OID_DATA)
		as_layer_note_type(work);
}

int as_layer_judge_content(struct as_layer_work *work)
{
	int rc = judge_by_state(work);

	if (rc == 0)
		rc = check_protection(work);
	if (rc == 0 && !work->clear)
		check_content(work);
	return rc;
}

/* Not only the first octets: what merely begins so may be a message to clients, which
 * pass over lines that are no fields. */
static bool is_whole_cms(const struct as_smime_layer *layer)
{
	struct as_cms_parse parse;

	if (!as_cms_looks_like(layer->content))
		return false;
	as_cms_parse(layer->mail->notes.arena, layer->content, &parse);
	return parse.result == AS_CMS_OK && parse.cms.trailing == 0;
}

enum as_smime_inside as_smime_inside(const struct as_smime_layer *layer)
{
	if (layer->content.size == 0)
		return AS_SMIME_INSIDE_NOTHING;
	if (is_whole_cms(layer))
		return AS_SMIME_INSIDE_CMS;
	if (as_smime_is_mime(layer->content))
		return AS_SMIME_INSIDE_MIME;
	return as_smime_file_looks(layer->content) ? AS_SMIME_INSIDE_CMS : AS_SMIME_INSIDE_FILE;
}
