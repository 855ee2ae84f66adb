/* SPDX-License-Identifier: BSD-2-Clause */
#include "guard.h"

#include "types.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define WORD_MAX 127u

bool yp_guard_open(const struct yp_guard *guard)
{
	return guard->classes == 0 && guard->types == NULL;
}

bool yp_guard_fits(const struct yp_guard *guard, const struct assay_object *object)
{
	if (yp_guard_open(guard))
		return true;
	/* Nobody could tell what it is: it may well be what the rule is for. */
	if (object->type_class == ASSAY_CLASS_UNKNOWN)
		return true;
	if (guard->classes & 1u << object->type_class)
		return true;
	if (guard->types == NULL)
		return false;
	return (object->type_name[0] != '\0' && yp_list_has(guard->types, object->type_name)) ||
	       (object->type[0] != '\0' && yp_list_has(guard->types, object->type));
}

bool yp_guard_equal(const struct yp_guard *a, const struct yp_guard *b)
{
	const char *left = a->types != NULL ? a->types : "";
	const char *right = b->types != NULL ? b->types : "";

	return a->classes == b->classes && strcmp(left, right) == 0;
}

static int add_type(struct yp_guard *guard, const char *type)
{
	const char *have = guard->types != NULL ? guard->types : " ";
	char *types = NULL;

	if (yp_list_has(have, type))
		return 0;
	if (asprintf(&types, "%s%s ", have, type) < 0)
		return -ENOMEM;
	free(guard->types);
	guard->types = types;
	return 0;
}

static int add_types(struct yp_guard *guard, const char *list)
{
	char type[WORD_MAX + 1];
	int rc = 0;

	while (rc == 0 && *list != '\0') {
		size_t length = strcspn(list, " ");

		if (length > 0 && length <= WORD_MAX) {
			memcpy(type, list, length);
			type[length] = '\0';
			rc = add_type(guard, type);
		}
		list += length;
		list += strspn(list, " ");
	}
	return rc;
}

static int add_class(struct yp_guard *guard, const struct assay_host *host, const char *word)
{
	enum assay_class found = host->class_find(word);

	if (found == ASSAY_CLASS_UNKNOWN && strcmp(word, "unknown") != 0)
		return -EINVAL;
	guard->classes |= 1u << found;
	return 0;
}

int yp_guard_add(struct yp_guard *guard, const struct assay_host *host, const char *word)
{
	bool media = strchr(word, '/') != NULL;
	bool named = strncmp(word, "name:", 5) == 0;
	char type[WORD_MAX + 1];
	size_t length = strlen(word);

	if (strncmp(word, "class:", 6) == 0)
		return add_class(guard, host, word + 6);
	if (named) {
		word += 5;
		length -= 5;
	}
	if (length == 0 || length > WORD_MAX)
		return -EINVAL;
	for (size_t i = 0; i <= length; i++)
		type[i] = (char)(media ? tolower((unsigned char)word[i])
				       : toupper((unsigned char)word[i]));
	if (!media && !named && yp_type_group(type) != NULL)
		return add_types(guard, yp_type_group(type));
	if (!media && !named && !yp_type_known(type))
		return -EINVAL;
	return add_type(guard, type);
}

int yp_guard_copy(struct yp_guard *copy_out, const struct yp_guard *guard)
{
	char *types = guard->types != NULL ? strdup(guard->types) : NULL;

	if (guard->types != NULL && types == NULL)
		return -ENOMEM;
	*copy_out = (struct yp_guard){.classes = guard->classes, .types = types};
	return 0;
}

int yp_guard_merge(struct yp_guard *guard, const struct yp_guard *other)
{
	int rc = 0;

	if (yp_guard_open(guard))
		return 0;
	if (yp_guard_open(other)) {
		yp_guard_free(guard);
		return 0;
	}
	guard->classes |= other->classes;
	if (other->types != NULL)
		rc = add_types(guard, other->types);
	if (rc == 0 && guard->types != NULL && strlen(guard->types) > YP_TYPES_LENGTH_MAX)
		yp_guard_free(guard);
	return rc;
}

void yp_guard_free(struct yp_guard *guard)
{
	free(guard->types);
	*guard = (struct yp_guard){0};
}
