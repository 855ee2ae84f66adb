# SPDX-License-Identifier: BSD-2-Clause
"""Texts that look encoded and are not, or hold what harms nobody."""
import base64
import struct

import samplemail as sample
from mimegrammar_mailers import WORDS, noise
from mimegrammar_payload import CRLF, b64, uu

SSH = b"ssh-rsa " + base64.b64encode(struct.pack(">I", 7) + b"ssh-rsa" + noise(270)) + b" anna@x"


RFC = b'''\
The header field
Content-Type: multipart/mixed;
     boundary=gc0pJq0M:08jU534c0p
must be
Content-Type: multipart/mixed;
     boundary="gc0pJq0M:08jU534c0p"

--simple boundary

This is a text without a type.
--simple boundary
Content-type: text/plain; charset=us-ascii

This is a text with one.
--simple boundary--
Content-Type: message/external-body; access-type=local-file;
Content-Type: message/partial; number=2; total=3;
'''.replace(b"\n", CRLF)


def zip_of_text():
    return sample.stored_zip([(b"notes.txt", sample.prose(3, 600))])


def apple():
    """AppleSingle with a name and nothing else (RFC 1740)."""
    return struct.pack(">II16xHIII", 0x00051607, 0x00020000, 1, 3, 38, 9) + b"chart.png"


LINES = [
    ("begin in a sentence", b"Let us\r\nbegin 2026 with a party.\r\nbegin 644 is what it says\r\n"
     b"in the manual of uuencode, and end\r\nend\r\nis the last line.\r\n"),
    ("a harmless file by uuencode", b"Here it is:\r\n\r\n" + uu(b"Notes of March, nothing more.\n",
                                                              b"notes.txt") + b"\r\nAnna\r\n"),
    ("lines of dashes", b"Title\r\n-----\r\n\r\n--\r\n\r\n---------------\r\n--cut here--\r\n\r\n"
     b"-- \r\nAnna\r\n"),
    ("an SSH key", b"My key:\r\n\r\n" + SSH + b"\r\n\r\nAnna\r\n"),
    ("a certificate in PEM", b"-----BEGIN CERTIFICATE-----\r\n" + b64(b"\x30\x82\x03\x10" +
                                                                      noise(784), 64) +
     b"-----END CERTIFICATE-----\r\n"),
    ("words in base64", b"In base64 this is SGVsbG8sIHdvcmxkIQ== and that c2Vjb25k.\r\n"),
    ("a long text in base64", b"Decode this:\r\n\r\n" + b64(sample.prose(5, 800))),
    ("hashes", b"".join(b"%s  file%d.tar.gz\r\n" % (noise(32, b"%d" % n).hex().encode(), n)
                        for n in range(9))),
    ("a long link", b"https://example.org/x?token=" + base64.urlsafe_b64encode(noise(200)) + CRLF),
    ("the source of a mail, quoted", b"What is wrong with this?\r\n\r\n" + b"".join(
        b"> " + line + CRLF for line in (
            WORDS + b'Content-Type: multipart/mixed; boundary="abc"\r\n\r\n--abc\r\n'
            b"Content-Type: text/plain\r\n\r\nHello\r\n--abc--").split(CRLF))),
    ("the source of a mail, indented", b"It says\r\n\r\n" + b"".join(
        b"    " + line + CRLF for line in (
            b'Content-Type: multipart/mixed; boundary="abc"\r\n\r\n--abc\r\n'
            b"Content-Transfer-Encoding: base64\r\n\r\nSGVsbG8=\r\n--abc--").split(CRLF))),
    ("the source of a mail as it is", b"It says\r\n\r\n" + WORDS +
     b'Content-Type: multipart/mixed; boundary="abc"\r\n\r\n--abc\r\n'
     b"Content-Type: text/plain\r\n\r\nHello\r\n\r\n--abc--\r\n"),
    ("the source of a mail with a file that has a bad name", b"It says\r\n\r\n" + WORDS +
     b'Content-Type: multipart/mixed; boundary="abc"\r\n\r\n--abc\r\n'
     b'Content-Type: application/octet-stream; name="virus.exe"\r\n'
     b"Content-Transfer-Encoding: base64\r\n\r\n" + b64(b"<p>A text and nothing more.</p>\n") +
     b"--abc--\r\n"),
    ("links with tokens", b"".join(b"https://example.org/x/%s\r\n" % base64.urlsafe_b64encode(
        noise(90, b"%d" % n)) for n in range(300))),
    ("a log with tokens", b"".join(b"10:%02d:%02d token %s\r\n" % (
        n // 60, n % 60, base64.b64encode(noise(60 + n % 90, b"l%d" % n))) for n in range(400))),
    ("the first line of BinHex", b"(This file must be converted with BinHex 4.0)\r\n\r\n"
     b"is what such a file begins with.\r\n"),
    ("an RFC about mail", RFC),
    ("fields in the text", b"Content-Type: text/plain\r\nis a field, and\r\n"
     b"Content-Transfer-Encoding: base64\r\nis another one.\r\n"),
    ("equals signs", b"a=3D and =20 and =\r\nx=y=z== done =AB=CD=EF\r\n" * 9),
    ("a dump of octets", b"".join(b"%08x  " % at + b" ".join(
        b"%02x" % octet for octet in noise(16, b"%d" % at)) + CRLF for at in range(0, 256, 16))),
    ("a table by tabs", b"a\tb\tc\r\n" + b"1\t2\t3\r\n" * 40),
    ("From at the beginning of a line", b"Dear all,\r\n\r\nFrom now on\r\n>From then on\r\n"),
    ("dots at the beginning of lines", b".\r\n..\r\n...and so on\r\n.x\r\n"),
    ("form feeds and tabs", b"One\x0c\r\nTwo\t\x08\r\n"),
    ("a script in the text", b"#!/bin/sh\r\nset -e\r\nfor f in *; do echo $f; done\r\n"),
]


def texts(text):
    made = [(name, lambda rng, body=body: text(body)) for name, body in LINES]
    made.append(("Japanese in seven bits", lambda rng: text(
        b"\x1b$B%F%9%H\x1b(B\r\n" * 4, b"Content-Type: text/plain; charset=iso-2022-jp",
        b"Content-Transfer-Encoding: 7bit")))
    return made
