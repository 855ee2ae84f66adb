# SPDX-License-Identifier: BSD-2-Clause
"""miltertest, which has the mail server's half of libmilter, against assayd."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import assaytest  # noqa: E402
import base64  # noqa: E402
import daemon  # noqa: E402
import mta  # noqa: E402
import mta_miltertest as miltertest  # noqa: E402
import samplemail as sample  # noqa: E402
import smimesample  # noqa: E402

POLICIES = """
policy "default" {
	tag = { "policy.ext.html" }
	quarantine = { "policy.ext.executable" }
	strip = { "policy.ext.script" }
}
policy "strict" {
	recipients = { "strict@example.net" }
	reject = { "policy.ext.html" }
}
"""

CLEAN = """
local conn = open()
envelope(conn)
content(conn, PLAIN, {"Good morning\\r\\n", "and good evening\\r\\n"})
expect(mt.getreply(conn) == SMFIR_CONTINUE or mt.getreply(conn) == SMFIR_ACCEPT, "not taken")
expect(mt.eom_check(conn, MT_HDRINSERT, "Assay-Verdict"), "no Assay-Verdict")
expect(mt.eom_check(conn, MT_HDRINSERT, "Assay-SMIME"), "no Assay-SMIME")
expect(mt.eom_check(conn, MT_HDRINSERT, "Authentication-Results"), "no results")
expect(not mt.eom_check(conn, MT_HDRDELETE), "a field was deleted")
expect(not mt.eom_check(conn, MT_BODYCHANGE), "the body was changed")
"""


def message(name, data):
    """Lua: the fields and the body of a message with one file."""
    fields = 'with({"Content-Type", "application/octet-stream; name=%s"}, ' \
             '{"Content-Transfer-Encoding", "base64"})' % name
    body = base64.encodebytes(data).replace(b"\n", b"\r\n")
    return "%s, {%s}" % (fields, miltertest.lua(body))


def mixed(name, data):
    """The same beside a text, so that it can be taken out."""
    whole = sample.attached(data, name.encode()).partition(b"\r\n\r\n")[2]
    return 'with({"Content-Type", "multipart/mixed; boundary=\\"=_sample\\""}), {%s}' % \
        miltertest.lua(whole)


def scripts():
    """(name, script)"""
    eicar = message("eicar.com", sample.EICAR)
    page = mixed("page.html", b"<html><body><p>Good morning</p></body></html>")
    yield "a clean message", CLEAN
    # miltertest keeps no words of a reply that ends a message; Postfix's test
    # looks at ours.
    yield "EICAR is refused", """
local conn = open()
envelope(conn)
content(conn, %s)
expect(mt.getreply(conn) == SMFIR_REPLYCODE, "no reply code")
mt.disconnect(conn)
""" % eicar
    yield "the body in single octets, the last ones cut in the mark", """
local conn = open()
envelope(conn)
call(mt.header(conn, "Content-Type", "application/octet-stream; name=e.com"), "header")
call(mt.eoh(conn), "eoh")
for octet in (%s):gmatch(".") do call(mt.bodystring(conn, octet), "body") end
call(mt.eom(conn), "eom")
expect(mt.getreply(conn) == SMFIR_REPLYCODE, "not refused")
""" % miltertest.lua(sample.EICAR)
    yield "several messages in one session, one of them given up", """
local conn = open()
for number = 1, 3 do
	envelope(conn)
	content(conn, %s)
	expect(mt.getreply(conn) == SMFIR_REPLYCODE, "EICAR passes")
	envelope(conn)
	call(mt.header(conn, "Subject", "given up"), "header")
	call(mt.abort(conn), "abort")
	envelope(conn)
	content(conn, PLAIN, {"Good morning\\r\\n"})
	expect(mt.getreply(conn) == SMFIR_CONTINUE, "clean mail is not taken")
end
mt.disconnect(conn)
""" % eicar
    yield "forged fields are removed", """
local conn = open()
envelope(conn)
content(conn, with({"Assay-Verdict", "forged"}, {"x-assay-a", "forged"}), {"Good morning\\r\\n"})
expect(mt.eom_check(conn, MT_HDRDELETE, "Assay-Verdict"), "Assay-Verdict stays")
expect(mt.eom_check(conn, MT_HDRDELETE, "x-assay-a"), "X-Assay-A stays")
expect(not mt.eom_check(conn, MT_HDRDELETE, "Subject"), "Subject is gone")
"""
    yield "a recipient whose policy says reject is taken off", """
local conn = open()
envelope(conn, {"<strict@example.net>", "<bert@example.net>"})
content(conn, %s)
expect(mt.getreply(conn) == SMFIR_CONTINUE, "not taken")
expect(mt.eom_check(conn, MT_RCPTDELETE, "<strict@example.net>"), "the recipient stays")
expect(not mt.eom_check(conn, MT_RCPTDELETE, "<bert@example.net>"), "the other one goes")
local verdict = mt.getheader(conn, "Assay-Verdict", 0)
expect(verdict ~= nil and verdict:find("action=tag", 1, true) ~= nil or
       verdict ~= nil and verdict:find("action=reject", 1, true) ~= nil, "no verdict")
""" % page
    yield "a script is taken out of the message", """
local conn = open()
envelope(conn)
content(conn, %s)
expect(mt.getreply(conn) == SMFIR_CONTINUE, "not taken")
expect(mt.eom_check(conn, MT_BODYCHANGE), "the body is as it was")
""" % mixed("run.vbs", b'MsgBox "hello"\r\n' * 40)
    yield "a quarantined message is discarded", """
local conn = open()
envelope(conn)
content(conn, %s)
expect(mt.getreply(conn) == SMFIR_DISCARD, "not discarded")
""" % mixed("setup.exe", b"MZ" + bytes(510))
    yield "what is of no use is not asked for", """
local conn = open()
expect(mt.test_option(conn, SMFIP_NOUNKNOWN), "unknown commands are sent")
expect(mt.test_option(conn, SMFIP_NODATA), "DATA is sent")
expect(mt.test_option(conn, SMFIP_NR_HDR), "fields are answered")
expect(not mt.test_option(conn, SMFIP_NOHDRS), "fields are not sent")
expect(not mt.test_option(conn, SMFIP_NOBODY), "the body is not sent")
expect(mt.test_action(conn, SMFIF_ADDHDRS), "fields are not added")
expect(mt.test_action(conn, SMFIF_CHGHDRS), "fields are not changed")
"""
    for version in range(2, 7):
        yield "version %d of the protocol" % version, """
local conn = mt.connect(SOCKET)
call(mt.negotiate(conn, %d, nil, nil), "negotiate")
call(mt.conninfo(conn, "client.example.org", "192.0.2.9"), "conninfo")
envelope(conn)
content(conn, %s)
expect(mt.getreply(conn) == SMFIR_REPLYCODE, "not refused")
""" % (version, eicar)
    for name, address in (("an IPv6 client", "2001:db8::9"), ("an unknown family", "unspec")):
        yield name, """
local conn = open("client.example.org", "%s")
envelope(conn)
content(conn, PLAIN, {"Good morning\\r\\n"})
expect(mt.getreply(conn) == SMFIR_CONTINUE, "not taken")
""" % address
    yield "a connection that is cut in mid-message", """
local conn = open()
envelope(conn)
call(mt.header(conn, "Subject", "cut"), "header")
mt.disconnect(conn, false)
""" + CLEAN
    yield "a megabyte of text", """
local conn = open()
envelope(conn)
for _, field in ipairs(PLAIN) do call(mt.header(conn, field[1], field[2]), "header") end
call(mt.eoh(conn), "eoh")
call(mt.bodyrandom(conn, 1000000), "body")
call(mt.eom(conn), "eom")
expect(mt.getreply(conn) == SMFIR_CONTINUE, "not taken")
"""
    yield "ten sessions at the same time", """
local list = {}
for number = 1, 10 do list[number] = open() end
for number = 1, 10 do envelope(list[number]) end
for number = 1, 10 do
	content(list[number], %s)
	expect(mt.getreply(list[number]) == SMFIR_REPLYCODE, "not refused")
end
for number = 1, 10 do mt.disconnect(list[number]) end
""" % eicar


NAME = "mx.example.net"
RULES = """
smime {
	anchors = { "%s" }
}
smime_rule "the bank signs" {
	from = { "@bank.example" }
	require = { "valid", "whole", "author" }
}
"""

# What is inserted, by name, without folding; and what is removed.
SIGNED = """
local conn = open()
envelope(conn)
content(conn, {{"From", "%s"}, {"To", "bert@example.net"}, {"Subject", "Lunch"},
	       {"Date", "Mon, 2 Mar 2026 10:00:00 +0000"}, {"Message-ID", "<1@example.org>"},
	       {"Authentication-Results", "%s; smime=pass"},
	       {"Authentication-Results", "elsewhere.example; dkim=pass"},
	       {"Assay-SMIME", "signed-clear; valid=yes; coverage=whole; author=yes"},
	       {"MIME-Version", "1.0"}, %s}, {%s})
expect(mt.getreply(conn) == %s, "the reply is another one")
function inserted(name, value)
	local got = mt.getheader(conn, name, 0)
	expect(got ~= nil and got:gsub("%%s+", " "):find(value, 1, true) ~= nil,
	       name .. ": " .. tostring(got))
end
"""


def signed_scripts(folder):
    """(name, script) of messages that are held against an anchor and a rule."""
    name = NAME
    smimesample.make_signer(folder, "Boss", "boss@bank.example")
    fields, body = smimesample.sign(folder, "Boss")
    fields = ", ".join("{%s, %s}" % (miltertest.lua(key.encode()), miltertest.lua(value.encode()))
                       for key, value in fields)
    changed = miltertest.lua(body.replace(b"noon", b"nine"))
    removed = """
expect(mt.eom_check(conn, MT_HDRDELETE, "Assay-SMIME"), "the forged state stays")
expect(mt.eom_check(conn, MT_HDRDELETE, "Authentication-Results"), "the forged result stays")
"""
    yield "a signed message has its result, and no forged one", SIGNED % (
        "Boss <boss@bank.example>", name, fields, miltertest.lua(body), "SMFIR_CONTINUE") + """
inserted("Authentication-Results", '%s; smime=pass body.smime-identifier="boss@bank.example"')
inserted("Assay-SMIME", 'signed-clear; valid=yes; coverage=whole; author=yes; signer="boss@bank')
""" % name + removed
    yield "a changed message fails, and breaks the rule", SIGNED % (
        "Boss <boss@bank.example>", name, fields, changed, "SMFIR_DISCARD")
    yield "a signature of somebody else is told, without a rule", SIGNED % (
        "anna@example.org", name, fields, miltertest.lua(body), "SMFIR_CONTINUE") + """
inserted("Authentication-Results", '%s; smime=policy reason="the signer is not the author"')
""" % name + removed
    yield "a message of the bank that is not signed is kept", """
local conn = open()
envelope(conn)
content(conn, {{"From", "boss@bank.example"}, {"Subject", "Lunch"}}, {"Good morning\\r\\n"})
expect(mt.getreply(conn) == SMFIR_DISCARD, "not discarded")
"""


def main(tap, folder):
    port = daemon.free_port()
    keys = os.path.join(folder, "smime")
    anchor = smimesample.make_root(keys)
    listeners = {"milter": {"authserv_id": NAME}, "tcp": {"protocol": "milter",
                                       "address": "inet:127.0.0.1:%d" % port}, "http": {}}
    with daemon.Daemon(folder, listeners=listeners, extra=POLICIES + RULES % anchor) as server:
        for way, socket in (("unix", "unix:" + server.address("milter")),
                            ("tcp", "inet:%d@127.0.0.1" % port)):
            for name, script in scripts():
                good, detail = miltertest.run(PROGRAM, socket, script)
                tap.ok(good, "%s: %s" % (way, name), detail)
        for name, script in signed_scripts(keys):
            good, detail = miltertest.run(PROGRAM, "unix:" + server.address("milter"), script)
            tap.ok(good, name, detail)
        listening = {item["name"]: item for item in server.status()["listeners"]}
        tap.equal((listening["milter"]["protocol_errors"], listening["tcp"]["protocol_errors"]),
                  (0, 0), "assayd saw no error of the protocol")
        closed = daemon.wait_for(lambda: all(
            item["open"] == 0 for item in server.status()["listeners"]
            if item["protocol"] == "milter"))
        tap.ok(closed, "all connections are closed")
        tap.equal(server.stop(), 0, "assayd ends in good order")


PROGRAM, _ = mta.need("miltertest", "openssl")
assaytest.main(main)
