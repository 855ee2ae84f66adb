# SPDX-License-Identifier: BSD-2-Clause
"""Other programs that take files out of mail, as references: what they find,
Assay must have inspected. GMime is compared within the engine.
"""
import email
import email.policy
import hashlib
import os
import shutil
import subprocess
import tempfile

import mimemutt
import samplemail as sample

# Shorter files hold no program; decoders leave such crumbs of broken data.
LEAST = 16
# For one message; a reader that hangs on it has extracted nothing.
TIMEOUT_S = 20


def python_files(policy):
    """A reader: (octets, path of them) -> files, by Python's email package."""
    def read(octets, _path):
        found = []
        try:
            message = email.message_from_bytes(octets, policy=policy)
            for part in message.walk():
                if not part.is_multipart():
                    data = part.get_payload(decode=True)
                    if data:
                        found.append(data)
        except (ValueError, KeyError, AttributeError, IndexError, TypeError, LookupError,
                RecursionError, email.errors.MessageError):
            # The package fails on some of these messages; what it had is kept.
            pass
        return found
    return read


def files_below(folder):
    found = []
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            if os.path.isfile(path) and not os.path.islink(path):
                with open(path, "rb") as file:
                    found.append(file.read())
    return found


def program_files(*command):
    """A reader that is a program: {in} is the message, {out} an empty folder."""
    def read(_octets, path):
        folder = tempfile.mkdtemp(prefix="reader-", dir=os.path.dirname(path))
        words = [word.replace("{in}", path).replace("{out}", folder) for word in command]
        try:
            subprocess.run(words, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, timeout=TIMEOUT_S, check=False)
            return files_below(folder)
        except subprocess.TimeoutExpired:
            return []
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return read


# (name, package of Debian or None, program or None, reader)
READERS = [
    ("Python's email, compat32", None, None, python_files(email.policy.compat32)),
    ("Python's email, default", None, None, python_files(email.policy.default)),
    ("ripmime", "ripmime", "ripmime", program_files("ripmime", "-i", "{in}", "-d", "{out}")),
    ("munpack", "mpack", "munpack", program_files("munpack", "-f", "-q", "-t", "-C", "{out}",
                                                  "{in}")),
    ("uudeview", "uudeview", "uudeview", program_files("uudeview", "-i", "-d", "-q", "-a", "-p",
                                                       "{out}", "{in}")),
    ("uudecode", "sharutils", "uudecode", program_files("uudecode", "{in}")),
    ("mutt", "mutt", "mutt", mimemutt.read),
]


def available():
    return [entry for entry in READERS if entry[2] is None or shutil.which(entry[2])]


def missing():
    return [entry for entry in READERS if entry[2] is not None and not shutil.which(entry[2])]


# ---- Comparison -------------------------------------------------------------

def forms(data):
    """The hashes under which a file counts as the same: line ends of text as
    they are, as LF and as CRLF, with and without those at the ends."""
    lf = data.replace(b"\r\n", b"\n")
    every = set()
    for octets, end in ((data, b"\n"), (data, b"\r\n"), (lf, b"\n"),
                        (lf.replace(b"\n", b"\r\n"), b"\r\n")):
        bare = octets[:-len(end)] if octets.endswith(end) else octets
        stripped = octets.strip(b"\r\n")
        every |= {octets, bare, bare + end, bare + end + end, stripped, stripped + end}
    return {hashlib.sha256(octets).hexdigest() for octets in every}


MAGICS = (b"MZ", b"PK\3\4", b"%PDF-", b"\x89PNG", b"\x1f\x8b\x08", b"\x7fELF", b"Rar!",
          b"7z\xbc\xaf", b"\xd0\xcf\x11\xe0", sample.EICAR[:30])


def is_file(data, payload):
    """Whether what a reader made is something that opens: it holds the file that
    the message carries, or begins as files do. The rest is what decoders make
    of texts that were never encoded, or leave of data they cannot read."""
    if data.startswith(MAGICS):
        return True
    flat = payload.replace(b"\r\n", b"\n").strip()
    return bool(payload) and flat in data.replace(b"\r\n", b"\n")


def near(data, payload, hashes):
    """The file, which was inspected whole, as a reader that stopped in it has it,
    or one that took the lines behind it for data too; with noise in front only
    where the file is a text, which opens all the same. ripmime writes blanks for
    NULs where nothing is decoded."""
    if not payload or hashlib.sha256(payload).hexdigest() not in hashes:
        return False
    if not payload.startswith(MAGICS) and payload.strip() in data:
        return True
    for copy in (payload, payload.replace(b"\0", b" ")):
        if copy.startswith(data.rstrip(b"\r\n")):
            return True
        tail = data[len(copy):]
        if data.startswith(copy) and not any(magic in tail for magic in MAGICS):
            return True
    return False


def copied(data, octets):
    """Text of the message that a reader left as it is. A program is no text: it
    has to be an object even when it stands in the message without encoding."""
    if data.startswith(MAGICS):
        return False
    blanks = b" \t\r\n\v\f"
    return data.translate(None, blanks) in octets.translate(None, blanks)


def verdict_on(data, octets, payload, hashes):
    """"inspected", "lacking", or "debris": see is_file()."""
    if len(data) < LEAST or forms(data) & hashes or copied(data, octets):
        return "inspected"
    if not is_file(data, payload):
        return "debris"
    return "inspected" if near(data, payload, hashes) else "lacking"
