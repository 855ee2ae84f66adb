/* SPDX-License-Identifier: BSD-2-Clause */
#include "runs.h"

#include "octets.h"
#include "literals.h"
#include "view.h"

/* Name of an attribute in front of a value without quotes. */
#define ATTRIBUTE_BYTES 64u

static bool is_digit(unsigned char c)
{
	return html_base64_value(c) >= 0;
}

static size_t run_end(struct as_span text, size_t at)
{
	while (at < text.size && is_digit(text.data[at]))
		at++;
	return at;
}

static size_t padding_end(struct as_span text, size_t at)
{
	while (at < text.size && text.data[at] == '=')
		at++;
	return at;
}

/* value=TVqQ... of an element, and not a parameter in a link. */
static bool is_attribute(struct as_span text, size_t equals)
{
	size_t at = equals;

	while (at > 0 && equals - at < ATTRIBUTE_BYTES &&
	       (html_is_letter(text.data[at - 1]) || html_is_digit(text.data[at - 1]) ||
		text.data[at - 1] == '-' || text.data[at - 1] == '_' || text.data[at - 1] == ' '))
		at--;
	return at == 0 || (text.data[at - 1] != '?' && text.data[at - 1] != '&' &&
			   text.data[at - 1] != ';' && text.data[at - 1] != '.');
}

/* Whether a blob may begin here: links and paths are full of long words. */
static bool may_begin(struct as_span text, size_t at)
{
	unsigned char c;

	if (at == 0)
		return true;
	c = text.data[at - 1];
	if (c == '=')
		return is_attribute(text, at - 1);
	return c != '.' && c != '?' && c != '&' && c != '%' && c != ':' && c != '#' && c != '@' &&
	       c != '~';
}

/* The end of a run with the lines behind it that consist of digits. */
static size_t join_lines(struct as_span text, size_t end)
{
	for (;;) {
		size_t at = end, next;
		bool line = false;

		while (at < text.size && html_is_blank(text.data[at])) {
			line = line || text.data[at] == '\n' || text.data[at] == '\r';
			at++;
		}
		next = run_end(text, at);
		if (!line || next == at)
			return end;
		if (next < text.size && !html_is_blank(text.data[next]) && text.data[next] != '=' &&
		    text.data[next] != '<' && text.data[next] != '-' &&
		    !html_is_quote(text.data[next]))
			return end;
		end = padding_end(text, next);
		/* The last line is a short one. */
		if (next - at < HTML_MIN_LINE_DIGITS)
			return end;
	}
}

static bool is_string(struct as_span text, size_t begin, size_t end)
{
	return begin > 0 && html_is_quote(text.data[begin - 1]) && end < text.size &&
	       html_is_quote(text.data[end]);
}

static void offer_run(struct html_job *job, size_t begin, size_t end)
{
	struct as_span text = job->text;

	job->joined.size = 0;
	for (size_t i = begin; i < end; i++)
		if (!html_is_blank(text.data[i]))
			html_buffer_push(&job->joined, text.data[i]);
	html_digits_offer(job, html_buffer_span(&job->joined), true);
}

void html_runs_read(struct html_job *job)
{
	struct as_span text = job->text;
	size_t last = 0, turn = 0;

	/* A run has a digit at one of these places, wherever it begins. */
	for (size_t at = HTML_MIN_LINE_DIGITS - 1; at < text.size && !job->stop;) {
		size_t begin = at, end;

		if (!is_digit(text.data[at])) {
			at += HTML_MIN_LINE_DIGITS;
			continue;
		}
		while (begin > last && is_digit(text.data[begin - 1]))
			begin--;
		end = run_end(text, at);
		if (end - begin >= HTML_MIN_LINE_DIGITS && may_begin(text, begin) &&
		    !is_string(text, begin, padding_end(text, end)) &&
		    !html_range_holds(job, begin, &turn)) {
			end = join_lines(text, padding_end(text, end));
			offer_run(job, begin, end);
		}
		last = end;
		at = end + HTML_MIN_LINE_DIGITS;
	}
}
