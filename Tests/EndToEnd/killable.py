"""PostgreSQL servers that tests end as a crash does."""

import contextlib
import os
import pathlib
import random
import signal
import socket
import tempfile
import time

import postgresql_server

END_SECONDS_MAX = 20
PORTS = (20_000, 32_000)


class Database(postgresql_server.Server):
    """A server that writes to its disk as one in earnest does."""

    def __init__(self, folder):
        super().__init__(pathlib.Path(folder), ["fsync=on"])
        self.port = lasting_port()

    def kill(self):
        """Ends the server and all its processes at once."""
        if self.process and self.process.poll() is None:
            kill_tree(self.process.pid, reap=self.process.wait)


@contextlib.contextmanager
def started(kind):
    """Servers of a kind in a folder of their own; both are gone afterwards."""
    with own_folder() as folder:
        server = kind(folder)
        try:
            server.start()
            yield server
        finally:
            server.kill()


def own_folder():
    """A folder that the servers' user gets to, as it does not to those of pytest."""
    return tempfile.TemporaryDirectory(prefix="sallyport-postgresql-")


def lasting_port():
    """A free port that the system gives to nobody while the server is down: not one of those for connections."""
    while True:
        port = random.randrange(*PORTS)
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


def kill_tree(process, reap=lambda timeout: None):
    """Kills a process and what it started; returns when all are gone."""
    # Stopped, so that it starts no more meanwhile.
    os.kill(process, signal.SIGSTOP)
    all_of_it = [process, *descendants(process)]
    for each in all_of_it:
        signal_to(each, signal.SIGKILL)
    reap(END_SECONDS_MAX)
    deadline = time.monotonic() + END_SECONDS_MAX
    while any(is_alive(each) for each in all_of_it):
        assert time.monotonic() < deadline, "processes do not end"
        time.sleep(0.005)


def signal_to(process, what):
    """Sends a signal to a process that may have ended."""
    try:
        os.kill(process, what)
    except ProcessLookupError:
        pass


def descendants(process):
    parents = {}
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        status = read_status(folder.name)
        if status:
            parents.setdefault(int(status[1]), []).append(int(folder.name))
    found, left = [], [process]
    while left:
        children = parents.get(left.pop(), [])
        found += children
        left += children
    return found


def is_alive(process):
    status = read_status(process)
    return status is not None and status[0] not in "ZX"


def read_status(process):
    """The state and the parent's id, from what the system says of a process; None where there is none."""
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return None
