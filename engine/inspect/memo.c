/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect/scan.h"

#include "base/sha256.h"

/* Answers and octets of one message: some thousand entries at most. */
#define BUCKETS 1024u

/* Flags that a plugin may answer differently for. DUPLICATE is not one: it
 * depends on what came before. */
#define KEY_FLAGS (~(uint32_t)ASSAY_FLAG_DUPLICATE)

struct as_memo_entry {
	unsigned char key[AS_SHA256_SIZE];
	const struct as_finding *first;
	const struct as_object *object; /* the first with these octets */
	struct as_memo_entry *next;
};

static struct as_memo_entry **bucket(struct as_memo_entry **table, const unsigned char *key)
{
	return &table[(key[0] | (unsigned int)key[1] << 8) % BUCKETS];
}

static struct as_memo_entry *find(struct as_memo_entry **table, const unsigned char *key)
{
	if (table == NULL)
		return NULL;
	for (struct as_memo_entry *e = *bucket(table, key); e != NULL; e = e->next)
		if (memcmp(e->key, key, AS_SHA256_SIZE) == 0)
			return e;
	return NULL;
}

static struct as_memo_entry *add(struct assay_scan *scan, struct as_memo_entry ***table,
				 const unsigned char *key)
{
	struct as_memo_entry *entry;

	if (*table == NULL)
		*table = as_arena_array(&scan->arena, BUCKETS, sizeof(**table));
	entry = as_arena_alloc(&scan->arena, sizeof(*entry));
	if (*table == NULL || entry == NULL)
		return NULL;
	memcpy(entry->key, key, AS_SHA256_SIZE);
	entry->next = *bucket(*table, key);
	*bucket(*table, key) = entry;
	return entry;
}

bool as_memo_has(const struct assay_scan *scan, const unsigned char *sha256)
{
	return find(scan->digests, sha256) != NULL;
}

const struct as_object *as_memo_seen(struct assay_scan *scan, const struct as_object *object,
				     const char *what)
{
	const struct as_span pieces[] = {as_span_make(object->pub.sha256, AS_SHA256_SIZE),
					 as_span_text(what)};
	unsigned char key[AS_SHA256_SIZE];
	struct as_memo_entry *entry;

	if (find(scan->digests, object->pub.sha256) == NULL)
		add(scan, &scan->digests, object->pub.sha256);
	as_sha256_pieces(pieces, 2, key);
	entry = find(scan->digests, key);
	if (entry != NULL)
		return entry->object;
	entry = add(scan, &scan->digests, key);
	if (entry != NULL)
		entry->object = object;
	return NULL;
}

static void put_text(struct as_buffer *out, const char *text)
{
	/* With the NUL, so that neighbours cannot run into each other. */
	as_buffer_append(out, text, strlen(text) + 1);
}

static void put_number(struct as_buffer *out, uint64_t value)
{
	as_buffer_append(out, &value, sizeof(value));
}

static void put_context(struct as_buffer *out, const struct as_object *object, uint32_t context)
{
	const struct assay_object *pub = &object->pub;

	put_number(out, pub->origin);
	put_number(out, pub->flags & KEY_FLAGS);
	/* Differs from the octets of UNREAD objects only. */
	put_number(out, pub->size);
	/* Whether the engine could offer it hangs on the type. */
	put_number(out, pub->text.size > 0);
	put_text(out, pub->via);
	put_number(out, pub->name_count > 0);
	put_text(out, pub->charset);
	put_text(out, pub->parent != NULL ? pub->parent->type : "");
	put_text(out, pub->parent != NULL ? pub->parent->type_name : "");
	if ((context & ASSAY_CONTEXT_TYPE) != 0) {
		put_text(out, pub->type);
		put_text(out, pub->type_name);
		put_number(out, pub->type_class);
	}
	if ((context & ASSAY_CONTEXT_DECLARED) != 0)
		put_text(out, pub->declared);
	if ((context & ASSAY_CONTEXT_NAMES) != 0) {
		for (size_t i = 0; i < pub->name_count; i++) {
			put_number(out, pub->names[i].length);
			as_buffer_append(out, pub->names[i].text, pub->names[i].length);
			put_number(out, pub->names[i].source);
			put_number(out, pub->names[i].marks);
		}
	}
	if ((context & ASSAY_CONTEXT_PLACE) != 0) {
		put_text(out, pub->path);
		put_number(out, pub->depth);
		put_number(out, pub->index);
	}
}

static void put_message(struct as_buffer *out, const struct assay_scan *scan)
{
	const struct assay_message *message = &scan->message;
	const struct assay_envelope *envelope = message->envelope;

	/* The raw octets are part of what a plugin sees of the message. */
	as_buffer_append(out, scan->objects[0]->pub.sha256, AS_SHA256_SIZE);
	put_text(out, message->subject);
	put_text(out, message->from);
	put_text(out, message->message_id);
	put_number(out, message->attachments);
	put_text(out, message->smime);
	put_text(out, envelope->client);
	put_text(out, envelope->helo);
	put_text(out, envelope->mail_from);
	put_text(out, envelope->auth_user);
	put_text(out, envelope->queue_id);
	put_text(out, envelope->direction);
	for (size_t i = 0; i < envelope->rcpt_count; i++)
		put_text(out, envelope->rcpt_to[i]);
}

bool as_memo_key(const struct assay_scan *scan, const struct as_module *module,
		 const struct as_object *object, unsigned char key_out[32])
{
	struct as_buffer context;
	bool whole;

	as_buffer_init(&context, 0);
	put_text(&context, module->plugin->name);
	put_number(&context, module->info.fingerprint);
	put_context(&context, object, module->info.context);
	if ((module->info.context & ASSAY_CONTEXT_MESSAGE) != 0)
		put_message(&context, scan);
	const struct as_span pieces[] = {
		as_span_make(object->pub.sha256, AS_SHA256_SIZE),
		as_span_make(scan->engine->fingerprint, AS_SHA256_SIZE),
		as_buffer_span(&context),
	};
	whole = !context.failed;
	if (whole)
		as_sha256_pieces(pieces, sizeof(pieces) / sizeof(pieces[0]), key_out);
	as_buffer_deinit(&context);
	return whole;
}

/*
 * A kept answer in octets, for the table that workers share: per finding the
 * severity, the wish, code and text with their NULs, the number of pieces of
 * evidence, and of each its offset, length and text.
 */
static void pack(struct as_buffer *out, const struct as_finding *first)
{
	for (const struct as_finding *f = first; f != NULL; f = f->frame_next) {
		as_buffer_byte(out, (unsigned char)f->severity);
		as_buffer_byte(out, (unsigned char)f->wish);
		put_text(out, f->code);
		put_text(out, f->text);
		as_buffer_byte(out, (unsigned char)f->evidence_count);
		for (size_t i = 0; i < f->evidence_count; i++) {
			put_number(out, f->evidence[i].offset);
			put_number(out, f->evidence[i].length);
			put_text(out, f->evidence[i].text);
		}
	}
}

static bool take_byte(struct as_span *in, unsigned char *byte_out)
{
	if (in->size == 0)
		return false;
	*byte_out = in->data[0];
	*in = as_span_from(*in, 1);
	return true;
}

static bool take_text(struct as_span *in, const char **text_out)
{
	size_t end = as_span_find_byte(*in, 0, 0);

	if (end == SIZE_MAX)
		return false;
	*text_out = (const char *)in->data;
	*in = as_span_from(*in, end + 1);
	return true;
}

static bool take_number(struct as_span *in, uint64_t *value_out)
{
	if (in->size < sizeof(*value_out))
		return false;
	memcpy(value_out, in->data, sizeof(*value_out));
	*in = as_span_from(*in, sizeof(*value_out));
	return true;
}

/* One finding out of a packed answer; evidence needs AS_EVIDENCE_MAX room. */
static bool take_finding(struct as_span *in, struct assay_finding *finding_out,
			 struct assay_evidence *evidence)
{
	unsigned char severity, wish, count;

	if (!take_byte(in, &severity) || !take_byte(in, &wish) ||
	    !take_text(in, &finding_out->code) || !take_text(in, &finding_out->text) ||
	    !take_byte(in, &count) || count > AS_EVIDENCE_MAX || severity > ASSAY_CRITICAL ||
	    wish > ASSAY_ACTION_TEMPFAIL)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!take_number(in, &evidence[i].offset) ||
		    !take_number(in, &evidence[i].length) || !take_text(in, &evidence[i].text))
			return false;
	finding_out->severity = (enum assay_severity)severity;
	finding_out->wish = (enum assay_action)wish;
	finding_out->evidence = evidence;
	finding_out->evidence_count = count;
	return true;
}

static bool replay_packed(struct assay_scan *scan, const struct as_module *module,
			  struct as_object *object, struct as_span packed)
{
	struct assay_evidence evidence[AS_EVIDENCE_MAX];

	/* All of it must be readable before any of it counts. */
	for (struct as_span in = packed; in.size > 0;) {
		struct assay_finding finding;

		if (!take_finding(&in, &finding, evidence))
			return false;
	}
	for (struct as_span in = packed; in.size > 0;) {
		struct assay_finding finding;

		take_finding(&in, &finding, evidence);
		as_scan_report(scan, &object->pub, &finding, module->plugin->name);
	}
	return true;
}

static void replay_local(struct assay_scan *scan, const struct as_module *module,
			 struct as_object *object, const struct as_finding *first)
{
	for (const struct as_finding *f = first; f != NULL; f = f->frame_next) {
		const struct assay_finding finding = {
			.code = f->code,
			.severity = f->severity,
			.wish = f->wish,
			.text = f->text,
			.evidence = f->evidence,
			.evidence_count = f->evidence_count,
		};

		as_scan_report(scan, &object->pub, &finding, module->plugin->name);
	}
}

bool as_memo_replay(struct assay_scan *scan, const struct as_module *module, size_t index,
		    struct as_object *object)
{
	unsigned char value[AS_CACHE_VALUE_MAX];
	unsigned char key[AS_SHA256_SIZE];
	const struct as_memo_entry *entry;
	size_t size;

	(void)index;
	if ((module->info.context & ASSAY_CONTEXT_NEVER) != 0)
		return false;
	if (!as_memo_key(scan, module, object, key))
		return false;
	entry = find(scan->memo, key);
	if (entry != NULL) {
		scan->cache_hits++;
		replay_local(scan, module, object, entry->first);
		return true;
	}
	if (scan->engine->cache == NULL || !as_cache_find(scan->engine->cache, key, value, &size) ||
	    !replay_packed(scan, module, object, as_span_make(value, size)))
		return false;
	scan->cache_hits++;
	return true;
}

void as_memo_keep(struct assay_scan *scan, const struct as_frame *frame)
{
	unsigned char key[AS_SHA256_SIZE];
	struct as_memo_entry *entry;
	struct as_buffer packed;

	if ((frame->module->info.context & ASSAY_CONTEXT_NEVER) != 0)
		return;
	/* What ran into a limit may end better the next time. */
	for (const struct as_finding *f = frame->first; f != NULL; f = f->frame_next)
		if (f->info->effect == AS_EFFECT_INCOMPLETE)
			return;
	if (scan->budget.stop != AS_BUDGET_OK || scan->out_of_memory || scan->dropped_findings > 0)
		return;
	if (!as_memo_key(scan, frame->module, frame->object, key))
		return;
	entry = add(scan, &scan->memo, key);
	if (entry != NULL)
		entry->first = frame->first;
	if (scan->engine->cache == NULL)
		return;
	as_buffer_init(&packed, AS_CACHE_VALUE_MAX);
	pack(&packed, frame->first);
	if (!packed.failed)
		as_cache_store(scan->engine->cache, key, as_buffer_span(&packed));
	as_buffer_deinit(&packed);
}
