# SPDX-License-Identifier: BSD-2-Clause
"""Messages that are made to be read in as many ways as possible, of about any size: what an
attacker would send who wants a filter to be busy. Each stands for a family; those at the end were
found by mutation of the others."""

import base64
import random
import struct
import zlib

HEAD = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
BINARY = bytes(range(256))
ENCODINGS = (b"base64", b"quoted-printable", b"x-uuencode", b"x-yencode", b"mac-binhex40", b"7bit")


def multipart(body, boundaries=b'boundary="X"'):
    return HEAD + b"Content-Type: multipart/mixed; " + boundaries + b"\r\n\r\n" + body


def noise(count, alphabet=DIGITS, seed=5):
    return bytes(random.Random(seed).choices(alphabet, k=count))


def lines(data, width):
    return b"\r\n".join(data[i:i + width] for i in range(0, len(data), width)) + b"\r\n"


def encoded(how, body, media=b"application/octet-stream"):
    return HEAD + b"Content-Type: " + media + b"\r\nContent-Transfer-Encoding: " + how + \
        b"\r\n\r\n" + body


def many(size, make):
    """make(0) + make(1) + ... up to size."""
    pieces, total, number = [], 0, 0
    while total < size:
        pieces.append(make(number))
        total += len(pieces[-1])
        number += 1
    return b"".join(pieces)


def damaged(data):
    """Base64 with each kind of error that a reader mends in its own way."""
    kinds = (b"=", b"==", b"-", b"_", b"\r\n\r\n", b" ", b"#", b"\r\nA\r\n", b"=QQ", b"!\r\n")
    text = base64.b64encode(data)
    return many(len(text), lambda n: text[57 * n:57 * n + 57] + kinds[n % len(kinds)] + b"\r\n") \
        if text else b""


def damaged_once(data):
    """The same errors, each once and near the end: all variants begin alike."""
    text = base64.b64encode(data)
    return lines(text, 76) + b"QUJD=QQ==\r\nAB\r\n\r\nC-D_ E#F!\r\n" + lines(text[:400], 60)


def many_boundaries(size):
    """As many claimed boundaries as are looked at, each delimiting something."""
    names = [b"b%d" % n for n in range(60)]
    body = many(size, lambda n: b"--%s\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: "
                b"base64\r\n\r\n%s" % (names[n % 60], lines(noise(200, seed=n), 76)))
    return multipart(body, b"; ".join(b"boundary=" + name for name in names))


def crossing_parts(size):
    """Each region may end at many places."""
    return multipart(many(size, lambda n: b"--X\r\nContent-Type: a/b\r\n\r\n--Y\r\nContent-Type: "
                          b"a/b\r\n\r\nabc%d\r\n--X--\r\n--Y--\r\n" % n), b"boundary=X; boundary=Y")


def nested_crossing(size):
    """Regions that hold each other: what one boundary begins another ends."""
    count = max(4, size // 4096)
    names = [b"n%d" % n for n in range(min(count, 60))]
    begin = b"".join(b"--%s\r\nContent-Type: text/html\r\n\r\n%s\r\n" % (
        name, noise(size // len(names) // 2, DIGITS + b" \r\n<>=")) for name in names)
    end = b"".join(b"--%s--\r\n%s\r\n" % (name, noise(size // len(names) // 2, BINARY))
                   for name in names)
    return multipart(begin + end, b"; ".join(b"boundary=" + name for name in names))


def many_encodings(size):
    fields = b"".join(b"Content-Transfer-Encoding: " + how + b"\r\n" for how in ENCODINGS)
    return HEAD + b"Content-Type: application/octet-stream\r\n" + fields + b"\r\n" + \
        lines(noise(size), 76)


def many_encodings_of_parts(size):
    fields = b"".join(b"Content-Transfer-Encoding: " + how + b"\r\n" for how in ENCODINGS)
    return multipart(many(size, lambda n: b"--X\r\nContent-Type: text/html\r\n" + fields + b"\r\n" +
                          lines(noise(3000, DIGITS + b"=", n), 60)))


def alternating(size):
    return multipart(many(size, lambda n: b"--X\r\nContent-Transfer-Encoding: %s\r\n\r\n%s" % (
        ENCODINGS[n % 5], lines(noise(700, DIGITS + b"=", n), 60))))


def deep(size, wrap):
    """A message in a message, encoded each time."""
    rng = random.Random(7)
    text = multipart(b"--X\r\n\r\n" + bytes(rng.choices(BINARY, k=size // 16)) + b"\r\n--X--\r\n")
    while True:
        outer = wrap(text)
        if len(outer) > size:
            return outer
        text = outer


def wrap_damaged(text):
    return encoded(b"base64", damaged_once(text), b"message/rfc822")


def wrap_twice(text):
    return multipart(b"--X\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
                     damaged_once(text) + b"--X--\r\n")


def quoted(size, media=b"application/octet-stream"):
    """Quoted-printable hardly grows, so that each level is as large as the message."""
    text = HEAD + b"\r\n" + lines(noise(size * 3 // 4, DIGITS + b" "), 70)
    for _ in range(30):
        text = encoded(b"quoted-printable", text.replace(b"=", b"=3D") + b"=\r\n=G\r\n", media)
    return text


def pages_of_mail(size):
    """What libclamav takes apart once more for each page: it decodes the links of HTML as mail."""
    head = HEAD + b"Content-Type: text/html; charset=utf-7\r\n" \
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    return head + (HEAD + b"\r\n" + head) * 20 + lines(noise(size, DIGITS + b"= "), 70)


def forwarded(size):
    """Messages in messages as they stand."""
    text = HEAD + b"\r\n" + lines(noise(size * 9 // 10, DIGITS + b" "), 70)
    for _ in range(60):
        text = HEAD + b"Content-Type: message/rfc822\r\n\r\n" + text
    return text


def tree(size):
    """Multiparts in multiparts, each with a body."""
    def level(number, left):
        boundary = b"t%d" % number
        inner = level(number + 1, left - 1) if left else b"\r\nx"
        return b"Content-Type: multipart/mixed; boundary=%s\r\n\r\n--%s\r\n\r\n%s\r\n--%s\r\n%s" \
            b"\r\n--%s--\r\n" % (boundary, boundary, noise(size // 90, BINARY, number), boundary,
                                 inner, boundary)
    return HEAD + level(0, 90)


def content_lines(size):
    return multipart(b"--X\r\n\r\n" + b"Content-Type: text/plain\r\n\r\n" * (size // 28))


def claims_flood(size):
    """A header zone that says everything in all ways."""
    def field(number):
        return b"Content-Type: multipart/mixed; boundary*0=\"a%d; boundary=b\\\"; bo(c)undary='%d'; " \
            b"charset==?utf-8?q?x=3Bboundary=3Dy%d?=\r\n" % (number, number, number)
    return multipart(many(size, lambda n: b"--X\r\n" + b"".join(field(40 * n + k)
                                                              for k in range(40)) + b"\r\nabc\r\n"))


def huge_header(size):
    return HEAD + many(min(size // 2, 200 * 1024), lambda n: b"Content-Type: multipart/x%d;\r\n "
                       b"boundary=\"q%d\"\r\n" % (n, n)) + b"\r\n" + \
        many(size // 2, lambda n: b"--q%d\r\n\r\ntext %d\r\n" % (n, n))


def tiny_parts(size):
    return multipart(many(size, lambda n: b"--X\r\n\r\n%x\r\n" % n))


def tiny_encoded_parts(size):
    return multipart(many(size, lambda n: b"--X\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
                          base64.b64encode(noise(24, BINARY, n)) + b"\r\n"))


def pem_blocks(size):
    return HEAD + b"\r\n" + many(size, lambda n: lines(noise(152, seed=n), 76) +
                                 b"and some words between the two of them\r\n\r\n\r\n\r\n")


def header_blocks(size):
    """Each of them begins like a program."""
    return HEAD + many(min(size, 200 * 1024), lambda n: b"X-%d: TVqQAAMAAAAEAAAA%s\r\n" % (
        n, noise(48, seed=n))) + b"\r\n" + lines(noise(size - min(size, 200 * 1024) + 99), 70)


def uu_line(data):
    return bytes([32 + len(data)]) + b"".join(
        bytes(32 + (int.from_bytes(data[i:i + 3].ljust(3, b"\0"), "big") >> s & 63)
              for s in (18, 12, 6, 0)) for i in range(0, len(data), 3)) + b"\r\n"


def uu_files(size):
    return HEAD + b"\r\n" + many(size, lambda n: b"begin 644 a%d.exe\r\n" % n + b"".join(
        uu_line(noise(45, BINARY, 9 * n + k)) for k in range(9)) + b"`\r\nend\r\n")


def uu_open(size):
    return HEAD + b"\r\n" + b"begin 644 a\r\n" * 200 + (b"M" + b"A" * 60 + b"\r\n") * (size // 63)


def yenc_files(size):
    return HEAD + b"\r\n" + many(size, lambda n: b"=ybegin line=128 size=500 name=a%d\r\n" % n + lines(
        noise(500, bytes(set(BINARY) - set(b"\0\r\n=.")), n), 128) + b"=yend size=500\r\n")


def binhex_bomb(size):
    """Runs of 255 octets in three: what the decoder makes is far larger."""
    six = b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"
    data = b"\x01a\0TEXTtext\0\0" + struct.pack(">II", size * 60, 0) + b"\0\0" + \
        b"".join(bytes([n & 63, 0x90, 0xff]) for n in range(size // 4))
    text = b"".join(bytes(six[int.from_bytes(data[i:i + 3].ljust(3, b"\0"), "big") >> s & 63]
                          for s in (18, 12, 6, 0)) for i in range(0, len(data), 3))
    return encoded(b"mac-binhex40", b"(This file must be converted with BinHex 4.0)\r\n\r\n:" +
                   lines(text + b":", 64))


def utf7(size):
    return encoded(b"7bit", many(size, lambda n: b"+ADw-script+AD4-" + noise(40, seed=n) +
                                 b"+AD0-\r\n"), b"text/html; charset=utf-7")


def utf16(size):
    text = noise(size * 3 // 8, DIGITS + b" \n<>=").decode().encode("utf-16")
    return encoded(b"base64", lines(base64.b64encode(text), 76), b"text/plain; charset=utf-7")


def data_links(size):
    return encoded(b"7bit", many(size, lambda n: b"<a href=\"data:application/octet-stream;base64," +
                                 base64.b64encode(noise(60, BINARY, n)) + b"\">x</a>\r\n"),
                   b"text/html")


def nested_links(size):
    text = b"<b>" + noise(size // 16) + b"</b>"
    while len(text) < size * 3 // 4:
        text = b"<a href=\"data:text/html;base64," + base64.b64encode(text) + b"\">x</a>\r\n"
    return encoded(b"7bit", text, b"text/html")


def tags(size):
    return encoded(b"7bit", many(size, lambda n: b"<a%d b=&#%d; c='%d\r\n" % (n, n, n)), b"text/html")


def tnef(size):
    """Attributes that are longer than the file."""
    data = struct.pack("<IH", 0x223E9F78, 1) + many(size * 5 // 8, lambda n: struct.pack(
        "<BIII", 2, 0x0006800F, 0xFFFFFF if n % 7 == 6 else 60, n) + noise(62, BINARY, n))
    return encoded(b"base64", lines(base64.b64encode(data), 76), b"application/ms-tnef")


def delimiters(size):
    return multipart(many(size * 3 // 4, lambda n: b"--a%d\r\n" % n) + lines(noise(size // 4), 76))


def own_delimiters(size):
    return multipart(b"--X \r\n--X\t\r\n --X\r\n--X--x\r\n" * (size // 28))


def joined_qp(size):
    return encoded(b"quoted-printable", many(size, lambda n: b"=4=\r\n1=\r\n=3=D==\t\r\n=a\r\n%d=0g\r\n"
                                             % n), b"text/html")


def deflated(size):
    """A zip of zeros, then damaged: the archive plugin has the work."""
    body = zlib.compress(b"\0" * size)[2:-4]
    entry = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 0, zlib.crc32(b"\0" * size),
                        len(body), size, 1, 0) + b"a" + body
    return encoded(b"base64", damaged(entry + noise(size * 5 // 8, BINARY)))


SHAPES = {
    "base64, damaged everywhere": lambda size: encoded(b"base64", lines(
        noise(size, b"ABCDabcd0123+/==-_.#"), 60)),
    "base64, each kind of error": lambda size: encoded(b"base64", damaged(
        noise(size * 2 // 3, BINARY))),
    "base64 of HTML, errors at the end": lambda size: encoded(b"base64", damaged_once(
        noise(size * 5 // 7, b"<>abc =\"'/&#;\n")), b"text/html"),
    "base64, errors at the end": lambda size: encoded(b"base64", damaged_once(
        noise(size * 5 // 7, BINARY))),
    "base64, one character a line": lambda size: encoded(b"base64", lines(noise(size // 3), 1)),
    "base64, padded runs": lambda size: encoded(b"base64", b"QUJD=QQ==\r\n" * (size // 11)),
    "quoted-printable, bad escapes": lambda size: encoded(b"quoted-printable", lines(
        noise(size, b"=GHx3dD \t"), 60)),
    "quoted-printable, joined escapes": joined_qp,
    "unknown encoding": lambda size: encoded(b"x-none", lines(noise(size), 76)),
    "six encodings": many_encodings,
    "six encodings of each part": many_encodings_of_parts,
    "alternating encodings": alternating,
    "sixty boundaries": many_boundaries,
    "crossing parts": crossing_parts,
    "nested and crossing parts": nested_crossing,
    "multiparts, ninety deep": tree,
    "messages in messages, damaged": lambda size: deep(size, wrap_damaged),
    "messages in text parts, damaged": lambda size: deep(size, wrap_twice),
    "messages in quoted-printable": quoted,
    "messages in messages, sixty deep": forwarded,
    "pages in quoted-printable": lambda size: quoted(size, b"text/html; charset=utf-16"),
    "pages that begin like mail": pages_of_mail,
    "Content lines": content_lines,
    "flood of claims": claims_flood,
    "huge header": huge_header,
    "files in header fields": header_blocks,
    "tiny parts": tiny_parts,
    "tiny encoded parts": tiny_encoded_parts,
    "delimiter-like lines": delimiters,
    "almost delimiters": own_delimiters,
    "base64 in text": pem_blocks,
    "uuencoded files": uu_files,
    "uuencode without end": uu_open,
    "yEnc files": yenc_files,
    "BinHex runs": binhex_bomb,
    "UTF-7": utf7,
    "UTF-16 under another name": utf16,
    "HTML with data links": data_links,
    "data links in data links": nested_links,
    "HTML tags": tags,
    "TNEF, attributes too long": tnef,
    "zip, damaged": deflated,
    "lone CRs": lambda size: multipart(many(
        size, lambda n: b"\r--X\rContent-Type: a/b\r\rabc%d" % n)),
    "blank header lines": lambda size: multipart(many(
        size // 4, lambda n: b"--X\r\n \r\nContent-Type: a/b\r\n \r\n\t\r\n") +
        lines(noise(size * 3 // 4), 76)),
}
