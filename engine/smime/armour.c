/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/armour.h"

#include "mime/line.h"

static const char *const labels[] = {
	"-----BEGIN PKCS7-----",
	"-----BEGIN CMS-----",
	"-----BEGIN PKCS #7 SIGNED DATA-----",
};

static struct as_span skip_blanks(struct as_span octets)
{
	while (octets.size > 0 && as_octet_blank(octets.data[0]))
		octets = as_span_from(octets, 1);
	return octets;
}

/* Behind the label, or SIZE_MAX. */
static size_t label_end(struct as_span octets)
{
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (as_span_has_at(octets, 0, labels[i], strlen(labels[i])))
			return strlen(labels[i]);
	return SIZE_MAX;
}

bool as_smime_is_armour(struct as_span octets)
{
	return label_end(skip_blanks(octets)) != SIZE_MAX;
}

bool as_smime_armour_find(struct as_span octets, struct as_smime_armour *armour_out)
{
	static const char end_mark[] = "-----END";
	size_t begin, end;
	struct as_line line;

	octets = skip_blanks(octets);
	begin = label_end(octets);
	if (begin == SIZE_MAX)
		return false;
	octets = skip_blanks(as_span_from(octets, begin));
	armour_out->text_behind = false;
	for (end = 0; end < octets.size; end = line.next) {
		line = as_line_at(octets, end, '\n');
		if (!as_span_has_at(octets, end, end_mark, sizeof(end_mark) - 1))
			continue;
		armour_out->text_behind = !as_span_blank(as_span_from(octets, line.next));
		break;
	}
	armour_out->text = as_span_slice(octets, 0, end);
	return true;
}
