"""Backups are made beside a server that works on, and everything that it had answered is in them."""

import contextlib
import os
import pty
import re
import resource
import shutil
import signal
import subprocess
import threading
import time

import pytest

import postgresql
from harness import (
    POSTGRESQL, PROGRAM, SQLITE, STORE, Credentials, allow, environment, policy, run_program, unique,
)
from nodes import master_key

RESTORES = int(os.environ.get("SALLYPORT_RESTORES", "3"))
WRITERS = 3
SECONDS_MAX = 120
USERS_EACH_MAX = 400  # so that no quota is met


class Place:
    """A folder, and the database beside it where the state is not in the folder."""

    def __init__(self, data, store=None):
        self.data, self.store = data, store

    @staticmethod
    def of(server):
        return Place(server.data, server.store)

    @property
    def variables(self):
        return {"SALLYPORT_STORE": self.store} if self.store else {}

    @property
    def url(self):
        return self.store or f"sqlite:{self.data}"

    def run(self, command, *arguments, **variables):
        """Runs a command on the place; answers what became of it."""
        return run_program(
            command, "--data", self.data, *arguments, timeout=SECONDS_MAX, **(self.variables | variables))

    def backup(self, file):
        return report(self.run("backup", file))

    def restore(self, file):
        return report(self.run("restore", file))


def report(result):
    """What a command that went well has said: counts and the checksum, after its first line."""
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    lines = result.stdout.splitlines()[1:]
    return dict(line.split(maxsplit=1) for line in lines)


def contents(said):
    """All of a report that is about the contents."""
    return {name: value for name, value in said.items() if name != "bytes"}


def complaint(result, *words):
    """A command that was refused says why in one line."""
    assert result.returncode == 1, result
    assert result.stdout == ""
    lines = [line for line in result.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, result.stderr
    for word in words:
        assert word in lines[0], lines[0]


@pytest.fixture
def places(tmp_path):
    """Makes empty places; with the master key of a server where one is given."""
    databases = []

    def make(server=None, kind=STORE):
        data = tmp_path / unique("place")
        store = None
        if kind == POSTGRESQL:
            databases.append(postgresql.Database())
            store = databases[-1].url
        if server:
            data.mkdir(mode=0o700)
            shutil.copy(server.data / "master.key", data)
        return Place(data, store)

    yield make
    for database in databases:
        database.drop()


@pytest.fixture
def serving(own_server):
    """Serves a place."""
    def serve(place, *options, **settings):
        return own_server(*options, data=place.data, store=place.store, **settings)
    return serve


def is_untouched(place):
    """Whether there is nothing in the place but the master key."""
    files = {file.name for file in place.data.iterdir()} if place.data.exists() else set()
    if files - {"master.key"}:
        return False
    return place.store is None or postgresql.psql(place.store, "SELECT count(*) FROM pg_tables "
                                                  "WHERE schemaname = 'public'") == "0"


def work(server):
    """A user whose key works, and who may do one thing."""
    iam = server.client("iam")
    name = unique("user")
    iam.create_user(UserName=name, Tags=[{"Key": "team", "Value": "a"}])
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=policy(allow("iam:GetUser")))
    return name, Credentials.of(iam.create_access_key(UserName=name)["AccessKey"])


class Writer(threading.Thread):
    """Makes users for as long as it may, and keeps the names of those that were answered."""

    def __init__(self, server, label):
        super().__init__()
        self.iam, self.label = server.client("iam"), label
        self.answered = []
        self.may_go_on = True
        self.failure = None

    def run(self):
        try:
            while self.may_go_on:
                if len(self.answered) < USERS_EACH_MAX:
                    name = f"{self.label}-{len(self.answered)}"
                    self.iam.create_user(UserName=name)
                    self.answered.append(name)
                self.iam.tag_user(UserName=self.answered[0], Tags=[{"Key": "n", "Value": name}])
        except Exception as error:  # handed to the test, which runs in another thread
            self.failure = error


@contextlib.contextmanager
def writing(server):
    """Writers that go on while the body runs."""
    writers = [Writer(server, unique(f"w{number}")) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    try:
        yield writers
    finally:
        for writer in writers:
            writer.may_go_on = False
        for writer in writers:
            writer.join(SECONDS_MAX)
    assert [writer.failure for writer in writers] == [None] * WRITERS


def users(server):
    pages = server.client("iam").get_paginator("list_users").paginate()
    return {user["UserName"] for page in pages for user in page["Users"]}


def next_revision(server):
    """The revision that a write makes."""
    answer = server.client("iam").create_user(UserName=unique("after"))
    found = re.match(r"account/\d+@(\d+);", answer["ResponseMetadata"]["HTTPHeaders"]["x-sallyport-revision"])
    return int(found[1])


# Under load


def test_what_was_answered_before_a_backup_under_load_is_restored(own_server, places, serving, tmp_path):
    server = own_server()
    name, credentials = work(server)
    source = Place.of(server)
    for number in range(RESTORES):
        with writing(server) as writers:
            for writer in writers:
                until_answered(writer)
            before = {name for writer in writers for name in list(writer.answered)}
            known = users(server)
            file = tmp_path / f"backup-{number}"
            said = source.backup(file)
        target = places(server)
        assert contents(target.restore(file)) == contents(said)
        again = tmp_path / f"again-{number}"
        assert contents(target.backup(again)) == contents(said)
        restored = serving(target)
        found = users(restored)
        assert before | known <= found
        late = {name for writer in writers for name in writer.answered}
        assert found <= known | late
        client = restored.client("iam", credentials)
        assert client.get_user(UserName=name)["User"]["Tags"] == [{"Key": "team", "Value": "a"}]
        first = next_revision(restored)
        assert next_revision(restored) == first + 1
        restored.restart()
        assert next_revision(restored) == first + 2
        restored.stop()
        for user in sorted(users(server) - {name}):
            server.client("iam").delete_user(UserName=user)


def until_answered(writer):
    deadline = time.monotonic() + SECONDS_MAX
    while not writer.answered:
        assert writer.failure is None and time.monotonic() < deadline, writer.failure
        time.sleep(0.002)


@pytest.mark.only(SQLITE)
def test_a_server_that_ends_or_is_killed_leaves_the_backup_possible(own_server, tmp_path):
    server = own_server()
    work(server)
    place = Place.of(server)
    beside = place.backup(tmp_path / "beside")
    server.kill()
    killed = place.backup(tmp_path / "killed")
    server.start()
    server.stop()
    stopped = place.backup(tmp_path / "stopped")
    # Marks of last use may have been written meanwhile.
    assert beside["records"] == killed["records"] == stopped["records"]
    server.start()
    assert users(server)


def test_a_backup_holds_nothing_that_can_be_read(own_server, tmp_path):
    server = own_server()
    name, credentials = work(server)
    file = tmp_path / "backup"
    Place.of(server).backup(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert sorted(each.name for each in tmp_path.iterdir() if "backup" in each.name) == ["backup"]
    found = file.read_bytes()
    key = (server.data / "master.key").read_text().strip().partition(":")[2]
    for word in (name, credentials.key, credentials.secret, "123456789012", "create-date", key):
        assert word.encode() not in found, word


def test_an_old_backup_brings_back_what_was_taken_away(own_server, places, serving, tmp_path):
    server = own_server()
    name, credentials = work(server)
    file = tmp_path / "backup"
    Place.of(server).backup(file)
    server.client("iam").delete_access_key(UserName=name, AccessKeyId=credentials.key)
    target = places(server)
    target.restore(file)
    assert serving(target).client("iam", credentials).get_user(UserName=name)["User"]["UserName"] == name


# What is refused


@pytest.fixture
def backup(own_server, tmp_path):
    """A server and a backup of it."""
    server = own_server()
    work(server)
    file = tmp_path / "backup"
    Place.of(server).backup(file)
    return server, file


def test_a_wrong_master_key_is_refused_before_anything_is_written(backup, places, tmp_path):
    server, file = backup
    complaint(
        Place.of(server).run("backup", tmp_path / "other", SALLYPORT_MASTER_KEY=master_key()),
        "the master key v1 is not the one")
    assert not (tmp_path / "other").exists() and not (tmp_path / "other.partial").exists()
    target = places()
    complaint(target.run("restore", file, SALLYPORT_MASTER_KEY=master_key()), "the master key v1 is not the one")
    assert is_untouched(target)
    complaint(
        run_program("copy", "--from", Place.of(server).url, "--to", target.url, SALLYPORT_MASTER_KEY=master_key())
        if STORE == POSTGRESQL else stopped_copy(server, target, SALLYPORT_MASTER_KEY=master_key()),
        "the master key v1 is not the one")
    assert is_untouched(target)


def stopped_copy(server, target, **variables):
    server.stop()
    return run_program("copy", "--from", Place.of(server).url, "--to", target.url, **variables)


def test_a_missing_master_key_is_not_made_up(backup, places):
    _, file = backup
    target = places()
    complaint(target.run("restore", file), "there is no master key", f"{target.data}/master.key", "SALLYPORT_MASTER_KEY")
    assert is_untouched(target)


def test_a_damaged_backup_is_refused_before_anything_is_written(backup, places, tmp_path):
    server, file = backup
    whole = file.read_bytes()
    target = places(server)
    damages = {
        "flipped": whole[: len(whole) // 2] + bytes([whole[len(whole) // 2] ^ 1]) + whole[len(whole) // 2 + 1:],
        "cut": whole[:-1], "half": whole[: len(whole) // 2], "longer": whole + b"x", "empty": b"",
        "header": whole.replace(b'"created"', b'"crEated"', 1),
        "newer": whole.replace(b"sallyport backup 1", b"sallyport backup 2", 1), "other": b"SQLite format 3" * 100,
    }
    for name, damaged in damages.items():
        assert damaged != whole
        (tmp_path / name).write_bytes(damaged)
        complaint(target.run("restore", tmp_path / name), "backup")
        complaint(target.run("restore", "--check", tmp_path / name), "backup")
        assert is_untouched(target), name
    complaint(target.run("restore", tmp_path / "missing"), "No such file")
    complaint(target.run("restore", tmp_path), "is not a file")
    assert is_untouched(target)
    said = report(target.run("restore", "--check", file))
    assert said["bytes"] == str(len(whole))
    assert is_untouched(target)
    assert contents(target.restore(file)) == contents(said)


def test_a_place_with_data_is_not_restored_into(backup, places):
    server, file = backup
    complaint(Place.of(server).run("restore", file), "there is data in")
    target = places(server)
    said = target.restore(file)
    complaint(target.run("restore", file), "there is data in")
    assert contents(target.backup(file.with_name("again"))) == contents(said)


def test_a_file_is_never_overwritten(backup, tmp_path):
    server, file = backup
    whole = file.read_bytes()
    complaint(Place.of(server).run("backup", file), "is there already")
    assert file.read_bytes() == whole
    complaint(Place.of(server).run("backup", tmp_path / "no" / "folder"), "No such file")


def test_nothing_is_no_backup(places, tmp_path):
    place = places()
    result = place.run("backup", tmp_path / "backup", SALLYPORT_MASTER_KEY=master_key())
    complaint(result)
    assert is_untouched(place)
    assert not (tmp_path / "backup").exists()


def test_a_disk_that_takes_no_more_leaves_no_file(backup, tmp_path):
    server, _ = backup
    place = Place.of(server)
    result = subprocess.run(
        [PROGRAM, "backup", "--data", str(place.data), str(tmp_path / "large")], env=environment(**place.variables),
        capture_output=True, text=True, timeout=SECONDS_MAX, stdin=subprocess.DEVNULL, check=False,
        # Python ignores the signal of this limit; so does the program, which then gets an error.
        restore_signals=False, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)))
    complaint(result, "cannot write", "File too large")
    assert not (tmp_path / "large").exists() and not (tmp_path / "large.partial").exists()
    work(server)


# Killed


def test_a_restore_that_is_killed_leaves_a_place_that_takes_another(own_server, places, tmp_path):
    server = own_server()
    iam = server.client("iam")
    for number in range(300):
        iam.create_group(GroupName=f"g{number}")
    file = tmp_path / "backup"
    said = Place.of(server).backup(file)
    for delay in (0.02, 0.05, 0.1, 0.2):
        target = places(server)
        process = subprocess.Popen(
            [PROGRAM, "restore", "--data", str(target.data), str(file)], env=environment(**target.variables),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        threading.Event().wait(delay)
        process.send_signal(signal.SIGKILL)
        process.wait(SECONDS_MAX)
        result = target.run("restore", file)
        if result.returncode == 1:
            # It was done already.
            complaint(result, "there is data in")
        assert contents(target.backup(tmp_path / f"after-{delay}")) == contents(said)


def test_a_backup_that_is_killed_is_in_nobodys_way(backup, tmp_path):
    server, _ = backup
    place = Place.of(server)
    file = tmp_path / "interrupted"
    process = subprocess.Popen(
        [PROGRAM, "backup", "--data", str(place.data), str(file)], env=environment(**place.variables),
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    threading.Event().wait(0.03)
    process.kill()
    process.wait(SECONDS_MAX)
    file.unlink(missing_ok=True)
    place.backup(file)
    work(server)


# Copies


@pytest.mark.only(POSTGRESQL)
def test_a_copy_to_another_kind_of_store_and_back_is_equal(tmp_path, places, serving):
    first = places(kind=SQLITE)
    server = serving(first)
    name, credentials = work(server)
    complaint(
        run_program("copy", "--from", first.url, "--to", f"sqlite:{tmp_path / 'other'}"), "another sallyport",
        str(first.data))
    server.stop()
    middle, last = places(server), places(server, kind=SQLITE)
    said = [report(run_program("copy", "--from", first.url, "--to", middle.url))]
    said.append(report(run_program("copy", "--from", middle.url, "--to", last.url)))
    said += [place.backup(tmp_path / f"backup-{number}") for number, place in enumerate((first, middle, last))]
    assert all(contents(each) == contents(said[0]) for each in said)
    for place in (middle, last):
        assert serving(place).client("iam", credentials).get_user(UserName=name)["User"]["UserName"] == name


def test_a_copy_is_equal_and_its_credentials_work(own_server, places, serving, tmp_path):
    server = own_server()
    name, credentials = work(server)
    server.stop()
    source, target = Place.of(server), places(server)
    before = source.backup(tmp_path / "before")
    said = report(run_program("copy", "--from", source.url, "--to", target.url, "--data", source.data))
    assert contents(said) == contents(before) == contents(target.backup(tmp_path / "after"))
    complaint(
        run_program("copy", "--from", source.url, "--to", target.url, "--data", source.data), "there is data in")
    restored = serving(target)
    assert restored.client("iam", credentials).get_user(UserName=name)["User"]["UserName"] == name
    first = next_revision(restored)
    assert next_revision(restored) == first + 1


@pytest.mark.only(SQLITE)
def test_a_copy_needs_two_stores_and_something_to_copy(own_server, tmp_path):
    server = own_server()
    url = Place.of(server).url
    complaint(run_program("copy", "--from", url, "--to", f"sqlite:{tmp_path / 'x'}"), "another sallyport")
    complaint(run_program("copy", "--from", url, "--to", url + "/"), "the same store")
    complaint(run_program("copy", "--from", str(server.data), "--to", url), "sqlite:DIR")
    complaint(
        run_program("copy", "--from", f"sqlite:{tmp_path / 'x'}", "--to", f"sqlite:{tmp_path / 'y'}",
                    SALLYPORT_MASTER_KEY=master_key()), "cannot open")
    assert not (tmp_path / "x").exists() and not (tmp_path / "y").exists()
    server.stop()
    target = tmp_path / "keyless"
    result = run_program("copy", "--from", url, "--to", f"sqlite:{target}")
    assert result.returncode == 0
    assert f"put the master key into `{target}/master.key`" in result.stderr


@pytest.mark.only(SQLITE)
def test_a_folder_can_be_spelled_as_a_store(own_server, tmp_path):
    server = own_server()
    server.stop()
    said = report(run_program("backup", "--store", f"sqlite:{server.data}", tmp_path / "one"))
    assert contents(said) == contents(Place.of(server).backup(tmp_path / "two"))
    complaint(
        run_program("backup", "--store", f"sqlite:{server.data}", "--data", tmp_path / "d", tmp_path / "three"),
        "two folders")


# On a terminal


@pytest.mark.only(SQLITE)
def test_progress_is_shown_on_a_terminal_and_leaves_no_trace(backup, tmp_path):
    server, _ = backup
    control, terminal = pty.openpty()
    result = subprocess.run(
        [PROGRAM, "backup", "--data", str(server.data), str(tmp_path / "shown")], env=environment(),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=terminal, timeout=SECONDS_MAX, check=False)
    os.close(terminal)
    shown = b""
    with contextlib.suppress(OSError):
        while piece := os.read(control, 1 << 16):
            shown += piece
    os.close(control)
    assert result.returncode == 0
    assert shown.endswith(b"\r\x1b[K")
    assert b"backed up" in result.stdout and b"\x1b" not in result.stdout
