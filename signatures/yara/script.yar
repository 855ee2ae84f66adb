/* SPDX-License-Identifier: BSD-2-Clause */

rule script_hidden_download
{
	meta:
		id = "assay-script-1"
		description = "a script that fetches something in a hidden PowerShell and runs it"
		author = "Assay"
		date = "2026-11-21"
		score = 80
		scope = "file,derived"
		type = "class:script,class:shortcut,class:html"
	strings:
		$shell = "powershell" ascii wide nocase
		$hidden1 = /-w(in(dowstyle)?)?\s{1,4}(hidden|1)\b/ ascii wide nocase
		$hidden2 = /-window\w{0,6}\s{1,4}hid/ ascii wide nocase
		$get1 = ".DownloadString(" ascii wide nocase
		$get2 = ".DownloadFile(" ascii wide nocase
		$get3 = ".DownloadData(" ascii wide nocase
		$get4 = "Invoke-WebRequest" ascii wide nocase
		$get5 = "Invoke-RestMethod" ascii wide nocase
		$get6 = "Start-BitsTransfer" ascii wide nocase
		$get7 = /\b(iwr|irm|curl|wget)\s{1,4}["']?https?:/ ascii wide nocase
		$get8 = /-e(nc(odedcommand)?)?\s{1,4}["']?[A-Za-z0-9+\/]{60}/ ascii wide nocase
	condition:
		$shell and any of ($hidden*) and any of ($get*)
}

rule script_activex_dropper
{
	meta:
		id = "assay-script-2"
		description = "a script that fetches a file through ActiveX, writes it and runs it"
		author = "Assay"
		date = "2026-11-21"
		score = 85
		scope = "file,derived"
		type = "class:script,class:html"
	strings:
		$make1 = "ActiveXObject" ascii wide nocase
		$make2 = "CreateObject" ascii wide nocase
		$run1 = "WScript.Shell" ascii wide nocase
		$run2 = "Shell.Application" ascii wide nocase
		$get1 = "XMLHTTP" ascii wide nocase
		$get2 = "WinHttp.WinHttpRequest" ascii wide nocase
		$save = "ADODB.Stream" ascii wide nocase
	condition:
		any of ($make*) and any of ($run*) and $save and any of ($get*)
}
