/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/batch.h"

#include "base/utf8.h"
#include "inspect/words.h"

#include <errno.h>
#include <unistd.h>

/* Names of files are as hostile as mail. */
void as_batch_tell(struct as_batch *batch, const char *what, const char *path, const char *why)
{
	struct as_output line;

	as_run_clear(&batch->run);
	as_output_init(&line, STDERR_FILENO);
	as_buffer_printf(&line.text, "assay %s: %s", batch->options->verb->name, what);
	as_utf8_escape(&line.text, as_span_text(path));
	as_buffer_printf(&line.text, ": %s\n", why);
	as_output_flush(&line);
	as_output_deinit(&line);
}

static void on_trouble(void *context, enum as_trouble kind, const char *path, const char *why)
{
	struct as_batch *batch = context;

	if (kind == AS_TROUBLE_SKIPPED)
		batch->summary.skipped++;
	else
		batch->summary.unreadable++;
	if (kind == AS_TROUBLE_SKIPPED && !batch->options->verbose)
		return;
	as_batch_tell(batch, kind == AS_TROUBLE_SKIPPED ? "skipped " : "", path, why);
}

bool as_batch_format(const struct as_options *options, enum as_row_format *format_out)
{
	static const char *const formats[] = {"table", "jsonl", "csv"};
	size_t format;

	if (!as_options_format(options, formats, sizeof(formats) / sizeof(formats[0]), &format))
		return false;
	if (options->argument_count == 0) {
		as_complain(options->verb, "no path given; \"-\" is standard input");
		return false;
	}
	*format_out = (enum as_row_format)format;
	return true;
}

int as_batch_init(struct as_batch *batch, const struct as_options *options,
		  enum as_row_format format, uint64_t copy_bytes_max,
		  const volatile sig_atomic_t *stop)
{
	const char *const *paths = (const char *const *)options->arguments;
	const struct as_mailbox_settings settings = {
		.copy_bytes_max = copy_bytes_max,
		.stop = stop,
		.trouble = on_trouble,
		.context = batch,
	};
	int rc;

	*batch = (struct as_batch){.options = options, .stop = stop};
	as_output_init(&batch->output, STDOUT_FILENO);
	rc = as_summary_init(&batch->summary, as_action_name);
	if (rc == 0)
		rc = as_mailbox_open(&settings, paths, options->argument_count, &batch->mailbox);
	as_rows_init(&batch->rows, format, options->all, STDOUT_FILENO);
	return rc;
}

void as_batch_deinit(struct as_batch *batch)
{
	as_mailbox_close(batch->mailbox);
	as_summary_deinit(&batch->summary);
	as_output_deinit(&batch->output);
}

/* The table ends with the summary; other formats keep standard output for
 * programs. False when there is no place for one. */
static bool put_summary(struct as_batch *batch, uint64_t us)
{
	const struct as_options *options = batch->options;
	bool table = batch->rows.format == AS_ROWS_TABLE;
	int fd = table ? STDOUT_FILENO : STDERR_FILENO;
	struct as_output other;

	if (options->quiet || (!table && !options->verbose && isatty(fd) == 0))
		return false;
	if (table) {
		if (batch->rows.begun)
			as_buffer_byte(&batch->output.text, '\n');
		as_summary_draw(&batch->summary, us, as_colour_wanted(fd), &batch->output.text);
		return true;
	}
	as_output_init(&other, fd);
	as_summary_draw(&batch->summary, us, as_colour_wanted(fd), &other.text);
	as_output_flush(&other);
	as_output_deinit(&other);
	return true;
}

static int status_of(const struct as_batch *batch, int rc)
{
	if (rc < 0 || batch->summary.failed > 0 || batch->summary.unreadable > 0)
		return AS_EXIT_FAILED;
	return as_summary_acted(&batch->summary) > 0 ? AS_EXIT_ACTED : AS_EXIT_QUIET;
}

static void prepare_run(struct as_batch *batch, const struct as_inspector *inspector,
			uint64_t now_us)
{
	const struct as_options *options = batch->options;

	batch->run = (struct as_run){
		.inspector = inspector,
		.mailbox = batch->mailbox,
		.clock = &as_clock_system,
		.stop = batch->stop,
		.rows = &batch->rows,
		.output = &batch->output,
		.summary = &batch->summary,
	};
	if (options->quiet || isatty(STDERR_FILENO) == 0)
		return;
	batch->run.progress = &batch->progress;
	as_progress_start(&batch->progress,
			  as_mailbox_measure((const char *const *)options->arguments,
					     options->argument_count, batch->stop),
			  now_us);
}

int as_batch_run(struct as_batch *batch, const struct as_inspector *inspector,
		 const struct as_error *error)
{
	uint64_t start = as_clock_us(&as_clock_system);
	const char *words;
	bool told;
	int rc;

	prepare_run(batch, inspector, start);
	rc = as_run(&batch->run);
	words = error != NULL && error->text[0] != '\0' ? error->text : as_code_text(rc);
	batch->summary.interrupted = rc == -EINTR;
	/* A fault of the output is told by as_output_finish(). */
	if (rc < 0 && rc != -EINTR && batch->output.error == 0)
		as_complain(batch->options->verb, "%s", words);
	as_rows_end(&batch->rows, &batch->output.text);
	told = put_summary(batch, as_clock_us(&as_clock_system) - start);
	if (rc == -EINTR && !told)
		as_complain(batch->options->verb, "interrupted");
	return as_output_finish(&batch->output, status_of(batch, rc));
}
