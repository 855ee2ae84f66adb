/* SPDX-License-Identifier: BSD-2-Clause */
#include "load_tree.h"
#include "load_wire.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/*
 * Sends the messages of a folder to a server over a number of connections,
 * each waiting for its answer before it sends the next, and prints one line of
 * JSON: rate, latency, the server's CPU and memory. See --help.
 */
struct message {
	unsigned char *octets;
	size_t size;
};

struct connection {
	int fd;
	struct wire_text out, in;
	size_t sent;
	bool greeted, busy;
	uint64_t begin_us;
};

static struct {
	enum wire_protocol protocol;
	const char *address, *target, *label;
	unsigned int connections;
	size_t count; /* 0: each message of the folder once */
	double seconds;
	pid_t server;
	bool timeline;
} options = {.target = "/v1/scan", .label = "", .connections = 1};

static struct message *messages;
static size_t message_count;
static uint64_t *latencies;
static size_t done, started, hits, errors, wanted, room;
static uint64_t begin_us;
static int epoll_fd;

static uint64_t now_us(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000u + (uint64_t)time.tv_nsec / 1000u;
}

static void fail(const char *what, const char *name)
{
	fprintf(stderr, "load: %s: %s: %s\n", what, name, strerror(errno));
	exit(2);
}

static void *grow(void *block, size_t size)
{
	block = realloc(block, size);
	if (block == NULL)
		fail("allocate", "memory");
	return block;
}

/* ---- Input --------------------------------------------------------------- */

static void read_message(const char *path)
{
	FILE *file = fopen(path, "re");
	struct stat status;
	struct message *message;

	if (file == NULL || fstat(fileno(file), &status) < 0)
		fail("open", path);
	if (S_ISREG(status.st_mode)) {
		messages = grow(messages, (message_count + 1) * sizeof(*messages));
		message = &messages[message_count++];
		message->size = (size_t)status.st_size;
		message->octets = grow(NULL, message->size + 1);
		if (fread(message->octets, 1, message->size, file) != message->size)
			fail("read", path);
	}
	fclose(file);
}

static void read_folder(const char *path)
{
	struct dirent **names;
	int count = scandir(path, &names, NULL, alphasort);
	char file[4096];

	if (count < 0)
		fail("open", path);
	for (int i = 0; i < count; i++) {
		if (names[i]->d_name[0] != '.') {
			snprintf(file, sizeof(file), "%s/%s", path, names[i]->d_name);
			read_message(file);
		}
		free(names[i]);
	}
	free(names);
}

/* ---- Connections --------------------------------------------------------- */

static int connect_unix(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		fail("connect", path);
	return fd;
}

static int connect_inet(const char *text)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	const char *colon = strrchr(text, ':');
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int on = 1;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	address.sin_port = htons((uint16_t)atoi(colon != NULL ? colon + 1 : text));
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		fail("connect", text);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

static void open_connection(struct connection *connection)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = connection};

	connection->fd = strncmp(options.address, "unix:", 5) == 0
				 ? connect_unix(options.address + 5)
				 : connect_inet(options.address);
	fcntl(connection->fd, F_SETFL, O_NONBLOCK);
	epoll_ctl(epoll_fd, EPOLL_CTL_ADD, connection->fd, &event);
}

static bool more_to_send(void)
{
	if (options.seconds > 0)
		return (double)(now_us() - begin_us) < options.seconds * 1e6;
	return started < wanted;
}

static void begin_message(struct connection *connection)
{
	const struct message *message;

	if (!more_to_send())
		return;
	message = &messages[started++ % message_count];
	if (connection->fd < 0) {
		connection->out.size = connection->in.size = connection->sent = 0;
		connection->greeted = false;
		wire_hello(options.protocol, &connection->out);
	}
	connection->busy = true;
	wire_message(options.protocol, options.target, message->octets, message->size,
		     &connection->out);
	/* Connecting is part of what a client waits for; our own copying is not. */
	connection->begin_us = now_us();
	if (connection->fd < 0)
		open_connection(connection);
}

static void end_message(struct connection *connection, enum wire_result result)
{
	uint64_t us = now_us() - connection->begin_us;

	if (done == room) {
		room = room * 2 + 4096;
		latencies = grow(latencies, room * sizeof(*latencies));
	}
	latencies[done++] = us;
	hits += result == WIRE_HIT;
	errors += result == WIRE_ERROR;
	if (options.timeline)
		printf("{\"at_us\":%llu,\"us\":%llu}\n",
		       (unsigned long long)(connection->begin_us - begin_us),
		       (unsigned long long)us);
	connection->busy = false;
	if (wire_once(options.protocol) || (result == WIRE_ERROR && connection->in.size == 0)) {
		close(connection->fd);
		connection->fd = -1;
	}
}

static void send_some(struct connection *connection)
{
	while (connection->sent < connection->out.size) {
		ssize_t n = send(connection->fd, connection->out.data + connection->sent,
				 connection->out.size - connection->sent, MSG_NOSIGNAL);

		if (n < 0)
			return;
		connection->sent += (size_t)n;
	}
	connection->out.size = connection->sent = 0;
}

/* False: the server hung up. */
static bool receive_some(struct connection *connection)
{
	unsigned char block[65536];
	ssize_t n;

	while ((n = recv(connection->fd, block, sizeof(block), 0)) > 0)
		wire_append(&connection->in, block, (size_t)n);
	return n < 0 && (errno == EAGAIN || errno == EINTR);
}

static void turn(struct connection *connection)
{
	enum wire_result result;
	bool open;

	send_some(connection);
	open = receive_some(connection);
	if (!connection->greeted)
		connection->greeted = wire_hello_answered(options.protocol, &connection->in);
	result = connection->greeted ? wire_answer(options.protocol, &connection->in) : WIRE_MORE;
	if (result == WIRE_MORE && open)
		return;
	if (connection->busy)
		end_message(connection, result == WIRE_MORE ? WIRE_ERROR : result);
	if (!open && connection->fd >= 0) {
		close(connection->fd);
		connection->fd = -1;
	}
	begin_message(connection);
	if (connection->fd >= 0)
		send_some(connection);
}

static void run(struct connection *connections)
{
	struct epoll_event events[256];

	begin_us = now_us();
	for (unsigned int i = 0; i < options.connections; i++) {
		connections[i].fd = -1;
		begin_message(&connections[i]);
	}
	while (done < started) {
		int count = epoll_wait(epoll_fd, events, 256, 60000);

		if (count == 0) {
			fprintf(stderr, "load: %zu messages without an answer for a minute\n",
				started - done);
			exit(2);
		}
		for (int i = 0; i < count; i++)
			turn(events[i].data.ptr);
	}
}

/* ---- Output -------------------------------------------------------------- */

static int compare(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

static double percentile(double share)
{
	size_t at = (size_t)(share * (double)(done - 1) + 0.5);

	return (double)latencies[at] / 1000.0;
}

static void print(double seconds, const struct tree_use *before, const struct tree_use *after)
{
	qsort(latencies, done, sizeof(*latencies), compare);
	printf("{\"label\":\"%s\",\"begin_us\":%llu,\"connections\":%u,\"messages\":%zu,"
	       "\"seconds\":%.3f,"
	       "\"rate\":%.1f,\"p50_ms\":%.3f,\"p95_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f,"
	       "\"hits\":%zu,\"errors\":%zu,\"cpu_ms\":%.4f,\"front_cpu_ms\":%.4f,"
	       "\"rss_mb\":%.1f,\"pss_mb\":%.1f,\"processes\":%u}\n",
	       options.label, (unsigned long long)begin_us, options.connections, done, seconds,
	       (double)done / seconds, percentile(0.5), percentile(0.95), percentile(0.99),
	       percentile(1.0), hits, errors, (after->cpu_s - before->cpu_s) * 1000 / (double)done,
	       (after->front_cpu_s - before->front_cpu_s) * 1000 / (double)done, after->rss_mb,
	       after->pss_mb, after->processes);
}

static void release(struct connection *connections)
{
	for (unsigned int i = 0; i < options.connections; i++) {
		if (connections[i].fd >= 0)
			close(connections[i].fd);
		free(connections[i].in.data);
		free(connections[i].out.data);
	}
	free(connections);
	for (size_t i = 0; i < message_count; i++)
		free(messages[i].octets);
	free(messages);
	free(latencies);
	close(epoll_fd);
}

static const char usage[] =
	"usage: load --address unix:PATH|HOST:PORT [OPTION]... FOLDER|FILE\n"
	"\n"
	"  --protocol clamd|clamd-session|http|milter   (clamd)\n"
	"  --connections N    at the same time (1)\n"
	"  --count N          messages in all; as many as the folder has\n"
	"  --seconds S        instead of a count\n"
	"  --server PID       whose CPU and memory to print, with all its children\n"
	"  --target PATH      of the HTTP request (/v1/scan)\n"
	"  --label TEXT       for the line\n"
	"  --timeline         a line per message, too\n"
	"  --help\n"
	"\n"
	"The status is 0, 1 when there were errors among the answers, 2 when it cannot go on.\n";

static _Noreturn void misused(void)
{
	fputs(usage, stderr);
	exit(2);
}

static void take_protocol(const char *word)
{
	static const char *const words[] = {"clamd", "clamd-session", "http", "milter"};

	for (unsigned int i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(word, words[i]) == 0) {
			options.protocol = (enum wire_protocol)i;
			return;
		}
	}
	misused();
}

static void take_options(int argc, char **argv)
{
	static const struct option table[] = {
		{"address", required_argument, NULL, 'a'},
		{"protocol", required_argument, NULL, 'p'},
		{"connections", required_argument, NULL, 'c'},
		{"count", required_argument, NULL, 'n'},
		{"seconds", required_argument, NULL, 's'},
		{"server", required_argument, NULL, 'P'},
		{"target", required_argument, NULL, 't'},
		{"label", required_argument, NULL, 'l'},
		{"timeline", no_argument, NULL, 'T'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	int which;

	while ((which = getopt_long(argc, argv, "", table, NULL)) != -1) {
		switch (which) {
		case 'a':
			options.address = optarg;
			break;
		case 'p':
			take_protocol(optarg);
			break;
		case 'c':
			options.connections = (unsigned int)atoi(optarg);
			break;
		case 'n':
			options.count = strtoul(optarg, NULL, 10);
			break;
		case 's':
			options.seconds = strtod(optarg, NULL);
			break;
		case 'P':
			options.server = (pid_t)atoi(optarg);
			break;
		case 't':
			options.target = optarg;
			break;
		case 'l':
			options.label = optarg;
			break;
		case 'T':
			options.timeline = true;
			break;
		case 'h':
			fputs(usage, stdout);
			exit(0);
		default:
			misused();
		}
	}
	if (options.address == NULL || optind != argc - 1 || options.connections == 0)
		misused();
}

int main(int argc, char **argv)
{
	struct tree_use before = {.cpu_s = 0}, after = {.cpu_s = 0};
	struct connection *connections;
	struct stat status;
	double seconds;

	take_options(argc, argv);
	signal(SIGPIPE, SIG_IGN);
	if (stat(argv[optind], &status) == 0 && S_ISDIR(status.st_mode))
		read_folder(argv[optind]);
	else
		read_message(argv[optind]);
	if (message_count == 0)
		fail("no messages in", argv[optind]);
	wanted = options.count > 0 ? options.count : message_count;
	connections = calloc(options.connections, sizeof(*connections));
	epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (connections == NULL || epoll_fd < 0)
		fail("prepare", "connections");
	if (options.server > 0)
		tree_measure(options.server, &before);
	run(connections);
	seconds = (double)(now_us() - begin_us) / 1e6;
	if (options.server > 0)
		tree_measure(options.server, &after);
	print(seconds, &before, &after);
	release(connections);
	return errors > 0 ? 1 : 0;
}
