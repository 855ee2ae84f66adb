# SPDX-License-Identifier: BSD-2-Clause
"""mutt as a reader: it opens a message on a terminal of its own, tags all
attachments and pipes each of them into a file."""
import os
import pty
import select
import shutil
import subprocess
import tempfile
import time

# mutt takes 20 ms; one that waits for a key has extracted nothing.
TIMEOUT_S = 10
# Attachments that are tagged; the messages here have fewer.
TAGS = 16

SETTINGS = """set wait_key=no attach_split=yes resolve=yes quit=yes mail_check=0 read_inc=0
set record="" postponed="" header_cache="" move=no pipe_decode=no
set crypt_use_gpgme=no crypt_verify_sig=no
set folder="%(folder)s" tmpdir="%(folder)s"
"""


def write(path, octets):
    with open(path, "wb") as file:
        file.write(octets)
    return path


def drive(command, home):
    """Runs a program on a terminal; what it shows is thrown away."""
    master, slave = pty.openpty()
    environment = dict(os.environ, TERM="vt100", HOME=home, LC_ALL="C.UTF-8", MAILCAPS=os.devnull)
    with subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=environment,
                          start_new_session=True) as program:
        os.close(slave)
        end = time.monotonic() + TIMEOUT_S
        while program.poll() is None and time.monotonic() < end:
            if select.select([master], [], [], 0.1)[0]:
                try:
                    os.read(master, 65536)
                except OSError:
                    break
        if program.poll() is None:
            try:
                program.wait(1)
            except subprocess.TimeoutExpired:
                program.kill()
    os.close(master)


def read(octets, path):
    """What mutt takes out of a message; path is a file beside which there is room."""
    home = tempfile.mkdtemp(prefix="mutt-", dir=os.path.dirname(path))
    try:
        out = os.path.join(home, "out")
        os.mkdir(out)
        box = write(os.path.join(home, "box"),
                    b"From a@example.org Mon Mar  2 10:00:00 2026\n" + octets + b"\n")
        settings = write(os.path.join(home, "settings"),
                         (SETTINGS % {"folder": home}).encode("utf-8"))
        save = write(os.path.join(home, "save"),
                     b'cat > "$(mktemp "$HOME/out/XXXXXX")"\n')
        keys = "<view-attachments>%s<tag-prefix><pipe-entry>sh %s<enter><exit><exit>" % (
            "<tag-entry>" * TAGS, save)
        drive(["mutt", "-n", "-F", settings, "-R", "-f", box, "-e", 'push "%s"' % keys], home)
        found = []
        for name in sorted(os.listdir(out)):
            with open(os.path.join(out, name), "rb") as file:
                found.append(file.read())
        return found
    finally:
        shutil.rmtree(home, ignore_errors=True)
