/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MAILBOX_MAILBOX_H
#define ASSAY_MAILBOX_MAILBOX_H

#include "mailbox/file.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Paths in, messages out, one after the other: single messages, mailbox files,
 * Maildirs, folders of anything, standard input. What a file is, its content
 * says; what is neither message nor mailbox is handed out as a bare file.
 *
 * An item is a range of an open file. Nothing is copied, except a message with
 * quoted "From " lines, which goes into a sealed spool without the quoting.
 * Files are opened when their turn comes and closed behind their last item.
 */
struct as_mailbox;

enum as_trouble {
	AS_TROUBLE_SKIPPED = 0, /* nothing to inspect: a link, a socket */
	AS_TROUBLE_UNREADABLE,	/* something was not inspected */
};

struct as_mailbox_settings {
	/* A message over this size is handed out as it stands, with quoting. */
	uint64_t copy_bytes_max;
	const volatile sig_atomic_t *stop; /* ends waiting for a pipe; NULL */
	void (*trouble)(void *context, enum as_trouble kind, const char *path, const char *why);
	void *context;
};

struct as_item {
	struct as_file *file; /* path and name; one use is the item's */
	int fd;		      /* the octets: of file, or a spool of its own */
	uint64_t offset, size;
	uint64_t index;		/* in its file, from 0 on */
	uint64_t source_offset; /* of the message in its file */
	uint64_t source_size;	/* there; a copy without quoting is smaller */
	uint64_t source_bytes;	/* what of the files is done with this item */
	bool is_message;	/* else a bare file */
	bool in_mailbox;	/* one of several in its file */
	bool copied;		/* fd is a spool of its own */
};

/* paths must outlive the mailbox; "-" is standard input. */
int as_mailbox_open(const struct as_mailbox_settings *settings, const char *const *paths,
		    size_t path_count, struct as_mailbox **mailbox_out);
void as_mailbox_close(struct as_mailbox *mailbox);

/* 1 and an item, 0 at the end; -ENOMEM, or -EINTR after stop. Everything else
 * goes to trouble(), and the next path has its turn. */
int as_mailbox_next(struct as_mailbox *mailbox, struct as_item *item_out);
void as_item_release(struct as_item *item);

/* Octets of all files below the paths, for a progress display: reads folders,
 * opens no file. Standard input counts only if it is a file. */
uint64_t as_mailbox_measure(const char *const *paths, size_t path_count,
			    const volatile sig_atomic_t *stop);

#endif
