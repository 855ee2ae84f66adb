# SPDX-License-Identifier: BSD-2-Clause
"""Techniques in the boundary parameter (bnd-) and on delimiter lines (bnd-line).

A row is (variant, parameters, what delimiter lines have behind "--"): where
the two differ by the letter, some reader takes the parameter for that value.
"""
import base64

from mimegrammar_plan import Technique, setter

TYPE = b"Content-Type: "
PLAIN = b"{b}"
# The line holds the raw value, or what a reader makes of it.
DUP = "Thunderbird, Outlook, mutt: first parameter; Apple Mail: last"
EXT = "Thunderbird: RFC 2231"
SLOPPY = "a search for boundary= wherever it stands"
CUT = "value ends at the octet that cannot be in a token"
LOOSE = "any separator between parameters"

DECOYED = [
    ("bnd-dup:param-first", b"; boundary={b}; boundary={d}", DUP, {"param": "first"}),
    ("bnd-dup:param-last", b"; boundary={d}; boundary={b}", DUP, {"param": "last"}),
    ("bnd-dup:quoted-first", b'; boundary="{b}"; boundary="{d}"', DUP, {"param": "first"}),
    ("bnd-dup:quoted-last", b'; boundary="{d}"; boundary="{b}"', DUP, {"param": "last"}),
    ("bnd-dup:case-first", b"; Boundary={b}; BOUNDARY={d}", DUP, {"param": "first"}),
    ("bnd-dup:case-last", b"; Boundary={d}; BOUNDARY={b}", DUP, {"param": "last"}),
    ("bnd-dup:apart-first", b"; boundary={b}; charset=x; boundary={d}", DUP, {"param": "first"}),
    ("bnd-dup:no-separator-first", b"; boundary={b} boundary={d}", DUP, {"param": "first"}),
    ("bnd-2231:good-plain-first", b"; boundary={b}; boundary*=''{d}", "plain wins", {}),
    ("bnd-2231:good-plain-last", b"; boundary*=''{d}; boundary={b}", "plain wins", {}),
    ("bnd-2231:good-extended-first", b"; boundary*=''{b}; boundary={d}", EXT, {}),
    ("bnd-2231:good-extended-last", b"; boundary={d}; boundary*=''{b}", EXT, {}),
    ("bnd-2231:good-sections-first", b"; boundary*0={1}; boundary*1={2}; boundary={d}", EXT, {}),
    ("bnd-2231:good-sections-last", b"; boundary={d}; boundary*0={1}; boundary*1={2}", EXT, {}),
    ("bnd-decoy-param:quoted-first", b'; x="; boundary={d}; "; boundary={b}', "strict", {}),
    ("bnd-decoy-param:quoted-last", b'; boundary={b}; x="; boundary={d}"', "strict", {}),
    ("bnd-decoy-param:x-boundary", b"; x-boundary={d}; boundary={b}", "strict", {}),
    ("bnd-decoy-param:name", b'; name="boundary={d}"; boundary="{b}"', "strict", {}),
    ("bnd-decoy-param:apostrophe", b"; x='; boundary={d}; y='; boundary={b}",
     "single quotes are quotes", {}),
    ("bnd-comment:decoy", b"; (boundary={d}) boundary={b}", "comments dropped", {}),
    ("bnd-comment:decoy-last", b"; boundary={b} (; boundary={d})", "comments dropped", {}),
    ("bnd-comment:decoy-nested", b"; (a (b) ; boundary={d}) boundary={b}", "comments dropped", {}),
    ("bnd-bad-param:decoy-behind", b"; boundary={b}; =; boundary={d}", "strict", {}),
]
SIMPLE = [
    # RFC 2231: extended, in sections, out of order, against the rules
    ("bnd-2231:extended", b"; boundary*=''{b}", PLAIN, EXT),
    ("bnd-2231:language", b"; boundary*=us-ascii'en'{b}", PLAIN, EXT),
    ("bnd-2231:language-hyphen", b"; boundary*=utf-8'en-us'{b}", PLAIN, EXT),
    ("bnd-2231:quoted", b"; boundary*=\"''{b}\"", PLAIN, EXT),
    ("bnd-2231:no-quotes", b"; boundary*={b}", PLAIN, EXT),
    ("bnd-2231:percent", b"; boundary*=''b%5F{1}{2}", b"b_{1}{2}", EXT),
    ("bnd-2231:percent-lower", b"; boundary*=''b%5f{1}{2}", b"b_{1}{2}", EXT),
    ("bnd-2231:percent-plain", b"; boundary=b%5F{1}{2}", b"b_{1}{2}", "percent signs resolved"),
    ("bnd-2231:percent-kept", b"; boundary*=''b%5F{1}{2}", b"b%5F{1}{2}", "percent signs kept"),
    ("bnd-2231:section", b"; boundary*0={b}", PLAIN, EXT),
    ("bnd-2231:section-percent", b"; boundary*0=b%5F{b}", b"b_{b}", EXT),
    ("bnd-2231:section-extended", b"; boundary*0*=''{b}", PLAIN, EXT),
    ("bnd-2231:section-extended-percent", b"; boundary*0*=''b%5F{b}", b"b_{b}", EXT),
    ("bnd-2231:two", b"; boundary*0={1}; boundary*1={2}", PLAIN, EXT),
    ("bnd-2231:two-quoted", b'; boundary*0="{1}"; boundary*1="{2}"', PLAIN, EXT),
    ("bnd-2231:two-folded", b";\r\n boundary*0={1};\r\n\tboundary*1={2}", PLAIN, EXT),
    ("bnd-2231:two-extended", b"; boundary*0*=''{1}; boundary*1*={2}", PLAIN, EXT),
    ("bnd-2231:two-percent", b"; boundary*0*=''b%5F{1}; boundary*1*={2}", b"b_{1}{2}", EXT),
    ("bnd-2231:two-mixed", b"; boundary*0*=''{1}; boundary*1={2}", PLAIN, EXT),
    ("bnd-2231:two-mixed-late", b"; boundary*0={1}; boundary*1*={2}", PLAIN, EXT),
    ("bnd-2231:reversed", b"; boundary*1={2}; boundary*0={1}", PLAIN, EXT),
    ("bnd-2231:reversed-extended", b"; boundary*1*={2}; boundary*0*=''{1}", PLAIN, EXT),
    ("bnd-2231:numbers-swapped", b"; boundary*1=''{1}; boundary*0={2}", PLAIN,
     "order of appearance"),
    ("bnd-2231:numbers-swapped-extended", b"; boundary*1*=''{1}; boundary*0*={2}", PLAIN,
     "order of appearance"),
    ("bnd-2231:repeated-good-last", b"; boundary*0=foo; boundary*0={1}; boundary*1={2}", PLAIN,
     "last of a repeated section"),
    ("bnd-2231:repeated-good-first", b"; boundary*0={1}; boundary*0=foo; boundary*1={2}", PLAIN,
     "first of a repeated section"),
    ("bnd-2231:repeated-extended", b"; boundary*0*=''foo; boundary*0*=''{1}; boundary*1*={2}",
     PLAIN, "last of a repeated section"),
    ("bnd-2231:repeated-extended-first",
     b"; boundary*0*=''{1}; boundary*0*=''foo; boundary*1*={2}", PLAIN,
     "first of a repeated section"),
    ("bnd-2231:gap", b"; boundary*0={1}; boundary*2={2}", PLAIN, "sections joined over a gap"),
    ("bnd-2231:gap-cut", b"; boundary*0={1}; boundary*2={2}", b"{1}", "ends at the gap"),
    ("bnd-2231:from-one", b"; boundary*1={1}; boundary*2={2}", PLAIN, "sections from 1"),
    ("bnd-2231:leading-zero", b"; boundary*00={1}; boundary*01={2}", PLAIN, "numbers as C reads"),
    ("bnd-2231:space", b"; boundary*=''{1}%20{2}", b"{1} {2}", EXT),
    ("bnd-2231:space-first", b"; boundary*=''%20{b};", b" {b}", EXT),
    ("bnd-2231:space-last", b"; boundary*=''{b}%20;", b"{b} ", EXT),
    ("bnd-2231:blank-star", b"; boundary *=''{b}", PLAIN, EXT),
    # RFC 2047
    ("bnd-2047:q", b'; boundary="=?us-ascii?Q?{b}?="', PLAIN, "Claws"),
    ("bnd-2047:q-bare", b"; boundary==?us-ascii?Q?{b}?=", PLAIN, "Claws"),
    ("bnd-2047:q-part", b'; boundary="{1}=?us-ascii?Q?{2}?="', PLAIN, "Claws"),
    ("bnd-2047:q-kept", b'; boundary="=?us-ascii?Q?{b}?="', b"=?us-ascii?Q?{b}?=", "Thunderbird"),
    ("bnd-2047:two-words", b'; boundary="=?us-ascii?Q?{1}?= =?us-ascii?Q?{2}?="', PLAIN, "Claws"),
    # comments
    ("bnd-comment:before", b"; () boundary={b}", PLAIN, "comments dropped"),
    ("bnd-comment:glued", b"; ()boundary={b}", PLAIN, "comments dropped"),
    ("bnd-comment:inside-name", b"; boun()dary={b}", PLAIN, "comments dropped"),
    ("bnd-comment:behind-name", b"; boundary()={b}", PLAIN, "comments dropped"),
    ("bnd-comment:behind-name-nested", b"; boundary(a(b)c)={b}", PLAIN, "comments dropped"),
    ("bnd-comment:before-value", b"; boundary=(boundary=foo){b}", PLAIN, "Outlook"),
    ("bnd-comment:before-value-empty", b"; boundary=(){b}", PLAIN, "Outlook"),
    ("bnd-comment:value-kept", b"; boundary=(boundary=foo){b}", b"(boundary=foo){b}",
     "comments kept"),
    ("bnd-comment:value-in-it", b"; boundary=(boundary={b})foo", PLAIN, SLOPPY),
    ("bnd-comment:inside-value", b"; boundary={1}(){2}", PLAIN, "comments dropped"),
    ("bnd-comment:inside-value-cut", b"; boundary={1}(){2}", b"{1}", CUT),
    ("bnd-comment:inside-value-kept", b"; boundary={1}(){2}", b"{1}(){2}", "comments kept"),
    ("bnd-comment:behind", b"; boundary={b}()", PLAIN, "comments dropped"),
    ("bnd-comment:behind-kept", b"; boundary={b}()", b"{b}()", "comments kept"),
    ("bnd-comment:behind-blank", b"; boundary={b} (x)", PLAIN, "all by the standard"),
    ("bnd-comment:around", b"; ( boundary={b} )", PLAIN, SLOPPY),
    ("bnd-comment:around-unclosed", b"; (() boundary={b} )", PLAIN, SLOPPY),
    ("bnd-comment:open", b"; (x; boundary={b}", PLAIN, SLOPPY),
    # the parameter in odd places
    ("bnd-decoy-param:twice-equals", b"; boundary=boundary={b}", PLAIN, SLOPPY),
    ("bnd-decoy-param:twice-equals-kept", b"; boundary=boundary={b}", b"boundary={b}",
     "to the end"),
    ("bnd-decoy-param:quoted-all", b'; "boundary={b}"', PLAIN, SLOPPY),
    ("bnd-decoy-param:quoted-blanks", b'; " boundary={b} "', PLAIN, SLOPPY),
    ("bnd-decoy-param:in-open-quote", b'; foo="bla;boundary={b}', PLAIN, SLOPPY),
    ("bnd-decoy-param:in-quote", b'; foo="bla;boundary={b}"', PLAIN, SLOPPY),
    ("bnd-decoy-param:in-quote-kept", b'; foo="bla;boundary={b}"', b'{b}"', SLOPPY),
    ("bnd-decoy-param:escaped-quote", b'; foo="bla\\";boundary={b}', PLAIN, SLOPPY),
    ("bnd-decoy-param:bare-escaped-quote", b'; foo=bla\\";boundary={b}', PLAIN, "strict"),
    ("bnd-decoy-param:bare-escape", b"; foo=bla\\;boundary={b}", PLAIN, "strict"),
    ("bnd-decoy-param:stray-quote", b'; foo=bla"boundary={b}', PLAIN, SLOPPY),
    ("bnd-bad-param:no-separator", b"; foo=bla boundary={b}", PLAIN, LOOSE),
    ("bnd-bad-param:equals", b"; =x; boundary={b}", PLAIN, "error recovery"),
    ("bnd-bad-param:word", b"; foo; boundary={b}", PLAIN, "error recovery"),
    ("bnd-bad-param:empty-value", b"; foo=; boundary={b}", PLAIN, "error recovery"),
    ("bnd-bad-param:quote", b'; foo"bar; boundary={b}', PLAIN, "error recovery"),
    ("bnd-bad-param:quote-tail", b'; foo="bar"baz; boundary={b}', PLAIN, "error recovery"),
    ("bnd-bad-param:at", b"; f@o=b@r; boundary={b}", PLAIN, "error recovery"),
    ("bnd-bad-param:8bit", b"; \xe4=\xf6; boundary={b}", PLAIN, "error recovery"),
    ("bnd-bad-param:control", b"; a=\x01; boundary={b}", PLAIN, "error recovery"),
    # empty values
    ("bnd-empty:quoted", b'; boundary=""', b"", "lenient"),
    ("bnd-empty:bare", b"; boundary=", b"", "lenient"),
    ("bnd-empty:blank", b'; boundary=" "', b" ", "lenient"),
    ("bnd-empty:blank-cut", b'; boundary=" "', b"", "lenient"),
    # blanks
    ("bnd-space:last-quoted", b'; boundary="{b} "', b"{b} ", "blank kept"),
    ("bnd-space:last-quoted-cut", b'; boundary="{b} "', PLAIN, "blank cut"),
    ("bnd-space:last-bare", b"; boundary={b} ;", b"{b} ", "blank kept"),
    ("bnd-space:last-single", b"; boundary='{b} '", b"{b} ", "single quotes are quotes"),
    ("bnd-space:first-quoted", b'; boundary=" {b}"', b" {b}", "blank kept"),
    ("bnd-space:first-quoted-cut", b'; boundary=" {b}"', PLAIN, "blank cut"),
    ("bnd-space:first-bare", b"; boundary= {b};", b" {b}", "blank kept"),
    ("bnd-space:first-single", b"; boundary=' {b}'", b" {b}", "single quotes are quotes"),
    ("bnd-space:inside-quoted", b'; boundary="{1} {2}"', b"{1} {2}", "all by the standard"),
    ("bnd-space:inside-bare", b"; boundary={1} {2};", b"{1} {2}", "blank kept"),
    ("bnd-space:inside-bare-cut", b"; boundary={1} {2};", b"{1}", CUT),
    ("bnd-space:inside-single", b"; boundary='{1} {2}'", b"{1} {2}", "single quotes are quotes"),
    ("bnd-space:inside-tab", b'; boundary="{1}\t{2}"', b"{1}\t{2}", "tab kept"),
    ("bnd-space:inside-tab-blank", b'; boundary="{1}\t{2}"', b"{1} {2}", "tab as a blank"),
    ("bnd-space:cr", b'; boundary="{b}\r"', PLAIN, "CR cut"),
    ("bnd-space:other-tail", b'; boundary="{b} QQQ"', b"{b} RRR", "up to the blank on both sides"),
    ("bnd-space:other-tail-fold", b'; boundary="{b}\r\n QQQ"', b"{b} RRR",
     "up to the blank on both sides"),
    ("bnd-space:fold-inside", b'; boundary="{1}\r\n {2}"', b"{1} {2}", "fold as one blank"),
    ("bnd-space:fold-inside-joined", b'; boundary="{1}\r\n {2}"', PLAIN, "fold as nothing"),
    # quotes
    ("bnd-quote:tail-first", b'; boundary="{1}"{2}', b"{1}", "the quoted piece"),
    ("bnd-quote:tail-joined", b'; boundary="{1}"{2}', PLAIN, "quotes dropped"),
    ("bnd-quote:tail-kept", b'; boundary="{1}"{2}', b'"{1}"{2}', "quotes kept"),
    ("bnd-quote:middle-first", b'; boundary={1}"{2}"', b"{1}", CUT),
    ("bnd-quote:middle-second", b'; boundary={1}"{2}"', b"{2}", "the quoted piece"),
    ("bnd-quote:middle-kept", b'; boundary={1}"{2}"', b'{1}"{2}"', "quotes kept"),
    ("bnd-quote:middle-joined", b'; boundary={1}"{2}"', PLAIN, "quotes dropped"),
    ("bnd-quote:open", b'; boundary="{b}', PLAIN, "to the end"),
    ("bnd-quote:open-kept", b'; boundary="{b}', b'"{b}', "quotes kept"),
    ("bnd-quote:close", b'; boundary={b}"', PLAIN, "quote dropped"),
    ("bnd-quote:close-kept", b'; boundary={b}"', b'{b}"', "quotes kept"),
    ("bnd-quote:single", b"; boundary='{b}'", PLAIN, "single quotes are quotes"),
    ("bnd-quote:single-kept", b"; boundary='{b}'", b"'{b}'", "all by the standard"),
    ("bnd-quote:doubled", b'; boundary=""{b}""', PLAIN, "quotes dropped"),
    ("bnd-quote:escaped", b'; boundary={1}\\"{2}\\"', b'{1}"{2}"', "quoted pairs resolved"),
    ("bnd-quote:escaped-before", b'; boundary={1}\\"{2}\\"', b"{1}", CUT),
    ("bnd-quote:escaped-before-kept", b'; boundary={1}\\"{2}\\"', b"{1}\\", CUT),
    ("bnd-quote:escaped-inside", b'; boundary={1}\\"{2}\\"', b"{2}", "the quoted piece"),
    ("bnd-quote:escaped-inside-kept", b'; boundary={1}\\"{2}\\"', b"{2}\\", "the quoted piece"),
    ("bnd-quote:escaped-kept", b'; boundary={1}\\"{2}\\"', b'{1}\\"{2}\\"', "backslashes kept"),
    ("bnd-quote:pair", b"; boundary={1}\\{2}", PLAIN, "quoted pairs resolved"),
    ("bnd-quote:pair-kept", b"; boundary={1}\\{2}", b"{1}\\{2}", "backslashes kept"),
    ("bnd-quote:pair-quoted", b'; boundary="{1}\\{2}"', PLAIN, "all by the standard"),
    ("bnd-quote:pair-quoted-kept", b'; boundary="{1}\\{2}"', b"{1}\\{2}", "backslashes kept"),
    ("bnd-quote:pair-first", b"; boundary=\\{b}", PLAIN, "quoted pairs resolved"),
    ("bnd-quote:pair-in-name", b"; bou\\ndary={b}", PLAIN, "quoted pairs resolved"),
    # separators
    ("bnd-sep:semicolon-inside", b"; boundary={1};{2}", b"{1}", "all by the standard"),
    ("bnd-sep:semicolon-inside-kept", b"; boundary={1};{2}", b"{1};{2}", "to the end"),
    ("bnd-sep:escaped-semicolon", b"; boundary={1}\\;{2}", b"{1}", "all by the standard"),
    ("bnd-sep:escaped-semicolon-pair", b"; boundary={1}\\;{2}", b"{1};{2}", "quoted pairs"),
    ("bnd-sep:escaped-semicolon-kept", b"; boundary={1}\\;{2}", b"{1}\\;{2}", "to the end"),
    ("bnd-sep:escaped-semicolon-cut", b"; boundary={1}\\;{2}", b"{1}\\", CUT),
    ("bnd-sep:comma", b", boundary={b}", PLAIN, LOOSE),
    ("bnd-sep:blank", b" boundary={b}", PLAIN, LOOSE),
    ("bnd-sep:two-semicolons", b";; boundary={b}", PLAIN, "empty parameter skipped"),
    ("bnd-sep:tab", b";\tboundary={b}", PLAIN, "all"),
    ("bnd-sep:nothing", b";boundary={b}", PLAIN, "all"),
    ("bnd-sep:colon", b"; boundary:{b}", PLAIN, "colon for the equals sign"),
    ("bnd-sep:blank-equals", b"; boundary ={b}", PLAIN, "blanks round the equals sign"),
    ("bnd-sep:equals-blank", b"; boundary= {b}", PLAIN, "blanks round the equals sign"),
    ("bnd-sep:tab-equals", b"; boundary\t={b}", PLAIN, "blanks round the equals sign"),
    ("bnd-sep:equals-tab", b"; boundary=\t{b}", PLAIN, "blanks round the equals sign"),
    ("bnd-sep:fold-equals", b"; boundary\r\n ={b}", PLAIN, "blanks round the equals sign"),
    ("bnd-sep:equals-fold", b"; boundary=\r\n {b}", PLAIN, "blanks round the equals sign"),
    ("bnd-sep:folds", b"; boundary\r\n =\r\n {b}", PLAIN, "blanks round the equals sign"),
    ("bnd-sep:two-folds", b";\r\n \r\n boundary={b}", PLAIN, "a line of blanks as a fold"),
    ("bnd-sep:cr", b";\rboundary={b}", PLAIN, "blank as C has it"),
    ("bnd-sep:backslash-equals", b"; boundary\\={b}", PLAIN, "quoted pairs resolved"),
    ("bnd-sep:two-equals", b"; boundary=={b}", PLAIN, "equals signs skipped"),
    ("bnd-sep:two-equals-kept", b"; boundary=={b}", b"={b}", "to the end"),
    # NUL, length, case
    ("bnd-nul:behind", b'; boundary="{b}\0xyz"', PLAIN, "C string"),
    ("bnd-nul:dropped", b'; boundary="{1}\0{2}"', PLAIN, "NUL dropped"),
    ("bnd-nul:kept", b'; boundary="{1}\0{2}"', b"{1}\0{2}", "NUL kept"),
    ("bnd-nul:name", b"; boundary\0={b}", PLAIN, "C string"),
] + [
    ("bnd-long:%d" % size, b'; boundary="{b}' + b"x" * (size - 10) + b'"',
     b"{b}" + b"x" * (size - 10), "long buffers") for size in (71, 128, 300, 900, 2000)
] + [
    ("bnd-long:cut-at-%d" % size, b'; boundary="{b}' + b"x" * 400 + b'"',
     b"{b}" + b"x" * (size - 10), "buffers of %d octets" % size) for size in (70, 255)
]
# Delimiter lines that are not the boundary by the letter.
LINES = [
    ("tail-word", b"--{l} X\r\n", "what begins with the boundary"),
    ("tail-letter", b"--{l}X\r\n", "what begins with the boundary"),
    ("tail-dash", b"--{l}-\r\n", "what begins with the boundary"),
    ("tail-dashes", b"--{l}--tail\r\n", "what begins with the boundary"),
    ("tail-semicolon", b"--{l}; x=y\r\n", "what begins with the boundary"),
    ("tail-quote", b'--{l}"\r\n', "what begins with the boundary"),
    ("blank", b"--{l} \r\n", "all by the standard"), ("tab", b"--{l}\t\r\n", "all by the standard"),
    ("blanks", b"--{l}" + b" " * 300 + b"\r\n", "all by the standard"),
    ("vt", b"--{l}\x0b\r\n", "blank as C has it"),
    ("nul", b"--{l}\0\r\n", "C string"), ("nul-tail", b"--{l}\0xyz\r\n", "C string"),
    ("indent", b" --{l}\r\n", "indented"), ("indent-tab", b"\t--{l}\r\n", "indented"),
    ("cr-before", b"\r--{l}\r\n", "lone CR as a line end"),
    ("blank-cr-before", b" \r--{l}\r\n", "lone CR as a line end"),
    ("cr-behind", b"--{l}\r", "lone CR as a line end"),
    ("lf-behind", b"--{l}\n", "lone LF as a line end"),
    ("cr-cr-lf", b"--{l}\r\r\n", "lone CR as a blank"),
    ("mid-line", b"text --{l}\r\n", "a search within the line"),
    ("three-dashes", b"---{l}\r\n", "a search within the line"),
    ("quoted", b"> --{l}\r\n", "a search within the line"),
]


def doubled_field(first, second, decoy=True):
    values = {"multi_lines": [TYPE + first, TYPE + second], "with_decoy": decoy}
    return setter(**values)


def utf16(order):
    def apply(plan):
        text = (plan.halves[0] + plan.halves[1]).decode("ascii").encode("utf-16-" + order)
        plan.params = b"; boundary*=UTF-16''" + b"".join(b"%%%02X" % octet for octet in text)
    return apply


def word_b(plan):
    text = base64.b64encode(plan.halves[0] + plan.halves[1])
    plan.params = b'; boundary="=?us-ascii?B?%s?="' % text


def other_case(plan):
    plan.halves = tuple(half.lower() + b"abc" for half in plan.halves)
    plan.params = b'; boundary="%s"' % (plan.halves[0] + plan.halves[1]).upper()


def percent_all(plan):
    text = plan.halves[0] + plan.halves[1]
    plan.params = b"; boundary*=''" + b"".join(b"%%%02x" % octet for octet in text)


def in_disposition(plan):
    plan.multi_lines = [TYPE + b"multipart/mixed", b"Content-Disposition: inline; boundary={b}"]


def fields():
    """Two fields, each with a boundary."""
    good, bad = b"multipart/mixed; boundary={b}", b"multipart/mixed; boundary={d}"
    rows = [("field-first", good, bad, "first", True), ("field-last", bad, good, "last", True),
            ("field-first-alternative", good, b"multipart/alternative; boundary={d}", "first",
             True),
            ("field-last-related", b"multipart/related; boundary={d}", good, "last", True),
            ("field-first-unused", good, bad, "first", False),
            ("field-last-unused", bad, good, "last", False)]
    return [Technique("bnd-dup:" + word, "bounds", doubled_field(first, second, decoy),
                      ["multi-type", "params", "preamble", "decoy"],
                      "first field: Thunderbird, Outlook, Apple Mail; last: mutt",
                      needs="multi", habits={"type": side})
            for word, first, second, side, decoy in rows]


def techniques():
    made = fields()
    for word, params, reader, habits in DECOYED:
        made.append(Technique(word, "bounds", setter(params=params, with_decoy=True),
                              ["params", "preamble", "decoy"], reader, needs="multi",
                              habits=habits))
    for word, params, line, reader in SIMPLE:
        made.append(Technique(word, "bounds", setter(params=params, line=line), ["params"], reader,
                              needs="multi"))
    for word, apply, reader in (
            ("bnd-2231:utf-16-be", utf16("be"), EXT), ("bnd-2231:utf-16-le", utf16("le"), EXT),
            ("bnd-2231:percent-all", percent_all, EXT), ("bnd-2047:b", word_b, "Claws"),
            ("bnd-case:upper", other_case, "blind to case")):
        made.append(Technique(word, "bounds", apply, ["params"], reader, needs="multi"))
    made.append(Technique("bnd-decoy-param:disposition", "bounds", in_disposition,
                          ["params", "multi-type"], SLOPPY, needs="multi"))
    for word, line, reader in LINES:
        made.append(Technique("bnd-line:" + word, "bounds", setter(delimiter=line), ["delimiter"],
                              reader, needs="multi"))
    return made
