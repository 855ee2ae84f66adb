/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/ber.h"

/* A constructed element whose members are being read. */
struct level {
	size_t end;		 /* offset */
	bool sorted;		 /* a SET: members ascend */
	struct as_span previous; /* member of a SET, or empty */
};

/* X.690 s10.1: the fewest octets. */
static bool has_short_length(struct as_span element, const struct as_ber_head *head)
{
	size_t tag_bytes = 1, length_bytes = 1;

	if ((element.data[0] & 0x1f) == 0x1f)
		for (uint32_t tag = head->tag; tag != 0; tag >>= 7)
			tag_bytes++;
	if (head->length >= 0x80)
		for (uint64_t length = head->length; length != 0; length >>= 8)
			length_bytes++;
	return head->bytes == tag_bytes + length_bytes;
}

/* X.690 s10.2: of the universal types only SEQUENCE, SET, EXTERNAL, EMBEDDED PDV
 * and CHARACTER STRING have members, the first two always. */
static bool has_der_form(const struct as_ber_head *head)
{
	if (head->class != AS_BER_UNIVERSAL)
		return true;
	switch (head->tag) {
	case AS_BER_SEQUENCE:
	case AS_BER_SET:
		return head->constructed;
	case 8:
	case 11:
	case 29:
		return true;
	default:
		return !head->constructed;
	}
}

/* X.690 s11.6. A member that is the beginning of another one cannot be: its
 * length octets would differ. */
static bool is_ascending(struct as_span a, struct as_span b)
{
	size_t size = a.size < b.size ? a.size : b.size;

	return size == 0 || memcmp(a.data, b.data, size) <= 0;
}

bool as_ber_is_der(struct as_span octets)
{
	struct level levels[AS_BER_DEPTH_MAX] = {{.end = octets.size}};
	unsigned int depth = 1;
	size_t at = 0;

	if (octets.size == 0)
		return false;
	while (depth > 0) {
		struct level *level = &levels[depth - 1];
		struct as_span here = as_span_slice(octets, at, level->end - at);
		struct as_ber_head head;
		struct as_span whole;

		if (here.size == 0) {
			depth--;
			continue;
		}
		if (as_ber_head_read(here, &head) != AS_BER_FINE || head.indefinite ||
		    head.length > here.size - head.bytes || !has_short_length(here, &head) ||
		    !has_der_form(&head))
			return false;
		whole = as_span_slice(here, 0, head.bytes + (size_t)head.length);
		if (level->sorted && !is_ascending(level->previous, whole))
			return false;
		level->previous = whole;
		if (!head.constructed || head.length == 0) {
			at += whole.size;
			continue;
		}
		if (depth >= AS_BER_DEPTH_MAX)
			return false;
		at += head.bytes;
		levels[depth++] = (struct level){
			.end = at + (size_t)head.length,
			.sorted = head.class == AS_BER_UNIVERSAL && head.tag == AS_BER_SET,
		};
	}
	return true;
}
