/* SPDX-License-Identifier: BSD-2-Clause */

rule vba_autoexec_shell
{
	meta:
		id = "assay-office-1"
		description = "a macro that starts by itself and runs or fetches a program"
		author = "Assay"
		date = "2026-11-21"
		score = 80
		scope = "file,derived"
	strings:
		$source = "Attribute VB_Name" ascii nocase
		$auto = /sub\s{1,4}(auto_?(open|exec|close|exit)|document_?(open|close|new)|workbook_?(open|activate|beforeclose))\s{0,4}\(/ ascii nocase
		$run1 = "WScript.Shell" ascii nocase
		$run2 = "Shell.Application" ascii nocase
		$run3 = "URLDownloadToFile" ascii nocase
		$run4 = /\sshell[\s\(]/ ascii nocase
		$run5 = "ShellExecute" ascii nocase
		$run6 = "powershell" ascii nocase
		$run7 = "Win32_Process" ascii nocase
		$run8 = "ADODB.Stream" ascii nocase
	condition:
		(VBA == 1 or $source) and $auto and any of ($run*)
}

rule xls_hidden_macro_sheet
{
	meta:
		id = "assay-office-2"
		description = "a workbook with a hidden sheet of Excel 4.0 macros"
		author = "Assay"
		date = "2026-11-21"
		score = 80
		scope = "file,derived"
		type = "ole"
	strings:
		/* BIFF8 BOUNDSHEET: position, hidden or very hidden, macro sheet,
		   length of the name and its encoding ([MS-XLS] 2.4.28) */
		$sheet = { 85 00 ?? 00 ?? ?? ?? 00 ( 01 | 02 ) 01 ( 01 | 02 | 03 | 04 | 05 | 06 | 07 | 08 | 09 | 0A | 0B | 0C | 0D | 0E | 0F | 1? ) ( 00 | 01 ) }
		$bof = { 09 08 10 00 00 06 05 00 }
	condition:
		uint32(0) == 0xE011CFD0 and $bof and $sheet
}

rule rtf_equation_autoload
{
	meta:
		id = "assay-office-3"
		description = "a text document that loads an equation object by itself"
		author = "Assay"
		date = "2026-11-21"
		score = 85
		scope = "file,derived"
		type = "rtf,class:unknown,class:text,doc"
	strings:
		$update = "\\objupdate" ascii
		$data = "\\objdata" ascii
		$class1 = /\\objclass[^{}\\]{0,20}Equation\.[23]/ ascii nocase
		/* "Equation.2", "Equation.3" and the class id, in hex */
		$class2 = /4571756174696f6e2e3[23]/ ascii nocase
		$class3 = "02ce020000000000c000000000000046" ascii nocase
	condition:
		(uint32be(0) & 0xFFFFFF00) == 0x7B5C7200 and $update and $data and any of ($class*)
}

rule onenote_embedded_program
{
	meta:
		id = "assay-office-4"
		description = "a notebook that holds a program, a shortcut or a script"
		author = "Assay"
		date = "2026-11-21"
		score = 90
		scope = "file,derived"
		type = "class:onenote,class:unknown,class:data"
	strings:
		/* FileDataStoreObject: its id, 20 octets of header, the file
		   ([MS-ONESTORE] 2.6.13) */
		$program = { E7 16 E3 BD 65 26 11 45 A4 C4 8D 4D 0B 7A 9E AC [20] 4D 5A }
		$shortcut = { E7 16 E3 BD 65 26 11 45 A4 C4 8D 4D 0B 7A 9E AC [20] 4C 00 00 00 01 14 02 00 }
		$batch = { E7 16 E3 BD 65 26 11 45 A4 C4 8D 4D 0B 7A 9E AC [20] 40 ( 45 | 65 ) ( 43 | 63 ) ( 48 | 68 ) ( 4F | 6F ) }
		$object = { E7 16 E3 BD 65 26 11 45 A4 C4 8D 4D 0B 7A 9E AC }
		$script1 = "<hta:application" ascii nocase
		$script2 = "<script" ascii nocase
		$script3 = "WScript.Shell" ascii wide nocase
		$script4 = "powershell" ascii wide nocase
	condition:
		$program or $shortcut or $batch or ($object and any of ($script*))
}
