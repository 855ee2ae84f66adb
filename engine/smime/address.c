/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/identity.h"

#include "base/utf8.h"

#include <idn2.h>

/* A domain name has at most 253 octets (RFC 1035 s2.3.4); U-labels in UTF-8 need
 * up to four for each. What is longer is compared as it stands. */
#define DOMAIN_BYTES_MAX 1020u

static bool is_ascii(struct as_span text)
{
	for (size_t i = 0; i < text.size; i++)
		if (text.data[i] >= 0x80)
			return false;
	return true;
}

static unsigned char lower(unsigned char octet)
{
	return octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet;
}

static void append_lower(struct as_buffer *out, struct as_span text)
{
	for (size_t i = 0; i < text.size; i++)
		as_buffer_byte(out, lower(text.data[i]));
}

/* The '@' between local part and domain: the last one outside quotes. */
static size_t find_at(struct as_span address)
{
	size_t found = SIZE_MAX;
	bool quoted = false;

	for (size_t i = 0; i < address.size; i++) {
		unsigned char octet = address.data[i];

		if (quoted && octet == '\\')
			i++;
		else if (octet == '"')
			quoted = !quoted;
		else if (octet == '@' && !quoted)
			found = i;
	}
	return quoted ? SIZE_MAX : found;
}

/* Appends the content of the quoted string at offset, which must be a whole word
 * (RFC 5322 s4.4 has words between dots), and returns where it ends, or
 * SIZE_MAX. */
static size_t append_quoted(struct as_buffer *out, struct as_span local, size_t offset)
{
	size_t i = offset + 1;

	if (offset > 0 && local.data[offset - 1] != '.')
		return SIZE_MAX;
	for (; i < local.size && local.data[i] != '"'; i++) {
		if (local.data[i] == '\\')
			i++;
		if (i >= local.size)
			return SIZE_MAX;
		if (local.data[i] != '\r' && local.data[i] != '\n')
			as_buffer_byte(out, local.data[i]);
	}
	if (i >= local.size || (i + 1 < local.size && local.data[i + 1] != '.'))
		return SIZE_MAX;
	return i + 1;
}

/* RFC 5321 s4.1.2: quotes are a way to write, not a part of the name. Where they
 * are no words of the grammar the octets count. */
static void append_local(struct as_buffer *out, struct as_span local)
{
	size_t start = out->size, i = 0;

	while (i < local.size && i != SIZE_MAX) {
		if (local.data[i] == '"')
			i = append_quoted(out, local, i);
		else
			as_buffer_byte(out, local.data[i++]);
	}
	if (i == SIZE_MAX && !out->failed) {
		out->size = start;
		as_buffer_append(out, local.data, local.size);
	}
}

/* Characters that UTS 46 drops or writes in another way, letter case and U+3002
 * apart: no U-label has them (RFC 5892), and readers do not see which domain
 * they stand for. U+200C and U+200D are for the scripts that need them. */
static bool is_disguise(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{0xaa, 0xaa},	    {0xad, 0xad},	{0xb2, 0xb3},	    {0xb9, 0xba},
		{0x34f, 0x34f},	    {0x180b, 0x180f},	{0x200b, 0x200b},   {0x2010, 0x2011},
		{0x2024, 0x2024},   {0x2060, 0x209c},	{0x2100, 0x214f},   {0x2460, 0x24ff},
		{0xfb00, 0xfb06},   {0xfe00, 0xfe0f},	{0xfe50, 0xfe6f},   {0xfeff, 0xffef},
		{0x1d400, 0x1d7ff}, {0x1f100, 0x1f1ff}, {0xe0000, 0xe0fff},
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

static bool is_disguised(struct as_span domain)
{
	while (domain.size > 0) {
		uint32_t c = 0;
		size_t length = as_utf8_next(domain, &c);

		if (length == 0 || is_disguise(c))
			return true;
		domain = as_span_from(domain, length);
	}
	return false;
}

/* RFC 9598 s5 compares A-labels. What IDNA refuses is compared as it stands. */
static void append_domain(struct as_buffer *out, struct as_span domain)
{
	char name[DOMAIN_BYTES_MAX + 1];
	uint8_t *ascii = NULL;

	if (domain.size > 1 && domain.data[domain.size - 1] == '.')
		domain.size--;
	if (is_ascii(domain) || domain.size > DOMAIN_BYTES_MAX || is_disguised(domain)) {
		append_lower(out, domain);
		return;
	}
	memcpy(name, domain.data, domain.size);
	name[domain.size] = '\0';
	if (idn2_lookup_u8((const uint8_t *)name, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) !=
	    IDN2_OK)
		append_lower(out, domain);
	else
		append_lower(out, as_span_text((const char *)ascii));
	idn2_free(ascii);
}

bool as_address_key(struct as_buffer *out, struct as_span address)
{
	size_t at = find_at(address), start = out->size;

	if (at == SIZE_MAX || at == 0 || at + 1 == address.size ||
	    as_span_find_byte(address, 0, 0) != SIZE_MAX)
		return false;
	append_local(out, as_span_slice(address, 0, at));
	as_buffer_byte(out, '@');
	append_domain(out, as_span_from(address, at + 1));
	if (out->failed)
		out->size = start;
	return !out->failed;
}

bool as_address_key_equal(struct as_span a, struct as_span b, bool *case_out)
{
	bool same = true;

	if (a.size != b.size || a.size == 0)
		return false;
	for (size_t i = 0; i < a.size; i++) {
		if (lower(a.data[i]) != lower(b.data[i]))
			return false;
		same = same && a.data[i] == b.data[i];
	}
	if (case_out != NULL)
		*case_out = !same;
	return true;
}

bool as_address_equal(struct as_span a, struct as_span b, bool *case_out)
{
	struct as_buffer keys;
	bool equal = false;

	as_buffer_init(&keys, 0);
	if (as_address_key(&keys, a)) {
		size_t first = keys.size;

		if (as_address_key(&keys, b)) {
			struct as_span both = as_buffer_span(&keys);

			equal = as_address_key_equal(as_span_slice(both, 0, first),
						     as_span_from(both, first), case_out);
		}
	}
	as_buffer_deinit(&keys);
	return equal;
}
