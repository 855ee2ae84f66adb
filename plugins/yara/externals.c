/* SPDX-License-Identifier: BSD-2-Clause */
#include "externals.h"

#include "scope.h"

enum kind {
	STRING,
	INTEGER,
	BOOLEAN,
};

enum external {
	FILENAME,
	FILEPATH,
	EXTENSION,
	FILETYPE,
	FILE_TYPE,
	OWNER,
	VBA,
	MIME,
	DECLARED_MIME,
	CLASS,
	DEPTH,
	INDEX,
	SIZE,
	ENCRYPTED,
	INLINE,
	SIGNED,
	SCOPE,
	VIA,
	PARENT_TYPE,
	MAIL_FROM,
	MAIL_FROM_DOMAIN,
	MAIL_RCPT_DOMAIN,
	MAIL_SUBJECT,
	MAIL_HELO,
	MAIL_IP,
	MAIL_DIRECTION,
	MAIL_DKIM,
	MAIL_SMIME,
	MAIL_ATTACHMENTS,
	EXTERNAL_COUNT
};
_Static_assert(EXTERNAL_COUNT <= YP_EXTERNALS, "facts hold all externals");

static const struct {
	const char *name;
	enum kind kind;
	uint32_t context;
} table[EXTERNAL_COUNT] = {
	[FILENAME] = {"filename", STRING, ASSAY_CONTEXT_NAMES},
	[FILEPATH] = {"filepath", STRING, ASSAY_CONTEXT_PLACE},
	[EXTENSION] = {"extension", STRING, ASSAY_CONTEXT_NAMES},
	[FILETYPE] = {"filetype", STRING, ASSAY_CONTEXT_TYPE},
	[FILE_TYPE] = {"file_type", STRING, ASSAY_CONTEXT_TYPE},
	[OWNER] = {"owner", STRING, 0},
	[VBA] = {"VBA", INTEGER, 0},
	[MIME] = {"assay_mime", STRING, ASSAY_CONTEXT_TYPE},
	[DECLARED_MIME] = {"assay_declared_mime", STRING, ASSAY_CONTEXT_DECLARED},
	[CLASS] = {"assay_class", STRING, ASSAY_CONTEXT_TYPE},
	[DEPTH] = {"assay_depth", INTEGER, ASSAY_CONTEXT_PLACE},
	/* The same file has another number in each message. */
	[INDEX] = {"assay_index", INTEGER, ASSAY_CONTEXT_NEVER},
	[SIZE] = {"assay_size", INTEGER, 0},
	[ENCRYPTED] = {"assay_encrypted", BOOLEAN, 0},
	[INLINE] = {"assay_inline", BOOLEAN, 0},
	[SIGNED] = {"assay_signed", BOOLEAN, 0},
	[SCOPE] = {"assay_scope", STRING, 0},
	[VIA] = {"assay_via", STRING, 0},
	[PARENT_TYPE] = {"assay_parent_type", STRING, 0},
	[MAIL_FROM] = {"mail_from", STRING, ASSAY_CONTEXT_MESSAGE},
	[MAIL_FROM_DOMAIN] = {"mail_from_domain", STRING, ASSAY_CONTEXT_MESSAGE},
	[MAIL_RCPT_DOMAIN] = {"mail_rcpt_domain", STRING, ASSAY_CONTEXT_MESSAGE},
	[MAIL_SUBJECT] = {"mail_subject", STRING, ASSAY_CONTEXT_MESSAGE},
	[MAIL_HELO] = {"mail_helo", STRING, ASSAY_CONTEXT_MESSAGE},
	[MAIL_IP] = {"mail_ip", STRING, ASSAY_CONTEXT_MESSAGE},
	[MAIL_DIRECTION] = {"mail_direction", STRING, ASSAY_CONTEXT_MESSAGE},
	[MAIL_DKIM] = {"mail_dkim", STRING, ASSAY_CONTEXT_MESSAGE},
	[MAIL_SMIME] = {"mail_smime", STRING, ASSAY_CONTEXT_MESSAGE},
	[MAIL_ATTACHMENTS] = {"mail_attachments", INTEGER, ASSAY_CONTEXT_MESSAGE},
};

uint64_t yp_external_bit(struct as_span name)
{
	for (size_t i = 0; i < EXTERNAL_COUNT; i++)
		if (as_span_equal(name, as_span_text(table[i].name)))
			return UINT64_C(1) << i;
	return 0;
}

uint32_t yp_externals_context(uint64_t bits)
{
	uint32_t context = 0;

	for (size_t i = 0; i < EXTERNAL_COUNT; i++)
		if (bits & UINT64_C(1) << i)
			context |= table[i].context;
	return context;
}

int yp_externals_define(YR_COMPILER *compiler)
{
	int rc = ERROR_SUCCESS;

	for (size_t i = 0; i < EXTERNAL_COUNT && rc == ERROR_SUCCESS; i++) {
		const char *name = table[i].name;

		switch (table[i].kind) {
		case STRING:
			rc = yr_compiler_define_string_variable(compiler, name, "");
			break;
		case INTEGER:
			rc = yr_compiler_define_integer_variable(compiler, name, 0);
			break;
		case BOOLEAN:
			rc = yr_compiler_define_boolean_variable(compiler, name, 0);
			break;
		}
	}
	return rc;
}

int yp_externals_set(YR_SCANNER *scanner, const struct yp_facts *facts)
{
	int rc = ERROR_SUCCESS;

	for (size_t i = 0; i < EXTERNAL_COUNT && rc == ERROR_SUCCESS; i++) {
		const struct yp_value *value = &facts->values[i];
		const char *name = table[i].name;

		switch (table[i].kind) {
		case STRING:
			rc = yr_scanner_define_string_variable(scanner, name, value->text);
			break;
		case INTEGER:
			rc = yr_scanner_define_integer_variable(scanner, name, value->number);
			break;
		case BOOLEAN:
			rc = yr_scanner_define_boolean_variable(scanner, name, (int)value->number);
			break;
		}
	}
	return rc;
}

static const char *text_or_empty(const char *text)
{
	return text != NULL ? text : "";
}

/* Cut, never overrun: names of hosts are hostile. */
static void copy_lower(char *out, size_t room, const char *text)
{
	size_t i = 0;

	for (; text[i] != '\0' && i + 1 < room; i++)
		out[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] + 32 : text[i]);
	out[i] = '\0';
}

/* Behind the last @, because a quoted local part may hold one (RFC 5321
 * s4.1.2); a closing angle bracket belongs to the path. */
static void copy_domain(char *out, size_t room, const char *address)
{
	const char *at = strrchr(address, '@');

	copy_lower(out, room, at != NULL ? at + 1 : "");
	out[strcspn(out, ">")] = '\0';
}

/* The decoded name as sent and not what Windows makes of it: rules look for
 * the tricks in it. */
static const char *last_component(const struct assay_object *object)
{
	const char *name = object->name_count > 0 ? text_or_empty(object->names[0].text) : "";
	const char *base = name;

	for (const char *p = name; *p != '\0'; p++)
		if ((*p == '/' || *p == '\\') && p[1] != '\0')
			base = p + 1;
	return base;
}

static void set_object(struct yp_facts *facts, const struct assay_host *host,
		       const struct assay_object *object, uint32_t scopes)
{
	struct yp_value *values = facts->values;

	copy_lower(facts->file_type, sizeof(facts->file_type), object->type_name);
	values[FILENAME].text = last_component(object);
	values[FILEPATH].text = object->path;
	values[EXTENSION].text = object->extension;
	values[FILETYPE].text = object->type_name;
	values[FILE_TYPE].text = facts->file_type;
	values[OWNER].text = "";
	values[VBA].number = strcmp(object->via, "vba") == 0;
	values[MIME].text = object->type;
	values[DECLARED_MIME].text = object->declared;
	values[CLASS].text = host->class_name(object->type_class);
	values[DEPTH].number = object->depth;
	values[INDEX].number = object->index;
	values[SIZE].number = object->size > INT64_MAX ? INT64_MAX : (int64_t)object->size;
	values[ENCRYPTED].number = (object->flags & ASSAY_FLAG_ENCRYPTED) != 0;
	values[INLINE].number = (object->flags & ASSAY_FLAG_INLINE) != 0;
	values[SIGNED].number = (object->flags & ASSAY_FLAG_SIGNED) != 0;
	values[SCOPE].text = yp_scope_word(scopes);
	values[VIA].text = object->via;
	values[PARENT_TYPE].text = object->parent != NULL ? object->parent->type_name : "";
}

static void set_message(struct yp_facts *facts, const struct assay_message *message)
{
	static const struct assay_envelope nobody = {0};
	static const struct assay_message nothing = {0};
	struct yp_value *values = facts->values;
	const struct assay_envelope *envelope;
	const char *from;

	if (message == NULL)
		message = &nothing;
	envelope = message->envelope != NULL ? message->envelope : &nobody;
	/* A mailbox export has no envelope; the header is the next best. */
	from = text_or_empty(envelope->mail_from);
	if (from[0] == '\0')
		from = text_or_empty(message->from);
	copy_domain(facts->from_domain, sizeof(facts->from_domain), from);
	copy_domain(facts->rcpt_domain, sizeof(facts->rcpt_domain),
		    envelope->rcpt_count > 0 ? envelope->rcpt_to[0] : "");
	values[MAIL_FROM].text = from;
	values[MAIL_FROM_DOMAIN].text = facts->from_domain;
	values[MAIL_RCPT_DOMAIN].text = facts->rcpt_domain;
	values[MAIL_SUBJECT].text = text_or_empty(message->subject);
	values[MAIL_HELO].text = text_or_empty(envelope->helo);
	values[MAIL_IP].text = text_or_empty(envelope->client);
	values[MAIL_DIRECTION].text = text_or_empty(envelope->direction);
	values[MAIL_DKIM].text = "none";
	values[MAIL_SMIME].text = text_or_empty(message->smime);
	values[MAIL_ATTACHMENTS].number = message->attachments;
}

void yp_facts_init(struct yp_facts *facts, const struct assay_host *host,
		   const struct assay_object *object, uint32_t scopes)
{
	memset(facts->values, 0, sizeof(facts->values));
	set_object(facts, host, object, scopes);
	set_message(facts, object->message);
}
