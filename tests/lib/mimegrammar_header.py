# SPDX-License-Identifier: BSD-2-Clause
"""Techniques in the header block itself (hdr-): what is no field, odd ends, odd
beginnings, and data in fields that are no content."""
from mimegrammar_payload import CRLF, b64
from mimegrammar_plan import Technique, add_edit, insert_line, setter

TYPE = b"Content-Type: "

JUNK = [
    ("hdr-junk:no-colon", b"QQQQQQQQQQ\r\n", "line skipped"),
    ("hdr-junk:controls", b"\x01\x02\x03\r\n", "line skipped"),
    ("hdr-junk:8bit", b"\xe4\xf6\xfc\xff\r\n", "line skipped"),
    ("hdr-junk:colon", b":\r\n", "line skipped"),
    ("hdr-junk:colon-value", b": value\r\n", "line skipped"),
    ("hdr-junk:blank-name", b"Not a name: value\r\n", "line skipped"),
    ("hdr-junk:mbox-from", b"From anna@example.org Mon Mar  2 10:00:00 2026\r\n", "line skipped"),
    ("hdr-junk:nul", b"\0\0\0\r\n", "line skipped"),
    ("hdr-ws:blank", b" \r\n", "a line of blanks as a fold"),
    ("hdr-ws:tab", b"\t\r\n", "a line of blanks as a fold"),
    ("hdr-ws:blank-tab", b" \t \r\n", "a line of blanks as a fold"),
    ("hdr-eol:lone-cr-line", b"\r\r\n", "lone CR as a blank"),
    ("hdr-eol:vt-line", b"\x0b\r\n", "a line of blanks as a fold"),
]
BLOCK_ENDS = [("lf", b"\n"), ("cr", b"\r"), ("cr-cr-lf", b"\r\r\n")]


def with_ends(eol):
    """Between the fields of a block; in front of the body nothing changes."""
    def edit(_plan, entity):
        entity.lines = [line[:-2] + eol for line in entity.lines[:-1]] + entity.lines[-1:]
    return edit


def with_gap(last, gap):
    def edit(_plan, entity):
        if entity.lines:
            entity.lines[-1] = entity.lines[-1][:-2] + last
        entity.gap = gap
    return edit


def techniques():
    made = []
    for where, spot, needs in (("part_edits", "file-block", "multi"),
                               ("multi_edits", "multi-block", "multi")):
        side = where.partition("_")[0]
        for word, raw, reader in JUNK:
            made.append(Technique("%s-%s" % (word, side), "place", add_edit(where,
                                  insert_line(raw, 0)), [spot], reader, needs=needs))
        for word, eol in BLOCK_ENDS:
            made.append(Technique("hdr-eol:%s-%s" % (word, side), "place",
                                  add_edit(where, with_ends(eol)), [spot, "eol"],
                                  "lone CR or LF as a line end", needs=needs))
        for word, last, gap in (("lf-lf", b"\n", b"\n"), ("cr-cr", b"\r", b"\r"),
                                ("none", CRLF, b""), ("blank", CRLF, b" \r\n")):
            if word == "none" and side == "part":
                # Base64 behind the last field: the class str-blank has it with
                # the readers that find the data.
                continue
            made.append(Technique("hdr-eol:gap-%s-%s" % (word, side), "place",
                                  add_edit(where, with_gap(last, gap)),
                                  [spot, "gap-" + side, "preamble", "eol"],
                                  "the body begins where the reader sees data", needs=needs))
    made.append(Technique("hdr-junk:unindented-parameter", "bounds",
                          setter(multi_lines=[TYPE + b"multipart/mixed;\r\nboundary={l}"]),
                          ["multi-type", "params"], "Exchange repairs it", needs="multi"))
    made.append(Technique("hdr-junk:unindented-quoted", "bounds",
                          setter(multi_lines=[TYPE + b'multipart/mixed;\r\nboundary="{l}"']),
                          ["multi-type", "params"], "Exchange repairs it", needs="multi"))
    made.append(Technique("hdr-junk:unindented-name", "part", setter(disposition_lines=[
        b'Content-Disposition: attachment;\r\nfilename="{name}"']), ["name"],
        "Exchange repairs it"))
    for word, first in (("empty-line", CRLF), ("empty-lines", CRLF * 3), ("lone-lf", b"\n"),
                        ("bom", b"\xef\xbb\xbf"), ("blank-line", b" \r\n"),
                        ("mbox", b"From anna@example.org Mon Mar  2 10:00:00 2026\r\n"),
                        ("mbox-quoted", b">From anna@example.org Mon Mar  2 10:00:00 2026\r\n"),
                        ("junk", b"junk\r\n"), ("nul", b"\0")):
        made.append(Technique("hdr-start:" + word, "start", setter(first=first), ["start"],
                              "all that skip what is no field"))
    for word, fields in (("two", b"From: Carl <carl@example.com>\r\n"),
                         ("two-senders", b"From: Carl <carl@example.com>\r\n"
                                         b"Sender: Dora <dora@example.com>\r\n")):
        made.append(Technique("hdr-dup-from:" + word, "start", setter(head_fields=fields), ["head"],
                              "first or last author"))
    for word, name in (("x", b"X-Data"), ("comments", b"Comments"), ("references", b"References")):
        made.append(Technique("hdr-field-data:" + word, "place", field_data(name),
                              ["place", "head", "body", "file-block", "name", "file-type", "cte"],
                              "nobody shows it: a way to bring octets in",
                              carries=("content", "zip")))
    return made


def field_data(name):
    def apply(plan):
        plan.place = "only-text"
        plan.head_fields = name + b":" + b64(plan.data, 72, b"\r\n ").rstrip() + CRLF
        plan.head_fields = plan.head_fields.replace(b":", b": ", 1)
    return apply
