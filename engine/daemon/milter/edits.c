/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/milter/edits.h"

#include "base/assert.h"
#include "daemon/milter/parse.h"
#include "daemon/milter/reply.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>

/* An edit of a field that is there. */
struct change {
	struct as_span name;
	uint32_t number;
	struct as_span value; /* empty: the field is deleted */
};

struct changes {
	struct change *list;
	size_t count, room;
};

static void add(struct changes *changes, struct as_span name, uint32_t number, struct as_span value)
{
	AS_ASSERT(changes->count < changes->room);
	changes->list[changes->count++] = (struct change){name, number, value};
}

/* By name, the highest number first, deletions before changes. */
static int compare(const void *left, const void *right)
{
	const struct change *a = left, *b = right;
	size_t shorter = a->name.size < b->name.size ? a->name.size : b->name.size;
	int order = strncasecmp((const char *)a->name.data, (const char *)b->name.data, shorter);

	if (order != 0)
		return order;
	if (a->name.size != b->name.size)
		return a->name.size < b->name.size ? -1 : 1;
	if (a->number != b->number)
		return a->number > b->number ? -1 : 1;
	return (a->value.size > 0) - (b->value.size > 0);
}

/* ---- What is to be changed -------------------------------------------- */

static void forged(const struct as_milter_fields *fields, struct changes *changes)
{
	for (size_t i = 0; i < fields->count; i++)
		if (fields->list[i].kind == AS_MILTER_FORGED)
			add(changes, as_milter_field_name(fields, &fields->list[i]),
			    fields->list[i].number, as_span_make(NULL, 0));
}

static struct as_span trim(struct as_span value)
{
	while (value.size > 0 && (value.data[0] == ' ' || value.data[0] == '\t'))
		value = as_span_from(value, 1);
	return value;
}

static const struct as_milter_field *find(const struct as_milter_fields *fields,
					  enum as_milter_kind kind, struct as_span name,
					  uint32_t number)
{
	for (size_t i = 0; i < fields->count; i++)
		if (fields->list[i].kind == kind && fields->list[i].number == number &&
		    as_milter_name_equal(as_milter_field_name(fields, &fields->list[i]), name))
			return &fields->list[i];
	return NULL;
}

/* A field without a value is not to be deleted. */
static struct as_span not_empty(struct as_span value)
{
	return value.size > 0 ? value : as_span_text(" ");
}

static void mime_changes(const struct as_milter_fields *before,
			 const struct as_milter_fields *after, struct changes *changes)
{
	for (size_t i = 0; i < before->count; i++) {
		const struct as_milter_field *old = &before->list[i], *new;
		struct as_span name = as_milter_field_name(before, old), value;

		if (old->kind != AS_MILTER_MIME)
			continue;
		new = find(after, AS_MILTER_MIME, name, old->number);
		if (new == NULL) {
			add(changes, name, old->number, as_span_make(NULL, 0));
			continue;
		}
		value = trim(as_milter_field_value(after, new));
		if (!old->whole || !as_span_equal(trim(as_milter_field_value(before, old)), value))
			add(changes, name, old->number, not_empty(value));
	}
}

static void said_changes(const struct as_milter_edits *edits, struct changes *changes)
{
	for (size_t i = 0; i < edits->edit_count; i++) {
		const struct as_edit *edit = &edits->edits[i];
		struct as_span name = as_span_text(edit->name);

		if (edit->kind == AS_EDIT_DELETE)
			add(changes, name, edit->index, as_span_make(NULL, 0));
		else if (edit->kind == AS_EDIT_CHANGE)
			add(changes, name, edit->index, not_empty(as_span_text(edit->value)));
	}
}

/* The prefix with a blank behind it. */
static const char *prefix_of(const struct as_milter_edits *edits, struct as_arena *arena)
{
	size_t size = strlen(edits->prefix);
	bool blank = size > 0 && edits->prefix[size - 1] == ' ';

	return as_arena_printf(arena, "%s%s", edits->prefix, blank ? "" : " ");
}

/* Without a subject the prefix becomes one; see additions(). A subject that
 * was too long to be kept stays as it is. */
static int subject(const struct as_milter_edits *edits, struct as_arena *arena,
		   struct changes *changes)
{
	static const char name[] = "Subject";
	const struct as_milter_field *field =
		find(edits->fields, AS_MILTER_SUBJECT, as_span_text(name), 1);
	const char *prefix;
	struct as_span old;
	size_t size;
	char *new;

	if (edits->prefix[0] == '\0' || field == NULL || !field->whole)
		return 0;
	old = trim(as_milter_field_value(edits->fields, field));
	prefix = prefix_of(edits, arena);
	if (prefix == NULL)
		return -ENOMEM;
	size = strlen(prefix);
	if (as_span_has_at(old, 0, edits->prefix, strlen(edits->prefix)))
		return 0;
	new = as_arena_alloc(arena, size + old.size);
	if (new == NULL)
		return -ENOMEM;
	memcpy(new, prefix, size);
	if (old.size > 0)
		memcpy(new + size, old.data, old.size);
	add(changes, as_span_text(name), 1, as_span_make(new, size + old.size));
	return 0;
}

/* ---- What is sent ----------------------------------------------------- */

static void write_changes(const struct as_milter_edits *edits, struct changes *changes,
			  struct as_buffer *out)
{
	qsort(changes->list, changes->count, sizeof(*changes->list), compare);
	for (size_t i = 0; i < changes->count; i++) {
		const struct change *change = &changes->list[i];

		if (i > 0 && change->number == change[-1].number &&
		    as_milter_name_equal(change->name, change[-1].name))
			continue;
		as_milter_reply_field(out, AS_MILTER_CHANGE, change->number, change->name,
				      change->value, edits->space);
	}
}

/* Our name takes the place of "%s"; no value but that one has it. */
static struct as_span finish_value(const struct as_milter_edits *edits, const struct as_edit *edit,
				   struct as_arena *arena)
{
	struct as_span id = as_milter_fields_authserv(edits->fields);
	const char *hole = strstr(edit->value, "%s");
	const char *text;

	if (hole == NULL || strcasecmp(edit->name, "Authentication-Results") != 0)
		return as_span_text(edit->value);
	text = as_arena_printf(arena, "%.*s%.*s%s", (int)(hole - edit->value), edit->value,
			       (int)id.size, (const char *)id.data, hole + 2);
	return text != NULL ? as_span_text(text) : as_span_make(NULL, 0);
}

static int write_said(const struct as_milter_edits *edits, const struct as_edit *edit,
		      struct as_arena *arena, struct as_buffer *out)
{
	struct as_span value = finish_value(edits, edit, arena);

	if (value.data == NULL)
		return -ENOMEM;
	as_milter_reply_field(out, edit->kind == AS_EDIT_ADD ? AS_MILTER_ADD : AS_MILTER_INSERT, 0,
			      as_span_text(edit->name), value, edits->space);
	return 0;
}

static void write_new_mime(const struct as_milter_edits *edits, struct as_buffer *out)
{
	const struct as_milter_fields *after = &edits->changed->fields;

	for (size_t i = 0; i < after->count; i++) {
		const struct as_milter_field *new = &after->list[i];
		struct as_span name = as_milter_field_name(after, new);

		if (new->kind == AS_MILTER_MIME &&
		    find(edits->fields, AS_MILTER_MIME, name, new->number) == NULL)
			as_milter_reply_field(out, AS_MILTER_ADD, 0, name,
					      trim(as_milter_field_value(after, new)),
					      edits->space);
	}
}

static int write_additions(const struct as_milter_edits *edits, struct as_arena *arena,
			   struct as_buffer *out)
{
	int rc = 0;

	if (edits->changed != NULL)
		write_new_mime(edits, out);
	if (edits->prefix[0] != '\0' && edits->fields->subjects == 0)
		as_milter_reply_field(out, AS_MILTER_ADD, 0, as_span_text("Subject"),
				      as_span_text(edits->prefix), edits->space);
	for (size_t i = 0; rc == 0 && i < edits->edit_count; i++)
		if (edits->edits[i].kind == AS_EDIT_ADD)
			rc = write_said(edits, &edits->edits[i], arena, out);
	for (size_t i = edits->edit_count; rc == 0 && i > 0; i--)
		if (edits->edits[i - 1].kind == AS_EDIT_INSERT)
			rc = write_said(edits, &edits->edits[i - 1], arena, out);
	return rc;
}

int as_milter_edits_write(const struct as_milter_edits *edits, struct as_arena *arena,
			  struct as_buffer *out)
{
	struct changes changes = {.room = edits->fields->count + edits->edit_count + 1};
	int rc;

	changes.list = as_arena_array(arena, changes.room, sizeof(*changes.list));
	if (changes.list == NULL)
		return -ENOMEM;
	forged(edits->fields, &changes);
	if (edits->changed != NULL)
		mime_changes(edits->fields, &edits->changed->fields, &changes);
	said_changes(edits, &changes);
	rc = subject(edits, arena, &changes);
	if (rc < 0)
		return rc;
	if ((edits->actions & AS_MILTER_CHGHDRS) != 0)
		write_changes(edits, &changes, out);
	if ((edits->actions & AS_MILTER_ADDHDRS) != 0)
		rc = write_additions(edits, arena, out);
	return rc < 0 || out->failed ? -ENOMEM : 0;
}
