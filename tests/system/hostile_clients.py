# SPDX-License-Identifier: BSD-2-Clause
"""Clients that mean harm, at every listener, on UNIX sockets and on TCP: they
harm themselves. A good request is answered meanwhile and afterwards, and when
they have left the daemon holds no descriptor, no memory and no message of
theirs."""
import os
import random
import resource
import socket
import struct
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import assaytest  # noqa: E402
import daemon  # noqa: E402
import slowclients as slow  # noqa: E402

SOAK = os.environ.get("ASSAY_SOAK") == "1"
# A second is what is promised; five are allowed, because the machine that runs
# tests may be busy. A client that waits for a hostile one waits far longer.
GOOD_S = 5
IDLE = 5000
SOME = 50
# Memory that may stay: allocators keep a little, whatever was asked for.
KEPT_FACTOR, KEPT_KIB = 1.10, 2048
# The front gives memory back every few seconds.
TRIM_S = 15
# What SOME clients that do not read may cost altogether.
UNREAD_KIB = 64 * 1024
MESSAGE_BYTES = 4 << 20
# Some can only be ended by it.
IDLE_MS = 3000
# More than any of them holds.
BUFFER_BYTES = 48 * 1024
ENDLESS_BYTES = 3 * MESSAGE_BYTES


class Place:
    """A listener, and what is to be as before when its clients have left."""

    def __init__(self, tap, server, prober, name):
        self.tap = tap
        self.server = server
        self.prober = prober
        self.name = name
        self.protocol = slow.PROTOCOLS[server.listeners[name]["protocol"]]
        self.address = server.address(name)
        self.targets = [(name, self.protocol.name, self.address)]

    def crowd(self):
        return slow.Crowd()

    def word(self, octets):
        return slow.ask(self.protocol, self.address, octets)

    def ok(self, good, what, detail=""):
        return self.tap.ok(good, "%s: %s" % (self.name, what), detail)

    def unharmed(self, watched, what):
        """Whether the good requests of a time were served."""
        self.tap.diag("%s: %s: %d good requests, the slowest %.3f s" %
                      (self.name, what, watched.count, watched.worst_s))
        self.ok(watched.count and not watched.wrong and watched.worst_s < GOOD_S,
                "%s: good requests are answered meanwhile" % what,
                "%d requests, the slowest %.1f s\n%s" %
                (watched.count, watched.worst_s, "\n".join(watched.wrong[:10])))


# ---- Those who wait ----------------------------------------------------------

def idle(place):
    with place.crowd() as crowd:
        with place.prober.asking(place.targets) as watched:
            crowd.add(place.address, IDLE)
            seen = daemon.wait_for(lambda: opened(place.server, place.name) >= IDLE)
        place.ok(seen, "%d idle connections are held at the same time" % IDLE,
                 opened(place.server, place.name))
        place.unharmed(watched, "%d idle connections" % IDLE)


def opened(server, name):
    return next(each["open"] for each in server.status("control")["listeners"]
                if each["name"] == name)


def announcements(protocol):
    """Much is announced, little is sent."""
    if protocol.name == "http":
        yield b"POST /v1/scan HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nFrom: a"
        yield b"POST /v1/scan HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\nF"
        yield (b"POST /v1/scan HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
               b"4\r\nFrom\r\n")
        yield (b"POST /v1/scan HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n"
               b"Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\nContent-Disp")
        yield b"GET /v1/status HTTP/1.1\r\nHost: x\r\nX-Endless: "
    elif protocol.name == "clamd":
        yield b"zINSTREAM\0" + struct.pack(">I", 1000000)
        yield b"zINSTREAM\0" + struct.pack(">I", 1000000) + b"From: a"
        yield b"zINSTREAM\0\0\0"
        yield b"zIDSESSION\0zPING\0zINSTREAM\0" + struct.pack(">I", 1000) + b"x"
        yield b"zFILDES\0"
    else:
        yield protocol.offer + b"\0\0"
        yield protocol.offer + struct.pack(">Ic", 60000, b"M") + b"<ann"
        yield protocol.offer + protocol.envelope() + struct.pack(">Ic", 500000, b"L") + b"Sub"
        yield protocol.offer + protocol.envelope() + struct.pack(">Ic", 60000, b"B") + b"text"
        yield protocol.offer + protocol.envelope()


def cuts(protocol, count):
    """A good request up to points that are spread over its length."""
    whole = protocol.request(slow.EICAR)
    return [whole[:1 + i * (len(whole) - 2) // count] for i in range(count)]


def stuck(place):
    pieces = list(announcements(place.protocol))
    pieces += cuts(place.protocol, SOME - len(pieces))
    with place.crowd() as crowd:
        with place.prober.asking(place.targets) as watched:
            for sock, piece in zip(crowd.add(place.address, len(pieces)), pieces):
                sock.sendall(piece)
        place.unharmed(watched, "%d stuck inside a request" % len(pieces))


def dripping(place):
    """All of them send a request octet by octet, and get what they ask for."""
    whole = [place.protocol.request(octets) for octets, _ in slow.GOOD]
    wanted = [word for _, word in slow.GOOD]
    with place.crowd() as crowd:
        socks = crowd.add(place.address, SOME)
        with place.prober.asking(place.targets) as watched:
            for at in range(max(map(len, whole))):
                for number, sock in enumerate(socks):
                    octets = whole[number % 2]
                    if at < len(octets):
                        sock.send(octets[at:at + 1])
        place.unharmed(watched, "%d dripping one octet at a time" % SOME)
        words = [place.protocol.read(sock) for sock in socks]
        place.ok(words == [wanted[number % 2] for number in range(SOME)],
                 "a request that comes octet by octet is answered like any other", words)


# ---- Those who do not read ---------------------------------------------------

def unread(place):
    protocol, most = place.protocol, 64 << 20
    before = slow.resident_kib(place.server.front())
    with place.crowd() as crowd:
        with place.prober.asking(place.targets) as watched:
            for sock in crowd.add(place.address, SOME, small=True):
                sock.sendall(protocol.chatter_begin)
            sent = slow.push_until_blocked(crowd.socks, protocol.chatter * 64, most)
            grown = slow.resident_kib(place.server.front()) - before
        place.unharmed(watched, "%d that never read their answers" % SOME)
        place.tap.diag("%s: %d KiB sent by each, memory of the front grew by %d KiB" %
                       (place.name, max(sent) // 1024, grown))
        place.ok(max(sent) < most and grown < UNREAD_KIB,
                 "who does not read is not read either", "%s octets, %d KiB" % (sent, grown))
    read_late(place)


def read_late(place):
    """One that begins to read after all gets every answer."""
    protocol = place.protocol
    got, count = b"", 0
    with place.crowd() as crowd:
        sock = crowd.add(place.address)[0]
        sock.sendall(protocol.chatter_begin)
        wanted = slow.push_until_blocked([sock], protocol.chatter * 64,
                                         1 << 16)[0] // len(protocol.chatter)
        try:
            while count < wanted:
                piece = sock.recv(1 << 20)
                if not piece:
                    break
                got += piece
                count = protocol.chatter_answers(got)
        except OSError as error:
            place.tap.diag(repr(error))
    place.ok(count == wanted, "answers that are read late are there, every one",
             "%d of %d" % (count, wanted))


def impatient(place):
    """Whole requests, and nobody there when the answer comes."""
    with place.prober.asking(place.targets) as watched:
        for number in range(300):
            sock = slow.open_socket(place.address)
            sock.sendall(place.protocol.request(slow.GOOD[number % 2][0]))
            if number % 3 == 0:
                slow.reset(sock)
            else:
                sock.close()
    place.unharmed(watched, "300 that leave before their answer")


# ---- Those who talk nonsense -------------------------------------------------

def endless(protocol):
    """(name, beginning, what is repeated)"""
    if protocol.name == "http":
        post = b"POST /v1/scan HTTP/1.1\r\nHost: x\r\n"
        yield "a target", b"GET /", b"a" * 65536
        yield "a header line", b"GET /v1/status HTTP/1.1\r\nHost: x\r\nA: ", b"a" * 65536
        yield "header lines", b"GET /v1/status HTTP/1.1\r\nHost: x\r\n", b"A: b\r\n" * 8192
        yield "empty lines", b"", b"\r\n" * 32768
        yield ("a message in chunks", post + b"Transfer-Encoding: chunked\r\n\r\n",
               b"10000\r\n" + b"a" * 65536 + b"\r\n")
        yield ("the extension of a chunk", post + b"Transfer-Encoding: chunked\r\n\r\n5;",
               b"a" * 65536)
        yield ("the length of a chunk", post + b"Transfer-Encoding: chunked\r\n\r\n",
               b"0" * 65536)
        yield ("a trailer", post + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n",
               b"A: b\r\n" * 8192)
        yield ("a multipart preamble", post + b"Content-Type: multipart/form-data; boundary=b"
               b"\r\nTransfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b"a" * 4096 + b"\r\n")
    elif protocol.name == "clamd":
        yield "a line after z", b"z", b"A" * 65536
        yield "a line after n", b"n", b"A" * 65536
        yield "a bare line", b"", b"A" * 65536
        yield "a stream", b"zINSTREAM\0", struct.pack(">I", 65536) + b"a" * 65536
        yield "a stream of single octets", b"zINSTREAM\0", b"\0\0\0\1a" * 8192
    else:
        begin = protocol.offer + protocol.envelope()
        field = slow.frame(b"L", b"Subject\0" + b" " + b"a" * 60000 + b"\0")
        yield "header fields", begin, field
        yield "small header fields", begin, slow.frame(b"L", b"A\0 b\0") * 4096
        yield "a body", begin + slow.frame(b"N"), slow.frame(b"B", b"a" * 65000)
        yield "recipients", begin, slow.frame(b"R", b"<bert@example.net>\0") * 4096
        yield "macros", begin, slow.frame(b"D", b"R" + b"{name}\0value\0" * 1000)
        yield "HELO", begin[:len(protocol.offer)], slow.frame(b"H", b"a" * 60000 + b"\0")


def lines(place):
    """What has no end is refused, or harms nobody: afterwards everything is
    sent that a whole request would need, and no verdict lets it through."""
    bad = []
    with place.prober.asking(place.targets) as watched:
        for name, begin, piece in endless(place.protocol):
            with place.crowd() as crowd:
                sock = crowd.add(place.address)[0]
                sock.sendall(begin)
                sent = 0
                while sent < ENDLESS_BYTES:
                    try:
                        sock.sendall(piece)
                    except OSError:
                        break
                    sent += len(piece)
                slow.half_close(sock)
                octets, closed = slow.all_that_comes(sock)
                if not closed or place.protocol.answer(octets) == "accept":
                    bad.append((name, sent, closed, octets[:200]))
    place.unharmed(watched, "endless lines")
    place.ok(not bad, "what never ends is not accepted, and its connection ends",
             "\n".join(map(str, bad)))


def lengths(protocol):
    if protocol.name == "http":
        for line in (b"Content-Length: 9223372036854775807", b"Content-Length: -1",
                     b"Content-Length: 18446744073709551615", b"Content-Length: 1" + b"0" * 40,
                     b"Content-Length: 0x10", b"Content-Length: 5, 5", b"Content-Length: +5",
                     b"Content-Length: 5\r\nContent-Length: 6",
                     b"Content-Length: 5\r\nTransfer-Encoding: chunked",
                     b"Transfer-Encoding: chunked, chunked", b"Transfer-Encoding: gzip"):
            yield b"POST /v1/scan HTTP/1.1\r\nHost: x\r\n" + line + b"\r\n\r\nFrom: a"
        for size in (b"ffffffffffffffff", b"7fffffffffffffff", b"1" + b"0" * 30, b"-1", b"+5",
                     b"0x5", b"zz", b""):
            yield (b"POST /v1/scan HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" +
                   size + b"\r\nFrom: a\r\n\r\nhello\r\n0\r\n\r\n")
    elif protocol.name == "clamd":
        for size in (0xffffffff, 0x80000000, 0x7fffffff, MESSAGE_BYTES + 1):
            yield b"zINSTREAM\0" + struct.pack(">I", size) + b"From: a\r\n\r\nhello\r\n" + bytes(4)
        yield (b"zINSTREAM\0" + struct.pack(">I", 5) + b"From:" +
               struct.pack(">I", MESSAGE_BYTES - 4) + b"x")
    else:
        for size in (0, 0xffffffff, 0x80000000, 0x7fffffff, (1 << 20) + 4098):
            for command in (b"O", b"L", b"B", b"E", b"R", b"?"):
                yield struct.pack(">I", size) + command
                yield (protocol.offer + protocol.envelope() + struct.pack(">I", size) + command +
                       b"x" * 100)
        yield slow.frame(b"O", bytes(65535))
        yield slow.frame(b"O", bytes(3))
        yield protocol.offer * 2


def huge(place):
    bad = []
    with place.prober.asking(place.targets) as watched:
        for octets in lengths(place.protocol):
            with place.crowd() as crowd:
                sock = crowd.add(place.address)[0]
                sock.sendall(octets)
                slow.half_close(sock)
                said, closed = slow.all_that_comes(sock)
                if not closed or place.protocol.answer(said) == "accept":
                    bad.append((octets[:120], closed, said[:120]))
    place.unharmed(watched, "huge and odd lengths")
    place.ok(not bad, "a length that cannot be is not believed", "\n".join(map(str, bad)))


def full_buffers(place):
    """Whoever fills what is set aside for a line or a frame, and then neither
    ends it nor goes away, costs no processor time."""
    with place.crowd() as crowd:
        with place.prober.asking(place.targets) as watched:
            for _, begin, piece in endless(place.protocol):
                sock = crowd.add(place.address)[0]
                slow.send_some(sock, (begin + piece)[:BUFFER_BYTES])
        place.unharmed(watched, "full buffers")
        begin, used = time.monotonic(), slow.processor_s(place.server.front())
        time.sleep(0.5)
        used = slow.processor_s(place.server.front()) - used
        share = used / (time.monotonic() - begin)
        place.ok(share < 0.3, "full buffers keep nobody busy", "%.0f %%" % (100 * share))


def garbage(place):
    """Octets of no protocol, and requests with a few octets changed."""
    rng = random.Random(7)
    whole = place.protocol.request(slow.EICAR)
    late = []
    with place.prober.asking(place.targets) as watched:
        for number in range(2000 if SOAK else 400):
            if number % 2 == 0:
                octets = rng.randbytes(rng.randrange(1, 3000))
            else:
                changed = bytearray(whole)
                for _ in range(rng.randrange(1, 6)):
                    changed[rng.randrange(min(len(changed), 300))] = rng.randrange(256)
                octets = bytes(changed)
            with place.crowd() as crowd:
                sock = crowd.add(place.address)[0]
                while octets:
                    count = slow.send_some(sock, octets)
                    if not count:
                        break
                    octets = octets[count:]
                slow.half_close(sock)
                if not slow.all_that_comes(sock)[1]:
                    late.append(number)
    place.unharmed(watched, "garbage")
    place.ok(not late, "after garbage and its end the connection ends", late)


# ---- Those who leave ---------------------------------------------------------

def cut(place):
    """Requests that end at any point: closed, reset, and half closed."""
    pieces = cuts(place.protocol, 60)
    late, accepted = [], []
    with place.prober.asking(place.targets) as watched:
        for piece in pieces:
            for end in (socket.socket.close, slow.reset, slow.half_close):
                sock = slow.open_socket(place.address)
                sock.sendall(piece)
                end(sock)
                if end is not slow.half_close:
                    continue
                octets, closed = slow.all_that_comes(sock)
                sock.close()
                if not closed:
                    late.append(len(piece))
                if place.protocol.answer(octets) == "accept":
                    accepted.append(len(piece))
    place.unharmed(watched, "cut and half-closed connections")
    place.ok(not late, "a half-closed connection with half a request is closed", late)
    place.ok(not accepted, "half a message is never accepted", accepted)
    words = []
    for octets, _ in slow.GOOD:
        with place.crowd() as crowd:
            sock = crowd.add(place.address)[0]
            sock.sendall(place.protocol.request(octets))
            slow.half_close(sock)
            words.append(place.protocol.read(sock))
    wanted = [word for _, word in slow.GOOD]
    if place.protocol.name == "milter":
        # A mail server that shuts down its side is about to close: no verdict
        # may be lost on it, so none, or the right one.
        wanted = [[word, "none"] for word in wanted]
        place.ok(all(word in these for word, these in zip(words, wanted)),
                 "a whole request before a half-close: its answer, or none", words)
    else:
        place.ok(words == wanted, "a whole request before a half-close is answered", words)


def hasty(place):
    count = 20000 if SOAK else 3000
    with place.prober.asking(place.targets) as watched:
        for _ in range(count):
            slow.open_socket(place.address).close()
    place.unharmed(watched, "%d connections that come and go" % count)


# ---- Afterwards --------------------------------------------------------------

class Before:
    """How the front was when nobody was there."""

    def __init__(self, server):
        self.server = server
        self.front = server.front()
        self.descriptors = slow.descriptors(self.front)
        self.kib = slow.resident_kib(self.front)

    def holds(self):
        """What listeners still have of their clients."""
        status = self.server.status("control")
        held = {each["name"]: [each["open"], each["tasks"], each["spool_bytes"]]
                for each in status["listeners"]
                if each["protocol"] != "control" and
                (each["open"] or each["tasks"] or each["spool_bytes"])}
        if status["tasks"] or status["spool"]["bytes"] or status["queue"]["length"]:
            held[""] = [status["tasks"], status["spool"], status["queue"]]
        return held

    def check(self, place):
        left = {}
        daemon.wait_for(lambda: not self.look(left))
        place.ok(not left["held"], "connections, messages and octets are counted down to none",
                 left["held"])
        place.ok(left["more"] <= 0, "no descriptor is left behind",
                 "%d more than before" % left["more"])
        place.ok(self.server.front() == self.front, "it is the same front as before")

    def look(self, left):
        left["held"] = self.holds()
        left["more"] = slow.descriptors(self.front) - self.descriptors
        return left["held"] or left["more"] > 0

    def memory(self, tap, what):
        most = self.kib * KEPT_FACTOR + KEPT_KIB
        daemon.wait_for(lambda: slow.resident_kib(self.front) <= most, TRIM_S, 0.2)
        now = slow.resident_kib(self.front)
        tap.diag("%s: memory of the front %d KiB, before %d KiB" % (what, now, self.kib))
        tap.ok(now <= most, "%s: the memory of the front is what it was" % what,
               "%d KiB, before %d KiB" % (now, self.kib))


# ---- Times -------------------------------------------------------------------

SHORT = {"first_byte_ms": 1000, "idle_ms": 1000, "request_ms": 2500, "keepalive_ms": 1000,
         "connections": 400, "jobs": 200}


def dropped(tap, server, name):
    """Everybody who waits too long is hung up on, whatever for."""
    protocol = slow.PROTOCOLS[server.listeners[name]["protocol"]]
    address = server.address(name)
    whole = protocol.request(slow.CLEAN)
    with slow.Crowd() as crowd:
        silent = crowd.add(address, SOME)
        begun = crowd.add(address, SOME)
        for sock, piece in zip(begun, cuts(protocol, SOME)):
            sock.sendall(piece)
        drips = crowd.add(address, SOME)
        deaf = crowd.add(address, SOME // 2, small=True)
        for sock in deaf:
            sock.sendall(protocol.chatter_begin)
        slow.push_until_blocked(deaf, protocol.chatter * 64, 4 << 20)
        alive = drip_until_dropped(drips, whole)
        tap.ok(not alive, "%s: who drips for longer than request_ms is hung up on" % name,
               "%d are still there" % alive)
        tap.equal(slow.count_closed(silent, assaytest.HANG_S), SOME,
                  "%s: who says nothing for first_byte_ms is hung up on" % name)
        tap.equal(slow.count_closed(begun, assaytest.HANG_S), SOME,
                  "%s: who stops inside a request is hung up on" % name)
        gone = daemon.wait_for(lambda: opened(server, name) == 0)
        tap.ok(gone, "%s: who does not read its answers is hung up on" % name,
               "%d are still there" % opened(server, name))


def drip_until_dropped(socks, whole):
    """An octet of each every tenth of a second; how many are there at last."""
    end = time.monotonic() + assaytest.HANG_S
    alive, at = list(socks), 0
    while alive and at < len(whole) - 1 and time.monotonic() < end:
        alive = [sock for sock in alive if slow.send_some(sock, whole[at:at + 1]) is not None]
        at += 1
        time.sleep(0.1)
    return len(alive)


def full_house(tap, server, name):
    """As many silent connections as there may be: a client with something to
    say gets the place of one of them."""
    protocol = slow.PROTOCOLS[server.listeners[name]["protocol"]]
    with slow.Crowd() as crowd:
        crowd.add(server.address(name), server.listeners[name]["connections"])
        words = []
        good = daemon.wait_for(lambda: words.append(slow.ask(
            protocol, server.address(name), slow.CLEAN)) or words[-1] == "accept")
        tap.ok(good, "%s: a listener full of silent clients serves one that speaks" % name,
               words[-5:])
        tap.ok(set(words) <= {"accept", "again", "none"} and words.count("none") == 0,
               "%s: until then it is told to come again" % name, words)


def busy_jobs(tap, server, name):
    """As many unfinished messages as there may be: the next is told so, and is
    served when one of them has gone."""
    protocol = slow.PROTOCOLS[server.listeners[name]["protocol"]]
    address = server.address(name)
    part = protocol.request(slow.CLEAN)[:-20]
    with slow.Crowd() as crowd:
        for sock in crowd.add(address, server.listeners[name]["jobs"]):
            sock.sendall(part)
        full = daemon.wait_for(lambda: next(
            each["tasks"] for each in server.status("control")["listeners"]
            if each["name"] == name) >= server.listeners[name]["jobs"])
        tap.ok(full, "%s: unfinished messages are counted" % name)
        begin = time.monotonic()
        word = slow.ask(protocol, address, slow.EICAR)
        tap.ok(word == "again", "%s: one message too many is told to come again" % name, word)
        tap.diag("%s: told after %.3f s" % (name, time.monotonic() - begin))
    words = []
    daemon.wait_for(lambda: words.append(slow.ask(protocol, address, slow.EICAR)) or
                    words[-1] == "reject")
    tap.equal(words[-1], "reject", "%s: and is served when there is room again" % name)


def times(tap, folder):
    listeners = {"control": {}}
    for name in slow.PROTOCOLS:
        listeners[name] = dict(SHORT, protocol=name)
        listeners["few-" + name] = {"protocol": name, "connections": 40, "jobs": 8}
    with daemon.Daemon(folder, listeners=listeners, name="times") as server:
        for name in slow.PROTOCOLS:
            dropped(tap, server, name)
            full_house(tap, server, "few-" + name)
            busy_jobs(tap, server, "few-" + name)


# ---- All ---------------------------------------------------------------------

CASES = (idle, stuck, dripping, unread, impatient, lines, full_buffers, huge, garbage, cut,
         hasty)


def listeners_of():
    """Each protocol twice."""
    found = {"control": {}}
    for name in slow.PROTOCOLS:
        found[name] = {"protocol": name, "idle_ms": IDLE_MS}
        found[name + " tcp"] = {"protocol": name, "idle_ms": IDLE_MS,
                                "address": "inet:127.0.0.1:%d" % daemon.free_port()}
    return found


def body(tap, folder):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard < IDLE + 200:
        tap.skip("%d idle connections" % IDLE, "only %d descriptors are allowed" % hard)
        return
    with daemon.Daemon(folder, listeners=listeners_of(), options={"log_level": "warning"},
                       extra='limits {\n\tmessage_bytes = "%d"\n}\n' % MESSAGE_BYTES) as server:
        prober = slow.Prober()
        names = [name for name in server.listeners if name != "control"]
        places = [Place(tap, server, prober, name) for name in names]
        for _ in range(20):
            prober.round([place.targets[0] for place in places])
        slow.all_workers_there(server)
        before = Before(server)
        for place in places:
            for case in CASES:
                begin = time.monotonic()
                case(place)
                tap.diag("%s: %s took %.1f s" % (place.name, case.__name__,
                                                 time.monotonic() - begin))
            before.check(place)
            if place.name.endswith("tcp"):
                before.memory(tap, place.protocol.name)
        place.unharmed(prober.round([each.targets[0] for each in places]), "afterwards")
        prober.close()
        tap.equal(server.stop(), 0, "the daemon ends as if nothing had been")
    times(tap, folder)


if __name__ == "__main__":
    assaytest.main(body)
