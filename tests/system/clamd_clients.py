# SPDX-License-Identifier: BSD-2-Clause
"""ClamAV's own clients, clamdscan and clamav-milter, against assayd. Their exit
statuses, output and logs are what is looked at."""
import base64
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import assaytest  # noqa: E402
import daemon  # noqa: E402
import mta  # noqa: E402
import mta_miltertest as miltertest  # noqa: E402
import samplemail as sample  # noqa: E402

EICAR_MAIL = mta.attachment(b"eicar", b'"eicar.com"', sample.EICAR)


class Files:
    """Below the folder `roots`, which assayd may read, and `outside`."""

    def __init__(self, folder):
        self.roots = os.path.join(folder, "roots")
        self.outside = os.path.join(folder, "outside")
        for path in (self.roots, os.path.join(self.roots, "deep", "er"), self.outside,
                     os.path.join(self.roots, "clean")):
            os.makedirs(path, exist_ok=True)
        self.clean = assaytest.write(self.roots, "clean.eml", mta.message(b"clean"))
        self.eicar = assaytest.write(self.roots, "eicar.eml", EICAR_MAIL)
        self.bare = assaytest.write(self.roots, "bare: FOUND.com", sample.EICAR)
        self.deep = assaytest.write(os.path.join(self.roots, "deep", "er"), "x.zip",
                                    sample.stored_zip([(b"e.com", sample.EICAR)]))
        self.text = assaytest.write(os.path.join(self.roots, "clean"), "notes.txt", b"notes\n")
        assaytest.write(os.path.join(self.roots, "clean"), "empty", b"")
        self.secret = assaytest.write(self.outside, "secret.eml", EICAR_MAIL)


class Clamdscan:
    def __init__(self, folder, name, text):
        self.config = assaytest.write(folder, name, text)

    def __call__(self, *arguments, stdin=b""):
        status, out, err = mta.run([CLAMDSCAN, "--config-file=" + self.config, "--stdout",
                                    *arguments], stdin)
        return status, out + err


def check_files(tap, way, clamdscan, files, options):
    status, out = clamdscan(*options, files.clean)
    tap.equal(status, 0, "%s: a clean message: 0" % way)
    tap.match(out, r"(?m)^%s: OK$" % re.escape(files.clean), "%s: OK" % way)
    tap.match(out, r"Infected files: 0", "%s: none infected" % way)
    status, out = clamdscan(*options, files.eicar)
    tap.equal(status, 1, "%s: EICAR in a message: 1" % way)
    tap.match(out, r"(?m)^%s: malware\.eicar FOUND$" % re.escape(files.eicar), "%s: FOUND" % way)
    status, out = clamdscan(*options, files.bare)
    tap.equal(status, 1, "%s: EICAR as it is, its name a trap: 1" % way)
    tap.match(out, r"(?m)^%s: malware\.eicar FOUND$" % re.escape(files.bare),
              "%s: the name a trap: FOUND" % way)
    status, out = clamdscan(*options, files.clean, files.eicar, files.text, files.bare)
    tap.equal(status, 1, "%s: several files: 1" % way)
    tap.match(out, r"Infected files: 2", "%s: several files: two infected" % way)
    status, out = clamdscan(*options, "--no-summary", os.path.join(files.roots, "clean"))
    tap.equal(status, 0, "%s: a clean folder: 0" % way)
    status, out = clamdscan(*options, files.roots)
    tap.equal(status, 1, "%s: a folder: 1" % way)
    found = re.findall(r"(?m)^(.*): malware\.eicar FOUND$", out)
    tap.equal(sorted(found), sorted([files.eicar, files.bare, files.deep]),
              "%s: a folder: all three are named" % way)
    status, out = clamdscan(*options, os.path.join(files.roots, "missing"))
    tap.equal(status, 2, "%s: no such file: 2" % way)


def check_clamdscan(tap, folder, files, server, scan_unix, scan_tcp):
    for way, scan, options in (
            ("paths", scan_unix, []), ("--stream", scan_unix, ["--stream"]),
            ("--fdpass", scan_unix, ["--fdpass"]), ("--multiscan", scan_unix, ["--multiscan"]),
            ("--fdpass --multiscan", scan_unix, ["--fdpass", "--multiscan"]),
            ("--allmatch", scan_unix, ["--allmatch"]),
            ("TCP, paths", scan_tcp, []), ("TCP, --stream", scan_tcp, ["--stream"])):
        check_files(tap, way, scan, files, options)
    status, out = scan_unix("-", stdin=EICAR_MAIL)
    tap.equal((status, "stream: malware.eicar FOUND" in out), (1, True), "standard input: 1")
    status, out = scan_unix("-", stdin=mta.message(b"x"))
    tap.equal((status, "stream: OK" in out), (0, True), "clean standard input: 0")

    status, out = scan_unix(files.secret)
    tap.equal(status, 2, "a path outside of the roots: 2")
    tap.match(out, r"Access denied\. ERROR", "and the reason")
    status, out = scan_unix("--fdpass", files.secret)
    tap.equal(status, 1, "the same by descriptor: 1, as the caller could read it")
    link = os.path.join(files.roots, "clean", "link")
    os.symlink(files.secret, link)
    status, out = scan_unix(link)
    tap.ok(status in (0, 2) and "FOUND" not in out, "a link out of the roots is not followed", out)
    with daemon.open_socket(server.address("clamd")) as sock:
        sock.sendall(b"nSCAN %s\n" % link.encode())
        tap.match(daemon.read_to_end(sock).decode(), r"(Access denied\.|ERROR)",
                  "nor when it is named in the protocol")
    os.unlink(link)

    big = assaytest.write(folder, "big.eml", mta.message(b"big", sample.prose(5, 3000000)))
    status, out = scan_unix("--stream", big)
    tap.equal(status, 0, "3 MB: 0")
    over = assaytest.write(folder, "over.eml", mta.message(b"over", b"x" * 60 + b"\r\n" +
                                                           bytes(9 << 20)))
    for way, scan, options in (("--stream", scan_unix, ["--stream"]),
                               ("--fdpass", scan_unix, ["--fdpass"]),
                               ("TCP, --stream", scan_tcp, ["--stream"])):
        status, out = scan(*options, over)
        tap.equal(status, 2, "%s: over message_bytes: 2" % way)
        tap.match(out, r"(?i)(size limit exceeded|too large).* ERROR",
                  "%s: the client reads why, not a broken pipe" % way)


def check_about(tap, server, scan_unix, files):
    status, out = scan_unix("--ping", "1")
    tap.equal((status, "PONG" in out), (0, True), "--ping: 0")
    status, out = scan_unix("--version")
    tap.equal(status, 0, "--version: 0")
    tap.match(out, r"^ClamAV \d+\.\d+\.\d+", "--version names a version")
    status, out = scan_unix("--wait", "--ping", "3:1", files.clean)
    tap.equal(status, 0, "--wait: 0")
    before = server.status()["generation"]["id"]
    status, out = scan_unix("--reload")
    tap.ok(status != 0, "--reload is refused by default", (status, out))
    tap.equal(server.status()["generation"]["id"], before, "and nothing is loaded")


def check_away(tap, server, scan_unix, files):
    server.kill()
    for way, options in (("paths", []), ("--stream", ["--stream"]), ("--fdpass", ["--fdpass"])):
        status, out = scan_unix(*options, files.clean)
        tap.equal((status, "OK" in out), (2, False), "assayd is away, %s: 2" % way)
    status, _ = scan_unix("--ping", "1")
    tap.ok(status != 0, "assayd is away, --ping: not 0")
    server.start()
    status, _ = scan_unix("--fdpass", files.clean)
    tap.equal(status, 0, "assayd is back: 0")


def check_reload(tap, folder):
    with daemon.Daemon(folder, listeners={"clamd": {"reload": True}, "http": {}},
                       name="reload") as server:
        scan = Clamdscan(folder, "reload.conf", "LocalSocket %s\n" % server.address("clamd"))
        before = server.status()["generation"]["id"]
        status, out = scan("--reload")
        tap.equal(status, 0, "reload = true: --reload: 0")
        tap.ok(daemon.wait_for(lambda: server.status()["generation"]["id"] > before),
               "and a new generation comes", out)


# ---- clamav-milter ---------------------------------------------------------

MILTER = """\
MilterSocket inet:{port}@127.0.0.1
Foreground yes
ClamdSocket {clamd}
TemporaryDirectory {folder}
LogFile {log}
LogVerbose yes
LogInfected Basic
LogClean Basic
AddHeader Replace
OnInfected Reject
OnFail Defer
"""


def milter_script(octets, wanted):
    """miltertest's: one message, and the answer to its end."""
    data = base64.encodebytes(octets).replace(b"\n", b"\r\n")
    return """
local conn = open()
envelope(conn)
content(conn, with({"Content-Type", "application/octet-stream; name=file.bin"},
		   {"Content-Transfer-Encoding", "base64"}), {%s})
expect(%s, "the answer is " .. string.char(mt.getreply(conn)))
""" % (miltertest.lua(data), " or ".join("mt.getreply(conn) == SMFIR_" + w for w in wanted))


def check_milter(tap, folder, way, clamd):
    program, tester = mta.find("clamav-milter"), mta.find("miltertest")
    if program is None or tester is None:
        tap.skip("clamav-milter %s" % way, "clamav-milter or miltertest is not installed")
        return
    port = daemon.free_port()
    log = os.path.join(folder, "milter-log-" + way)
    config = assaytest.write(folder, "milter-%s.conf" % way, MILTER.format(
        port=port, clamd=clamd, folder=folder, log=log))
    with mta.Program([program, "-c", config], os.path.join(folder, "milter-out-" + way)) as milter:
        milter.wait_answer(("127.0.0.1", port))
        address = "inet:%d@127.0.0.1" % port

        def ask(octets, *wanted):
            return miltertest.run(tester, address, milter_script(octets, wanted))

        good, detail = ask(sample.EICAR, "REJECT", "REPLYCODE")
        tap.ok(good, "clamav-milter, %s: EICAR is refused" % way, detail)
        good, detail = ask(b"Good morning\r\n" * 50, "ACCEPT", "CONTINUE")
        tap.ok(good, "clamav-milter, %s: a clean message is accepted" % way, detail)
        with open(log, encoding="utf-8") as file:
            text = file.read()
        tap.match(text, r"infected by malware\.eicar", "clamav-milter, %s: its log names it" % way)
        good, detail = ask(sample.stored_zip([(b"%d.txt" % number, b"file %d" % number)
                                              for number in range(60)]), "TEMPFAIL")
        tap.ok(good, "clamav-milter, %s: what was not inspected in full is deferred" % way, detail)
        with open(log, encoding="utf-8") as file:
            tap.match(file.read(), r"ERROR: Unknown reply from clamd",
                      "clamav-milter, %s: its log says that it got no verdict" % way)


def main(tap, folder):
    files = Files(folder)
    port = daemon.free_port()
    listeners = {"clamd": {"roots": [files.roots]}, "http": {},
                 "tcp": {"protocol": "clamd", "address": "inet:127.0.0.1:%d" % port,
                         "roots": [files.roots]}}
    with daemon.Daemon(folder, listeners=listeners,
                       extra='limits { message_bytes = "8MiB" objects = "40" }') as server:
        scan_unix = Clamdscan(folder, "unix.conf", "LocalSocket %s\n" % server.address("clamd"))
        scan_tcp = Clamdscan(folder, "tcp.conf", "TCPSocket %d\nTCPAddr 127.0.0.1\n" % port)
        check_clamdscan(tap, folder, files, server, scan_unix, scan_tcp)
        check_about(tap, server, scan_unix, files)
        errors = {item["name"]: item["protocol_errors"] for item in server.status()["listeners"]}
        tap.equal(errors, {"control": 0, "http": 0, "clamd": 0, "tcp": 0},
                  "assayd saw no error of the protocol")
        check_away(tap, server, scan_unix, files)
        check_milter(tap, folder, "unix", "unix:" + server.address("clamd"))
        check_milter(tap, folder, "tcp", "tcp:127.0.0.1:%d" % port)
    check_reload(tap, folder)


CLAMDSCAN = mta.need("clamdscan")
assaytest.main(main)
