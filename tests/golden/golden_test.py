# SPDX-License-Identifier: BSD-2-Clause
"""Golden verdicts, printed as TAP.

Scans the generated corpus with the built program, checks every verdict against
docs/verdict.schema.json and against the manifest, and checks that neither a
second run nor the number of workers nor the cache changes a verdict.
"""
import csv
import io
import json
import os
import subprocess
import sys

import jsonschema

SOURCE = os.environ.get("top_srcdir", ".")
BUILD = os.environ.get("top_builddir", ".")
ASSAY = os.path.join(BUILD, "assay")
MESSAGES = os.path.join(BUILD, "corpus", "messages")
SCHEMA = os.path.join(SOURCE, "docs", "verdict.schema.json")

# A run over the whole corpus takes seconds; with sanitizers on a busy machine,
# minutes. Only a hang takes this long.
DEADLINE_SECONDS = 1800

# The manifest says what all plugins together find.
PLUGINS = ("filetype", "attachment", "archive", "html", "yara", "clamav")

# Keys that differ between two runs over the same octets.
CHANGING = ("id", "cost", "generation")


class Tap:
    """Numbers the results; the plan stands at the end."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def result(self, name, problems):
        self.count += 1
        word = "not ok" if problems else "ok"
        print(f"{word} {self.count} - {name.replace('#', '')}")
        for problem in problems:
            self.failed += 1
            for line in str(problem).splitlines():
                print(f"# {line}")
        sys.stdout.flush()

    def end(self):
        print(f"1..{self.count}")
        return 1 if self.failed else 0


def scan(paths, *options):
    """Exit status, standard output and standard error of `assay scan`."""
    done = subprocess.run([ASSAY, "scan", *options, *paths], stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=DEADLINE_SECONDS, check=False)
    return done.returncode, done.stdout, done.stderr.decode("utf-8", "replace")


def verdict_lines(output):
    return [line for line in output.split(b"\n") if line]


def matches(code, pattern):
    if pattern.endswith(".*"):
        return code.startswith(pattern[:-1])
    return code == pattern


def file_key(path):
    """The path as the manifest has it: below the corpus folder."""
    return os.path.relpath(os.path.abspath(path), os.path.abspath(MESSAGES))


def is_sorted(verdict):
    keys = [(f["path"].encode(), f["code"].encode()) for f in verdict["findings"]]
    return keys == sorted(keys)


def compare(row, verdict):
    """What is wrong with the verdict, as sentences."""
    problems = []
    codes = [finding["code"] for finding in verdict["findings"]]

    if verdict["action"] != row["action"]:
        problems.append(f"action {verdict['action']}, expected {row['action']}")
    if verdict["complete"] != row["complete"]:
        problems.append(f"complete is {verdict['complete']}")
    for pattern in row["codes"]:
        if not any(matches(code, pattern) for code in codes):
            problems.append(f"no finding {pattern}")
    for pattern in row["never"]:
        for code in codes:
            if matches(code, pattern):
                problems.append(f"finding {code}, which must not be there")
    for code in codes:
        if code.startswith("scan."):
            problems.append(f"finding {code}: the inspection itself failed")
    if row["object"] and not any(o["sha256"] == row["object"] for o in verdict["objects"]):
        problems.append(f"no object with SHA-256 {row['object']}")
    if problems:
        problems.append(f"reason: {verdict['reason']}")
        for finding in verdict["findings"][:20]:
            problems.append(f"has {finding['severity']} {finding['code']} at "
                            f"{finding['path'] or 'the message'}: {finding['text']}")
    return problems


def check_schema(verdicts):
    with open(SCHEMA, encoding="utf-8") as file:
        validator = jsonschema.Draft202012Validator(json.load(file))
    problems = []
    for verdict in verdicts:
        for error in validator.iter_errors(verdict):
            place = "/".join(str(step) for step in error.absolute_path)
            problems.append(f"{verdict['source']['file']}: {place}: {error.message[:300]}")
    return problems


def stable(line):
    """A verdict without what may differ between runs."""
    verdict = json.loads(line)
    for key in CHANGING:
        del verdict[key]
    return json.dumps(verdict, sort_keys=False)


def check_same(first, options):
    status, output, errors = scan([MESSAGES], "--format", "jsonl", *options)
    lines = verdict_lines(output)
    if status != 1:
        return [f"exit status {status}", errors]
    if len(lines) != len(first):
        return [f"{len(lines)} verdicts instead of {len(first)}"]
    return [f"differs: {json.loads(old)['source']['file']}"
            for old, new in zip(first, lines) if stable(old) != stable(new)]


def check_csv(verdicts):
    status, output, errors = scan([MESSAGES], "--format", "csv", "--all")
    rows = list(csv.reader(io.StringIO(output.decode("utf-8"), newline="")))
    problems = [] if status == 1 else [f"exit status {status}", errors]
    if len(rows) != len(verdicts) + 1:
        problems.append(f"{len(rows)} rows for {len(verdicts)} verdicts and a heading")
    if len({len(row) for row in rows}) != 1:
        problems.append("the rows have different numbers of fields")
    return problems


def check_table(verdicts):
    status, output, errors = scan([MESSAGES], "--format", "table")
    lines = output.decode("utf-8").splitlines()
    problems = [] if status == 1 else [f"exit status {status}", errors]
    for verdict in verdicts:
        name = os.path.basename(verdict["source"]["file"])
        shown = [line for line in lines
                 if name in line and verdict["action"] in line.lower()]
        if verdict["action"] != "accept" and not shown:
            problems.append(f"no line for {name}")
        if verdict["action"] == "accept" and any(name in line for line in lines):
            problems.append(f"a line for {name}, which was accepted")
    return problems


def check_regions(tree):
    """Every octet of a message belongs to exactly one region."""
    at = 0
    for _, begin, end, _ in tree["regions"]:
        if begin != at or end < begin:
            return [f"region at {begin}, expected at {at}"]
        at = end
    return [] if at == tree["size"] else [f"regions end at {at} of {tree['size']}"]


def check_explain(manifest):
    """`assay explain` adds ranges and trees; one message of each action."""
    samples = {row["action"]: row["file"] for row in reversed(manifest)}
    explained = []
    problems = []
    for file in samples.values():
        done = subprocess.run([ASSAY, "explain", "--format", "json",
                               os.path.join(MESSAGES, file)], stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=DEADLINE_SECONDS, check=False)
        try:
            verdict = json.loads(done.stdout)
        except ValueError as error:
            problems.append(f"{file}: {error}: {done.stderr.decode('utf-8', 'replace')}")
            continue
        explained.append(verdict)
        if not verdict.get("trees"):
            problems.append(f"{file}: no tree")
        for tree in verdict.get("trees", []):
            problems += [f"{file}: {tree['path']}: {p}" for p in check_regions(tree)]
    return problems + check_schema(explained)


def check_status(manifest):
    clean = next(r["file"] for r in manifest if r["action"] == "accept")
    bad = next(r["file"] for r in manifest if r["action"] == "reject")
    cases = (
        ("nothing acted on", [clean], 0),
        ("one acted on", [clean, bad], 1),
        ("a path that is not there", [clean, "not-there.eml"], 2),
    )
    problems = []
    for name, files, expected in cases:
        status, _, _ = scan([os.path.join(MESSAGES, file) for file in files])
        if status != expected:
            problems.append(f"{name}: exit status {status}, expected {expected}")
    status, _, _ = scan([os.path.join(MESSAGES, clean)], "--no-such-option")
    if status != 2:
        problems.append(f"unknown option: exit status {status}, expected 2")
    return problems


def main():
    tap = Tap()
    with open(os.path.join(MESSAGES, "manifest.json"), encoding="utf-8") as file:
        manifest = json.load(file)

    status, output, errors = scan([MESSAGES], "--format", "jsonl", "--all")
    lines = verdict_lines(output)
    verdicts = [json.loads(line) for line in lines]
    loaded = verdicts[0]["generation"]["plugins"] if verdicts else PLUGINS
    missing = [name for name in PLUGINS if name not in loaded]
    if missing:
        print(f"1..0 # SKIP built without {', '.join(missing)}")
        return 0
    tap.result("a scan of the corpus ends with status 1",
               [] if status == 1 else [f"exit status {status}", errors])
    by_file = {file_key(verdict["source"]["file"]): verdict for verdict in verdicts}

    for row in manifest:
        name = f"{row['file']}: {row['title']}: {row['action']}"
        verdict = by_file.get(row["file"])
        tap.result(name, ["no verdict"] if verdict is None else compare(row, verdict))

    tap.result("every verdict follows the schema", check_schema(verdicts))
    tap.result("findings are sorted by path and code",
               [v["source"]["file"] for v in verdicts if not is_sorted(v)])
    tap.result("one worker without a cache gives the same verdicts",
               check_same(lines, ["--jobs", "1", "--no-cache"]))
    tap.result("two workers without a cache give the same verdicts",
               check_same(lines, ["--jobs", "2", "--no-cache"]))
    tap.result("CSV has a row for every message", check_csv(verdicts))
    tap.result("the table has a line for each message acted on", check_table(verdicts))
    tap.result("explain gives the ranges of every octet", check_explain(manifest))
    tap.result("exit statuses are 0, 1 and 2", check_status(manifest))
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
