/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/milter/authserv.h"
#include "daemon/milter/fields.h"
#include "daemon/milter/frame.h"
#include "daemon/milter/macros.h"
#include "daemon/milter/parse.h"
#include "daemon/milter/reply.h"
#include "test_milter_wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
/* A string literal with NULs inside, as a span without the last one. */
#define OCTETS(text) as_span_make(text, sizeof(text) - 1)

/* ---- Frames ----------------------------------------------------------- */

static void frames_of_every_fragmentation_are_the_same(void **state)
{
	struct as_span whole = OCTETS("\0\0\0\4Habc\0\0\0\1N\0\0\0\3Bxy");

	(void)state;
	for (size_t step = 1; step <= whole.size; step++) {
		struct as_milter_frame frame = {.have = 0};
		char seen[64] = "";
		size_t used = 0;

		for (size_t at = 0; at < whole.size; at += step) {
			struct as_span in = as_span_slice(whole, at, step), piece = {NULL, 0};
			enum as_milter_event event;

			while ((event = as_milter_frame_next(&frame, &in, &piece)) !=
			       AS_MILTER_NEED) {
				assert_true(event <= AS_MILTER_END);
				if (event == AS_MILTER_BEGIN)
					seen[used++] = (char)as_milter_frame_command(&frame);
				if (event == AS_MILTER_PIECE) {
					memcpy(seen + used, piece.data, piece.size);
					used += piece.size;
				}
				if (event == AS_MILTER_END)
					seen[used++] = '.';
			}
		}
		seen[used] = '\0';
		assert_string_equal(seen, "Habc.N.Bxy.");
		assert_false(as_milter_frame_inside(&frame));
	}
}

static void frames_that_cannot_be_are_told_apart(void **state)
{
	static const struct {
		const char *name, *head;
		enum as_milter_event event;
	} cases[] = {
		{"no command", "\0\0\0\0H", AS_MILTER_BAD_LENGTH},
		{"unknown command", "\0\0\0\1z", AS_MILTER_BAD_COMMAND},
		{"a web browser", "GET /", AS_MILTER_BAD_COMMAND},
		{"reply instead of a command", "\0\0\0\1c", AS_MILTER_BAD_COMMAND},
		{"largest command", "\0\1\0\0M", AS_MILTER_BEGIN},
		{"command too large", "\0\1\0\1M", AS_MILTER_BAD_SIZE},
		{"header of 1 MiB", "\0\x10\0\0L", AS_MILTER_BEGIN},
		{"largest header", "\0\x10\x10\1L", AS_MILTER_BEGIN},
		{"header too large", "\0\x10\x10\2L", AS_MILTER_BAD_SIZE},
		{"body of 4 GiB",
		 "\xff\xff\xff\xff"
		 "B",
		 AS_MILTER_BAD_SIZE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_milter_frame frame = {.have = 0};
		struct as_span in = as_span_make(cases[i].head, 5), piece;

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(as_milter_frame_next(&frame, &in, &piece), cases[i].event);
	}
}

/* ---- Payloads --------------------------------------------------------- */

static void addresses_of_clients_are_read_or_unknown(void **state)
{
	static const struct {
		const char *text, *address; /* NULL: unknown */
	} cases[] = {
		{"192.0.2.7", "192.0.2.7"},
		{"2001:db8::1", "2001:db8::1"},
		{"IPv6:2001:DB8:0::1", "2001:db8::1"},
		{"ipv6:::1", "::1"},
		{"unknown", NULL},
		{"", NULL},
		{"IPv6:", NULL},
		{"192.0.2.700", NULL},
		{"192.0.2.7 ", NULL},
		{"2001:db8::1%eth0", NULL},
		{"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char address[INET6_ADDRSTRLEN] = "none";
		bool known = as_milter_parse_address(as_span_text(cases[i].text), address);

		print_message("case: \"%s\"\n", cases[i].text);
		assert_int_equal(known, cases[i].address != NULL);
		if (known)
			assert_string_equal(address, cases[i].address);
	}
}

static void connect_frames_need_their_parts(void **state)
{
	static const struct {
		const char *name;
		struct as_span payload;
		bool ok;
		char family;
	} cases[] = {
		{"IPv4",
		 {(const void *)"h\0"
				"4\0\x19"
				"1.2.3.4\0",
		  13},
		 true,
		 '4'},
		{"no address",
		 {(const void *)"h\0"
				"4\0\x19\0",
		  6},
		 true,
		 '4'},
		{"unknown family", {(const void *)"h\0U", 3}, true, 'U'},
		{"UNIX socket", {(const void *)"h\0L\0\0/run/x\0", 12}, true, 'L'},
		{"family of another world", {(const void *)"h\0Zxyz", 6}, true, 'Z'},
		{"nothing", {(const void *)"", 0}, false, 0},
		{"host without end", {(const void *)"host", 4}, false, 0},
		{"no family", {(const void *)"h\0", 2}, false, 0},
		{"cut in the port",
		 {(const void *)"h\0"
				"4\0",
		  4},
		 false,
		 0},
		{"address without end",
		 {(const void *)"h\0"
				"6\0\x19::1",
		  8},
		 false,
		 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_milter_connect connect = {.family = 0};

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(as_milter_parse_connect(cases[i].payload, &connect), cases[i].ok);
		if (cases[i].ok)
			assert_int_equal(connect.family, cases[i].family);
	}
}

static void paths_lose_their_angle_brackets(void **state)
{
	static const char *const cases[][2] = {
		{"<a@example.org>", "a@example.org"},
		{"a@example.org", "a@example.org"},
		{"<>", ""},
		{"", ""},
		{"<", ""},
		{">", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_true(as_span_equal(as_milter_parse_path(as_span_text(cases[i][0])),
					  as_span_text(cases[i][1])));
}

/* ---- Macros ----------------------------------------------------------- */

static bool is_macro(const struct as_milter_macros *macros, enum as_milter_macro macro,
		     const char *value)
{
	return as_span_equal(as_milter_macros_find(macros, macro), as_span_text(value));
}

static void macros_of_one_command_replace_each_other(void **state)
{
	struct as_milter_macros macros;

	(void)state;
	as_milter_macros_init(&macros);
	assert_true(as_milter_macros_set(&macros, OCTETS("Cj\0mx\0{client_name}\0a\0v\0P\0")));
	assert_true(is_macro(&macros, AS_MILTER_MACRO_HOST, "mx"));
	assert_true(is_macro(&macros, AS_MILTER_MACRO_CLIENT_NAME, "a"));
	assert_true(as_milter_macros_set(&macros, OCTETS("Cclient_name\0b\0")));
	assert_true(is_macro(&macros, AS_MILTER_MACRO_HOST, ""));
	assert_true(is_macro(&macros, AS_MILTER_MACRO_CLIENT_NAME, "b"));
	as_milter_macros_deinit(&macros);
}

static void the_latest_value_that_is_not_empty_counts(void **state)
{
	struct as_milter_macros macros;

	(void)state;
	as_milter_macros_init(&macros);
	as_milter_macros_set(&macros, OCTETS("Ei\0late\0"));
	as_milter_macros_set(&macros, OCTETS("Mi\0early\0"));
	assert_true(is_macro(&macros, AS_MILTER_MACRO_QUEUE_ID, "late"));
	as_milter_macros_set(&macros, OCTETS("Ei\0\0"));
	assert_true(is_macro(&macros, AS_MILTER_MACRO_QUEUE_ID, "early"));
	as_milter_macros_deinit(&macros);
}

static void a_command_without_macros_forgets_those_of_the_last(void **state)
{
	struct as_milter_macros macros;

	(void)state;
	as_milter_macros_init(&macros);
	as_milter_macros_set(&macros, OCTETS("Cj\0mx\0"));
	as_milter_macros_command(&macros, 'C');
	as_milter_macros_set(&macros, OCTETS("M{auth_authen}\0joe\0"));
	as_milter_macros_command(&macros, 'M');
	as_milter_macros_set(&macros, OCTETS("Ri\0id\0"));
	as_milter_macros_command(&macros, 'R');
	assert_true(is_macro(&macros, AS_MILTER_MACRO_AUTH_AUTHEN, "joe"));
	as_milter_macros_command(&macros, 'M');
	assert_true(is_macro(&macros, AS_MILTER_MACRO_AUTH_AUTHEN, ""));
	assert_true(is_macro(&macros, AS_MILTER_MACRO_QUEUE_ID, ""));
	assert_true(is_macro(&macros, AS_MILTER_MACRO_HOST, "mx"));
	as_milter_macros_deinit(&macros);
}

static void malformed_macros_are_refused_and_long_ones_cut(void **state)
{
	static const struct as_span bad[] = {
		{(const void *)"", 0},
		{(const void *)"Cj", 2},
		{(const void *)"Cj\0", 3},
		{(const void *)"Cj\0mx", 5},
	};
	struct as_milter_macros macros;
	struct as_buffer payload;

	(void)state;
	as_milter_macros_init(&macros);
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(as_milter_macros_set(&macros, bad[i]));
	as_buffer_init(&payload, 0);
	as_buffer_append(&payload, "Ci\0", 3);
	for (int i = 0; i < 60000; i++)
		as_buffer_byte(&payload, 'x');
	as_buffer_byte(&payload, '\0');
	for (int i = 0; i < 50; i++) {
		payload.data[0] = (unsigned char)"CHMRTNE"[i % 7];
		assert_true(as_milter_macros_set(&macros, as_buffer_span(&payload)));
	}
	assert_int_equal(as_milter_macros_find(&macros, AS_MILTER_MACRO_QUEUE_ID).size,
			 AS_MILTER_MACRO_VALUE_MAX);
	assert_true(macros.records.size < 7 * (AS_MILTER_MACRO_VALUE_MAX + 8));
	as_buffer_deinit(&payload);
	as_milter_macros_deinit(&macros);
}

/* ---- Authentication-Results ------------------------------------------- */

static void fields_that_claim_to_be_ours_are_found(void **state)
{
	static const struct {
		const char *value;
		bool whole, claims;
	} cases[] = {
		{" mx.example.org; smime=pass", true, true},
		{"mx.example.org;smime=pass", true, true},
		{" MX.Example.ORG 1; smime=pass", true, true},
		{"\n\tmx.example.org; smime=pass", true, true},
		{" (a (nested) \\) comment) mx.example.org; x", true, true},
		{"(a)(b)mx.example.org(c); x", true, true},
		{" \"mx.example.org\"; x", true, true},
		{" \"mx\\.example.org\" 1; x", true, true},
		{" mx.example.org", true, true},
		{" mx.example.org/1; x", true, true},
		{" mx.example.org.evil; x", true, false},
		{" notmx.example.org; x", true, false},
		{" other.example; smime=pass", true, false},
		{" \"mx.example.org", true, false},
		{" \"mx.example.orgx\"; x", true, false},
		{" (never closed mx.example.org", true, false},
		{"", true, false},
		{" (padding padding", false, true},
		{"         ", false, true},
		{" mx.exam", false, true},
		{" other.example; mx", false, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: \"%s\"\n", cases[i].value);
		assert_int_equal(as_milter_authserv_claims(as_span_text(cases[i].value),
							   cases[i].whole,
							   as_span_text("mx.example.org")),
				 cases[i].claims);
	}
}

static void our_name_is_the_first_that_is_one(void **state)
{
	static const char *const cases[][3] = {
		{"conf.example", "mx.example", "conf.example"},
		{"", "mx.example", "mx.example"},
		{"", "", "localhost"},
		{"bad name; smime=pass", "mx.example", "mx.example"},
		{"", "mx.example\r\nX: y", "localhost"},
		{"%s", "%n", "localhost"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_span id =
			as_milter_authserv_choose(cases[i][0], as_span_text(cases[i][1]));

		assert_true(as_span_equal(id, as_span_text(cases[i][2])));
	}
}

/* ---- Fields ----------------------------------------------------------- */

static void pass(struct as_milter_fields *fields, const char *name, const char *value)
{
	as_milter_fields_begin(fields, as_span_text(name), strlen(name) <= AS_MILTER_NAME_MAX);
	for (size_t i = 0; value[i] != '\0'; i++)
		as_milter_fields_value(fields, as_span_make(value + i, 1));
	as_milter_fields_end(fields);
}

static void only_fields_that_may_change_are_kept(void **state)
{
	static const struct {
		const char *name, *value;
		enum as_milter_kind kind;
		uint32_t number;
	} cases[] = {
		{"Received", " x", AS_MILTER_OTHER, 0},
		{"Assay-Verdict", " forged", AS_MILTER_FORGED, 1},
		{"X-ASSAY-anything", " forged", AS_MILTER_FORGED, 1},
		{"assay-verdict \t", " forged", AS_MILTER_FORGED, 2},
		{"Assayer", " x", AS_MILTER_OTHER, 0},
		{"Authentication-Results", " other.example; a", AS_MILTER_OTHER, 0},
		{"authentication-results", " MX; a", AS_MILTER_FORGED, 2},
		{"Content-Type", " text/plain", AS_MILTER_MIME, 1},
		{"content-type", " text/html", AS_MILTER_MIME, 2},
		{"mime-version", " 1.0", AS_MILTER_MIME, 1},
		{"Subject", " first", AS_MILTER_SUBJECT, 1},
		{"Subject", " second", AS_MILTER_OTHER, 0},
		{"", " x", AS_MILTER_OTHER, 0},
	};
	struct as_milter_fields fields;
	size_t kept = 0;

	(void)state;
	as_milter_fields_init(&fields);
	as_milter_fields_start(&fields, as_span_text("mx"));
	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s:%s\n", cases[i].name, cases[i].value);
		pass(&fields, cases[i].name, cases[i].value);
		if (cases[i].kind != AS_MILTER_OTHER) {
			assert_int_equal(fields.count, kept + 1);
			assert_int_equal(fields.list[kept].kind, cases[i].kind);
			assert_int_equal(fields.list[kept].number, cases[i].number);
			kept++;
		}
		assert_int_equal(fields.count, kept);
	}
	assert_int_equal(fields.forged, 4);
	as_milter_fields_deinit(&fields);
}

static void what_is_kept_of_a_header_is_bounded(void **state)
{
	struct as_milter_fields fields;
	char long_name[AS_MILTER_NAME_MAX + 2];
	static char value[AS_MILTER_KEEP_VALUE + 2];

	(void)state;
	memset(long_name, 'a', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	memcpy(long_name, "Assay-", 6);
	memset(value, 'v', sizeof(value) - 1);
	as_milter_fields_init(&fields);
	as_milter_fields_start(&fields, as_span_text("mx"));
	pass(&fields, "Subject", value);
	assert_false(fields.list[0].whole);
	for (unsigned int i = 0; i < 1000; i++) {
		char name[40];

		pass(&fields, "Content-Type", value);
		snprintf(name, sizeof(name), "X-Assay-%u", i);
		pass(&fields, name, value);
		pass(&fields, "Authentication-Results", value);
	}
	assert_false(fields.failed);
	assert_true(fields.texts.size <= AS_MILTER_KEEP_ALL);
	assert_true(fields.forged > AS_MILTER_FORGED_MAX);
	assert_int_equal(fields.count, 1 + AS_MILTER_FORGED_MAX + AS_MILTER_MIME_MAX);
	as_milter_fields_deinit(&fields);

	as_milter_fields_start(&fields, as_span_text("mx"));
	as_milter_fields_begin(&fields, as_span_make(long_name, AS_MILTER_NAME_MAX), false);
	as_milter_fields_end(&fields);
	assert_true(fields.forged > AS_MILTER_FORGED_MAX);
	as_milter_fields_deinit(&fields);
}

/* ---- Replies ---------------------------------------------------------- */

static void replies_are_frames_whatever_the_words_hold(void **state)
{
	struct as_buffer out;
	static char text[4000];

	(void)state;
	as_buffer_init(&out, 0);
	as_milter_reply_text(&out, "550 5.7.1", "100% \r\n250 ok \xff");
	assert_string_equal(wire_show(as_buffer_span(&out)), "y[550 5.7.1 100%% ??250 ok ?|]");
	as_buffer_clear(&out);
	as_milter_reply_hold(&out, "a%b\r\n\n");
	assert_string_equal(wire_show(as_buffer_span(&out)), "q[a%b???|]");
	memset(text, '%', sizeof(text) - 1);
	as_buffer_clear(&out);
	as_milter_reply_text(&out, "451 4.7.1", text);
	assert_int_equal(out.size, 5 + 10 + 2 * AS_MILTER_REPLY_MAX + 1);
	as_buffer_clear(&out);
	as_milter_reply_hold(&out, text);
	assert_int_equal(out.size, 5 + AS_MILTER_REASON_MAX + 1);
	as_buffer_deinit(&out);
}

static void header_values_cannot_begin_another_field(void **state)
{
	static const struct {
		const char *name;
		struct as_span value;
		bool space;
		const char *shown;
	} cases[] = {
		{"plain", {(const void *)"v", 1}, false, "i0[N|v|]"},
		{"blank is ours", {(const void *)"v", 1}, true, "i0[N| v|]"},
		{"blank is there", {(const void *)" v", 2}, true, "i0[N| v|]"},
		{"fold", {(const void *)"a;\r\n b", 6}, true, "i0[N| a;\n b|]"},
		{"no fold", {(const void *)"a\nX: b", 6}, true, "i0[N| a X: b|]"},
		{"line end at the end", {(const void *)"a\n", 2}, true, "i0[N| a |]"},
		{"NUL", {(const void *)"a\0b", 3}, true, "i0[N| ab|]"},
		{"empty", {(const void *)"", 0}, true, "i0[N||]"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_buffer out;

		print_message("case: %s\n", cases[i].name);
		as_buffer_init(&out, 0);
		as_milter_reply_field(&out, AS_MILTER_INSERT, 0, as_span_text("N"), cases[i].value,
				      cases[i].space);
		assert_string_equal(wire_show(as_buffer_span(&out)), cases[i].shown);
		as_buffer_deinit(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_of_every_fragmentation_are_the_same),
		cmocka_unit_test(frames_that_cannot_be_are_told_apart),
		cmocka_unit_test(addresses_of_clients_are_read_or_unknown),
		cmocka_unit_test(connect_frames_need_their_parts),
		cmocka_unit_test(paths_lose_their_angle_brackets),
		cmocka_unit_test(macros_of_one_command_replace_each_other),
		cmocka_unit_test(the_latest_value_that_is_not_empty_counts),
		cmocka_unit_test(a_command_without_macros_forgets_those_of_the_last),
		cmocka_unit_test(malformed_macros_are_refused_and_long_ones_cut),
		cmocka_unit_test(fields_that_claim_to_be_ours_are_found),
		cmocka_unit_test(our_name_is_the_first_that_is_one),
		cmocka_unit_test(only_fields_that_may_change_are_kept),
		cmocka_unit_test(what_is_kept_of_a_header_is_bounded),
		cmocka_unit_test(replies_are_frames_whatever_the_words_hold),
		cmocka_unit_test(header_values_cannot_begin_another_field),
	};

	return cmocka_run_group_tests_name("milter_parse", tests, NULL, NULL);
}
