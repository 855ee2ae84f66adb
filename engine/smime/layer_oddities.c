/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/layer.h"

#include "mime/line.h"

/* A line end is what editors and encoders of text leave behind binary octets. */
static void note_trailing(struct as_layer_work *work)
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

void as_layer_note_type(struct as_layer_work *work)
{
	as_smime_note(work->notes, work->layer, "smime.content_not_mime", ASSAY_SEVERITY_DEFAULT,
		      "The content is of the type %s.",
		      as_oid_name(work->session->arena, work->parse.cms.econtent_type));
}

/* RFC 5652 s5.1: readers may refuse such a signature, and some do. */
static void note_unlisted(struct as_layer_work *work, const struct as_cms_signer *signer)
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

void as_layer_note_oddities(struct as_layer_work *work)
{
	const struct as_cms *cms = &work->parse.cms;

	if ((cms->oddities & AS_CMS_TRAILING) != 0)
		note_trailing(work);
	/* RFC 8551 s2.4.1: a MIME entity is id-data. Another type was signed for another
	 * purpose, and its octets may mean something else there. */
	if (cms->econtent_type.size > 0 &&
	    (cms->econtent_known == NULL || (work->clear && !is_data(cms))))
		as_layer_note_type(work);
	for (size_t i = 0; i < cms->signer_count; i++)
		note_unlisted(work, &cms->signers[i]);
}
