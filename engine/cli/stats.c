/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/cli.h"
#include "cli/output.h"
#include "cli/remote.h"
#include "cli/stats_draw.h"
#include "cli/stats_screen.h"
#include "report/colour.h"
#include "report/view.h"

#include <stdio.h>
#include <unistd.h>

struct stats {
	const struct as_options *options;
	const volatile sig_atomic_t *stop;
	struct as_endpoint endpoints[AS_ENDPOINTS_MAX];
	size_t endpoint_count;
	const struct as_endpoint *endpoint; /* that answered last, or NULL */
	struct as_picture pictures[2];
	int now; /* the picture that was taken last */
	struct as_error error;
	struct as_output output;
};

static void forget(struct as_picture *picture)
{
	as_samples_free(&picture->samples);
	json_decref(picture->status);
	*picture = (struct as_picture){.status = NULL};
}

static int fill(struct stats *stats, struct as_picture *picture, struct as_remote_reply *reply)
{
	int rc = as_remote_ask(stats->endpoints, stats->endpoint_count, "/v1/status", reply,
			       &stats->endpoint, &stats->error);

	if (rc < 0)
		return rc;
	picture->status = as_view_open(as_buffer_span(&reply->body));
	rc = as_remote_ask(stats->endpoint, 1, "/metrics", reply, &stats->endpoint, &stats->error);
	if (rc < 0)
		return rc;
	picture->at_us = as_clock_us(&as_clock_system);
	rc = as_samples_parse(as_buffer_span(&reply->body), &picture->samples);
	if (rc < 0)
		return as_error_set(&stats->error, rc, "%s", as_code_text(rc));
	if (picture->status == NULL || picture->samples.count == 0)
		return as_error_set(&stats->error, AS_E_PROTOCOL,
				    "%s: the answer is not that of a daemon",
				    stats->endpoint->text);
	return 0;
}

/* Takes a picture in the place of the one before the last. */
static int take(struct stats *stats)
{
	struct as_remote_reply reply;
	int rc;

	stats->now = !stats->now;
	forget(&stats->pictures[stats->now]);
	as_remote_reply_init(&reply);
	rc = fill(stats, &stats->pictures[stats->now], &reply);
	as_remote_reply_deinit(&reply);
	if (rc < 0)
		forget(&stats->pictures[stats->now]);
	return rc;
}

static void draw(struct stats *stats, struct as_buffer *page)
{
	const struct as_picture *now = &stats->pictures[stats->now];
	const struct as_picture *before = &stats->pictures[!stats->now];

	as_stats_draw(before->status != NULL ? before : NULL, now, stats->endpoint->text,
		      as_colour_wanted(STDOUT_FILENO), page);
}

/* One page or none; false when there is nobody to show it to. */
static bool show(struct stats *stats, const struct as_screen *screen, int rc)
{
	struct as_buffer page;
	bool ok;

	as_buffer_init(&page, 0);
	if (rc == 0)
		draw(stats, &page);
	else
		as_buffer_printf(&page, "%s\n", stats->error.text);
	as_screen_draw(screen, as_buffer_span(&page), &stats->output.text);
	if (page.failed)
		stats->output.text.failed = true;
	as_buffer_deinit(&page);
	ok = as_output_flush(&stats->output) == 0;
	return ok;
}

/* A terminal goes on showing what a daemon that was restarted says; a pipe
 * ends with the daemon. */
static int watch(struct stats *stats)
{
	struct as_screen screen;
	bool live;
	int rc = 0;

	as_screen_open(&screen);
	live = screen.on;
	do {
		if (!show(stats, &screen, rc))
			break;
		if (as_screen_wait(&screen, stats->options->interval_s * UINT64_C(1000000),
				   stats->stop))
			break;
		rc = take(stats);
		if (rc == 0 && !live)
			as_buffer_byte(&stats->output.text, '\n');
	} while (rc == 0 || live);
	as_screen_close(&screen);
	return live ? 0 : rc;
}

static int print_counters(struct stats *stats)
{
	struct as_remote_reply reply;
	int rc;

	as_remote_reply_init(&reply);
	rc = as_remote_ask(stats->endpoints, stats->endpoint_count, "/metrics", &reply,
			   &stats->endpoint, &stats->error);
	if (rc == 0)
		as_buffer_append(&stats->output.text, reply.body.data, reply.body.size);
	as_remote_reply_deinit(&reply);
	return rc;
}

static int run(struct stats *stats, bool counters)
{
	int rc;

	if (counters)
		return print_counters(stats);
	rc = take(stats);
	if (rc < 0)
		return rc;
	if (stats->options->watch)
		return watch(stats);
	draw(stats, &stats->output.text);
	return 0;
}

static bool find(struct stats *stats)
{
	static const enum as_protocol protocols[] = {AS_PROTOCOL_CONTROL, AS_PROTOCOL_HTTP};
	int rc = as_endpoints_find(stats->options, protocols, 2, stats->endpoints,
				   &stats->endpoint_count, &stats->error);

	if (stats->error.text[0] != '\0')
		as_complain(stats->options->verb, "%s", stats->error.text);
	stats->error.text[0] = '\0';
	return rc == 0;
}

int as_verb_stats(const struct as_verb *verb, int argc, char **argv)
{
	static const char *const formats[] = {"text", "prometheus"};
	struct as_options options;
	struct stats stats = {.options = &options, .error = {.text = ""}};
	int status = AS_EXIT_FAILED;
	size_t format;

	if (!as_arguments_read(verb, argc, argv, &options, &status))
		return status;
	if (!as_options_format(&options, formats, 2, &format) || !as_options_bare(&options))
		return AS_EXIT_FAILED;
	if (format == 1 && options.watch) {
		as_complain(verb, "--watch draws text; --format prometheus is for programs");
		return AS_EXIT_FAILED;
	}
	if (!find(&stats))
		return AS_EXIT_FAILED;
	stats.stop = as_stop_on_signals();
	as_output_init(&stats.output, STDOUT_FILENO);
	status = AS_EXIT_QUIET;
	if (run(&stats, format == 1) < 0) {
		as_complain(verb, "%s", stats.error.text);
		status = AS_EXIT_FAILED;
	}
	status = as_output_finish(&stats.output, status);
	forget(&stats.pictures[0]);
	forget(&stats.pictures[1]);
	as_output_deinit(&stats.output);
	return status;
}
