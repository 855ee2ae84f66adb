/* SPDX-License-Identifier: BSD-2-Clause */
#include "script.h"

/*
 * Words of script languages with what each is worth. 5: nobody writes it in
 * prose; 1: an ordinary word that a script has too. Words are runs of letters,
 * digits, "_", "$" and inner "-" or "."; a leading "@", "%" or "." is dropped.
 */
#define W(language, weight, word) { word, FT_L_##language, weight, 0 }
#define L(language, weight, word) { word, FT_L_##language, weight, 1 }

const struct ft_word ft_words[] = {
	W(JS, 5, "wscript.createobject"), W(JS, 5, "activexobject"), W(JS, 5, "string.fromcharcode"),
	W(JS, 5, "charcodeat"), W(JS, 4, "document.write"), W(JS, 4, "getelementbyid"),
	W(JS, 4, "document.getelementbyid"), W(JS, 4, "addeventlistener"),
	W(JS, 4, "json.stringify"), W(JS, 4, "json.parse"), W(JS, 3, "parseint"),
	W(JS, 4, "settimeout"), W(JS, 4, "module.exports"), W(JS, 4, "console.log"),
	W(JS, 3, "unescape"), W(JS, 3, "typeof"), W(JS, 3, "eval"), W(JS, 3, "function"),
	W(JS, 3, "window.location"), W(JS, 3, "innerhtml"), W(JS, 3, "prototype"),
	W(JS, 4, "wscript.shell"), W(JS, 4, "createobjecturl"), W(JS, 2, "undefined"),
	L(JS, 3, "var"), L(JS, 3, "const"), L(JS, 2, "let"), L(JS, 2, "return"),
	W(JS, 4, "math.random"), W(JS, 4, "math.floor"), W(JS, 3, "jquery"), W(JS, 3, "async"),
	W(JS, 3, "await"), W(JS, 3, "require"), W(JS, 5, "uint8array"), W(JS, 3, "atob"),
	W(JS, 4, "scripting.filesystemobject"), W(JS, 5, "wscript.scriptfullname"),
	W(JS, 3, "fromcharcode"), W(JS, 2, "this"), W(JS, 2, "null"),

	W(VBS, 5, "createobject"), W(VBS, 5, "wscript.echo"), W(VBS, 5, "wscript.quit"),
	W(VBS, 5, "wscript.sleep"), W(VBS, 5, "wscript.arguments"), W(VBS, 5, "executeglobal"),
	W(VBS, 4, "msgbox"), W(VBS, 3, "getobject"), W(VBS, 3, "elseif"), W(VBS, 3, "wend"),
	W(VBS, 3, "ubound"), W(VBS, 3, "cstr"), W(VBS, 3, "chr"), W(VBS, 3, "strreverse"),
	W(VBS, 4, "wscript.shell"), W(VBS, 4, "scripting.filesystemobject"),
	W(VBS, 4, "msxml2.xmlhttp"), W(VBS, 4, "adodb.stream"), W(VBS, 4, "winmgmts"),
	W(VBS, 3, "vbcrlf"), L(VBS, 4, "dim"), L(VBS, 3, "redim"), L(VBS, 2, "set"), L(VBS, 2, "sub"),
	L(VBS, 2, "private"), L(VBS, 2, "const"), L(VBS, 2, "function"), L(VBS, 2, "end"),
	L(VBS, 2, "next"), L(VBS, 2, "loop"), L(VBS, 2, "call"), L(VBS, 3, "execute"),
	W(VBS, 4, "nothing"), W(VBS, 2, "then"), W(VBS, 2, "byval"), W(VBS, 3, "explicit"),
	L(VBS, 1, "if"), L(VBS, 1, "for"), W(VBS, 2, "resume"), W(VBS, 3, "inputbox"),

	W(PS1, 5, "invoke-expression"), W(PS1, 5, "invoke-webrequest"), W(PS1, 5, "new-object"),
	W(PS1, 5, "write-host"), W(PS1, 5, "write-output"), W(PS1, 5, "get-childitem"),
	W(PS1, 5, "start-process"), W(PS1, 5, "set-executionpolicy"), W(PS1, 5, "get-content"),
	W(PS1, 5, "set-content"), W(PS1, 5, "out-file"), W(PS1, 5, "foreach-object"),
	W(PS1, 5, "where-object"), W(PS1, 5, "select-object"), W(PS1, 5, "import-module"),
	W(PS1, 5, "get-process"), W(PS1, 5, "get-item"), W(PS1, 5, "get-wmiobject"),
	W(PS1, 5, "get-ciminstance"), W(PS1, 5, "start-sleep"), W(PS1, 5, "test-path"),
	W(PS1, 5, "add-type"), W(PS1, 5, "join-path"), W(PS1, 5, "new-item"), W(PS1, 5, "set-item"),
	W(PS1, 5, "remove-item"), W(PS1, 5, "copy-item"), W(PS1, 5, "out-null"),
	W(PS1, 5, "get-help"), W(PS1, 5, "write-verbose"), W(PS1, 5, "write-error"),
	W(PS1, 5, "write-warning"), W(PS1, 5, "convertto-json"), W(PS1, 5, "get-date"),
	W(PS1, 5, "net.webclient"), W(PS1, 5, "system.net.webclient"), W(PS1, 5, "downloadstring"),
	W(PS1, 5, "downloadfile"), W(PS1, 5, "frombase64string"), W(PS1, 4, "cmdletbinding"),
	W(PS1, 3, "$null"), W(PS1, 3, "$true"), W(PS1, 3, "$false"), W(PS1, 3, "$_"),
	W(PS1, 4, "$env"), W(PS1, 4, "$args"), W(PS1, 4, "$psscriptroot"), W(PS1, 4, "iex"),
	W(PS1, 3, "param"), W(PS1, 3, "foreach"), W(PS1, 2, "-eq"), W(PS1, 3, "-join"),
	W(PS1, 3, "-replace"), W(PS1, 3, "-match"), W(PS1, 3, "-path"), W(PS1, 2, "-name"),
	W(PS1, 4, "erroractionpreference"), W(PS1, 5, "$erroractionpreference"),
	W(PS1, 3, "function"), W(PS1, 4, "validateset"), W(PS1, 2, "string"), W(PS1, 5, "describe"),
	W(PS1, 3, "mandatory"), W(PS1, 5, "-erroraction"), W(PS1, 5, "powershell"),

	L(BAT, 5, "setlocal"), L(BAT, 5, "endlocal"), W(BAT, 5, "errorlevel"), W(BAT, 5, "dp0"),
	W(BAT, 4, "~dp0"), L(BAT, 4, "rem"), L(BAT, 3, "goto"), W(BAT, 2, "goto"), L(BAT, 3, "echo"),
	L(BAT, 2, "set"), L(BAT, 2, "call"), L(BAT, 3, "pause"), L(BAT, 3, "cls"), L(BAT, 3, "cd"),
	L(BAT, 3, "del"), L(BAT, 2, "copy"), L(BAT, 3, "md"), L(BAT, 3, "mkdir"), L(BAT, 3, "xcopy"),
	L(BAT, 3, "start"), L(BAT, 3, "taskkill"), L(BAT, 3, "reg"), L(BAT, 2, "exit"), L(BAT, 1, "if"),
	L(BAT, 1, "for"), W(BAT, 4, "nul"), W(BAT, 4, "enabledelayedexpansion"), W(BAT, 2, "exist"),
	L(BAT, 4, "powershell"), L(BAT, 4, "certutil"), L(BAT, 4, "bitsadmin"), L(BAT, 4, "mshta"),
	L(BAT, 4, "rundll32"), L(BAT, 4, "regsvr32"), L(BAT, 4, "schtasks"), L(BAT, 3, "attrib"),
	W(BAT, 4, "userprofile"), W(BAT, 4, "systemroot"), W(BAT, 3, "temp"), W(BAT, 3, "appdata"),
	L(BAT, 4, "title"), W(BAT, 3, "tokens"), W(BAT, 3, "delims"), L(BAT, 3, "shift"),
	L(BAT, 4, "cmd"), L(BAT, 4, "cmd.exe"), W(BAT, 3, "off"),

	W(PY, 5, "__name__"), W(PY, 5, "__init__"), W(PY, 5, "__main__"), L(PY, 4, "import"),
	L(PY, 3, "from"), L(PY, 4, "def"), L(PY, 3, "class"), W(PY, 3, "self"), W(PY, 4, "print"),
	L(PY, 3, "elif"), L(PY, 3, "except"), W(PY, 4, "os.path"), W(PY, 4, "sys.argv"),
	W(PY, 3, "lambda"), L(PY, 2, "return"), L(PY, 2, "try"), W(PY, 4, "os.path.join"),
	W(PY, 4, "sys.exit"), W(PY, 3, "len"), W(PY, 2, "none"), L(PY, 2, "for"), L(PY, 2, "if"),
	W(PY, 4, "subprocess"), W(PY, 3, "self.assertequal"), L(PY, 3, "with"),

	L(SH, 3, "fi"), L(SH, 3, "done"), L(SH, 3, "esac"), L(SH, 3, "export"), L(SH, 3, "echo"),
	L(SH, 2, "if"), L(SH, 2, "then"), L(SH, 2, "for"), L(SH, 2, "do"), W(SH, 4, "$1"),
	W(SH, 4, "$0"), L(SH, 3, "chmod"), L(SH, 3, "curl"), L(SH, 3, "wget"), L(SH, 3, "exit"),
	L(SH, 3, "sed"), L(SH, 3, "grep"), L(SH, 3, "awk"), L(SH, 3, "sudo"),
	L(SH, 3, "cd"), L(SH, 3, "rm"), L(SH, 3, "mkdir"), L(SH, 3, "test"), L(SH, 2, "case"),
	L(SH, 3, "while"), W(SH, 3, "dev"),

	L(PL, 4, "my"), L(PL, 4, "sub"), L(PL, 4, "use"), L(PL, 3, "package"), W(PL, 4, "$_"),
	W(PL, 4, "$self"), W(PL, 3, "shift"), L(PL, 2, "print"), W(PL, 3, "qw"), W(PL, 3, "bless"),
	W(PL, 3, "chomp"), W(PL, 3, "die"), L(PL, 3, "our"), W(PL, 3, "elsif"), L(PL, 2, "foreach"),
	W(PL, 3, "strict"), W(PL, 3, "warnings"), L(PL, 2, "return"), L(PL, 2, "while"),
};
const size_t ft_word_count = sizeof(ft_words) / sizeof(ft_words[0]);
