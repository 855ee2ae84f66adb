# SPDX-License-Identifier: BSD-2-Clause
"""What generated mail carries, and the ways to write octets as text.

A payload is hostile by its octets (the EICAR file, a program, an archive of
either) or by its name alone. Everything is made here; nothing is stored.
"""
import base64
import binascii
import struct
import zlib

import samplemail as sample

CRLF = b"\r\n"


class Payload:
    """kind is "name" where the octets are harmless and the name is the threat."""

    def __init__(self, word, kind, data, stem, ext, media=b"application/octet-stream"):
        self.word = word
        self.kind = kind
        self.data = data
        self.stem = stem
        self.ext = ext
        self.media = media

    @property
    def name(self):
        return self.stem + b"." + self.ext


def program():
    """The smallest PE of one section that a loader accepts: it returns. Filled
    so that no octet is CR or LF, and none is lost in a part without encoding."""
    dos = b"MZ" + bytes(58) + struct.pack("<I", 64)
    coff = struct.pack("<HHIIIHH", 0x014c, 1, 0x5f5f5f5f, 0, 0, 0xe0, 0x0102)
    optional = struct.pack("<HBBIIIIII", 0x010b, 14, 0, 0x200, 0, 0, 0x1000, 0x1000, 0x2000)
    optional += struct.pack("<IIIHHHHHHIIIIHHIIIIII", 0x400000, 0x1000, 0x200, 4, 0, 0, 0, 4, 0, 0,
                            0x2000, 0x200, 0, 3, 0, 0x100000, 0x1000, 0x100000, 0x1000, 0, 16)
    section = b".text\0\0\0" + struct.pack("<IIIIIIHHI", 16, 0x1000, 0x200, 0x200, 0, 0, 0, 0,
                                          0x60000020)
    image = dos + b"PE\0\0" + coff + optional + bytes(128) + section
    return image.ljust(0x200, b"\0") + (b"\x31\xc0\xc3" + b"\xcc" * 13).ljust(0x200, b"\0")


def make_payloads():
    eicar, image = sample.EICAR, program()
    script = b"This file has nothing in it but this line of text, and another name.\r\n"
    return [
        Payload("eicar", "content", eicar, b"table", b"bin"),
        Payload("pe", "content", image, b"table", b"bin"),
        Payload("zip-eicar", "zip", sample.stored_zip([(b"eicar.com", eicar)]), b"table", b"zip",
                b"application/zip"),
        Payload("zip-pe", "zip", sample.stored_zip([(b"setup.exe", image)]), b"table", b"zip",
                b"application/zip"),
    ] + [Payload("name-" + ext, "name", script, b"table", ext.encode())
         for ext in ("js", "vbs", "lnk", "exe")]


PAYLOADS = {payload.word: payload for payload in make_payloads()}


# ---- Octets as text ---------------------------------------------------------

def lines(octets, width, eol=CRLF):
    return b"".join(octets[at:at + width] + eol for at in range(0, len(octets), width))


def b64(octets, width=76, eol=CRLF):
    return lines(base64.b64encode(octets), width, eol)


def b64_runs(octets, size, eol=b"", padded=True):
    """One run for each piece of size octets, each with its own padding."""
    runs = [base64.b64encode(octets[at:at + size]) for at in range(0, len(octets), size)]
    if not padded:
        runs = [run.rstrip(b"=") for run in runs]
    return b"".join(run + eol for run in runs)


def qp(octets, form=b"=%02X", width=24, soft=b"=\r\n"):
    """Every octet an escape, but for the soft breaks."""
    rows = [b"".join(form % octet for octet in octets[at:at + width])
            for at in range(0, len(octets), width)]
    return soft.join(rows) + CRLF


def qp_mixed(octets, form=b"=%02X"):
    """As mailers do it: what is plain stays plain."""
    cells = [bytes([octet]) if 33 <= octet <= 126 and octet not in b"=.-" else form % octet
             for octet in octets]
    return b"=\r\n".join(b"".join(cells[at:at + 24]) for at in range(0, len(cells), 24)) + CRLF


UU = bytes(range(32, 96)).replace(b" ", b"`")
XX = b"+-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def uu_body(octets, alphabet=UU, tail=b"", zero=True):
    out = []
    for at in range(0, len(octets), 45):
        piece = octets[at:at + 45]
        cells = bytearray([alphabet[len(piece)]])
        padded = piece + bytes(-len(piece) % 3)
        for place in range(0, len(padded), 3):
            group = int.from_bytes(padded[place:place + 3], "big")
            cells += bytes(alphabet[group >> shift & 63] for shift in (18, 12, 6, 0))
        out.append(bytes(cells) + tail + CRLF)
    if zero:
        out.append(alphabet[:1] + CRLF)
    return b"".join(out)


def uu(octets, name, mode=b"644", begin=True, end=True, **more):
    return ((b"begin %s %s\r\n" % (mode, name) if begin else b"") + uu_body(octets, **more) +
            (b"end\r\n" if end else b""))


def begin_base64(octets, name, mode=b"644"):
    return b"begin-base64 %s %s\r\n" % (mode, name) + b64(octets, 60) + b"====\r\n"


def yenc(octets, name, begin=True, end=True):
    out, row = [], bytearray()
    for octet in octets:
        value = (octet + 42) & 255
        row += bytes([61, (value + 64) & 255]) if value in b"\0\n\r=.\t " else bytes([value])
        if len(row) >= 128:
            out.append(bytes(row))
            row = bytearray()
    out.append(bytes(row))
    return ((b"=ybegin line=128 size=%d name=%s\r\n" % (len(octets), name) if begin else b"") +
            b"".join(line + CRLF for line in out if line) +
            (b"=yend size=%d crc32=%08x\r\n" % (len(octets), zlib.crc32(octets)) if end else b""))


BINHEX = b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"


def binhex(octets, name, first=b"(This file must be converted with BinHex 4.0)\r\n\r\n"):
    """RFC 1741 appendix A. The run-length mark is escaped and no run is packed."""
    head = bytes([len(name)]) + name + b"\0BINAApls\0\0" + struct.pack(">II", len(octets), 0)
    plain = b"".join(fork + struct.pack(">H", binascii.crc_hqx(fork, 0))
                     for fork in (head, octets, b"")).replace(b"\x90", b"\x90\0")
    plain += bytes(-len(plain) % 3)
    cells = bytearray()
    for at in range(0, len(plain), 3):
        group = int.from_bytes(plain[at:at + 3], "big")
        cells += bytes(BINHEX[group >> shift & 63] for shift in (18, 12, 6, 0))
    return first + lines(b":" + bytes(cells) + b":", 64)


def tnef(octets, name, checksum=True):
    """One attachment in the container of Outlook (MS-OXTNEF 2.1)."""
    def attribute(level, kind, data):
        total = sum(data) & 0xffff if checksum else 0x5a5a
        return struct.pack("<BII", level, kind, len(data)) + data + struct.pack("<H", total)

    render = struct.pack("<HIHHI", 1, 0xffffffff, 0, 0, 0)
    return (struct.pack("<IH", 0x223e9f78, 1) +
            attribute(1, 0x00089006, struct.pack("<I", 0x10000)) +
            attribute(2, 0x00069002, render) + attribute(2, 0x00018010, name + b"\0") +
            attribute(2, 0x0006800f, octets))


def gzip64(octets):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b64(packer.compress(octets) + packer.flush())


def utf7(octets):
    return b"+" + base64.b64encode(octets.decode("ascii").encode("utf-16-be")).rstrip(b"=") + b"-"
