# SPDX-License-Identifier: BSD-2-Clause
"""Mail for the tests, made of plain arguments and always the same octets."""
import base64
import random
import struct
import zlib

# The test string of EICAR in two pieces: whole, it would make other scanners
# remove this file.
EICAR = (b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-"
         b"ANTIVIRUS-TEST-FILE!$H+H*")

HEAD = (b"From: Anna Example <anna@example.org>\r\n"
        b"To: Bert Example <bert@example.net>\r\n"
        b"Date: Mon, 2 Mar 2026 10:00:00 +0000\r\n"
        b"MIME-Version: 1.0\r\n")


def head(subject=b"Sample", number=0):
    return HEAD + b"Subject: %s\r\nMessage-ID: <%d@example.org>\r\n" % (subject, number)


def text(body, subject=b"Sample", number=0):
    return (head(subject, number) + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + body)


def attached(data, name=b"file.bin", kind=b"application/octet-stream", subject=b"Sample",
             number=0, body=b"See the file.\r\n"):
    """A text and one file in base64."""
    return (head(subject, number) +
            b'Content-Type: multipart/mixed; boundary="=_sample"\r\n\r\n'
            b"--=_sample\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + body +
            b'\r\n--=_sample\r\nContent-Type: %s; name="%s"\r\n'
            b'Content-Disposition: attachment; filename="%s"\r\n'
            b"Content-Transfer-Encoding: base64\r\n\r\n" % (kind, name, name) +
            base64.encodebytes(data).replace(b"\n", b"\r\n") + b"--=_sample--\r\n")


def stored_zip(members):
    """A ZIP without compression, with fixed times."""
    out, directory = b"", b""
    for name, data in members:
        crc = zlib.crc32(data)
        directory += struct.pack("<IHHHHHHIIIHHHHHII", 0x02014b50, 20, 20, 0, 0, 0, 0x5c62, crc,
                                 len(data), len(data), len(name), 0, 0, 0, 0, 0, len(out)) + name
        out += struct.pack("<IHHHHHIIIHH", 0x04034b50, 20, 0, 0, 0, 0x5c62, crc, len(data),
                           len(data), len(name), 0) + name + data
    return out + directory + struct.pack("<IHHHHIIH", 0x06054b50, 0, 0, len(members),
                                         len(members), len(directory), len(out), 0)


WORDS = (b"the report about our meeting in March was sent to all members of the group "
         b"please find the numbers for each month in the table below and tell me what "
         b"should be changed before Friday kind regards").split()


def prose(seed, size):
    """Lines of words, about size octets."""
    rng = random.Random(seed)
    lines, length = [], 0
    while length < size:
        line = b" ".join(rng.choice(WORDS) for _ in range(11)) + b"\r\n"
        lines.append(line)
        length += len(line)
    return b"".join(lines)


def mixed_mailbox(count, seed=1):
    """Messages as a mailbox has them: mostly plain, some with files, a few
    that must be stopped. Deterministic; a third of the files repeat."""
    rng = random.Random(seed)
    files = [(b"table%d.csv" % n, b"a;b;c\r\n" + b"%d;1;2\r\n" % n * 200) for n in range(4)]
    for number in range(count):
        kind = number % 20
        subject = b"Message %d" % number
        if kind == 7:
            yield attached(EICAR, b"eicar.com", number=number, subject=subject)
        elif kind == 11:
            yield attached(b"MZ" + bytes(200), b"setup.exe", number=number, subject=subject)
        elif kind in (3, 13):
            name, data = files[rng.randrange(len(files))]
            yield attached(data, name, b"text/csv", number=number, subject=subject)
        elif kind == 17:
            yield attached(stored_zip([(b"notes.txt", prose(number, 3000))]), b"notes.zip",
                           b"application/zip", number=number, subject=subject)
        else:
            yield text(prose(number, 800), subject, number)
