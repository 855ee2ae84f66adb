# SPDX-License-Identifier: BSD-2-Clause
"""Mailbox files of all kinds, written here and not by the library that the
tests compare with."""

FROM = b"From anna@example.org Mon Mar  2 10:00:00 2026"


def lines_of(message):
    return message.split(b"\n")


def quote_o(message):
    """mboxo: "From " at the begin of a line gets a mark."""
    return b"\n".join(b">" + line if line.startswith(b"From ") else line
                      for line in lines_of(message))


def quote_rd(message):
    """mboxrd: so does ">From ", with any number of marks."""
    return b"\n".join(b">" + line if line.lstrip(b">").startswith(b"From ") else line
                      for line in lines_of(message))


def with_length(message, length=None):
    """mboxcl: the length of the body stands in the header."""
    header, _, body = message.partition(b"\n\n")
    size = len(body) if length is None else length
    return header + b"\nContent-Length: %d\n\n" % size + body


def join(messages, eol=b"\n", from_line=FROM):
    """Messages with LF; each ends with one."""
    out = b"".join(from_line + b"\n" + message + b"\n" for message in messages)
    return out if eol == b"\n" else out.replace(b"\n", eol)


def unix(message):
    return message.replace(b"\r\n", b"\n")
