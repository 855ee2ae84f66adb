/* SPDX-License-Identifier: BSD-2-Clause */

rule svg_script_redirect
{
	meta:
		id = "assay-svg-1"
		description = "a drawing with a script that decodes text or leads to another site"
		author = "Assay"
		date = "2026-11-21"
		score = 80
		scope = "html,file,derived"
		type = "svg"
	strings:
		$svg = "<svg" ascii nocase
		$script1 = "<script" ascii nocase
		$script2 = /\son(load|click|mouseover|begin)\s{0,4}=\s{0,4}["']/ ascii nocase
		$act1 = /location(\.href)?\s{0,4}=\s{0,4}["'`a-zA-Z]/ ascii
		$act2 = /location\.(replace|assign)\s{0,4}\(/ ascii
		$act3 = "atob(" ascii
		$act4 = "fromCharCode" ascii
		$act5 = "eval(" ascii
		$act6 = "document.write" ascii
		$act7 = "window.open(" ascii
	condition:
		$svg and any of ($script*) and any of ($act*)
}
