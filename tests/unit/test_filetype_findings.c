/* SPDX-License-Identifier: BSD-2-Clause */
#include "extra.h"
#include "probe.h"
#include "test_filetype_data.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define OCTETS(text) text, sizeof(text) - 1

static struct probe probe;

static int open_plugin(void **state)
{
	(void)state;
	return probe_open(&probe, &assay_plugin);
}

static int close_plugin(void **state)
{
	(void)state;
	probe_close(&probe);
	return 0;
}

static void run(struct as_span data, const char *name, const char *declared)
{
	struct assay_object object = probe_object(data, name, declared);

	assert_int_equal(probe_run(&probe, &object, ASSAY_IDENTIFY), 0);
}

static const struct probe_finding *finding(const char *code)
{
	for (size_t i = 0; i < probe.finding_count; i++)
		if (strcmp(probe.findings[i].code, code) == 0)
			return &probe.findings[i];
	return NULL;
}

static void each_dangerous_type_has_its_finding(void **state)
{
	static const struct {
		const char *octets;
		size_t size;
		const char *name;
		const char *code;
	} cases[] = {
		{OCTETS("MZ\x90\0\3\0\0\0"), "a.exe", "type.executable.pe"},
		{OCTETS("\177ELF\2\1\1\0"), "a", "type.executable.elf"},
		{OCTETS("\xcf\xfa\xed\xfe\7\0\0\1"), "a", "type.executable.macho"},
		{OCTETS("\xca\xfe\xba\xbe\0\0\0\x34"), "A.class", "type.executable.java"},
		{OCTETS("dex\n035\0abcd"), "a.dex", "type.executable.dex"},
		{OCTETS("\x4c\0\0\0\1\x14\2\0\0\0\0\0\xc0\0\0\0\0\0\0\x46"), "a.lnk",
		 "type.shortcut.lnk"},
		{OCTETS("REGEDIT4\r\n"), "a.reg", "type.shortcut.reg"},
		{OCTETS("ITSF\3\0\0\0"), "a.chm", "type.chm"},
		{OCTETS("vhdxfile\0"), "a.vhdx", "type.disk_image"},
		{OCTETS("#!/bin/sh\n"), "a.sh", "type.script.shell"},
		{OCTETS("#!/usr/bin/python3\n"), "a", "type.script.python"},
		{OCTETS("#@~^AAAAAA==x"), "a.vbe", "type.script.encoded"},
		{OCTETS("@echo off\r\n"), "a.bat", "type.script.batch"},
		{OCTETS("<job><script>x</script></job>"), "a.wsf", "type.script.wsf"},
		{OCTETS("<hta:application><script>"), "a.hta", "type.script.hta"},
		{OCTETS("var a = new ActiveXObject('WScript.Shell'); "
			"eval(String.fromCharCode(65)); function x() {}"),
		 "a.js", "type.script.js"},
		{OCTETS("Dim x\nSet x = CreateObject(\"WScript.Shell\")\nMsgBox x\nx = Chr(65)\n"),
		 "a.vbs", "type.script.vbs"},
		{OCTETS("$a = New-Object Net.WebClient; IEX $a.DownloadString('x')"), "a.ps1",
		 "type.script.powershell"},
		{OCTETS("<?xml version='1.0'?><AppInstaller/>"), "a.appinstaller",
		 "type.installer.appinstaller"},
		{OCTETS("<libraryDescription xmlns='x'></libraryDescription>"), "a.library-ms",
		 "shortcut.library_ms"},
		{OCTETS("<persistedQuery version='1'></persistedQuery>"), "a.search-ms",
		 "shortcut.search_ms"},
		{OCTETS("<PCSettings></PCSettings>"), "a.settingcontent-ms",
		 "shortcut.settingcontent"},
		{OCTETS("<MMC_ConsoleFile></MMC_ConsoleFile>"), "a.msc", "shortcut.msc"},
		{OCTETS("full address:s:x\r\nscreen mode id:i:2\r\n"), "a.rdp", "shortcut.rdp"},
		{OCTETS("[InternetShortcut]\r\nURL=file://host/share/a.exe\r\n"), "a.url",
		 "shortcut.url_remote"},
		{OCTETS("[InternetShortcut]\r\nURL=http://x/\r\nIconFile=\\\\host\\x.ico\r\n"),
		 "a.url", "shortcut.url_remote"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		run(as_span_make(cases[i].octets, cases[i].size), cases[i].name, "");
		if (!probe_has(&probe, cases[i].code))
			fail_msg("%s is not reported for %s", cases[i].code, cases[i].name);
		assert_int_equal(finding(cases[i].code)->severity, ASSAY_SEVERITY_DEFAULT);
		if (finding("type.mismatch") != NULL)
			fail_msg("%s: %s", cases[i].name, finding("type.mismatch")->text);
	}
}

static void a_web_shortcut_is_not_remote(void **state)
{
	(void)state;
	run(as_span_text("[InternetShortcut]\r\nURL=https://example.com/\r\n"), "a.url", "");
	assert_int_equal(probe.finding_count, 0);
	assert_int_equal(probe.type.type_class, ASSAY_CLASS_SHORTCUT);
	run(as_span_text("[InternetShortcut]\r\nURL=file:///C:/a.txt\r\n"), "a.url", "");
	assert_int_equal(probe.finding_count, 0);
}

static void packages_that_install_are_reported(void **state)
{
	static const struct {
		const char *code;
		struct member members[2];
	} cases[] = {
		{"type.installer.jar", {{"META-INF/MANIFEST.MF", "x"}}},
		{"type.installer.msix", {{"AppxManifest.xml", "x"}}},
	};
	static const char *const streams[] = {"x", NULL};
	struct buffer made;
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		made = make_zip(cases[i].members);
		run(buffer_span(&made), NULL, "");
		assert_true(probe_has(&probe, cases[i].code));
		buffer_free(&made);
	}
	made = make_ole(streams, 0x000c1084);
	run(buffer_span(&made), NULL, "");
	assert_true(probe_has(&probe, "type.installer.msi"));
	buffer_free(&made);
}

static void a_danger_under_a_harmless_name_is_a_high_mismatch(void **state)
{
	static const struct {
		const char *octets;
		size_t size;
		const char *name, *declared;
	} cases[] = {
		{OCTETS("MZ\x90\0\3\0\0\0"), "photo.jpg", "image/jpeg"},
		{OCTETS("MZ\x90\0\3\0\0\0"), "a.txt", "text/plain"},
		{OCTETS("MZ\x90\0\3\0\0\0"), "a.zip", "application/zip"},
		{OCTETS("MZ\x90\0\3\0\0\0"), "a.bin", "image/png"},
		{OCTETS("\177ELF\2\1\1\0"), "a.pdf", "application/octet-stream"},
		{OCTETS("\x4c\0\0\0\1\x14\2\0\0\0\0\0\xc0\0\0\0\0\0\0\x46"), "a.pdf", ""},
		{OCTETS("#@~^AAAAAA==x"), "a.txt", ""},
		{OCTETS("#!/bin/sh\n"), "a.png", ""},
		{OCTETS("ITSF\3\0\0\0"), "a.doc", ""},
		{OCTETS("vhdxfile\0"), "a.pdf", ""},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		run(as_span_make(cases[i].octets, cases[i].size), cases[i].name, cases[i].declared);
		if (finding("type.mismatch") == NULL)
			fail_msg("no mismatch for %s", cases[i].name);
		assert_int_equal(finding("type.mismatch")->severity, ASSAY_HIGH);
		assert_int_equal(finding("type.mismatch")->evidence_count, 1);
	}
}

static void aliases_are_no_mismatch(void **state)
{
	static const struct {
		const char *octets;
		size_t size;
		const char *name, *declared;
	} cases[] = {
		{OCTETS("%PDF-1.4\n"), "a.pdf", "application/octet-stream"},
		{OCTETS("\x1f\x8b\x08\0"), "a.tar.gz", "application/x-tar"},
		{OCTETS("{\\rtf1 }"), "a.doc", "application/msword"},
		{OCTETS("<html><table></table></html>"), "a.xls", "application/vnd.ms-excel"},
		{OCTETS("<html></html>"), "a.txt", "text/plain"},
		{OCTETS("\xff\xd8\xff\xe0"), "a.jpg", "image/jpg"},
		{OCTETS("MZ\x90\0\3\0\0\0"), "a.exe", "application/x-msdownload"},
		{OCTETS("hello\n"), "a.csv", "text/csv"},
		{OCTETS("BEGIN:VCALENDAR\n"), "invite.ics", "application/ics"},
		{OCTETS("-----BEGIN PGP SIGNATURE-----\n"), "signature.asc",
		 "application/pgp-signature"},
		{OCTETS("diff --git a/x b/x\n"), "a.patch", "text/x-patch"},
		{OCTETS("#!/bin/sh\n"), "", "text/plain"},
		{OCTETS("From: a\nTo: b\n\n"), "a.eml", "message/rfc822"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		run(as_span_make(cases[i].octets, cases[i].size), cases[i].name, cases[i].declared);
		if (finding("type.mismatch") != NULL)
			fail_msg("%s: %s", cases[i].name, finding("type.mismatch")->text);
	}
}

static void harmless_against_harmless_is_information(void **state)
{
	struct buffer png = make_png();
	(void)state;

	run(buffer_span(&png), "a.jpg", "image/jpeg");
	assert_non_null(finding("type.mismatch"));
	assert_int_equal(finding("type.mismatch")->severity, ASSAY_INFO);
	buffer_free(&png);
}

static void macros_under_a_plain_name_are_a_high_mismatch(void **state)
{
	static const struct member members[] = {{"word/document.xml", "x"},
						{"word/vbaProject.bin", "x"},
						{"[Content_Types].xml", "<Types/>"},
						{NULL, NULL}};
	static const char *const streams[] = {"WordDocument", "Macros", NULL};
	struct buffer made = make_zip(members);
	(void)state;

	run(buffer_span(&made), "a.docx", "");
	assert_non_null(finding("type.mismatch"));
	assert_int_equal(finding("type.mismatch")->severity, ASSAY_HIGH);
	run(buffer_span(&made), "a.docm", "application/msword");
	assert_null(finding("type.mismatch"));
	buffer_free(&made);
	made = make_ole(streams, 0);
	run(buffer_span(&made), "a.doc", "application/msword");
	assert_null(finding("type.mismatch"));
	run(buffer_span(&made), "a.docx", "");
	assert_int_equal(finding("type.mismatch")->severity, ASSAY_HIGH);
	buffer_free(&made);
}

static void an_encrypted_package_sets_the_flag(void **state)
{
	static const char *const streams[] = {"EncryptionInfo", "EncryptedPackage", NULL};
	struct buffer ole = make_ole(streams, 0);
	(void)state;

	run(buffer_span(&ole), "a.docx", "");
	assert_int_equal(probe.added_flags, ASSAY_FLAG_ENCRYPTED);
	assert_null(finding("type.mismatch"));
	buffer_free(&ole);
}

static void a_score_alone_is_only_a_maybe(void **state)
{
	(void)state;
	run(as_span_text("Dim shell, fso\nSet shell = CreateObject(\"WScript.Shell\")\n"
			 "Set fso = CreateObject(\"Scripting.FileSystemObject\")\n"
			 "If fso.FileExists(\"a\") Then\nMsgBox \"x\"\nEnd If\nWScript.Quit(1)\n"),
	    "note.txt", "text/plain");
	assert_int_equal(probe.finding_count, 1);
	assert_string_equal(probe.findings[0].code, "type.script.maybe");
	assert_int_equal(probe.findings[0].severity, ASSAY_SEVERITY_DEFAULT);
	assert_int_equal(probe.type.type_class, ASSAY_CLASS_TEXT);
}

static void pictures_end_where_their_structure_says(void **state)
{
	static const struct {
		enum ft_id id;
		struct buffer (*make)(void);
	} cases[] = {
		{FT_PNG, make_png},
		{FT_JPEG, make_jpeg},
		{FT_GIF, make_gif},
		{FT_BMP, make_bmp},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buffer made = cases[i].make();
		size_t whole = made.size;

		assert_int_equal(ft_image_end(buffer_span(&made), cases[i].id), whole);
		buffer_fill(&made, 0, 10);
		assert_int_equal(ft_image_end(buffer_span(&made), cases[i].id), whole);
		assert_int_equal(ft_image_end(as_span_make(made.data, whole - 5), cases[i].id),
				 SIZE_MAX);
		buffer_free(&made);
	}
}

static void octets_behind_a_picture_are_reported(void **state)
{
	struct buffer made = make_jpeg();
	size_t end = made.size;
	(void)state;

	for (unsigned int i = 0; i < 100; i++)
		buffer_fill(&made, (unsigned char)(i + 32), 1);
	run(buffer_span(&made), "a.jpg", "image/jpeg");
	assert_true(probe_has(&probe, "image.trailing_data"));
	assert_int_equal(finding("image.trailing_data")->evidence[0].offset, end);
	assert_false(probe_has(&probe, "polyglot"));
	buffer_free(&made);
}

static void padding_and_second_pictures_are_no_trailing_data(void **state)
{
	struct buffer made = make_jpeg(), second = make_jpeg();
	(void)state;

	buffer_fill(&made, 0, 5000);
	run(buffer_span(&made), "a.jpg", "image/jpeg");
	assert_int_equal(probe.finding_count, 0);
	buffer_add(&made, second.data, second.size);
	run(buffer_span(&made), "a.jpg", "image/jpeg");
	assert_int_equal(probe.finding_count, 0);
	buffer_free(&made);
	buffer_free(&second);
}

static void a_second_format_behind_a_picture_is_a_polyglot(void **state)
{
	static const struct member members[] = {{"a.exe", "x"}, {NULL, NULL}};
	struct buffer tails[] = {make_zip(members), make_pe(), {NULL, 0}, {NULL, 0}, {NULL, 0}};
	(void)state;

	buffer_add(&tails[2], OCTETS("Rar!\x1a\7\1\0"));
	buffer_text(&tails[3], "<ScRiPt>alert(1)</script>");
	buffer_text(&tails[4], "%PDF-1.4\n");
	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		struct buffer made = make_png();
		size_t end = made.size;

		buffer_add(&made, tails[i].data, tails[i].size);
		run(buffer_span(&made), "a.png", "image/png");
		assert_true(probe_has(&probe, "polyglot"));
		assert_int_equal(finding("polyglot")->evidence[0].offset, end);
		buffer_free(&made);
		buffer_free(&tails[i]);
	}
}

static void a_zip_behind_a_pdf_is_a_polyglot_and_behind_a_program_is_not(void **state)
{
	static const struct member members[] = {{"a.txt", "x"}, {NULL, NULL}};
	struct buffer zip = make_zip(members), pdf = {NULL, 0}, pe = make_pe();
	(void)state;

	buffer_text(&pdf, "%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n");
	run(buffer_span(&pdf), "a.pdf", "");
	assert_int_equal(probe.finding_count, 0);
	buffer_add(&pdf, zip.data, zip.size);
	run(buffer_span(&pdf), "a.pdf", "");
	assert_true(probe_has(&probe, "polyglot"));
	buffer_add(&pe, zip.data, zip.size);
	run(buffer_span(&pe), "a.exe", "");
	assert_false(probe_has(&probe, "polyglot"));
	buffer_free(&zip);
	buffer_free(&pdf);
	buffer_free(&pe);
}

static void a_pdf_behind_web_archive_headers_or_markup_is_a_polyglot(void **state)
{
	(void)state;
	run(as_span_text("<html><script>x</script>\n%PDF-1.4\n1 0 obj\n<<>>\nendobj\n"), "a.pdf",
	    "");
	assert_string_equal(probe.type.name, "PDF");
	assert_true(probe_has(&probe, "polyglot"));
	run(as_span_text("<html><script>x</script>\n%PDF-1.4\n1 0 obj\n<<>>\nendobj\n"), "a.html",
	    "");
	assert_string_equal(probe.type.name, "HTML");
	assert_true(probe_has(&probe, "polyglot"));
}

static void a_gif_signature_before_text_is_a_polyglot(void **state)
{
	(void)state;
	run(as_span_text("GIF89a=1;eval(unescape('x'));alert(document.cookie)//"), "a.gif", "");
	assert_true(probe_has(&probe, "polyglot"));
}

static void whole_messages_and_headers_are_what_the_engine_says(void **state)
{
	struct assay_object object = probe_object(as_span_text("MZ is not looked at"), NULL, "");
	(void)state;

	object.origin = ASSAY_ORIGIN_MESSAGE;
	assert_int_equal(probe_run(&probe, &object, ASSAY_IDENTIFY), 0);
	assert_string_equal(probe.mime, "message/rfc822");
	assert_int_equal(probe.type.type_class, ASSAY_CLASS_MAIL);
	object.origin = ASSAY_ORIGIN_HEADERS;
	assert_int_equal(probe_run(&probe, &object, ASSAY_IDENTIFY), 0);
	assert_string_equal(probe.mime, "text/plain");
	assert_int_equal(probe.finding_count, 0);
}

static void decoded_text_is_looked_at_where_the_octets_say_nothing(void **state)
{
	struct assay_object object =
		probe_object(as_span_text("+ADw-html+AD4APA-body+AD4-"), NULL, "text/plain");
	(void)state;

	object.text = as_span_text("<html><body>");
	assert_int_equal(probe_run(&probe, &object, ASSAY_IDENTIFY), 0);
	assert_string_equal(probe.mime, "text/html");
}

static void an_unread_member_gets_no_type(void **state)
{
	struct assay_object object = probe_object(as_span_make(NULL, 0), "a.exe", "");
	(void)state;

	object.flags = ASSAY_FLAG_UNREAD;
	assert_int_equal(probe_run(&probe, &object, ASSAY_IDENTIFY), 0);
	assert_null(probe.type.mime);
}

static void libmagic_is_asked_about_unknown_binaries(void **state)
{
	static const char fits[] = "SIMPLE  =                    T / conforms\0\1";
	(void)state;

	run(as_span_make(OCTETS("\1\2\3\4\5\6\7\x08 nothing in particular")), NULL, "");
	assert_string_equal(probe.mime, "application/octet-stream");
	run(as_span_make(fits, sizeof(fits)), NULL, "");
	assert_int_equal(probe.type.type_class, ASSAY_CLASS_IMAGE);
}

static void the_canaries_are_found(void **state)
{
	const struct assay_canary *canaries;
	size_t count = assay_plugin.canaries(probe.state, &canaries);
	(void)state;

	assert_true(count >= 3);
	for (size_t i = 0; i < count; i++) {
		run(canaries[i].data, canaries[i].name,
		    canaries[i].declared != NULL ? canaries[i].declared : "");
		assert_string_equal(probe.mime, canaries[i].expect_type);
		assert_true(probe_has(&probe, canaries[i].code));
	}
}

static void without_libmagic_the_plugin_still_works(void **state)
{
	static const struct probe_setting off[] = {{"magic", {"false"}}, {NULL, {NULL}}};
	static struct probe other;
	struct assay_object object = probe_object(as_span_make(OCTETS("\1\2\3\4\5")), NULL, "");
	(void)state;

	other.settings = off;
	assert_int_equal(probe_open(&other, &assay_plugin), 0);
	assert_int_equal(probe_run(&other, &object, ASSAY_IDENTIFY), 0);
	assert_string_equal(other.mime, "application/octet-stream");
	assert_true(other.loaded.fingerprint != probe.loaded.fingerprint);
	probe_close(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_dangerous_type_has_its_finding),
		cmocka_unit_test(a_web_shortcut_is_not_remote),
		cmocka_unit_test(packages_that_install_are_reported),
		cmocka_unit_test(a_danger_under_a_harmless_name_is_a_high_mismatch),
		cmocka_unit_test(aliases_are_no_mismatch),
		cmocka_unit_test(harmless_against_harmless_is_information),
		cmocka_unit_test(macros_under_a_plain_name_are_a_high_mismatch),
		cmocka_unit_test(an_encrypted_package_sets_the_flag),
		cmocka_unit_test(a_score_alone_is_only_a_maybe),
		cmocka_unit_test(pictures_end_where_their_structure_says),
		cmocka_unit_test(octets_behind_a_picture_are_reported),
		cmocka_unit_test(padding_and_second_pictures_are_no_trailing_data),
		cmocka_unit_test(a_second_format_behind_a_picture_is_a_polyglot),
		cmocka_unit_test(a_zip_behind_a_pdf_is_a_polyglot_and_behind_a_program_is_not),
		cmocka_unit_test(a_pdf_behind_web_archive_headers_or_markup_is_a_polyglot),
		cmocka_unit_test(a_gif_signature_before_text_is_a_polyglot),
		cmocka_unit_test(whole_messages_and_headers_are_what_the_engine_says),
		cmocka_unit_test(decoded_text_is_looked_at_where_the_octets_say_nothing),
		cmocka_unit_test(an_unread_member_gets_no_type),
		cmocka_unit_test(libmagic_is_asked_about_unknown_binaries),
		cmocka_unit_test(the_canaries_are_found),
		cmocka_unit_test(without_libmagic_the_plugin_still_works),
	};

	return cmocka_run_group_tests_name("filetype findings", tests, open_plugin, close_plugin);
}
