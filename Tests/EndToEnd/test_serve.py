"""Starting, stopping and what can go wrong with it."""

import json
import os
import pathlib
import re
import shutil
import socket
import sqlite3
import stat

import pytest

import postgresql
from harness import BOOTSTRAP, BOOTSTRAP_ACCOUNT, SQLITE, Credentials, allow, refused, run_program

EXPORTS = r"(?s)export AWS_ACCESS_KEY_ID='?(\w+)'?\n.*?export AWS_SECRET_ACCESS_KEY='?([A-Za-z0-9/+]+)'?\n"


folder = pytest.mark.only(SQLITE)  # about the folder, or refused before any store is opened


def start_fails(*arguments, says, **variables):
    """The program says in one line why it does not start."""
    result = run_program("serve", *arguments, **variables)
    lines = [line for line in result.stderr.splitlines() if line.strip()]
    assert result.returncode > 0, result
    assert len(lines) == 1, result.stderr
    assert re.search(says, lines[0], re.IGNORECASE), lines[0]


def serve_at(data):
    return "--data", data, "--listen", "127.0.0.1:0"


# What can go wrong


@folder
def test_a_taken_port_is_told(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        start_fails("--data", tmp_path / "data", "--listen", f"127.0.0.1:{port}", says=str(port))


@folder
@pytest.mark.parametrize("address", ["nonsense", "127.0.0.1:notaport", "127.0.0.1:99999", "300.0.0.1:1"])
def test_an_address_that_is_none_is_told(tmp_path, address):
    result = run_program("serve", "--data", tmp_path / "data", "--listen", address)
    assert result.returncode > 0
    assert result.stderr.strip()


@folder
def test_a_file_in_place_of_the_folder_is_told(tmp_path):
    (tmp_path / "data").write_text("a file")
    start_fails(*serve_at(tmp_path / "data"), says=re.escape(str(tmp_path / "data")))
    assert (tmp_path / "data").read_text() == "a file"


@folder
@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every folder")
def test_an_unreadable_folder_is_told(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    folder.chmod(0)
    start_fails(*serve_at(folder), says=re.escape(str(folder)))
    folder.chmod(0o700)


def test_a_wrong_master_key_is_told(own_server, tmp_path):
    one, two = (own_server(data=tmp_path / name) for name in ("one", "two"))
    one.stop()
    two.stop()
    shutil.copy(two.data / "master.key", one.data / "master.key")
    start_fails(*serve_at(one.data), says="master key", **one.variables)


def test_a_lost_master_key_is_told_and_not_replaced(own_server):
    server = own_server()
    server.stop()
    (server.data / "master.key").unlink()
    start_fails(*serve_at(server.data), says="master key", **server.variables)
    assert not (server.data / "master.key").exists()


@folder
def test_a_database_of_a_newer_version_is_told_and_left_alone(own_server, tmp_path):
    own_server().stop()
    database = sqlite3.connect(tmp_path / "data" / "sallyport.db")
    newer = database.execute("PRAGMA user_version").fetchone()[0] + 1000
    database.execute(f"PRAGMA user_version = {newer}")
    database.commit()
    database.close()
    start_fails(*serve_at(tmp_path / "data"), says="newer")
    database = sqlite3.connect(tmp_path / "data" / "sallyport.db")
    assert database.execute("PRAGMA user_version").fetchone()[0] == newer
    database.close()


@folder
def test_a_file_that_is_no_database_is_told(own_server, tmp_path):
    own_server().stop()
    for name in ("sallyport.db", "sallyport.db-wal", "sallyport.db-shm"):
        (tmp_path / "data" / name).unlink(missing_ok=True)
    (tmp_path / "data" / "sallyport.db").write_bytes(b"not a database" * 1000)
    start_fails(*serve_at(tmp_path / "data"), says="database")


@folder
def test_a_folder_that_is_in_use_is_told(own_server, tmp_path):
    server = own_server()
    start_fails(*serve_at(tmp_path / "data"), says="in use|another|already")
    server.client("sts").get_caller_identity()


@folder
@pytest.mark.parametrize("arguments", [
    ["--bootstrap-account", "12345"], ["--bootstrap-account", "12345678901x"],
    ["--bootstrap-account", BOOTSTRAP_ACCOUNT, "--bootstrap-access-key-id", "short"],
    ["--bootstrap-account", BOOTSTRAP_ACCOUNT, "--bootstrap-access-key-id", BOOTSTRAP.key],
])
def test_bootstrap_options_that_make_no_sense_are_told(tmp_path, arguments):
    result = run_program("serve", *serve_at(tmp_path / "data"), *arguments)
    assert result.returncode > 0
    assert result.stderr.strip()


# Starting again


def test_a_second_start_finds_everything(own_server):
    server = own_server()
    server.client("iam").create_user(UserName="u", Tags=[{"Key": "k", "Value": "v"}])
    server.restart()
    assert server.client("iam").get_user(UserName="u")["User"]["Tags"] == [{"Key": "k", "Value": "v"}]
    server.restart()
    assert [each["UserName"] for each in server.client("iam").list_users()["Users"]] == ["u"]
    server.stop()


def test_generated_keys_are_printed_once_and_work(own_server):
    server = own_server("--bootstrap-account", "210987654321", bootstrap=False)
    found = server.wait_for_print(EXPORTS)
    root = Credentials(found[1], found[2])
    assert server.client("sts", root).get_caller_identity()["Account"] == "210987654321"
    server.restart()
    server.client("sts", root).get_caller_identity()
    assert root.secret not in server.printed() + server.errors()
    server.stop()


@folder
def test_options_can_be_given_by_the_environment(tmp_path):
    result = run_program(
        "serve", *serve_at(tmp_path / "data"), SALLYPORT_BOOTSTRAP_ACCOUNT="not an account")
    assert result.returncode > 0 and result.stderr.strip()


@folder
def test_help_is_there():
    for arguments in (["--help"], ["serve", "--help"], ["account", "create", "--help"]):
        result = run_program(*arguments)
        assert result.returncode == 0 and "USAGE" in result.stdout.upper()


# Accounts


def test_an_account_is_made_from_the_terminal(own_server):
    server = own_server()
    server.stop()
    result = run_program(
        "account", "create", "--name", "Second", "--email", "second@example.com", "--data", server.data,
        **server.variables)
    assert result.returncode == 0, result.stderr
    found = re.search(EXPORTS, result.stdout)
    assert found, result.stdout
    server.start()
    identity = server.client("sts", Credentials(found[1], found[2])).get_caller_identity()
    assert re.fullmatch(r"\d{12}", identity["Account"]) and identity["Account"] in result.stdout
    assert identity["Account"] != BOOTSTRAP_ACCOUNT
    server.stop()


# The developer API


def test_without_its_option_there_is_no_developer_api(own_server):
    server = own_server()
    for path in ("/_sallyport/accounts", "/_sallyport/reset"):
        assert server.http("POST", path)[0] == 404
    server.client("sts").get_caller_identity()


@folder
@pytest.mark.parametrize("address", ["0.0.0.0:0", "[::]:0"])
def test_the_developer_api_is_for_loopback_only(tmp_path, address):
    result = run_program("serve", "--data", tmp_path / "data", "--listen", address, "--developer-api")
    assert result.returncode > 0
    assert "loopback" in result.stderr.splitlines()[0]


def test_the_developer_api_is_not_for_web_pages(own_server):
    server = own_server("--developer-api")
    server.client("iam").create_user(UserName="here")
    for origin in ("http://evil.example", "null", server.endpoint):
        assert server.http("POST", "/_sallyport/reset", headers={"Origin": origin})[0] in (403, 405)
    assert server.http("GET", "/_sallyport/accounts")[0] in (404, 405)
    assert [each["UserName"] for each in server.client("iam").list_users()["Users"]] == ["here"]


def test_accounts_are_different_and_empty(own_server):
    server = own_server("--developer-api")
    accounts = [server.account() for _ in range(20)]
    assert len({account.id for account in accounts} | {BOOTSTRAP_ACCOUNT}) == 21
    assert all(re.fullmatch(r"\d{12}", account.id) for account in accounts)
    assert accounts[7].iam.list_users()["Users"] == []


def test_a_reset_leaves_the_bootstrap_account_alone_and_empty(own_server):
    server = own_server("--developer-api")
    account = server.account()
    user = account.user("u", allow("*"))
    server.client("iam").create_user(UserName="here")
    status, _, _ = server.http("POST", "/_sallyport/reset")
    assert status in (200, 204)
    assert server.client("iam").list_users()["Users"] == []
    for credentials in (account.root, user.credentials):
        with refused("InvalidClientTokenId", status=403):
            server.client("sts", credentials).get_caller_identity()
    server.restart()
    assert server.client("iam").list_users()["Users"] == []
    with refused("InvalidClientTokenId"):
        server.client("sts", account.root).get_caller_identity()
    assert server.account().id != account.id
    server.stop()


# Secrets


def test_no_secret_lies_on_disk_or_in_the_log(own_server, tmp_path):
    server = own_server("--developer-api")
    account = server.account()
    user = account.user("u", allow("*"))
    session = Credentials.of(server.client("sts", user.credentials).get_session_token()["Credentials"])
    server.client("sts", session).get_caller_identity()
    with refused("SignatureDoesNotMatch"):
        server.client("sts", Credentials(user.credentials.key, "w" * 40)).get_caller_identity()
    server.stop()
    secrets = [each.secret.encode() for each in (BOOTSTRAP, account.root, user.credentials, session)]
    secrets += [session.token.encode()]
    contents = {path: path.read_bytes() for path in pathlib.Path(tmp_path).rglob("*") if path.is_file()}
    if server.store:
        contents["the database"] = postgresql.dump(server.store).encode()
        assert b"COPY public.record " in contents["the database"]
        secrets += [secret.hex().encode() for secret in secrets]
    assert sum(map(len, contents.values())) > 0
    for place, content in contents.items():
        assert not [secret for secret in secrets if secret in content], place


@folder
def test_what_is_on_disk_is_for_its_owner_alone(own_server, tmp_path):
    own_server().stop()
    for path in (tmp_path / "data").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    assert stat.S_IMODE((tmp_path / "data" / "master.key").stat().st_mode) == 0o600


@folder
def test_the_list_of_operations_is_json():
    result = run_program("operations", "--format", "json")
    assert result.returncode == 0
    assert {each["name"] for each in json.loads(result.stdout)["services"]} >= {"iam", "sts"}
