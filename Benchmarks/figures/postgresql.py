"""A PostgreSQL server for what is measured, and empty databases on it."""

import contextlib
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent.parent / "Scripts"))

from postgresql_server import Server  # noqa: E402

# What is answered is on the disk, as on SQLite.
SETTINGS = ("fsync=on", "synchronous_commit=on", "shared_buffers=256MB")


@contextlib.contextmanager
def running():
    """A server with its defaults but for these settings. Its user must get at the folder, and it must be on a disk."""
    with tempfile.TemporaryDirectory(prefix="sallyport-bench-", dir="/var/tmp") as folder:
        server = Server(pathlib.Path(folder), SETTINGS)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextlib.contextmanager
def database(server, name="measured"):
    """An empty database; answers its URL."""
    psql(server, f"CREATE DATABASE {name}")
    # So that no checkpoint of what was before falls into what is measured.
    psql(server, "CHECKPOINT")
    try:
        yield server.url.removesuffix("/postgres") + f"/{name}"
    finally:
        psql(server, f"DROP DATABASE {name} WITH (FORCE)")


def psql(server, statement):
    return subprocess.run(
        [server.programs / "psql", "-Xqt", "--no-align", "--set=ON_ERROR_STOP=1", f"--command={statement}",
         "--host=127.0.0.1", f"--port={server.port}", "--username=postgres"],
        env=os.environ | {"PGPASSWORD": server.password}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
        check=True).stdout.strip()


def version(server):
    return psql(server, "SHOW server_version")
