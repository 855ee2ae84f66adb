/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/options.h"

#include "policy/options_check.h"
#include "policy/prescan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* A configuration is a page or two; a device file must not be read for ever. */
#define FILE_MAX_BYTES ((size_t)4 << 20)

/* What libconfuse says of an option that it does not know. */
#define NO_OPTION "no such option '"

/* libconfuse hands nothing of ours to its error function. Parsing is done by
 * one thread; without faults here nobody is asking. */
static struct as_faults *parse_faults;
static size_t last_line;

static void on_error(cfg_t *cfg, const char *format, va_list args)
{
	char text[AS_FAULT_TEXT_MAX];
	size_t length;

	if (parse_faults == NULL)
		return;
	last_line = (size_t)cfg->line;
	vsnprintf(text, sizeof(text), format, args);
	length = strlen(text);
	if (strncmp(text, NO_OPTION, strlen(NO_OPTION)) == 0 && text[length - 1] == '\'') {
		text[length - 1] = '\0';
		as_prescan_no_option(parse_faults, last_line, cfg->opts, text + strlen(NO_OPTION));
		return;
	}
	as_faults_add(parse_faults, last_line, "%s", text);
}

static int read_all(FILE *file, struct as_buffer *out)
{
	size_t got = 1;

	while (got > 0) {
		unsigned char *room = as_buffer_reserve(out, 4096);

		if (room == NULL)
			return out->size + 4096 > FILE_MAX_BYTES ? -EFBIG : -ENOMEM;
		errno = 0;
		got = fread(room, 1, 4096, file);
		as_buffer_commit(out, got);
	}
	if (ferror(file) == 0)
		return 0;
	return errno != 0 ? -errno : -EIO;
}

int as_options_read(const char *path, struct as_buffer *out, struct as_error *error)
{
	const unsigned char *odd;
	size_t line = 1;
	FILE *file;
	int rc;

	as_buffer_init(out, FILE_MAX_BYTES);
	if (path[0] == '\0')
		return 0;
	file = fopen(path, "re");
	rc = file != NULL ? read_all(file, out) : -errno;
	if (file != NULL)
		fclose(file);
	if (rc < 0)
		return as_error_set(error, AS_E_CONFIG, "%s: %s", path, strerror(-rc));
	odd = out->size > 0 ? memchr(out->data, 0, out->size) : NULL;
	if (odd == NULL)
		return 0;
	/* libconfuse would take it for the end of the file. */
	for (const unsigned char *p = out->data; p < odd; p++)
		line += *p == '\n';
	return as_error_set(error, AS_E_CONFIG, "%s:%zu: a NUL octet, which no text file has", path,
			    line);
}

/* The settings of a plugin that is not there cannot be known. */
static bool is_open(const void *context, const char *section)
{
	const struct as_grammar *grammar = context;

	for (size_t i = 0; i < grammar->module_count; i++)
		if (grammar->modules[i] == NULL && strcmp(grammar->module_names[i], section) == 0)
			return true;
	return false;
}

/* What libconfuse is to see of the text, with a NUL behind it. */
static bool prepare(struct as_parsing *parsing, struct as_span text, struct as_buffer *out,
		    size_t *open_line_out)
{
	const struct as_walk walk = {
		.options = parsing->options,
		.is_open = is_open,
		.context = parsing->grammar,
		.faults = parsing->faults,
	};

	*open_line_out = 0;
	if (parsing->grammar == NULL)
		*open_line_out = as_prescan(text, out);
	else if (!as_prescan_walk(&walk, text, out, &parsing->lines))
		return false;
	return as_buffer_byte(out, 0);
}

static int run(struct as_parsing *parsing, cfg_t *cfg, const char *text)
{
	struct as_faults *faults = parsing->faults;
	size_t before = faults->total;
	int rc;

	parse_faults = faults;
	last_line = 0;
	rc = cfg_parse_buf(cfg, text);
	parse_faults = NULL;
	if (rc == CFG_SUCCESS)
		return 0;
	if (faults->total == before)
		as_faults_add(faults, 0, "cannot be parsed");
	else if (last_line > 0)
		as_faults_stop_at(faults, last_line);
	return AS_E_CONFIG;
}

int as_options_parse(struct as_parsing *parsing, struct as_span text, cfg_t **cfg_out)
{
	cfg_t *cfg = cfg_init(parsing->options, CFGF_NONE);
	struct as_buffer prepared;
	size_t open_line = 0;
	int rc = -ENOMEM;

	as_buffer_init(&prepared, 0);
	if (cfg == NULL || !prepare(parsing, text, &prepared, &open_line))
		goto out;
	cfg_set_error_function(cfg, on_error);
	if (parsing->grammar != NULL)
		as_options_check(cfg, parsing->grammar);
	rc = run(parsing, cfg, (const char *)prepared.data);
	if (rc == 0 && open_line > 0)
		as_faults_add(parsing->faults, open_line,
			      "the brace that opens here is never closed");
	if (rc == 0) {
		*cfg_out = cfg;
		cfg = NULL;
	}
out:
	if (cfg != NULL)
		cfg_free(cfg);
	as_buffer_deinit(&prepared);
	return rc;
}
