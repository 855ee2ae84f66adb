# SPDX-License-Identifier: BSD-2-Clause
"""Files as they are attached to mail, made from a random generator.

Every function takes the generator first and returns octets. The files are of
the right kind for scanners (headers, tables, streams), and their contents are
words or noise.
"""

import io
import struct
import zipfile
import zlib

WORDS = """account address agree amount annual answer approve archive arrive ask attach balance
bank before begin below board bring budget build call cancel card carry change charge check clear
client close collect comment company compare complete confirm consider contact continue contract
copy correct cost cover credit customer date deal decide deliver demand department describe detail
differ direct discuss draft due early edit effect employ enclose end enter estimate event example
expect explain extend fact fee figure file final find finish firm follow forecast form forward free
further general give goods group grow handle help hold hour idea import improve include income
increase inform insure interest invoice issue item join keep kind know large last later lead learn
leave legal letter limit list loan local long look loss make manage market matter mean measure
member mention message minute month move name near need net next note notice number offer office
open order other owner page paper part pass pay person place plan please point policy position
possible prepare present price print private process product profit project promise propose protect
provide purchase put quality quarter question quick quote raise rate reach read ready reason receive
recent record reduce refer refund region regular reject release remain remind renew rent repeat
reply report request reserve result return review right rule safe sale sample save schedule season
section secure see send service set share ship short show sign small sort spend staff stage start
state statement stay stock stop store subject submit supply support table take tax team term thank
time title today tomorrow total trade train transfer travel type under unit until update value visit
wait warn week welcome work write year yesterday""".split()

# The test virus never stands in one piece in a file of the source tree.
TEST_VIRUS = b"".join((b"X5O!P%@AP[4\\PZX5", b"4(P^)7CC)7}$EIC", b"AR-STANDARD-ANTI",
                       b"VIRUS-TEST-FILE!$H+H*"))


def words(rng, count):
    """Words as they come in mail: a few often, most seldom."""
    last = len(WORDS) - 1
    return [WORDS[int(last * rng.random() ** 2)] for _ in range(count)]


def prose(rng, size):
    """Lines of at most some seventy octets."""
    lines, used = [], 0
    while used < size:
        if rng.random() < 0.12:
            line = ""
        else:
            line = " ".join(words(rng, rng.randint(5, 10))).capitalize()
            if rng.random() < 0.2:
                line += " %d.%02d" % (rng.randint(1, 9999), rng.randint(0, 99))
        lines.append(line)
        used += len(line) + 1
    return "\n".join(lines) + "\n"


def page(rng, size, images=()):
    """HTML as newsletters send it: tables, styles, links."""
    parts = ["<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>",
             " ".join(words(rng, 4)), "</title>\n<style>td{font:13px sans-serif;color:#333}"
             ".b{padding:%dpx}</style></head><body>\n<table width=\"600\">\n"
             % rng.randint(2, 20)]
    used = sum(map(len, parts))
    images = list(images)
    while used < size:
        row = ("<tr><td class=\"b\" style=\"background:#%06x\"><p>%s &ndash; %s</p>"
               "<a href=\"https://www.example.com/%s/%d?u=%x\">%s</a>"
               % (rng.getrandbits(24), " ".join(words(rng, 14)), " ".join(words(rng, 8)),
                  rng.choice(WORDS), rng.randint(1, 9999), rng.getrandbits(64),
                  " ".join(words(rng, 3))))
        if images:
            row += "<img src=\"cid:%s\" width=\"200\" alt=\"\">" % images.pop()
        row += "</td></tr>\n"
        parts.append(row)
        used += len(row)
    parts.append("</table></body></html>\n")
    return "".join(parts)


def png_file(rng, size):
    """Noise of seven bits a sample, so that it is as large as asked."""
    width = 160
    height = max(4, size * 8 // 7 // (width * 3 + 1))
    rows = bytearray()
    for _ in range(height):
        rows += b"\x00" + bytes(b & 0x7f for b in rng.randbytes(width * 3))

    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data +
                struct.pack(">I", zlib.crc32(kind + data)))

    return (b"\x89PNG\r\n\x1a\n" +
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(bytes(rows), 6)) + chunk(b"IEND", b""))


def jpeg_file(rng, size):
    def segment(marker, data):
        return b"\xff" + bytes((marker,)) + struct.pack(">H", len(data) + 2) + data

    scan = rng.randbytes(max(64, size - 400)).replace(b"\xff", b"\xff\x00")
    return (b"\xff\xd8" + segment(0xe0, b"JFIF\x00\x01\x01\x00\x00\x48\x00\x48\x00\x00") +
            segment(0xdb, b"\x00" + bytes(range(1, 65))) +
            segment(0xc0, struct.pack(">BHHB", 8, 480, 640, 3) +
                    b"\x01\x22\x00\x02\x11\x00\x03\x11\x00") +
            segment(0xc4, b"\x00" + bytes((0, 1, 5, 1, 1, 1, 1, 1, 1)) + bytes(7) +
                    bytes(range(12))) +
            segment(0xda, b"\x03\x01\x00\x02\x00\x03\x00\x00\x3f\x00") + scan + b"\xff\xd9")


def gif_file(rng, size):
    data = rng.randbytes(max(32, size - 800))
    blocks = b"".join(bytes((len(data[i:i + 255]),)) + data[i:i + 255]
                      for i in range(0, len(data), 255))
    return (b"GIF89a" + struct.pack("<HHBBB", 320, 200, 0xf7, 0, 0) + rng.randbytes(768) +
            b"," + struct.pack("<HHHHB", 0, 0, 320, 200, 0) + b"\x08" + blocks + b"\x00;")


def pdf_file(rng, size):
    """Pages of compressed text and, for the larger part, pictures."""
    bodies = [b"<< /Type /Catalog /Pages 2 0 R >>", None]
    kids, used = [], 0
    while used < size:
        text = ("BT /F1 11 Tf 50 780 Td (" + prose(rng, 2500).replace("\n", ") Tj T* (") +
                ") Tj ET").encode()
        packed = zlib.compress(text)
        image = zlib.compress(rng.randbytes(min(40000, max(1000, size - used - 2000))), 1)
        number = len(bodies) + 1
        bodies.append(b"<< /Type /Page /Parent 2 0 R /Contents %d 0 R /Resources << /XObject "
                      b"<< /I %d 0 R >> >> >>" % (number + 1, number + 2))
        bodies.append(b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(packed) + packed +
                      b"\nendstream")
        bodies.append(b"<< /Type /XObject /Subtype /Image /Width 200 /Height 60 /BitsPerComponent "
                      b"8 /ColorSpace /DeviceRGB /Filter /FlateDecode /Length %d >>\nstream\n"
                      % len(image) + image + b"\nendstream")
        kids.append(b"%d 0 R" % number)
        used += len(packed) + len(image) + 400
    bodies[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    out, offsets = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(bodies, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += (b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
            % (len(bodies) + 1, table))
    return bytes(out)


def zip_file(members, stored=False):
    buffer = io.BytesIO()
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, method)
    return buffer.getvalue()


def office_file(rng, kind, size):
    """DOCX, XLSX or PPTX: XML parts, and pictures for what is missing."""
    folder, main = {"docx": ("word", "document.xml"), "xlsx": ("xl", "workbook.xml"),
                    "pptx": ("ppt", "presentation.xml")}[kind]
    family = {"docx": "wordprocessingml.document", "xlsx": "spreadsheetml.sheet",
              "pptx": "presentationml.presentation"}[kind]
    head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
    text = "".join("<w:p><w:r><w:t>%s</w:t></w:r></w:p>" % line
                   for line in prose(rng, min(120000, size)).split("\n"))
    members = [
        ("[Content_Types].xml", head + "<Types xmlns=\"http://schemas.openxmlformats.org/package/"
         "2006/content-types\"><Override PartName=\"/%s/%s\" ContentType=\"application/"
         "vnd.openxmlformats-officedocument.%s.main+xml\"/></Types>" % (folder, main, family)),
        ("_rels/.rels", head + "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/"
         "2006/relationships\"><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/"
         "officeDocument/2006/relationships/officeDocument\" Target=\"%s/%s\"/></Relationships>"
         % (folder, main)),
        ("%s/%s" % (folder, main), head + "<w:document><w:body>" + text + "</w:body></w:document>"),
        ("%s/styles.xml" % folder, head + "<w:styles>" + "".join(
            "<w:style w:styleId=\"%s%d\"/>" % (rng.choice(WORDS), n) for n in range(120)) +
         "</w:styles>"),
        ("docProps/core.xml", head + "<cp:coreProperties/>"),
    ]
    used, number = len(text) // 4, 0
    while used < size:
        number += 1
        picture = jpeg_file(rng, min(60000, max(2000, size - used)))
        members.append(("%s/media/image%d.jpeg" % (folder, number), picture))
        used += len(picture)
    return zip_file(members)


def ole_file(rng, size):
    """A compound file of 512-octet sectors with one document stream."""
    data = prose(rng, size // 3).encode("utf-16-le") + rng.randbytes(size // 3)
    data = data.ljust(max(4096, (len(data) + 511) // 512 * 512), b"\x00")
    data_sectors = len(data) // 512
    fat_sectors = 1
    while fat_sectors * 128 < data_sectors + 1 + fat_sectors:
        fat_sectors += 1
    end, used = 0xfffffffe, 0xfffffffd
    fat = [used] * fat_sectors + [end]
    first = len(fat)
    fat += [first + n + 1 for n in range(data_sectors - 1)] + [end]
    fat += [0xffffffff] * (fat_sectors * 128 - len(fat))
    places = list(range(fat_sectors)) + [0xffffffff] * (109 - fat_sectors)

    def entry(name, kind, child, start, length):
        text = name.encode("utf-16-le") + b"\x00\x00"
        return (text.ljust(64, b"\x00") + struct.pack("<HBBIII", len(text), kind, 1, 0xffffffff,
                                                      0xffffffff, child) +
                bytes(36) + struct.pack("<IQ", start, length))

    head = (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) +
            struct.pack("<HHHHH", 0x3e, 3, 0xfffe, 9, 6) + bytes(6) +
            struct.pack("<IIIIIIIII", 0, fat_sectors, fat_sectors, 0, 4096, end, 0, end, 0))
    return (head + struct.pack("<109I", *places) + struct.pack("<%dI" % len(fat), *fat) +
            (entry("Root Entry", 5, 1, end, 0) +
             entry("WordDocument", 2, 0xffffffff, first, len(data))).ljust(512, b"\x00") + data)


def exe_file(rng, size):
    """A 32-bit PE with one section of noise."""
    raw = max(512, size // 512 * 512 - 512)
    stub = b"MZ" + bytes(58) + struct.pack("<I", 0x80)
    stub = stub.ljust(0x80, b"\x00")
    coff = b"PE\x00\x00" + struct.pack("<HHIIIHH", 0x14c, 1, 0x60000000, 0, 0, 224, 0x102)
    optional = struct.pack("<HBBIIIIIIIIIHHHHHHIIIIHHIIIIII", 0x10b, 9, 0, raw, 0, 0, 0x1000, 0x1000,
                           0x2000, 0x400000, 0x1000, 0x200, 4, 0, 0, 0, 4, 0, 0,
                           0x1000 + (raw + 0xfff) // 0x1000 * 0x1000, 0x200, 0, 3, 0, 0x100000,
                           0x1000, 0x100000, 0x1000, 0, 16).ljust(224, b"\x00")
    section = b".text\x00\x00\x00" + struct.pack("<IIIIIIHHI", raw, 0x1000, raw, 0x200, 0, 0, 0, 0,
                                                 0x60000020)
    return (stub + coff + optional + section).ljust(0x200, b"\x00") + rng.randbytes(raw)


def table_file(rng, size):
    rows, used = ["number;name;amount;date"], 24
    while used < size:
        row = "%d;%s;%d.%02d;2026-%02d-%02d" % (len(rows), " ".join(words(rng, 2)),
                                               rng.randint(1, 99999), rng.randint(0, 99),
                                               rng.randint(1, 12), rng.randint(1, 28))
        rows.append(row)
        used += len(row) + 2
    return ("\r\n".join(rows) + "\r\n").encode()
