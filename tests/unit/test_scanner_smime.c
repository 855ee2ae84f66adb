/* SPDX-License-Identifier: BSD-2-Clause */
/* What a scanner says of the S/MIME that it has loaded. */
#include "test_scanner_fixture.h"

#include "base/log.h"
#include "report/status.h"
#include "smimemake.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static char folder[] = "/tmp/assay-scanner-smime-XXXXXX";
static const char *const names[] = {"root", "ca", "fresh", "old"};
static int64_t now_s;
static json_t *status;

static uint64_t tell(void *context)
{
	(void)context;
	return (uint64_t)now_s * 1000000;
}

static const struct as_clock test_clock = {tell, tell, NULL};

static const char *path_of(const char *name)
{
	static char path[2][100];
	static unsigned int turn;

	turn ^= 1;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", folder, name);
	return path[turn];
}

static void put_file(const char *name, struct as_span octets)
{
	FILE *out = fopen(path_of(name), "w");

	assert_non_null(out);
	assert_int_equal(fwrite(octets.data, 1, octets.size, out), octets.size);
	fclose(out);
}

static int set_up(void **state)
{
	struct sm_crl crl = {.issuer = sm_root(), .key = sm_root_key()};
	EVP_PKEY *key = sm_key(SM_P256, 1);

	if (scanner_set_up(state) != 0 || mkdtemp(folder) == NULL)
		return -1;
	put_file("root", sm_cert_der(sm_root()));
	put_file("ca", sm_cert_der(sm_cert(&(struct sm_cert){.subject = "/CN=CA",
							     .key = key,
							     .issuer = sm_root(),
							     .issuer_key = sm_root_key(),
							     .ca = true})));
	put_file("fresh", sm_crl_der(sm_crl(&crl)));
	crl.next_update = SM_NOW - SM_DAY;
	crl.this_update = SM_NOW - 2 * SM_DAY;
	put_file("old", sm_crl_der(sm_crl(&crl)));
	return 0;
}

static int tear_down(void **state)
{
	sm_end();
	for (size_t i = 0; i < COUNT(names); i++)
		unlink(path_of(names[i]));
	rmdir(folder);
	return scanner_tear_down(state);
}

static int begin(void **state)
{
	(void)state;
	now_s = SM_NOW;
	return 0;
}

static int forget(void **state)
{
	(void)state;
	scanner_forget();
	json_decref(status);
	status = NULL;
	return 0;
}

/* The member of the status. */
static const json_t *open_scanner(const char *smime)
{
	struct as_scanner_settings settings = {.workers = 1, .generation = 1, .clock = &test_clock};
	struct as_error error = {.text = ""};
	struct as_span text;
	char whole[1000];

	snprintf(whole, sizeof(whole), "# not from %%s\nplugins = {}\nsmime {\n%s\n}\n", smime);
	config_read(whole);
	settings.config = config;
	if (as_scanner_open(&settings, &scanner, &error) != 0)
		fail_msg("%s", error.text);
	text = as_scanner_status(scanner);
	json_decref(status);
	status = json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(status);
	return json_object_get(status, "smime");
}

static const json_t *open_with(const char *crl)
{
	char smime[600];

	snprintf(smime, sizeof(smime), "anchors = { \"%s\" }\ncerts = { \"%s\" }\n",
		 path_of("root"), path_of("ca"));
	if (crl != NULL)
		snprintf(smime + strlen(smime), sizeof(smime) - strlen(smime),
			 "crls = { \"%s\" }\n", path_of(crl));
	return open_scanner(smime);
}

static void assert_number(const json_t *object, const char *key, int64_t value)
{
	assert_true(json_is_integer(json_object_get(object, key)));
	assert_int_equal(json_integer_value(json_object_get(object, key)), value);
}

static void assert_drawn(const json_t *smime, const char *text)
{
	struct as_buffer out;

	as_buffer_init(&out, 0);
	as_status_draw_smime(smime, (uint64_t)now_s, false, &out);
	as_buffer_byte(&out, 0);
	assert_string_equal((const char *)out.data, text);
	as_buffer_deinit(&out);
}

static void smime_that_is_off_is_null(void **state)
{
	const json_t *smime = open_scanner("enabled = false");
	(void)state;

	assert_true(json_is_null(smime));
	assert_drawn(smime, "off\n");
}

static void without_anything_all_counts_are_nought(void **state)
{
	const json_t *smime = open_scanner("");
	(void)state;

	assert_number(smime, "anchors", 0);
	assert_number(smime, "certificates", 0);
	assert_number(smime, "crls", 0);
	assert_number(smime, "crl_next_update", 0);
	assert_number(smime, "keys", 0);
	assert_drawn(smime, "0 anchors, 0 certificates, 0 revocation lists, 0 keys\n");
}

static void what_is_loaded_is_counted(void **state)
{
	const json_t *smime = open_with("fresh");
	(void)state;

	assert_number(smime, "anchors", 1);
	assert_number(smime, "certificates", 1);
	assert_number(smime, "crls", 1);
	assert_number(smime, "crl_next_update", SM_NOW + 30 * SM_DAY);
	assert_drawn(smime,
		     "1 anchor, 1 certificate, 1 revocation list until 2025-11-08, 0 keys\n");
}

/* Standard error is what a zygote keeps of what is open. */
static void assert_logged(const char *crl, const char *words)
{
	char text[2000];
	ssize_t got;
	int log = memfd_create("log", MFD_CLOEXEC);
	int kept = dup(STDERR_FILENO);

	assert_true(log >= 0 && kept >= 0);
	assert_true(dup2(log, STDERR_FILENO) >= 0);
	as_log_configure(&(struct as_log_settings){.fd = STDERR_FILENO,
						   .level = AS_LOG_WARNING,
						   .format = AS_LOG_TEXT,
						   .clock = &test_clock,
						   .process = "test"});
	open_with(crl);
	assert_true(dup2(kept, STDERR_FILENO) >= 0);
	close(kept);
	got = pread(log, text, sizeof(text) - 1, 0);
	close(log);
	assert_true(got >= 0);
	text[got] = '\0';
	print_message("log: %.500s\n", text);
	if (words != NULL)
		assert_non_null(strstr(text, words));
	else
		assert_string_equal(text, "");
}

static void a_list_past_its_time_is_a_warning(void **state)
{
	(void)state;
	assert_logged("old", "smime crls: the next update of a list is due since 2025-10-08 08:53");
	assert_drawn(json_object_get(status, "smime"),
		     "1 anchor, 1 certificate, 1 revocation list due since 2025-10-08, 0 keys\n");
}

static void a_list_in_its_time_is_none(void **state)
{
	(void)state;
	assert_logged("fresh", NULL);
	scanner_forget();
	now_s = SM_NOW + 30 * SM_DAY;
	assert_logged("fresh", NULL);
	scanner_forget();
	now_s++;
	assert_logged("fresh", "due since");
	scanner_forget();
	assert_logged(NULL, NULL);
}

static void odd_members_of_a_status_are_drawn_as_nothing(void **state)
{
	static const struct {
		const char *json, *text;
	} cases[] = {
		{"null", "off\n"},
		{"[]", "off\n"},
		{"{}", "0 anchors, 0 certificates, 0 revocation lists, 0 keys\n"},
		{"{\"anchors\":\"x\",\"crl_next_update\":9223372036854775807}",
		 "0 anchors, 0 certificates, 0 revocation lists, 0 keys\n"},
		{"{\"anchors\":-1,\"crl_next_update\":-1,\"keys\":2}",
		 "0 anchors, 0 certificates, 0 revocation lists, 2 keys\n"},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		json_t *smime = json_loads(cases[i].json, JSON_DECODE_ANY, NULL);

		print_message("case: %s\n", cases[i].json);
		assert_drawn(smime, cases[i].text);
		json_decref(smime);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, forget)
	const struct CMUnitTest tests[] = {
		TEST(smime_that_is_off_is_null),
		TEST(without_anything_all_counts_are_nought),
		TEST(what_is_loaded_is_counted),
		TEST(a_list_past_its_time_is_a_warning),
		TEST(a_list_in_its_time_is_none),
		TEST(odd_members_of_a_status_are_drawn_as_nothing),
	};
	return cmocka_run_group_tests_name("scanner: S/MIME", tests, set_up, tear_down);
}
