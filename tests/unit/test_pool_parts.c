/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/channel.h"
#include "pool/stage.h"
#include "pool/tempdir.h"

#include "base/error.h"
#include "base/spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static struct as_channel_packet packet;

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static unsigned int open_count(void)
{
	unsigned int count = 0;

	for (int fd = 0; fd < 1024; fd++)
		count += is_open(fd);
	return count;
}

/* ---- Channel --------------------------------------------------------- */

static void a_packet_keeps_head_body_and_descriptors(void **state)
{
	struct as_channel_head head = {
		.type = AS_CHANNEL_JOB, .sequence = 7, .offset = 1, .size = 2, .number = 3};
	struct as_buffer body;
	int pair[2], fds[2];

	(void)state;
	as_buffer_init(&body, 0);
	assert_int_equal(as_channel_pair(pair), 0);
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(as_channel_send(pair[0], &head, as_span_text("body"), fds, 2, true), 0);
	assert_int_equal(as_channel_receive(pair[1], &packet, false), 0);
	assert_int_equal(packet.head.type, AS_CHANNEL_JOB);
	assert_int_equal(packet.head.sequence, 7);
	assert_int_equal(packet.head.number, 3);
	assert_int_equal(packet.fd_count, 2);
	assert_int_equal(as_channel_body(&packet, 100, &body), 0);
	assert_true(as_span_equal(as_buffer_span(&body), as_span_text("body")));
	assert_int_equal(as_channel_body(&packet, 3, &body), -EMSGSIZE);
	as_channel_release(&packet);
	as_buffer_deinit(&body);
	for (int i = 0; i < 2; i++) {
		close(pair[i]);
		close(fds[i]);
	}
}

static void a_taken_descriptor_stays_open(void **state)
{
	struct as_channel_head head = {.type = AS_CHANNEL_REPLY};
	int pair[2], taken;

	(void)state;
	assert_int_equal(as_channel_pair(pair), 0);
	assert_int_equal(as_channel_send(pair[0], &head, as_span_make(NULL, 0), pair, 1, true), 0);
	assert_int_equal(as_channel_receive(pair[1], &packet, false), 0);
	taken = as_channel_take(&packet, 0);
	assert_int_equal(as_channel_take(&packet, 1), -1);
	as_channel_release(&packet);
	assert_true(is_open(taken));
	close(taken);
	close(pair[0]);
	close(pair[1]);
}

/* Sends octets and descriptors as a hostile worker would. */
static void send_raw(int socket, const void *data, size_t size, const int *fds, size_t count)
{
	char control[CMSG_SPACE(sizeof(int) * 16)];
	struct iovec part = {(void *)(uintptr_t)data, size};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

	memset(control, 0, sizeof(control));
	if (count > 0) {
		struct cmsghdr *item;

		message.msg_control = control;
		message.msg_controllen = CMSG_SPACE(sizeof(int) * count);
		item = CMSG_FIRSTHDR(&message);
		item->cmsg_level = SOL_SOCKET;
		item->cmsg_type = SCM_RIGHTS;
		item->cmsg_len = CMSG_LEN(sizeof(int) * count);
		memcpy(CMSG_DATA(item), fds, sizeof(int) * count);
	}
	assert_int_equal(sendmsg(socket, &message, 0), size);
}

static void hostile_packets_are_refused_and_leak_nothing(void **state)
{
	static const uint32_t magic = 0x4c505341u;
	static const struct {
		const char *name;
		size_t size;
		uint32_t magic;
		uint64_t body_size;
		uint32_t flags;
		size_t fds;
		bool sealed;
	} cases[] = {
		{"cut head", 10, magic, 0, 0, 0, false},
		{"other magic", sizeof(struct as_channel_head), 1, 0, 0, 0, false},
		{"body shorter than claimed", sizeof(struct as_channel_head), magic, 5, 0, 0,
		 false},
		{"body longer than claimed", sizeof(struct as_channel_head) + 5, magic, 1, 0, 0,
		 false},
		{"size that wraps", sizeof(struct as_channel_head), magic, UINT64_MAX, 0, 0, false},
		{"larger than a packet", sizeof(struct as_channel_head) + 40000, magic, 40000, 0, 0,
		 false},
		{"body descriptor is missing", sizeof(struct as_channel_head), magic, 5, 1, 0,
		 false},
		{"body is not sealed", sizeof(struct as_channel_head), magic, 5, 1, 1, false},
		{"body has another size", sizeof(struct as_channel_head), magic, 6, 1, 1, true},
		{"both kinds of body", sizeof(struct as_channel_head) + 5, magic, 5, 1, 1, true},
		{"four descriptors", sizeof(struct as_channel_head), magic, 0, 0, 4, true},
		{"sixteen descriptors", sizeof(struct as_channel_head), magic, 0, 0, 16, true},
	};
	static unsigned char data[65536];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_channel_head head = {.magic = cases[i].magic,
					       .type = AS_CHANNEL_REPLY,
					       .body_size = cases[i].body_size,
					       .flags = cases[i].flags};
		int fds[16], pair[2], spool;
		unsigned int before;

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(as_channel_pair(pair), 0);
		assert_int_equal(as_spool_open("test", &spool), 0);
		assert_int_equal(as_spool_write(spool, as_span_text("12345")), 0);
		if (cases[i].sealed)
			assert_int_equal(as_spool_seal(spool), 0);
		for (size_t f = 0; f < 16; f++)
			fds[f] = spool;
		memcpy(data, &head, sizeof(head));
		before = open_count();
		send_raw(pair[0], data, cases[i].size, fds, cases[i].fds);
		assert_int_equal(as_channel_receive(pair[1], &packet, false), AS_E_PROTOCOL);
		assert_int_equal(open_count(), before);
		close(spool);
		close(pair[0]);
		close(pair[1]);
	}
}

static void the_end_of_a_socket_is_told_apart_from_waiting(void **state)
{
	struct as_channel_head head = {.type = AS_CHANNEL_SPAWN};
	int pair[2];

	(void)state;
	assert_int_equal(as_channel_pair(pair), 0);
	assert_int_equal(as_channel_receive(pair[1], &packet, false), -EAGAIN);
	close(pair[0]);
	assert_int_equal(as_channel_receive(pair[1], &packet, false), AS_E_GONE);
	assert_int_equal(as_channel_send(pair[1], &head, as_span_make(NULL, 0), NULL, 0, false),
			 AS_E_GONE);
	close(pair[1]);
}

/* ---- Stage ----------------------------------------------------------- */

static void a_stage_is_seen_by_another_process(void **state)
{
	int fd = -1;
	struct as_stage_page *pages = as_stage_map(3, &fd);
	char name[AS_STAGE_NAME_SIZE], id[AS_STAGE_MESSAGE_SIZE];
	int status;
	pid_t pid;

	(void)state;
	assert_non_null(pages);
	pid = fork();
	if (pid == 0) {
		as_stage_keep(pages, 3, 1);
		as_stage_attach(as_stage_at(pages, 1));
		as_stage_set("plugin yara");
		as_stage_set_message("01ABC");
		as_stage_refused(0);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	as_stage_read_name(as_stage_at(pages, 1), name);
	as_stage_read_message(as_stage_at(pages, 1), id);
	assert_string_equal(name, "plugin yara");
	assert_string_equal(id, "01ABC");
	assert_int_equal(as_stage_read_refused(as_stage_at(pages, 1)), 0);
	as_stage_read_name(as_stage_at(pages, 0), name);
	assert_string_equal(name, "");
	assert_int_equal(as_stage_read_refused(as_stage_at(pages, 0)), -1);
	as_stage_unmap(pages, 3);
	close(fd);
}

static void a_worker_cannot_reach_the_stage_of_others(void **state)
{
	int fd = -1;
	struct as_stage_page *pages = as_stage_map(3, &fd);
	int status;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		unsigned char vector;
		size_t page = (size_t)sysconf(_SC_PAGESIZE);

		as_stage_keep(pages, 3, 1);
		_exit(mincore(as_stage_at(pages, 0), page, &vector) == 0 ||
		      mincore(as_stage_at(pages, 2), page, &vector) == 0 ||
		      mincore(as_stage_at(pages, 1), page, &vector) != 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	as_stage_unmap(pages, 3);
	close(fd);
}

static void a_hostile_stage_is_read_as_harmless_text(void **state)
{
	struct as_stage_page page;
	char name[AS_STAGE_NAME_SIZE];

	(void)state;
	memset(&page, 0x1b, sizeof(page));
	as_stage_read_name(&page, name);
	assert_int_equal(strlen(name), AS_STAGE_NAME_SIZE - 1);
	assert_int_equal(strspn(name, "?"), AS_STAGE_NAME_SIZE - 1);
	assert_int_equal(as_stage_read_refused(&page), -1);
}

/* ---- Temporary folders ----------------------------------------------- */

static char root[64];

static int make_root(void **state)
{
	(void)state;
	snprintf(root, sizeof(root), "/tmp/assay-test-XXXXXX");
	return mkdtemp(root) != NULL ? 0 : -1;
}

static int remove_root(void **state)
{
	int fd = open(root, O_RDONLY | O_DIRECTORY);

	(void)state;
	as_tempdir_empty(fd);
	close(fd);
	return rmdir(root);
}

static void any_depth_is_emptied_with_few_descriptors(void **state)
{
	int top = open(root, O_RDONLY | O_DIRECTORY);
	int at = dup(top);

	(void)state;
	for (int i = 0; i < 3000; i++) {
		int next;

		assert_int_equal(mkdirat(at, "d", 0700), 0);
		close(openat(at, "f", O_WRONLY | O_CREAT, 0600));
		next = openat(at, "d", O_RDONLY | O_DIRECTORY);
		assert_true(next >= 0);
		close(at);
		at = next;
	}
	close(at);
	assert_int_equal(as_tempdir_empty(top), 0);
	assert_int_equal(unlinkat(top, "d", AT_REMOVEDIR), -1);
	assert_int_equal(errno, ENOENT);
	close(top);
}

static void links_are_removed_and_not_followed(void **state)
{
	int top = open(root, O_RDONLY | O_DIRECTORY);
	char outside[] = "/tmp/assay-test-XXXXXX";
	char path[128];

	(void)state;
	assert_non_null(mkdtemp(outside));
	snprintf(path, sizeof(path), "%s/precious", outside);
	close(open(path, O_WRONLY | O_CREAT, 0600));
	assert_int_equal(symlinkat(outside, top, "link"), 0);
	assert_int_equal(as_tempdir_empty(top), 0);
	assert_int_equal(access(path, F_OK), 0);
	unlink(path);
	rmdir(outside);
	close(top);
}

static void names_that_we_use_ourselves_do_not_confuse(void **state)
{
	int top = open(root, O_RDONLY | O_DIRECTORY);

	(void)state;
	mkdirat(top, "x", 0700);
	mkdirat(top, "x/y", 0700);
	mkdirat(top, "x/y/z", 0700);
	for (int i = 0; i < 4; i++) {
		char name[32];

		snprintf(name, sizeof(name), "~%d", i);
		mkdirat(top, name, 0700);
		snprintf(name, sizeof(name), "~%d/full", i);
		mkdirat(top, name, 0700);
	}
	assert_int_equal(as_tempdir_empty(top), 0);
	close(top);
}

static void make_leftover(pid_t pid, char *path_out, size_t room)
{
	char file[128];

	snprintf(path_out, room, "%s/assay-%ld-abcdef", root, (long)pid);
	assert_int_equal(mkdir(path_out, 0700), 0);
	snprintf(file, sizeof(file), "%s/w0", path_out);
	assert_int_equal(mkdir(file, 0700), 0);
}

static pid_t dead_pid(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
	return pid;
}

static void leftovers_of_the_dead_are_removed_and_others_stay(void **state)
{
	char dead[96], held[96], alive[96], foreign[96];
	struct as_tempdir dir;
	int holder;

	(void)state;
	make_leftover(dead_pid(), dead, sizeof(dead));
	make_leftover(dead_pid(), held, sizeof(held));
	make_leftover(getpid(), alive, sizeof(alive));
	snprintf(foreign, sizeof(foreign), "%s/assay-notes", root);
	assert_int_equal(mkdir(foreign, 0700), 0);
	/* As a pool in another process namespace would. */
	holder = open(held, O_RDONLY | O_DIRECTORY);
	assert_int_equal(flock(holder, LOCK_EX), 0);
	assert_int_equal(as_tempdir_open(root, &dir, NULL), 0);
	assert_int_equal(access(dead, F_OK), -1);
	assert_int_equal(access(held, F_OK), 0);
	assert_int_equal(access(alive, F_OK), 0);
	assert_int_equal(access(foreign, F_OK), 0);
	as_tempdir_close(&dir);
	assert_int_equal(access(dir.path, F_OK), -1);
	close(holder);
}

static void a_root_that_is_missing_is_named(void **state)
{
	struct as_error error;
	struct as_tempdir dir;

	(void)state;
	assert_int_equal(as_tempdir_open("/nonexistent/x", &dir, &error), -ENOENT);
	assert_non_null(strstr(error.text, "/nonexistent/x"));
}

#define ROOTED(name) cmocka_unit_test_setup_teardown(name, make_root, remove_root)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_packet_keeps_head_body_and_descriptors),
		cmocka_unit_test(a_taken_descriptor_stays_open),
		cmocka_unit_test(hostile_packets_are_refused_and_leak_nothing),
		cmocka_unit_test(the_end_of_a_socket_is_told_apart_from_waiting),
		cmocka_unit_test(a_stage_is_seen_by_another_process),
		cmocka_unit_test(a_worker_cannot_reach_the_stage_of_others),
		cmocka_unit_test(a_hostile_stage_is_read_as_harmless_text),
		ROOTED(any_depth_is_emptied_with_few_descriptors),
		ROOTED(links_are_removed_and_not_followed),
		ROOTED(names_that_we_use_ourselves_do_not_confuse),
		ROOTED(leftovers_of_the_dead_are_removed_and_others_stay),
		cmocka_unit_test(a_root_that_is_missing_is_named),
	};
	return cmocka_run_group_tests_name("pool parts", tests, NULL, NULL);
}
