# SPDX-License-Identifier: BSD-2-Clause
"""The manual pages and guides against the programs: every option, setting,
limit, code, metric and member of the log in a page exists, every one that
exists is in a page, and examples run.

In the source of a page, a comment before a display says what it is:
  .\\" exit N      lines that begin with "$ " are commands that end with N; one
                  that ends with a backslash goes on in the next
  .\\" file NAME   the display is the content of a file for later commands
and one by itself
  .\\" daemon FILE  starts assayd with this configuration until the page ends
"""
import json
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE = os.environ["top_srcdir"]
BUILD = os.environ["top_builddir"]
MANDOC = os.environ.get("MANDOC", "no")
VERBS = ("scan", "explain", "findings", "limits", "config", "status", "client", "stats", "reload",
         "drain")
# A page without an own list of plugins stands for all of them.
NO_PLUGIN = re.compile(r"^--no-(?!cache$|sandbox$).*")
sys.path.insert(0, os.path.join(SOURCE, "tests", "lib"))
import daemon  # pylint: disable=wrong-import-position
from manualexamples import COMMAND_SECONDS, run_page, write  # pylint: disable=wrong-import-position

results = []


def check(name, problems):
    """One line of TAP; problems is a list of texts, empty when all is well."""
    results.append(not problems)
    print(f"{'ok' if not problems else 'not ok'} {len(results)} - {name}")
    for problem in problems:
        for line in str(problem).splitlines() or [""]:
            print(f"# {line}")
    sys.stdout.flush()


def skip(name, why):
    results.append(True)
    print(f"ok {len(results)} - {name} # SKIP {why}")


def pages():
    found = {}
    for folder in (SOURCE, BUILD):
        folder = os.path.join(folder, "docs", "man")
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
            if re.search(r"\.[1-8]$", name):
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    found[name] = file.read()
    return found


def assay(*arguments, program="assay"):
    return subprocess.run([os.path.join(BUILD, program), *arguments], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, timeout=COMMAND_SECONDS, check=False)


# ---- form ---------------------------------------------------------------

def check_form(name, text):
    problems = []
    with tempfile.NamedTemporaryFile("w", suffix=name) as file:
        file.write(text)
        file.flush()
        lint = subprocess.run([MANDOC, "-T", "lint", "-W", "warning", file.name], text=True,
                              capture_output=True, check=False)
        if lint.returncode != 0 or lint.stdout or lint.stderr:
            problems.append(lint.stdout + lint.stderr)
        shown = subprocess.run([MANDOC, "-T", "utf8", file.name], capture_output=True,
                               check=False)
        if shown.returncode != 0 or len(shown.stdout) < 500:
            problems.append("mandoc -T utf8 shows nothing")
    for section in ("NAME", "DESCRIPTION", "EXAMPLES", "SEE ALSO"):
        if f"\n.Sh {section}\n" not in text:
            problems.append(f"no section {section}")
    return problems


def check_references(name, text, known):
    return [f"refers to {page}({number}), which is not there"
            for page, number in re.findall(r"^\.Xr ((?:lib)?assay\S*) (\d)", text, re.M)
            if f"{page}.{number}" not in known]


# ---- options ------------------------------------------------------------

def normal(options):
    return {"--no-PLUGIN" if NO_PLUGIN.match(option) else option for option in options}


def options_of_help(text):
    return normal(re.findall(r"(?<![\w-])--[a-z][A-Za-z-]*", text))


def options_of_page(text):
    return normal("-" + option for option in re.findall(r"\bFl (-[a-z][a-z-]*)", text))


def part_for_verb(texts, verb):
    own = texts.get(f"assay-{verb}.1")
    if own is not None:
        return own
    match = re.search(rf"^\.Ss assay {verb}\n(.*?)(?=^\.S[sh] )", texts["assay.1"], re.M | re.S)
    return match.group(1) if match else ""


def compare_options(shown, written):
    return ([f"{option} is in --help and not in the page" for option in sorted(shown - written)] +
            [f"{option} is in the page and not in --help" for option in sorted(written - shown)])


def check_options(texts):
    for verb in VERBS:
        run = assay(verb, "--help")
        written = options_of_page(part_for_verb(texts, verb)) | {"--help"}
        problems = compare_options(options_of_help(run.stdout) | {"--help"}, written)
        if run.returncode != 0:
            problems.append(f"assay {verb} --help ends with {run.returncode}: {run.stderr}")
        check(f"options of assay {verb} and of its page are the same", problems)
    run = assay("--help", program="assayd")
    check("options of assayd and of its page are the same",
          compare_options(options_of_help(run.stdout) | {"--help"},
                          options_of_page(texts["assayd.8"])))
    run = assay("--help")
    check("assay --help names every verb of the page",
          [f"{verb} is not in assay --help" for verb in VERBS
           if not re.search(rf"\b{verb}\b", run.stdout)])


# ---- codes and limits -----------------------------------------------------

def check_codes(texts):
    with open(os.path.join(SOURCE, "engine/inspect/codes.def"), encoding="utf-8") as file:
        codes = set(re.findall(r'^X\("([^"]+)"', file.read(), re.M))
    page = texts.get("assay-findings.7", "")
    listed = set(re.findall(r"^\.It Cm (\S+) No", page, re.M))
    check("assay-findings(7) has every code and no other",
          [f"{code}: only in one of both" for code in sorted(codes ^ listed)])
    families = {code.split(".")[0] for code in codes} | {"yara"}
    problems = []
    for name, text in sorted(texts.items()):
        bare = text.replace("\\&", "")
        for code in re.findall(r"\b([a-z]+(?:\.[a-z_]+)+)\b(?!\()", bare):
            if code.split(".")[0] in families and code not in codes and \
                    code.split(".")[0] not in ("malware", "yara") and \
                    not code.endswith((".conf", ".json", ".list", ".eml")):
                problems.append(f"{name}: there is no code {code}")
    check("codes that pages mention exist", problems)


def limits_in_force():
    shown = assay("config", "show").stdout
    match = re.search(r"^limits \{\n(.*?)^\}", shown, re.M | re.S)
    return dict(re.findall(r'^    (\w+) = "(\d+)"', match.group(1) if match else "", re.M))


def check_limits(texts):
    limits = limits_in_force()
    page = dict(re.findall(r"^\.It Cm (\w+)\nDefault (\d+) ", texts.get("assay-limits.7", ""),
                           re.M))
    problems = [f"{name}: in force {limits.get(name)}, in the page {page.get(name)}"
                for name in sorted(limits.keys() | page.keys())
                if limits.get(name) != page.get(name)]
    check("assay-limits(7) has every limit with its default",
          problems if limits else ["no limits are shown"])
    listed = assay("limits").stdout
    check("assay limits prints every limit of the page",
          [f"{name} is missing" for name in sorted(page) if not re.search(rf"\b{name}\b", listed)])
    check_fixed_limits(texts.get("assay-limits.7", ""))


def check_fixed_limits(page):
    """Those that cannot be set, which the program collects from its parts."""
    run = assay("limits", "--format", "json")
    shown = {(limit["part"], limit["name"]):
             f"{limit['value']} {limit['unit']}: {limit['reason']}."
             for limit in json.loads(run.stdout)["fixed"]}
    written, part = {}, None
    for line, following in zip(page.splitlines(), page.splitlines()[1:]):
        if line.startswith(".S"):
            part = line[4:] if line.startswith(".Ss ") else None
        elif line.startswith(".It Cm ") and part:
            written[(part, line[7:])] = following.replace("\\e", "\\")
    problems = [f"{name[0]}: {name[1]}: {shown.get(name)}, in the page {written.get(name)}"
                for name in sorted(shown.keys() | written.keys())
                if shown.get(name) != written.get(name)]
    check("assay-limits(7) has every fixed limit with its value and reason",
          problems if len(shown) > 20 else ["hardly any fixed limit is shown"])


# ---- settings -------------------------------------------------------------

EVERYTHING = "policy \"default\" {\n    recipients = { \"@example.org\" }\n" + "".join(
    f"    {action} = {{ \"name.rtlo\" }}\n" for action in
    ("accept", "tag", "strip", "quarantine", "reject", "discard", "tempfail")) + """}
smime_rule "all" {
    forbid = { "unopened" }
}
"""
# What has to be given above, so that its default is not seen.
GIVEN = {("smime_rule", "forbid")}


def settings_shown(folder):
    path = os.path.join(folder, "everything.conf")
    with open(path, "w", encoding="utf-8") as file:
        file.write(EVERYTHING)
    run = assay("config", "show", "--config", path)
    section, found = "general", {}
    for line in run.stdout.splitlines():
        start = re.match(r"^(\w[\w-]*)(?: \".*\")? \{", line)
        value = re.match(r"^\s*(\w+) \+?= (.*?)\s*(?:# default)?$", line)
        if start:
            section = start.group(1)
        elif line == "}":
            section = "general"
        elif value and section != "limits":
            found[(section, value.group(1))] = value.group(2).strip('"')
    return found, run.stderr


def settings_written(text):
    """{(section, key): [default, low, high]} of assay.conf(5)."""
    section, keys, found, words = None, [], {}, None
    for line in text.splitlines():
        heading = re.match(r"^\.S([hs]) (.*)$", line)
        default = re.match(r"^Defaults?:(?: (\S+?)[,.]?| .*)?$", line)
        word = re.match(r'^\.Ql (?:\\&")?(.*?)(?:\\&")? [,.]$', line)
        if words is not None and not word:
            found.update({(section, key): [given, *found[(section, key)][1:]]
                          for key, given in zip(keys, words) if len(keys) == len(words)})
            words = None
        if heading:
            keys = []
            section = {"GENERAL OPTIONS": "general", "DAEMON OPTIONS": "general",
                       "LISTENERS": "listener", "POLICIES": "policy",
                       "S/MIME": "smime", "Rules": "smime_rule",
                       "PLUGINS": "*"}.get(heading.group(2),
                                           heading.group(2) if heading.group(1) == "s" else None)
        elif line.startswith(".It Ic ") and section:
            limits = re.search(r"(\d+) to (\d+)\)", line.partition(" No ")[2])
            keys = re.findall(r"\bIc (\w+)", line)
            for key in keys:
                found[(section, key)] = [None, *(limits.groups() if limits else (None, None))]
        elif default and default.group(1) and len(keys) == 1:
            found[(section, keys[0])][0] = default.group(1)
        elif line in ("Default:", "Defaults:"):
            words = []
        elif word and words is not None:
            words.append(word.group(1))
    return found


def octets(value):
    match = re.match(r"^(\d+)([MG])iB$", value)
    return str(int(match.group(1)) << {"M": 20, "G": 30}[match.group(2)]) if match else value


def check_settings(texts, folder):
    shown, trouble = settings_shown(folder)
    written = settings_written(texts["assay.conf.5"])
    ours = {"general", "listener", "policy", "smime", "smime_rule"}
    plugins = {section for section, _ in shown} - ours
    for _, key in [name for name in written if name[0] == "*"]:
        for plugin in plugins:
            written.setdefault((plugin, key), written[("*", key)])
    # A plugin that this build leaves out cannot be asked for its settings.
    written = {name: value for name, value in written.items()
               if name[0] in plugins | ours}
    problems = [f"{name[0]}: {name[1]}: only in one of both"
                for name in sorted(shown.keys() ^ written.keys())]
    check("assay.conf(5) has every setting of `assay config show` and no other",
          problems if shown else [trouble])
    problems = [f"{name[0]}: {name[1]}: default {shown[name]}, in the page {default}"
                for name, (default, _, _) in sorted(written.items())
                if default and name in shown.keys() - GIVEN and
                octets(default) != shown[name].replace("{}", "empty")
                and not (default == "empty" and shown[name] == "")]
    check("defaults in assay.conf(5) are those in force", problems)
    check_ranges(written, shown, folder)


def is_whole_build():
    shown = assay("config", "show").stdout
    return all(f"\n{name} {{" in shown for name in
               ("filetype", "attachment", "archive", "html", "yara", "clamav"))


def check_shipped(folder):
    """docs/assay.conf shows defaults: with all of it in force nothing changes."""
    with open(os.path.join(SOURCE, "docs/assay.conf"), encoding="utf-8") as file:
        lines = file.read().splitlines()
    options = [line[2:] for line in lines if re.match(r'^# (\s*\w+ (=|\{|")|\}$)', line)]
    path = os.path.join(folder, "shipped.conf")
    write(path, "\n".join(options) + "\n")
    mark = re.compile(r"\s*# (default|from .*|no configuration file)$", re.M)
    # There is none by default; the one that is shown is an example.
    rule = re.compile(r'^smime_rule "bank" \{\n.*?^\}\n', re.M | re.S)
    standard = assay("config", "show")
    if not is_whole_build():
        skip("docs/assay.conf shows the defaults", "not all plugins are in this build")
        return
    changed = assay("config", "show", "--config", path)
    before, after = (set(mark.sub("", rule.sub("", run.stdout)).splitlines())
                     for run in (standard, changed))
    check("docs/assay.conf shows the defaults",
          [changed.stderr] * (changed.returncode != 0 or len(options) < 20) +
          ["no example of smime_rule"] * (not rule.search(changed.stdout)) +
          sorted(before ^ after))


def check_ranges(written, shown, folder):
    problems = []
    path = os.path.join(folder, "range.conf")
    for (section, key), (_, low, high) in sorted(written.items()):
        if high is None or (section, key) not in shown:
            continue
        for value in (int(low) - 1, int(high) + 1):
            line = f"{key} = {value}\n"
            with open(path, "w", encoding="utf-8") as file:
                title = ' "milter"' if section == "listener" else ""
                file.write(line if section == "general" else f"{section}{title} {{\n{line}}}\n")
            run = assay("config", "check", "--config", path)
            if run.returncode != 2 or not re.search(rf"{low}\b.* to {high}\b", run.stderr):
                problems.append(f"{section}: {key} = {value}: {run.stdout}{run.stderr}")
    check("ranges in assay.conf(5) are those in force", problems)


# ---- examples -------------------------------------------------------------

LETTER = """From: Ann <ann@example.org>
To: Bob <bob@example.com>
Subject: {subject}
Date: Mon, 02 Jun 2025 10:00:00 +0000
Message-ID: <{number}@example.org>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

{text}
"""
TEST_FILE = r"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE!$H+H*"


def make_samples(folder):
    letter = LETTER.format(subject="Lunch", number=1, text="Shall we meet at noon?")
    bad = LETTER.format(subject="Test", number=2, text=TEST_FILE).replace(
        "text/plain; charset=utf-8", 'application/octet-stream; name="test.com"')
    write(os.path.join(folder, "letter.eml"), letter)
    write(os.path.join(folder, "letters", "one.eml"), letter)
    write(os.path.join(folder, "letters", "two.eml"),
          LETTER.format(subject="Rent", number=3, text="The bank transfer is done."))
    line = "From ann@example.org Mon Jun  2 10:00:00 2025\n"
    write(os.path.join(folder, "mailbox.mbox"), f"{line}{letter}\n{line}{bad}\n")


def install_interface(folder):
    """The headers and assay-plugin.pc, as an installation would have them."""
    environment = {key: value for key, value in os.environ.items()
                   if key not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    run = subprocess.run(["make", "-C", BUILD, "-s", f"DESTDIR={folder}",
                          "install-dist_assayincludeHEADERS", "install-pkgconfigDATA"],
                         env=environment, text=True, capture_output=True, check=False)
    for base, _, names in os.walk(folder):
        if "assay-plugin.pc" in names:
            return base, ""
    return "", run.stdout + run.stderr


def check_examples(texts, folder):
    work = os.path.join(folder, "examples")
    make_samples(work)
    pkgconfig, trouble = install_interface(os.path.join(folder, "root"))
    check("the plugin interface can be installed", [trouble] if not pkgconfig else [])
    environment = dict(os.environ, PATH=f"{os.path.abspath(BUILD)}:{os.environ['PATH']}",
                       USER=pwd.getpwuid(os.geteuid()).pw_name,
                       PKG_CONFIG_PATH=pkgconfig, PKG_CONFIG_ALLOW_SYSTEM_CFLAGS="1",
                       PKG_CONFIG_SYSROOT_DIR=os.path.join(folder, "root"))
    whole = is_whole_build()
    for name, text in sorted(texts.items()):
        if not whole:
            skip(f"examples of {name} run", "not all plugins are in this build")
            continue
        problems, ran, missing = run_page(name, text, work, environment)
        if ran == 0 and missing and not problems:
            skip(f"examples of {name} run", f"{missing[0]} is not installed")
            continue
        if ran == 0:
            problems.append("no example can be run")
        check(f"examples of {name} run", problems)


# ---- what the daemon counts and logs ----------------------------------------

def family_of(name):
    """assay_x_seconds_bucket and its kin are one histogram."""
    return re.sub(r"_(bucket|sum|count)$", "", name)


def check_daemon(texts, folder):
    """A running daemon against the pages about its counters and its log."""
    with daemon.Daemon(folder) as server:
        server.scan(b"Subject: test\r\n\r\ntext\r\n", {"Assay-Rcpt-To": "bob@example.com"})
        shown = {family_of(name.partition("{")[0]) for name in server.metrics()}
        status = set(server.status())
        line = server.wait_log(r'"event":"message"') and \
            [line for line in server.log_lines() if line.get("event") == "message"][0]
    written = {name for items in re.findall(r"^\.It Li (assay_.*)$", texts["assay-metrics.7"], re.M)
               for name in re.findall(r"\bassay_\w+", items)}
    check("assay-metrics(7) has every metric and no other",
          [f"{name}: only in one of both" for name in sorted(shown ^ written)])
    members = {word for items in re.findall(r"^\.It Cm (.*)$", texts["assay-log.7"], re.M)
               for word in items.replace(" ,", "").split()}
    check("assay-log(7) has every member of a line about a message",
          [f"{name} is not in the page" for name in sorted(set(line or {}) - members)] +
          [f"{name} is only in the page"
           for name in sorted(members - set(line or {}) - {"strip_refused"})])
    words = set(re.findall(r"\w+", texts["assay-http.7"]))
    check("assay-http(7) has every member of the status",
          [f"{name} is not in the page" for name in sorted(status - words)])


# ---- guides -----------------------------------------------------------------

def blocks_of(text):
    """The indented blocks of a guide."""
    return [re.sub(r"^    ", "", block, flags=re.M)
            for block in re.findall(r"(?:^    .*\n(?:\n(?=    ))?)+", text, re.M)]


def guides():
    found = {"README.md": os.path.join(SOURCE, "README.md")}
    folder = os.path.join(SOURCE, "docs", "guides")
    found.update({name: os.path.join(folder, name) for name in sorted(os.listdir(folder))
                  if name != "README.md"})
    for name, path in found.items():
        with open(path, encoding="utf-8") as file:
            yield name, file.read()


def postfix_problems(block, folder):
    if not shutil.which("postconf", path=f"/usr/sbin:{os.environ['PATH']}"):
        return []
    write(os.path.join(folder, "postfix", "main.cf"), block)
    write(os.path.join(folder, "postfix", "master.cf"), "")
    run = subprocess.run([shutil.which("postconf", path="/usr/sbin:/usr/bin"), "-c",
                          os.path.join(folder, "postfix"), "-n"], text=True,
                         capture_output=True, check=False)
    return [line for line in run.stderr.splitlines() if "unused parameter" in line]


def check_guides(texts, folder):
    for name, text in guides():
        problems = []
        for block in blocks_of(text):
            if re.match(r'(?:#.*\n)*listener "', block):
                path = os.path.join(folder, "guide.conf")
                write(path, block)
                run = assay("config", "check", "--config", path)
                problems += [run.stderr] if run.returncode != 0 else []
            elif re.match(r"(?:smtpd_milters|compatibility_level) =", block):
                problems += postfix_problems(block, folder)
        problems += [f"there is no page {page}({number})"
                     for page, number in re.findall(r"\b(assay[\w.-]*)\((\d)\)", text)
                     if f"{page}.{number}" not in texts]
        check(f"the configuration in {name} is valid", problems)


def check_units(folder):
    """The units of systemd, as they are installed."""
    verify = shutil.which("systemd-analyze")
    if verify is None:
        skip("the units are well formed", "systemd-analyze is not installed")
        return
    units = os.path.join(folder, "units")
    source = os.path.join(BUILD, "docs", "systemd")
    for name in os.listdir(source):
        if name.endswith((".service", ".socket")):
            with open(os.path.join(source, name), encoding="utf-8") as file:
                # Programs and pages are not where they will be installed.
                text = re.sub(r"^ExecStart=.*", "ExecStart=/bin/true", file.read(), flags=re.M)
                write(os.path.join(units, name), re.sub(r"^Documentation=.*\n", "", text,
                                                        flags=re.M))
    run = subprocess.run([verify, "verify", *sorted(os.path.join(units, name)
                                                    for name in os.listdir(units))],
                         env=dict(os.environ, SYSTEMD_UNIT_PATH=units + ":"), text=True,
                         capture_output=True, check=False)
    found = [line for line in run.stderr.splitlines() if "assayd" in line]
    check("the units are well formed", found + [run.stderr] * (len(os.listdir(units)) < 5))


def check_messages(texts, folder):
    """The messages that pages show are what is printed."""
    path = os.path.join(folder, "local.conf")
    write(path, "\nworker = 2\n")
    run = assay("config", "check", "--config", path)
    want = "local.conf:2: no such option 'worker'; did you mean \"workers\"?"
    check("the message in DIAGNOSTICS of assay.conf(5) is real",
          [] if want in run.stderr and run.returncode == 2 else [run.stderr])
    path = os.path.join(folder, "missing.conf")
    write(path, "plugins += { \"hashlist\" }\n")
    run = assay("status", "--config", path)
    shown = re.search(r"^(plugin hashlist: .*?)\n\.Ed", texts["assay-plugin.7"], re.M | re.S)
    want = ".*".join(re.escape(text.replace("\n", " "))
                     for text in shown.group(1).split("DIR")) if shown else "not in the page"
    check("the message in DIAGNOSTICS of assay-plugin(7) is real",
          [] if re.search(want, run.stderr) and run.returncode == 2 else [want, run.stderr])


def main():
    texts = pages()
    for name, text in sorted(texts.items()):
        if MANDOC == "no":
            skip(f"{name} is well formed", "mandoc is not there")
        else:
            check(f"{name} is well formed", check_form(name, text))
        check(f"{name} refers to pages that exist", check_references(name, text, texts))
    folder = tempfile.mkdtemp(prefix="assay-manuals-")
    try:
        check_options(texts)
        check_codes(texts)
        check_limits(texts)
        check_settings(texts, folder)
        check_shipped(folder)
        check_messages(texts, folder)
        check_guides(texts, folder)
        check_units(folder)
        check_daemon(texts, folder)
        check_examples(texts, folder)
    finally:
        shutil.rmtree(folder)
    print(f"1..{len(results)}")
    return 0 if all(results) else 1


sys.exit(main())
