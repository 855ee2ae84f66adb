/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/log.h"
#include "policy/config.h"
#include "pool/scanner.h"
#include "report/colour.h"
#include "report/status.h"
#include "report/view.h"

#include <config.h>
#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

enum { EXIT_OK = 0, EXIT_FAULT = 2 };

static const char usage[] =
	"usage: assayd --check [--config FILE]\n"
	"       assayd --version | --help\n"
	"\n"
	"--check reads the configuration, loads every plugin, lets each prove that it\n"
	"detects, starts a worker in its sandbox, and prints what there is.\n"
	"\n"
	"Exit status: 0, or 2 when messages could not be inspected.\n";

static int fault(const char *text)
{
	fprintf(stderr, "assayd: %s\n", text);
	return EXIT_FAULT;
}

static int print_status(const struct as_config *config, const struct as_scanner *scanner)
{
	json_t *loaded = as_view_open(as_scanner_status(scanner));
	struct as_cache_counters cache;
	struct as_pool_state state;
	struct as_buffer text;
	bool written;

	as_pool_describe(as_scanner_pool(scanner), &state);
	as_scanner_cache(scanner, &cache);
	as_buffer_init(&text, 0);
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
			.now = as_clock_wall_us(&as_clock_system) / 1000000u,
		},
		as_colour_wanted(STDOUT_FILENO), &text);
	written = !text.failed && fwrite(text.data, 1, text.size, stdout) == text.size &&
		  fflush(stdout) == 0;
	as_buffer_deinit(&text);
	json_decref(loaded);
	return written ? EXIT_OK : fault("cannot write the output");
}

static int check(const char *file)
{
	struct as_config_sources sources = {.file = file};
	struct as_config *config = NULL;
	struct as_scanner *scanner = NULL;
	struct as_error error = {.text = "no memory"};
	int status = EXIT_FAULT;

	as_paths_standard(&sources.paths);
	if (as_config_load(&sources, &config, &error) < 0)
		return fault(error.text);
	as_log_configure(&(const struct as_log_settings){
		.fd = STDERR_FILENO,
		.level = config->log_level,
		.format = config->log_format,
		.process = "check",
		.clock = &as_clock_system,
	});
	if (as_scanner_open(&(const struct as_scanner_settings){.config = config,
								.generation = 1,
								.clock = &as_clock_system},
			    &scanner, &error) < 0)
		fault(error.text);
	else
		status = print_status(config, scanner);
	as_scanner_close(scanner);
	as_config_free(config);
	return status;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"check", no_argument, NULL, 'k'},
		{"config", required_argument, NULL, 'c'},
		{"version", no_argument, NULL, 'v'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	const char *file = NULL;
	bool checks = false;
	int which;

	while ((which = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (which) {
		case 'k':
			checks = true;
			break;
		case 'c':
			file = optarg;
			break;
		case 'v':
			return puts("assayd " PACKAGE_VERSION) >= 0 ? EXIT_OK : EXIT_FAULT;
		case 'h':
			return fputs(usage, stdout) >= 0 ? EXIT_OK : EXIT_FAULT;
		default:
			return EXIT_FAULT;
		}
	}
	if (!checks || optind < argc) {
		fputs(usage, stderr);
		return EXIT_FAULT;
	}
	return check(file);
}
