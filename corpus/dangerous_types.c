/* SPDX-License-Identifier: BSD-2-Clause */
#include "case.h"
#include "content.h"
#include "office.h"
#include "oldpack.h"
#include "pack.h"
#include "zip.h"

#define OCTETS "application/octet-stream"

static struct co_bytes *program_in_zip(void)
{
	return co_zip_of("setup.exe", co_program());
}

static struct co_bytes *program_in_7z_in_zip(void)
{
	return co_zip_of("inner.7z", co_pack_one("7zip", NULL, "setup.exe", co_program()));
}

static struct co_bytes *script_in_zip(void)
{
	return co_zip_of("invoice.js", co_script_js());
}

static struct co_bytes *disk_image(void)
{
	return co_iso("SETUP.EXE;1", co_program());
}

static struct co_bytes *arj(void)
{
	return co_arj("minutes.txt", co_note());
}

static struct co_bytes *script_text(void)
{
	return co_script_sh();
}

#define FILE_OF(row_name, row_title, row_type, row_file, row_content, row_action, row_why, ...)    \
	{                                                                                          \
		.name = row_name, .title = row_title, .type = row_type, .file = row_file,          \
		.content = row_content, .object = row_content, .action = row_action,               \
		.codes = {__VA_ARGS__}, .why = row_why                                             \
	}
/* Containers that no reader here opens: known by what they are. */
#define UNREAD(row_name, row_title, row_file, row_content, row_action, row_why, row_code)          \
	{                                                                                          \
		.name = row_name, .title = row_title, .type = OCTETS, .file = row_file,            \
		.content = row_content, .object = row_content, .action = row_action,               \
		.incomplete = true, .codes = {row_code, "archive.unsupported"}, .why = row_why     \
	}

static const struct co_case cases[] = {
	FILE_OF("exe", "Program", OCTETS, "setup.exe", co_program, "reject",
		"Programs are blocked by name and by content.", "type.executable.pe",
		"policy.ext.executable"),
	FILE_OF("exe-as-jpeg", "Program called photo.jpg", "image/jpeg", "photo.jpg", co_program,
		"reject", "The content says what the name and the type hide.", "type.executable.pe",
		"policy.ext.executable", "type.mismatch"),
	{.name = "exe-in-zip",
	 .title = "Program in ZIP",
	 .type = "application/zip",
	 .file = "setup.zip",
	 .content = program_in_zip,
	 .object = co_program,
	 .action = "reject",
	 .codes = {"type.executable.pe", "policy.ext.executable"},
	 .why = "Members of archives are judged like attachments."},
	{.name = "exe-in-7z-in-zip",
	 .title = "Program in 7z in ZIP",
	 .type = "application/zip",
	 .file = "setup.zip",
	 .content = program_in_7z_in_zip,
	 .object = co_program,
	 .action = "reject",
	 .codes = {"type.executable.pe", "policy.ext.executable"},
	 .why = "At every depth."},
	FILE_OF("elf", "Linux program", OCTETS, "tool", co_elf, "reject",
		"A program without any extension.", "type.executable.elf", "policy.ext.executable"),
	FILE_OF("js", "JScript file", "text/javascript", "invoice.js", co_script_js, "reject",
		"Runs on a double click in Windows.", "policy.ext.script"),
	{.name = "js-in-zip",
	 .title = "JScript in ZIP",
	 .type = "application/zip",
	 .file = "invoice.zip",
	 .content = script_in_zip,
	 .object = co_script_js,
	 .action = "reject",
	 .codes = {"policy.ext.script"},
	 .why = "How most droppers came for years."},
	FILE_OF("vbs", "VBScript file", "text/plain", "invoice.vbs", co_script_vbs, "reject",
		"Runs on a double click in Windows.", "policy.ext.script"),
	FILE_OF("vbe", "Encoded VBScript", OCTETS, "invoice.vbe", co_script_vbe, "reject",
		"Nobody but malware needs the encoding.", "policy.ext.script",
		"type.script.encoded"),
	FILE_OF("hta", "HTML application", "text/html", "form.hta", co_script_hta, "reject",
		"HTML with the rights of a program.", "policy.ext.script", "type.script.hta"),
	FILE_OF("wsf", "Windows Script File", "text/plain", "job.wsf", co_script_wsf, "reject",
		"Script in XML.", "policy.ext.script", "type.script.wsf"),
	FILE_OF("ps1", "PowerShell script", "text/plain", "task.ps1", co_script_ps1, "reject",
		"Blocked by name; the type is noted.", "policy.ext.script"),
	FILE_OF("bat", "Batch file", "text/plain", "task.bat", co_script_bat, "reject",
		"Blocked by name; the type is noted.", "policy.ext.script"),
	FILE_OF("shell-script", "Shell script", "text/x-shellscript", "tool.sh", script_text,
		"accept", "Source code to those who mail it: noted only.", "policy.ext.script"),
	FILE_OF("lnk", "Windows shortcut", OCTETS, "invoice.lnk", co_lnk, "reject",
		"Can start any program with any arguments.", "policy.ext.shortcut",
		"type.shortcut.lnk"),
	FILE_OF("url", "Internet shortcut", OCTETS, "report.url", co_shortcut_url, "reject",
		"Leads to a program on a file share.", "policy.ext.shortcut",
		"shortcut.url_remote"),
	FILE_OF("library-ms", "Windows library", OCTETS, "files.library-ms", co_library_ms,
		"reject", "Shows a foreign folder as a local one.", "policy.ext.shortcut",
		"shortcut.library_ms"),
	FILE_OF("rdp", "Remote desktop file", "application/x-rdp", "office.rdp", co_rdp, "reject",
		"Lends the local drives to a stranger.", "policy.ext.shortcut", "shortcut.rdp"),
	FILE_OF("reg", "Registry changes", "text/plain", "settings.reg", co_reg, "reject",
		"Changes settings on a double click.", "policy.ext.shortcut", "type.shortcut.reg"),
	FILE_OF("iqy", "Web query", OCTETS, "rates.iqy", co_iqy, "reject",
		"Makes a spreadsheet load data from elsewhere.", "policy.ext.shortcut"),
	{.name = "iso",
	 .title = "CD image",
	 .type = OCTETS,
	 .file = "invoice.iso",
	 .content = disk_image,
	 .object = disk_image,
	 .action = "reject",
	 .codes = {"policy.ext.disk_image", "type.disk_image", "type.executable.pe"},
	 .why = "Windows mounts it and forgets where its files came from."},
	UNREAD("vhd", "Disk image", "backup.vhd", co_vhd, "reject",
	       "Windows mounts it; nothing here can look inside.", "policy.ext.disk_image"),
	FILE_OF("msi", "Installer package", "application/x-msi", "setup.msi", co_msi, "reject",
		"Installs with the rights of whoever opens it.", "policy.ext.installer",
		"type.installer.msi"),
	FILE_OF("jar", "Java archive", "application/java-archive", "tool.jar", co_jar, "reject",
		"Runs on a double click where Java is installed.", "policy.ext.installer"),
	FILE_OF("chm", "Compiled help", OCTETS, "manual.chm", co_chm, "reject",
		"Help files can run scripts.", "policy.ext.help", "type.chm"),
	FILE_OF("docm", "Document with macros", "application/vnd.ms-word.document.macroEnabled.12",
		"offer.docm", co_docm, "quarantine", "A document with a VBA project is kept back.",
		"policy.ext.macro"),
	FILE_OF("docm-as-docx", "Macros in a .docx",
		"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		"offer.docx", co_docm, "quarantine", "The content says what the name hides.",
		"policy.ext.macro"),
	FILE_OF("one", "OneNote section", "application/onenote", "notes.one", co_onenote,
		"quarantine", "Can hold any file behind a picture.", "policy.ext.macro"),
	FILE_OF("svg-script", "SVG with a script", "image/svg+xml", "drawing.svg",
		co_drawing_script, "accept", "A drawing that can run a script is noted.",
		"policy.ext.html"),
	FILE_OF("ace-name", "ACE by name", OCTETS, "files.ace", co_note, "quarantine",
		"No honest mail has used ACE for twenty years.", "policy.ext.archive"),
	UNREAD("ace-content", "ACE by content", "files.dat", co_ace, "quarantine",
	       "No honest mail has used ACE for twenty years.", "policy.ext.archive"),
	UNREAD("arj-content", "ARJ by content", "files.dat", arj, "quarantine",
	       "An archive that cannot be opened here is never called clean.",
	       "policy.ext.archive"),
};

const struct co_group co_dangerous_types = CO_GROUP(cases);
