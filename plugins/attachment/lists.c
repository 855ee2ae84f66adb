/* SPDX-License-Identifier: BSD-2-Clause */
#include "lists.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* A list of every extension ever registered has some 100 KiB. */
#define LIST_OCTETS (1024u * 1024u)
/* A line has at most three words; the fourth place shows that there are more. */
#define LINE_WORDS 4u
/* As long as an extension that the name checks can find. */
#define KEY_EXTENSION_OCTETS 32u

struct place {
	const char *path;
	unsigned int line;
	char *error;
	size_t error_size;
};

static const char *const action_words[] = {"allow", "flag", "strip", "quarantine", "block"};

bool att_action_find(const char *word, enum att_action *action_out)
{
	for (size_t i = 0; i < sizeof(action_words) / sizeof(action_words[0]); i++) {
		if (strcmp(action_words[i], word) == 0) {
			*action_out = (enum att_action)i;
			return true;
		}
	}
	return false;
}

const char *att_action_name(enum att_action action)
{
	return action_words[action];
}

static int fault(const struct place *place, const char *expected, const char *found)
{
	snprintf(place->error, place->error_size, "%s:%u: expected %s, found \"%.64s\"",
		 place->path, place->line, expected, found);
	return -EINVAL;
}

/* FNV-1a: tells two sets of lists apart; nobody attacks his own lists. */
static void fingerprint(struct att_lists *lists, const char *data, size_t size)
{
	uint64_t hash = lists->fingerprint != 0 ? lists->fingerprint : 0xcbf29ce484222325u;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ (unsigned char)data[i]) * 0x100000001b3u;
	lists->fingerprint = hash;
}

static int read_all(FILE *file, struct att_lists *lists, char **text_out)
{
	struct stat st;
	char *text;
	size_t size;

	if (fstat(fileno(file), &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || st.st_size > (off_t)LIST_OCTETS)
		return -EFBIG;
	text = malloc((size_t)st.st_size + 1);
	if (text == NULL)
		return -ENOMEM;
	size = fread(text, 1, (size_t)st.st_size, file);
	if (ferror(file)) {
		free(text);
		return -EIO;
	}
	text[size] = '\0';
	fingerprint(lists, text, size);
	if (st.st_mtime > lists->newest)
		lists->newest = st.st_mtime;
	if (strlen(text) != size) {
		free(text);
		return -EILSEQ;
	}
	*text_out = text;
	return 0;
}

static int read_list(struct att_lists *lists, const struct place *place, char **text_out)
{
	FILE *file = fopen(place->path, "re");
	int rc = file == NULL ? -errno : read_all(file, lists, text_out);

	if (rc == -EILSEQ)
		snprintf(place->error, place->error_size, "%s: expected text, found a NUL octet",
			 place->path);
	else if (rc == -EFBIG)
		snprintf(place->error, place->error_size,
			 "%s: expected a file of at most %u octets", place->path, LIST_OCTETS);
	else if (rc != 0)
		snprintf(place->error, place->error_size, "cannot read %s: %s", place->path,
			 strerror(-rc));
	if (file != NULL)
		fclose(file);
	return rc;
}

static void lower(char *text)
{
	for (; *text != '\0'; text++)
		if (*text >= 'A' && *text <= 'Z')
			*text = (char)(*text + 32);
}

/* Cuts one line out of *text and into words; their count. */
static size_t split_line(char **text, char *words[LINE_WORDS])
{
	char *line = *text, *end = line + strcspn(line, "\n"), *save = NULL;
	size_t count = 0;

	*text = *end != '\0' ? end + 1 : end;
	/* Editors of Windows begin a file with a byte order mark. */
	if (strncmp(line, "\xef\xbb\xbf", 3) == 0)
		line += 3;
	*end = '\0';
	line[strcspn(line, "#")] = '\0';
	for (char *word = strtok_r(line, " \t\r", &save); word != NULL && count < LINE_WORDS;
	     word = strtok_r(NULL, " \t\r", &save)) {
		lower(word);
		words[count++] = word;
	}
	return count;
}

static bool find_class(const struct assay_host *host, const char *word, enum assay_class *class_out)
{
	enum assay_class found = host->class_find(word);

	if (found == ASSAY_CLASS_UNKNOWN && strcmp(word, host->class_name(found)) != 0)
		return false;
	*class_out = found;
	return true;
}

static bool is_extension(const char *word)
{
	size_t size = strlen(word);

	return size > 0 && size <= KEY_EXTENSION_OCTETS && strpbrk(word, "./\\:*?\"<>|") == NULL;
}

static bool is_media_type(const char *word)
{
	const char *slash = strchr(word, '/');

	return slash != NULL && slash != word && slash[1] != '\0' &&
	       strchr(slash + 1, '/') == NULL && strpbrk(word, "*;,\"") == NULL;
}

static int parse_rule(const struct place *place, const struct assay_host *host, char **words,
		      size_t count, struct att_rule *rule_out)
{
	if (count < 2)
		return fault(place, "a class after it", words[0]);
	if (!find_class(host, words[1], &rule_out->type_class))
		return fault(place, "a class (executable, script, shortcut, ...)", words[1]);
	if (count < 3)
		return fault(place, "an action after the class", words[1]);
	if (!att_action_find(words[2], &rule_out->action))
		return fault(place, "an action (block, quarantine, strip, flag or allow)",
			     words[2]);
	if (count > 3)
		return fault(place, "the end of the line", words[3]);
	rule_out->key = words[0];
	rule_out->line = place->line;
	return 0;
}

static int compare_rules(const void *a, const void *b)
{
	return strcmp(((const struct att_rule *)a)->key, ((const struct att_rule *)b)->key);
}

/* Twice the same key is a slip of which nobody can tell the meant half. */
static int sort_table(struct att_table *table, const struct place *place)
{
	if (table->count > 1)
		qsort(table->rules, table->count, sizeof(table->rules[0]), compare_rules);
	for (size_t i = 1; i < table->count; i++) {
		const struct att_rule *a = &table->rules[i - 1], *b = &table->rules[i];

		if (compare_rules(a, b) != 0)
			continue;
		snprintf(place->error, place->error_size,
			 "%s:%u: expected each entry once, found \"%.64s\" again after line %u",
			 place->path, a->line > b->line ? a->line : b->line, a->key,
			 a->line > b->line ? b->line : a->line);
		return -EINVAL;
	}
	return 0;
}

static int append_rule(struct att_table *table, const struct att_rule *rule)
{
	struct att_rule *rules;

	rules = reallocarray(table->rules, table->count + 1, sizeof(*rules));
	if (rules == NULL)
		return -ENOMEM;
	rules[table->count++] = *rule;
	table->rules = rules;
	return 0;
}

static int read_table(struct att_lists *lists, struct att_table *table,
		      const struct assay_host *host, struct place *place,
		      bool (*is_key)(const char *), const char *expected)
{
	char *words[LINE_WORDS], *text;
	int rc = read_list(lists, place, &table->text);

	if (rc != 0)
		return rc;
	for (text = table->text; *text != '\0';) {
		size_t count = split_line(&text, words);
		struct att_rule rule;

		place->line++;
		if (count == 0)
			continue;
		if (is_key == is_extension && words[0][0] == '.')
			words[0]++;
		if (!is_key(words[0]))
			return fault(place, expected, words[0]);
		rc = parse_rule(place, host, words, count, &rule);
		if (rc == 0)
			rc = append_rule(table, &rule);
		if (rc != 0)
			return rc;
	}
	return sort_table(table, place);
}

int att_lists_read_extensions(struct att_lists *lists, const struct assay_host *host,
			      const char *path, char *error, size_t error_size)
{
	struct place place = {path, 0, error, error_size};

	return read_table(lists, &lists->extensions, host, &place, is_extension,
			  "an extension of one part");
}

int att_lists_read_types(struct att_lists *lists, const struct assay_host *host, const char *path,
			 char *error, size_t error_size)
{
	struct place place = {path, 0, error, error_size};

	return read_table(lists, &lists->types, host, &place, is_media_type,
			  "a media type such as application/zip");
}

/* The place in lists that a word of classes.list sets, or NULL. */
static enum att_action *find_slot(struct att_lists *lists, const struct assay_host *host,
				  const char *word, unsigned int *bit_out)
{
	enum assay_class type_class;

	*bit_out = ASSAY_CLASS_COUNT;
	if (strcmp(word, "script-in-tar") == 0)
		return &lists->script_in_tar;
	*bit_out = ASSAY_CLASS_COUNT + 1;
	if (strcmp(word, "deceptive-name") == 0)
		return &lists->deceptive_name;
	if (!find_class(host, word, &type_class))
		return NULL;
	*bit_out = type_class;
	return &lists->classes[type_class];
}

static int parse_class(struct att_lists *lists, const struct assay_host *host,
		       const struct place *place, char **words, size_t count)
{
	unsigned int bit;
	enum att_action *slot = find_slot(lists, host, words[0], &bit);

	if (slot == NULL)
		return fault(place, "a class, script-in-tar or deceptive-name", words[0]);
	if ((lists->classes_seen >> bit & 1) != 0)
		return fault(place, "each class once", words[0]);
	if (count < 2)
		return fault(place, "an action after the class", words[0]);
	if (!att_action_find(words[1], slot))
		return fault(place, "an action (block, quarantine, strip, flag or allow)",
			     words[1]);
	if (count > 2)
		return fault(place, "the end of the line", words[2]);
	lists->classes_seen |= (uint64_t)1 << bit;
	return 0;
}

int att_lists_read_classes(struct att_lists *lists, const struct assay_host *host, const char *path,
			   char *error, size_t error_size)
{
	struct place place = {path, 0, error, error_size};
	char *words[LINE_WORDS], *text = NULL, *next;
	int rc = read_list(lists, &place, &text);

	if (rc != 0)
		return rc;
	for (next = text; *next != '\0' && rc == 0;) {
		size_t count = split_line(&next, words);

		place.line++;
		if (count > 0)
			rc = parse_class(lists, host, &place, words, count);
	}
	free(text);
	return rc;
}

static struct att_rule *find_rule(const struct att_table *table, const char *key)
{
	const struct att_rule wanted = {.key = key};

	if (table->count == 0)
		return NULL;
	return bsearch(&wanted, table->rules, table->count, sizeof(wanted), compare_rules);
}

const struct att_rule *att_table_find(const struct att_table *table, const char *key)
{
	return find_rule(table, key);
}

/* A new rule needs a key that lives as long as the lists. */
static int add_extra(struct att_lists *lists, const char *key, enum att_action action)
{
	struct att_rule rule = {NULL, ASSAY_CLASS_EXECUTABLE, action, 0};
	struct att_table *table = &lists->extensions;
	char **extras = reallocarray(lists->extras, lists->extra_count + 1, sizeof(*extras));
	char *copy;

	if (extras == NULL)
		return -ENOMEM;
	lists->extras = extras;
	copy = strdup(key);
	if (copy == NULL)
		return -ENOMEM;
	extras[lists->extra_count++] = copy;
	rule.key = copy;
	if (append_rule(table, &rule) != 0)
		return -ENOMEM;
	qsort(table->rules, table->count, sizeof(table->rules[0]), compare_rules);
	return 0;
}

int att_lists_set(struct att_lists *lists, const char *extension, enum att_action action,
		  char *error, size_t error_size)
{
	char key[KEY_EXTENSION_OCTETS + 2];
	struct att_rule *rule;
	int rc = 0;

	if (*extension == '.')
		extension++;
	snprintf(key, sizeof(key), "%s", extension);
	lower(key);
	if (!is_extension(key)) {
		snprintf(error, error_size,
			 "block and allow: expected an extension of one part, found \"%.64s\"",
			 extension);
		return -EINVAL;
	}
	rule = find_rule(&lists->extensions, key);
	if (rule != NULL)
		rule->action = action;
	else if (action != ATT_ALLOW)
		rc = add_extra(lists, key, action);
	if (rc != 0)
		snprintf(error, error_size, "block and allow: %s", strerror(-rc));
	fingerprint(lists, key, strlen(key));
	fingerprint(lists, action_words[action], 1);
	return rc;
}

void att_lists_deinit(struct att_lists *lists)
{
	for (size_t i = 0; i < lists->extra_count; i++)
		free(lists->extras[i]);
	free(lists->extras);
	free(lists->extensions.rules);
	free(lists->extensions.text);
	free(lists->types.rules);
	free(lists->types.text);
	*lists = (struct att_lists){0};
}
