/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/identity.h"
#include "smime/shown.h"
#include "smimemake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static struct as_arena arena;

static int setup(void **state)
{
	(void)state;
	as_arena_init(&arena, (size_t)16 << 20);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	as_arena_deinit(&arena);
	sm_end();
	return 0;
}

enum outcome { DIFFERENT, SAME, SAME_BUT_CASE };

static void addresses_are_compared_as_mail_servers_do(void **state)
{
	static const struct {
		const char *a, *b;
		enum outcome outcome;
	} cases[] = {
		{"john@example.org", "john@example.org", SAME},
		{"john@example.org", "john@EXAMPLE.Org", SAME},
		{"john@example.org", "john@example.org.", SAME},
		{"John@example.org", "john@example.org", SAME_BUT_CASE},
		{"john@example.org", "joan@example.org", DIFFERENT},
		{"john@example.org", "john@example.com", DIFFERENT},
		{"john@example.org", "john@mail.example.org", DIFFERENT},
		{"\"john\"@example.org", "john@example.org", SAME},
		{"\"jo\\hn\"@example.org", "john@example.org", SAME},
		{"\"john\".doe@example.org", "john.\"doe\"@example.org", SAME},
		{"\"john doe\"@example.org", "\"john\\ doe\"@example.org", SAME},
		{"jo\"h\"n@example.org", "john@example.org", DIFFERENT},
		{"\"a@b\"@example.org", "a@b@example.org", SAME},
		{"\"a@b.org\"", "a@b.org", DIFFERENT},
		{"j@b\xc3\xbc"
		 "cher.example",
		 "j@xn--bcher-kva.example", SAME},
		{"j@B\xc3\x9c"
		 "CHER.example",
		 "j@XN--BCHER-KVA.example", SAME},
		{"j@bu\xcc\x88"
		 "cher.example",
		 "j@b\xc3\xbc"
		 "cher.example",
		 SAME},
		{"j@fa\xc3\x9f.example", "j@xn--fa-hia.example", SAME},
		{"j@fa\xc3\x9f.example", "j@fass.example", DIFFERENT},
		{"j@example\xe3\x80\x82org", "j@example.org", SAME},
		/* No width, soft hyphen, circled and mathematical letters, fullwidth dot. */
		{"j@example.org\xe2\x80\x8b", "j@example.org", DIFFERENT},
		{"j@exam\xc2\xadple.org", "j@example.org", DIFFERENT},
		{"j@\xe2\x93\x94xample.org", "j@example.org", DIFFERENT},
		{"j@\xf0\x9d\x90\x9axample.org", "j@axample.org", DIFFERENT},
		{"j@example\xef\xbc\x8eorg", "j@example.org", DIFFERENT},
		{"j\xc3\xbc@example.org", "j\xc3\xbc@EXAMPLE.org", SAME},
		{"j\xc3\xbc@example.org", "ju@example.org", DIFFERENT},
		{"j\xfc@b\xfc.example", "j\xfc@b\xfc.example", SAME},
		{"j@[192.0.2.1]", "j@[192.0.2.1]", SAME},
		{"j@[IPv6:2001:DB8::1]", "j@[ipv6:2001:db8::1]", SAME},
		{"", "", DIFFERENT},
		{"john", "john", DIFFERENT},
		{"@example.org", "@example.org", DIFFERENT},
		{"john@", "john@", DIFFERENT},
		{"example.org", "example.org", DIFFERENT},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_span a = as_span_text(cases[i].a), b = as_span_text(cases[i].b);
		bool differs = false;

		print_message("case: %s %s\n", cases[i].a, cases[i].b);
		assert_int_equal(as_address_equal(a, b, &differs), cases[i].outcome != DIFFERENT);
		assert_int_equal(differs, cases[i].outcome == SAME_BUT_CASE);
		assert_int_equal(as_address_equal(b, a, NULL), cases[i].outcome != DIFFERENT);
	}
}

static void an_address_with_a_nul_equals_nothing(void **state)
{
	static const char nul[] = "john@example.org\0.evil.example";
	struct as_span address = as_span_make(nul, sizeof(nul) - 1);
	(void)state;

	assert_false(as_address_equal(address, address, NULL));
	assert_false(as_address_equal(address, as_span_text("john@example.org"), NULL));
	assert_false(as_address_equal(as_span_text("john@example.org"), address, NULL));
}

static void very_long_addresses_are_compared_too(void **state)
{
	const size_t size = 100000;
	char *text = malloc(size);
	(void)state;

	assert_non_null(text);
	memset(text, 0xc3, size);
	text[1] = '@';
	assert_true(as_address_equal(as_span_make(text, size), as_span_make(text, size), NULL));
	assert_false(
		as_address_equal(as_span_make(text, size), as_span_make(text, size - 1), NULL));
	free(text);
}

static void shown_addresses_are_found(void **state)
{
	static const struct {
		const char *text;
		const char *found; /* NULL: nothing */
	} cases[] = {
		{"alice@good.org", "alice@good.org"},
		{"Alice <alice@good.org>", "alice@good.org"},
		{"'alice@good.org.'", "alice@good.org"},
		{"alice\xef\xbc\xa0good.org", "alice@good.org"},
		{"alice\xef\xb9\xabgood\xe3\x80\x82org", "alice@good.org"},
		{"al\xe2\x80\x8bice@\xe2\x81\xa0good.\xef\xbb\xbforg", "alice@good.org"},
		{"alice\xe2\x80\x8a@\xe2\x80\x8agood.org", "alice@good.org"},
		{"\xef\xbd\x81lice@good.org", "alice@good.org"},
		{"x \xe2\x80\xaegro.doog@ecila", "alice@good.org"},
		{"alice@@bob@good.org", "bob@good.org"},
		{"alice at good.org", NULL},
		{"Alice @ Work", NULL},
		{"@alice", NULL},
		{"alice@home", NULL},
		{"Meeting@10.30", NULL},
		{"@good.org", NULL},
		{"Alice @ good.org", NULL},
		{"", NULL},
		{"@@@@", NULL},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_buffer shown;
		struct as_span found;
		size_t offset = 0;

		print_message("case: %s\n", cases[i].text);
		as_buffer_init(&shown, 0);
		assert_true(as_shown_append(&shown, as_span_text(cases[i].text)));
		if (cases[i].found == NULL) {
			assert_false(as_shown_next(as_buffer_span(&shown), &offset, &found));
		} else {
			assert_true(as_shown_next(as_buffer_span(&shown), &offset, &found));
			assert_int_equal(found.size, strlen(cases[i].found));
			assert_memory_equal(found.data, cases[i].found, found.size);
		}
		as_buffer_deinit(&shown);
	}
}

static struct as_span context(unsigned char number, struct as_span content)
{
	return sm_tlv((unsigned char)(0xa0 | number), content);
}

static struct as_span smtp_utf8_mailbox(const char *address, unsigned char type)
{
	return context(0, sm_join(2, sm_oid("1.3.6.1.5.5.7.8.9"),
				  context(0, sm_tlv(type, sm_text(address)))));
}

static X509 *make_cert(const char *subject, struct as_span names)
{
	const struct sm_extension san = {.oid = "2.5.29.17", .value = sm_sequence(names)};
	const struct sm_cert spec = {
		.subject = subject,
		.key = sm_key(SM_P256, 1),
		.issuer = sm_root(),
		.issuer_key = sm_root_key(),
		.raw = &san,
		.raw_count = names.size > 0 ? 1 : 0,
	};

	return sm_cert(&spec);
}

static void every_address_of_a_certificate_is_found(void **state)
{
	X509 *cert = make_cert("/CN=cn@example.org/emailAddress=subject@example.org",
			       sm_join(4, sm_tlv(0x81, sm_text("a@example.org")),
				       sm_tlv(0x82, sm_text("dns.example.org")),
				       smtp_utf8_mailbox("j\xc3\xbc@example.org", 0x0c),
				       smtp_utf8_mailbox("ia5@example.org", 0x16)));
	struct as_cert_address *addresses;
	size_t count;
	bool nul;
	(void)state;

	assert_int_equal(as_cert_addresses(&arena, cert, &addresses, &count, &nul), 0);
	assert_int_equal(count, 3);
	assert_false(nul);
	assert_memory_equal(addresses[0].address.data, "a@example.org", 13);
	assert_memory_equal(addresses[1].address.data, "j\xc3\xbc@example.org", 15);
	assert_memory_equal(addresses[2].address.data, "subject@example.org", 19);
	assert_false(addresses[0].from_subject);
	assert_true(addresses[2].from_subject);
}

static void a_nul_in_a_certificate_is_told(void **state)
{
	static const char name[] = "a@good.org\0.evil.org";
	static const unsigned char tags[] = {0x81, 0x82, 0x86};
	(void)state;

	for (size_t i = 0; i < sizeof(tags); i++) {
		X509 *cert = make_cert("/CN=x", sm_tlv(tags[i], sm_copy(name, sizeof(name) - 1)));
		struct as_cert_address *addresses;
		size_t count;
		bool nul;

		assert_int_equal(as_cert_addresses(&arena, cert, &addresses, &count, &nul), 0);
		assert_true(nul);
		assert_int_equal(count, i == 0 ? 1 : 0);
	}
}

static void a_certificate_without_address_has_none(void **state)
{
	X509 *cert = make_cert("/CN=alice@example.org", as_span_make(NULL, 0));
	struct as_cert_address *addresses;
	size_t count;
	bool nul;
	(void)state;

	assert_int_equal(as_cert_addresses(&arena, cert, &addresses, &count, &nul), 0);
	assert_int_equal(count, 0);
	assert_false(nul);
}

static void a_certificate_with_too_many_addresses_is_cut(void **state)
{
	struct as_span names = as_span_make(NULL, 0);
	struct as_cert_address *addresses;
	size_t count;
	bool nul;
	(void)state;

	for (size_t i = 0; i < AS_IDENTITY_ADDRESSES_MAX + 10; i++)
		names = sm_join(2, names, sm_tlv(0x81, sm_text("a@example.org")));
	assert_int_equal(
		as_cert_addresses(&arena, make_cert("/CN=x", names), &addresses, &count, &nul), 0);
	assert_int_equal(count, AS_IDENTITY_ADDRESSES_MAX);
}

static void broken_names_of_a_certificate_are_no_addresses(void **state)
{
	X509 *cert =
		make_cert("/CN=x/emailAddress=a@example.org", sm_tlv(0xa0, sm_text("not a name")));
	struct as_cert_address *addresses;
	size_t count;
	bool nul;
	(void)state;

	assert_int_equal(as_cert_addresses(&arena, cert, &addresses, &count, &nul), 0);
	assert_int_equal(count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_compared_as_mail_servers_do),
		cmocka_unit_test(an_address_with_a_nul_equals_nothing),
		cmocka_unit_test(very_long_addresses_are_compared_too),
		cmocka_unit_test(shown_addresses_are_found),
		cmocka_unit_test(every_address_of_a_certificate_is_found),
		cmocka_unit_test(a_nul_in_a_certificate_is_told),
		cmocka_unit_test(a_certificate_without_address_has_none),
		cmocka_unit_test(a_certificate_with_too_many_addresses_is_cut),
		cmocka_unit_test(broken_names_of_a_certificate_are_no_addresses),
	};
	return cmocka_run_group_tests_name("smime address", tests, setup, teardown);
}
