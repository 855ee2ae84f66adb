/* SPDX-License-Identifier: BSD-2-Clause */

rule link_remote_search
{
	meta:
		id = "assay-link-1"
		description = "a search-ms link that shows a folder of a foreign server as if it were local"
		author = "Assay"
		date = "2026-11-21"
		score = 85
		scope = "body,html,file,derived"
		type = "class:html,class:pdf,class:text,class:shortcut,class:script,mht"
	strings:
		$link = /search(-ms)?:[^\s"'<>]{0,400}crumb=location(:|%3a)(\\\\|%5c%5c|\/\/|%2f%2f|https?)[^\s"'<>]{3}/ ascii nocase
	condition:
		$link
}
