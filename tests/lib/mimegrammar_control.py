# SPDX-License-Identifier: BSD-2-Clause
"""Legal mail that looks odd, and compositions of it: what must pass.

ODDITIES: (name, maker of an Entity). Around one of them controls() puts what
mailers, lists, gateways and mailboxes put around mail.
"""
import base64
import random
import struct
import zlib

import mimegrammar_legacy as legacy
import mimegrammar_mailers as mailers
from mimegrammar_payload import CRLF, b64, tnef
from mimegrammar_plan import Entity, nest

TEXT = (b"Dear Bert,\r\n\r\nthe numbers of March are in the table. Shall we talk on Friday?\r\n\r\n"
        b"Kind regards\r\nAnna\r\n")
UMLAUTS = "Grüße aus Köln, schöne Woche – naïve Fragen sind erlaubt.\r\n"
PLAIN = b"Content-Type: text/plain; charset=utf-8"
B64 = b"Content-Transfer-Encoding: base64"


# ---- Harmless files ---------------------------------------------------------

def png():
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I",
                                                                        zlib.crc32(kind + data))
    rows = b"".join(b"\0" + bytes((row * 16 + column) & 255 for column in range(16))
                    for row in range(16))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 16, 16, 8, 0, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def pdf():
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
               b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>"]
    out, places = b"%PDF-1.4\n", []
    for number, item in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    table = b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % at
                                                          for at in places)
    return out + table + b"trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(out)


FILES = [(b"image/png", b"chart.png", png), (b"application/pdf", b"report.pdf", pdf),
         (b"application/zip", b"notes.zip", legacy.zip_of_text),
         (b"text/csv", b"table.csv", lambda: b"a;b;c\r\n1;2;3\r\n" * 20)]


# ---- Parts ------------------------------------------------------------------

def text(body=TEXT, *lines):
    return Entity(list(lines) or [PLAIN], body)


def file_part(rng, lines=None, which=None, width=76):
    media, name, make = FILES[which if which is not None else rng.randrange(len(FILES))]
    if lines is None:
        lines = [b'Content-Type: %s; name="%s"' % (media, name),
                 b'Content-Disposition: attachment; filename="%s"' % name]
    else:
        lines = [line.replace(b"{type}", media) for line in lines]
    return Entity(lines + [B64], b64(make(), width))


def multi(parts, kind=b"mixed", boundary=b"=_part_1", params=None, preamble=b"", epilogue=b"",
          close=b"--%s--\r\n", tail=b""):
    delimiter = b"--" + boundary + tail + CRLF
    body = (preamble + b"".join(delimiter + part.octets() + CRLF for part in parts) +
            (close % boundary if close else b"") + epilogue)
    params = params if params is not None else b'; boundary="%s"' % boundary
    return Entity([b"Content-Type: multipart/" + kind + params], body)


def with_file(lines, which=0):
    return lambda rng: multi([text(), file_part(rng, lines, which)])


def attached(**more):
    return lambda rng: multi([text(), file_part(rng)], **more)


def alternative(rng, html=b"<html><body><p>The numbers of March.</p></body></html>\r\n"):
    del rng
    return multi([text(), Entity([b"Content-Type: text/html; charset=utf-8"], html)],
                 b"alternative", b"=_alt")


def related(rng):
    image = Entity([b"Content-Type: image/png; name=logo.png", B64, b"Content-ID: <logo@x>",
                    b"Content-Disposition: inline; filename=logo.png"], b64(png()))
    page = alternative(rng, b'<html><body><img src="cid:logo@x"></body></html>\r\n')
    return multi([multi([page, image], b'related; type="multipart/alternative"', b"=_rel"),
                  file_part(rng)])


def forwarded(entity, kind=b"message/rfc822", words=mailers.WORDS):
    return Entity([b"Content-Type: " + kind], words + entity.octets())


def digest(rng):
    del rng
    parts = [Entity([], mailers.WORDS + text().octets()) for _ in range(3)]
    return multi(parts, b"digest", b"=_digest")


DISPOSITION = b"Content-Disposition: attachment; "
OCTETS = b"Content-Type: {type}"
NAMES = [
    ("name in type and disposition", [OCTETS + b"; name=chart.png",
                                      DISPOSITION + b"filename=chart.png"]),
    ("plain and equal extended name", [OCTETS, DISPOSITION +
                                       b"filename=\"chart.png\"; filename*=UTF-8''chart.png"]),
    ("extended name", [OCTETS, DISPOSITION + b"filename*=UTF-8''Gr%C3%BC%C3%9Fe.png"]),
    ("plain and extended name that agree in the extension", [OCTETS, DISPOSITION +
     b"filename=\"Gruesse.png\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe.png"]),
    ("name in sections", [OCTETS, DISPOSITION + b"\r\n filename*0=a-rather-long-name-of-a-;\r\n "
                          b"filename*1=chart.png"]),
    ("extended name in sections", [OCTETS, DISPOSITION + b"\r\n filename*0*=UTF-8''Gr%C3%BC;\r\n"
                                   b" filename*1*=%C3%9Fe; filename*2=.png"]),
    ("encoded word as a name", [OCTETS + b';\r\n name="=?UTF-8?B?R3LDvMOfZS5wbmc=?="',
                                DISPOSITION +
                                b'\r\n filename="=?UTF-8?B?R3LDvMOfZS5wbmc=?="']),
    ("encoded words as a name, folded", [OCTETS, DISPOSITION + b'filename="=?UTF-8?Q?Gr=C3=BC?='
                                         b'\r\n =?UTF-8?Q?=C3=9Fe.png?="']),
    ("raw UTF-8 name", [OCTETS, DISPOSITION + 'filename="Grüße.png"'.encode()]),
    ("raw Latin-1 name", [OCTETS, DISPOSITION + 'filename="Grüße.png"'.encode("latin-1")]),
    ("name with blanks and brackets", [OCTETS, DISPOSITION + b'filename="chart (1) [x].png"']),
    ("name with an escaped quote", [OCTETS, DISPOSITION + b'filename="chart \\"1\\".png"']),
    ("name with two dots", [OCTETS, DISPOSITION + b'filename="chart.2026.03.png"']),
    ("parameters folded", [OCTETS + b";\r\n\tname=chart.png", DISPOSITION +
                           b'\r\n\tfilename="chart.png";\r\n\tsize=4711;\r\n'
                           b'\tcreation-date="Mon, 02 Mar 2026 10:00:00 GMT"']),
    ("no name", [OCTETS, b"Content-Disposition: inline"]),
    ("other fields of content", [OCTETS, b"Content-ID: <x@example.org>", b"Content-Location: x",
                                 b"Content-Description: a chart", b"Content-Language: en",
                                 b"X-Attachment-Id: f_1"]),
    ("comment behind the encoding", [OCTETS, DISPOSITION + b"filename=chart.png (a chart)"]),
    ("a long name in both forms", [OCTETS + b"; name=\"" + b"\r\n ".join(
        [b"=?UTF-8?B?R3LDvMOfZSBhdXMgS8O2bG4gdW5kIA==?="] * 6) + b' =?UTF-8?B?LnBuZw==?="',
        DISPOSITION + b"filename*=UTF-8''" + b"Gr%C3%BC%C3%9Fe%20aus%20K%C3%B6ln%20und%20" * 6 +
        b".png"]),
    ("file named in capitals", [OCTETS, DISPOSITION + b'FileName="CHART.PNG"']),
]
BOUNDARIES = [
    ("all characters that a boundary may have", b"'()+_,-./:=?09azAZ"),
    ("a boundary of 70 octets", b"b" * 70), ("a boundary with blanks", b"a b  c"),
    ("a boundary of dashes", b"----------"), ("a boundary of one octet", b"x"),
    ("a boundary as Java makes it", b"----=_Part_1_2.3"),
    ("a boundary as Outlook makes it", b"----=_NextPart_000_0001_01DA.5F7E"),
    ("a boundary as Apple Mail makes it", b"Apple-Mail=_AB-CD"),
]


def nul_at_end(rng):
    entity = multi([text(), file_part(rng)])
    entity.body += b"\0"
    return entity


def quoted_report(body, kind=b"message/rfc822", boundary=b"=_report"):
    return multi([text(b"This is the mail system.\r\n"),
                  Entity([b"Content-Type: message/delivery-status"], mailers.STATUS),
                  Entity([b"Content-Type: " + kind], body)],
                 b"report; report-type=delivery-status", boundary)


def with_inner(rng, which):
    return mailers.WORDS + multi([text(), file_part(rng, which=which)], boundary=b"=_in").octets()


def cut_report(rng, which=0, tail=b""):
    return quoted_report(with_inner(rng, which)[:-200] + CRLF + tail)


def original(rng, fields, body=None):
    """A mail as a text in another one."""
    return multi([text(), Entity(fields, with_inner(rng, 2) if body is None else body)])


def odd_entities():
    odd = [
        ("plain text", lambda rng: text()),
        ("8-bit UTF-8", lambda rng: text(UMLAUTS.encode() * 5, PLAIN,
                                         b"Content-Transfer-Encoding: 8bit")),
        ("8-bit Latin-1", lambda rng: text(
            UMLAUTS.replace("–", "-").encode("latin-1"), b"Content-Type: text/plain; "
            b'charset="iso-8859-1"', b"Content-Transfer-Encoding: 8bit")),
        ("8-bit without a word of it", lambda rng: text(UMLAUTS.encode(),
                                                        b"Content-Type: text/plain")),
        ("quoted-printable text", lambda rng: text(mailers.quoted(UMLAUTS.encode()), PLAIN,
                                                   b"Content-Transfer-Encoding: quoted-printable")),
        ("text in base64", lambda rng: text(b64(UMLAUTS.encode() * 9), PLAIN, B64)),
        ("text in UTF-16 and base64", lambda rng: text(
            b64(UMLAUTS.encode("utf-16")), b"Content-Type: text/plain; charset=utf-16", B64)),
        ("format=flowed", lambda rng: text(b"> > quoted \r\n> > text\r\nand \r\n more\r\n-- \r\n"
                                           b"Anna\r\n", PLAIN + b"; format=flowed; delsp=yes")),
        ("no field of MIME at all", lambda rng: Entity([], TEXT)),
        ("nothing at all", lambda rng: text(b"")),
        ("comments in fields", lambda rng: text(TEXT, b"Content-Type: text/plain (plain text); "
                                                b"charset=us-ascii (ASCII)",
                                                b"Content-Transfer-Encoding: 7bit (as it is)")),
        ("fields in capitals", lambda rng: text(TEXT, b"CONTENT-TYPE: TEXT/PLAIN; CHARSET=UTF-8",
                                                b"CONTENT-TRANSFER-ENCODING: 7BIT")),
        ("unknown charset", lambda rng: text(TEXT, b"Content-Type: text/plain; charset=x-none")),
        ("lines of 2,000 octets", lambda rng: text(b"word " * 400 + CRLF + TEXT)),
        ("HTML only", lambda rng: text(b"<html><body><p>Hello</p></body></html>\r\n",
                                       b"Content-Type: text/html; charset=utf-8")),
        ("HTML with an image in a data: link", lambda rng: text(
            b'<html><body><img src="data:image/png;base64,%s"></body></html>\r\n' %
            base64.b64encode(png()), b"Content-Type: text/html; charset=utf-8")),
        ("text and HTML", alternative), ("text, HTML, an image in it, a file", related),
        ("file and text", attached()), ("text in front", attached(preamble=b"This is a message "
                                                                 b"in MIME format.\r\n\r\n")),
        ("list footer behind the end", attached(epilogue=mailers.FOOTER)),
        ("list footer behind base64", lambda rng: text(b64(TEXT) + mailers.FOOTER, PLAIN, B64)),
        ("no end", attached(close=b"")), ("blanks on delimiters", attached(tail=b" \t")),
        ("NUL at the very end", nul_at_end),
        ("empty parts", lambda rng: multi([text(b""), file_part(rng), text(b"", PLAIN, B64)])),
        ("an empty file", lambda rng: multi([text(), Entity(
            [b"Content-Type: application/octet-stream; name=empty.dat", B64], b"")])),
        ("parts without header", lambda rng: multi([Entity([], TEXT), file_part(rng)])),
        ("a multipart of one part", lambda rng: multi([text()])),
        ("two files of one name", lambda rng: multi([text(), file_part(rng, which=1),
                                                     file_part(rng, which=1)])),
        ("multipart three deep", lambda rng: nest(nest(multi([text(), file_part(rng)]), b"=_in"),
                                                  b"=_out")),
        ("lines of 60 octets in base64", lambda rng: multi([text(), file_part(rng, width=60)])),
        ("lines of 990 octets in base64", lambda rng: multi([text(), Entity(
            [b"Content-Type: application/pdf; name=report.pdf", B64],
            b64(pdf() + mailers.noise(2000), 990))])),
        ("digest", digest), ("forwarded", lambda rng: multi([text(), forwarded(text())])),
        ("forwarded with a file", lambda rng: multi([text(), forwarded(
            multi([text(), file_part(rng)], boundary=b"=_inner"))])),
        ("forwarded in a forwarded mail", lambda rng: forwarded(forwarded(alternative(rng)))),
        ("bounce with the original", lambda rng: quoted_report(
            mailers.WORDS + multi([text(), file_part(rng)]).octets())),
        ("bounce with the original cut off", cut_report),
        ("bounce with a document cut off", lambda rng: cut_report(rng, 1)),
        ("bounce with an archive cut off", lambda rng: cut_report(rng, 2)),
        ("bounce that says that it cut", lambda rng: cut_report(
            rng, 1, b"\r\n*** MESSAGE BODY TRUNCATED ***\r\n")),
        ("bounce with the original as a text", lambda rng: original(
            rng, [PLAIN, b"Content-Disposition: inline"])),
        ("mail as a text file", lambda rng: original(rng, [
            PLAIN + b'; name="mail.txt"', DISPOSITION + b'filename="mail.txt"'])),
        ("mails as a text file", lambda rng: original(rng, [
            PLAIN + b'; name="box.txt"', DISPOSITION + b'filename="box.txt"'], b"".join(
                b"From x Mon Mar  2 10:00:00 2026\r\n" + with_inner(rng, n % 3) + CRLF
                for n in range(5)))),
        ("mail as an encoded text", lambda rng: original(
            rng, [b"Content-Type: text/rfc822", b"Content-Transfer-Encoding: quoted-printable"],
            mailers.quoted(with_inner(rng, 2)))),
        ("bounce with the fields only", lambda rng: quoted_report(
            mailers.WORDS, kind=b"text/rfc822-headers")),
        ("bounce in plain text", lambda rng: text(
            b"Hi. This is the mail program at example.org.\r\n\r\n--- Below this line is a copy of "
            b"the message.\r\n\r\n" + mailers.WORDS + multi([text(), alternative(rng)]).octets())),
        ("appledouble", lambda rng: multi([Entity(
            [b"Content-Type: application/applefile; name=chart.png", B64], b64(legacy.apple())),
            file_part(rng, which=0)], b"appledouble", b"=_apple")),
        ("TNEF with an image", lambda rng: multi([text(), Entity(
            [b"Content-Type: application/ms-tnef; name=winmail.dat", B64],
            b64(tnef(png(), b"chart.png")))])),
    ]
    odd += [("name: " + name, with_file(lines)) for name, lines in NAMES]
    odd += [("boundary: " + name, attached(boundary=boundary)) for name, boundary in BOUNDARIES]
    odd.append(("boundary: bare, with a comment behind",
                attached(boundary=b"x-1", params=b"; boundary=x-1 (bare)")))
    odd.append(("boundary: folded, in capitals",
                attached(boundary=b"x-1", params=b';\r\n\tBOUNDARY="x-1";\r\n\tcharset="utf-8"')))
    return odd + mailers.bodies(text, multi, png) + legacy.texts(text)


ODDITIES = odd_entities()


# ---- Around them ------------------------------------------------------------

HEADS = mailers.HEADS
VERSIONS = [b"MIME-Version: 1.0\r\n", b"MIME-Version: 1.0 (Mailer 2.1)\r\n",
            b"Mime-Version: (Mailer) 1.0\r\n", b"MIME-Version: 1.0\r\nMIME-Version: 1.0\r\n",
            b"MIME-Version:\r\n 1.0\r\n"]


def plain(entity):
    """An oddity as a message without anything around it."""
    return HEADS[0] + VERSIONS[0] + entity.octets()


def wrapped(rng, entity):
    choice = rng.randrange(9)
    if choice == 0:
        return forwarded(entity)
    if choice == 1:
        return multi([text(), forwarded(entity)], boundary=b"=_fwd")
    if choice == 2:
        return multi([entity, text(mailers.FOOTER)], boundary=b"=_list")
    if choice == 3:
        return multi([entity, text()], boundary=b"=_out/1", preamble=b"(MIME)\r\n",
                     epilogue=mailers.FOOTER)
    if choice == 4:
        return quoted_report(mailers.WORDS + entity.octets(), boundary=b"=_bounce")
    return entity


def control(rng):
    name, make = rng.choice(ODDITIES)
    entity = make(rng)
    # What has to stand at the very end does so only with nothing around it.
    if not entity.body.endswith(b"\0"):
        entity = wrapped(rng, entity)
    octets = rng.choice(HEADS) + rng.choice(VERSIONS) + entity.octets()
    ends = rng.randrange(8)
    if ends == 0:
        octets = octets.replace(CRLF, b"\n")
    elif ends == 1:
        octets = b"From anna@example.org Mon Mar  2 10:00:00 2026\r\n" + octets
    return name, octets


def controls(count, seed=20260303):
    """(name, octets) of count messages."""
    rng = random.Random(seed)
    for _ in range(count):
        yield control(rng)
