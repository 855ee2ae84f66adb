/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_CORPUS_OFFICE_H
#define ASSAY_CORPUS_OFFICE_H

#include "bytes.h"

/* Office documents: OOXML packages (ECMA-376) and OLE2 files (MS-CFB). */
struct co_bytes *co_docx(void);
struct co_bytes *co_xlsx(void);
/* A document with an inner file at word/embeddings/. */
struct co_bytes *co_docx_with(const char *name, const struct co_bytes *content);
/* With a VBA project that holds no code. */
struct co_bytes *co_docm(void);

/* An OLE2 file with the class id of Windows Installer and one stream. */
struct co_bytes *co_msi(void);
struct co_bytes *co_vba_project(void);

struct co_bytes *co_jar(void);

#endif
