"""Clients of several nodes that write and read at random, and keep what they were told."""

import itertools
import random
import threading
import time

from harness import Credentials, allow, policy
from history import ABSENT, PRESENT, Effect, Outcome, Read, Write
from fault_nodes import call, tag_of

BOUND_SECONDS = 1.0  # within which every node sees a change
ANSWER_SECONDS_MAX = 60
PAUSE_SECONDS = 0.02
REVISITS = 2
SHARED_USERS = 6
TRIES_MAX = 4


class Account:
    """What is written to one account during one round: the history of all its clients."""

    def __init__(self, nodes, behind=BOUND_SECONDS):
        self.nodes, self.behind = nodes, behind
        self.id, self.root = nodes.account()
        self.records, self.numbered, self.unknown_writes = [], [], 0
        self.keys = {}  # by user: [key ids that were answered, creations with an unknown outcome]
        self.revoked = []
        self.lock = threading.Lock()
        self.is_over = threading.Event()
        self.first = self.probe("first")

    def probe(self, name):
        """The revision of a write of the test's own, as its answer gave it, once the node writes again."""
        endpoint = self.nodes.servers[self.nodes.living[0]].endpoint
        deadline = time.monotonic() + ANSWER_SECONDS_MAX
        for number in itertools.count():
            answer = call(endpoint, self.root, "CreateUser", {"UserName": f"probe-{name}-{number}", "Path": "/probe/"})
            if answer.outcome is Outcome.ANSWERED:
                number_of(answer)
                return answer.revision
            self.count(answer)
            assert time.monotonic() < deadline, (answer.status, answer.code)
            time.sleep(0.05)

    def add(self, record):
        with self.lock:
            self.records.append(record)

    def count(self, answer):
        with self.lock:
            if answer.outcome is Outcome.ANSWERED:
                self.numbered.append((answer.begin, answer.end, number_of(answer)))
            elif answer.outcome is Outcome.UNKNOWN:
                self.unknown_writes += 1

    @property
    def answered_writes(self):
        return [each for each in list(self.records) if isinstance(each, Write) and each.outcome is Outcome.ANSWERED]


def number_of(answer):
    assert answer.revision, "an answered write does not say its revision"
    return revision_number(answer.revision)


def revision_number(revision):
    """`account/123456789012@57;…` is 57."""
    return int(revision.rpartition("@")[2].partition(";")[0])


class Client(threading.Thread):
    def __init__(self, account, label, seed):
        super().__init__(daemon=True)
        self.account, self.nodes, self.label = account, account.nodes, label
        self.rng = random.Random(seed)
        self.revision = None  # the newest that it was told
        self.writers = {}  # the node that wrote an object of this client's last
        self.revoked = []
        self.failure = None

    def run(self):
        number = 0
        try:
            while not self.account.is_over.is_set():
                if self.rng.random() < 0.2:
                    self.share(f"{self.label}-{number}")
                else:
                    self.live(f"{self.label}-{number}")
                number += 1
        except Stopped:
            pass
        except Exception as error:  # handed to the test, which runs in another thread
            self.failure = error

    # What is done

    def live(self, name):
        """A user from its creation to whichever end; given up where nobody knows what became of a write."""
        user, permission = ("user", name), ("policy", name)
        path, tag = f"/{self.label}/", str(self.rng.randrange(1000))
        creation = {"UserName": name, "Path": path, "Tags.member.1.Key": "n", "Tags.member.1.Value": tag}
        if not self.write(user, Effect.CREATE, (path, tag), "CreateUser", creation):
            return
        self.look(name)
        key = self.create_key(name)
        if not key or not self.put_policy(name, 1):
            return
        self.use(name, key)
        self.look(name)
        if self.rng.random() < 0.5:
            status = {"UserName": name, "AccessKeyId": key.key, "Status": "Inactive"}
            is_done = self.write(("key", key.key), Effect.CHANGE, "Inactive", "UpdateAccessKey", status)
        else:
            is_done = self.write(permission, Effect.CHANGE, ABSENT, "DeleteUserPolicy",
                                 {"UserName": name, "PolicyName": "p"})
        self.revoked.append((name, key))
        with self.account.lock:
            self.account.revoked.append((name, key))
        if not is_done:
            return
        for _ in range(REVISITS):
            self.use(*self.rng.choice(self.revoked[-40:]))
        self.look(name)
        if self.rng.random() < 0.3:
            self.remove(name, key)
        elif self.rng.random() < 0.5:
            self.put_policy(name, 2)

    def remove(self, name, key):
        if self.write(("key", key.key), Effect.CHANGE, ABSENT, "DeleteAccessKey",
                      {"UserName": name, "AccessKeyId": key.key}):
            with self.account.lock:
                self.account.keys[name][0].remove(key.key)
        else:
            with self.account.lock:
                self.account.keys.pop(name)  # whether it is listed is judged by its own history alone
            return
        # The policy may be there or not.
        self.write(("policy", name), Effect.PUT, 3, "PutUserPolicy", self.policy(name, 3))
        if self.write(("policy", name), Effect.CHANGE, ABSENT, "DeleteUserPolicy",
                      {"UserName": name, "PolicyName": "p"}):
            self.write(("user", name), Effect.CHANGE, ABSENT, "DeleteUser", {"UserName": name})

    def share(self, mark):
        """One write that other clients get in the way of."""
        name = f"shared-{self.rng.randrange(SHARED_USERS)}"
        what = self.rng.randrange(4)
        if what == 0:
            creation = {"UserName": name, "Path": "/shared/", "Tags.member.1.Key": "n", "Tags.member.1.Value": mark}
            self.write(("user", name), Effect.CREATE, ("/shared/", mark), "CreateUser", creation, is_shared=True)
        elif what == 1:
            self.write(("policy", name), Effect.PUT, mark, "PutUserPolicy", self.policy(name, mark), is_shared=True)
        elif what == 2:
            self.write(("policy", name), Effect.CHANGE, ABSENT, "DeleteUserPolicy",
                       {"UserName": name, "PolicyName": "p"}, is_shared=True)
        else:
            self.write(("user", name), Effect.CHANGE, ABSENT, "DeleteUser", {"UserName": name}, is_shared=True)

    @staticmethod
    def policy(name, number):
        mark = f"n{number}".replace("-", "x")
        return {"UserName": name, "PolicyName": "p", "PolicyDocument": policy(allow("iam:GetUser", Sid=mark))}

    def put_policy(self, name, number):
        return self.write(("policy", name), Effect.PUT, number, "PutUserPolicy", self.policy(name, number))

    def create_key(self, name):
        answer = self.send("CreateAccessKey", {"UserName": name})
        self.account.count(answer)
        with self.account.lock:
            known = self.account.keys.setdefault(name, [[], 0])
            if answer.outcome is Outcome.UNKNOWN:
                known[1] += 1
        if answer.outcome is not Outcome.ANSWERED:
            self.explain_refusal(("user", name), answer)
            return None
        key = Credentials(answer.text("AccessKeyId"), answer.text("SecretAccessKey"))
        with self.account.lock:
            known[0].append(key.key)
        self.writers[("key", key.key)] = answer.node
        self.account.add(Write(("key", key.key), Effect.CREATE, "Active", answer.begin, answer.end, answer.outcome))
        return key

    def write(self, of, effect, value, action, parameters, is_shared=False):
        """Whether it is known to be done; what nobody knows is sometimes asked for again."""
        for _ in range(TRIES_MAX):
            answer = self.send(action, parameters)
            self.account.count(answer)
            self.account.add(Write(of, effect, value, answer.begin, answer.end, answer.outcome, by=self.label))
            if answer.outcome is Outcome.ANSWERED:
                self.writers[of] = answer.node
                return True
            self.writers.pop(of, None)
            if answer.outcome is Outcome.REFUSED:
                self.explain_refusal(of, answer, is_shared)
                return False
            if self.rng.random() < 0.5:
                return False
        return False

    def explain_refusal(self, of, answer, is_shared=False):
        """A refusal says what was there."""
        behind = self.account.behind if is_shared else 0
        if answer.code == "EntityAlreadyExists":
            self.account.add(Read(of, (PRESENT,), answer.begin, answer.end, behind, by=self.label))
        elif answer.code == "NoSuchEntity":
            # Without a user there is no policy either, but a policy may be missing where there is a user.
            self.account.add(Read(of, (ABSENT,), answer.begin, answer.end, behind, by=self.label))
        else:
            assert answer.code == "DeleteConflict" or answer.outcome is Outcome.UNKNOWN, f"{of}: {answer.code}"

    # What is looked at

    def look(self, name):
        """Reads the user, through a node that may be behind or has been told how new it must be."""
        is_told = self.rng.random() < 0.3
        of = ("user", name)
        if self.rng.random() < 0.5:
            answer = self.send("GetUser", {"UserName": name}, is_told)
            if answer.outcome is Outcome.ANSWERED:
                value = (answer.text("Path"), tag_of(answer))
                self.saw(of, (value,), answer, is_told)
            elif answer.code == "NoSuchEntity":
                self.saw(of, (ABSENT,), answer, is_told)
        else:
            answer = self.send("ListUsers", {"PathPrefix": f"/{self.label}/", "MaxItems": "1000"}, is_told)
            if answer.outcome is Outcome.ANSWERED:
                names = {answer.text("UserName", user) for user in answer.members("Users")}
                self.saw(of, (PRESENT if name in names else ABSENT,), answer, is_told)

    def use(self, name, key):
        """Acts as the user: whether that is accepted says whether the key is active and the policy is there."""
        answer = self.send("GetUser", {}, is_told=False, credentials=key)
        for of, seen in use_of(name, key, answer):
            self.saw(of, seen, answer)

    def saw(self, of, seen, answer, is_told=False):
        # A node sees its own writes at once.
        is_own = self.writers.get(of) == answer.node
        behind = 0 if is_told or is_own else self.account.behind
        self.account.add(Read(of, seen, answer.begin, answer.end, behind, by=f"{self.label} node {answer.node}"))

    # How it is asked

    def send(self, action, parameters, is_told=True, credentials=None):
        """Asks a node that lives; what did not get there did not happen."""
        while True:
            living = self.nodes.living
            number = self.rng.choice(living) if living else None
            endpoint = self.nodes.servers[number].endpoint if living else None
            if endpoint:
                revision = self.revision if is_told else None
                answer = call(endpoint, credentials or self.account.root, action, parameters, revision)
                answer.node = number
                if answer.revision and (not self.revision or number_of(answer) > revision_number(self.revision)):
                    self.revision = answer.revision
                if answer.was_sent:
                    if answer.outcome is Outcome.UNKNOWN:
                        self.account.is_over.wait(PAUSE_SECONDS)
                    return answer
            if self.account.is_over.wait(PAUSE_SECONDS):
                raise Stopped


class Stopped(Exception):
    """There is nothing more to do."""


def use_of(name, key, answer):
    """What the answer to a call by the user says of its key and of the policy that allows it."""
    key, permission = ("key", key.key), ("policy", name)
    if answer.outcome is Outcome.ANSWERED:
        return [(key, ("Active",)), (permission, (PRESENT,))]
    if answer.code == "AccessDenied":
        return [(key, ("Active",)), (permission, (ABSENT,))]
    if answer.code == "InvalidClientTokenId":
        return [(key, ("Inactive", ABSENT))]
    assert answer.outcome is Outcome.UNKNOWN, answer.code
    return []
