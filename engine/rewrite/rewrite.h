/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_REWRITE_REWRITE_H
#define ASSAY_REWRITE_REWRITE_H

#include "policy/verdict.h"

/*
 * The action strip: the message without the attachments that policy objects to.
 * Each is replaced by a short text part that says what was there; every other
 * octet stays as it was.
 *
 * It is refused, and the message then kept back as a whole, whenever that could
 * leave something behind, or break what must stay exact:
 * - a finding is not within a part of the message itself: header, gaps between
 *   parts, other readings, forwarded messages, the message as a whole;
 * - the part is the whole message, or below multipart/signed or encrypted;
 * - other parsers read the message otherwise;
 * - more was found than was kept, or a limit ended the inspection;
 * - the changed message would not have the structure of the old one.
 * A part whose content, or a member of it, equals something that is to be
 * taken out goes, too: equal octets are unpacked only once.
 *
 * Runs in a worker.
 */
struct as_rewrite_request {
	/* strip_refused must be NULL. */
	const struct as_verdict_request *verdict;
	struct as_span message; /* the octets that were inspected */
};

/*
 * 0: *fd_out is a sealed spool with the changed message, the caller's; or it is
 * -1 and nothing is to be changed: *refused_out then says why not, in static
 * words, or is NULL when policy does not want it. -ENOMEM and what making a
 * spool answers.
 */
int as_rewrite_apply(const struct as_rewrite_request *request, int *fd_out,
		     const char **refused_out);

#endif
