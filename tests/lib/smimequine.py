# SPDX-License-Identifier: BSD-2-Clause
"""A CompressedData (RFC 3274) whose content is that same CompressedData.

The program is that of quine.py with a longer head H (sixteen units: all of the
DER in front of the compressed octets, and the header of zlib). One unit more
repeats it: `again` stands for a match of all that was printed but the last
octet, and that octet.

  H  lit17 [H lit17]               H lit17
  again                            H lit17
  lit1 [again]                     again
  lit1 [lit1]                      lit1
  lit4 [again lit1 lit1 lit4]      again lit1 lit1 lit4
  rep                              again lit1 lit1 lit4
  lit4 [rep lit4 rep lit4]         rep lit4 rep lit4
  rep                              rep lit4 rep lit4
  lit4 [rep lit0 lit0 lit4]        rep lit0 lit0 lit4
  rep                              rep lit0 lit0 lit4
  lit0 lit0
  lit4 [rep T]                     rep T
  rep                              rep T
  T

The check sum of zlib is part of what it sums, twice. Its lower half tells the
sum of its four octets; of those that fit, one in 65,521 fits the upper half too.
"""
import zlib

import quine
import smimeder as der

HEAD_UNITS, END_UNITS = 16, 3
MODULUS = 65521


def again():
    # Length 84 is symbol 278 with four extra bits, distance 85 is symbol 12
    # with five; the last octet of a stored block's header of that length is 255.
    return quine.bits((0, 1), (1, 2), quine.code(278 - 256, 7), (84 - 83, 4), quine.code(12, 5),
                      (85 - 65, 5), quine.code(0x1ff, 9), quine.code(0, 7))


def end(check):
    # Five empty blocks of fixed codes fill up to three units.
    empty = ((0, 1), (1, 2), quine.code(0, 7))
    return quine.bits(*empty * 5, (1, 1), (0, 2), (0, 3)) + b"\0\0\xff\xff" + \
        check.to_bytes(4, "big")


def header(version, behind):
    """All lengths are written in five octets, so that they change nothing.
    behind: octets of the compressed content without the header of zlib."""
    def element(tag, begin, rest):
        return bytes([tag, 0x84]) + (len(begin) + rest).to_bytes(4, "big") + begin

    content = element(4, b"\x78\xda", behind)
    content = element(0xa0, content, behind)
    content = element(0x30, der.oid(der.DATA) + content, behind)
    content = element(0x30, der.integer(version) + der.seq(der.oid(der.ZLIB)) + content, behind)
    content = element(0xa0, content, behind)
    return element(0x30, der.oid(der.COMPRESSED) + content, behind)


def program(version, check):
    tail = end(check)
    one, four, none, rep = quine.lit(1), quine.lit(4), quine.lit(0), quine.rep()
    long, back = quine.lit(HEAD_UNITS + 1), again()

    def whole(head):
        return b"".join([
            head, long, head, long, back, one, back, one, one,
            four, back, one, one, four, rep,
            four, rep, four, rep, four, rep,
            four, rep, none, none, four, rep, none, none,
            four, rep, tail, rep, tail])

    size = len(whole(bytes(HEAD_UNITS * quine.UNIT)))
    head = header(version, size - HEAD_UNITS * quine.UNIT)
    assert len(head) == HEAD_UNITS * quine.UNIT and len(back) == quine.UNIT
    assert len(tail) == END_UNITS * quine.UNIT
    return whole(head)


def fixed_point(version):
    """The check sum of the program with that check sum, or None."""
    octets = program(version, 0)
    zero = zlib.adler32(octets)
    # How often an octet of the last two ends counts in the upper half.
    ends = (4, 4 + (END_UNITS + 1) * quine.UNIT)
    weights = [sum(ends) - 2 * n for n in range(4)]
    for low in range(MODULUS):
        total = (low - (zero & 0xffff)) * (MODULUS + 1) // 2 % MODULUS
        upper = total - (low >> 8) - (low & 255)
        if not 0 <= upper <= 510:
            continue
        for first in range(max(0, upper - 255), min(255, upper) + 1):
            octet = (first, upper - first, low >> 8, low & 255)
            high = (zero >> 16) + sum(w * o for w, o in zip(weights, octet))
            if high % MODULUS == first << 8 | octet[1]:
                return int.from_bytes(bytes(octet), "big")
    return None


def make():
    for version in range(128):
        check = fixed_point(version)
        if check is not None:
            octets = program(version, check)
            assert zlib.decompress(octets[HEAD_UNITS * quine.UNIT - 2:]) == octets
            return octets
    raise AssertionError("no version gives a solution")
