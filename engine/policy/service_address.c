/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/service_address.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* systemd.socket(5): FileDescriptorName. */
#define SYSTEMD_NAME_MAX 255u

static const char expected[] = "expected unix:PATH, inet:127.0.0.1:PORT, inet:[::1]:PORT or "
			       "systemd:NAME";
static const char not_loopback[] =
	"expected a loopback address (127.0.0.1 or [::1]): whole messages would cross the network "
	"in the clear, and anybody could send some";
static const char odd_port[] = "expected a port of 1 to 65535 behind the address";
static const char odd_path[] = "expected the path of a socket, not of a folder";
static const char long_path[] = "expected a path of at most 107 octets, which is what a UNIX "
				"socket can have";
static const char odd_name[] = "expected systemd: and a FileDescriptorName of that socket unit: "
			       "printable characters without colons, at most 255";

/* Without "//" and "/./", so that equal places are equal texts. */
static void squeeze(char *path)
{
	char *to = path;

	for (const char *from = path; *from != '\0';) {
		if (from[0] == '/' && from[1] == '/')
			from++;
		else if (from[0] == '/' && from[1] == '.' && from[2] == '/')
			from += 2;
		else
			*to++ = *from++;
	}
	*to = '\0';
}

static const char *parse_unix(struct as_arena *arena, const char *path, const char *run_dir,
			      const char **why_out)
{
	char *whole = path[0] == '/' ? as_arena_strdup(arena, path)
				     : as_arena_printf(arena, "%s/%s", run_dir, path);
	size_t size;

	*why_out = odd_path;
	if (whole == NULL || path[0] == '\0')
		return NULL;
	squeeze(whole);
	size = strlen(whole);
	if (whole[size - 1] == '/')
		return NULL;
	*why_out = long_path;
	return size <= AS_UNIX_PATH_MAX ? as_arena_printf(arena, "unix:%s", whole) : NULL;
}

static bool parse_port(const char *text, unsigned long *port_out)
{
	size_t digits = strspn(text, "0123456789");

	if (digits == 0 || digits > 5 || text[digits] != '\0')
		return false;
	*port_out = strtoul(text, NULL, 10);
	return *port_out >= 1 && *port_out <= 65535;
}

/* The host in its usual form, with brackets for IPv6; NULL when it is no
 * address of this machine alone. */
static const char *loopback(struct as_arena *arena, const char *host, bool six)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr address6;
	struct in_addr address;

	if (six)
		return inet_pton(AF_INET6, host, &address6) == 1 && IN6_IS_ADDR_LOOPBACK(&address6)
			       ? "[::1]"
			       : NULL;
	if (inet_pton(AF_INET, host, &address) != 1 || ntohl(address.s_addr) >> 24 != 127)
		return NULL;
	inet_ntop(AF_INET, &address, text, sizeof(text));
	return as_arena_strdup(arena, text);
}

static const char *parse_inet(struct as_arena *arena, const char *text, const char **why_out)
{
	bool six = text[0] == '[';
	char *host = as_arena_strdup(arena, six ? text + 1 : text);
	char *end = host == NULL ? NULL : six ? strchr(host, ']') : strrchr(host, ':');
	unsigned long port;
	const char *known;

	*why_out = odd_port;
	if (end == NULL || (six && end[1] != ':') || !parse_port(end + (six ? 2 : 1), &port))
		return NULL;
	*end = '\0';
	known = loopback(arena, host, six);
	*why_out = not_loopback;
	return known != NULL ? as_arena_printf(arena, "inet:%s:%lu", known, port) : NULL;
}

static const char *parse_systemd(struct as_arena *arena, const char *name, const char **why_out)
{
	size_t size = strlen(name);

	*why_out = odd_name;
	if (size == 0 || size > SYSTEMD_NAME_MAX)
		return NULL;
	for (size_t i = 0; i < size; i++)
		if (name[i] <= ' ' || name[i] > '~' || name[i] == ':')
			return NULL;
	return as_arena_printf(arena, "systemd:%s", name);
}

const char *as_address_parse(struct as_arena *arena, const char *text, const char *run_dir,
			     const char **why_out)
{
	if (strncmp(text, "unix:", 5) == 0)
		return parse_unix(arena, text + 5, run_dir, why_out);
	if (text[0] == '/')
		return parse_unix(arena, text, run_dir, why_out);
	if (strncmp(text, "inet:", 5) == 0)
		return parse_inet(arena, text + 5, why_out);
	if (text[0] == '[' || (text[0] >= '0' && text[0] <= '9'))
		return parse_inet(arena, text, why_out);
	if (strncmp(text, "systemd:", 8) == 0)
		return parse_systemd(arena, text + 8, why_out);
	*why_out = expected;
	return NULL;
}
