/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/run.h"

#include "base/utf8.h"
#include "inspect/words.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

struct scan {
	const struct as_options *options;
	struct as_config *config;
	struct as_scanner *scanner;
	struct as_mailbox *mailbox;
	struct as_rows rows;
	struct as_summary summary;
	struct as_progress progress;
	struct as_output output;
	struct as_run run;
};

/* Names of files are as hostile as mail. */
static void put_line(const char *first, const char *path, const char *why)
{
	struct as_output line;

	as_output_init(&line, STDERR_FILENO);
	as_buffer_text(&line.text, first);
	as_utf8_escape(&line.text, as_span_text(path));
	as_buffer_printf(&line.text, ": %s\n", why);
	as_output_flush(&line);
	as_output_deinit(&line);
}

static void on_trouble(void *context, enum as_trouble kind, const char *path, const char *why)
{
	struct scan *scan = context;

	if (kind == AS_TROUBLE_SKIPPED)
		scan->summary.skipped++;
	else
		scan->summary.unreadable++;
	if (kind == AS_TROUBLE_SKIPPED && !scan->options->verbose)
		return;
	as_run_clear(&scan->run);
	put_line(kind == AS_TROUBLE_SKIPPED ? "assay scan: skipped " : "assay scan: ", path, why);
}

static bool set_up(struct scan *scan, enum as_row_format format, const volatile sig_atomic_t *stop)
{
	const struct as_options *options = scan->options;
	const char *const *paths = (const char *const *)options->arguments;
	const struct as_mailbox_settings settings = {
		.copy_bytes_max = scan->config->engine.limits.message_bytes,
		.stop = stop,
		.trouble = on_trouble,
		.context = scan,
	};
	const struct as_scanner_settings engine = {
		.config = scan->config, .generation = 1, .clock = &as_clock_system};
	struct as_error error = {.text = ""};
	int rc = as_summary_init(&scan->summary, as_action_name);

	if (rc == 0)
		rc = as_mailbox_open(&settings, paths, options->argument_count, &scan->mailbox);
	if (rc == 0)
		rc = as_scanner_open(&engine, &scan->scanner, &error);
	if (rc < 0) {
		as_complain(options->verb, "%s",
			    error.text[0] != '\0' ? error.text : as_code_text(rc));
		return false;
	}
	as_rows_init(&scan->rows, format, options->all, STDOUT_FILENO);
	scan->run = (struct as_run){
		.scanner = scan->scanner,
		.mailbox = scan->mailbox,
		.clock = &as_clock_system,
		.stop = stop,
		.rows = &scan->rows,
		.output = &scan->output,
		.summary = &scan->summary,
	};
	if (!options->quiet && isatty(STDERR_FILENO) != 0) {
		scan->run.progress = &scan->progress;
		as_progress_start(&scan->progress,
				  as_mailbox_measure(paths, options->argument_count, stop),
				  as_clock_us(&as_clock_system));
	}
	return true;
}

/* The table ends with the summary; other formats keep standard output for
 * programs. False when there is no place for one. */
static bool put_summary(struct scan *scan, uint64_t us)
{
	const struct as_options *options = scan->options;
	bool table = scan->rows.format == AS_ROWS_TABLE;
	int fd = table ? STDOUT_FILENO : STDERR_FILENO;
	struct as_output other;

	if (options->quiet || (!table && !options->verbose && isatty(fd) == 0))
		return false;
	if (table) {
		if (scan->rows.begun)
			as_buffer_byte(&scan->output.text, '\n');
		as_summary_draw(&scan->summary, us, as_colour_wanted(fd), &scan->output.text);
		return true;
	}
	as_output_init(&other, fd);
	as_summary_draw(&scan->summary, us, as_colour_wanted(fd), &other.text);
	as_output_flush(&other);
	as_output_deinit(&other);
	return true;
}

static int status_of(const struct scan *scan, int rc)
{
	if (rc < 0 || scan->summary.failed > 0 || scan->summary.unreadable > 0)
		return AS_EXIT_FAILED;
	return as_summary_acted(&scan->summary) > 0 ? AS_EXIT_ACTED : AS_EXIT_QUIET;
}

static int run(struct scan *scan)
{
	uint64_t start = as_clock_us(&as_clock_system);
	int rc = as_run(&scan->run);
	bool told;

	scan->summary.interrupted = rc == -EINTR;
	/* A fault of the output is told by as_output_finish(). */
	if (rc < 0 && rc != -EINTR && scan->output.error == 0)
		as_complain(scan->options->verb, "%s", as_code_text(rc));
	as_rows_end(&scan->rows, &scan->output.text);
	told = put_summary(scan, as_clock_us(&as_clock_system) - start);
	if (rc == -EINTR && !told)
		as_complain(scan->options->verb, "interrupted");
	return as_output_finish(&scan->output, status_of(scan, rc));
}

int as_verb_scan(const struct as_verb *verb, int argc, char **argv)
{
	static const char *const formats[] = {"table", "jsonl", "csv"};
	const volatile sig_atomic_t *stop;
	struct as_options options;
	struct scan scan = {.options = &options};
	int status = AS_EXIT_FAILED;
	size_t format;

	if (!as_options_read(verb, argc, argv, &options, &status))
		return status;
	if (!as_options_format(&options, formats, sizeof(formats) / sizeof(formats[0]), &format))
		return AS_EXIT_FAILED;
	if (options.argument_count == 0) {
		as_complain(verb, "no path given; \"-\" is standard input");
		return AS_EXIT_FAILED;
	}
	stop = as_stop_on_signals();
	if (!as_options_config(&options, &scan.config))
		return AS_EXIT_FAILED;
	as_output_init(&scan.output, STDOUT_FILENO);
	status = set_up(&scan, (enum as_row_format)format, stop) ? run(&scan) : AS_EXIT_FAILED;
	as_scanner_close(scan.scanner);
	as_mailbox_close(scan.mailbox);
	as_summary_deinit(&scan.summary);
	as_output_deinit(&scan.output);
	as_config_free(scan.config);
	return status;
}
