# SPDX-License-Identifier: BSD-2-Clause
"""An assayd for one test: own folder, own sockets, own log, ended by its pid.

    with daemon.Daemon(folder) as server:
        reply = server.scan(octets, {"Assay-Mail-From": "ann@example.org"})
        server.clamd(b"nPING\\n")
        server.log_lines()

Readiness is what the daemon itself says through sd_notify, as to systemd, so
that nothing here waits by the clock. Only processes below the daemon that this
class started are ever signalled.
"""
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time

import assaytest

ASSAYD = os.environ.get("ASSAYD", os.path.join(assaytest.BUILD, "assayd"))
# Loading the signatures of a busy machine takes its time.
START_S = 60
STOP_S = 60
# Names of the processes as the kernel shows them.
FRONT, STORE = "assay-front", "assay-store"
ZYGOTE, WORKER = "assay-zygote", "assay-worker"


class Reply:
    """An HTTP answer."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        return json.loads(self.body)

    def header(self, name, default=None):
        return self.headers.get(name, default)

    def __str__(self):
        return "%s %s\n%s" % (self.status, dict(self.headers),
                              self.body[:1000].decode("utf-8", "replace"))


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout=assaytest.HANG_S):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def connection(address, timeout=assaytest.HANG_S):
    """address: a path, or (host, port)."""
    if isinstance(address, str):
        return UnixConnection(address, timeout)
    return http.client.HTTPConnection(address[0], address[1], timeout=timeout)


def request(address, method, path, body=None, headers=None, timeout=assaytest.HANG_S):
    """One HTTP request on a connection of its own. headers: a dict, or pairs
    where names repeat. body: octets, or an iterable that is sent in chunks."""
    link = connection(address, timeout)
    pairs = list(headers.items() if isinstance(headers, dict) else headers or [])
    try:
        link.putrequest(method, path, skip_accept_encoding=True)
        chunked = body is not None and not isinstance(body, bytes)
        if chunked:
            link.putheader("Transfer-Encoding", "chunked")
        elif body is not None:
            link.putheader("Content-Length", str(len(body)))
        for name, value in pairs:
            link.putheader(name, value.encode() if isinstance(value, str) else value)
        try:
            link.endheaders(body, encode_chunked=chunked)
        except (BrokenPipeError, ConnectionResetError):
            pass  # an early answer may stand there all the same
        answer = link.getresponse()
        return Reply(answer.status, answer.headers, answer.read())
    finally:
        link.close()


def open_socket(address, timeout=assaytest.HANG_S):
    """A connected stream socket. address: a path, or (host, port)."""
    family = socket.AF_UNIX if isinstance(address, str) else \
        socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.settimeout(timeout)
    try:
        sock.connect(address)
    except BaseException:
        sock.close()
        raise
    return sock


def read_to_end(sock, limit=1 << 24):
    pieces, size = [], 0
    while size < limit:
        piece = sock.recv(65536)
        if not piece:
            break
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)


def free_port(host="127.0.0.1"):
    """A loopback port that nobody listens on at this moment."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as sock:
        sock.bind((host, 0))
        return sock.getsockname()[1]


def wait_for(condition, seconds=assaytest.HANG_S, pause=0.02):
    """The first true value of condition(), or its last value."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value or time.monotonic() > end:
            return value
        time.sleep(pause)


def value_text(value):
    """A value as assay.conf(5) writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, (list, tuple)):
        return "{ %s }" % ", ".join(value_text(item) for item in value) if value else "{}"
    return '"%s"' % str(value).replace("\\", "\\\\").replace('"', '\\"')


class Notices(threading.Thread):
    """What the daemon tells its service manager: READY=1, RELOADING=1, ..."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.sock.bind(path)
        self.changed = threading.Condition()
        self.messages = []
        self.start()

    def run(self):
        while True:
            try:
                data = self.sock.recv(65536)
            except OSError:
                return
            if not data:
                return
            with self.changed:
                self.messages.append(data.decode("utf-8", "replace").splitlines())
                self.changed.notify_all()

    def count(self, line):
        with self.changed:
            return sum(line in message for message in self.messages)

    def last(self, key):
        """The last value of KEY=, or None."""
        with self.changed:
            values = [line.partition("=")[2] for message in self.messages for line in message
                      if line.startswith(key + "=")]
        return values[-1] if values else None

    def wait(self, line, more_than=0, seconds=START_S):
        """Waits until a line has come more often than that."""
        with self.changed:
            return self.changed.wait_for(
                lambda: sum(line in message for message in self.messages) > more_than, seconds)

    def close(self):
        # A datagram of no octets wakes the thread; close() alone would not.
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
                end.sendto(b"", self.sock.getsockname())
        except OSError:
            pass
        self.join(5)
        self.sock.close()


class Daemon:
    """options: top-level options of assay.conf. listeners: {name: options},
    None for one of each protocol on UNIX sockets. extra: further text of the
    configuration. Nothing is started before start() or `with`."""

    PROTOCOLS = ("http", "clamd", "milter", "control")

    def __init__(self, folder, options=None, listeners=None, extra="", environment=None,
                 arguments=(), name="assayd"):
        self.folder = os.path.join(folder, name)
        os.makedirs(self.folder, exist_ok=True)
        self.config = os.path.join(self.folder, "assay.conf")
        self.log = os.path.join(self.folder, "log")
        self.environment = environment or {}
        self.arguments = list(arguments)
        self.process = None
        self.notices = None
        self.status_at_end = None
        self.options = dict({
            "run_dir": os.path.join(self.folder, "run"),
            "quarantine_dir": os.path.join(self.folder, "quarantine"),
            "log_format": "json",
        }, **(options or {}))
        # As root the daemon insists on being told that it is to stay so.
        if os.geteuid() == 0:
            self.options.setdefault("user", "root")
        self.listeners = {name: {} for name in self.PROTOCOLS} if listeners is None else \
            {name: dict(more) for name, more in listeners.items()}
        for name, more in self.listeners.items():
            more.setdefault("address", "unix:" + os.path.join(self.options["run_dir"],
                                                              name + ".sock"))
        self.extra = extra
        self.write_config()

    # ---- Configuration ----------------------------------------------------

    def write_config(self, extra=None):
        """Writes the configuration anew; a running daemon reads it at the next
        reload."""
        if extra is not None:
            self.extra = extra
        lines = ["%s = %s" % (key, value_text(value)) for key, value in self.options.items()]
        for name, more in self.listeners.items():
            lines.append("listener %s {" % value_text(name))
            lines += ["\t%s = %s" % (key, value_text(value)) for key, value in more.items()]
            lines.append("}")
        with open(self.config + ".new", "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n" + self.extra + "\n")
        os.rename(self.config + ".new", self.config)

    def address(self, name):
        """Of a listener: a path, or (host, port)."""
        text = self.listeners[name]["address"]
        if text.startswith(("unix:", "/")):
            return text[5:] if text.startswith("unix:") else text
        host, _, port = text[5:].rpartition(":")
        return host.strip("[]"), int(port)

    # ---- Life -------------------------------------------------------------

    def start(self, wait=True, pass_fds=(), preexec_fn=None):
        """Starts it; with wait, returns when it is ready to take messages and
        raises when it ends before."""
        notify = os.path.join(self.folder, "notify")
        if os.path.exists(notify):
            os.unlink(notify)
        self.notices = Notices(notify)
        environment = dict(os.environ, LC_ALL="C.UTF-8", NOTIFY_SOCKET=notify,
                           **self.environment)
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [ASSAYD, "--config", self.config, *self.arguments], stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, env=environment, pass_fds=pass_fds,
                preexec_fn=preexec_fn, restore_signals=True)
        self.status_at_end = None
        if wait:
            self.wait_ready()
        return self

    def wait_ready(self, seconds=START_S):
        end = time.monotonic() + seconds
        while not self.notices.wait("READY=1", 0, 0.1):
            if self.process.poll() is not None:
                self.finish()
                raise RuntimeError("assayd ended with %s:\n%s" %
                                   (self.status_at_end, self.log_text()[-3000:]))
            if time.monotonic() > end:
                self.kill()
                raise RuntimeError("assayd is not ready after %d s:\n%s" %
                                   (seconds, self.log_text()[-3000:]))

    def running(self):
        return self.process is not None and self.process.poll() is None

    @property
    def pid(self):
        return self.process.pid

    def signal(self, number):
        if self.running():
            self.process.send_signal(number)

    def stop(self, seconds=STOP_S):
        """Ends it as a service manager does; its exit status, or "hang"."""
        if self.process is None:
            return self.status_at_end
        self.signal(signal.SIGTERM)
        return self.wait(seconds)

    def wait(self, seconds=STOP_S):
        """Waits for its end without asking for it."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            self.status_at_end = "hang"
            return self.status_at_end
        return self.finish()

    def finish(self):
        self.status_at_end = self.process.returncode
        self.process = None
        self.notices.close()
        return self.status_at_end

    def kill(self):
        """SIGKILL for the daemon and what was below it at this moment."""
        if self.process is None:
            return
        below = self.descendants()
        self.process.kill()
        self.process.wait()
        for pid in below:
            if assaytest.process_name(pid).startswith("assay"):
                assaytest.kill(pid)
        self.finish()

    def __enter__(self):
        if self.process is None:
            self.start()
        return self

    def __exit__(self, *_):
        if self.running():
            self.stop()
        elif self.process is not None:
            self.finish()

    # ---- Processes --------------------------------------------------------

    def descendants(self):
        found, todo = [], [self.process.pid] if self.process else []
        while todo:
            new = assaytest.children(todo.pop())
            found += new
            todo += new
        return found

    def pids(self, name):
        """Of the processes below it that have that name, e.g. daemon.FRONT."""
        return [pid for pid in self.descendants() if assaytest.process_name(pid) == name]

    def front(self):
        return (self.pids(FRONT) or [None])[0]

    def store(self):
        return (self.pids(STORE) or [None])[0]

    def zygotes(self):
        return self.pids(ZYGOTE)

    def workers(self):
        return self.pids(WORKER)

    # ---- Log --------------------------------------------------------------

    def log_text(self):
        if not os.path.exists(self.log):
            return ""
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def log_lines(self):
        """Lines of the log that are JSON objects."""
        found = []
        for line in self.log_text().splitlines():
            if line.startswith("{"):
                try:
                    found.append(json.loads(line))
                except ValueError:
                    continue
        return found

    def log_of(self, message_id):
        """Lines of the log about one message."""
        return [line for line in self.log_lines() if message_id in line.values()]

    def wait_log(self, pattern, seconds=assaytest.HANG_S):
        return wait_for(lambda: re.search(pattern, self.log_text()), seconds)

    # ---- Talking to it ----------------------------------------------------

    def request(self, method, path, body=None, headers=None, listener="http",
                timeout=assaytest.HANG_S):
        return request(self.address(listener), method, path, body, headers, timeout)

    def scan(self, octets, headers=None, query="", listener="http", timeout=assaytest.HANG_S):
        return self.request("POST", "/v1/scan" + ("?" + query if query else ""), octets,
                            headers, listener, timeout)

    def status(self, listener="http"):
        return self.request("GET", "/v1/status", listener=listener).json()

    def metrics(self, listener="http"):
        """{'name{label="value"}': number} of GET /metrics."""
        text = self.request("GET", "/metrics", listener=listener).body.decode()
        found = {}
        for line in text.splitlines():
            if line and not line.startswith("#"):
                name, _, value = line.rpartition(" ")
                found[name] = float(value)
        return found

    def metric(self, name, listener="http", **labels):
        """The sum of all samples of a name that have these labels."""
        total = 0.0
        for key, value in self.metrics(listener).items():
            if key.partition("{")[0] == name and all(
                    '%s="%s"' % pair in key for pair in labels.items()):
                total += value
        return total

    def reload(self, timeout=START_S):
        return self.request("POST", "/v1/reload", b"", listener="control", timeout=timeout)

    def drain(self):
        return self.request("POST", "/v1/drain", b"", listener="control")

    def clamd(self, octets, listener="clamd", timeout=assaytest.HANG_S):
        """Sends octets, closes that direction, and returns all that comes."""
        with open_socket(self.address(listener), timeout) as sock:
            sock.sendall(octets)
            sock.shutdown(socket.SHUT_WR)
            return read_to_end(sock)

    def instream(self, octets, listener="clamd", timeout=assaytest.HANG_S):
        """The answer to one INSTREAM without its end, e.g. b"stream: OK"."""
        pieces = [octets[i:i + 65536] for i in range(0, len(octets), 65536)]
        stream = b"".join(len(p).to_bytes(4, "big") + p for p in pieces) + bytes(4)
        return self.clamd(b"zINSTREAM\0" + stream, listener, timeout).rstrip(b"\0")

    def assay(self, *arguments, **more):
        """Runs assay with the configuration of this daemon: assay("reload")."""
        return assaytest.assay(arguments[0], "--config", self.config, *arguments[1:], **more)
