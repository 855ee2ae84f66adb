/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/milter/macros.h"

#include "daemon/milter/frame.h"
#include "daemon/milter/parse.h"

/* Commands that bring macros, in the order of a session. */
enum rank {
	RANK_CONNECT = 0,
	RANK_HELO,
	RANK_MAIL,
	RANK_RCPT,
	RANK_DATA,
	RANK_EOH,
	RANK_EOM,
	RANK_COUNT
};

/* A record is rank, macro, two octets of size and the value. */
#define RECORD_HEAD ((size_t)4)
#define RECORDS_MAX                                                                                \
	((size_t)RANK_COUNT * AS_MILTER_MACRO_COUNT * (RECORD_HEAD + AS_MILTER_MACRO_VALUE_MAX))

static const char *const names[AS_MILTER_MACRO_COUNT] = {
	[AS_MILTER_MACRO_QUEUE_ID] = "i",
	[AS_MILTER_MACRO_HOST] = "j",
	[AS_MILTER_MACRO_CLIENT_ADDR] = "client_addr",
	[AS_MILTER_MACRO_CLIENT_NAME] = "client_name",
	[AS_MILTER_MACRO_CLIENT_RESOLVE] = "client_resolve",
	[AS_MILTER_MACRO_TLS_VERSION] = "tls_version",
	[AS_MILTER_MACRO_CIPHER] = "cipher",
	[AS_MILTER_MACRO_AUTH_AUTHEN] = "auth_authen",
};

static enum rank rank_of(unsigned char command)
{
	switch (command) {
	case AS_MILTER_CONNECT:
		return RANK_CONNECT;
	case AS_MILTER_HELO:
		return RANK_HELO;
	case AS_MILTER_MAIL:
		return RANK_MAIL;
	case AS_MILTER_RCPT:
		return RANK_RCPT;
	case AS_MILTER_DATA:
		return RANK_DATA;
	case AS_MILTER_EOH:
		return RANK_EOH;
	case AS_MILTER_EOM:
		return RANK_EOM;
	default:
		return RANK_COUNT;
	}
}

void as_milter_macros_init(struct as_milter_macros *macros)
{
	as_buffer_init(&macros->records, RECORDS_MAX);
	macros->fresh = 0;
}

void as_milter_macros_deinit(struct as_milter_macros *macros)
{
	as_buffer_deinit(&macros->records);
}

void as_milter_macros_clear(struct as_milter_macros *macros)
{
	as_buffer_clear(&macros->records);
	macros->fresh = 0;
}

static size_t record_size(const unsigned char *record)
{
	return RECORD_HEAD + (size_t)record[2] + ((size_t)record[3] << 8);
}

/* Removes the records of the ranks, or of one macro of them. */
static void forget(struct as_milter_macros *macros, unsigned int ranks, enum as_milter_macro macro)
{
	struct as_buffer *records = &macros->records;
	size_t at = 0;

	while (at < records->size) {
		unsigned char *record = records->data + at;
		size_t size = record_size(record);

		if ((ranks & 1u << record[0]) == 0 ||
		    (macro != AS_MILTER_MACRO_COUNT && record[1] != macro)) {
			at += size;
			continue;
		}
		memmove(record, record + size, records->size - at - size);
		records->size -= size;
	}
}

static void forget_from(struct as_milter_macros *macros, unsigned int rank)
{
	unsigned int ranks = ~((1u << rank) - 1);

	forget(macros, ranks, AS_MILTER_MACRO_COUNT);
	macros->fresh &= ~ranks;
}

void as_milter_macros_end_message(struct as_milter_macros *macros)
{
	forget_from(macros, RANK_MAIL);
}

static enum as_milter_macro macro_of(struct as_span name)
{
	if (name.size > 2 && name.data[0] == '{' && name.data[name.size - 1] == '}')
		name = as_span_slice(name, 1, name.size - 2);
	for (size_t i = 0; i < AS_MILTER_MACRO_COUNT; i++)
		if (as_span_equal(name, as_span_text(names[i])))
			return (enum as_milter_macro)i;
	return AS_MILTER_MACRO_COUNT;
}

static bool keep(struct as_milter_macros *macros, enum rank rank, enum as_milter_macro macro,
		 struct as_span value)
{
	size_t size =
		value.size < AS_MILTER_MACRO_VALUE_MAX ? value.size : AS_MILTER_MACRO_VALUE_MAX;
	unsigned char *record;

	forget(macros, 1u << rank, macro);
	record = as_buffer_reserve(&macros->records, RECORD_HEAD + size);
	if (record == NULL)
		return false;
	record[0] = (unsigned char)rank;
	record[1] = (unsigned char)macro;
	record[2] = (unsigned char)(size & 0xff);
	record[3] = (unsigned char)(size >> 8);
	if (size > 0)
		memcpy(record + RECORD_HEAD, value.data, size);
	as_buffer_commit(&macros->records, RECORD_HEAD + size);
	return true;
}

bool as_milter_macros_set(struct as_milter_macros *macros, struct as_span payload)
{
	struct as_span name, value;
	enum rank rank;

	if (payload.size == 0)
		return false;
	rank = rank_of(payload.data[0]);
	payload = as_span_from(payload, 1);
	if (rank != RANK_COUNT) {
		forget(macros, 1u << rank, AS_MILTER_MACRO_COUNT);
		macros->fresh |= 1u << rank;
	}
	while (payload.size > 0) {
		enum as_milter_macro macro;

		if (!as_milter_parse_string(&payload, &name) ||
		    !as_milter_parse_string(&payload, &value))
			return false;
		macro = macro_of(name);
		if (rank != RANK_COUNT && macro != AS_MILTER_MACRO_COUNT &&
		    !keep(macros, rank, macro, value))
			return false;
	}
	return true;
}

void as_milter_macros_command(struct as_milter_macros *macros, unsigned char command)
{
	enum rank rank = rank_of(command);

	if (rank == RANK_COUNT)
		return;
	if ((macros->fresh & 1u << rank) == 0)
		forget(macros, 1u << rank, AS_MILTER_MACRO_COUNT);
	macros->fresh &= ~(1u << rank);
	/* A new session or mail knows nothing of the one before. */
	if (rank <= RANK_MAIL)
		forget_from(macros, rank + 1);
}

struct as_span as_milter_macros_find(const struct as_milter_macros *macros,
				     enum as_milter_macro macro)
{
	const struct as_buffer *records = &macros->records;
	struct as_span found = as_span_make(NULL, 0);
	int best = -1;

	for (size_t at = 0; at < records->size; at += record_size(records->data + at)) {
		const unsigned char *record = records->data + at;
		size_t size = record_size(record) - RECORD_HEAD;

		/* Postfix sends an empty queue id where it has none yet. */
		if (record[1] != macro || size == 0 || record[0] < best)
			continue;
		best = record[0];
		found = as_span_make(record + RECORD_HEAD, size);
	}
	return found;
}

bool as_milter_macros_wanted(struct as_buffer *out)
{
	/* Stages are numbered as the protocol does it. TLS and authentication
	 * are asked for twice: servers differ in when they know them. */
	static const struct {
		unsigned char stage;
		const char *list;
	} wanted[] = {
		{0, "j {client_addr} {client_name} {client_resolve}"},
		{1, "{tls_version} {cipher}"},
		{2, "i {auth_authen} {tls_version} {cipher}"},
		{5, "i {auth_authen}"},
	};

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		const unsigned char stage[4] = {0, 0, 0, wanted[i].stage};

		as_buffer_append(out, stage, sizeof(stage));
		as_buffer_append(out, wanted[i].list, strlen(wanted[i].list) + 1);
	}
	return !out->failed;
}
