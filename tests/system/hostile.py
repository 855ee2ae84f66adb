# SPDX-License-Identifier: BSD-2-Clause
"""Nobody can stop it: every hostile input ends with a verdict, in bounded
memory, and what was not looked at is never called clean.

Two inputs at a time, each with an assay of its own, so that the peak belongs
to one input. Time is printed and not judged, except for a hang."""
import concurrent.futures
import os
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import assaytest  # noqa: E402
import hostilemail  # noqa: E402

# The promise, for the largest of all processes, with what they share.
PEAK_KIB = 256 << 10


def inspect(folder, number):
    """The message is made by another process: what this one once had in
    memory would count for every process that it starts."""
    path = os.path.join(folder, "%d.eml" % number)
    subprocess.run([sys.executable, hostilemail.__file__, str(number), path], check=True)
    run = assaytest.measured_scan("--jobs", "1", path)
    os.unlink(path)
    return run


def fault_of(run, wanted):
    """What is wrong with the verdict of one input; empty when nothing is."""
    if run.status == "hang":
        return "no verdict within %d s" % assaytest.HANG_S
    if run.status not in (0, 1):
        return str(run)
    verdicts = run.verdicts()
    if len(verdicts) != 1:
        return "%d verdicts for one message" % len(verdicts)
    verdict = verdicts[0]
    found = "%s, complete %s, %s" % (verdict["action"], verdict["complete"],
                                     ", ".join(assaytest.codes(verdict)))
    invalid = assaytest.schema_fault(verdict)
    if invalid:
        return invalid
    # A plugin may end its own work in time on a busy machine, and say so.
    if any(f["code"].startswith("scan.") for f in verdict["findings"]
           if f["code"] != "scan.timeout" or f["plugin"] == "engine"):
        return "the inspection itself failed: %s\n%s" % (found, verdict["incomplete"][:3])
    if run.peak_kib > PEAK_KIB:
        return "a process grew to %d MiB: %s" % (run.peak_kib >> 10, found)
    if not wanted:
        return "" if verdict["complete"] or verdict["action"] != "accept" else found
    if not assaytest.has_family(verdict, *wanted):
        return "no finding of %s: %s" % (" or ".join(wanted), found)
    if verdict["complete"]:
        return "called complete: " + found
    if verdict["action"] not in assaytest.PROTECTIVE:
        return "not stopped: " + found
    return ""


def body(tap, folder):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        runs = pool.map(lambda number: inspect(folder, number), range(len(hostilemail.CASES)))
        for (name, _, wanted), run in zip(hostilemail.CASES, runs):
            fault = fault_of(run, wanted)
            tap.ok(not fault, name, fault)
            verdict = (run.verdicts() or [{"action": "-", "findings": []}])[0]
            stopped = [code for code in assaytest.codes(verdict)
                       if code.startswith(("limit.", "bomb."))]
            tap.diag("%.1f s, %d MiB, %s %s" % (run.seconds, run.peak_kib >> 10,
                                                verdict["action"], " ".join(stopped)))


if __name__ == "__main__":
    assaytest.main(body)
