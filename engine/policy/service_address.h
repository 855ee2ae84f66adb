/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POLICY_SERVICE_ADDRESS_H
#define ASSAY_POLICY_SERVICE_ADDRESS_H

#include "base/arena.h"

/* sun_path of struct sockaddr_un, without the final NUL. */
#define AS_UNIX_PATH_MAX 107u

/*
 * The address of a listener as people write it, in the one form that struct
 * as_listener_config has: two addresses of the same socket are equal texts.
 *
 *     unix:PATH, or a path that begins with "/"; else below run_dir
 *     inet:127.0.0.1:PORT, inet:[::1]:PORT, also without "inet:"
 *     systemd:NAME
 *
 * Loopback addresses only: no protocol here encrypts or knows its clients.
 * Returns NULL when text is none; *why_out, static, says what was expected.
 */
const char *as_address_parse(struct as_arena *arena, const char *text, const char *run_dir,
			     const char **why_out);

#endif
