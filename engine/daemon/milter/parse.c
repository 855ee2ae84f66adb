/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/milter/parse.h"

#include <strings.h>
#include <sys/socket.h>

bool as_milter_parse_offer(struct as_span payload, struct as_milter_offer *offer_out)
{
	struct as_milter_offer offer;

	if (!as_span_be32(payload, 0, &offer.version) ||
	    !as_span_be32(payload, 4, &offer.actions) || !as_span_be32(payload, 8, &offer.steps))
		return false;
	*offer_out = offer;
	return true;
}

bool as_milter_parse_string(struct as_span *in, struct as_span *string_out)
{
	size_t end = as_span_find_byte(*in, 0, '\0');

	if (end == SIZE_MAX)
		return false;
	*string_out = as_span_slice(*in, 0, end);
	*in = as_span_from(*in, end + 1);
	return true;
}

bool as_milter_parse_strings(struct as_span payload, struct as_span *first_out)
{
	struct as_span first;

	if (!as_milter_parse_string(&payload, &first))
		return false;
	if (payload.size > 0 && payload.data[payload.size - 1] != '\0')
		return false;
	*first_out = first;
	return true;
}

bool as_milter_parse_connect(struct as_span payload, struct as_milter_connect *connect_out)
{
	struct as_milter_connect connect = {.family = 'U'};

	if (!as_milter_parse_string(&payload, &connect.host) || payload.size == 0)
		return false;
	connect.family = payload.data[0];
	if (connect.family == '4' || connect.family == '6' || connect.family == 'L') {
		/* The port is of no use, but has to be there. */
		if (payload.size < 3)
			return false;
		payload = as_span_from(payload, 3);
		if (!as_milter_parse_string(&payload, &connect.address))
			return false;
	}
	*connect_out = connect;
	return true;
}

bool as_milter_parse_address(struct as_span text, char address_out[INET6_ADDRSTRLEN])
{
	static const char prefix[] = "IPv6:";
	const size_t prefix_size = sizeof(prefix) - 1;
	char copy[INET6_ADDRSTRLEN];
	unsigned char binary[sizeof(struct in6_addr)];
	int family;

	if (text.size >= prefix_size &&
	    strncasecmp((const char *)text.data, prefix, prefix_size) == 0)
		text = as_span_from(text, prefix_size);
	if (text.size == 0 || text.size >= sizeof(copy) ||
	    as_span_find_byte(text, 0, '\0') != SIZE_MAX)
		return false;
	memcpy(copy, text.data, text.size);
	copy[text.size] = '\0';
	family = as_span_find_byte(text, 0, ':') == SIZE_MAX ? AF_INET : AF_INET6;
	if (inet_pton(family, copy, binary) != 1)
		return false;
	return inet_ntop(family, binary, address_out, INET6_ADDRSTRLEN) != NULL;
}

struct as_span as_milter_parse_path(struct as_span address)
{
	if (address.size > 0 && address.data[0] == '<')
		address = as_span_from(address, 1);
	if (address.size > 0 && address.data[address.size - 1] == '>')
		address = as_span_slice(address, 0, address.size - 1);
	return address;
}
