# SPDX-License-Identifier: BSD-2-Clause
"""Techniques in the body of the file's part: odd base64 (b64-), odd
quoted-printable (qp-), and encodings from before MIME (leg-)."""
import base64

from mimegrammar_payload import (CRLF, XX, b64, b64_runs, begin_base64, binhex, gzip64, lines, qp,
                                 qp_mixed, tnef, uu, uu_body, yenc)
from mimegrammar_plan import Technique, setter

SKIP = "decoders that skip what is no base64"
RUNS = "Thunderbird, Apple Mail: data goes on behind padding"
CTE = b"Content-Transfer-Encoding: "


def text64(octets):
    return base64.b64encode(octets)


def joined(octets, glue):
    """Something between all characters."""
    return lines(glue.join(bytes([octet]) for octet in text64(octets)) + glue,
                 76 - 76 % (1 + len(glue)))


def every_line(octets, first=b"", last=b"", width=76):
    return b"".join(first + row + last + CRLF for row in b64(octets, width).split())


def groups(octets, glue, size=4):
    text = text64(octets)
    return lines(glue.join(text[at:at + size] for at in range(0, len(text), size)), 75)


def shifted(octets, junk):
    return junk + CRLF + CRLF + b64(octets)


def split_run(octets, padding):
    """Two runs, where the first ends in padding of this form."""
    cut = len(octets) * 2 // 3 // 3 * 3 + (1 if padding == b"==" else 2)
    return b64(octets[:cut]) + b64(octets[cut:])


def hash_lines(octets, at):
    return b"".join(row[:at] + b"#abce01234567fghj\r\n" + row[at:] + CRLF
                    for row in b64(octets).split())


def inside_groups(octets):
    text = text64(octets)
    return lines(text[:2] + b"=" + b"=".join(text[at:at + 4] for at in range(2, len(text), 4)), 75)


def one_octet_runs(octets, keep, tail):
    return b"".join(text64(octets[place:place + 1])[:keep] + tail for place in range(len(octets)))


PREFIX = ("zip",)
ALL = ("content", "zip", "name")
BASE64 = [
    ("b64-pad:runs-1", lambda d: lines(b64_runs(d, 1), 76), RUNS, ALL),
    ("b64-pad:runs-1-lines", lambda d: b64_runs(d, 1, CRLF), RUNS, ALL),
    ("b64-pad:runs-2", lambda d: lines(b64_runs(d, 2), 76), RUNS, ALL),
    ("b64-pad:runs-2-lines", lambda d: b64_runs(d, 2, CRLF), RUNS, ALL),
    ("b64-pad:runs-20-lines", lambda d: b64_runs(d, 20, CRLF), RUNS, ALL),
    ("b64-pad:runs-50-lines", lambda d: b64_runs(d, 50, CRLF), RUNS, ALL),
    ("b64-pad:runs-4-no-padding", lambda d: b64_runs(d, 4, CRLF, False), "line by line", ALL),
    ("b64-pad:one-of-two", lambda d: lines(one_octet_runs(d, 2, b"="), 75), RUNS, ALL),
    ("b64-pad:one-of-two-lines", lambda d: one_octet_runs(d, 2, b"=\r\n\r\n"), RUNS, ALL),
    ("b64-pad:split-one", lambda d: split_run(d, b"="), RUNS, ALL),
    ("b64-pad:split-two", lambda d: split_run(d, b"=="), RUNS, ALL),
    ("b64-pad:line-end", lambda d: every_line(d, last=b"="), SKIP, ALL),
    ("b64-pad:line-end-4", lambda d: every_line(d, last=b"=", width=4), SKIP, ALL),
    ("b64-pad:line-start", lambda d: every_line(d, first=b"="), SKIP, ALL),
    ("b64-pad:line-start-4", lambda d: every_line(d, first=b"===="), SKIP, ALL),
    ("b64-pad:group-end", lambda d: groups(d, b"="), SKIP, ALL),
    ("b64-pad:inside-group", inside_groups, SKIP, ALL),
    ("b64-pad:first", lambda d: b"=\r\n" + b64(d), SKIP, ALL),
    ("b64-pad:first-4", lambda d: b"====\r\n" + b64(d), SKIP, ALL),
    ("b64-pad:end", lambda d: b64(d).rstrip() + b"====\r\n", SKIP, ALL),
    ("b64-pad:runs-2-blank-lines", lambda d: b64_runs(d, 2, CRLF * 2), RUNS, ALL),
    ("b64-pad:decoy-run", lambda d: b"ABC=\r\n" + b64(d), RUNS, PREFIX),
    ("b64-pad:decoy-text", lambda d: text64(b"Nothing to see.\n!") + CRLF + b64(d), RUNS, PREFIX),
    ("b64-pad:junk-behind", lambda d: b64(d) + b"====\r\nAAAA\r\n", "stops at padding", ALL),
    ("b64-junk:dots", lambda d: joined(d, b"."), SKIP, ALL),
    ("b64-junk:hashes", lambda d: joined(d, b"#"), SKIP, ALL),
    ("b64-junk:colons", lambda d: joined(d, b":"), SKIP, ALL),
    ("b64-junk:percents", lambda d: joined(d, b"%"), SKIP, ALL),
    ("b64-junk:minus", lambda d: joined(d, b"-"), SKIP, ALL),
    ("b64-junk:underscores", lambda d: joined(d, b"_"), SKIP, ALL),
    ("b64-junk:blanks", lambda d: joined(d, b" "), "all by the standard", ALL),
    ("b64-junk:tabs", lambda d: joined(d, b"\t"), "all by the standard", ALL),
    ("b64-junk:vt", lambda d: joined(d, b"\x0b"), SKIP, ALL),
    ("b64-junk:8bit", lambda d: joined(d, b"\xe4"), SKIP, ALL),
    ("b64-junk:nul", lambda d: joined(d, b"\0"), SKIP, ALL),
    ("b64-junk:cr", lambda d: joined(d, b"\r"), SKIP, ALL),
    ("b64-junk:mixed", lambda d: joined(d, b"!*\xff"), SKIP, ALL),
    ("b64-junk:hash-line-3", lambda d: hash_lines(d, 3), "# to the end of the line", ALL),
    ("b64-junk:hash-line-4", lambda d: hash_lines(d, 4), "# to the end of the line", ALL),
    ("b64-junk:begin-base64", lambda d: b"begin-base64 744 foobar.pdf\r\n" + b64(d),
     "a line that is no base64 is skipped", ALL),
    ("b64-junk:field", lambda d: b"X-Field: value here\r\n" + b64(d),
     "a line that is no base64 is skipped", ALL),
    ("b64-junk:dash-line", lambda d: b"--\r\n" + b64(d), SKIP, ALL),
    ("b64-junk:dashes-middle", lambda d: b64(d[:30]) + b"-- \r\n" + b64(d[30:]), SKIP, ALL),
    ("b64-junk:one-first", lambda d: shifted(d, b"A"), "one group late", PREFIX),
    ("b64-junk:two-first", lambda d: shifted(d, b"AB"), "one group late", PREFIX),
    ("b64-junk:three-first", lambda d: shifted(d, b"ABC"), "one group late", PREFIX),
    ("b64-junk:quoted", lambda d: every_line(d, first=b"> "), SKIP, ALL),
    ("b64-form:no-padding", lambda d: b64(d).rstrip().rstrip(b"=") + CRLF, "lenient", ALL),
    ("b64-form:one-a-line", lambda d: b64(d, 1), "all by the standard", ALL),
    ("b64-form:two-a-line", lambda d: b64(d, 2), "all by the standard", ALL),
    ("b64-form:three-a-line", lambda d: b64(d, 3), "all by the standard", ALL),
    ("b64-form:three-a-line-apart", lambda d: b64(d, 3, CRLF * 2), "all by the standard", ALL),
    ("b64-form:one-a-line-apart", lambda d: b64(d, 1, CRLF * 2), "all by the standard", ALL),
    ("b64-form:five-a-line", lambda d: b64(d, 5), "all by the standard", ALL),
    ("b64-form:six-a-line", lambda d: b64(d, 6), "all by the standard", ALL),
    ("b64-form:mixed-lengths", lambda d: b"".join(
        row + CRLF for row in mixed_rows(text64(d))), "all by the standard", ALL),
    ("b64-form:one-line", lambda d: b64(d, 1 << 20), "all", ALL),
    ("b64-form:blank-lines", lambda d: b64(d, 76, CRLF * 2), "all by the standard", ALL),
    ("b64-form:one-too-many", lambda d: every_line(d, last=b"X", width=4), "line by line", ALL),
    ("b64-form:two-too-many", lambda d: every_line(d, last=b"XX", width=4), "line by line", ALL),
    ("b64-form:three-too-many", lambda d: every_line(d, last=b"QQQ", width=4), "line by line",
     ALL),
    ("b64-form:tail-letter", lambda d: b64(d).rstrip() + b"A\r\n", "tail dropped", ALL),
    ("b64-form:urlsafe", lambda d: b64(d).translate(bytes.maketrans(b"+/", b"-_")),
     "urlsafe alphabet", ALL),
    ("b64-form:lone-lf", lambda d: b64(d, 76, b"\n"), "all", ALL),
    ("b64-form:lone-cr", lambda d: b64(d, 76, b"\r"), SKIP, ALL),
    ("b64-form:indented", lambda d: every_line(d, first=b"  "), "all by the standard", ALL),
]


def mixed_rows(text):
    at, widths = 0, (4, 4, 12, 16, 32, 8)
    turn = 0
    while at < len(text):
        width = widths[turn % len(widths)]
        yield text[at:at + width]
        at += width
        turn += 1


ESCAPES = "a bad escape stays as it is, or is dropped"
QUOTED = [
    ("qp-form:upper-all", lambda d: qp(d), "all by the standard", ALL),
    ("qp-form:lower", lambda d: qp(d, b"=%02x"), "lower case digits", ALL),
    ("qp-form:lower-mixed", lambda d: qp_mixed(d, b"=%02x"), "lower case digits", ALL),
    ("qp-form:soft-every-octet", lambda d: qp(d, width=1), "all by the standard", ALL),
    ("qp-form:soft-blank", lambda d: qp(d, width=1, soft=b"= \r\n"), "all by the standard", ALL),
    ("qp-form:soft-tab", lambda d: qp(d, width=8, soft=b"=\t\r\n"), "all by the standard", ALL),
    ("qp-form:soft-blanks", lambda d: qp(d, width=8, soft=b"=" + b" " * 40 + b"\r\n"),
     "all by the standard", ALL),
    ("qp-form:soft-lf", lambda d: qp(d, soft=b"=\n"), "lone LF as a line end", ALL),
    ("qp-form:soft-cr", lambda d: qp(d, soft=b"=\r"), "lone CR as a line end", ALL),
    ("qp-form:soft-cr-cr-lf", lambda d: qp(d, soft=b"=\r\r\n"), "lone CR as a blank", ALL),
    ("qp-form:overlong", lambda d: qp(d, width=1 << 16), "long lines", ALL),
    ("qp-form:split-escape", lambda d: qp(d, width=4).replace(b"=\r\n=", b"=\r\n=\r\n="),
     "empty soft breaks", ALL),
    ("qp-form:stray-end", lambda d: qp(d).rstrip() + b"=\r\n", "a soft break at the end", ALL),
    ("qp-form:stray-equals", lambda d: qp(d, b"==%02X"), ESCAPES, ALL),
    ("qp-form:stray-blank", lambda d: qp(d, b"= =%02X", 12), ESCAPES, ALL),
    ("qp-form:stray-xx", lambda d: qp(d, b"=XX=%02X", 10), ESCAPES, ALL),
    ("qp-form:stray-zero", lambda d: qp(d, b"=0=%02X", 12), ESCAPES, ALL),
    ("qp-form:stray-0x", lambda d: qp(d, b"=0X=%02X", 10), ESCAPES, ALL),
    ("qp-form:nul", lambda d: qp(d, b"\0=%02X", 20), "NUL dropped", ALL),
    ("qp-form:no-line-end", lambda d: qp(d, width=1 << 16).rstrip(), "all", ALL),
]


def body64(maker):
    return setter(encode=lambda plan: maker(plan.data))


def body_qp(maker):
    def apply(plan):
        plan.mechanism, plan.other = b"quoted-printable", b"base64"
        plan.encode = lambda plan: maker(plan.data)
    return apply


# ---- Before MIME ------------------------------------------------------------

def legacy(label, maker, media=None, name=None):
    def apply(plan):
        plan.encode = lambda plan: maker(plan.data, plan.name)
        plan.encoding_lines = [CTE + label] if label else []
        if media is not None:
            plan.media = media
        if name is not None:
            plan.disposition_lines = [b'Content-Disposition: attachment; filename="%s"' % name]
    return apply


# A text that begins like a file is a text all the same where it is one by label.
LOOKS = [("pdf", b"%PDF-1.4\r\n"), ("rtf", b"{\\rtf1 x}\r\n"), ("gif", b"GIF89a\r\n"),
         ("pgp", b"-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n"),
         ("cms", b"0\x80\x06\x09*\x86H\x86\xf7\r\n")]


def behind_look(look):
    def apply(plan):
        inline(uu)(plan)
        plan.text = look + plan.text
    return apply


def inline(maker, html=False):
    def apply(plan):
        plan.inline = lambda plan: maker(plan.data, plan.name)
        if html:
            plan.text_lines = [b"Content-Type: text/html; charset=utf-8"]
            plan.text = b"<html><body>See below.</body></html>\r\n"
    return apply


INLINE = [
    ("leg-uu:inline", uu), ("leg-uu:inline-no-end", lambda d, n: uu(d, n, end=False)),
    ("leg-uu:inline-no-zero", lambda d, n: uu(d, n, end=False, zero=False)),
    ("leg-uu:inline-mode-0", lambda d, n: uu(d, n, b"0")),
    ("leg-uu:inline-mode-7777", lambda d, n: uu(d, n, b"7777")),
    ("leg-uu:inline-mode-long", lambda d, n: uu(d, n, b"100644")),
    ("leg-uu:inline-spaces", lambda d, n: uu(d, n).replace(b"`", b" ")),
    ("leg-uu:inline-checksum", lambda d, n: uu(d, n, tail=b"#")),
    ("leg-uu:inline-two-names", lambda d, n: uu(d, n + b" " + n)),
    ("leg-uu:inline-quoted-name", lambda d, n: uu(d, b'"%s"' % n)),
    ("leg-uu:inline-tab", lambda d, n: uu(d, n).replace(b"begin 644 ", b"begin\t644\t", 1)),
    ("leg-uu:inline-decoy", lambda d, n: uu(b"Nothing to see here.", b"a.txt") + CRLF + uu(d, n)),
    ("leg-uu:inline-base64", begin_base64),
    ("leg-uu:inline-xx", lambda d, n: uu(d, n, alphabet=XX)),
    ("leg-yenc:inline", yenc), ("leg-yenc:inline-no-end", lambda d, n: yenc(d, n, end=False)),
    ("leg-binhex:inline", binhex),
    ("leg-binhex:inline-short-line", lambda d, n: binhex(
        d, n, b"(This file must be converted with BinHex 4.0)\r\n")),
]
LABELS = [
    ("leg-uu:" + label.decode() + suffix, label, maker)
    for label in (b"x-uuencode", b"uuencode", b"x-uue", b"x-uu", b"uue", b"X-UUEncoded")
    for suffix, maker in (("", uu), ("-no-begin", lambda d, n: uu(d, n, begin=False, end=False)),
                          ("-no-end", lambda d, n: uu(d, n, end=False)))
] + [
    ("leg-uu:label-mode", b"x-uuencode", lambda d, n: uu(d, n, b"0")),
    ("leg-uu:label-base64", b"x-uuencode", begin_base64),
    ("leg-uu:label-7bit", b"7bit", uu), ("leg-uu:label-none", b"", uu),
    ("leg-uu:label-xx", b"x-xxencode", lambda d, n: uu(d, n, alphabet=XX)),
    ("leg-yenc:label", b"x-yencode", yenc), ("leg-yenc:label-short", b"yenc", yenc),
    ("leg-yenc:label-no-begin", b"x-yencode", lambda d, n: yenc(d, n, begin=False)),
    ("leg-yenc:label-8bit", b"8bit", yenc),
    ("leg-binhex:mac-binhex40", b"mac-binhex40", binhex), ("leg-binhex:binhex", b"binhex", binhex),
    ("leg-binhex:mac-binhex", b"mac-binhex", binhex),
    ("leg-binhex:x-mac-binhex40", b"x-mac-binhex40", binhex),
    ("leg-binhex:label-7bit", b"7bit", binhex),
    ("leg-binhex:no-first-line", b"mac-binhex40", lambda d, n: binhex(d, n, b"")),
    ("leg-gzip64:x-gzip64", b"x-gzip64", lambda d, n: gzip64(d)),
    ("leg-gzip64:gzip64", b"gzip64", lambda d, n: gzip64(d)),
    ("leg-gzip64:x-gzip64-case", b"X-GZip64", lambda d, n: gzip64(d)),
]
TNEF = [("winmail", b"application/ms-tnef", b"winmail.dat", True),
        ("vnd", b"application/vnd.ms-tnef", b"winmail.dat", True),
        ("neutral-name", b"application/octet-stream", b"notes.dat", True),
        ("bad-checksum", b"application/ms-tnef", b"winmail.dat", False),
        ("as-text", b"text/plain", b"notes.txt", True)]


def line_ends(word):
    """What is written with lone CR or LF is lost when all line ends change."""
    return ["eol"] if word.endswith(("cr", "lf", "lone-lf", "lone-cr")) else []


def techniques():
    made = [Technique(word, "body", body64(maker), ["body"] + line_ends(word), reader,
                      carries=carries) for word, maker, reader, carries in BASE64]
    made += [Technique(word, "body", body_qp(maker), ["body"] + line_ends(word), reader,
                       carries=carries) for word, maker, reader, carries in QUOTED]
    for word, maker in INLINE:
        raw = ["raw"] if "yenc" in word else []
        made.append(Technique(word, "body", inline(maker),
                              ["body", "cte", "place", "file-block", "file-type", "name"] + raw,
                              "Thunderbird, Outlook: file in the text"))
    made.append(Technique("leg-uu:inline-html", "body", inline(uu, html=True),
                          ["body", "cte", "place", "file-block", "file-type", "name"],
                          "Outlook: behind the HTML"))
    made += [Technique("leg-uu:inline-behind-" + word, "body", behind_look(look),
                       ["body", "cte", "place", "file-block", "file-type", "name", "raw"],
                       "Thunderbird, Outlook: file in the text") for word, look in LOOKS]
    for word, label, maker in LABELS:
        raw = ["raw"] if "yenc" in word else []
        made.append(Technique(word, "body", legacy(label, maker), ["body", "cte"] + raw,
                              "Thunderbird, Outlook" if "gzip" not in word else "MIME-tools"))
    made.append(Technique("leg-binhex:type", "body",
                          legacy(b"7bit", binhex, b"application/mac-binhex40"),
                          ["body", "cte", "file-type"], "Apple Mail, Outlook"))
    for word, media, name, checksum in TNEF:
        made.append(Technique("leg-tnef:" + word, "body",
                              legacy(b"base64", lambda d, n, c=checksum: b64(tnef(d, n, c)), media,
                                     name), ["body", "file-type", "name"], "Outlook"))
    return made
