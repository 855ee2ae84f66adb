/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/answer_check.h"

#include "base/utf8.h"

#include <strings.h>

bool as_answer_text_valid(struct as_span text)
{
	while (text.size > 0) {
		uint32_t character = 0;
		size_t length = as_utf8_next(text, &character);

		if (length == 0 || character < 0x20 || (character >= 0x7f && character < 0xa0))
			return false;
		text = as_span_from(text, length);
	}
	return true;
}

bool as_answer_ascii_valid(struct as_span text)
{
	for (size_t i = 0; i < text.size; i++)
		if (text.data[i] < 0x20 || text.data[i] > 0x7e)
			return false;
	return true;
}

bool as_answer_name_valid(struct as_span text)
{
	for (size_t i = 0; i < text.size; i++)
		if (text.data[i] <= 0x20 || text.data[i] > 0x7e || text.data[i] == ':')
			return false;
	return true;
}

static bool is_alphanumeric(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool as_answer_code_valid(struct as_span text)
{
	for (size_t i = 0; i < text.size; i++)
		if (!is_alphanumeric(text.data[i]) && text.data[i] != '.' && text.data[i] != '_' &&
		    text.data[i] != '-')
			return false;
	return text.size > 0;
}

/* A line of blanks alone may end the header for a lenient reader. */
static bool lines_valid(struct as_span value)
{
	bool blank = true;
	size_t length = 0;

	for (size_t i = 0; i < value.size; i++) {
		unsigned char c = value.data[i];

		if (c == '\n') {
			if (blank || i + 1 == value.size ||
			    (value.data[i + 1] != ' ' && value.data[i + 1] != '\t'))
				return false;
			blank = true;
			length = 0;
			continue;
		}
		if ((c < 0x20 && c != '\t') || c > 0x7e || ++length > AS_ANSWER_LINE_MAX)
			return false;
		if (c != ' ' && c != '\t')
			blank = false;
	}
	return !blank || value.size == 0;
}

/* "%s" once and no other percent sign; elsewhere they mean nothing. */
static bool percents_valid(const struct as_edit *edit)
{
	const char *percent = strchr(edit->value, '%');

	if (strcasecmp(edit->name, "Authentication-Results") != 0)
		return true;
	return percent != NULL && percent[1] == 's' && strchr(percent + 1, '%') == NULL;
}

bool as_answer_edit_valid(const struct as_edit *edit)
{
	struct as_span name = as_span_text(edit->name);
	struct as_span value = as_span_text(edit->value);
	bool adds = edit->kind == AS_EDIT_INSERT || edit->kind == AS_EDIT_ADD;

	if (edit->kind > AS_EDIT_DELETE || adds != (edit->index == 0) || name.size == 0 ||
	    name.size > AS_ANSWER_NAME_MAX || !as_answer_name_valid(name) ||
	    value.size > AS_ANSWER_VALUE_MAX)
		return false;
	if (edit->kind == AS_EDIT_DELETE)
		return value.size == 0;
	return value.size > 0 && value.data[0] != ' ' && value.data[0] != '\t' &&
	       lines_valid(value) && percents_valid(edit);
}

static bool take(struct as_span *in, const char *word)
{
	size_t length = strlen(word);

	if (!as_span_has_at(*in, 0, word, length))
		return false;
	*in = as_span_from(*in, length);
	return true;
}

static bool take_escape(struct as_span *in)
{
	static const char simple[] = "\"\\/bfnrt";

	if (in->size == 0)
		return false;
	if (in->data[0] != 'u') {
		bool known = memchr(simple, in->data[0], sizeof(simple) - 1) != NULL;

		*in = as_span_from(*in, 1);
		return known;
	}
	for (size_t i = 1; i <= 4; i++) {
		unsigned char c = i < in->size ? in->data[i] : 0;

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')))
			return false;
	}
	*in = as_span_from(*in, 5);
	return true;
}

static bool take_string(struct as_span *in)
{
	if (!take(in, "\""))
		return false;
	while (in->size > 0) {
		unsigned char c = in->data[0];

		*in = as_span_from(*in, 1);
		if (c == '"')
			return true;
		if (c == '\\' && !take_escape(in))
			return false;
	}
	return false;
}

/* 0, or digits without a leading zero. */
static bool take_number(struct as_span *in)
{
	size_t length = 0;

	while (length < in->size && in->data[length] >= '0' && in->data[length] <= '9')
		length++;
	if (length == 0 || length > 20 || (in->data[0] == '0' && length > 1))
		return false;
	*in = as_span_from(*in, length);
	return true;
}

static bool take_scalar(struct as_span *in)
{
	if (in->size > 0 && in->data[0] == '"')
		return take_string(in);
	return take(in, "true") || take(in, "false") || take_number(in);
}

static bool take_object(struct as_span *in)
{
	if (take(in, "}"))
		return true;
	do {
		if (!take_string(in) || !take(in, ":") || !take_scalar(in))
			return false;
	} while (take(in, ","));
	return take(in, "}");
}

bool as_answer_log_valid(struct as_span text)
{
	if (!as_answer_text_valid(text))
		return false;
	while (text.size > 0) {
		if (!take(&text, ",") || !take_string(&text) || !take(&text, ":"))
			return false;
		if (take(&text, "{") ? !take_object(&text) : !take_scalar(&text))
			return false;
	}
	return true;
}
