# SPDX-License-Identifier: BSD-2-Clause
"""NIST PKITS over `assay smime`, when ASSAY_TEST_DATA names a folder with it:
signed mails, each with its anchors, certificates, CRLs, time and policies, and
whether the path is valid."""
import concurrent.futures
import json
import os
import sys
import tarfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import assaytest  # noqa: E402

# What OpenSSL's path validation cannot do: inherited DSA parameters, and a
# certificate that is its own indirect CRL issuer's.
KNOWN_LIMITS = {"4.1.5", "4.14.30"}


def options_of(case, root):
    def paths(names):
        return [os.path.join(root, name) for name in names]

    policy = case.get("policy") or {}
    args = ["--anchors"] + paths(case["trust_anchors"])
    for option, key in (("--certs", "extra_certs"), ("--crls", "crls")):
        if case.get(key):
            args += [option] + paths(case[key])
    args += ["--at", str(case["at_time"]), "--revocation", "hard"]
    if case.get("allow"):
        args += ["--allow", ",".join(case["allow"])]
    for oid in policy.get("initial_policy_set") or []:
        args += ["--policy", oid]
    for option, key in (("--explicit-policy", "explicit_policy"),
                        ("--inhibit-any", "inhibit_any"),
                        ("--inhibit-mapping", "inhibit_mapping")):
        if policy.get(key):
            args.append(option)
    return args


def judge(root, case):
    run = assaytest.assay("smime", os.path.join(root, case["file"]), "--format", "json",
                          *options_of(case, root))
    try:
        layers = json.loads(run.out)["smime"]
    except ValueError:
        return case, "no answer: %s" % run
    wanted = case["expect"]
    if not layers or layers[0]["state"] != wanted["state"]:
        return case, "layers %s" % [layer["state"] for layer in layers]
    if layers[0]["valid"] is not wanted["valid"]:
        return case, "valid is %s (%s), status %d" % (layers[0]["valid"], layers[0]["reason"],
                                                      run.status)
    if run.status != (0 if wanted["valid"] else 1):
        return case, "exit status %d" % run.status
    return case, ""


def unpack(folder, archive):
    with tarfile.open(archive) as tar:
        # Later versions of Python want to be told what to trust.
        safe = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        tar.extractall(folder, **safe)
    for place, _, names in os.walk(folder):
        if "manifest.jsonl" in names:
            return place
    return folder


def main(tap, folder):
    archive = os.path.join(os.environ["ASSAY_TEST_DATA"], "pkits.tar.xz")
    if not os.path.exists(archive):
        tap.skip("PKITS", "no pkits.tar.xz in ASSAY_TEST_DATA")
        return
    root = unpack(folder, archive)
    with open(os.path.join(root, "manifest.jsonl"), encoding="utf-8") as manifest:
        cases = [json.loads(line) for line in manifest if line.strip()]
    tap.ok(len(cases) >= 249, "the manifest has all cases", len(cases))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        answers = list(pool.map(lambda case: judge(root, case), cases))
    for case, fault in answers:
        name = "PKITS %s: %s" % (case["case"], case["expect"]["reason"])
        if fault and case["case"] in KNOWN_LIMITS:
            tap.skip(name, "known limit of the path validation: %s" % fault)
        else:
            tap.ok(not fault, name, fault)


if "ASSAY_TEST_DATA" not in os.environ:
    assaytest.skip_all("ASSAY_TEST_DATA is not set: no PKITS")
assaytest.main(main)
