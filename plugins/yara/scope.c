/* SPDX-License-Identifier: BSD-2-Clause */
#include "scope.h"

/* In the order of what says most about an object. */
static const struct {
	const char *word;
	uint32_t scope;
} words[] = {
	{"message", YP_MESSAGE}, {"headers", YP_HEADERS}, {"body", YP_BODY},
	{"derived", YP_DERIVED}, {"file", YP_FILE},	  {"html", YP_HTML},
	{"part", YP_PART},
};

/* A named text that the sender asks to display inline can still be opened as a
 * file, so it is both. */
static uint32_t scopes_of_entity(const struct assay_object *object)
{
	uint32_t scopes = YP_PART;

	if (object->flags & ASSAY_FLAG_BODY)
		scopes |= YP_BODY;
	if (!(object->flags & ASSAY_FLAG_BODY) || object->name_count > 0)
		scopes |= YP_FILE;
	return scopes;
}

static uint32_t scopes_of_origin(const struct assay_object *object)
{
	switch (object->origin) {
	case ASSAY_ORIGIN_MESSAGE:
		return YP_MESSAGE;
	case ASSAY_ORIGIN_HEADERS:
		return YP_HEADERS;
	case ASSAY_ORIGIN_ENTITY:
		return scopes_of_entity(object);
	case ASSAY_ORIGIN_MEMBER:
	case ASSAY_ORIGIN_FILE:
		return YP_FILE;
	case ASSAY_ORIGIN_READING:
		/* Some client shows exactly this reading to its user. */
		return YP_DERIVED | scopes_of_entity(object);
	case ASSAY_ORIGIN_DERIVED:
	case ASSAY_ORIGIN_GAP:
		break;
	}
	return YP_DERIVED;
}

uint32_t yp_scopes_of(const struct assay_object *object)
{
	uint32_t scopes = scopes_of_origin(object);

	if (object->type_class == ASSAY_CLASS_HTML && !(scopes & (YP_MESSAGE | YP_HEADERS)))
		scopes |= YP_HTML;
	return scopes;
}

const char *yp_scope_word(uint32_t scopes)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (scopes & words[i].scope)
			return words[i].word;
	return "";
}

uint32_t yp_scope_find(const char *word)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].word, word) == 0)
			return words[i].scope;
	return 0;
}
