/* SPDX-License-Identifier: BSD-2-Clause */
#include "compile.h"

#include "externals.h"
#include "shrink.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* An include as written, and where it led. */
struct included {
	char *name;
	char *path;
};

struct job {
	const struct yp_compile *options;
	const struct yp_source *source; /* being added */
	YR_COMPILER *compiler;
	struct included *includes;
	size_t include_count;
	size_t errors; /* of this job */
	/* Why the last include was refused; the compiler knows the line and
	 * says so next. */
	char refused[YP_REASON_MAX];
};

uint64_t yp_hash(uint64_t hash, const void *data, size_t size)
{
	const unsigned char *p = data;
	uint64_t length = size;

	for (unsigned i = 0; i < 8; i++) {
		hash ^= length >> (8 * i) & 0xff;
		hash *= UINT64_C(0x100000001b3);
	}
	for (size_t i = 0; i < size; i++) {
		hash ^= p[i];
		hash *= UINT64_C(0x100000001b3);
	}
	return hash;
}

/*
 * The file that libyara calls name. It hands out includes as they are written;
 * the latest of that spelling is meant, because the compiler refuses to open
 * the same spelling again while the first is still open.
 */
static const char *path_of(const struct job *job, const char *name)
{
	if (name != NULL)
		for (size_t i = job->include_count; i-- > 0;)
			if (strcmp(job->includes[i].name, name) == 0)
				return job->includes[i].path;
	return job->source->path;
}

static void on_message(int level, const char *file, int line, const YR_RULE *rule,
		       const char *message, void *user_data)
{
	struct job *job = user_data;
	const char *path = path_of(job, file);

	if (level == YARA_ERROR_LEVEL_ERROR) {
		job->errors++;
		yp_error(job->options->trouble, "%s:%d: %s", path, line,
			 job->refused[0] != '\0' ? job->refused : message);
		job->refused[0] = '\0';
	} else if (!job->options->quiet) {
		yp_warn(job->options->trouble, "%s:%d: %s%s%s", path, line,
			rule != NULL ? rule->identifier : "", rule != NULL ? ": " : "", message);
	}
}

/* A real path, or NULL with a reason in job->refused. */
static char *resolve(struct job *job, const char *name, const char *from)
{
	char *joined = NULL;
	char *real;

	if (name[0] == '/')
		joined = strdup(name);
	else if (asprintf(&joined, "%.*s/%s", (int)(strrchr(from, '/') - from), from, name) < 0)
		joined = NULL;
	real = joined != NULL ? realpath(joined, NULL) : NULL;
	free(joined);
	if (real == NULL) {
		snprintf(job->refused, sizeof(job->refused), "cannot include \"%.200s\": %s", name,
			 strerror(errno));
	} else if (!yp_path_below(real, job->source->root)) {
		snprintf(job->refused, sizeof(job->refused),
			 "include \"%.120s\" leads out of %.200s", name, job->source->root);
		free(real);
		real = NULL;
	}
	return real;
}

static void account(const struct yp_compile *options, const char *text, size_t size, int64_t mtime)
{
	if (options->uses != NULL)
		yp_lex(as_span_make(text, size), options->uses);
	if (options->hash != NULL)
		*options->hash = yp_hash(*options->hash, text, size);
	if (options->newest != NULL && mtime > *options->newest)
		*options->newest = mtime;
}

static bool remember(struct job *job, const char *name, char *path)
{
	struct included *includes =
		reallocarray(job->includes, job->include_count + 1, sizeof(*includes));
	char *copy = strdup(name);

	if (includes != NULL)
		job->includes = includes;
	if (includes == NULL || copy == NULL) {
		free(copy);
		return false;
	}
	includes[job->include_count++] = (struct included){.name = copy, .path = path};
	return true;
}

/*
 * Whether the include may be opened. libyara refuses the same cases, but leaks
 * its buffer then, and takes two spellings of one path for two files.
 */
static bool may_open(struct job *job, const char *name, const char *path)
{
	const YR_COMPILER *compiler = job->compiler;
	bool open = strcmp(path, job->source->path) == 0;

	for (int i = 0; i < compiler->file_name_stack_ptr; i++) {
		const char *other = compiler->file_name_stack[i];

		open |= strcmp(other, name) == 0 || strcmp(path_of(job, other), path) == 0;
	}
	if (open)
		snprintf(job->refused, sizeof(job->refused),
			 "include \"%.200s\" leads back to a file that is being read", name);
	else if (compiler->file_name_stack_ptr >= YR_MAX_INCLUDE_DEPTH)
		snprintf(job->refused, sizeof(job->refused), "more than %d levels of includes",
			 YR_MAX_INCLUDE_DEPTH);
	else if (job->include_count >= YP_INCLUDES_MAX)
		snprintf(job->refused, sizeof(job->refused), "more than %u includes",
			 YP_INCLUDES_MAX);
	else
		return true;
	return false;
}

/* NULL makes the compiler report the include with its line. */
static const char *on_include(const char *name, const char *from, const char *space,
			      void *user_data)
{
	struct job *job = user_data;
	char *path = NULL;
	char *text = NULL;
	size_t size;
	int64_t mtime;

	(void)space;
	path = resolve(job, name, path_of(job, from));
	if (path == NULL)
		return NULL;
	if (!may_open(job, name, path) || !yp_read_file(path, job->refused, &text, &size, &mtime) ||
	    !remember(job, name, path)) {
		free(text);
		free(path);
		return NULL;
	}
	account(job->options, text, size, mtime);
	return text;
}

static void on_include_done(const char *text, void *user_data)
{
	(void)user_data;
	free((char *)(uintptr_t)text);
}

static void forget_includes(struct job *job)
{
	for (size_t i = 0; i < job->include_count; i++) {
		free(job->includes[i].name);
		free(job->includes[i].path);
	}
	free(job->includes);
	job->includes = NULL;
	job->include_count = 0;
}

static bool add_source(struct job *job, const struct yp_source *source)
{
	const char *text = source->text;
	int errors;

	job->source = source;
	account(job->options, text, source->size, source->mtime);
	/* A byte order mark is no rule, but editors leave one. */
	if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
		text += 3;
	errors = yr_compiler_add_string(job->compiler, text, source->space);
	forget_includes(job);
	if (errors > 0 && job->errors == 0)
		yp_error(job->options->trouble, "%s: the compiler refuses this file", source->path);
	return errors == 0;
}

bool yp_compile(const struct yp_compile *compile, const struct yp_source *const *sources,
		size_t count, YR_RULES **rules_out)
{
	struct job job = {.options = compile};
	bool ok = false;
	int rc;

	rc = yr_compiler_create(&job.compiler);
	if (rc != ERROR_SUCCESS) {
		yp_error(compile->trouble, "libyara: no compiler: error %d", rc);
		return false;
	}
	yr_compiler_set_callback(job.compiler, on_message, &job);
	yr_compiler_set_include_callback(job.compiler, on_include, on_include_done, &job);
	rc = yp_externals_define(job.compiler);
	if (rc != ERROR_SUCCESS) {
		yp_error(compile->trouble, "libyara: cannot define externals: error %d", rc);
		goto out;
	}
	for (size_t i = 0; i < count; i++)
		if (!add_source(&job, sources[i]))
			goto out;
	rc = yr_compiler_get_rules(job.compiler, rules_out);
	if (rc != ERROR_SUCCESS)
		yp_error(compile->trouble, "libyara: cannot finish the rules: error %d", rc);
	else
		ok = true;
out:
	yr_compiler_destroy(job.compiler);
	/* Behind the compiler's end, which holds the same arena. */
	if (ok && yp_shrink(rules_out) != ERROR_SUCCESS) {
		yp_error(compile->trouble, "libyara: out of memory while rules are packed");
		yr_rules_destroy(*rules_out);
		*rules_out = NULL;
		ok = false;
	}
	return ok;
}
