# SPDX-License-Identifier: BSD-2-Clause
"""The HTTP interface: what docs/openapi.yaml says against what assayd does, every
path with every status; and curl as an everyday client."""
import http.client
import json
import os
import re
import socket
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import assaytest  # noqa: E402
try:
    import yaml  # noqa: E402,F401
except ImportError:
    assaytest.skip_all("python3-yaml is not installed")
import daemon  # noqa: E402
import mta  # noqa: E402
import openapi  # noqa: E402
import samplemail as sample  # noqa: E402

CLEAN = mta.message(b"clean")
EICAR = mta.attachment(b"eicar", b'"eicar.com"', sample.EICAR)
ENVELOPE = [("Assay-Client", "192.0.2.9"), ("Assay-Client-Name", "client.example.org"),
            ("Assay-Helo", "client"), ("Assay-Mail-From", "anna@example.org"),
            ("Assay-Rcpt-To", "bert@example.net"), ("Assay-Rcpt-To", "carl@example.net"),
            ("Assay-Auth-User", "anna"), ("Assay-Queue-Id", "4Queue"),
            ("Assay-Direction", "inbound"), ("Assay-Tls", "TLSv1.3"), ("Assay-File", "a.eml")]

# What no request can bring about here, and why.
NOT_HERE = {
    ("/v1/reload", "POST", 409): "the connection may be closed first",
}
ROOT_ONLY = {403: "only root can be somebody else"}


def multipart(parts):
    body = b"".join(b"--=_x\r\nContent-Disposition: form-data; name=\"%s\"\r\n"
                    b"Content-Type: %s\r\n\r\n%s\r\n" % part for part in parts) + b"--=_x--\r\n"
    return body, {"Content-Type": "multipart/form-data; boundary==_x".replace("==_x", '="=_x"')}


class Api:
    """Sends requests, and holds each answer against the document."""

    def __init__(self, tap, document, server):
        self.tap, self.document, self.server = tap, document, server

    def check(self, name, method, path, reply, status):
        faults = self.document.faults(method, path, reply)
        if reply.status != status:
            faults.insert(0, "status %d, not %d" % (reply.status, status))
        self.tap.ok(not faults, "%s: %d" % (name, status), "\n".join(faults) + "\n" + str(reply))
        return reply

    def __call__(self, name, method, path, status, body=None, headers=None, listener="http"):
        reply = self.server.request(method, path, body, headers, listener)
        return self.check(name, method, path, reply, status)

    def raw(self, name, octets, status, listener="http", known=True):
        """known: the answer is one of assayd's, not of the HTTP library."""
        method, path = octets.split(b" ", 2)[:2]
        with daemon.open_socket(self.server.address(listener)) as sock:
            sock.sendall(octets)
            reply = read_reply(sock, method.decode())
        if known:
            return self.check(name, method.decode(), path.decode(), reply, status)
        self.tap.equal(reply.status, status, "%s: %d" % (name, status))
        self.document.seen.add((path.decode(), method.decode(), status))
        return reply


def read_reply(sock, method):
    answer = http.client.HTTPResponse(sock, method=method)
    answer.begin()
    return daemon.Reply(answer.status, answer.headers, answer.read())


def schema_of(api, name, reply):
    api.tap.equal(assaytest.schema_fault(reply.json()) if reply.status == 200 else str(reply), "",
                  name + ": the verdict is as verdict.schema.json says")


def check_scan(api, tap):
    scan = "/v1/scan"
    reply = api("a clean message", "POST", scan, 200, CLEAN)
    schema_of(api, "a clean message", reply)
    tap.equal((reply.header("Assay-Action"), reply.json()["action"]), ("accept", "accept"),
              "it is accepted")
    reply = api("EICAR with an envelope", "POST", scan + "?detail=1", 200, EICAR, ENVELOPE)
    schema_of(api, "EICAR", reply)
    verdict = reply.json()
    tap.equal((reply.header("Assay-Action"), verdict["reason"]),
              ("reject", "malware.eicar at 2/eicar.com"), "it is rejected")
    tap.equal(reply.header("Assay-Id"), verdict["id"], "Assay-Id is that of the verdict")
    tap.equal((verdict["envelope"]["rcpt_to"], verdict["envelope"]["queue_id"]),
              (["bert@example.net", "carl@example.net"], "4Queue"), "the envelope has arrived")
    reply = api("in chunks", "POST", scan, 200, iter([EICAR[n:n + 7] for n in
                                                      range(0, len(EICAR), 7)]))
    tap.equal(reply.json()["action"], "reject", "in chunks: rejected")
    envelope = json.dumps({"client": "2001:db8::9", "mail_from": "", "rcpt_to":
                           ["r%d@example.net" % n for n in range(1000)]}).encode()
    body, headers = multipart([(b"envelope", b"application/json", envelope),
                               (b"message", b"message/rfc822", EICAR)])
    reply = api("multipart with 1,000 recipients", "POST", scan, 200, body, headers)
    schema_of(api, "multipart", reply)
    tap.equal((reply.json()["action"], len(reply.json()["envelope"]["rcpt_to"])), ("reject", 1000),
              "multipart: rejected, all recipients")
    reply = api("a bare file", "POST", scan, 200, sample.EICAR, {"Assay-Kind": "file"})
    tap.equal(reply.json()["action"], "reject", "a bare file: rejected")
    with daemon.open_socket(api.server.address("http")) as sock:
        for number in range(3):
            sock.sendall(b"POST /v1/scan HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" %
                         len(CLEAN) + CLEAN)
            reply = read_reply(sock, "POST")
            tap.equal((reply.status, reply.header("Connection")), (200, None),
                      "request %d on one connection" % number)


def check_scan_faults(api):
    scan, control = "/v1/scan", "control"
    for name, path, body, headers in (
            ("an unknown field", scan, CLEAN, {"Assay-Nothing": "x"}),
            ("an unknown parameter", scan + "?nothing=1", CLEAN, {}),
            ("no body", scan, b"", {}),
            ("a value that is no UTF-8", scan, CLEAN, {"Assay-Helo": b"\xff\xfe"}),
            ("an unknown policy", scan + "?policy=nothing", CLEAN, {}),
            ("a direction that is none", scan, CLEAN, {"Assay-Direction": "up"}),
            ("a detail that is none", scan + "?detail=2", CLEAN, {})):
        api(name, "POST", path, 400, body, headers)
    api("a control listener", "POST", scan, 404, CLEAN, listener=control)
    api("no such path", "POST", "/v1/nothing", 404, CLEAN)
    api("GET", "GET", scan, 405)
    api("PUT", "PUT", scan, 405, CLEAN)
    api("over message_bytes", "POST", scan, 413, bytes(2 << 20))
    api("over message_bytes in chunks", "POST", scan, 413, iter([bytes(65536)] * 40))
    api("a Content-Encoding", "POST", scan, 415, CLEAN, {"Content-Encoding": "gzip"})
    api("another multipart", "POST", scan, 415, CLEAN,
        {"Content-Type": "multipart/mixed; boundary=x"})
    api.raw("fields of 40 KiB", b"POST /v1/scan HTTP/1.1\r\nHost: x\r\n" +
            b"".join(b"X-%d: %s\r\n" % (n, b"v" * 1000) for n in range(40)) + b"\r\n", 431,
            known=False)
    api.raw("an unknown Transfer-Encoding",
            b"POST /v1/scan HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501)
    api.raw("a length beside chunks", b"POST /v1/scan HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400)
    api.raw("two lengths", b"POST /v1/scan HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
            b"Content-Length: 6\r\n\r\nhello!", 400)
    api.raw("a body that does not come",
            b"POST /v1/scan HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nSubject", 408,
            listener="hasty")
    api("no room", "POST", scan, 503, bytes(1500000), listener="narrow")


def check_state(api, tap):
    for path in ("/v1/status", "/metrics"):
        for listener in ("http", "control"):
            api("%s on %s" % (path, listener), "GET", path, 200, listener=listener)
        api("HEAD " + path, "HEAD", path, 200)
        api("POST " + path, "POST", path, 405, b"x")
        api.raw("two hosts for " + path, b"GET %s HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n" %
                path.encode(), 400)
        api.raw("two hosts for HEAD " + path, b"HEAD %s HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n" %
                path.encode(), 400)
        api.raw("an unknown coding for " + path,
                b"GET %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n" % path.encode(),
                501)
        with busy_socket(api.server.address("single")):
            for method in ("GET", "HEAD"):
                reply = daemon.wait_for(lambda m=method, p=path: full(api, m, p))
                api.check("%s %s: too many connections" % (method, path), method, path, reply, 503)
    text = api.server.request("GET", "/metrics").body.decode()
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    bad = [line for line in lines if not re.match(
        r'[a-z_:][a-z0-9_:]*(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? [-+0-9.eEinfNa]+$', line)]
    tap.equal((len(lines) > 50, bad), (True, []), "/metrics is in the format of Prometheus")
    declared = set(re.findall(r"(?m)^# TYPE (\S+)", text))
    used = {re.sub(r"_(bucket|sum|count)$", "", re.match(r"[a-z0-9_:]+", line).group())
            if re.sub(r"_(bucket|sum|count)$", "", re.match(r"[a-z0-9_:]+", line).group())
            in declared else re.match(r"[a-z0-9_:]+", line).group() for line in lines}
    tap.equal(used - declared, set(), "every metric has its type")


def busy_socket(address):
    """A connection in the middle of a request: silent ones are closed when there
    is no room for others."""
    sock = daemon.open_socket(address)
    sock.sendall(b"GET /v1")
    return sock


def wait_open(api, name, count):
    """Waits until a listener has that many connections."""
    return daemon.wait_for(lambda: [item["open"] for item in api.server.status()["listeners"]
                                    if item["name"] == name] == [count])


def full(api, method, path):
    """The answer of a listener that has no room, or None while it has."""
    reply = api.server.request(method, path, listener="single")
    return reply if reply.status == 503 else None


def as_somebody_else(server, method, path):
    """The answer of the control socket to nobody's request, by a child."""
    program = ("import os, socket, sys\n"
               "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
               "s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])\n"
               "s.sendall(sys.stdin.buffer.read()); s.shutdown(socket.SHUT_WR)\n"
               "while True:\n"
               "\td = s.recv(65536)\n"
               "\tif not d: break\n"
               "\tsys.stdout.buffer.write(d)\n")
    ask = "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s\r\n" % (
        method, path, "Content-Length: 0\r\n" if method == "POST" else "")
    got = subprocess.run([sys.executable, "-c", program, server.address("control")],
                         input=ask.encode(), stdout=subprocess.PIPE, check=False,
                         timeout=assaytest.HANG_S).stdout
    near, far = socket.socketpair()
    with near, far:
        far.sendall(got)
        far.shutdown(socket.SHUT_WR)
        return read_reply(near, method)


def check_control(api, tap, folder):
    control = "control"
    for path in ("/v1/reload", "/v1/drain"):
        api("%s on an http listener" % path, "POST", path, 404, b"")
        api("GET " + path, "GET", path, 405, listener=control)
        api.raw("two hosts for " + path, b"POST %s HTTP/1.1\r\nHost: x\r\nHost: y\r\n"
                b"Content-Length: 0\r\n\r\n" % path.encode(), 400, control)
        api.raw("an unknown coding for " + path, b"POST %s HTTP/1.1\r\nHost: x\r\n"
                b"Transfer-Encoding: gzip\r\n\r\n" % path.encode(), 501, control)
        api("a body for " + path, "POST", path, 413, bytes(1 << 20), listener=control)
    if os.geteuid() == 0:
        mta.fit_path(os.path.join(api.server.folder, "run"), folder)
        os.chmod(api.server.address(control), 0o666)
        for path, method in (("/v1/status", "GET"), ("/v1/status", "HEAD"), ("/metrics", "GET"),
                             ("/metrics", "HEAD"), ("/v1/reload", "POST"), ("/v1/drain", "POST")):
            reply = as_somebody_else(api.server, method, path)
            api.check("%s %s by somebody else" % (method, path), method, path, reply, 403)
    # Those that are about to close, or not yet taken, must not leave room.
    wait_open(api, control, 0)
    held = [busy_socket(api.server.address(control)) for _ in range(4)]
    try:
        wait_open(api, control, 4)
        for path in ("/v1/reload", "/v1/drain"):
            api(path + ": too many connections", "POST", path, 503, b"", listener=control)
    finally:
        for sock in held:
            sock.close()
    wait_open(api, control, 0)
    before = api.server.status()["generation"]["id"]
    reply = api("reload", "POST", "/v1/reload", 200, b"", listener=control)
    tap.ok(reply.json().get("generation", 0) > before, "reload: a new generation", reply)
    rules = assaytest.write(folder, "broken.yar", "rule broken { condition: nothing_here }\n")
    good = api.server.extra
    api.server.write_config(good + '\nyara { extra_rules = { "%s" } }\n' % rules)
    reply = api("reload with a broken rule", "POST", "/v1/reload", 422, b"", listener=control)
    tap.match(reply.json()["detail"], r"broken\.yar:?.*1", "the file and the line are named")
    status = api("the state after it", "GET", "/v1/status", 200).json()
    tap.equal((status["ready"], status["last_reload"]["ok"]), (True, False),
              "the state says that it failed, and that all works")
    api.server.write_config(good)


def check_end(api, tap):
    """Last: the daemon ends. While a message is on its way in, it is still there
    to refuse a reload."""
    stuck = daemon.open_socket(api.server.address("http"))
    stuck.sendall(b"POST /v1/scan HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(CLEAN) +
                  CLEAN[:10])
    daemon.wait_for(lambda: api.server.status()["tasks"] > 0)
    # A reload that comes with the end, on a connection that is there already.
    with daemon.open_socket(api.server.address("control")) as late:
        late.sendall(b"GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n")
        read_reply(late, "GET")
        ask = b"POST /v1/%s HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
        late.sendall(ask % b"drain" + ask % b"reload")
        api.check("drain", "POST", "/v1/drain", read_reply(late, "POST"), 202)
        try:
            reply = read_reply(late, "POST")
            api.check("reload while the daemon ends", "POST", "/v1/reload", reply, 409)
        except (OSError, http.client.HTTPException) as fault:
            tap.diag("no answer to a reload while the daemon ends: %r" % fault)
    stuck.sendall(CLEAN[10:])
    reply = read_reply(stuck, "POST")
    tap.equal((reply.status, reply.header("Connection")), (200, "close"),
              "the message that was on its way in is answered")
    stuck.close()
    late.close()
    tap.equal(api.server.wait(), 0, "then the daemon ends")


# ---- curl --------------------------------------------------------------------

def check_curl(tap, folder, server, port):
    curl = mta.find("curl")
    if curl is None:
        tap.skip("curl", "curl is not installed")
        return
    clean = assaytest.write(folder, "clean.eml", CLEAN)
    eicar = assaytest.write(folder, "eicar.eml", EICAR)
    envelope = assaytest.write(folder, "envelope.json", b'{"rcpt_to": ["bert@example.net"]}')
    over = assaytest.write(folder, "over.eml", CLEAN + bytes(3 << 20))
    ways = (("UNIX socket", ["--unix-socket", server.address("http")], "http://localhost"),
            ("TCP", [], "http://127.0.0.1:%d" % port))
    for way, options, base in ways:
        def ask(*arguments, stdin=b"", options=options):
            return mta.run([curl, "-sS", "-w", "\n%{http_code}", *options, *arguments], stdin)

        url = base + "/v1/scan"
        for name, arguments, stdin in (
                ("raw", ["--data-binary", "@%s", url], b""),
                ("in chunks", ["-X", "POST", "-T", "%s", "-H", "Transfer-Encoding: chunked", url],
                 b""),
                ("multipart", ["-F", "envelope=@%s;type=application/json" % envelope, "-F",
                               "message=@%s;type=message/rfc822", url], b""),
                ("with Expect", ["-H", "Expect: 100-continue", "--data-binary", "@%s", url], b"")):
            for path, action in ((clean, "accept"), (eicar, "reject")):
                status, out, err = ask(*[a % path if "%s" in a else a for a in arguments],
                                       stdin=stdin)
                body, _, code = out.rpartition("\n")
                good = code == "200" and json.loads(body)["action"] == action
                tap.ok(status == 0 and good, "curl, %s, %s: %s" % (way, name, action),
                       (status, out[-300:], err))
        status, out, _ = ask("--data-binary", "@" + over, url)
        tap.equal((status, out[-3:]), (0, "413"), "curl, %s: too large: it reads 413" % way)
        status, out, _ = ask(base + "/v1/status")
        tap.equal((status, out[-3:]), (0, "200"), "curl, %s: status" % way)
        status, out, _ = ask(base + "/metrics")
        tap.equal((status, out[-3:]), (0, "200"), "curl, %s: metrics" % way)
        status, out, _ = ask(base + "/v1/status", base + "/metrics", base + "/nothing")
        tap.equal((status, re.findall(r"(?m)^\d{3}(?=\{|$|#)|\d{3}$", out)[-1]), (0, "404"),
                  "curl, %s: three requests on one connection" % way)


def main(tap, folder):
    document = openapi.Document(os.path.join(assaytest.SOURCE, "docs", "openapi.yaml"))
    missing = [ref for ref in document.references()
               if ref.startswith("#/") and document.follow({"$ref": ref}) is None]
    tap.equal(missing, [], "all references of the document lead somewhere")
    port = daemon.free_port()
    listeners = {
        "http": {}, "control": {"connections": 4},
        "tcp": {"protocol": "http", "address": "inet:127.0.0.1:%d" % port},
        "hasty": {"protocol": "http", "idle_ms": 300, "request_ms": 600},
        "narrow": {"protocol": "http", "spool_bytes": "1MiB"},
        "single": {"protocol": "http", "connections": 1},
    }
    server = daemon.Daemon(folder, listeners=listeners,
                           extra='limits { message_bytes = "2000000" }')
    with server:
        api = Api(tap, document, server)
        check_scan(api, tap)
        check_scan_faults(api)
        check_state(api, tap)
        check_curl(tap, folder, server, port)
        check_control(api, tap, folder)
        check_end(api, tap)
    for path, method, status in sorted(document.answers() - document.seen):
        name = "%s %s gives %d" % (method, path, status)
        why = NOT_HERE.get((path, method, status)) or \
            (ROOT_ONLY.get(status) if os.geteuid() != 0 else None)
        if why:
            tap.skip(name, why)
        else:
            tap.ok(False, name + ", as the document says", "no request of this test got it")


assaytest.main(main)
