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
		/* A line may be folded after any 75 octets (RFC 5545 s3.1). The words are
		   spelled out, because letter classes would leave "64" as the only atom. */
		$attach = /attach;[a-z0-9=;\/\-."\s]{0,300}base64/ ascii nocase
		$content = /(BASE64|base64|Base64)[A-Za-z0-9=;\/\-."\s]{0,300}:\s{0,4}(TV[opq]|UEsDB|UmFyIRo|N3q8ry|TAAAAAEU|PGh0bW|PCFET0NUWVBF|PHNjcmlwd|PHN2Z)/ ascii
	condition:
		$calendar and $attach and $content
}
