"""Two PostgreSQL servers under Patroni, one the synchronous standby of the other, and the etcd that they agree by."""

import json
import os
import pathlib
import pwd
import secrets
import signal
import subprocess
import time
import urllib.request

from killable import descendants, is_alive, kill_tree, lasting_port, signal_to
from postgresql_server import programs

READY_SECONDS_MAX = 90
# What Patroni takes; its own default is 30, 10 and 10 s.
TIMES = {"ttl": 5, "loop_wait": 1, "retry_timeout": 2}
PARAMETERS = {"max_connections": 200, "shared_buffers": "64MB", "wal_log_hints": "on", "wal_keep_size": "128MB",
              "max_wal_senders": 10, "max_replication_slots": 10}


class StandbyPair:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.password = secrets.token_urlsafe(12)
        self.user = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        self.etcd_port = lasting_port()
        self.etcd = None
        self.members = [Member(self, f"member{number}") for number in range(2)]

    @property
    def url(self):
        hosts = ",".join(f"127.0.0.1:{member.port}" for member in self.members)
        return f"postgres://postgres:{self.password}@{hosts}/postgres"

    def start(self):
        self.own(self.folder)
        client, peer = (f"http://127.0.0.1:{port}" for port in (self.etcd_port, lasting_port()))
        self.etcd = self.run(
            "etcd", "etcd", "--data-dir", self.folder / "etcd-data", "--listen-client-urls", client,
            "--advertise-client-urls", client, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
            "--initial-cluster", f"default={peer}")
        for member in self.members:
            member.start()
        self.wait_until_synchronous()

    def kill(self):
        for member in self.members:
            member.kill()
        if self.etcd:
            kill_tree(self.etcd.pid, reap=self.etcd.wait)

    def run(self, log, *command):
        with (self.folder / f"{log}.log").open("ab") as output:
            identity = {}
            if self.user:
                identity = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
            environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(self.folder)}
            return subprocess.Popen(command, cwd=self.folder, env=environment, stdin=subprocess.DEVNULL,
                                    stdout=output, stderr=output, **identity)

    def own(self, path):
        if self.user:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)

    @property
    def primary(self):
        return next((member for member in self.members if member.is_primary), None)

    def wait_until_synchronous(self):
        """Waits until the standby has all that the primary answers; answers the primary and the standby."""
        deadline = time.monotonic() + READY_SECONDS_MAX
        while time.monotonic() < deadline:
            primary = self.primary
            if primary:
                standby = next(member for member in self.members if member is not primary)
                if standby.is_synchronous and primary.waits_for(standby):
                    return primary, standby
            time.sleep(0.1)
        raise AssertionError(f"no synchronous standby\n{self.logs()}")

    def wait_until_replica(self, member):
        """Waits until a member that was the primary has been told that it is not."""
        deadline = time.monotonic() + READY_SECONDS_MAX
        while member.status("/replica") is None:
            assert time.monotonic() < deadline, f"{member.name} does not follow\n{self.logs()}"
            time.sleep(0.1)

    def logs(self):
        """The end of what each program logged."""
        return "\n".join(f"--- {path.name}\n{path.read_text(errors='replace')[-4000:]}"
                         for path in sorted(self.folder.glob("*.log")))


class Member:
    def __init__(self, pair, name):
        self.pair, self.name = pair, name
        self.port, self.status_port = lasting_port(), lasting_port()
        self.data = pair.folder / name
        self.process = None

    def start(self):
        configuration = self.pair.folder / f"{self.name}.json"
        configuration.write_text(json.dumps(self.configuration()))
        configuration.chmod(0o600)
        self.pair.own(configuration)
        self.process = self.pair.run(self.name, "patroni", configuration)

    def configuration(self):
        names = {"superuser": "postgres", "replication": "replicator", "rewind": "rewinder"}
        users = {role: {"username": name, "password": self.pair.password} for role, name in names.items()}
        settings = {"use_pg_rewind": True, "remove_data_directory_on_rewind_failure": True,
                    "remove_data_directory_on_diverged_timelines": True, "parameters": PARAMETERS}
        return {
            "scope": "sallyport", "name": self.name,
            "restapi": {"listen": f"127.0.0.1:{self.status_port}", "connect_address": f"127.0.0.1:{self.status_port}"},
            "etcd3": {"host": f"127.0.0.1:{self.pair.etcd_port}"},
            "bootstrap": {
                "dcs": TIMES | {"synchronous_mode": True, "maximum_lag_on_failover": 1 << 20, "postgresql": settings},
                "initdb": [{"encoding": "UTF8"}, "no-locale"],
            },
            "postgresql": {
                "listen": f"127.0.0.1:{self.port}", "connect_address": f"127.0.0.1:{self.port}",
                "data_dir": str(self.data), "bin_dir": str(programs()), "authentication": users,
                "pgpass": str(self.pair.folder / f"{self.name}.pgpass"),
                "pg_hba": ["host all all 127.0.0.1/32 scram-sha-256", "host replication all 127.0.0.1/32 scram-sha-256",
                           "local all all scram-sha-256"],
                "parameters": {"unix_socket_directories": str(self.pair.folder)},
            },
            "watchdog": {"mode": "off"},
        }

    def kill(self):
        """Ends Patroni and its server at once."""
        server = self.server_process
        if self.process and self.process.poll() is None:
            kill_tree(self.process.pid, reap=self.process.wait)
        # Patroni starts its server so that it outlives it.
        for found in {server, self.server_process} - {None}:
            if is_alive(found):
                kill_tree(found)

    def freeze(self):
        """Stops Patroni and its server as a machine does that hangs; answers what thaws them."""
        roots = [self.process.pid, self.server_process]
        frozen = [each for root in roots for each in (root, *descendants(root))]
        for each in frozen:
            signal_to(each, signal.SIGSTOP)
        return lambda: [signal_to(each, signal.SIGCONT) for each in frozen]

    @property
    def server_process(self):
        try:
            return int((self.data / "postmaster.pid").read_text().split()[0])
        except (OSError, IndexError, ValueError):
            return None

    # What Patroni says of it

    @property
    def is_primary(self):
        return self.status("/primary") is not None

    @property
    def is_synchronous(self):
        return self.status("/synchronous") is not None

    def waits_for(self, standby):
        """Whether this primary has the standby confirm each commit."""
        said = self.status("/primary") or {}
        return any(each.get("application_name") == standby.name and each.get("sync_state") == "sync"
                   for each in said.get("replication", []))

    def status(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.status_port}{path}", timeout=2) as answer:
                return json.load(answer)
        except (OSError, ValueError):
            return None
