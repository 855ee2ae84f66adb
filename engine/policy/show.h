/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POLICY_SHOW_H
#define ASSAY_POLICY_SHOW_H

#include "policy/config_memory.h"

/* The pieces that as_config_show() is made of. */

/* Values go into double quotes, where libconfuse reads backslash escapes and
 * puts in environment variables for ${NAME}. */
void as_show_quoted(struct as_buffer *out, const char *text);
void as_show_list(struct as_buffer *out, const char *const *items, size_t count);
/* Ends a line that began at `begin`, marked unless it was set. */
void as_show_end(struct as_buffer *out, size_t begin, bool set);
/* An option of the top level. */
void as_show_option(const struct as_config *config, struct as_buffer *out, const char *key,
		    const char *value, bool quoted);

/* show_smime.c */
void as_show_smime(const struct as_config *config, struct as_buffer *out);

/* show_service.c */
void as_show_service(const struct as_config *config, struct as_buffer *out);
void as_show_listeners(const struct as_config *config, struct as_buffer *out);

#endif
