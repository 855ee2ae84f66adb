/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_HTML_LINK_H
#define ASSAY_HTML_LINK_H

#include "job.h"

/*
 * data: links (RFC 2397 as the Fetch Standard reads it) wherever they stand:
 * an attribute, a style, a script. Elements are not looked for; what ends a
 * link is the mark in front of it.
 *
 * Wider than any browser: "base64" counts anywhere in the header, text of both
 * alphabets is taken, padding may stand within, and a string may go on behind
 * a "+".
 */

/* Octets before and behind a link that are searched for download="name", and
 * blanks before it that are passed over. Tags are short; what a script sets,
 * another reader finds. */
#define HTML_LINK_TAG_BYTES 512u

/* Offers what every link of the text holds. */
void html_links_read(struct html_job *job);

/* Documents in srcdoc attributes: references in them are resolved twice. */
void html_srcdoc_read(struct html_job *job);

/* The name that a script gives to what it saves: download = "name". */
void html_file_name_read(struct html_job *job);

#endif
