"""TLS and certificates between a node and its database, as libpq's URLs ask for them."""

import os
import subprocess

import pytest

from harness import POSTGRESQL, Server, run_program
from killable import Database, own_folder
from nodes import master_key

pytestmark = pytest.mark.only(POSTGRESQL)

HBA = """
hostssl all sallyport 127.0.0.1/32 cert
hostssl all postgres 127.0.0.1/32 scram-sha-256
local all all scram-sha-256
"""


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, stdin=subprocess.DEVNULL)


class Authority:
    """A certificate authority of the test's own, in a folder."""

    def __init__(self, folder, name):
        self.folder, self.certificate, self.key = folder, folder / f"{name}.pem", folder / f"{name}.key"
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-days", 1,
                "-keyout", self.key, "-out", self.certificate)

    def issue(self, name, *extensions):
        """A certificate and its key, for the owner alone."""
        certificate, key, request = (self.folder / f"{name}.{suffix}" for suffix in ("pem", "key", "csr"))
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        wanted = self.folder / f"{name}.ext"
        wanted.write_text("".join(f"{extension}\n" for extension in extensions))
        openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key, "-CAcreateserial",
                "-days", 1, "-extfile", wanted, "-out", certificate)
        key.chmod(0o600)
        return certificate, key


@pytest.fixture(scope="module")
def secured(tmp_path_factory):
    """A server that takes TLS alone: the role `postgres` by password, the role `sallyport` by certificate."""
    folder = tmp_path_factory.mktemp("tls")
    authority = Authority(folder, "authority")
    with own_folder() as place:
        database = Database(place)
        database.make()
        certificate, key = authority.issue("server", "subjectAltName=IP:127.0.0.1")
        for name, source in (("server.crt", certificate), ("server.key", key), ("root.crt", authority.certificate)):
            target = database.data / name
            target.write_bytes(source.read_bytes())
            target.chmod(0o600)
            if database.user:
                os.chown(target, database.user.pw_uid, database.user.pw_gid)
        (database.data / "pg_hba.conf").write_text(HBA)
        database.settings += ["ssl=on", "ssl_ca_file=root.crt"]
        database.start()
        try:
            subprocess.run(
                [database.programs / "psql", "-Xq", f"{database.url}?sslmode=require", "-c",
                 "CREATE ROLE sallyport LOGIN", "-c", "CREATE DATABASE certified OWNER sallyport"], check=True)
            yield database, authority
        finally:
            database.kill()


def serves(tmp_path, url):
    node = Server(tmp_path / "data", store=url, SALLYPORT_MASTER_KEY=master_key())
    node.start()
    try:
        node.client("iam").create_user(UserName="ann")
    finally:
        node.stop()


def test_a_node_verifies_whom_it_talks_to(secured, tmp_path):
    database, authority = secured
    serves(tmp_path, f"{database.url}?sslmode=verify-full&sslrootcert={authority.certificate}")


def test_a_server_of_another_authority_is_refused(secured, tmp_path):
    database, _ = secured
    other = Authority(tmp_path, "other")
    ended = run_program("serve", "--data", tmp_path / "data", "--listen", "127.0.0.1:0",
                        SALLYPORT_STORE=f"{database.url}?sslmode=verify-full&sslrootcert={other.certificate}")
    assert ended.returncode != 0
    assert "certificate verify failed" in ended.stderr
    assert database.password not in ended.stderr


def test_a_server_that_takes_tls_alone_refuses_everything_else(secured, tmp_path):
    database, _ = secured
    ended = run_program("serve", "--data", tmp_path / "data", "--listen", "127.0.0.1:0",
                        SALLYPORT_STORE=f"{database.url}?sslmode=disable")
    assert ended.returncode != 0
    assert "pg_hba.conf" in ended.stderr


def test_a_node_shows_its_certificate(secured, tmp_path):
    database, authority = secured
    certificate, key = authority.issue("sallyport")
    serves(tmp_path, f"postgres://sallyport@127.0.0.1:{database.port}/certified?sslmode=verify-full"
                     f"&sslrootcert={authority.certificate}&sslcert={certificate}&sslkey={key}")


def test_a_certificate_of_another_name_is_refused(secured, tmp_path):
    database, authority = secured
    certificate, key = authority.issue("somebody")
    ended = run_program(
        "serve", "--data", tmp_path / "data", "--listen", "127.0.0.1:0",
        SALLYPORT_STORE=f"postgres://sallyport@127.0.0.1:{database.port}/certified?sslmode=verify-full"
                        f"&sslrootcert={authority.certificate}&sslcert={certificate}&sslkey={key}")
    assert ended.returncode != 0
    assert "certificate authentication failed" in ended.stderr
