# SPDX-License-Identifier: BSD-2-Clause
"""What mailers, lists and gateways write: heads, signatures, reports,
calendars. All of it legal, none of it copied from real mail."""
import base64
import hashlib

from mimegrammar_payload import CRLF, b64
from mimegrammar_plan import Entity

WORDS = (b"From: Carl <carl@example.com>\r\nTo: Bert Example <bert@example.net>\r\n"
         b"Subject: The numbers\r\nDate: Sun, 1 Mar 2026 09:00:00 +0000\r\n"
         b"Message-ID: <7@example.com>\r\nMIME-Version: 1.0\r\n")
STATUS = (b"Reporting-MTA: dns; mail.example.org\r\n\r\n"
          b"Final-Recipient: rfc822; bert@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n"
          b"Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n")
FOOTER = (b"\r\n_______________________________________________\r\n"
          b"Table mailing list\r\ntable@lists.example.org\r\n"
          b"https://lists.example.org/mailman/listinfo/table\r\n")


def noise(size, word=b"x"):
    """Octets that look like nothing: what keys and signatures consist of."""
    out, block = b"", word
    while len(out) < size:
        block = hashlib.sha256(block).digest()
        out += block
    return out[:size]


def quoted(octets):
    """Quoted-printable with lines under 76."""
    cells = [bytes([octet]) if 33 <= octet <= 126 and octet != 61 or octet == 32
             else b"=%02X" % octet for octet in octets.rstrip()]
    return b"=\r\n".join(b"".join(cells[at:at + 24]) for at in range(0, len(cells), 24)) + CRLF


def armour(kind, octets, field=b""):
    return (b"-----BEGIN PGP %s-----\r\n%s\r\n" % (kind, field) + b64(octets, 64) + b"=njUN\r\n" +
            b"-----END PGP %s-----\r\n" % kind)


BASE = (b"From: Anna Example <anna@example.org>\r\nTo: Bert Example <bert@example.net>\r\n"
        b"Subject: The numbers of March\r\nDate: Mon, 2 Mar 2026 10:00:00 +0000\r\n"
        b"Message-ID: <1@example.org>\r\n")
RECEIVED = b"".join(
    b"Received: from mx%d.example.org (mx%d.example.org [192.0.2.%d])\r\n"
    b"\tby mail.example.net (Postfix) with ESMTPS id 4ABC%d\r\n"
    b"\tfor <bert@example.net>; Mon,  2 Mar 2026 10:00:0%d +0000 (UTC)\r\n" % (n, n, n, n, n)
    for n in range(5))
DKIM = (b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=mail;\r\n"
        b"\th=from:to:subject:date:message-id:mime-version:content-type;\r\n"
        b"\tbh=%s;\r\n\tb=" % base64.b64encode(noise(32)) +
        b64(noise(256), 64, b"\r\n\t ").rstrip() + CRLF)
EXCHANGE = (b"X-MS-Exchange-AntiSpam-MessageData-ChunkCount: 1\r\n"
            b"X-MS-Exchange-AntiSpam-MessageData-0: " +
            b64(noise(500, b"y"), 76, b"\r\n ").rstrip() + b"\r\nX-OriginatorOrg: example.org\r\n")
LIST = (b"List-Id: Table <table.lists.example.org>\r\nPrecedence: list\r\n"
        b"List-Post: <mailto:table@lists.example.org>\r\nErrors-To: table-bounces@example.org\r\n")
HEADS = [
    BASE, RECEIVED + BASE, RECEIVED + DKIM + BASE, EXCHANGE + BASE, LIST + BASE,
    BASE.replace(b"The numbers of March", b"=?UTF-8?Q?Gr=C3=BC=C3=9Fe?= =?UTF-8?B?YXVz?=\r\n "
                 b"=?iso-8859-1?q?K=F6ln?="),
    BASE.replace(b"Bert Example <bert@example.net>", b"undisclosed-recipients:;"),
    BASE.replace(b"Subject: The", "Subject: Grüße, The".encode()),
    BASE.replace(b"Subject:", b"Subject: RE: [table] Fwd:\r\n\t"),
    b"Return-Path: <>\r\n" + BASE + b"Auto-Submitted: auto-replied\r\nX-Empty:\r\n",
    BASE + b"References: " + b"\r\n\t".join(b"<%d@example.org>" % n for n in range(40)) + CRLF,
    BASE.replace(b"To: Bert Example <bert@example.net>",
                 b"To: \"Example, Bert\" <bert@example.net>,\r\n A Group: x@example.net, "
                 b"y@example.net (Why);"),
]

CALENDAR = (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nMETHOD:REQUEST\r\n"
            b"BEGIN:VEVENT\r\nUID:1@example.org\r\nDTSTAMP:20260302T100000Z\r\n"
            b"DTSTART:20260306T100000Z\r\nSUMMARY:Numbers\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Anna Example\r\nEMAIL:anna@example.org\r\nEND:VCARD\r\n"
PATCH = (b"From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001\r\n"
         b"From: Anna <anna@example.org>\r\nSubject: [PATCH] table: count\r\n\r\n---\r\n"
         b" table.c | 2 +-\r\n 1 file changed\r\n\r\ndiff --git a/table.c b/table.c\r\n"
         b"index 0123456..89abcde 100644\r\n--- a/table.c\r\n+++ b/table.c\r\n@@ -1,3 +1,3 @@\r\n"
         b" int count;\r\n-int a = 1;\r\n+int a = 2;\r\n-- \r\n2.39.2\r\n")


def feedback(multi, text):
    return multi([text(b"This is an abuse report.\r\n"),
                  Entity([b"Content-Type: message/feedback-report"],
                         b"Feedback-Type: abuse\r\nUser-Agent: X/1\r\nVersion: 1\r\n"),
                  Entity([b"Content-Type: message/rfc822"],
                         WORDS + b"\r\nBuy now.\r\n")],
                 b"report; report-type=feedback-report", b"=_arf")


def receipt(multi, text):
    return multi([text(b"It was displayed.\r\n"),
                  Entity([b"Content-Type: message/disposition-notification"],
                         b"Reporting-UA: x; y\r\nFinal-Recipient: rfc822;bert@example.net\r\n"
                         b"Disposition: manual-action/MDN-sent-manually; displayed\r\n")],
                 b"report; report-type=disposition-notification", b"=_mdn")


def bodies(text, multi, png):
    """Oddities that whole programs are known for."""
    signature = Entity([b"Content-Type: application/pgp-signature; name=signature.asc",
                        b"Content-Description: OpenPGP digital signature"],
                       armour(b"SIGNATURE", noise(300)))
    encrypted = [Entity([b"Content-Type: application/pgp-encrypted"], b"Version: 1\r\n"),
                 Entity([b"Content-Type: application/octet-stream; name=encrypted.asc"],
                        armour(b"MESSAGE", noise(900)))]
    invitation = Entity([b"Content-Type: text/calendar; charset=utf-8; method=REQUEST"], CALENDAR)
    return [
        ("PGP/MIME, signed", lambda rng: multi(
            [text(), signature], b'signed; protocol="application/pgp-signature"; '
            b"micalg=pgp-sha256", b"=_pgp")),
        ("PGP/MIME, encrypted", lambda rng: multi(
            encrypted, b'encrypted; protocol="application/pgp-encrypted"', b"=_pgp")),
        ("armoured text, signed", lambda rng: text(
            b"-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nHello\r\n"
            b"- -- \r\nAnna\r\n" +
            armour(b"SIGNATURE", noise(300), b"Version: 1\r\n"))),
        ("armoured text, encrypted", lambda rng: text(armour(b"MESSAGE", noise(1500)))),
        ("a public key in the text", lambda rng: text(
            b"Hello\r\n\r\n" + armour(b"PUBLIC KEY BLOCK", noise(1200, b"k")))),
        ("invitation", lambda rng: multi([text(), invitation], b"alternative", b"=_cal")),
        ("invitation as a file too", lambda rng: multi([text(), Entity(
            [b"Content-Type: application/ics; name=invite.ics",
             b"Content-Transfer-Encoding: base64"], b64(CALENDAR))])),
        ("business card", lambda rng: multi([text(), Entity(
            [b"Content-Type: text/x-vcard; charset=utf-8; name=anna.vcf"], CARD)])),
        ("patch", lambda rng: text(PATCH)),
        ("patch as a file", lambda rng: multi([text(), Entity(
            [b"Content-Type: text/x-diff; charset=utf-8",
             b'Content-Disposition: attachment; filename="0001-table.patch"'], PATCH)])),
        ("abuse report", lambda rng: feedback(multi, text)),
        ("receipt", lambda rng: receipt(multi, text)),
        ("related with a start", lambda rng: multi([Entity(
            [b"Content-Type: text/html; charset=utf-8", b"Content-ID: <root@x>"],
            b'<html><body><img src="cid:a@x"></body></html>\r\n'), Entity(
                [b"Content-Type: image/png", b"Content-ID: <a@x>",
                 b"Content-Transfer-Encoding: base64"], b64(png()))],
            b'related; start="<root@x>"; type="text/html"', b"=_rel")),
        ("parts to be shown at once", lambda rng: multi([text(), text()], b"parallel", b"=_par")),
        ("unknown kind of multipart", lambda rng: multi([text(), text()], b"x-none", b"=_x")),
    ]
