/* SPDX-License-Identifier: BSD-2-Clause */

rule pdf_launch_program
{
	meta:
		id = "assay-pdf-1"
		description = "a document that starts a program when it is opened or clicked"
		author = "Assay"
		date = "2026-11-21"
		score = 85
		scope = "file,derived"
		type = "class:pdf"
	strings:
		$launch = /\/S\s{0,4}\/Launch\b/ ascii
		$target1 = /\/(F|P|UF)\s{0,4}\([^)]{0,200}(cmd|powershell|mshta|wscript|cscript|rundll32|\.exe|\.bat|\.vbs|\.js|\.hta|\.lnk)/ ascii nocase
		$target2 = /\/Win\s{0,4}<</ ascii
	condition:
		$launch and any of ($target*)
}

rule pdf_script_export
{
	meta:
		id = "assay-pdf-2"
		description = "a document whose script saves and opens a file that it carries"
		author = "Assay"
		date = "2026-11-21"
		score = 85
		scope = "file,derived"
	strings:
		$export = /exportDataObject\s{0,4}\(\s{0,4}\{[^}]{0,200}nLaunch\s{0,4}:\s{0,4}[12]/ ascii
	condition:
		$export
}
