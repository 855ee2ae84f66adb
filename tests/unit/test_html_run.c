/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_html_run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

struct probe html_probe;
unsigned char html_program[HTML_PROGRAM_BYTES];
char html_program_base64[HTML_PROGRAM_BYTES * 2];
char html_program_hex[HTML_PROGRAM_BYTES * 2 + 1];
char html_program_escapes[HTML_PROGRAM_BYTES * 4 + 1];
char html_program_percent[HTML_PROGRAM_BYTES * 3 + 1];
char html_program_decimal[HTML_PROGRAM_BYTES * 4 + 1];

void html_base64_encode(struct as_span octets, char *out)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < octets.size; i += 3) {
		uint32_t bits = 0;
		size_t left = octets.size - i;

		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 | (k < left ? octets.data[i + k] : 0u);
		*out++ = digits[bits >> 18];
		*out++ = digits[bits >> 12 & 63];
		*out++ = left > 1 ? digits[bits >> 6 & 63] : '=';
		*out++ = left > 2 ? digits[bits & 63] : '=';
	}
	*out = '\0';
}

static void make_program(void)
{
	char *decimal = html_program_decimal;

	for (size_t i = 0; i < HTML_PROGRAM_BYTES; i++)
		html_program[i] = i < 16 ? 0 : (unsigned char)(i * 73);
	memcpy(html_program, "MZ\220\0\3\0\0\0\4\0\0\0\377\377", 14);
	html_base64_encode(as_span_make(html_program, HTML_PROGRAM_BYTES), html_program_base64);
	for (size_t i = 0; i < HTML_PROGRAM_BYTES; i++) {
		snprintf(html_program_hex + 2 * i, 3, "%02x", html_program[i]);
		snprintf(html_program_escapes + 4 * i, 5, "\\x%02X", html_program[i]);
		snprintf(html_program_percent + 3 * i, 4, "%%%02X", html_program[i]);
		decimal += sprintf(decimal, i > 0 ? ",%u" : "%u", html_program[i]);
	}
}

int html_set_up(void **state)
{
	(void)state;
	make_program();
	memset(&html_probe, 0, sizeof(html_probe));
	return probe_open(&html_probe, &assay_plugin);
}

int html_tear_down(void **state)
{
	(void)state;
	probe_close(&html_probe);
	return 0;
}

void html_run_named(struct as_span text, enum assay_class type_class, const char *name,
		    const char *declared)
{
	/* A copy without a terminator: reading beyond it is seen. */
	unsigned char *copy = malloc(text.size > 0 ? text.size : 1);
	struct assay_object object;

	assert_non_null(copy);
	if (text.size > 0)
		memcpy(copy, text.data, text.size);
	object = probe_object(as_span_make(copy, text.size), name, declared);
	object.type_name = "HTML";
	object.type_class = type_class;
	assert_int_equal(probe_run(&html_probe, &object, ASSAY_UNPACK), 0);
	free(copy);
}

void html_run_declared(struct as_span text, enum assay_class type_class, const char *declared)
{
	html_run_named(text, type_class, "a.bin", declared);
}

void html_run_span(struct as_span text, enum assay_class type_class)
{
	html_run_declared(text, type_class, type_class == ASSAY_CLASS_HTML ? "text/html" : "");
}

void html_run(enum assay_class type_class, const char *format, ...)
{
	char *text = NULL;
	va_list args;
	int size;

	va_start(args, format);
	size = vasprintf(&text, format, args);
	va_end(args);
	assert_true(size >= 0);
	html_run_span(as_span_make(text, (size_t)size), type_class);
	free(text);
}

const struct probe_child *html_child(struct as_span octets)
{
	for (size_t i = 0; i < html_probe.child_count; i++)
		if (as_span_equal(
			    as_span_make(html_probe.children[i].data, html_probe.children[i].size),
			    octets))
			return &html_probe.children[i];
	return NULL;
}

void html_expect_program(const char *label)
{
	const struct probe_child *child =
		html_child(as_span_make(html_program, HTML_PROGRAM_BYTES));

	if (child == NULL)
		for (size_t i = 0; i < html_probe.child_count; i++)
			print_message("# child %s: %zu octets, begins %02x %02x %02x\n",
				      html_probe.children[i].label, html_probe.children[i].size,
				      html_probe.children[i].data[0],
				      html_probe.children[i].data[1],
				      html_probe.children[i].data[2]);
	assert_non_null(child);
	assert_string_equal(child->label, label);
}

void html_expect_quiet(void)
{
	for (size_t i = 0; i < html_probe.finding_count; i++)
		print_message("# %s: %s\n", html_probe.findings[i].code,
			      html_probe.findings[i].text);
	assert_int_equal(html_probe.finding_count, 0);
}
