/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/sockets_address.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LOOPBACK_NET 127u

static const char *after(const char *text, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(text, prefix, length) == 0 ? text + length : NULL;
}

static int parse_unix(const char *path, struct as_sockaddr *address, struct as_error *error)
{
	size_t length = strlen(path);

	if (path[0] != '/' || path[length - 1] == '/')
		return as_error_set(error, AS_E_CONFIG, "\"%s\" is not the full path of a socket",
				    path);
	if (length >= sizeof(address->at.unix_.sun_path))
		return as_error_set(
			error, AS_E_CONFIG,
			"\"%s\" has %zu octets, and the kernel takes %zu in the path of "
			"a socket",
			path, length, sizeof(address->at.unix_.sun_path) - 1);
	address->kind = AS_SOCKADDR_UNIX;
	address->at.unix_.sun_family = AF_UNIX;
	memcpy(address->at.unix_.sun_path, path, length + 1);
	address->size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + 1);
	return 0;
}

static bool parse_port(const char *text, in_port_t *port_out)
{
	char *end;
	unsigned long port;

	if (!isdigit((unsigned char)text[0]))
		return false;
	port = strtoul(text, &end, 10);
	if (*end != '\0' || port == 0 || port > UINT16_MAX)
		return false;
	*port_out = htons((uint16_t)port);
	return true;
}

/* "127.0.0.1:8899" or "[::1]:8899" */
static bool parse_numbers(const char *text, struct as_sockaddr *address)
{
	char host[INET6_ADDRSTRLEN];
	const char *begin = text[0] == '[' ? text + 1 : text;
	const char *end = text[0] == '[' ? strchr(text, ']') : strrchr(text, ':');
	const char *colon = end != NULL && *end == ']' ? end + 1 : end;
	size_t length;

	if (colon == NULL || *colon != ':' || (size_t)(end - begin) >= sizeof(host))
		return false;
	length = (size_t)(end - begin);
	memcpy(host, begin, length);
	host[length] = '\0';
	if (text[0] == '[') {
		address->at.six.sin6_family = AF_INET6;
		address->size = sizeof(address->at.six);
		return inet_pton(AF_INET6, host, &address->at.six.sin6_addr) == 1 &&
		       parse_port(colon + 1, &address->at.six.sin6_port);
	}
	address->at.four.sin_family = AF_INET;
	address->size = sizeof(address->at.four);
	return inet_pton(AF_INET, host, &address->at.four.sin_addr) == 1 &&
	       parse_port(colon + 1, &address->at.four.sin_port);
}

static int parse_inet(const char *text, struct as_sockaddr *address, struct as_error *error)
{
	address->kind = AS_SOCKADDR_INET;
	if (!parse_numbers(text, address))
		return as_error_set(error, AS_E_CONFIG,
				    "\"inet:%s\" is not like inet:127.0.0.1:8899 or "
				    "inet:[::1]:8899",
				    text);
	if (!as_sockaddr_is_loopback(&address->at.any))
		return as_error_set(error, AS_E_CONFIG,
				    "\"inet:%s\" can be reached from outside; only 127.0.0.0/8 and "
				    "[::1] are allowed, since no protocol here asks who calls",
				    text);
	return 0;
}

int as_sockaddr_parse(const char *text, struct as_sockaddr *address_out, struct as_error *error)
{
	struct as_sockaddr address = {.kind = AS_SOCKADDR_SYSTEMD};
	const char *rest;
	int rc = 0;

	if ((rest = after(text, "unix:")) != NULL || (text[0] == '/' && (rest = text) != NULL))
		rc = parse_unix(rest, &address, error);
	else if ((rest = after(text, "inet:")) != NULL)
		rc = parse_inet(rest, &address, error);
	else if ((rest = after(text, "systemd:")) != NULL && rest[0] != '\0')
		address.name = rest;
	else
		rc = as_error_set(error, AS_E_CONFIG,
				  "\"%s\" is no address: unix:/path, inet:127.0.0.1:8899 or "
				  "systemd:NAME was expected",
				  text);
	if (rc == 0)
		*address_out = address;
	return rc;
}

bool as_sockaddr_is_loopback(const struct sockaddr *at)
{
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)(const void *)at;
	const struct sockaddr_in *four = (const struct sockaddr_in *)(const void *)at;

	switch (at->sa_family) {
	case AF_UNIX:
		return true;
	case AF_INET:
		return ntohl(four->sin_addr.s_addr) >> 24 == LOOPBACK_NET;
	case AF_INET6:
		return IN6_IS_ADDR_LOOPBACK(&six->sin6_addr) ||
		       (IN6_IS_ADDR_V4MAPPED(&six->sin6_addr) &&
			six->sin6_addr.s6_addr[12] == LOOPBACK_NET);
	default:
		return false;
	}
}

bool as_sockaddr_equal(const struct as_sockaddr *address, const struct sockaddr *at, socklen_t size)
{
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)(const void *)at;
	const struct sockaddr_in *four = (const struct sockaddr_in *)(const void *)at;
	const char *path = ((const struct sockaddr_un *)(const void *)at)->sun_path;
	size_t head = offsetof(struct sockaddr_un, sun_path);

	if (address->kind == AS_SOCKADDR_SYSTEMD || at->sa_family != address->at.any.sa_family)
		return false;
	switch (at->sa_family) {
	case AF_UNIX:
		/* The kernel's length may or may not count the NUL. */
		return size > head &&
		       strnlen(path, size - head) == strlen(address->at.unix_.sun_path) &&
		       strncmp(path, address->at.unix_.sun_path, size - head) == 0;
	case AF_INET:
		return four->sin_port == address->at.four.sin_port &&
		       four->sin_addr.s_addr == address->at.four.sin_addr.s_addr;
	case AF_INET6:
		return six->sin6_port == address->at.six.sin6_port &&
		       IN6_ARE_ADDR_EQUAL(&six->sin6_addr, &address->at.six.sin6_addr);
	default:
		return false;
	}
}
