# SPDX-License-Identifier: BSD-2-Clause
"""Clients that harm, and one that watches whether anybody else is harmed.

A Protocol makes the octets of a request and understands the answer; what is
sent of them, how and when, is the business of the tests. Answers become one
word, so that all protocols can be asked the same:

    accept, reject      a verdict
    again               a temporary failure, in the words of the protocol
    none                the connection ended without an answer
    anything else       what was said instead
"""
import contextlib
import multiprocessing
import os
import select
import socket
import struct
import time

import assaytest
import daemon
import samplemail as sample

CLEAN = sample.text(sample.prose(1, 400), b"clean")
EICAR = sample.attached(sample.EICAR, b"eicar.com", subject=b"infected")
GOOD = ((CLEAN, "accept"), (EICAR, "reject"))


# ---- Protocols ----------------------------------------------------------

class Http:
    name = "http"

    @staticmethod
    def request(octets):
        return (b"POST /v1/scan HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                b"Content-Length: %d\r\n\r\n" % len(octets)) + octets

    # Short to ask, long to answer, as often as one likes on one connection.
    chatter_begin = b""
    chatter = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"

    @staticmethod
    def chatter_answers(octets):
        return octets.count(b"HTTP/1.1 200")

    @staticmethod
    def answer(octets):
        head, _, rest = octets.partition(b"\r\n\r\n")
        if head.startswith(b"HTTP/1.1 100"):
            head = rest.partition(b"\r\n\r\n")[0]
        head = head.decode("latin-1")
        status = head[9:12]
        if not octets:
            return "none"
        if status == "503":
            return "again"
        for line in head.split("\r\n")[1:]:
            name, _, value = line.partition(": ")
            if status == "200" and name == "Assay-Action":
                return value
        return status or head[:60]

    def read(self, sock):
        # A reset may follow the answer: what came before it counts.
        return self.answer(all_that_comes(sock, sock.gettimeout())[0])


class Clamd:
    name = "clamd"

    @staticmethod
    def request(octets):
        return b"zINSTREAM\0" + struct.pack(">I", len(octets)) + octets + bytes(4)

    chatter_begin = b"zIDSESSION\0"
    chatter = b"zVERSION\0"

    @staticmethod
    def chatter_answers(octets):
        return octets.count(b"\0")

    @staticmethod
    def answer(octets):
        text = octets.rstrip(b"\0\n").decode("latin-1")
        if not text:
            return "none"
        if text.endswith("ERROR"):
            return "again"
        return {"stream: OK": "accept"}.get(
            text, "reject" if text.endswith(" FOUND") else text[:60])

    def read(self, sock):
        # A reset may follow the answer: what came before it counts.
        return self.answer(all_that_comes(sock, sock.gettimeout())[0])


def frame(command, payload=b""):
    """One of the milter protocol."""
    return struct.pack(">I", len(payload) + 1) + command + payload


class Milter:
    name = "milter"
    # Every action, and every step that the server may leave out or leave
    # unanswered: the only answer is that to the end of the message.
    offer = frame(b"O", struct.pack(">III", 6, 0x1ff, 0x1fffff))
    # The same, but everything is answered.
    offer_talk = frame(b"O", struct.pack(">III", 6, 0x1ff, 0))
    connect = frame(b"C", b"client.example\0" b"4" + struct.pack(">H", 2525) + b"192.0.2.1\0")

    def envelope(self):
        return (self.connect + frame(b"H", b"client.example\0") +
                frame(b"M", b"<ann@example.org>\0") + frame(b"R", b"<bert@example.net>\0"))

    @staticmethod
    def content(octets):
        head, _, body = octets.partition(b"\r\n\r\n")
        out = b""
        for field in head.replace(b"\r\n ", b"\n ").replace(b"\r\n\t", b"\n\t").split(b"\r\n"):
            name, _, value = field.partition(b":")
            out += frame(b"L", name + b"\0" + value + b"\0")
        return out + frame(b"N") + b"".join(frame(b"B", body[i:i + 65535])
                                            for i in range(0, len(body), 65535))

    def request(self, octets):
        return self.offer + self.envelope() + self.content(octets) + frame(b"E")

    chatter_begin = offer_talk + connect
    chatter = frame(b"H", b"client.example\0")

    @staticmethod
    def chatter_answers(octets):
        """Without those to the beginning."""
        return sum(command == b"c" for command, _ in Milter.frames(octets)) - 1

    @staticmethod
    def frames(octets):
        while len(octets) >= 5:
            size = struct.unpack(">I", octets[:4])[0]
            yield octets[4:5], octets[5:4 + size]
            octets = octets[4 + size:]

    @staticmethod
    def verdict(command, payload):
        """The word for a frame that ends a message, or None."""
        if command in b"ac":
            return "accept"
        if command == b"t" or (command == b"y" and payload.startswith(b"4")):
            return "again"
        return {b"r": "reject", b"y": "reject", b"d": "discard"}.get(command)

    def answer(self, octets):
        for command, payload in self.frames(octets):
            word = self.verdict(command, payload)
            if word:
                return word
        return "none"

    def read(self, sock):
        """The server keeps the connection: reads as far as the verdict."""
        got = b""
        while True:
            piece = sock.recv(65536)
            got += piece
            word = self.answer(got)
            if not piece or word != "none":
                return word


PROTOCOLS = {protocol.name: protocol for protocol in (Http(), Clamd(), Milter())}


def ask(protocol, address, octets, timeout=assaytest.HANG_S):
    """The word for one message on a connection of its own."""
    with open_socket(address, timeout) as sock:
        try:
            sock.sendall(protocol.request(octets))
        except (BrokenPipeError, ConnectionResetError):
            pass  # an answer may stand there all the same
        try:
            return protocol.read(sock)
        except ConnectionResetError:
            return "none"


# ---- Whether others are harmed ------------------------------------------

class Watched:
    """What the good requests of a time got."""

    def __init__(self):
        self.count = 0
        self.worst_s = 0.0
        self.wrong = []

    def add(self, name, seconds, word, wanted):
        self.count += 1
        self.worst_s = max(self.worst_s, seconds)
        if word != wanted:
            self.wrong.append("%s: %s instead of %s" % (name, word, wanted))


def good_requests(targets, watched):
    for name, protocol, address in targets:
        for octets, wanted in GOOD:
            begin = time.monotonic()
            try:
                word = ask(PROTOCOLS[protocol], address, octets)
            except OSError as error:
                word = repr(error)
            watched.add(name, time.monotonic() - begin, word, wanted)


class Prober:
    """Asks good questions from a process of its own, so that what its parent
    does to the daemon does not slow it down. Made before there are any
    connections: it would hold copies of them."""

    def __init__(self):
        context = multiprocessing.get_context("fork")
        self.end, end = context.Pipe()
        self.process = context.Process(target=self.run, args=(end,), daemon=True)
        self.process.start()
        end.close()

    def run(self, end):
        self.end.close()
        while True:
            try:
                targets = end.recv()
            except EOFError:
                os._exit(0)
            watched = Watched()
            while True:
                good_requests(targets, watched)
                if end.poll():
                    break
            end.recv()
            end.send(watched)

    @contextlib.contextmanager
    def asking(self, targets):
        """Yields a Watched that is filled when the block is left. At least one
        round is asked of all targets, begun within the block."""
        watched = Watched()
        self.end.send(targets)
        try:
            yield watched
        finally:
            self.end.send(None)
            watched.__dict__.update(self.end.recv().__dict__)

    def round(self, targets):
        """One round; returns its Watched."""
        with self.asking(targets) as watched:
            pass
        return watched

    def close(self):
        self.end.close()
        self.process.join(assaytest.HANG_S)


# ---- Sockets ------------------------------------------------------------

def open_socket(address, timeout=assaytest.HANG_S):
    """As in daemon.py, but waits at a full backlog: there a connect() that does
    not wait fails at a UNIX socket."""
    if not isinstance(address, str):
        return daemon.open_socket(address, timeout)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", timeout, 0))
    try:
        sock.connect(address)
        sock.settimeout(timeout)
    except BaseException:
        sock.close()
        raise
    return sock


class Crowd:
    """Connections that are closed together."""

    def __init__(self):
        self.socks = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for sock in self.socks:
            sock.close()

    def add(self, address, count=1, small=False):
        """small: buffers that hold next to nothing."""
        new = []
        for _ in range(count):
            sock = open_socket(address)
            new.append(sock)
            self.socks.append(sock)
            if small:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
            if sock.family != socket.AF_UNIX:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return new


def send_some(sock, octets):
    """What the kernel takes at once; None when nobody is there any more."""
    timeout = sock.gettimeout()
    # MSG_DONTWAIT is not enough: Python waits by itself before the call.
    sock.setblocking(False)
    try:
        return sock.send(octets)
    except BlockingIOError:
        return 0
    except OSError:
        return None
    finally:
        sock.settimeout(timeout)


def push_until_blocked(socks, octets, most, patience_s=0.25):
    """Sends octets on all of them again and again until the other side reads no
    more; how many octets went on each, at most `most` or a little more."""
    poller = select.poll()
    ready = {sock.fileno(): number for number, sock in enumerate(socks)}
    sent = [0] * len(socks)
    for sock in socks:
        poller.register(sock, select.POLLOUT)
    while ready:
        events = poller.poll(patience_s * 1000)
        if not events:
            break
        for fd, _ in events:
            number = ready[fd]
            count = send_some(socks[number], octets[sent[number] % len(octets):])
            sent[number] += count or 0
            if count is None or sent[number] >= most:
                poller.unregister(fd)
                del ready[fd]
    return sent


def reset(sock):
    """Closes without a farewell: the other side gets ECONNRESET (TCP)."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def half_close(sock):
    try:
        sock.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def all_that_comes(sock, seconds=assaytest.HANG_S):
    """(octets, whether the other side has closed) within the time."""
    end = time.monotonic() + seconds
    timeout = sock.gettimeout()
    pieces, closed = [], False
    while not closed:
        sock.settimeout(max(0.001, end - time.monotonic()))
        try:
            piece = sock.recv(65536)
        except socket.timeout:
            break
        except OSError:
            piece = b""
        pieces.append(piece)
        closed = not piece
    sock.settimeout(timeout)
    return b"".join(pieces), closed


def count_closed(socks, seconds):
    """How many of them the other side closes within the time. What comes
    before is read away."""
    poller = select.poll()
    waiting = {}
    for sock in socks:
        poller.register(sock, select.POLLIN)
        waiting[sock.fileno()] = sock
    end = time.monotonic() + seconds
    while waiting and time.monotonic() < end:
        for fd, _ in poller.poll(100):
            try:
                if waiting[fd].recv(65536):
                    continue
            except BlockingIOError:
                continue
            except OSError:
                pass
            poller.unregister(fd)
            del waiting[fd]
    return len(socks) - len(waiting)


# ---- What a process holds -----------------------------------------------

def all_workers_there(server):
    """Each costs the front descriptors, and they come one after the other: one
    for each message at the same time, and a spare one."""
    def there():
        workers = server.status("control")["workers"]
        return workers["alive"] > workers["wanted"]
    return daemon.wait_for(there)


def descriptors(pid):
    return len(os.listdir("/proc/%d/fd" % pid))


def processor_s(pid):
    """Seconds that it has used of a processor so far."""
    with open("/proc/%d/stat" % pid) as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_kib(pid):
    with open("/proc/%d/status" % pid) as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    return 0
