# SPDX-License-Identifier: BSD-2-Clause
"""Mailboxes of all kinds through `assay scan`: each message once, at its place
in its file, with the octets that were sent."""
import gzip
import hashlib
import mailbox
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import assaytest  # noqa: E402
import mboxes  # noqa: E402
import samplemail as sample  # noqa: E402

PARENT_KIB = 200 << 10


def mail(number, body=b"Hello.\n"):
    return mboxes.unix(sample.text(body, b"Number %d" % number, number))


def virus(number):
    return mboxes.unix(sample.attached(sample.EICAR, b"eicar.com", number=number))


def sha256(octets):
    return hashlib.sha256(octets).hexdigest()


def bare_from(messages):
    return mboxes.join(messages, from_line=b"From anna@example.org")


def joined_tightly(messages):
    """No blank line between messages, as some programs write."""
    return b"".join(mboxes.FROM + b"\n" + message for message in messages)


PROSE = mail(1, b"From the beginning of time\nthis was prose.\n\nFrom here on as well.\n")
QUOTED = mail(2, b"First.\n\nFrom all of us,\n>From them, too\n>>From both\n")
PLAIN = [mail(1), mail(2), mail(3)]
HEADER_ONLY = mail(1, b"")

# name, octets of the file, the messages in it
FORMS = [
    ("one message", mboxes.join(PLAIN[:1]), PLAIN[:1]),
    ("three messages", mboxes.join(PLAIN), PLAIN),
    ("CRLF", mboxes.join(PLAIN, b"\r\n"), [m.replace(b"\n", b"\r\n") for m in PLAIN]),
    ("no newline at the end", mboxes.join(PLAIN)[:-2], PLAIN[:2] + [PLAIN[2][:-1]]),
    ("From lines without a date", bare_from(PLAIN), PLAIN),
    ("no blank lines between messages", joined_tightly(PLAIN), PLAIN),
    ("sentences that begin with From", mboxes.join([PROSE, mail(2)]), [PROSE, mail(2)]),
    ("mboxrd", mboxes.join([mail(1), mboxes.quote_rd(QUOTED), mail(3)]),
     [mail(1), QUOTED, mail(3)]),
    ("mboxcl with From lines in bodies",
     mboxes.join([mboxes.with_length(m) for m in
                  [mail(1, b"a\n\n" + mboxes.FROM + b"\nX-Not: a header\n\nb\n"), mail(2)]]),
     [mboxes.with_length(mail(1, b"a\n\n" + mboxes.FROM + b"\nX-Not: a header\n\nb\n")),
      mboxes.with_length(mail(2))]),
    ("a message without a body", mboxes.join([HEADER_ONLY, mail(2)]), [HEADER_ONLY, mail(2)]),
]


def check_form(path, octets, messages):
    run = assaytest.scan(path)
    verdicts = run.verdicts()
    first = [v for v in verdicts if v["message"]["sha256"] in map(sha256, messages)]
    if [v["message"]["sha256"] for v in first] != [sha256(m) for m in messages]:
        return "%d verdicts, sizes %s, wanted %s\n%s" % (
            len(verdicts), [v["source"]["size"] for v in verdicts], [len(m) for m in messages],
            run.err)
    for verdict, message in zip(first, messages):
        source = verdict["source"]
        cut = octets[source["offset"]:source["offset"] + source["size"]]
        if assaytest.schema_fault(verdict):
            return assaytest.schema_fault(verdict)
        if source["file"] != path or cut != message and mboxes.quote_rd(message) != cut:
            return "offset %(offset)d and size %(size)d are not those of the message" % source
    return ""


def forms(tap, folder):
    for name, octets, messages in FORMS:
        path = assaytest.write(folder, "form.mbox", octets)
        fault = check_form(path, octets, messages)
        tap.ok(not fault, "mbox: " + name, fault)
    path = assaytest.write(folder, "count.mbox", mboxes.join(PLAIN))
    tap.equal([v["source"]["index"] for v in assaytest.scan(path).verdicts()], [0, 1, 2],
              "messages are counted from 0")
    # mboxo cannot be told from mboxrd: the author's own mark may go.
    quoted = mboxes.quote_o(QUOTED)
    path = assaytest.write(folder, "o.mbox", mboxes.join([quoted, mail(3)]))
    tap.equal(len(assaytest.scan(path).verdicts()), 2, "mboxo: quoted lines end no message")
    empty = assaytest.write(folder, "empty.mbox", b"")
    run = assaytest.scan(empty)
    tap.ok(run.status == 0 and all(v["action"] == "accept" for v in run.verdicts()),
           "an empty file is nothing to act on", run)


def lying_lengths(tap, folder):
    """The sender writes Content-Length, too: it must not hide what follows."""
    follow = mboxes.FROM + b"\n" + virus(2) + b"\n"
    body = b"Hello.\n"
    exact = len(body) + 1 + len(follow)
    for name, length in (("ends behind the next message", exact - 1),
                         ("ends with the file", exact), ("too long", 10 ** 9),
                         ("too short", 1), ("negative", -5), ("huge", 1 << 64),
                         ("in the next message", exact // 2)):
        octets = mboxes.join([mboxes.with_length(mail(1, body), length)]) + follow
        path = assaytest.write(folder, "lie.mbox", octets)
        run = assaytest.scan(path)
        found = [v["source"]["offset"] for v in run.verdicts()
                 if "malware.eicar" in assaytest.codes(v)]
        tap.ok(octets.index(virus(2)) in found,
               "a Content-Length that is a lie hides no message: " + name,
               "found at %s\n%s" % (found, run))


def agreement(tap, folder):
    """Python's own module, which knows nothing of ours, counts the same."""
    messages = [mboxes.quote_rd(mboxes.unix(m)) for m in sample.mixed_mailbox(200, 5)]
    messages[10] = mboxes.quote_rd(QUOTED)
    for name, octets in (("LF", mboxes.join(messages)), ("CRLF", mboxes.join(messages, b"\r\n"))):
        path = assaytest.write(folder, "agree.mbox", octets)
        theirs = mailbox.mbox(path, create=False)
        verdicts = assaytest.scan(path).verdicts()
        tap.equal(len(verdicts), len(theirs), "as many messages as Python counts: " + name)
        ids = [theirs[key]["Message-ID"] for key in theirs.keys()]
        tap.equal([v["message"]["message_id"] for v in verdicts], ids,
                  "and the same ones in the same order: " + name)
        theirs.close()


def maildir(tap, folder):
    root = os.path.join(folder, "Maildir")
    for place in ("cur", "new", "tmp", ".Sent/cur", ".Sent/new", ".Sent/tmp"):
        os.makedirs(os.path.join(root, place))
    assaytest.write(root, "cur/1:2,S", mail(1))
    assaytest.write(root, "cur/2:2,RS", virus(2))
    assaytest.write(root, "new/3", mail(3))
    assaytest.write(root, ".Sent/cur/4:2,S", mail(4))
    assaytest.write(root, "tmp/5", virus(5))
    assaytest.write(root, "dovecot.index", b"index")
    run = assaytest.scan(root)
    got = [os.path.relpath(v["source"]["file"], root) for v in run.verdicts()]
    tap.equal(sorted(got), [".Sent/cur/4:2,S", "cur/1:2,S", "cur/2:2,RS", "new/3"],
              "a Maildir: messages of cur and new, also of its folders")
    tap.equal([v["source"]["file"][-8:] for v in run.verdicts() if v["action"] != "accept"],
              ["r/2:2,RS"], "a Maildir: the right file is named")
    again = assaytest.scan(root)
    tap.equal([v["source"]["file"] for v in again.verdicts()],
              [v["source"]["file"] for v in run.verdicts()], "a Maildir: the same order again")


def tree(tap, folder):
    root = os.path.join(folder, "tree")
    os.makedirs(os.path.join(root, "b", "c"))
    assaytest.write(root, "a.eml", mail(1))
    assaytest.write(root, "b/inbox", mboxes.join(PLAIN))
    assaytest.write(root, "b/c/setup.bin", b"MZ" + bytes(300))
    assaytest.write(root, "z.txt", b"plain text\n")
    os.symlink("/etc/passwd", os.path.join(root, "link"))
    os.symlink(root, os.path.join(root, "b", "loop"))
    os.mkfifo(os.path.join(root, "pipe"))
    run = assaytest.scan(root)
    got = [(os.path.relpath(v["source"]["file"], root), v["source"]["index"])
           for v in run.verdicts()]
    tap.equal(got, [("a.eml", 0), ("b/c/setup.bin", 0), ("b/inbox", 0), ("b/inbox", 1),
                    ("b/inbox", 2), ("z.txt", 0)],
              "a folder: everything below it in order, no link followed, no pipe opened")
    acted = [v["source"]["file"] for v in run.verdicts() if v["action"] != "accept"]
    tap.equal(acted, [os.path.join(root, "b/c/setup.bin")],
              "a folder: the program in it is acted on, nothing else")
    two = assaytest.scan(os.path.join(root, "z.txt"), os.path.join(root, "a.eml"))
    tap.equal([os.path.basename(v["source"]["file"]) for v in two.verdicts()],
              ["z.txt", "a.eml"], "several paths keep their order")
    deep = os.path.join(folder, "deep")
    os.makedirs(os.path.join(deep, *["d"] * 100))
    assaytest.write(os.path.join(deep, *["d"] * 100), "v.eml", virus(1))
    run = assaytest.scan(deep)
    tap.ok(run.status == 2 and run.err or run.status == 1,
           "folders 100 deep: inspected, or said not to be", run)
    odd = assaytest.write(folder, "new\nline\x1b[31m.eml", virus(1))
    run = assaytest.assay("scan", odd)
    tap.ok(run.status == 1 and "\x1b" not in run.out and
           sum("line" in line and "malware" in line for line in run.out.splitlines()) == 1,
           "control characters in a file's name do not reach the terminal", repr(run.out))


def standard_input(tap, folder):
    run = assaytest.scan("-", stdin=virus(1))
    tap.ok(run.status == 1 and len(run.verdicts()) == 1, "a message through a pipe", run)
    run = assaytest.scan("-", stdin=mboxes.join([mail(1), virus(2), mail(3)]))
    tap.equal([v["action"] != "accept" for v in run.verdicts()], [False, True, False],
              "a mailbox through a pipe")
    run = assaytest.scan("-", stdin=b"")
    tap.equal(run.status, 0, "nothing through a pipe")
    # A message in a compressed file is found by unpacking, as in a mail.
    path = assaytest.write(folder, "virus.eml.gz", gzip.compress(virus(1), mtime=0))
    run = assaytest.scan(path)
    tap.ok(run.status == 1 and "malware.eicar" in assaytest.codes(run.verdicts()[0]),
           "a compressed message as a bare file", run)
    path = assaytest.write(folder, "eicar.txt", sample.EICAR)
    run = assaytest.scan(path)
    tap.ok(run.status == 1 and "malware.eicar" in assaytest.codes(run.verdicts()[0]),
           "the test virus as a bare file", run)


def large(tap, folder):
    """300 MB, most of it one body again and again, so that time goes into
    reading and not into engines. One message in its last part has the virus."""
    path = os.path.join(folder, "large.mbox")
    filler = mboxes.join([mail(7, sample.prose(3, 3 << 20).replace(b"\r\n", b"\n"))])
    bad = virus(95)
    with open(path, "wb") as file:
        for number in range(100):
            if number == 95:
                offset = file.tell() + len(mboxes.FROM) + 1
                file.write(mboxes.join([bad]))
            else:
                file.write(filler)
        size = file.tell()
    run = assaytest.scan(path, watch=assaytest.ParentPeak, timeout=2 * assaytest.HANG_S)
    found = [(v["source"]["index"], v["source"]["offset"], v["source"]["size"])
             for v in run.verdicts() if "malware.eicar" in assaytest.codes(v)]
    tap.equal(found, [(95, offset, len(bad))],
              "a mailbox of %d MB: the virus at its place" % (size // 1000000))
    tap.equal(len(run.verdicts()), 100, "and a verdict for each message")
    tap.ok(0 < run.peak_kib < PARENT_KIB, "and little memory: assay itself reads by ranges",
           "%d MiB" % (run.peak_kib >> 10))
    tap.diag("%.1f s, %d MiB" % (run.seconds, run.peak_kib >> 10))
    os.unlink(path)


def body(tap, folder):
    for part in (forms, lying_lengths, agreement, maildir, tree, standard_input, large):
        place = os.path.join(folder, part.__name__)
        os.mkdir(place)
        part(tap, place)


if __name__ == "__main__":
    assaytest.main(body)
