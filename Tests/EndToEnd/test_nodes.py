"""Several nodes on one database."""

import concurrent.futures

import pytest

from harness import BOOTSTRAP, POSTGRESQL, Credentials, allow, refused, run_program, unique
from nodes import master_key, until
from plain import Plain

pytestmark = pytest.mark.only(POSTGRESQL)


# Starting


def test_nodes_that_start_at_once_on_an_empty_database_all_come_up(own_nodes):
    nodes = [own_nodes.make("--developer-api") for _ in range(4)]
    for node in nodes:
        node.launch()
    for node in nodes:
        node.wait_until_it_listens()
    for node in nodes:
        node.client("sts").get_caller_identity()
    nodes[0].client("iam").create_user(UserName="u")
    for node in nodes:
        until(lambda: [each["UserName"] for each in node.client("iam").list_users()["Users"]] == ["u"])
    for node in nodes:
        node.stop()


def test_nodes_that_start_at_once_with_one_folder_make_one_master_key(own_nodes, tmp_path):
    nodes = [own_nodes.make(SALLYPORT_MASTER_KEY="") for _ in range(3)]
    (tmp_path / "shared").mkdir(mode=0o700)
    for node in nodes:
        node.data.parent.mkdir()
        node.data.symlink_to(tmp_path / "shared")
        node.launch()
    for node in nodes:
        node.wait_until_it_listens()
    for node in nodes:
        node.client("sts").get_caller_identity()


def start_fails(*arguments, says, **variables):
    result = run_program("serve", "--listen", "127.0.0.1:0", *arguments, **variables)
    lines = [line for line in result.stderr.splitlines() if line.strip()]
    assert result.returncode > 0, result
    assert len(lines) == 1, result.stderr
    assert says in lines[0].lower(), lines[0]
    return lines[0]


def test_a_node_with_another_master_key_is_refused(own_nodes, tmp_path):
    node = own_nodes.make().start()
    start_fails(
        "--data", tmp_path / "other", says="master key", SALLYPORT_STORE=own_nodes.database.url,
        SALLYPORT_MASTER_KEY=master_key())
    node.client("sts").get_caller_identity()


def test_a_node_without_the_master_key_is_refused_and_makes_none(own_nodes, tmp_path):
    own_nodes.make().start()
    start_fails("--data", tmp_path / "other", says="master key", SALLYPORT_STORE=own_nodes.database.url)
    assert not (tmp_path / "other" / "master.key").exists()


def test_a_database_of_a_newer_version_is_told_and_left_alone(own_nodes, tmp_path):
    own_nodes.make().start().stop()
    own_nodes.database.run("UPDATE sallyport_schema SET version = version + 1000")
    before = own_nodes.database.run("SELECT version FROM sallyport_schema")
    start_fails(
        "--data", tmp_path / "newer", says="newer", SALLYPORT_STORE=own_nodes.database.url,
        SALLYPORT_MASTER_KEY=own_nodes.key)
    assert own_nodes.database.run("SELECT version FROM sallyport_schema") == before


@pytest.mark.parametrize("place, says", [
    ("127.0.0.1:1/sallyport", "connect"),
    ("no-such-host.invalid:5432/sallyport", "no-such-host.invalid"),
])
def test_a_database_that_cannot_be_reached_is_told_without_the_password(tmp_path, place, says):
    line = start_fails(
        "--data", tmp_path / "data", says=says, SALLYPORT_STORE=f"postgres://sallyport:p4ssw0rd-of-it@{place}")
    assert "p4ssw0rd-of-it" not in line


def test_a_wrong_password_is_told_without_it(own_nodes, tmp_path):
    url = own_nodes.database.url
    secret = url.partition(":")[2].partition(":")[2].partition("@")[0]
    line = start_fails(
        "--data", tmp_path / "data", says="password", SALLYPORT_STORE=url.replace(secret, "p4ssw0rd-of-it"))
    assert "p4ssw0rd-of-it" not in line


@pytest.mark.parametrize("url", ["mysql://somebody:p4ssw0rd-of-it@localhost/x", "p4ssw0rd-of-it"])
def test_what_is_no_postgresql_url_is_told_without_it(tmp_path, url):
    assert "p4ssw0rd-of-it" not in start_fails("--data", tmp_path / "data", says="postgres://", SALLYPORT_STORE=url)


@pytest.mark.parametrize("url", [
    "postgres://sallyport:p4ssw0rd-of-it%ZZ@127.0.0.1:1/x", "postgres://sallyport:p4ssw0rd-of-it%00@127.0.0.1:1/x",
    "postgres://sallyport:p4ssw0rd-of-it@[::1/x", "postgres://sallyport:p4ssw0rd-of-it/more@127.0.0.1:1/x",
])
def test_a_url_that_cannot_be_read_is_told_without_the_password(tmp_path, url):
    assert "p4ssw0rd-of-it" not in start_fails("--data", tmp_path / "data", says="", SALLYPORT_STORE=url)


def test_two_installations_in_one_database_have_nothing_to_do_with_each_other(own_nodes):
    for schema in ("one", "two"):
        own_nodes.database.run(f"CREATE SCHEMA {schema}")
    nodes = [
        own_nodes.make(store=f"{own_nodes.database.url}?options=-csearch_path%3D{schema}").start()
        for schema in ("one", "two")
    ]
    for node, count in zip(nodes, (1, 30)):
        for number in range(count):
            Plain(node, BOOTSTRAP).call("CreateUser", UserName=f"u{number}")
    for node, count in zip(nodes, (1, 30)):
        assert len(node.client("iam").list_users()["Users"]) == count
        node.restart()
        assert len(node.client("iam").list_users()["Users"]) == count


# What the others see


def test_a_write_is_seen_by_the_other_node(shared_account, second):
    name = unique("user")
    shared_account.iam.create_user(UserName=name)
    other = second.client("iam", shared_account.root)
    until(lambda: name in [each["UserName"] for each in other.list_users()["Users"]])


def test_the_node_that_wrote_reads_its_write_at_once(shared_account, second):
    shared_account.iam.create_user(UserName="u")
    clients = [shared_account.iam, second.client("iam", shared_account.root)]
    until(lambda: Plain(second, shared_account.root).send("GetUser", UserName="u").status == 200)
    for number in range(100):
        writer = clients[number % 2]
        writer.tag_user(UserName="u", Tags=[{"Key": "n", "Value": str(number)}])
        assert writer.get_user(UserName="u")["User"]["Tags"] == [{"Key": "n", "Value": str(number)}]


def test_writes_of_one_name_through_both_nodes_succeed_once(shared_account, second):
    """Whatever is in their memories: the database decides."""
    others = Plain(second, shared_account.root)
    for number in range(50):
        name = f"user-{number}"
        shared_account.iam.create_user(UserName=name)
        assert others.send("CreateUser", UserName=name).code == "EntityAlreadyExists"


def at_once(calls):
    """What each call answers, all begun together."""
    with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
        return [each.result() for each in [pool.submit(call) for call in calls]]


def test_a_name_is_taken_once_however_many_ask_for_it(shared_account, nodes):
    clients = [Plain(node, shared_account.root) for node in nodes * 4]
    for number in range(25):
        codes = at_once([lambda each=each: each.send("CreateUser", UserName=f"u{number}").code for each in clients])
        assert sorted(codes, key=str) == ["EntityAlreadyExists"] * 7 + [None]
    assert len(shared_account.iam.list_users()["Users"]) == 25


def test_writes_through_both_nodes_at_once_are_all_there(shared_account, nodes):
    def write(number):
        plain = Plain(nodes[number % 2], shared_account.root)
        return [plain.call("CreateUser", UserName=f"u{number}-{count}") for count in range(40)]

    at_once([lambda number=number: write(number) for number in range(8)])
    for node in nodes:
        pages = node.client("iam", shared_account.root).get_paginator("list_users")
        until(lambda: sum(len(page["Users"]) for page in pages.paginate()) == 320)


def test_a_quota_holds_for_all_nodes_together(shared_account, nodes):
    clients = [Plain(node, shared_account.root) for node in nodes * 3]
    for number in range(10):
        clients[0].call("CreateUser", UserName=f"u{number}")
        codes = at_once([
            lambda each=each: each.send("CreateAccessKey", UserName=f"u{number}").code for each in clients])
        assert codes.count(None) <= 2
        keys = shared_account.iam.list_access_keys(UserName=f"u{number}")["AccessKeyMetadata"]
        assert len(keys) == codes.count(None)
        assert set(codes) <= {None, "LimitExceeded", "NoSuchEntity"}


def test_an_account_made_through_one_node_exists_at_the_other(first, second):
    account = first.account()
    other = Plain(second, account.root, "sts")
    until(lambda: other.send("GetCallerIdentity").status == 200)
    assert other.call("GetCallerIdentity").text("Account") == account.id


def test_the_bootstrap_account_of_one_node_is_that_of_the_other(first, second):
    for node in (first, second):
        assert node.client("sts", BOOTSTRAP).get_caller_identity()["Arn"].endswith(":root")


def test_an_account_made_from_the_terminal_exists_at_a_running_node(own_nodes, tmp_path):
    node = own_nodes.make().start()
    result = run_program(
        "account", "create", "--name", "Second", "--email", "second@example.com", "--data", tmp_path / "other",
        SALLYPORT_STORE=own_nodes.database.url, SALLYPORT_MASTER_KEY=own_nodes.key)
    assert result.returncode == 0, result.stderr
    exported = dict(
        line.removeprefix("export ").split("=", 1) for line in result.stdout.splitlines() if line.startswith("export "))
    root = Credentials(*(exported[name].strip("'") for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")))
    until(lambda: Plain(node, root, "sts").send("GetCallerIdentity").status == 200)


def test_a_node_that_starts_later_knows_everything(shared_account, own_nodes, first):
    user = shared_account.user(None, allow("iam:GetUser"))
    late = own_nodes.make(store=first.store, SALLYPORT_MASTER_KEY=first.variables["SALLYPORT_MASTER_KEY"]).start()
    assert late.client("iam", user.credentials).get_user()["User"]["UserName"] == user.name


# Credentials of one node at the other


def test_a_key_made_through_one_node_works_at_the_other(shared_account, second):
    user = shared_account.user(None, allow("iam:GetUser"))
    plain = Plain(second, user.credentials)
    until(lambda: plain.send("GetUser").status == 200)


def test_sessions_made_through_one_node_work_at_the_other(shared_account, second):
    role = shared_account.role({"AWS": shared_account.id}, allow("iam:ListUsers"))
    user = shared_account.user(None, allow("sts:AssumeRole"), allow("iam:GetUser"))
    sts = shared_account.client("sts", user.credentials)
    session = Credentials.of(sts.assume_role(RoleArn=role, RoleSessionName="session")["Credentials"])
    until(lambda: second.client("sts", session).get_caller_identity()["Arn"].endswith("/session"))
    Plain(second, session).call("ListUsers")
    assert Plain(second, session).send("ListRoles").code == "AccessDenied"
    same = Credentials.of(sts.get_session_token()["Credentials"])
    assert second.client("sts", same).get_caller_identity()["Arn"].endswith(f"user/{user.name}")
    forged = Credentials(session.key, session.secret, same.token)
    with refused("InvalidClientTokenId"):
        second.client("sts", forged).get_caller_identity()


def test_the_use_of_a_key_and_a_role_at_one_node_is_told_by_the_other(shared_account, second):
    role = shared_account.role({"AWS": shared_account.id}, name="r")
    user = shared_account.user(None, allow("sts:AssumeRole"))
    sts = shared_account.client("sts", user.credentials)
    session = Credentials.of(sts.assume_role(RoleArn=role, RoleSessionName="session")["Credentials"])
    shared_account.client("sts", session).get_caller_identity()
    other = second.client("iam", shared_account.root)
    until(lambda: "LastUsedDate" in other.get_access_key_last_used(
        AccessKeyId=user.credentials.key)["AccessKeyLastUsed"])
    until(lambda: other.get_role(RoleName="r")["Role"]["RoleLastUsed"])


def test_a_reset_through_one_node_is_one_of_all(own_nodes):
    first, second = (own_nodes.make("--developer-api").start() for _ in range(2))
    before = first.account()
    until(lambda: Plain(second, before.root, "sts").send("GetCallerIdentity").status == 200)
    assert first.http("POST", "/_sallyport/reset")[0] == 200
    until(lambda: Plain(second, before.root, "sts").send("GetCallerIdentity").code == "InvalidClientTokenId")
    after = first.account()
    user = after.user()
    session = Credentials.of(first.client("sts", user.credentials).get_session_token()["Credentials"])
    until(lambda: Plain(second, user.credentials, "sts").send("GetCallerIdentity").status == 200)
    until(lambda: Plain(second, session, "sts").send("GetCallerIdentity").status == 200)
