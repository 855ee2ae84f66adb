/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/cms_read.h"

/* The list that is being filled; full when a recipient was left out. */
struct recipients {
	struct cms_reader *reader;
	struct cms_list list;
	bool full;
};

static bool add_recipient(struct recipients *all, const struct as_cms_recipient *recipient)
{
	struct as_cms *cms = &all->reader->parse->cms;

	if (all->list.count >= AS_CMS_RECIPIENTS_MAX) {
		cms_limit(all->reader, AS_CMS_RECIPIENTS_MAX, "recipients");
		all->full = true;
		return true;
	}
	if (!cms_push(all->reader->arena, &all->list, recipient))
		return cms_out_of_memory(all->reader);
	cms->recipients = all->list.items;
	cms->recipient_count = all->list.count;
	return true;
}

static bool take_key(struct cms_reader *reader, struct cms_level *level,
		     struct as_cms_recipient *recipient)
{
	return cms_take_octets(reader, level, AS_BER_UNIVERSAL, AS_BER_OCTET_STRING, "encryptedKey",
			       &recipient->encrypted_key);
}

static bool take_key_algorithm(struct cms_reader *reader, struct cms_level *level,
			       struct as_cms_recipient *recipient)
{
	return cms_take_algorithm(reader, level, AS_BER_UNIVERSAL, AS_BER_SEQUENCE,
				  "keyEncryptionAlgorithm", &recipient->algorithm);
}

/* RFC 5652 s6.2.1 */
static bool read_ktri(struct cms_reader *reader, struct cms_level *level,
		      struct as_cms_recipient *recipient)
{
	recipient->kind = AS_SMIME_KTRI;
	return cms_take_identifier(reader, level, "rid", &recipient->id) &&
	       take_key_algorithm(reader, level, recipient) && take_key(reader, level, recipient);
}

/* A key identifier in front of a date and other attributes, which tell nothing
 * here: RecipientKeyIdentifier and KEKIdentifier. */
static bool read_key_identifier(struct cms_reader *reader, const struct as_ber *element,
				const char *field, struct as_span *key_id_out)
{
	struct cms_level level = cms_inside(element);
	struct as_ber other;

	if (!element->constructed)
		return cms_fail(reader, field, "has no members where it needs some");
	if (!cms_take_octets(reader, &level, AS_BER_UNIVERSAL, AS_BER_OCTET_STRING, field,
			     key_id_out))
		return false;
	if (cms_is(&level, AS_BER_UNIVERSAL, AS_BER_GENERALIZED_TIME) &&
	    !cms_take_any(reader, &level, field, &other))
		return false;
	if (cms_is(&level, AS_BER_UNIVERSAL, AS_BER_SEQUENCE) &&
	    !cms_take_any(reader, &level, field, &other))
		return false;
	return cms_finish(reader, &level, field);
}

/* KeyAgreeRecipientIdentifier */
static bool read_agree_identifier(struct cms_reader *reader, struct cms_level *level,
				  struct as_cms_identifier *id)
{
	struct as_ber element;

	if (!cms_is(level, AS_BER_CONTEXT, 0))
		return cms_take_identifier(reader, level, "rid", id);
	return cms_take(reader, level, AS_BER_CONTEXT, 0, "rid", &element) &&
	       read_key_identifier(reader, &element, "rid", &id->key_id);
}

/* OriginatorIdentifierOrKey, within its [0]. */
static bool read_originator(struct cms_reader *reader, struct cms_level *level,
			    struct as_cms_recipient *recipient)
{
	struct as_ber outer, key;
	struct cms_level inside;

	if (!cms_take(reader, level, AS_BER_CONTEXT, 0, "originator", &outer))
		return false;
	if (!outer.constructed)
		return cms_fail(reader, "originator", "has no members where it needs some");
	inside = cms_inside(&outer);
	if (!cms_is(&inside, AS_BER_CONTEXT, 1))
		return cms_take_identifier(reader, &inside, "originator", &recipient->originator) &&
		       cms_finish(reader, &inside, "originator");
	if (!cms_take(reader, &inside, AS_BER_CONTEXT, 1, "originatorKey", &key))
		return false;
	if (!key.constructed)
		return cms_fail(reader, "originatorKey", "has no members where it needs some");
	recipient->originator_key = key.whole;
	return cms_finish(reader, &inside, "originator");
}

static bool read_ukm(struct cms_reader *reader, struct cms_level *level,
		     struct as_cms_recipient *recipient)
{
	struct cms_level inside;
	struct as_ber outer;

	if (!cms_is(level, AS_BER_CONTEXT, 1))
		return true;
	if (!cms_take(reader, level, AS_BER_CONTEXT, 1, "ukm", &outer))
		return false;
	if (!outer.constructed)
		return cms_fail(reader, "ukm", "has no members where it needs some");
	inside = cms_inside(&outer);
	return cms_take_octets(reader, &inside, AS_BER_UNIVERSAL, AS_BER_OCTET_STRING, "ukm",
			       &recipient->ukm) &&
	       cms_finish(reader, &inside, "ukm");
}

/* RecipientEncryptedKeys: each one becomes a recipient. */
static bool read_agreed_keys(struct recipients *all, struct cms_level *level,
			     const struct as_cms_recipient *shared)
{
	static const char field[] = "recipientEncryptedKeys", one[] = "RecipientEncryptedKey";
	struct cms_reader *reader = all->reader;
	struct cms_level keys;

	if (!cms_enter(reader, level, AS_BER_UNIVERSAL, AS_BER_SEQUENCE, field, &keys))
		return false;
	if (!cms_more(&keys))
		return cms_fail(reader, field, "is empty");
	while (cms_more(&keys) && !all->full) {
		struct as_cms_recipient recipient = *shared;
		struct cms_level key;

		if (!cms_enter(reader, &keys, AS_BER_UNIVERSAL, AS_BER_SEQUENCE, one, &key) ||
		    !read_agree_identifier(reader, &key, &recipient.id) ||
		    !take_key(reader, &key, &recipient) || !cms_leave(reader, &key, &keys, one) ||
		    !add_recipient(all, &recipient))
			return false;
	}
	if (cms_more(&keys) && !cms_skip(reader, &keys, field))
		return false;
	return cms_leave(reader, &keys, level, field);
}

/* RFC 5652 s6.2.2 */
static bool read_kari(struct recipients *all, struct cms_level *level,
		      struct as_cms_recipient *recipient)
{
	struct cms_reader *reader = all->reader;

	recipient->kind = AS_SMIME_KARI;
	return read_originator(reader, level, recipient) && read_ukm(reader, level, recipient) &&
	       take_key_algorithm(reader, level, recipient) &&
	       read_agreed_keys(all, level, recipient);
}

/* RFC 5652 s6.2.3 */
static bool read_kekri(struct cms_reader *reader, struct cms_level *level,
		       struct as_cms_recipient *recipient)
{
	struct as_ber id;

	recipient->kind = AS_SMIME_KEKRI;
	return cms_take(reader, level, AS_BER_UNIVERSAL, AS_BER_SEQUENCE, "kekid", &id) &&
	       read_key_identifier(reader, &id, "kekid", &recipient->kek_id) &&
	       take_key_algorithm(reader, level, recipient) && take_key(reader, level, recipient);
}

/* RFC 5652 s6.2.4 */
static bool read_pwri(struct cms_reader *reader, struct cms_level *level,
		      struct as_cms_recipient *recipient)
{
	recipient->kind = AS_SMIME_PWRI;
	if (cms_is(level, AS_BER_CONTEXT, 0) &&
	    !cms_take_algorithm(reader, level, AS_BER_CONTEXT, 0, "keyDerivationAlgorithm",
				&recipient->kdf))
		return false;
	return take_key_algorithm(reader, level, recipient) && take_key(reader, level, recipient);
}

/* RFC 5652 s6.2.5 */
static bool read_ori(struct cms_reader *reader, struct cms_level *level,
		     struct as_cms_recipient *recipient)
{
	struct as_ber value;

	recipient->kind = AS_SMIME_ORI;
	return cms_take_oid(reader, level, "oriType", &recipient->ori_type) &&
	       cms_take_any(reader, level, "oriValue", &value);
}

static bool read_choice(struct recipients *all, const struct as_ber_head *head,
			struct cms_level *level, struct as_cms_recipient *recipient)
{
	struct cms_reader *reader = all->reader;

	if (head->class == AS_BER_UNIVERSAL)
		return read_ktri(reader, level, recipient);
	switch (head->tag) {
	case 1:
		return read_kari(all, level, recipient);
	case 2:
		return read_kekri(reader, level, recipient);
	case 3:
		return read_pwri(reader, level, recipient);
	default:
		return read_ori(reader, level, recipient);
	}
}

static bool is_recipient(const struct as_ber_head *head)
{
	if (head->class == AS_BER_UNIVERSAL)
		return head->tag == AS_BER_SEQUENCE;
	return head->class == AS_BER_CONTEXT && head->tag >= 1 && head->tag <= 4;
}

/* One RecipientInfo. All but ori begin with a version. */
static bool read_recipient(struct recipients *all, struct cms_level *set)
{
	static const char field[] = "RecipientInfo";
	struct as_cms_recipient recipient = {0};
	struct cms_reader *reader = all->reader;
	struct as_ber_head head = {0};
	struct cms_level level;
	uint64_t version;

	if (as_ber_head_read(set->rest, &head) == AS_BER_FINE && !is_recipient(&head))
		return cms_fail(reader, field, "is of no known kind");
	if (!cms_enter(reader, set, head.class, head.tag, field, &level))
		return false;
	if (!(head.class == AS_BER_CONTEXT && head.tag == 4) &&
	    !cms_take_uint(reader, &level, "version", &version))
		return false;
	if (!read_choice(all, &head, &level, &recipient) || !cms_leave(reader, &level, set, field))
		return false;
	return recipient.kind == AS_SMIME_KARI || add_recipient(all, &recipient);
}

bool cms_recipient_infos(struct cms_reader *reader, struct cms_level *level)
{
	static const char field[] = "recipientInfos";
	struct recipients all = {
		.reader = reader,
		.list = {.item_bytes = sizeof(struct as_cms_recipient)},
	};
	struct cms_level set;

	if (!cms_enter(reader, level, AS_BER_UNIVERSAL, AS_BER_SET, field, &set))
		return false;
	for (size_t number = 1; cms_more(&set) && !all.full; number++) {
		reader->owner = "recipient";
		reader->number = number;
		if (!read_recipient(&all, &set))
			return false;
		reader->owner = NULL;
	}
	if (cms_more(&set) && !cms_skip(reader, &set, field))
		return false;
	if (!cms_leave(reader, &set, level, field))
		return false;
	return all.list.count > 0 || cms_fail(reader, field, "is empty");
}
