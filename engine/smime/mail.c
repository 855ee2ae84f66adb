/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/mail.h"

#include "mime/entity.h"
#include "mime/transfer.h"
#include "smime/cms.h"
#include "smime/coverage.h"

#include <errno.h>

/* Octets of a body that are decoded to see whether it begins like CMS. */
#define SNIFF_BYTES 512u

int as_smime_mail_new(struct as_smime_session *session, const char *path,
		      const struct as_mime_tree *tree, const struct as_entity *root, bool own,
		      struct as_smime_mail **mail_out)
{
	struct as_smime_mail *mail = as_arena_alloc(session->arena, sizeof(*mail));

	struct as_coverage_memo *seen = as_arena_alloc(session->arena, sizeof(*seen));

	if (mail == NULL || seen == NULL)
		return -ENOMEM;
	*mail = (struct as_smime_mail){
		.path = path,
		.tree = tree,
		.root = root,
		.own = own,
		.notes = {.arena = session->arena},
		.seen = seen,
	};
	if (session->last == NULL)
		session->first = mail;
	else
		session->last->next = mail;
	session->last = mail;
	*mail_out = mail;
	return 0;
}

static bool begins_like_cms(void *context, const struct as_entity *leaf)
{
	const struct as_mime_tree *tree = context;
	struct as_span raw =
		as_span_slice(tree->message, leaf->body_begin, leaf->body_end - leaf->body_begin);
	unsigned char octets[SNIFF_BYTES];
	struct as_transfer transfer;

	raw = as_span_slice(raw, 0, SNIFF_BYTES);
	if (as_encoding_changes(leaf->encoding))
		raw = as_span_make(octets, as_transfer_decode(leaf->encoding, raw, octets,
							      sizeof(octets), &transfer));
	return as_cms_looks_like(raw);
}

int as_smime_mail_find(struct as_smime_session *session, const struct as_mime_tree *tree,
		       const struct as_entity *root, struct as_smime_candidate **first_out)
{
	return as_smime_find(session->arena, tree, root, begins_like_cms, (void *)(uintptr_t)tree,
			     first_out);
}

static bool stands_in(const struct as_smime_layer *layer, const struct as_smime_layer *outer)
{
	for (layer = layer->parent; layer != NULL; layer = layer->parent)
		if (layer == outer)
			return true;
	return false;
}

static bool has_signature_inside(const struct as_smime_mail *mail,
				 const struct as_smime_layer *outer)
{
	for (const struct as_smime_layer *l = outer->next; l != NULL; l = l->next)
		if (as_smime_layer_signed(l) && stands_in(l, outer) &&
		    !as_smime_noted(&mail->notes, l, "smime.from_mismatch"))
			return true;
	return false;
}

/* Signed over ciphertext and nothing signed within: the signer need not know
 * the text, and anybody could have taken an older signature off. A triple wrap
 * (RFC 2634 s1.1) has a signature inside, of the same author. */
static void check_order(struct as_smime_mail *mail, const struct as_smime_layer *layer)
{
	if (as_smime_layer_encrypted(layer) && layer->parent != NULL &&
	    as_smime_layer_signed(layer->parent) && !has_signature_inside(mail, layer))
		as_smime_note(&mail->notes, layer->parent, "smime.signed_outside_encryption",
			      ASSAY_SEVERITY_DEFAULT,
			      "The signature covers ciphertext only: whoever signed need not know "
			      "the text.");
	for (const struct as_smime_layer *up = layer->parent;
	     as_smime_layer_signed(layer) && up != NULL; up = up->parent) {
		if (!as_smime_layer_signed(up))
			continue;
		as_smime_note(&mail->notes, layer, "smime.nested_signature", ASSAY_SEVERITY_DEFAULT,
			      "This signature stands within another one.");
		break;
	}
}

/* All authors are signers of one valid signature over all that is shown. */
static bool is_authors_own(const struct as_smime_mail *mail, const struct as_smime_layer *layer)
{
	return as_smime_layer_signed(layer) && layer->valid == AS_SMIME_YES &&
	       layer->coverage == AS_SMIME_WHOLE &&
	       !as_smime_noted(&mail->notes, layer, "smime.from_mismatch");
}

static bool is_encrypted_between(const struct as_smime_layer *layer,
				 const struct as_smime_layer *outer)
{
	for (layer = layer->parent; layer != NULL && layer != outer; layer = layer->parent)
		if (as_smime_layer_encrypted(layer))
			return true;
	return false;
}

/* A mailing list or a gateway may sign round the author's own signature
 * (RFC 2634 s4, RFC 3183), and an author may sign what others have signed. Of
 * ciphertext he need not know the text: there who signed inside has written it. */
static bool is_forgiven(const struct as_smime_mail *mail, const struct as_smime_layer *layer)
{
	for (const struct as_smime_layer *l = mail->first; l != NULL; l = l->next) {
		if (!is_authors_own(mail, l))
			continue;
		if (!stands_in(layer, l) || !is_encrypted_between(layer, l))
			return true;
	}
	return false;
}

static void forgive_other_signers(struct as_smime_mail *mail)
{
	for (struct as_smime_note *n = mail->notes.first; n != NULL; n = n->next)
		if (n->layer != NULL && strcmp(n->code, "smime.from_mismatch") == 0 &&
		    is_forgiven(mail, n->layer))
			n->severity = ASSAY_INFO;
}

/* Whether the author vouches for all of the mail. */
static bool is_signed_by_author(const struct as_smime_mail *mail)
{
	for (const struct as_smime_layer *l = mail->first; l != NULL; l = l->next)
		if (is_authors_own(mail, l))
			return true;
	return false;
}

static const struct as_smime_layer *first_signed(const struct as_smime_mail *mail)
{
	for (const struct as_smime_layer *l = mail->first; l != NULL; l = l->next)
		if (as_smime_layer_signed(l))
			return l;
	return NULL;
}

void as_smime_finish(struct as_smime_session *session)
{
	for (struct as_smime_mail *mail = session->first; mail != NULL; mail = mail->next) {
		for (const struct as_smime_layer *l = mail->first; l != NULL; l = l->next)
			check_order(mail, l);
		forgive_other_signers(mail);
		if (mail->own || first_signed(mail) == NULL || !session->first->own)
			continue;
		/* A forwarded signature looks like the mail's own to a hasty reader. */
		as_smime_note(&session->first->notes, NULL, "smime.nested_signature",
			      is_signed_by_author(session->first) ? ASSAY_INFO : ASSAY_LOW,
			      "The signature at %s belongs to a message inside this one, not to "
			      "this one.",
			      first_signed(mail)->path);
	}
}
