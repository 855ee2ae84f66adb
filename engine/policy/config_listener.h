/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POLICY_CONFIG_LISTENER_H
#define ASSAY_POLICY_CONFIG_LISTENER_H

#include "policy/config_reading.h"

/* One section `listener`. False when its protocol is not known, so that the
 * rest cannot be judged; the fault has been told. */
bool as_listener_take(const struct as_section *section, struct as_listener_config *listener_out);

/* A listener that no section speaks of: section->cfg is NULL. */
void as_listener_standard(const struct as_section *section, enum as_protocol protocol,
			  struct as_listener_config *listener_out);

/* config_listener_own.c: what one protocol alone knows. */
void as_listener_take_own(const struct as_section *section, struct as_listener_config *listener);

/* The protocols that know an option, as bits; all when it is no special one. */
unsigned int as_listener_known_by(const char *key);

#endif
