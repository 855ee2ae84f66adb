/* SPDX-License-Identifier: BSD-2-Clause */
#include "rewrite/rewrite.h"

#include "base/assert.h"
#include "base/spool.h"
#include "rewrite/notice.h"
#include "rewrite/proof.h"

#include <errno.h>
#include <unistd.h>

/* As the line in front of the part ends: that is its delimiter. */
static const char *line_end_before(struct as_span message, size_t offset)
{
	bool crlf =
		offset >= 2 && message.data[offset - 1] == '\n' && message.data[offset - 2] == '\r';

	return crlf ? "\r\n" : "\n";
}

/* An empty body can share its blank line with the delimiter behind it, and a
 * message can end without a delimiter. */
static bool needs_line_end(struct as_span message, size_t end)
{
	return end == message.size || (message.data[end] != '\r' && message.data[end] != '\n');
}

static int put_notice(int fd, struct as_span message, const struct as_rewrite_part *part,
		      const char *id)
{
	const char *eol = line_end_before(message, part->entity->header_begin);
	struct as_buffer notice;
	int rc = -ENOMEM;

	as_buffer_init(&notice, 0);
	if (as_rewrite_notice(&notice, part, id, eol) &&
	    (!needs_line_end(message, part->entity->body_end) || as_buffer_text(&notice, eol)))
		rc = as_spool_write(fd, as_buffer_span(&notice));
	as_buffer_deinit(&notice);
	return rc;
}

static int put_message(int fd, const struct as_rewrite_plan *plan, struct as_span message,
		       const char *id)
{
	size_t done = 0;
	int rc = 0;

	for (size_t i = 0; i < plan->part_count && rc == 0; i++) {
		const struct as_entity *entity = plan->parts[i].entity;

		if (plan->parts[i].reason == NULL)
			continue;
		rc = as_spool_write(fd, as_span_slice(message, done, entity->header_begin - done));
		if (rc == 0)
			rc = put_notice(fd, message, &plan->parts[i], id);
		done = entity->body_end;
	}
	return rc == 0 ? as_spool_write(fd, as_span_from(message, done)) : rc;
}

static int prove(int fd, const struct as_rewrite_plan *plan, const struct as_limits *limits,
		 bool *proven_out)
{
	struct as_mapping mapping;
	off_t size = lseek(fd, 0, SEEK_END);
	int rc;

	if (size < 0)
		return -errno;
	rc = as_mapping_open(fd, 0, (uint64_t)size, &mapping);
	if (rc < 0)
		return rc;
	rc = as_rewrite_prove(plan, mapping.data, limits, proven_out);
	as_mapping_close(&mapping);
	return rc;
}

static int make(const struct as_rewrite_request *request, const struct as_rewrite_plan *plan,
		int *fd_out, const char **refused_out)
{
	const struct as_verdict_request *verdict = request->verdict;
	bool proven = false;
	int fd = -1;
	int rc;

	rc = as_spool_open("assay-changed", &fd);
	if (rc == 0)
		rc = put_message(fd, plan, request->message, verdict->source.id);
	if (rc == 0)
		rc = as_spool_seal(fd);
	if (rc == 0)
		rc = prove(fd, plan, &verdict->scan->engine->settings.limits, &proven);
	if (rc == 0 && !proven)
		*refused_out = "the message would not have the same parts without the attachment";
	if (rc == 0 && proven) {
		*fd_out = fd;
		fd = -1;
	}
	if (fd >= 0)
		close(fd);
	return rc;
}

int as_rewrite_apply(const struct as_rewrite_request *request, int *fd_out,
		     const char **refused_out)
{
	struct as_rewrite_plan plan = {.tree = NULL};
	struct as_ruling ruling;
	int rc;

	AS_ASSERT(request->verdict->strip_refused == NULL);
	*fd_out = -1;
	*refused_out = NULL;
	rc = as_verdict_rule(request->verdict, &ruling);
	if (rc < 0)
		return rc;
	if (ruling.decision.action == ASSAY_ACTION_STRIP) {
		rc = as_rewrite_plan_init(&plan, request->verdict->scan, &ruling);
		*refused_out = plan.refused;
		if (rc == 0 && plan.refused == NULL)
			rc = make(request, &plan, fd_out, refused_out);
		as_rewrite_plan_deinit(&plan);
	}
	as_ruling_deinit(&ruling);
	return rc;
}
