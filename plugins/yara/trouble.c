/* SPDX-License-Identifier: BSD-2-Clause */
#include "trouble.h"

#include <stdarg.h>
#include <stdio.h>

void yp_trouble_init(struct yp_trouble *trouble, const struct assay_host *host)
{
	*trouble = (struct yp_trouble){.host = host};
}

void yp_error(struct yp_trouble *trouble, const char *format, ...)
{
	va_list args;

	if (trouble->errors++ > 0)
		return;
	va_start(args, format);
	vsnprintf(trouble->error, sizeof(trouble->error), format, args);
	va_end(args);
}

void yp_warn(struct yp_trouble *trouble, const char *format, ...)
{
	char text[400];
	va_list args;

	if (trouble->warnings++ >= YP_WARNINGS_LOGGED)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	trouble->host->log(NULL, ASSAY_LOG_WARNING, "yara: %s", text);
}

void yp_trouble_format(const struct yp_trouble *trouble, char *text, size_t size)
{
	if (trouble->errors > 1)
		snprintf(text, size, "%s (and %zu more errors in the rules)", trouble->error,
			 trouble->errors - 1);
	else
		snprintf(text, size, "%s", trouble->error);
}

void yp_trouble_end(const struct yp_trouble *trouble)
{
	if (trouble->warnings > YP_WARNINGS_LOGGED)
		trouble->host->log(NULL, ASSAY_LOG_WARNING, "yara: %zu more warnings of this set",
				   trouble->warnings - YP_WARNINGS_LOGGED);
}
