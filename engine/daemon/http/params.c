/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/http/params.h"

#include "base/error.h"

static bool is_blank(unsigned char c)
{
	return c == ' ' || c == '\t';
}

/* RFC 9110 s5.6.2 */
static bool is_token_char(unsigned char c)
{
	if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
		return true;
	return c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL;
}

bool as_http_is_token(struct as_span text)
{
	for (size_t i = 0; i < text.size; i++) {
		if (!is_token_char(text.data[i]))
			return false;
	}
	return text.size > 0;
}

static unsigned char lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c - 'A' + 'a') : c;
}

bool as_http_is_word(struct as_span text, const char *word)
{
	if (text.size != strlen(word))
		return false;
	for (size_t i = 0; i < text.size; i++) {
		if (lower(text.data[i]) != lower((unsigned char)word[i]))
			return false;
	}
	return true;
}

static struct as_span skip_blanks(struct as_span text)
{
	while (text.size > 0 && is_blank(text.data[0]))
		text = as_span_from(text, 1);
	return text;
}

static struct as_span trim(struct as_span text)
{
	text = skip_blanks(text);
	while (text.size > 0 && is_blank(text.data[text.size - 1]))
		text.size--;
	return text;
}

struct as_span as_http_params_open(struct as_http_params *params, struct as_span field)
{
	size_t end = as_span_find_byte(field, 0, ';');

	params->rest = as_span_from(field, end);
	return trim(as_span_slice(field, 0, end));
}

static bool put(struct as_http_param *param, unsigned char c)
{
	if (param->value_size == sizeof(param->value) - 1)
		return false;
	param->value[param->value_size++] = (char)c;
	return true;
}

/* Returns how many octets were taken, 0 when it is no quoted string. */
static size_t take_quoted(struct as_span text, struct as_http_param *param)
{
	for (size_t i = 1; i < text.size; i++) {
		unsigned char c = text.data[i];

		if (c == '"')
			return i + 1;
		if (c == '\\' && ++i < text.size)
			c = text.data[i];
		if ((c < ' ' && c != '\t') || c == 0x7f || !put(param, c))
			return 0;
	}
	return 0;
}

static size_t take_token(struct as_span text, struct as_http_param *param)
{
	size_t i = 0;

	while (i < text.size && is_token_char(text.data[i])) {
		if (!put(param, text.data[i++]))
			return 0;
	}
	return i;
}

int as_http_params_next(struct as_http_params *params, struct as_http_param *param_out)
{
	struct as_span rest = skip_blanks(params->rest);
	size_t equal, taken;

	if (rest.size == 0)
		return 0;
	if (rest.data[0] != ';')
		return AS_E_FORMAT;
	rest = skip_blanks(as_span_from(rest, 1));
	/* A semicolon at the end is common and harmless. */
	if (rest.size == 0) {
		params->rest = rest;
		return 0;
	}
	equal = as_span_find_byte(rest, 0, '=');
	param_out->name = as_span_slice(rest, 0, equal);
	param_out->value_size = 0;
	if (equal == SIZE_MAX || !as_http_is_token(param_out->name))
		return AS_E_FORMAT;
	rest = as_span_from(rest, equal + 1);
	if (rest.size > 0 && rest.data[0] == '"')
		taken = take_quoted(rest, param_out);
	else
		taken = take_token(rest, param_out);
	if (taken == 0)
		return AS_E_FORMAT;
	param_out->value[param_out->value_size] = '\0';
	params->rest = as_span_from(rest, taken);
	return 1;
}
