"""What is taken away through one node is refused at the others; how long that takes is measured and printed.

A second is promised at p99.9. No test is timed: only a multiple of that fails, since machines that test are busy.
"""

import math
import os
import time

import pytest

from harness import POSTGRESQL, Credentials, allow, deny, policy, trust_policy
from plain import Plain

pytestmark = pytest.mark.only(POSTGRESQL)

# Of all kinds in turn.
TRIALS = int(os.environ.get("SALLYPORT_REVOCATIONS", "210"))
REVOCATION_SECONDS_MAX = 15


class Kind:
    """A way to let somebody do something and to take that away again, both through the first node."""

    def __init__(self, account, second):
        self.account, self.second = account, second
        self.root = Plain(account.server, account.root)

    def __repr__(self):
        return type(self).__name__

    def key(self, user):
        answer = self.root.call("CreateAccessKey", UserName=user)
        return Credentials(answer.text("AccessKeyId"), answer.text("SecretAccessKey"))

    def session(self, role, number):
        answer = Plain(self.account.server, self.user.credentials, "sts").call(
            "AssumeRole", RoleArn=role, RoleSessionName=f"session-{number}")
        return Credentials(*(answer.text(name) for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")))


class KeyDeactivated(Kind):
    refusal = "InvalidClientTokenId"

    def __init__(self, *parts):
        super().__init__(*parts)
        self.user = self.account.user("deactivated")
        self.other = Plain(self.second, self.user.credentials, "sts")

    def give(self, number):
        self.set("Active")
        return lambda: self.other.send("GetCallerIdentity")

    def take(self):
        self.set("Inactive")

    def set(self, status):
        self.root.call(
            "UpdateAccessKey", UserName=self.user.name, AccessKeyId=self.user.credentials.key, Status=status)


class KeyDeleted(Kind):
    refusal = "InvalidClientTokenId"

    def __init__(self, *parts):
        super().__init__(*parts)
        self.root.call("CreateUser", UserName="keyless")

    def give(self, number):
        self.made = self.key("keyless")
        other = Plain(self.second, self.made, "sts")
        return lambda: other.send("GetCallerIdentity")

    def take(self):
        self.root.call("DeleteAccessKey", UserName="keyless", AccessKeyId=self.made.key)


class UserDeleted(Kind):
    """A user can be deleted only without keys; what is left are its sessions."""

    refusal = "InvalidClientTokenId"

    def give(self, number):
        self.name = f"short-lived-{number}"
        self.root.call("CreateUser", UserName=self.name)
        key = self.key(self.name)
        answer = Plain(self.account.server, key, "sts").call("GetSessionToken")
        session = Credentials(*(answer.text(name) for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")))
        self.root.call("DeleteAccessKey", UserName=self.name, AccessKeyId=key.key)
        other = Plain(self.second, session, "sts")
        return lambda: other.send("GetCallerIdentity")

    def take(self):
        self.root.call("DeleteUser", UserName=self.name)


class PolicyDetached(Kind):
    refusal = "AccessDenied"

    def __init__(self, *parts):
        super().__init__(*parts)
        self.user = self.account.user("detached")
        self.policy = self.root.call(
            "CreatePolicy", PolicyName="see", PolicyDocument=policy(allow("iam:GetUser"))).text("Arn")
        self.other = Plain(self.second, self.user.credentials)

    def give(self, number):
        self.root.call("AttachUserPolicy", UserName=self.user.name, PolicyArn=self.policy)
        return lambda: self.other.send("GetUser")

    def take(self):
        self.root.call("DetachUserPolicy", UserName=self.user.name, PolicyArn=self.policy)


class TrustChanged(Kind):
    refusal = "AccessDenied"

    def __init__(self, *parts):
        super().__init__(*parts)
        self.user = self.account.user("trusted")
        self.trust = trust_policy({"AWS": self.account.arn("user/trusted")})
        self.role = self.account.role(self.trust, name="trusting")
        self.other = Plain(self.second, self.user.credentials, "sts")

    def give(self, number):
        self.root.call("UpdateAssumeRolePolicy", RoleName="trusting", PolicyDocument=self.trust)
        return lambda: self.other.send("AssumeRole", RoleArn=self.role, RoleSessionName="session")

    def take(self):
        nobody = trust_policy({"Service": "ec2.amazonaws.com"})
        self.root.call("UpdateAssumeRolePolicy", RoleName="trusting", PolicyDocument=nobody)


class SessionsRevoked(Kind):
    """As the console's "revoke active sessions" does: a denial for all sessions that were made before an instant."""

    refusal = "AccessDenied"

    def __init__(self, *parts):
        super().__init__(*parts)
        self.user = self.account.user("assuming", allow("sts:AssumeRole"))
        self.role = self.account.role({"AWS": self.account.id}, allow("iam:ListUsers"), name="revoked")
        self.other = Plain(self.second, self.session(self.role, 0))

    def give(self, number):
        self.root.send("DeleteRolePolicy", RoleName="revoked", PolicyName="AWSRevokeOlderSessions")
        return lambda: self.other.send("ListUsers", MaxItems="1")

    def take(self):
        cut = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 2))
        self.root.call("PutRolePolicy", RoleName="revoked", PolicyName="AWSRevokeOlderSessions", PolicyDocument=policy(
            deny("*", Condition={"DateLessThan": {"aws:TokenIssueTime": cut}})))


class RoleDeleted(Kind):
    refusal = "InvalidClientTokenId"

    def __init__(self, *parts):
        super().__init__(*parts)
        self.user = self.account.user("assuming-often", allow("sts:AssumeRole"))
        self.trust = trust_policy({"AWS": self.account.id})

    def give(self, number):
        self.name = f"short-lived-{number}"
        role = self.root.call("CreateRole", RoleName=self.name, AssumeRolePolicyDocument=self.trust).text("Arn")
        other = Plain(self.second, self.session(role, number), "sts")
        return lambda: other.send("GetCallerIdentity")

    def take(self):
        self.root.call("DeleteRole", RoleName=self.name)


KINDS = (KeyDeactivated, KeyDeleted, UserDeleted, PolicyDetached, TrustChanged, SessionsRevoked, RoleDeleted)


def trial(kind, number):
    """Seconds from the answer to what takes a permission away to its first refusal at the other node."""
    use = kind.give(number)
    wait_for(kind, lambda: use().status == 200)
    kind.take()
    begin = time.monotonic()
    wait_for(kind, lambda: use().status != 200)
    taken = time.monotonic() - begin
    # It stays refused.
    answer = use()
    assert answer.code == kind.refusal, (kind, answer)
    return taken


def wait_for(kind, holds):
    deadline = time.monotonic() + REVOCATION_SECONDS_MAX
    while not holds():
        assert time.monotonic() < deadline, f"{kind}: what the first node changed is not seen by the second"


def test_what_is_taken_away_through_one_node_is_refused_at_the_other(shared_account, second, record_property):
    kinds = [kind(shared_account, second) for kind in KINDS]
    taken = {kind: [] for kind in kinds}
    for number in range(TRIALS):
        kind = kinds[number % len(kinds)]
        taken[kind].append(trial(kind, number))
    for kind, times in taken.items():
        record_property("figure", f"{kind} refused after {described(times)}")
    record_property("figure", f"all revocations: refused after {described(sum(taken.values(), []))}")


def described(times):
    times = sorted(times)

    def percentile(share):
        return f"p{share * 100:g} {times[math.ceil(len(times) * share) - 1] * 1000:.1f} ms"

    figures = ", ".join(percentile(share) for share in (0.5, 0.99, 0.999))
    return f"{figures}, max {times[-1] * 1000:.1f} ms of {len(times):,}"
