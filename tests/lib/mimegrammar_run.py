# SPDX-License-Identifier: BSD-2-Clause
"""Many generated messages through one assay, and failures made small.

Messages are put into a Maildir: there a file is a message whatever it begins
with, while a file beginning with "From " elsewhere is a mailbox.
"""
import json
import os
import shutil
import tempfile

import assaytest
import mimegrammar

BATCH = 2000
# Of a batch: thousands take seconds.
BATCH_TIMEOUT_S = 600
# How often a failure is tried in smaller forms, in batches.
SHRINK_ROUNDS = 40


def scan_batch(folder, octets):
    """The verdicts of messages, in their order; None where there is none."""
    place = tempfile.mkdtemp(prefix="maildir-", dir=folder)
    for name in ("cur", "new", "tmp"):
        os.mkdir(os.path.join(place, name))
    for number, one in enumerate(octets):
        assaytest.write(os.path.join(place, "cur"), "%06d" % number, one)
    run = assaytest.scan(place, timeout=BATCH_TIMEOUT_S)
    shutil.rmtree(place)
    found = [None] * len(octets)
    for verdict in run.verdicts():
        found[int(os.path.basename(verdict["source"]["file"]))] = verdict
    if None in found and run.status not in (0, 1):
        raise RuntimeError("assay ended without all verdicts: %s" % run)
    return found


def scan(folder, octets, progress=None):
    """The same for any number; octets is an iterator."""
    batch, found = [], []
    for one in octets:
        batch.append(one)
        if len(batch) == BATCH:
            found += scan_batch(folder, batch)
            batch = []
            if progress is not None:
                progress(len(found))
    return found + (scan_batch(folder, batch) if batch else [])


def stopped(verdict):
    return verdict is not None and verdict["action"] in assaytest.PROTECTIVE


def quiet(verdict):
    """Whether nobody is bothered: no protective action, nothing above info."""
    return (verdict is not None and not stopped(verdict) and
            all(finding["severity"] == "info" for finding in verdict["findings"]))


def summary(verdict):
    if verdict is None:
        return "no verdict"
    return "%s: %s" % (verdict["action"], " ".join(
        "%s(%s)" % (finding["code"], finding["severity"]) for finding in verdict["findings"]))


# ---- Shrinking --------------------------------------------------------------

def fewer(recipe):
    """Recipes that hide less: a technique left out, then a plainer shape."""
    words = recipe["techniques"]
    for at in range(len(words)):
        yield dict(recipe, techniques=words[:at] + words[at + 1:])
    multi = any(mimegrammar.TECHNIQUES[word].needs == "multi" for word in words)
    for shape in mimegrammar.SHAPES[1 if multi else 0:]:
        if mimegrammar.SHAPES.index(shape) < mimegrammar.SHAPES.index(recipe["shape"]):
            yield dict(recipe, shape=shape)
    for payload in ("eicar", "zip-eicar"):
        if recipe["payload"] != payload and mimegrammar.PAYLOADS[payload] in mimegrammar.carriers(
                [mimegrammar.TECHNIQUES[word] for word in words]):
            if recipe["payload"] not in ("eicar", payload):
                yield dict(recipe, payload=payload)


def shrink_recipe(folder, recipe):
    """The smallest recipe of a message that is not stopped, and its message
    without the lines that no reader needs to find a file. Other lines stay: a
    message from which the file itself is removed is not stopped either."""
    for _ in range(SHRINK_ROUNDS):
        tries = list(fewer(recipe))
        verdicts = scan_batch(folder, [mimegrammar.message(one) for one in tries]) if tries else []
        missed = [one for one, verdict in zip(tries, verdicts) if not stopped(verdict)]
        if not missed:
            break
        recipe = missed[0]
    octets = mimegrammar.message(recipe)
    names = (b"From:", b"To:", b"Subject:", b"Date:", b"Message-ID:", b"Please see")
    smaller = b"\r\n".join(line for line in octets.split(b"\r\n") if not line.startswith(names))
    if not stopped(scan_batch(folder, [smaller])[0]):
        octets = smaller
    return recipe, octets


def shrink_lines(folder, octets):
    """The fewest lines for which a legal message still makes a finding: pieces
    of halving size are left out as long as that is so."""
    lines = octets.split(b"\r\n")
    size = max(1, len(lines) // 2)
    for _ in range(SHRINK_ROUNDS):
        tries = [lines[:at] + lines[at + size:] for at in range(0, len(lines), size)]
        verdicts = scan_batch(folder, [b"\r\n".join(one) for one in tries])
        loud = [one for one, verdict in zip(tries, verdicts) if not quiet(verdict)]
        if loud and len(loud[0]) < len(lines):
            lines = loud[0]
        elif size == 1:
            break
        else:
            size = max(1, size // 2)
    return b"\r\n".join(lines)


def shown(octets, most=40):
    """Octets as lines that can be read in a log; the EICAR file never whole."""
    rows = [ascii(line.decode("latin-1"))[1:-1] for line in octets.split(b"\n")]
    rows = [row.replace("EICAR", "EIC..R") for row in rows]
    return "\n".join(row[:160] for row in rows[:most])


# ---- Seeds ------------------------------------------------------------------

def seeds(folder):
    """Recipes of failures that were mended: [(file name, recipe)]. A recipe
    whose techniques have another name by now is a fault of the test."""
    found = []
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        if name.endswith(".json"):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                found += [("%s: %d" % (name, number), recipe)
                          for number, recipe in enumerate(json.load(file))]
    return found
