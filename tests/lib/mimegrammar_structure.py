# SPDX-License-Identifier: BSD-2-Clause
"""Techniques in the structure (str-): where parts begin and end, what stands
between them, and how multiparts lie in one another."""
from mimegrammar_payload import CRLF, begin_base64, uu, yenc
from mimegrammar_plan import Entity, Technique, add_edit, nest, setter

SKIPS = "readers that look for the data"


# ---- Parts ------------------------------------------------------------------

def encoded_outside(which, maker):
    """The file stands where no part is, and the multipart has a text only."""
    def apply(plan):
        plan.place = "only-text"
        setattr(plan, which, maker)
    return apply


def foreign_part(plan):
    return (b"--" + plan.decoy + CRLF + plan.part().octets() + CRLF + b"--" + plan.decoy +
            b"--\r\n")


def first_group_in_header(_plan, entity):
    entity.lines.append(entity.body[:4] + CRLF)
    entity.body = entity.body[4:]


def no_last_line_end(plan):
    plan.closing = b""
    plan.part_edits.append(lambda _plan, entity: setattr(entity, "body", entity.body.rstrip()))


OUTSIDE = ["place", "body", "cte", "file-block", "file-type", "name"]
BEHIND_DELIMITER = [
    ("blank-line", CRLF), ("two-blank-lines", CRLF * 2), ("spaces", b" \r\n"), ("tab", b"\t\r\n"),
    ("vt", b"\x0b\r\n"), ("colon", b":\r\n"), ("lone-lf", b"\n"), ("lone-cr", b"\r"),
    ("junk", b"junk\r\n"),
]
GAPS = [
    ("space", b" \r\n", ()), ("two-spaces", b" \r\n \r\n", ()), ("tab", b"\t\r\n", ()),
    ("vt", b"\x0b\r\n", ()), ("two-vt", b"\x0b\r\n\x0b\r\n", ()), ("none", b"", ()),
    ("four", b"ABCD\r\n\r\n", ("zip",)), ("four-four", b"ABCD\r\nABCD\r\n\r\n", ("zip",)),
    ("four-no-line", b"ABCD\r\n", ("zip",)), ("four-space", b"ABCD\r\n \r\n", ("zip",)),
    ("padded", b"ABC=\r\n\r\n", ("zip",)), ("padded-twice", b"ABC=\r\nABC=\r\n\r\n", ("zip",)),
    ("padded-no-line", b"ABC=\r\n", ("zip",)), ("padded-space", b"ABC=\r\n \r\n", ("zip",)),
]


def parts():
    made = [
        Technique("str-end:none", "bounds", setter(closing=b""), ["closing"], "all",
                  needs="multi"),
        Technique("str-end:cut", "bounds", no_last_line_end, ["closing", "file-block"], "all",
                  needs="multi"),
        Technique("str-end:one-dash", "bounds", setter(closing=b"--{l}-\r\n"), ["closing"], "all",
                  needs="multi"),
        Technique("str-end:no-line-end", "bounds", setter(closing=b"--{l}--"), ["closing"], "all",
                  needs="multi"),
        Technique("str-end:indented", "bounds", setter(closing=b" --{l}--\r\n"), ["closing"],
                  "all", needs="multi"),
        Technique("str-epilogue:part", "place", setter(place="behind"), ["place", "closing"],
                  "clients that go on", needs="multi"),
        Technique("str-epilogue:first-ends", "place", setter(
            place="behind", closing=b"--{l}--\r\n\r\nThe end.\r\n\r\n"), ["place", "closing"],
            "clients that go on", needs="multi"),
        Technique("str-epilogue:uu", "place", encoded_outside(
            "epilogue", lambda plan: CRLF + uu(plan.data, plan.name)), OUTSIDE, "Outlook",
            needs="multi"),
        Technique("str-epilogue:begin-base64", "place", encoded_outside(
            "epilogue", lambda plan: CRLF + begin_base64(plan.data, plan.name)), OUTSIDE,
            "uudeview", needs="multi"),
        Technique("str-epilogue:foreign-part", "place", encoded_outside("epilogue", foreign_part),
                  ["place", "decoy"], "guess of a boundary", needs="multi"),
        Technique("str-preamble:part", "place", encoded_outside("preamble", foreign_part),
                  ["place", "preamble", "decoy"], "first line that looks like a delimiter",
                  needs="multi"),
        Technique("str-preamble:uu", "place", encoded_outside(
            "preamble", lambda plan: uu(plan.data, plan.name) + CRLF), OUTSIDE + ["preamble"],
            "Outlook", needs="multi"),
        Technique("str-preamble:yenc", "place", encoded_outside(
            "preamble", lambda plan: yenc(plan.data, plan.name) + CRLF),
            OUTSIDE + ["preamble", "raw"], "news readers", needs="multi"),
        Technique("str-preamble:fake-boundary", "place", setter(
            preamble=b"--fake-boundary\r\nContent-Type: text/plain\r\n\r\n"), ["preamble"],
            "the declared boundary", needs="multi"),
        Technique("str-blank:first-group-in-header", "place", add_edit(
            "part_edits", first_group_in_header), ["file-block", "gap-part", "body"],
            "reads on behind the line without colon", carries=("content", "zip"), needs="multi"),
    ]
    for word, octets in BEHIND_DELIMITER:
        made.append(Technique("str-blank:delimiter-" + word, "place",
                              setter(behind_delimiter=octets), ["file-block"],
                              "readers that skip what is no field", needs="multi"))
    for word, gap, carries in GAPS:
        made.append(Technique("str-blank:gap-" + word, "place", setter(gap=gap),
                              ["gap-part", "file-block"] + (["body"] if carries else []), SKIPS,
                              carries=carries or ("content", "zip", "name")))
    return made


# ---- Nesting ----------------------------------------------------------------

def in_outer(outer, first=b"", last=b"--%s--\r\n", inner=None):
    """The multipart within one of boundary outer, a template."""
    def wrap(plan, entity):
        boundary = plan.fill(outer)
        body = (plan.fill(first) + b"--" + boundary + CRLF + entity.octets() + CRLF +
                (last % boundary if b"%s" in last else last))
        return Entity([b'Content-Type: multipart/mixed; boundary="%s"' % boundary], body)

    def apply(plan):
        if inner is not None:
            plan.params = b'; boundary="%s"' % inner
            plan.line = inner
        plan.wraps.append(wrap)
    return apply


DUMMY = b"--{b}\r\nContent-Type: text/plain\r\n\r\ndummy part\r\n--{b}--\r\n\r\n"
NESTS = [
    ("same", in_outer(b"{b}")), ("same-dummy-first", in_outer(b"{b}", DUMMY)),
    ("inner-longer", in_outer(b"{b}", inner=b"{b}_")),
    ("inner-longer-dash", in_outer(b"{b}", inner=b"{b}-")),
    ("outer-longer", in_outer(b"{b}_")), ("outer-end-is-inner", in_outer(b"{b}", inner=b"{b}--")),
    ("outer-empty", in_outer(b"")), ("inner-is-half", in_outer(b"{b}", inner=b"{1}")),
    ("outer-longer-dummy", in_outer(b"{b}_", b"--{b}_\r\n\r\ndummy\r\n")),
]


def edited_inner(line, where=-1):
    """A line of the outer boundary in the header of the inner multipart."""
    def edit(plan, entity):
        at = len(entity.lines) if where < 0 else where
        entity.lines.insert(at, plan.fill(line))

    def apply(plan):
        plan.multi_edits.append(edit)
        plan.wraps.append(lambda plan, entity: nest(entity, plan.decoy))
    return apply


def crossing(plan):
    """The outer multipart ends before the inner one has its file."""
    plan.more_parts.append(b"Content-Type: text/plain\r\n\r\nThe end?\r\n--" + plan.decoy +
                           b"--\r\n")
    plan.wraps.append(lambda plan, entity: nest(entity, plan.decoy))


def dummy_inner(plan):
    plan.preamble = (b"--{b}\r\nContent-Type: multipart/mixed; boundary={b}\r\n\r\n" + DUMMY)


def no_inner_parameter(plan):
    plan.multi_lines = [b"Content-Type: multipart/mixed"]
    plan.wraps.append(lambda plan, entity: nest(entity, plan.decoy))


def unclosed(which):
    def apply(plan):
        if which == "inner":
            plan.closing = b""
        def wrap(plan, entity):
            outer = nest(entity, plan.decoy)
            if which == "outer":
                outer.body = outer.body[:outer.body.rindex(b"--" + plan.decoy)]
            return outer
        plan.wraps.append(wrap)
    return apply


def outer_in_body(plan):
    """A delimiter of the outer multipart in the base64 of a part of the inner."""
    plan.part_edits.append(lambda _plan, entity: setattr(
        entity, "body", b"--######\r\n" + entity.body))
    plan.wraps.append(lambda plan, entity: nest(entity, b"######"))


def levels(count):
    def wrap(_plan, entity):
        for number in range(count):
            entity = nest(entity, b"level-%d-x" % number)
        return entity
    return add_edit("wraps", wrap)


def many_parts(plan):
    plan.more_parts += [b"Content-Type: text/plain\r\n\r\n%d\r\n" % number
                        for number in range(3001)]


def nesting():
    made = [Technique("str-nest:" + word, "wrap", apply, ["wrap", "params", "preamble"],
                      "differs from reader to reader", needs="multi") for word, apply in NESTS]
    for word, apply, touches in (
            ("close-in-inner-header", edited_inner(b"--{d}--\r\n"), ["multi-block"]),
            ("delimiter-in-inner-header", edited_inner(b"--{d}\r\n"), ["multi-block"]),
            ("delimiter-first-in-inner-header", edited_inner(b"--{d}\r\n", 0), ["multi-block"]),
            ("crossing", crossing, []), ("dummy-inner", dummy_inner, ["preamble", "params"]),
            ("no-inner-parameter", no_inner_parameter, ["params", "multi-type", "guess"]),
            ("unclosed-inner", unclosed("inner"), ["closing"]),
            ("unclosed-outer", unclosed("outer"), []),
            ("outer-in-body", outer_in_body, ["body", "file-block"])):
        made.append(Technique("str-nest:" + word, "wrap", apply,
                              ["wrap", "decoy"] + touches, "differs from reader to reader",
                              needs="multi"))
    for word, line, where in (("delimiter", b"--{l}\r\n", -1), ("delimiter-first", b"--{l}\r\n", 0),
                              ("close", b"--{l}--\r\n", -1), ("close-first", b"--{l}--\r\n", 0)):
        made.append(Technique("str-in-header:" + word, "place", add_edit(
            "multi_edits", lambda plan, entity, line=line, where=where: entity.lines.insert(
                where if where >= 0 else len(entity.lines), plan.fill(line))),
            ["multi-block"], "a line without colon is skipped", needs="multi"))
    for word, apply, touches, weight, needs in (
            ("levels-120", levels(120), ["wrap"], 0.02, "multi"),
            ("levels-40", levels(40), ["wrap"], 0.1, "multi"),
            ("parts-3001", many_parts, [], 0.02, "multi"),
            ("field-300k", setter(head_fields=b"X-Long: " + b"a" * 300000 + CRLF), ["head"],
             0.02, ""),
            ("fields-2500", setter(head_fields=b"".join(b"X-%d: y\r\n" % number
                                                        for number in range(2500))), ["head"],
             0.02, "")):
        made.append(Technique("str-limit:" + word, "wrap", apply, touches + ["limit"],
                              "clients go on", needs=needs, weight=weight))
    return made


def techniques():
    return parts() + nesting()
