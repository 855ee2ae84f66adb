# SPDX-License-Identifier: BSD-2-Clause
# Writes assay-limits(7) from the table of limits in engine/base/limits.h.

function fail(why) {
	printf "limits.awk: %s: %s\n", FILENAME, why > "/dev/stderr"
	failed = 1
	exit 1
}

function head() {
	print ".\\\" SPDX-License-Identifier: BSD-2-Clause"
	print ".\\\" Made from engine/base/limits.h by docs/man/limits.awk."
	print ".Dd November 22, 2026"
	print ".Dt ASSAY-LIMITS 7"
	print ".Os"
	print ".Sh NAME"
	print ".Nm assay-limits"
	print ".Nd what Assay lets one message cost"
	print ".Sh DESCRIPTION"
	print "Mail comes from strangers, so everything that a message can make large is"
	print "bounded."
	print "A message that meets a bound gets a finding that names it"
	print ".Pq Cm limit.* No or Cm bomb.* ,"
	print "and its verdict is not complete: it is never taken for clean."
	print "What was unpacked until then is inspected all the same."
	print ".Pp"
	print "Each limit is set in the section"
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
	print ".Ic assay limits"
	print "prints those in force."
	print "Plugins have limits of their own, which are settings of their sections."
	print ".Sh LIMITS"
	print ".Bl -tag -width Ds"
}

# One entry: name, default, lowest, highest, "unit", "reason".
function entry(text,    part, number, unit, reason) {
	if (split(text, part, "\"") != 5)
		fail("cannot read: " text)
	unit = part[2]
	reason = part[4]
	gsub(/[ \t]/, "", part[1])
	if (split(part[1], number, ",") < 4 || number[1] !~ /^[a-z_]+$/ ||
	    number[2] number[3] number[4] !~ /^[0-9]+$/)
		fail("cannot read: " text)
	printf ".It Cm %s\nDefault %s %s, from %s to %s.\n", number[1], number[2], unit,
		number[3], number[4]
	printf "%s%s.\n", toupper(substr(reason, 1, 1)), substr(reason, 2)
	count++
}

BEGIN { head() }

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
	while (match(table, /X\([^"]*"[^"]*",[^"]*"[^"]*"\)/)) {
		entry(substr(table, RSTART + 2, RLENGTH - 3))
		table = substr(table, RSTART + RLENGTH)
	}
	if (count == 0 || table ~ /X\(/)
		fail("the table of limits has another form")
	print ".El"
	print ".Sh EXAMPLES"
	print "Scan with a smaller limit on what may be unpacked:"
	print ".\\\" exit 0"
	print ".Bd -literal -offset indent"
	print "$ assay scan --limit bytes=64MiB letter.eml"
	print ".Ed"
	print ".Sh SEE ALSO"
	print ".Xr assay 1 ,"
	print ".Xr assay-scan 1 ,"
	print ".Xr assay.conf 5 ,"
	print ".Xr assay-findings 7"
}
