# SPDX-License-Identifier: BSD-2-Clause
"""What goes wrong in and around a daemon that works: killed workers, zygotes,
store and front under load, clients that vanish, a full disk, no descriptors.
No verdict becomes another one, and nobody waits for ever."""
import os
import random
import resource
import socket
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import assaytest  # noqa: E402
import daemon  # noqa: E402
import plugins  # noqa: E402
import samplemail as sample  # noqa: E402
import slowclients as slow  # noqa: E402
import steadyload  # noqa: E402

SOAK = os.environ.get("ASSAY_SOAK") == "1"
# How long each fault goes on under load.
LOAD_S = 60 if SOAK else 6
# Faults that must have happened for a test to say anything.
KILLS_MIN = 5
# A policy that keeps back whatever something was found in.
KEEP = 'policy "keep" {\n\tquarantine = { "*" }\n}\n'


# ---- Killed under load -------------------------------------------------------

def kill_one(pids):
    """One of these processes, which the test's own daemon has started."""
    pids = [pid for pid in pids if pid > 1]
    return bool(pids) and assaytest.kill(random.choice(pids))


def workers_and_reloads(tap, server, quiet):
    bad = []

    def reload():
        reply = server.reload()
        if reply.status != 200:
            bad.append(str(reply))

    with steadyload.Load(server, quiet) as load, \
            steadyload.Every(0.1, lambda: kill_one(server.workers())) as kills, \
            steadyload.Every(1, reload) as reloads:
        time.sleep(LOAD_S)
    tap.diag("%d workers killed, %d reloads" % (kills.count, reloads.count))
    tap.ok(kills.count >= KILLS_MIN and reloads.count >= 2, "workers were killed under load",
           "%d kills, %d reloads" % (kills.count, reloads.count))
    load.check(tap, "a worker killed every 100 ms, a reload every second")
    tap.ok(not bad and not reloads.fault, "every reload under load goes well",
           "%s %s" % (bad, reloads.fault))


def zygotes(tap, server, quiet):
    def kill_zygote():
        # One that has loaded: that one dies while it loads is another fault,
        # after which messages are refused until its pause is over.
        return server.status("control")["workers"]["alive"] > 0 and kill_one(server.zygotes())

    with steadyload.Load(server, quiet) as load, \
            steadyload.Every(0.7, kill_zygote) as kills:
        time.sleep(LOAD_S)
        done = daemon.wait_for(lambda: kills.count >= KILLS_MIN, 10 * assaytest.HANG_S)
    tap.ok(done, "zygotes were killed under load", "%d %s" % (kills.count, kills.fault))
    load.check(tap, "a zygote killed every 0.7 s")
    good = daemon.wait_for(lambda: server.status()["workers"]["alive"] > 0)
    tap.ok(good, "and its workers are there again")


class SocketWatch:
    """Whether a client could connect at all times."""

    def __init__(self, address):
        self.address = address
        self.faults = []

    def look(self):
        try:
            slow.open_socket(self.address).close()
        except OSError as error:
            self.faults.append(repr(error))


def fronts(tap, server, quiet):
    watch = SocketWatch(server.address("http"))

    def kill_front():
        # One that has begun to serve: a pause between two deaths is kept.
        return server.status("control")["ready"] and kill_one([server.front() or 0])

    with steadyload.Load(server, quiet) as load, \
            steadyload.Every(0.02, watch.look) as looks, \
            steadyload.Every(0.5, kill_front) as kills:
        done = daemon.wait_for(lambda: kills.count >= (20 if SOAK else KILLS_MIN),
                               10 * assaytest.HANG_S)
    tap.ok(done, "fronts were killed under load", "%d %s" % (kills.count, kills.fault))
    load.check(tap, "a front killed again and again", cuts_allowed=True)
    tap.ok(looks.count and not watch.faults, "the socket is there at any time",
           "%d of %d: %s" % (len(watch.faults), looks.count, watch.faults[:3]))
    tap.ok(server.status()["front_restarts"] >= kills.count, "status counts the restarts",
           server.status()["front_restarts"])


def stored(server):
    """Ids of messages that are in the quarantine: with both of their files."""
    names = set()
    for _, _, files in os.walk(server.options["quarantine_dir"]):
        names.update(files)
    return {name[:-5] for name in names if name.endswith(".json") and name[:-5] + ".eml" in names}


def stores(tap, server):
    ids, bad, over = [], [], threading.Event()

    def send():
        while not over.is_set():
            reply = server.scan(slow.EICAR, listener="kept")
            if reply.status == 200 and reply.header("Assay-Stored") == "true":
                ids.append(reply.header("Assay-Id"))
            else:
                bad.append(str(reply))

    threads = [threading.Thread(target=send, daemon=True) for _ in range(4)]
    with steadyload.Every(0.3, lambda: kill_one([server.store() or 0])) as kills:
        for thread in threads:
            thread.start()
        time.sleep(LOAD_S)
        over.set()
        for thread in threads:
            thread.join(assaytest.HANG_S)
    tap.diag("%d messages kept while %d stores were killed" % (len(ids), kills.count))
    tap.ok(kills.count >= KILLS_MIN and ids, "stores were killed under load", kills.count)
    tap.ok(not bad, "a store killed every 0.3 s: every message is kept", "\n".join(bad[:3]))
    missing = set(ids) - stored(server)
    tap.ok(not missing and len(set(ids)) == len(ids),
           "each message that a client heard to be kept is there, verdict and all",
           "%d of %d are missing: %s" % (len(missing), len(ids), sorted(missing)[:5]))


def load_faults(tap, folder):
    listeners = {name: {} for name in daemon.Daemon.PROTOCOLS}
    listeners["kept"] = {"protocol": "http", "quarantine": "store", "policy": "keep"}
    with daemon.Daemon(folder, listeners=listeners, extra=KEEP,
                       options={"log_level": "warning"}) as server:
        quiet = steadyload.Answers(server, steadyload.messages())
        workers_and_reloads(tap, server, quiet)
        zygotes(tap, server, quiet)
        stores(tap, server)
        fronts(tap, server, quiet)
        with steadyload.Load(server, quiet) as load:
            daemon.wait_for(lambda: load.count > 200)
        load.check(tap, "afterwards")
        tap.equal(server.stop(), 0, "it ends with status 0 after all that")


# ---- Clients that vanish -----------------------------------------------------

def busy(server):
    return server.status("control")["workers"]["busy"]


def vanish(tap, server, name):
    protocol = slow.PROTOCOLS[server.listeners[name]["protocol"]]
    octets = protocol.request(sample.text(b"assay-fault: loop\r\n"))
    sock = slow.open_socket(server.address(name))
    sock.sendall(octets)
    tap.ok(daemon.wait_for(lambda: busy(server) == 1), "%s: a message keeps a worker busy" % name)
    # A TCP client of clamd that only closes may still want to read.
    (slow.reset if name == "clamd-tcp" else socket.socket.close)(sock)
    begin = time.monotonic()
    free = daemon.wait_for(lambda: busy(server) == 0)
    tap.diag("%s: free after %.2f s" % (name, time.monotonic() - begin))
    tap.ok(free, "%s: its client vanishes, the worker is free again" % name)
    listener = next(each for each in server.status("control")["listeners"]
                    if each["name"] == name)
    tap.equal([listener["cancelled"], listener["tasks"], listener["open"]], [1, 0, 0],
              "%s: the message is counted as cancelled, and nothing of it is left" % name)


def vanishing(tap, folder):
    trouble = plugins.build_faulty(folder)
    if not tap.ok(not trouble, "the plugin of the fault tests builds", trouble):
        return
    listeners = {"control": {}}
    for name in slow.PROTOCOLS:
        listeners[name] = {"protocol": name}
        listeners[name + "-tcp"] = {"protocol": name,
                                    "address": "inet:127.0.0.1:%d" % daemon.free_port()}
    with daemon.Daemon(folder, name="vanish", listeners=listeners,
                       options={"plugins": ["filetype", "faulty"], "plugin_path": [folder],
                                "workers": 1}) as server:
        for name in listeners:
            if name != "control":
                vanish(tap, server, name)
        word = slow.ask(slow.PROTOCOLS["http"], server.address("http"), slow.CLEAN)
        tap.equal(word, "accept", "and the next message is inspected")


# ---- A full disk -------------------------------------------------------------

FULL = """#!/bin/sh
# A small file system of its own for the quarantine, in a mount namespace that
# nobody else sees; full, until somebody writes to the FIFO.
exec unshare -rm sh -c '
mount -t tmpfs -o size=256k none "$1" || exit 77
head -c 1m /dev/zero >"$1/filler" 2>/dev/null
fifo=$2 place=$1 program=$3
( ( read -r word <"$fifo"; rm -f "$place/filler"; : >"$fifo.done" ) & )
shift 3
exec "$program" "$@"
' sh "%s" "%s" "%s" "$@"
"""


def can_mount():
    return subprocess.run(["unshare", "-rm", "sh", "-c", "mount -t tmpfs none /mnt"],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          check=False).returncode == 0


def full_disk(tap, folder):
    if not can_mount():
        tap.skip("a full disk below the quarantine", "no mount namespace here")
        return
    fifo = os.path.join(folder, "room")
    os.mkfifo(fifo)
    listeners = {name: {} for name in daemon.Daemon.PROTOCOLS}
    listeners["http"] = {"quarantine": "store", "policy": "keep"}
    listeners["milter"] = {"policy": "keep"}
    server = daemon.Daemon(folder, name="full", listeners=listeners, extra=KEEP,
                           options={"user": "root"})
    os.makedirs(server.options["quarantine_dir"])
    wrapper = assaytest.write(folder, "full.sh", FULL % (
        server.options["quarantine_dir"], fifo, daemon.ASSAYD))
    os.chmod(wrapper, 0o755)
    real, daemon.ASSAYD = daemon.ASSAYD, wrapper
    try:
        server.start()
    finally:
        daemon.ASSAYD = real
    with server:
        milter = slow.PROTOCOLS["milter"]
        for _ in range(3):
            reply = server.scan(slow.EICAR)
            word = slow.ask(milter, server.address("milter"), slow.EICAR)
        tap.ok(reply.status == 503 or reply.header("Assay-Action") == "tempfail",
               "http: what cannot be kept is a temporary failure", reply)
        tap.equal(word, "again", "milter: the same")
        tap.equal([slow.ask(milter, server.address("milter"), slow.CLEAN)] +
                  [slow.ask(slow.PROTOCOLS["clamd"], server.address("clamd"), octets)
                   for octets, _ in slow.GOOD], ["accept", "accept", "reject"],
                  "other messages go on as ever")
        tap.ok(server.status()["store"]["failures"] >= 6, "status counts it",
               server.status()["store"])
        with open(fifo, "w") as room:
            room.write("now\n")
        daemon.wait_for(lambda: os.path.exists(fifo + ".done"))
        word = slow.ask(milter, server.address("milter"), slow.EICAR)
        reply = server.scan(slow.EICAR)
        tap.ok(word == "discard" and reply.header("Assay-Stored") == "true",
               "with room again, messages are kept again", "%s\n%s" % (word, reply))
        tap.equal(server.status()["store"]["stored"], 2, "and counted")


# ---- No descriptors ----------------------------------------------------------

def few_descriptors(count):
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))


def refused_words(protocol, socks):
    """What those were told that were turned away."""
    words = []
    for sock in socks:
        octets, closed = slow.all_that_comes(sock, 0.2 if not words else 0.02)
        if closed:
            words.append(protocol.answer(octets))
    return words


def exhausted(tap, folder, count):
    server = daemon.Daemon(folder, name="few-%d" % count)
    server.start(preexec_fn=few_descriptors(count))
    with server:
        slow.all_workers_there(server)
        front = server.front()
        before = slow.descriptors(front)
        for name, protocol in slow.PROTOCOLS.items():
            label = "%d descriptors: %s" % (count, name)
            part = protocol.request(slow.CLEAN)[:-20]
            with slow.Crowd() as crowd:
                for sock in crowd.add(server.address(name), 2 * count):
                    slow.send_some(sock, part)
                words = refused_words(protocol, reversed(crowd.socks))
                tap.ok(words and set(words) == {"again"},
                       label + ": the last ones are told to come again", words[:10])
            good = daemon.wait_for(lambda p=protocol, n=name: [
                slow.ask(p, server.address(n), octets) for octets, _ in slow.GOOD
            ] == ["accept", "reject"])
            tap.ok(good, label + ": good requests are answered when they have gone")
        left = daemon.wait_for(lambda: slow.descriptors(front) <= before)
        tap.ok(left and server.front() == front,
               "%d descriptors: none is left behind, the front is the same" % count,
               "%d, before %d" % (slow.descriptors(front), before))
        tap.equal(server.stop(), 0, "%d descriptors: it ends with status 0" % count)


def body(tap, folder):
    random.seed(1)
    load_faults(tap, folder)
    vanishing(tap, folder)
    full_disk(tap, folder)
    for count in (64, 128):
        exhausted(tap, folder, count)


if __name__ == "__main__":
    assaytest.main(body)
