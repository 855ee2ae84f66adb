/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_RECALL_H
#define ASSAY_SMIME_RECALL_H

#include <assay/span.h>

#include <openssl/x509.h>

/*
 * Intermediate certificates of earlier messages, decoded. To decode one costs
 * OpenSSL 3.0 130 us, a third of what a signature costs in all, and mail of one
 * authority has the same one each time. Only those are kept that stood in a
 * path to an anchor without any fault, so that nobody but the authorities that
 * are trusted anyway can put anything here. They are found by their octets and
 * by nothing else, so that no verdict depends on what came before. Each worker
 * has its own; it goes with the worker.
 */
struct as_recall;

/* Authorities that write to one site on one day. */
#define AS_RECALL_MAX 64u

struct as_recall *as_recall_new(void); /* NULL without memory */
void as_recall_free(struct as_recall *recall);

/* A reference for the caller, or NULL. recall may be NULL. */
X509 *as_recall_find(const struct as_recall *recall, struct as_span der);
/* Takes a reference of its own, or does nothing. The oldest one makes room. */
void as_recall_keep(struct as_recall *recall, X509 *cert);

#endif
