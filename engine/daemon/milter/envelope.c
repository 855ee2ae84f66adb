/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/milter/envelope.h"

#include <errno.h>
#include <stdlib.h>

/* Replaces *text with the first octets of span. */
static bool keep(char **text, struct as_span span)
{
	size_t size = span.size < AS_MILTER_HOST_MAX ? span.size : AS_MILTER_HOST_MAX;
	char *copy = malloc(size + 1);

	if (copy == NULL)
		return false;
	if (size > 0)
		memcpy(copy, span.data, size);
	copy[size] = '\0';
	free(*text);
	*text = copy;
	return true;
}

void as_milter_client_deinit(struct as_milter_client *client)
{
	free(client->host);
	free(client->helo);
	*client = (struct as_milter_client){.host = NULL};
}

bool as_milter_client_connect(struct as_milter_client *client,
			      const struct as_milter_connect *connect)
{
	as_milter_client_deinit(client);
	if ((connect->family != '4' && connect->family != '6') ||
	    !as_milter_parse_address(connect->address, client->address))
		client->address[0] = '\0';
	return keep(&client->host, connect->host);
}

bool as_milter_client_helo(struct as_milter_client *client, struct as_span helo)
{
	return keep(&client->helo, helo);
}

void as_milter_mail_init(struct as_milter_mail *mail)
{
	as_buffer_init(&mail->addresses, AS_MILTER_ADDRESSES_MAX);
	mail->recipients = 0;
}

void as_milter_mail_deinit(struct as_milter_mail *mail)
{
	as_buffer_deinit(&mail->addresses);
	mail->recipients = 0;
}

static int add(struct as_milter_mail *mail, struct as_span address)
{
	unsigned char *room;

	if (address.size >= AS_MILTER_ADDRESSES_MAX - mail->addresses.size)
		return -EMSGSIZE;
	room = as_buffer_reserve(&mail->addresses, address.size + 1);
	if (room == NULL) {
		mail->addresses.failed = false;
		return -ENOMEM;
	}
	if (address.size > 0)
		memcpy(room, address.data, address.size);
	room[address.size] = '\0';
	as_buffer_commit(&mail->addresses, address.size + 1);
	return 0;
}

int as_milter_mail_from(struct as_milter_mail *mail, struct as_span address)
{
	as_buffer_clear(&mail->addresses);
	mail->recipients = 0;
	return add(mail, address);
}

int as_milter_mail_rcpt(struct as_milter_mail *mail, struct as_span address)
{
	int rc;

	if (mail->recipients >= AS_MILTER_RECIPIENTS_MAX)
		return -EMSGSIZE;
	rc = add(mail, address);
	if (rc == 0)
		mail->recipients++;
	return rc;
}

struct as_span as_milter_mail_next(const struct as_milter_mail *mail, size_t *at)
{
	struct as_span rest = as_span_from(as_buffer_span(&mail->addresses), *at);
	struct as_span address = as_span_make(NULL, 0);

	if (as_milter_parse_string(&rest, &address))
		*at += address.size + 1;
	return address;
}

/* The host name, if the server has verified it. */
static struct as_span verified_name(const struct as_milter_client *client,
				    const struct as_milter_macros *macros)
{
	struct as_span resolved = as_milter_macros_find(macros, AS_MILTER_MACRO_CLIENT_RESOLVE);
	struct as_span name = as_milter_macros_find(macros, AS_MILTER_MACRO_CLIENT_NAME);

	if (resolved.size > 0 && !as_span_equal(resolved, as_span_text("OK")))
		return as_span_make(NULL, 0);
	if (name.size == 0 && client->host != NULL)
		name = as_span_text(client->host);
	/* Sendmail writes the address in brackets where it knows no name. */
	if (as_span_equal(name, as_span_text("unknown")) || (name.size > 0 && name.data[0] == '['))
		return as_span_make(NULL, 0);
	return name;
}

static const char *client_address(struct as_arena *arena, const struct as_milter_client *client,
				  const struct as_milter_macros *macros)
{
	char address[INET6_ADDRSTRLEN] = "";

	if (client->address[0] != '\0')
		return as_arena_strdup(arena, client->address);
	as_milter_parse_address(as_milter_macros_find(macros, AS_MILTER_MACRO_CLIENT_ADDR),
				address);
	return as_arena_strdup(arena, address);
}

static const char *tls_of(struct as_arena *arena, const struct as_milter_macros *macros)
{
	struct as_span version = as_milter_macros_find(macros, AS_MILTER_MACRO_TLS_VERSION);
	struct as_span cipher = as_milter_macros_find(macros, AS_MILTER_MACRO_CIPHER);

	if (version.size == 0)
		return "";
	return as_arena_printf(arena, "%.*s%s%.*s", (int)version.size, (const char *)version.data,
			       cipher.size > 0 ? " " : "", (int)cipher.size,
			       cipher.size > 0 ? (const char *)cipher.data : "");
}

static bool add_addresses(struct as_arena *arena, const struct as_milter_mail *mail,
			  struct assay_envelope *envelope)
{
	const char **recipients = as_arena_array(arena, mail->recipients, sizeof(*recipients));
	size_t at = 0;

	if (recipients == NULL)
		return false;
	envelope->mail_from =
		as_arena_copy(arena, as_milter_parse_path(as_milter_mail_next(mail, &at)));
	for (size_t i = 0; i < mail->recipients; i++) {
		recipients[i] =
			as_arena_copy(arena, as_milter_parse_path(as_milter_mail_next(mail, &at)));
		if (recipients[i] == NULL)
			return false;
	}
	envelope->rcpt_to = recipients;
	envelope->rcpt_count = mail->recipients;
	return envelope->mail_from != NULL;
}

int as_milter_envelope_make(struct as_arena *arena, const struct as_milter_client *client,
			    const struct as_milter_macros *macros,
			    const struct as_milter_mail *mail, struct assay_envelope *envelope_out)
{
	struct assay_envelope envelope = {
		.client = client_address(arena, client, macros),
		.helo = as_arena_strdup(arena, client->helo != NULL ? client->helo : ""),
		.auth_user = as_arena_copy(
			arena, as_milter_macros_find(macros, AS_MILTER_MACRO_AUTH_AUTHEN)),
		.queue_id = as_arena_copy(arena,
					  as_milter_macros_find(macros, AS_MILTER_MACRO_QUEUE_ID)),
		.direction = "",
		.client_name = as_arena_copy(arena, verified_name(client, macros)),
		.tls = tls_of(arena, macros),
	};

	if (!add_addresses(arena, mail, &envelope) || envelope.client == NULL ||
	    envelope.helo == NULL || envelope.auth_user == NULL || envelope.queue_id == NULL ||
	    envelope.client_name == NULL || envelope.tls == NULL)
		return -ENOMEM;
	*envelope_out = envelope;
	return 0;
}
