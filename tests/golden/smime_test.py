# SPDX-License-Identifier: BSD-2-Clause
"""What `assay smime` says of generated messages, good, odd and hostile, against
their manifest; and what `openssl cms -verify` says of the plain ones."""
import concurrent.futures
import json
import os
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import assaytest  # noqa: E402

MAKER = os.path.join(assaytest.BUILD, "corpus", "smime", "make-smime")
QUIET = ("info",)


def layer_text(layer):
    valid = {True: "yes", False: "no", None: "null"}[layer["valid"]]
    inner = "inner " if layer["message"] else ""
    return "%s%s %s %s" % (inner, layer["state"], valid, layer["coverage"])


def wanted_layers(text):
    return [" ".join(part.split()) for part in text.split(";") if part.strip()]


def options_of(case, folder):
    options = case["options"].replace("@", folder).split()
    if "--anchors" not in options:
        options += ["--anchors", os.path.join(folder, "pki", "root.pem")]
    if "--at" not in options:
        options += ["--at", str(case["at"])]
    return options


def faults_of(case, folder):
    path = os.path.join(folder, case["file"])
    run = assaytest.assay("smime", path, "--format", "json", *options_of(case, folder))
    try:
        report = json.loads(run.out)
    except ValueError:
        return ["no answer: %s" % run]
    codes = [finding["code"] for finding in report["findings"]]
    loud = ["%s (%s)" % (finding["code"], finding["text"]) for finding in report["findings"]
            if finding["severity"] not in QUIET]
    faults = []
    layers = [layer_text(layer) for layer in report["smime"]]
    if layers != wanted_layers(case["layers"]):
        faults.append("layers %s, wanted %s; %s" % (
            layers, wanted_layers(case["layers"]), [layer["reason"] for layer in report["smime"]]))
    if run.status != case["status"]:
        faults.append("exit status %s, wanted %s" % (run.status, case["status"]))
    faults += ["lacks %s" % code for code in case["findings"] if code not in codes]
    faults += ["has %s" % code for code in case["never"] if code in codes]
    if case["quiet"] and loud:
        faults.append("is not quiet: %s" % loud)
    if faults:
        faults.append("findings: %s" % codes)
    return faults + openssl_faults(case, path, folder)


def openssl_faults(case, path, folder):
    if not case["openssl"]:
        return []
    done = subprocess.run(
        ["openssl", "cms", "-verify", "-inform", "DER" if path.endswith(".p7m") else "SMIME",
         "-in", path, "-out", os.devnull, "-CAfile", os.path.join(folder, "pki", "root.pem"),
         "-certfile", os.path.join(folder, "pki", "intermediate.pem"),
         "-attime", str(case["at"])], stdin=subprocess.DEVNULL, capture_output=True,
        timeout=assaytest.HANG_S, check=False)
    said = "valid" if done.returncode == 0 else "refused"
    if said == case["openssl"]:
        return []
    return ["openssl says %s: %s" % (said, done.stderr.decode("utf-8", "replace")[-300:])]


def scan_all(tap, cases, folder):
    """The whole engine with all plugins over all of them: EICAR is found wherever
    there is a key, and every verdict is one by the schema."""
    config = os.path.join(folder, "scan.conf")
    password = os.path.join(folder, "password")
    with open(password, "w", encoding="ascii") as file:
        file.write("reader\n")
    with open(config, "w", encoding="ascii") as file:
        file.write("smime {\nanchors = { \"%s/pki/root.pem\" }\npassword_file = \"%s\"\n"
                   "keys = { \"%s/pki/reader.p12\", \"%s/pki/reader-ec.pem\" }\n}\n"
                   % (folder, password, folder, folder))
    run = assaytest.assay("scan", "--format", "jsonl", "--config", config,
                          *[os.path.join(folder, case["file"]) for case in cases],
                          timeout=10 * assaytest.HANG_S)
    verdicts = {verdict["source"]["file"]: verdict for verdict in run.verdicts()}
    tap.equal(len(verdicts), len(cases), "assay scan gives a verdict for each")
    faults = [(name, fault) for name, fault in
              ((name, assaytest.schema_fault(verdict)) for name, verdict in verdicts.items())
              if fault]
    tap.ok(not faults, "all verdicts are valid by the schema", faults[:3])
    for case in cases:
        verdict = verdicts.get(os.path.join(folder, case["file"]))
        if not case["eicar"] or verdict is None:
            continue
        codes = [finding["code"] for finding in verdict["findings"]]
        tap.ok("malware.eicar" in codes and verdict["action"] == "reject",
               "%s: EICAR is found inside" % case["file"], "%s %s" % (verdict["action"], codes))


def check_words(tap, folder):
    """Where the file may stand among the options."""
    file = os.path.join(folder, "good", "clear.eml")
    root = os.path.join(folder, "pki", "root.pem")
    other = os.path.join(folder, "pki", "intermediate.pem")
    at = ["--at", "1760000000"]
    for words in ([file, "--anchors", root], ["--anchors", root, file],
                  ["--anchors=" + root, file], ["--anchors", root, "--", file],
                  [file, "--anchors", other, root], [file, "--anchors", root, "--anchors", other]):
        run = assaytest.assay("smime", *at, *words)
        tap.equal(run.status, 0, "assay smime %s" % " ".join(map(os.path.basename, words)))
    for words in ([], [file, file], ["--anchors", root, "--"], [file, "--anchors", "--"],
                  [file, "--anchors", os.path.join(folder, "none.pem")],
                  [os.path.join(folder, "none.eml")]):
        run = assaytest.assay("smime", *at, *words)
        missing = [word for word in words if "none." in word]
        tap.ok(run.status == 2 and all(word in run.err for word in missing),
               "refused: assay smime %s" % " ".join(map(os.path.basename, words)), str(run))


def main(tap, folder):
    made = subprocess.run([MAKER, folder], stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=10 * assaytest.HANG_S, check=False)
    if not tap.ok(made.returncode == 0, "the messages are made", made.stderr.decode()):
        return
    with open(os.path.join(folder, "manifest.jsonl"), encoding="utf-8") as manifest:
        cases = [json.loads(line) for line in manifest]
    if shutil.which("openssl") is None:
        tap.skip("agreement with openssl cms -verify", "no openssl command")
        for case in cases:
            case["openssl"] = ""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        answers = pool.map(lambda case: faults_of(case, folder), cases)
        for case, faults in zip(cases, answers):
            tap.ok(not faults, "%s: %s" % (case["file"], case["why"]), "\n".join(faults))
    check_words(tap, folder)
    scan_all(tap, cases, folder)


assaytest.main(main)
