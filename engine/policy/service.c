/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/service.h"

#include "base/assert.h"

const char *as_protocol_name(enum as_protocol protocol)
{
	static const char *const names[AS_PROTOCOL_COUNT] = {
		[AS_PROTOCOL_HTTP] = "http",
		[AS_PROTOCOL_CLAMD] = "clamd",
		[AS_PROTOCOL_MILTER] = "milter",
		[AS_PROTOCOL_CONTROL] = "control",
	};

	AS_ASSERT((unsigned int)protocol < AS_PROTOCOL_COUNT);
	return names[protocol];
}

const char *as_fail_name(enum as_fail fail)
{
	static const char *const names[] = {
		[AS_FAIL_TEMPFAIL] = "tempfail",
		[AS_FAIL_ACCEPT] = "accept",
		[AS_FAIL_REJECT] = "reject",
	};

	AS_ASSERT((unsigned int)fail <= AS_FAIL_REJECT);
	return names[fail];
}

const char *as_keep_name(enum as_keep keep)
{
	static const char *const names[] = {
		[AS_KEEP_CLIENT] = "client",   [AS_KEEP_STORE] = "store",
		[AS_KEEP_DISCARD] = "discard", [AS_KEEP_REJECT] = "reject",
		[AS_KEEP_HOLD] = "hold",
	};

	AS_ASSERT((unsigned int)keep <= AS_KEEP_HOLD);
	return names[keep];
}
