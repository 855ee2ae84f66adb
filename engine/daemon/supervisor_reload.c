/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/supervisor_internal.h"

#include "base/log.h"
#include "daemon/notify.h"
#include "daemon/service_changes.h"

#include <errno.h>
#include <inttypes.h>

/*
 * One reload at a time: what asks for another meanwhile gets one more run when
 * it is over, since the first may have read its files before they changed.
 */
void as_reload_want(struct as_supervisor *supervisor, bool requested)
{
	supervisor->reload_wanted = true;
	supervisor->reload_requested |= requested;
}

static bool is_loading(struct as_supervisor *supervisor)
{
	struct as_managed *generation;

	TAILQ_FOREACH (generation, &supervisor->generations, link)
		if (generation->loading)
			return true;
	return false;
}

static void refuse(struct as_supervisor *supervisor, const struct as_error *error)
{
	const struct as_channel_head head = {
		.type = AS_WIRE_RELOAD_REFUSED,
		.offset = supervisor->reload_requested,
		.code = error->code < 0 ? error->code : AS_E_CONFIG,
	};

	as_log(AS_LOG_ERROR, "the configuration cannot be used, generation %" PRIu64 " stays:",
	       supervisor->good->number);
	as_supervisor_log_lines(AS_LOG_ERROR, error->text);
	as_talk_send(supervisor, &head, as_span_text(error->text), NULL, 0);
	as_supervisor_ready(supervisor, "generation %" PRIu64 " stays, reload failed: %s",
			    supervisor->good->number, error->text);
}

static void tell_changes(const struct as_supervisor *supervisor, const struct as_config *next)
{
	struct as_buffer words;

	as_buffer_init(&words, AS_ERROR_TEXT_MAX);
	as_service_changes(supervisor->config, next, &words);
	if (words.size > 0)
		as_log(AS_LOG_WARNING, "changes that take effect at the next start only: %.*s",
		       (int)words.size, (const char *)words.data);
	as_buffer_deinit(&words);
}

static void watch(struct as_supervisor *supervisor, const struct as_config *config)
{
	if (supervisor->watch != NULL && as_watch_config(supervisor->watch, config) > 0)
		as_log(AS_LOG_WARNING,
		       "not every folder can be watched: raise fs.inotify.max_user_watches");
}

static void run(struct as_supervisor *supervisor)
{
	struct as_error error = {.code = 0, .text = ""};
	struct as_config *config = NULL;
	struct as_managed *generation;

	as_notify_reloading(supervisor->clock);
	as_log(AS_LOG_NOTICE, "loading a new generation");
	if (as_config_load(&supervisor->sources, &config, &error) < 0) {
		watch(supervisor, supervisor->good->config);
		refuse(supervisor, &error);
		return;
	}
	tell_changes(supervisor, config);
	watch(supervisor, config);
	generation = as_managed_new(supervisor, config);
	if (generation == NULL) {
		as_config_free(config);
		as_error_set(&error, -ENOMEM, "no memory for a generation");
		refuse(supervisor, &error);
		return;
	}
	generation->requested = supervisor->reload_requested;
	generation->loading = true;
	as_managed_launch(supervisor, generation);
	as_managed_sweep(supervisor);
}

void as_reload_turn(struct as_supervisor *supervisor)
{
	if (supervisor->watch != NULL && as_watch_take(supervisor->watch)) {
		as_log(AS_LOG_NOTICE, "files have changed");
		supervisor->reload_wanted = true;
	}
	if (!supervisor->reload_wanted || supervisor->phase != AS_PHASE_SERVING ||
	    supervisor->channel < 0 || supervisor->deaf || supervisor->good == NULL ||
	    is_loading(supervisor))
		return;
	supervisor->reload_wanted = false;
	run(supervisor);
	supervisor->reload_requested = false;
}
