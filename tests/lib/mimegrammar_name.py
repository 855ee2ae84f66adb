# SPDX-License-Identifier: BSD-2-Clause
"""Techniques in file names (fn-), and files that a reader of HTML or of another
charset makes (cs-).

A row of names is (variant, value of the parameter or parameters): {stem} and
{ext} are the name that some client shows.
"""
import base64

from mimegrammar_payload import utf7
from mimegrammar_plan import Technique, setter

DISPOSITION = b"Content-Disposition: attachment; "
EXTENDED = "Thunderbird, Apple Mail: RFC 2231"
WORD = "Thunderbird, Outlook, Apple Mail: RFC 2047"

# {f} is "filename" in Content-Disposition and "name" in Content-Type, {g} the
# same with a comment inside; %{x} the extension in percent signs, {1} and {2}
# its first letter and the rest.
ROWS = [
    ("fn-2231:extended", b"{f}*=''{stem}.{ext}", EXTENDED),
    ("fn-2231:charset", b"{f}*=utf-8''{stem}.{ext}", EXTENDED),
    ("fn-2231:language-hyphen", b"{f}*=utf-8'en-us'{stem}.{ext}", EXTENDED),
    ("fn-2231:quoted", b"{f}*=\"utf-8''{stem}.{ext}\"", EXTENDED),
    ("fn-2231:no-quotes", b"{f}*={stem}.{ext}", EXTENDED),
    ("fn-2231:percent-dot", b"{f}*=''{stem}%2E{ext}", EXTENDED),
    ("fn-2231:percent-ext", b"{f}*=''{stem}.%{x}", EXTENDED),
    ("fn-2231:section", b"{f}*0={stem}.{ext}", EXTENDED),
    ("fn-2231:section-extended", b"{f}*0*=''{stem}.{ext}", EXTENDED),
    ("fn-2231:two", b"{f}*0={stem}.; {f}*1={ext}", EXTENDED),
    ("fn-2231:two-quoted", b'{f}*0="{stem}."; {f}*1="{ext}"', EXTENDED),
    ("fn-2231:two-folded", b"{f}*0={stem}.;\r\n {f}*1={ext}", EXTENDED),
    ("fn-2231:two-extended", b"{f}*0*=''{stem}.; {f}*1*={ext}", EXTENDED),
    ("fn-2231:two-percent", b"{f}*0*=''{stem}.; {f}*1*=%{x}", EXTENDED),
    ("fn-2231:two-mixed", b"{f}*0*=''{stem}%2E; {f}*1={ext}", EXTENDED),
    ("fn-2231:two-mixed-late", b"{f}*0={stem}; {f}*1*=%2E{ext}", EXTENDED),
    ("fn-2231:reversed", b"{f}*1={ext}; {f}*0={stem}.", EXTENDED),
    ("fn-2231:reversed-extended", b"{f}*1*={ext}; {f}*0*=''{stem}.", EXTENDED),
    ("fn-2231:numbers-swapped", b"{f}*1={stem}.; {f}*0={ext}", "order of appearance"),
    ("fn-2231:numbers-swapped-extended", b"{f}*1*=''{stem}.; {f}*0*={ext}", "order of appearance"),
    ("fn-2231:gap", b"{f}*0={stem}.; {f}*2={ext}", "sections joined over a gap"),
    ("fn-2231:gap-reversed", b"{f}*2={ext}; {f}*0={stem}.", "sections joined over a gap"),
    ("fn-2231:from-one", b"{f}*1={stem}.; {f}*2={ext}", "sections from 1"),
    ("fn-2231:from-one-reversed", b"{f}*2={ext}; {f}*1={stem}.", "sections from 1"),
    ("fn-2231:repeated", b"{f}*0={stem}.; {f}*1=txt; {f}*1={ext}", "last of a repeated section"),
    ("fn-2231:leading-zero", b"{f}*00={stem}.; {f}*01={ext}", "numbers as C reads"),
    ("fn-2231:blank-star", b"{f} *0={stem}.; {f} *1={ext}", "blanks in names dropped"),
    ("fn-2231:ebcdic", None, "Outlook: pages of Windows"),
    ("fn-2231:newline", b"{f}*0={stem}.\r\n {f}*1={ext}", "no separator asked for"),
    ("fn-2231:utf-16-be", None, EXTENDED), ("fn-2231:utf-16-le", None, EXTENDED),
    ("fn-2231:against-plain", b"{f}={stem}.png; {f}*=''{stem}.{ext}", EXTENDED),
    ("fn-2231:against-plain-before", b"{f}*=''{stem}.{ext}; {f}={stem}.png", EXTENDED),
    ("fn-2231:plain-against", b"{f}={stem}.{ext}; {f}*=''{stem}.png", "Outlook: plain"),
    ("fn-2231:plain-against-before", b"{f}*=''{stem}.png; {f}={stem}.{ext}", "Outlook: plain"),
    ("fn-2231:sections-against-plain", b"{f}={stem}.png; {f}*0={stem}.; {f}*1={ext}", EXTENDED),
    ("fn-2231:sections-before-plain", b"{f}*0={stem}.; {f}*1={ext}; {f}={stem}.png", EXTENDED),
    ("fn-2231:reversed-against-plain", b"{f}={stem}.png; {f}*1={ext}; {f}*0={stem}.", EXTENDED),
    ("fn-2231:gap-against-plain", b"{f}={stem}.png; {f}*0={stem}.; {f}*2={ext}",
     "sections joined over a gap"),
    ("fn-2231:percent-against-plain", b"{f}={stem}.png; {f}*=''{stem}.%{x}", EXTENDED),
    ("fn-2231:section-against-extended", b"{f}*0={stem}.{ext}; {f}*=''{stem}.png", "sections"),
    ("fn-2047:b", None, WORD), ("fn-2047:b-bare", None, WORD), ("fn-2047:b-utf-16", None, WORD),
    ("fn-2047:b-utf-16-le", None, WORD), ("fn-2047:b-split", None, WORD),
    ("fn-2047:q", b'{f}="=?utf-8?q?{stem}.{ext}?="', WORD),
    ("fn-2047:q-bare", b"{f}==?utf-8?q?{stem}.{ext}?=", WORD),
    ("fn-2047:q-escapes", b'{f}="=?utf-8?q?{stem}=2E{ext}?="', WORD),
    ("fn-2047:q-part", b'{f}="{stem}=?utf-8?q?.{ext}?="', WORD),
    ("fn-2047:q-two", b'{f}="=?utf-8?q?{stem}.?= =?utf-8?q?{ext}?="', WORD),
    ("fn-2047:q-two-folded", b'{f}="=?utf-8?q?{stem}.?=\r\n =?utf-8?q?{ext}?="', WORD),
    ("fn-2047:q-glued", b'{f}="=?utf-8?q?{stem}.?==?utf-8?q?{ext}?="', WORD),
    ("fn-2047:q-charset", b'{f}="=?us-ascii?Q?{stem}.{ext}?="', WORD),
    ("fn-2047:q-open", b'{f}="=?utf-8?q?{stem}.{ext}"', WORD),
    ("fn-2047:b-seam", None, "GMime, MimeKit: words joined first"),
    ("fn-2047:b-ebcdic", None, "Outlook: pages of Windows"),
    ("fn-2047:in-extended", b"{f}*=''=?utf-8?q?{stem}.{ext}?=", WORD),
    ("fn-conflict:twice", b"{f}={stem}.png; {f}={stem}.{ext}", "last parameter"),
    ("fn-conflict:twice-first", b"{f}={stem}.{ext}; {f}={stem}.png", "first parameter"),
    ("fn-conflict:case", b"{f}={stem}.png; {F}={stem}.{ext}", "last parameter"),
    ("fn-conflict:empty", b'{f}=""; {f}={stem}.{ext}', "last parameter"),
    ("fn-form:quoted", b'{f}="{stem}.{ext}"', "all"),
    ("fn-form:bare", b"{f}={stem}.{ext}", "all"),
    ("fn-form:single-quoted", b"{f}='{stem}.{ext}'", "single quotes are quotes"),
    ("fn-form:folded", b";\r\n {f}={stem}.{ext}", "all"),
    ("fn-form:two-folds", b";\r\n \r\n {f}={stem}.{ext}", "a line of blanks as a fold"),
    ("fn-form:equals-fold", b"{f}=\r\n {stem}.{ext}", "blanks round the equals sign"),
    ("fn-form:fold-equals", b"{f}\r\n ={stem}.{ext}", "blanks round the equals sign"),
    ("fn-form:fold-inside", b'{f}="{stem}.\r\n {ext}"', "fold as nothing"),
    ("fn-form:comment-name", b"{f}()={stem}.{ext}", "comments dropped"),
    ("fn-form:comment-in-name", b"{g}={stem}.{ext}", "comments dropped"),
    ("fn-form:comment-behind", b"{f}={stem}.{ext}()", "comments dropped"),
    ("fn-form:comment-decoy", b"{f}={stem}.{ext}(.gif)", "comments dropped"),
    ("fn-form:comment-inside", b"{f}={stem}.{1}(){2}", "comments dropped"),
    ("fn-form:comment-decoy-inside", b"{f}={stem}.{1}(.gif){2}", "comments dropped"),
    ("fn-form:comment-before", b"{f}=(x){stem}.{ext}", "comments dropped"),
    ("fn-form:semicolon", b"{f}={stem};.{ext}", "to the end"),
    ("fn-form:semicolon-escaped", b"{f}={stem}\\;.{ext}", "quoted pairs resolved"),
    ("fn-form:semicolon-quoted", b'{f}="{stem};.{ext}"', "all"),
    ("fn-form:quote-inside", b'{f}={stem}".{ext}', "quotes dropped"),
    ("fn-form:quote-escaped", b'{f}={stem}\\".{ext}', "quoted pairs resolved"),
    ("fn-form:quoted-escaped-quote", b'{f}="{stem}\\".{ext}"', "all"),
    ("fn-form:quoted-tail", b'{f}="{stem}".{ext}', "quotes dropped"),
    ("fn-form:quoted-inside", b'{f}="{stem}".{ext}"', "to the last quote"),
    ("fn-form:open-quote", b'{f}="{stem}.{ext}', "to the end"),
    ("fn-form:pair", b'{f}="{stem}.\\{ext}"', "quoted pairs resolved"),
    ("fn-form:percent", b"{f}={stem}%2E{ext}", "percent signs resolved without a star"),
    ("fn-form:percent-quoted", b'{f}="{stem}.%{x}"', "percent signs resolved without a star"),
    ("fn-form:trailing-dot", b'{f}="{stem}.{ext}."', "Windows drops it"),
    ("fn-form:trailing-dots", b'{f}="{stem}.{ext}..."', "Windows drops them"),
    ("fn-form:trailing-blank", b'{f}="{stem}.{ext} "', "Windows drops it"),
    ("fn-form:trailing-mixed", b'{f}="{stem}.{ext} . . "', "Windows drops them"),
    ("fn-form:trailing-blanks", b'{f}="{stem}.{ext}' + b" " * 60 + b'"', "Windows drops them"),
    ("fn-form:trailing-nbsp", b'{f}="{stem}.{ext}\xc2\xa0"', "blank dropped"),
    ("fn-form:nul", b'{f}="{stem}.{ext}\0.png"', "C string"),
    ("fn-form:nul-percent", b"{f}*=''{stem}.{ext}%00.png", "C string"),
    ("fn-form:padding", b'{f}="{stem}.png' + b" " * 120 + b'.{ext}"', "all: end not shown"),
    ("fn-form:double", b'{f}="{stem}.png.{ext}"', "all"),
    ("fn-form:case", b'{f}="{stem}.{EXT}"', "all"),
    ("fn-form:rlo", b"{f}*=utf-8''{stem}%E2%80%AEgnp.{ext}", "all: shown turned round"),
    ("fn-form:rlo-raw", b'{f}="{stem}\xe2\x80\xaegnp.{ext}"', "all: shown turned round"),
    ("fn-form:zero-width", b'{f}="{stem}.{ext}\xe2\x80\x8b"', "dropped when saved"),
    ("fn-form:stream", b'{f}="{stem}.{ext}::$DATA"', "Windows"),
    ("fn-form:stream-named", b'{f}="{stem}.{ext}:x.png"', "Windows"),
    ("fn-form:path", b'{f}="C:\\\\x\\\\{stem}.{ext}"', "last component"),
    ("fn-form:path-dots", b'{f}="../../{stem}.{ext}"', "last component"),
    ("fn-form:blank-dot", b'{f}="{stem} .{ext}"', "all"),
    ("fn-form:only-ext", b'{f}=".{ext}"', "all"),
    ("fn-form:tab", b'{f}="{stem}\t.{ext}"', "all"),
    ("fn-form:cr", b'{f}="{stem}.{ext}\r"', "CR dropped"),
    ("fn-form:control", b'{f}="{stem}.{ext}\x01"', "control dropped when saved"),
    ("fn-form:fullwidth-dot", b'{f}="{stem}\xef\xbc\x8e{ext}"', "compatible form of the dot"),
    ("fn-form:angle", b"{f}=<{stem}.{ext}>", "what Windows forbids is dropped"),
    ("fn-form:pipe", b'{f}="{stem}.{ext}|"', "what Windows forbids is dropped"),
    ("fn-form:cr-inside", b'{f}="{stem}.\r{ext}"', "CR dropped"),
    ("fn-form:colon", b"{f}: {stem}.{ext}", "a search for the word"),
    ("fn-form:two-semicolons", b";; {f}={stem}.{ext}", "empty parameter skipped"),
    ("fn-form:bad-param", b"foo; {f}={stem}.{ext}", "error recovery"),
    ("fn-form:in-quote", b'x="; {f}={stem}.{ext}', "a search for the parameter"),
    ("fn-form:blank-equals", b"{f} = {stem}.{ext}", "blanks round the equals sign"),
    ("fn-form:comma", b"x=y, {f}={stem}.{ext}", "any separator between parameters"),
]
BOTH = [
    ("fn-conflict:type-hidden", b"application/octet-stream; name={stem}.{ext}",
     b"attachment; filename={stem}.png", "name of the type"),
    ("fn-conflict:disposition-hidden", b"image/png; name={stem}.png",
     b"attachment; filename={stem}.{ext}", "name of the disposition"),
    ("fn-conflict:type-only", b"application/octet-stream; name={stem}.{ext}", b"attachment",
     "name of the type"),
    ("fn-conflict:type-other-param", b"application/octet-stream; name={stem}.{ext}",
     b"attachment; foo={stem}.png", "name of the type"),
    ("fn-conflict:inline", b"text/plain; name={stem}.{ext}", b"inline", "name of the type"),
    ("fn-conflict:clsid", b"application/octet-stream; name={stem}.{ext}",
     b"attachment; filename={stem}.{3050F4D8-98B5-11CF-BB82-00AA00BDCE0B}", "Windows shell"),
    ("fn-conflict:name-in-disposition", b"application/octet-stream",
     b"attachment; name={stem}.{ext}", "either parameter in either field"),
    ("fn-conflict:filename-in-type", b"application/octet-stream; filename={stem}.{ext}",
     b"attachment", "either parameter in either field"),
]


def words(variant, name):
    if variant == "b":
        return b'{f}="=?us-ascii?B?%s?="' % base64.b64encode(name)
    if variant == "b-bare":
        return b"{f}==?us-ascii?B?%s?=" % base64.b64encode(name)
    if variant == "b-split":
        return b'{f}="=?utf-8?B?%s?=\r\n =?utf-8?B?%s?="' % (base64.b64encode(name[:6]),
                                                            base64.b64encode(name[6:]))
    if variant == "b-seam":
        text = base64.b64encode(name)
        return b'{f}="=?utf-8?B?%s?= =?utf-8?B?%s?="' % (text[:7], text[7:])
    if variant == "b-ebcdic":
        return b'{f}="=?ibm037?B?%s?="' % base64.b64encode(name.decode("ascii").encode("cp037"))
    if variant == "ebcdic":
        return b"{f}*=ibm037''" + references(name.decode("ascii").encode("cp037"), b"%%%02X")
    wide = name.decode("ascii").encode("utf-16-le" if variant.endswith("le") else "utf-16-be")
    if variant.startswith("b-utf"):
        return b'{f}="=?utf-16?B?%s?="' % base64.b64encode(wide)
    return b"{f}*=UTF-16''" + b"".join(b"%%%02X" % octet for octet in wide)


def parameter(variant, value, field):
    def apply(plan):
        template = words(variant, plan.name) if value is None else value
        for key, text in ((b"{f}", field), (b"{F}", field.upper()), (b"{1}", plan.ext[:1]),
                          (b"{g}", field[:-2] + b"()" + field[-2:]),
                          (b"{2}", plan.ext[1:]), (b"{EXT}", plan.ext.upper()),
                          (b"%{x}", b"".join(b"%%%02X" % octet for octet in plan.ext))):
            template = template.replace(key, text)
        if field == b"filename":
            plan.disposition_lines = [DISPOSITION + template]
        else:
            plan.type_lines = [b"Content-Type: {type}; " + template]
            plan.disposition_lines = [b"Content-Disposition: attachment"]
    return apply


def names():
    made = []
    for word, value, reader in ROWS:
        variant = word.partition(":")[2]
        for suffix, field, touches in (("", b"filename", ["name"]),
                                       ("-type", b"name", ["name", "file-type"])):
            made.append(Technique(word + suffix, "part", parameter(variant, value, field),
                                  touches, reader, carries=("name",)))
    for word, media, disposition, reader in BOTH:
        made.append(Technique(word, "part", setter(
            type_lines=[b"Content-Type: " + media],
            disposition_lines=[b"Content-Disposition: " + disposition]), ["name", "file-type"],
            reader, carries=("name",)))
    for word, pair, side in (("two-fields-last", (b"png", b"{ext}"), "last"),
                             ("two-fields-first", (b"{ext}", b"png"), "first")):
        made.append(Technique("fn-conflict:" + word, "part", setter(disposition_lines=[
            DISPOSITION + b'filename="{stem}.%s"' % ext for ext in pair]), ["name"],
            side + " field", carries=("name",), habits={"disposition": side}))
    return made


# ---- Files made by a reader of HTML or of a charset -------------------------

def references(text, form):
    return b"".join(form % octet for octet in text)


def data_link(octets):
    return b"data:application/octet-stream;base64," + base64.b64encode(octets)


def anchor(link):
    return b'<html><body><a download="table.zip" href="%s">table</a></body></html>' % link


def script(octets):
    return (b"<html><body><script>var b = new Blob([Uint8Array.from(atob('%s'), function (c) "
            b"{ return c.charCodeAt(0); })]); var a = document.createElement('a');\n"
            b"a.href = URL.createObjectURL(b); a.download = 'table.zip'; a.click();</script>"
            b"</body></html>" % base64.b64encode(octets))


def numbers(octets):
    return (b"<html><body><script>var b = new Blob([new Uint8Array([%s])]);\nvar a = "
            b"document.createElement('a'); a.href = URL.createObjectURL(b);\na.download = "
            b"'table.zip'; a.click();</script></body></html>" %
            b",".join(b"%d" % octet for octet in octets))


def pages():
    return [
        ("data", lambda d: anchor(data_link(d)), b"utf-8"),
        ("data-references", lambda d: anchor(references(data_link(d)[:30], b"&#x%02x;") +
                                             data_link(d)[30:]), b"utf-8"),
        ("data-all-references", lambda d: anchor(references(data_link(d), b"&#%d;")), b"utf-8"),
        ("data-percent", lambda d: anchor(b"data:application/octet-stream," +
                                          references(d, b"%%%02X")), b"utf-8"),
        ("data-percent-base64", lambda d: anchor(
            b"data:application/octet-stream;base64," +
            references(base64.b64encode(d), b"%%%02x")), b"utf-8"),
        ("data-blanks", lambda d: anchor(b"d&Tab;ata:application/octet-stream;base64,\n" +
                                         base64.b64encode(d)), b"utf-8"),
        ("script-base64", script, b"utf-8"), ("script-numbers", numbers, b"utf-8"),
        ("object", lambda d: b'<html><object data="%s"></object></html>' % data_link(d), b"utf-8"),
        ("behind-pdf", lambda d: b"%PDF-1.4\n" + anchor(data_link(d)), b"utf-8"),
        ("behind-gif", lambda d: b"GIF89a\n" + anchor(data_link(d)), b"utf-8"),
        ("utf-16", lambda d: b"\xff\xfe" + anchor(data_link(d)).decode().encode("utf-16-le"),
         b"utf-16"),
        ("utf-16-be", lambda d: anchor(data_link(d)).decode().encode("utf-16-be"), b"utf-16be"),
        ("utf-7", lambda d: utf7(anchor(data_link(d))), b"utf-7"),
    ]


def page(maker, charset):
    def apply(plan):
        plan.data = maker(plan.data)
        plan.media = b"text/html; charset=" + charset
        plan.stem, plan.ext = b"page", b"html"
        plan.disposition_lines = [b"Content-Disposition: inline"]
    return apply


TEXTS = [("utf-16", b"utf-16", lambda d: b"\xff\xfe" + d.decode().encode("utf-16-le")),
         ("utf-16-le", b"utf-16le", lambda d: d.decode().encode("utf-16-le")),
         ("utf-16-be", b"utf-16be", lambda d: d.decode().encode("utf-16-be")),
         ("utf-32", b"utf-32", lambda d: d.decode().encode("utf-32")),
         ("ebcdic", b"ibm037", lambda d: d.decode().encode("cp037")),
         ("ebcdic-euro", b"ibm01140", lambda d: d.decode().encode("cp1140")),
         ("utf-7", b"utf-7", utf7)]


def charset_text(charset, maker):
    def apply(plan):
        plan.data = maker(plan.data)
        plan.media = b"text/plain; charset=" + charset
        plan.stem, plan.ext = b"notes", b"txt"
    return apply


def charsets():
    touches = ["data", "file-type", "name"]
    made = [Technique("cs-html:" + word, "data", page(maker, charset), touches, "browser",
                      carries=("content", "zip")) for word, maker, charset in pages()]
    made += [Technique("cs-text:" + word, "data", charset_text(charset, maker), touches,
                       "client that converts", carries=("eicar",))
             for word, charset, maker in TEXTS]
    return made


def techniques():
    return names() + charsets()
