# SPDX-License-Identifier: BSD-2-Clause
"""What the system tests share: TAP, running assay, watching its processes.

A test script runs from `make check`, which sets top_srcdir and top_builddir.
Nothing here kills or waits for a process that the script did not start.
"""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

SOURCE = os.environ.get("top_srcdir", os.path.abspath(
    os.path.join(os.path.dirname(__file__), "..", "..")))
BUILD = os.environ.get("top_builddir", os.path.join(SOURCE, "build"))
ASSAY = os.environ.get("ASSAY", os.path.join(BUILD, "assay"))

# A run that takes longer hangs. Far above what any takes, because a busy
# machine must not fail a test.
HANG_S = 60

ACTIONS = ["accept", "tag", "strip", "quarantine", "reject", "discard", "tempfail"]
PROTECTIVE = set(ACTIONS[2:6])


class Tap:
    """Counts and prints. The plan comes last, so that tables may grow."""

    def __init__(self):
        self.number = 0
        self.failed = 0

    def ok(self, good, name, detail=""):
        self.number += 1
        print("%s %d - %s" % ("ok" if good else "not ok", self.number,
                              name.replace("#", "\\#")), flush=True)
        if not good:
            self.failed += 1
            for line in str(detail).splitlines()[:20]:
                self.diag(line[:400])
        return good

    def equal(self, got, wanted, name):
        return self.ok(got == wanted, name, "got    %r\nwanted %r" % (got, wanted))

    def match(self, text, pattern, name):
        return self.ok(re.search(pattern, text) is not None, name,
                       "no match for %r in\n%s" % (pattern, text))

    def skip(self, name, why):
        self.number += 1
        print("ok %d - %s # SKIP %s" % (self.number, name, why), flush=True)

    def diag(self, text):
        print("# " + text, flush=True)

    def done(self):
        print("1..%d" % self.number, flush=True)
        sys.exit(1 if self.failed else 0)


def skip_all(why):
    print("1..0 # SKIP " + why)
    sys.exit(0)


def main(body):
    """Runs body(tap, folder) with a private folder. A fault of the test
    itself is a failed test with its traceback, not a silent end."""
    tap = Tap()
    with tempfile.TemporaryDirectory(prefix="assay-system-") as folder:
        try:
            body(tap, folder)
        except Exception:  # pylint: disable=broad-except
            import traceback
            tap.ok(False, "the test script itself runs to its end", traceback.format_exc())
    tap.done()


class Run:
    """What a finished run of assay left behind."""

    def __init__(self, status, out, err, seconds, peak_kib=0):
        self.status = status
        self.out = out
        self.err = err
        self.seconds = seconds
        self.peak_kib = peak_kib

    def verdicts(self):
        return [json.loads(line) for line in self.out.splitlines() if line]

    def __str__(self):
        return "status %s after %.1f s\n%s\n%s" % (self.status, self.seconds,
                                                   self.err[-1500:], self.out[:500])


def start(args, preexec_fn=None, **more):
    def prepare():
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if preexec_fn is not None:
            preexec_fn()

    # Python ignores SIGPIPE and would hand that down; a shell in the background
    # ignores SIGINT, which assay would respect.
    return subprocess.Popen([ASSAY] + [str(a) for a in args], restore_signals=True,
                            preexec_fn=prepare, **more)


def assay(*args, stdin=None, timeout=HANG_S, watch=None, env=None):
    """Runs assay to its end. stdin: octets. watch: called with the process as
    soon as it runs; what it returns is called at the end."""
    begin = time.monotonic()
    environment = dict(os.environ, LC_ALL="C.UTF-8", **(env or {}))
    environment.pop("NO_COLOR", None)
    process = start(args, stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
    stop = watch(process) if watch else None
    try:
        out, err = process.communicate(stdin, timeout=timeout)
        status = process.returncode
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        status = "hang"
    finally:
        peak = stop() if stop else 0
    return Run(status, out.decode("utf-8", "replace"), err.decode("utf-8", "replace"),
               time.monotonic() - begin, peak or 0)


def scan(*args, **more):
    return assay("scan", "--format", "jsonl", *args, **more)


def measured_scan(*args):
    """The same, with the largest resident size of assay and of all processes
    that it and its children waited for: the kernel hands it up the tree, so
    that no process is too short-lived to be seen."""
    begin = time.monotonic()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = start(["scan", "--format", "jsonl", *args], stdin=subprocess.DEVNULL,
                        stdout=out, stderr=err)
        timer = threading.Timer(HANG_S, process.kill)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        hung = not timer.is_alive()
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        return Run("hang" if hung else process.returncode, out.read().decode("utf-8", "replace"),
                   err.read().decode("utf-8", "replace"), time.monotonic() - begin,
                   usage.ru_maxrss)


# ---- Processes ----------------------------------------------------------

def children(pid):
    """The children of a process, by the process table."""
    try:
        with open("/proc/%d/task/%d/children" % (pid, pid)) as table:
            return [int(word) for word in table.read().split()]
    except (FileNotFoundError, ProcessLookupError):
        pass
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open("/proc/%s/stat" % entry) as stat:
                    if int(stat.read().rpartition(")")[2].split()[1]) == pid:
                        found.append(int(entry))
            except (FileNotFoundError, ProcessLookupError):
                continue
    return found


def process_name(pid):
    try:
        with open("/proc/%d/comm" % pid) as comm:
            return comm.read().strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def zygotes(pid):
    return [child for child in children(pid) if process_name(child) == "assay-zygote"]


def workers(pid):
    """The workers below a running assay."""
    return [worker for zygote in zygotes(pid) for worker in children(zygote)
            if process_name(worker) == "assay-worker"]


def kill(pid, number=signal.SIGKILL):
    try:
        os.kill(pid, number)
        return True
    except ProcessLookupError:
        return False


def peak_kib(pid):
    """Largest resident size so far, 0 when the process is gone."""
    try:
        with open("/proc/%d/status" % pid) as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1])
    except (FileNotFoundError, ProcessLookupError):
        pass
    return 0


class Watch:
    """Does something again and again while a process runs."""

    def __init__(self, process, pause_s):
        self.process = process
        self.pause_s = pause_s
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.loop, daemon=True)
        self.thread.start()

    def loop(self):
        while not self.over.wait(self.pause_s):
            self.step()

    def step(self):
        raise NotImplementedError

    def result(self):
        return 0

    def __call__(self):
        self.over.set()
        self.thread.join()
        return self.result()


class ParentPeak(Watch):
    """The largest resident size of assay itself, KiB."""

    def __init__(self, process):
        self.most = 0
        super().__init__(process, 0.01)

    def step(self):
        self.most = max(self.most, peak_kib(self.process.pid))

    def result(self):
        return self.most


# ---- Verdicts -----------------------------------------------------------

def codes(verdict):
    return sorted({finding["code"] for finding in verdict["findings"]})


def has_family(verdict, *families):
    return any(code.startswith(family) for code in codes(verdict) for family in families)


def lasting(verdict):
    """The verdict without what may differ from run to run: id, times, and what
    the cache answered."""
    copy = json.loads(json.dumps(verdict))
    copy.pop("id")
    for key in ("us", "plugins_us", "cache_hits"):
        copy["cost"].pop(key)
    return json.dumps(copy, sort_keys=True)


_schema = None


def schema_fault(verdict):
    """Empty, or what docs/verdict.schema.json has against a verdict."""
    global _schema
    if _schema is None:
        import jsonschema
        with open(os.path.join(SOURCE, "docs", "verdict.schema.json")) as file:
            schema = json.load(file)
        _schema = jsonschema.validators.validator_for(schema)(schema)
    for error in _schema.iter_errors(verdict):
        return "%s: %s" % (list(error.absolute_path), error.message[:300])
    return ""


# ---- Files --------------------------------------------------------------

def write(folder, name, octets):
    path = os.path.join(folder, name)
    with open(path, "wb") as file:
        file.write(octets if isinstance(octets, bytes) else octets.encode())
    return path
