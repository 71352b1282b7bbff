"""Databases on the PostgreSQL server that Scripts/with-postgresql runs beside the tests."""

import os
import subprocess
import urllib.parse
import uuid

VARIABLE = "SALLYPORT_TEST_POSTGRESQL"
SECONDS_MAX = 60


def server_url():
    url = os.environ.get(VARIABLE)
    assert url, f"{VARIABLE} names no server; run the tests by Scripts/with-postgresql, as `make test-end-to-end` does"
    return url


class Database:
    """A fresh database, empty until somebody opens it; `drop` removes it, whoever is connected."""

    def __init__(self):
        self.name = f"sallyport_{uuid.uuid4().hex[:16]}"
        self.url = urllib.parse.urlsplit(server_url())._replace(path=f"/{self.name}").geturl()
        psql(server_url(), f"CREATE DATABASE {self.name}")

    def drop(self):
        psql(server_url(), f"DROP DATABASE {self.name} WITH (FORCE)")

    def run(self, statement):
        """What psql prints for a statement: a line for a row, `|` between columns."""
        return psql(self.url, statement)


def psql(url, statement):
    return program(url, "psql", "-Xqtb", "--no-align", "--set=ON_ERROR_STOP=1", f"--command={statement}").strip()


def dump(url):
    """Everything in a database, as text; values that are bytes in hexadecimal digits."""
    return program(url, "pg_dump")


def program(url, *arguments):
    """What a program of PostgreSQL's prints; it connects to the database."""
    parts = urllib.parse.urlsplit(url)
    # The password goes by the environment: everybody sees command lines.
    bare = parts._replace(netloc=f"{parts.username}@{parts.hostname}:{parts.port}").geturl()
    result = subprocess.run(
        [*arguments, f"--dbname={bare}"], env=os.environ | {"PGPASSWORD": urllib.parse.unquote(parts.password or "")},
        capture_output=True, text=True, timeout=SECONDS_MAX, stdin=subprocess.DEVNULL, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout
