# SPDX-License-Identifier: BSD-2-Clause
"""Messages made to stop, exhaust or mislead an inspection.

CASES: (name, maker, wanted). wanted holds the families of which one finding
must be there, with a protective action and an incomplete verdict; it is empty
for input that is only slow to read, which must end like any other.

As a program it writes one of them: hostilemail.py NUMBER FILE.
"""
import base64
import random
import sys

sys.dont_write_bytecode = True
import bombs  # noqa: E402
import quine  # noqa: E402
import samplemail as sample  # noqa: E402

STOPPED = ("limit.", "bomb.")
ANY = ()

HEAD = sample.head(b"hostile")


def multipart(body, boundary=b"X"):
    return HEAD + b'Content-Type: multipart/mixed; boundary="%s"\r\n\r\n' % boundary + body


def mail(name, make):
    return lambda: sample.attached(make(), name)


def address_groups():
    return b"From: a@example.org\r\nTo: " + b"g:" * 80000 + b"\r\nSubject: x\r\n\r\nhi\r\n"


def multipart_levels(count=10000):
    levels = [b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n)
              for n in range(count)]
    return HEAD + b"".join(levels) + b"Content-Type: text/plain\r\n\r\nhi\r\n"


def equal_boundaries(count=10000):
    """Levels that share one boundary: each delimiter may end any of them."""
    level = b'Content-Type: multipart/mixed; boundary="X"\r\n\r\n--X\r\n'
    return HEAD + level * count + b"Content-Type: text/plain\r\n\r\nhi\r\n"


def stacked_delimiters():
    """Ninety open levels, and lines that could end each of them."""
    levels = [b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n)
              for n in range(90)]
    return HEAD + b"".join(levels) + b"--zz\r\n" * 19000


def message_levels():
    return HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 10000 + b"hi\r\n"


def encoded_message_levels(count=14):
    octets = sample.text(b"the end\r\n")
    for _ in range(count):
        octets = sample.attached(octets, b"m.eml", b"message/rfc822")
    return octets


def parameters():
    return (HEAD + b"Content-Type: text/plain" + b"".join(b"; p%d=v" % n for n in range(50000)) +
            b"\r\n\r\nhi\r\n")


def continuations():
    """One name in 40,000 pieces (RFC 2231 s3), last piece first."""
    pieces = b"".join(b";\r\n filename*%d*=%%41" % n for n in range(39999, -1, -1))
    return (HEAD + b"Content-Type: application/octet-stream\r\nContent-Disposition: attachment" +
            pieces + b"\r\n\r\nhi\r\n")


def header_fields():
    return HEAD + b"".join(b"X-%d: y\r\n" % n for n in range(100000)) + b"\r\nhi\r\n"


def one_field(value):
    return lambda: HEAD + b"X-Long: " + value() + b"\r\n\r\nhi\r\n"


def encoded_words():
    return sample.head(b"=?utf-8?q?a?= " * 70000) + b"\r\nhi\r\n"


def base64_50_mb():
    line = base64.b64encode(sample.prose(1, 57)[:57]) + b"\r\n"
    return (HEAD + b"Content-Type: application/octet-stream\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n" + line * (50000000 // len(line)))


def base64_padded_everywhere():
    return (HEAD + b"Content-Type: application/octet-stream\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n" + b"QQ==" * 1000000)


def body(octets):
    return lambda: sample.text(octets())


def noise(size):
    return random.Random(7).randbytes(size)


def html_nested():
    return (HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div><b><a href=x>" * 400000)


def attached_parts(count=3000):
    """Many small files, all of another content."""
    parts = [b'--X\r\nContent-Type: application/zip; name="%d.zip"\r\n'
             b"Content-Transfer-Encoding: base64\r\n\r\n%s\r\n" %
             (n, base64.b64encode(sample.stored_zip([(b"%d.txt" % n, b"text %d" % n)])))
             for n in range(count)]
    return multipart(b"".join(parts) + b"--X--\r\n")


CASES = [
    ("160 KB of nested groups in To", address_groups, STOPPED),
    ("100,000 empty parts", lambda: multipart(b"--X\r\n\r\n" * 100000 + b"--X--\r\n"), STOPPED),
    ("10,000 levels of multipart", multipart_levels, STOPPED),
    ("10,000 levels with one boundary", equal_boundaries, STOPPED),
    ("1,000,000 delimiters", lambda: multipart(b"--X\n" * 1000000), STOPPED),
    ("19,000 delimiters below 90 levels", stacked_delimiters, ANY),
    ("50,000 parameters", parameters, STOPPED),
    ("a name in 40,000 pieces", continuations, STOPPED),
    ("10,000 parts of one octet",
     lambda: multipart(b"--X\r\n\r\nx\r\n" * 10000 + b"--X--\r\n"), STOPPED),
    ("10,000 messages in messages", message_levels, STOPPED),
    ("messages in base64, 14 deep", encoded_message_levels, ANY),
    ("messages in base64, 30 deep", lambda: encoded_message_levels(30), STOPPED),
    ("3,000 files of different content", attached_parts, ANY),
    ("a header field of 1 MB", one_field(lambda: b"a" * 1000000), STOPPED),
    ("a header field of 500,000 open comments", one_field(lambda: b"(" * 500000), STOPPED),
    ("100,000 header fields", header_fields, STOPPED),
    ("70,000 encoded words", encoded_words, STOPPED),
    ("1 GB of zeros in 1 MB of zip", mail(b"zeros.zip", bombs.zip_zeros), STOPPED),
    ("equal archives in archives, as 42.zip", mail(b"42.zip", bombs.zip_levels), STOPPED),
    ("4,096 different leaves in nested archives", mail(b"tree.zip", bombs.zip_distinct), STOPPED),
    ("60 archives in one another", mail(b"deep.zip", lambda: bombs.zip_chain(60)), STOPPED),
    ("40 7z in one another in a zip",
     mail(b"deep.zip", lambda: bombs.seven_zip_chain(40)), STOPPED),
    ("a gzip that unpacks to itself", mail(b"quine.gz", quine.make), STOPPED),
    ("a zip of 20,000 members", mail(b"many.zip", bombs.zip_many), STOPPED),
    ("a zip whose entries share their data", mail(b"overlap.zip", bombs.zip_overlap), STOPPED),
    ("a zip whose members quote each other",
     mail(b"quoted.zip", bombs.zip_quoted_overlap), STOPPED),
    ("300,000 local headers and no directory",
     mail(b"headers.zip", bombs.zip_headers_only), STOPPED),
    ("400 MB of zeros in gz", mail(b"zeros.gz", bombs.gz_zeros), STOPPED),
    ("100,000 gz members in a row", mail(b"members.gz", bombs.gz_members), ANY),
    ("400 MB of zeros in bz2", mail(b"zeros.bz2", bombs.bz2_zeros), STOPPED),
    ("256 MB of zeros in xz", mail(b"zeros.xz", bombs.xz_zeros), STOPPED),
    ("an xz that asks for 1.5 GiB of dictionary",
     mail(b"dictionary.xz", bombs.xz_dictionary), STOPPED),
    ("400 MB of zeros in zst", mail(b"zeros.zst", bombs.zst_zeros), STOPPED),
    ("a tar.gz of 60,000 members", mail(b"many.tar.gz", bombs.tar_many), STOPPED),
    ("50 MB of base64", base64_50_mb, ANY),
    ("1,000,000 padded base64 groups", base64_padded_everywhere, ANY),
    ("20 MB of noise", mail(b"noise.bin", lambda: noise(20 << 20)), ANY),
    ("20 MB of NUL", body(lambda: bytes(20 << 20)), ANY),
    ("10 MB of CR", body(lambda: b"\r" * (10 << 20)), ANY),
    ("10 MB of empty lines", body(lambda: b"\n" * (10 << 20)), ANY),
    ("one line of 20 MB", body(lambda: b"a" * (20 << 20)), ANY),
    ("60,000 beginnings of uuencode", body(lambda: b"begin 644 a.exe\r\n" * 60000), ANY),
    ("200,000 beginnings of yEnc",
     body(lambda: b"=ybegin line=128 size=9 name=a.exe\r\n" * 200000), ANY),
    ("200,000 base64 lines with nothing around",
     body(lambda: b"TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n" * 200000), ANY),
    ("1,200,000 open HTML elements", html_nested, ANY),
    ("2,000,000 open RTF groups",
     mail(b"deep.rtf", lambda: b"{\\rtf1" + b"{\\*\\x" * 2000000), ANY),
    ("500,000 PDF objects",
     mail(b"objects.pdf", lambda: b"%PDF-1.4\n" + b"1 0 obj<</Type/ObjStm>>stream\n" * 500000), ANY),
]

if __name__ == "__main__":
    with open(sys.argv[2], "wb") as out:
        out.write(CASES[int(sys.argv[1])][1]())
