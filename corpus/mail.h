/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_CORPUS_MAIL_H
#define ASSAY_CORPUS_MAIL_H

#include "bytes.h"

/* The boundary of all simple multiparts here; outside of base64's letters. */
#define CO_BOUNDARY "=_corpus.part"

/*
 * Writers of message text. Header blocks are not ended by co_headers(), so that
 * the caller's Content-* fields follow. Dates, ids and addresses are fixed:
 * the corpus has the same octets on every machine.
 */
void co_headers(struct co_bytes *mail, const char *subject);

/* Headers, an opened multipart/mixed and a first part of plain text. */
void co_open(struct co_bytes *mail, const char *subject);
void co_delimiter(struct co_bytes *mail);
void co_close(struct co_bytes *mail);

/* A body with its Content-Transfer-Encoding and the blank line before it. */
void co_base64_body(struct co_bytes *mail, const struct co_bytes *content);
void co_qp_body(struct co_bytes *mail, const struct co_bytes *content);

/* Only the encoded octets; width 0: in one line without an end. */
void co_base64(struct co_bytes *to, const struct co_bytes *content, size_t width);
void co_qp(struct co_bytes *to, const struct co_bytes *content);

/* A part: its header lines (each with a line end), then base64. */
void co_part(struct co_bytes *mail, const char *header, const struct co_bytes *content);
/* The same with one name in both usual places. */
void co_file(struct co_bytes *mail, const char *type, const char *name,
	     const struct co_bytes *content);

/* Whole messages of a text and one attachment. */
struct co_bytes *co_mail_with_part(const char *subject, const char *header,
				   const struct co_bytes *content);
struct co_bytes *co_mail_with_file(const char *subject, const char *type, const char *name,
				   const struct co_bytes *content);
/* A message of one text/plain part. */
struct co_bytes *co_mail_of_text(const char *subject, const char *text);

#endif
