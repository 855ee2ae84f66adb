# SPDX-License-Identifier: BSD-2-Clause
"""Containers that are small and unpack to much, for the hostile tests."""
import bz2
import functools
import gzip
import lzma
import struct
import zlib

MIB = 1 << 20


@functools.lru_cache(maxsize=None)
def zeros_deflated(mib):
    """So many MiB of zeros as deflate: one block, flushed so that it may be
    repeated, and an end. Compressing all of it would take seconds."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    crc = 0
    for _ in range(mib):
        crc = zlib.crc32(bytes(MIB), crc)
    return block * mib + packer.flush(), crc


def zip_record(name, packed, crc, size, offset, method=8):
    """Local header with data, and the entry of the central directory."""
    local = struct.pack("<IHHHHHIIIHH", 0x04034b50, 20, 0, method, 0, 0x5c62, crc, len(packed),
                        size, len(name), 0) + name + packed
    central = struct.pack("<IHHHHHHIIIHHHHHII", 0x02014b50, 20, 20, 0, method, 0, 0x5c62, crc,
                          len(packed), size, len(name), 0, 0, 0, 0, 0, offset) + name
    return local, central


def zip_end(count, directory, offset):
    return struct.pack("<IHHHHIIH", 0x06054b50, 0, 0, count, count, len(directory), offset, 0)


def zip_of(members):
    """members: (name, octets), deflated."""
    out, directory = [], []
    offset = 0
    for name, data in members:
        packer = zlib.compressobj(1, zlib.DEFLATED, -15)
        packed = packer.compress(data) + packer.flush()
        local, central = zip_record(name, packed, zlib.crc32(data), len(data), offset)
        out.append(local)
        directory.append(central)
        offset += len(local)
    index = b"".join(directory)
    return b"".join(out) + index + zip_end(len(members) & 0xffff, index, offset)


def zip_zeros(mib=1024):
    packed, crc = zeros_deflated(mib)
    local, central = zip_record(b"zeros.bin", packed, crc, mib * MIB, 0)
    return local + central + zip_end(1, central, len(local))


def zip_overlap(count=400, mib=10):
    """Every entry of the directory leads to the same data."""
    packed, crc = zeros_deflated(mib)
    local, _ = zip_record(b"00000", packed, crc, mib * MIB, 0)
    index = b"".join(zip_record(b"%05d" % number, b"", crc, mib * MIB, 0)[1]
                     for number in range(count))
    # The packed size stands 20 octets into an entry.
    index = index.replace(struct.pack("<II", 0, mib * MIB),
                          struct.pack("<II", len(packed), mib * MIB))
    return local + index + zip_end(count, index, len(local))


def zip_quoted_overlap(count=200, mib=4):
    """Entries with offsets of their own that still share octets: each member
    is a stored block that holds the next member's local header, and then goes
    on as the next member's data. All end in the same zeros."""
    packed, crc = zeros_deflated(mib)
    content = bytes(mib * MIB)
    area, index = packed, b""
    for number in range(count):
        name = b"%05d" % (count - 1 - number)
        if number > 0:
            area = b"\0" + struct.pack("<HH", len(head), len(head) ^ 0xffff) + area
            content = head + content
            crc = zlib.crc32(content)
        size = len(area)
        head, _ = zip_record(name, b"", crc, len(content), 0)
        head = head[:18] + struct.pack("<II", size, len(content)) + head[26:]
        index = struct.pack("<IHHHHHHIIIHHHHHII", 0x02014b50, 20, 20, 0, 8, 0, 0x5c62, crc, size,
                            len(content), len(name), 0, 0, 0, 0, 0,
                            (count - 1 - number) * (len(head) + 5)) + name + index
        area = head + area
    return area + index + zip_end(count, index, len(area))


def zip_levels(levels=5, copies=16, inner=None):
    """The structure of 42.zip: equal archives in archives."""
    octets = inner or zip_zeros(64)
    for _ in range(levels):
        octets = zip_of([(b"lib %x.zip" % number, octets) for number in range(copies)])
    return octets


def zip_distinct(levels=3, copies=8):
    """The same with other octets in every leaf, so that knowing them again
    does not help."""
    count = [0]

    def build(level):
        if level == 0:
            count[0] += 1
            return struct.pack("<I", count[0]) * 50000
        return zip_of([(b"%d.zip" % number, build(level - 1)) for number in range(copies)])
    return build(levels + 1)


def zip_chain(depth):
    octets = b"the end"
    for level in range(depth):
        octets = zip_of([(b"n%d.zip" % level, octets)])
    return octets


def zip_many(count=20000):
    return zip_of([(b"f%d" % number, b"x%d" % number) for number in range(count)])


def zip_headers_only(count=300000):
    """Local headers without end: each may be a member."""
    local, _ = zip_record(b"a", b"", 0, 0, 0, method=0)
    return local * count


def seven_zip(name, data):
    """One member, not compressed."""
    def number(value):
        for extra in range(8):
            if value < 1 << (7 * (extra + 1)):
                first = (0xff00 >> extra) & 0xff | value >> (8 * extra)
                return bytes([first]) + (value & ((1 << 8 * extra) - 1)).to_bytes(extra, "little")
        return b"\xff" + struct.pack("<Q", value)

    names = b"\0" + name.encode("utf-16-le") + b"\0\0"
    header = (b"\x01\x04\x06\0\x01\x09" + number(len(data)) + b"\0"
              b"\x07\x0b\x01\0\x01\x01\0\x0c" + number(len(data)) +
              b"\0\x08\x0a\x01" + struct.pack("<I", zlib.crc32(data)) + b"\0\0"
              b"\x05\x01\x11" + number(len(names)) + names + b"\0\0")
    start = struct.pack("<QQI", len(data), len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\0\x04" + struct.pack("<I", zlib.crc32(start)) + start + data + header


def seven_zip_chain(depth):
    octets = b"the end"
    for level in range(depth):
        octets = seven_zip("n%d.7z" % level, octets)
    return zip_of([(b"deep.7z", octets)])


def gz_zeros(mib=400):
    packed, crc = zeros_deflated(mib)
    return b"\x1f\x8b\x08\0\0\0\0\0\x02\xff" + packed + struct.pack("<II", crc, mib * MIB)


def gz_members(count=100000):
    return gzip.compress(b"x", mtime=0) * count


def bz2_zeros(mib=400):
    return bz2.compress(bytes(40 * MIB)) * (mib // 40)


def xz_zeros(mib=256):
    return lzma.compress(bytes(64 * MIB), preset=0) * (mib // 64)


def xz_dictionary():
    """A raw stream that asks for 1.5 GiB of dictionary for a few octets."""
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0}]
    octets = bytearray(lzma.compress(b"few octets", lzma.FORMAT_XZ, filters=filters))
    # Block header (The .xz File Format, s3.1): size, flags, filter
    # id, length of properties, the dictionary size in one octet, padding, CRC.
    block = 12
    size = (octets[block] + 1) * 4
    octets[block + 4] = 39
    octets[block + size - 4:block + size] = struct.pack(
        "<I", zlib.crc32(bytes(octets[block:block + size - 4])))
    return bytes(octets)


def zst_zeros(mib=400):
    """Blocks of one repeated octet, 128 KiB each, as RFC 8878 s3.1.1.2 has it."""
    size = 128 << 10
    blocks = mib * MIB // size
    head = struct.pack("<I", 0xfd2fb528) + b"\0\x38"
    block = struct.pack("<I", size << 3 | 1 << 1)[:3] + b"\0"
    last = struct.pack("<I", size << 3 | 1 << 1 | 1)[:3] + b"\0"
    return head + block * (blocks - 1) + last


def tar_many(count=60000):
    """Empty members."""
    out = []
    for number in range(count):
        head = bytearray(512)
        name = b"f%d" % number
        head[:len(name)] = name
        head[100:108] = b"0000644\0"
        head[108:116] = head[116:124] = b"0000000\0"
        head[124:136] = head[136:148] = b"00000000000\0"
        head[156] = 48
        head[257:265] = b"ustar\x0000"
        head[148:156] = b" " * 8
        head[148:156] = b"%06o\0 " % sum(head)
        out.append(bytes(head))
    return gzip.compress(b"".join(out) + bytes(1024), 1, mtime=0)
