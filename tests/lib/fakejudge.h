/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_TESTS_FAKEJUDGE_H
#define ASSAY_TESTS_FAKEJUDGE_H

#include <assay/plugin.h>

/*
 * What a plugin needs for tests of the engine: types are known by the first
 * octets ("PK" an archive, "MZ" a program, "<html", "From:" a mail). "EVIL"
 * anywhere is malware.test; an archive without "END" is damaged, one with
 * "LOCKED" encrypted. To be called in both phases.
 */
int fake_inspect(const struct assay_host *host, struct assay_scan *scan,
		 const struct assay_object *object, enum assay_phase phase);

#endif
