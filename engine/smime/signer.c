/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/signer_job.h"

#include "smime/certs.h"
#include "smime/ess.h"

#include <errno.h>
#include <openssl/err.h>

/* A lone LF becomes two octets. */
static size_t canonical_bytes_max(struct as_span content)
{
	return content.size > SIZE_MAX / 2 - 1 ? SIZE_MAX : 2 * content.size + 1;
}

/* Signers with one certificate have one path. */
static bool take_path_of(struct as_signer_job *job, const struct as_signer_job *others,
			 size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (others[i].cert == job->cert) {
			job->path = others[i].path;
			return true;
		}
	return false;
}

static void check_path(struct as_signer_job *job, const struct as_signer_job *others, size_t count)
{
	const struct as_signers_request *request = job->run->request;
	const struct as_path_request path = {
		.trust = request->trust,
		.certs = request->certs,
		.crls = request->cms->crls,
		.crl_count = request->cms->crl_count,
		.signer = job->cert,
		.at = request->at,
		.arena = request->arena,
	};

	if (job->cert == NULL)
		return;
	if (!take_path_of(job, others, count))
		as_path_check(&path, &job->path);
	job->out->chain = job->path.chain;
	job->out->revocation = job->path.revocation;
	job->out->path = job->path.subjects;
	job->out->path_count = job->path.subject_count;
	job->out->faults |= job->path.faults;
}

static void judge(struct as_signer_job *job, const struct as_signer_job *others, size_t count)
{
	const struct as_signers_request *request = job->run->request;

	*job->out = (struct as_smime_signer){
		.subject = "",
		.issuer = "",
		.serial = "",
		.sha256 = "",
		.digest = "",
		.algorithm = "",
		.reason = "",
		.signing_time = AS_SMIME_NO_TIME,
	};
	if (request->detached && request->cms->has_econtent)
		job->out->faults |= AS_SMIME_FAULT_ECONTENT;
	if (request->ambiguous)
		job->out->faults |= AS_SMIME_FAULT_AMBIGUOUS;
	as_signer_check(job);
	if (job->cert != NULL)
		as_cert_describe(request->arena, job->cert, job->out);
	else
		as_signer_describe(job);
	check_path(job, others, count);
	as_signer_check_key(job);
	as_signer_report(job, as_trust_settings(request->trust)->allow);
}

static void note_layer(const struct as_signers_request *request)
{
	const struct as_cms *cms = request->cms;
	struct as_smime_layer *layer = request->layer;

	if (cms->signer_count == 0 && layer->state != AS_SMIME_CERTS_ONLY)
		as_smime_note(request->notes, layer, "smime.no_signers",
			      request->content.size > 0 ? ASSAY_MEDIUM : ASSAY_SEVERITY_DEFAULT,
			      "The signature has the form of one, but nobody signed.");
	if (cms->signer_count > 1)
		as_smime_note(request->notes, layer, "smime.multiple_signers",
			      ASSAY_SEVERITY_DEFAULT, "%zu signers.", cms->signer_count);
	/* C1 of the "Johnny" paper: a client that verifies the inner content and
	 * shows the outer one says "good" to any text. */
	if (request->detached && cms->has_econtent)
		as_smime_note(request->notes, layer, "smime.econtent_in_detached",
			      ASSAY_SEVERITY_DEFAULT,
			      "The detached signature holds a content of its own, which some "
			      "readers take for what is signed.");
	as_ess_content(request->notes, layer, cms);
}

static void judge_layer(struct as_smime_layer *layer, uint32_t allow)
{
	layer->valid = as_smime_layer_valid(layer, allow);
	layer->reason = "";
	if (layer->state == AS_SMIME_CERTS_ONLY)
		return;
	if (layer->signer_count == 0)
		layer->reason = "nobody signed";
	/* A signer who is bad decides before one of whom nothing can be said. */
	for (int pass = 0; pass < 2 && *layer->reason == '\0'; pass++)
		for (size_t i = 0; i < layer->signer_count && *layer->reason == '\0'; i++) {
			const uint32_t undecided =
				AS_SMIME_FAULT_UNSUPPORTED | AS_SMIME_FAULT_LIMIT;
			uint32_t left = as_smime_faults_left(layer->signers[i].faults, allow);

			if (pass == 1 || (left & ~undecided) != 0)
				layer->reason = layer->signers[i].reason;
		}
}

int as_signers_verify(const struct as_signers_request *request, X509 ***certs_out)
{
	const struct as_cms *cms = request->cms;
	struct as_smime_layer *layer = request->layer;
	const size_t count = cms->signer_count;
	struct as_signers_run *run = as_arena_alloc(request->arena, sizeof(*run));
	struct as_signer_job *jobs = as_arena_array(request->arena, count + 1, sizeof(*jobs));
	X509 **certs = as_arena_array(request->arena, count + 1, sizeof(X509 *));
	struct as_smime_signer *signers =
		as_arena_array(request->arena, count + 1, sizeof(*signers));

	if (run == NULL || jobs == NULL || certs == NULL || signers == NULL)
		return -ENOMEM;
	run->request = request;
	run->digests.content = request->content;
	as_buffer_init(&run->canonical, canonical_bytes_max(request->content));
	layer->signers = signers;
	layer->signer_count = count;
	note_layer(request);
	for (size_t i = 0; i < count; i++) {
		jobs[i].run = run;
		jobs[i].info = &cms->signers[i];
		jobs[i].out = &signers[i];
		jobs[i].number = i + 1;
		judge(&jobs[i], jobs, i);
		certs[i] = jobs[i].cert;
	}
	judge_layer(layer, as_trust_settings(request->trust)->allow);
	as_certs_cost(request->certs)->message_units += run->cost;
	if (request->hashed != NULL)
		*request->hashed += run->digests.hashed;
	as_buffer_deinit(&run->canonical);
	ERR_clear_error();
	if (run->no_memory || request->notes->lost)
		return -ENOMEM;
	*certs_out = certs;
	return 0;
}
