# SPDX-License-Identifier: BSD-2-Clause
"""Certificates and CMS objects written by hand, right ones and wrong ones: DER,
RSA with keys that are always the same, and nothing from outside of Python."""
import functools
import hashlib
import random

SEQUENCE, SET = 0x30, 0x31
NULL = b"\x05\x00"
EOC = b"\0\0"

SHA256 = "2.16.840.1.101.3.4.2.1"
RSA = "1.2.840.113549.1.1.1"
RSA_SHA256 = "1.2.840.113549.1.1.11"
DATA = "1.2.840.113549.1.7.1"
SIGNED = "1.2.840.113549.1.7.2"
ENVELOPED = "1.2.840.113549.1.7.3"
COMPRESSED = "1.2.840.113549.1.9.16.1.9"
ZLIB = "1.2.840.113549.1.9.16.3.8"
AES128_CBC = "2.16.840.1.101.3.4.1.2"
EMAIL = "1.2.840.113549.1.9.1"
COMMON_NAME = "2.5.4.3"
# All of what is made here is valid between these.
BEGIN, END = b"200101000000Z", b"491231235959Z"


# ---- DER ------------------------------------------------------------------

def length(size):
    if size < 128:
        return bytes([size])
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets


def tlv(tag, *parts):
    content = b"".join(parts)
    return bytes([tag]) + length(len(content)) + content


def open_ended(tag, *parts):
    """The same with an indefinite length."""
    return bytes([tag, 0x80]) + b"".join(parts) + EOC


def seq(*parts):
    return tlv(SEQUENCE, *parts)


def set_of(*parts):
    return tlv(SET, *sorted(parts))


def context(number, *parts):
    return tlv(0xa0 | number, *parts)


def integer(value):
    return tlv(2, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def octet_string(octets):
    return tlv(4, octets)


def bit_string(octets):
    return tlv(3, b"\0" + octets)


def base128(value):
    out = [value & 0x7f]
    while value > 0x7f:
        value >>= 7
        out.append(0x80 | value & 0x7f)
    return bytes(reversed(out))


@functools.lru_cache(maxsize=None)
def oid(text):
    arcs = [int(arc) for arc in text.split(".")]
    return tlv(6, base128(40 * arcs[0] + arcs[1]), *map(base128, arcs[2:]))


def algorithm(text, parameters=NULL):
    return seq(oid(text), parameters)


def attribute(text, *values):
    return seq(oid(text), set_of(*values))


# ---- RSA ------------------------------------------------------------------

@functools.lru_cache(maxsize=None)
def small_primes():
    return [n for n in range(3, 2000, 2) if all(n % p for p in range(3, int(n ** 0.5) + 1, 2))]


def is_prime(number, source):
    if any(number % prime == 0 for prime in small_primes()):
        return False
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(8):
        x = pow(source.randrange(2, number - 1), odd, number)
        if x in (1, number - 1):
            continue
        for _ in range(twos - 1):
            x = x * x % number
            if x == number - 1:
                break
        else:
            return False
    return True


def prime(bits, source):
    while True:
        number = source.getrandbits(bits) | 1 | 3 << bits - 2
        if number % 65537 != 1 and is_prime(number, source):
            return number


class Key:
    """An RSA key that is the same in every run."""

    def __init__(self, seed, bits=2048):
        source = random.Random("key %s" % seed)
        self.p, self.q = prime(bits // 2, source), prime(bits // 2, source)
        self.modulus, self.exponent = self.p * self.q, 65537
        self.secret = pow(self.exponent, -1, (self.p - 1) * (self.q - 1))
        self.inverse = pow(self.q, -1, self.p)

    @property
    def public(self):
        return public_key(self.modulus, self.exponent)

    def sign(self, octets):
        """PKCS #1 v1.5 with SHA-256."""
        size = (self.modulus.bit_length() + 7) // 8
        info = seq(algorithm(SHA256), octet_string(hashlib.sha256(octets).digest()))
        block = int.from_bytes(b"\0\1" + b"\xff" * (size - 3 - len(info)) + b"\0" + info, "big")
        low = pow(block, self.secret % (self.q - 1), self.q)
        high = pow(block, self.secret % (self.p - 1), self.p)
        return (low + (high - low) * self.inverse % self.p * self.q).to_bytes(size, "big")


def public_key(modulus, exponent=65537):
    return seq(algorithm(RSA), bit_string(seq(integer(modulus), integer(exponent))))


@functools.lru_cache(maxsize=None)
def key(seed):
    return Key(seed)


# ---- Certificates -----------------------------------------------------------

def name(common_name, *more):
    return seq(set_of(seq(oid(COMMON_NAME), tlv(12, common_name.encode()))), *more)


def extension(text, value, critical=False):
    return seq(oid(text), tlv(1, b"\xff") if critical else b"", octet_string(value))


def basic(ca):
    return extension("2.5.29.19", seq(tlv(1, b"\xff") if ca else b""), True)


def key_id(octets):
    return extension("2.5.29.14", octet_string(octets))


def addresses(*texts):
    return extension("2.5.29.17", seq(*[tlv(0x81, text.encode()) for text in texts]))


def certificate(subject, public, issuer, signer=None, serial=1, extensions=(), value=None):
    """signer: a Key; else value stands in the place of a signature."""
    body = seq(context(0, integer(2)), integer(serial), algorithm(RSA_SHA256), issuer,
               seq(tlv(23, BEGIN), tlv(23, END)), subject, public,
               context(3, seq(*extensions)) if extensions else b"")
    return seq(body, algorithm(RSA_SHA256),
               bit_string(signer.sign(body) if signer else value or b"\x5a" * 256))


def revocation_list(issuer, signer=None, serials=(), value=None):
    entries = b"".join(seq(integer(serial), tlv(23, BEGIN)) for serial in serials)
    body = seq(integer(1), algorithm(RSA_SHA256), issuer, tlv(23, BEGIN), tlv(23, END),
               seq(entries) if serials else b"")
    return seq(body, algorithm(RSA_SHA256),
               bit_string(signer.sign(body) if signer else value or b"\x5a" * 256))


@functools.lru_cache(maxsize=None)
def root():
    """The anchor of all that is good here."""
    return certificate(name("Hostile Root"), key("root").public, name("Hostile Root"), key("root"),
                       1, [basic(True)])


@functools.lru_cache(maxsize=None)
def anna():
    return certificate(name("Anna"), key("anna").public, name("Hostile Root"), key("root"), 2,
                       [basic(False), addresses("anna@example.org")])


# ---- CMS ----------------------------------------------------------------------

def content_info(kind, *parts):
    return seq(oid(kind), context(0, seq(*parts)))


def identifier(issuer, serial):
    return seq(issuer, integer(serial))


def attributes(content, *more):
    return [attribute("1.2.840.113549.1.9.3", oid(DATA)),
            attribute("1.2.840.113549.1.9.4",
                      octet_string(hashlib.sha256(content).digest())), *more]


def signer_info(sid, signed=(), signer=None, value=None, unsigned=(), method=algorithm(RSA)):
    """signed: attributes; signer: a Key."""
    whole = set_of(*signed)
    if signer is not None:
        value = signer.sign(whole)
    return seq(integer(1), sid, algorithm(SHA256), b"\xa0" + whole[1:] if signed else b"", method,
               octet_string(value or b"\x5a" * 256),
               b"\xa1" + set_of(*unsigned)[1:] if unsigned else b"")


def anna_signs(content, signed=(), unsigned=()):
    return signer_info(identifier(name("Hostile Root"), 2), attributes(content, *signed),
                       key("anna"), unsigned=unsigned)


def signed_data(signers, certs=(), content=None, crls=(), digests=None):
    """content: opaque; None: it stands beside. Sets are written in the order of
    the arguments."""
    inside = context(0, octet_string(content)) if content is not None else b""
    return content_info(
        SIGNED, integer(1), tlv(SET, *(digests or [algorithm(SHA256)])), seq(oid(DATA), inside),
        context(0, *certs) if certs else b"", context(1, *crls) if crls else b"",
        tlv(SET, *signers))


def compressed_data(packed):
    return content_info(COMPRESSED, integer(0), seq(oid(ZLIB)),
                        seq(oid(DATA), context(0, octet_string(packed))))


def recipient(rid, encrypted=b"\x5a" * 256):
    return seq(integer(0), rid, algorithm(RSA), octet_string(encrypted))


def enveloped_data(recipients, ciphertext=bytes(64)):
    return content_info(ENVELOPED, integer(0), tlv(SET, *recipients),
                        seq(oid(DATA), algorithm(AES128_CBC, octet_string(bytes(16))),
                            tlv(0x80, ciphertext)))
