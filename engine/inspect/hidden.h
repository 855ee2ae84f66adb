/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_INSPECT_HIDDEN_H
#define ASSAY_INSPECT_HIDDEN_H

#include "inspect/scan.h"

/*
 * What a further reading brought to light, weighed by its consequence. Octets
 * that the ordinary reading has as well hide nothing; a file that it lacks is
 * high; content that any plugin finds worth stopping, and that stood where a
 * filter could have missed it, is critical.
 */
struct as_hidden_kind {
	const char *code; /* mime.hidden_part or mime.hidden_content */
	bool part;	  /* worth a word also when it is harmless text */
	bool shown;	  /* a client shows it, or whoever follows another claim of the
			     message does; else it was made out by its look */
	bool known;	  /* the octets, but for what stands at the end, are those of
			     the body in its ordinary reading */
	uint32_t clients; /* those that are known to (mime/clients.h) */
	const char *what; /* "a part", "data in base64": for the sentence */
};

/* Before the object is made and inspected. */
struct as_hidden_mark {
	size_t findings;
};
struct as_hidden_mark as_hidden_begin(const struct assay_scan *scan);

/* After as_object_inspect(). Reports on the object. */
void as_hidden_judge(struct assay_scan *scan, struct as_object *object, struct as_hidden_mark mark,
		     const struct as_hidden_kind *hidden);

/*
 * Whether a finding about a container says no more than that a reading was not
 * the right one: damage in what another reading decodes otherwise, or in what
 * was only made out by its look, as quoted files are; or that a bounce holds the
 * first half of a message only.
 */
bool as_hidden_is_doubtful(const struct assay_object *object, const char *code);

/* Whether it, or what it stands in, was only made out by its look: its own
 * structure is nothing that anybody meets. */
bool as_hidden_is_by_look(const struct assay_object *object);

/* A file to a person: a program, archive, document; no text or picture. */
bool as_hidden_is_file(const struct as_object *object);

#endif
