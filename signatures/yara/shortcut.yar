/* SPDX-License-Identifier: BSD-2-Clause */

rule lnk_runs_command
{
	meta:
		id = "assay-lnk-1"
		description = "a shortcut that runs a command interpreter or a loader of scripts"
		author = "Assay"
		date = "2026-11-21"
		score = 90
		scope = "file,derived"
	strings:
		$run1 = "powershell" ascii wide nocase
		$run2 = "pwsh" ascii wide nocase fullword
		$run3 = "mshta" ascii wide nocase
		$run4 = "wscript" ascii wide nocase
		$run5 = "cscript" ascii wide nocase
		$run6 = "rundll32" ascii wide nocase
		$run7 = "regsvr32" ascii wide nocase
		$run8 = "certutil" ascii wide nocase
		$run9 = "bitsadmin" ascii wide nocase
		$run10 = "msiexec" ascii wide nocase
		$run11 = /cmd(\.exe)?["']?\s{1,20}["']?\/[ckvr]/ ascii wide nocase
		$run12 = "forfiles" ascii wide nocase
	condition:
		/* the header and its class id ([MS-SHLLINK] 2.1) */
		uint32be(0) == 0x4C000000 and uint32be(4) == 0x01140200 and any of them
}
