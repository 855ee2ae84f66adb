# SPDX-License-Identifier: BSD-2-Clause
"""rspamd with its antivirus module and the lines of docs/guides/rspamd.md: a real
one, with a configuration of its own that has nothing else. Its answers to its
own clients are what is looked at."""
import json
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import assaytest  # noqa: E402
import daemon  # noqa: E402
import mta  # noqa: E402
import samplemail as sample  # noqa: E402

# No network beyond loopback, no maps, no Redis, no other modules.
CONFIG = """\
options {{
	pidfile = "{folder}/pid";
	filters = "";
	cache_file = "{folder}/symbols.cache";
	history_file = "{folder}/history";
	dynamic_conf = "{folder}/dynamic";
	control_socket = "{folder}/control.sock mode=0600";
	rrd = "";
	tempdir = "{folder}";
	hs_cache_dir = "{folder}/";
	url_tld = "${{SHAREDIR}}/effective_tld_names.dat";
	explicit_modules = ["settings"];
	dns {{ nameserver = ["127.0.0.1:9"]; timeout = 0.1s; sockets = 1; retransmits = 1; }}
	local_addrs = [127.0.0.0/8];
	{options}
}}
logging {{ type = "console"; level = "info"; color = false; }}
worker "normal" {{ bind_socket = "127.0.0.1:{port}"; count = 1; mime = true; }}
metric {{ name = "default"; actions {{ reject = 15; add_header = 6; greylist = 4; }} }}
modules {{
	path = "${{PLUGINSDIR}}/antivirus.lua";
	path = "${{PLUGINSDIR}}/force_actions.lua";
}}
antivirus {{
{antivirus}
}}
force_actions {{
{force_actions}
}}
"""


def guide():
    with open(os.path.join(assaytest.SOURCE, "docs", "guides", "rspamd.md"),
              encoding="utf-8") as file:
        return file.read()


def guide_lines(path):
    """The block that the guide has for a file."""
    place = guide().find("`%s`" % path)
    block = re.match(r"[^\n]*\n\n((?:    [^\n]*\n|\n(?=    ))+)", guide()[place:])
    return re.sub(r"(?m)^    ", "", block.group(1)) if place >= 0 and block else ""


class Rspamd(mta.Program):
    def __init__(self, folder, program, server):
        self.port = daemon.free_port()
        text = CONFIG.format(
            folder=folder, port=self.port,
            options=guide_lines("/etc/rspamd/local.d/options.inc"),
            antivirus=guide_lines("/etc/rspamd/local.d/antivirus.conf").replace(
                "/run/assay/clamd.sock", server.address("clamd")),
            force_actions=guide_lines("/etc/rspamd/local.d/force_actions.conf"))
        config = assaytest.write(folder, "rspamd.conf", text)
        # It refuses to be root unless told; as such it would need no rights here.
        root = ["-i"] if os.geteuid() == 0 else []
        super().__init__([program, "-f", *root, "-c", config], os.path.join(folder, "rspamd.log"))
        self.wait_answer(("127.0.0.1", self.port))

    def ask(self, octets):
        """What rspamd tells a mail server."""
        reply = daemon.request(("127.0.0.1", self.port), "POST", "/checkv2", octets, {
            "IP": "192.0.2.9", "Helo": "client.example.org", "From": "anna@example.org",
            "Rcpt": "bert@example.net", "Queue-Id": "4Queue"})
        return json.loads(reply.body)


def check(tap, rspamd, name, octets, action, symbols, words=None):
    answer = rspamd.ask(octets)
    seen = sorted(s for s in answer["symbols"] if not s.startswith("FORCE_ACTION_"))
    tap.equal((answer["action"], seen), (action, symbols), name)
    if words:
        tap.match(json.dumps(answer["symbols"]) + json.dumps(answer.get("messages")), words,
                  name + ": the words")


def check_all(tap, rspamd, server):
    check(tap, rspamd, "a clean message", mta.message(b"clean"), "no action", [])
    check(tap, rspamd, "clean with a file", mta.attachment(
        b"clean", b'"table.csv"', b"1;2\r\n" * 900, b"text/csv"), "no action", [])
    eicar = mta.attachment(b"eicar", b'"eicar.com"', sample.EICAR)
    check(tap, rspamd, "EICAR", eicar, "reject", ["ASSAY"], r"malware\.eicar")
    check(tap, rspamd, "EICAR: what the client is told", eicar, "reject", ["ASSAY"],
          r"Message refused by content inspection")
    sealed = bytearray(sample.stored_zip([(b"letter.txt", b"x" * 200)]))
    sealed[6] |= 1
    sealed[sealed.rindex(b"PK\x01\x02") + 8] |= 1
    check(tap, rspamd, "an encrypted archive", mta.attachment(b"s", b'"s.zip"', bytes(sealed)),
          "reject", ["ASSAY_ENCRYPTED"])
    many = sample.stored_zip([(b"%d.txt" % n, b"file %d" % n) for n in range(60)])
    check(tap, rspamd, "more files than the limit", mta.attachment(b"m", b'"m.zip"', many),
          "soft reject", ["ASSAY_FAIL"])
    server.kill()
    check(tap, rspamd, "assayd is away: EICAR", eicar.replace(b"<eicar", b"<a"), "soft reject",
          ["ASSAY_FAIL"])
    check(tap, rspamd, "assayd is away: clean", mta.message(b"away"), "soft reject",
          ["ASSAY_FAIL"])
    server.start()
    for _ in range(3):
        check(tap, rspamd, "assayd is back: EICAR", eicar, "reject", ["ASSAY"])
    check(tap, rspamd, "assayd is back: clean", mta.message(b"back"), "no action", [])
    tap.match(rspamd.log_text(), r"(?i)assay: virus found: \"?malware\.eicar|malware\.eicar",
              "rspamd's log names it")


def main(tap, folder):
    options = dict(re.findall(r'(\w+) = "(\w+)"', guide_lines("/etc/assay/assay.conf")))
    if not tap.ok(options and guide_lines("/etc/rspamd/local.d/antivirus.conf"),
                  "the guide has the lines"):
        return
    with daemon.Daemon(folder, listeners={"clamd": options, "http": {}},
                       extra='limits { objects = "40" }') as server:
        with Rspamd(folder, PROGRAM, server) as rspamd:
            check_all(tap, rspamd, server)


PROGRAM = mta.need("rspamd")
assaytest.main(main)
