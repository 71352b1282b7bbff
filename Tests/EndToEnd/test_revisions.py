"""What a client of several nodes was told by one, and wants another to know: the header `x-sallyport-revision`."""

import os
import re
import signal

import pytest

from harness import BOOTSTRAP, POSTGRESQL, allow, policy
from plain import Plain

pytestmark = pytest.mark.only(POSTGRESQL)

REVISION = "x-sallyport-revision"


def revision(answer):
    assert answer.headers[REVISION], f"a write without {REVISION}"
    return answer.headers[REVISION]


def test_every_write_answers_its_revision(shared_account, first):
    """Also while the node compares what it knows with the database, every second."""
    plain = Plain(first, shared_account.root)
    before = int(revision(plain.call("CreateUser", UserName="u")).partition("@")[2].partition(";")[0])
    for number in range(1, 301):
        tag = {"Tags.member.1.Key": "n", "Tags.member.1.Value": str(number)}
        told = revision(plain.call("TagUser", UserName="u", **tag))
        assert told.startswith(f"account/{shared_account.id}@{before + number};")


def test_a_request_with_the_revision_of_a_write_sees_it_at_any_node(shared_account, first, second):
    here, there = Plain(first, shared_account.root), Plain(second, shared_account.root)
    there.call("GetUser", {REVISION: revision(here.call("CreateUser", UserName="u"))}, UserName="u")
    for number in range(200):
        writer, reader = (here, there) if number % 2 else (there, here)
        written = writer.call("TagUser", UserName="u", **{"Tags.member.1.Key": "n", "Tags.member.1.Value": str(number)})
        read = reader.call("ListUserTags", {REVISION: revision(written)}, UserName="u")
        assert read.text("Value") == str(number)


def test_a_permission_that_was_taken_away_is_not_used_by_a_request_that_saw_it(shared_account, first, second):
    user = shared_account.user()
    writer, reader = Plain(first, shared_account.root), Plain(second, user.credentials)
    for _ in range(100):
        given = writer.call(
            "PutUserPolicy", UserName=user.name, PolicyName="p", PolicyDocument=policy(allow("iam:GetUser")))
        reader.call("GetUser", {REVISION: revision(given)})
        taken = writer.call("DeleteUserPolicy", UserName=user.name, PolicyName="p")
        assert reader.send("GetUser", {REVISION: revision(taken)}).code == "AccessDenied"


@pytest.fixture
def deaf(own_nodes):
    """Two nodes; the second hears no news, for the two seconds until it notices that."""
    first = own_nodes.make("--developer-api").start()
    before = listening(own_nodes.database)
    second = own_nodes.make().start()
    [process] = listening(own_nodes.database) - before
    plain = Plain(second, BOOTSTRAP)
    plain.call("ListUsers")
    os.kill(process, signal.SIGSTOP)
    yield first, second
    os.kill(process, signal.SIGCONT)


def listening(database):
    """The processes of the PostgreSQL server that nodes hear news from."""
    pids = database.run(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%sum(revision)%' "
        "AND pid <> pg_backend_pid()")
    return {int(pid) for pid in pids.split()}


def test_a_node_without_news_answers_for_what_it_knows(deaf):
    first, second = deaf
    Plain(first, BOOTSTRAP).call("CreateUser", UserName="u")
    assert Plain(second, BOOTSTRAP).send("GetUser", UserName="u").code in ("NoSuchEntity", "ServiceUnavailable")


def test_a_request_with_a_revision_needs_no_news(deaf):
    first, second = deaf
    made = Plain(first, BOOTSTRAP).call("CreateUser", UserName="u")
    answer = Plain(second, BOOTSTRAP).send("GetUser", {REVISION: revision(made)}, UserName="u")
    assert answer.code in (None, "ServiceUnavailable")


def test_a_fresh_account_needs_no_news_with_the_revision_of_its_first_write(deaf):
    first, second = deaf
    account = first.account()
    made = Plain(first, account.root).call("CreateUser", UserName="u")
    answer = Plain(second, account.root).send("GetUser", {REVISION: revision(made)}, UserName="u")
    assert answer.code in (None, "ServiceUnavailable")


@pytest.mark.parametrize("number", [1, 1_000_000])
def test_nobody_learns_of_accounts_by_their_revisions(shared_account, first, number):
    """An account that is there is answered as one that is not, to whoever may not know."""
    stranger = Plain(first, first.account().root)
    answers = {
        stranger.send("ListUsers", {REVISION: f"account/{account}@{number}"}).status
        for account in (shared_account.id, "999999999999")
    }
    assert len(answers) == 1


@pytest.mark.parametrize("value", [
    "", "@", "nonsense@1", "account/x@1", "account/123456789012", "account/123456789012@", "account/123456789012@x",
    "account/123456789012@-1", "account/123456789012@1@2", "account/123456789012@1,",
    "account/123456789012@1;", "account/123456789012@1;AAAAAAAAAAAAAAAAAAAAAA", ";",
])
def test_a_header_that_is_no_revision_is_refused(shared_account, first, value):
    answer = Plain(first, shared_account.root).send("ListUsers", {REVISION: value})
    assert (answer.status, answer.code) == (400, "ValidationError")


def test_a_revision_that_no_node_has_said_is_refused(shared_account, first, second):
    here = revision(Plain(first, shared_account.root).call("CreateUser", UserName="u"))
    later = re.sub(r"@(\d+);", lambda found: f"@{int(found[1]) + 1};", here)
    for node in (first, second):
        plain = Plain(node, shared_account.root)
        plain.call("GetUser", {REVISION: here}, UserName="u")
        answer = plain.send("ListUsers", {REVISION: later})
        assert (answer.status, answer.code) == (400, "ValidationError")
        plain.call("ListUsers", {REVISION: f"{here}, {here}"})


def test_of_two_lines_of_the_header_none_is_passed_over(shared_account, first):
    """As proxies may make two lines of one, or one of two."""
    plain = Plain(first, shared_account.root)
    here = revision(plain.call("CreateUser", UserName="u"))
    lines = [here, here.replace("@", "@1")]
    for order in (lines, lines[::-1]):
        body, headers = plain.sign("ListUsers")
        plain.connection.putrequest("POST", "/")
        for name, value in [*headers.items(), ("Content-Length", len(body)), *((REVISION, line) for line in order)]:
            plain.connection.putheader(name, value)
        plain.connection.endheaders(body)
        answer = plain.connection.getresponse()
        answer.read()
        assert answer.status == 400
