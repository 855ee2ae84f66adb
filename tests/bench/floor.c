/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The least work there is: one process that hands every message to the same
 * libraries that Assay uses, once, and does nothing with the answers. Parsing
 * by GMime, decoding by GMime, SHA-256, libmagic, libclamav and libyara over
 * every leaf; no limits, no second reading, no verdict.
 *
 * The CPU time of each step is taken on the thread's own clock, so that other
 * work on the machine does not count. Loading is timed apart. The result is
 * one line of JSON; `measure` reads it.
 */
#include <assay/span.h>

#include <clamav.h>
#include <dirent.h>
#include <fcntl.h>
#include <gmime/gmime.h>
#include <magic.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <yara.h>

/* Multiparts within each other; generated mail has four at most. */
#define DEPTH_MAX     64u
#define DATABASES_MAX 8u
#define YARA_SECONDS  60

enum step { PARSE, DECODE, DIGEST, MAGIC, CLAMAV, YARA, STEPS };

static const char *const step_names[STEPS] = {
	[PARSE] = "parse", [DECODE] = "decode", [DIGEST] = "sha256",
	[MAGIC] = "magic", [CLAMAV] = "clamav", [YARA] = "yara",
};

struct options {
	const char *databases[DATABASES_MAX];
	size_t database_count;
	const char *rules;
	const char *temp_dir;
};

struct libraries {
	struct cl_engine *clamav;
	unsigned int signatures;
	magic_t magic;
	YR_RULES *rules;
	const EVP_MD *sha256;
};

struct run {
	struct libraries libraries;
	double seconds[STEPS];
	uint64_t messages, leaves, unparsed;
	uint64_t raw_bytes, leaf_bytes;
	uint64_t infected, rule_hits;
};

static double thread_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double wall_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double process_seconds(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6 +
	       (double)usage.ru_stime.tv_sec + (double)usage.ru_stime.tv_usec / 1e6;
}

static void die(const char *what, const char *why)
{
	fprintf(stderr, "floor: %s: %s\n", what, why);
	exit(2);
}

/* ---- the libraries ---- */

static void load_clamav(struct libraries *libraries, const struct options *options)
{
	cl_error_t rc;

	if (cl_init(CL_INIT_DEFAULT) != CL_SUCCESS)
		die("libclamav", "does not start");
	libraries->clamav = cl_engine_new();
	if (libraries->clamav == NULL)
		die("libclamav", "no memory");
	cl_engine_set_num(libraries->clamav, CL_ENGINE_DISABLE_CACHE, 1);
	if (options->temp_dir != NULL)
		cl_engine_set_str(libraries->clamav, CL_ENGINE_TMPDIR, options->temp_dir);
	for (size_t i = 0; i < options->database_count; i++) {
		rc = cl_load(options->databases[i], libraries->clamav, &libraries->signatures,
			     CL_DB_STDOPT);
		if (rc != CL_SUCCESS)
			die(options->databases[i], cl_strerror(rc));
	}
	rc = cl_engine_compile(libraries->clamav);
	if (rc != CL_SUCCESS)
		die("libclamav", cl_strerror(rc));
}

static void load_yara(struct libraries *libraries, const struct options *options)
{
	YR_COMPILER *compiler = NULL;
	FILE *file;

	if (options->rules == NULL)
		return;
	file = fopen(options->rules, "re");
	if (file == NULL)
		die(options->rules, "cannot be opened");
	if (yr_initialize() != ERROR_SUCCESS || yr_compiler_create(&compiler) != ERROR_SUCCESS)
		die("libyara", "does not start");
	if (yr_compiler_add_file(compiler, file, NULL, options->rules) != 0 ||
	    yr_compiler_get_rules(compiler, &libraries->rules) != ERROR_SUCCESS)
		die(options->rules, "does not compile");
	yr_compiler_destroy(compiler);
	fclose(file);
}

static void load(struct libraries *libraries, const struct options *options)
{
	g_mime_init();
	libraries->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	if (libraries->sha256 == NULL)
		die("SHA-256", "OpenSSL has none");
	libraries->magic = magic_open(MAGIC_MIME_TYPE);
	if (libraries->magic == NULL || magic_load(libraries->magic, NULL) != 0)
		die("libmagic", "has no database");
	load_clamav(libraries, options);
	load_yara(libraries, options);
}

/* ---- one leaf ---- */

static void count_step(struct run *run, enum step step, double *mark)
{
	double now = thread_seconds();

	run->seconds[step] += now - *mark;
	*mark = now;
}

static void scan_clamav(struct run *run, struct as_span data)
{
	struct cl_scan_options options = {
		.general = CL_SCAN_GENERAL_HEURISTICS,
		.parse = ~0u,
	};
	cl_fmap_t *map = cl_fmap_open_memory(data.data, data.size);
	const char *name = NULL;
	unsigned long int scanned = 0;

	if (map == NULL)
		die("libclamav", "no memory");
	if (cl_scanmap_callback(map, NULL, &name, &scanned, run->libraries.clamav, &options,
				NULL) == CL_VIRUS)
		run->infected++;
	cl_fmap_close(map);
}

static int on_rule(YR_SCAN_CONTEXT *context, int message, void *data, void *user_data)
{
	struct run *run = user_data;

	(void)context;
	(void)data;
	if (message == CALLBACK_MSG_RULE_MATCHING)
		run->rule_hits++;
	return CALLBACK_CONTINUE;
}

static void scan_leaf(struct run *run, struct as_span data)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int digest_size = 0;
	double mark;

	run->leaves++;
	run->leaf_bytes += data.size;
	if (data.size == 0)
		return;
	mark = thread_seconds();
	EVP_Digest(data.data, data.size, digest, &digest_size, run->libraries.sha256, NULL);
	count_step(run, DIGEST, &mark);
	(void)magic_buffer(run->libraries.magic, data.data, data.size);
	count_step(run, MAGIC, &mark);
	scan_clamav(run, data);
	count_step(run, CLAMAV, &mark);
	if (run->libraries.rules == NULL)
		return;
	yr_rules_scan_mem(run->libraries.rules, data.data, data.size,
			  SCAN_FLAGS_REPORT_RULES_MATCHING, on_rule, run, YARA_SECONDS);
	count_step(run, YARA, &mark);
}

/* ---- one message ---- */

static void decode_leaf(struct run *run, GMimePart *part)
{
	double mark = thread_seconds();
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	GMimeStream *stream = g_mime_stream_mem_new();
	GByteArray *octets;

	if (content != NULL)
		g_mime_data_wrapper_write_to_stream(content, stream);
	octets = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
	count_step(run, DECODE, &mark);
	scan_leaf(run, as_span_make(octets->data, octets->len));
	g_object_unref(stream);
}

static void walk(struct run *run, GMimeObject *object, unsigned int depth)
{
	GMimeMessage *inner;

	if (object == NULL || depth > DEPTH_MAX)
		return;
	if (GMIME_IS_MULTIPART(object)) {
		GMimeMultipart *multipart = GMIME_MULTIPART(object);

		for (int i = 0; i < g_mime_multipart_get_count(multipart); i++)
			walk(run, g_mime_multipart_get_part(multipart, i), depth + 1);
	} else if (GMIME_IS_MESSAGE_PART(object)) {
		inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
		if (inner != NULL)
			walk(run, g_mime_message_get_mime_part(inner), depth + 1);
	} else if (GMIME_IS_PART(object)) {
		decode_leaf(run, GMIME_PART(object));
	}
}

static void scan_message(struct run *run, struct as_span octets)
{
	double mark = thread_seconds();
	GMimeStream *stream = g_mime_stream_mem_new();
	GByteArray *borrowed = g_byte_array_new_take((guint8 *)(uintptr_t)octets.data, octets.size);
	GMimeMessage *message;
	GMimeParser *parser;

	/* The octets stay the mapping's. */
	g_mime_stream_mem_set_byte_array(GMIME_STREAM_MEM(stream), borrowed);
	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
	parser = g_mime_parser_new_with_stream(stream);
	message = g_mime_parser_construct_message(parser, NULL);
	count_step(run, PARSE, &mark);
	if (message != NULL)
		walk(run, g_mime_message_get_mime_part(message), 0);
	else
		run->unparsed++;
	mark = thread_seconds();
	if (message != NULL)
		g_object_unref(message);
	g_object_unref(parser);
	g_object_unref(stream);
	g_byte_array_steal(borrowed, NULL);
	g_byte_array_unref(borrowed);
	count_step(run, PARSE, &mark);
}

static void scan_file(struct run *run, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *octets;

	if (fd < 0 || fstat(fd, &st) < 0)
		die(path, "cannot be read");
	if (st.st_size > 0) {
		octets = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd,
			      0);
		if (octets == MAP_FAILED)
			die(path, "cannot be mapped");
		run->messages++;
		run->raw_bytes += (uint64_t)st.st_size;
		scan_message(run, as_span_make(octets, (size_t)st.st_size));
		munmap(octets, (size_t)st.st_size);
	}
	close(fd);
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void scan_folder(struct run *run, const char *folder)
{
	struct dirent **entries = NULL;
	int count = scandir(folder, &entries, is_visible, alphasort);
	char *path;

	if (count < 0)
		die(folder, "cannot be read");
	for (int i = 0; i < count; i++) {
		path = g_build_filename(folder, entries[i]->d_name, NULL);
		scan_file(run, path);
		g_free(path);
		free(entries[i]);
	}
	free(entries);
}

/* ---- the result ---- */

struct times {
	double load_wall, load_cpu, scan_wall, scan_cpu;
};

static void print_result(const struct run *run, const struct times *times)
{
	double messages = run->messages > 0 ? (double)run->messages : 1;

	printf("{\"messages\":%llu,\"bytes\":%llu,\"leaves\":%llu,\"leaf_bytes\":%llu,"
	       "\"unparsed\":%llu,\"infected\":%llu,\"rule_hits\":%llu,\"signatures\":%u",
	       (unsigned long long)run->messages, (unsigned long long)run->raw_bytes,
	       (unsigned long long)run->leaves, (unsigned long long)run->leaf_bytes,
	       (unsigned long long)run->unparsed, (unsigned long long)run->infected,
	       (unsigned long long)run->rule_hits, run->libraries.signatures);
	printf(",\"load_seconds\":%.3f,\"load_cpu\":%.3f,\"seconds\":%.3f,\"cpu_ms\":%.4f,"
	       "\"steps_ms\":{",
	       times->load_wall, times->load_cpu, times->scan_wall,
	       times->scan_cpu * 1e3 / messages);
	for (int i = 0; i < STEPS; i++)
		printf("%s\"%s\":%.4f", i > 0 ? "," : "", step_names[i],
		       run->seconds[i] * 1e3 / messages);
	printf("}}\n");
}

static void read_options(int argc, char **argv, struct options *options)
{
	int option;

	while ((option = getopt(argc, argv, "d:y:t:")) != -1) {
		switch (option) {
		case 'd':
			if (options->database_count == DATABASES_MAX)
				die(optarg, "too many databases");
			options->databases[options->database_count++] = optarg;
			break;
		case 'y':
			options->rules = optarg;
			break;
		case 't':
			options->temp_dir = optarg;
			break;
		default:
			optind = argc;
		}
	}
	if (optind < argc && options->database_count > 0)
		return;
	fprintf(stderr, "usage: floor -d DATABASE... [-y RULES] [-t TEMPDIR] FOLDER...\n");
	exit(2);
}

int main(int argc, char **argv)
{
	struct options options = {.database_count = 0};
	struct run run = {.messages = 0};
	double wall = wall_seconds();
	struct times times;

	read_options(argc, argv, &options);
	load(&run.libraries, &options);
	times.load_wall = wall_seconds() - wall;
	times.load_cpu = process_seconds();
	wall = wall_seconds();
	for (int i = optind; i < argc; i++)
		scan_folder(&run, argv[i]);
	times.scan_wall = wall_seconds() - wall;
	times.scan_cpu = process_seconds() - times.load_cpu;
	print_result(&run, &times);
	return ferror(stdout) != 0 || fflush(stdout) != 0 ? 2 : 0;
}
