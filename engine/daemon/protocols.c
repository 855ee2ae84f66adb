/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/clamd/clamd.h"
#include "daemon/front_internal.h"
#include "daemon/http/http.h"
#include "daemon/milter/milter.h"

const struct as_protocol_ops *as_protocol_ops(enum as_protocol protocol)
{
	static const struct as_protocol_ops *const table[AS_PROTOCOL_COUNT] = {
		[AS_PROTOCOL_HTTP] = &as_http_ops,
		[AS_PROTOCOL_CLAMD] = &as_clamd_ops,
		[AS_PROTOCOL_MILTER] = &as_milter_ops,
		[AS_PROTOCOL_CONTROL] = &as_http_ops,
	};

	return table[protocol];
}
