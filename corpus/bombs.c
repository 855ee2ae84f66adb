/* SPDX-License-Identifier: BSD-2-Clause */
#include "bomb.h"
#include "case.h"
#include "content.h"
#include "pack.h"

static struct co_bytes *greedy(void)
{
	return co_xz_greedy(co_note());
}

static struct co_bytes *chain(void)
{
	return co_zip_chain("minutes.txt", co_note(), 40);
}

static struct co_bytes *virus_chain(void)
{
	return co_zip_chain("eicar.txt", co_eicar(), 60);
}

static struct co_bytes *messages(const struct co_case *self)
{
	struct co_bytes *mail = co_mail_of_text(self->title, "The innermost message.\n");

	for (int i = 0; i < 200; i++) {
		struct co_bytes *outer = co_new();

		co_headers(outer, self->title);
		co_text(outer, "Content-Type: message/rfc822\n\n");
		co_join(outer, mail);
		mail = outer;
	}
	return mail;
}

#define BOMB(row_name, row_title, row_type, row_file, row_content, row_why, ...)                   \
	{                                                                                          \
		.name = row_name, .title = row_title, .type = row_type, .file = row_file,          \
		.content = row_content, .action = "quarantine", .incomplete = true,                \
		.codes = {__VA_ARGS__}, .why = row_why                                             \
	}

static const struct co_case cases[] = {
	BOMB("zeros", "1 GiB of zeros", "application/zip", "zeros.zip", co_zip_of_zeros,
	     "One mebibyte unpacks to a thousand.", "limit.bytes"),
	BOMB("tree", "ZIPs in ZIPs, a tebibyte in all", "application/zip", "tree.zip", co_zip_tree,
	     "Eight archives in each of eight archives, six times.", "bomb.ratio"),
	BOMB("quine", "Archive of itself", "application/gzip", "loop.gz", co_quine,
	     "A gzip file that unpacks to itself, for ever.", "bomb.depth"),
	BOMB("chain", "40 archives in each other", "application/zip", "chain.zip", chain,
	     "Deeper than honest archives are nested.", "bomb.depth"),
	BOMB("virus-chain", "Virus below 60 archives", "application/zip", "chain.zip", virus_chain,
	     "What is below the limit is not seen, and is not called clean.", "bomb.depth"),
	BOMB("overlap", "Overlapping members", "application/zip", "overlap.zip", co_zip_overlap,
	     "60 members share the same octets.", "bomb.overlap"),
	BOMB("dictionary", "Dictionary of 4 GiB", "application/x-xz", "note.txt.xz", greedy,
	     "A small file asks its reader for all memory.", "bomb.dictionary"),
	{.name = "messages",
	 .title = "200 messages in each other",
	 .build = messages,
	 .action = "quarantine",
	 .incomplete = true,
	 .codes = {"limit.objects"},
	 .why = "Forwarded more often than anybody forwards."},
};

const struct co_group co_bombs = CO_GROUP(cases);
