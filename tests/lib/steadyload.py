# SPDX-License-Identifier: BSD-2-Clause
"""A steady load of messages, of which every answer is compared with the one
that the same message got when all was quiet.

    quiet = steadyload.Answers(server, messages)
    with steadyload.Load(server, quiet) as load:
        ...
    load.wrong, load.cuts, load.count
"""
import json
import threading
import time

import assaytest
import daemon
import samplemail as sample
import slowclients as slow

# What a verdict says about its making and not about the message.
OF_ITS_MAKING = ("id", "cost", "generation")


def messages(seed=1):
    """Of every kind, small enough to be many."""
    found = list(sample.mixed_mailbox(20, seed))
    found.append(sample.attached(b"MZ" + bytes(200), b"data.bin", number=90))
    found.append(sample.text(sample.prose(5, 60000), b"long", 91))
    return found


def lasting(body):
    verdict = json.loads(body)
    for key in OF_ITS_MAKING:
        verdict.pop(key, None)
    return json.dumps(verdict, sort_keys=True)


class Http:
    """Keeps its connection, as gateways do."""

    def __init__(self, server, listener="http"):
        self.address = server.address(listener)
        self.link = None

    def ask(self, octets):
        if self.link is None:
            self.link = daemon.connection(self.address)
        self.link.request("POST", "/v1/scan", octets)
        reply = self.link.getresponse()
        body = reply.read()
        if reply.status != 200:
            return "%d %s" % (reply.status, body[:300])
        return lasting(body)

    def close(self):
        if self.link is not None:
            self.link.close()
        self.link = None


class Clamd:
    def __init__(self, server, listener="clamd"):
        self.address = server.address(listener)

    def ask(self, octets):
        with slow.open_socket(self.address) as sock:
            sock.sendall(slow.PROTOCOLS["clamd"].request(octets))
            answer = daemon.read_to_end(sock)
        # Nothing at all is a connection that was cut.
        if not answer:
            raise ConnectionResetError("no answer")
        return answer.decode("latin-1")

    def close(self):
        pass


CLIENTS = (Http, Clamd)


class Answers:
    """(client class, message number) -> the right answer."""

    def __init__(self, server, octets):
        self.octets = octets
        self.right = {}
        for kind in CLIENTS:
            client = kind(server)
            for number, message in enumerate(octets):
                self.right[kind, number] = client.ask(message)
            client.close()


class Load:
    """clients: how many at the same time, of each kind in turn."""

    def __init__(self, server, answers, clients=8):
        self.server = server
        self.answers = answers
        self.lock = threading.Lock()
        self.over = threading.Event()
        self.count, self.cuts, self.worst_s = 0, 0, 0.0
        self.wrong = []
        self.hanging = 0
        self.threads = [threading.Thread(target=self.run, args=(CLIENTS[i % len(CLIENTS)], i),
                                         daemon=True) for i in range(clients)]

    def run(self, kind, number):
        client = kind(self.server)
        while not self.over.is_set():
            number = (number + 1) % len(self.answers.octets)
            self.one(kind, client, number)
        client.close()

    def one(self, kind, client, number):
        """One message, sent again as long as its connection is cut."""
        begin = time.monotonic()
        cuts, answer = 0, None
        while answer is None:
            try:
                answer = client.ask(self.answers.octets[number])
            except Exception as error:  # pylint: disable=broad-except
                client.close()
                cuts += 1
                if time.monotonic() - begin > assaytest.HANG_S:
                    answer = repr(error)
        seconds = time.monotonic() - begin
        with self.lock:
            self.count += 1
            self.cuts += cuts
            self.worst_s = max(self.worst_s, seconds)
            if answer != self.answers.right[kind, number]:
                self.wrong.append("%s, message %d: %s" % (kind.__name__, number, answer[:600]))

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        end = time.monotonic() + 2 * assaytest.HANG_S
        for thread in self.threads:
            thread.join(max(0, end - time.monotonic()))
        self.hanging = sum(thread.is_alive() for thread in self.threads)

    def check(self, tap, what, cuts_allowed=False):
        tap.diag("%s: %d messages, %d cut connections, the slowest %.2f s" %
                 (what, self.count, self.cuts, self.worst_s))
        tap.ok(self.count > 0 and not self.wrong,
               "%s: every verdict is the one of quiet times" % what,
               "%d of %d wrong\n%s" % (len(self.wrong), self.count, "\n".join(self.wrong[:5])))
        if not cuts_allowed:
            tap.equal(self.cuts, 0, "%s: no connection is cut" % what)
        tap.equal(self.hanging, 0, "%s: nobody hangs" % what)


class Every:
    """Calls something again and again from a thread, until the block is left."""

    def __init__(self, seconds, act):
        self.seconds = seconds
        self.act = act
        self.over = threading.Event()
        self.count = 0
        self.fault = ""
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        while not self.over.wait(self.seconds):
            try:
                if self.act() is not False:
                    self.count += 1
            except Exception as error:  # pylint: disable=broad-except
                self.fault = repr(error)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join(2 * assaytest.HANG_S)
