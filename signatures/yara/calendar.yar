/* SPDX-License-Identifier: BSD-2-Clause */

rule calendar_attached_program
{
	meta:
		id = "assay-ics-1"
		description = "an invitation that carries a program, a shortcut, a page or an archive"
		author = "Assay"
		date = "2026-11-21"
		score = 75
		scope = "part,file,derived"
		type = "class:calendar,class:text"
	strings:
		$calendar = "BEGIN:VCALENDAR" ascii nocase
		/* a line may be folded after any 75 octets (RFC 5545 s3.1) */
		$attach = /[Aa][Tt][Tt][Aa][Cc][Hh];[A-Za-z0-9=;\/\-."\s]{0,300}[Bb][Aa][Ss][Ee]64[A-Za-z0-9=;\/\-."\s]{0,300}:\s{0,4}(TV[opq]|UEsDB|UmFyIRo|N3q8ry|TAAAAAEU|PGh0bW|PCFET0NUWVBF|PHNjcmlwd|PHN2Z)/ ascii
	condition:
		$calendar and $attach
}
