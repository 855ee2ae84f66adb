/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_ARCHIVE_NAMES_H
#define ASSAY_ARCHIVE_NAMES_H

#include "job.h"

/* Where a member would be written by a program that believes its name. */
enum arc_path {
	ARC_PATH_FINE = 0,
	ARC_PATH_ODD,	  /* absolute, or a device name of Windows: found in
			     honest archives too (rootfs tarballs, aux.c) */
	ARC_PATH_ESCAPES, /* climbs out by "..", drive letter, share, or NUL */
};

/* Both kinds of slash separate, because Windows takes both. */
enum arc_path arc_path_check(struct as_span name);
/* The same for a link called name that points to target. */
enum arc_path arc_link_check(struct as_span name, struct as_span target);

/* Reports archive.path_traversal for a member or for the target of a link. */
void arc_path_report(struct arc_job *job, struct as_span name, uint64_t offset);
void arc_link_report(struct arc_job *job, struct as_span name, struct as_span target);

/*
 * The name that a decompressor gives to its output: the object's first name
 * without its suffix, .tgz becoming .tar. Writes at most size octets, answers
 * how many; 0 when the object has no name.
 */
size_t arc_inner_name(const struct assay_object *object, char *buffer, size_t size);

/* Whether both names have the same last suffix, in any case. */
bool arc_same_suffix(struct as_span a, struct as_span b);

#endif
