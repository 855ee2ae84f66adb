# SPDX-License-Identifier: BSD-2-Clause
"""Real mail, when ASSAY_TEST_DATA names a folder with it: wanted mail stays
unharmed, odd mail gets a verdict, every octet has its place."""
import concurrent.futures
import json
import lzma
import os
import re
import shutil
import sys
import tarfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import assaytest  # noqa: E402

WANTED_MAILS = 2500
# Of a whole mailbox; the yardstick is less than one in 2,000.
PROTECTIVE_MAX = 1
SAMPLE = 100


def wanted_mail(tap, folder, archive):
    path = os.path.join(folder, "clean.mbox")
    with lzma.open(archive) as packed, open(path, "wb") as file:
        shutil.copyfileobj(packed, file)
    run = assaytest.scan(path, timeout=2 * assaytest.HANG_S)
    verdicts = run.verdicts()
    tap.equal(len(verdicts), WANTED_MAILS, "wanted mail: a verdict for each message")
    partly = [v for v in verdicts if not v["complete"]]
    tap.ok(not partly, "wanted mail: every inspection is complete",
           "\n".join("%d: %s" % (v["source"]["index"], v["incomplete"][:2]) for v in partly))
    stopped = [v for v in verdicts if v["action"] in assaytest.PROTECTIVE]
    tap.ok(len(stopped) <= PROTECTIVE_MAX, "wanted mail: at most %d is stopped" % PROTECTIVE_MAX,
           "\n".join("%d: %s" % (v["source"]["index"], v["reason"]) for v in stopped))
    tap.diag("%.1f s; %s" % (run.seconds, actions(verdicts)))
    faults = [fault for fault in map(assaytest.schema_fault, verdicts[::10]) if fault]
    tap.ok(not faults, "wanted mail: verdicts are valid by the schema", faults[:3])


def actions(verdicts):
    counts = {action: 0 for action in assaytest.ACTIONS}
    for verdict in verdicts:
        counts[verdict["action"]] += 1
    return ", ".join("%s %d" % pair for pair in counts.items() if pair[1])


def files_below(root):
    return sorted(os.path.join(place, name) for place, _, names in os.walk(root)
                  for name in names)


def odd_mail(tap, folder, archive):
    root = os.path.join(folder, "parsers")
    with tarfile.open(archive) as tar:
        # Later versions of Python want to be told what to trust.
        safe = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        tar.extractall(root, **safe)
    paths = files_below(root)
    run = assaytest.scan(root, timeout=2 * assaytest.HANG_S)
    verdicts = run.verdicts()
    missing = set(paths) - {v["source"]["file"] for v in verdicts}
    tap.ok(not missing and paths, "odd mail: a verdict for each of %d files" % len(paths),
           "%s\n%s" % (sorted(missing)[:5], run.err[-500:]))
    failed = [(v["source"]["file"], v["incomplete"]) for v in verdicts
              if assaytest.has_family(v, "scan.")]
    tap.ok(not failed and run.status in (0, 1), "odd mail: no inspection fails",
           "%s\n%s" % (failed[:5], run.err[-500:]))
    tap.diag("%.1f s; %s" % (run.seconds, actions(verdicts)))
    evasions(tap, [v for v in verdicts if "/mime-is-broken/" in v["source"]["file"]])
    structure(tap, [v for v in verdicts if "/bounces/" in v["source"]["file"] or
                    "/mail/" in v["source"]["file"]])
    faults = [fault for fault in map(assaytest.schema_fault, verdicts[::10]) if fault]
    tap.ok(not faults, "odd mail: verdicts are valid by the schema", faults[:3])
    messages = [v["source"]["file"] for v in verdicts
                if v["source"]["size"] == os.path.getsize(v["source"]["file"]) > 0]
    coverage(tap, messages[::max(1, len(messages) // SAMPLE)])


# Messages of mime-is-broken that hide nothing, by their subjects: a harmless file
# whose name is written as honest mailers write names, so that all readers see it.
OPEN_NAMES = re.compile(r"\[\d\] fname-(cdisp|ctype)"
                        r"(\.(png|QnQ|QnEQxQ|2?fold|rfc2231-utf8|rfc2231\.\*(0\*?)?))? ")


def evasions(tap, verdicts):
    """Hidden content and hidden names are stopped, plain ones are not."""
    missed, harmed = [], []
    for verdict in verdicts:
        stopped = verdict["action"] in assaytest.PROTECTIVE
        is_open = OPEN_NAMES.match(verdict["message"]["subject"]) is not None
        if stopped == is_open:
            (harmed if stopped else missed).append(verdict["message"]["subject"])
    tap.ok(verdicts and not missed, "mime-is-broken: of %d messages all that hide something "
           "are stopped" % len(verdicts), "\n".join(missed[:20]))
    tap.ok(not harmed, "mime-is-broken: names in the open are not stopped", "\n".join(harmed))


def structure(tap, verdicts):
    stopped = [v for v in verdicts if v["action"] in assaytest.PROTECTIVE and
               v["reason"].startswith(("mime.", "limit.", "name.conflict"))]
    tap.ok(verdicts and not stopped, "of %d bounces and list mails none is stopped for its "
           "structure" % len(verdicts),
           "\n".join("%s: %s" % (v["source"]["file"], v["reason"]) for v in stopped))


def region_fault(path):
    """Empty if the regions of each tree are its message, one after another."""
    run = assaytest.assay("explain", "--format", "json", path)
    try:
        verdict = json.loads(run.out)
    except ValueError:
        return "%s: %s" % (path, run)
    for tree in verdict.get("trees", []):
        at = 0
        for kind, begin, end, number in tree["regions"]:
            if begin != at or end < begin:
                return "%s: tree %r: %s %d-%d of %r begins not at %d" % (
                    path, tree["path"], kind, begin, end, number, at)
            at = end
        if at != tree["size"]:
            return "%s: tree %r: %d octets of %d" % (path, tree["path"], at, tree["size"])
    return assaytest.schema_fault(verdict)


def coverage(tap, paths):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        faults = [fault for fault in pool.map(region_fault, paths) if fault]
    tap.ok(paths and not faults, "the regions of %d messages are disjoint, in order, and cover "
           "every octet" % len(paths), "\n".join(faults[:5]))


def body(tap, folder):
    data = os.environ["ASSAY_TEST_DATA"]
    for name, part in (("clean.mbox.xz", wanted_mail), ("parsers.tar.xz", odd_mail)):
        path = os.path.join(data, name)
        if os.path.exists(path):
            part(tap, folder, path)
        else:
            tap.skip(name, "not in ASSAY_TEST_DATA")


if __name__ == "__main__":
    if not os.environ.get("ASSAY_TEST_DATA"):
        assaytest.skip_all("ASSAY_TEST_DATA names no folder with mail")
    assaytest.main(body)
