# SPDX-License-Identifier: BSD-2-Clause
"""Reloads of a daemon that works: those that go well, by every way there is,
and those that must not: then the old rules go on, and everybody who asks is
told why, with file and line."""
import os
import signal
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import assaytest  # noqa: E402
import daemon  # noqa: E402
import plugins  # noqa: E402
import samplemail as sample  # noqa: E402
import steadyload  # noqa: E402

MARKED = sample.text(b"the word is wintergreen\r\n", number=1)
LATER = sample.text(b"the word is periwinkle\r\n", number=2)
RULE = """rule %s {
	meta:
		description = "a word"
		scope = "body"
	strings:
		$a = "%s"
	condition:
		$a
}
"""
BROKEN = RULE % ("Later", "periwinkle") + "rule Broken {\n\tcondition: $nowhere }\n"
BROKEN_LINE = BROKEN.count("\n", 0, BROKEN.index("$nowhere")) + 1

# Its canary is a text that it does not find.
BLIND = r"""
#include <assay/plugin.h>

static int load(const struct assay_host *host, const struct assay_setup *setup, void **state_out,
		struct assay_loaded *loaded)
{
	(void)host;
	(void)setup;
	*state_out = NULL;
	loaded->context = ASSAY_CONTEXT_NEVER;
	return 0;
}

static int inspect(void *state, struct assay_scan *scan, const struct assay_object *object,
		   enum assay_phase phase)
{
	(void)state;
	(void)scan;
	(void)object;
	(void)phase;
	return 0;
}

static size_t canaries(void *state, const struct assay_canary **canaries_out)
{
	static struct assay_canary canary = {.code = "polyglot"};

	(void)state;
	canary.data = as_span_text("a canary");
	*canaries_out = &canary;
	return 1;
}

const struct assay_plugin assay_plugin = {
	.abi = ASSAY_PLUGIN_ABI,
	.size = sizeof(struct assay_plugin),
	.name = "blind",
	.summary = "finds nothing",
	.phases = ASSAY_JUDGE,
	.origins = ASSAY_ORIGIN_CONTENT,
	.load = load,
	.inspect = inspect,
	.canaries = canaries,
};
"""


class Served:
    """A daemon with a folder of rules."""

    def __init__(self, tap, folder, **options):
        self.tap = tap
        self.rules = os.path.join(folder, "rules")
        os.mkdir(self.rules)
        self.put(RULE % ("First", "wintergreen"))
        self.good = 'yara {\n\textra_rules = { "%s" }\n\textra_max_action = "block"\n}\n' % \
            self.rules
        self.server = daemon.Daemon(folder, extra=self.good, options=options)

    def put(self, text, name="test.yar"):
        """As careful programs do: beside, then renamed."""
        path = os.path.join(self.rules, name)
        assaytest.write(self.rules, ".new", text)
        os.rename(os.path.join(self.rules, ".new"), path)
        return path

    def codes(self, octets):
        return assaytest.codes(self.server.scan(octets).json())

    def finds(self):
        """Which of the two words are found now."""
        return [bool(self.codes(octets)) for octets in (MARKED, LATER)]

    def generation(self):
        return self.server.status("control")["generation"]["id"]


# ---- Those that go well ------------------------------------------------------

def ways(tap, served):
    server = served.server
    tap.equal(served.finds(), [True, False], "the rules of the start are in force")
    served.put(RULE % ("First", "wintergreen") + RULE % ("Later", "periwinkle"))
    tap.equal(served.finds(), [True, False], "changed files change nothing by themselves")
    run = server.assay("reload")
    tap.ok(run.status == 0, "assay reload: status 0", run)
    tap.equal(served.finds(), [True, True], "assay reload: the new rules are in force")
    served.put(RULE % ("Later", "periwinkle"))
    before, ready = served.generation(), server.notices.count("READY=1")
    server.signal(signal.SIGHUP)
    tap.ok(daemon.wait_for(lambda: served.generation() > before), "SIGHUP: a new generation")
    tap.equal(served.finds(), [False, True], "SIGHUP: the new rules are in force")
    tap.ok(server.notices.wait("READY=1", ready), "SIGHUP: the service manager hears the end")
    told = [line.partition("=")[0] for message in server.notices.messages
            if "RELOADING=1" in message for line in message]
    tap.ok(told.count("RELOADING") == 2 and told.count("MONOTONIC_USEC") == 2,
           "the service manager hears of each reload, with its time", told)
    served.put(RULE % ("First", "wintergreen"))
    reply = server.reload()
    tap.ok(reply.status == 200 and reply.json()["generation"] == served.generation(),
           "a control call: answered with the new generation", reply)
    gone = daemon.wait_for(lambda: len(server.zygotes()) == 1 and
                           server.status()["generation"]["leaving"] == 0)
    tap.ok(gone, "old generations leave, with their processes", server.zygotes())


def crowded(tap, served):
    """More reloads than can be done: none is lost, and all are answered."""
    server = served.server
    processes = [subprocess.Popen([assaytest.ASSAY, "reload", "--config", server.config],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                 for _ in range(20)]
    for _ in range(20):
        server.signal(signal.SIGHUP)
    ends = [(process.communicate(timeout=assaytest.HANG_S)[1], process.returncode)
            for process in processes]
    tap.ok(all(status == 0 for _, status in ends), "20 reloads at the same time all succeed",
           [end for end in ends if end[1]][:3])
    gone = daemon.wait_for(lambda: len(server.zygotes()) == 1)
    tap.ok(gone, "and one generation is left", server.zygotes())
    tap.equal(served.finds(), [True, False], "which has the rules of the files")


# ---- Those that are refused --------------------------------------------------

def refused(served, name, patterns, before):
    """A reload that must fail, asked for by assay reload."""
    tap, server = served.tap, served.server
    old = served.generation()
    run = server.assay("reload")
    missing = [p for p in patterns if p not in run.err]
    tap.ok(run.status == 2 and not missing, name + ": assay reload says where, status 2",
           "missing: %s\n%s" % (missing, run))
    page = server.assay("status").out
    missing = [p for p in patterns if p not in page]
    tap.ok("fail" in page and not missing, name + ": assay status shows it",
           "missing: %s\n%s" % (missing, page))
    last = server.status()["last_reload"]
    tap.ok(last["ok"] is False and all(p in last["reason"] for p in patterns),
           name + ": so does /v1/status", last)
    missing = [p for p in patterns if not any(
        p in line["text"] for line in server.log_lines() if line["level"] == "error")]
    tap.ok(not missing, name + ": the log has it, as an error", missing)
    tap.equal([served.generation(), served.finds()], [old, before],
              name + ": the old rules still work")
    tap.ok(server.running() and len(server.zygotes()) == 1, name + ": nothing is left of it",
           server.zygotes())


def typing_error(tap, served):
    """assay reads the same configuration, and would not even ask: so the daemon
    is asked as others do."""
    server = served.server
    server.write_config(served.good + "workesr = 2\n\nlimits {\n\tdept = 3\n}\n")
    with open(server.config, encoding="utf-8") as file:
        number = file.read().split("\n").index("workesr = 2") + 1
    patterns = ["assay.conf:%d" % number, '"workers"', "assay.conf:%d" % (number + 3), '"depth"']
    run = server.assay("reload")
    tap.ok(run.status == 2 and all(p in run.err for p in patterns),
           "typing errors in the configuration: assay reload names them all, status 2", run)
    reply = server.reload()
    tap.ok(reply.status == 422 and all(p in reply.json()["detail"] for p in patterns),
           "typing errors in the configuration: a control call hears them all", reply)
    last = server.status()["last_reload"]
    tap.ok(last["ok"] is False and all(p in last["reason"] for p in patterns),
           "typing errors in the configuration: /v1/status shows them", last)
    tap.equal(served.finds(), [True, False],
              "typing errors in the configuration: the old rules still work")


def refusals(tap, served, folder):
    server = served.server
    path = served.put(BROKEN)
    refused(served, "a broken rule", ["%s:%d" % (os.path.basename(path), BROKEN_LINE)],
            [True, False])
    line = server.notices.last("STATUS")
    tap.ok(line and "test.yar:%d" % BROKEN_LINE in line,
           "a broken rule: the service manager hears it", line)
    served.put(RULE % ("First", "wintergreen"))
    server.write_config(served.good + 'clamav {\n\tdatabases = { "/nowhere/main.cvd" }\n}\n')
    refused(served, "a ClamAV database that is not there", ["/nowhere/main.cvd"], [True, False])
    database = assaytest.write(folder, "broken.ndb", "No.Such.Line\n")
    server.write_config(served.good + 'clamav {\n\textra_databases = { "%s" }\n}\n' % database)
    refused(served, "a broken ClamAV database", ["broken.ndb"], [True, False])
    typing_error(tap, served)
    source = assaytest.write(folder, "blind.c", BLIND)
    trouble = plugins.build(source, os.path.join(folder, "blind.so"))
    if tap.ok(not trouble, "a plugin that misses its canary builds", trouble):
        server.write_config(served.good + 'plugin_path = { "%s" }\nplugins += { "blind" }\n' %
                            folder)
        refused(served, "a plugin that misses its canary", ["blind", "polyglot"], [True, False])
    server.write_config(served.good)
    run = server.assay("reload")
    page = server.assay("status").out
    tap.ok(run.status == 0 and "went well" in page, "repaired: the next reload goes well",
           "%s\n%s" % (run, page))
    tap.equal(served.finds(), [True, False], "repaired: and the rules are in force")


def refused_under_load(tap, served):
    server = served.server
    quiet = steadyload.Answers(server, steadyload.messages())
    served.put(BROKEN)
    with steadyload.Load(server, quiet) as load:
        statuses = [server.assay("reload").status for _ in range(5)]
    tap.equal(statuses, [2] * 5, "a broken set under load is refused each time")
    load.check(tap, "refused reloads under load")
    served.put(RULE % ("First", "wintergreen"))
    tap.equal(server.assay("reload").status, 0, "and a good one is taken after that")


# ---- By a change of files ----------------------------------------------------

def watched(tap, folder):
    place = os.path.join(folder, "watched")
    os.mkdir(place)
    served = Served(tap, place, watch=True)
    with served.server as server:
        served.put(RULE % ("Later", "periwinkle"))
        tap.ok(daemon.wait_for(lambda: served.finds() == [False, True]),
               "watch: a changed rule is in force by itself")
        served.put(BROKEN)
        failed = daemon.wait_for(lambda: (server.status()["last_reload"] or {}).get("ok") is False)
        tap.ok(failed and served.finds() == [False, True],
               "watch: a broken rule is refused, the old ones go on")
        served.put(RULE % ("First", "wintergreen"))
        tap.ok(daemon.wait_for(lambda: served.finds() == [True, False]),
               "watch: the repaired rule is in force by itself")
        served.put(RULE % ("Later", "periwinkle"), "second.yar")
        tap.ok(daemon.wait_for(lambda: served.finds() == [True, True]),
               "watch: a new file is noticed")
        os.unlink(os.path.join(served.rules, "second.yar"))
        tap.ok(daemon.wait_for(lambda: served.finds() == [True, False]),
               "watch: a removed file is noticed")
        server.write_config(served.good + 'policy "default" {\n\taccept = { "*" }\n}\n')
        tap.ok(daemon.wait_for(lambda: server.scan(MARKED).json()["action"] == "accept"),
               "watch: a changed configuration is noticed")


def body(tap, folder):
    served = Served(tap, folder)
    with served.server as server:
        ways(tap, served)
        crowded(tap, served)
        refusals(tap, served, folder)
        refused_under_load(tap, served)
        tap.equal(server.stop(), 0, "the daemon ends with status 0")
    watched(tap, folder)


if __name__ == "__main__":
    assaytest.main(body)
