import json
import re

import pytest

from harness import allow, deny, policy, refused, trust_policy

ADMINISTRATOR_ACCESS = "arn:aws:iam::aws:policy/AdministratorAccess"
KINDS = ["user", "group", "role"]


def make_entity(iam, kind, name="entity"):
    """Makes a user, group or role; answers the parameter that names it."""
    match kind:
        case "user":
            iam.create_user(UserName=name)
            return {"UserName": name}
        case "group":
            iam.create_group(GroupName=name)
            return {"GroupName": name}
        case "role":
            iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust_policy({"AWS": "*"}))
            return {"RoleName": name}


def call(iam, verb, kind, rest, **arguments):
    return getattr(iam, f"{verb}_{kind}_{rest}")(**arguments)


def test_a_policy_is_made_found_and_deleted(account, iam):
    document = policy(allow("s3:GetObject", "arn:aws:s3:::b/*"))
    made = iam.create_policy(
        PolicyName="Readers", Path="/p/", PolicyDocument=document, Description="reads",
        Tags=[{"Key": "k", "Value": "v"}])["Policy"]
    assert made["Arn"] == account.arn("policy/p/Readers")
    assert re.fullmatch("ANPA[A-Z0-9]{17}", made["PolicyId"])
    found = iam.get_policy(PolicyArn=made["Arn"])["Policy"]
    assert found["Description"] == "reads"
    assert (found["DefaultVersionId"], found["AttachmentCount"], found["PermissionsBoundaryUsageCount"]) == ("v1", 0, 0)
    version = iam.get_policy_version(PolicyArn=made["Arn"], VersionId="v1")["PolicyVersion"]
    assert (version["Document"], version["IsDefaultVersion"]) == (json.loads(document), True)
    iam.delete_policy(PolicyArn=made["Arn"])
    with refused("NoSuchEntity", rf"Policy {re.escape(made['Arn'])} .*", 404):
        iam.get_policy(PolicyArn=made["Arn"])


@pytest.mark.parametrize("name", ["Taken", "TAKEN"])
def test_a_name_is_taken_in_any_letter_case(iam, name):
    iam.create_policy(PolicyName="Taken", PolicyDocument=policy(allow("*")))
    with refused(
        "EntityAlreadyExists", rf"A policy called {name} already exists\. Duplicate names are not allowed\.", 409
    ):
        iam.create_policy(PolicyName=name, PolicyDocument=policy(allow("*")))


@pytest.mark.parametrize("document", [
    "", "x", "[]", "{}", '{"Version":"2012-10-17"}', '{"Version":"2018-06-12","Statement":[]}',
    policy({"Effect": "allow", "Action": "*", "Resource": "*"}),
    policy({"Action": "*", "Resource": "*"}),
    policy({"Effect": "Allow", "Resource": "*"}),
    policy({"Effect": "Allow", "Action": "*"}),
    policy({"Effect": "Allow", "Action": "*", "NotAction": "*", "Resource": "*"}),
    policy({"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*"}),
    policy({"Effect": "Allow", "Action": "no-colon", "Resource": "*"}),
    policy({"Effect": "Allow", "Action": "s3:*", "Resource": "not-an-arn"}),
    policy({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"NoSuchOperator": {"a": "b"}}}),
    policy({"Effect": "Allow", "Action": "*", "Resource": "*", "Unknown": 1}),
    policy(allow("*", Sid="same"), deny("*", Sid="same")),
    policy(allow("*")) + "x",
    policy(allow("*")).replace("}", "", 1),
])
def test_a_malformed_document_is_refused_everywhere(account, iam, document):
    iam = account.client("iam", account.root, parameter_validation=False)
    code = "MalformedPolicyDocument" if document else "ValidationError"
    iam.create_user(UserName="u")
    with refused(code, status=400):
        iam.create_policy(PolicyName="p", PolicyDocument=document)
    with refused(code, status=400):
        iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=document)
    assert iam.list_user_policies(UserName="u")["PolicyNames"] == []
    assert iam.list_policies(Scope="Local")["Policies"] == []


def test_a_policy_has_at_most_five_versions(iam):
    arn = iam.create_policy(PolicyName="p", PolicyDocument=policy(allow("s3:v1")))["Policy"]["Arn"]
    for number in range(2, 6):
        version = iam.create_policy_version(PolicyArn=arn, PolicyDocument=policy(allow(f"s3:v{number}")))
        assert version["PolicyVersion"]["VersionId"] == f"v{number}"
        assert not version["PolicyVersion"]["IsDefaultVersion"]
    with refused("LimitExceeded", r"A managed policy can have up to 5 versions\. .*", 409):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=policy(allow("s3:v6")))
    iam.delete_policy_version(PolicyArn=arn, VersionId="v3")
    sixth = iam.create_policy_version(PolicyArn=arn, PolicyDocument=policy(allow("s3:v6")), SetAsDefault=True)
    assert (sixth["PolicyVersion"]["VersionId"], sixth["PolicyVersion"]["IsDefaultVersion"]) == ("v6", True)
    versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    assert {each["VersionId"] for each in versions} == {"v1", "v2", "v4", "v5", "v6"}
    assert [each["VersionId"] for each in versions if each["IsDefaultVersion"]] == ["v6"]
    with refused("DeleteConflict", r"Cannot delete the default version of a policy\.", 409):
        iam.delete_policy_version(PolicyArn=arn, VersionId="v6")
    with refused("DeleteConflict", r"This policy has more than one version\. .*"):
        iam.delete_policy(PolicyArn=arn)
    with refused("NoSuchEntity"):
        iam.get_policy_version(PolicyArn=arn, VersionId="v3")
    with refused("NoSuchEntity"):
        iam.set_default_policy_version(PolicyArn=arn, VersionId="v3")
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v1")
    assert iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"] == "v1"
    for size in range(1, 6):
        pages = iam.get_paginator("list_policy_versions").paginate(PolicyArn=arn, PaginationConfig={"PageSize": size})
        assert {each["VersionId"] for page in pages for each in page["Versions"]} == {"v1", "v2", "v4", "v5", "v6"}


def test_the_default_version_decides_from_the_next_request_on(account, iam):
    user = account.user("u")
    acting = account.client("iam", user.credentials)
    arn = iam.create_policy(PolicyName="p", PolicyDocument=policy(allow("iam:ListUsers")))["Policy"]["Arn"]
    iam.attach_user_policy(UserName="u", PolicyArn=arn)
    acting.list_users()
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=policy(allow("iam:ListGroups")), SetAsDefault=True)
    acting.list_groups()
    with refused("AccessDenied"):
        acting.list_users()


@pytest.mark.parametrize("kind", KINDS)
def test_attachment_is_idempotent_counted_and_seen_from_both_sides(iam, kind):
    entity = make_entity(iam, kind)
    arn = iam.create_policy(PolicyName="p", PolicyDocument=policy(allow("s3:*")))["Policy"]["Arn"]
    for _ in range(2):
        call(iam, "attach", kind, "policy", **entity, PolicyArn=arn)
    assert call(iam, "list_attached", kind, "policies", **entity)["AttachedPolicies"] == [
        {"PolicyName": "p", "PolicyArn": arn}
    ]
    assert iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == 1
    entities = iam.list_entities_for_policy(PolicyArn=arn)
    name_key = f"{kind.title()}Name"
    assert [each[name_key] for each in entities[f"Policy{kind.title()}s"]] == ["entity"]
    with refused("DeleteConflict", r"Cannot delete a policy attached to entities\.", 409):
        iam.delete_policy(PolicyArn=arn)
    call(iam, "detach", kind, "policy", **entity, PolicyArn=arn)
    with refused("NoSuchEntity", status=404):
        call(iam, "detach", kind, "policy", **entity, PolicyArn=arn)
    iam.delete_policy(PolicyArn=arn)


@pytest.mark.parametrize("kind", KINDS)
def test_ten_policies_can_be_attached(iam, kind):
    entity = make_entity(iam, kind)
    listed = iam.list_policies(Scope="AWS", PathPrefix="/job-function/", MaxItems=11)["Policies"]
    assert len(listed) == 11
    for each in listed[:10]:
        call(iam, "attach", kind, "policy", **entity, PolicyArn=each["Arn"])
    with refused("LimitExceeded", rf"Cannot exceed quota for PoliciesPer{kind.title()}: 10", 409):
        call(iam, "attach", kind, "policy", **entity, PolicyArn=listed[10]["Arn"])
    for size in (1, 3, 10):
        pages = iam.get_paginator(f"list_attached_{kind}_policies").paginate(
            **entity, PaginationConfig={"PageSize": size})
        found = {each["PolicyArn"] for page in pages for each in page["AttachedPolicies"]}
        assert found == {each["Arn"] for each in listed[:10]}


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_policy_cannot_be_attached(account, iam, kind):
    entity = make_entity(iam, kind)
    for arn in (account.arn("policy/none"), "arn:aws:iam::aws:policy/NoSuchPolicy"):
        with refused("NoSuchEntity", rf"Policy {re.escape(arn)} does not exist or is not attachable\.", 404):
            call(iam, "attach", kind, "policy", **entity, PolicyArn=arn)


@pytest.mark.parametrize("kind", KINDS)
def test_an_inline_policy_is_kept_as_written(iam, kind):
    entity = make_entity(iam, kind)
    document = '{ "Version": "2012-10-17",\n  "Statement": { "Effect": "Allow", "Action": "a:b", "Resource": "*" } }'
    call(iam, "put", kind, "policy", **entity, PolicyName="Inline", PolicyDocument=document)
    found = call(iam, "get", kind, "policy", **entity, PolicyName="Inline")
    assert (found["PolicyName"], found["PolicyDocument"]) == ("Inline", json.loads(document))
    call(iam, "put", kind, "policy", **entity, PolicyName="Inline", PolicyDocument=policy(allow("a:c")))
    assert call(iam, "get", kind, "policy", **entity, PolicyName="Inline")["PolicyDocument"] == json.loads(
        policy(allow("a:c")))
    names = [f"p{number}" for number in range(4)]
    for name in names:
        call(iam, "put", kind, "policy", **entity, PolicyName=name, PolicyDocument=policy(allow("a:d")))
    for size in range(1, 7):
        pages = iam.get_paginator(f"list_{kind}_policies").paginate(**entity, PaginationConfig={"PageSize": size})
        assert sorted(name for page in pages for name in page["PolicyNames"]) == ["Inline", *names]
    call(iam, "delete", kind, "policy", **entity, PolicyName="Inline")
    for verb in ("get", "delete"):
        with refused("NoSuchEntity", rf"The {kind} policy with name Inline cannot be found\.", 404):
            call(iam, verb, kind, "policy", **entity, PolicyName="Inline")


@pytest.mark.parametrize("kind, size", [("user", 2048), ("group", 5120), ("role", 10240)])
def test_inline_policies_have_a_size_together_without_white_space(iam, kind, size):
    entity = make_entity(iam, kind)

    def document(length):
        text = json.dumps(
            {"Version": "2012-10-17", "Statement": [allow("a:b", "arn:aws:s3:::")]}, separators=(",", ":"))
        return text.replace("arn:aws:s3:::", "arn:aws:s3:::" + "x" * (length - len(text))).replace(",", " ,\n ")

    call(iam, "put", kind, "policy", **entity, PolicyName="p", PolicyDocument=document(size))
    with refused("LimitExceeded", rf"Maximum policy size of {size} bytes exceeded for {kind} .*", 409):
        call(iam, "put", kind, "policy", **entity, PolicyName="q", PolicyDocument=document(200))
    with refused("LimitExceeded"):
        call(iam, "put", kind, "policy", **entity, PolicyName="p", PolicyDocument=document(size + 1))


def test_policies_are_listed_by_scope_path_use_and_page(account, iam):
    iam.create_user(UserName="u")
    for name in ("mine1", "mine2", "mine3"):
        iam.create_policy(PolicyName=name, Path="/mine/", PolicyDocument=policy(allow("a:b")))
    iam.attach_user_policy(UserName="u", PolicyArn=account.arn("policy/mine/mine2"))
    iam.put_user_permissions_boundary(UserName="u", PermissionsBoundary=account.arn("policy/mine/mine3"))

    def names(**arguments):
        pages = iam.get_paginator("list_policies").paginate(**arguments)
        return [each["PolicyName"] for page in pages for each in page["Policies"]]

    assert names(Scope="Local") == ["mine1", "mine2", "mine3"]
    assert names(Scope="Local", PathPrefix="/other/") == []
    assert names(OnlyAttached=True) == ["mine2"]
    assert names(Scope="Local", PolicyUsageFilter="PermissionsBoundary") == ["mine3"]
    for size in (1, 2, 3, 4):
        assert names(Scope="Local", PaginationConfig={"PageSize": size}) == ["mine1", "mine2", "mine3"]
    managed = names(Scope="AWS", PaginationConfig={"PageSize": 1000})
    assert len(managed) == len(set(managed)) > 1300
    assert len(names(Scope="All", PaginationConfig={"PageSize": 1000})) == len(managed) + 3


@pytest.mark.parametrize("name", [
    "AdministratorAccess", "PowerUserAccess", "ReadOnlyAccess", "AWSCloudHSMFullAccess", "AWSCloudHSMReadOnlyAccess",
    "job-function/ViewOnlyAccess",
])
def test_a_managed_policy_of_aws_is_found_and_read_only(iam, name):
    arn = f"arn:aws:iam::aws:policy/{name}"
    found = iam.get_policy(PolicyArn=arn)["Policy"]
    assert (found["Arn"], found["IsAttachable"]) == (arn, True)
    version = iam.get_policy_version(PolicyArn=arn, VersionId=found["DefaultVersionId"])["PolicyVersion"]
    assert version["Document"]["Version"] == "2012-10-17"
    assert [each["IsDefaultVersion"] for each in iam.list_policy_versions(PolicyArn=arn)["Versions"]] == [True]
    for operation, arguments in (
        ("delete_policy", {}), ("create_policy_version", {"PolicyDocument": policy(allow("*"))}),
        ("delete_policy_version", {"VersionId": "v1"}), ("set_default_policy_version", {"VersionId": "v1"}),
        ("tag_policy", {"Tags": [{"Key": "k", "Value": "v"}]}),
    ):
        with refused("AccessDenied"):
            getattr(iam, operation)(PolicyArn=arn, **arguments)


def test_a_policy_of_another_account_is_out_of_reach(server, iam):
    other = server.account()
    arn = other.iam.create_policy(PolicyName="theirs", PolicyDocument=policy(allow("*")))["Policy"]["Arn"]
    iam.create_user(UserName="u")
    for operation, arguments in (
        ("get_policy", {}), ("list_policy_versions", {}), ("delete_policy", {}),
        ("attach_user_policy", {"UserName": "u"}),
    ):
        try:
            getattr(iam, operation)(PolicyArn=arn, **arguments)
        except iam.exceptions.ClientError as error:
            assert error.response["Error"]["Code"] in ("AccessDenied", "NoSuchEntity", "InvalidInput"), error
        else:
            raise AssertionError(f"{operation} reached another account")
    assert other.iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == 0
