"""Several nodes on one database."""

import base64
import secrets
import time

from harness import Server

# Many times what is promised (a second), since machines that test are busy; it is some milliseconds.
LAG_SECONDS_MAX = 15


class Nodes:
    """Nodes that share a database (what has a `url`) and a master key."""

    def __init__(self, folder, database):
        self.folder, self.database = folder, database
        self.key = master_key()
        self.servers = []

    def make(self, *options, **variables):
        """A node that is not started yet."""
        variables = {"store": self.database.url, "SALLYPORT_MASTER_KEY": self.key} | variables
        self.servers.append(Server(self.folder / f"node-{len(self.servers)}" / "data", *options, **variables))
        return self.servers[-1]

    def kill(self):
        for server in self.servers:
            server.kill()


def master_key():
    return "v1:" + base64.b64encode(secrets.token_bytes(32)).decode()


def until(holds):
    """Waits until something holds."""
    deadline = time.monotonic() + LAG_SECONDS_MAX
    while not holds():
        assert time.monotonic() < deadline, "what one node changed is not seen by the other"
        time.sleep(0.002)
