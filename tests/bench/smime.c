/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a clear-signed mail costs: RSA-2048, 4 KB of text, leaf, intermediate
 * and root. First the bare loop over OpenSSL (SMIME_read_CMS, CMS_verify with
 * the path), then the whole inspection of the engine without plugins: tree,
 * readings, layers, signature, path, identity, coverage, findings, verdict. The
 * two take turns in rounds, so that what else the machine does is the same for
 * both; CPU time, medians. Arguments: rounds (21), mails a round (200).
 */
#include "base/clock.h"
#include "inspect/inspect.h"
#include "smimemake.h"
#include "policy/verdict.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define TEXT_BYTES 4096u
#define ROUNDS_MAX 1001u

struct bench {
	struct as_span mail;
	X509_STORE *store;
	struct as_engine *engine;
	unsigned int mails;
};

static double cpu_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void fail(const char *what)
{
	fprintf(stderr, "bench smime: %s\n", what);
	ERR_print_errors_fp(stderr);
	exit(1);
}

static struct as_span make_part(void)
{
	static const char head[] = "Content-Type: text/plain; charset=us-ascii\r\n\r\n";
	char *text = malloc(sizeof(head) + TEXT_BYTES + TEXT_BYTES / 32);
	size_t size = sizeof(head) - 1;
	struct as_span part;

	if (text == NULL)
		fail("no memory");
	memcpy(text, head, size);
	while (size < TEXT_BYTES) {
		memcpy(text + size,
		       "Sixty-four octets of plain text, line after line, all alike.\r\n", 62);
		size += 62;
	}
	part = sm_copy(text, size);
	free(text);
	return part;
}

/* The mail has leaf and intermediate, as mail clients send it. */
static void make_mail(struct bench *bench)
{
	X509 *root = sm_root();
	const struct sm_cert middle = {.subject = "/CN=Test Intermediate",
				       .key = sm_key(SM_RSA2048, 1),
				       .issuer = root,
				       .issuer_key = sm_root_key(),
				       .ca = true};
	X509 *intermediate = sm_cert(&middle);
	const struct sm_cert person = {.subject = "/CN=Alice",
				       .key = sm_key(SM_RSA2048, 2),
				       .issuer = intermediate,
				       .issuer_key = middle.key,
				       .email = "alice@example.org"};
	struct sm_signer signer = {.cert = sm_cert(&person), .key = person.key};
	struct as_span part = make_part();
	X509 *const others[] = {intermediate};
	const struct sm_signed spec = {.content = part,
				       .detached = true,
				       .signers = &signer,
				       .signer_count = 1,
				       .certs = others,
				       .cert_count = 1};

	bench->mail = sm_clear_mail("From: Alice <alice@example.org>\r\nTo: bob@example.org\r\n"
				    "Subject: figures\r\nMessage-ID: <1@example.org>\r\n"
				    "Date: Thu, 09 Oct 2025 08:53:20 +0000\r\n",
				    part, sm_signed_data(&spec));
}

static void open_store(struct bench *bench)
{
	X509_VERIFY_PARAM *param = X509_VERIFY_PARAM_new();

	bench->store = X509_STORE_new();
	if (bench->store == NULL || param == NULL ||
	    X509_STORE_add_cert(bench->store, sm_root()) != 1)
		fail("no store");
	X509_VERIFY_PARAM_set_time(param, (time_t)SM_NOW);
	X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_SMIME_SIGN);
	X509_STORE_set1_param(bench->store, param);
	X509_VERIFY_PARAM_free(param);
}

/* The engine reads anchors from files only. */
static void open_engine(struct bench *bench, const char *anchor)
{
	struct as_engine_settings settings = {.readings = true};
	struct as_error error = {.text = ""};
	FILE *file = fopen(anchor, "wb");
	struct as_span der = sm_cert_der(sm_root());

	if (file == NULL || fwrite(der.data, 1, der.size, file) != der.size || fclose(file) != 0)
		fail("the anchor cannot be written");
	as_limits_standard(&settings.limits);
	settings.smime = (struct as_smime_settings){.enabled = true,
						    .anchors = &anchor,
						    .anchor_count = 1,
						    .at_set = true,
						    .at = SM_NOW};
	if (as_engine_open(&settings, NULL, &bench->engine, &error) < 0)
		fail(error.text);
	remove(anchor);
}

static void run_floor(const struct bench *bench)
{
	BIO *in = BIO_new_mem_buf(bench->mail.data, (int)bench->mail.size);
	BIO *content = NULL;
	CMS_ContentInfo *cms = SMIME_read_CMS(in, &content);

	if (cms == NULL || CMS_verify(cms, NULL, bench->store, content, NULL, 0) != 1)
		fail("OpenSSL refuses the mail");
	CMS_ContentInfo_free(cms);
	BIO_free(content);
	BIO_free(in);
}

static void run_engine(const struct bench *bench)
{
	const struct as_inspect_request request = {
		.octets = bench->mail, .is_message = true, .clock = &as_clock_system};
	struct as_verdict_request verdict = {.policy = as_policy_builtin(),
					     .source = {.id = "x", .file = ""}};
	struct as_verdict_summary summary;
	struct assay_scan *scan = NULL;
	struct as_buffer json;

	if (as_inspect(bench->engine, &request, &scan) != 0)
		fail("the mail was not inspected");
	if (scan->smime.first == NULL || scan->smime.first->first == NULL ||
	    scan->smime.first->first->valid != AS_SMIME_YES)
		fail("the engine refuses the mail");
	as_buffer_init(&json, 0);
	verdict.scan = scan;
	if (as_verdict_render(&verdict, &json, &summary) != 0)
		fail("no verdict");
	as_buffer_deinit(&json);
	as_inspect_free(scan);
}

static double round_of(const struct bench *bench, void (*run)(const struct bench *))
{
	double begin = cpu_seconds();

	for (unsigned int i = 0; i < bench->mails; i++)
		run(bench);
	return (cpu_seconds() - begin) / bench->mails * 1e6;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), compare);
	return values[count / 2];
}

int main(int argc, char **argv)
{
	static double floors[ROUNDS_MAX], engines[ROUNDS_MAX], ratios[ROUNDS_MAX];
	unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 21;
	struct bench bench = {.mails = argc > 2 ? (unsigned int)strtoul(argv[2], NULL, 10) : 200};
	char anchor[] = "smime-bench-anchor.der";

	if (rounds == 0 || rounds > ROUNDS_MAX || bench.mails == 0)
		fail("expected 1 to 1001 rounds of at least one mail");
	make_mail(&bench);
	open_store(&bench);
	open_engine(&bench, anchor);
	round_of(&bench, run_floor);
	round_of(&bench, run_engine);
	for (size_t i = 0; i < rounds; i++) {
		floors[i] = round_of(&bench, run_floor);
		engines[i] = round_of(&bench, run_engine);
		ratios[i] = engines[i] / floors[i];
	}
	printf("{\"mail_octets\":%zu,\"openssl_us\":%.1f,\"assay_us\":%.1f,\"ratio\":%.3f}\n",
	       bench.mail.size, median(floors, rounds), median(engines, rounds),
	       median(ratios, rounds));
	as_engine_close(bench.engine);
	X509_STORE_free(bench.store);
	sm_end();
	return 0;
}
