/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_ARCHIVE_TNEF_NAMES_H
#define ASSAY_ARCHIVE_TNEF_NAMES_H

#include <assay/span.h>

/* Different names of one attachment; honest ones have two or three. */
#define TNEF_MAX_NAMES 8u
/* Octets of a name: twice what Windows stores. Longer ones lose their begin,
 * because the suffix tells the type. */
#define TNEF_MAX_NAME 512u

/* Where a name stands, the one that Outlook shows first. */
enum tnef_name_rank {
	TNEF_NAME_LONG = 0, /* PidTagAttachLongFilename */
	TNEF_NAME_TRANSPORT,
	TNEF_NAME_TITLE, /* PidTagAttachFilename, 8.3 */
	TNEF_NAME_PATH,	 /* of an attachment by reference: its last component */
	TNEF_NAME_DISPLAY,
	TNEF_NAME_EXTENSION, /* a suffix alone */
};

struct tnef_name {
	enum tnef_name_rank rank;
	size_t length;
	unsigned char text[TNEF_MAX_NAME];
};

/* Sorted by rank; no two with the same octets. */
struct tnef_names {
	struct tnef_name all[TNEF_MAX_NAMES];
	size_t count;
};

/* Copies a name, wide ones (UTF-16LE) as UTF-8, without the NULs at its end.
 * False when there is no room for one more; empty names are no names. */
bool tnef_names_add(struct tnef_names *names, struct as_span text, bool wide,
		    enum tnef_name_rank rank);

/*
 * The names that count, best first. Left out: the 8.3 form of the best name
 * (REPORT~1.DOC of a .docx), and display names of what has another name, which
 * are sentences. A suffix alone becomes a name where the best has another.
 * for_message: an embedded message, whose display name is its subject and
 * never that of a file. The result is written over names.
 */
void tnef_names_choose(struct tnef_names *names, bool for_message);

/* UTF-16LE from *at on as UTF-8, as much as fits; lone surrogates become
 * U+FFFD. Moves *at on, answers the octets written. */
size_t tnef_utf8(struct as_span wide, size_t *at, unsigned char *out, size_t room);

#endif
