/* SPDX-License-Identifier: BSD-2-Clause */
#include "clamav_samples.h"
#include "layers.h"
#include "probe.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static struct probe probe;

/* The probe's host with the two calls in which the engine remembers: seen()
 * knows the children so far, emit() may scan a child as the engine does with
 * what another plugin unpacked from it. */
static struct assay_host host;
static struct assay_plugin plugin;
static int (*probe_emit)(struct assay_scan *, const struct assay_object *,
			 const struct assay_child *);
static int rescan_depth;

static bool seen(const struct assay_scan *scan, struct as_span data)
{
	(void)scan;
	for (size_t i = 0; i < probe.child_count; i++)
		if (as_span_equal(as_span_make(probe.children[i].data, probe.children[i].size),
				  data))
			return true;
	return false;
}

static int emit(struct assay_scan *scan, const struct assay_object *object,
		const struct assay_child *child)
{
	int rc = probe_emit(scan, object, child);

	if (rc == 0 && rescan_depth > 0) {
		struct assay_object inner = probe_object(child->data, NULL, NULL);

		rescan_depth--;
		assert_int_equal(plugin.inspect(probe.state, scan, &inner, ASSAY_JUDGE), 0);
		rescan_depth++;
	}
	return rc;
}

static int load(const struct assay_host *given, const struct assay_setup *setup, void **state_out,
		struct assay_loaded *loaded)
{
	host = *given;
	probe_emit = given->emit;
	host.seen = seen;
	host.emit = emit;
	return assay_plugin.load(&host, setup, state_out, loaded);
}

static void open_with(const struct probe_setting *settings)
{
	memset(&probe, 0, sizeof(probe));
	plugin = assay_plugin;
	plugin.load = load;
	probe.settings = settings;
	rescan_depth = 0;
	assert_int_equal(probe_open(&probe, &plugin), 0);
}

static int open_default(void **state)
{
	(void)state;
	open_with(NULL);
	return 0;
}

static int close_probe(void **state)
{
	(void)state;
	probe_close(&probe);
	return 0;
}

static int scan_as(struct as_span data, enum assay_class type_class, uint32_t flags)
{
	struct assay_object object = probe_object(data, NULL, NULL);

	object.type_class = type_class;
	object.flags = flags;
	return probe_run(&probe, &object, ASSAY_JUDGE);
}

static void expect_eicar(const char *name, struct sample sample, enum assay_class type_class)
{
	print_message("# case: %s\n", name);
	assert_int_equal(scan_as(sample_span(&sample), type_class, 0), 0);
	assert_true(probe_has(&probe, "malware.eicar"));
	free(sample.data);
}

static void the_test_file_is_found_in_every_kind_of_file(void **state)
{
	struct sample eicar = sample_eicar();
	struct as_span test = sample_span(&eicar);
	const struct sample_member member = {"run.com", test, false};
	struct sample zip = sample_zip(&member, 1, true);
	(void)state;

	expect_eicar("alone", sample_wrap("", test, ""), ASSAY_CLASS_TEXT);
	expect_eicar("alone, unknown", sample_wrap("", test, ""), ASSAY_CLASS_UNKNOWN);
	expect_eicar("in text", sample_wrap("see:\r\n\r\n", test, "\r\nbye"), ASSAY_CLASS_TEXT);
	expect_eicar("in text like mail",
		     sample_wrap("Received: x\r\nFrom: a@b\r\nSubject: s\r\n\r\n", test, "\r\n"),
		     ASSAY_CLASS_TEXT);
	expect_eicar("in HTML", sample_wrap("<html><body><p>", test, "</p></body></html>"),
		     ASSAY_CLASS_HTML);
	expect_eicar("in HTML of another class",
		     sample_wrap("<html><body><p>", test, "</p></body></html>"),
		     ASSAY_CLASS_SCRIPT);
	expect_eicar("in a data: link", sample_html_data(test), ASSAY_CLASS_HTML);
	expect_eicar("in an executable", sample_pe(test), ASSAY_CLASS_EXECUTABLE);
	expect_eicar("in OLE2", sample_ole2(test), ASSAY_CLASS_OFFICE);
	expect_eicar("in a PDF stream", sample_pdf(test, as_span_make(NULL, 0)), ASSAY_CLASS_PDF);
	expect_eicar("in a zip", sample_wrap("", sample_span(&zip), ""), ASSAY_CLASS_ARCHIVE);
	expect_eicar("in a zip in a PDF", sample_pdf(as_span_text("BT ET"), sample_span(&zip)),
		     ASSAY_CLASS_PDF);
	expect_eicar("in a zip behind an executable", sample_pe(sample_span(&zip)),
		     ASSAY_CLASS_EXECUTABLE);
	free(zip.data);
	free(eicar.data);
}

static void clean_files_have_no_findings(void **state)
{
	static const struct {
		const char *text;
		enum assay_class type_class;
	} cases[] = {
		{"Hello, this is a letter.\r\nBye.\r\n", ASSAY_CLASS_TEXT},
		{"<html><body>hello</body></html>", ASSAY_CLASS_HTML},
		{"x", ASSAY_CLASS_UNKNOWN},
		{"", ASSAY_CLASS_UNKNOWN},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(scan_as(as_span_text(cases[i].text), cases[i].type_class, 0), 0);
		assert_int_equal(probe.finding_count, 0);
		assert_int_equal(probe.child_count, 0);
	}
}

static void the_canary_is_found(void **state)
{
	const struct assay_canary *canaries = NULL;
	(void)state;

	assert_int_equal(plugin.canaries(probe.state, &canaries), 1);
	assert_int_equal(scan_as(canaries[0].data, canaries[0].type.type_class, 0), 0);
	assert_true(probe_has(&probe, canaries[0].code));
}

static void only_the_judge_phase_is_answered(void **state)
{
	struct sample eicar = sample_eicar();
	struct assay_object object = probe_object(sample_span(&eicar), NULL, NULL);
	(void)state;

	assert_int_equal(probe_run(&probe, &object, ASSAY_UNPACK), 0);
	assert_int_equal(probe.finding_count, 0);
	free(eicar.data);
}

static void inner_files_become_children_once(void **state)
{
	struct sample text = sample_filler(400);
	const struct sample_member members[] = {
		{"deep/path/one.txt", sample_span(&text), false},
		{"same.txt", sample_span(&text), false},
		{"tiny.txt", as_span_text("too short"), false},
	};
	struct sample zip = sample_zip(members, 3, true);
	struct sample pdf =
		sample_pdf(as_span_text("BT (a page of the document) Tj ET"), sample_span(&zip));
	size_t pages = 0, archives = 0, texts = 0;
	(void)state;

	assert_int_equal(scan_as(sample_span(&pdf), ASSAY_CLASS_PDF, 0), 0);
	for (size_t i = 0; i < probe.child_count; i++) {
		const struct probe_child *child = &probe.children[i];
		struct as_span data = as_span_make(child->data, child->size);

		assert_true(child->size >= CLAM_CHILD_MIN_BYTES);
		if (as_span_equal(data, sample_span(&zip))) {
			archives++;
			assert_string_equal(child->label, "clamav");
			assert_string_equal(child->via, "pdf");
			assert_int_equal(child->name_length, 0);
		} else if (as_span_equal(data, sample_span(&text))) {
			texts++;
			assert_string_equal(child->name, "one.txt");
			assert_string_equal(child->via, "zip");
		} else if (as_span_has_at(data, 0, "BT (a page", 10)) {
			pages++;
		}
	}
	assert_int_equal(pages, 1);
	assert_int_equal(archives, 1);
	assert_int_equal(texts, 1);
	assert_true(probe.charged >= text.size + zip.size);
	free(pdf.data);
	free(zip.data);
	free(text.data);
}

static void a_data_link_gives_what_it_holds_and_not_its_wrapping(void **state)
{
	struct sample text = sample_filler(200);
	struct sample html = sample_html_data(sample_span(&text));
	(void)state;

	assert_int_equal(scan_as(sample_span(&html), ASSAY_CLASS_HTML, 0), 0);
	assert_int_equal(probe.child_count, 1);
	assert_int_equal(probe.children[0].size, text.size);
	assert_memory_equal(probe.children[0].data, text.data, text.size);
	assert_int_equal(probe.children[0].name_length, 0);
	free(html.data);
	free(text.data);
}

static void streams_of_ole2_become_children(void **state)
{
	struct sample text = sample_filler(300);
	struct sample ole = sample_ole2(sample_span(&text));
	size_t streams = 0;
	(void)state;

	assert_int_equal(scan_as(sample_span(&ole), ASSAY_CLASS_OFFICE, 0), 0);
	for (size_t i = 0; i < probe.child_count; i++) {
		if (probe.children[i].size < text.size ||
		    memcmp(probe.children[i].data, text.data, text.size) != 0)
			continue;
		streams++;
		assert_string_equal(probe.children[i].via, "ole2");
		assert_string_equal(probe.children[i].label, "clamav");
	}
	assert_int_equal(streams, 1);
	free(ole.data);
	free(text.data);
}

static void what_our_own_walk_unpacked_is_not_unpacked_again(void **state)
{
	struct sample eicar = sample_eicar();
	const struct sample_member member = {"run.com", sample_span(&eicar), true};
	struct sample zip = sample_zip(&member, 1, true);
	(void)state;

	assert_int_equal(scan_as(sample_span(&zip), ASSAY_CLASS_ARCHIVE, 0), 0);
	assert_true(probe_has(&probe, "archive.encrypted"));
	assert_int_equal(scan_as(sample_span(&zip), ASSAY_CLASS_ARCHIVE, ASSAY_FLAG_UNPACKED), 0);
	assert_int_equal(probe.finding_count, 0);
	assert_int_equal(probe.child_count, 0);
	free(zip.data);
	free(eicar.data);
}

static void a_full_budget_stops_children_but_not_the_scan(void **state)
{
	struct sample eicar = sample_eicar(), text = sample_filler(5000);
	const struct sample_member members[] = {
		{"one.txt", sample_span(&text), false},
		{"two.txt", as_span_from(sample_span(&text), 1), false},
		{"run.com", sample_span(&eicar), false},
	};
	struct sample zip = sample_zip(members, 3, true);
	(void)state;

	probe.max_bytes = 6000;
	assert_int_equal(scan_as(sample_span(&zip), ASSAY_CLASS_ARCHIVE, 0), 0);
	assert_int_equal(probe.child_count, 1);
	assert_true(probe_has(&probe, "malware.eicar"));
	probe.max_bytes = 1u << 20;
	probe.max_children = 1;
	assert_int_equal(scan_as(sample_span(&zip), ASSAY_CLASS_ARCHIVE, 0), 0);
	assert_int_equal(probe.child_count, 1);
	assert_true(probe_has(&probe, "malware.eicar"));
	free(zip.data);
	free(text.data);
	free(eicar.data);
}

static void too_many_inner_files_are_a_finding(void **state)
{
	static char names[CLAM_CHILDREN_MAX + 5][16], texts[CLAM_CHILDREN_MAX + 5][32];
	static struct sample_member members[CLAM_CHILDREN_MAX + 5];
	struct sample zip;
	(void)state;

	for (size_t i = 0; i < CLAM_CHILDREN_MAX + 5; i++) {
		snprintf(names[i], sizeof(names[i]), "%zu.txt", i);
		snprintf(texts[i], sizeof(texts[i]), "content of number %zu", i);
		members[i] = (struct sample_member){names[i], as_span_text(texts[i]), false};
	}
	zip = sample_zip(members, CLAM_CHILDREN_MAX + 5, false);
	probe.max_children = 1024;
	assert_int_equal(scan_as(sample_span(&zip), ASSAY_CLASS_ARCHIVE, 0), 0);
	assert_true(probe_has(&probe, "limit.objects"));
	assert_int_equal(probe.child_count, CLAM_CHILDREN_MAX);
	free(zip.data);
}

static void emit_may_come_back_into_inspect(void **state)
{
	struct sample eicar = sample_eicar(), text = sample_filler(3000);
	const struct sample_member inner_members[] = {
		{"filler.txt", sample_span(&text), false},
		{"run.com", sample_span(&eicar), false},
	};
	struct sample inner = sample_zip(inner_members, 2, true);
	const struct sample_member outer_members[] = {
		{"inner.zip", sample_span(&inner), false},
		{"after.txt", as_span_text("the member behind the archive"), false},
	};
	struct sample outer = sample_zip(outer_members, 2, true);
	size_t found = 0;
	(void)state;

	rescan_depth = 3;
	assert_int_equal(scan_as(sample_span(&outer), ASSAY_CLASS_ARCHIVE, 0), 0);
	rescan_depth = 0;
	for (size_t i = 0; i < probe.finding_count; i++)
		found += strcmp(probe.findings[i].code, "malware.eicar") == 0;
	/* For the outer object, for inner.zip, for run.com. */
	assert_int_equal(found, 3);
	assert_non_null(probe_child_named(&probe, "after.txt"));
	free(outer.data);
	free(inner.data);
	free(eicar.data);
	free(text.data);
}

static void a_member_cut_at_the_limit_is_a_finding(void **state)
{
	static const struct probe_setting settings[] = {{"max_file_mib", {"1"}}, {0}};
	struct sample text = sample_filler(3u << 20);
	const struct sample_member member = {"big.txt", sample_span(&text), false};
	struct sample zip;
	(void)state;

	open_with(settings);
	/* The zip itself must stay below the limit. */
	memset(text.data, 'a', text.size);
	zip = sample_zip(&member, 1, true);
	assert_int_equal(scan_as(sample_span(&zip), ASSAY_CLASS_ARCHIVE, 0), 0);
	assert_true(probe_has(&probe, "limit.bytes"));
	free(zip.data);
	free(text.data);
}

static void an_object_above_the_limit_is_a_finding_and_its_beginning_is_scanned(void **state)
{
	static const struct probe_setting settings[] = {{"max_file_mib", {"1"}}, {0}};
	struct sample eicar = sample_eicar(), text = sample_filler(2u << 20);
	(void)state;

	open_with(settings);
	memcpy(text.data + 1000, eicar.data, eicar.size);
	assert_int_equal(scan_as(sample_span(&text), ASSAY_CLASS_UNKNOWN, 0), 0);
	assert_true(probe_has(&probe, "limit.bytes"));
	assert_true(probe_has(&probe, "malware.eicar"));
	free(text.data);
	free(eicar.data);
}

static void every_limit_of_libclamav_is_a_finding(void **state)
{
	static const struct probe_setting settings[] = {
		{"max_recursion", {"3"}},
		{"max_files", {"5"}},
		{"max_scan_mib", {"1"}},
		{0},
	};
	struct sample text = sample_filler(700u << 10), nest = sample_filler(100);
	struct sample_member many[10], large[2];
	struct sample zip;
	(void)state;

	open_with(settings);
	for (int i = 0; i < 6; i++) {
		const struct sample_member member = {"n.zip", sample_span(&nest), false};

		zip = sample_zip(&member, 1, true);
		free(nest.data);
		nest = zip;
	}
	assert_int_equal(scan_as(sample_span(&nest), ASSAY_CLASS_ARCHIVE, 0), 0);
	assert_true(probe_has(&probe, "limit.depth"));

	for (size_t i = 0; i < 10; i++)
		many[i] = (struct sample_member){"m.txt", as_span_slice(sample_span(&text), i, 50),
						 false};
	zip = sample_zip(many, 10, true);
	assert_int_equal(scan_as(sample_span(&zip), ASSAY_CLASS_ARCHIVE, 0), 0);
	assert_true(probe_has(&probe, "limit.objects"));
	free(zip.data);

	for (size_t i = 0; i < 2; i++)
		large[i] =
			(struct sample_member){"l.txt", as_span_from(sample_span(&text), i), false};
	zip = sample_zip(large, 2, true);
	assert_int_equal(scan_as(sample_span(&zip), ASSAY_CLASS_ARCHIVE, 0), 0);
	assert_true(probe_has(&probe, "limit.bytes"));
	free(zip.data);
	free(nest.data);
	free(text.data);
}

static void the_time_of_the_message_is_the_time_of_the_scan(void **state)
{
	struct sample html = sample_filler(8u << 20);
	(void)state;

	memcpy(html.data, "<html><body>", 12);
	probe.left_ms = 1;
	assert_int_equal(scan_as(sample_span(&html), ASSAY_CLASS_HTML, 0), 0);
	assert_true(probe_has(&probe, "limit.time"));
	free(html.data);
}

static void html_too_large_to_be_normalised_is_matched_as_it_is(void **state)
{
	struct sample eicar = sample_eicar(), html = sample_filler(41u << 20);
	(void)state;

	memcpy(html.data, "<html><body>", 12);
	memcpy(html.data + html.size - eicar.size, eicar.data, eicar.size);
	assert_int_equal(scan_as(sample_span(&html), ASSAY_CLASS_HTML, 0), 0);
	assert_true(probe_has(&probe, "malware.eicar"));
	free(html.data);
	free(eicar.data);
}

/* A zip in memory is unpacked into the temporary folder. */
static int scan_with_temp(const char *folder, bool *found_out)
{
	const struct assay_worker worker = {.temp_dir = folder, .number = 1};
	struct sample eicar = sample_eicar();
	const struct sample_member member = {"run.com", sample_span(&eicar), false};
	struct sample zip = sample_zip(&member, 1, true);
	int rc = plugin.enter(probe.state, &worker);

	if (rc == 0)
		rc = scan_as(sample_span(&zip), ASSAY_CLASS_ARCHIVE, 0);
	*found_out = probe_has(&probe, "malware.eicar");
	free(zip.data);
	free(eicar.data);
	return rc;
}

static void each_worker_uses_its_own_temporary_folder(void **state)
{
	char folder[] = "/tmp/test-clamav-XXXXXX";
	bool found = false;
	int status = 0;
	pid_t child;
	(void)state;

	assert_non_null(mkdtemp(folder));
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		bool missing = false;
		int rc = scan_with_temp(folder, &found);

		/* With the folder gone the scan must fail, not be clean. */
		rmdir(folder);
		_exit(rc == 0 && found && scan_with_temp(folder, &missing) < 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	/* The parent still has its own. */
	assert_int_equal(scan_with_temp("/tmp", &found), 0);
	assert_true(found);
}

static void a_full_temporary_folder_is_a_failure_and_not_clean(void **state)
{
	struct sample eicar = sample_eicar(), text = sample_filler(200u << 10);
	struct sample html = sample_wrap("<html><body>", sample_span(&text), "</body></html>");
	int status = 0;
	pid_t child;
	(void)state;

	memcpy(html.data + html.size / 2, eicar.data, eicar.size);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		/* No file of the child can grow beyond this. */
		const struct rlimit limit = {4096, 4096};

		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &limit);
		_exit(scan_as(sample_span(&html), ASSAY_CLASS_HTML, 0) < 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	free(html.data);
	free(text.data);
	free(eicar.data);
}

static void two_generations_do_not_disturb_each_other(void **state)
{
	struct sample eicar = sample_eicar();
	struct probe second = {0};
	(void)state;

	assert_int_equal(probe_open(&second, &assay_plugin), 0);
	assert_int_equal(scan_as(sample_span(&eicar), ASSAY_CLASS_TEXT, 0), 0);
	assert_true(probe_has(&probe, "malware.eicar"));
	probe_close(&second);
	assert_int_equal(scan_as(sample_span(&eicar), ASSAY_CLASS_TEXT, 0), 0);
	assert_true(probe_has(&probe, "malware.eicar"));
	free(eicar.data);
}

#define WITH_DEFAULTS(test) cmocka_unit_test_setup_teardown(test, open_default, close_probe)
#define WITH_SETTINGS(test) cmocka_unit_test_teardown(test, close_probe)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_DEFAULTS(the_test_file_is_found_in_every_kind_of_file),
		WITH_DEFAULTS(clean_files_have_no_findings),
		WITH_DEFAULTS(the_canary_is_found),
		WITH_DEFAULTS(only_the_judge_phase_is_answered),
		WITH_DEFAULTS(inner_files_become_children_once),
		WITH_DEFAULTS(a_data_link_gives_what_it_holds_and_not_its_wrapping),
		WITH_DEFAULTS(streams_of_ole2_become_children),
		WITH_DEFAULTS(what_our_own_walk_unpacked_is_not_unpacked_again),
		WITH_DEFAULTS(a_full_budget_stops_children_but_not_the_scan),
		WITH_DEFAULTS(too_many_inner_files_are_a_finding),
		WITH_DEFAULTS(emit_may_come_back_into_inspect),
		WITH_SETTINGS(a_member_cut_at_the_limit_is_a_finding),
		WITH_SETTINGS(an_object_above_the_limit_is_a_finding_and_its_beginning_is_scanned),
		WITH_SETTINGS(every_limit_of_libclamav_is_a_finding),
		WITH_DEFAULTS(the_time_of_the_message_is_the_time_of_the_scan),
		WITH_DEFAULTS(html_too_large_to_be_normalised_is_matched_as_it_is),
		WITH_DEFAULTS(each_worker_uses_its_own_temporary_folder),
		WITH_DEFAULTS(a_full_temporary_folder_is_a_failure_and_not_clean),
		WITH_DEFAULTS(two_generations_do_not_disturb_each_other),
	};
	return cmocka_run_group_tests_name("clamav", tests, NULL, NULL);
}
