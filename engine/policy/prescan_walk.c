/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/prescan_walk.h"

#include "policy/nearest.h"
#include "policy/prescan.h"
#include "policy/prescan_tokens.h"

#include <string.h>

/* Names of one section that are looked at for a suggestion. */
#define NAMES_MAX 128u

struct walker {
	const struct as_walk *walk;
	struct as_arena *arena;
	struct as_tokens tokens;
	unsigned char *copy; /* of the text, to blank things out */
	const struct as_line *lines;
	const struct section *sections;
	bool failed; /* no memory */
};

/* A section that was met. */
struct section {
	const struct section *next;
	const char *name, *title;
	unsigned int ordinal;
};

/* Where the walk is. */
struct place {
	const cfg_opt_t *options;
	const struct section *section; /* NULL at the top level */
};

struct statement {
	struct as_token name, title; /* no title: its kind is END */
	enum as_token_kind next;     /* SET, ADD or OPEN */
	const char *word, *heading;  /* what they say */
};

void as_prescan_no_option(struct as_faults *faults, size_t line, const cfg_opt_t *options,
			  const char *name)
{
	const char *names[NAMES_MAX];
	const char *near;
	size_t count = 0;

	for (const cfg_opt_t *opt = options; opt->name != NULL && count < NAMES_MAX; opt++)
		names[count++] = opt->name;
	near = as_nearest(name, names, count);
	if (near != NULL)
		as_faults_add(faults, line, "no such option '%s'; did you mean \"%s\"?", name,
			      near);
	else
		as_faults_add(faults, line,
			      "no such option '%s'; assay.conf(5) lists the options of this "
			      "section",
			      name);
}

size_t as_lines_find(const struct as_line *lines, const char *section, unsigned int ordinal,
		     const char *key)
{
	size_t line = 0;

	for (const struct as_line *l = lines; l != NULL; l = l->next) {
		if (strcmp(l->section, section) != 0 || l->ordinal != ordinal)
			continue;
		if (strcmp(l->key, key) == 0)
			return l->line;
		if (l->key[0] == '\0')
			line = l->line;
	}
	return line;
}

static const cfg_opt_t *find(const cfg_opt_t *options, const char *name)
{
	for (const cfg_opt_t *opt = options; opt->name != NULL; opt++)
		if (strcmp(opt->name, name) == 0)
			return opt;
	return NULL;
}

static void blank(struct walker *w, size_t from, size_t to)
{
	for (size_t at = from; at < to; at++)
		if (w->copy[at] != '\n')
			w->copy[at] = ' ';
}

static void note(struct walker *w, const struct section *section, const char *key, size_t line)
{
	struct as_line *row = as_arena_alloc(w->arena, sizeof(*row));

	if (row == NULL) {
		w->failed = true;
		return;
	}
	*row = (struct as_line){
		.next = w->lines,
		.section = section != NULL ? section->name : "",
		.ordinal = section != NULL ? section->ordinal : 0,
		.key = key,
		.line = line,
	};
	w->lines = row;
}

/* A copy of what a token says, NULL when that is not known or not to be had. */
static const char *say(struct walker *w, const struct as_token *token)
{
	struct as_span text;

	if (!as_token_text(w->tokens.text, token, &text))
		return NULL;
	return as_arena_copy(w->arena, text);
}

/* The head of a statement, up to its sign. False: not understood. */
static bool take_head(struct walker *w, const struct as_token *name, struct statement *st)
{
	struct as_token token = as_tokens_next_code(&w->tokens);

	*st = (struct statement){.name = *name};
	if (token.kind == AS_TOKEN_TEXT) {
		st->title = token;
		st->heading = say(w, &token);
		token = as_tokens_next_code(&w->tokens);
		if (st->heading == NULL || token.kind != AS_TOKEN_OPEN)
			return false;
	}
	st->next = token.kind;
	st->word = say(w, name);
	return st->word != NULL && (token.kind == AS_TOKEN_SET || token.kind == AS_TOKEN_ADD ||
				    token.kind == AS_TOKEN_OPEN);
}

/* A single value, or a list in braces. */
static bool skip_value(struct walker *w)
{
	struct as_token token = as_tokens_next_code(&w->tokens);

	if (token.kind != AS_TOKEN_OPEN)
		return token.kind == AS_TOKEN_TEXT;
	do {
		token = as_tokens_next_code(&w->tokens);
	} while (token.kind == AS_TOKEN_TEXT || token.kind == AS_TOKEN_COMMA);
	return token.kind == AS_TOKEN_CLOSE;
}

/* What is in the braces of a section, whatever it is. */
static bool skip_section(struct walker *w)
{
	for (unsigned int depth = 1; depth > 0;) {
		struct as_token token = as_tokens_next_code(&w->tokens);

		if (token.kind == AS_TOKEN_END || token.kind == AS_TOKEN_OPEN_QUOTE)
			return false;
		depth += token.kind == AS_TOKEN_OPEN;
		depth -= token.kind == AS_TOKEN_CLOSE;
	}
	return true;
}

/* Only what is whole can be taken out; else libconfuse meets it and stops. */
static bool take_out(struct walker *w, const struct statement *st)
{
	if (st->next == AS_TOKEN_OPEN ? !skip_section(w) : !skip_value(w))
		return false;
	blank(w, st->name.at, w->tokens.at);
	return true;
}

/* NULL when there is no memory, or a section of that title is there. */
static const struct section *open_section(struct walker *w, const struct statement *st,
					  bool *twice_out)
{
	const char *title = st->heading != NULL ? st->heading : "";
	struct section *section = as_arena_alloc(w->arena, sizeof(*section));
	unsigned int ordinal = 0;

	*twice_out = false;
	for (const struct section *s = w->sections; s != NULL; s = s->next) {
		if (strcmp(s->name, st->word) != 0)
			continue;
		ordinal++;
		*twice_out = *twice_out || (st->heading != NULL && strcmp(s->title, title) == 0);
	}
	if (section == NULL || *twice_out)
		return NULL;
	*section = (struct section){w->sections, st->word, title, ordinal};
	w->sections = section;
	return section;
}

/* Sections have no sections in them, so that this is called for them only
 * from the top level. */
static bool walk_statement(struct walker *w, const struct place *place, const struct statement *st);

static bool walk_place(struct walker *w, const struct place *place)
{
	for (;;) {
		struct as_token token = as_tokens_next_code(&w->tokens);
		struct statement st;

		if (token.kind == AS_TOKEN_CLOSE && place->section != NULL)
			return true;
		if (token.kind != AS_TOKEN_TEXT || !take_head(w, &token, &st) ||
		    !walk_statement(w, place, &st))
			return false;
	}
}

static bool walk_section(struct walker *w, const cfg_opt_t *opt, const struct statement *st)
{
	struct place inside = {.options = opt->subopts};
	bool twice;

	if ((st->heading != NULL) != ((opt->flags & CFGF_TITLE) != 0))
		return false;
	if (w->walk->is_open(w->walk->context, st->word))
		return skip_section(w);
	inside.section = open_section(w, st, &twice);
	if (twice) {
		if (!take_out(w, st))
			return false;
		as_faults_add(w->walk->faults, st->name.line, "found duplicate title '%s'",
			      st->heading);
		return true;
	}
	if (inside.section == NULL) {
		w->failed = true;
		return false;
	}
	note(w, inside.section, "", st->name.line);
	return walk_place(w, &inside);
}

static bool walk_statement(struct walker *w, const struct place *place, const struct statement *st)
{
	const cfg_opt_t *opt = find(place->options, st->word);

	if (opt == NULL) {
		if (!take_out(w, st))
			return false;
		as_prescan_no_option(w->walk->faults, st->name.line, place->options, st->word);
		return true;
	}
	if (st->next == AS_TOKEN_OPEN)
		return opt->type == CFGT_SEC && walk_section(w, opt, st);
	if (opt->type == CFGT_SEC)
		return false;
	if (st->next == AS_TOKEN_ADD && (opt->flags & CFGF_LIST) == 0) {
		if (!take_out(w, st))
			return false;
		as_faults_add(w->walk->faults, st->name.line,
			      "attempt to append to non-list option '%s'", st->word);
		return true;
	}
	note(w, place->section, opt->name, st->name.line);
	return skip_value(w);
}

static void blank_comments(struct walker *w)
{
	struct as_tokens tokens;
	struct as_token token;

	as_tokens_start(&tokens, w->tokens.text);
	do {
		token = as_tokens_next(&tokens);
		if (token.kind == AS_TOKEN_COMMENT)
			blank(w, token.at, token.at + token.size);
	} while (token.kind != AS_TOKEN_END);
}

bool as_prescan_walk(const struct as_walk *walk, struct as_span text, struct as_buffer *out,
		     const struct as_line **lines_out)
{
	const struct place top = {.options = walk->options};
	struct walker w = {.walk = walk, .arena = walk->faults->arena};
	size_t begin = out->size;

	if (!as_buffer_append(out, text.data, text.size))
		return false;
	w.copy = out->data != NULL ? out->data + begin : NULL;
	as_tokens_start(&w.tokens, text);
	blank_comments(&w);
	walk_place(&w, &top);
	*lines_out = w.lines;
	return !w.failed;
}
