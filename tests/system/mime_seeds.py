# SPDX-License-Identifier: BSD-2-Clause
"""Composed messages that were missed once: each is stopped since.

Seeds are recipes (tests/golden/mime-seeds/*.json, lists of them), not octets:
the messages hold what other scanners would remove from this tree."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import assaytest  # noqa: E402
import mimegrammar as grammar  # noqa: E402
import mimegrammar_run as runner  # noqa: E402

FOLDER = os.path.join(assaytest.SOURCE, "tests", "golden", "mime-seeds")


def body(tap, folder):
    seeds = runner.seeds(FOLDER)
    tap.ok(seeds, "there are seeds in tests/golden/mime-seeds")
    unknown = [(name, word) for name, recipe in seeds for word in recipe["techniques"]
               if word not in grammar.TECHNIQUES]
    if not tap.ok(not unknown, "the techniques of all seeds are known", unknown):
        return
    verdicts = runner.scan(folder, (grammar.message(recipe) for _, recipe in seeds))
    for (name, recipe), verdict in zip(seeds, verdicts):
        tap.ok(runner.stopped(verdict), "%s: %s carries %s" % (
            name, " + ".join(recipe["techniques"]), recipe["payload"]), runner.summary(verdict))


if __name__ == "__main__":
    assaytest.main(body)
