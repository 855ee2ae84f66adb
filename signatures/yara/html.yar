/* SPDX-License-Identifier: BSD-2-Clause */

rule html_smuggling_archive
{
	meta:
		id = "assay-html-1"
		description = "a page that builds an archive or program in the browser and saves it"
		author = "Assay"
		date = "2026-11-21"
		score = 85
		scope = "html,file,derived"
		type = "class:html,class:script,mht"
	strings:
		$decode1 = "atob(" ascii
		$decode2 = "Uint8Array" ascii
		$decode3 = "fromCharCode" ascii
		$sink1 = "createObjectURL" ascii
		$sink2 = "msSaveOrOpenBlob" ascii
		$sink3 = "msSaveBlob" ascii
		$sink4 = /\.download\s{0,4}=/ ascii
		/* the beginnings of ZIP, RAR, 7z, CAB and PE, in base64 */
		$blob1 = /["'`]UEsDB[A-Za-z0-9+\/]{40}/ ascii
		$blob2 = /["'`]UmFyIRo[A-Za-z0-9+\/]{40}/ ascii
		$blob3 = /["'`]N3q8ry[A-Za-z0-9+\/]{40}/ ascii
		$blob4 = /["'`]TVNDRg[A-Za-z0-9+\/]{40}/ ascii
		$blob5 = /["'`]TV[opq][A-Za-z0-9+\/]{40}/ ascii
	condition:
		any of ($decode*) and any of ($sink*) and any of ($blob*)
}

rule html_smuggling_blob
{
	meta:
		id = "assay-html-2"
		description = "an attached page that decodes what it carries and saves it as a file by itself"
		author = "Assay"
		date = "2026-11-21"
		score = 60
		scope = "html,derived"
		type = "class:html,mht"
	strings:
		$decode1 = "atob(" ascii
		$decode2 = "charCodeAt(" ascii
		$sink1 = "createObjectURL" ascii
		$sink2 = "msSaveOrOpenBlob" ascii
		$name = /\.download\s{0,4}=/ ascii
		$click = /\.click\s{0,4}\(\s{0,4}\)/ ascii
		/* charts that offer to save themselves as an image */
		$not1 = "plotly" ascii nocase
		$not2 = "echarts" ascii nocase
		$not3 = "highcharts" ascii nocase
	condition:
		any of ($decode*) and any of ($sink*) and $name and $click and
		filesize > 8KB and none of ($not*)
}

rule html_attached_login_form
{
	meta:
		id = "assay-html-3"
		description = "an attached page with a password field that is sent to a foreign site"
		author = "Assay"
		date = "2026-11-21"
		score = 60
		scope = "file,derived"
		type = "class:html,mht"
	strings:
		$password = /<input[^>]{0,300}type\s{0,4}=\s{0,4}["']?password/ ascii nocase
		$action = /<form[^>]{0,300}action\s{0,4}=\s{0,4}["']?https?:\/\// ascii nocase
		$send1 = /\.open\(\s{0,4}["']POST["']\s{0,4},\s{0,4}["']https?:\/\// ascii nocase
		$send2 = /fetch\(\s{0,4}["']https?:\/\// ascii nocase
		$send3 = /\$\.(ajax|post)\(/ ascii
		$send4 = "api.telegram.org/bot" ascii
	condition:
		$password and ($action or any of ($send*))
}

rule html_page_unescaped
{
	meta:
		id = "assay-html-4"
		description = "an attached page that writes itself out of escaped or encoded text"
		author = "Assay"
		date = "2026-11-21"
		score = 70
		scope = "file,derived"
		type = "class:html,mht"
	strings:
		$write1 = /document\.write(ln)?\(\s{0,4}unescape\(\s{0,4}["'](%[0-9a-fA-F]{2}){40}/ ascii
		$write2 = /document\.write(ln)?\(\s{0,4}decodeURIComponent\(\s{0,4}(escape\(\s{0,4})?(window\.)?atob\(/ ascii
		$write3 = /document\.write(ln)?\(\s{0,4}(window\.)?atob\(/ ascii
		$eval1 = /eval\(\s{0,4}(window\.)?atob\(/ ascii
		$eval2 = /eval\(\s{0,4}unescape\(\s{0,4}["'](%[0-9a-fA-F]{2}){40}/ ascii
	condition:
		any of them
}
