/* SPDX-License-Identifier: BSD-2-Clause */
#include "types.h"

#include <stdlib.h>

static const struct ft_type types[FT_COUNT] = {
#define X(id, mime, name, type_class, family)                                                      \
	[FT_##id] = {mime, name, ASSAY_CLASS_##type_class, FT_F_##family},
#include "types.def"
#undef X
};

const struct ft_type *ft_type(enum ft_id id)
{
	if ((unsigned int)id >= FT_COUNT)
		abort();
	return &types[id];
}

enum ft_id ft_type_find(const char *mime)
{
	for (unsigned int id = 0; id < FT_COUNT; id++)
		if (strcmp(types[id].mime, mime) == 0)
			return (enum ft_id)id;
	return FT_UNKNOWN;
}
