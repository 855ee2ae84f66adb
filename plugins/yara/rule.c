/* SPDX-License-Identifier: BSD-2-Clause */
#include "rule.h"

#include "rating.h"
#include "scope.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* The longest public value of a list is 90 octets. */
#define LIST_MAX 512u
/* A sentence for a person; some public descriptions are whole reports. */
#define TEXT_MAX 240u

/* A rule in the making. */
struct parse {
	const struct yp_rule_context *context;
	const YR_RULE *compiled;
	struct yp_rule *rule;
	struct yp_rating rating;
	const char *description;
	const char *id;
	int rc;
};

static const struct {
	const char *word;
	enum yp_state state;
} states[] = {
	{"live", YP_LIVE},
	{"shadow", YP_SHADOW},
	{"test", YP_OFF},
	{"retired", YP_OFF},
};

static const char *const directions[] = {"inbound", "outbound", "internal"};

uint32_t yp_direction_find(const char *word)
{
	for (size_t i = 0; i < sizeof(directions) / sizeof(directions[0]); i++)
		if (strcmp(directions[i], word) == 0)
			return 1u << i;
	return 0;
}

static void wrong(struct parse *parse, const YR_META *meta, const char *expected)
{
	const struct yp_source *source = parse->context->source;
	char number[24];
	const char *value = meta->string;

	if (meta->type != META_TYPE_STRING) {
		snprintf(number, sizeof(number), "%" PRId64, meta->integer);
		value = number;
	}
	if (source->imported)
		yp_warn(parse->context->trouble, "%s: rule %s: meta %s = %.60s does not count: %s",
			source->path, parse->compiled->identifier, meta->identifier, value,
			expected);
	else
		yp_error(parse->context->trouble, "%s: rule %s: meta %s = %.60s: %s", source->path,
			 parse->compiled->identifier, meta->identifier, value, expected);
}

/* "" for values that are no text, which no key below takes. */
static const char *text_of(const YR_META *meta)
{
	return meta->type == META_TYPE_STRING ? meta->string : "";
}

/* Calls each for the words of a list; false as soon as one is refused. */
static bool each_word(struct parse *parse, const YR_META *meta,
		      bool (*each)(struct parse *parse, const char *word, void *sum), void *sum)
{
	char list[LIST_MAX];
	char *rest = list;
	char *word;
	size_t count = 0;

	if (strlen(text_of(meta)) >= sizeof(list))
		return false;
	strcpy(list, text_of(meta));
	while ((word = strsep(&rest, ", \t")) != NULL) {
		if (*word == '\0')
			continue;
		count++;
		if (!each(parse, word, sum))
			return false;
	}
	return count > 0;
}

static bool add_scope(struct parse *parse, const char *word, void *sum)
{
	uint32_t scope = yp_scope_find(word);

	(void)parse;
	*(uint32_t *)sum |= scope;
	return scope != 0;
}

static bool add_direction(struct parse *parse, const char *word, void *sum)
{
	uint32_t direction = yp_direction_find(word);

	(void)parse;
	*(uint32_t *)sum |= direction;
	return direction != 0;
}

static bool add_type(struct parse *parse, const char *word, void *sum)
{
	int rc = yp_guard_add(sum, parse->context->trouble->host, word);

	if (rc == -ENOMEM)
		parse->rc = rc;
	return rc == 0;
}

static void take_scope(struct parse *parse, const YR_META *meta)
{
	uint32_t scopes = 0;

	if (each_word(parse, meta, add_scope, &scopes))
		parse->rule->scopes = scopes;
	else
		wrong(parse, meta, "message, headers, body, html, part, file, derived expected");
}

static void take_direction(struct parse *parse, const YR_META *meta)
{
	uint32_t set = 0;

	if (each_word(parse, meta, add_direction, &set))
		parse->rule->directions = set;
	else
		wrong(parse, meta, "inbound, outbound, internal expected");
}

static void take_type(struct parse *parse, const YR_META *meta)
{
	struct yp_guard guard = {0};

	/* "any" switches off the guard that an import of pe brings. */
	if (strcmp(text_of(meta), "any") == 0) {
		for (enum assay_class c = ASSAY_CLASS_UNKNOWN; c < ASSAY_CLASS_COUNT; c++)
			guard.classes |= 1u << c;
	} else if (!each_word(parse, meta, add_type, &guard)) {
		yp_guard_free(&guard);
		if (parse->rc == 0)
			wrong(parse, meta,
			      "type names, class:NAME, name:NAME, media types or any "
			      "expected");
		return;
	}
	yp_guard_free(&parse->rule->guard);
	parse->rule->guard = guard;
}

static void take_state(struct parse *parse, const YR_META *meta)
{
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		if (strcmp(states[i].word, text_of(meta)) == 0) {
			if (states[i].state > parse->rule->state)
				parse->rule->state = states[i].state;
			return;
		}
	}
	wrong(parse, meta, "test, shadow, live or retired expected");
}

static void take_max_size(struct parse *parse, const YR_META *meta)
{
	if (meta->type == META_TYPE_INTEGER && meta->integer > 0)
		parse->rule->max_size = (uint64_t)meta->integer;
	else
		wrong(parse, meta, "a number of octets above 0 expected, without quotes");
}

static void take_expires(struct parse *parse, const YR_META *meta)
{
	const struct yp_rule_context *context = parse->context;
	struct tm day = {0};
	const char *end = strptime(text_of(meta), "%Y-%m-%d", &day);
	time_t begin = end != NULL && *end == '\0' ? timegm(&day) : (time_t)-1;

	if (begin == (time_t)-1) {
		wrong(parse, meta, "a date such as 2026-12-31 expected");
		return;
	}
	if (context->now < begin)
		return;
	yp_warn(context->trouble, "%s: rule %s expired on %s: its matches are only logged",
		context->source->path, parse->compiled->identifier, meta->string);
	if (parse->rule->state == YP_LIVE)
		parse->rule->state = YP_SHADOW;
}

static void take_action(struct parse *parse, const YR_META *meta)
{
	if (!yp_rating_action(&parse->rating, text_of(meta)))
		wrong(parse, meta, "none, flag, tag, strip, quarantine, block or allow expected");
}

static void take_score(struct parse *parse, const YR_META *meta)
{
	if (!yp_rating_score(&parse->rating, meta))
		wrong(parse, meta, "0 to 100 expected, or info, low, medium, high, critical");
}

static void take_description(struct parse *parse, const YR_META *meta)
{
	parse->description = text_of(meta);
}

static void take_id(struct parse *parse, const YR_META *meta)
{
	parse->id = text_of(meta);
}

static void take_category(struct parse *parse, const YR_META *meta)
{
	yp_rating_category(&parse->rating, text_of(meta));
}

static const struct {
	const char *key;
	void (*take)(struct parse *parse, const YR_META *meta);
} keys[] = {
	{"action", take_action},
	{"score", take_score},
	{"severity", take_score},
	{"scope", take_scope},
	{"type", take_type},
	{"max_size", take_max_size},
	{"status", take_state},
	{"expires", take_expires},
	{"direction", take_direction},
	{"description", take_description},
	{"id", take_id},
	{"category", take_category},
};

/* Metas may hold any octet; a finding's text is UTF-8 without controls. A
 * sequence that is not well formed becomes question marks (RFC 3629 s4). */
static size_t utf8_length(const unsigned char *p)
{
	if (p[0] >= 0x20 && p[0] < 0x7f)
		return 1;
	if (p[0] >= 0xc2 && p[0] <= 0xdf && (p[1] & 0xc0) == 0x80)
		/* U+0080 to U+009F are controls as well. */
		return p[0] == 0xc2 && p[1] < 0xa0 ? 0 : 2;
	if ((p[0] & 0xf0) == 0xe0 && (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80)
		return (p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ? 0 : 3;
	if (p[0] >= 0xf0 && p[0] <= 0xf4 && (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80 &&
	    (p[3] & 0xc0) == 0x80)
		return (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f) ? 0 : 4;
	return 0;
}

static void clean_text(char *out, size_t room, const char *text)
{
	size_t at = 0;

	while (*text != '\0') {
		size_t length = utf8_length((const unsigned char *)text);

		if (at + (length > 0 ? length : 1) >= room)
			break;
		if (length == 0) {
			out[at++] = '?';
			text++;
			continue;
		}
		memcpy(out + at, text, length);
		at += length;
		text += length;
	}
	out[at] = '\0';
}

static int set_texts(struct parse *parse)
{
	struct yp_rule *rule = parse->rule;
	const char *name = parse->compiled->identifier;
	char description[TEXT_MAX], space[TEXT_MAX], id[80];

	clean_text(description, sizeof(description),
		   parse->description != NULL ? parse->description : "");
	clean_text(space, sizeof(space), parse->context->source->space);
	clean_text(id, sizeof(id), parse->id != NULL ? parse->id : "");
	if (asprintf(&rule->code, "yara.%s", name) < 0) {
		rule->code = NULL;
		return -ENOMEM;
	}
	if (asprintf(&rule->text, "%s%s (%s%s%s)",
		     description[0] != '\0' ? description : "matches the YARA rule ",
		     description[0] != '\0' ? "" : name, space, id[0] != '\0' ? ", " : "",
		     id) < 0) {
		rule->text = NULL;
		return -ENOMEM;
	}
	return 0;
}

int yp_rule_parse(struct yp_rule *rule, const YR_RULE *compiled,
		  const struct yp_rule_context *context)
{
	struct parse parse = {.context = context, .compiled = compiled, .rule = rule};
	const YR_META *meta;
	int rc;

	*rule = (struct yp_rule){.scopes = YP_SCOPES_DEFAULT};
	yr_rule_metas_foreach(compiled, meta)
	{
		for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
			if (strcmp(keys[i].key, meta->identifier) == 0)
				keys[i].take(&parse, meta);
	}
	yp_rating_decide(&parse.rating, context->cap, &rule->severity, &rule->wish);
	rc = parse.rc != 0 ? parse.rc : set_texts(&parse);
	if (rc != 0)
		yp_rule_free(rule);
	return rc;
}

void yp_rule_free(struct yp_rule *rule)
{
	free(rule->code);
	free(rule->text);
	yp_guard_free(&rule->guard);
	*rule = (struct yp_rule){0};
}
