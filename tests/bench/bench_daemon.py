# SPDX-License-Identifier: BSD-2-Clause
"""Starting assayd and clamd for the benchmark, and loading them."""

import json
import os
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import daemon  # noqa: E402

START_SECONDS = 60
# What clamd comes with in Debian, but for the size: some messages are larger.
CLAMD_CONFIG = """LocalSocket %(socket)s
DatabaseDirectory %(database)s
TemporaryDirectory %(folder)s
LogFile %(folder)s/log
Foreground yes
MaxThreads 12
StreamMaxLength 200M
"""


class Clamd:
    """clamd of the system in a folder of its own; nothing of /etc is read."""

    def __init__(self, program, folder, database):
        os.makedirs(folder, exist_ok=True)
        self.socket = os.path.join(folder, "clamd.sock")
        self.config = os.path.join(folder, "clamd.conf")
        self.program = program
        self.process = None
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(CLAMD_CONFIG % {"socket": self.socket, "folder": folder,
                                       "database": database})

    def __enter__(self):
        self.process = subprocess.Popen([self.program, "-c", self.config],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        if not daemon.wait_for(self.ready, START_SECONDS):
            self.__exit__()
            raise RuntimeError("clamd does not answer: see " + os.path.dirname(self.config))
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        if os.path.exists(self.socket):
            os.unlink(self.socket)

    def ready(self):
        if self.process.poll() is not None:
            raise RuntimeError("clamd ended with %d" % self.process.returncode)
        try:
            with daemon.open_socket(self.socket) as sock:
                sock.sendall(b"zPING\0")
                return sock.recv(64) == b"PONG\0"
        except OSError:
            return False

    @property
    def pid(self):
        return self.process.pid

    @property
    def address(self):
        return "unix:" + self.socket


def assayd(folder, signatures=None, options=None, protocols=("control", "http", "clamd"),
           extra=""):
    """A daemon.Daemon with these listeners and the signatures of that folder."""
    if signatures is not None:
        extra += "clamav { databases = {\"%s/clamav\"} }\nyara { rules = {\"%s/yara\"} }\n" % (
            signatures, signatures)
    return daemon.Daemon(folder, options, {name: {} for name in protocols}, extra)


def listener_address(server, name):
    return "unix:" + server.address(name)


class Load:
    """One run of the load program in the background."""

    def __init__(self, program, mail, address, pid, connections=1, **more):
        command = [program, "--address", address, "--connections", str(connections),
                   "--server", str(pid)]
        for key, value in more.items():
            command.append("--" + key)
            if value is not True:
                command.append(str(value))
        self.process = subprocess.Popen(command + [mail], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, encoding="utf-8")

    def lines(self):
        """All that it printed, the summary last."""
        out, _ = self.process.communicate()
        found = [json.loads(line) for line in out.splitlines()]
        if self.process.returncode not in (0, 1) or not found:
            raise RuntimeError("load ended with %d" % self.process.returncode)
        return found


def load(*args, **more):
    return Load(*args, **more).lines()[-1]


def idle_connections(address, count):
    """Sockets that are connected and say nothing."""
    found = []
    for _ in range(count):
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        sock.connect(address)
        found.append(sock)
    # The last ones are accepted a turn of the loop later.
    time.sleep(1)
    return found


def memory(pids):
    """MiB: resident and proportional, summed."""
    sums = {"Rss": 0, "Pss": 0}
    for pid in pids:
        try:
            with open("/proc/%d/smaps_rollup" % pid, encoding="ascii") as file:
                for line in file:
                    key = line.partition(":")[0]
                    if key in sums:
                        sums[key] += int(line.split()[1]) / 1024
        except OSError:
            continue
    return sums["Rss"], sums["Pss"]
