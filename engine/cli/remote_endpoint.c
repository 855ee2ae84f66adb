/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/remote.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#ifndef ASSAY_RUN_DIR
#define ASSAY_RUN_DIR "/run/assay"
#endif

static int set_path(const char *path, struct as_endpoint *endpoint_out, struct as_error *error)
{
	struct as_endpoint endpoint = {.base = "http://localhost"};

	if (path[0] == '\0')
		return as_error_set(error, -EINVAL, "expected the path of a socket");
	if (strlen(path) >= sizeof(endpoint.socket))
		return as_error_set(error, -ENAMETOOLONG,
				    "%s: the path of a socket has at most %u octets", path,
				    AS_SOCKET_PATH_SIZE - 1);
	memcpy(endpoint.socket, path, strlen(path) + 1);
	memcpy(endpoint.text, path, strlen(path) + 1);
	*endpoint_out = endpoint;
	return 0;
}

/* The length of the host part when it means this machine, else 0. */
static size_t loopback_length(const char *text)
{
	static const char *const hosts[] = {"localhost", "[::1]"};
	size_t length;

	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		if (strncmp(text, hosts[i], strlen(hosts[i])) == 0)
			return strlen(hosts[i]);
	if (strncmp(text, "127.", 4) != 0)
		return 0;
	length = strspn(text, "0123456789.");
	return length <= strlen("127.255.255.255") ? length : 0;
}

/* text stands in whole, behind its scheme. */
static int set_loopback(const char *whole, const char *text, struct as_endpoint *endpoint_out,
			struct as_error *error)
{
	struct as_endpoint endpoint = {.socket = ""};
	size_t host = loopback_length(text), digits;
	unsigned int port = 0;
	int used = 0;

	if (host == 0)
		return as_error_set(error, -EINVAL,
				    "%s: mail is sent to this machine only; expected "
				    "http://127.0.0.1:PORT or the path of a socket",
				    whole);
	digits = text[host] == ':' ? strspn(text + host + 1, "0123456789") : 0;
	if (digits == 0 || digits > 5 || sscanf(text + host, ":%u%n", &port, &used) != 1 ||
	    port == 0 || port > 65535 ||
	    (strcmp(text + host + used, "") != 0 && strcmp(text + host + used, "/") != 0))
		return as_error_set(error, -EINVAL, "%s: expected http://127.0.0.1:PORT", whole);
	snprintf(endpoint.base, sizeof(endpoint.base), "http://%.*s:%u", (int)host, text, port);
	snprintf(endpoint.text, sizeof(endpoint.text), "%s", endpoint.base);
	*endpoint_out = endpoint;
	return 0;
}

int as_endpoint_parse(const char *text, struct as_endpoint *endpoint_out, struct as_error *error)
{
	if (strncmp(text, "unix:", 5) == 0)
		return set_path(text + 5, endpoint_out, error);
	if (strncmp(text, "http://", 7) == 0)
		return set_loopback(text, text + 7, endpoint_out, error);
	if (strncmp(text, "inet:", 5) == 0)
		return set_loopback(text, text + 5, endpoint_out, error);
	if (strstr(text, "://") != NULL)
		return as_error_set(error, -EINVAL,
				    "%s: expected the path of a socket or http://127.0.0.1:PORT",
				    text);
	return set_path(text, endpoint_out, error);
}

int as_endpoint_of(const struct as_service *service, enum as_protocol protocol,
		   struct as_endpoint *endpoint_out, struct as_error *error)
{
	for (size_t i = 0; i < service->listener_count; i++) {
		const struct as_listener_config *listener = &service->listeners[i];

		if (listener->protocol != protocol)
			continue;
		/* Only the service manager knows where such a socket is. */
		if (strncmp(listener->address, "systemd:", 8) == 0)
			continue;
		return as_endpoint_parse(listener->address, endpoint_out, error);
	}
	return as_error_set(error, -ENOENT,
			    "the configuration has no %s listener with an address; name its socket "
			    "with --socket",
			    as_protocol_name(protocol));
}

static int find_standard(enum as_protocol protocol, struct as_endpoint *endpoint_out,
			 struct as_error *error)
{
	char path[AS_SOCKET_PATH_SIZE];

	snprintf(path, sizeof(path), "%s/%s.sock", ASSAY_RUN_DIR, as_protocol_name(protocol));
	return set_path(path, endpoint_out, error);
}

/* config NULL: the standard sockets. */
static int find_all(const struct as_config *config, const enum as_protocol *protocols,
		    size_t protocol_count, struct as_endpoint *endpoints_out, size_t *count_out,
		    struct as_error *error)
{
	size_t count = 0;
	int rc = -ENOENT;

	for (size_t i = 0; i < protocol_count && count < AS_ENDPOINTS_MAX; i++) {
		struct as_endpoint *endpoint = &endpoints_out[count];

		rc = config != NULL
			     ? as_endpoint_of(&config->service, protocols[i], endpoint, error)
			     : find_standard(protocols[i], endpoint, error);
		count += rc == 0;
	}
	*count_out = count;
	return count > 0 ? 0 : rc;
}

int as_endpoints_find(const struct as_options *options, const enum as_protocol *protocols,
		      size_t protocol_count, struct as_endpoint *endpoints_out, size_t *count_out,
		      struct as_error *error)
{
	struct as_config *config = NULL;
	struct as_error fault = {.text = ""};
	int rc;

	*count_out = 0;
	error->text[0] = '\0';
	if (options->socket != NULL) {
		rc = as_endpoint_parse(options->socket, &endpoints_out[0], error);
		*count_out = rc == 0;
		return rc;
	}
	rc = as_options_try_config(options, &config, error);
	/* Another file was meant than that of the standard sockets' daemon. */
	if (rc < 0 && options->config != NULL)
		return rc;
	rc = find_all(config, protocols, protocol_count, endpoints_out, count_out, &fault);
	as_config_free(config);
	if (rc < 0)
		*error = fault;
	return rc;
}
