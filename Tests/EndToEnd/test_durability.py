"""The server is killed while it writes; whatever it had answered is found again, and nothing is half there."""

import os
import random
import shutil
import sqlite3
import threading

import botocore.exceptions
import pytest

from harness import BOOTSTRAP, SQLITE, STORE, allow, policy

KILLS = int(os.environ.get("SALLYPORT_KILLS", "5"))
WRITERS = 4
ROUNDS_PER_FOLDER = 20  # so that no quota is met
SECONDS_UNTIL_ANSWER_MAX = 30
SECONDS_UNTIL_KILL_MAX = 0.4
ABSENT, BARE, MEMBER, FULL = "absent", "bare", "member", "full"


class Writer(threading.Thread):
    """Takes users from one state to the next, and keeps what was answered and what was only asked for."""

    def __init__(self, server, label):
        super().__init__()
        self.iam = server.client("iam")
        self.label = label
        self.answered, self.asked = {}, {}
        self.failure = None
        self.has_answer = threading.Event()

    def run(self):
        try:
            number = 0
            while True:
                self.one_user(f"{self.label}-{number}", number)
                number += 1
        except (botocore.exceptions.HTTPClientError, botocore.exceptions.ConnectionError):
            pass  # the server is gone, as it should be
        except Exception as error:  # handed to the test, which runs in another thread
            self.failure = error

    def one_user(self, name, number):
        iam = self.iam
        self.step(name, BARE, lambda: iam.create_user(UserName=name, Tags=[{"Key": "n", "Value": str(number)}]))
        self.step(name, MEMBER, lambda: iam.add_user_to_group(UserName=name, GroupName="all"))
        self.step(name, FULL, lambda: iam.put_user_policy(
            UserName=name, PolicyName="p", PolicyDocument=policy(allow("s3:*"))))
        if number % 3 == 2:
            self.step(name, MEMBER, lambda: iam.delete_user_policy(UserName=name, PolicyName="p"))
            self.step(name, BARE, lambda: iam.remove_user_from_group(UserName=name, GroupName="all"))
            self.step(name, ABSENT, lambda: iam.delete_user(UserName=name))

    def step(self, name, state, call):
        self.asked[name] = state
        call()
        self.answered[name] = state
        self.has_answer.set()


def states(server):
    """The state of every user; a user that is in none of them is half there."""
    found = {}
    pages = server.client("iam").get_paginator("get_account_authorization_details").paginate(Filter=["User"])
    for page in pages:
        for user in page["UserDetailList"]:
            parts = tuple(len(user.get(name, [])) for name in ("Tags", "GroupList", "UserPolicyList"))
            state = {(1, 0, 0): BARE, (1, 1, 0): MEMBER, (1, 1, 1): FULL}.get(parts)
            assert state is not None, f"{user['UserName']} is half there: {parts}"
            found[user["UserName"]] = state
    return found


def check_integrity(server, scratch):
    """Looks at a copy, so that the server recovers its own files by itself. PostgreSQL sees to its own."""
    if STORE != SQLITE:
        return
    shutil.rmtree(scratch, ignore_errors=True)
    shutil.copytree(server.data, scratch)
    connection = sqlite3.connect(scratch / "sallyport.db")
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    finally:
        connection.close()


@pytest.mark.parametrize("folder", range(-(-KILLS // ROUNDS_PER_FOLDER)))
def test_every_answered_write_is_found_again(own_server, tmp_path, folder):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    server = own_server()
    server.client("iam").create_group(GroupName="all")
    known, written = {}, 0
    for kill in range(min(ROUNDS_PER_FOLDER, KILLS - folder * ROUNDS_PER_FOLDER)):
        writers = [Writer(server, f"k{kill}w{number}") for number in range(WRITERS)]
        for writer in writers:
            writer.start()
        assert writers[0].has_answer.wait(SECONDS_UNTIL_ANSWER_MAX), writers[0].failure
        threading.Event().wait(rng.uniform(0, SECONDS_UNTIL_KILL_MAX))
        server.kill()
        for writer in writers:
            writer.join(60)
            assert not writer.is_alive() and writer.failure is None, writer.failure
        check_integrity(server, tmp_path / "copy")
        server.start()
        found = states(server)
        for writer in writers:
            for name, asked in writer.asked.items():
                answered = writer.answered.get(name, ABSENT)
                state = found.get(name, ABSENT)
                assert state in (answered, asked), f"kill {kill}: {name} is {state}, answered was {answered}"
                known[name] = state
            written += len(writer.answered)
        assert found == {name: state for name, state in known.items() if state != ABSENT}
    assert written >= min(ROUNDS_PER_FOLDER, KILLS - folder * ROUNDS_PER_FOLDER)
    server.stop()


def test_the_next_start_after_a_kill_knows_the_keys(own_server):
    server = own_server()
    iam = server.client("iam")
    iam.create_user(UserName="u")
    key = iam.create_access_key(UserName="u")["AccessKey"]
    server.kill()
    server.start()
    listed = server.client("iam", BOOTSTRAP).list_access_keys(UserName="u")["AccessKeyMetadata"]
    assert [each["AccessKeyId"] for each in listed] == [key["AccessKeyId"]]
