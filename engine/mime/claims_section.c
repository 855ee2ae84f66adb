/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/claims_reader.h"
#include "mime/claims_value.h"

/* Sections in the order of somebody: as they stand, by number with the first
 * or the last of equal ones. */
enum order { ORDER_SEEN, ORDER_FIRST, ORDER_LAST, ORDERS };

static size_t arrange(const struct as_claim_section *sections, size_t count, enum order order,
		      const struct as_claim_section **out)
{
	size_t used = 0;

	for (size_t i = 0; i < count; i++) {
		size_t k = used;

		if (order == ORDER_SEEN) {
			out[used++] = &sections[i];
			continue;
		}
		while (k > 0 && out[k - 1]->number > sections[i].number)
			k--;
		if (k > 0 && out[k - 1]->number == sections[i].number) {
			if (order == ORDER_LAST)
				out[k - 1] = &sections[i];
			continue;
		}
		for (size_t m = used++; m > k; m--)
			out[m] = out[m - 1];
		out[k] = &sections[i];
	}
	return used;
}

/* Behind charset'language' when strip and it is there. */
static struct as_span strip_charset(struct as_span text, bool strip)
{
	size_t first = as_span_find_byte(text, 0, '\'');
	size_t second = first == SIZE_MAX ? SIZE_MAX : as_span_find_byte(text, first + 1, '\'');

	return strip && second != SIZE_MAX ? as_span_from(text, second + 1) : text;
}

static void join(struct as_claim_reader *reader, const struct as_claim_section **sections,
		 size_t count, bool strip, const struct as_claim_site *site)
{
	struct as_buffer text;

	as_buffer_init(&text, 0);
	for (size_t i = 0; i < count; i++) {
		struct as_span part = strip_charset(sections[i]->value, strip);

		as_buffer_append(&text, part.data, part.size);
	}
	if (text.failed)
		reader->failed = true;
	else if (as_claim_charge(reader, text.size))
		as_claim_value_add(reader, as_buffer_span(&text), site, AS_CLAIM_EXTENDED_ODD);
	as_buffer_deinit(&text);
}

void as_claim_sections_join(struct as_claim_reader *reader, const struct as_claim_section *sections,
			    size_t count, const struct as_claim_site *site)
{
	const struct as_claim_section *list[AS_CLAIM_SECTIONS_MAX];

	for (unsigned int order = ORDER_SEEN; order < ORDERS; order++) {
		size_t used = arrange(sections, count, (enum order)order, list);

		join(reader, list, used, true, site);
		join(reader, list, used, false, site);
	}
}
