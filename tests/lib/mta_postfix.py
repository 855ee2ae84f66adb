# SPDX-License-Identifier: BSD-2-Clause
"""A Postfix of its own: configuration, queue, log and ports of the test alone.

Only root can start Postfix. It relays everything to the port of a sink."""
import ctypes
import fcntl
import json
import os
import socket
import struct

import daemon
import mta

SERVICES = """\
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""

MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = {daemons}
command_directory = {commands}
maillog_file_prefixes = {folder}
maillog_file = {folder}/log
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.example.org
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
inet_interfaces = 127.0.0.1
inet_protocols = all
mynetworks = 127.0.0.0/8
relay_domains = example.net
relayhost = [127.0.0.1]:{sink}
relay_transport = smtp
smtp_dns_support_level = disabled
smtp_host_lookup = native
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
smtpd_error_sleep_time = 0
smtpd_authorized_xclient_hosts = 127.0.0.1
notify_classes =
"""

CLONE_NEWNET = 0x40000000
SIOCSIFFLAGS, IFF_UP = 0x8914, 1


def private_network():
    """Moves this process into a network that has nothing but a loopback, so that
    well-known ports are free there. False where the kernel does not let it."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
        return False
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        fcntl.ioctl(sock, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))
    return True


class Postfix:
    """main: lines of main.cf. more: {name: lines for a further smtpd with -o}.
    port("") is that of the first smtpd."""

    def __init__(self, folder, sink, main="", more=None):
        self.folder = os.path.join(folder, "postfix")
        self.config = os.path.join(self.folder, "config")
        os.makedirs(self.config)
        os.mkdir(os.path.join(self.folder, "queue"))
        os.mkdir(os.path.join(self.folder, "data"))
        os.chown(os.path.join(self.folder, "data"), *self.owner())
        mta.fit_path(self.folder, folder)
        os.chmod(self.config, 0o755)
        self.ports = {}
        self.more = more or {}
        text = MAIN.format(folder=self.folder, sink=sink, daemons="/usr/lib/postfix/sbin",
                           commands=os.path.dirname(mta.find("postqueue")))
        self.write("main.cf", text + main)
        self.write("master.cf", SERVICES + self.services())
        self.process = None

    @staticmethod
    def owner():
        import pwd
        entry = pwd.getpwnam("postfix")
        return entry.pw_uid, entry.pw_gid

    def services(self):
        lines = []
        for name, options in {"": [], **self.more}.items():
            self.ports[name] = daemon.free_port()
            lines.append("127.0.0.1:%d inet n - n - - smtpd" % self.ports[name])
            lines += ["  -o " + option for option in options]
        return "\n".join(lines) + "\n"

    def write(self, name, text):
        path = os.path.join(self.config, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, 0o644)

    def start(self):
        self.process = mta.Program([mta.find("postfix"), "-c", self.config, "start-fg"],
                                   os.path.join(self.folder, "console"))
        for port in self.ports.values():
            self.process.wait_answer(("127.0.0.1", port))
        return self

    def port(self, name=""):
        return self.ports[name]

    def log_text(self):
        try:
            with open(os.path.join(self.folder, "log"), encoding="utf-8",
                      errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def queue(self):
        """What postqueue shows: a list of messages."""
        _, out, _ = mta.run([mta.find("postqueue"), "-c", self.config, "-j"])
        return [json.loads(line) for line in out.splitlines()]

    def sendmail(self, arguments, stdin):
        return mta.run([mta.find("sendmail"), "-C", self.config, *arguments], stdin)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.process is not None:
            mta.run([mta.find("postfix"), "-c", self.config, "stop"])
            self.process.stop()
