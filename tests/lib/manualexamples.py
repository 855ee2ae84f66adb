# SPDX-License-Identifier: BSD-2-Clause
"""Runs what the EXAMPLES of manual pages show; see tests/system/manuals.py."""
import os
import re
import shutil
import subprocess

import assaytest
import daemon

COMMAND_SECONDS = 120


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def displays(text):
    """(kind, argument, content) of each display with a comment before it."""
    mark, inside, lines = None, False, []
    for line in text.splitlines():
        note = re.match(r'^\.\\" (exit|file|daemon) (\S+)$', line)
        if note and note.group(1) == "daemon":
            yield "daemon", note.group(2), []
        elif note:
            mark = note.groups()
        elif line.startswith(".Bd -literal"):
            inside, lines = True, []
        elif line == ".Ed":
            if mark:
                yield mark[0], mark[1], lines
            mark, inside = None, False
        elif inside:
            lines.append(line.replace("\\e", "\\").replace("\\-", "-").replace("\\&", ""))


def commands_of(lines):
    """Those behind a dollar sign, with the lines that they go on in."""
    command = None
    for line in lines:
        if line.startswith("$ "):
            command = line[2:]
        elif command is not None:
            command += line.strip()
        if command is None:
            continue
        if command.endswith("\\"):
            command = command[:-1]
            continue
        yield command
        command = None


def program_of(command):
    return shutil.which(command.split()[0], path=f"{os.path.abspath(assaytest.BUILD)}:{os.environ['PATH']}")


class Service:
    """An assayd with the configuration of an example."""

    def __init__(self, folder, config, environment):
        path = os.path.join(folder, "notify")
        if os.path.exists(path):
            os.unlink(path)
        self.notices = daemon.Notices(path)
        with open(os.path.join(folder, "daemon.log"), "ab") as log:
            self.process = subprocess.Popen(
                ["assayd", "--config", os.path.join(folder, config)], cwd=folder,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=dict(environment, NOTIFY_SOCKET=path))
        self.ready = self.notices.wait("READY=1")

    def stop(self):
        """0, also when an example has ended it already."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            status = self.process.wait(COMMAND_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = "hang"
        self.notices.close()
        return status


def run_example(command, status, folder, environment):
    run = subprocess.run(["sh", "-c", command], cwd=folder, env=environment, text=True,
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, timeout=COMMAND_SECONDS, check=False)
    if run.returncode == status:
        return []
    return [f"$ {command}", f"ends with {run.returncode}, the page says {status}:", run.stdout]


def run_page(name, text, work, environment):
    """Runs what a page shows; (problems, commands that ran, programs missing)."""
    problems, ran, missing, service = [], 0, [], None
    for kind, argument, lines in displays(text):
        if kind == "file":
            write(os.path.join(work, argument), "\n".join(lines) + "\n")
            continue
        if kind == "daemon":
            service = Service(work, argument, environment)
            if not service.ready:
                problems.append(f"{name}: the daemon is not ready")
            continue
        for command in commands_of(lines):
            if program_of(command) is None:
                missing.append(command.split()[0])
                continue
            ran += 1
            problems += run_example(command, int(argument), work, environment)
    if service is not None:
        status = service.stop()
        if status != 0 or problems:
            with open(os.path.join(work, "daemon.log"), encoding="utf-8") as log:
                problems.append(f"the daemon ends with {status}\n{log.read()[-3000:]}")
    return problems, ran, missing
