/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POOL_REQUEST_H
#define ASSAY_POOL_REQUEST_H

#include "base/arena.h"
#include "base/buffer.h"
#include "pool/scanner.h"

/*
 * What travels beside the octets from the process that took the message to
 * the worker: who asked for what. Both ends are the same program, so the form
 * needs no version; a request that cannot be read is AS_E_PROTOCOL.
 */
struct as_request {
	/* Not "": no worker could finish the message; only the verdict that
	 * says so is wanted, and there are no octets. */
	const char *failure_code, *failure_text;
	bool is_message, guess, detail, answer;
	const char *id, *file;
	const char *policy; /* name, "": the one in force */
	uint64_t index, source_offset, source_size;
	struct assay_envelope envelope; /* no text is NULL */
};

/* An envelope of AS_POOL_REQUEST_MAX octets has as many pointers at most. */
#define AS_REQUEST_ARENA_BYTES ((size_t)160 << 20)

/* Appends; false when the buffer refuses. */
bool as_request_pack(struct as_buffer *out, const struct as_scanner_job *job);
/* The same request, packed before, after its failure. */
bool as_request_pack_failure(struct as_buffer *out, struct as_span packed, const char *code,
			     const char *text);
/* Strings point into in or the arena. */
int as_request_unpack(struct as_arena *arena, struct as_span in, struct as_request *request_out);

#endif
