# SPDX-License-Identifier: BSD-2-Clause
"""Signed, compressed and encrypted mail made to stop, exhaust or mislead those
who judge it.

CASES: (name, maker, wanted, may be valid). One finding of the families in
wanted has to be there. Where a limit was reached nothing is valid.

As a program it writes all of them: smimehostile.py FOLDER.
"""
import base64
import os
import random
import sys
import zlib

sys.dont_write_bytecode = True
import bombs  # noqa: E402
import samplemail as sample  # noqa: E402
import smimeder as der  # noqa: E402
import smimemutate  # noqa: E402
import smimequine  # noqa: E402

HEAD = sample.HEAD
TEXT = b"Content-Type: text/plain\r\n\r\nhello\r\n"
ROOT_NAME = der.name("Hostile Root")
STOPPED = ("smime.limit_exceeded", "limit.", "bomb.")
REFUSED = STOPPED + ("smime.malformed", "smime.bad_", "smime.untrusted",
                     "smime.unsupported_algorithm")
ANY = ("smime.",)


# ---- Mails --------------------------------------------------------------------

def encoded(octets):
    return base64.encodebytes(octets).replace(b"\n", b"\r\n")


def entity(octets, kind=b"signed-data", transfer=b"base64"):
    return (b"Content-Type: application/pkcs7-mime; smime-type=" + kind +
            b"; name=smime.p7m\r\nContent-Transfer-Encoding: " + transfer + b"\r\n\r\n" +
            (encoded(octets) if transfer == b"base64" else octets))


def mail(octets, kind=b"signed-data", head=HEAD):
    return head + entity(octets, kind)


def clear_entity(part, octets, boundary=b"signed"):
    return (b'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; '
            b'micalg=sha-256; boundary="' + boundary + b'"\r\n\r\n--' + boundary + b"\r\n" + part +
            b"\r\n--" + boundary + b"\r\nContent-Type: application/pkcs7-signature; "
            b"name=smime.p7s\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encoded(octets) +
            b"\r\n--" + boundary + b"--\r\n")


def clear(octets, part=TEXT, head=HEAD):
    return head + clear_entity(part, octets)


def mixed(parts, boundary=b"mixed"):
    return (HEAD + b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\r\n\r\n' +
            b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts) + b"--" +
            boundary + b"--\r\n")


# ---- Signers and certificates ---------------------------------------------------

def junk_signer(number, issuer=ROOT_NAME, value=None, method=der.algorithm(der.RSA)):
    return der.signer_info(der.identifier(issuer, number), der.attributes(TEXT), value=value,
                           method=method)


def good_signers(count):
    return [der.anna_signs(TEXT)] * count


def other_certificates(count, public=None, issuer=ROOT_NAME, first=100, **more):
    public = public or der.key("anna").public
    return [der.certificate(der.name("Other %d" % n), public, issuer, serial=first + n, **more)
            for n in range(count)]


def copies_of_anna():
    return clear(der.signed_data(good_signers(1), [der.anna()] * 2000))


def signers_and_certificates():
    """As many as the limits allow, all of which answer to every signer."""
    certs = [der.certificate(der.name("Anna %d" % n), der.key("anna").public, ROOT_NAME,
                             serial=7) for n in range(99)]
    return clear(der.signed_data([junk_signer(7)] * 16, certs))


def costly_keys(modulus_bits, exponent_bits=17):
    """Every signer has eight certificates with a key like that."""
    source = random.Random(modulus_bits)

    def public():
        return der.public_key(source.getrandbits(modulus_bits) | 1 | 1 << modulus_bits - 1,
                              source.getrandbits(exponent_bits) | 1 | 1 << exponent_bits - 1)
    certs = [der.certificate(der.name("Slow"), public(), ROOT_NAME, serial=1000 + n // 6)
             for n in range(96)]
    value = (1 << modulus_bits - 8).to_bytes(modulus_bits // 8, "big")
    return clear(der.signed_data([junk_signer(1000 + n, value=value) for n in range(16)], certs))


def explicit_curve(field, order_bits=521):
    """RFC 3279 s2.3.5: curves of the sender's own making."""
    point = b"\x04" + bytes(2 * 66)
    parameters = der.seq(der.integer(1), field,
                         der.seq(der.octet_string(b"\1"), der.octet_string(b"\7")),
                         der.octet_string(point), der.integer(1 << order_bits - 1 | 1),
                         der.integer(1))
    return der.seq(der.algorithm("1.2.840.10045.2.1", parameters), der.bit_string(point))


def explicit_curves():
    prime = der.seq(der.oid("1.2.840.10045.1.1"), der.integer((1 << 521) - 1))
    binary = der.seq(der.oid("1.2.840.10045.1.2"), der.seq(
        der.integer(571), der.oid("1.2.840.10045.1.2.3.3"),
        der.seq(der.integer(2), der.integer(5), der.integer(10))))
    huge = der.seq(der.oid("1.2.840.10045.1.1"), der.integer((1 << 100000) - 1))
    certs = [cert for n, field in enumerate((prime, binary, huge) * 5)
             for cert in other_certificates(1, explicit_curve(field), first=300 + n)]
    method = der.seq(der.oid("1.2.840.10045.4.3.2"))
    return clear(der.signed_data([junk_signer(300 + n, method=method) for n in range(15)], certs))


def web_certificates(levels=14, wide=7, seed="web"):
    """Every certificate of one level could have issued each of the next lower one,
    and none of the uppermost leads anywhere: wide to the power of levels paths."""
    key = der.key(seed)
    return [der.certificate(der.name("%s %d" % (seed, level)), key.public,
                            der.name("%s %d" % (seed, level + 1)), key, 10 + number,
                            [der.basic(True)])
            for level in range(levels) for number in range(wide)]


def web_object(content=None, signers=16, **shape):
    own = [der.certificate(der.name("Spider %d" % n), der.key("anna").public, der.name("web 0"),
                           der.key("web"), 5000 + n) for n in range(2)]
    infos = [der.signer_info(der.identifier(der.name("web 0"), 5000 + n % 2),
                             der.attributes(content or TEXT), der.key("anna"))
             for n in range(signers)]
    return der.signed_data(infos, own + web_certificates(**shape), content)


def circle():
    """Ten authorities of one name that have certified each other."""
    same = der.name("Circle")
    keys = [der.Key("circle %d" % n, 1024) for n in range(9)]
    certs = [der.certificate(same, below.public, same, above, 10 * i + j, [der.basic(True)])
             for i, below in enumerate(keys) for j, above in enumerate(keys) if i != j]
    certs.append(der.certificate(der.name("Anna"), der.key("anna").public, same, keys[0], 5000))
    info = der.signer_info(der.identifier(same, 5000), der.attributes(TEXT), der.key("anna"))
    return clear(der.signed_data([info] * 16, certs))


def giant_name(octets=1 << 20):
    giant = der.name("x" * octets)
    cert = der.certificate(giant, der.key("anna").public, giant, der.key("anna"), 3)
    info = der.signer_info(der.identifier(giant, 3), der.attributes(TEXT), der.key("anna"))
    return clear(der.signed_data([info], [cert]))


def names_to_compare():
    """Names that are equal in other letter case only: each has to be decoded."""
    def long_name(first):
        return der.seq(*[der.set_of(der.seq(der.oid(der.COMMON_NAME),
                                            der.tlv(12, b"%c%d" % (first, n))))
                         for n in range(3000)])
    certs = [der.certificate(der.name("Anna"), der.key("anna").public, long_name(ord("a")),
                             serial=9, value=b"%d" % n) for n in range(100)]
    return clear(der.signed_data([junk_signer(9, long_name(ord("A")))] * 16, certs))


def many_addresses(count, head=HEAD):
    subject = der.name("Anna")
    cert = der.certificate(subject, der.key("anna").public, ROOT_NAME, der.key("root"), 4,
                           [der.addresses(*["a%d@example.org" % n for n in range(count)])])
    info = der.signer_info(der.identifier(ROOT_NAME, 4), der.attributes(TEXT), der.key("anna"))
    return clear(der.signed_data([info], [cert]), head=head)


def authors(fields, mailboxes):
    head = HEAD.partition(b"\r\n")[2]
    return head + b"".join(
        b"From: " + b",\r\n ".join(b"Anna %d <a%d@example.org>" % (f, n)
                                   for n in range(mailboxes)) + b"\r\n" for f in range(fields))


def crls(count, entries=0):
    lists = [der.revocation_list(ROOT_NAME, value=b"%d" % n, serials=range(100, 100 + entries))
             for n in range(count)]
    return clear(der.signed_data(good_signers(1), [der.anna()], crls=lists))


def attribute_flood(count, values):
    signed = [der.attribute("1.2.3.%d" % n, *[der.integer(v) for v in range(values)])
              for n in range(count)]
    return clear(der.signed_data([der.anna_signs(TEXT, signed)], [der.anna()]))


def counter_signatures(count):
    counter = der.attribute("1.2.840.113549.1.9.6", *[junk_signer(n) for n in range(count)])
    return clear(der.signed_data([der.anna_signs(TEXT, unsigned=[counter])], [der.anna()]))


def digests_of(octets):
    """Signers that all want another digest of a long text, and of its other form."""
    algorithms = ["1.3.14.3.2.26", "1.2.840.113549.2.5", "1.3.36.3.2.1"] + [
        "2.16.840.1.101.3.4.2.%d" % n for n in range(1, 13)]
    infos = [der.seq(der.integer(1), der.identifier(ROOT_NAME, 2), der.algorithm(text),
                     b"\xa0" + der.set_of(*der.attributes(b""))[1:], der.algorithm(der.RSA),
                     der.octet_string(bytes(256))) for text in algorithms]
    return clear(der.signed_data(infos, [der.anna()]), long_text(octets))


def long_text(octets):
    return b"Content-Type: text/plain\r\n\r\n" + b"0123456\n" * (octets // 8)


def edwards_signers(octets):
    """Signatures whose method wants the text whole, each by itself."""
    public = der.seq(der.seq(der.oid("1.3.101.112")), der.bit_string(b"\x58" + b"\x66" * 31))
    certs = [der.certificate(der.name("Ed"), public, ROOT_NAME, serial=600 + n) for n in range(16)]
    infos = [der.signer_info(der.identifier(ROOT_NAME, 600 + n), value=bytes([n]) + bytes(63),
                             method=der.seq(der.oid("1.3.101.112"))) for n in range(16)]
    return clear(der.signed_data(infos, certs), long_text(octets))


# ---- Depth ---------------------------------------------------------------------

def opaque_levels(count, transfer):
    octets = TEXT
    for _ in range(count):
        octets = entity(der.signed_data([der.anna_signs(octets)], [der.anna()], octets),
                        transfer=transfer)
    return HEAD + octets


def bare_levels(count):
    """CMS in CMS without any MIME between them."""
    octets = TEXT
    for _ in range(count):
        octets = der.signed_data([der.anna_signs(octets)], [der.anna()], octets)
    return mail(octets)


def clear_levels(count, text=TEXT):
    octets = text
    for n in range(count):
        octets = clear_entity(octets, der.signed_data([der.anna_signs(octets)], [der.anna()]),
                              b"b%d" % n)
    return HEAD + octets


def compressed_levels(count):
    octets = TEXT
    for _ in range(count):
        octets = entity(der.compressed_data(zlib.compress(octets)), b"compressed-data")
    return HEAD + octets


def all_kinds(count):
    octets = TEXT
    for n in range(count):
        octets = entity(der.compressed_data(zlib.compress(octets)), b"compressed-data")
        octets = (b'Content-Type: multipart/mixed; boundary="m%d"\r\n\r\n--m%d\r\n' % (n, n) +
                  octets + b"\r\n--m%d--\r\n" % n)
        octets = entity(der.signed_data([der.anna_signs(octets)], [der.anna()], octets))
        octets = b"Content-Type: message/rfc822\r\n\r\n" + HEAD + octets
        octets = clear_entity(octets, der.signed_data([der.anna_signs(octets)], [der.anna()]),
                              b"c%d" % n)
    return HEAD + octets


def heavy_layers(count):
    """The web of certificates once for each of many signed parts."""
    content = TEXT
    one = entity(web_object(content))
    return mixed([one] * count)


def asn1_levels(count, close):
    """Within the parameters of a digest algorithm."""
    if close:
        inside = b""
        for _ in range(count):
            inside = der.seq(inside)
    else:
        inside = b"\x30\x80" * count + der.EOC * count
    digest = der.seq(der.oid(der.SHA256), inside)
    return clear(der.signed_data(good_signers(1), [der.anna()], digests=[digest]))


def openings(octets):
    """Nothing but beginnings of indefinite elements."""
    return mail(b"\x30\x80" + der.oid(der.SIGNED) + b"\xa0\x80" + b"\x30\x80" * (octets // 2))


def string_levels(count):
    """eContent of constructed strings in constructed strings."""
    begin = (b"\x30\x80" + der.oid(der.SIGNED) + b"\xa0\x80\x30\x80" + der.integer(1) +
             der.tlv(der.SET) + b"\x30\x80" + der.oid(der.DATA) + b"\xa0\x80")
    return mail(begin + b"\x24\x80" * count + der.octet_string(TEXT) + der.EOC * (count + 6))


def string_pieces(count):
    begin = (b"\x30\x80" + der.oid(der.SIGNED) + b"\xa0\x80\x30\x80" + der.integer(1) +
             der.tlv(der.SET) + b"\x30\x80" + der.oid(der.DATA) + b"\xa0\x80\x24\x80")
    return mail(begin + b"\x04\x01x" * count + der.EOC * 3 + der.tlv(der.SET) + der.EOC * 3)


# ---- Bombs ---------------------------------------------------------------------

def zeros(mib):
    """So many MiB of zeros in the form of zlib."""
    packed, _ = bombs.zeros_deflated(mib)
    check = 1
    for _ in range(mib):
        check = zlib.adler32(bytes(bombs.MIB), check)
    return b"\x78\xda" + packed + check.to_bytes(4, "big")


def bomb(mib):
    return mail(der.compressed_data(zeros(mib)), b"compressed-data")


def bomb_in_bomb(count=4):
    packed = zeros(9)
    for _ in range(count):
        packed = zlib.compress(der.compressed_data(packed) + bytes(9 << 20), 9)
    return mail(der.compressed_data(packed), b"compressed-data")


def many_bombs(count, mib):
    part = entity(der.compressed_data(zeros(mib)), b"compressed-data")
    return mixed([part] * count)


# ---- Everything else -------------------------------------------------------------

def recipients(count):
    return mail(der.enveloped_data([der.recipient(der.identifier(ROOT_NAME, n))
                                    for n in range(count)]), b"enveloped-data")


def wrong_keys(envelope, count, recipients_each=8):
    """Envelopes like that one, whose recipients have our key's name and another key
    each: all are asked for."""
    own = smimemutate.first_set(envelope)
    others = [own[:-5] + bytes([own[-5] ^ n + 1]) + own[-4:] for n in range(recipients_each)]
    return mixed([entity(der.enveloped_data(others), b"enveloped-data")] * count)


def many_multiparts(count, octets):
    return mixed([clear_entity(TEXT, octets, b"s%d" % n) for n in range(count)])


def large_object(octets):
    return clear(der.signed_data(good_signers(1), [der.anna()]) + bytes(octets))


def large_signature(octets):
    return clear(der.signed_data([junk_signer(2, value=bytes(octets))], [der.anna()]))


def good_mails():
    """[(name, octets)]: what is valid, to be damaged."""
    one, certs = der.anna_signs(TEXT), [der.anna(), der.root()]
    opaque = der.signed_data([one], certs, TEXT)
    return [
        ("clear.eml", clear(der.signed_data([one], certs))),
        ("opaque.eml", mail(opaque)),
        ("opaque.p7m", opaque),
        ("two.eml", clear(der.signed_data([one, one], certs))),
        ("crl.eml", clear(der.signed_data([one], certs,
                                          crls=[der.revocation_list(ROOT_NAME, der.key("root"))]))),
        ("compressed.eml", mail(der.compressed_data(zlib.compress(entity(opaque))),
                                b"compressed-data")),
        ("compressed.p7m", der.compressed_data(zlib.compress(opaque))),
        ("inner.eml", mail(der.signed_data([der.anna_signs(entity(opaque))], certs,
                                           entity(opaque)))),
    ]


CASES = [
    ("5,000 SignerInfos, all the same and good",
     lambda: clear(der.signed_data(good_signers(5000), [der.anna()])), STOPPED, False),
    ("5,000 different SignerInfos",
     lambda: clear(der.signed_data([junk_signer(n) for n in range(5000)])), STOPPED, False),
    ("2,000 copies of a good certificate", copies_of_anna, STOPPED, False),
    ("2,000 different certificates",
     lambda: clear(der.signed_data(good_signers(1), other_certificates(2000) + [der.anna()])),
     STOPPED, False),
    ("16 signers, and 99 certificates that answer to each of them", signers_and_certificates,
     REFUSED, False),
    ("RSA keys of 16,384 bits", lambda: costly_keys(16384), STOPPED, False),
    ("RSA keys with exponents of 3,072 bits", lambda: costly_keys(3072, 3072), STOPPED, False),
    ("RSA keys of 200,000 bits", lambda: costly_keys(200000), REFUSED, False),
    ("elliptic curves of the sender's own making", explicit_curves, REFUSED, False),
    ("a web of certificates with 7^14 paths", lambda: clear(web_object()), STOPPED, False),
    ("authorities that have certified each other", circle, STOPPED, False),
    ("40 layers, each with such a web", lambda: heavy_layers(40), STOPPED, False),
    ("a name of 1 MiB", giant_name, REFUSED, False),
    ("names of 60 KB in other letter case", names_to_compare, REFUSED, False),
    ("100,000 addresses in a certificate", lambda: many_addresses(100000), REFUSED, False),
    ("2,500 addresses in a certificate and 5,000 authors",
     lambda: many_addresses(2500, authors(1, 5000)), ("smime.from_mismatch", ) + STOPPED, True),
    ("10,000 From fields",
     lambda: clear(der.signed_data(good_signers(1), [der.anna()]), head=authors(10000, 1)),
     ("smime.multiple_from", "limit."), True),
    ("10,000 mailboxes in From",
     lambda: clear(der.signed_data(good_signers(1), [der.anna()]), head=authors(1, 10000)),
     ("smime.multiple_from", "limit."), True),
    ("5,000 CRLs", lambda: crls(5000), STOPPED, False),
    ("32 CRLs of 30,000 entries", lambda: crls(32, 30000), ANY, True),
    ("one CRL of 200,000 entries", lambda: crls(1, 200000), ANY, True),
    ("100,000 digest algorithms",
     lambda: clear(der.signed_data(good_signers(1), [der.anna()],
                                   digests=[der.algorithm("1.2.3.%d" % n)
                                            for n in range(100000)])), ANY, True),
    ("10,000 attributes", lambda: attribute_flood(10000, 1), STOPPED, False),
    ("60 attributes of 2,000 values", lambda: attribute_flood(60, 2000), ANY, True),
    ("an attribute whose identifier has 100,000 arcs",
     lambda: clear(der.signed_data([der.anna_signs(TEXT, [der.attribute(
         "1.2" + ".127" * 100000, der.NULL)])], [der.anna()])), ANY, True),
    ("10,000 counter-signatures", lambda: counter_signatures(10000), ANY, True),
    ("15 digests of 10 MB in two forms", lambda: digests_of(10 << 20), REFUSED, False),
    ("16 signers with Ed25519 of 10 MB without attributes", lambda: edwards_signers(10 << 20),
     STOPPED, False),
    ("30 opaque signatures in one another", lambda: opaque_levels(30, b"binary"), STOPPED, True),
    ("18 opaque signatures in base64 in one another", lambda: opaque_levels(18, b"base64"),
     ANY, True),
    ("30 CMS objects in one another", lambda: bare_levels(30), STOPPED, True),
    ("100 clear signatures in one another", lambda: clear_levels(100), STOPPED, True),
    ("60 clear signatures round 1 MB of HTML",
     lambda: clear_levels(60, b"Content-Type: text/html\r\n\r\n" +
                          b'<p style="color:#ff0000"><img src="cid:a@b">x</p>\r\n' * 20000),
     ANY, True),
    ("60 clear signatures round 20 MB of text", lambda: clear_levels(60, long_text(20 << 20)),
     STOPPED, True),
    ("60 clear signatures round 20 MB of hyphens",
     lambda: clear_levels(60, TEXT + b"--b1\n" * (4 << 20)), STOPPED, True),
    ("40 compressed layers in one another", lambda: compressed_levels(40), STOPPED, False),
    ("every kind of layer, in one another 20 times", lambda: all_kinds(20), STOPPED, True),
    ("200 levels of ASN.1 with lengths", lambda: asn1_levels(200, True), ANY, True),
    ("200 levels of ASN.1 without lengths", lambda: asn1_levels(200, False), REFUSED, False),
    ("10 MB of beginnings of elements", lambda: openings(10 << 20), REFUSED, False),
    ("strings in strings, 10,000 deep", lambda: string_levels(10000), REFUSED, False),
    ("a string of 3,000,000 pieces", lambda: string_pieces(3000000), ANY, False),
    ("64 MiB of zeros, compressed", lambda: bomb(64), STOPPED, False),
    ("1 GiB of zeros, compressed", lambda: bomb(1024), STOPPED, False),
    ("a bomb in a bomb", bomb_in_bomb, STOPPED, False),
    ("50 times 9 MiB of zeros", lambda: many_bombs(50, 9), STOPPED, False),
    ("a compressed object that holds itself", lambda: mail(smimequine.make(), b"compressed-data"),
     STOPPED, False),
    ("1,500 recipients", lambda: recipients(1500), STOPPED, False),
    ("50,000 recipients", lambda: recipients(50000), STOPPED, False),
    ("5,000 signed multiparts",
     lambda: many_multiparts(5000, der.signed_data([der.anna_signs(TEXT)])), STOPPED, True),
    ("5,000 multiparts with a signature of a few octets",
     lambda: many_multiparts(5000, der.content_info(der.SIGNED)), ANY, False),
    ("a signature file of 20 MB", lambda: large_object(20 << 20), ANY, True),
    ("a signature value of 20 MB", lambda: large_signature(20 << 20), REFUSED, False),
]

if __name__ == "__main__":
    with open(os.path.join(sys.argv[1], "root.der"), "wb") as out:
        out.write(der.root())
    for number, case in enumerate(CASES):
        with open(os.path.join(sys.argv[1], "%d.eml" % number), "wb") as out:
            out.write(case[1]())
