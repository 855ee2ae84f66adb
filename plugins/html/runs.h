/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_HTML_RUNS_H
#define ASSAY_HTML_RUNS_H

#include "job.h"

/*
 * Long runs of base64 or hexadecimal digits that no quotes enclose: in
 * comments, <textarea>, <template>, text nodes, behind a prefix, in scripts
 * without strings (PowerShell). Lines that consist of digits are joined.
 */

/* Shorter lines are prose: 64 digits, the shortest wrapping in use
 * (RFC 7468), hold twice this. */
#define HTML_MIN_LINE_DIGITS 32u

void html_runs_read(struct html_job *job);

#endif
