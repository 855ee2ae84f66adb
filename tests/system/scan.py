# SPDX-License-Identifier: BSD-2-Clause
"""The command line: formats, exit statuses, options, help, and that the same
octets and settings give the same verdict however they are inspected."""
import base64
import csv
import io
import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import assaytest  # noqa: E402
import mboxes  # noqa: E402
import samplemail as sample  # noqa: E402

VERBS = ["scan", "explain", "findings", "limits", "config", "status", "client", "stats", "reload",
         "drain"]
PLUGINS = ["filetype", "attachment", "archive", "html", "yara", "clamav"]
MESSAGES = 300


def statuses(tap, folder):
    clean = assaytest.write(folder, "clean.eml", sample.text(b"hello\r\n"))
    bad = assaytest.write(folder, "bad.eml", sample.attached(sample.EICAR, b"e.com"))
    for form in ("table", "jsonl", "csv"):
        tap.equal([assaytest.assay("scan", "--format", form, *paths).status
                   for paths in ([clean], [bad], [clean, bad], ["/nowhere"], [])],
                  [0, 1, 1, 2, 2], "%s: 0 nothing acted on, 1 acted on, 2 not done" % form)
    run = assaytest.assay("scan", clean, bad)
    lines = [line for line in run.out.splitlines() if ".eml" in line]
    tap.ok(len(lines) == 1 and "bad.eml" in lines[0] and "malware.eicar" in lines[0],
           "table: one line for each message acted on", run.out)
    tap.match(run.out, r"(?m)^2 messages", "table: a summary behind it")
    tap.ok("\x1b" not in run.out, "table: no colours into a pipe", repr(run.out))
    run = assaytest.assay("scan", "--all", clean, bad)
    lines = [line for line in run.out.splitlines() if ".eml" in line]
    tap.ok(len(lines) == 2 and "clean.eml" in lines[0], "table, --all: all messages", run.out)
    run = assaytest.assay("scan", "--format", "csv", "--all", clean, bad)
    rows = list(csv.DictReader(io.StringIO(run.out)))
    tap.ok(len(rows) == 2 and None not in rows[1] and rows[1].get("action") == "reject",
           "csv: rows that a reader of CSV understands", run.out)
    run = assaytest.assay("scan", "--quiet", clean)
    tap.ok(run.status == 0 and run.out == "" and run.err == "", "--quiet: nothing to say", run)


def hostile_text(tap, folder):
    """What a sender writes must not become control of terminal or table."""
    subject = b"=?utf-8?q?=1B]0;owned=07_=1B[31m=0A=0D=22,=E2=80=AE?= a,b\"c"
    path = assaytest.write(folder, "text.eml",
                           sample.attached(sample.EICAR, b"e.com", subject=subject))
    for form in ("table", "csv", "jsonl"):
        run = assaytest.assay("scan", "--format", form, path)
        # JSON is for programs: any text may stand in it, but no control code.
        forbidden = "\x7f" if form == "jsonl" else "\x7f\u202e\u009b"
        bad = [c for c in run.out if ord(c) < 32 and c not in "\r\n" or c in forbidden]
        tap.ok(run.status == 1 and not bad, "%s: control characters of a subject are escaped" %
               form, repr(run.out[:600]))
    rows = list(csv.reader(io.StringIO(assaytest.assay("scan", "--format", "csv", path).out)))
    tap.ok(len(rows) == 2 and len(rows[0]) == len(rows[1]), "csv: a subject stays in its field",
           rows)
    formula = assaytest.write(folder, "formula.eml", sample.attached(
        sample.EICAR, b"e.com", subject=b"=HYPERLINK(0)"))
    rows = list(csv.reader(io.StringIO(assaytest.assay("scan", "--format", "csv", formula).out)))
    tap.ok(len(rows) == 2 and not any(cell.startswith("=") for cell in rows[1]),
           "csv: a subject is no formula for a spreadsheet", rows)


def same_verdicts(tap, folder):
    path = assaytest.write(folder, "mixed.mbox", mboxes.join(
        map(mboxes.unix, sample.mixed_mailbox(MESSAGES))))
    runs = {
        "with one worker": assaytest.scan("--jobs", "1", path),
        "with two workers": assaytest.scan("--jobs", "2", path),
        "with five workers": assaytest.scan("--jobs", "5", path),
        "without the cache": assaytest.scan("--no-cache", path),
        "without the sandbox": assaytest.scan("--no-sandbox", path),
    }
    first = runs["with one worker"].verdicts()
    tap.equal([v["source"]["index"] for v in first], list(range(MESSAGES)),
              "a verdict for each message, in order")
    wanted = [assaytest.lasting(verdict) for verdict in first]
    for name, run in runs.items():
        got = [assaytest.lasting(verdict) for verdict in run.verdicts()]
        tap.ok(got == wanted, "the same verdicts " + name,
               next((pair for pair in zip(got, wanted) if pair[0] != pair[1]), len(got)))
    ids = [v["id"] for v in first]
    tap.ok(len(set(ids)) == MESSAGES and ids == sorted(ids), "ids are unique and sort by time")
    hits = sum(v["cost"]["cache_hits"] for v in first)
    tap.ok(hits > 0, "files that come again are answered from the cache", hits)
    hits = sum(v["cost"]["cache_hits"] for v in runs["without the cache"].verdicts())
    tap.equal(hits, 0, "and not so without it")
    schema(tap, first)


def schema(tap, verdicts):
    name = "every verdict is valid by docs/verdict.schema.json"
    if not os.path.exists(os.path.join(assaytest.SOURCE, "docs", "verdict.schema.json")):
        tap.ok(False, name, "there is no schema")
        return
    faults = [fault for fault in map(assaytest.schema_fault, verdicts) if fault]
    tap.ok(not faults, name, "%d of %d: %s" % (len(faults), len(verdicts), faults[:2]))


def rules_option(tap, folder):
    rules = os.path.join(folder, "rules")
    os.mkdir(rules)
    assaytest.write(rules, "mine.yar", 'rule mine_word {\n  strings: $a = "wombat"\n'
                    '  condition: $a\n}\n')
    path = assaytest.write(folder, "wombat.eml", sample.attached(b"a wombat\r\n", b"a.txt"))
    tap.equal([c for v in assaytest.scan(path).verdicts() for c in assaytest.codes(v)
               if c.startswith("yara.")], [], "a word is nothing without a rule")
    run = assaytest.scan("--rules", rules, path)
    found = [f for v in run.verdicts() for f in v["findings"] if f["code"] == "yara.mine_word"]
    tap.ok(found, "--rules: a rule in a folder is used", run)
    tap.ok(found and found[0]["evidence"] and found[0]["evidence"][0]["offset"] == 2,
           "--rules: the evidence says where", found)
    bad = assaytest.write(rules, "bad.yar", "rule bad {\n  condition: nonsense }\n")
    run = assaytest.scan("--rules", rules, path)
    tap.ok(run.status == 2 and "bad.yar:2" in run.err and not run.out,
           "--rules: a rule that does not compile is an error with its line", run)
    os.unlink(bad)
    run = assaytest.scan("--rules", "/nowhere/rules", path)
    tap.ok(run.status == 2 and "/nowhere/rules" in run.err, "--rules: a folder that is not there",
           run)


def database_option(tap, folder):
    import hashlib
    database = os.path.join(folder, "db")
    os.mkdir(database)
    data = b"an attachment that is known by its hash\n" * 3
    assaytest.write(database, "test.hdb", "%s:%d:Test.By.Hash\n" %
                    (hashlib.md5(data).hexdigest(), len(data)))
    assaytest.write(database, "test.ndb", "Test.By.Body:0:*:%s\n" % b"numbat in the text".hex())
    one = assaytest.write(folder, "hash.eml", sample.attached(data))
    two = assaytest.write(folder, "body.eml", sample.attached(b"a numbat in the text of a file"))
    run = assaytest.scan("--clamav-db", database, one, two)
    got = [[c for c in assaytest.codes(v) if c.startswith("malware.")] for v in run.verdicts()]
    tap.ok(run.status == 1 and len(got) == 2 and "ash" in str(got[0]) and "ody" in str(got[1]),
           "--clamav-db: hash and body signatures of a folder are used", got)
    eicar = assaytest.write(folder, "eicar.eml", sample.attached(sample.EICAR))
    run = assaytest.scan("--clamav-db", database, eicar)
    tap.ok("malware.eicar" in assaytest.codes(run.verdicts()[0]),
           "--clamav-db: those that come with Assay stay", run)
    run = assaytest.scan("--clamav-db", "/nowhere/db", one)
    tap.ok(run.status == 2 and "/nowhere/db" in run.err, "--clamav-db: a folder that is not there",
           run)


def plugin_options(tap, folder):
    path = assaytest.write(folder, "zip.eml", sample.attached(
        sample.stored_zip([(b"notes.txt", b"hello")]), b"notes.zip", b"application/zip"))
    for plugin in PLUGINS:
        run = assaytest.scan("--no-" + plugin, path)
        verdict = (run.verdicts() or [None])[0]
        tap.ok(run.status in (0, 1) and verdict and
               plugin not in verdict["generation"]["plugins"] and
               set(PLUGINS) - {plugin} == set(verdict["generation"]["plugins"]),
               "--no-%s: without that one, with the others" % plugin, run)
    run = assaytest.scan("--no-clamaw", path)
    tap.ok(run.status == 2 and "no-clamav" in run.err, "--no-clamaw: the nearest is named", run)


def limit_options(tap, folder):
    inner = sample.stored_zip([(b"a.txt", b"hello")])
    path = assaytest.write(folder, "nest.eml", sample.attached(
        sample.stored_zip([(b"b.zip", inner)]), b"c.zip"))
    run = assaytest.scan("--limit", "depth=1", path)
    verdict = (run.verdicts() or [None])[0]
    tap.ok(run.status == 1 and verdict and not verdict["complete"] and
           assaytest.has_family(verdict, "limit.depth", "bomb.depth"),
           "--limit depth=1: stops earlier and says so", run)
    tap.equal(assaytest.scan(path).status, 0, "the same message within the usual limit")
    big = assaytest.write(folder, "big.eml", sample.text(sample.prose(1, 100000)))
    run = assaytest.scan("--limit", "message_bytes=64KiB", big)
    verdict = (run.verdicts() or [None])[0]
    tap.ok(verdict and not verdict["complete"] and
           assaytest.has_family(verdict, "limit.message_size"),
           "--limit message_bytes=64KiB: a unit is understood", run)
    for argument, wanted in (("dept=3", '"depth"'), ("depth=0", "1 to 64"), ("depth=", "1 to 64"),
                             ("depth", "NAME=VALUE"), ("depth=-1", "1 to 64"),
                             ("depth=99999999999999999999", "1 to 64")):
        run = assaytest.scan("--limit", argument, path)
        tap.ok(run.status == 2 and wanted in run.err, "--limit %s: says what is expected" %
               argument, run)
    shown = assaytest.assay("limits", "--limit", "depth=3", "--format", "json")
    tap.ok(shown.status == 0 and json.loads(shown.out), "limits in JSON", shown)


def policy_option(tap, folder):
    config = assaytest.write(folder, "policy.conf", """
policy lenient {
  accept = {"malware.*", "type.*", "policy.*", "name.*"}
}
policy strict {
  discard = {"malware.*"}
  info = "tag"
}
""")
    path = assaytest.write(folder, "eicar.eml", sample.attached(sample.EICAR, b"e.txt"))
    got = []
    for name in ("lenient", "strict", "default"):
        run = assaytest.scan("--config", config, "--policy", name, path)
        got.append((run.status, [v["action"] for v in run.verdicts()]))
    tap.equal(got, [(0, ["accept"]), (1, ["discard"]), (1, ["reject"])],
              "--policy: the named one decides")
    run = assaytest.scan("--config", config, "--policy", "strikt", path)
    tap.ok(run.status == 2 and '"strict"' in run.err, "--policy: a typo is answered by a name",
           run)


def helps(tap):
    for arguments in [[]] + [[verb] for verb in VERBS]:
        run = assaytest.assay(*arguments, "--help")
        lines = run.out.splitlines()
        name = "assay %s--help" % "".join(verb + " " for verb in arguments)
        tap.ok(run.status == 0 and run.err == "" and 3 < len(lines) <= 24 and
               max(map(len, lines)) <= 80 and lines[0].startswith("usage: assay"),
               name + " fits a screen of 24 lines and 80 columns",
               "%d lines, %d columns" % (len(lines), max(map(len, lines or [""]))))
    for arguments, wanted in ((["skan"], "scan"), (["scan", "--formt", "csv", "x"], "--format"),
                              (["scan", "--format", "cvs", "x"], "csv"),
                              (["explain", "--indx", "1", "x"], "--index"),
                              (["findings", "archive.encripted"], "archive.encrypted"),
                              (["scan", "--jobs", "many", "x"], "--jobs"),
                              (["scan", "--jobs", "0", "x"], "--jobs"), ([], "usage")):
        run = assaytest.assay(*arguments)
        tap.ok(run.status == 2 and wanted in run.err and run.out == "",
               "assay %s: status 2, and what was meant" % " ".join(arguments), run)
    run = assaytest.assay("version")
    tap.match(run.out, r"\d+\.\d+\.\d+", "assay version")


def readings(tap, folder):
    late = assaytest.write(folder, "late.eml", b"Content-Type: multipart/mixed; boundary=b\r\n"
                           b"Content-Type: text/plain\r\n\r\n--b\r\n"
                           b"Content-Disposition: attachment; filename=e.txt\r\n\r\nhello\r\n"
                           b"--b--\r\n")
    run = assaytest.assay("explain", "--readings", late)
    tap.ok(run.status in (0, 1) and "Thunderbird" in run.out and "not shown: " in run.out and
           "\033" not in run.out, "explain shows what each client would show", run)
    run = assaytest.assay("explain", "--format", "json", late)
    verdict = json.loads(run.out)
    views = verdict["trees"][0]["views"]
    tap.ok(len({view["client"] for view in views}) == len(views) >= 5 and
           not assaytest.schema_fault(verdict),
           "explain in JSON has the view of each client, valid by the schema",
           assaytest.schema_fault(verdict))
    plain = assaytest.write(folder, "plain.conf", "readings = false\n")
    shown = assaytest.assay("config", "show", "--config", plain)
    tap.ok(shown.status == 0 and "readings = false" in shown.out,
           "config show has the option readings", shown)
    program = b"MZ" + bytes(range(14, 128)) * 4 + sample.EICAR
    hidden = assaytest.write(folder, "hidden.eml", b"Content-Type: multipart/mixed; boundary=b\r\n"
                             b"\r\n--b\r\n\r\nhello\r\n--b--\r\n--b\r\n"
                             b"Content-Transfer-Encoding: base64\r\n\r\n" +
                             base64.encodebytes(program) + b"--b--\r\n")
    found = assaytest.assay("scan", "--format", "jsonl", hidden)
    left = assaytest.assay("scan", "--format", "jsonl", "--config", plain, hidden)
    tap.ok(found.status == 1 and "mime.hidden_part" in found.out,
           "a part behind the end is found", found)
    tap.ok("~reading" not in left.out, "without readings it is not looked for", left)


def other_verbs(tap, folder):
    path = assaytest.write(folder, "mail.mbox", mboxes.join(
        [mboxes.unix(sample.text(b"hello\r\n")),
         mboxes.unix(sample.attached(sample.stored_zip([(b"e.com", sample.EICAR)]), b"e.zip"))]))
    run = assaytest.assay("explain", "--index", "1", path)
    tap.ok(run.status == 1 and "e.com" in run.out and "malware.eicar" in run.out,
           "explain draws the object tree with its findings", run)
    run = assaytest.assay("explain", "--index", "1", "--format", "json", path)
    verdict = json.loads(run.out)
    tap.ok("trees" in verdict and not assaytest.schema_fault(verdict),
           "explain in JSON is a verdict with trees, valid by the schema",
           assaytest.schema_fault(verdict))
    readings(tap, folder)
    run = assaytest.assay("explain", "--index", "7", path)
    tap.ok(run.status == 2 and "2 messages" in run.err, "explain of a message that is not there", run)
    run = assaytest.assay("findings", "--format", "json")
    tap.ok(run.status == 0 and "malware.eicar" in run.out and json.loads(run.out),
           "findings in JSON", run.err)
    run = assaytest.assay("config", "show")
    shown = assaytest.write(folder, "shown.conf", run.out)
    again = assaytest.assay("config", "show", "--config", shown)
    tap.ok(run.status == 0 and "# default" in run.out and again.status == 0,
           "what config show prints is a configuration", again)
    run = assaytest.assay("config", "check", "--config", shown)
    tap.ok(run.status == 0 and "ok" in run.out, "config check of it", run)
    run = assaytest.assay("status", "--format", "json")
    tap.ok(run.status == 0 and {p["name"] for p in json.loads(run.out)["plugins"]} ==
           set(PLUGINS), "status in JSON names the plugins", run)


def body(tap, folder):
    for part in (statuses, hostile_text, same_verdicts, rules_option, database_option,
                 plugin_options, limit_options, policy_option, other_verbs):
        place = os.path.join(folder, part.__name__)
        os.mkdir(place)
        part(tap, place)
    helps(tap)


if __name__ == "__main__":
    assaytest.main(body)
