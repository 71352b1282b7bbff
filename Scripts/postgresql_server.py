"""A PostgreSQL server of one's own, on a free port of the loopback address."""

import os
import pathlib
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time

VARIABLE = "SALLYPORT_TEST_POSTGRESQL"
START_SECONDS_MAX = 30
# The server's process is ended by tests, not its machine: what it handed to the system is kept, and tests are quick.
SETTINGS = ("fsync=off", "max_connections=500", "shared_buffers=64MB", "listen_addresses=127.0.0.1")


class Server:
    def __init__(self, folder, settings=()):
        self.folder, self.data = folder, folder / "data"
        self.settings = [*SETTINGS, *settings]
        self.programs = programs()
        self.port = free_port()
        self.password = secrets.token_urlsafe(12)
        self.process = None
        # The server refuses to run as root.
        self.user = pwd.getpwnam("postgres") if os.geteuid() == 0 else None

    @property
    def url(self):
        return f"postgres://postgres:{self.password}@127.0.0.1:{self.port}/postgres"

    def environment(self):
        """For a command that uses the server."""
        return os.environ | {VARIABLE: self.url, "PATH": os.pathsep.join([str(self.programs), os.environ["PATH"]])}

    def start(self):
        if not self.data.exists():
            self.make()
        log = (self.folder / "log").open("ab")
        options = [part for setting in self.settings for part in ("-c", setting)]
        self.process = subprocess.Popen(
            [self.programs / "postgres", "-D", self.data, "-p", str(self.port), "-k", self.folder, *options],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, **self.identity())
        deadline = time.monotonic() + START_SECONDS_MAX
        while subprocess.run(
                [self.programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]).returncode:
            if self.process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"postgresql: the server does not start: {(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.05)

    def make(self):
        secret = self.folder / "password"
        secret.write_text(self.password)
        if self.user:
            for path in (self.folder, secret):
                os.chown(path, self.user.pw_uid, self.user.pw_gid)
        subprocess.run(
            [self.programs / "initdb", "-D", self.data, "-U", "postgres", "-A", "scram-sha-256", f"--pwfile={secret}",
             "-E", "UTF8", "--no-locale", "--no-sync"], check=True, stdout=subprocess.DEVNULL, **self.identity())

    def identity(self):
        if not self.user:
            return {"cwd": self.folder}
        return {"cwd": self.folder, "user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}

    def stop(self, how=signal.SIGINT):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(60)


def programs():
    """Where initdb and postgres are: on the PATH, or where Debian puts the newest."""
    found = shutil.which("initdb")
    if found:
        return pathlib.Path(found).resolve().parent
    folders = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if not folders:
        sys.exit("postgresql: not installed; run `make setup-tests`")
    return folders[-1].parent


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
