/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ATTACHMENT_LISTS_H
#define ATTACHMENT_LISTS_H

#include <assay/plugin.h>

/*
 * The lists that say what to do with an extension, a media type and a class.
 * They are read once, by load() in the zygote, and are constant afterwards.
 *
 * The form is a line a rule, words separated by blanks, "#" to the end of the
 * line a comment. Anything else is an error with file and line: a rule that is
 * misread would let mail through.
 */

/* Mildest first: comparing them is meaningful. */
enum att_action {
	ATT_ALLOW = 0,
	ATT_FLAG,
	ATT_STRIP,
	ATT_QUARANTINE,
	ATT_BLOCK,
};

struct att_rule {
	const char *key; /* extension without dot, or media type; lower case */
	enum assay_class type_class;
	enum att_action action;
	unsigned int line; /* in its file; 0: from the settings */
};

struct att_table {
	struct att_rule *rules; /* sorted by key */
	size_t count;
	char *text; /* the file; keys point into it */
};

struct att_lists {
	struct att_table extensions;
	struct att_table types;
	enum att_action classes[ASSAY_CLASS_COUNT];
	uint64_t classes_seen; /* bits: which lines classes.list had */
	enum att_action script_in_tar;
	enum att_action deceptive_name;
	char **extras; /* extensions that only the settings have */
	size_t extra_count;
	int64_t newest;	      /* modification time, seconds since 1970 */
	uint64_t fingerprint; /* of all that was read and set */
};

/* Words of the lists; NULL-terminated. False when there is no such action. */
bool att_action_find(const char *word, enum att_action *action_out);
const char *att_action_name(enum att_action action);

/*
 * Each reads one file into lists, which starts out zeroed. 0, or a negative
 * errno with one sentence for an administrator in error. att_lists_deinit() is
 * needed in both cases.
 */
int att_lists_read_extensions(struct att_lists *lists, const struct assay_host *host,
			      const char *path, char *error, size_t error_size);
int att_lists_read_types(struct att_lists *lists, const struct assay_host *host, const char *path,
			 char *error, size_t error_size);
int att_lists_read_classes(struct att_lists *lists, const struct assay_host *host, const char *path,
			   char *error, size_t error_size);

/*
 * The administrator's own word on one extension, with or without dot. One that
 * the list does not have gets the class executable; to allow it changes nothing. -EINVAL with an
 * error when it is none.
 */
int att_lists_set(struct att_lists *lists, const char *extension, enum att_action action,
		  char *error, size_t error_size);

void att_lists_deinit(struct att_lists *lists);

/* NULL when there is no rule. */
const struct att_rule *att_table_find(const struct att_table *table, const char *key);

#endif
