/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/explain.h"

#include "base/id.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/output.h"
#include "inspect/codes.h"
#include "mailbox/mailbox.h"
#include "pool/scanner.h"
#include "report/colour.h"
#include "report/view.h"

#include <errno.h>
#include <langinfo.h>
#include <unistd.h>

#define POLL_MS 100

struct explain {
	const struct as_options *options;
	const volatile sig_atomic_t *stop;
	bool as_json;
	bool told; /* that the file cannot be read */
	bool done;
	enum as_outcome outcome;
	uint32_t action;
	struct as_buffer verdict;
};

static void on_trouble(void *context, enum as_trouble kind, const char *path, const char *why)
{
	struct explain *explain = context;

	if (kind == AS_TROUBLE_SKIPPED)
		return;
	as_complain(explain->options->verb, "%s: %s", path, why);
	explain->told = true;
}

/* The item that is meant. Counts on to tell how many there are. */
static bool find_item(struct explain *explain, struct as_mailbox *mailbox, struct as_item *item_out)
{
	const struct as_options *options = explain->options;
	const char *path = options->arguments[0];
	struct as_item item;
	uint64_t count = 0;
	int rc;

	while ((rc = as_mailbox_next(mailbox, &item)) > 0) {
		if (count == options->index) {
			*item_out = item;
			return true;
		}
		as_item_release(&item);
		count++;
	}
	if (rc < 0)
		as_complain(options->verb, "%s: %s", path, as_code_text(rc));
	else if (count > 0)
		as_complain(options->verb, "%s has %llu message%s; --index counts from 0", path,
			    (unsigned long long)count, count == 1 ? "" : "s");
	else if (!explain->told)
		as_complain(options->verb, "%s: there is nothing in it", path);
	else if (as_code_find(path) != NULL)
		as_complain(options->verb, "for a code: assay findings %s", path);
	return false;
}

static void on_done(void *context, const struct as_scanner_result *result)
{
	struct explain *explain = context;

	explain->done = true;
	explain->outcome = result->outcome;
	explain->action = result->summary.action;
	as_buffer_append(&explain->verdict, result->json.data, result->json.size);
}

static int inspect(struct explain *explain, struct as_scanner *scanner, const struct as_item *item)
{
	char id[AS_ID_SIZE];
	const struct as_scanner_job job = {
		.fd = item->fd,
		.offset = item->offset,
		.size = item->size,
		.is_message = item->is_message,
		.detail = true,
		.id = id,
		.file = item->file->path,
		.source_offset = item->source_offset,
		.source_size = item->source_size,
		.index = item->index,
		.cookie = explain,
	};
	int rc;

	as_id_make(&as_clock_system, id);
	rc = as_scanner_submit(scanner, &job);
	while (rc >= 0 && !explain->done)
		rc = *explain->stop != 0 ? -EINTR
					 : as_scanner_poll(scanner, POLL_MS, on_done, explain);
	if (rc >= 0 && explain->verdict.failed)
		rc = -ENOMEM;
	return rc < 0 ? rc : 0;
}

static int print(const struct explain *explain)
{
	const char *codeset = nl_langinfo(CODESET);
	const struct as_explain_style style = {
		.colour = as_colour_wanted(STDOUT_FILENO),
		.unicode = codeset != NULL && strcmp(codeset, "UTF-8") == 0,
	};
	struct as_span json = as_buffer_span(&explain->verdict);
	struct as_output output;
	json_t *verdict = NULL;
	int status, rc = 0;

	as_output_init(&output, STDOUT_FILENO);
	if (explain->as_json) {
		as_buffer_append(&output.text, json.data, json.size);
		as_buffer_byte(&output.text, '\n');
	} else {
		verdict = as_view_open(json);
		rc = verdict != NULL ? as_explain_draw(verdict, &style, &output.text)
				     : AS_E_PROTOCOL;
		json_decref(verdict);
	}
	if (rc < 0)
		as_complain(explain->options->verb, "%s", as_code_text(rc));
	status = rc < 0 || explain->outcome != AS_OUTCOME_DONE ? AS_EXIT_FAILED
		 : explain->action > ASSAY_ACTION_ACCEPT       ? AS_EXIT_ACTED
							       : AS_EXIT_QUIET;
	status = as_output_finish(&output, status);
	as_output_deinit(&output);
	return status;
}

static int explain_item(struct explain *explain, const struct as_config *config,
			const struct as_item *item)
{
	const struct as_scanner_settings settings = {
		.config = config, .workers = 1, .generation = 1, .clock = &as_clock_system};
	struct as_error error = {.text = ""};
	struct as_scanner *scanner = NULL;
	int rc = as_scanner_open(&settings, &scanner, &error);

	if (rc == 0)
		rc = inspect(explain, scanner, item);
	as_scanner_close(scanner);
	if (rc < 0) {
		as_complain(explain->options->verb, "%s",
			    error.text[0] != '\0' ? error.text : as_code_text(rc));
		return AS_EXIT_FAILED;
	}
	return print(explain);
}

static int run(struct explain *explain, struct as_config *config)
{
	const struct as_mailbox_settings settings = {
		.copy_bytes_max = config->engine.limits.message_bytes,
		.stop = explain->stop,
		.trouble = on_trouble,
		.context = explain,
	};
	struct as_mailbox *mailbox = NULL;
	struct as_item item;
	int status = AS_EXIT_FAILED;
	int rc;

	rc = as_mailbox_open(&settings, (const char *const *)explain->options->arguments, 1,
			     &mailbox);
	if (rc < 0) {
		as_complain(explain->options->verb, "%s", as_code_text(rc));
	} else if (find_item(explain, mailbox, &item)) {
		status = explain_item(explain, config, &item);
		as_item_release(&item);
	}
	as_mailbox_close(mailbox);
	return status;
}

int as_verb_explain(const struct as_verb *verb, int argc, char **argv)
{
	static const char *const formats[] = {"text", "json"};
	struct explain explain = {.told = false};
	struct as_options options;
	struct as_config *config;
	int status = AS_EXIT_FAILED;
	size_t format;

	if (!as_arguments_read(verb, argc, argv, &options, &status))
		return status;
	if (!as_options_format(&options, formats, sizeof(formats) / sizeof(formats[0]), &format))
		return AS_EXIT_FAILED;
	if (options.argument_count != 1) {
		as_complain(verb, "expected one FILE; see assay explain --help");
		return AS_EXIT_FAILED;
	}
	explain.options = &options;
	explain.as_json = format == 1;
	explain.stop = as_stop_on_signals();
	if (!as_options_config(&options, &config))
		return AS_EXIT_FAILED;
	as_buffer_init(&explain.verdict, 0);
	status = run(&explain, config);
	as_buffer_deinit(&explain.verdict);
	as_config_free(config);
	return status;
}
