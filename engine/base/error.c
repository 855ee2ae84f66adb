/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int as_error_set(struct as_error *error, int code, const char *format, ...)
{
	va_list args;

	if (error == NULL)
		return code;
	error->code = code;
	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	return code;
}

const char *as_code_text(int code)
{
	switch (code) {
	case AS_E_CONFIG:
		return "configuration is wrong";
	case AS_E_PLUGIN:
		return "plugin cannot be used";
	case AS_E_CANARY:
		return "plugin did not find its canary";
	case AS_E_PROTOCOL:
		return "protocol error between processes";
	case AS_E_GONE:
		return "process has ended";
	case AS_E_FORMAT:
		return "other format than expected";
	case AS_E_LIMIT:
		return "limit reached";
	default:
		return strerror(code < 0 ? -code : code);
	}
}
