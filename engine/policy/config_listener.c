/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/config_listener.h"

#include "policy/service_address.h"

#include <string.h>

#define CONNECTIONS_MAX 100000u
#define JOBS_MAX	100000u
#define SPOOL_MIN	((uint64_t)1 << 20)
#define SPOOL_MAX	((uint64_t)1 << 40)
/* Under a tenth of a second loaded machines time out by themselves; what
 * exceeds a day never ends. */
#define TIME_MIN_MS 100u
#define TIME_MAX_MS 86400000u

#define HTTP	    (1u << AS_PROTOCOL_HTTP)
#define CLAMD	    (1u << AS_PROTOCOL_CLAMD)
#define MILTER	    (1u << AS_PROTOCOL_MILTER)
#define CONTROL	    (1u << AS_PROTOCOL_CONTROL)
#define MAIL	    (HTTP | CLAMD | MILTER)

/*
 * What is not set. Anybody on the machine may send messages to clamd and
 * milter: their clients run as many users, and the loopback address is as
 * open. A mail server keeps an idle milter connection for the longest time that
 * SMTP allows between two commands, and more.
 */
static const struct as_listener_config standards[AS_PROTOCOL_COUNT] = {
	[AS_PROTOCOL_HTTP] = {.address = "unix:http.sock",
			      .mode = 0660,
			      .quarantine = AS_KEEP_CLIENT,
			      .connections = 8192,
			      .jobs = 256,
			      .spool_bytes = (uint64_t)512 << 20,
			      .first_byte_ms = 10000,
			      .keepalive_ms = 60000},
	[AS_PROTOCOL_CLAMD] = {.address = "unix:clamd.sock",
			       .mode = 0666,
			       .quarantine = AS_KEEP_CLIENT,
			       .connections = 8192,
			       .jobs = 256,
			       .spool_bytes = (uint64_t)512 << 20,
			       .first_byte_ms = 10000,
			       .keepalive_ms = 60000},
	[AS_PROTOCOL_MILTER] = {.address = "inet:127.0.0.1:8899",
				.mode = 0666,
				.quarantine = AS_KEEP_DISCARD,
				.connections = 8192,
				.jobs = 256,
				.spool_bytes = (uint64_t)512 << 20,
				.first_byte_ms = 30000,
				.keepalive_ms = 7210000},
	[AS_PROTOCOL_CONTROL] = {.address = "unix:control.sock",
				 .mode = 0600,
				 .connections = 64,
				 .first_byte_ms = 10000,
				 .keepalive_ms = 60000},
};
#define IDLE_MS	   30000u
#define REQUEST_MS 300000u

/* Which protocols know an option that not all know. */
static const struct {
	const char *key;
	unsigned int protocols;
} known_by[] = {
	{"fail", MAIL},	       {"quarantine", MAIL},
	{"policy", MAIL},      {"direction", MAIL},
	{"jobs", MAIL},	       {"spool_bytes", MAIL},
	{"users", CONTROL},    {"groups", CONTROL},
	{"incomplete", CLAMD}, {"reload", CLAMD},
	{"roots", CLAMD},      {"authserv_id", MILTER},
	{"headers", MILTER},   {"subject_prefix", MILTER},
};

static bool find_protocol(const char *word, enum as_protocol *protocol_out)
{
	for (int p = 0; p < AS_PROTOCOL_COUNT; p++) {
		if (strcmp(word, as_protocol_name((enum as_protocol)p)) == 0) {
			*protocol_out = (enum as_protocol)p;
			return true;
		}
	}
	return false;
}

/* False when it cannot be told; then nothing else can be judged. */
static bool take_protocol(const struct as_section *section, enum as_protocol *protocol_out)
{
	static const char words[] = "expected http, clamd, milter or control";
	const char *word = as_section_text(section, "protocol");
	enum as_protocol named = AS_PROTOCOL_HTTP;
	bool titled = find_protocol(cfg_title(section->cfg), &named);

	if (!as_section_has(section, "protocol")) {
		*protocol_out = named;
		if (!titled)
			as_faults_add(&section->reading->faults, as_section_line(section, ""),
				      "listener \"%s\" has no protocol: %s",
				      cfg_title(section->cfg), words);
		return titled;
	}
	if (!find_protocol(word, protocol_out)) {
		as_section_fault(section, "protocol", word, words);
		return false;
	}
	if (titled && named != *protocol_out)
		as_faults_add(&section->reading->faults, as_section_line(section, "protocol"),
			      "protocol = \"%s\": a listener of the name \"%s\" has the protocol "
			      "%s; choose another name",
			      word, cfg_title(section->cfg), cfg_title(section->cfg));
	return true;
}

unsigned int as_listener_known_by(const char *key)
{
	for (size_t i = 0; i < sizeof(known_by) / sizeof(known_by[0]); i++)
		if (strcmp(known_by[i].key, key) == 0)
			return known_by[i].protocols;
	return MAIL | CONTROL;
}

static void refuse_foreign(const struct as_section *section, enum as_protocol protocol)
{
	for (size_t i = 0; i < sizeof(known_by) / sizeof(known_by[0]); i++)
		if ((known_by[i].protocols & (1u << protocol)) == 0 &&
		    as_section_has(section, known_by[i].key))
			as_faults_add(&section->reading->faults,
				      as_section_line(section, known_by[i].key),
				      "%s means nothing for the protocol %s", known_by[i].key,
				      as_protocol_name(protocol));
}

static uint32_t parse_mode(const struct as_section *section, enum as_protocol protocol)
{
	const char *text = as_section_text(section, "mode");
	size_t digits = strspn(text, "01234567");
	uint32_t mode = 0;

	if (digits < 3 || digits > 4 || text[digits] != '\0' || (digits == 4 && text[0] != '0')) {
		as_section_fault(section, "mode", text, "expected octal digits such as 0660");
		return 0;
	}
	for (size_t i = 0; i < digits; i++)
		mode = mode * 8 + (uint32_t)(text[i] - '0');
	if (protocol == AS_PROTOCOL_CONTROL && (mode & 7u) != 0)
		as_section_fault(
			section, "mode", text,
			"expected nothing for others, such as 0660 and a group: who may connect "
			"can keep those out who control the daemon");
	return mode;
}

static void take_address(const struct as_section *section, struct as_listener_config *listener)
{
	struct as_arena *arena = &section->reading->config->memory->arena;
	bool given = as_section_has(section, "address");
	const char *text = given ? as_section_text(section, "address") : listener->address;
	const char *why = "";
	const char *address =
		as_address_parse(arena, text, section->reading->config->service.run_dir, &why);

	listener->group = as_section_text(section, "group");
	if (as_section_has(section, "mode"))
		listener->mode = parse_mode(section, listener->protocol);
	/* None is like no other. */
	listener->address = address != NULL ? address : "";
	if (address == NULL) {
		/* A default fails only for the run_dir that it stands in. */
		as_section_fault(section, "address", text, why);
		return;
	}
	if (listener->protocol == AS_PROTOCOL_CONTROL && strncmp(address, "inet:", 5) == 0)
		as_section_fault(section, "address", text,
				 "expected a UNIX socket, which tells who the client is");
	if (strncmp(address, "unix:", 5) == 0)
		return;
	if (as_section_has(section, "mode"))
		as_section_fault(section, "mode", as_section_text(section, "mode"),
				 "only a UNIX socket that assayd makes has a mode");
	if (as_section_has(section, "group"))
		as_section_fault(section, "group", listener->group,
				 "only a UNIX socket that assayd makes has a group");
}

static enum as_fail take_fail(const struct as_section *section)
{
	const char *word = as_section_text(section, "fail");

	if (!as_section_has(section, "fail"))
		return AS_FAIL_TEMPFAIL;
	for (int f = AS_FAIL_TEMPFAIL; f <= AS_FAIL_REJECT; f++)
		if (strcmp(word, as_fail_name((enum as_fail)f)) == 0)
			return (enum as_fail)f;
	as_section_fault(section, "fail", word, "expected tempfail, accept or reject");
	return AS_FAIL_TEMPFAIL;
}

static enum as_keep take_keep(const struct as_section *section, enum as_protocol protocol,
			      enum as_keep standard)
{
	bool milter = protocol == AS_PROTOCOL_MILTER;
	int first = milter ? AS_KEEP_DISCARD : AS_KEEP_CLIENT;
	int last = milter ? AS_KEEP_HOLD : AS_KEEP_STORE;
	const char *word = as_section_text(section, "quarantine");

	if (!as_section_has(section, "quarantine"))
		return standard;
	for (int k = first; k <= last; k++)
		if (strcmp(word, as_keep_name((enum as_keep)k)) == 0)
			return (enum as_keep)k;
	as_section_fault(section, "quarantine", word,
			 milter ? "expected discard, reject or hold" : "expected client or store");
	return standard;
}

static void take_policy(const struct as_section *section, struct as_listener_config *listener)
{
	char hint[128];

	listener->policy = as_section_text(section, "policy");
	listener->direction = as_section_text(section, "direction");
	if (listener->policy[0] != '\0' &&
	    as_config_lacks_policy(section->reading->config, listener->policy, hint, sizeof(hint)))
		as_faults_add(&section->reading->faults, as_section_line(section, "policy"),
			      "policy = \"%s\": there is no policy of that name; %s",
			      listener->policy, hint);
	if (listener->direction[0] != '\0' && strcmp(listener->direction, "inbound") != 0 &&
	    strcmp(listener->direction, "outbound") != 0 &&
	    strcmp(listener->direction, "internal") != 0)
		as_section_fault(section, "direction", listener->direction,
				 "expected inbound, outbound or internal");
}

static void take_bounds(const struct as_section *section, struct as_listener_config *listener)
{
	const struct {
		const char *key;
		uint64_t *to;
	} times[] = {
		{"first_byte_ms", &listener->first_byte_ms},
		{"idle_ms", &listener->idle_ms},
		{"request_ms", &listener->request_ms},
		{"keepalive_ms", &listener->keepalive_ms},
	};

	listener->idle_ms = IDLE_MS;
	listener->request_ms = REQUEST_MS;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		if (as_section_has(section, times[i].key))
			*times[i].to = as_section_number(section, times[i].key, TIME_MIN_MS,
							 TIME_MAX_MS, "ms");
	if (as_section_has(section, "connections"))
		listener->connections = (uint32_t)as_section_number(section, "connections", 1,
								    CONNECTIONS_MAX, "connections");
	if (as_section_has(section, "jobs"))
		listener->jobs =
			(uint32_t)as_section_number(section, "jobs", 1, JOBS_MAX, "messages");
	if (as_section_has(section, "spool_bytes"))
		listener->spool_bytes = as_section_size(section, "spool_bytes", SPOOL_MIN,
							SPOOL_MAX, "1MiB to 1024GiB");
}

static void take_listener(const struct as_section *section, enum as_protocol protocol,
			  struct as_listener_config *listener)
{
	*listener = standards[protocol];
	listener->protocol = protocol;
	listener->name = section->cfg != NULL
				 ? as_config_keep(section->reading->config, cfg_title(section->cfg))
				 : as_protocol_name(protocol);
	listener->policy = listener->direction = "";
	listener->authserv_id = listener->subject_prefix = "";
	if (section->cfg != NULL)
		refuse_foreign(section, protocol);
	take_address(section, listener);
	take_bounds(section, listener);
	if (protocol != AS_PROTOCOL_CONTROL) {
		listener->fail = take_fail(section);
		listener->quarantine = take_keep(section, protocol, listener->quarantine);
		take_policy(section, listener);
	}
	as_listener_take_own(section, listener);
}

bool as_listener_take(const struct as_section *section, struct as_listener_config *listener_out)
{
	enum as_protocol protocol;

	if (!take_protocol(section, &protocol))
		return false;
	take_listener(section, protocol, listener_out);
	return true;
}

void as_listener_standard(const struct as_section *section, enum as_protocol protocol,
			  struct as_listener_config *listener_out)
{
	take_listener(section, protocol, listener_out);
}
