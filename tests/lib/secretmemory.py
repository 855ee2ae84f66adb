# SPDX-License-Identifier: BSD-2-Clause
"""Whether a process has something in its memory, by /proc/PID/maps and mem."""
import base64
import subprocess

# Guards against a mapping that is only reserved.
REGION_MAX = 1 << 30
PIECE = 16 << 20


def regions(pid):
    with open("/proc/%d/maps" % pid) as maps:
        for line in maps:
            span, rights = line.split()[:2]
            begin, end = (int(word, 16) for word in span.split("-"))
            if rights[0] == "r" and end - begin <= REGION_MAX and "[v" not in line:
                yield begin, end


def holds(pid, needles):
    """The names of those that are there: {name: octets}. PermissionError when one
    may not look."""
    found = set()
    overlap = max(map(len, needles.values())) - 1
    with open("/proc/%d/mem" % pid, "rb", 0) as memory:
        for begin, end in regions(pid):
            while begin < end and len(found) < len(needles):
                try:
                    memory.seek(begin)
                    octets = memory.read(min(PIECE + overlap, end - begin))
                except (OSError, ValueError):
                    break
                found.update(name for name, needle in needles.items() if needle in octets)
                begin += PIECE
    return found


def may_look(pid):
    try:
        with open("/proc/%d/mem" % pid, "rb", 0):
            return True
    except OSError:
        return False


# ---- What a private key looks like in there -----------------------------------------

def integers(octets):
    """All INTEGERs and OCTET STRINGs of DER, from the outside in."""
    found, at = [], 0
    while at + 2 <= len(octets):
        tag, size, header = octets[at], octets[at + 1], 2
        if size & 0x80:
            header += size & 0x7f
            size = int.from_bytes(octets[at + 2:at + header], "big")
        content = octets[at + header:at + header + size]
        if tag in (2, 4):
            found.append(content)
        if tag in (0x30, 4):
            found += integers(content)
        at += header + size
    return found


def private_key(path, password=None):
    """The DER of PKCS #8 of a PEM or PKCS #12 file, by the openssl command."""
    command = ["openssl", "pkey", "-in", path, "-outform", "DER"]
    if password is not None:
        command = ["openssl", "pkcs12", "-in", path, "-nocerts", "-nodes", "-passin",
                   "pass:" + password]
    out = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=True).stdout
    if password is None:
        return out
    return base64.b64decode(out.partition(b"-----BEGIN PRIVATE KEY-----")[2].partition(b"-----")[0])


def needles(label, der, public):
    """{name: octets} of the secret numbers of a key, in both orders of octets, and of
    its encodings. public: numbers that everybody may know."""
    found = {}
    for n, number in enumerate(integers(der)):
        number = number.lstrip(b"\0")
        # Shorter ones are versions and exponents, longer ones the whole key.
        if 32 <= len(number) <= 300 and number not in public:
            found["%s %d" % (label, n)] = number
            found["%s %d, turned" % (label, n)] = number[::-1]
    # A line of PEM from the middle, where no header is.
    text = base64.encodebytes(der).replace(b"\n", b"")
    lines = [text[i:i + 64] for i in range(0, len(text), 64)]
    found[label + " as PEM"] = lines[len(lines) // 2][:48]
    return found
