# SPDX-License-Identifier: BSD-2-Clause
"""Postfix with the lines of README.md: a real one, with its own queue, between a
client and a next server of this script. What both see is what counts."""
import os
import re
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import assaytest  # noqa: E402
import daemon  # noqa: E402
import mta  # noqa: E402
import mta_postfix  # noqa: E402
import samplemail as sample  # noqa: E402

# The fields that Assay adds, in their order, and the one of Postfix.
OURS = ["Authentication-Results", "Assay-Verdict", "Assay-SMIME"]
ADDED = OURS + ["Received"]
ID = r"[0-9A-HJKMNP-TV-Z]{26}"
FOLDED_SPACE = re.compile(rb"\r\n[ \t]+")

POLICIES = """
policy "default" {
	tag = { "policy.ext.html" }
	quarantine = { "policy.ext.executable" }
}
policy "strict" {
	recipients = { "strict@example.net" }
	reject = { "policy.ext.html" }
}
policy "lenient" {
	recipients = { "@lab.example.net" }
	accept = { "policy.ext.html", "policy.ext.executable", "type.executable.*" }
	max_wish = "accept"
}
"""

HTML = b"<html><body><p>Good morning</p></body></html>\r\n"
PROGRAM = b"MZ" + bytes(510)


def readme_lines():
    """The lines for main.cf, as README.md has them."""
    with open(os.path.join(assaytest.SOURCE, "README.md"), encoding="utf-8") as file:
        text = file.read()
    place = text.find("`/etc/postfix/main.cf`:")
    block = re.match(r"[^\n]*\n\n((?:    [^\n]*\n)+)", text[place:]) if place >= 0 else None
    return re.sub(r"(?m)^    ", "", block.group(1)) if block else None


def milter_port(lines):
    return int(re.search(r"(?m)^smtpd_milters = inet:127\.0\.0\.1:(\d+)$", lines).group(1))


def verdict_of(message):
    values = message.values("Assay-Verdict")
    return FOLDED_SPACE.sub(b" ", values[0]).decode() if len(values) == 1 else str(values)


# ---- What the README promises ---------------------------------------------

def odd_messages():
    """(name, message) that must arrive as they were sent."""
    yield "a plain message", mta.message(b"plain-1")
    yield "lines that begin with dots", mta.message(
        b"plain-2", b".\r\n..\r\n.hidden\r\n\r\n...\r\n. \r\n")
    yield "8-bit octets, tabs, blanks at line ends", mta.message(
        b"plain-3", bytes(range(0xa0, 0x100)) + b"\r\n\tx \t \r\n \r\n\r\n\r\n")
    yield "an empty body", mta.message(b"plain-4", b"")
    yield "fields with odd blanks and folds", mta.message(
        b"plain-5", fields=b"X-None:none\r\nX-Two:  two\r\nX-Tab:\ttab\r\nX-Empty:\r\n"
        b"X-Fold: a\r\n  b\r\n\tc \r\nX-Fold-First:\r\n first\r\nx-lower: l\r\n"
        b"X-Percent: 100% %s %n %%\r\n")
    yield "lines of 998 octets", mta.message(b"plain-6", (b"x" * 998 + b"\r\n") * 20)
    yield "a file in base64", mta.attachment(b"plain-7", b'"table.csv"', b"a;b\r\n1;2\r\n" * 3000,
                                             b"text/csv")
    yield "300 KB of text", mta.message(b"plain-8", sample.prose(8, 300000))


def test_delivery(tap, postfix, sink):
    for name, octets in odd_messages():
        token = re.search(rb"plain-\d+", octets).group()
        answer = mta.send(postfix.port(), octets)
        tap.equal(answer[0], 250, "%s is taken" % name)
        got = sink.wait(b"Subject: Message " + token) if answer[0] == 250 else None
        tap.equal(got.first_names(4) if got else answer, ADDED,
                  "%s: the added fields stand on top" % name)
        tap.ok(got is not None and got.without(*ADDED) == octets,
               "%s arrives octet by octet" % name, got and got.octets[:1500])
    got = sink.find(b"plain-1")[0]
    tap.match(verdict_of(got), r"^ action=accept; complete=yes;.* id=%s; generation=\d+" % ID,
              "Assay-Verdict says what was decided")
    tap.equal(got.values("Assay-SMIME"), [b" none\r\n"], "Assay-SMIME says none")
    tap.equal(got.values("Authentication-Results"), [b" mx.example.org; smime=none\r\n"],
              "Authentication-Results bears the name of the mail server")


def test_eicar(tap, postfix, sink):
    octets = mta.attachment(b"eicar-1", b'"eicar.com"', sample.EICAR)
    code, text = mta.send(postfix.port(), octets)
    tap.equal(code, 550, "the EICAR test file is refused")
    tap.match(text, r"^5\.7\.1 Message refused: malware\.eicar at 2/eicar\.com \(%s\)$" % ID,
              "the client reads our text")
    tap.match(postfix.log_text(), r"milter-reject: END-OF-MESSAGE .*malware\.eicar at 2/eicar\.com",
              "Postfix logs it")
    zipped = mta.attachment(b"eicar-2", b'"100% %s%n.zip"',
                            sample.stored_zip([(b"100% %s.com", sample.EICAR)]))
    code, text = mta.send(postfix.port(), zipped)
    tap.equal(code, 550, "so it is within a ZIP file")
    tap.match(text, r"malware\.eicar at 2/100% %s%n\.zip",
              "percent signs in names come out as they are")
    tap.equal(sink.find(b"eicar-"), [], "none of it was delivered")


def test_tempfail(tap, postfix, sink, server):
    eicar = mta.attachment(b"down-1", b'"eicar.com"', sample.EICAR)
    clean = mta.message(b"down-2")
    with mta.Smtp(postfix.port()) as client:
        tap.equal(client.envelope("anna@example.org", ["bert@example.net"])[0], 250,
                  "a session begins")
        server.kill()
        code, text = client.data(clean)
        tap.equal(code, 451, "assayd dies in mid-session: a temporary failure")
        tap.match(text, r"^4\.7\.1 Service unavailable - try again later$", "in Postfix's words")
    for octets in (eicar, clean):
        code, text = mta.send(postfix.port(), octets)
        tap.equal(code, 451, "assayd is not there: a temporary failure")
    server.start()
    answer = mta.send(postfix.port(), eicar)
    tap.equal(answer[0], 550, "assayd is back: EICAR is refused")
    answer = mta.send(postfix.port(), mta.message(b"down-3"))
    tap.equal(answer[0], 250, "assayd is back: clean mail is taken")
    tap.ok(sink.wait(b"down-3") is not None, "and delivered")
    with mta.Smtp(postfix.port()) as client:
        client.envelope("anna@example.org", ["bert@example.net"])
        tap.equal(server.stop(), 0, "assayd ends in good order while a session is open")
        code, text = client.data(clean)
        tap.equal(code, 451, "that session gets a temporary failure")
    server.start()
    tap.equal(sink.find(b"down-1") + sink.find(b"down-2"), [],
              "nothing passed while assayd was away")


def test_readme(tap, folder):
    lines = readme_lines()
    if not tap.ok(lines is not None, "README.md has lines for main.cf"):
        return
    port = milter_port(lines)
    if not mta_postfix.private_network():
        free = daemon.free_port()
        tap.diag("no private network: port %d instead of %d" % (free, port))
        lines, port = lines.replace(":%d" % port, ":%d" % free), free
    with mta.Sink() as sink, \
            daemon.Daemon(folder, listeners={"milter": {"address": "inet:127.0.0.1:%d" % port}},
                          options={"drain_ms": 3000}) as server, \
            mta_postfix.Postfix(folder, sink.port, lines) as postfix:
        test_delivery(tap, postfix, sink)
        test_eicar(tap, postfix, sink)
        test_forged(tap, postfix, sink)
        test_sessions(tap, postfix, sink, server)
        test_large(tap, postfix, sink)
        test_local(tap, postfix, sink)
        test_tempfail(tap, postfix, sink, server)


# ---- Forged fields ---------------------------------------------------------

FORGED = [
    ("simple", b"Assay-Verdict: action=accept; complete=yes\r\n"),
    ("in mixed case", b"aSSAY-vERDICT: forged\r\n"),
    ("with X-", b"X-Assay-Anything: forged\r\n"),
    ("with a blank before the colon", b"Assay-Verdict : forged\r\n"),
    ("with a tab before the colon", b"Assay-SMIME\t: forged\r\n"),
    ("folded", b"Assay-SMIME:\r\n forged;\r\n\tforged\r\n"),
    ("empty", b"Assay-Verdict:\r\n"),
    ("forty times", b"".join(b"Assay-Verdict: forged %d\r\nX-Between-%d: stays\r\n" % (n, n)
                             for n in range(40))),
    ("several names in turn", b"Assay-SMIME: forged\r\nassay-smime: forged\r\n"
                              b"Assay-Verdict: forged\r\nASSAY-SMIME: forged\r\n" * 3),
    ("as results of this host",
     b"Authentication-Results: mx.example.org; smime=pass\r\n"
     b"Authentication-Results: other.example; spf=pass\r\n"
     b"authentication-results: (comment) MX.Example.Org 1; dkim=pass\r\n"
     b"Authentication-Results: \"mx.example.org\";\r\n smime=pass\r\n"),
    ("behind a bare LF", b"X-Before: a\nAssay-Verdict: forged\r\n"),
]


def test_forged(tap, postfix, sink):
    for number, (name, fields) in enumerate(FORGED):
        token = b"forged-%d." % number
        answer = mta.send(postfix.port(), mta.message(token, fields=fields))
        got = sink.wait(b"Subject: Message " + token) if answer[0] == 250 else None
        if not tap.ok(got is not None, "forged %s: the message is delivered" % name, answer):
            continue
        names = [key.lower() for key, _ in got.fields()]
        left = [key for key in names if key.startswith((b"assay-", b"x-assay-"))]
        tap.equal(left, [b"assay-verdict", b"assay-smime"], "forged %s: ours alone are left" % name)
        tap.ok(b"forged" not in b"".join(value for _, value in got.fields()
                                         ).replace(token, b""),
               "forged %s: nothing of it is left" % name, got.octets)
        results = [value.strip() for value in got.values("Authentication-Results")]
        wanted = [b"mx.example.org; smime=none"] + \
            ([b"other.example; spf=pass"] if b"other.example" in fields else [])
        tap.equal(results, wanted, "forged %s: results of other hosts stay" % name)
        stays = len(re.findall(rb"(?m)^X-Between", fields))
        tap.equal(sum(key.startswith(b"x-between") for key in names), stays,
                  "forged %s: fields between them stay" % name)
    code, text = mta.send(postfix.port(), mta.message(
        b"forged-many.", fields=b"Assay-Verdict: forged\r\n" * 65))
    tap.equal(code, 550, "65 forged fields are refused")
    tap.match(text, r"^5\.7\.1 ", "with 5.7.1")


# ---- Sessions --------------------------------------------------------------

def test_sessions(tap, postfix, sink, server):
    with mta.Smtp(postfix.port()) as client:
        codes = []
        for number in range(2):
            codes.append(client.mail("anna@example.org", ["bert@example.net"],
                                     mta.message(b"session-%d" % number))[0])
            codes.append(client.mail("anna@example.org", ["bert@example.net"], mta.attachment(
                b"session-x", b'"eicar.com"', sample.EICAR))[0])
        tap.equal(codes, [250, 550, 250, 550], "four messages in one session, each its answer")
    tap.ok(all(sink.wait(b"session-%d" % n) for n in range(2)) and not sink.find(b"session-x"),
           "the clean ones are delivered, the others are not")

    with mta.Smtp(postfix.port()) as client:
        client.command("MAIL FROM:<anna@example.org>")
        client.command("RSET")
        client.envelope("", ["bert@example.net", "carl@example.net"])
        tap.equal(client.data(mta.message(b"null-sender"))[0], 250,
                  "after RSET, from the null sender to two recipients")
    got = sink.wait(b"null-sender")
    tap.equal(got and (got.mail_from, got.recipients),
              ("", ["bert@example.net", "carl@example.net"]), "the envelope is kept")

    with mta.Smtp(postfix.port()) as client:
        client.send(b"MAIL FROM:<anna@example.org>\r\nRCPT TO:<bert@example.net>\r\nDATA\r\n")
        answers = [client.answer()[0] for _ in range(3)]
        client.send(mta.stuffed(mta.message(b"pipeline-1")) +
                    b"MAIL FROM:<anna@example.org>\r\nRCPT TO:<bert@example.net>\r\nDATA\r\n")
        answers += [client.answer()[0] for _ in range(4)]
        client.send(mta.stuffed(mta.attachment(b"pipeline-2", b'"eicar.com"', sample.EICAR)) +
                    b"QUIT\r\n")
        answers += [client.answer()[0] for _ in range(2)]
        tap.equal(answers, [250, 250, 354, 250, 250, 250, 354, 550, 221], "pipelined commands")
    tap.ok(sink.wait(b"pipeline-1") is not None, "the pipelined message is delivered")

    for address, shown in (("[UNAVAILABLE]", ""), ("IPV6:2001:db8::7", "2001:db8::7"),
                           ("192.0.2.7", "192.0.2.7")):
        token = b"xclient-%d" % len(shown)
        with mta.Smtp(postfix.port()) as client:
            client.command("XCLIENT ADDR=%s NAME=[UNAVAILABLE]" % address)
            client.command("EHLO client.example.org")
            answer = client.mail("anna@example.org", ["bert@example.net"], mta.message(token))
        got = sink.wait(token) if answer[0] == 250 else None
        if tap.ok(got is not None, "a client with the address %s is served" % address, answer):
            number = re.search(r"id=(%s)" % ID, verdict_of(got)).group(1)
            log = daemon.wait_for(lambda key=number: server.log_of(key))[0]
            tap.equal(log.get("client"), shown, "the log says %r" % shown)
            tap.ok(re.search(r"[( ]%s[ :)]" % log.get("queue_id"), postfix.log_text()) is not None,
                   "and has Postfix's queue id", log)


def first_difference(got, wanted):
    at = next((n for n, pair in enumerate(zip(got, wanted)) if pair[0] != pair[1]),
              min(len(got), len(wanted)))
    return "%d and %d octets, from %d on:\n%r\n%r" % (
        len(got), len(wanted), at, got[at - 40:at + 80], wanted[at - 40:at + 80])


def long_field(lines):
    return b"X-Long: " + b"\r\n ".join(b"%05d " % n + b"v" * 900 for n in range(lines)) + b"\r\n"


def test_large(tap, postfix, sink):
    octets = mta.message(b"large-0", fields=long_field(65))
    answer = mta.send(postfix.port(), octets)
    got = sink.wait(b"large-0") if answer[0] == 250 else None
    tap.ok(got is not None and got.without(*ADDED) == octets,
           "a field of 59,000 octets passes octet by octet",
           first_difference(got.without(*ADDED), octets) if got else answer)
    # As soon as it has a milter, Postfix's cleanup(8) takes 60,000 octets of a
    # field instead of header_size_limit, and drops the lines behind them.
    octets = mta.message(b"large-1", fields=long_field(110))
    answer = mta.send(postfix.port(), octets)
    got = sink.wait(b"large-1") if answer[0] == 250 else None
    tap.ok(got is not None and
           got.without(*ADDED) == octets.replace(long_field(110), long_field(66)),
           "a field of 100,000 octets passes as Postfix has cut it",
           first_difference(got.without(*ADDED), octets) if got else answer)
    octets = mta.message(b"large-4", fields=b"".join(
        long_field(60).replace(b"Long", b"Long-%d" % n) for n in range(2)))
    answer = mta.send(postfix.port(), octets)
    got = sink.wait(b"large-4") if answer[0] == 250 else None
    tap.ok(got is not None and got.without(*ADDED) == octets,
           "a header of %d octets passes octet by octet" % octets.index(b"\r\n\r\n"), answer)
    octets = mta.message(b"large-2", fields=b"".join(
        b"X-Field-%d: %s\r\n" % (n, b"v" * 100) for n in range(700)))
    answer = mta.send(postfix.port(), octets)
    got = sink.wait(b"large-2") if answer[0] == 250 else None
    tap.ok(got is not None and got.without(*ADDED) == octets, "700 fields pass", answer)
    octets = mta.message(b"large-3", sample.prose(3, 8000000))
    answer = mta.send(postfix.port(), octets)
    got = sink.wait(b"large-3") if answer[0] == 250 else None
    tap.ok(got is not None and got.without(*ADDED) == octets, "8 MB pass", answer)


def test_local(tap, postfix, sink):
    lf = mta.message(b"local-1").replace(b"\r\n", b"\n")
    status, _, err = postfix.sendmail(["-f", "anna@example.org", "-t"], lf)
    tap.equal((status, err), (0, ""), "sendmail -t takes a message")
    got = sink.wait(b"Subject: Message local-1")
    tap.ok(got is not None and got.without(*ADDED) == mta.message(b"local-1"),
           "it arrives octet by octet", got and got.octets)
    eicar = mta.attachment(b"local-2", b'"eicar.com"', sample.EICAR).replace(b"\r\n", b"\n")
    postfix.sendmail(["-f", "anna@example.org", "-t"], eicar)
    bounce = sink.wait(b"malware.eicar at 2/eicar.com")
    tap.ok(bounce is not None and bounce.mail_from == "" and
           bounce.recipients == ["anna@example.org"],
           "EICAR by sendmail -t comes back to its sender, with our text")
    tap.equal([m for m in sink.find(b"local-2") if m.mail_from != ""], [], "and is not delivered")
    session = (b"EHLO localhost\r\nMAIL FROM:<anna@example.org>\r\nRCPT TO:<bert@example.net>\r\n"
               b"DATA\r\n" + mta.stuffed(mta.message(b"local-3")) + b"QUIT\r\n")
    status, out, _ = postfix.sendmail(["-bs"], session)
    tap.equal(status, 0, "sendmail -bs speaks SMTP on its standard input")
    got = sink.wait(b"Subject: Message local-3")
    tap.equal(got and got.first_names(3), OURS, "what it takes is inspected")
    tap.diag(out.splitlines()[-1])


# ---- Tag, quarantine, several recipients -----------------------------------

def kept(server):
    """Octets of the messages in the quarantine folder."""
    found = []
    for folder, _, names in os.walk(server.options["quarantine_dir"]):
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                found.append(file.read())
    return found


def is_kept(server, token):
    return any(token in octets for octets in kept(server))


def test_tag(tap, postfix, sink):
    octets = mta.attachment(b"tag-1", b'"page.html"', HTML, b"text/html")
    answer = mta.send(postfix.port("tag"), octets)
    got = sink.wait(b"Message tag-1") if answer[0] == 250 else None
    if tap.ok(got is not None, "tagged mail is delivered", answer):
        tap.match(verdict_of(got), r"^ action=tag; complete=yes; "
                  r'reason="policy\.ext\.html at 2/page\.html"; findings="[^"]*policy\.ext\.html',
                  "Assay-Verdict has the action, the reason and the finding")
        tap.equal(got.values("Subject"), [b" [Suspicious] Message tag-1\r\n"],
                  "the subject has its prefix")
        tap.equal(got.without(*ADDED).replace(b"[Suspicious] ", b""), octets,
                  "the rest arrives octet by octet")
    name = b"*=utf-8''a%0D%0AX-Injected:%20yes%0D%0A%0D%0A%22;%20id=0.html"
    answer = mta.send(postfix.port("tag"), mta.attachment(b"tag-2", name, HTML, b"text/html"))
    got = sink.wait(b"Message tag-2") if answer[0] == 250 else None
    if tap.ok(got is not None or answer[0] == 550, "a name with line ends is handled", answer) \
            and got is not None:
        tap.equal(got.values("X-Injected"), [], "line ends in a name make no new field")
        tap.equal(got.first_names(4), ADDED, "line ends in a name: the header is as always")


def test_quarantine(tap, postfix, sink, server):
    program = mta.attachment(b"keep-1", b'"setup.exe"', PROGRAM)
    code, _ = mta.send(postfix.port(), program)
    there = is_kept(server, b"Message keep-1")
    tap.equal(code, 250, "quarantine = discard: the client hears 250")
    tap.ok(there, "the message lies in the quarantine when the client hears that")
    tap.match(postfix.log_text(), r"milter-discard: END-OF-MESSAGE", "Postfix discards it")

    code, text = mta.send(postfix.port("reject"), mta.attachment(
        b"keep-2", b'"setup.exe"', PROGRAM))
    there = is_kept(server, b"Message keep-2")
    tap.equal(code, 550, "quarantine = reject: the client hears 550")
    tap.match(text, r"^5\.7\.1 .*%s" % ID, "with the number of the verdict")
    tap.ok(there, "the message lies in the quarantine as well")

    code, _ = mta.send(postfix.port("hold"), mta.attachment(
        b"keep-3", b'"setup.exe"', PROGRAM))
    tap.equal(code, 250, "quarantine = hold: the client hears 250")
    held = [entry for entry in postfix.queue() if entry["queue_name"] == "hold"]
    tap.equal([entry["sender"] for entry in held], ["anna@example.org"],
              "postqueue shows it on hold")
    tap.ok(not is_kept(server, b"Message keep-3"), "and Assay keeps no copy")
    tap.equal(sink.find(b"keep-"), [], "none of the three was delivered")
    tap.ok(any(program in item for item in kept(server)), "what is kept is what was sent")
    tap.equal(len(os.listdir(os.path.join(postfix.folder, "queue", "hold"))), 1,
              "one message is in Postfix's hold queue")


def test_unwritable(tap, postfix, server):
    """A quarantine that cannot be written to."""
    path = server.options["quarantine_dir"]
    os.rename(path, path + ".away")
    with open(path, "wb"):
        pass
    server.stop()
    try:
        server.start()
        started = True
    except RuntimeError as fault:
        started = False
        tap.match(str(fault), r"quarantine", "without its quarantine assayd says so and ends")
    if started:
        tap.ok(False, "without its quarantine assayd does not start")
        server.stop()
    code, _ = mta.send(postfix.port(), mta.attachment(b"keep-4", b'"setup.exe"', PROGRAM))
    tap.equal(code, 451, "the client is told to come again")
    os.unlink(path)
    os.rename(path + ".away", path)
    server.start()
    code, _ = mta.send(postfix.port(), mta.attachment(b"keep-5", b'"setup.exe"', PROGRAM))
    tap.equal((code, is_kept(server, b"Message keep-5"), is_kept(server, b"Message keep-4")),
              (250, True, False), "with the folder back it works again")


def test_recipients(tap, postfix, sink):
    page = mta.attachment(b"several-1", b'"page.html"', HTML, b"text/html")
    code, _ = mta.send(postfix.port(), page,
                       ["bert@example.net", "strict@example.net", "ann@lab.example.net"])
    got = sink.wait(b"several-1") if code == 250 else None
    time_left = daemon.wait_for(lambda: sum(len(m.recipients) for m in
                                            sink.find(b"several-1")) >= 2)
    recipients = sorted(r for m in sink.find(b"several-1") for r in m.recipients)
    tap.equal((code, recipients), (250, ["ann@lab.example.net", "bert@example.net"]),
              "the recipient whose policy says reject is taken off, the others get it")
    tap.ok(got is not None and time_left, "the message is delivered to them")
    code, text = mta.send(postfix.port(), mta.attachment(
        b"several-2", b'"page.html"', HTML, b"text/html"), ["strict@example.net"])
    tap.equal(code, 550, "with that recipient alone it is refused")
    tap.match(text, r"policy\.ext\.html at 2/page\.html", "with the reason")
    code, _ = mta.send(postfix.port(), mta.attachment(
        b"several-3", b'"eicar.com"', sample.EICAR), ["bert@example.net", "ann@lab.example.net"])
    tap.equal(code, 550, "what all policies refuse is refused")
    tap.equal(sink.find(b"several-2") + sink.find(b"several-3"), [], "and not delivered")


def test_actions(tap, folder):
    ports = {name: daemon.free_port() for name in ("", "tag", "reject", "hold")}
    listeners = {name or "discard": {"protocol": "milter", "address": "inet:127.0.0.1:%d" % port}
                 for name, port in ports.items()}
    listeners["tag"]["subject_prefix"] = "[Suspicious]"
    listeners["reject"]["quarantine"] = "reject"
    listeners["hold"]["quarantine"] = "hold"
    more = {name: ["smtpd_milters=inet:127.0.0.1:%d" % port]
            for name, port in ports.items() if name}
    more["unix"] = ["smtpd_milters=unix:%s" % os.path.join(folder, "actions", "run", "m.sock")]
    listeners["unix"] = {"protocol": "milter", "address": "unix:m.sock"}
    with mta.Sink() as sink, \
            daemon.Daemon(folder, listeners=listeners, extra=POLICIES, name="actions",
                          options={"drain_ms": 3000}) as server, \
            mta_postfix.Postfix(os.path.join(folder, "p"), sink.port,
                                "smtpd_milters = inet:127.0.0.1:%d\n" % ports[""],
                                more) as postfix:
        mta.fit_path(server.folder, folder)
        test_tag(tap, postfix, sink)
        test_quarantine(tap, postfix, sink, server)
        test_recipients(tap, postfix, sink)
        answer = mta.send(postfix.port("unix"), mta.message(b"unix-1"))
        tap.equal(answer[0], 250, "over a UNIX socket")
        tap.ok(sink.wait(b"unix-1") is not None, "over a UNIX socket: delivered")
        test_unwritable(tap, postfix, server)


def main(tap, folder):
    begin = time.monotonic()
    mta.fit_path(folder, folder)
    os.mkdir(os.path.join(folder, "p"))
    test_readme(tap, folder)
    tap.diag("%.1f s" % (time.monotonic() - begin))
    test_actions(tap, folder)
    tap.diag("%.1f s" % (time.monotonic() - begin))


mta.need("postfix", "postqueue", "sendmail")
mta.need_root("Postfix's master gives up root's rights itself")
assaytest.main(main)
