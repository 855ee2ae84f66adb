# SPDX-License-Identifier: BSD-2-Clause
"""Techniques around the whole: messages in messages (msg-), what SMTP makes of
lines and of the end of data (smtp-), and containers of S/MIME (sm-)."""
import zlib

import smimeder as der
from mimegrammar_payload import CRLF, b64, qp, uu
from mimegrammar_plan import Entity, Technique, add_edit, setter

WORDS = (b"From: Carl <carl@example.com>\r\nSubject: Forwarded\r\n"
         b"Date: Sun, 1 Mar 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n")


# ---- Messages in messages ---------------------------------------------------

def message(kind, encode=None, label=b"7bit", fields=(), first=b"", words=WORDS):
    """The entity as a message, which is a part's body."""
    def wrap(_plan, entity):
        octets = first + words + entity.octets()
        lines = [b"Content-Type: " + kind, *fields]
        if label:
            lines.append(b"Content-Transfer-Encoding: " + label)
        return Entity(lines, encode(octets) if encode is not None else octets)
    return add_edit("wraps", wrap)


def digest(first=b""):
    def wrap(_plan, entity):
        return Entity([b'Content-Type: multipart/digest; boundary="digest-x"'],
                      b"--digest-x\r\n" + first + CRLF + WORDS + entity.octets() +
                      b"\r\n--digest-x--\r\n")
    return add_edit("wraps", wrap)


def external(fields):
    """The phantom body has the file (RFC 2046 s5.2.3 lets readers ignore it)."""
    def wrap(_plan, entity):
        return Entity([b"Content-Type: message/external-body; " + fields], entity.octets())
    return add_edit("wraps", wrap)


EML = b'Content-Disposition: attachment; filename="mail.eml"'
MESSAGES = [
    ("rfc822", message(b"message/rfc822", label=b"")),
    ("rfc822-base64", message(b"message/rfc822", b64, b"base64")),
    ("rfc822-qp", message(b"message/rfc822", qp, b"quoted-printable")),
    ("rfc822-uu", message(b"message/rfc822", lambda d: uu(d, b"m.eml"), b"x-uuencode")),
    ("global", message(b"message/global", label=b"")),
    ("global-base64", message(b"message/global", b64, b"base64")),
    ("global-qp", message(b"message/global", qp, b"quoted-printable")),
    ("news-base64", message(b"message/news", b64, b"base64")),
    ("eml", message(b"application/octet-stream", b64, b"base64", [EML])),
    ("eml-behind-gif", message(b"application/octet-stream", b64, b"base64", [EML],
                               first=b"GIF89a\r\n")),
    ("eml-behind-pdf", message(b"application/octet-stream", b64, b"base64", [EML],
                               first=b"%PDF-1.4\r\n")),
    ("eml-inline", message(b"text/plain", b64, b"base64", [EML])),
    ("octets-no-name", message(b"application/octet-stream", b64, b"base64")),
    ("blank-first", message(b"message/rfc822", label=b"", first=CRLF)),
    ("blanks-first", message(b"message/rfc822", label=b"", first=CRLF * 3)),
    ("blank-first-base64", message(b"message/rfc822", b64, b"base64", first=CRLF)),
    ("mbox-first", message(b"message/rfc822", label=b"",
                           first=b"From carl@example.com Sun Mar  1 10:00:00 2026\r\n")),
    ("no-words", message(b"message/rfc822", label=b"", words=b"")),
    ("no-words-base64", message(b"message/rfc822", b64, b"base64", words=b"")),
    ("digest", digest()), ("digest-blank", digest(CRLF)),
    ("rfc822-twice", lambda plan: [message(b"message/rfc822", b64, b"base64")(plan),
                                   message(b"message/rfc822", qp, b"quoted-printable")(plan)]),
]
PARTIAL = [("1-of-1", b'number=1; total=1; id="x@example.org"'),
           ("1-of-2", b'number=1; total=2; id="x@example.org"'),
           ("2-of-2", b'number=2; total=2; id="x@example.org"'),
           ("no-total", b'number=1; id="x@example.org"'), ("bare", b"id=x")]
EXTERNAL = [("url", b'access-type=URL; URL="http://www.example.org/table.exe"'),
            ("ftp", b'access-type=anon-ftp; site="ftp.example.org"; name="table.exe"'),
            ("local", b'access-type=local-file; name="/tmp/table.exe"'),
            ("unknown", b"access-type=x-none")]


def messages():
    made = [Technique("msg-enc:" + word, "wrap", apply, ["wrap"], "all clients open it")
            for word, apply in MESSAGES]
    made += [Technique("msg-partial:" + word, "wrap",
                       message(b"message/partial; " + fields, label=b""), ["wrap"],
                       "Outlook Express, servers that join") for word, fields in PARTIAL]
    made += [Technique("msg-external:" + word, "wrap", external(fields), ["wrap"],
                       "clients that fetch; readers of the phantom body")
             for word, fields in EXTERNAL]
    return made


# ---- Lines and the end of data in SMTP --------------------------------------

ENVELOPE = (b"MAIL FROM:<carl@example.com>\r\nRCPT TO:<bert@example.net>\r\nDATA\r\n")
COVER = (b"From: Anna Example <anna@example.org>\r\nTo: Bert Example <bert@example.net>\r\n"
         b"Subject: Cover\r\nDate: Mon, 2 Mar 2026 10:00:00 +0000\r\n\r\nNothing here.")
END_OF_DATA = [("lf-lf", b"\n.\n"), ("lf-crlf", b"\n.\r\n"), ("crlf-lf", b"\r\n.\n"),
               ("cr-cr", b"\r.\r"), ("cr-crlf", b"\r.\r\n"), ("crlf-cr", b"\r\n.\r"),
               ("crlf-nul", b"\r\n.\0\r\n"), ("nul-crlf", b"\r\n\0.\r\n"),
               ("crcrlf", b"\r\r\n.\r\r\n"), ("lf-cr", b"\n.\r")]


def each_line(change):
    def ends(_plan, octets):
        lines = octets.split(CRLF)
        return b"".join(change(number, line) for number, line in enumerate(lines[:-1])) + lines[-1]
    return setter(ends=ends)


def smuggled(end):
    return setter(ends=lambda _plan, octets: COVER + end + ENVELOPE + octets + b"\r\n.\r\n")


def smtp():
    made = [Technique("smtp-eod:" + word, "ends", smuggled(end), ["ends", "eol"],
                      "next hop that takes it for the end") for word, end in END_OF_DATA]
    for word, apply in (
            ("cr", each_line(lambda _n, line: line + b"\r")),
            ("lf", each_line(lambda _n, line: line + b"\n")),
            ("crcrlf", each_line(lambda _n, line: line + b"\r\r\n")),
            ("lf-crlf-mixed", each_line(lambda n, line: line + (b"\n" if n % 2 else CRLF))),
            ("cr-crlf-mixed", each_line(lambda n, line: line + (b"\r" if n % 3 == 2 else CRLF)))):
        made.append(Technique("smtp-eol:" + word, "ends", apply, ["ends", "eol", "raw"],
                              "readers with another idea of a line"))
    made.append(Technique("smtp-eol:dot-stuffed", "body", setter(encode=lambda plan: b"".join(
        b"." + line + CRLF for line in b64(plan.data).split())), ["body", "eol"],
        "servers that drop the dot, decoders that skip it"))
    made.append(Technique("smtp-eol:split-998", "ends", setter(ends=split_998),
                          ["ends", "eol", "raw"], "relays that split long lines"))
    return made


def split_998(_plan, octets):
    return CRLF.join(b"\r\n".join(line[at:at + 998] for at in range(0, max(len(line), 1), 998))
                     for line in octets.split(CRLF))


# ---- S/MIME -----------------------------------------------------------------

def opaque(pack, kind, name=b"smime.p7m"):
    def wrap(_plan, entity):
        return Entity([b"Content-Type: " + kind, b"Content-Transfer-Encoding: base64",
                       b'Content-Disposition: attachment; filename="%s"' % name],
                      b64(pack(entity.octets())))
    return add_edit("wraps", wrap)


def signed(octets):
    return der.signed_data([], content=octets)


def compressed(octets):
    return der.compressed_data(zlib.compress(octets))


P7M = b"application/pkcs7-mime; name=smime.p7m; smime-type="
SIGNED_TYPE = (b'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; '
               b"micalg=sha-256{params}")
OPAQUE = [("signed", signed, P7M + b"signed-data", b"smime.p7m"),
          ("signed-no-type", signed, b"application/pkcs7-mime", b"smime.p7m"),
          ("signed-as-enveloped", signed, P7M + b"enveloped-data", b"smime.p7m"),
          ("signed-as-certs", signed, P7M + b"certs-only", b"smime.p7c"),
          ("signed-x-type", signed, b"application/x-pkcs7-mime", b"smime.p7m"),
          ("signed-octets", signed, b"application/octet-stream", b"smime.p7m"),
          ("signed-neutral", signed, b"application/octet-stream", b"notes.dat"),
          ("compressed", compressed, P7M + b"compressed-data", b"smime.p7z"),
          ("compressed-as-signed", compressed, P7M + b"signed-data", b"smime.p7m"),
          ("compressed-neutral", compressed, b"application/octet-stream", b"notes.dat"),
          ("both", lambda octets: signed(b"Content-Type: application/pkcs7-mime\r\n"
                                         b"Content-Transfer-Encoding: base64\r\n\r\n" +
                                         b64(compressed(octets))), P7M + b"signed-data",
           b"smime.p7m")]
SIGNATURE = (b"Content-Type: application/pkcs7-signature; name=smime.p7s\r\n"
             b"Content-Transfer-Encoding: base64\r\n\r\n" + b64(bytes(range(64))))


def third_part(plan):
    plan.multi_lines = [SIGNED_TYPE]
    plan.more_parts.append(SIGNATURE)


def smime():
    made = [Technique("sm-opaque:" + word, "wrap", opaque(pack, kind, name), ["wrap"],
                      "S/MIME clients") for word, pack, kind, name in OPAQUE]
    made.append(Technique("sm-multi:third-part", "bounds", third_part, ["multi-type"],
                          "shows all parts", needs="multi"))
    made.append(Technique("sm-multi:as-signature", "bounds", setter(
        multi_lines=[SIGNED_TYPE], type_lines=[b"Content-Type: application/pkcs7-signature"],
        disposition_lines=[b'Content-Disposition: attachment; filename="smime.p7s"']),
        ["multi-type", "file-type", "name", "place"], "saves the signature",
        carries=("content", "zip"), needs="multi"))
    return made


def techniques():
    return messages() + smtp() + smime()
