import json
import re

import pytest

from harness import Credentials, allow, policy, refused, trust_policy

EC2 = trust_policy({"Service": "ec2.amazonaws.com"})
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def test_a_role_is_made_found_changed_and_deleted(account, iam):
    made = iam.create_role(
        RoleName="Runner", Path="/app/", AssumeRolePolicyDocument=EC2, Description="runs", MaxSessionDuration=7200,
        Tags=[{"Key": "k", "Value": "v"}])["Role"]
    assert made["Arn"] == account.arn("role/app/Runner")
    assert re.fullmatch("AROA[A-Z0-9]{17}", made["RoleId"])
    found = iam.get_role(RoleName="RUNNER")["Role"]
    assert found["AssumeRolePolicyDocument"] == json.loads(EC2)
    assert (found["Description"], found["MaxSessionDuration"]) == ("runs", 7200)
    assert found["Tags"] == [{"Key": "k", "Value": "v"}]
    iam.update_role(RoleName="Runner", Description="walks", MaxSessionDuration=3600)
    changed = iam.get_role(RoleName="Runner")["Role"]
    assert (changed["Description"], changed["MaxSessionDuration"]) == ("walks", 3600)
    assert iam.update_role_description(RoleName="Runner", Description="sits")["Role"]["Description"] == "sits"
    iam.delete_role(RoleName="Runner")
    with refused("NoSuchEntity", r"The role with name Runner cannot be found\.", 404):
        iam.get_role(RoleName="Runner")


def test_an_hour_is_the_session_duration_where_none_is_given(iam):
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=EC2)
    assert iam.get_role(RoleName="r")["Role"]["MaxSessionDuration"] == 3600


@pytest.mark.parametrize("seconds", [3599, 43201])
def test_a_session_duration_out_of_range_is_refused(account, seconds):
    iam = account.client("iam", account.root, parameter_validation=False)
    with refused("ValidationError", status=400):
        iam.create_role(RoleName="r", AssumeRolePolicyDocument=EC2, MaxSessionDuration=seconds)


@pytest.mark.parametrize("name", ["Taken", "TAKEN"])
def test_a_name_is_taken_in_any_letter_case(iam, name):
    iam.create_role(RoleName="Taken", AssumeRolePolicyDocument=EC2)
    with refused("EntityAlreadyExists", rf"Role with name {name} already exists\.", 409):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=EC2)


@pytest.mark.parametrize("document", [
    "x", policy(allow("sts:AssumeRole")),
    policy({"Effect": "Allow", "Action": "sts:AssumeRole"}),
    policy({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "arn"}),
    policy({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "not a principal"}}),
    policy({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Nobody": "x"}}),
    policy({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}, "Resource": "*"}),
    policy({"Effect": "Allow", "Action": "s3:GetObject", "Principal": {"AWS": "*"}}),
])
def test_a_malformed_trust_policy_is_refused(iam, document):
    with refused("MalformedPolicyDocument", status=400):
        iam.create_role(RoleName="r", AssumeRolePolicyDocument=document)
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=EC2)
    with refused("MalformedPolicyDocument", status=400):
        iam.update_assume_role_policy(RoleName="r", PolicyDocument=document)
    assert iam.get_role(RoleName="r")["Role"]["AssumeRolePolicyDocument"] == json.loads(EC2)


def test_a_trust_policy_names_principals_that_exist(account, iam):
    missing = account.arn("user/nobody")
    with refused("MalformedPolicyDocument", rf'Invalid principal in policy: "AWS":"{missing}"'):
        iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust_policy({"AWS": missing}))
    iam.create_user(UserName="somebody")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust_policy({"AWS": account.arn("user/somebody")}))
    found = iam.get_role(RoleName="r")["Role"]["AssumeRolePolicyDocument"]
    assert found["Statement"][0]["Principal"] == {"AWS": account.arn("user/somebody")}


def test_a_trusted_user_who_is_deleted_and_made_again_is_another(account, iam):
    iam.create_user(UserName="somebody")
    first = iam.get_user(UserName="somebody")["User"]["UserId"]
    role = account.role({"AWS": account.arn("user/somebody")}, name="r")
    iam.delete_user(UserName="somebody")
    assert iam.get_role(RoleName="r")["Role"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] == {"AWS": first}
    again = account.user("somebody", allow("sts:AssumeRole"))
    with refused("AccessDenied", status=403):
        account.client("sts", again.credentials).assume_role(RoleArn=role, RoleSessionName="session")


@pytest.mark.parametrize("operation, arguments", [
    ("get_role", {}), ("delete_role", {}), ("update_role", {}), ("update_role_description", {"Description": "d"}),
    ("update_assume_role_policy", {"PolicyDocument": EC2}), ("list_role_policies", {}), ("list_role_tags", {}),
    ("list_attached_role_policies", {}), ("list_instance_profiles_for_role", {}),
    ("get_role_policy", {"PolicyName": "p"}), ("delete_role_policy", {"PolicyName": "p"}),
    ("attach_role_policy", {"PolicyArn": READ_ONLY}), ("detach_role_policy", {"PolicyArn": READ_ONLY}),
    ("tag_role", {"Tags": [{"Key": "k", "Value": "v"}]}), ("untag_role", {"TagKeys": ["k"]}),
    ("put_role_permissions_boundary", {"PermissionsBoundary": READ_ONLY}), ("delete_role_permissions_boundary", {}),
    ("put_role_policy", {"PolicyName": "p", "PolicyDocument": policy(allow("*"))}),
])
def test_an_unknown_role_is_not_found(iam, operation, arguments):
    with refused("NoSuchEntity", status=404):
        getattr(iam, operation)(RoleName="none", **arguments)


def test_a_role_that_is_in_use_is_not_deleted(iam):
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=EC2)
    iam.attach_role_policy(RoleName="r", PolicyArn=READ_ONLY)
    with refused("DeleteConflict", r"Cannot delete entity, must detach all policies first\.", 409):
        iam.delete_role(RoleName="r")
    iam.detach_role_policy(RoleName="r", PolicyArn=READ_ONLY)
    iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=policy(allow("*")))
    with refused("DeleteConflict", r"Cannot delete entity, must delete policies first\."):
        iam.delete_role(RoleName="r")
    iam.delete_role_policy(RoleName="r", PolicyName="p")
    iam.create_instance_profile(InstanceProfileName="i")
    iam.add_role_to_instance_profile(InstanceProfileName="i", RoleName="r")
    with refused("DeleteConflict", r"Cannot delete entity, must remove roles from instance profile first\."):
        iam.delete_role(RoleName="r")
    iam.remove_role_from_instance_profile(InstanceProfileName="i", RoleName="r")
    iam.delete_role(RoleName="r")


def test_roles_are_listed_by_path_and_page_by_page(iam):
    names = [f"r{number}" for number in range(5)]
    for name in names:
        iam.create_role(RoleName=name, Path="/x/" if name < "r2" else "/y/", AssumeRolePolicyDocument=EC2)
    assert [each["RoleName"] for each in iam.list_roles(PathPrefix="/x/")["Roles"]] == ["r0", "r1"]
    for size in range(1, 7):
        pages = iam.get_paginator("list_roles").paginate(PaginationConfig={"PageSize": size})
        assert [each["RoleName"] for page in pages for each in page["Roles"]] == names


def test_a_boundary_of_a_role_is_shown_and_limits_its_sessions(account, iam, sts):
    user = account.user("u", allow("sts:AssumeRole"))
    role = account.role({"AWS": account.id}, allow("iam:*"), name="r", PermissionsBoundary=READ_ONLY)
    assert iam.get_role(RoleName="r")["Role"]["PermissionsBoundary"]["PermissionsBoundaryArn"] == READ_ONLY
    assert iam.get_policy(PolicyArn=READ_ONLY)["Policy"]["PermissionsBoundaryUsageCount"] == 1
    session = account.client("sts", user.credentials).assume_role(RoleArn=role, RoleSessionName="s-1")["Credentials"]
    acting = account.client("iam", Credentials.of(session))
    acting.list_users()
    with refused("AccessDenied", r".* because no permissions boundary allows the iam:CreateUser action"):
        acting.create_user(UserName="x")
    iam.delete_role_permissions_boundary(RoleName="r")
    acting.create_user(UserName="x")


def test_a_trust_policy_has_a_size(account):
    def document(length):
        text = json.dumps(json.loads(trust_policy({"AWS": account.id}, Sid="x")), separators=(",", ":"))
        return text.replace('"Sid":"x"', '"Sid":"' + "x" * (length - len(text) + 1) + '"')

    account.iam.create_role(RoleName="fits", AssumeRolePolicyDocument=document(2048))
    with refused("LimitExceeded", r"Cannot exceed quota for ACLSizePerRole: 2048", 409):
        account.iam.create_role(RoleName="large", AssumeRolePolicyDocument=document(2049))


def trusted(iam, role):
    """The one principal of a role's trust policy, as GetRole shows it."""
    return iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["AWS"]


@pytest.mark.parametrize("kind", ["user", "role"])
def test_a_trust_policy_keeps_the_id_of_who_is_gone(account, iam, kind):
    """Whoever is made anew by the name gets in only when the policy is written again."""
    gate = account.user("gate", allow("sts:AssumeRole")).credentials

    def make():
        """The named principal with a key or session of its own, and its unique id."""
        if kind == "user":
            key = account.user("named", allow("sts:AssumeRole")).credentials
            return key, iam.get_user(UserName="named")["User"]["UserId"]
        arn = account.role({"AWS": account.arn("user/gate")}, allow("sts:AssumeRole"), name="named")
        session = account.client("sts", gate).assume_role(RoleArn=arn, RoleSessionName="session")["Credentials"]
        return Credentials.of(session), iam.get_role(RoleName="named")["Role"]["RoleId"]

    def delete():
        if kind == "user":
            for key in iam.list_access_keys(UserName="named")["AccessKeyMetadata"]:
                iam.delete_access_key(UserName="named", AccessKeyId=key["AccessKeyId"])
        getattr(iam, f"delete_{kind}_policy")(**{f"{kind.title()}Name": "named"}, PolicyName="given")
        getattr(iam, f"delete_{kind}")(**{f"{kind.title()}Name": "named"})

    def enter(credentials):
        sts = account.client("sts", credentials)
        return sts.assume_role(RoleArn=account.arn("role/vault"), RoleSessionName="session")["Credentials"]

    first, first_id = make()
    arn = account.arn(f"{kind}/named")
    iam.create_role(RoleName="vault", AssumeRolePolicyDocument=trust_policy({"AWS": arn}))
    assert trusted(iam, "vault") == arn
    inside = enter(first)
    delete()
    assert trusted(iam, "vault") == first_id
    # Who was let in stays, as at AWS; the way in is closed.
    assert account.client("sts", Credentials.of(inside)).get_caller_identity()["Account"] == account.id
    with refused("InvalidClientTokenId", status=403):
        enter(first)
    second, second_id = make()
    assert second_id != first_id
    assert trusted(iam, "vault") == first_id
    with refused("AccessDenied", status=403):
        enter(second)
    with refused("MalformedPolicyDocument", r'Invalid principal in policy: "AWS":".*"'):
        iam.update_assume_role_policy(
            RoleName="vault", PolicyDocument=trust_policy({"AWS": account.arn(f"{kind}/nobody")}))
    assert trusted(iam, "vault") == first_id
    iam.update_assume_role_policy(RoleName="vault", PolicyDocument=trust_policy({"AWS": arn}))
    assert trusted(iam, "vault") == arn
    assert enter(second)
