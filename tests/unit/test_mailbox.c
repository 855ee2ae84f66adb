/* SPDX-License-Identifier: BSD-2-Clause */
#include "mailbox/mailbox.h"

#include "base/buffer.h"
#include "base/spool.h"
#include "mailbox/detect.h"
#include "mailbox/unquote.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MAIL	     "From: a@example.org\nSubject: x\n\nbody\n"
#define FROM	     "From a@example.org Thu Jan  1 10:00:00 2026\n"

static char folder[PATH_MAX];
static char listed[8192]; /* what the mailbox said, a line each */

static void note(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void note(const char *format, ...)
{
	size_t used = strlen(listed);
	va_list args;

	va_start(args, format);
	vsnprintf(listed + used, sizeof(listed) - used, format, args);
	va_end(args);
}

/* Below the test's folder, if it is. */
static const char *short_path(const char *path)
{
	size_t size = strlen(folder);

	return strncmp(path, folder, size) == 0 && path[size] == '/' ? path + size + 1 : path;
}

static void on_trouble(void *context, enum as_trouble kind, const char *path, const char *why)
{
	(void)context;
	note("%s %s: %s\n", kind == AS_TROUBLE_SKIPPED ? "skipped" : "unreadable", short_path(path),
	     why);
}

static void list_item(const struct as_item *item)
{
	struct as_mapping mapping;
	char head[32] = "";

	assert_int_equal(as_mapping_open(item->fd, item->offset, item->size, &mapping), 0);
	if (item->size > 0)
		snprintf(head, sizeof(head), "%.*s", (int)(item->size > 6 ? 6 : item->size),
			 (const char *)mapping.data.data);
	for (char *p = head; *p != '\0'; p++)
		if (*p == '\n')
			*p = '/';
	as_mapping_close(&mapping);
	note("%s %s:%llu@%llu+%llu%s \"%s\"\n", item->is_message ? "message" : "file",
	     short_path(item->file->path), (unsigned long long)item->index,
	     (unsigned long long)item->source_offset, (unsigned long long)item->size,
	     item->copied ? " copied" : "", head);
}

static uint64_t list(const char *const *paths, size_t count)
{
	const struct as_mailbox_settings settings = {.copy_bytes_max = 1000, .trouble = on_trouble};
	struct as_mailbox *mailbox;
	struct as_item item;
	uint64_t bytes = 0;
	int rc;

	listed[0] = '\0';
	assert_int_equal(as_mailbox_open(&settings, paths, count, &mailbox), 0);
	while ((rc = as_mailbox_next(mailbox, &item)) > 0) {
		list_item(&item);
		bytes += item.source_bytes;
		as_item_release(&item);
	}
	assert_int_equal(rc, 0);
	as_mailbox_close(mailbox);
	return bytes;
}

static const char *at(const char *name)
{
	static char path[PATH_MAX + 256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void put(const char *name, const char *text)
{
	FILE *file = fopen(at(name), "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
	assert_int_equal(fclose(file), 0);
}

static void put_folder(const char *name)
{
	assert_int_equal(mkdir(at(name), 0700), 0);
}

static int make_folder(void **state)
{
	const char *root = getenv("TMPDIR");

	(void)state;
	snprintf(folder, sizeof(folder), "%s/test-mailbox-XXXXXX", root != NULL ? root : "/tmp");
	return mkdtemp(folder) != NULL ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int remove_folder(void **state)
{
	(void)state;
	return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void content_decides_what_a_file_is(void **state)
{
	static const struct {
		const char *name, *text;
		enum as_content content;
	} cases[] = {
		{"empty", "", AS_CONTENT_FILE},
		{"message", MAIL, AS_CONTENT_MESSAGE},
		{"message in CRLF", "From: a\r\nSubject: b\r\n\r\nx", AS_CONTENT_MESSAGE},
		{"one field and a blank line", "Subject: x\n\nhello\n", AS_CONTENT_MESSAGE},
		{"header only", "Subject: x\nTo: y\n", AS_CONTENT_MESSAGE},
		{"blank line above", "\n" MAIL, AS_CONTENT_MESSAGE},
		{"folded", "Received: from a\n\tby b\nTo: c\n\nx", AS_CONTENT_MESSAGE},
		{"broken field", "Received: a\ngarbage here\nTo: c\n\n", AS_CONTENT_MESSAGE},
		{"mailbox", FROM MAIL, AS_CONTENT_MBOX},
		{"mailbox, no date", "From a@b\n" MAIL, AS_CONTENT_MBOX},
		{"sentence", "From the beginning\nof time\n", AS_CONTENT_FILE},
		{"prose", "Dear all,\nhello: world\n\n", AS_CONTENT_FILE},
		{"package list", "Package: a\nVersion: 1\nSize: 2\n\n", AS_CONTENT_FILE},
		{"program", "MZ\x90", AS_CONTENT_FILE},
		{"YAML", "name: x\nto:\n  - y\nitems: 3\nrest\n", AS_CONTENT_FILE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].name);
		assert_int_equal(as_content_detect(as_span_text(cases[i].text)), cases[i].content);
	}
}

static void one_mark_is_taken_from_quoted_lines(void **state)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{">From a\n", "From a\n"},
		{">>From a\n>>>From b", ">From a\n>>From b"},
		{">From\n>Fromage\n>from x\n", ">From\n>Fromage\n>from x\n"},
		{"a >From b\n", "a >From b\n"},
		{"\n\n>From a\r\n", "\n\nFrom a\r\n"},
		{">F>From x\n", ">F>From x\n"},
		{">", ">"},
		{">Fro", ">Fro"},
		{">\n>From x", ">\nFrom x"},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_span text = as_span_text(cases[i].text);

		for (size_t step = 1; step <= text.size + 1; step++) {
			struct as_unquote unquote;
			struct as_buffer out;

			as_buffer_init(&out, 0);
			as_unquote_start(&unquote);
			for (size_t p = 0; p < text.size; p += step)
				as_unquote_push(&unquote, as_span_slice(text, p, step), &out);
			as_unquote_finish(&unquote, &out);
			assert_true(as_span_equal(as_buffer_span(&out),
						  as_span_text(cases[i].expected)));
			as_buffer_deinit(&out);
		}
	}
}

static void a_mailbox_file_gives_its_messages(void **state)
{
	const char *path = at("box");

	(void)state;
	put("box", FROM MAIL "\n" FROM "A: b\n\n>From x\n");
	assert_true(list(&path, 1) == 2 * (sizeof(FROM) - 1) + sizeof(MAIL) + 14);
	assert_string_equal(listed, "message box:0@44+37 \"From: \"\n"
				    "message box:1@126+13 copied \"A: b//\"\n");
}

static void a_message_over_the_limit_is_not_copied(void **state)
{
	char *text = malloc(3000);
	const char *path = at("box");

	(void)state;
	assert_non_null(text);
	snprintf(text, 3000, FROM "A: b\n\n>From x\n%02000d\n", 1);
	put("box", text);
	free(text);
	list(&path, 1);
	assert_string_equal(listed, "message box:0@44+2015 \"A: b//\"\n");
}

static void a_folder_is_walked_by_name(void **state)
{
	const char *path = folder;

	(void)state;
	put_folder("b");
	put("b/two", MAIL);
	put("c", "just text");
	put("a", MAIL);
	put("empty", "");
	assert_int_equal(symlink("a", at("link")), 0);
	assert_int_equal(mkfifo(at("pipe"), 0600), 0);
	list(&path, 1);
	assert_string_equal(listed, "message a:0@0+37 \"From: \"\n"
				    "message b/two:0@0+37 \"From: \"\n"
				    "file c:0@0+9 \"just t\"\n"
				    "file empty:0@0+0 \"\"\n"
				    "skipped link: a symbolic link\n"
				    "skipped pipe: not a regular file\n");
}

static void a_maildir_gives_messages_only(void **state)
{
	static const char *const folders[] = {"cur",	   "new",	"tmp",		".Sent",
					      ".Sent/cur", ".Sent/new", "dovecot-state"};
	const char *path = folder;

	(void)state;
	for (size_t i = 0; i < COUNT(folders); i++)
		put_folder(folders[i]);
	put("cur/1:2,S", "no header at all");
	put("new/2", MAIL);
	put("tmp/3", MAIL);
	put(".Sent/cur/4", FROM MAIL);
	put("dovecot-uidlist", "3 V1");
	list(&path, 1);
	assert_string_equal(listed, "message .Sent/cur/4:0@0+81 \"From a\"\n"
				    "message cur/1:2,S:0@0+16 \"no hea\"\n"
				    "skipped dovecot-state: not a folder of messages in a Maildir\n"
				    "skipped dovecot-uidlist: a Maildir's own file\n"
				    "message new/2:0@0+37 \"From: \"\n"
				    "skipped tmp: not a folder of messages in a Maildir\n");
}

static void what_cannot_be_read_is_told_and_passed_by(void **state)
{
	char missing[PATH_MAX + 16], there[PATH_MAX + 16];
	const char *paths[] = {missing, there};

	(void)state;
	snprintf(missing, sizeof(missing), "%s/missing", folder);
	snprintf(there, sizeof(there), "%s/there", folder);
	put("there", MAIL);
	list(paths, 2);
	assert_string_equal(listed, "unreadable missing: No such file or directory\n"
				    "message there:0@0+37 \"From: \"\n");
}

static void folders_are_entered_to_a_bounded_depth(void **state)
{
	char name[1024] = "d";
	const char *path = folder;

	(void)state;
	for (int i = 0; i < 70; i++) {
		put_folder(name);
		strcat(name, "/d");
	}
	list(&path, 1);
	assert_non_null(strstr(listed, "too many folders in folders"));
}

static void a_pipe_is_read_to_its_end(void **state)
{
	struct as_file *file = NULL;
	char octets[64];
	int pair[2];

	(void)state;
	assert_int_equal(pipe(pair), 0);
	assert_int_equal(write(pair[1], MAIL, sizeof(MAIL) - 1), sizeof(MAIL) - 1);
	close(pair[1]);
	assert_int_equal(as_file_take(pair[0], "-", NULL, &file), 0);
	assert_true(file->size == sizeof(MAIL) - 1);
	assert_int_equal(as_spool_check(file->fd), 0);
	assert_int_equal(pread(file->fd, octets, sizeof(octets), 0), sizeof(MAIL) - 1);
	assert_memory_equal(octets, MAIL, sizeof(MAIL) - 1);
	as_file_release(file);
}

static void a_stop_ends_the_wait_for_a_pipe(void **state)
{
	const volatile sig_atomic_t stop = 1;
	struct as_file *file = NULL;
	int pair[2];

	(void)state;
	assert_int_equal(pipe(pair), 0);
	assert_int_equal(as_file_take(pair[0], "-", &stop, &file), -EINTR);
	close(pair[1]);
}

static void measuring_sums_what_will_be_read(void **state)
{
	const char *path = folder;

	(void)state;
	put_folder("a");
	put("a/one", "12345");
	put("two", "123");
	assert_true(as_mailbox_measure(&path, 1, NULL) == 8);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(content_decides_what_a_file_is),
		cmocka_unit_test(one_mark_is_taken_from_quoted_lines),
		IN_FOLDER(a_mailbox_file_gives_its_messages),
		IN_FOLDER(a_message_over_the_limit_is_not_copied),
		IN_FOLDER(a_folder_is_walked_by_name),
		IN_FOLDER(a_maildir_gives_messages_only),
		IN_FOLDER(what_cannot_be_read_is_told_and_passed_by),
		IN_FOLDER(folders_are_entered_to_a_bounded_depth),
		cmocka_unit_test(a_pipe_is_read_to_its_end),
		cmocka_unit_test(a_stop_ends_the_wait_for_a_pipe),
		IN_FOLDER(measuring_sums_what_will_be_read),
	};
	return cmocka_run_group_tests_name("mailbox", tests, NULL, NULL);
}
