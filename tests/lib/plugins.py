# SPDX-License-Identifier: BSD-2-Clause
"""Plugins that only tests have, built with the installed headers alone."""
import os
import subprocess

import assaytest


def build(source, target):
    """The compiler's words, empty when all went well."""
    done = subprocess.run(
        os.environ.get("CC", "cc").split() +
        ["-std=c11", "-D_GNU_SOURCE", "-O1", "-fPIC", "-shared", "-I",
         os.path.join(assaytest.SOURCE, "engine", "include"), source, "-o", target],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.stdout if done.returncode else ""


def build_faulty(folder):
    """The one that misbehaves on demand, faulty.so."""
    return build(os.path.join(assaytest.SOURCE, "tests", "system", "faults-plugin.c"),
                 os.path.join(folder, "faulty.so"))
