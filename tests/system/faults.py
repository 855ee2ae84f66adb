# SPDX-License-Identifier: BSD-2-Clause
"""What goes wrong around an inspection must not change its result, and what
goes wrong within one must be said: killed and stuck workers, a killed zygote,
a plugin that crashes, temporary folders, broken settings, broken pipes."""
import concurrent.futures
import os
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import assaytest  # noqa: E402
import mboxes  # noqa: E402
import samplemail as sample  # noqa: E402

MESSAGES = 5000
# Kills that must have happened for the test to say anything.
KILLS_MIN = 5


def write_mailbox(folder, name, messages):
    return assaytest.write(folder, name, mboxes.join(map(mboxes.unix, messages)))


# ---- Processes that die during a scan -----------------------------------

class KillWorkers(assaytest.Watch):
    def __init__(self, process):
        self.count = 0
        super().__init__(process, 0.1)

    def step(self):
        for pid in assaytest.workers(self.process.pid):
            self.count += assaytest.kill(pid)

    def result(self):
        return self.count


class KillZygoteOnce(assaytest.Watch):
    """As soon as workers show that it has loaded everything."""

    def __init__(self, process):
        self.count = 0
        super().__init__(process, 0.02)

    def step(self):
        if self.count == 0 and assaytest.workers(self.process.pid):
            self.count = sum(assaytest.kill(pid) for pid in assaytest.zygotes(self.process.pid))

    def result(self):
        return self.count


class KillZygotes(assaytest.Watch):
    """Every zygote, again and again, once the first one has begun to work."""

    def __init__(self, process):
        self.count = 0
        self.begun = False
        super().__init__(process, 0.01)

    def step(self):
        self.begun = self.begun or bool(assaytest.workers(self.process.pid))
        if self.begun:
            self.count += sum(map(assaytest.kill, assaytest.zygotes(self.process.pid)))

    def result(self):
        return self.count


class StopWorkersOnce(assaytest.Watch):
    """What hangs outside of any check that the engine could make itself."""

    def __init__(self, process):
        self.count = 0
        super().__init__(process, 0.02)

    def step(self):
        if self.count == 0:
            self.count = sum(assaytest.kill(pid, signal.SIGSTOP)
                             for pid in assaytest.workers(self.process.pid))

    def result(self):
        return self.count


def check_killed(tap, what, run, wanted, kills_min):
    tap.ok(run.peak_kib >= kills_min, "%s: killed during the scan" % what,
           "%d kills only" % run.peak_kib)
    tap.diag("%d kills, %.1f s" % (run.peak_kib, run.seconds))
    got = [assaytest.lasting(verdict) for verdict in run.verdicts()]
    differing = [pair for pair in zip(got, wanted) if pair[0] != pair[1]]
    tap.ok(len(got) == len(wanted) and not differing,
           "%s: each of %d messages has the verdict it has without" % (what, len(wanted)),
           "%d verdicts, %d differ, the first:\n%s\n%s\n%s" %
           (len(got), len(differing), *(differing or [("", "")])[0], run.err[-800:]))
    tap.equal(run.status, 1, "%s: the exit status is that of the verdicts" % what)


def killed(tap, folder):
    path = write_mailbox(folder, "kill.mbox", sample.mixed_mailbox(MESSAGES))
    plain = assaytest.scan("--jobs", "2", path)
    tap.equal((plain.status, len(plain.verdicts())), (1, MESSAGES), "a scan without faults")
    wanted = [assaytest.lasting(verdict) for verdict in plain.verdicts()]
    # Without kept answers the scan takes long enough for many kills.
    run = assaytest.scan("--jobs", "2", "--no-cache", path, watch=KillWorkers)
    check_killed(tap, "workers, ten times a second", run, wanted, KILLS_MIN)
    run = assaytest.scan("--jobs", "2", path, watch=KillWorkers)
    check_killed(tap, "the same with the cache", run, wanted, 1)
    run = assaytest.scan("--jobs", "2", "--no-cache", path, watch=KillZygoteOnce)
    check_killed(tap, "the zygote", run, wanted, 1)
    lost(tap, path, wanted)


def differing(verdicts, wanted, code):
    """Messages whose verdict is neither the usual one nor an honest failure."""
    return [v["source"]["index"] for v, usual in zip(verdicts, wanted)
            if assaytest.lasting(v) != usual and not
            (assaytest.codes(v) == [code] and not v["complete"] and
             v["action"] in assaytest.PROTECTIVE)]


def lost(tap, path, wanted):
    """When nothing can be done any more, that is said of every message."""
    run = assaytest.scan("--no-cache", path, watch=KillZygotes)
    verdicts = run.verdicts()
    wrong = differing(verdicts, wanted, "scan.unscannable")
    tap.ok(run.status == 2 and (not verdicts or len(verdicts) == len(wanted)) and not wrong,
           "every zygote killed: the scan ends, and no message is called clean for it",
           "%d verdicts, wrong ones: %s\n%s" % (len(verdicts), wrong[:5], run.err[-500:]))
    run = assaytest.scan("--no-cache", "--limit", "time_ms=500", path, watch=StopWorkersOnce)
    verdicts = run.verdicts()
    wrong = differing(verdicts, wanted, "scan.timeout")
    tap.ok(run.peak_kib > 0 and len(verdicts) == len(wanted) and not wrong,
           "stopped workers are replaced; the others' messages keep their verdicts",
           "%d verdicts, wrong ones: %s\n%s" % (len(verdicts), wrong[:5], run.err[-500:]))
    sample_of = [v for v in verdicts if not v["complete"]] + verdicts[:20]
    faults = [fault for fault in map(assaytest.schema_fault, sample_of) if fault]
    tap.ok(not faults, "verdicts of failures are valid by the schema", faults[:2])


# ---- A plugin that misbehaves -------------------------------------------

FAULTS = [
    # word, code of the finding (None: nothing happens), what its text names
    ("segv", "scan.worker_crashed", "faulty"),
    ("abort", "scan.worker_crashed", "faulty"),
    ("exit", "scan.worker_crashed", "faulty"),
    ("loop", "scan.timeout", "faulty"),
    ("memory", "scan.worker_crashed", "faulty"),
    ("stack", "scan.worker_crashed", "faulty"),
    # The pool may notice these two when the plugin has already returned.
    ("lie", "scan.worker_crashed", ""),
    ("close", "scan.worker_crashed", ""),
    ("fail", "scan.plugin_failed", "faulty"),
    ("fill", None, ""),
]
# What only the sandbox stops.
SANDBOXED = [
    ("socket", "scan.worker_crashed", "faulty"),
    ("exec", "scan.worker_crashed", "faulty"),
    ("fork", "scan.worker_crashed", "faulty"),
    ("kill", "scan.worker_crashed", "faulty"),
    ("code", None, ""),
]
# What only Landlock stops.
LOCKED = [("read", None, "")]


def build_plugin(folder):
    source = os.path.join(assaytest.SOURCE, "tests", "system", "faults-plugin.c")
    include = os.path.join(assaytest.SOURCE, "engine", "include")
    command = os.environ.get("CC", "cc").split() + [
        "-std=c11", "-D_GNU_SOURCE", "-O1", "-fPIC", "-shared", "-I", include, source, "-o",
        os.path.join(folder, "faulty.so")]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False)


def check_fault(folder, fault):
    word, code, named = fault
    mailbox = write_mailbox(folder, "fault-%s.mbox" % word, [
        sample.text(b"before\r\n"), sample.text(b"assay-fault: %s\r\n" % word.encode()),
        sample.text(b"after\r\n")])
    run = assaytest.scan("--jobs", "1", "--config", os.path.join(folder, "faulty.conf"), mailbox)
    verdicts = run.verdicts()
    if len(verdicts) != 3:
        return str(run)
    for other in (verdicts[0], verdicts[2]):
        if other["action"] != "accept" or not other["complete"] or other["findings"]:
            return "a neighbour suffers: %s" % other
    verdict = verdicts[1]
    if code is None:
        return "" if verdict["complete"] and not verdict["findings"] else str(verdict)
    finding = next((f for f in verdict["findings"] if f["code"] == code), None)
    if finding is None or named not in finding["text"]:
        return "no %s that names %r: %s" % (code, named, verdict["findings"])
    if verdict["complete"] or verdict["action"] not in assaytest.PROTECTIVE:
        return "complete or let through: %s" % verdict["action"]
    if code not in [reason["code"] for reason in verdict["incomplete"]]:
        return "not among the reasons: %s" % verdict["incomplete"]
    invalid = assaytest.schema_fault(verdict)
    if invalid:
        return invalid
    wanted = 1 if code == "scan.plugin_failed" else 2
    return "" if run.status == wanted else "exit status %s, not %d" % (run.status, wanted)


def misbehaving(tap, folder):
    built = build_plugin(folder)
    if not tap.equal(built.returncode, 0, "the plugin builds with the installed headers alone"):
        tap.diag(built.stdout[-600:])
        return
    assaytest.write(folder, "faulty.conf", 'plugins = {"filetype", "faulty"}\n'
                    'plugin_path = {"."}\nlimits { time_ms = "1000" }\n')
    state = assaytest.assay("status", "--config", os.path.join(folder, "faulty.conf"))
    tap.match(state.out, "faulty", "status names the plugin")
    names = [("", FAULTS), ("sandbox: ", SANDBOXED), ("landlock: ", LOCKED)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for title, faults in names:
            missing = "seccomp on" not in state.out if faults is SANDBOXED else \
                "andlock ABI" not in state.out if faults is LOCKED else False
            if missing:
                tap.skip(title + "what it stops", "not available on this kernel")
                continue
            for fault, text in zip(faults, pool.map(lambda f: check_fault(folder, f), faults)):
                tap.ok(not text, "%sa plugin in trouble: %s" % (title, fault[0]), text)


# ---- Temporary folders --------------------------------------------------

def temporary(tap, folder):
    mail = assaytest.write(folder, "one.eml", sample.attached(sample.EICAR, b"e.com"))
    place = os.path.join(folder, "temp")
    os.mkdir(place)
    config = assaytest.write(folder, "temp.conf", 'temp_dir = "temp"\n')
    run = assaytest.scan("--config", config, mail)
    tap.equal((run.status, os.listdir(place)), (1, []),
              "the temporary folder is empty again after a scan")
    for name, value in (("missing", "/nowhere/temp"), ("a file", mail)):
        config = assaytest.write(folder, "bad.conf", 'temp_dir = "%s"\n' % value)
        run = assaytest.scan("--config", config, mail)
        tap.ok(run.status == 2 and value in run.err and not run.out,
               "a temporary folder that is %s: refused, named, status 2" % name, run)
    full_temporary(tap, folder, mail)


def full_temporary(tap, folder, mail):
    """A file system of 32 KiB, all of it used, in a mount namespace of its
    own: nothing outside sees it."""
    place = os.path.join(folder, "full")
    os.mkdir(place)
    config = assaytest.write(folder, "full.conf", 'temp_dir = "full"\n')
    script = ('mount -t tmpfs -o size=32k none "$1" 2>/dev/null || exit 77; '
              'head -c 28k /dev/zero >"$1/filler"; '
              'exec "$2" scan --format jsonl --config "$3" "$4" "$4"')
    run = subprocess.run(["unshare", "-rm", "sh", "-c", script, "sh", place, assaytest.ASSAY,
                          config, mail], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         timeout=assaytest.HANG_S, check=False)
    name = "a full temporary folder: found all the same, or said to be incomplete"
    if run.returncode not in (0, 1, 2):
        tap.skip(name, "no mount namespace here")
        return
    result = assaytest.Run(run.returncode, run.stdout.decode(), run.stderr.decode(), 0)
    quiet = [v for v in result.verdicts()
             if v["action"] == "accept" or not ("malware.eicar" in assaytest.codes(v) or
                                                not v["complete"])]
    tap.ok(run.returncode in (1, 2) and not quiet and (result.verdicts() or run.stderr), name,
           result)


# ---- Signatures and settings --------------------------------------------

def refused(tap, folder, mail, name, config, *patterns):
    """A start that must fail: status 2, no verdict, and a text that says what
    to do where."""
    path = assaytest.write(folder, "case.conf", config)
    run = assaytest.scan("--config", path, mail)
    missing = [p for p in patterns if p not in run.err]
    tap.ok(run.status == 2 and not run.out and not missing, name,
           "missing in the text: %s\n%s" % (missing, run))


def settings(tap, folder):
    mail = assaytest.write(folder, "mail.eml", sample.text(b"hello\r\n"))
    rules = assaytest.write(folder, "broken.yar",
                            'rule good { condition: true }\n\nrule bad {\n'
                            '  strings: $a = "x"\n  condition: $b }\n')
    database = assaytest.write(folder, "broken.ndb", "No.Such.Line\n")
    cases = [
        ("a broken rule file: named with its line",
         'yara { rules = {"%s"} }\n' % rules, "broken.yar:5"),
        ("a broken rule among the extra ones: the same",
         'yara { extra_rules = {"%s"} }\n' % rules, "broken.yar:5"),
        ("a missing rule folder: named", 'yara { rules = {"/nowhere/rules"} }\n',
         "/nowhere/rules"),
        ("a missing ClamAV database: named", 'clamav { databases = {"/nowhere/db"} }\n',
         "/nowhere/db"),
        ("a broken ClamAV database: named", 'clamav { databases = {"%s"} }\n' % database,
         "broken.ndb"),
        ("an unknown option: its line and the nearest name",
         "workers = 1\n\nworkesr = 2\n", "case.conf:3", '"workers"'),
        ("an unknown option of a plugin: the same",
         'yara {\n  rulse = {"x"}\n}\n', "case.conf:2", '"rules"'),
        ("an unknown limit: the same", 'limits {\n  dept = "3"\n}\n', "case.conf:2", '"depth"'),
        ("a limit out of its range: the range", 'limits {\n  depth = "999"\n}\n', "case.conf:2",
         "1 to 64"),
        ("a limit that is no number", 'limits {\n  depth = "many"\n}\n', "case.conf:2"),
        ("an action that there is not", 'policy p {\n  high = "rejekt"\n}\n', "case.conf:2",
         "quarantine"),
        ("a finding code that there is not",
         'policy p {\n  reject = {"type.executabel.*"}\n}\n', "case.conf:2"),
        ("a policy that there is not", 'policy mine { }\npolicy_in_force = "mien"\n', '"mine"'),
        ("a plugin that is not there", 'plugins = {"filetype", "nonesuch"}\n', "nonesuch"),
        ("a plugin's name that is a path", 'plugins = {"../../evil"}\n', "../../evil"),
        ("a section that never ends", "limits {\n  depth = \"3\"\n", "case.conf"),
        ("octets that are no text", "\x00\x01\x02\n", "case.conf"),
    ]
    for name, config, *patterns in cases:
        refused(tap, folder, mail, name, config, *patterns)
    run = assaytest.scan("--config", "/nowhere/assay.conf", mail)
    tap.ok(run.status == 2 and "/nowhere/assay.conf" in run.err,
           "a configuration that is not there: named, status 2", run)
    no_official_database(tap, folder, mail)


def no_official_database(tap, folder, mail):
    if os.path.isdir("/var/lib/clamav"):
        tap.skip("without official ClamAV databases", "this machine has some")
        return
    run = assaytest.assay("status")
    tap.ok(run.status == 0 and "no official" in run.out,
           "status says that there is no official ClamAV database", run)
    eicar = assaytest.write(folder, "eicar.eml", sample.attached(sample.EICAR, b"e.com"))
    run = assaytest.scan(mail, eicar)
    tap.equal([(v["complete"], "malware.eicar" in assaytest.codes(v)) for v in run.verdicts()],
              [(True, False), (True, True)], "and the test virus is found without one")


# ---- Input, output, signals ---------------------------------------------

def output(tap, folder, mailbox):
    process = assaytest.start(["scan", "--format", "jsonl", mailbox], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)
    process.stdout.readline()
    process.stdout.close()
    err = process.stderr.read().decode()
    status = process.wait(assaytest.HANG_S)
    tap.ok(status == 2 and err == "", "a reader that goes away ends the scan quietly, status 2",
           "status %s: %s" % (status, err))
    for form in ("jsonl", "csv", "table"):
        with open("/dev/full", "wb") as full:
            process = assaytest.start(["scan", "--format", form, mailbox], stdout=full,
                                      stderr=subprocess.PIPE)
            err = process.communicate(timeout=assaytest.HANG_S)[1].decode()
        tap.ok(process.returncode == 2 and "No space left" in err,
               "a full disk below %s output is noticed, status 2" % form,
               "status %s: %s" % (process.returncode, err))
    process = assaytest.start(["scan", "--format", "jsonl", mailbox], stderr=subprocess.PIPE,
                              stdout=None, preexec_fn=lambda: os.close(1))
    err = process.communicate(timeout=assaytest.HANG_S)[1].decode()
    tap.ok(process.returncode == 2 and err, "no standard output at all is noticed, status 2",
           "status %s: %s" % (process.returncode, err))


def unreadable(tap, folder):
    good = assaytest.write(folder, "good.eml", sample.text(b"hello\r\n"))
    run = assaytest.scan("/nowhere/mail.eml", good)
    tap.ok(run.status == 2 and "/nowhere/mail.eml: No such file" in run.err and
           len(run.verdicts()) == 1,
           "a path that is not there is named, the others are scanned, status 2", run)
    secret = assaytest.write(folder, "secret.eml", sample.text(b"hello\r\n"))
    os.chmod(secret, 0)
    if os.access(secret, os.R_OK):
        tap.skip("a file without rights", "root reads everything")
    else:
        run = assaytest.scan(secret, good)
        tap.ok(run.status == 2 and "secret.eml: Permission denied" in run.err and
               len(run.verdicts()) == 1, "a file without rights: the same", run)
    os.unlink(secret)


def shrinking(tap, folder, mailbox):
    """A mailbox that another program cuts while it is read."""
    with open(mailbox, "rb") as file:
        octets = file.read()
    path = assaytest.write(folder, "shrink.mbox", octets * 3)
    process = assaytest.start(["scan", "--format", "jsonl", "--no-cache", path],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    first = process.stdout.readline()
    os.truncate(path, len(octets) // 2)
    out, err = process.communicate(timeout=assaytest.HANG_S)
    run = assaytest.Run(process.returncode, (first + out).decode(), err.decode(), 0)
    tap.ok(run.status == 2 and "shrink.mbox" in run.err and run.verdicts(),
           "a mailbox that shrinks meanwhile is noticed, status 2", run)
    os.unlink(path)


def gone(pids, seconds=5):
    """Whether all processes end within the time."""
    end = time.monotonic() + seconds
    while any(assaytest.process_name(pid).startswith("assay") for pid in pids):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def running_scan(folder, mailbox):
    """A scan in its middle, its processes below it, its temporary folder."""
    place = os.path.join(folder, "middle")
    os.makedirs(place, exist_ok=True)
    config = assaytest.write(folder, "middle.conf", 'temp_dir = "middle"\n')
    process = assaytest.start(["scan", "--format", "jsonl", "--no-cache", "--config", config,
                               mailbox], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    first = process.stdout.readline()
    zygotes = assaytest.zygotes(process.pid)
    below = zygotes + [pid for zygote in zygotes for pid in assaytest.children(zygote)]
    return process, first, below, place


def signals(tap, folder, mailbox):
    for number in (signal.SIGINT, signal.SIGTERM):
        process, first, below, place = running_scan(folder, mailbox)
        process.send_signal(number)
        out, err = process.communicate(timeout=assaytest.HANG_S)
        run = assaytest.Run(process.returncode, (first + out).decode(), err.decode(), 0)
        name = signal.Signals(number).name
        tap.ok(run.status == 2 and "interrupted" in run.err,
               "%s in the middle: said, status 2" % name, run)
        tap.ok(0 < len(run.verdicts()) < MESSAGES,
               "%s: what was done is out, each line whole" % name,
               "%d verdicts" % len(run.verdicts()))
        tap.ok(len(below) >= 2 and gone(below), "%s: no process is left" % name, below)
        tap.equal(os.listdir(place), [], "%s: no temporary file is left" % name)
    process, first, below, place = running_scan(folder, mailbox)
    process.kill()
    process.communicate(timeout=assaytest.HANG_S)
    tap.ok(len(below) >= 2 and gone(below), "assay killed: its processes end with it", below)
    one = assaytest.write(folder, "last.eml", sample.text(b"hello\r\n"))
    assaytest.scan("--config", os.path.join(folder, "middle.conf"), one)
    tap.equal(os.listdir(place), [], "assay killed: the next run cleans up behind it")


def body(tap, folder):
    killed(tap, folder)
    mailbox = os.path.join(folder, "kill.mbox")
    misbehaving(tap, folder)
    temporary(tap, folder)
    settings(tap, folder)
    output(tap, folder, mailbox)
    unreadable(tap, folder)
    shrinking(tap, folder, mailbox)
    signals(tap, folder, mailbox)


if __name__ == "__main__":
    assaytest.main(body)
