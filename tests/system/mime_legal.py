# SPDX-License-Identifier: BSD-2-Clause
"""Legal mail that looks odd: no protective action, no finding above info."""
import os
import random
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import assaytest  # noqa: E402
import mimegrammar_control as control  # noqa: E402
import mimegrammar_run as runner  # noqa: E402


def variations(entity):
    """The same as it is sent, as a mailbox on Unix has it, and without the last
    line end."""
    octets = control.plain(entity)
    return [octets, octets.replace(b"\r\n", b"\n"), octets.rstrip(b"\r\n")]


def body(tap, folder):
    names = [name for name, _ in control.ODDITIES]
    tap.ok(len(names) >= 60 and len(set(names)) == len(names), "there are 60 kinds or more")
    messages = [variations(make(random.Random(7))) for _, make in control.ODDITIES]
    verdicts = runner.scan(folder, (octets for three in messages for octets in three))
    for number, name in enumerate(names):
        three = verdicts[3 * number:3 * number + 3]
        loud = [verdict for verdict in three if not runner.quiet(verdict)]
        invalid = [assaytest.schema_fault(verdict) for verdict in three if verdict is not None]
        tap.ok(not loud and not any(invalid), name,
               "\n".join([runner.summary(verdict) for verdict in loud] + invalid))


if __name__ == "__main__":
    assaytest.main(body)
