/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_CORPUS_MANIFEST_H
#define ASSAY_CORPUS_MANIFEST_H

#include "case.h"

/*
 * manifest.json: an array with one object per message: file (relative to the
 * manifest), title, explanation, action, codes (must be there), never (must
 * not), complete, object (SHA-256 of an object that must have been inspected,
 * or "").
 */
struct co_manifest;

struct co_manifest *co_manifest_new(void);
void co_manifest_add(struct co_manifest *manifest, const char *file, const struct co_case *row);
/* Writes the file and frees the manifest. */
void co_manifest_close(struct co_manifest *manifest, const char *path);

#endif
