# SPDX-License-Identifier: BSD-2-Clause
"""How the daemon begins and ends: told to end in the middle of messages, told
twice, started again with sockets that somebody else holds, what it tells its
service manager, and what it says of a configuration that cannot be used."""
import os
import shutil
import signal
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

DRAIN_MS = 3000
# Until the supervisor helps a front along that does not end.
LEAVE_S = 2
FIRST_FD = 3


# ---- In the middle of messages -----------------------------------------------

def busy_daemon(folder, name, **options):
    """One that can be kept busy: "assay-fault: loop" takes time_ms."""
    return daemon.Daemon(folder, name=name, options=dict(
        {"plugins": ["filetype", "faulty", "clamav"], "plugin_path": [folder], "workers": 1},
        **options), extra='limits {\n\ttime_ms = "1000"\n}\n')


LOOP = sample.text(b"assay-fault: loop\r\n")


def begun(server):
    """A message of each protocol, sent but for its end, and one that is being
    inspected."""
    parts = {}
    for name, protocol in slow.PROTOCOLS.items():
        whole = protocol.request(slow.EICAR)
        sock = slow.open_socket(server.address(name))
        sock.sendall(whole[:-30])
        parts[name] = (sock, whole[-30:])
    slow_one = slow.open_socket(server.address("http"))
    slow_one.sendall(slow.PROTOCOLS["http"].request(LOOP))
    daemon.wait_for(lambda: server.status("control")["workers"]["busy"] == 1)
    return parts, slow_one


def middle(tap, folder):
    """SIGTERM while messages are on their way in and one is inspected."""
    server = busy_daemon(folder, "middle", drain_ms=20000).start()
    idle = [slow.open_socket(server.address(name)) for name in slow.PROTOCOLS]
    parts, slow_one = begun(server)
    addresses = [server.address(name) for name in server.listeners]
    server.signal(signal.SIGTERM)
    tap.ok(server.notices.wait("STOPPING=1"), "SIGTERM: the service manager hears of the end")
    tap.equal(slow.count_closed(idle, assaytest.HANG_S), len(idle),
              "SIGTERM: who has no request is hung up on")
    refused = daemon.wait_for(lambda: all(closed_to_new(address) for address in addresses))
    tap.ok(refused, "SIGTERM: nobody new is let in")
    words = {}
    for name, (sock, rest) in parts.items():
        sock.sendall(rest)
    for name, (sock, _) in parts.items():
        words[name] = slow.PROTOCOLS[name].read(sock)
        sock.close()
    tap.equal(words, {name: "reject" for name in words},
              "SIGTERM: a message that has begun is taken and answered")
    word = slow.PROTOCOLS["http"].read(slow_one)
    slow_one.close()
    tap.ok(word not in ("none", "accept"), "SIGTERM: the one that is inspected is answered", word)
    status = server.wait()
    for sock in idle:
        sock.close()
    tap.equal(status, 0, "SIGTERM: exit status 0")
    tap.equal([path for path in addresses if os.path.exists(path)], [],
              "SIGTERM: its sockets are gone")


def closed_to_new(path):
    """Nobody listens, or says at once that it is over."""
    try:
        with slow.open_socket(path) as sock:
            octets, closed = slow.all_that_comes(sock, 1)
            return closed and b"200" not in octets[:16]
    except OSError:
        return True


def too_late(tap, folder):
    """Clients that never finish: hung up on after drain_ms."""
    server = busy_daemon(folder, "late", drain_ms=DRAIN_MS).start()
    parts, slow_one = begun(server)
    begin = time.monotonic()
    server.signal(signal.SIGTERM)
    status = server.wait()
    seconds = time.monotonic() - begin
    tap.diag("clients that never finish: ended after %.1f s" % seconds)
    tap.ok(status == 0 and seconds >= DRAIN_MS / 1000 - 0.1,
           "clients that never finish have drain_ms, exit status 0",
           "status %s after %.1f s" % (status, seconds))
    # Generous, for busy machines; a hang shows as STOP_S.
    tap.ok(seconds < DRAIN_MS / 1000 + 10 * LEAVE_S, "and not much longer", seconds)
    for sock, _ in list(parts.values()) + [(slow_one, b"")]:
        tap.ok(slow.all_that_comes(sock)[1], "and then their connection ends")
        sock.close()


def twice(tap, folder):
    server = busy_daemon(folder, "twice", drain_ms=600000).start()
    below = server.descendants()
    parts, slow_one = begun(server)
    server.signal(signal.SIGTERM)
    server.notices.wait("STOPPING=1")
    tap.ok(server.running(), "one SIGTERM waits for the clients")
    server.signal(signal.SIGTERM)
    status = server.wait()
    tap.equal(status, 0, "a second SIGTERM ends it at once, exit status 0")
    gone = daemon.wait_for(lambda: not any(
        assaytest.process_name(pid).startswith("assay") for pid in below))
    tap.ok(gone, "and no process is left", below)
    tap.equal([name for name in slow.PROTOCOLS if os.path.exists(server.address(name))], [],
              "and its sockets are gone")
    for sock, _ in list(parts.values()) + [(slow_one, b"")]:
        sock.close()


def killed(tap, folder):
    """The supervisor killed: nobody outlives it, and the next start works."""
    server = daemon.Daemon(folder, name="killed").start()
    below = server.descendants()
    server.process.kill()
    server.wait()
    gone = daemon.wait_for(lambda: not any(
        assaytest.process_name(pid).startswith("assay") for pid in below))
    tap.ok(gone, "the daemon killed: its processes end with it", below)
    with server.start():
        tap.equal(slow.ask(slow.PROTOCOLS["clamd"], server.address("clamd"), slow.EICAR),
                  "reject", "and the next one starts over the sockets that are left")
        other = daemon.Daemon(folder, name="killed")
        run = subprocess.run([daemon.ASSAYD, "--config", other.config], text=True,
                             stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE, timeout=assaytest.HANG_S, check=False)
        tap.ok(run.returncode == 2 and "another process serves" in run.stderr,
               "a second daemon at the same sockets does not start", run.stderr)
        tap.equal(slow.ask(slow.PROTOCOLS["clamd"], server.address("clamd"), slow.EICAR),
                  "reject", "and does the first one no harm")


def by_call(tap, folder):
    server = daemon.Daemon(folder, name="call").start()
    run = server.assay("drain")
    tap.ok(run.status == 0, "assay drain: status 0", run)
    tap.equal(server.wait(), 0, "and the daemon ends with status 0")


# ---- Sockets that somebody else holds ----------------------------------------

class Passed:
    """Listening sockets, held by the test as a service manager would."""

    NAMES = ("http", "clamd", "milter", "control")

    def __init__(self, folder):
        self.folder = folder
        self.socks = []
        self.paths = {}
        for name in self.NAMES:
            sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.paths[name] = os.path.join(folder, "passed-%s.sock" % name)
            sock.bind(self.paths[name])
            sock.listen(1024)
            self.socks.append(sock)

    def daemon(self, name):
        """A daemon that takes them: by name, and one by what it is bound to."""
        listeners = {each: {"address": "systemd:" + each} for each in self.NAMES}
        listeners["clamd"]["address"] = "unix:" + self.paths["clamd"]
        server = daemon.Daemon(self.folder, name=name, listeners=listeners,
                               environment={"LISTEN_FDS": str(len(self.socks)),
                                            "LISTEN_FDNAMES": ":".join(self.NAMES)})
        for each in self.NAMES:
            server.listeners[each]["address"] = "unix:" + self.paths[each]
        return server

    def place(self):
        """In the child, before the daemon: to where it looks for them."""
        spare = [os.dup2(sock.fileno(), 100 + i) for i, sock in enumerate(self.socks)]
        for i, fd in enumerate(spare):
            os.dup2(fd, FIRST_FD + i)
            os.set_inheritable(FIRST_FD + i, True)
            os.close(fd)


def launcher(folder):
    """LISTEN_PID is the number of the process, which is only known within: a
    shell sets it and becomes the daemon."""
    path = assaytest.write(folder, "listen.sh",
                           '#!/bin/sh\nLISTEN_PID=$$ exec "%s" "$@"\n' % daemon.ASSAYD)
    os.chmod(path, 0o755)
    return path


def start_passed(passed, server, path):
    real, daemon.ASSAYD = daemon.ASSAYD, path
    fds = tuple(range(FIRST_FD, FIRST_FD + len(passed.socks)))
    try:
        return server.start(preexec_fn=passed.place, pass_fds=fds)
    finally:
        daemon.ASSAYD = real


def activation(tap, folder):
    passed = Passed(folder)
    path = launcher(folder)
    server = start_passed(passed, passed.daemon("passed"), path)
    tap.equal([slow.ask(slow.PROTOCOLS[name], passed.paths[name], slow.EICAR)
               for name in slow.PROTOCOLS], ["reject"] * 3,
              "sockets that were passed on are served, by name and by address")
    # Started before there is anybody to answer.
    tap.equal(server.stop(), 0, "the daemon ends")
    waiting = []
    threads = [threading.Thread(target=lambda n=name: waiting.append(
        slow.ask(slow.PROTOCOLS[n], passed.paths[n], slow.EICAR))) for name in slow.PROTOCOLS]
    for thread in threads:
        thread.start()
    server = start_passed(passed, passed.daemon("passed"), path)
    for thread in threads:
        thread.join(assaytest.HANG_S)
    tap.equal(waiting, ["reject"] * 3, "who came while nobody was there is answered by the next")
    restarts(tap, passed, server, path)
    for sock in passed.socks:
        sock.close()


def restarts(tap, passed, server, path):
    """New connections all the time, and the daemon started again and again."""
    quiet, wrong, count, over = "reject", [], [0], threading.Event()

    def send(name):
        while not over.is_set():
            try:
                word = slow.ask(slow.PROTOCOLS[name], passed.paths[name], slow.EICAR)
            except OSError as error:
                word = repr(error)
            count[0] += 1
            if word != quiet:
                wrong.append("%s: %s" % (name, word))

    threads = [threading.Thread(target=send, args=(name,)) for name in ("http", "clamd") * 4]
    for thread in threads:
        thread.start()
    ends = []
    for _ in range(3):
        seen = count[0]
        daemon.wait_for(lambda n=seen: count[0] > n + 50)
        ends.append(server.stop())
        server = start_passed(passed, passed.daemon("passed"), path)
    seen = count[0]
    daemon.wait_for(lambda: count[0] > seen + 50)
    over.set()
    for thread in threads:
        thread.join(assaytest.HANG_S)
    tap.diag("%d requests over 3 restarts" % count[0])
    tap.ok(ends == [0, 0, 0] and not wrong,
           "sockets that somebody else holds: a restart loses no connection",
           "%s\n%d of %d: %s" % (ends, len(wrong), count[0], wrong[:5]))
    tap.equal(server.stop(), 0, "and the last one ends with status 0")
    tap.ok(all(os.path.exists(each) for each in passed.paths.values()),
           "sockets that it did not make are not removed")


def by_systemd(tap, folder):
    """systemd-socket-activate, which starts the daemon at the first client."""
    program = shutil.which("systemd-socket-activate")
    if program is None:
        tap.skip("systemd-socket-activate", "not installed")
        return
    place = os.path.join(folder, "activate.sock")
    server = daemon.Daemon(folder, name="activate", listeners={
        "http": {"address": "systemd:web"}, "control": {}})
    server.listeners["http"]["address"] = "unix:" + place
    wrapper = assaytest.write(folder, "activate.sh",
                              '#!/bin/sh\nexec %s --fdname=web -l "%s" "%s" "$@"\n' %
                              (program, place, daemon.ASSAYD))
    os.chmod(wrapper, 0o755)
    real, daemon.ASSAYD = daemon.ASSAYD, wrapper
    try:
        server.start(wait=False)
    finally:
        daemon.ASSAYD = real
    daemon.wait_for(lambda: os.path.exists(place) and not server.notices.messages)
    tap.equal(slow.ask(slow.PROTOCOLS["http"], place, slow.EICAR), "reject",
              "systemd-socket-activate: the client that starts the daemon is answered")
    tap.equal(server.stop(), 0, "and it ends with status 0")


# ---- The service manager -----------------------------------------------------

def notices(tap, folder):
    server = daemon.Daemon(folder, name="notices",
                           environment={"WATCHDOG_USEC": "600000"}).start()
    tap.ok(server.notices.wait("WATCHDOG=1", 3), "WATCHDOG=1 comes again and again")
    line = server.notices.last("STATUS")
    tap.ok(line and "4 listeners" in line, "STATUS= says how it is", line)
    assaytest.kill(server.front(), signal.SIGSTOP)
    front = server.front()
    # One may be on its way.
    seen = server.notices.count("WATCHDOG=1")
    tap.ok(not server.notices.wait("WATCHDOG=1", seen + 1, 3),
           "a front that hangs is not reported as well")
    assaytest.kill(front, signal.SIGCONT)
    tap.ok(server.notices.wait("WATCHDOG=1", seen + 2), "one that goes on is")
    tap.equal(server.stop(), 0, "and it ends with status 0")
    first = [message[0] for message in server.notices.messages]
    tap.ok("READY=1" in first and server.notices.count("STOPPING=1") == 1,
           "READY=1 at the beginning, STOPPING=1 once at the end", first[:5])


# ---- Configurations that cannot be used --------------------------------------

FAULTY = """workers = 1
workesr = 2
listener "http" {
	address = "inet:192.0.2.1:80"
	fail = "never"
}
limits {
	dept = 3
}
policy "p" {
	high = "rejekt"
}
"""
FAULTS = ((2, '"workers"'), (4, "192.0.2.1"), (5, "tempfail"), (8, '"depth"'), (11, "quarantine"))


def run_assayd(*arguments):
    return subprocess.run([daemon.ASSAYD, *arguments], stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=assaytest.HANG_S, check=False)


def check(tap, folder):
    path = assaytest.write(folder, "faulty.conf", FAULTY)
    for arguments, name in ((("--check",), "--check"), ((), "a start")):
        run = run_assayd(*arguments, "--config", path)
        missing = [each for each in FAULTS if not any(
            "faulty.conf:%d:" % each[0] in line and each[1] in line
            for line in run.stderr.splitlines())]
        tap.ok(run.returncode == 2 and not missing,
               name + " prints every fault at once, with file and line, status 2",
               "missing: %s\n%s" % (missing, run.stderr))
    server = daemon.Daemon(folder, name="check")
    run = run_assayd("--check", "--config", server.config)
    tap.ok(run.returncode == 0 and not os.path.exists(server.address("http")),
           "--check of a good configuration: status 0, and nothing is made", run.stderr)
    with server:
        run = run_assayd("--check", "--config", server.config)
        tap.ok(run.returncode == 0, "--check beside a daemon that runs: status 0", run.stderr)
        tap.equal(slow.ask(slow.PROTOCOLS["http"], server.address("http"), slow.CLEAN), "accept",
                  "--check beside a daemon that runs does not disturb it")


def load_and_end(tap, folder):
    """Told to end under load: every message that was taken is answered."""
    server = daemon.Daemon(folder, name="load", options={"log_level": "warning"}).start()
    quiet = steadyload.Answers(server, steadyload.messages())
    words, over = [], threading.Event()

    def send():
        while not over.is_set():
            number = len(words) % len(quiet.octets)
            client = steadyload.Clamd(server)
            try:
                words.append((client.ask(quiet.octets[number]),
                              quiet.right[steadyload.Clamd, number]))
            except OSError:
                return

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    daemon.wait_for(lambda: len(words) > 300)
    status = server.stop()
    over.set()
    for thread in threads:
        thread.join(assaytest.HANG_S)
    wrong = [each for each in words if each[0] != each[1] and not each[0].endswith("ERROR\0")]
    tap.ok(status == 0 and not wrong,
           "told to end under load: a verdict is the right one or a temporary failure",
           "status %s, %d of %d: %s" % (status, len(wrong), len(words), wrong[:3]))


def body(tap, folder):
    check(tap, folder)
    trouble = plugins.build_faulty(folder)
    if tap.ok(not trouble, "the plugin of the fault tests builds", trouble):
        middle(tap, folder)
        too_late(tap, folder)
        twice(tap, folder)
    killed(tap, folder)
    by_call(tap, folder)
    load_and_end(tap, folder)
    activation(tap, folder)
    by_systemd(tap, folder)
    notices(tap, folder)


if __name__ == "__main__":
    assaytest.main(body)
