/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/look.h"

#include "base/buffer.h"
#include "base/utf8.h"
#include "mime/charset.h"
#include "mime/entity.h"
#include "mime/transfer.h"
#include "smime/html_text.h"

#include <errno.h>

/* Blanks in one line: windows are 100-300 columns wide. */
#define WIDE_BLANKS 1000u
/* Octets in which a CMS object names its type. */
#define CMS_PREFIX_BYTES 64u
/* A file name is kept up to 255 octets, its extension is much shorter. */
#define EXTENSION_SIZE 8u

/* Looks at the bodies of one tree, by index of entity and of extra body. */
struct as_look_table {
	const struct as_mime_tree *tree;
	struct as_look **entities;
	struct as_look **extras;
	struct as_look_table *next;
};

static bool begins(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool is_html_type(const char *type)
{
	return strstr(type, "html") != NULL || strcmp(type, "image/svg+xml") == 0 ||
	       strcmp(type, "text/xml") == 0 || strcmp(type, "application/xml") == 0;
}

/* Shown in the message window: a multipart without a boundary as its text. */
static bool is_text_type(const char *type)
{
	return begins(type, "text/") || begins(type, "multipart/") || begins(type, "message/") ||
	       is_html_type(type);
}

static bool has_html_name(const struct as_entity *entity)
{
	static const char *const extensions[] = {".htm", ".html", ".shtml", ".xhtml", ".svg"};

	for (size_t i = 0; i < entity->name_count; i++) {
		const struct assay_name *name = &entity->names[i];
		const char *dot = strrchr(name->shell, '.');
		char extension[EXTENSION_SIZE];

		if (dot == NULL)
			continue;
		as_html_lower(as_span_text(dot), extension, sizeof(extension));
		for (size_t k = 0; k < sizeof(extensions) / sizeof(extensions[0]); k++)
			if (strcmp(extension, extensions[k]) == 0)
				return true;
	}
	return false;
}

static bool is_signature_type(const char *type)
{
	return strcmp(type, "application/pkcs7-signature") == 0 ||
	       strcmp(type, "application/x-pkcs7-signature") == 0 ||
	       strcmp(type, "application/pkix-cert") == 0 ||
	       strcmp(type, "application/x-x509-ca-cert") == 0 ||
	       strcmp(type, "application/pgp-signature") == 0;
}

static bool is_cms_type(const char *type)
{
	return strcmp(type, "application/pkcs7-mime") == 0 ||
	       strcmp(type, "application/x-pkcs7-mime") == 0;
}

static bool is_ascii_blank(struct as_span octets)
{
	for (size_t i = 0; i < octets.size; i++)
		if (octets.data[i] > ' ')
			return false;
	return true;
}

static bool decode_body(const struct as_look_body *body, struct as_span octets,
			struct as_buffer *out)
{
	size_t capacity = as_transfer_bound(body->encoding, octets.size);
	struct as_transfer transfer;
	unsigned char *room;

	if (!as_encoding_changes(body->encoding))
		return as_buffer_append(out, octets.data, octets.size);
	room = as_buffer_reserve(out, capacity + 1);
	if (room == NULL)
		return false;
	as_buffer_commit(out,
			 as_transfer_decode(body->encoding, octets, room, capacity, &transfer));
	return true;
}

/* A type is only a claim: what is no signature can be read under that name. */
static bool is_signature(const struct as_look_body *body)
{
	static const unsigned char pkcs7[] = {0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01};
	static const char armour[] = "-----BEGIN ";
	struct as_span prefix;
	struct as_buffer out;
	bool found = false;

	if (!is_signature_type(body->media_type))
		return false;
	as_buffer_init(&out, 0);
	if (decode_body(body, as_span_slice(body->octets, 0, 2 * CMS_PREFIX_BYTES), &out)) {
		prefix = as_span_slice(as_buffer_span(&out), 0, CMS_PREFIX_BYTES);
		found = as_span_has_at(prefix, 0, armour, sizeof(armour) - 1) ||
			(prefix.size > 0 && prefix.data[0] == 0x30 &&
			 (memmem(prefix.data, prefix.size, pkcs7, sizeof(pkcs7)) != NULL ||
			  strstr(body->media_type, "cert") != NULL));
	}
	as_buffer_deinit(&out);
	return found;
}

/* The longest run of lines without a visible character, and of blanks. */
static void measure_blanks(struct as_look *look, struct as_span text)
{
	size_t lines = 0, blanks = 0, at = 0;

	while (at < text.size) {
		uint32_t character = text.data[at];
		size_t size =
			character < 0x80 ? 1 : as_utf8_next(as_span_from(text, at), &character);

		at += size > 0 ? size : 1;
		if (character == '\n') {
			lines++;
			blanks = 0;
			if (lines > look->blank_lines)
				look->blank_lines = lines;
		} else if (as_character_blank(character)) {
			look->wide_blank = look->wide_blank || ++blanks >= WIDE_BLANKS;
		} else {
			lines = blanks = 0;
		}
	}
}

static bool is_blank_text(struct as_span text)
{
	size_t at = 0;

	while (at < text.size) {
		uint32_t character = 0xfffd;
		size_t size = as_utf8_next(as_span_from(text, at), &character);

		at += size > 0 ? size : 1;
		if (size == 0 || !as_character_blank(character))
			return false;
	}
	return true;
}

static bool is_anything_open(const struct as_html_state *state)
{
	return state->open_tag || state->open_comment || state->open_raw ||
	       state->open_element[0] != '\0';
}

static int judge_html(struct as_arena *arena, struct as_span text, struct as_look *look)
{
	as_html_scan(text, &look->state);
	if (look->state.any_text || look->state.has_objects || look->state.hides ||
	    is_anything_open(&look->state))
		look->weight = AS_LOOK_TEXT;
	if (look->state.blank_lines > look->blank_lines)
		look->blank_lines = look->state.blank_lines;
	return look->state.has_cid ? as_cids_collect(arena, text, &look->cids) : 0;
}

static int judge_text(struct as_arena *arena, struct as_span text, struct as_look *look)
{
	if (look->html)
		return judge_html(arena, text, look);
	measure_blanks(look, text);
	if (!is_blank_text(text))
		look->weight = AS_LOOK_TEXT;
	/* Some clients put plain text between HTML parts as it stands. */
	if (as_span_find_byte(text, 0, '<') != SIZE_MAX)
		as_html_scan(text, &look->state);
	return 0;
}

static int read_text(const struct as_look_request *request, const struct as_look_body *body,
		     struct as_span octets, struct as_look *look)
{
	struct as_buffer raw, text;
	int rc = -ENOMEM;

	as_buffer_init(&raw, 0);
	as_buffer_init(&text, 0);
	if (!decode_body(body, octets, &raw))
		goto out;
	if (as_charset_to_utf8(body->charset, as_buffer_span(&raw), &text) == AS_CHARSET_UNKNOWN)
		rc = judge_text(request->arena, as_buffer_span(&raw), look);
	else if (!text.failed)
		rc = judge_text(request->arena, as_buffer_span(&text), look);
out:
	as_buffer_deinit(&raw);
	as_buffer_deinit(&text);
	return rc;
}

/* How much of a body may still be read. */
static size_t take_share(struct as_coverage_memo *memo, size_t size)
{
	size_t left = AS_COVERAGE_TOTAL_BYTES - memo->read_bytes;

	if (size > AS_COVERAGE_PART_BYTES)
		size = AS_COVERAGE_PART_BYTES;
	if (size > left)
		size = left;
	memo->read_bytes += size;
	return size;
}

int as_look_body(const struct as_look_request *request, const struct as_look_body *body,
		 struct as_look *look_out)
{
	struct as_span share;
	int rc;

	*look_out = (struct as_look){
		.html = is_html_type(body->media_type),
		.cms = is_cms_type(body->media_type),
		.state = {.open_element = "", .hides_how = "", .leaks_how = ""},
	};
	if (body->named)
		look_out->weight = AS_LOOK_FAINT;
	if (is_signature(body)) {
		look_out->weight = AS_LOOK_FAINT;
		return 0;
	}
	if (!is_text_type(body->media_type)) {
		if (!is_ascii_blank(body->octets))
			look_out->weight = AS_LOOK_TEXT;
		return 0;
	}
	share = as_span_slice(body->octets, 0, take_share(request->memo, body->octets.size));
	rc = read_text(request, body, share, look_out);
	if (share.size < body->octets.size) {
		look_out->weight = AS_LOOK_TEXT;
		look_out->unread = true;
	}
	return rc;
}

static struct as_look_table *find_table(const struct as_look_request *request)
{
	const struct as_mime_tree *tree = request->tree;
	struct as_look_table *table = request->memo->tables;

	while (table != NULL && table->tree != tree)
		table = table->next;
	if (table != NULL)
		return table;
	table = as_arena_alloc(request->arena, sizeof(*table));
	if (table == NULL)
		return NULL;
	*table = (struct as_look_table){
		.tree = tree,
		.entities = as_arena_array(request->arena, tree->entity_count + 1,
					   sizeof(table->entities[0])),
		.extras = as_arena_array(request->arena, tree->extra_count + 1,
					 sizeof(table->extras[0])),
		.next = request->memo->tables,
	};
	if (table->entities == NULL || table->extras == NULL)
		return NULL;
	request->memo->tables = table;
	return table;
}

/* Reads body into *slot unless it was read. */
static int look_once(const struct as_look_request *request, const struct as_look_body *body,
		     struct as_look **slot)
{
	struct as_look *look = as_arena_alloc(request->arena, sizeof(*look));
	int rc;

	if (look == NULL)
		return -ENOMEM;
	rc = as_look_body(request, body, look);
	if (rc == 0)
		*slot = look;
	return rc;
}

int as_look_entity(const struct as_look_request *request, size_t index,
		   const struct as_entity *entity, const struct as_look **look_out)
{
	struct as_look_table *table = find_table(request);
	struct as_look_body body = {
		.octets = as_span_slice(request->tree->message, entity->body_begin,
					entity->body_end - entity->body_begin),
		.encoding = entity->encoding,
		.media_type = entity->media_type,
		.charset = entity->charset,
		.named = entity->name_count > 0,
	};
	int rc = 0;

	if (table == NULL)
		return -ENOMEM;
	if (!is_text_type(body.media_type) && has_html_name(entity))
		body.media_type = "text/html";
	if (table->entities[index] == NULL)
		rc = look_once(request, &body, &table->entities[index]);
	*look_out = table->entities[index];
	return rc;
}

int as_look_extra(const struct as_look_request *request, size_t index,
		  const struct as_extra_body *extra, const struct as_look **look_out)
{
	struct as_look_table *table = find_table(request);
	struct as_look_body body = {
		.octets = as_span_slice(request->tree->message, extra->begin,
					extra->end - extra->begin),
		.encoding = extra->encoding,
		.media_type = extra->media_type,
		.charset = "",
		.named = extra->name_count > 0,
	};
	int rc = 0;

	if (table == NULL)
		return -ENOMEM;
	if (table->extras[index] == NULL)
		rc = look_once(request, &body, &table->extras[index]);
	*look_out = table->extras[index];
	return rc;
}
