/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/mail.h"

#include "mime/line.h"
#include "smime/armour.h"
#include "smime/certs.h"
#include "smime/cms.h"
#include "smime/coverage.h"
#include "smime/identity.h"
#include "smime/signer.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/evp.h>

/* Of lines with delimiters, see frame.h, in a unit of AS_SMIME_COST_MAX. */
#define COMPARES_PER_UNIT 5000u

/* One layer while it is judged. */
struct work {
	struct as_smime_session *session;
	const struct as_smime_subject *subject;
	const struct as_smime_candidate *candidate; /* NULL: bare */
	struct as_smime_layer *layer;
	struct as_smime_notes *notes;
	struct as_span octets; /* the CMS object as it was found */
	struct as_cms_parse parse;
	struct as_buffer *made;
	bool clear;	  /* multipart/signed */
	const char *skip; /* opened, not verified: why; NULL: it is */
	bool ambiguous;	  /* which octets were signed */
};

static struct as_span header_of(const struct as_smime_mail *mail)
{
	if (mail->tree == NULL || mail->root == NULL)
		return as_span_make(NULL, 0);
	return as_span_slice(mail->tree->message, mail->root->header_begin,
			     mail->root->body_begin - mail->root->header_begin);
}

static void link_layer(struct as_smime_layer *layer)
{
	struct as_smime_mail *mail = layer->mail;

	layer->number = mail->layer_count++;
	if (mail->last == NULL)
		mail->first = layer;
	else
		mail->last->next = layer;
	mail->last = layer;
}

/* Nothing that can be verified: clear-signed mail of that kind is not valid, of
 * other things nothing can be said. */
static void give_up(struct work *work, const char *reason)
{
	work->layer->reason = reason;
	work->layer->valid = work->clear ? AS_SMIME_NO : AS_SMIME_UNKNOWN;
}

static void judge_broken(struct work *work)
{
	struct as_smime_layer *layer = work->layer;

	/* What can be seen is inspected all the same. */
	if (!work->clear && work->parse.cms.has_econtent)
		layer->content = work->parse.cms.econtent;
	if (work->parse.result == AS_CMS_LIMIT) {
		layer->state = as_cms_state(&work->parse.cms, work->clear);
		as_smime_note(work->notes, layer, "smime.limit_exceeded", ASSAY_SEVERITY_DEFAULT,
			      "Nothing of this CMS object was verified: %s.", work->parse.reason);
		give_up(work, "a limit was reached");
		layer->valid = AS_SMIME_UNKNOWN;
		return;
	}
	layer->state = AS_SMIME_MALFORMED;
	as_smime_note(work->notes, layer, "smime.malformed", ASSAY_SEVERITY_DEFAULT,
		      "This is no CMS object that can be read: %s.",
		      work->parse.reason[0] != '\0' ? work->parse.reason : "it is empty");
	give_up(work, "malformed");
}

/* A line end is what editors and encoders of text leave behind binary octets. */
static void note_trailing(struct work *work)
{
	size_t size = work->parse.cms.trailing;
	struct as_span rest = as_span_from(work->octets, work->octets.size - size);

	as_smime_note(work->notes, work->layer, "smime.trailing_data",
		      as_span_blank(rest) ? ASSAY_INFO : ASSAY_SEVERITY_DEFAULT,
		      "%zu octets stand behind the CMS object.", size);
}

static bool is_data(const struct as_cms *cms)
{
	return cms->econtent_known != NULL && cms->econtent_known->id == AS_OID_DATA;
}

static void note_content_type(struct work *work)
{
	as_smime_note(work->notes, work->layer, "smime.content_not_mime", ASSAY_SEVERITY_DEFAULT,
		      "The content is of the type %s.",
		      as_oid_name(work->session->arena, work->parse.cms.econtent_type));
}

/* RFC 5652 s5.1: readers may refuse such a signature, and some do. */
static void note_unlisted(struct work *work, const struct as_cms_signer *signer)
{
	const struct as_cms *cms = &work->parse.cms;

	for (size_t i = 0; i < cms->digest_count; i++)
		if (as_span_equal(cms->digests[i].oid, signer->digest.oid))
			return;
	as_smime_note(work->notes, work->layer, "smime.micalg_mismatch", ASSAY_LOW,
		      "The signature uses %s, which is not in the list of digests of the CMS "
		      "object.",
		      as_oid_name(work->session->arena, signer->digest.oid));
}

static void note_oddities(struct work *work)
{
	const struct as_cms *cms = &work->parse.cms;

	if ((cms->oddities & AS_CMS_TRAILING) != 0)
		note_trailing(work);
	/* RFC 8551 s2.4.1: a MIME entity is id-data. Another type was signed for another
	 * purpose, and its octets may mean something else there. */
	if (cms->econtent_type.size > 0 &&
	    (cms->econtent_known == NULL || (work->clear && !is_data(cms))))
		note_content_type(work);
	for (size_t i = 0; i < cms->signer_count; i++)
		note_unlisted(work, &cms->signers[i]);
}

static const char *const *digest_names(struct work *work, size_t *count_out)
{
	const struct as_cms *cms = &work->parse.cms;
	const char **names =
		as_arena_array(work->session->arena, cms->signer_count + 1, sizeof(*names));

	*count_out = 0;
	if (names == NULL)
		return NULL;
	for (size_t i = 0; i < cms->signer_count; i++)
		names[(*count_out)++] =
			as_oid_name(work->session->arena, cms->signers[i].digest.oid);
	return names;
}

static void check_structure(struct work *work)
{
	struct as_smime_structure structure = {
		.tree = work->subject->tree,
		.candidate = work->candidate,
		.state = work->layer->state,
		.content_missing =
			!work->parse.cms.has_econtent && work->parse.cms.signer_count > 0,
	};

	if (work->candidate == NULL || work->skip != NULL)
		return;
	structure.digests = digest_names(work, &structure.digest_count);
	as_smime_check_structure(work->notes, work->layer, &structure, &work->ambiguous);
}

static int check_coverage(struct work *work)
{
	const struct as_smime_layer *parent = work->layer->parent;
	const struct as_coverage_request request = {
		.arena = work->session->arena,
		.notes = work->notes,
		.layer = work->layer,
		.root = work->subject->root,
		.signature = work->candidate != NULL ? work->candidate->signature : NULL,
		.parent = parent != NULL ? parent->coverage : AS_SMIME_WHOLE,
		.memo = work->layer->mail->seen,
	};

	if (work->layer->entity == NULL) {
		if (work->layer->state != AS_SMIME_CERTS_ONLY &&
		    work->layer->state != AS_SMIME_MALFORMED)
			work->layer->coverage = request.parent;
		return 0;
	}
	return as_coverage_check(&request, &work->layer->coverage);
}

/* The detached text, or what is inside. */
static void find_content(struct work *work, struct as_signers_request *request)
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

static int check_authors(struct work *work, X509 *const *certs)
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

static int verify(struct work *work)
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

static int open_envelope(struct work *work)
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
static void check_digest(struct work *work)
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

static int check_protection(struct work *work)
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

static int judge_content(struct work *work)
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

static void check_content(struct work *work)
{
	const struct as_oid *type = work->parse.cms.econtent_known;
	enum as_smime_inside inside = as_smime_inside(work->layer);

	/* RFC 2634 s2.6: a receipt is none. */
	if (inside == AS_SMIME_INSIDE_FILE && (type == NULL || type->id != AS_OID_RECEIPT))
		as_smime_note(work->notes, work->layer, "smime.content_not_mime",
			      ASSAY_SEVERITY_DEFAULT,
			      "The content is no MIME entity: clients show it as they like.");
	if (inside == AS_SMIME_INSIDE_MIME && type != NULL && type->id != AS_OID_DATA)
		note_content_type(work);
}

/* RFC 8551 s3.2.2, s3.8: without signers it is a bag of certificates if it is called
 * one; under another name it is a signature that nobody made. */
static enum as_smime_state state_of(const struct work *work)
{
	enum as_smime_state state = as_cms_state(&work->parse.cms, work->clear);

	if (state == AS_SMIME_CERTS_ONLY && work->candidate != NULL &&
	    as_smime_says_other(work->notes, work->subject->tree, work->candidate->entity, state))
		return AS_SMIME_SIGNED_OPAQUE;
	return state;
}

static int judge(struct work *work)
{
	int rc;

	work->layer->state = state_of(work);
	note_oddities(work);
	check_structure(work);
	rc = check_coverage(work);
	if (work->layer->state == AS_SMIME_SIGNED_OPAQUE && !work->parse.cms.has_econtent)
		work->layer->coverage = AS_SMIME_NONE;
	if (rc == 0)
		rc = judge_content(work);
	if (rc == 0)
		rc = check_protection(work);
	if (rc == 0 && !work->clear)
		check_content(work);
	return rc;
}

/* -ENOMEM, else 0 with empty octets when there are none. */
static int find_octets(struct work *work)
{
	const struct as_smime_subject *subject = work->subject;
	const struct as_entity *leaf;

	if (work->candidate == NULL)
		return as_smime_file_octets(work->notes, work->layer, subject->octets,
					    work->session->max_bytes, &work->octets);
	leaf = work->clear ? work->candidate->signature : work->candidate->entity;
	if (leaf == NULL)
		return 0;
	return as_smime_cms_octets(work->notes, work->layer, subject->tree, leaf,
				   work->session->max_bytes, &work->octets);
}

static void note_stray(struct work *work)
{
	const struct as_smime_structure structure = {.tree = work->subject->tree,
						     .candidate = work->candidate};
	bool ambiguous = false;

	as_smime_check_structure(work->notes, NULL, &structure, &ambiguous);
}

/* Called a signature, but it holds a text, or is something else: that has to be
 * judged and opened like any other. */
static bool is_no_signature(const struct work *work)
{
	const struct as_cms *cms = &work->parse.cms;

	return work->parse.result != AS_CMS_NOT_CMS && work->parse.result != AS_CMS_MALFORMED &&
	       (cms->has_econtent || as_cms_state(cms, false) != AS_SMIME_SIGNED_OPAQUE);
}

static struct as_smime_layer *new_layer(const struct work *work)
{
	const struct as_smime_subject *subject = work->subject;
	struct as_smime_layer *layer = as_arena_alloc(work->session->arena, sizeof(*layer));

	if (layer != NULL)
		*layer = (struct as_smime_layer){
			.path = subject->path,
			.reason = "",
			.cipher = "",
			.parent = subject->place.layer,
			.mail = subject->place.mail,
			.tree = subject->tree,
			.entity = work->candidate != NULL ? work->candidate->entity : NULL,
			.carrier = subject->carrier,
		};
	return layer;
}

/* Whether it makes a layer at all; a stray signature is noted. leaf gets what a
 * stray candidate is when it turns out to be more than that. */
static bool is_layer(struct work *work, struct as_smime_candidate *leaf)
{
	const struct as_smime_candidate *candidate = work->candidate;

	if (candidate == NULL)
		return true;
	if (work->parse.result != AS_CMS_OK && candidate->by_content)
		return false;
	if (candidate->form != AS_SMIME_FORM_STRAY)
		return true;
	if (!is_no_signature(work)) {
		note_stray(work);
		return false;
	}
	*leaf = *candidate;
	leaf->form = AS_SMIME_FORM_CMS;
	work->candidate = leaf;
	return true;
}

static const char *why_skipped(struct as_smime_session *session)
{
	if (session->layer_count++ >= AS_SMIME_LAYERS_MAX)
		return "There are too many layers of S/MIME";
	if (session->cost >= AS_SMIME_COST_MAX)
		return "Other layers of S/MIME have cost too much";
	if (session->hashed >= AS_SMIME_HASHED_BYTES_MAX)
		return "The signed texts of other layers are too long together";
	return NULL;
}

int as_smime_judge(struct as_smime_session *session, const struct as_smime_subject *subject,
		   struct as_buffer *made, struct as_smime_layer **layer_out)
{
	struct work work = {
		.session = session,
		.subject = subject,
		.candidate = subject->candidate,
		.notes = &subject->place.mail->notes,
		.made = made,
		.clear = subject->candidate != NULL &&
			 subject->candidate->form == AS_SMIME_FORM_MULTIPART,
	};
	struct as_smime_candidate leaf;

	*layer_out = NULL;
	work.layer = new_layer(&work);
	if (work.layer == NULL || find_octets(&work) != 0)
		return -ENOMEM;
	as_cms_parse(session->arena, work.octets, &work.parse);
	if (work.parse.result == AS_CMS_MEMORY)
		return -ENOMEM;
	if (!is_layer(&work, &leaf))
		return 0;
	work.skip = why_skipped(session);
	link_layer(work.layer);
	*layer_out = work.layer;
	if (work.parse.result == AS_CMS_OK)
		return judge(&work);
	judge_broken(&work);
	check_structure(&work);
	return check_coverage(&work);
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
