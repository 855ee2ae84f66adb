# SPDX-License-Identifier: BSD-2-Clause
"""A gzip file that unpacks to itself.

Deflate is taken as a machine with two instructions, each written in one unit
of five octets and beginning on an octet's boundary:

  lit(n)  a stored block's header; the n units behind it go to the output
  rep     a block of two matches, which repeats the last four units of output

Let H be the file's head (three units), which is not executed, and T its end
(three units: an empty last block, check sum, length). The program below prints
what it is. On the left what is executed, on the right what that prints; read
from top to bottom, both columns are the same units.

  H  lit4 [H lit4]                 H lit4
  rep                              H lit4
  lit1 [rep]                       rep
  lit1 [lit1]                      lit1
  lit4 [rep lit1 lit1 lit4]        rep lit1 lit1 lit4
  rep                              rep lit1 lit1 lit4
  lit4 [rep lit4 rep lit4]         rep lit4 rep lit4
  rep                              rep lit4 rep lit4
  lit4 [rep lit0 lit0 lit4]        rep lit0 lit0 lit4
  rep                              rep lit0 lit0 lit4
  lit0 lit0
  lit4 [rep T]                     rep T
  rep                              rep T
  T

The check sum is part of what it sums. CRC-32 is linear, so the value that
fits is the solution of 32 equations in 32 bits; where they have none, another
letter in the head gives others.
"""
import gzip
import struct
import zlib

UNIT = 5


def bits(*groups):
    """Values with their widths, lowest bit first, as octets."""
    word = width = 0
    for value, size in groups:
        word |= value << width
        width += size
    assert width % 8 == 0
    return word.to_bytes(width // 8, "little")


def code(value, size):
    """A Huffman code: it is written with its highest bit first."""
    return int(format(value, "0%db" % size)[::-1], 2), size


def lit(units):
    length = units * UNIT
    return b"\0" + struct.pack("<HH", length, length ^ 0xffff)


def rep():
    # Length 10 is symbol 264, the ninth of the codes of seven bits; distance
    # 20 is symbol 8 with three extra bits, the fourth of 17 to 24.
    match = (code(264 - 256, 7), code(8, 5), (20 - 17, 3))
    return bits((0, 1), (1, 2), *match, *match, code(0, 7))


def end(crc, size):
    # Two empty blocks of fixed codes fill up to three units.
    empty = ((0, 1), (1, 2), code(0, 7))
    return bits(*empty, *empty, (1, 1), (0, 2), (0, 1)) + b"\0\0\xff\xff" + \
        struct.pack("<II", crc, size)


def program(letter, crc, size):
    # An extra field of three octets makes the head three units.
    head = b"\x1f\x8b\x08\x04\0\0\0\0\x02\xff\x03\0as" + bytes([letter])
    tail = end(crc, size)
    one, four, none, again = lit(1), lit(4), lit(0), rep()
    assert len(head) == len(tail) == 3 * UNIT and len(again) == UNIT
    return b"".join([
        head, four, head, four, again, one, again, one, one,
        four, again, one, one, four, again,
        four, again, four, again, four, again,
        four, again, none, none, four, again, none, none,
        four, again, tail, again, tail])


def fixed_point(letter, size):
    """The crc for which crc32(program(crc)) is crc, or None."""
    zero = zlib.crc32(program(letter, 0, size))
    # Column b: how bit b of the field changes check sum and field together.
    rows = []
    for bit in range(32):
        column = zlib.crc32(program(letter, 1 << bit, size)) ^ zero ^ (1 << bit)
        rows.append((column, 1 << bit))
    wanted, answer = zero, 0
    for bit in range(32):
        pivot = next((row for row in rows if row[0] >> bit & 1), None)
        if pivot is None:
            if wanted >> bit & 1:
                return None
            continue
        rows = [(c ^ pivot[0], m ^ pivot[1]) if c >> bit & 1 else (c, m)
                for c, m in rows if (c, m) != pivot]
        if wanted >> bit & 1:
            wanted ^= pivot[0]
            answer ^= pivot[1]
    return answer


def make():
    size = len(program(0, 0, 0))
    for letter in range(ord("a"), ord("z") + 1):
        crc = fixed_point(letter, size)
        if crc is not None:
            octets = program(letter, crc, size)
            assert gzip.decompress(octets) == octets
            return octets
    raise AssertionError("no letter gives a solution")
