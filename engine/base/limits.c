/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/limits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const struct as_limit_info as_limit_table[] = {
#define AS_LIMIT_ROW(name, standard, low, high, unit, reason)                                      \
	{#name, standard, low, high, unit, reason, offsetof(struct as_limits, name)},
	AS_LIMITS(AS_LIMIT_ROW)
#undef AS_LIMIT_ROW
};
const size_t as_limit_count = sizeof(as_limit_table) / sizeof(as_limit_table[0]);

static uint64_t *member(struct as_limits *limits, const struct as_limit_info *info)
{
	return (uint64_t *)(void *)((char *)limits + info->offset);
}

void as_limits_standard(struct as_limits *limits_out)
{
	for (size_t i = 0; i < as_limit_count; i++)
		*member(limits_out, &as_limit_table[i]) = as_limit_table[i].standard;
}

uint64_t as_limits_get(const struct as_limits *limits, const struct as_limit_info *info)
{
	uint64_t value;

	memcpy(&value, (const char *)limits + info->offset, sizeof(value));
	return value;
}

const struct as_limit_info *as_limits_find(const char *name)
{
	for (size_t i = 0; i < as_limit_count; i++)
		if (strcmp(as_limit_table[i].name, name) == 0)
			return &as_limit_table[i];
	return NULL;
}

int as_limits_set(struct as_limits *limits, const char *name, uint64_t value)
{
	const struct as_limit_info *info = as_limits_find(name);

	if (info == NULL)
		return -ENOENT;
	if (value < info->low || value > info->high)
		return -ERANGE;
	*member(limits, info) = value;
	return 0;
}

bool as_limits_parse(const char *text, uint64_t *value_out)
{
	static const struct {
		const char *suffix;
		unsigned int shift;
	} units[] = {{"", 0},	  {"k", 10}, {"kib", 10}, {"m", 20},
		     {"mib", 20}, {"g", 30}, {"gib", 30}};
	unsigned long long number;
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	number = strtoull(text, &end, 10);
	if (errno != 0)
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcasecmp(end, units[i].suffix) != 0)
			continue;
		if (number > UINT64_MAX >> units[i].shift)
			return false;
		*value_out = (uint64_t)number << units[i].shift;
		return true;
	}
	return false;
}
