# SPDX-License-Identifier: BSD-2-Clause
"""The verbs that talk to the daemon: client, reload, drain, status, stats.

First against a server of this script, which answers what a daemon says in
trouble: no room, other protocols, closed connections. Then against assayd."""
import csv
import http.server
import io
import json
import os
import pty
import re
import select
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import assaytest  # noqa: E402
import daemon  # noqa: E402
import mboxes  # noqa: E402
import samplemail as sample  # noqa: E402

ID = "01JD0000000000000000000000"


# ---- A server that says what it is told ----------------------------------

def verdict(action="accept", complete=True, objects=1, findings=()):
    return {"schema": 1, "id": ID,
            "source": {"file": "", "index": 0, "offset": 0, "size": 0},
            "envelope": {"client": "", "helo": "", "mail_from": "", "rcpt_to": [],
                         "queue_id": ""},
            "message": {"sha256": "", "message_id": "", "subject": "", "from": [], "date": ""},
            "action": action, "reason": "", "recipients": [], "complete": complete,
            "incomplete": [], "findings": list(findings), "objects": [], "smime": [],
            "cost": {"us": 1, "objects": objects, "bytes": 1, "cache_hits": 0, "plugins_us": {}},
            "generation": {"id": 1, "plugins": {}}}


def problem(status, detail, **headers):
    body = {"type": "about:blank", "title": "Trouble", "status": status, "detail": detail}
    return status, headers, body


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):  # pylint: disable=arguments-differ
        pass

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        with self.server.lock:
            self.server.requests.append((self.command, self.path, self.headers, body))
            number = len(self.server.requests)
        result = self.server.script(number, self, body)
        if result is None:
            self.close_connection = True
            return
        status, headers, text = result
        octets = text if isinstance(text, bytes) else json.dumps(text).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        self.wfile.write(octets)

    do_GET = do_POST = answer


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """script(number, request, body): (status, headers, body), or None to close
    the connection without an answer."""
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, path, script):
        self.script = script
        self.requests = []
        self.lock = threading.Lock()
        super().__init__(path, Handler)
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def get_request(self):
        connection, _ = super().get_request()
        return connection, ("local", 0)

    def handle_error(self, *_):  # pylint: disable=arguments-differ
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Raw(threading.Thread):
    """Answers each connection with the same octets, whatever it asks."""

    def __init__(self, path, octets):
        super().__init__(daemon=True)
        self.octets = octets
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.bind(path)
        self.sock.listen(16)
        self.start()

    def run(self):
        while True:
            try:
                link, _ = self.sock.accept()
            except OSError:
                return
            try:
                link.recv(65536)
                link.sendall(self.octets)
            except OSError:
                pass
            link.close()

    def close(self):
        self.sock.shutdown(socket.SHUT_RDWR)
        self.join()
        self.sock.close()


def good(action="accept"):
    return lambda *_: (200, {}, verdict(action))


def client(path, *arguments, **more):
    return assaytest.assay("client", "--socket", path, *arguments, **more)


def letters(folder, count=1):
    return [assaytest.write(folder, "%02d.eml" % i, sample.text(b"hello\r\n", b"n%d" % i, i))
            for i in range(count)]


# ---- client ---------------------------------------------------------------

def client_statuses(tap, folder):
    path = os.path.join(folder, "s")
    letter, other = letters(folder, 2)

    def script(_, request, __):
        return 200, {}, verdict("reject" if b"n1" in request.headers["Assay-File"].encode() or
                                "01.eml" in request.headers["Assay-File"] else "accept")

    with Server(path, script) as server:
        for form in ("table", "jsonl", "csv"):
            tap.equal([client(path, "--format", form, *paths).status
                       for paths in ([letter], [other], [letter, other], ["/nowhere"], [])],
                      [0, 1, 1, 2, 2], "client, %s: 0 nothing acted on, 1 acted on, 2 not done" %
                      form)
        run = client(path, letter, other)
        lines = [line for line in run.out.splitlines() if ".eml" in line]
        tap.ok(len(lines) == 1 and "01.eml" in lines[0] and "\n2 messages" in run.out,
               "client: the table of scan with its summary", run)
        rows = list(csv.DictReader(io.StringIO(client(path, "--format", "csv", letter,
                                                      other).out)))
        tap.equal([row["action"] for row in rows], ["accept", "reject"], "client: csv")
        server.requests.clear()
        with open(letter, "rb") as file:
            octets = file.read()
        run = client(path, "--format", "jsonl", "-", stdin=octets)
        tap.ok(run.status == 0 and server.requests[0][3] == octets,
               "client: standard input is sent as it is", run)
        method, where, headers, _ = server.requests[0]
        tap.ok(method == "POST" and where == "/v1/scan" and headers["Assay-Kind"] == "message" and
               headers["Content-Type"] == "message/rfc822", "client: says what it sends",
               str(headers))


def client_envelope(tap, folder):
    path = os.path.join(folder, "s")
    letter, = letters(folder)
    with Server(path, good()) as server:
        client(path, "--from", "ann@example.org", "--to", "bert@example.net", "--to",
               "carl@example.net", "--client", "192.0.2.7", "--helo", "mx.example.org",
               "--queue-id", "4XyZ", "--auth-user", "ann", "--policy", "strict & fair", "--detail",
               letter)
        _, where, headers, _ = server.requests[0]
        tap.equal(where, "/v1/scan?policy=strict%20%26%20fair&detail=1", "client: the query")
        tap.equal([headers["Assay-" + name] for name in
                   ("Mail-From", "Client", "Helo", "Queue-Id", "Auth-User", "File")],
                  ["ann@example.org", "192.0.2.7", "mx.example.org", "4XyZ", "ann", letter],
                  "client: the envelope is in header fields")
        tap.equal(headers.get_all("Assay-Rcpt-To"), ["bert@example.net", "carl@example.net"],
                  "client: a field for each recipient")
        for option in ("--from", "--to", "--helo", "--queue-id"):
            run = client(path, option, "x\r\nAssay-Auth-User: root", letter)
            tap.ok(run.status == 2 and option in run.err, "client %s: no field can be slipped in" %
                   option, run)
        tap.equal(len(server.requests), 1, "client: and nothing was sent then")
        client(path, letter, env={"http_proxy": "http://127.0.0.1:1", "ALL_PROXY":
                                  "http://127.0.0.1:1"})
        tap.equal(len(server.requests), 2, "client: no proxy of the environment is used")


def client_order(tap, folder):
    """Answers in any order, rows in the order of the input, places of messages
    in a mailbox."""
    path = os.path.join(folder, "s")
    count = 24
    box = assaytest.write(folder, "box.mbox", mboxes.join(
        [mboxes.unix(sample.text(b"number %d\r\n" % i, b"n%d" % i, i)) for i in range(count)]))
    threads = set()

    def script(number, _, body):
        threads.add(threading.get_ident())
        time.sleep(0.05 if number % 4 == 1 else 0)
        found = re.search(rb"number (\d+)", body)
        return 200, {}, dict(verdict(), reason=found.group(1).decode())

    with Server(path, script) as server:
        run = client(path, "--format", "jsonl", box)
        verdicts = run.verdicts()
        tap.equal([v["reason"] for v in verdicts], [str(i) for i in range(count)],
                  "client: rows in the order of the input")
        tap.equal([v["source"]["index"] for v in verdicts], list(range(count)),
                  "client: a verdict says which message of the mailbox it is")
        tap.ok(all(v["source"]["file"] == box for v in verdicts) and
               verdicts[1]["source"]["offset"] > 0, "client: and where", verdicts[1]["source"])
        tap.ok(1 < len(threads) <= 5, "client: several connections, each used again",
               len(threads))
        server.requests.clear()
        threads.clear()
        run = client(path, "--format", "jsonl", "--jobs", "1", box)
        tap.ok(run.status == 0 and len(threads) == 1 and
               [v["source"]["index"] for v in run.verdicts()] == list(range(count)),
               "client --jobs 1: one after the other on one connection", run)


def client_retries(tap, folder):
    path = os.path.join(folder, "s")
    letter, other = letters(folder, 2)

    def later(number, *_):
        return problem(503, "the queue is full", Retry_After="1") if number < 3 else \
            (200, {}, verdict("reject"))

    with Server(path, later) as server:
        run = client(path, letter)
        tap.ok(run.status == 1 and len(server.requests) == 3 and run.seconds >= 1.5,
               "client: waits as long as Retry-After says, and tries again", run)
    os.unlink(path)
    with Server(path, lambda *_: problem(503, "the queue is full", Retry_After="1")) as server:
        run = client(path, "--wait", "1", "--format", "jsonl", letter)
        tap.ok(run.status == 2 and "the queue is full" in run.err and letter in run.err and
               run.out == "", "client --wait 1: gives up, with the reason of the daemon", run)
        server.requests.clear()
        run = client(path, "--wait", "0", letter, other)
        tap.ok(run.status == 2 and len(server.requests) == 2 and "2 not inspected" in run.out,
               "client --wait 0: does not try again, and goes on with the next", run)
    os.unlink(path)
    with Server(path, lambda number, *_: None if number == 1 else (200, {}, verdict())) as server:
        run = client(path, letter)
        tap.ok(run.status == 0 and len(server.requests) == 2,
               "client: a connection that ends without an answer is tried again", run)


def client_troubles(tap, folder):
    path = os.path.join(folder, "s")
    letter, other = letters(folder, 2)
    run = client(path, letter)
    tap.ok(run.status == 2 and path in run.err and "no such socket" in run.err and
           "Start assayd" in run.err, "client: no socket: names it and says what to do", run)
    stale = socket.socket(socket.AF_UNIX)
    stale.bind(path)
    run = client(path, letter)
    tap.ok(run.status == 2 and path in run.err and "nobody listens" in run.err,
           "client: a socket that nobody listens on", run)
    stale.close()
    os.unlink(path)
    for name, octets, wanted in (("another protocol", b"220 mail.example.org ESMTP\r\n", "HTTP"),
                                 ("garbage", bytes(range(256)) * 10, "HTTP"),
                                 ("half a header", b"HTTP/1.1 200 OK\r\nContent-", "no verdict|ended"),
                                 ("half an answer",
                                  b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{", "ended")):
        raw = Raw(path, octets)
        run = client(path, "--wait", "0", letter)
        tap.ok(run.status == 2 and path in run.err and re.search(wanted, run.err) and
               len(run.err.splitlines()) == 1, "client: %s" % name, run)
        raw.close()
        os.unlink(path)
    for name, answer, requests, wanted in (
            ("no verdict", (200, {}, b"hello"), 1, "no verdict"),
            ("an unknown action", (200, {}, dict(verdict(), action="maybe")), 1, "no verdict"),
            ("404", problem(404, "no such path"), 1, "another protocol"),
            ("403", problem(403, "not for you"), 1, "not for you"),
            ("400 for the request", problem(400, "there is no policy \"x\""), 1, "no policy"),
            ("413 for one message", problem(413, "over 1 MiB"), 2, letter + ": over 1 MiB")):
        with Server(path, lambda *_, answer=answer: answer) as server:
            run = client(path, "--jobs", "1", letter, other)
            tap.ok(run.status == 2 and wanted in run.err and len(server.requests) == requests,
                   "client: answer is %s" % name, "%d requests\n%s" % (len(server.requests), run))
        os.unlink(path)
    with Server(path, lambda *_: (200, {}, verdict("accept", False, 0))):
        tap.equal(client(path, letter).status, 2,
                  "client: a verdict without an inspection is no success")
    for address in ("http://192.0.2.1:80", "https://127.0.0.1:80", "http://127.0.0.1", "x" * 200):
        run = client(address, letter)
        tap.ok(run.status == 2 and address[:20] in run.err and run.seconds < 20,
               "client --socket %s: refused with a word" % address[:24], run)


# ---- reload, drain, status, stats ------------------------------------------

STATUS = {
    "version": "0.1.0", "ready": True, "reason": "", "config": "/etc/assay/assay.conf",
    "started": "2026-11-22T02:00:00Z", "now": "2026-11-22T03:00:00Z", "front_restarts": 1,
    "sandbox": "seccomp on (61 calls)", "resident_bytes": 7000000,
    "generation": {"id": 4, "since": "2026-11-22T02:00:01Z", "leaving": 0, "policy": "default",
                   "plugins": [
                       {"name": "yara", "version": "4.2.3", "signatures": 250000,
                        "newest": 1790000000, "note": "", "path": "", "loaded": True,
                        "error": ""}]},
    "last_reload": {"time": "2026-11-22T02:10:00Z", "ok": False,
                    "reason": "rules/a.yar:3: undefined identifier\nrules/b.yar:1: syntax error"},
    "workers": {"wanted": 4, "alive": 5, "busy": 1, "crashes": 2, "timeouts": 0,
                "sandbox": "seccomp on (85 calls), landlock ABI 3", "error": ""},
    "queue": {"length": 3, "limit": 1024}, "tasks": 4,
    "spool": {"bytes": 1000000, "limit": 1073741824},
    "cache": {"slots": 16384, "hits": 10, "misses": 5},
    "store": {"path": "/var/lib/assay/quarantine", "used": True, "up": True, "stored": 7, "failures": 1},
    "listeners": [{"name": "mx", "protocol": "milter", "address": "inet:127.0.0.1:8899",
                   "open": 3, "connections": 17, "requests": 40}],
}


def reload_verb(tap, folder):
    path = os.path.join(folder, "s")

    def script(_, request, __):
        if request.command == "POST" and request.path == "/v1/reload":
            return script.reload
        if request.command == "POST" and request.path == "/v1/drain":
            return 202, {}, {}
        return 200, {}, STATUS

    with Server(path, script) as server:
        script.reload = 200, {}, {"ok": True, "generation": 4}
        run = assaytest.assay("reload", "--socket", path)
        tap.ok(run.status == 0 and re.match(
            r"generation 4 is in use: 250,000 signatures, [\d.]+ m?s\n$", run.out),
               "reload: the generation, signatures and time", run)
        script.reload = problem(422, "rules/a.yar:3: undefined identifier \"x\"\n"
                                "rules/b.yar:7: \x1b[31mred")
        run = assaytest.assay("reload", "--socket", path)
        tap.ok(run.status == 2 and "rules/a.yar:3: undefined" in run.err and
               "\nrules/b.yar:7:" in run.err and run.out == "" and "\x1b" not in run.err,
               "reload: what is wrong, a line each", run)
        tap.ok("old rules stay in force (generation 4)" in run.err,
               "reload: and that the old rules stay", run)
        script.reload = problem(403, "only root may")
        run = assaytest.assay("reload", "--socket", path)
        tap.ok(run.status == 2 and "only root may" in run.err and "old rules" not in run.err,
               "reload: refused", run)
        server.requests.clear()
        run = assaytest.assay("drain", "--socket", path)
        tap.ok(run.status == 0 and "ends" in run.out and server.requests[0][1] == "/v1/drain",
               "drain", run)
    os.unlink(path)
    for verb in ("reload", "drain", "stats", "status"):
        run = assaytest.assay(verb, "--socket", path)
        tap.ok(run.status == 2 and path in run.err and run.out == "",
               "%s: no daemon: names the socket" % verb, run)
        config = assaytest.write(folder, "bad.conf", "\nworker = 2\n")
        run = assaytest.assay(verb, "--config", config)
        tap.ok(run.status == 2 and "bad.conf:2" in run.err and run.out == "",
               "%s: a configuration that is wrong asks no daemon" % verb, run)
        run = assaytest.assay(verb, "surplus")
        tap.ok(run.status == 2 and "surplus" in run.err, "%s: takes no arguments" % verb, run)


def status_verb(tap, folder):
    path = os.path.join(folder, "s")
    with Server(path, lambda *_: (200, {}, STATUS)):
        run = assaytest.assay("status", "--socket", path)
        tap.ok(run.status == 0 and "rules/a.yar:3: undefined" in run.out and
               "rules/b.yar:1" in run.out and "stay in force" in run.out,
               "status: why the last reload failed", run)
        tap.ok(re.search(r"(?m)^yara +loaded +4.2.3 +250000 ", run.out) and
               re.search(r"(?m)^mx +milter +3 +17 +40 +inet:127.0.0.1:8899$", run.out),
               "status: plugins and listeners", run)
        for line in ("front          was started again, 1 time",
                     "workers        5 for 4 messages at a time, 1 busy; 2 crashed, 0 took too long",
                     "queue          3 waiting of 1,024 at most", "policy         default",
                     "quarantine     /var/lib/assay/quarantine: works, 7 messages kept, 1 could"):
            tap.ok("\n" + line in run.out, "status: %s" % line.split()[0], run)
        run = assaytest.assay("status", "--socket", path, "--format", "json")
        tap.equal(json.loads(run.out), STATUS, "status in JSON: as the daemon says it")
    os.unlink(path)
    config = assaytest.write(folder, "some.conf", 'run_dir = "%s"\n' % folder)
    run = assaytest.assay("status", "--config", config)
    tap.ok(run.status == 0 and "none answers at " + folder in run.out and "plugin" in run.out,
           "status: without a daemon, says so and shows what would be loaded", run)
    with Server(os.path.join(folder, "control.sock"), lambda *_: (200, {}, STATUS)):
        run = assaytest.assay("status", "--config", config)
        tap.ok(run.status == 0 and "generation     4" in run.out,
               "status: the socket is found by the configuration", run)
        run = assaytest.assay("status", "--config", config, "--no-cache")
        tap.ok(run.status == 0 and "cache          off" in run.out,
               "status with an option of the engine: about the engine", run)


def counters(messages):
    return "".join(line + "\n" for line in (
        "# HELP assay_messages_total Messages",
        'assay_messages_total{listener="mx",action="accept"} %d' % messages,
        'assay_messages_total{listener="mx",action="reject"} 10',
        'assay_findings_total{code="malware.eicar",severity="critical"} 10',
        'assay_latency_seconds_bucket{le="0.001"} %d' % (messages // 2),
        'assay_latency_seconds_bucket{le="0.005"} %d' % messages,
        'assay_latency_seconds_bucket{le="+Inf"} %d' % messages,
        'assay_connections{listener="mx"} 3',
        'assay_connections_total{listener="mx"} 17',
        'assay_refused_total{listener="mx",reason="jobs"} 2',
        'assay_workers{state="busy"} 1',
        "assay_uptime_seconds 100",
        "assay_queue_length 5",
    )).encode()


def stats_script(_, request, __):
    if request.path == "/metrics":
        stats_script.messages += 100
        return 200, {}, counters(stats_script.messages)
    return 200, {}, STATUS


def stats_verb(tap, folder):
    path = os.path.join(folder, "s")
    stats_script.messages = 1000
    with Server(path, stats_script):
        run = assaytest.assay("stats", "--socket", path)
        tap.ok(run.status == 0 and re.search(r"(?m)^accept +\S+ +1,100$", run.out) and
               re.search(r"(?m)^malware.eicar +critical +\S+ +10$", run.out) and
               "5 waiting" in run.out and "p50 1.00 ms" in run.out and
               re.search(r"(?m)^mx +3 +17 +11.1 +2 +0 +0$", run.out), "stats: the page", run)
        tap.ok("\x1b" not in run.out and max(map(len, run.out.splitlines()[1:])) <= 80,
               "stats: plain text into a pipe", run)
        run = assaytest.assay("stats", "--socket", path, "--format", "prometheus")
        tap.ok(run.status == 0 and run.out.startswith("# HELP assay_messages_total"),
               "stats --format prometheus: the counters as they are", run)
        process = assaytest.start(["stats", "--watch", "--interval", "1", "--socket", path],
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        blocks = b""
        while blocks.count(b"assayd ") < 3:
            piece = os.read(process.stdout.fileno(), 65536)
            if not piece:
                break
            blocks += piece
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=assaytest.HANG_S)
        tap.ok(process.returncode == 0 and blocks.count(b"the last 1.0") >= 1 and not err,
               "stats --watch in a pipe: a block each interval, ends with Ctrl-C",
               (blocks + out).decode())
        found = re.findall(r"(?m)^all +([\d.]+) ", blocks.decode())
        tap.ok(len(found) >= 2 and 50 < float(found[1]) < 110,
               "stats --watch: rates are those of the interval", found)
        stats_terminal(tap, path)


def stats_terminal(tap, path):
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm", LC_ALL="C.UTF-8")
        os.execv(assaytest.ASSAY, [assaytest.ASSAY, "stats", "--watch", "--socket", path])
    shown, asked, end = b"", False, time.monotonic() + assaytest.HANG_S
    while time.monotonic() < end:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                piece = os.read(terminal, 65536)
            except OSError:
                break
            if not piece:
                break
            shown += piece
        if b"malware.eicar" in shown and not asked:
            os.write(terminal, b"q")
            asked = True
    if not asked:
        assaytest.kill(pid)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(terminal)
    tap.ok(status == 0 and b"\x1b[?1049h" in shown and shown.rstrip().endswith(b"\x1b[?1049l"),
           "stats --watch on a terminal: in its place, q ends it and brings back what was there",
           repr(shown[-300:]))


# ---- Against assayd ----------------------------------------------------------

RULE = 'rule %s {\n  strings: $a = "%s"\n  condition: $a%s\n}\n'


def start_daemon(folder):
    rules = os.path.join(folder, "rules")
    os.mkdir(rules)
    assaytest.write(rules, "mine.yar", RULE % ("mine_word", "wombat", ""))
    port = daemon.free_port()
    listeners = {name: {} for name in daemon.Daemon.PROTOCOLS}
    listeners["web"] = {"protocol": "http", "address": "inet:127.0.0.1:%d" % port}
    server = daemon.Daemon(folder, {"workers": 2}, listeners,
                           'yara {\n  extra_rules = { "%s" }\n}\n' % rules)
    server.start()
    return server, rules, port


def same_verdicts(tap, server, folder):
    box = assaytest.write(folder, "mixed.mbox", mboxes.join(
        map(mboxes.unix, sample.mixed_mailbox(60))))
    bare = assaytest.write(folder, "bare.bin", bytes(range(256)) * 8)
    scanned = assaytest.scan("--config", server.config, box, bare)
    sent = server.assay("client", "--format", "jsonl", box, bare)
    tap.equal(sent.status, scanned.status, "assayd: client and scan have the same exit status")
    got = [assaytest.lasting(v) for v in sent.verdicts()]
    wanted = [assaytest.lasting(v) for v in scanned.verdicts()]
    tap.ok(len(got) == 61 and got == wanted, "assayd: client and scan print the same verdicts",
           next((pair for pair in zip(got, wanted) if pair[0] != pair[1]), len(got)))
    faults = [fault for fault in map(assaytest.schema_fault, sent.verdicts()) if fault]
    tap.ok(not faults, "assayd: verdicts are valid by the schema", faults[:2])
    tables = [server.assay(verb, "--all", box).out.splitlines()[:61] for verb in
              ("client", "scan")]
    tap.equal(tables[0], tables[1], "assayd: client and scan print the same table")


def client_options(tap, server, folder, port):
    letter = assaytest.write(folder, "letter.eml", sample.text(b"hello\r\n"))
    run = server.assay("client", "--format", "jsonl", "--from", "ann@example.org", "--to",
                       "bert@example.net", "--queue-id", "4XyZ", "--detail", letter)
    found = (run.verdicts() or [{}])[0]
    tap.ok(run.status == 0 and found["envelope"]["mail_from"] == "ann@example.org" and
           found["envelope"]["rcpt_to"] == ["bert@example.net"] and
           found["envelope"]["queue_id"] == "4XyZ" and "trees" in found,
           "assayd: the envelope and the detail arrive", run)
    run = client("http://127.0.0.1:%d" % port, letter)
    tap.equal(run.status, 0, "assayd: client over loopback")
    run = server.assay("client", "--policy", "strikt", letter)
    tap.ok(run.status == 2 and "strikt" in run.err, "assayd: an unknown policy", run)
    empty = assaytest.write(folder, "empty", b"")
    run = server.assay("client", empty, letter)
    tap.ok(run.status == 2 and empty in run.err and "accept 1" in run.out,
           "assayd: an empty file does not keep the others from being sent", run)


def reload_rules(tap, server, folder, rules):
    letter = assaytest.write(folder, "word.eml", sample.attached(b"a wombat\r\n", b"a.txt"))

    def finds():
        run = server.assay("client", "--format", "jsonl", letter)
        return [c for v in run.verdicts() for c in assaytest.codes(v) if c.startswith("yara.")]

    tap.equal(finds(), ["yara.mine_word"], "assayd: the rule works")
    bad = assaytest.write(rules, "bad.yar", RULE % ("bad", "x", " and nonsense"))
    run = server.assay("reload")
    tap.ok(run.status == 2 and "bad.yar:3" in run.err and "old rules stay" in run.err,
           "assayd: reload with a bad rule: file and line, status 2", run)
    tap.equal(finds(), ["yara.mine_word"], "assayd: the old rules still work")
    run = server.assay("status")
    tap.ok(run.status == 0 and "bad.yar:3" in run.out, "assayd: status shows why", run)
    os.unlink(bad)
    assaytest.write(rules, "mine.yar", RULE % ("other_word", "wombat", ""))
    run = server.assay("reload")
    tap.ok(run.status == 0 and re.search(r"generation \d+ is in use: [\d,]+ signatures", run.out),
           "assayd: reload with a good rule", run)
    tap.equal(finds(), ["yara.other_word"], "assayd: the new rule works")


def live_pages(tap, server):
    run = server.assay("status", "--format", "json")
    status = json.loads(run.out)
    tap.ok(run.status == 0 and {p["name"] for p in status["generation"]["plugins"]} >= {"yara"},
           "assayd: status in JSON", run)
    run = server.assay("status")
    for part in ("configuration  " + server.config, "state          ready", "web", "quarantine"):
        tap.ok(part in run.out, "assayd: status has %r" % part.split()[0], run)
    run = server.assay("stats")
    tap.ok(run.status == 0 and re.search(r"(?m)^accept +[\d.]+ +[1-9]", run.out) and
           re.search(r"p50 [\d.]+ m?s", run.out) and re.search(r"(?m)^http +\d", run.out) and
           "malware.eicar" in run.out and re.search(r"running for [\d.:]+ ", run.out),
           "assayd: stats", run)


def restarts(tap, server, folder):
    """A message that is sent while the daemon is away waits for it."""
    letter = assaytest.write(folder, "letter.eml", sample.text(b"hello\r\n"))
    assaytest.kill(server.front())
    run = server.assay("client", letter)
    tap.equal(run.status, 0, "assayd: a client comes through while the front is started again")
    run = server.assay("drain")
    tap.equal(run.status, 0, "assayd: drain")
    tap.equal(server.wait(), 0, "assayd: ends after it")
    run = server.assay("client", letter)
    tap.ok(run.status == 2 and server.address("http") in run.err,
           "assayd: gone, and client says so", run)


def with_daemon(tap, folder):
    server, rules, port = start_daemon(folder)
    try:
        same_verdicts(tap, server, folder)
        client_options(tap, server, folder, port)
        reload_rules(tap, server, folder, rules)
        live_pages(tap, server)
        restarts(tap, server, folder)
    finally:
        if server.running():
            server.stop()


def body(tap, folder):
    for part in (client_statuses, client_envelope, client_order, client_retries, client_troubles,
                 reload_verb, status_verb, stats_verb, with_daemon):
        place = os.path.join(folder, part.__name__)
        os.mkdir(place)
        part(tap, place)


if __name__ == "__main__":
    assaytest.main(body)
