/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_filetype_data.h"
#include "test_filetype_expect.h"

#include <stdio.h>
#include <stdlib.h>

static const struct ft_hints nothing = {"", "", false};

static void texts_are_known_by_their_first_lines(void **state)
{
	static const struct {
		const char *text;
		const char *expected;
	} cases[] = {
		{"{\\rtf1\\ansi hello}", "RTF"},
		{"{\\rt\\attack}", "RTF"},
		{"  \r\n{\\rtf1 }", "RTF"},
		{"<html><body>x</body></html>", "HTML"},
		{"<!-- a long comment --><!DOCTYPE html>\n<p>x", "HTML"},
		{"\xef\xbb\xbf<HTML><HEAD></HEAD></HTML>", "HTML"},
		{"<p>para</p>", "HTML"},
		{"<script>alert(1)</script>", "HTML"},
		{"<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"></html>",
		 "XHTML"},
		{"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "SVG"},
		{"\n\n<?xml version='1.0'?><!-- x --><svg:svg xmlns:svg='a'></svg:svg>", "SVG"},
		{"<!DOCTYPE svg PUBLIC \"-//W3C\" \"x\" [<!ENTITY a \"b\">]><svg></svg>", "SVG"},
		{"<?xml version=\"1.0\"?><note>x</note>", "XML"},
		{"<libraryDescription xmlns=\"x\"></libraryDescription>", "LIBRARY-MS"},
		{"<?xml version=\"1.0\"?><persistedQuery version=\"1.0\"></persistedQuery>",
		 "SEARCH-MS"},
		{"<searchConnectorDescription xmlns=\"x\"></searchConnectorDescription>",
		 "SEARCH-MS"},
		{"<?xml version=\"1.0\"?><PCSettings><SearchableContent/></PCSettings>",
		 "SETTINGCONTENT-MS"},
		{"<?xml version=\"1.0\"?><MMC_ConsoleFile "
		 "ConsoleVersion=\"3.0\"></MMC_ConsoleFile>",
		 "MSC"},
		{"<?xml version=\"1.0\"?><AppInstaller Uri=\"x\"></AppInstaller>", "APPINSTALLER"},
		{"<?xml version=\"1.0\"?><jnlp spec=\"1.0\"></jnlp>", "JNLP"},
		{"<job id=\"a\"><script language=\"JScript\">x</script></job>", "WSF"},
		{"<package><job><script>x</script></job></package>", "WSF"},
		{"<?xml version=\"1.0\"?><scriptlet><registration/></scriptlet>", "SCT"},
		{"<html><head><hta:application id=\"x\"></head></html>", "HTA"},
		{"<?xml version=\"1.0\"?><w:wordDocument xmlns:w=\"x\"></w:wordDocument>",
		 "WORDML"},
		{"<?xml version=\"1.0\"?><rss version=\"2.0\"></rss>", "RSS"},
		{"[InternetShortcut]\r\nURL=https://example.com/\r\n", "URL"},
		{"[DEFAULT]\r\nBASEURL=https://example.com/\r\n[InternetShortcut]\r\nURL=https://"
		 "example.com/\r\n",
		 "URL"},
		{"Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER]\r\n", "REG"},
		{"REGEDIT4\r\n", "REG"},
		{"[Version]\r\nSignature=\"$CHICAGO$\"\r\n[DefaultInstall]\r\n", "INF"},
		{"; comment\r\n[Version]\r\nSignature = \"$Windows NT$\"\r\n", "INF"},
		{"[Shell]\r\nCommand=2\r\nIconFile=explorer.exe,3\r\n", "SCF"},
		{"screen mode id:i:2\r\nfull address:s:host.example\r\n", "RDP"},
		{"WEB\r\n1\r\nhttp://example.com/q\r\n", "IQY"},
		{"ID;PWXL;N;E\r\nP;PGeneral\r\n", "SLK"},
		{"[Desktop Entry]\nType=Application\nExec=x\n", "DESKTOP"},
		{"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "ICS"},
		{"BEGIN:VCARD\r\nVERSION:3.0\r\n", "VCF"},
		{"-----BEGIN CERTIFICATE-----\nMIIB\n", "PEM"},
		{"-----BEGIN PKCS7-----\nMIIB\n", "P7M"},
		{"-----BEGIN PGP MESSAGE-----\n\nhQ\n", "PGP"},
		{"-----BEGIN PGP SIGNATURE-----\n\niQ\n", "PGPSIG"},
		{"begin 644 test.txt\n#0V%T\n`\nend\n", "UUE"},
		{"=ybegin line=128 size=10 name=a.bin\nabc\n", "YENC"},
		{"(This file must be converted with BinHex 4.0)\n\n:abc:\n", "BINHEX"},
		{"From: a@example.com\r\nTo: b@example.com\r\nSubject: x\r\n\r\nbody\r\n", "EML"},
		{"\xef\xbb\xbf\nReceived: from a by b;\n 1 Jan\nDate: Mon, 1 Jan 2024 00:00:00 "
		 "+0000\n\nx",
		 "EML"},
		{"From a@example.com Mon Jan  1 00:00:00 2024\nFrom: a@example.com\nSubject: "
		 "x\n\nb\n",
		 "EML"},
		{"From a@b Mon Jan  1 00:00:00 2024\nFrom: a\nSubject: x\n\nb\n\nFrom c@d Mon Jan  "
		 "1 00:00:00 2024\nTo: x\n",
		 "MBOX"},
		{"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n",
		 "MHT"},
		{"From: <Saved by Blink>\r\nSnapshot-Content-Location: "
		 "https://example.com/\r\nSubject: x\r\n\r\n",
		 "MHT"},
		{"#!/bin/sh\necho hello\n", "SH"},
		{"#! /usr/bin/env -S python3 -u\nprint(1)\n", "PY"},
		{"#!/usr/bin/perl -w\nuse strict;\n", "PL"},
		{"#!/usr/bin/env node\n", "JS"},
		{"#@~^AAAAAA==abcdef==^#~@", "VBE"},
		{"@echo off\r\nstart calc\r\n", "BAT"},
		{"<?php echo 1; ?>", "PHP"},
		{"# This is a shell archive\n", "SHAR"},
		{"{\"a\": 1, \"b\": [1,2]}", "JSON"},
		{"a,b,c,d\n1,2,3,4\n5,6,7,8\n", "CSV"},
		{"diff --git a/x b/x\n", "DIFF"},
		{"#EXTM3U\n#EXTINF:1,x\n", "M3U"},
		{"P5 2 2 255\nabcd", "PNM"},
		{"hello world\n", "TEXT"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect(cases[i].text, as_span_text(cases[i].text), cases[i].expected);
}

static void utf16_hides_nothing(void **state)
{
	static const struct {
		const char *text;
		const char *expected;
	} cases[] = {
		{"<html><body>x</body></html>", "HTML"},
		{"<svg xmlns=\"x\"></svg>", "SVG"},
		{"Windows Registry Editor Version 5.00\r\n", "REG"},
		{"[InternetShortcut]\r\nURL=x\r\n", "URL"},
		{"@echo off\r\n", "BAT"},
		{"plain words only", "TEXT"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (unsigned int form = 0; form < 4; form++) {
			struct buffer wide = make_utf16(cases[i].text, form & 1, form & 2);

			expect(cases[i].text, buffer_span(&wide), cases[i].expected);
			buffer_free(&wide);
		}
}

static void a_utf16_mark_before_plain_ascii_is_seen_through(void **state)
{
	(void)state;
	expect("batch", as_span_text("\xff\xfe@echo off\r\nstart calc.exe\r\n"), "BAT");
}

static void nul_octets_hide_no_markup(void **state)
{
	(void)state;
	expect("html", as_span_make(OCTETS("<h\0t\0ml><body>x\0</body>\1\2\3\0</html>")), "HTML");
	expect("trailing NUL", as_span_make(OCTETS("hello world\n\0\0\0")), "TEXT");
}

static void look_alikes_are_no_scripts_and_no_mail(void **state)
{
	static const struct {
		const char *name;
		const char *text;
	} cases[] = {
		{"markdown", "# Title\n\nSome text about `function` and `var`.\n\n```js\nvar a = "
			     "1;\nconsole.log(a);\n```\n\n- item\n- item\n"},
		{"css", "body { color: red; margin: 0 }\n.class > a:hover { content: 'x'; "
			"}\n@media print { a { display: none } }\n"},
		{"yaml", "name: build\non: push\njobs:\n  test:\n    steps:\n      - run: make "
			 "check\n      - run: echo done\n"},
		{"ini", "[section]\nkey = value\npath = C:\\temp\n[other]\nset = 1\n"},
		{"prose on scripts",
		 "Please call me if you want to set up the function. Then we return and start.\nIf "
		 "not, exit and wait for the next loop.\n"},
		{"quoted header",
		 "Hello,\n\nyou wrote:\n> From: a@example.com\n> To: b@example.com\n"},
		{"one field", "Subject: dinner\n\nAt eight?\n"},
		{"from prose", "From here on it goes down.\nTo: be fair\nSubject: to change\n"},
		{"exclamation", "#!important note to self\n"},
		{"less-than", "<3 you all\n"},
		{"angle text", "<not a tag at all\n"},
		{"MZ text", "MZ is a country code, is it?\n"},
		{"BM text", "BMW has cars for sale, look at them all\n"},
		{"ID3 text", "ID3 tags are in music files everywhere\n"},
		{"PK text", "PKW und LKW fahren auf der Autobahn. Das ist so.\n"},
		{"Rar text", "Rar! said the dinosaur, and left\n"},
		{"digits", "0000000000000000000000000000\n"},
		{"true font", "true stories of the sea and the men who sail\n"},
		{"G text", "Guten Tag, wie geht es Ihnen heute?\n"},
		{"echo prose", "Echo off the wall.\nPause for thought.\n"},
		{"pdf prose", "The header of such a file is %PDF-1.4 and nothing else.\n"},
		{"begin prose", "begin 123 things today\nand end them tomorrow\n"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ft_result result;

		(void)ft_detect(as_span_text(cases[i].text), &nothing, &result);
		if (result.type_class != ASSAY_CLASS_TEXT || result.maybe != FT_UNKNOWN)
			fail_msg("%s: found %s, maybe %s", cases[i].name, ft_type(result.id)->name,
				 ft_type(result.maybe)->name);
	}
}

static void names_break_the_tie_for_text(void **state)
{
	static const struct {
		const char *text, *extension, *declared, *expected;
	} cases[] = {
		{"var a = 1; function b() { return a; }", ".js", "", "JS"},
		{"[][(![]+[])[+[]]+([![]]+[][[]])[+!+[]+[+[]]]]", ".js", "", "JS"},
		{"Dim x\nSet x = CreateObject(\"WScript.Shell\")\n", ".vbs", "", "VBS"},
		{"Write-Host 'a'\n", ".ps1", "text/plain", "PS1"},
		{"set A=1\r\necho %A%\r\n", ".cmd", "", "BAT"},
		{"import os\nprint(os.getcwd())\n", ".py", "", "PY"},
		{"var a = document.getElementById('x');", "", "text/javascript", "JS"},
		{"Just a note.", ".js", "", "TEXT"},
		{"Hello <b>there</b>", "", "text/html", "HTML"},
		{"Hello there", ".html", "", "HTML"},
		{"words <svg onload=x>", ".svg", "", "SVG"},
		{"words <script>x</script>", ".hta", "", "HTA"},
		{"<script>x</script>", ".hta", "", "HTA"},
		{"#@~^AAAAAA==abcdef", ".jse", "", "JSE"},
		{"a;b\n1;2\n", ".csv", "", "CSV"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct ft_hints hints = {cases[i].extension, cases[i].declared, false};

		expect_with(cases[i].text, as_span_text(cases[i].text), &hints, cases[i].expected);
	}
}

static void a_name_alone_decides_nothing(void **state)
{
	const struct ft_hints exe = {".exe", "application/x-msdownload", false};
	const struct ft_hints zip = {".zip", "application/zip", false};
	(void)state;

	expect_with("exe", as_span_text("hello world\n"), &exe, "TEXT");
	expect_with("zip", as_span_make(OCTETS("\7\6\5\4\3\2\1")), &zip, "BINARY");
}

static void a_script_by_score_alone_stays_text(void **state)
{
	static const char text[] =
		"Dim shell, fso\nSet shell = CreateObject(\"WScript.Shell\")\n"
		"Set fso = CreateObject(\"Scripting.FileSystemObject\")\n"
		"If fso.FileExists(\"a\") Then\nMsgBox \"x\"\nEnd If\nWScript.Quit(1)\n";
	struct ft_result result;
	(void)state;

	(void)ft_detect(as_span_text(text), &nothing, &result);
	assert_int_equal(result.id, FT_TEXT);
	assert_int_equal(result.maybe, FT_VBS);
}

static void a_shown_body_is_mail_only_with_machine_fields(void **state)
{
	const struct ft_hints body = {"", "text/plain", true};
	(void)state;

	expect_with("typed", as_span_text("From: Ann\nTo: Bob\nSubject: x\n\nhi\n"), &body, "TEXT");
	expect_with("bounce", as_span_text("Received: from a by b; x\nFrom: a@b\nTo: c\n\nx"),
		    &body, "EML");
	expect_with("script", as_span_text("#!/bin/sh\necho\n"), &body, "TEXT");
}

static void a_pdf_header_may_stand_further_in(void **state)
{
	struct buffer made = {NULL, 0};
	(void)state;

	buffer_fill(&made, 7, 900);
	buffer_text(&made, "%PDF-1.4\n1 0 obj\n<<>>\nendobj\n");
	expect("pdf", buffer_span(&made), "PDF");
	buffer_free(&made);
}

static void long_comments_and_blanks_do_not_hide_markup(void **state)
{
	struct buffer made = {NULL, 0};
	(void)state;

	buffer_fill(&made, '\n', 100000);
	buffer_text(&made, "<!--");
	buffer_fill(&made, 'x', 200000);
	buffer_text(&made, "--><svg onload='x'></svg>");
	expect("svg", buffer_span(&made), "SVG");
	buffer_free(&made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_known_by_their_first_lines),
		cmocka_unit_test(utf16_hides_nothing),
		cmocka_unit_test(a_utf16_mark_before_plain_ascii_is_seen_through),
		cmocka_unit_test(nul_octets_hide_no_markup),
		cmocka_unit_test(look_alikes_are_no_scripts_and_no_mail),
		cmocka_unit_test(names_break_the_tie_for_text),
		cmocka_unit_test(a_name_alone_decides_nothing),
		cmocka_unit_test(a_script_by_score_alone_stays_text),
		cmocka_unit_test(a_shown_body_is_mail_only_with_machine_fields),
		cmocka_unit_test(a_pdf_header_may_stand_further_in),
		cmocka_unit_test(long_comments_and_blanks_do_not_hide_markup),
	};

	return cmocka_run_group_tests_name("filetype text", tests, NULL, NULL);
}
