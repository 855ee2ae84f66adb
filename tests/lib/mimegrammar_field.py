# SPDX-License-Identifier: BSD-2-Clause
"""Techniques in header fields: transfer encoding (cte-) and type (ct-)."""
from mimegrammar_payload import CRLF, b64, qp
from mimegrammar_plan import Technique, add_edit, setter

CONTENT = ("content", "zip")
CTE = b"Content-Transfer-Encoding"
TYPE = b"Content-Type: "
MULTI = TYPE + b"multipart/mixed{params}"


# ---- Content-Transfer-Encoding of the file's part ---------------------------

FIRST = (("cte", "first"),)
LAST = (("cte", "last"),)
DUPLICATES = [
    ("true-first", [b": {e}", b": {o}"], FIRST),
    ("true-last", [b": {o}", b": {e}"], LAST),
    ("7bit-last", [b": {e}", b": 7bit"], FIRST),
    ("7bit-first", [b": 7bit", b": {e}"], LAST),
    ("empty-last", [b": {e}", b": "], FIRST),
    ("empty-first", [b": ", b": {e}"], LAST),
    ("junk-last", [b": {e}", b": xxx"], FIRST),
    ("junk-first", [b": xxx", b": {e}"], LAST),
    ("uu-last", [b": {e}", b": x-uuencode"], FIRST),
    ("uu-first", [b": x-uuencode", b": {e}"], LAST),
    ("binary-last", [b": {e}", b": binary"], FIRST),
    ("8bit-first", [b": 8bit", b": {e}"], LAST),
]
TOKENS = [
    ("cte-list:comma", b": {e},{o}", "first token: Thunderbird, mutt"),
    ("cte-list:comma-blank", b": {e}, {o}", "first token: Thunderbird, mutt"),
    ("cte-list:blank", b": {e} {o}", "first token: Thunderbird, mutt"),
    ("cte-list:semicolon", b": {e};{o}", "first token: Thunderbird, mutt"),
    ("cte-list:tab", b": {e}\t{o}", "first token: Thunderbird, mutt"),
    ("cte-list:parameter", b": {e}; x={o}", "first token: Thunderbird, mutt"),
    ("cte-list:comma-true-last", b": {o},{e}", "any token of the list"),
    ("cte-list:blank-true-last", b": {o} {e}", "any token of the list"),
    ("cte-list:7bit-comma", b": 7bit, {e}", "any token of the list"),
    ("cte-token:quoted", b': "{e}"', "quotes dropped"),
    ("cte-token:single-quoted", b": '{e}'", "quotes dropped"),
    ("cte-token:half-quoted", b': "{e}', "quotes dropped"),
    ("cte-token:comment-first", b": (xx) {e}", "comments dropped"),
    ("cte-token:comment-last", b": {e} (xx)", "comments dropped"),
    ("cte-token:comment-decoy", b": ({o}) {e}", "comments dropped"),
    ("cte-token:comment-decoy-last", b": {e} ({o})", "comments dropped"),
    ("cte-token:comment-nested", b": (a (b) c) {e}", "comments dropped"),
    ("cte-token:comment-folded", b": (xx\r\n ){e}", "comments dropped"),
    ("cte-token:word-b", None, "encoded words decoded"),
    ("cte-token:word-q", b": =?UTF-8?Q?{e}?=", "encoded words decoded"),
    ("cte-token:word-open", b": =?UTF-8?Q?{e}", "encoded words decoded"),
    ("cte-token:doubled", b": {e} {e}", "first token"),
    ("cte-token:comma-last", b": {e},", "first token"),
    ("cte-token:comma-first", b": ,{e}", "separators skipped"),
    ("cte-token:semicolon-last", b": {e};", "first token"),
    ("cte-token:semicolon-first", b": ;{e}", "separators skipped"),
    ("cte-token:word-behind", b": {e} xx", "first token"),
    ("cte-token:word-before", b": xx {e}", "any token of the list"),
    ("cte-token:tail", b": {e}xx", "beginning of the token"),
    ("cte-token:prefix", b": xx{e}", "end of the token"),
    ("cte-token:x-prefix", b": x-{e}", "x- dropped"),
    ("cte-token:empty", b": ", "guess from the data"),
    ("cte-token:unknown", b": x-unknown", "guess from the data"),
    ("cte-token:2000-blanks", b": " + b" " * 2000 + b"{e}", "blanks skipped"),
    ("cte-token:dot", b": {e}.", "beginning of the token"),
    ("cte-token:8bit-octet", b": {e}\xa0", "beginning of the token"),
    ("cte-name:blank-colon", b" : {e}", "blank dropped"),
    ("cte-name:tab-colon", b"\t: {e}", "blank dropped"),
    ("cte-name:two-colons", b":: {e}", "colons skipped"),
    ("cte-name:no-colon", b" {e}", "no colon asked for"),
    ("cte-name:vt", b":\x0b{e}", "blank as C has it"),
    ("cte-name:ff", b":\x0c{e}", "blank as C has it"),
    ("cte-name:cr", b":\r{e}", "blank as C has it"),
    ("cte-name:nul", b": \0{e}", "NUL skipped"),
    ("cte-name:nul-tail", b": {e}\0x", "C string"),
    ("cte-name:fold", b":\r\n {e}", "all"),
    ("cte-name:two-folds", b":\r\n \r\n {e}", "blank line as a fold"),
    ("cte-name:equals", b"= {e}", "any separator"),
]
NAMES = [
    ("cte-name:space-first", b" Content-Transfer-Encoding: {e}"),
    ("cte-name:tab-first", b"\tContent-Transfer-Encoding: {e}"),
    ("cte-name:cr-first", b"\rContent-Transfer-Encoding: {e}"),
    ("cte-name:vt-first", b"\x0bContent-Transfer-Encoding: {e}"),
    ("cte-name:underscores", b"Content_Transfer_Encoding: {e}"),
    ("cte-name:encoding", b"Content-Encoding: {e}"),
    ("cte-name:case", b"cONTENT-tRANSFER-eNCODING: {e}"),
    ("cte-name:misspelt", b"Content-Transfer-Encodng: {e}"),
    ("cte-name:blank-inside", b"Content-Transfer- Encoding: {e}"),
    ("cte-name:comment-inside", b"Content-Transfer-Encoding(x): {e}"),
]
# A decoy in the token itself, made of the true one.
SPLIT = [
    ("cte-token:comment-inside", lambda e: e[:3] + b"()" + e[3:], "comments dropped"),
    ("cte-token:fold-inside", lambda e: e[:3] + b"(\r\n )" + e[3:], "comments dropped"),
    ("cte-token:backslash", lambda e: e[:4] + b"\\" + e[4:], "quoted pairs resolved"),
    ("cte-token:case", lambda e: e[:2] + e[2:].upper(), "all"),
    ("cte-token:abbreviated", lambda e: e[:-1], "beginning of the token"),
    ("cte-token:nul-inside", lambda e: e[:4] + b"\0" + e[4:], "NUL dropped"),
]


def encoded_word(plan):
    plan.encoding_lines = [CTE + b": =?UTF-8?B?%s?=" % b64(plan.mechanism, 76, b"")]


def split_token(change):
    def apply(plan):
        plan.encoding_lines = [CTE + b": " + change(plan.mechanism)]
    return apply


def identity(label):
    def apply(plan):
        plan.encode = lambda plan: plan.data
        plan.encoding_lines = [CTE + b": " + label] if label else []
    return apply


def composite(used, label):
    """An encoding on a multipart (RFC 2045 s6.4 forbids it): used or only said."""
    def edit(_plan, entity):
        entity.lines.append(CTE + b": " + label + CRLF)
        if used is not None:
            entity.body = used(entity.body)
    return add_edit("multi_edits", edit)


def encodings():
    made = []
    for word, values, habits in DUPLICATES:
        made.append(Technique("cte-dup:" + word, "part",
                              setter(encoding_lines=[CTE + value for value in values]), ["cte"],
                              "first field: Thunderbird, Outlook, Apple Mail; last: mutt",
                              habits=dict(habits)))
    for word, value, reader in TOKENS:
        apply = setter(encoding_lines=[CTE + value]) if value is not None else encoded_word
        made.append(Technique(word, "part", apply, ["cte"], reader))
    for word, line in NAMES:
        made.append(Technique(word, "part", setter(encoding_lines=[line]), ["cte"],
                              "lenient match of the name, or a guess from the data"))
    for word, change, reader in SPLIT:
        made.append(Technique(word, "part", split_token(change), ["cte"], reader))
    for label in (b"", b"7bit", b"8bit", b"binary"):
        made.append(Technique("cte-identity:" + (label.decode() or "none"), "body",
                              identity(label), ["cte", "body", "raw"], "binary clean: all"))
    for word, used, label in (("base64", b64, b"base64"), ("qp", qp, b"quoted-printable"),
                              ("base64-declared", None, b"base64"),
                              ("qp-declared", None, b"quoted-printable"),
                              ("uu-declared", None, b"x-uuencode")):
        made.append(Technique("cte-composite:" + word, "bounds", composite(used, label),
                              ["multi-block"], "decode, then parse; or ignore the field",
                              needs="multi"))
    return made


# ---- Content-Type -----------------------------------------------------------

TYPE_DUPLICATES = [
    ("multi-first", [MULTI, TYPE + b"text/plain"], "first"),
    ("multi-last", [TYPE + b"text/plain", MULTI], "last"),
    ("octets-last", [MULTI, TYPE + b"application/octet-stream"], "first"),
    ("octets-first", [TYPE + b"application/octet-stream", MULTI], "last"),
    ("message-last", [MULTI, TYPE + b"message/rfc822"], "first"),
    ("html-first", [TYPE + b"text/html; charset=utf-8", MULTI], "last"),
    ("empty-first", [TYPE, MULTI], "last"),
    ("empty-last", [MULTI, TYPE], "first"),
    ("junk-last", [MULTI, TYPE + b"foo"], "first"),
]
TYPE_FORMS = [
    ("ct-form:no-subtype", b"Content-Type: multipart{params}", "begins with multipart"),
    ("ct-form:empty-subtype", b"Content-Type: multipart/{params}", "begins with multipart"),
    ("ct-form:quoted", b'Content-Type: "multipart/mixed"{params}', "quotes dropped"),
    ("ct-form:half-quoted", b'Content-Type: multipart/"mixed"{params}', "quotes dropped"),
    ("ct-form:comment-first", b"Content-Type: () multipart/mixed{params}", "comments dropped"),
    ("ct-form:comment-glued", b"Content-Type: ()multipart/mixed{params}", "comments dropped"),
    ("ct-form:comment-decoy", b"Content-Type: (text/plain;)multipart/mixed{params}",
     "comments dropped"),
    ("ct-form:comment-inside", b"Content-Type: multipar()t/mixed{params}", "comments dropped"),
    ("ct-form:comment-slash", b"Content-Type: multipart(a)/(b)mixed{params}", "comments dropped"),
    ("ct-form:comment-last", b"Content-Type: multipart/mixed(){params}", "comments dropped"),
    ("ct-form:comment-nested", b"Content-Type: multipart/mixed (a (b) c){params}",
     "comments dropped"),
    ("ct-form:word", b"Content-Type: =?UTF-8?B?bXVsdGlwYXJ0?=/mixed{params}",
     "encoded words decoded"),
    ("ct-form:word-whole", b"Content-Type: =?UTF-8?Q?multipart/mixed?={params}",
     "encoded words decoded"),
    ("ct-form:x-prefix", b"Content-Type: x-multipart/mixed{params}", "holds multipart"),
    ("ct-form:s", b"Content-Type: multiparts/mixed{params}", "begins with multipart"),
    ("ct-form:unknown-subtype", b"Content-Type: multipart/invalid{params}", "as mixed: all"),
    ("ct-form:two-subtypes", b"Content-Type: multipart/mixed/foo{params}", "first two tokens"),
    ("ct-form:list", b"Content-Type: multipart/mixed, text/plain{params}", "first token"),
    ("ct-form:blank-slash", b"Content-Type: multipart / mixed{params}", "blanks dropped"),
    ("ct-form:fold-slash", b"Content-Type: multipart/\r\n mixed{params}", "blanks dropped"),
    ("ct-form:backslash", b"Content-Type: multi\\part/mixed{params}", "quoted pairs resolved"),
    ("ct-form:case", b"Content-Type: mULtipart/MiXed{params}", "all"),
    ("ct-form:semicolon-first", b"Content-Type: ;multipart/mixed{params}", "separators skipped"),
    ("ct-form:cr-first", b"Content-Type: \rmultipart/mixed{params}", "blank as C has it"),
    ("ct-form:vt-first", b"Content-Type:\x0bmultipart/mixed{params}", "blank as C has it"),
    ("ct-form:nul-first", b"Content-Type: \0multipart/mixed{params}", "NUL skipped"),
    ("ct-form:nul-inside", b"Content-Type: multipart/mixed\0{params}", "NUL skipped"),
    ("ct-form:blank-colon", b"Content-Type : multipart/mixed{params}", "blank dropped"),
    ("ct-form:two-colons", b"Content-Type:: multipart/mixed{params}", "colons skipped"),
    ("ct-form:no-colon", b"Content-Type multipart/mixed{params}", "no colon asked for"),
    ("ct-form:two-folds", b"Content-Type:\r\n \r\n multipart/mixed{params}",
     "blank line as a fold"),
    ("ct-form:fold-colon", b"Content-Type:\r\n multipart/mixed{params}", "all"),
    ("ct-form:underscore", b"Content_Type: multipart/mixed{params}", "lenient match of the name"),
    ("ct-form:space-first", b" Content-Type: multipart/mixed{params}", "lenient match"),
    ("ct-guess:no-type", b"Content-Type:{params}", "first line that looks like a delimiter"),
]
GUESSES = [
    ("no-boundary", [TYPE + b"multipart/mixed"]),
    ("text", [TYPE + b"text/plain"]),
    ("octets", [TYPE + b"application/octet-stream"]),
    ("no-field", []),
    ("alternative", [TYPE + b"multipart/alternative"]),
    ("other-parameter", [TYPE + b"multipart/mixed; charset=us-ascii"]),
]
# A file under the type of something that has parts.
LEAF_TYPES = [
    ("multi", b"multipart/mixed; boundary=foo"),
    ("multi-extended", b"multipart/mixed; boundary*=''foo"),
    ("multi-section", b"multipart/mixed; boundary*0=''foo"),
    ("multi-no-boundary", b"multipart/mixed"),
    ("multi-unknown", b"multipart/invalid; boundary=foo"),
    ("multi-alone", b"multipart; boundary=foo"), ("multi-empty", b"multipart/; boundary=foo"),
    ("multi-cr", b"\rmultipart/mixed; boundary=foo"),
    ("multi-fold", b"\r\n multipart/mixed; boundary=foo"),
    ("multi-backslash", b"multi\\part/mixed; boundary=foo"),
    ("multi-s", b"multiparts/mixed; boundary=foo"),
    ("octets-boundary", b"application/octet-stream; boundary=foo"),
    ("message", b"message/rfc822"), ("delivery", b"message/delivery-status"),
    ("report", b"multipart/report; report-type=delivery-status; boundary=foo"),
]
LABELS = [("jpeg", b"image/jpeg", b"jpg", b"inline"), ("png", b"image/png", b"png", b"inline"),
          ("pdf", b"application/pdf", b"pdf", b"attachment"),
          ("text", b"text/plain", b"txt", b"inline"), ("wav", b"audio/x-wav", b"wav", b"inline"),
          ("html", b"text/html", b"html", b"attachment"),
          ("font", b"font/woff", b"woff", b"inline")]


def label(media, ext, disposition):
    def apply(plan):
        plan.media = media
        plan.ext = ext
        plan.disposition_lines = [b'Content-Disposition: ' + disposition + b'; filename="{name}"']
    return apply


def types():
    made = [Technique("ct-dup:" + word, "bounds", setter(multi_lines=lines), ["multi-type"],
                      "first field: most; last: mutt", needs="multi", habits={"type": side})
            for word, lines, side in TYPE_DUPLICATES]
    made += [Technique(word, "bounds", setter(multi_lines=[line]), ["multi-type"], reader,
                       needs="multi") for word, line, reader in TYPE_FORMS]
    made += [Technique("ct-guess:" + word, "bounds", setter(multi_lines=lines),
                       ["multi-type", "params", "guess"],
                       "guess from the first line that looks like a delimiter", needs="multi")
             for word, lines in GUESSES]
    made.append(Technique("ct-guess:only-parameter", "bounds",
                          setter(multi_lines=[b'Content-Type: boundary="{l}"']),
                          ["multi-type", "params"], "parameter without type", needs="multi"))
    made += [Technique("ct-form:file-as-" + word, "part", setter(type_lines=[TYPE + value]),
                       ["file-type"], "falls back to a file with the declared name",
                       carries=CONTENT) for word, value in LEAF_TYPES]
    for word, lines, side in (("file-multi-first", [LEAF_TYPES[0][1], b"{type}"], "last"),
                              ("file-multi-last", [b"{type}", LEAF_TYPES[0][1]], "first")):
        made.append(Technique("ct-dup:" + word, "part",
                              setter(type_lines=[TYPE + value for value in lines]),
                              ["file-type"], "the other field", habits={"type": side}))
    made += [Technique("ct-label:" + word, "part", label(media, ext, disposition),
                       ["file-type", "name"], "save as, or a look at the data", carries=CONTENT)
             for word, media, ext, disposition in LABELS]
    made.append(Technique("ct-label:no-name", "part", setter(disposition_lines=[]), ["name"],
                          "a look at the data", carries=CONTENT))
    made += [Technique("ct-no-version:" + word, "start", setter(version=line), ["version"],
                       "all common clients")
             for word, line in (("none", b""), ("2.0", b"MIME-Version: 2.0\r\n"),
                                ("empty", b"MIME-Version:\r\n"),
                                ("comment", b"MIME-Version: (x) 1 (y) . 0\r\n"),
                                ("two", b"MIME-Version: 1.0\r\nMIME-Version: 0.9\r\n"))]
    return made


def techniques():
    return encodings() + types()
