/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime_arena.h"
#include "mime/claims.h"
#include "mime/clients.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define MAX_PARAMS 100u

static struct as_claims read_span(struct as_span zone)
{
	struct as_claims claims;

	assert_int_equal(as_claims_read(&arena, zone, MAX_PARAMS, &claims), 0);
	return claims;
}

static struct as_claims read_text(const char *zone)
{
	return read_span(as_span_text(zone));
}

static const struct as_claim *find(const struct as_claim_list *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++)
		if (as_span_equal(list->items[i].text, as_span_text(text)))
			return &list->items[i];
	return NULL;
}

static void honest_headers_leave_no_choice(void **state)
{
	static const char *const zones[] = {
		"",
		"Subject: a\r\n\r\n",
		"Content-Type: text/plain\r\n",
		"Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\r\n",
		"content-type:text/html;charset=\"iso-8859-1\"\r\n",
		"Content-Type: multipart/mixed; boundary=abc\r\n",
		"Content-Type: multipart/mixed;\r\n\tboundary=\"----=_Part_1.2?'()+,-./:=_\"\r\n",
		"Content-Type: multipart/mixed;\n boundary=\"abc\";\n",
		"Content-Type: multipart/mixed;\r boundary=\"abc\"\rMime-Version: 1.0\r",
		"Content-Type: multipart/alternative; boundary=abc; charset=us-ascii\r\n",
		"Content-Type: multipart/related; type=\"multipart/alternative\"; "
		"boundary=\"x\"\r\n",
		"Content-Type: multipart/signed; protocol=\"application/pgp-signature\";\r\n"
		" micalg=pgp-sha256; boundary=\"MCBoundary=_1149\"\r\n",
		"Content-Type: multipart/mixed; boundary=abc (made by hand)\r\n",
		"Content-Type: multipart/mixed (of things); boundary=abc\r\n",
		"Content-Type: multipart/mixed; boundary=abc\r\n"
		"Content-Type: multipart/mixed; boundary=\"abc\"\r\n",
		"Content-Type: application/pdf; name=\"\xc3\xa4 b.pdf\"\r\n",
		"Content-Type: application/pdf; name*=utf-8''%C3%A4.pdf; name=a.pdf\r\n",
		"Content-Type: application/pdf; name*0=\"a\"; name*1=\"b.pdf\"\r\n",
		"Content-Type: application/pdf; name=\"=?utf-8?Q?=C3=A4.pdf?=\"\r\n",
		"Content-Type: message/rfc822\r\n",
		"Content-Type: message/delivery-status\r\n",
		"Content-Type: text\r\n",
		"Content-Transfer-Encoding: base64\r\n",
		"Content-Transfer-Encoding: BASE64 (as usual)\r\n",
		"Content-Transfer-Encoding:\r\n\tquoted-printable\r\n",
		"Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: 8bit\r\n",
		"Content-Transfer-Encoding: base64\r\ncontent-transfer-encoding:base64\r\n",
		"Content-Transfer-Encoding: 8-bit\r\n",
		"Content-Transfer-Encoding: text/html\r\n",
		"Content-Transfer-Encoding: x-uuencode\r\n",
		"Content-Type: text/plain\r\nX-Spam: boundary=abc\r\nEncoding: 46 TEXT\r\n",
		"X-MIME-Autoconverted: from base64 to 8bit by x id y\r\n",
		"Subject: the type of multipart/mixed; boundary=x\r\n",
	};
	(void)state;

	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		struct as_claims claims;

		print_message("case: %s\n", zones[i]);
		claims = read_text(zones[i]);
		assert_false(claims.ambiguous);
		assert_false(claims.cut);
	}
}

#define MIXED "Content-Type: multipart/mixed; "

static const struct {
	const char *zone, *boundary;
	enum as_claim_form form;
} boundaries[] = {
	{MIXED "boundary=a; boundary=b", "a", AS_CLAIM_PLAIN},
	{MIXED "boundary=a; boundary=b", "b", AS_CLAIM_PLAIN},
	{MIXED "boundary=a\r\n" MIXED "boundary=b", "b", AS_CLAIM_PLAIN},
	{MIXED "boundary=a; boundary*=''b", "b", AS_CLAIM_EXTENDED},
	{MIXED "boundary*0=a; boundary*1=b", "ab", AS_CLAIM_EXTENDED},
	{MIXED "boundary*0*=''a%5F; boundary*1=b", "a_b", AS_CLAIM_EXTENDED},
	{MIXED "boundary*=UTF-16''%00a%00b", "ab", AS_CLAIM_EXTENDED},
	{MIXED "boundary*=''%20ab", " ab", AS_CLAIM_EXTENDED},
	{MIXED "boundary*1=b; boundary*0=a%5F", "a_b", AS_CLAIM_EXTENDED_ODD},
	{MIXED "boundary*1*=''a%5F; boundary*0*=b", "a_b", AS_CLAIM_EXTENDED_ODD},
	{MIXED "boundary*0=x; boundary*0=a; boundary*1=b", "ab", AS_CLAIM_EXTENDED_ODD},
	{MIXED "boundary*0=x; boundary*0=a; boundary*1=b", "xb", AS_CLAIM_EXTENDED_ODD},
	{MIXED "boundary*0=a; boundary*2=c", "a", AS_CLAIM_EXTENDED_ODD},
	{MIXED "boundary*0=a; boundary*2=c", "ac", AS_CLAIM_EXTENDED_ODD},
	{MIXED "boundary=\"=?us-ascii?B?YWI=?=\"", "ab", AS_CLAIM_WORD},
	{MIXED "boundary=\"=?us-ascii?Q?a_b?=\"", "a b", AS_CLAIM_WORD},
	{MIXED "boundary=\"=?us-ascii?Q?a_b?=\"", "a_b", AS_CLAIM_WORD},
	{MIXED "boundary=\"x=?us-ascii?Q?b?=\"", "xb", AS_CLAIM_WORD},
	{"Content-Type: =?a?Q?multipart/mixed;_boundary=3Dab?=", "ab", AS_CLAIM_WORD},
	{MIXED "boundary=(boundary=x)ab", "ab", AS_CLAIM_PLAIN},
	{MIXED "boundary=(boundary=x)ab", "(boundary=x)ab", AS_CLAIM_COMMENT},
	{MIXED "boundary=(boundary=x)ab", "x", AS_CLAIM_CUT},
	{MIXED "boundary=a(x(y))b", "ab", AS_CLAIM_PLAIN},
	{MIXED "boundary=a()b", "a()b", AS_CLAIM_COMMENT},
	{MIXED "boundary=a()b", "a", AS_CLAIM_CUT},
	{MIXED "boun()dary=ab", "ab", AS_CLAIM_LOOSE},
	{MIXED "bou\\ndary=ab", "ab", AS_CLAIM_LOOSE},
	{MIXED "boundary(x(y))=ab", "ab", AS_CLAIM_PLAIN},
	{MIXED "( boundary=ab )", "ab", AS_CLAIM_CUT},
	{MIXED "boundary=\"a b\"", "a", AS_CLAIM_CUT},
	{MIXED "boundary=a b", "a b", AS_CLAIM_CUT},
	{MIXED "boundary=a b", "a", AS_CLAIM_CUT},
	{MIXED "boundary= ab", " ab", AS_CLAIM_LOOSE},
	{MIXED "boundary=\"ab \"", "ab ", AS_CLAIM_PLAIN},
	{MIXED "boundary=\"ab \"", "ab", AS_CLAIM_CUT},
	{MIXED "boundary=\"\"", "", AS_CLAIM_PLAIN},
	{MIXED "boundary=\" \"", " ", AS_CLAIM_PLAIN},
	{MIXED "boundary=\"ab", "ab", AS_CLAIM_QUOTE},
	{MIXED "boundary=\"ab", "\"ab", AS_CLAIM_QUOTE},
	{MIXED "boundary=\"ab; x=y", "ab", AS_CLAIM_CUT},
	{MIXED "boundary=\"ab; x=y", "ab; x=y", AS_CLAIM_QUOTE},
	{MIXED "boundary=\"ab\"cd", "ab", AS_CLAIM_QUOTE},
	{MIXED "boundary=\"ab\"cd", "\"ab\"cd", AS_CLAIM_QUOTE},
	{MIXED "boundary=\"ab\"cd", "abcd", AS_CLAIM_QUOTE},
	{MIXED "boundary=ab\"cd\"", "cd", AS_CLAIM_QUOTE},
	{MIXED "boundary=ab\"cd\"", "ab", AS_CLAIM_QUOTE},
	{MIXED "boundary='a b'", "a b", AS_CLAIM_QUOTE},
	{MIXED "boundary='ab'", "'ab'", AS_CLAIM_PLAIN},
	{MIXED "boundary=\"a\\b\"", "ab", AS_CLAIM_PLAIN},
	{MIXED "boundary=\"a\\b\"", "a\\b", AS_CLAIM_QUOTE},
	{MIXED "boundary=a\\\"b\\\"", "b", AS_CLAIM_QUOTE},
	{MIXED "boundary=a;b", "a;b", AS_CLAIM_CUT},
	{MIXED "boundary=a\\;b", "a;b", AS_CLAIM_QUOTE},
	{MIXED "boundary=a\\;b", "a\\", AS_CLAIM_CUT},
	{MIXED "boundary=a%41", "aA", AS_CLAIM_CUT},
	{MIXED "boundary=boundary=ab", "boundary", AS_CLAIM_CUT},
	{MIXED "boundary=boundary=ab", "ab", AS_CLAIM_DECOY},
	{MIXED "boundary=\"a\r\n b\"", "a b", AS_CLAIM_PLAIN},
	{MIXED "boundary=\"a\r\n b\"", "ab", AS_CLAIM_QUOTE},
	{MIXED "boundary=\"ab\r\"", "ab", AS_CLAIM_QUOTE},
	{MIXED "boundary\r\n =\r\n ab", "ab", AS_CLAIM_PLAIN},
	{MIXED "foo=\"bla;boundary=ab", "ab", AS_CLAIM_LOOSE},
	{MIXED "foo=\"bla;boundary=ab\"", "ab", AS_CLAIM_QUOTE},
	{MIXED "foo=bla\"boundary=ab", "ab", AS_CLAIM_DECOY},
	{MIXED "foo; bar; boundary=ab", "ab", AS_CLAIM_LOOSE},
	{MIXED "\"boundary=ab\"", "ab", AS_CLAIM_QUOTE},
	{MIXED "oundary=ab", "ab", AS_CLAIM_LOOSE},
	{"Content-Type: multipart/mixed, boundary=ab", "ab", AS_CLAIM_LOOSE},
	{"Content-Type: multipart/mixed boundary=ab", "ab", AS_CLAIM_LOOSE},
	{"Content-Type: multipart/mixed;\r\nboundary=ab\r\n", "ab", AS_CLAIM_DECOY},
	{MIXED "x=y\r\nX-Foo: boundary=ab", "ab", AS_CLAIM_DECOY},
	{MIXED "x=y\r\nContent-Disposition: inline; boundary=ab", "ab", AS_CLAIM_DECOY},
	{"X-Foo: bar\rContent-Type: multipart/mixed; boundary=ab\r\n", "ab", AS_CLAIM_PLAIN},
	{"X-Foo\r\n Content-Type: multipart/mixed; boundary=ab\r\n", "ab", AS_CLAIM_LOOSE},
};

static void each_way_to_read_a_boundary_is_claimed(void **state)
{
	(void)state;

	for (size_t i = 0; i < sizeof(boundaries) / sizeof(boundaries[0]); i++) {
		struct as_claims claims;
		const struct as_claim *claim;

		print_message("case: %s -> %s\n", boundaries[i].zone, boundaries[i].boundary);
		claims = read_text(boundaries[i].zone);
		claim = find(&claims.boundaries, boundaries[i].boundary);
		assert_non_null(claim);
		assert_int_equal(claim->form, boundaries[i].form);
		assert_true((claim->forms & 1u << claim->form) != 0);
	}
}

static void nul_ends_a_boundary_for_some(void **state)
{
	static const char zone[] = MIXED "boundary=\"ab\0cd\"\r\n";
	struct as_claims claims = read_span(as_span_make(zone, sizeof(zone) - 1));
	(void)state;

	assert_true(claims.ambiguous);
	assert_non_null(find(&claims.boundaries, "ab"));
	assert_non_null(find(&claims.boundaries, "abcd"));
	assert_int_equal(claims.boundaries.items[0].text.size, 5);
}

static void types_of_other_classes_leave_a_choice(void **state)
{
	static const struct {
		const char *value, *type;
	} cases[] = {
		{"text/plain\r\nContent-Type: multipart/mixed; boundary=a", "multipart/mixed"},
		{"multipart/mixed; boundary=a\r\nContent-Type: text/plain", "text/plain"},
		{"multipart; boundary=a", "multipart"},
		{"multipart/; boundary=a", "multipart"},
		{"\"multipart/mixed\"; boundary=a", "multipart/mixed"},
		{"multipar()t/mixed; boundary=a", "multipart"},
		{"(x) multipart/mixed; boundary=a", "multipart/mixed"},
		{"multi\\part/mixed; boundary=a", "multipart"},
		{"x-multipart/mixed; boundary=a", "multipart"},
		{"text/plain, multipart/mixed; boundary=a", "multipart"},
		{"text/plain; multipart/mixed; boundary=a", "multipart"},
		{"=?utf-8?B?bXVsdGlwYXJ0?=/mixed; boundary=a", "multipart/mixed"},
		{"multipart /mixed; boundary=a", "multipart/mixed"},
		{"boundary=a", "multipart"},
		{"ultipart/mixed; boundary=a", "multipart"},
		{"\"message/rfc822\"", "message/rfc822"},
		{"\r\nContent-Type: multipart/mixed; boundary=a", "multipart/mixed"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_claims claims;
		char zone[256];

		print_message("case: %s\n", cases[i].value);
		(void)snprintf(zone, sizeof(zone), "Content-Type: %s\r\n", cases[i].value);
		claims = read_text(zone);
		assert_true(claims.ambiguous);
		assert_non_null(find(&claims.types, cases[i].type));
	}
}

static void readers_choose_by_their_habits(void **state)
{
	static const struct {
		const char *zone;
		uint32_t habits;
		const char *text;
	} cases[] = {
		{MIXED "boundary=a; boundary=b", 0, "a"},
		{MIXED "boundary=a; boundary=b", AS_HABIT_LAST_PARAM, "b"},
		{MIXED "boundary=a\r\n" MIXED "boundary=b", 0, "a"},
		{MIXED "boundary=a\r\n" MIXED "boundary=b", AS_HABIT_LAST_FIELD, "b"},
		{MIXED "boundary=a\r\n" MIXED "boundary=b\r\n" MIXED "boundary=a",
		 AS_HABIT_LAST_FIELD, "a"},
		{MIXED "boundary=a; boundary*=''b", 0, "a"},
		{MIXED "boundary=a; boundary*=''b", AS_HABIT_EXTENDED_BOUNDARY, "a"},
		{MIXED "boundary=a; boundary*=''b",
		 AS_HABIT_EXTENDED_BOUNDARY | AS_HABIT_EXTENDED_FIRST, "b"},
		{MIXED "boundary*0=a; boundary*1=b", AS_HABIT_EXTENDED_BOUNDARY, "ab"},
		{MIXED "boundary*0=a", 0, NULL},
		{MIXED "boundary=(boundary=x)ab", AS_HABIT_COMMENTS, "ab"},
		{MIXED "foo; boundary=ab", 0, "ab"},
		{"X-Foo: boundary=ab", 0, NULL},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_claims claims;
		const struct as_claim *claim;

		print_message("case: %s, habits %x\n", cases[i].zone,
			      (unsigned int)cases[i].habits);
		claims = read_text(cases[i].zone);
		claim = as_claims_choose(&claims.boundaries, claims.type_fields, cases[i].habits);
		if (cases[i].text == NULL) {
			assert_null(claim);
			continue;
		}
		assert_non_null(claim);
		assert_true(as_span_equal(claim->text, as_span_text(cases[i].text)));
	}
}

static void a_flood_of_boundaries_is_cut_and_told(void **state)
{
	static const char part[] = "boundary=(\"'\\%41\r\n ";
	size_t size = 200000, used = 0;
	char *zone = malloc(size);
	struct as_claims claims;
	(void)state;

	assert_non_null(zone);
	memcpy(zone, MIXED, sizeof(MIXED) - 1);
	for (used = sizeof(MIXED) - 1; used + sizeof(part) < size; used += sizeof(part) - 1)
		memcpy(zone + used, part, sizeof(part) - 1);
	claims = read_span(as_span_make(zone, used));
	assert_true(claims.cut);
	assert_true(claims.ambiguous);
	assert_true(claims.boundaries.count <= AS_CLAIMS_MAX);
	free(zone);
}

static void strict_claims_come_first_and_each_text_once(void **state)
{
	struct as_claims claims = read_text("X: boundary=c\r\n" MIXED "boundary=\"a b\"\r\n" MIXED
					    "boundary*=''c; boundary=c\r\n");
	(void)state;

	assert_int_equal(claims.type_fields, 2);
	for (size_t i = 0; i < claims.boundaries.count; i++) {
		const struct as_claim *claim = &claims.boundaries.items[i];

		if (i > 0)
			assert_true(claim->form >= claim[-1].form);
		for (size_t k = 0; k < i; k++)
			assert_false(as_span_equal(claims.boundaries.items[k].text, claim->text));
	}
	assert_true(find(&claims.boundaries, "c")->form == AS_CLAIM_PLAIN);
	assert_true((find(&claims.boundaries, "c")->forms & 1u << AS_CLAIM_EXTENDED) != 0);
	assert_int_equal(find(&claims.boundaries, "c")->field, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(honest_headers_leave_no_choice, setup, teardown),
		cmocka_unit_test_setup_teardown(each_way_to_read_a_boundary_is_claimed, setup,
						teardown),
		cmocka_unit_test_setup_teardown(nul_ends_a_boundary_for_some, setup, teardown),
		cmocka_unit_test_setup_teardown(types_of_other_classes_leave_a_choice, setup,
						teardown),
		cmocka_unit_test_setup_teardown(readers_choose_by_their_habits, setup, teardown),
		cmocka_unit_test_setup_teardown(a_flood_of_boundaries_is_cut_and_told, setup,
						teardown),
		cmocka_unit_test_setup_teardown(strict_claims_come_first_and_each_text_once, setup,
						teardown),
	};
	return cmocka_run_group_tests_name("mime_claims", tests, NULL, NULL);
}
