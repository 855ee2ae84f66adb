/* SPDX-License-Identifier: BSD-2-Clause */
#include "content.h"

static struct co_bytes *windows_text(const char *text)
{
	struct co_bytes *out = co_new();

	co_text(out, text);
	return out;
}

static struct co_bytes *unix_text(const char *text)
{
	struct co_bytes *out = co_new();

	co_raw(out, text);
	return out;
}

struct co_bytes *co_script_js(void)
{
	return windows_text("var shell = WScript.CreateObject(\"WScript.Shell\");\n"
			    "function greet(name) {\n\tWScript.Echo(\"Hello \" + name);\n}\n"
			    "greet(\"Bob\");\n");
}

struct co_bytes *co_script_vbs(void)
{
	return windows_text("Option Explicit\nDim shell, answer\n"
			    "Set shell = CreateObject(\"WScript.Shell\")\n"
			    "answer = MsgBox(\"Hello\", vbYesNo)\nWScript.Quit\n");
}

struct co_bytes *co_script_vbe(void)
{
	/* The mark, six letters of length, "==", text, check sum, the end. */
	return windows_text("#@~^DgAAAA==hdoAK6,J_+^sKJ=gUAAA==^#~@");
}

struct co_bytes *co_script_hta(void)
{
	return windows_text("<html><head><title>Form</title>\n"
			    "<hta:application id=\"form\" applicationname=\"Form\">\n"
			    "</head><body>\n<script language=\"VBScript\">\nSub Window_OnLoad\n"
			    "End Sub\n</script>\n</body></html>\n");
}

struct co_bytes *co_script_wsf(void)
{
	return windows_text("<job id=\"hello\">\n<script language=\"VBScript\">\n"
			    "WScript.Echo \"Hello\"\n</script>\n</job>\n");
}

struct co_bytes *co_script_ps1(void)
{
	return windows_text("param([string]$Name = \"Bob\")\n"
			    "$ErrorActionPreference = \"Stop\"\n"
			    "function Get-Greeting {\n\tWrite-Host \"Hello $Name\"\n}\n"
			    "Get-ChildItem -Path $env:TEMP | Out-Null\nGet-Greeting\n");
}

struct co_bytes *co_script_bat(void)
{
	return windows_text("@echo off\nsetlocal\nset NAME=Bob\necho Hello %NAME%\n"
			    "if errorlevel 1 goto end\n:end\nexit /b 0\n");
}

struct co_bytes *co_script_sh(void)
{
	return unix_text("#!/bin/sh\nset -eu\nfor file in \"$@\"; do\n"
			 "\tprintf '%s\\n' \"$file\"\ndone\n");
}

struct co_bytes *co_script_py(void)
{
	return unix_text("#!/usr/bin/env python3\nimport sys\n\n\ndef main():\n"
			 "    for name in sys.argv[1:]:\n        print(name)\n\n\n"
			 "if __name__ == \"__main__\":\n    main()\n");
}

struct co_bytes *co_shortcut_url(void)
{
	return windows_text("[InternetShortcut]\nURL=file://203.0.113.9/share/report.exe\n"
			    "IconIndex=13\nIconFile=C:\\Windows\\System32\\shell32.dll\n");
}

struct co_bytes *co_library_ms(void)
{
	return windows_text(
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<libraryDescription xmlns=\"http://schemas.microsoft.com/windows/2009/library\">\n"
		"<searchConnectorDescriptionList><searchConnectorDescription>\n"
		"<simpleLocation><url>\\\\203.0.113.9\\share</url></simpleLocation>\n"
		"</searchConnectorDescription></searchConnectorDescriptionList>\n"
		"</libraryDescription>\n");
}

struct co_bytes *co_rdp(void)
{
	return windows_text("full address:s:203.0.113.9\nredirectdrives:i:1\n"
			    "drivestoredirect:s:*\nprompt for credentials:i:0\n"
			    "remoteapplicationmode:i:1\n");
}

struct co_bytes *co_reg(void)
{
	return windows_text("Windows Registry Editor Version 5.00\n\n"
			    "[HKEY_CURRENT_USER\\Software\\Example]\n\"Name\"=\"Bob\"\n");
}

struct co_bytes *co_iqy(void)
{
	return windows_text("WEB\n1\nhttps://203.0.113.9/table.txt\n\n"
			    "Selection=1\nFormatting=None\n");
}
