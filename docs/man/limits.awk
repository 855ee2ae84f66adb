# SPDX-License-Identifier: BSD-2-Clause
# Writes assay-limits(7) from the table of limits in engine/base/limits.h and,
# as a second file, what `assay limits --format json` prints. The latter is
# empty where the program that was built cannot be run: a cross build.

function fail(why) {
	printf "limits.awk: %s: %s\n", FILENAME, why > "/dev/stderr"
	failed = 1
	exit 1
}

function head() {
	print ".\\\" SPDX-License-Identifier: BSD-2-Clause"
	print ".\\\" Made by docs/man/limits.awk."
	print ".Dd November 22, 2026"
	print ".Dt ASSAY-LIMITS 7"
	print ".Os"
	print ".Sh NAME"
	print ".Nm assay-limits"
	print ".Nd what Assay lets one message cost"
	print ".Sh DESCRIPTION"
	print "Mail comes from strangers, so everything that a message can make large is"
	print "bounded."
	print ".Ic assay limits"
	print "prints every bound with its value in force."
	print ".Pp"
	print "A message of which something is not inspected because of a bound gets a finding"
	print "that names it"
	print ".Pq Cm limit.* No or Cm bomb.* ,"
	print "and its verdict is not complete: it is never taken for clean."
	print "What was unpacked until then is inspected all the same."
	print "Other bounds end a search, or shorten what people get to see."
	print ".Sh LIMITS"
	print "Each of these is set in the section"
	print ".Ic limits"
	print "of"
	print ".Xr assay.conf 5"
	print "or, for one run, with"
	print ".Fl -limit Ar name Ns = Ns Ar value"
	print "of"
	print ".Xr assay-scan 1 ."
	print "Values may end in"
	print ".Ql KiB ,"
	print ".Ql MiB"
	print "or"
	print ".Ql GiB ."
	print ".Bl -tag -width Ds"
}

function plain(text) {
	gsub(/\\/, "\\e", text)
	return text
}

# One entry: name, default, lowest, highest, "unit", "reason".
function entry(text,    part, number) {
	if (split(text, part, "\"") != 5)
		fail("cannot read: " text)
	gsub(/[ \t]/, "", part[1])
	if (split(part[1], number, ",") < 4 || number[1] !~ /^[a-z_]+$/ ||
	    number[2] number[3] number[4] !~ /^[0-9]+$/)
		fail("cannot read: " text)
	printf ".It Cm %s\nDefault %s %s, from %s to %s: %s.\n", number[1], number[2], part[2],
		number[3], number[4], plain(part[4])
}

function entries(    here, count) {
	# The compiler joins neighbouring strings; so does this.
	gsub(/"[ \t]+"/, "", table)
	here = table
	expected = gsub(/X\(/, "", here)
	while (match(table, /X\([^"]*"[^"]*",[^"]*"[^"]*"\)/)) {
		entry(substr(table, RSTART + 2, RLENGTH - 3))
		table = substr(table, RSTART + RLENGTH)
		count++
	}
	if (count == 0 || count != expected)
		fail("the table of limits has another form")
}

# The value of a key: a number, or a string without its quotes.
function value(object, key,    text) {
	if (!match(object, "\"" key "\":([0-9]+|\"([^\"\\\\]|\\\\.)*\")"))
		fail("no " key " in " object)
	text = substr(object, RSTART + length(key) + 3, RLENGTH - length(key) - 3)
	if (text ~ /^"/)
		text = substr(text, 2, length(text) - 2)
	if (text ~ /\\[^"\\]/)
		fail("cannot read: " object)
	gsub(/\\"/, "\"", text)
	gsub(/\\\\/, "\\", text)
	return text
}

function fixed(text,    object, part, last) {
	print ".Sh FIXED LIMITS"
	print "These cannot be set: no honest message comes near them, or a library or the"
	print "design would not bear more."
	print "They are listed by the part of Assay that they stand in:"
	print ".Cm mailbox"
	print "reads paths,"
	print ".Cm mime"
	print "takes messages apart,"
	print ".Cm inspect"
	print "keeps what was found,"
	print ".Cm pool"
	print "runs the workers,"
	print ".Cm client"
	print "talks to the daemon,"
	print ".Cm daemon"
	print "serves connections; then the plugins."
	print "Settings of plugins that are bounds, such as"
	print ".Ic max_files"
	print "of"
	print ".Ic clamav ,"
	print "are in"
	print ".Xr assay.conf 5 ."
	if (text == "") {
		print "This manual was made on a system that could not run the program, so the list"
		print "is only printed by"
		print ".Ic assay limits ."
		return
	}
	sub(/^.*"fixed":\[/, "", text)
	while (match(text, /^,?\{("[^"]+":([0-9]+|"([^"\\]|\\.)*"),?)+\}/)) {
		object = substr(text, 1, RLENGTH)
		text = substr(text, RLENGTH + 1)
		part = value(object, "part")
		if (part != last)
			printf "%s.Ss %s\n.Bl -tag -width Ds\n", last == "" ? "" : ".El\n", part
		last = part
		printf ".It Cm %s\n%s %s: %s.\n", value(object, "name"), value(object, "value"),
			value(object, "unit"), plain(value(object, "reason"))
	}
	if (last == "" || text !~ /^\]/)
		fail("the fixed limits have another form: " substr(text, 1, 200))
	print ".El"
}

BEGIN { head() }

FNR == 1 { number_of_file++ }

number_of_file == 2 {
	shown = shown $0
	next
}

/^#define AS_LIMITS\(X\)/ { inside = 1; next }

inside {
	line = $0
	more = sub(/[ \t]*\\$/, "", line)
	table = table " " line
	if (!more)
		inside = 0
}

END {
	if (failed)
		exit 1
	entries()
	print ".El"
	fixed(shown)
	print ".Sh EXAMPLES"
	print "Scan with a smaller limit on what may be unpacked:"
	print ".\\\" exit 0"
	print ".Bd -literal -offset indent"
	print "$ assay scan --limit bytes=64MiB letter.eml"
	print ".Ed"
	print ".Pp"
	print "The bounds of one part, fixed ones among them:"
	print ".\\\" exit 0"
	print ".Bd -literal -offset indent"
	print "$ assay limits | grep '^mailbox '"
	print ".Ed"
	print ".Sh SEE ALSO"
	print ".Xr assay 1 ,"
	print ".Xr assay-scan 1 ,"
	print ".Xr assay.conf 5 ,"
	print ".Xr assay-findings 7"
}
