# SPDX-License-Identifier: BSD-2-Clause
"""Messages that are signed now, with certificates of a root that is made for the
test: a daemon judges by the clock of the wall."""
import os
import subprocess

import assaytest

TEXT = b"Shall we meet at noon?\r\n"


def openssl(folder, *arguments):
    run = subprocess.run(["openssl", *arguments], cwd=folder, stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                         timeout=assaytest.HANG_S)
    if run.returncode != 0:
        raise RuntimeError("openssl %s: %s" % (" ".join(arguments), run.stdout.decode()))


def make_root(folder):
    """The path of an anchor."""
    os.makedirs(folder, exist_ok=True)
    openssl(folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "10", "-subj",
            "/CN=Sample Root", "-keyout", "root.key", "-out", "root.pem")
    return os.path.join(folder, "root.pem")


def make_signer(folder, name, address):
    """A certificate for the address, from the root of the folder."""
    with open(os.path.join(folder, "ext"), "w", encoding="ascii") as file:
        file.write("subjectAltName=email:%s\nkeyUsage=critical,digitalSignature\n"
                   "extendedKeyUsage=emailProtection\nbasicConstraints=CA:false\n" % address)
    openssl(folder, "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=" + name, "-keyout",
            name + ".key", "-out", name + ".csr")
    openssl(folder, "x509", "-req", "-in", name + ".csr", "-CA", "root.pem", "-CAkey", "root.key",
            "-CAcreateserial", "-days", "5", "-extfile", "ext", "-out", name + ".pem")


def sign(folder, name, text=TEXT):
    """(fields, body) of a clear-signed message, without From and the like."""
    with open(os.path.join(folder, "text"), "wb") as file:
        file.write(b"Content-Type: text/plain\r\n\r\n" + text)
    openssl(folder, "cms", "-sign", "-in", "text", "-signer", name + ".pem", "-inkey",
            name + ".key", "-crlfeol", "-out", "signed")
    with open(os.path.join(folder, "signed"), "rb") as file:
        octets = file.read().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    head, _, body = octets.partition(b"\r\n\r\n")
    fields = [tuple(line.split(": ", 1)) for line in
              head.decode("ascii").replace("\r\n\t", " ").replace("\r\n ", " ").split("\r\n")]
    return [field for field in fields if field[0] != "MIME-Version"], body
