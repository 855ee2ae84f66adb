# SPDX-License-Identifier: BSD-2-Clause
"""What /proc tells of the processes of `assay scan`: program, zygote, workers."""

import os
import time

# How often the program is looked at: while it starts, and afterwards.
START_SECONDS = 0.004
LATER_SECONDS = 0.05


def children(pid):
    found = []
    try:
        for task in os.listdir("/proc/%d/task" % pid):
            with open("/proc/%d/task/%s/children" % (pid, task), encoding="ascii") as file:
                found += map(int, file.read().split())
    except OSError:
        pass
    return found


def cpu_seconds(pid):
    """What the process itself has used; None when it is gone."""
    try:
        with open("/proc/%d/schedstat" % pid, encoding="ascii") as file:
            spent = int(file.read().split()[0]) / 1e9
    except (OSError, IndexError):
        return None
    # A process that waits to be reaped shows nothing any more.
    return spent or None


def busy_seconds():
    """What all processors of the machine have worked since it started."""
    with open("/proc/stat", encoding="ascii") as file:
        fields = [int(field) for field in file.readline().split()[1:9]]
    # All but idle and waiting for disks; other guests' time is work as well.
    return (sum(fields) - fields[3] - fields[4]) / os.sysconf("SC_CLK_TCK")


class Watch:
    """Follows one program; the last reading is at most LATER_SECONDS old."""

    def __init__(self):
        self.start_wall = self.start_cpu = 0
        self.program_cpu = self.zygote_cpu = 0

    def __call__(self, program):
        begin, zygote = time.monotonic(), None
        while program.poll() is None:
            zygotes = children(program.pid)
            if zygotes and children(zygotes[0]):
                zygote = zygotes[0]
                break
            time.sleep(START_SECONDS)
        if zygote is None:
            return
        self.start_wall = time.monotonic() - begin
        first = self.read(program.pid, zygote)
        self.start_cpu = sum(first)
        last = first
        while program.poll() is None:
            last = self.read(program.pid, zygote, last)
            time.sleep(LATER_SECONDS)
        self.program_cpu = last[0] - first[0]
        self.zygote_cpu = last[1] - first[1]

    @staticmethod
    def read(program, zygote, last=(0, 0)):
        return (cpu_seconds(program) or last[0], cpu_seconds(zygote) or last[1])


def memory(pid):
    """MiB: private, the same without shared tables, resident, proportional.

    A page of the cache that only one worker has touched is private to the
    kernel, although it is there once for all workers.
    """
    sums = dict.fromkeys(("Private_Clean", "Private_Dirty", "Rss", "Pss"), 0)
    shared, in_shared = 0, False
    with open("/proc/%d/smaps" % pid, encoding="utf-8", errors="replace") as file:
        for line in file:
            key, value = line.split()[:2]
            if not key.endswith(":"):
                in_shared = value.endswith("s")
                continue
            key = key[:-1]
            if key in sums:
                sums[key] += int(value) / 1024
                if in_shared and key.startswith("Private"):
                    shared += int(value) / 1024
    private = sums["Private_Clean"] + sums["Private_Dirty"]
    return private, private - shared, sums["Rss"], sums["Pss"]


def family(pid):
    """The program, its zygote, and the zygote's workers; needs root, because
    the zygote forbids others to look into it."""
    found = [("program", memory(pid))]
    for zygote in children(pid):
        found.append(("zygote", memory(zygote)))
        found += [("worker", memory(worker)) for worker in children(zygote)]
    return found
