/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/assert.h"
#include "mime/charset.h"
#include "mime/coverage.h"
#include "mime/crosscheck.h"
#include "mime/mime.h"
#include "mime/raw.h"
#include "mime/readings.h"
#include "mime/tree.h"

#include <errno.h>

#include <gmime/gmime.h>

/* So many NULs that the message is not text. */
#define BINARY_NULS 8u

static void ignore_log(const gchar *domain, GLogLevelFlags level, const gchar *text, gpointer data)
{
	(void)domain;
	(void)level;
	(void)text;
	(void)data;
}

int as_mime_init(void)
{
	g_mime_init();
	/* A mail must not be able to write to anybody's terminal or log. */
	g_log_set_default_handler(ignore_log, NULL);
	return as_charset_init();
}

/* Binary data holds a dot between two CRs by chance, once in 16 MB. */
static bool is_binary(const struct as_raw_report *raw)
{
	return raw->nul.count >= BINARY_NULS && !raw->nul_only_at_end;
}

static void note_ends(struct as_mime_tree *tree, const struct as_raw_report *raw)
{
	if (raw->envelopes.count > 0)
		as_mime_note(tree, "mime.end_of_data", ASSAY_SEVERITY_DEFAULT, raw->envelopes.first,
			     NULL,
			     "commands for a further message follow a line that a server may "
			     "take for the end of this one (SMTP smuggling)");
	else if (raw->odd_dots.count > 0)
		as_mime_note(tree, "mime.end_of_data",
			     is_binary(raw) ? ASSAY_LOW : ASSAY_SEVERITY_DEFAULT,
			     raw->odd_dots.first, NULL,
			     "a dot between unusual line ends: some servers take it for the end of "
			     "the message, others for text");
	else if (raw->mixed_dots.count > 0)
		as_mime_note(tree, "mime.end_of_data", ASSAY_LOW, raw->mixed_dots.first, NULL,
			     "a line of one dot ends with LF alone, and other lines with CRLF");
	else if (raw->last_dots.count > 0)
		as_mime_note(tree, "mime.end_of_data", ASSAY_INFO, raw->last_dots.first, NULL,
			     "the message ends with a line of one dot");
	else if (raw->plain_dots.count > 0)
		as_mime_note(tree, "mime.end_of_data", ASSAY_INFO, raw->plain_dots.first, NULL,
			     "a line of one dot, which SMTP would have doubled");
}

static void note_raw(struct as_mime_tree *tree, const struct as_raw_report *raw)
{
	/* Mailing lists and old gateways leave NULs at the very end. */
	if (raw->nul.count > 0)
		as_mime_note(tree, "mime.nul", raw->nul_only_at_end ? ASSAY_INFO : ASSAY_LOW,
			     raw->nul.first, NULL, NULL);
	note_ends(tree, raw);
	if (raw->terminator == '\r')
		as_mime_note(tree, "mime.line_endings", ASSAY_LOW, raw->lone_cr.first, NULL,
			     "all lines end with a lone CR");
	else if (raw->cr_delimiter.count > 0 && tree->root->kind != AS_ENTITY_LEAF)
		as_mime_note(tree, "mime.line_endings", ASSAY_MEDIUM, raw->cr_delimiter.first, NULL,
			     "a line that may be a delimiter begins behind a lone CR");
	else if (raw->lone_cr.count > 0)
		as_mime_note(tree, "mime.line_endings", ASSAY_INFO, raw->lone_cr.first, NULL,
			     "lone CRs");
	else if (raw->crlf.count > 0 && raw->lone_lf.count > 0)
		as_mime_note(tree, "mime.line_endings", ASSAY_INFO, raw->lone_lf.first, NULL,
			     "some lines end with CRLF and some with LF");
}

/* Limits that the raw pass found and the tree did not: an address field of too
 * many groups in what the tree takes for a body, or delimiter-like lines where
 * it has no multipart. */
static void note_raw_limits(struct as_mime_tree *tree, const struct as_raw_report *raw,
			    const struct as_tree_result *result)
{
	uint32_t exceeded = raw->exceeded & ~result->exceeded;

	if ((exceeded & ~(uint32_t)AS_RAW_DELIMITERS) != 0)
		as_mime_note(tree, "limit.headers", ASSAY_SEVERITY_DEFAULT, 0, NULL, NULL);
	if ((exceeded & AS_RAW_DELIMITERS) != 0 && !result->cut)
		as_mime_note(tree, "limit.objects", ASSAY_SEVERITY_DEFAULT, raw->delimiters.first,
			     NULL, "too many lines that begin like a delimiter");
}

/* A message without LF is one line to GMime. */
static bool gmime_may_see(const struct as_mime_tree *tree, const struct as_raw_report *raw,
			  const struct as_tree_result *result)
{
	return raw->terminator == '\n' && tree->message.size <= AS_GMIME_BYTES_MAX &&
	       raw->exceeded == 0 && result->exceeded == 0 && !result->cut;
}

static int parse(struct as_arena *arena, struct as_span message, const struct as_limits *limits,
		 bool readings, struct as_mime_tree **tree_out)
{
	struct as_mime_tree *tree = as_arena_alloc(arena, sizeof(*tree));
	struct as_tree_result result;
	struct as_raw_report raw;
	int rc;

	if (tree == NULL)
		return -ENOMEM;
	tree->message = message;
	tree->arena = arena;
	as_raw_scan(message, limits, &raw);
	rc = as_tree_scan(tree, limits, raw.terminator, &result);
	if (rc < 0)
		return rc;
	AS_ASSERT(as_coverage_complete(tree->regions, tree->region_count, message.size));
	note_raw(tree, &raw);
	note_raw_limits(tree, &raw, &result);
	if (readings)
		rc = as_readings_collect(tree, limits, raw.terminator);
	if (rc < 0)
		return rc;
	tree->gmime_skipped = !gmime_may_see(tree, &raw, &result);
	if (message.size > AS_GMIME_BYTES_MAX)
		as_mime_note(tree, "limit.message_size", ASSAY_SEVERITY_DEFAULT, 0, NULL, NULL);
	if (!tree->gmime_skipped) {
		rc = as_crosscheck(tree);
		if (rc < 0)
			return rc;
	}
	if (tree->notes_lost)
		return -ENOMEM;
	*tree_out = tree;
	return 0;
}

int as_mime_parse(struct as_arena *arena, struct as_span message, const struct as_limits *limits,
		  struct as_mime_tree **tree_out)
{
	return parse(arena, message, limits, true, tree_out);
}

int as_mime_parse_primary(struct as_arena *arena, struct as_span message,
			  const struct as_limits *limits, struct as_mime_tree **tree_out)
{
	return parse(arena, message, limits, false, tree_out);
}
