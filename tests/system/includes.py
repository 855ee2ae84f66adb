# SPDX-License-Identifier: BSD-2-Clause
"""Who includes whom: engine folders only what stands below them, plugins only
the installed headers, and nobody a header that is not there."""
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import assaytest  # noqa: E402

BELOW = {
    "base": "",
    "mime": "base",
    "mailbox": "base",
    "smime": "base mime",
    "inspect": "base mime smime",
    # inspect's headers show mime's types, so that its users see those too.
    "policy": "base inspect mime smime",
    "rewrite": "base mime policy",
    "store": "base",
    "pool": "base inspect policy rewrite smime",
    "report": "base policy",
    "daemon": "base mime mailbox smime inspect policy rewrite store pool report",
    "cli": "base mime mailbox smime inspect policy rewrite store pool report",
}
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.MULTILINE)
# What an installed header may need: it must compile without anything of ours.
STANDARD = {"stdbool.h", "stddef.h", "stdint.h", "string.h"}


def includes(path):
    with open(path, encoding="utf-8") as file:
        return INCLUDE.findall(file.read())


def sources(folder):
    for place, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            if name.endswith((".c", ".h", ".def")):
                yield os.path.join(place, name)


# `assay limits` prints the bounds of the daemon, too.
EXCEPTED = {("cli", "daemon/limits.h")}


def engine_faults(folder):
    engine = os.path.join(assaytest.SOURCE, "engine")
    allowed = set(BELOW[folder].split()) | {folder}
    for path in sources(os.path.join(engine, folder)):
        for kind, name in includes(path):
            first = name.split("/")[0]
            if kind == "<" or name == "config.h":
                continue
            if first not in BELOW:
                yield "%s includes \"%s\": written from engine/ on" % (path, name)
            elif first not in allowed and (folder, name) not in EXCEPTED:
                yield "%s includes \"%s\": %s may not" % (path, name, folder)
            elif not os.path.exists(os.path.join(engine, name)):
                yield "%s includes \"%s\", which is not there" % (path, name)


def plugin_faults(folder):
    for path in sources(folder):
        for kind, name in includes(path):
            if name.startswith("assay/"):
                header = os.path.join(assaytest.SOURCE, "engine", "include", name)
                if name == "assay/assay.h" or not os.path.exists(header):
                    yield "%s includes <%s>" % (path, name)
            elif kind == '"' and name != "config.h" and \
                    not os.path.exists(os.path.join(folder, name)):
                yield "%s includes \"%s\", which is not its own" % (path, name)


def installed_faults():
    folder = os.path.join(assaytest.SOURCE, "engine", "include", "assay")
    for path in sources(folder):
        for kind, name in includes(path):
            if name.startswith("assay/"):
                if not os.path.exists(os.path.join(folder, name[len("assay/"):])):
                    yield "%s includes <%s>, which is not installed" % (path, name)
            elif kind == '"' or name not in STANDARD:
                yield "%s includes %s" % (path, name)


def cycle_in(graph):
    """A folder that can be reached from itself, or None."""
    for begin in graph:
        seen, todo = set(), list(graph[begin])
        while todo:
            folder = todo.pop()
            if folder == begin:
                return begin
            if folder not in seen:
                seen.add(folder)
                todo += graph.get(folder, [])
    return None


def body(tap, _):
    engine = os.path.join(assaytest.SOURCE, "engine")
    known = set(BELOW) | {"include"}
    folders = sorted(name for name in os.listdir(engine)
                     if any(sources(os.path.join(engine, name))))
    tap.equal([name for name in folders if name not in known], [],
              "every folder of the engine has its place in the order")
    tap.ok(cycle_in({name: below.split() for name, below in BELOW.items()}) is None,
           "the order has no circle")
    for folder in folders:
        if folder in BELOW:
            faults = list(engine_faults(folder))
            tap.ok(not faults, "engine/%s includes only what stands below it" % folder,
                   "\n".join(faults))
    plugins = os.path.join(assaytest.SOURCE, "plugins")
    for folder in sorted(os.listdir(plugins)):
        faults = list(plugin_faults(os.path.join(plugins, folder)))
        tap.ok(not faults, "plugins/%s includes installed headers and its own" % folder,
               "\n".join(faults))
    faults = list(installed_faults())
    tap.ok(not faults, "installed headers need nothing that is not installed",
           "\n".join(faults))


if __name__ == "__main__":
    assaytest.main(body)
