/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_FOLDERS_H
#define ASSAY_DAEMON_FOLDERS_H

#include "daemon/drop.h"

/* The folders that the daemon makes: of the sockets, of the quarantine. */

/*
 * Makes path and what is missing above it, all owned by account when we are
 * root; what exists stays as it is. mode is that of the last one, the others
 * get 0755.
 */
int as_folder_make(const char *path, mode_t mode, const struct as_account *account,
		   struct as_error *error);

/*
 * Whether as_folder_make() would do and this process could then write there;
 * changes nothing. may_make: root will make what is missing.
 */
int as_folder_check(const char *path, bool may_make, struct as_error *error);

/* Whether some listener keeps messages, so that a store is needed. */
bool as_folder_stores(const struct as_service *service);

#endif
