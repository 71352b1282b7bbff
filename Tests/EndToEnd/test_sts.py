import datetime
import re

import pytest

from harness import EXPLICIT_DENY, Credentials, allow, denial, deny, policy, refused, trust_policy

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def assume(account, credentials, role, name="session", **parameters):
    """Credentials of a role's session."""
    answer = account.client("sts", credentials).assume_role(RoleArn=role, RoleSessionName=name, **parameters)
    return Credentials.of(answer["Credentials"])


def seconds_left(credentials):
    return (credentials["Expiration"] - datetime.datetime.now(datetime.timezone.utc)).total_seconds()


@pytest.fixture
def assumer(account):
    """A user that may call all of STS."""
    return account.user("assumer", allow("sts:*")).credentials


# Who am I


def test_root_is_told_who_it_is(account, sts):
    found = sts.get_caller_identity()
    assert (found["Account"], found["UserId"], found["Arn"]) == (account.id, account.id, account.arn("root"))


def test_a_user_without_any_policy_is_told_who_it_is(account, iam):
    user = account.user("u", Path="/p/")
    found = account.client("sts", user.credentials).get_caller_identity()
    assert (found["Account"], found["Arn"]) == (account.id, account.arn("user/p/u"))
    assert found["UserId"] == iam.get_user(UserName="u")["User"]["UserId"]


def test_even_a_user_who_is_denied_everything_is_told(account):
    user = account.user("u", deny("*"))
    assert account.client("sts", user.credentials).get_caller_identity()["Account"] == account.id


def test_a_role_session_is_told_who_it_is(account, iam, assumer):
    role = account.role({"AWS": account.id}, name="Role", Path="/p/")
    answer = account.client("sts", assumer).assume_role(RoleArn=role, RoleSessionName="me@example.com")
    role_id = iam.get_role(RoleName="Role")["Role"]["RoleId"]
    arn = f"arn:aws:sts::{account.id}:assumed-role/Role/me@example.com"
    assert answer["AssumedRoleUser"] == {"AssumedRoleId": f"{role_id}:me@example.com", "Arn": arn}
    assert re.fullmatch("ASIA[A-Z0-9]{16}", answer["Credentials"]["AccessKeyId"])
    assert 3500 < seconds_left(answer["Credentials"]) <= 3600
    found = account.client("sts", Credentials.of(answer["Credentials"])).get_caller_identity()
    assert (found["Account"], found["UserId"], found["Arn"]) == (account.id, f"{role_id}:me@example.com", arn)


def test_a_federated_user_is_told_who_it_is(account, assumer):
    answer = account.client("sts", assumer).get_federation_token(Name="Fred", Policy=policy(allow("s3:*")))
    arn = f"arn:aws:sts::{account.id}:federated-user/Fred"
    assert answer["FederatedUser"] == {"FederatedUserId": f"{account.id}:Fred", "Arn": arn}
    assert 43_000 < seconds_left(answer["Credentials"]) <= 43_200
    found = account.client("sts", Credentials.of(answer["Credentials"])).get_caller_identity()
    assert (found["UserId"], found["Arn"]) == (f"{account.id}:Fred", arn)


def test_a_key_tells_its_account(server, account, sts, assumer):
    other = server.account()
    assert sts.get_access_key_info(AccessKeyId=assumer.key)["Account"] == account.id
    assert sts.get_access_key_info(AccessKeyId=other.user("u").credentials.key)["Account"] == other.id


# Who may assume a role


def test_both_sides_must_allow(server, account, iam):
    allowed = account.user("allowed", allow("sts:AssumeRole"))
    bare = account.user("bare")
    role = account.role({"AWS": account.id}, name="delegated")
    assume(account, allowed.credentials, role)
    words = f"User: {account.arn('user/bare')} is not authorized to perform: sts:AssumeRole on resource: {role}"
    with refused("AccessDenied", re.escape(words) + ".*", 403):
        assume(account, bare.credentials, role)
    # A trust policy that names the user itself is enough within one account.
    direct = account.role({"AWS": account.arn("user/bare")}, name="direct")
    assume(account, bare.credentials, direct)
    for someone in (allowed, bare):
        iam.put_user_policy(UserName=someone.name, PolicyName="no", PolicyDocument=policy(deny("sts:AssumeRole")))
        with refused("AccessDenied", r".* " + EXPLICIT_DENY + "(: .*)?"):
            assume(account, someone.credentials, direct)


def test_a_role_that_does_not_exist_is_refused_as_one_that_may_not_be_assumed(account, assumer):
    missing = account.arn("role/none")
    with refused("AccessDenied", re.escape(
        f"User: {account.arn('user/assumer')} is not authorized to perform: sts:AssumeRole on resource: {missing}")
        + ".*"
    ):
        assume(account, assumer, missing)


def test_root_assumes_no_role(account):
    role = account.role({"AWS": account.id})
    with refused("AccessDenied", r"Roles may not be assumed by root accounts\.", 403):
        assume(account, account.root, role)


def test_another_account_s_user_needs_both_sides(server, account):
    other = server.account()
    theirs = other.user("u", allow("sts:AssumeRole"))
    bare = other.user("bare")
    trusting = account.role({"AWS": other.id}, name="trusting")
    closed = account.role({"AWS": account.id}, name="trusting-only-us")
    by_name = account.role({"AWS": other.arn("user/bare")}, name="by-name")
    session = assume(other, theirs.credentials, trusting)
    assert other.client("sts", session).get_caller_identity()["Account"] == account.id
    with refused("AccessDenied"):
        assume(other, theirs.credentials, closed)
    # Across accounts the trust policy alone is never enough.
    for role in (trusting, by_name):
        with refused("AccessDenied"):
            assume(other, bare.credentials, role)


def test_the_external_id_is_checked(account, assumer):
    trust = trust_policy({"AWS": account.id}, Condition={"StringEquals": {"sts:ExternalId": "12345"}})
    role = account.role(trust)
    assume(account, assumer, role, ExternalId="12345")
    for wrong in ({}, {"ExternalId": "12346"}):
        with refused("AccessDenied"):
            assume(account, assumer, role, **wrong)


def test_an_explicit_deny_in_the_trust_policy_wins(account, assumer):
    trust = policy(
        {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"},
        {"Effect": "Deny", "Principal": {"AWS": account.arn("user/assumer")}, "Action": "sts:AssumeRole"})
    with refused("AccessDenied"):
        assume(account, assumer, account.role(trust))


def test_a_role_for_a_service_is_not_for_people(account, assumer):
    with refused("AccessDenied"):
        assume(account, assumer, account.role({"Service": "ec2.amazonaws.com"}))


def test_a_malformed_arn_or_name_is_refused(account, assumer):
    sts = account.client("sts", assumer, parameter_validation=False)
    role = account.role({"AWS": account.id})
    for arn, name in (("role", "session"), (role, "a"), (role, "with space"), (role, "x" * 65)):
        with refused("ValidationError", status=400):
            sts.assume_role(RoleArn=arn, RoleSessionName=name)


# How long


def test_a_session_lasts_as_long_as_asked_within_the_limits(account, assumer):
    role = account.role({"AWS": account.id}, MaxSessionDuration=7200)
    sts = account.client("sts", assumer, parameter_validation=False)
    for seconds in (900, 7200):
        answer = sts.assume_role(RoleArn=role, RoleSessionName="s-1", DurationSeconds=seconds)
        assert seconds - 60 < seconds_left(answer["Credentials"]) <= seconds
    words = r"The requested DurationSeconds exceeds the MaxSessionDuration set for this role\."
    with refused("ValidationError", words):
        sts.assume_role(RoleArn=role, RoleSessionName="s-1", DurationSeconds=7201)
    for seconds in (899, 43201):
        with refused("ValidationError", status=400):
            sts.assume_role(RoleArn=role, RoleSessionName="s-1", DurationSeconds=seconds)


def test_a_chained_session_lasts_an_hour_at_most(account, assumer):
    second = account.role({"AWS": account.id}, name="second", MaxSessionDuration=43200)
    first = account.role({"AWS": account.id}, allow("sts:AssumeRole"), name="first")
    session = assume(account, assumer, first)
    assume(account, session, second, DurationSeconds=3600)
    with refused(
        "ValidationError",
        r"The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining\.?",
    ):
        assume(account, session, second, DurationSeconds=3601)


# What a session may


def test_a_session_may_what_its_role_may(account, assumer):
    role = account.role({"AWS": account.id}, allow("iam:ListUsers"), name="lister")
    acting = account.client("iam", assume(account, assumer, role))
    acting.list_users()
    who = f"arn:aws:sts::{account.id}:assumed-role/lister/session"
    with refused("AccessDenied", denial(who, "iam:ListGroups", account.arn("group/")), 403):
        acting.list_groups()


def test_a_session_policy_limits_even_what_concerns_oneself(account, assumer):
    role = account.role({"AWS": account.id}, allow("*"))
    session = assume(account, assumer, role, Policy=policy(allow("iam:ListUsers")))
    acting = account.client("iam", session)
    acting.list_users()
    why = r".* because no session policy allows the iam:{} action"
    with refused("AccessDenied", why.format("ListGroups")):
        acting.list_groups()
    with refused("AccessDenied", why.format("CreateAccessKey")):
        acting.create_access_key(UserName="assumer")
    with refused("AccessDenied"):
        account.client("sts", session).get_session_token()


def test_a_session_policy_gives_nothing_that_the_role_has_not(account, assumer):
    role = account.role({"AWS": account.id}, allow("iam:ListUsers"))
    acting = account.client("iam", assume(account, assumer, role, Policy=policy(allow("*"))))
    acting.list_users()
    with refused("AccessDenied"):
        acting.list_groups()


def test_a_session_policy_can_be_named_by_its_arn(account, assumer):
    role = account.role({"AWS": account.id}, allow("*"))
    acting = account.client("iam", assume(account, assumer, role, PolicyArns=[{"arn": READ_ONLY}]))
    acting.list_users()
    with refused("AccessDenied", r".* because no session policy allows the iam:CreateUser action"):
        acting.create_user(UserName="x")
    with pytest.raises(acting.exceptions.ClientError):
        assume(account, assumer, role, PolicyArns=[{"arn": account.arn("policy/none")}])


def test_an_explicit_deny_in_the_session_policy_wins(account, assumer):
    role = account.role({"AWS": account.id}, allow("*"))
    document = policy(allow("*"), deny("iam:ListUsers"))
    acting = account.client("iam", assume(account, assumer, role, Policy=document))
    acting.list_groups()
    with refused("AccessDenied", r".* with an explicit deny in a session policy(: .*)?"):
        acting.list_users()


def test_a_malformed_session_policy_is_refused(account, assumer):
    role = account.role({"AWS": account.id})
    for document in ("x", "{}", policy({"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*"})):
        with refused("MalformedPolicyDocument", status=400):
            assume(account, assumer, role, Policy=document)


def test_session_tags_need_permission_and_decide(account, assumer):
    tagged = policy({"Effect": "Allow", "Principal": {"AWS": account.id},
                     "Action": ["sts:AssumeRole", "sts:TagSession"]})
    condition = {"StringEquals": {"aws:PrincipalTag/team": "red"}}
    role = account.role(tagged, allow("iam:ListUsers", Condition=condition))
    red = [{"Key": "team", "Value": "red"}]
    account.client("iam", assume(account, assumer, role, Tags=red)).list_users()
    for tags in ([], [{"Key": "team", "Value": "blue"}], [{"Key": "team", "Value": "re"}]):
        with refused("AccessDenied"):
            account.client("iam", assume(account, assumer, role, Tags=tags)).list_users()
    untagged = account.role({"AWS": account.id})
    with refused("AccessDenied", r".*sts:TagSession.*"):
        assume(account, assumer, untagged, Tags=red)


def test_transitive_tags_go_on_and_cannot_be_changed(account, assumer):
    trust = policy({"Effect": "Allow", "Principal": {"AWS": account.id},
                    "Action": ["sts:AssumeRole", "sts:TagSession"]})
    condition = {"StringEquals": {"aws:PrincipalTag/team": "red"}}
    first = account.role(trust, allow(["sts:AssumeRole", "sts:TagSession"]), name="first")
    second = account.role(trust, allow("iam:ListUsers", Condition=condition), name="second")
    red = [{"Key": "team", "Value": "red"}]
    transitive = assume(account, assumer, first, Tags=red, TransitiveTagKeys=["team"])
    account.client("iam", assume(account, transitive, second)).list_users()
    with pytest.raises(account.sts.exceptions.ClientError):
        assume(account, transitive, second, Tags=[{"Key": "team", "Value": "blue"}])
    staying = assume(account, assumer, first, Tags=red)
    with refused("AccessDenied"):
        account.client("iam", assume(account, staying, second)).list_users()


def test_the_source_identity_is_set_once(account, assumer):
    trust = policy({"Effect": "Allow", "Principal": {"AWS": account.id},
                    "Action": ["sts:AssumeRole", "sts:SetSourceIdentity"]})
    may = ["sts:AssumeRole", "sts:SetSourceIdentity"]
    condition = {"StringEquals": {"aws:SourceIdentity": "alice"}}
    first = account.role(trust, allow(may), name="first")
    second = account.role(trust, allow("iam:ListUsers", Condition=condition), name="second")
    answer = account.client("sts", assumer).assume_role(
        RoleArn=first, RoleSessionName="s-1", SourceIdentity="alice")
    assert answer["SourceIdentity"] == "alice"
    session = Credentials.of(answer["Credentials"])
    account.client("iam", assume(account, session, second)).list_users()
    with refused("AccessDenied"):
        assume(account, session, second, SourceIdentity="mallory")
    plain = account.role({"AWS": account.id}, name="plain")
    with refused("AccessDenied", r".*sts:SetSourceIdentity.*"):
        assume(account, assumer, plain, SourceIdentity="alice")


# What ends a session


def test_a_session_ends_with_its_role(account, iam, assumer):
    role = account.role({"AWS": account.id}, name="ending")
    acting = account.client("sts", assume(account, assumer, role))
    acting.get_caller_identity()
    iam.delete_role(RoleName="ending")
    with refused("InvalidClientTokenId", status=403):
        acting.get_caller_identity()
    account.role({"AWS": account.id}, name="ending")
    with refused("InvalidClientTokenId"):
        acting.get_caller_identity()


def test_a_session_loses_what_its_role_loses(account, iam, assumer):
    role = account.role({"AWS": account.id}, allow("iam:ListUsers"), name="losing")
    acting = account.client("iam", assume(account, assumer, role))
    acting.list_users()
    iam.delete_role_policy(RoleName="losing", PolicyName="given")
    with refused("AccessDenied"):
        acting.list_users()


def test_older_sessions_can_be_revoked(account, iam, assumer):
    role = account.role({"AWS": account.id}, allow("iam:ListUsers"), name="revoked")
    acting = account.client("iam", assume(account, assumer, role))
    acting.list_users()
    until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=1)
    until = until.strftime("%Y-%m-%dT%H:%M:%SZ")
    iam.put_role_policy(RoleName="revoked", PolicyName="AWSRevokeOlderSessions", PolicyDocument=policy(
        deny("*", Condition={"DateLessThan": {"aws:TokenIssueTime": until}})))
    with refused("AccessDenied"):
        acting.list_users()


def test_a_session_of_a_user_ends_with_it(account, iam, assumer):
    session = account.client("sts", assumer).get_session_token()["Credentials"]
    acting = account.client("sts", Credentials.of(session))
    acting.get_caller_identity()
    iam.delete_access_key(UserName="assumer", AccessKeyId=assumer.key)
    iam.delete_user_policy(UserName="assumer", PolicyName="given")
    iam.delete_user(UserName="assumer")
    with refused("InvalidClientTokenId", status=403):
        acting.get_caller_identity()


def test_a_token_is_checked_in_every_bit(account, assumer):
    role = account.role({"AWS": account.id})
    session = assume(account, assumer, role)
    other = assume(account, assumer, role)
    half = len(session.token) // 2
    flipped = "B" if session.token[half] == "A" else "A"
    wrong = [
        None, "x", session.token[:-1], session.token[1:], session.token + "A", other.token,
        session.token[:half] + flipped + session.token[half + 1:],
    ]
    for token in wrong:
        with refused("InvalidClientTokenId", status=403):
            account.client("sts", Credentials(session.key, session.secret, token)).get_caller_identity()
    with refused("SignatureDoesNotMatch", status=403):
        account.client("sts", Credentials(session.key, assumer.secret, session.token)).get_caller_identity()
    with refused("InvalidClientTokenId"):
        account.client("sts", Credentials(assumer.key, assumer.secret, session.token)).get_caller_identity()


# GetSessionToken and GetFederationToken


def test_a_session_token_has_its_limits(account, assumer):
    sts = account.client("sts", assumer, parameter_validation=False)
    for seconds in (900, 129_600):
        left = seconds_left(sts.get_session_token(DurationSeconds=seconds)["Credentials"])
        assert seconds - 60 < left <= seconds
    assert 43_000 < seconds_left(sts.get_session_token()["Credentials"]) <= 43_200
    for seconds in (899, 129_601):
        with refused("ValidationError", status=400):
            sts.get_session_token(DurationSeconds=seconds)


def test_root_s_session_lasts_an_hour_at_most(sts):
    assert 3500 < seconds_left(sts.get_session_token()["Credentials"]) <= 3600
    assert seconds_left(sts.get_session_token(DurationSeconds=7200)["Credentials"]) <= 3600


def test_a_session_without_mfa_reaches_neither_iam_nor_the_rest_of_sts(account, iam):
    user = account.user("u", allow("*"))
    session = Credentials.of(account.client("sts", user.credentials).get_session_token()["Credentials"])
    sts = account.client("sts", session)
    assert sts.get_caller_identity()["Arn"] == account.arn("user/u")
    assume(account, session, account.role({"AWS": account.id}))
    with pytest.raises(iam.exceptions.ClientError) as failure:
        account.client("iam", session).list_users()
    assert failure.value.response["Error"]["Code"] in ("InvalidClientTokenId", "AccessDenied")
    with refused("AccessDenied", r"Cannot call GetSessionToken with session credentials", 403):
        sts.get_session_token()
    with refused("AccessDenied", r"Cannot call GetFederationToken with session credentials", 403):
        sts.get_federation_token(Name="fred")


def test_a_federated_user_reaches_no_iam(account, iam):
    user = account.user("u", allow("*"))
    answer = account.client("sts", user.credentials).get_federation_token(Name="fred", Policy=policy(allow("*")))
    session = Credentials.of(answer["Credentials"])
    with pytest.raises(iam.exceptions.ClientError) as failure:
        account.client("iam", session).list_users()
    assert failure.value.response["Error"]["Code"] in ("InvalidClientTokenId", "AccessDenied")
    with refused("AccessDenied"):
        assume(account, session, account.role({"AWS": account.id}))


def test_federation_needs_permission(account):
    user = account.user("u")
    with refused("AccessDenied", r".*sts:GetFederationToken.*"):
        account.client("sts", user.credentials).get_federation_token(Name="fred")


def test_a_message_that_was_not_ours_is_not_decoded(account, sts):
    with refused("InvalidAuthorizationMessageException", status=400):
        sts.decode_authorization_message(EncodedMessage="forged")
    user = account.user("u")
    with refused("AccessDenied"):
        account.client("sts", user.credentials).decode_authorization_message(EncodedMessage="forged")
