# SPDX-License-Identifier: BSD-2-Clause
"""Whatever another reader takes out of a message, Assay has inspected: the same
octets are among the objects of the verdict, but for line ends.

ASSAY_MIME_READERS is the number of generated messages, a third of them legal.
Readers that are not installed are left out, and named."""
import collections
import concurrent.futures
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import assaytest  # noqa: E402
import mimegrammar as grammar  # noqa: E402
import mimegrammar_control as control  # noqa: E402
import mimegrammar_run as runner  # noqa: E402
import mimereaders  # noqa: E402

COUNT = int(os.environ.get("ASSAY_MIME_READERS", "300"))
SEED = int(os.environ.get("ASSAY_MIME_SEED", "20260304"))


def messages():
    """[(how it was made, octets, the file that it carries)]."""
    recipes = grammar.recipes(COUNT * 2 // 3, SEED)
    made = [(" + ".join(recipe["techniques"]) + " " + recipe["payload"], grammar.message(recipe),
             grammar.PAYLOADS[recipe["payload"]].data)
            for recipe in recipes if not any("str-limit" in word for word in recipe["techniques"])]
    # Of a file that was cut off each reader makes another beginning.
    return made + [(name, octets, b"") for name, octets in
                   control.controls(COUNT - len(made), SEED) if " cut" not in name]


def is_stopped(verdict):
    """A judge recognized the file that the message carries, so that it is kept
    back: what else a reader makes of it reaches nobody."""
    return verdict["action"] in assaytest.PROTECTIVE and any(
        finding["severity"] in ("high", "critical") and
        finding["code"].startswith(("malware.", "type.", "policy.ext."))
        for finding in verdict["findings"])


def read_all(reader, paths, made):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda pair: reader(pair[1][1], pair[0]), zip(paths, made)))


def compare(tap, name, files, made, verdicts):
    """One test of a reader: each file is an object, or nothing that opens, or in a
    message that nobody gets."""
    lacks, count = [], collections.Counter()
    for (how, octets, payload), found, verdict in zip(made, files, verdicts):
        hashes = {item["sha256"] for item in verdict["objects"]} if verdict else set()
        for data in found:
            said = mimereaders.verdict_on(data, octets, payload, hashes)
            if said == "lacking" and is_stopped(verdict):
                said = "stopped"
            count[said] += 1
            if said == "lacking":
                lacks.append((how, data, verdict))
    tap.ok(not lacks, "%s: all of %d files were inspected" % (name, sum(count.values())),
           "%d were not" % len(lacks))
    tap.diag("%d as objects, %d in messages that are stopped for another file, %d that no "
             "program opens" % (count["inspected"], count["stopped"], count["debris"]))
    for how, data, verdict in lacks[:40]:
        tap.diag("%s: %d octets, %s, %s" % (how[:120], len(data), runner.summary(verdict)[:60],
                                            runner.shown(data[:48], 1)))


def body(tap, folder):
    made = messages()
    verdicts = runner.scan(folder, (octets for _, octets, _ in made))
    place = os.path.join(folder, "mails")
    os.mkdir(place)
    paths = [assaytest.write(place, "%d.eml" % number, octets)
             for number, (_, octets, _) in enumerate(made)]
    for name, package, _, _ in mimereaders.missing():
        tap.skip(name, "package %s is not installed" % package)
    for name, _, _, reader in mimereaders.available():
        compare(tap, name, read_all(reader, paths, made), made, verdicts)


if __name__ == "__main__":
    assaytest.main(body)
