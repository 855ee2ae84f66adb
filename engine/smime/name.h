/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_NAME_H
#define ASSAY_SMIME_NAME_H

#include "base/arena.h"

#include <openssl/x509.h>

/* Octets shown of a distinguished name. */
#define AS_NAME_SHOWN 512u

/* RFC 2253 with UTF-8, printable. Never NULL. */
const char *as_name_text(struct as_arena *arena, const X509_NAME *name);

#endif
