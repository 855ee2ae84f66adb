# SPDX-License-Identifier: BSD-2-Clause
"""Damaged CMS objects, the same in every run: bits, octets, lengths, elements
that are gone, doubled, swapped or taken from another object, and ends cut off."""
import base64
import random
import re

BODY = re.compile(
    rb"(?ims)^Content-Type: application/(?:x-)?pkcs7-(?:mime|signature)\b.*?\r?\n\r?\n"
    rb"([A-Za-z0-9+/=\r\n]{200,})")


class Seed:
    """A message or a file with one CMS object of which others are made."""

    def __init__(self, name, octets):
        self.name = name
        self.octets = octets
        if name.endswith(".eml"):
            found = BODY.search(octets)
            self.place = found.span(1) if found else None
            self.cms = base64.b64decode(found.group(1)) if found else b""
        else:
            self.place = (0, len(octets))
            self.cms = octets

    @property
    def usable(self):
        return self.place is not None and 200 < len(self.cms) < 16384

    def mail(self, cms):
        """The whole with another object in it."""
        if not self.name.endswith(".eml"):
            return cms
        body = base64.encodebytes(cms).replace(b"\n", b"\r\n")
        return self.octets[:self.place[0]] + body + b"\r\n" + self.octets[self.place[1]:]


def elements(octets, begin=0, end=None, depth=0):
    """(offset, header size, content size) of all definite elements."""
    end = len(octets) if end is None else end
    found = []
    while begin + 2 <= end and depth < 24:
        size, header = octets[begin + 1], 2
        if size & 0x80:
            header += size & 0x7f
            size = int.from_bytes(octets[begin + 2:begin + header], "big")
        if header == 2 and octets[begin + 1] == 0x80:
            size = end - begin - header
        if begin + header + size > end:
            break
        found.append((begin, header, size))
        if octets[begin] & 0x20:
            found += elements(octets, begin + header, begin + header + size, depth + 1)
        begin += header + size
    return found


def first_set(octets):
    """The content of the first SET: of recipients, in EnvelopedData."""
    at, header, size = next(item for item in elements(octets) if octets[item[0]] == 0x31)
    return octets[at + header:at + header + size]


LIES = [b"\x80", b"\xff", b"\x84\xff\xff\xff\xff", b"\x84\x7f\xff\xff\xff", b"\x84\x80\0\0\0",
        b"\x88" + b"\xff" * 8, b"\x88\x7f" + b"\xff" * 7, b"\x88\0\0\0\0\0\0\0\1",
        b"\x89\1" + bytes(8), b"\x9f" + bytes(30) + b"\5", b"\xfe" + bytes(126), b"\0", b"\1",
        b"\x81\0", b"\x82\0\x7f", b"\x83\xff\xff\xff"]


def flip_bits(source, octets, _):
    out = bytearray(octets)
    for _ in range(source.choice((1, 1, 1, 2, 8, 64))):
        out[source.randrange(len(out))] ^= 1 << source.randrange(8)
    return bytes(out)


def set_octets(source, octets, _):
    out = bytearray(octets)
    at = source.randrange(len(out))
    for n in range(at, min(len(out), at + source.choice((1, 2, 4, 16)))):
        out[n] = source.choice((0, 1, 0x7f, 0x80, 0xff, source.randrange(256)))
    return bytes(out)


def cut(source, octets, _):
    return octets[:source.randrange(1, len(octets))]


def some_element(source, octets):
    return source.choice(elements(octets) or [(0, 1, len(octets) - 1)])


def lie(source, octets, _):
    at, header, _ = some_element(source, octets)
    return octets[:at + 1] + source.choice(LIES) + octets[at + header:]


def retag(source, octets, _):
    at, _, _ = some_element(source, octets)
    return octets[:at] + bytes([source.choice((
        octets[at] ^ 0x20, source.randrange(256), 0x30, 0x31, 0x24, 0xa0, 0xa1, 0x80, 0x1f))]) + \
        octets[at + 1:]


def repair(octets, at, change):
    """Lengths of what stood round the element at that place, grown by change."""
    out = bytearray(octets)
    for begin, header, size in elements(octets):
        if begin < at < begin + header + size and header > 2 and size + change >= 0:
            room = header - 2
            if size + change < 1 << 8 * room:
                out[begin + 2:begin + header] = (size + change).to_bytes(room, "big")
    return bytes(out)


def replace(source, octets, by):
    """One element, with the lengths around it set right three times out of four."""
    at, header, size = some_element(source, octets)
    whole = header + size
    if source.randrange(4):
        octets = repair(octets, at, len(by(octets[at:at + whole])) - whole)
    return octets[:at] + by(octets[at:at + whole]) + octets[at + whole:]


def remove(source, octets, _):
    return replace(source, octets, lambda element: b"")


def repeat(source, octets, _):
    count = source.choice((2, 2, 3, 20))
    return replace(source, octets, lambda element: element * count)


def splice(source, octets, others):
    other = source.choice(others)
    at, header, size = some_element(source, other)
    return replace(source, octets, lambda element: other[at:at + header + size])


def junk_behind(source, octets, _):
    return octets + source.randbytes(source.choice((1, 2, 100)))


KINDS = [flip_bits, flip_bits, set_octets, cut, lie, lie, retag, remove, repeat, splice, splice,
         junk_behind]


def make(seeds, count, number=20261122):
    """Yields (name, seed, octets of the object)."""
    source = random.Random(number)
    others = [seed.cms for seed in seeds]
    for n in range(count):
        seed = seeds[n % len(seeds)]
        kind = source.choice(KINDS)
        octets = kind(source, seed.cms, others)
        if source.randrange(5) == 0 and octets:
            octets = source.choice(KINDS)(source, octets, others)
        yield kind.__name__, seed, octets or b"\x30"
