/* SPDX-License-Identifier: BSD-2-Clause */
/* A pool with private keys: its workers open what is for them and hold none. The
 * keys are made in a child, so that this process never has one either. Built
 * twice: once without the sanitizers, so that the sandboxes can close. */
#include "pool/keeper_keys.h"

#include "pool/pool.h"
#include "pool/sandbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define LONG_MS 60000u
/* Octets of each private number that are looked for, all with this mask, so that
 * whoever looks has nothing to find in its own memory. */
#define NEEDLE_BYTES 32u
#define NEEDLES	     4u
#define MASK	     0x5a
/* A mapping beyond that is the sanitizer's. */
#define MAPPING_MAX ((size_t)1 << 30)

static const unsigned char secret[16] = "the content key.";

/* What the child made. */
static struct made {
	unsigned char needles[NEEDLES][NEEDLE_BYTES];
	unsigned char sealed[256];
} * made;
static char folder[64], key_path[80], other_path[80];

static struct as_pool *pool;
static struct as_keeper_duty duty;
static struct as_smime_settings settings;
static struct as_error error;

/* ---- Keys ------------------------------------------------------------- */

static void check(bool fine)
{
	if (!fine)
		_exit(1);
}

static void take_needle(const EVP_PKEY *key, const char *name, unsigned char *out)
{
	unsigned char octets[512];
	BIGNUM *number = NULL;
	int size;

	check(EVP_PKEY_get_bn_param(key, name, &number) == 1);
	/* As it stands in memory: the least significant word first. */
	size = BN_bn2lebinpad(number, octets, 512);
	check(size >= (int)NEEDLE_BYTES);
	for (size_t i = 0; i < NEEDLE_BYTES; i++)
		out[i] = octets[i] ^ MASK;
	BN_clear_free(number);
}

static void write_key(EVP_PKEY *key, const char *path)
{
	X509 *cert = X509_new();
	X509_NAME *name = X509_get_subject_name(cert);
	FILE *file = fopen(path, "we");

	check(file != NULL);
	X509_set_version(cert, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(cert), 17);
	X509_gmtime_adj(X509_getm_notBefore(cert), -3600);
	X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"Escrow", -1,
				   -1, 0);
	X509_set_issuer_name(cert, name);
	X509_set_pubkey(cert, key);
	check(X509_sign(cert, key, EVP_sha256()) > 0);
	check(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1);
	check(PEM_write_X509(file, cert) == 1 && fclose(file) == 0);
}

/* ---- What workers do -------------------------------------------------- */

static struct as_key_client *client;
static int maps_fd = -1;

static int load(void *context, struct as_buffer *status_out, struct as_error *fault)
{
	(void)context;
	as_buffer_printf(status_out, "%d", as_keeper_current() != NULL);
	return as_key_client_open(as_keeper_current(), &client, fault);
}

static int enter(void *context, const char *temp_dir, uint32_t number, struct as_error *fault)
{
	(void)context;
	(void)temp_dir;
	(void)number;
	(void)fault;
	maps_fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	return maps_fd < 0 ? -errno : 0;
}

static void unwrap(struct as_buffer *body)
{
	const struct as_key_request request = {
		.mechanism = AS_KEY_RSA_PKCS1,
		.key_bytes = sizeof(secret),
		.input = as_span_make(made->sealed, sizeof(made->sealed)),
	};
	unsigned char key[AS_KEY_BYTES_MAX];
	struct as_key_ops ops;
	int rc;

	as_key_client_ops(client, &ops);
	if (ops.keys->count == 0) {
		as_buffer_text(body, "no keys");
		return;
	}
	rc = ops.unwrap(ops.context, &request, key);
	if (rc < 0)
		as_buffer_text(body, as_code_text(rc));
	else
		as_buffer_printf(body, "%s of %s",
				 memcmp(key, secret, sizeof(secret)) == 0 ? "right" : "wrong",
				 ops.keys->items[0].subject);
}

static bool is_needle(const unsigned char *at, const unsigned char *needle)
{
	for (size_t i = 0; i < NEEDLE_BYTES; i++)
		if ((at[i] ^ MASK) != needle[i])
			return false;
	return true;
}

static bool holds_needle(const unsigned char *page, size_t size)
{
	/* Most octets begin none. */
	bool begins[256] = {false};

	for (size_t n = 0; n < NEEDLES; n++)
		begins[made->needles[n][0] ^ MASK] = true;
	for (size_t at = 0; at + NEEDLE_BYTES <= size; at++)
		for (size_t n = 0; begins[page[at]] && n < NEEDLES; n++)
			if (is_needle(page + at, made->needles[n]))
				return true;
	return false;
}

/* Through the kernel, which knows what can be read, in pieces that overlap. */
static bool holds_key(uintptr_t begin, uintptr_t end, int copy, unsigned char *view, size_t room)
{
	for (uintptr_t at = begin; at < end;) {
		size_t size = end - at < room ? end - at : room;
		long got = syscall(SYS_pwrite64, copy, at, size, 0);

		if (got <= 0)
			return false;
		if (holds_needle(view, (size_t)got))
			return true;
		if ((size_t)got == end - at)
			return false;
		at += (size_t)got > NEEDLE_BYTES ? (size_t)got - NEEDLE_BYTES : (size_t)got;
	}
	return false;
}

static void scan_memory(struct as_buffer *body)
{
	const size_t room = (size_t)1 << 20;
	int copy = memfd_create("copy", MFD_CLOEXEC);
	unsigned char *view;
	char *text = NULL, *line, *rest;
	struct as_buffer maps;
	size_t mappings = 0, hits = 0;

	as_buffer_init(&maps, 0);
	for (;;) {
		unsigned char *space = as_buffer_reserve(&maps, 65536);
		ssize_t got = space != NULL ? read(maps_fd, space, 65536) : -1;

		if (got <= 0)
			break;
		as_buffer_commit(&maps, (size_t)got);
	}
	lseek(maps_fd, 0, SEEK_SET);
	as_buffer_byte(&maps, 0);
	if (copy < 0 || ftruncate(copy, (off_t)room) < 0)
		return;
	view = mmap(NULL, room, PROT_READ, MAP_SHARED, copy, 0);
	if (view == MAP_FAILED)
		return;
	text = (char *)maps.data;
	for (line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
		unsigned long begin, end;
		char rights[8];

		if (sscanf(line, "%lx-%lx %7s", &begin, &end, rights) != 3 || rights[0] != 'r' ||
		    end - begin > MAPPING_MAX)
			continue;
		mappings++;
		hits += holds_key(begin, end, copy, view, room);
	}
	as_buffer_deinit(&maps);
	munmap(view, room);
	close(copy);
	as_buffer_printf(body, "%s, %s", mappings > 10 ? "looked" : "saw nothing",
			 hits > 0 ? "a key" : "no key");
}

static void run_words(struct as_span words, struct as_buffer *body)
{
	if (as_span_equal(words, as_span_text("unwrap"))) {
		unwrap(body);
	} else if (as_span_equal(words, as_span_text("scan"))) {
		scan_memory(body);
	} else if (as_span_equal(words, as_span_text("plant"))) {
		/* Not on a page that the scan itself copies to; volatile, since nobody
		 * reads it but through the kernel. */
		volatile unsigned char *planted = malloc(NEEDLE_BYTES);

		for (size_t i = 0; i < NEEDLE_BYTES; i++)
			planted[i] = made->needles[1][i] ^ MASK;
		scan_memory(body);
		free((void *)(uintptr_t)planted);
	} else if (as_span_equal(words, as_span_text("stream"))) {
		int pair[2];

		as_buffer_text(body, socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0 ? "no" : "yes");
	}
}

static int run(void *context, const struct as_work *work, struct as_reply *reply)
{
	(void)context;
	run_words(work->request, &reply->body);
	return 0;
}

static _Noreturn void make_keys(void)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
	size_t size = sizeof(made->sealed);
	struct as_buffer body;

	take_needle(key, OSSL_PKEY_PARAM_RSA_D, made->needles[0]);
	take_needle(key, OSSL_PKEY_PARAM_RSA_FACTOR1, made->needles[1]);
	take_needle(key, OSSL_PKEY_PARAM_RSA_FACTOR2, made->needles[2]);
	take_needle(key, OSSL_PKEY_PARAM_RSA_EXPONENT1, made->needles[3]);
	check(EVP_PKEY_encrypt_init(context) == 1 &&
	      EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 &&
	      EVP_PKEY_encrypt(context, made->sealed, &size, secret, sizeof(secret)) == 1);
	write_key(key, key_path);
	write_key(EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256"), other_path);
	/* That is how a key stands in memory: who has one is found. */
	as_buffer_init(&body, 0);
	check(enter(NULL, folder, 0, NULL) == 0);
	scan_memory(&body);
	check(as_span_equal(as_buffer_span(&body), as_span_text("looked, a key")));
	_exit(0);
}

/* ---- The pool --------------------------------------------------------- */

static int begin(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/assay-keys-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(key_path, sizeof(key_path), "%s/rsa.pem", folder);
	snprintf(other_path, sizeof(other_path), "%s/ec.pem", folder);
	made = mmap(NULL, sizeof(*made), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(made != MAP_FAILED);
	pid = fork();
	if (pid == 0)
		make_keys();
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	return 0;
}

static int end(void **state)
{
	(void)state;
	unlink(key_path);
	unlink(other_path);
	rmdir(folder);
	munmap(made, sizeof(*made));
	return 0;
}

static int open_pool(const char *const *keys, size_t count)
{
	static const char *kept[4];
	const struct as_pool_settings pool_settings = {
		.workers = 1,
		.worker_memory = 512u << 20,
		.worker_messages = 1000,
		.worker_growth = 512u << 20,
		.sandbox = true,
		.start_ms = LONG_MS,
		.clock = &as_clock_system,
	};
	struct as_pool_handler handler = {.load = load, .enter = enter, .run = run};

	for (size_t i = 0; i < count; i++)
		kept[i] = keys[i];
	settings = (struct as_smime_settings){.keys = kept, .key_count = count};
	as_keeper_duty_keys(&settings, &duty);
	handler.keeper = count > 0 ? &duty : NULL;
	return as_pool_open(&pool_settings, &handler, &pool, &error);
}

static void open_with_key(void)
{
	const char *key = key_path;

	if (open_pool(&key, 1) < 0)
		fail_msg("%s", error.text);
}

static int tear_down(void **state)
{
	(void)state;
	as_pool_close(pool);
	pool = NULL;
	return 0;
}

static char answer[256];
static enum as_outcome outcome;
static long refused;

static void done(void *context, const struct as_result *result)
{
	(void)context;
	outcome = result->outcome;
	refused = result->syscall;
	snprintf(answer, sizeof(answer), "%.*s", (int)result->body.size,
		 result->body.size > 0 ? (const char *)result->body.data : "");
}

static const char *do_words(const char *words)
{
	const struct as_job job = {
		.fd = -1,
		.request = as_span_text(words),
		.deadline_ms = LONG_MS,
		.cookie = &pool,
	};
	int rc = 0;

	assert_int_equal(as_pool_submit(pool, &job), 0);
	while (rc == 0)
		rc = as_pool_poll(pool, 1000, done, NULL);
	assert_int_equal(rc, 1);
	return outcome == AS_OUTCOME_DONE ? answer : as_outcome_name(outcome);
}

static pid_t zygote_pid(void)
{
	static struct as_pool_state described;

	as_pool_describe(pool, &described);
	assert_true(described.zygote_pid > 0);
	return described.zygote_pid;
}

/* The parent of a keeper that runs; -1: this is none. */
static int parent_of_keeper(int pid)
{
	char path[64], text[256] = "", letter = 'Z';
	int parent = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = pid > 0 ? fopen(path, "re") : NULL;
	if (file == NULL)
		return -1;
	if (fgets(text, sizeof(text), file) == NULL ||
	    sscanf(text, "%*d (assay-keeper) %c %d", &letter, &parent) != 2 || letter == 'Z')
		parent = -1;
	fclose(file);
	return parent;
}

/* Of the keeper of the pool; -1: there is none. */
static pid_t keeper_pid(void)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	pid_t found = -1;

	assert_non_null(dir);
	while (found < 0 && (entry = readdir(dir)) != NULL)
		if (parent_of_keeper(atoi(entry->d_name)) == (int)zygote_pid())
			found = atoi(entry->d_name);
	closedir(dir);
	return found;
}

static pid_t another_keeper(pid_t than)
{
	for (int i = 0; i < 6000; i++) {
		pid_t pid = keeper_pid();

		if (pid > 0 && pid != than)
			return pid;
		poll(NULL, 0, 10);
	}
	fail_msg("no keeper came back");
	return -1;
}

/* ---- Tests ------------------------------------------------------------ */

static void workers_use_a_key_that_they_do_not_hold(void **state)
{
	(void)state;
	open_with_key();
	assert_string_equal(do_words("scan"), "looked, no key");
	assert_string_equal(do_words("unwrap"), "right of CN=Escrow");
	assert_string_equal(do_words("scan"), "looked, no key");
	assert_string_equal(do_words("plant"), "looked, a key");
}

static void a_killed_keeper_comes_back(void **state)
{
	pid_t pid;

	(void)state;
	open_with_key();
	pid = keeper_pid();
	assert_true(pid > 0);
	for (int i = 0; i < 4; i++) {
		const char *words;

		assert_int_equal(kill(pid, SIGKILL), 0);
		/* Whatever it met, the job ends with an answer. */
		words = do_words("unwrap");
		assert_true(strcmp(words, "right of CN=Escrow") == 0 ||
			    strcmp(words, as_code_text(AS_E_GONE)) == 0);
		pid = another_keeper(pid);
	}
	for (int i = 0; strcmp(do_words("unwrap"), "right of CN=Escrow") != 0; i++)
		assert_true(i < 60);
	assert_string_equal(do_words("scan"), "looked, no key");
}

static void why_keys_cannot_be_read_reaches_the_caller(void **state)
{
	const char *none[] = {"/nowhere/key.pem"};
	const char *both[] = {key_path, "/nowhere/other.p12"};

	(void)state;
	assert_int_equal(open_pool(none, 1), -ENOENT);
	assert_non_null(strstr(error.text, "/nowhere/key.pem: "));
	assert_int_equal(open_pool(both, 2), -ENOENT);
	assert_non_null(strstr(error.text, "/nowhere/other.p12: "));
}

static void several_keys_are_served(void **state)
{
	const char *both[] = {key_path, other_path};

	(void)state;
	if (open_pool(both, 2) < 0)
		fail_msg("%s", error.text);
	assert_string_equal(do_words("unwrap"), "right of CN=Escrow");
}

static void without_keys_there_is_no_keeper(void **state)
{
	(void)state;
	assert_int_equal(open_pool(NULL, 0), 0);
	assert_int_equal(keeper_pid(), -1);
	assert_true(as_span_equal(as_pool_status(pool), as_span_text("0")));
	assert_string_equal(do_words("unwrap"), "no keys");
}

static void it_ends_with_the_pool(void **state)
{
	pid_t pid;

	(void)state;
	open_with_key();
	pid = keeper_pid();
	as_pool_close(pool);
	pool = NULL;
	for (int i = 0; parent_of_keeper((int)pid) >= 0; i++) {
		assert_true(i < 6000);
		poll(NULL, 0, 10);
	}
}

static void no_other_pairs_of_sockets_are_made(void **state)
{
	(void)state;
	open_with_key();
	assert_string_equal(do_words("stream"), "crashed");
	assert_int_equal(refused, SYS_socketpair);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(workers_use_a_key_that_they_do_not_hold, tear_down),
		cmocka_unit_test_teardown(a_killed_keeper_comes_back, tear_down),
		cmocka_unit_test_teardown(why_keys_cannot_be_read_reaches_the_caller, tear_down),
		cmocka_unit_test_teardown(several_keys_are_served, tear_down),
		cmocka_unit_test_teardown(without_keys_there_is_no_keeper, tear_down),
		cmocka_unit_test_teardown(it_ends_with_the_pool, tear_down),
		cmocka_unit_test_teardown(no_other_pairs_of_sockets_are_made, tear_down),
	};
	/* The last one needs a sandbox, which does not close round sanitizers:
	 * sandbox_keys is the same without them. */
	size_t count = sizeof(tests) / sizeof(tests[0]) - (as_sandbox_possible() ? 0 : 1);

	return _cmocka_run_group_tests("pool_keys", tests, count, begin, end);
}
