/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime_arena.h"
#include "mime/claims.h"
#include "mime/clients.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#define MAX_PARAMS 100u
#define CTE	   "Content-Transfer-Encoding: "

static struct as_claims read_span(struct as_span zone)
{
	struct as_claims claims;

	assert_int_equal(as_claims_read(&arena, zone, MAX_PARAMS, &claims), 0);
	return claims;
}

static bool claims_encoding(const struct as_claims *claims, enum as_encoding encoding)
{
	for (size_t i = 0; i < claims->encodings.count; i++)
		if (claims->encodings.items[i].encoding == encoding)
			return true;
	return false;
}

static void each_token_of_each_field_is_claimed(void **state)
{
	static const struct {
		const char *zone;
		enum as_encoding encoding;
	} cases[] = {
		{CTE "base64\r\n" CTE "quoted-printable", AS_ENCODING_BASE64},
		{CTE "base64\r\n" CTE "quoted-printable", AS_ENCODING_QP},
		{CTE "\r\n" CTE "base64", AS_ENCODING_BASE64},
		{CTE "\r\n" CTE "base64", AS_ENCODING_IDENTITY},
		{CTE "xxx\r\n" CTE "base64", AS_ENCODING_BASE64},
		{CTE "base64, quoted-printable", AS_ENCODING_QP},
		{CTE "quoted-printable base64", AS_ENCODING_BASE64},
		{CTE "7bit; base64", AS_ENCODING_BASE64},
		{CTE ",base64", AS_ENCODING_BASE64},
		{CTE ";base64", AS_ENCODING_BASE64},
		{CTE ": base64", AS_ENCODING_BASE64},
		{CTE "\"base64\"", AS_ENCODING_BASE64},
		{CTE "'base64'", AS_ENCODING_BASE64},
		{CTE "(xx) base64", AS_ENCODING_BASE64},
		{CTE "(base64) 7bit", AS_ENCODING_BASE64},
		{CTE "bas()e64", AS_ENCODING_BASE64},
		{CTE "bas(\r\n )e64", AS_ENCODING_BASE64},
		{CTE "(base64", AS_ENCODING_BASE64},
		{CTE "base\\64", AS_ENCODING_BASE64},
		{CTE "\vbase64", AS_ENCODING_BASE64},
		{CTE "base 64", AS_ENCODING_BASE64},
		{CTE "base64base64", AS_ENCODING_BASE64},
		{CTE "xxbase64", AS_ENCODING_BASE64},
		{CTE "64", AS_ENCODING_BASE64},
		{CTE "=?utf-8?B?YmFzZTY0?=", AS_ENCODING_BASE64},
		{CTE "=?utf-8?Q?base64", AS_ENCODING_BASE64},
		{CTE "quoted-printabl", AS_ENCODING_QP},
		{CTE "quotedprint", AS_ENCODING_QP},
		{CTE "x-quoted-printable", AS_ENCODING_QP},
		{CTE "qp", AS_ENCODING_QP},
		{CTE "uuencoded", AS_ENCODING_UUENCODE},
		{CTE "x-xxencode", AS_ENCODING_XXENCODE},
		{CTE "x-yencode", AS_ENCODING_YENC},
		{CTE "mac-binhex40", AS_ENCODING_BINHEX},
		{CTE "gzip64", AS_ENCODING_BASE64},
		{"Content-Transfer-Encoding:\rbase64\r\n", AS_ENCODING_BASE64},
		{"X-Foo: bar\rContent-Transfer-Encoding: base64\r\n", AS_ENCODING_BASE64},
		{"\rContent-Transfer-Encoding: base64\r\n", AS_ENCODING_BASE64},
		{"A: b\r\n Content-Transfer-Encoding: base64\r\n", AS_ENCODING_BASE64},
		{"\vContent-Transfer-Encoding: base64\r\n", AS_ENCODING_BASE64},
		{"Content-Transfer-Encoding : base64\r\n", AS_ENCODING_BASE64},
		{"Content-Transfer-Encoding:: base64\r\n", AS_ENCODING_BASE64},
		{"Content-Transfer-Encoding\r\n : base64\r\n", AS_ENCODING_BASE64},
		{"Content-Transfer-\r\n Encoding: base64\r\n", AS_ENCODING_BASE64},
		{"Content-Transfer-Encoding base64\r\n", AS_ENCODING_BASE64},
		{"Content-Transfer-Encoding=base64\r\n", AS_ENCODING_BASE64},
		{"Content Transfer Encoding: base64\r\n", AS_ENCODING_BASE64},
		{"Content_Transfer_Encoding: base64\r\n", AS_ENCODING_BASE64},
		{"ContentTransferEncoding: base64\r\n", AS_ENCODING_BASE64},
		{"Content-\tTransfer-Encoding: base64\r\n", AS_ENCODING_BASE64},
		{"Content-(x)Transfer-Encodign: base64\r\n", AS_ENCODING_BASE64},
		{"\"Content-Transfer-Encoding\": base64\r\n", AS_ENCODING_BASE64},
		{"Encoding: base64\r\n", AS_ENCODING_BASE64},
		{"Content-Encoding: base64\r\n", AS_ENCODING_BASE64},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_claims claims;

		print_message("case: %s\n", cases[i].zone);
		claims = read_span(as_span_text(cases[i].zone));
		assert_true(claims_encoding(&claims, cases[i].encoding));
	}
}

static void a_choice_of_mechanisms_is_told(void **state)
{
	static const struct {
		const char *zone;
		bool ambiguous;
	} cases[] = {
		{CTE "base64", false},
		{CTE "base64\r\n" CTE "7bit", true},
		{CTE "base64\r\n" CTE "x-unheard-of", true},
		{CTE "binary\r\n" CTE "x-unheard-of", false},
		{CTE "base64, 8bit", true},
		{CTE "7bit, 8bit", false},
		{CTE "(xx) base64", true},
		{CTE "base64 (xx)", false},
		{CTE "base64 (xx", true},
		{"Content-Transfer-Encoding : base64", true},
		{"Content-Transfer-Encoding base64", true},
		{"Content-Transfer-Encoding : 7bit", true},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("case: %s\n", cases[i].zone);
		assert_true(read_span(as_span_text(cases[i].zone)).ambiguous == cases[i].ambiguous);
	}
}

static void a_name_with_nul_is_found(void **state)
{
	static const char zone[] = "Content-Transfer\0-Encoding: base64\r\n";
	static const char value[] = CTE "7bit\0base64\r\n";
	struct as_claims claims = read_span(as_span_make(zone, sizeof(zone) - 1));
	(void)state;

	assert_true(claims_encoding(&claims, AS_ENCODING_BASE64));
	assert_true(claims.ambiguous);
	claims = read_span(as_span_make(value, sizeof(value) - 1));
	assert_true(claims_encoding(&claims, AS_ENCODING_BASE64));
	assert_true(claims_encoding(&claims, AS_ENCODING_IDENTITY));
}

/* S. Ullrich, MIME is broken, 2022: what clients do with conflicts. */
static void clients_choose_as_observed(void **state)
{
	static const struct {
		const char *zone;
		enum as_client client;
		enum as_encoding encoding; /* UNKNOWN: no claim */
	} cases[] = {
		{CTE "base64\r\n" CTE "quoted-printable", AS_CLIENT_THUNDERBIRD,
		 AS_ENCODING_BASE64},
		{CTE "base64\r\n" CTE "quoted-printable", AS_CLIENT_OUTLOOK, AS_ENCODING_BASE64},
		{CTE "base64\r\n" CTE "quoted-printable", AS_CLIENT_APPLE_MAIL, AS_ENCODING_BASE64},
		{CTE "base64\r\n" CTE "quoted-printable", AS_CLIENT_MUTT, AS_ENCODING_QP},
		{CTE "base64, quoted-printable", AS_CLIENT_THUNDERBIRD, AS_ENCODING_BASE64},
		{CTE "base64, quoted-printable", AS_CLIENT_MUTT, AS_ENCODING_BASE64},
		{CTE "base64, quoted-printable", AS_CLIENT_OUTLOOK, AS_ENCODING_UNKNOWN},
		{CTE "base64, quoted-printable", AS_CLIENT_APPLE_MAIL, AS_ENCODING_UNKNOWN},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct as_client_profile *client = &as_clients[cases[i].client];
		struct as_claims claims = read_span(as_span_text(cases[i].zone));
		const struct as_claim *claim =
			as_claims_choose(&claims.encodings, claims.encoding_fields, client->habits);

		print_message("case: %s, %s\n", cases[i].zone, client->name);
		if (cases[i].encoding == AS_ENCODING_UNKNOWN) {
			assert_null(claim);
			continue;
		}
		assert_non_null(claim);
		assert_int_equal(claim->encoding, cases[i].encoding);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_token_of_each_field_is_claimed, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_choice_of_mechanisms_is_told, setup, teardown),
		cmocka_unit_test_setup_teardown(a_name_with_nul_is_found, setup, teardown),
		cmocka_unit_test_setup_teardown(clients_choose_as_observed, setup, teardown),
	};
	return cmocka_run_group_tests_name("mime_claims_encoding", tests, NULL, NULL);
}
