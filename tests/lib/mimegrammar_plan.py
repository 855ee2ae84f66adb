# SPDX-License-Identifier: BSD-2-Clause
"""The abstract message that techniques are applied to, and its octets.

A plan is a message of a text and a file: the file's octets and how they are
written (`encode`), the header lines of its part, where the part stands, the
multipart around it with its boundary and delimiter lines, what is wrapped
around that, and the header of the message. Techniques change one of these
each; what they share they must not both change (Technique.touches).

Header lines are templates: {b} the boundary of the delimiter lines, {1} and
{2} its halves, {d} a decoy that delimits harmless parts, {e} the transfer
encoding that is true, {o} another one, {type}, {name}, {stem}, {ext}.
"""
from mimegrammar_payload import CRLF, b64, qp_mixed

PHASES = ("data", "body", "part", "place", "bounds", "wrap", "start", "ends")


class Technique:
    """One way to hide. word: class and variant ("bnd-dup:param-first").

    touches: spots of the plan that no other technique may touch as well.
    carries: kinds of payload that arrive through it.
    needs: "multi" where there must be a multipart, "single" where there must be
    none, "" else.
    habits: what the reader must do in matters where readers decide once and for
    all (the first or the last of repeated fields): no reader has both, so two
    techniques that need both cannot be read by anyone.
    reader: who delivers the file.
    """

    def __init__(self, word, phase, apply, touches, reader, carries=("content", "zip", "name"),
                 needs="", habits=None, weight=1.0):
        assert phase in PHASES, phase
        self.word = word
        self.family = word.partition(":")[0]
        self.phase = PHASES.index(phase)
        self.apply = apply
        self.touches = frozenset(touches)
        self.reader = reader
        self.carries = frozenset(carries)
        self.needs = needs
        self.habits = habits or {}
        self.weight = weight


class Entity:
    """Header lines, each with its own end, what stands between header and body,
    and the body; as they go out."""

    def __init__(self, lines, body, gap=CRLF, eol=CRLF):
        self.lines = [line + eol for line in lines]
        self.gap = gap
        self.body = body

    def octets(self):
        return b"".join(self.lines) + self.gap + self.body


class Plan:
    def __init__(self, payload, rng, shape):
        token = b"%08x" % rng.getrandbits(32)
        self.payload = payload
        self.rng = rng
        self.shape = shape
        self.data = payload.data
        self.stem, self.ext = payload.stem, payload.ext
        self.halves = (b"b_" + token[:4], token[4:])
        self.decoy = b"c_%08x" % rng.getrandbits(32)
        # the file's part
        self.media = payload.media
        self.mechanism = b"base64"
        self.other = b"quoted-printable"
        self.encode = None
        self.type_lines = [b"Content-Type: {type}"]
        self.encoding_lines = [b"Content-Transfer-Encoding: {e}"]
        self.disposition_lines = [b'Content-Disposition: attachment; filename="{name}"']
        self.part_edits = []
        self.gap = CRLF
        self.place = "part"
        self.inline = None
        # the multipart
        self.multi_lines = [b"Content-Type: multipart/mixed{params}"]
        self.params = b'; boundary="{b}"'
        self.line = b"{b}"
        self.delimiter = b"--{l}\r\n"
        self.closing = b"--{l}--\r\n"
        self.behind_delimiter = b""
        self.with_decoy = False
        self.preamble = self.epilogue = b""
        self.text_lines = [b"Content-Type: text/plain; charset=utf-8"]
        self.text = b"Please see what I send with this.\r\n"
        self.multi_edits = []
        self.more_parts = []
        # around it
        self.wraps = []
        self.first = b""
        self.version = b"MIME-Version: 1.0\r\n"
        self.head_fields = b""
        self.ends = None

    # ---- Words of templates

    def fill(self, template):
        inner = self.halves[0] + self.halves[1]
        for key, value in ((b"{params}", self.params), (b"{l}", self.line), (b"{name}", self.name),
                           (b"{type}", self.media), (b"{stem}", self.stem), (b"{ext}", self.ext),
                           (b"{b}", inner), (b"{d}", self.decoy), (b"{e}", self.mechanism),
                           (b"{o}", self.other), (b"{1}", self.halves[0]),
                           (b"{2}", self.halves[1])):
            template = template.replace(key, value)
        return template

    @property
    def name(self):
        return self.stem + b"." + self.ext

    # ---- Octets

    def encoded(self):
        if self.encode is not None:
            return self.encode(self)
        return b64(self.data)

    def use_qp(self):
        self.mechanism, self.other = b"quoted-printable", b"base64"
        if self.encode is None:
            self.encode = lambda plan: qp_mixed(plan.data)

    def part(self):
        lines = [self.fill(line) for line in
                 self.type_lines + self.disposition_lines + self.encoding_lines]
        entity = Entity(lines, self.encoded(), self.gap)
        for edit in self.part_edits:
            edit(self, entity)
        return entity

    def text_part(self):
        text = self.text
        if self.inline is not None:
            text += CRLF + self.inline(self)
        return Entity(self.text_lines, text)

    def outside(self, what):
        """Preamble or epilogue: a template, or a call that makes the octets when
        all that belongs to them is known."""
        return what(self) if callable(what) else self.fill(what)

    def multi(self):
        """The multipart, with the file where `place` says."""
        delimiter, closing = self.fill(self.delimiter), self.fill(self.closing)
        out = [self.outside(self.preamble)]
        if self.with_decoy:
            out.append(b"--" + self.decoy + b"\r\nContent-Type: text/plain\r\n\r\nNothing.\r\n")
        if self.inline is not None or self.place in ("part", "behind", "only-text"):
            out += [delimiter, self.text_part().octets()]
        for more in self.more_parts:
            out += [delimiter, more]
        if self.inline is None and self.place in ("part", "first"):
            out += [delimiter, self.behind_delimiter, self.part().octets()]
        if self.place == "first":
            out += [delimiter, self.text_part().octets()]
        out.append(closing)
        if self.place == "behind":
            out += [delimiter, self.behind_delimiter, self.part().octets(), closing]
        out.append(self.outside(self.epilogue))
        entity = Entity([self.fill(line) for line in self.multi_lines], b"".join(out))
        for edit in self.multi_edits:
            edit(self, entity)
        return entity

    def entity(self):
        if self.shape == "single":
            if self.inline is not None or self.place == "only-text":
                entity = self.text_part()
            else:
                entity = self.part()
        else:
            entity = self.multi()
            if self.shape == "nested":
                entity = nest(entity, b"o_%08x" % self.rng.getrandbits(32))
        for wrap in self.wraps:
            entity = wrap(self, entity)
        return entity

    def render(self):
        head = (b"From: Anna Example <anna@example.org>\r\nTo: Bert Example <bert@example.net>\r\n"
                b"Subject: The table of March\r\nDate: Mon, 2 Mar 2026 10:00:00 +0000\r\n"
                b"Message-ID: <%08x@example.org>\r\n" % self.rng.getrandbits(32))
        octets = self.first + head + self.fill(self.head_fields) + self.version
        octets += self.entity().octets()
        return self.ends(self, octets) if self.ends is not None else octets


def nest(entity, boundary, kind=b"multipart/mixed"):
    """A multipart around an entity, with a text in front of it."""
    body = (b"--%s\r\nContent-Type: text/plain\r\n\r\nHello.\r\n--%s\r\n" % (boundary, boundary) +
            entity.octets() + b"\r\n--%s--\r\n" % boundary)
    return Entity([b'Content-Type: %s; boundary="%s"' % (kind, boundary)], body)


# ---- Makers of techniques ---------------------------------------------------

def setter(**values):
    """A technique that puts other values into the plan."""
    def apply(plan):
        for key, value in values.items():
            setattr(plan, key, value)
    return apply


def add_edit(which, edit):
    return lambda plan: getattr(plan, which).append(edit)


def insert_line(raw, index=0):
    """An edit: octets, with their line end, in front of a header line."""
    def edit(plan, entity):
        entity.lines.insert(index if index >= 0 else len(entity.lines), plan.fill(raw))
    return edit
