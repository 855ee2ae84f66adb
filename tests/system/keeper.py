# SPDX-License-Identifier: BSD-2-Clause
"""The process that keeps the private keys, and nobody else does: what it opens is
inspected, what it cannot open because it was killed or stopped is judged without,
it comes back by itself, and no other process ever has a key in its memory."""
import os
import shutil
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import assaytest  # noqa: E402
import daemon  # noqa: E402
import secretmemory  # noqa: E402
import steadyload  # noqa: E402

MAKER = os.path.join(assaytest.BUILD, "corpus", "smime", "make-smime")
KEEPER = "assay-keeper"
UNAVAILABLE = "the process that keeps the keys does not answer"
# Nobody waits for longer than its wait, engine/pool/keeper.h, and what a busy
# machine adds.
WAIT_S, PATIENCE_S = 2, 20
# Not in any other text, so that it can be searched for.
PASSWORD = "gooseberry-Trombone-4711"
PLAIN = (b"From: Anna <anna@example.org>\r\nSubject: no key needed\r\nMIME-Version: 1.0\r\n\r\n"
         b"hello\r\n")


class Keys:
    """Keys, and mail for them that has EICAR inside."""

    def __init__(self, folder):
        self.folder = os.path.join(folder, "made")
        subprocess.run([MAKER, self.folder], stdin=subprocess.DEVNULL, capture_output=True,
                       check=True)
        self.rsa, self.ec = self.path("pki", "own.p12"), self.path("pki", "reader-ec.pem")
        self.change_password()
        self.mail = {name: self.read("closed", name + ".eml") for name in
                     ("aes256-cbc", "aes256-gcm", "oaep", "ecdh", "triple-wrapped")}
        self.good = assaytest.write(folder, "password", PASSWORD + "\n")
        self.wrong = assaytest.write(folder, "wrong-password", "something else\n")

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def read(self, *names):
        with open(self.path(*names), "rb") as file:
            return file.read()

    def change_password(self):
        opened = self.path("pki", "reader.pem")
        for command in (["-in", self.path("pki", "reader.p12"), "-nodes", "-passin", "pass:reader",
                         "-out", opened],
                        ["-export", "-in", opened, "-out", self.rsa, "-passout",
                         "pass:" + PASSWORD]):
            subprocess.run(["openssl", "pkcs12"] + command, stdin=subprocess.DEVNULL,
                           capture_output=True, check=True)
        os.unlink(opened)

    def config(self, keys, password):
        return 'smime {\n\tanchors = { "%s" }\n\tkeys = %s\n\tpassword_file = "%s"\n}\n' % (
            self.path("pki", "root.pem"), daemon.value_text(keys), password)

    def secrets(self):
        """What must be in no memory but the keeper's, by groups."""
        rsa = secretmemory.private_key(self.rsa, PASSWORD)
        ec = secretmemory.private_key(self.ec)
        modulus = max(secretmemory.integers(rsa), key=lambda n: len(n) if len(n) < 300 else 0)
        return {"rsa": secretmemory.needles("rsa", rsa, {modulus.lstrip(b"\0")}),
                "ec": secretmemory.needles("ec", ec, set()),
                "password": {"password": PASSWORD.encode()}}


def codes(verdict):
    return set(assaytest.codes(verdict))


def opened(verdict):
    return {"malware.eicar", "smime.decrypted"} <= codes(verdict)


def unavailable(verdict):
    return any(finding["code"] == "smime.encrypted" and UNAVAILABLE in finding["text"]
               for finding in verdict["findings"])


class Served:
    def __init__(self, tap, folder, keys):
        self.tap = tap
        self.keys = keys
        self.server = daemon.Daemon(folder, {"workers": 2},
                                    extra=keys.config([keys.rsa, keys.ec], keys.good))

    def scan(self, name="aes256-cbc"):
        return self.server.scan(self.keys.mail[name]).json()

    def finds(self, name="aes256-cbc"):
        return opened(self.scan(name))

    def keeper(self):
        return (self.server.pids(KEEPER) or [0])[0]

    def comes_back(self, what):
        self.tap.ok(daemon.wait_for(self.finds), what + ": EICAR is found again by itself")


# ---- Killed and stopped ---------------------------------------------------------

def all_open(served, what):
    closed = [name for name in served.keys.mail if not served.finds(name)]
    served.tap.ok(not closed, what, closed)


def killed_once(tap, served):
    old = served.keeper()
    tap.ok(old > 1 and assaytest.kill(old), "the keeper is there, and killed", old)
    served.comes_back("killed once")
    tap.ok(served.keeper() not in (0, old), "killed once: it is another process",
           [old, served.keeper()])


class Flow:
    """Sends messages as long as a block runs, and keeps the verdicts."""

    def __init__(self, served, names):
        self.served, self.names = served, names
        self.verdicts, self.worst_s, self.number = [], 0.0, 0

    def one(self):
        name = self.names[self.number % len(self.names)]
        self.number += 1
        begin = time.monotonic()
        reply = self.served.server.scan(self.served.keys.mail[name] if name else PLAIN)
        self.worst_s = max(self.worst_s, time.monotonic() - begin)
        self.verdicts.append((name, reply.status, reply.json() if reply.status == 200 else None))

    def wrong(self):
        """Those that were neither opened nor told to be closed for that reason."""
        return ["%s: %s %s" % (name, status, sorted(codes(verdict)) if verdict else "")
                for name, status, verdict in self.verdicts if status != 200 or (
                    name and not opened(verdict) and not unavailable(verdict)) or (
                        not name and codes(verdict))]


def killed_again_and_again(tap, served):
    flows = [Flow(served, ["aes256-cbc", "", "ecdh", "triple-wrapped"]) for _ in range(3)]
    kills = steadyload.Every(0.02, lambda: served.keeper() > 1 and
                             assaytest.kill(served.keeper()))
    senders = [steadyload.Every(0, flow.one) for flow in flows]
    with kills, senders[0], senders[1], senders[2]:
        done = daemon.wait_for(lambda: kills.count >= 8 and any(
            verdict and unavailable(verdict) for flow in flows
            for _, _, verdict in list(flow.verdicts)))
    faults = [fault for every in senders + [kills] for fault in [every.fault] if fault]
    wrong = [fault for flow in flows for fault in flow.wrong()]
    sent = sum(len(flow.verdicts) for flow in flows)
    closed = sum(bool(verdict and unavailable(verdict)) for flow in flows
                 for _, _, verdict in flow.verdicts)
    tap.diag("%d kills, %d messages, %d told to be closed, the slowest %.1f s" % (
        kills.count, sent, closed, max(flow.worst_s for flow in flows)))
    tap.ok(done and not faults, "killed again and again: some messages are told to be closed",
           "%d kills, %d closed, %s" % (kills.count, closed, faults[:3]))
    tap.ok(sent and not wrong, "killed again and again: every message is judged, as closed or open",
           "%d of %d\n%s" % (len(wrong), sent, "\n".join(wrong[:5])))
    tap.ok(all(flow.worst_s < PATIENCE_S for flow in flows),
           "killed again and again: nobody waits for long", [flow.worst_s for flow in flows])
    served.comes_back("killed again and again")
    tap.ok(len(served.server.pids(KEEPER)) == 1 and len(served.server.zygotes()) == 1,
           "killed again and again: one keeper is left, of one generation",
           [served.server.pids(KEEPER), served.server.zygotes()])


def stopped(tap, served):
    pid = served.keeper()
    os.kill(pid, signal.SIGSTOP)
    try:
        begin = time.monotonic()
        verdict = served.scan()
        waited = time.monotonic() - begin
        tap.ok(unavailable(verdict) and not opened(verdict),
               "stopped: the message is told to be closed", sorted(codes(verdict)))
        tap.ok(waited < PATIENCE_S, "stopped: after the wait", waited)
        flow = Flow(served, ["", "aes256-cbc", "triple-wrapped"])
        begin = time.monotonic()
        for _ in range(12):
            flow.one()
        tap.ok(not flow.wrong() and time.monotonic() - begin < PATIENCE_S,
               "stopped: other messages are not blocked for ever",
               "%.1f s, %s" % (time.monotonic() - begin, flow.wrong()[:3]))
        plain = Flow(served, [""])
        plain.one()
        tap.ok(plain.worst_s < PATIENCE_S and not plain.wrong(), "stopped: nor is plain mail")
        tap.diag("stopped: %.2f s for the first, at most %.2f s for others, %.3f s for plain" % (
            waited, flow.worst_s, plain.worst_s))
    finally:
        os.kill(pid, signal.SIGCONT)
    served.comes_back("stopped and continued")


# ---- Reloads ------------------------------------------------------------------------

def reloads(tap, served):
    server, keys = served.server, served.keys
    old = server.status("control")["generation"]["id"]
    server.write_config(keys.config([keys.rsa], keys.wrong))
    reply = server.reload()
    detail = reply.json().get("detail", "")
    tap.ok(reply.status != 200 and "own.p12" in detail and "password" in detail,
           "a reload with a wrong password fails and says why", reply)
    missing = keys.path("pki", "nowhere.pem")
    server.write_config(keys.config([missing], keys.good))
    reply = server.reload()
    tap.ok(reply.status != 200 and missing in reply.json().get("detail", ""),
           "a reload with a key that is not there fails and says why", reply)
    tap.equal([server.status("control")["generation"]["id"], served.finds()], [old, True],
              "after that the old generation opens mail as before")
    tap.ok(daemon.wait_for(lambda: len(server.pids(KEEPER)) == 1), "with its one keeper",
           server.pids(KEEPER))
    server.write_config(keys.config([keys.ec], keys.good))
    tap.equal(server.reload().status, 200, "a reload with other keys goes well")
    tap.equal([served.finds("ecdh"), served.finds("aes256-cbc")], [True, False],
              "and they are the ones that open")
    server.write_config(keys.config([], keys.good))
    tap.equal(server.reload().status, 200, "a reload without keys goes well")
    tap.ok(daemon.wait_for(lambda: not server.pids(KEEPER)) and not served.finds("ecdh"),
           "and there is no keeper any more", server.pids(KEEPER))
    server.write_config(keys.config([keys.rsa, keys.ec], keys.good))
    tap.equal(server.reload().status, 200, "a reload with all keys goes well")
    all_open(served, "and all is open again")


def changed_files(tap, served):
    """A keeper that finds other keys than its workers know must not answer."""
    kept = served.keys.rsa + ".kept"
    shutil.copy(served.keys.rsa, kept)
    try:
        os.unlink(served.keys.rsa)
        old = served.keeper()
        assaytest.kill(old)
        tap.ok(daemon.wait_for(lambda: unavailable(served.scan())),
               "killed, and a key file is gone: mail is told to be closed")
        tap.ok(served.server.wait_log("own.p12"), "and the log names the file")
    finally:
        os.rename(kept, served.keys.rsa)
    served.comes_back("the file is there again")


# ---- Memory -------------------------------------------------------------------------

def search(tap, what, keepers, others, secrets):
    """Groups that the keepers have and the others do not."""
    if not others or not all(map(secretmemory.may_look, keepers + others)):
        tap.skip(what + ": no key in the memory of other processes",
                 "not permitted to read /proc/PID/mem")
        return
    for group, needles in secrets.items():
        if group != "password":
            there = set().union(*[secretmemory.holds(pid, needles) for pid in keepers])
            tap.ok(there, "%s: the search finds a key in the keeper (%s)" % (what, group))
            tap.diag("of %s: %s" % (group, ", ".join(sorted(there))))
        leaks = {"%d %s" % (pid, assaytest.process_name(pid)): secretmemory.holds(pid, needles)
                 for pid in others}
        leaks = {name: found for name, found in leaks.items() if found}
        tap.ok(not leaks, "%s: nobody else has it in memory (%s)" % (what, group), leaks)


def memory_of_daemon(tap, served, secrets):
    server = served.server
    all_open(served, "all is open before the search")
    everybody = [server.pid] + server.descendants()
    keepers = server.pids(KEEPER)
    names = {assaytest.process_name(pid) for pid in everybody}
    tap.ok({daemon.ZYGOTE, daemon.WORKER, daemon.FRONT, KEEPER} <= names,
           "all kinds of processes are there to be searched", names)
    search(tap, "assayd", keepers, [pid for pid in everybody if pid not in keepers], secrets)


def below(pid):
    found = assaytest.children(pid)
    return found + [deeper for child in found for deeper in below(child)]


class CommandWatch(assaytest.Watch):
    """Looks at a running assay once, and kills its keepers now and then."""

    def __init__(self, process, tap, secrets):
        self.tap, self.secrets = tap, secrets
        self.looked, self.kills = False, 0
        super().__init__(process, 0.05)

    def step(self):
        pids = below(self.process.pid)
        keepers = [pid for pid in pids if assaytest.process_name(pid) == KEEPER]
        workers = [pid for pid in pids if assaytest.process_name(pid) == daemon.WORKER]
        if not keepers or not workers:
            return
        if not self.looked:
            self.looked = True
            for pid in pids:
                os.kill(pid, signal.SIGSTOP)
            search(self.tap, "assay scan", keepers,
                   [self.process.pid] + [pid for pid in pids if pid not in keepers], self.secrets)
            for pid in pids:
                os.kill(pid, signal.SIGCONT)
        elif assaytest.kill(keepers[0]):
            self.kills += 1


def command(tap, folder, keys, secrets):
    """Many messages for one assay scan, whose keeper is killed meanwhile."""
    place = os.path.join(folder, "many")
    os.mkdir(place)
    count = 3000
    for n in range(count):
        octets = list(keys.mail.values())[n % len(keys.mail)]
        assaytest.write(place, "%d.eml" % n, octets)
    settings = assaytest.write(folder, "scan.conf", keys.config([keys.rsa, keys.ec], keys.good))
    watch = []

    def start(process):
        watch.append(CommandWatch(process, tap, secrets))
        return watch[0]

    run = assaytest.scan("--jobs", "2", "--config", settings, place, watch=start,
                         timeout=4 * assaytest.HANG_S)
    verdicts = run.verdicts()
    tap.diag("assay scan: %.1f s, %d kills, %d closed" % (
        run.seconds, watch[0].kills, sum(map(unavailable, verdicts))))
    tap.ok(watch[0].looked, "assay scan: there was a keeper to look at")
    tap.equal(len(verdicts), count, "assay scan: every message is judged")
    wrong = [v["source"]["file"] for v in verdicts if not opened(v) and not unavailable(v)]
    tap.ok(not wrong, "assay scan: each is open, or told to be closed", wrong[:3])
    settings = assaytest.write(folder, "scan.conf", keys.config([keys.rsa], keys.wrong))
    run = assaytest.scan("--config", settings, os.path.join(place, "0.eml"))
    tap.ok(run.status == 2 and "own.p12" in run.err and "password" in run.err,
           "assay scan: a wrong password is told, status 2", run)


def body(tap, folder):
    keys = Keys(folder)
    secrets = keys.secrets()
    served = Served(tap, folder, keys)
    with served.server as server:
        all_open(served, "EICAR is found inside of all that is encrypted for the keys")
        memory_of_daemon(tap, served, secrets)
        killed_once(tap, served)
        killed_again_and_again(tap, served)
        stopped(tap, served)
        reloads(tap, served)
        changed_files(tap, served)
        memory_of_daemon(tap, served, secrets)
        tap.equal(server.stop(), 0, "the daemon ends with status 0")
    command(tap, folder, keys, secrets)


if shutil.which("openssl") is None:
    assaytest.skip_all("no openssl command")
assaytest.main(body)
