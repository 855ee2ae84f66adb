/* SPDX-License-Identifier: BSD-2-Clause */
#include "mailbox/mailbox.h"

#include "base/error.h"
#include "base/spool.h"
#include "mailbox/detect.h"
#include "mailbox/mbox.h"
#include "mailbox/unquote.h"
#include "mailbox/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COPY_BYTES ((size_t)256 << 10)

struct as_mailbox {
	struct as_mailbox_settings settings;
	const char *const *paths;
	size_t path_count, next_path;
	struct as_walk *walk; /* the folder in work, or NULL */
	struct as_mbox *mbox; /* the mailbox file in work, or NULL */
	struct as_file *file; /* of mbox */
	uint64_t index;	      /* of the next message in it */
	uint64_t done;	      /* octets of it handed out */
};

int as_mailbox_open(const struct as_mailbox_settings *settings, const char *const *paths,
		    size_t path_count, struct as_mailbox **mailbox_out)
{
	struct as_mailbox *mailbox = calloc(1, sizeof(*mailbox));

	if (mailbox == NULL)
		return -ENOMEM;
	mailbox->settings = *settings;
	mailbox->paths = paths;
	mailbox->path_count = path_count;
	*mailbox_out = mailbox;
	return 0;
}

static void end_mbox(struct as_mailbox *mailbox)
{
	as_mbox_close(mailbox->mbox);
	as_file_release(mailbox->file);
	mailbox->mbox = NULL;
	mailbox->file = NULL;
}

void as_mailbox_close(struct as_mailbox *mailbox)
{
	if (mailbox == NULL)
		return;
	end_mbox(mailbox);
	as_walk_close(mailbox->walk);
	free(mailbox);
}

void as_item_release(struct as_item *item)
{
	if (item->copied)
		close(item->fd);
	as_file_release(item->file);
	*item = (struct as_item){.fd = -1};
}

static void report(const struct as_mailbox *mailbox, enum as_trouble kind, const char *path,
		   const char *why)
{
	mailbox->settings.trouble(mailbox->settings.context, kind, path, why);
}

/* Faults of one file are told and forgotten; ours and a stop go up. */
static int pass_by(const struct as_mailbox *mailbox, const char *path, int code)
{
	const char *why = as_code_text(code);

	if (code == -ENOMEM || code == -EINTR)
		return code;
	if (code == -EFBIG)
		why = "more than comes through a pipe in one piece: give it as a file";
	else if (code == -EINVAL)
		why = "not a regular file";
	report(mailbox, AS_TROUBLE_UNREADABLE, path, why);
	return 0;
}

static ssize_t read_file(void *context, uint64_t offset, unsigned char *data, size_t size)
{
	const struct as_file *file = context;
	ssize_t got;

	do
		got = pread(file->fd, data, size, (off_t)offset);
	while (got < 0 && errno == EINTR);
	return got < 0 ? -errno : got;
}

/* Copies part of the file: the header as it is, the body without quoting. */
static int copy_part(struct as_file *file, uint64_t begin, uint64_t end, struct as_unquote *unquote,
		     unsigned char *piece, int spool)
{
	struct as_buffer plain;
	int rc = 0;

	as_buffer_init(&plain, 0);
	while (rc == 0 && begin < end) {
		size_t size = end - begin < COPY_BYTES ? (size_t)(end - begin) : COPY_BYTES;
		ssize_t got = read_file(file, begin, piece, size);

		if (got <= 0) {
			rc = got < 0 ? (int)got : -EIO;
			break;
		}
		begin += (uint64_t)got;
		as_buffer_clear(&plain);
		if (unquote != NULL)
			as_unquote_push(unquote, as_span_make(piece, (size_t)got), &plain);
		else
			as_buffer_append(&plain, piece, (size_t)got);
		if (unquote != NULL && begin == end)
			as_unquote_finish(unquote, &plain);
		rc = plain.failed ? -ENOMEM : as_spool_write(spool, as_buffer_span(&plain));
	}
	as_buffer_deinit(&plain);
	return rc;
}

static int copy_unquoted(struct as_file *file, const struct as_mbox_range *range,
			 struct as_item *item)
{
	unsigned char *piece = malloc(COPY_BYTES);
	struct as_unquote unquote;
	struct stat st;
	int spool = -1;
	int rc = piece != NULL ? as_spool_open("assay-message", &spool) : -ENOMEM;

	as_unquote_start(&unquote);
	if (rc == 0)
		rc = copy_part(file, range->begin, range->body, NULL, piece, spool);
	if (rc == 0)
		rc = copy_part(file, range->body, range->end, &unquote, piece, spool);
	if (rc == 0)
		rc = as_spool_seal(spool);
	if (rc == 0 && fstat(spool, &st) < 0)
		rc = -errno;
	free(piece);
	if (rc < 0) {
		if (spool >= 0)
			close(spool);
		return rc;
	}
	item->fd = spool;
	item->offset = 0;
	item->size = (uint64_t)st.st_size;
	item->copied = true;
	return 0;
}

/* 1 and an item, or 0: the file is at its end. */
static int next_in_mbox(struct as_mailbox *mailbox, struct as_item *item_out)
{
	struct as_file *file = mailbox->file;
	struct as_mbox_range range;
	struct as_item item;
	int rc = as_mbox_next(mailbox->mbox, &range);

	if (rc < 0)
		rc = pass_by(mailbox, file->path, rc);
	if (rc == 0 && as_mbox_shrunk(mailbox->mbox))
		report(mailbox, AS_TROUBLE_UNREADABLE, file->path,
		       "became shorter while it was read");
	if (rc <= 0)
		return rc;
	item = (struct as_item){
		.fd = file->fd,
		.offset = range.begin,
		.size = range.end - range.begin,
		.source_size = range.end - range.begin,
		.index = mailbox->index++,
		.source_offset = range.begin,
		.is_message = true,
		.in_mailbox = true,
	};
	if (!range.second_reading && range.end > mailbox->done) {
		item.source_bytes = range.end - mailbox->done;
		mailbox->done = range.end;
	}
	if (range.quoted && item.size <= mailbox->settings.copy_bytes_max) {
		rc = copy_unquoted(file, &range, &item);
		/* As it stands it is still the message, or what is left. */
		if (rc == -ENOMEM)
			return rc;
	}
	item.file = as_file_share(file);
	*item_out = item;
	return 1;
}

static int begin_mbox(struct as_mailbox *mailbox, struct as_file *file)
{
	int rc = as_mbox_open(read_file, file, file->size, 0, &mailbox->mbox);

	if (rc < 0) {
		as_file_release(file);
		return rc;
	}
	posix_fadvise(file->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	mailbox->file = file;
	mailbox->index = 0;
	mailbox->done = 0;
	return 0;
}

static int detect(struct as_file *file, enum as_content *content_out)
{
	unsigned char *head = malloc(AS_DETECT_BYTES);
	ssize_t got;

	if (head == NULL)
		return -ENOMEM;
	got = read_file(file, 0, head, AS_DETECT_BYTES);
	if (got >= 0)
		*content_out = as_content_detect(as_span_make(head, (size_t)got));
	free(head);
	return got < 0 ? (int)got : 0;
}

/* Takes the file over. 1 and an item, or 0: a mailbox, or told as trouble. */
static int take_file(struct as_mailbox *mailbox, struct as_file *file, bool is_message,
		     struct as_item *item_out)
{
	enum as_content content = AS_CONTENT_MESSAGE;
	int rc = is_message ? 0 : detect(file, &content);

	if (rc < 0) {
		rc = pass_by(mailbox, file->path, rc);
		as_file_release(file);
		return rc;
	}
	if (content == AS_CONTENT_MBOX)
		return begin_mbox(mailbox, file);
	*item_out = (struct as_item){
		.file = file,
		.fd = file->fd,
		.size = file->size,
		.source_size = file->size,
		.source_bytes = file->size,
		.is_message = content == AS_CONTENT_MESSAGE,
	};
	return 1;
}

static int next_in_walk(struct as_mailbox *mailbox, struct as_item *item_out)
{
	struct as_walk_entry entry;
	struct as_file *file;
	int rc = as_walk_next(mailbox->walk, &entry);

	if (rc == 0) {
		as_walk_close(mailbox->walk);
		mailbox->walk = NULL;
	}
	if (rc <= 0)
		return rc;
	if (entry.kind != AS_WALK_FILE) {
		report(mailbox,
		       entry.kind == AS_WALK_SKIPPED ? AS_TROUBLE_SKIPPED : AS_TROUBLE_UNREADABLE,
		       entry.path, entry.why);
		return 0;
	}
	rc = as_file_open(entry.at, entry.name, entry.path, &file);
	if (rc < 0)
		return pass_by(mailbox, entry.path, rc);
	return take_file(mailbox, file, entry.is_message, item_out);
}

/* A path that a person has named: links are followed, pipes are read. */
static int begin_path(struct as_mailbox *mailbox, const char *path, struct as_item *item_out)
{
	bool is_stdin = strcmp(path, "-") == 0;
	struct as_file *file;
	struct stat st;
	int fd, rc;

	fd = is_stdin ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
		      : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return pass_by(mailbox, path, -errno);
	if (!is_stdin && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		rc = as_walk_open(fd, path, &mailbox->walk);
		if (rc < 0)
			close(fd);
		return rc;
	}
	rc = as_file_take(fd, path, mailbox->settings.stop, &file);
	if (rc < 0)
		return pass_by(mailbox, path, rc);
	return take_file(mailbox, file, false, item_out);
}

int as_mailbox_next(struct as_mailbox *mailbox, struct as_item *item_out)
{
	int rc = 0;

	while (rc == 0) {
		if (mailbox->settings.stop != NULL && *mailbox->settings.stop != 0)
			return -EINTR;
		if (mailbox->mbox != NULL) {
			rc = next_in_mbox(mailbox, item_out);
			if (rc == 0)
				end_mbox(mailbox);
		} else if (mailbox->walk != NULL) {
			rc = next_in_walk(mailbox, item_out);
		} else if (mailbox->next_path < mailbox->path_count) {
			rc = begin_path(mailbox, mailbox->paths[mailbox->next_path++], item_out);
		} else {
			return 0;
		}
	}
	return rc;
}
