"""One round of faults under clients, and the judgement of what they were told."""

import contextlib
import json
import random
import time
import urllib.parse

import history
from fault_nodes import call, tag_of
from history import ABSENT, Outcome, Read
from recording import ANSWER_SECONDS_MAX, BOUND_SECONDS, Account, Client, revision_number, use_of

CLIENTS = 5
USES_MAX = 20
JOIN_SECONDS_MAX = 120


@contextlib.contextmanager
def clients(nodes, rng, behind=BOUND_SECONDS, count=CLIENTS):
    """Clients that write while the block runs; afterwards all that they were told must have been possible."""
    account = Account(nodes, behind)
    running = [Client(account, f"c{number}", rng.getrandbits(32)) for number in range(count)]
    for client in running:
        client.start()
    try:
        wait_for_answer(account, time.monotonic())
        yield account
        # Whatever the block did, the clients can go on.
        wait_for_answer(account, time.monotonic())
    finally:
        account.is_over.set()
        for client in running:
            client.join(JOIN_SECONDS_MAX)
    for client in running:
        assert not client.is_alive(), "a client does not come to an end"
        if client.failure:
            raise client.failure
    judge(account)


def wait_for_answer(account, since):
    """Waits for the answer to a write that begins after that moment; answers how many seconds later it came."""
    deadline = time.monotonic() + ANSWER_SECONDS_MAX
    while time.monotonic() < deadline:
        with account.lock:
            ends = [end for begin, end, _ in account.numbered if begin > since]
        if ends:
            return min(ends) - since
        time.sleep(0.005)
    raise AssertionError("no write is answered")


def judge(account):
    newest = account.probe("last")
    for number in account.nodes.living:
        read_everything(account, account.nodes.servers[number].endpoint, newest)
        use_revoked(account, account.nodes.servers[number].endpoint, newest)
    found = list_keys(account, newest)
    found += history.anomalies(account.records)
    found += history.revision_anomalies(
        ("account",), account.numbered, revision_number(account.first), revision_number(newest) - 1,
        account.unknown_writes)
    assert not found, f"{len(found)} anomalies:\n" + "\n".join(map(str, found[:5]))


def read_everything(account, endpoint, newest):
    """Adds what a node that knows all says of every object in the end."""
    begin, seen, marker = time.monotonic(), {}, None
    while True:
        parameters = {"Filter.member.1": "User", "MaxItems": "1000"} | ({"Marker": marker} if marker else {})
        answer = call(endpoint, account.root, "GetAccountAuthorizationDetails", parameters, newest)
        assert answer.outcome is Outcome.ANSWERED, (answer.status, answer.code)
        for user in answer.members("UserDetailList"):
            name = answer.text("UserName", user)
            seen["user", name] = (answer.text("Path", user), tag_of(answer, user))
            for each in answer.members("UserPolicyList", user):
                seen["policy", name] = mark_of(answer.text("PolicyDocument", each))
        marker = answer.text("Marker")
        if not marker:
            break
    for of in {record.of for record in account.records if record.of[0] != "key"} | set(seen):
        if not of[1].startswith("probe-"):
            account.add(Read(of, (seen.get(of, ABSENT),), begin, time.monotonic(), is_last=True))


def use_revoked(account, endpoint, newest):
    """Acts as users whose key or permission was taken away, at a node that knows it."""
    for name, key in account.revoked[-USES_MAX:]:
        answer = call(endpoint, key, "GetUser", revision=newest)
        account.records += [Read(of, seen, answer.begin, answer.end) for of, seen in use_of(name, key, answer)]


def list_keys(account, newest):
    found = []
    for number, (name, (answered, unknown)) in enumerate(account.keys.items()):
        living = account.nodes.living
        endpoint = account.nodes.servers[living[number % len(living)]].endpoint
        answer = call(endpoint, account.root, "ListAccessKeys", {"UserName": name}, newest)
        assert answer.outcome is Outcome.ANSWERED or answer.code == "NoSuchEntity", (answer.status, answer.code)
        listed = {answer.text("AccessKeyId", key): answer.text("Status", key)
                  for key in answer.members("AccessKeyMetadata")}
        found += history.doubled_creations(("keys", name), listed, answered, unknown)
        last = [Read(("key", key), (status,), answer.begin, answer.end, is_last=True) for key, status in listed.items()]
        account.records += [read for read in last if read.of[1] in answered]
    return found


def mark_of(document):
    """What a policy of the clients was marked with."""
    mark = json.loads(urllib.parse.unquote(document))["Statement"][0]["Sid"][1:]
    return int(mark) if mark.isdigit() else mark.replace("x", "-")


def seeded():
    """A source of random numbers whose seed is printed where the test fails."""
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    return random.Random(seed)
