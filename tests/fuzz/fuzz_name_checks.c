/* SPDX-License-Identifier: BSD-2-Clause */
#include "extension.h"
#include "name_checks.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void examine_ext(struct att_view piece, bool (*find)(struct att_view, struct att_ext *))
{
	struct att_ext ext, before;

	if (!find(piece, &ext))
		return;
	check(ext.dot < piece.count);
	check(ext.text[0] != '\0' && strlen(ext.text) <= ATT_EXT_OCTETS);
	if (att_ext_before(piece, &ext, &before))
		check(before.dot < ext.dot);
	check(att_ext_same(ext.text, ext.text));
	(void)att_ext_is_document(ext.text);
}

static void examine_component(struct att_view component)
{
	struct att_view piece;
	size_t offset = 0, pieces = 0;

	while (att_view_stream(component, &offset, &piece)) {
		check(++pieces <= component.count + 1);
		examine_ext(piece, att_ext_exact);
		examine_ext(piece, att_ext_folded);
	}
	(void)att_check_clsid(component);
}

static void examine(struct as_span octets)
{
	static struct att_name name;
	struct att_view view, before;
	size_t blanks, line;
	char quoted[200];

	att_name_load(&name, octets);
	view = att_name_view(&name);
	check(view.count <= octets.size);
	examine_component(att_view_component(view));
	if (att_view_before_nul(view, &before)) {
		check(before.count < view.count);
		examine_component(att_view_component(before));
	}
	(void)att_check_order(view);
	(void)att_check_control(view);
	att_check_padding(view, &blanks, &line);
	check(blanks <= view.count && line <= view.count);
	att_view_quote(view, quoted, sizeof(quoted));
	for (const char *p = quoted; *p != '\0'; p++)
		check((unsigned char)*p >= 0x20 && *p != 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct att_text text, words, percent;

	att_text_set(&text, as_span_make(data, size));
	examine(att_text_span(&text));
	if (att_decode_words(att_text_span(&text), &words))
		examine(att_text_span(&words));
	if (att_decode_percent(att_text_span(&text), &percent))
		examine(att_text_span(&percent));
	return 0;
}
