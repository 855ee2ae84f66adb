/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/single.h"

#include "base/id.h"
#include "cli/options.h"
#include "inspect/codes.h"

#include <errno.h>

#define POLL_MS 100

static void on_trouble(void *context, enum as_trouble kind, const char *path, const char *why)
{
	struct as_single *single = context;

	if (kind == AS_TROUBLE_SKIPPED)
		return;
	as_complain(single->verb, "%s: %s", path, why);
	single->told = true;
}

/* The item that is meant. Counts on to tell how many there are. */
static bool find_item(struct as_single *single, struct as_mailbox *mailbox,
		      struct as_item *item_out)
{
	uint64_t count = 0;
	int rc;

	while ((rc = as_mailbox_next(mailbox, item_out)) > 0) {
		if (count++ == single->index)
			return true;
		as_item_release(item_out);
	}
	if (rc < 0)
		as_complain(single->verb, "%s: %s", single->path, as_code_text(rc));
	else if (count > 0)
		as_complain(single->verb, "%s has %llu message%s; --index counts from 0",
			    single->path, (unsigned long long)count, count == 1 ? "" : "s");
	else if (!single->told)
		as_complain(single->verb, "%s: there is nothing in it", single->path);
	else if (as_code_find(single->path) != NULL)
		as_complain(single->verb, "for a code: assay findings %s", single->path);
	return false;
}

static void on_done(void *context, const struct as_scanner_result *result)
{
	struct as_single *single = context;

	single->done = true;
	single->outcome = result->outcome;
	single->action = result->summary.action;
	as_buffer_append(&single->verdict, result->json.data, result->json.size);
}

static int inspect(struct as_single *single, struct as_scanner *scanner, const struct as_item *item)
{
	char id[AS_ID_SIZE];
	const struct as_scanner_job job = {
		.fd = item->fd,
		.offset = item->offset,
		.size = item->size,
		.is_message =
			single->is_message != NULL ? single->is_message(item) : item->is_message,
		.detail = single->detail,
		.id = id,
		.file = item->file->path,
		.source_offset = item->source_offset,
		.source_size = item->source_size,
		.index = item->index,
		.cookie = single,
	};
	int rc;

	as_id_make(&as_clock_system, id);
	rc = as_scanner_submit(scanner, &job);
	while (rc >= 0 && !single->done)
		rc = *single->stop != 0 ? -EINTR
					: as_scanner_poll(scanner, POLL_MS, on_done, single);
	if (rc >= 0 && single->verdict.failed)
		rc = -ENOMEM;
	return rc < 0 ? rc : 0;
}

static bool inspect_item(struct as_single *single, const struct as_config *config,
			 const struct as_item *item)
{
	const struct as_scanner_settings settings = {
		.config = config, .workers = 1, .generation = 1, .clock = &as_clock_system};
	struct as_error error = {.text = ""};
	struct as_scanner *scanner = NULL;
	int rc = as_scanner_open(&settings, &scanner, &error);

	if (rc == 0)
		rc = inspect(single, scanner, item);
	as_scanner_close(scanner);
	if (rc < 0)
		as_complain(single->verb, "%s",
			    error.text[0] != '\0' ? error.text : as_code_text(rc));
	return rc == 0;
}

bool as_single_inspect(struct as_single *single, const struct as_config *config)
{
	const struct as_mailbox_settings settings = {
		.copy_bytes_max = config->engine.limits.message_bytes,
		.stop = single->stop,
		.trouble = on_trouble,
		.context = single,
	};
	struct as_mailbox *mailbox = NULL;
	struct as_item item;
	bool good = false;
	int rc = as_mailbox_open(&settings, &single->path, 1, &mailbox);

	if (rc < 0) {
		as_complain(single->verb, "%s", as_code_text(rc));
	} else if (find_item(single, mailbox, &item)) {
		good = inspect_item(single, config, &item);
		as_item_release(&item);
	}
	as_mailbox_close(mailbox);
	return good;
}
