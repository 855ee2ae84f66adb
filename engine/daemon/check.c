/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/check.h"

#include "base/log.h"
#include "daemon/folders.h"
#include "daemon/sockets.h"
#include "policy/config.h"
#include "pool/scanner.h"
#include "report/colour.h"
#include "report/status.h"
#include "report/table.h"
#include "report/view.h"

#include <config.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STATUS_OK = 0, STATUS_FAULT = 2 };

struct check {
	const struct as_config *config;
	struct as_account account;
	bool has_account;
	bool is_root;
	unsigned int faults;
	char (*notes)[256]; /* of the listeners */
	bool *bad;	    /* listeners */
};

static void fault(struct check *check, const char *text)
{
	fprintf(stderr, "assayd: %s\n", text);
	check->faults++;
}

/* ---- What the start would need ------------------------------------------------ */

static void check_account(struct check *check)
{
	struct as_error error = {.text = ""};
	char note[256];

	check->is_root = geteuid() == 0;
	if (as_account_find(&check->config->service, &check->account, note, sizeof(note), &error) <
	    0) {
		fault(check, error.text);
		return;
	}
	check->has_account = true;
	if (note[0] != '\0')
		fprintf(stderr, "assayd: note: %s\n", note);
}

static void check_listeners(struct check *check)
{
	const struct as_service *service = &check->config->service;
	struct as_error error = {.text = ""};
	bool folder_used = false;

	for (size_t i = 0; i < service->listener_count; i++) {
		const struct as_listener_config *listener = &service->listeners[i];

		folder_used = folder_used || strncmp(listener->address, "unix:", 5) == 0;
		check->bad[i] = as_sockets_try(listener, service, check->notes[i],
					       sizeof(check->notes[i]), &error) < 0;
		if (check->bad[i])
			fault(check, error.text);
	}
	if (folder_used && as_folder_check(service->run_dir, check->is_root, &error) < 0)
		fault(check, error.text);
}

/* The folder of the log is not made. */
static void check_log_file(struct check *check)
{
	const char *path = check->config->service.log_file;
	char folder[PATH_MAX], text[2 * PATH_MAX];
	int rc;

	if (path[0] == '\0')
		return;
	rc = access(path, W_OK) < 0 ? -errno : 0;
	snprintf(folder, sizeof(folder), "%s", path);
	if (rc == -ENOENT)
		rc = access(dirname(folder), W_OK | X_OK) < 0 ? -errno : 0;
	if (rc == 0)
		return;
	snprintf(text, sizeof(text), "the log file %s cannot be written: %s", path,
		 as_code_text(rc));
	fault(check, text);
}

/* Folders of the clamd protocol are not made either. */
static void check_roots(struct check *check, const struct as_listener_config *listener)
{
	char text[2 * PATH_MAX];

	for (size_t i = 0; i < listener->root_count; i++) {
		int fd = open(listener->roots[i], O_PATH | O_DIRECTORY | O_CLOEXEC);

		if (fd >= 0) {
			close(fd);
			continue;
		}
		snprintf(text, sizeof(text),
			 "listener \"%s\": roots: %s: %s: make the folder or take it out",
			 listener->name, listener->roots[i], as_code_text(-errno));
		fault(check, text);
	}
}

/* Files count as they are for the user that the daemon becomes. */
static void check_files(struct check *check)
{
	const struct as_service *service = &check->config->service;
	struct as_error error = {.text = ""};

	if (check->has_account && as_account_drop(&check->account, &error) < 0)
		fault(check, error.text);
	if (as_folder_stores(service) &&
	    as_folder_check(service->quarantine_dir, check->is_root, &error) < 0)
		fault(check, error.text);
	check_log_file(check);
	for (size_t i = 0; i < service->listener_count; i++)
		check_roots(check, &service->listeners[i]);
}

/* ---- The page --------------------------------------------------------------------- */

static void draw_scanner(const struct as_config *config, const struct as_scanner *scanner,
			 struct as_buffer *text)
{
	json_t *loaded = as_view_open(as_scanner_status(scanner));
	struct as_cache_counters cache;
	struct as_pool_state state;

	as_pool_describe(as_scanner_pool(scanner), &state);
	as_scanner_cache(scanner, &cache);
	as_status_draw(
		&(const struct as_status){
			.version = PACKAGE_VERSION,
			.config_file = config->file,
			.policy = config->policy->name,
			.sandbox = state.sandbox,
			.sandboxed = state.seccomp && state.landlock_abi > 0,
			.temp_dir = state.temp_root,
			.temp_is_tmpfs = state.temp_is_tmpfs,
			.workers = state.wanted,
			.cache_slots = cache.slots,
			.plugins = as_view_member(loaded, "plugins", NULL),
			.smime = as_view_member(loaded, "smime", NULL),
			.now = as_clock_wall_us(&as_clock_system) / 1000000u,
		},
		as_colour_wanted(STDOUT_FILENO), text);
	json_decref(loaded);
}

static void draw_listeners(const struct check *check, struct as_buffer *text)
{
	const struct as_service *service = &check->config->service;
	struct as_table table = {
		.columns = {{"listener", 0, 0, false},
			    {"protocol", 0, 0, false},
			    {"address", 0, 0, false},
			    {"when we fail", 0, 0, false},
			    {"note", 0, 0, false}},
		.count = 5,
		.colour = as_colour_wanted(STDOUT_FILENO),
	};

	for (size_t i = 0; i < service->listener_count; i++) {
		as_table_widen(&table, 0, service->listeners[i].name);
		as_table_widen(&table, 1, as_protocol_name(service->listeners[i].protocol));
		as_table_widen(&table, 2, service->listeners[i].address);
	}
	as_table_fit(&table, 0);
	as_buffer_byte(text, '\n');
	as_table_head(&table, text);
	for (size_t i = 0; i < service->listener_count; i++) {
		const struct as_listener_config *listener = &service->listeners[i];
		enum as_colour colour = check->bad[i] ? AS_COLOUR_RED : AS_COLOUR_PLAIN;

		as_table_row(&table,
			     (const struct as_cell[]){
				     {listener->name, AS_COLOUR_BOLD},
				     {as_protocol_name(listener->protocol), AS_COLOUR_PLAIN},
				     {listener->address, colour},
				     {as_fail_name(listener->fail), AS_COLOUR_PLAIN},
				     {check->bad[i] ? "see above" : check->notes[i], colour}},
			     text);
	}
}

/* Loads every plugin, lets each prove that it detects, starts a worker. */
static void check_scanner(struct check *check, struct as_buffer *page)
{
	struct as_error error = {.text = ""};
	struct as_scanner *scanner = NULL;

	if (as_scanner_open(&(const struct as_scanner_settings){.config = check->config,
								.generation = 1,
								.clock = &as_clock_system},
			    &scanner, &error) < 0)
		fault(check, error.text);
	else
		draw_scanner(check->config, scanner, page);
	as_scanner_close(scanner);
}

static void check_all(struct check *check)
{
	size_t count = check->config->service.listener_count;
	struct as_buffer page;

	check->notes = calloc(count + 1, sizeof(*check->notes));
	check->bad = calloc(count + 1, sizeof(*check->bad));
	if (check->notes == NULL || check->bad == NULL) {
		fault(check, "no memory");
		return;
	}
	as_buffer_init(&page, 0);
	check_account(check);
	check_listeners(check);
	check_files(check);
	check_scanner(check, &page);
	draw_listeners(check, &page);
	if (page.failed || fwrite(page.data, 1, page.size, stdout) != page.size ||
	    fflush(stdout) != 0)
		fault(check, "cannot write the output");
	as_buffer_deinit(&page);
}

int as_check_run(const char *file)
{
	struct as_config_sources sources = {.file = file};
	struct as_config *config = NULL;
	struct as_error error = {.text = "no memory"};
	struct check check = {.faults = 0};

	as_paths_standard(&sources.paths);
	if (as_config_load(&sources, &config, &error) < 0) {
		fault(&check, error.text);
		return STATUS_FAULT;
	}
	as_log_configure(&(const struct as_log_settings){
		.fd = STDERR_FILENO,
		.level = config->log_level,
		.format = config->log_format,
		.process = "check",
		.clock = &as_clock_system,
	});
	check.config = config;
	check_all(&check);
	free(check.notes);
	free(check.bad);
	as_config_free(config);
	return check.faults == 0 ? STATUS_OK : STATUS_FAULT;
}
