# SPDX-License-Identifier: BSD-2-Clause
"""Nobody can stop it with S/MIME: floods, bombs, depth and damage end with a
verdict, in bounded time and memory, and never with a signature called valid that
is not.

Time and memory are printed; the bounds that are held here are generous, for busy
and slow machines."""
import os
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import assaytest  # noqa: E402
import smimehostile  # noqa: E402
import smimemutate  # noqa: E402

MAKER = os.path.join(assaytest.BUILD, "corpus", "smime", "make-smime")
PEAK_KIB = 256 << 10
MAX_MS = 5000
DAMAGED = 1400
# Of which the signatures are verified, see assay-limits(7).
LAYERS_MAX = 64
# What a message that cannot be altered unnoticed says by itself.
OPEN_TO_CHANGE = {"smime.encrypted", "smime.unauthenticated_encryption"}


def config(folder, **more):
    """S/MIME alone: what the plugins cost is the matter of others."""
    lines = ["plugins = {}", "smime {", '\tanchors = { "%s" }' % os.path.join(folder, "root.der")]
    lines += ["\t%s = %s" % pair for pair in more.items()]
    return assaytest.write(folder, "assay.conf", "\n".join(lines) + "\n}\n")


# ---- Floods, bombs, depth ------------------------------------------------------

def fault_of(run, wanted, may_be_valid):
    if run.status not in (0, 1) or len(run.verdicts()) != 1:
        return str(run)
    verdict = run.verdicts()[0]
    found = "%s, %s" % (verdict["action"], " ".join(assaytest.codes(verdict)))
    invalid = assaytest.schema_fault(verdict)
    if invalid:
        return invalid
    if assaytest.has_family(verdict, "scan."):
        return "the inspection itself failed: " + found
    if not assaytest.has_family(verdict, *wanted):
        return "no finding of %s: %s" % (" or ".join(wanted), found)
    valid = sum(bool(layer["valid"]) for layer in verdict["smime"])
    if valid > (LAYERS_MAX if may_be_valid else 0):
        return "called valid: " + found
    if verdict["cost"]["us"] > MAX_MS * 1000:
        return "took %d ms: %s" % (verdict["cost"]["us"] // 1000, found)
    if run.peak_kib > PEAK_KIB:
        return "a process grew to %d MiB: %s" % (run.peak_kib >> 10, found)
    return ""


def floods(tap, folder, settings):
    """Made by another process: what this one once had in memory would count for
    every process that it starts."""
    subprocess.run([sys.executable, smimehostile.__file__, folder], check=True)
    slowest, largest = (0, ""), (0, "")
    for number, (name, _, wanted, may_be_valid) in enumerate(smimehostile.CASES):
        path = os.path.join(folder, "%d.eml" % number)
        run = assaytest.measured_scan("--jobs", "1", "--config", settings, path)
        os.unlink(path)
        fault = fault_of(run, wanted, may_be_valid)
        tap.ok(not fault, name, fault)
        if fault and not run.verdicts():
            continue
        us = run.verdicts()[0]["cost"]["us"]
        tap.diag("%.1f ms, %d MiB" % (us / 1000, run.peak_kib >> 10))
        slowest, largest = max(slowest, (us, name)), max(largest, (run.peak_kib, name))
    tap.diag("slowest: %.1f ms, %s" % (slowest[0] / 1000, slowest[1]))
    tap.diag("largest: %d MiB, %s" % (largest[0] >> 10, largest[1]))


# ---- Damage --------------------------------------------------------------------

def seeds(tap, folder):
    found = [smimemutate.Seed(name, octets) for name, octets in smimehostile.good_mails()]
    made = subprocess.run([MAKER, folder], stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=assaytest.HANG_S, check=False)
    tap.ok(made.returncode == 0, "the messages to damage are made", made.stderr.decode())
    for place, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            if name.endswith((".eml", ".p7m")):
                with open(os.path.join(place, name), "rb") as file:
                    found.append(smimemutate.Seed(name, file.read()))
    return [seed for seed in found if seed.usable]


def signer_of(signer):
    return (signer["subject"], signer["sha256"], signer["signature"], signer["chain"],
            signer["from_match"])


def meaning(verdict):
    """What a reader is told, and the octets that it is told of."""
    layers = [(layer["state"], layer["valid"], layer["coverage"],
               [signer_of(signer) for signer in layer.get("signers") or []])
              for layer in verdict["smime"]]
    inside = sorted(item["sha256"] for item in verdict["objects"]
                    if "signed" in item["flags"] or "/~" in item["path"])
    return layers, inside


def signed_objects(verdict):
    """Of opaque layers, when nothing is against any of them: the signed octets."""
    if any(layer["valid"] is not True for layer in verdict["smime"]
           if layer["state"].startswith("signed-")):
        return set()
    return {item["sha256"] for item in verdict["objects"] if item["path"].endswith("/~signed")}


def damage_fault(verdict, seed, signed):
    """verdict of a damaged object, seed: of the one that it was made of. signed:
    what was signed in any of them."""
    if assaytest.has_family(verdict, "scan."):
        return "the inspection itself failed: %s" % assaytest.codes(verdict)
    if not signed_objects(verdict) <= signed:
        return "valid, and never signed: %s" % (meaning(verdict),)
    if meaning(verdict) == meaning(seed):
        return ""
    codes = set(assaytest.codes(verdict))
    told = {finding["code"] for finding in verdict["findings"] if finding["severity"] != "info"}
    if told or codes & OPEN_TO_CHANGE or codes - set(assaytest.codes(seed)):
        return ""
    # What does not begin like CMS any more, and a mere list of certificates, where
    # nothing around announces more than that.
    if verdict["source"]["file"].endswith("p7m") and all(
            layer["state"] == "certs-only" for layer in verdict["smime"]):
        return ""
    return "another meaning without a finding: %s" % (meaning(verdict),)


def damaged_files(originals, folder):
    """{path: (kind, path of the undamaged one)}; a third of the objects stands alone,
    the others where they stood."""
    def put(name, seed, octets, bare):
        whole, kind = (octets, "p7m") if bare else (seed.mail(octets), seed.name[-3:])
        return assaytest.write(folder, "%s.%s" % (name, kind), whole)

    undamaged = {(seed, bare): put("seed-%d-%d" % (n, bare), seed, seed.cms, bare)
                 for n, seed in enumerate(originals) for bare in (False, True)}
    cases = {}
    for n, (kind, seed, octets) in enumerate(smimemutate.make(originals, DAMAGED)):
        bare = n // len(originals) % 3 == 0
        cases[put("%04d" % n, seed, octets, bare)] = (
            "%s of %s" % (kind, seed.name), undamaged[seed, bare])
    return cases


def damage(tap, folder, settings):
    place, damaged = os.path.join(folder, "made"), os.path.join(folder, "damaged")
    os.mkdir(place)
    os.mkdir(damaged)
    cases = damaged_files(seeds(tap, place), damaged)
    run = assaytest.measured_scan("--jobs", "1", "--config", settings, damaged)
    verdicts = {verdict["source"]["file"]: verdict for verdict in run.verdicts()}
    missing = [path for path in map(lambda name: os.path.join(damaged, name), os.listdir(damaged))
               if path not in verdicts]
    if not tap.ok(not missing, "a verdict for each damaged object", missing):
        return
    right = {path: verdicts[path] for _, path in cases.values()}
    signed = set().union(*map(signed_objects, right.values()))
    faults = [(path, fault) for path, fault in (
        (path, damage_fault(verdicts[path], right[of], signed))
        for path, (_, of) in cases.items()) if fault]
    tap.ok(not faults, "each has a finding, or means what it meant", "\n".join(
        "%s, %s: %s" % (os.path.basename(path), cases[path][0], fault) for path, fault in faults))
    invalid = [fault for fault in map(assaytest.schema_fault, list(verdicts.values())[::10])
               if fault]
    tap.ok(not invalid, "their verdicts are valid by the schema", invalid[:3])
    slowest = max((verdicts[path]["cost"]["us"], cases[path][0]) for path in cases)
    tap.ok(slowest[0] < MAX_MS * 1000 and run.peak_kib < PEAK_KIB, "in bounded time and memory",
           "%s, %d KiB" % (slowest, run.peak_kib))
    tap.diag("%d objects in %.1f s, the slowest %.1f ms, %d MiB" % (
        len(cases), run.seconds, slowest[0] / 1000, run.peak_kib >> 10))
    valid = sum(any(layer["valid"] for layer in verdict["smime"]) for verdict in right.values())
    tap.ok(valid >= 12, "the undamaged ones are valid where they should be", valid)


def keys(tap, folder, settings):
    """The keeper serves all workers, so that no message may have it for long."""
    with open(os.path.join(folder, "made", "closed", "aes256-cbc.eml"), "rb") as file:
        seed = smimemutate.Seed("aes256-cbc.eml", file.read())
    path = assaytest.write(folder, "keys.eml", smimehostile.wrong_keys(seed.cms, 64))
    run = assaytest.measured_scan("--jobs", "1", "--config", settings, path)
    fault = fault_of(run, ("smime.limit_exceeded",), False)
    tap.ok(not fault, "64 envelopes with 8 keys for us in each, all wrong", fault)
    if run.verdicts():
        tap.diag("%.1f ms, %d MiB" % (run.verdicts()[0]["cost"]["us"] / 1000,
                                      run.peak_kib >> 10))


def body(tap, folder):
    settings = config(folder)
    floods(tap, folder, settings)
    settings = config(folder, keys='{ "%s/made/pki/reader.p12", "%s/made/pki/reader-ec.pem" }' %
                      (folder, folder),
                      password_file='"%s"' % assaytest.write(folder, "password", "reader\n"))
    damage(tap, folder, settings)
    keys(tap, folder, settings)


if __name__ == "__main__":
    assaytest.main(body)
