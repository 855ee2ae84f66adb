/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_FILETYPE_KNOWN_H
#define ASSAY_FILETYPE_KNOWN_H

#include "detect.h"

/*
 * libmagic, for binaries that the detector does not know. It is asked about
 * 4 KiB at most: the database's rules look further only for formats that the
 * detector knows itself, and time grows with size.
 */
#define FT_MAGIC_BYTES 4096u
/* Fewer octets than this prove nothing, and cost as much. */
#define FT_MAGIC_MIN 16u
/* It takes 0.2 ms whatever the size: of a message with more objects than this,
 * small ones that the own detector does not know stay unknown. */
#define FT_MAGIC_OBJECTS    100u
#define FT_MAGIC_SMALL_SIZE 2048u

struct ft_magic;

/* Loads the system's database and asks once, so that workers which are forked
 * later share all of it. NULL with the reason in error. */
struct ft_magic *ft_magic_new(char *error, size_t error_size);
void ft_magic_free(struct ft_magic *magic);

/* A media type cut at the first comma, semicolon or blank, a short name made
 * of it, and its class. The strings in *type_out live until the next call.
 * False when libmagic does not know either. */
bool ft_magic_ask(struct ft_magic *magic, struct as_span data, struct assay_type *type_out);

#endif
