/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/id.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/smime_options.h"
#include "mailbox/mailbox.h"
#include "pool/scanner.h"
#include "report/colour.h"
#include "report/smime.h"
#include "report/view.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define POLL_MS 100

struct smime {
	const struct as_verb *verb;
	const struct as_smime_options *options;
	const volatile sig_atomic_t *stop;
	bool told; /* that the file cannot be read */
	bool done;
	enum as_outcome outcome;
	struct as_buffer verdict;
};

static void on_trouble(void *context, enum as_trouble kind, const char *path, const char *why)
{
	struct smime *smime = context;

	if (kind == AS_TROUBLE_SKIPPED)
		return;
	as_complain(smime->verb, "%s: %s", path, why);
	smime->told = true;
}

static void on_done(void *context, const struct as_scanner_result *result)
{
	struct smime *smime = context;

	smime->done = true;
	smime->outcome = result->outcome;
	as_buffer_append(&smime->verdict, result->json.data, result->json.size);
}

/* A CMS object begins with a SEQUENCE or with its armour; everything else that
 * is asked about here is a message, however odd its first line. */
static bool is_message(const struct as_item *item)
{
	static const char armour[] = "-----BEGIN ";
	unsigned char octets[sizeof(armour) - 1];
	ssize_t got = pread(item->fd, octets, sizeof(octets), (off_t)item->offset);

	if (item->is_message || got <= 0)
		return item->is_message;
	return octets[0] != 0x30 &&
	       ((size_t)got < sizeof(octets) || memcmp(octets, armour, sizeof(octets)) != 0);
}

static int inspect(struct smime *smime, struct as_scanner *scanner, const struct as_item *item)
{
	char id[AS_ID_SIZE];
	const struct as_scanner_job job = {
		.fd = item->fd,
		.offset = item->offset,
		.size = item->size,
		.is_message = is_message(item),
		.id = id,
		.file = item->file->path,
		.source_offset = item->source_offset,
		.source_size = item->source_size,
		.index = item->index,
		.cookie = smime,
	};
	int rc;

	as_id_make(&as_clock_system, id);
	rc = as_scanner_submit(scanner, &job);
	while (rc >= 0 && !smime->done)
		rc = *smime->stop != 0 ? -EINTR : as_scanner_poll(scanner, POLL_MS, on_done, smime);
	if (rc >= 0 && smime->verdict.failed)
		rc = -ENOMEM;
	return rc < 0 ? rc : 0;
}

static int print(const struct smime *smime)
{
	json_t *verdict = as_view_open(as_buffer_span(&smime->verdict));
	enum as_smime_outcome outcome = AS_SMIME_OUTCOME_FAILED;
	struct as_output output;
	int status, rc = AS_E_PROTOCOL;

	as_output_init(&output, STDOUT_FILENO);
	if (verdict != NULL && smime->options->as_json)
		rc = as_smime_report_json(verdict, &output.text);
	else if (verdict != NULL)
		rc = as_smime_report_draw(verdict, as_colour_wanted(STDOUT_FILENO), &output.text);
	if (rc < 0)
		as_complain(smime->verb, "%s", as_code_text(rc));
	else if (smime->outcome == AS_OUTCOME_DONE)
		outcome = as_smime_report_outcome(verdict);
	json_decref(verdict);
	status = as_output_finish(&output, (int)outcome);
	as_output_deinit(&output);
	return status;
}

static int judge_item(struct smime *smime, const struct as_config *config,
		      const struct as_item *item)
{
	const struct as_scanner_settings settings = {
		.config = config, .workers = 1, .generation = 1, .clock = &as_clock_system};
	struct as_error error = {.text = ""};
	struct as_scanner *scanner = NULL;
	int rc = as_scanner_open(&settings, &scanner, &error);

	if (rc == 0)
		rc = inspect(smime, scanner, item);
	as_scanner_close(scanner);
	if (rc == 0)
		return print(smime);
	as_complain(smime->verb, "%s", error.text[0] != '\0' ? error.text : as_code_text(rc));
	return AS_EXIT_FAILED;
}

/* The item that is meant; the file may be a mailbox. */
static bool find_item(struct smime *smime, struct as_mailbox *mailbox, struct as_item *item_out)
{
	uint64_t count = 0;
	int rc;

	while ((rc = as_mailbox_next(mailbox, item_out)) > 0) {
		if (count++ == smime->options->index)
			return true;
		as_item_release(item_out);
	}
	if (rc < 0)
		as_complain(smime->verb, "%s: %s", smime->options->file, as_code_text(rc));
	else if (count > 0)
		as_complain(smime->verb, "%s has %llu message%s; --index counts from 0",
			    smime->options->file, (unsigned long long)count, count == 1 ? "" : "s");
	else if (!smime->told)
		as_complain(smime->verb, "%s: there is nothing in it", smime->options->file);
	return false;
}

static int run(struct smime *smime, const struct as_config *config)
{
	const struct as_mailbox_settings settings = {
		.copy_bytes_max = config->engine.limits.message_bytes,
		.stop = smime->stop,
		.trouble = on_trouble,
		.context = smime,
	};
	struct as_mailbox *mailbox = NULL;
	struct as_item item;
	int status = AS_EXIT_FAILED;
	int rc = as_mailbox_open(&settings, &smime->options->file, 1, &mailbox);

	if (rc < 0) {
		as_complain(smime->verb, "%s", as_code_text(rc));
	} else if (find_item(smime, mailbox, &item)) {
		status = judge_item(smime, config, &item);
		as_item_release(&item);
	}
	as_mailbox_close(mailbox);
	return status;
}

int as_verb_smime(const struct as_verb *verb, int argc, char **argv)
{
	struct as_smime_options *given = calloc(1, sizeof(*given));
	struct smime smime = {.verb = verb, .options = given};
	struct as_config *config = NULL;
	struct as_options options = {.verb = verb};
	int status = AS_EXIT_FAILED;

	if (given == NULL || !as_smime_options_read(verb, argc, argv, given, &status))
		goto out;
	options.config = given->config;
	smime.stop = as_stop_on_signals();
	as_buffer_init(&smime.verdict, 0);
	if (as_options_config(&options, &config) && as_smime_options_apply(verb, given, config))
		status = run(&smime, config);
	as_buffer_deinit(&smime.verdict);
out:
	as_config_free(config);
	free(given);
	return status;
}
