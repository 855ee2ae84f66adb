/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_OID_TABLE_H
#define ASSAY_SMIME_OID_TABLE_H

#include "smime/oid.h"

/* In ascending order of size, then octets; an id stands several times when
 * several identifiers mean the same or form a family. */
extern const struct as_oid as_oid_table[];
extern const size_t as_oid_table_count;

#endif
