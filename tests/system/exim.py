# SPDX-License-Identifier: BSD-2-Clause
"""Exim with av_scanner = clamd and the ACL of docs/guides/exim.md, over a UNIX
socket and over TCP, between a client and a next server of this script."""
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import assaytest  # noqa: E402
import daemon  # noqa: E402
import mta  # noqa: E402
import samplemail as sample  # noqa: E402

NOBODY = 65534

CONFIG = """\
primary_hostname = mx.example.org
spool_directory = {folder}/spool
log_file_path = {folder}/log-%s
pid_file_path = {folder}/pid
exim_path = {exim}
exim_user = Debian-exim
exim_group = Debian-exim
local_interfaces = 127.0.0.1.{port}
keep_environment = *
tls_advertise_hosts =
host_lookup =
rfc1413_hosts =
message_logs = false
acl_smtp_rcpt = accept
acl_smtp_data = check_data
{main}
begin acl
check_data:
{acl}
  accept
begin routers
next_server:
  driver = manualroute
  transport = next_server
  route_list = * 127.0.0.1 byname
  self = send
begin transports
next_server:
  driver = smtp
  port = {sink}
  allow_localhost
"""


def guide_block(word):
    """The indented block of the guide that has this word."""
    with open(os.path.join(assaytest.SOURCE, "docs", "guides", "exim.md"),
              encoding="utf-8") as file:
        blocks = re.findall(r"(?:^    [^\n]*\n|^\n(?=    ))+", file.read(), re.M)
    found = [block for block in blocks if word in block]
    return re.sub(r"(?m)^    ", "", found[0]) if found else ""


def become_nobody():
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


class Server(daemon.Daemon):
    """An assayd in the group of Exim, whose files are for that group alone."""

    def start(self, **more):  # pylint: disable=arguments-differ
        def join():
            if os.geteuid() == 0:
                os.setgroups([0, NOBODY])

        return super().start(preexec_fn=join, **more)


class Exim(mta.Program):
    def __init__(self, folder, exim, environment, sink, **parts):
        os.makedirs(os.path.join(folder, "spool", "scan"), exist_ok=True)
        self.port = daemon.free_port()
        self.folder = folder
        config = os.path.join(folder, "exim.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(CONFIG.format(folder=folder, exim=exim, port=self.port, sink=sink, **parts))
        os.chmod(config, 0o644)
        if os.geteuid() == 0:
            for path in (folder, os.path.join(folder, "spool"),
                         os.path.join(folder, "spool", "scan")):
                os.chown(path, NOBODY, NOBODY)
        # Not as root: Exim starts itself anew for each delivery, relies on its
        # setuid bit for that, and that of a copy would be no good idea.
        super().__init__([exim, "-C", config, "-bdf", "-q5m"], os.path.join(folder, "console"),
                         env=environment, preexec_fn=become_nobody)
        self.wait_answer(("127.0.0.1", self.port))

    def log_of(self, name):
        path = os.path.join(self.folder, "log-" + name)
        if not os.path.exists(path):
            return ""
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()


def check(tap, exim, sink, way):
    code, text = mta.send(exim.port, mta.attachment(b"eicar-" + way.encode(), b'"eicar.com"',
                                                    sample.EICAR))
    tap.equal(code, 550, "%s: EICAR is refused" % way)
    tap.match(text, r"Message refused: malware\.eicar$", "%s: the client reads its name" % way)
    tap.match(exim.log_of("main"), r"rejected after DATA: assay: malware\.eicar",
              "%s: Exim logs it" % way)
    for number, octets in enumerate((
            mta.message(b"clean-0" + way.encode()),
            mta.attachment(b"clean-1" + way.encode(), b'"table.csv"', b"1;2\r\n" * 2000),
            mta.message(b"clean-2" + way.encode(), b".\r\n..x\r\n" + b"From me\r\n" * 9),
            mta.message(b"clean-3" + way.encode(), sample.prose(1, 2000000)))):
        answer = mta.send(exim.port, octets)
        got = sink.wait(b"Message clean-%d" % number + way.encode()) if answer[0] == 250 else None
        tap.ok(got is not None and got.octets.partition(b"\r\n\r\n")[2] ==
               octets.partition(b"\r\n\r\n")[2],
               "%s: clean message %d is delivered" % (way, number), answer)
    tap.equal(sink.find(b"eicar-" + way.encode()), [], "%s: EICAR is not delivered" % way)


def check_names(tap, exim):
    sealed = bytearray(sample.stored_zip([(b"letter.txt", b"x" * 200)]))
    # The flag for encryption, in the local header and in the directory.
    sealed[6] |= 1
    sealed[sealed.rindex(b"PK\x01\x02") + 8] |= 1
    code, text = mta.send(exim.port, mta.attachment(b"sealed", b'"letter.zip"', bytes(sealed)))
    tap.equal(code, 550, "an encrypted archive is refused")
    tap.match(text, r"Message refused: Heuristics\.Encrypted\.Zip$",
              "by the name that ClamAV has for it")


def check_incomplete(tap, exim):
    # More files than the limit of this test.
    octets = mta.attachment(b"many", b'"many.zip"', sample.stored_zip(
        [(b"%d.txt" % number, b"file %d" % number) for number in range(60)]))
    code, _ = mta.send(exim.port, octets)
    tap.equal(code, 451, "what was not inspected in full is a temporary failure")
    tap.match(exim.log_of("main") + exim.log_of("panic"), r"malware acl condition: clamd .*ERROR",
              "Exim logs the answer of the scanner")


def check_away(tap, exim, sink, server):
    server.kill()
    for token, octets in ((b"away-1", mta.message(b"away-1")),
                          (b"away-2", mta.attachment(b"away-2", b'"e.com"', sample.EICAR))):
        code, text = mta.send(exim.port, octets)
        tap.equal(code, 451, "assayd is away: a temporary failure (%s)" % token.decode())
    tap.match(exim.log_of("panic"), r"malware acl condition: clamd .*: (unable to connect|all "
              r"servers failed|.*failed to connect)", "Exim logs why")
    tap.equal(sink.find(b"away-"), [], "nothing is delivered meanwhile")
    server.start()
    answer = mta.send(exim.port, mta.message(b"back-1"))
    tap.equal(answer[0], 250, "assayd is back: clean mail is taken")
    answer = mta.send(exim.port, mta.attachment(b"back-2", b'"e.com"', sample.EICAR))
    tap.equal(answer[0], 550, "assayd is back: EICAR is refused")


def main(tap, folder):
    mta.fit_path(folder, folder)
    environment = mta.wrapped_users(folder, "Debian-exim")
    if environment is None:
        assaytest.skip_all("libnss-wrapper is not installed")
    if "Content_Scanning" not in mta.run([PROGRAM, "-bV"], env=environment)[1]:
        assaytest.skip_all("this Exim has no content scanning")
    acl = guide_block("malware = * / tmo")
    av_unix, av_tcp = guide_block("av_scanner = clamd:/"), guide_block("clamd:127.0.0.1")
    if not tap.ok("deny" in acl and av_unix and av_tcp, "the guide has the lines", acl):
        return
    tcp = daemon.free_port()
    scan = os.path.join(folder, "exim-unix", "spool", "scan")
    os.makedirs(scan)
    listeners = {"clamd": {"roots": [scan]}, "tcp": {"protocol": "clamd", "address": "inet:127.0.0.1:%d" % tcp},
                 "http": {}}
    with mta.Sink() as sink, \
            Server(folder, listeners=listeners, extra='limits { objects = "40" }') as server:
        mta.fit_path(os.path.join(server.folder, "run"), folder)
        av_unix = av_unix.replace("/run/assay/clamd.sock", server.address("clamd"))
        av_tcp = av_tcp.replace("3310", str(tcp))
        with Exim(os.path.join(folder, "exim-unix"), PROGRAM, environment, sink.port,
                  main=av_unix, acl=acl) as exim:
            check(tap, exim, sink, "unix")
            check_names(tap, exim)
            check_incomplete(tap, exim)
            check_away(tap, exim, sink, server)
        with Exim(os.path.join(folder, "exim-tcp"), PROGRAM, environment, sink.port,
                  main=av_tcp, acl=acl) as exim:
            check(tap, exim, sink, "tcp")
            check_away(tap, exim, sink, server)


PROGRAM = mta.find_peer("exim", "usr/sbin/exim4")[1]
if PROGRAM is None:
    assaytest.skip_all("Exim with content scanning (exim4-daemon-heavy) is not there")
assaytest.main(main)
