# SPDX-License-Identifier: BSD-2-Clause
"""Real mail programs in tests: found, started on private sockets and loopback
ports, ended by their process ids; and the two ends of SMTP around them.

    sink = mta.Sink()                      the next mail server; keeps all octets
    with mta.Smtp(port) as client:         a client that says what the test wants
        client.mail("ann@example.org", ["bert@example.net"], octets)
"""
import base64
import os
import re
import shutil
import signal
import socket
import socketserver
import subprocess
import threading

import assaytest
import daemon

# Administrators' programs are not in everybody's PATH.
SEARCH = os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin"


def find(name):
    """The path of a program, or None."""
    return shutil.which(name, path=SEARCH)


def need(*names):
    """Paths of programs. Without one of them the whole test is skipped."""
    for name in names:
        if find(name) is None:
            assaytest.skip_all("%s is not installed" % name)
    paths = [find(name) for name in names]
    return paths[0] if len(paths) == 1 else paths


def need_root(why):
    if os.geteuid() != 0:
        assaytest.skip_all("only root can do this: " + why)


def fit_path(path, folder):
    """Opens a folder of the test for programs that give up their rights: they
    may pass through it, and read nothing that they know no name of."""
    while len(path) >= len(folder):
        os.chmod(path, 0o711)
        path = os.path.dirname(path)


def run(arguments, stdin=b"", timeout=assaytest.HANG_S, **more):
    """Runs a program to its end; status, standard output and error as text."""
    result = subprocess.run([str(a) for a in arguments], input=stdin, timeout=timeout,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, **more)
    return (result.returncode, result.stdout.decode("utf-8", "replace"),
            result.stderr.decode("utf-8", "replace"))


class Program:
    """A program that serves until it is ended. log: a file of its output, or
    of the log that it writes itself."""

    def __init__(self, arguments, log, **more):
        self.log = log
        self.log_handle = open(log, "ab")
        self.process = subprocess.Popen([str(a) for a in arguments], stdin=subprocess.DEVNULL,
                                        stdout=self.log_handle, stderr=self.log_handle,
                                        start_new_session=True, **more)

    def log_text(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def wait_log(self, pattern, seconds=assaytest.HANG_S):
        return daemon.wait_for(lambda: re.search(pattern, self.log_text()), seconds)

    def wait_answer(self, address, seconds=assaytest.HANG_S):
        """Waits until a connection is taken; raises when the program ends."""
        def answers():
            if self.process.poll() is not None:
                raise RuntimeError("%s ended with %s:\n%s" % (
                    self.process.args[0], self.process.returncode, self.log_text()[-3000:]))
            try:
                daemon.open_socket(address, 5).close()
                return True
            except OSError:
                return False

        if not daemon.wait_for(answers, seconds):
            raise RuntimeError("%s does not listen:\n%s" % (self.process.args[0],
                                                            self.log_text()[-3000:]))
        return self

    def stop(self, number=signal.SIGTERM, seconds=20):
        below = []
        if self.process.poll() is None:
            below = tree(self.process.pid)
            self.process.send_signal(number)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        # Its session is its own: what is left there was started by it.
        for pid in below:
            if session_of(pid) == self.process.pid:
                assaytest.kill(pid)
        self.log_handle.close()
        return self.process.returncode

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def tree(pid):
    """All processes below one."""
    found, todo = [], [pid]
    while todo:
        new = assaytest.children(todo.pop())
        found += new
        todo += new
    return found


def session_of(pid):
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return -1


# ---- The next mail server ------------------------------------------------

class Delivered:
    """A message as it came: octets with CRLF, without dot-stuffing."""

    def __init__(self, mail_from, recipients, octets):
        self.mail_from = mail_from
        self.recipients = recipients
        self.octets = octets

    def fields(self):
        """[(name, value)] of the header, values as they stand."""
        head = self.octets.partition(b"\r\n\r\n")[0] + b"\r\n"
        return re.findall(rb"^([^\s:]+)\s*:((?:.*\r\n)(?:[ \t].*\r\n)*)", head, re.M)

    def values(self, name):
        return [value for key, value in self.fields() if key.lower() == name.lower().encode()]

    def first_names(self, count):
        return [name.decode() for name, _ in self.fields()[:count]]

    def without(self, *names):
        """The octets but for the first field of each name, which must stand at
        the top, in any order."""
        rest, left = self.octets, {name.lower().encode() for name in names}
        while left:
            field = re.match(rb"([^\s:]+):(?:.*\r\n)(?:[ \t].*\r\n)*", rest)
            if field is None or field.group(1).lower() not in left:
                return rest
            left.remove(field.group(1).lower())
            rest = rest[field.end():]
        return rest


class SinkHandler(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def data(self):
        lines = []
        while True:
            line = self.rfile.readline()
            if line in (b".\r\n", b""):
                return b"".join(lines) if line else None
            lines.append(line[1:] if line.startswith(b".") else line)

    def handle(self):
        sender, recipients = "", []
        self.say("220 sink.example.net ESMTP")
        while True:
            line = self.rfile.readline().decode("utf-8", "replace").strip()
            verb, _, rest = line.partition(" ")
            verb = verb.upper()
            address = re.search(r"<([^>]*)>", rest)
            if verb == "EHLO":
                self.say("250-sink.example.net")
                self.say("250-8BITMIME")
                self.say("250 PIPELINING")
            elif verb == "MAIL":
                sender, recipients = address.group(1), []
                self.say("250 2.1.0 ok")
            elif verb == "RCPT":
                recipients.append(address.group(1))
                self.say("250 2.1.5 ok")
            elif verb == "DATA":
                self.say("354 go on")
                octets = self.data()
                if octets is None:
                    return
                self.server.keep(Delivered(sender, recipients, octets))
                self.say("250 2.0.0 kept")
            elif verb in ("", "QUIT"):
                if verb:
                    self.say("221 2.0.0 bye")
                return
            else:
                self.say("250 2.0.0 ok")


class Sink(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """An SMTP server that takes everything and keeps it."""
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self):
        self.changed = threading.Condition()
        self.messages = []
        super().__init__(("127.0.0.1", 0), SinkHandler)
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def handle_error(self, *_):  # pylint: disable=arguments-differ
        pass

    def keep(self, message):
        with self.changed:
            self.messages.append(message)
            self.changed.notify_all()

    def find(self, token):
        """Messages that hold these octets; they stay here."""
        with self.changed:
            return [message for message in self.messages if token in message.octets]

    def wait(self, token, seconds=assaytest.HANG_S):
        """The first message that holds these octets, or None."""
        with self.changed:
            self.changed.wait_for(lambda: any(token in m.octets for m in self.messages), seconds)
        return (self.find(token) or [None])[0]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


# ---- The client ----------------------------------------------------------

def stuffed(octets):
    """A message as DATA carries it, with its end."""
    lines = octets[:-2] if octets.endswith(b"\r\n") else octets
    return (b"\r\n" + lines).replace(b"\r\n.", b"\r\n..")[2:] + b"\r\n.\r\n"


class Smtp:
    """A client that shows every answer: (code, text), lines joined by LF."""

    def __init__(self, port, hello="client.example.org", timeout=assaytest.HANG_S):
        self.sock = daemon.open_socket(("127.0.0.1", port), timeout)
        self.file = self.sock.makefile("rb")
        self.greeting = self.answer()
        self.hello = self.command("EHLO " + hello) if hello else None

    def send(self, octets):
        self.sock.sendall(octets)

    def answer(self):
        lines = []
        while True:
            line = self.file.readline().decode("utf-8", "replace")
            if not line:
                raise EOFError("the server closed the connection")
            lines.append(line[4:].rstrip())
            if line[3:4] != "-":
                return int(line[:3]), "\n".join(lines)

    def command(self, line):
        self.send(line.encode() + b"\r\n")
        return self.answer()

    def envelope(self, mail_from, recipients):
        """MAIL and RCPT; the first answer that is no 250, else the last one."""
        result = self.command("MAIL FROM:<%s>" % mail_from)
        for recipient in recipients:
            if result[0] != 250:
                return result
            result = self.command("RCPT TO:<%s>" % recipient)
        return result

    def data(self, octets):
        result = self.command("DATA")
        if result[0] != 354:
            return result
        self.send(stuffed(octets))
        return self.answer()

    def mail(self, mail_from, recipients, octets):
        """One message; the answer that settled it."""
        result = self.envelope(mail_from, recipients)
        result = self.data(octets) if result[0] == 250 else result
        if result[0] != 250:
            self.command("RSET")
        return result

    def close(self):
        self.file.close()
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.command("QUIT")
        except (OSError, EOFError, ValueError):
            pass
        self.close()


def send(port, octets, recipients=("bert@example.net",), mail_from="anna@example.org"):
    """One message in a session of its own."""
    with Smtp(port) as client:
        return client.mail(mail_from, recipients, octets)


# ---- Messages ------------------------------------------------------------

def message(token, body=b"Good morning,\r\n\r\nnothing to see here.\r\n", fields=b""):
    """A plain message that can be found again by its token."""
    return (b"From: Anna Example <anna@example.org>\r\n"
            b"To: Bert Example <bert@example.net>\r\n"
            b"Subject: Message %s\r\n"
            b"Date: Mon, 2 Mar 2026 10:00:00 +0000\r\n"
            b"Message-ID: <%s@example.org>\r\n" % (token, token) + fields +
            b"MIME-Version: 1.0\r\n"
            b"Content-Type: text/plain; charset=utf-8\r\n"
            b"Content-Transfer-Encoding: 8bit\r\n\r\n" + body)


def attachment(token, name, data, kind=b"application/octet-stream", fields=b""):
    """The same with a file. name: as it is to stand in filename=..., with its
    quotes, or with the asterisk of RFC 2231 in front: *=utf-8''a%0D%0Ab."""
    parameter = b"filename" + (name if name.startswith(b"*") else b"=" + name)
    return (message(token, b"", fields).partition(b"MIME-Version")[0] +
            b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="=_b"\r\n\r\n'
            b"--=_b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n"
            b"--=_b\r\nContent-Type: " + kind + b"\r\n"
            b"Content-Disposition: attachment; " + parameter + b"\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n" +
            base64.encodebytes(data).replace(b"\n", b"\r\n") + b"--=_b--\r\n")


# ---- Programs that cannot be installed beside each other --------------------

def find_peer(package, *paths):
    """Debian packages that exclude each other are unpacked into build/peers by
    `bootstrap check`. paths: below that package's folder, or of an installed
    one. Returns the folder ("/" when installed) and the path, or two None."""
    folders = [os.path.join(folder, "peers", package) for folder in
               (assaytest.BUILD, os.path.join(assaytest.SOURCE, "build"))]
    for folder in folders + ["/"]:
        for path in paths:
            full = os.path.join(folder, path)
            if os.access(full, os.X_OK):
                return folder, os.path.realpath(full)
    return None, None


def wrapped_users(folder, *names):
    """The environment in which these users exist, as packages that are only
    unpacked have none: nobody's number for root, our own for others. None
    without nss_wrapper, where that is needed."""
    import glob
    import grp
    import pwd
    missing = []
    for name in names:
        try:
            pwd.getpwnam(name)
            grp.getgrnam(name)
        except KeyError:
            missing.append(name)
    if not missing:
        return dict(os.environ)
    library = glob.glob("/usr/lib/*/libnss_wrapper.so")
    if not library:
        return None
    uid, gid = (65534, 65534) if os.geteuid() == 0 else (os.geteuid(), os.getegid())
    with open(os.path.join(folder, "passwd"), "w", encoding="utf-8") as file:
        file.write("root:x:0:0:root:/root:/bin/sh\n")
        file.writelines("%s:x:%d:%d::/nonexistent:/bin/sh\n" % (name, uid, gid)
                        for name in missing)
    with open(os.path.join(folder, "group"), "w", encoding="utf-8") as file:
        file.write("root:x:0:\n")
        file.writelines("%s:x:%d:\n" % (name, gid) for name in missing)
    for name in ("passwd", "group"):
        os.chmod(os.path.join(folder, name), 0o644)
    return dict(os.environ, LD_PRELOAD=library[0],
                NSS_WRAPPER_PASSWD=os.path.join(folder, "passwd"),
                NSS_WRAPPER_GROUP=os.path.join(folder, "group"))
