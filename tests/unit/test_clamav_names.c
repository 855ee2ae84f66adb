/* SPDX-License-Identifier: BSD-2-Clause */
#include "announced.h"
#include "names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stddef.h>
#include <cmocka.h>

static void a_signature_name_becomes_a_finding_code(void **state)
{
	static const struct {
		const char *signature;
		enum assay_class type_class;
		const char *code;
		enum assay_severity severity;
	} cases[] = {
		{"Win.Trojan.Agent-1", 0, "malware.Win.Trojan.Agent-1", ASSAY_SEVERITY_DEFAULT},
		{"Foo.Bar-2.UNOFFICIAL", 0, "malware.Foo.Bar-2", ASSAY_SEVERITY_DEFAULT},
		{"has blank\nand line", 0, "malware.has_blank_and_line", 0},
		{"..\xc3\xa4/{}\"'", 0, "malware..._______", 0},
		{"", 0, "malware.unnamed", 0},
		{".UNOFFICIAL", 0, "malware..UNOFFICIAL", 0},
		{"Eicar-Test-Signature", 0, "malware.eicar", 0},
		{"Win.Test.EICAR_HDB-1", 0, "malware.eicar", 0},
		{"{HEX}EICAR.TEST.3.UNOFFICIAL", 0, "malware.eicar", 0},
		{"PUA.Win.Tool.X", 0, "malware.PUA.Win.Tool.X", ASSAY_MEDIUM},
		{"Heuristics.Phishing.Email.SpoofedDomain", 0,
		 "malware.Heuristics.Phishing.Email.SpoofedDomain", ASSAY_MEDIUM},
		{"Heuristics.Exploit.W32.MS05-002", 0, "malware.Heuristics.Exploit.W32.MS05-002",
		 0},
		{"Heuristics.Limits.Exceeded.MaxFileSize", 0, "limit.bytes", 0},
		{"Heuristics.Limits.Exceeded.MaxScanSize", 0, "limit.bytes", 0},
		{"Heuristics.Limits.Exceeded.MaxFiles", 0, "limit.objects", 0},
		{"Heuristics.Limits.Exceeded.MaxRecursion", 0, "limit.depth", 0},
		{"Heuristics.Limits.Exceeded.MaxScanTime", 0, "limit.time", 0},
		{"Heuristics.Limits.Exceeded.EmailHeaders", 0, "limit.headers", 0},
		{"Heuristics.Limits.Exceeded.EmailMIMEPartsPerMessage", 0, "limit.objects", 0},
		{"Heuristics.Limits.Exceeded.Unheard", 0, "scan.unscannable", 0},
		{"Heuristics.Limits.Exceeded", 0, "scan.unscannable", 0},
		{"Heuristics.Encrypted.Zip", ASSAY_CLASS_OFFICE, "archive.encrypted", 0},
		{"Heuristics.Encrypted.7Zip", 0, "archive.encrypted", 0},
		{"Heuristics.Encrypted.PDF", ASSAY_CLASS_PDF, "pdf.encrypted", 0},
		{"Heuristics.Encrypted.Unheard", ASSAY_CLASS_ARCHIVE, "archive.encrypted", 0},
		{"Heuristics.Encrypted.Unheard", ASSAY_CLASS_OFFICE, "office.encrypted", 0},
		{"Heuristics.OLE2.ContainsMacros.VBA", 0, "office.macro.vba", 0},
		{"Heuristics.OLE2.ContainsMacros.XLM", 0, "office.macro.xlm", 0},
		{"Heuristics.Zip.OverlappingFiles", 0, "bomb.overlap", 0},
		{"Heuristics.XZ.DicSizeLimit", 0, "bomb.dictionary", 0},
		{"Heuristics.Broken.Executable", 0, "malware.Heuristics.Broken.Executable",
		 ASSAY_INFO},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct clam_verdict verdict;

		clam_name_translate(cases[i].signature, cases[i].type_class, &verdict);
		assert_string_equal(verdict.code, cases[i].code);
		assert_int_equal(verdict.severity, cases[i].severity);
	}
}

static void an_endless_name_is_cut(void **state)
{
	char name[5000];
	struct clam_verdict verdict;
	(void)state;

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	clam_name_translate(name, ASSAY_CLASS_UNKNOWN, &verdict);
	assert_int_equal(strlen(verdict.code), CLAM_CODE_MAX - 1);
}

static void a_file_type_becomes_a_word(void **state)
{
	static const char *const cases[][2] = {
		{"CL_TYPE_MSEXE", "pe"},
		{"CL_TYPE_MSOLE2", "ole2"},
		{"CL_TYPE_PDF", "pdf"},
		{"CL_TYPE_TEXT_ASCII", "text-ascii"},
		{"", "clamav"},
		{"CL_TYPE_", "clamav"},
		{"CL_TYPE_A_VERY_LONG_NAME_OF_A_TYPE", "a-very-long-name-of-a-t"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char via[CLAM_VIA_MAX];

		clam_name_via(cases[i][0], via);
		assert_string_equal(via, cases[i][1]);
	}
}

static void names_of_temporary_files_are_not_names(void **state)
{
	(void)state;
	assert_true(clam_name_is_real("invoice.exe"));
	assert_true(clam_name_is_real("a/b/c"));
	assert_false(clam_name_is_real(NULL));
	assert_false(clam_name_is_real(""));
	assert_false(clam_name_is_real("textportion"));
	assert_false(clam_name_is_real("clamav-0123456789abcdef.tmp"));
}

static void a_member_shorter_than_announced_is_noticed(void **state)
{
	static const struct {
		const char *name;
		uint64_t size;
		enum clam_announcement found;
	} cases[] = {
		{"one.bin", 500, CLAM_ANNOUNCED_WHOLE},	 {"one.bin", 499, CLAM_ANNOUNCED_CUT},
		{"one.bin", 501, CLAM_ANNOUNCED_WHOLE},	 {"two.bin", 10, CLAM_ANNOUNCED_WHOLE},
		{"two.bin", 9000, CLAM_ANNOUNCED_WHOLE}, {"two.bin", 8999, CLAM_ANNOUNCED_CUT},
		{"three.bin", 1, CLAM_ANNOUNCED_NOT},
	};
	struct clam_announced announced = {0};
	(void)state;

	assert_int_equal(clam_announced_find(&announced, "one.bin", 1), CLAM_ANNOUNCED_NOT);
	clam_announced_push(&announced, "a/b/one.bin", 500);
	/* The second of this name must not hide that the first was cut. */
	clam_announced_push(&announced, "x\\two.bin", 9000);
	clam_announced_push(&announced, "y/two.bin", 10);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(clam_announced_find(&announced, cases[i].name, cases[i].size),
				 cases[i].found);
	clam_announced_deinit(&announced);
}

static void more_members_than_places_are_refused_quietly(void **state)
{
	struct clam_announced announced = {0};
	char name[32];
	(void)state;

	for (unsigned int i = 0; i < 3 * CLAM_ANNOUNCED_MAX; i++) {
		snprintf(name, sizeof(name), "dir/%u.txt", i);
		clam_announced_push(&announced, name, i);
	}
	assert_int_equal(clam_announced_find(&announced, "7.txt", 7), CLAM_ANNOUNCED_WHOLE);
	assert_int_equal(clam_announced_find(&announced, name, 1), CLAM_ANNOUNCED_NOT);
	clam_announced_deinit(&announced);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signature_name_becomes_a_finding_code),
		cmocka_unit_test(an_endless_name_is_cut),
		cmocka_unit_test(a_file_type_becomes_a_word),
		cmocka_unit_test(names_of_temporary_files_are_not_names),
		cmocka_unit_test(a_member_shorter_than_announced_is_noticed),
		cmocka_unit_test(more_members_than_places_are_refused_quietly),
	};
	return cmocka_run_group_tests_name("clamav names", tests, NULL, NULL);
}
