/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/names.h"

#include "base/buffer.h"
#include "mime/field.h"
#include "mime/names_forms.h"

#include <errno.h>
#include <strings.h>

/* The ranks of names.h, best first. */
static const struct rank {
	enum as_name_param which;
	bool extended;
	enum assay_name_source source;
} ranks[] = {
	{AS_NAME_PARAM_FILENAME, true, ASSAY_NAME_FILENAME_EXT},
	{AS_NAME_PARAM_FILENAME, false, ASSAY_NAME_FILENAME},
	{AS_NAME_PARAM_NAME, true, ASSAY_NAME_NAME_EXT},
	{AS_NAME_PARAM_NAME, false, ASSAY_NAME_NAME},
};

/* A parameter that holds a name, and where it stood. */
struct found {
	const struct as_param *param;
	enum as_name_param which;
	size_t field;
};

struct collector {
	struct as_name_list list;
	struct as_buffer found;	 /* of struct found */
	struct as_buffer pieces; /* of struct as_name_piece */
};

static struct as_name_pieces pieces_of(const struct collector *collector)
{
	return (struct as_name_pieces){
		.items = (const struct as_name_piece *)(const void *)collector->pieces.data,
		.count = collector->pieces.size / sizeof(struct as_name_piece),
	};
}

/* The octets between the quotes with backslashes, comments and what follows a
 * closing quote: readers that know no quoted pairs or comments see them. */
static void add_raw(struct as_name_list *list, struct as_span raw, uint32_t marks)
{
	struct as_buffer text;

	as_buffer_init(&text, 0);
	for (size_t i = 0; i < raw.size; i++)
		if (raw.data[i] != '"' && raw.data[i] != '\r' && raw.data[i] != '\n')
			as_buffer_byte(&text, raw.data[i]);
	while (text.size > 0 && text.data[text.size - 1] == ' ')
		text.size--;
	if (text.failed)
		list->rc = -ENOMEM;
	else
		as_name_add(list, as_name_keep_end(as_buffer_span(&text), AS_NAME_RAW_MAX),
			    ASSAY_NAME_RAW, marks);
	as_buffer_deinit(&text);
}

static void add_param(struct collector *collector, const struct found *found,
		      enum assay_name_source source)
{
	struct as_name_list *list = &collector->list;
	const struct as_param *param = found->param;
	struct as_span value = as_span_make(param->value, param->value_length);
	uint32_t marks;

	if (list->rc != 0 || list->count == AS_NAMES_MAX)
		return;
	marks = as_name_param_marks(pieces_of(collector), param, found->which, found->field);
	as_name_add_readings(list, value, source, marks);
	if (param->unbroken_length < value.size)
		as_name_add_readings(list, as_span_slice(value, 0, param->unbroken_length), source,
				     marks | ASSAY_NAME_LOOSE);
	if (param->form != AS_PARAM_EXTENDED)
		add_raw(list, param->raw,
			(marks & ASSAY_NAME_LOOSE) != 0 ? marks : (uint32_t)ASSAY_NAME_UNDECODED);
}

/* Readers take the first or the last of repeated names; both come before any
 * other, so that a flood cannot push them out. */
static void add_rank(struct collector *collector, const struct rank *rank)
{
	const struct found *found = (const struct found *)(const void *)collector->found.data;
	size_t count = collector->found.size / sizeof(*found);
	size_t first = SIZE_MAX, last = SIZE_MAX;

	for (size_t i = 0; i < count; i++) {
		if ((found[i].param->form == AS_PARAM_EXTENDED) != rank->extended ||
		    found[i].which != rank->which)
			continue;
		if (first == SIZE_MAX)
			first = i;
		last = i;
	}
	if (first == SIZE_MAX)
		return;
	add_param(collector, &found[first], rank->source);
	if (last != first)
		add_param(collector, &found[last], rank->source);
	for (size_t i = first + 1; i < last; i++)
		if ((found[i].param->form == AS_PARAM_EXTENDED) == rank->extended &&
		    found[i].which == rank->which)
			add_param(collector, &found[i], rank->source);
}

static int gather_field(struct collector *collector, struct as_span value, size_t max_params,
			size_t number)
{
	size_t room = AS_NAME_PIECES_MAX - pieces_of(collector).count;
	struct as_params params;
	int rc = as_params_parse(collector->list.arena, value, max_params, &params);

	if (rc != 0)
		return rc;
	for (size_t i = 0; i < params.count; i++) {
		struct found found = {
			.param = &params.items[i],
			.which = AS_NAME_PARAM_FILENAME,
			.field = number,
		};

		if (strcmp(found.param->name, "name") == 0)
			found.which = AS_NAME_PARAM_NAME;
		else if (strcmp(found.param->name, "filename") != 0)
			continue;
		as_buffer_append(&collector->found, &found, sizeof(found));
	}
	if (!as_names_scan(value, number, room, &collector->pieces) || collector->found.failed)
		return -ENOMEM;
	return 0;
}

/* The value up to a continuation line that is a field to readers who trim lines:
 * an indented Content-* field would else become the end of the name. */
static struct as_span cut_at_field(struct as_span value)
{
	static const char word[] = "content-";

	for (size_t end = 0; (end = as_span_find_byte(value, end, '\n')) != SIZE_MAX; end++) {
		size_t at = end + 1;

		while (at < value.size && (value.data[at] == ' ' || value.data[at] == '\t'))
			at++;
		if (as_span_holds(value, at, sizeof(word) - 1) &&
		    strncasecmp((const char *)value.data + at, word, sizeof(word) - 1) == 0 &&
		    as_span_find_byte(as_span_slice(value, at, AS_NAME_PARAM_SIZE * 2), 0, ':') !=
			    SIZE_MAX)
			return as_span_slice(value, 0, end);
	}
	return value;
}

/* The field with the line that goes on with it: a name may stand across the line
 * end or the lone CR between them, which clients drop within quotes. */
static int gather_joined(struct collector *collector, struct as_span field, struct as_span line,
			 size_t max_params, size_t number)
{
	size_t size = (size_t)(line.data + line.size - field.data);

	return gather_field(collector, as_span_make(field.data, size), max_params, number);
}

/* All parameters that may hold a name, of all fields; a line without a colon
 * goes on with the field before it, as in Exchange, which mends lost indents. */
static int gather(struct collector *collector, struct as_span block, size_t max_params)
{
	struct as_field field;
	struct as_span last = as_span_make(NULL, 0);
	size_t offset = 0, number = 0, joins = 0;
	bool content = false;
	int rc = 0;

	while (rc == 0 && offset < block.size) {
		struct as_span cut;
		bool goes_on;

		/* Two line ends of unlike kinds make an empty line to this
		 * reader; the block ends at its end only. */
		if (!as_field_next(block, &offset, &field)) {
			offset++;
			continue;
		}
		goes_on = content && !field.has_colon;
		content = goes_on || as_field_is(&field, "Content-Type") ||
			  as_field_is(&field, "Content-Disposition");
		if (!content)
			continue;
		rc = gather_field(collector, field.value, max_params, number++);
		if (rc == 0 && goes_on && joins++ < AS_NAME_JOINS_MAX)
			rc = gather_joined(collector, last, field.value, max_params, number++);
		if (!goes_on)
			last = field.value;
		cut = cut_at_field(field.value);
		if (rc == 0 && cut.size < field.value.size)
			rc = gather_field(collector, cut, max_params, number++);
	}
	return rc;
}

static int collect(struct collector *collector, struct as_span block)
{
	struct as_name_list *list = &collector->list;

	for (size_t i = 0; i < sizeof(ranks) / sizeof(ranks[0]); i++)
		add_rank(collector, &ranks[i]);
	as_name_add_forms(list, pieces_of(collector));
	as_name_add_unknown(list, pieces_of(collector));
	if (list->count == 0)
		as_name_add_weak(list, block);
	return list->rc;
}

int as_names_collect(struct as_arena *arena, struct as_span header_block, size_t max_params,
		     const struct assay_name **names_out, size_t *count_out)
{
	struct collector collector = {.list = {.arena = arena}};
	int rc;

	as_buffer_init(&collector.found, 0);
	as_buffer_init(&collector.pieces, 0);
	rc = gather(&collector, header_block, max_params);
	if (rc == 0)
		rc = collect(&collector, header_block);
	if (rc == 0) {
		*names_out = collector.list.items;
		*count_out = collector.list.count;
	}
	as_buffer_deinit(&collector.pieces);
	as_buffer_deinit(&collector.found);
	return rc;
}
