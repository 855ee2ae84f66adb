# SPDX-License-Identifier: BSD-2-Clause
# Writes assay-findings(7) from the registry of finding codes.

function fail(why) {
	printf "findings.awk: %s:%d: %s\n", FILENAME, FNR, why > "/dev/stderr"
	failed = 1
	exit 1
}

function head() {
	print ".\\\" SPDX-License-Identifier: BSD-2-Clause"
	print ".\\\" Made from engine/inspect/codes.def by docs/man/findings.awk."
	print ".Dd November 22, 2026"
	print ".Dt ASSAY-FINDINGS 7"
	print ".Os"
	print ".Sh NAME"
	print ".Nm assay-findings"
	print ".Nd codes of the findings of Assay"
	print ".Sh DESCRIPTION"
	print "A finding has one of these codes."
	print "Policies name them, singly or as a family"
	print ".Pq Ql name.* ;"
	print ".Ic assay findings"
	print "prints the same list and says what the policy does with each."
	print ".Pp"
	print "The severity is the default; the plugin that reports a finding may give"
	print "another."
	print ".Em incomplete"
	print "means that something was not inspected: the message is not complete, and at"
	print "least what the policy says for"
	print ".Ic incomplete"
	print "happens to it."
	print ".Pp"
	print "Two families are open."
	print ".Cm malware. Ns Ar signature"
	print "is critical, for signatures of known malware."
	print ".Cm yara. Ns Ar rule"
	print "is medium unless the rule says otherwise."
	print "Codes are lower case but for what stands behind these two."
	print ".Sh CODES"
}

# What a person who meets the code needs to know beside its sentence.
BEGIN {
	more["bomb.depth"] = "Also reported for a container that holds itself, without end."
	more["mime.legacy_encoding"] = "Reported for each part in uuencode," \
		"\nand for each text with files in uuencode in it."
	more["scan.plugin_missing"] = "The verdict stays complete: the administrator called the plugin optional."
	head()
}

/^X\(/ {
	if (!match($0, /^X\("[a-z0-9_.]+", (INFO|LOW|MEDIUM|HIGH|CRITICAL), (NONE|INCOMPLETE), ".*"\)$/))
		fail("not a line of the registry")
	split($0, part, "\"")
	code = part[2]
	split(part[3], word, /[, ]+/)
	sentence = $0
	sub(/^X\("[^"]*", [A-Z]+, [A-Z]+, "/, "", sentence)
	sub(/"\)$/, "", sentence)
	gsub(/\\/, "\\e", sentence)
	# A line of its own for each sentence, none of which may look like a macro.
	if (sentence ~ /^[.']/)
		sentence = "\\&" sentence
	family = code
	sub(/\..*/, "", family)
	if (family != last) {
		if (last != "")
			print ".El"
		printf ".Ss %s\n.Bl -tag -width Ds\n", family
		last = family
	}
	printf ".It Cm %s No (%s%s)\n%s\n", code, tolower(word[2]),
		word[3] == "INCOMPLETE" ? ", incomplete" : "", sentence
	if (code in more)
		print more[code]
	delete more[code]
	count++
}

END {
	if (failed)
		exit 1
	if (count == 0)
		fail("no codes")
	for (code in more)
		fail("there is no code " code)
	print ".El"
	print ".Sh EXAMPLES"
	print "What one code means:"
	print ".\\\" exit 0"
	print ".Bd -literal -offset indent"
	print "$ assay findings archive.header_mismatch"
	print ".Ed"
	print ".Sh SEE ALSO"
	print ".Xr assay 1 ,"
	print ".Xr assay-verdict 5 ,"
	print ".Xr assay.conf 5 ,"
	print ".Xr assay-mime 7 ,"
	print ".Xr assay-smime 7"
}
