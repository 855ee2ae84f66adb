/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_listen_clamd_fixture.h"

#include "base/assert.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

/* A test that hangs is ended by this and not by patience. */
#define WATCHDOG_S 60

void clamd_fixture_open(struct clamd_fixture *fixture, bool folder)
{
	struct as_error error = {.code = 0};

	alarm(WATCHDOG_S);
	*fixture = (struct clamd_fixture){.config = {
						  .name = "clamd",
						  .protocol = AS_PROTOCOL_CLAMD,
						  .address = "unix:/none",
						  .jobs = 100,
						  .spool_bytes = 1 << 20,
						  .first_byte_ms = 30000,
						  .idle_ms = 30000,
						  .request_ms = 60000,
						  .keepalive_ms = 30000,
						  .roots = fixture->roots,
					  }};
	if (folder) {
		strcpy(fixture->folder, "/tmp/assay-clamd.XXXXXX");
		assert_non_null(mkdtemp(fixture->folder));
		fixture->roots[0] = fixture->folder;
		fixture->config.root_count = 1;
	}
	fixture->base = event_base_new();
	assert_non_null(fixture->base);
	fake_front_init(&fixture->front);
	fake_listener_init(&fixture->listener, &fixture->front, &fixture->config, &as_clamd_ops,
			   fixture->base);
	assert_int_equal(as_clamd_ops.start(&fixture->listener, &error), 0);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void clamd_fixture_close(struct clamd_fixture *fixture)
{
	as_clamd_ops.stop(&fixture->listener);
	assert_int_equal(fixture->listener.open, 0);
	fake_front_deinit(&fixture->front);
	event_base_free(fixture->base);
	if (fixture->folder[0] != '\0')
		nftw(fixture->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	alarm(0);
}

void clamd_pump(struct clamd_fixture *fixture)
{
	/* Far more turns than any exchange of these tests takes. */
	for (int i = 0; i < 200; i++)
		event_base_loop(fixture->base, EVLOOP_NONBLOCK);
}

void clamd_send(int client, struct as_span octets)
{
	assert_int_equal(send(client, octets.data, octets.size, MSG_NOSIGNAL), octets.size);
}

void clamd_send_stream(int client, const char *text)
{
	unsigned char head[4] = {0};
	size_t size = strlen(text);

	assert_true(size < 0x10000);
	head[2] = (unsigned char)(size >> 8);
	head[3] = (unsigned char)size;
	clamd_send(client, as_span_make(head, 4));
	clamd_send(client, as_span_text(text));
	SEND(client, "\0\0\0\0");
}

void clamd_send_fd(int client, struct as_span octets, int fd)
{
	union {
		struct cmsghdr align;
		char octets[CMSG_SPACE(sizeof(int))];
	} control = {.octets = {0}};
	struct iovec iov = {.iov_base = (void *)(uintptr_t)octets.data, .iov_len = octets.size};
	struct msghdr message = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.octets,
		.msg_controllen = sizeof(control.octets),
	};
	struct cmsghdr *part = CMSG_FIRSTHDR(&message);

	part->cmsg_level = SOL_SOCKET;
	part->cmsg_type = SCM_RIGHTS;
	part->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(part), &fd, sizeof(fd));
	assert_int_equal(sendmsg(client, &message, MSG_NOSIGNAL), octets.size);
}

int clamd_file(const char *text)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	return fd;
}

static ssize_t take(int client, char *out, size_t size)
{
	size_t have = 0;

	while (have < size) {
		ssize_t got = recv(client, out + have, size - have, MSG_DONTWAIT);

		if (got <= 0)
			break;
		have += (size_t)got;
	}
	return (ssize_t)have;
}

void clamd_expect(struct clamd_fixture *fixture, int client, struct as_span octets)
{
	static char got[4096];
	ssize_t size;

	clamd_pump(fixture);
	size = take(client, got, sizeof(got) - 1);
	got[size] = '\0';
	if ((size_t)size != octets.size || memcmp(got, octets.data, octets.size) != 0)
		print_message("got: %s\n", got);
	assert_int_equal(size, octets.size);
	assert_memory_equal(got, octets.data, octets.size);
}

void clamd_expect_last(struct clamd_fixture *fixture, int client, struct as_span octets)
{
	char octet;

	clamd_expect(fixture, client, octets);
	assert_int_equal(recv(client, &octet, 1, MSG_DONTWAIT), 0);
	close(client);
	clamd_pump(fixture);
}

void clamd_wait_closed(struct clamd_fixture *fixture)
{
	while (fixture->listener.open > 0)
		event_base_loop(fixture->base, EVLOOP_ONCE);
}

static void path_of(const struct clamd_fixture *fixture, const char *name, char out[512])
{
	snprintf(out, 512, "%s/%s", fixture->folder, name);
}

void clamd_write(const struct clamd_fixture *fixture, const char *name, const char *text)
{
	char path[512];
	int fd;

	path_of(fixture, name, path);
	fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

void clamd_folder(const struct clamd_fixture *fixture, const char *name)
{
	char path[512];

	path_of(fixture, name, path);
	assert_int_equal(mkdir(path, 0700), 0);
}

void clamd_send_path(const struct clamd_fixture *fixture, int client, const char *command,
		     const char *name)
{
	char line[1024];

	snprintf(line, sizeof(line), "n%s %s%s%s\n", command, fixture->folder,
		 name[0] != '\0' ? "/" : "", name);
	clamd_send(client, as_span_text(line));
}

const char *clamd_lines(struct clamd_fixture *fixture, int client)
{
	static char raw[65536], out[65536];
	size_t length = strlen(fixture->folder), at = 0, to = 0, size = 0;
	char octet;

	for (;;) {
		clamd_pump(fixture);
		size += (size_t)take(client, raw + size, sizeof(raw) - 1 - size);
		if (recv(client, &octet, 1, MSG_DONTWAIT | MSG_PEEK) == 0)
			break;
	}
	close(client);
	clamd_pump(fixture);
	while (at < size) {
		if (strncmp(raw + at, fixture->folder, length) == 0) {
			out[to++] = '@';
			at += length;
		} else {
			out[to++] = raw[at++];
		}
	}
	out[to] = '\0';
	return out;
}
