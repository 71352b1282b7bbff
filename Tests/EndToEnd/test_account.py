"""The account's alias, its summary and its details."""

import json

import pytest

from harness import allow, policy, refused, trust_policy, unique


def test_an_account_has_one_alias(iam):
    first, second = unique("alias"), unique("alias")
    assert iam.list_account_aliases()["AccountAliases"] == []
    iam.create_account_alias(AccountAlias=first)
    assert iam.list_account_aliases()["AccountAliases"] == [first]
    iam.create_account_alias(AccountAlias=second)
    assert iam.list_account_aliases()["AccountAliases"] == [second]
    with refused("NoSuchEntity", status=404):
        iam.delete_account_alias(AccountAlias=first)
    iam.delete_account_alias(AccountAlias=second)
    assert iam.list_account_aliases()["AccountAliases"] == []


def test_an_alias_belongs_to_one_account(server, iam):
    name = unique("alias")
    iam.create_account_alias(AccountAlias=name)
    other = server.account()
    with refused("EntityAlreadyExists", rf"The account alias {name} already exists\.", 409):
        other.iam.create_account_alias(AccountAlias=name)
    iam.delete_account_alias(AccountAlias=name)
    other.iam.create_account_alias(AccountAlias=name)


@pytest.mark.parametrize("name", ["ab", "x" * 64, "Upper", "-a", "a-", "a--b", "a_b", "a.b"])
def test_an_alias_that_aws_does_not_allow_is_refused(account, name):
    iam = account.client("iam", account.root, parameter_validation=False)
    with pytest.raises(iam.exceptions.ClientError) as failure:
        iam.create_account_alias(AccountAlias=name)
    assert failure.value.response["Error"]["Code"] in ("ValidationError", "InvalidInput")


def test_the_summary_counts(iam):
    empty = iam.get_account_summary()["SummaryMap"]
    assert (empty["Users"], empty["UsersQuota"], empty["AccountAccessKeysPresent"]) == (0, 5000, 1)
    iam.create_user(UserName="u")
    for name in ("g1", "g2"):
        iam.create_group(GroupName=name)
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust_policy({"AWS": "*"}))
    iam.create_policy(PolicyName="p", PolicyDocument=policy(allow("a:b")))
    iam.create_instance_profile(InstanceProfileName="i")
    summary = iam.get_account_summary()["SummaryMap"]
    counted = {name: summary[name] for name in ("Users", "Groups", "Roles", "Policies", "InstanceProfiles")}
    assert counted == {"Users": 1, "Groups": 2, "Roles": 1, "Policies": 1, "InstanceProfiles": 1}
    quotas = {name: summary[name] for name in (
        "AccessKeysPerUserQuota", "GroupsPerUserQuota", "AttachedPoliciesPerUserQuota", "VersionsPerPolicyQuota")}
    assert quotas == {
        "AccessKeysPerUserQuota": 2, "GroupsPerUserQuota": 10, "AttachedPoliciesPerUserQuota": 10,
        "VersionsPerPolicyQuota": 5,
    }


def test_the_details_show_everything_page_by_page(account, iam):
    document = policy(allow("a:b"))
    arn = iam.create_policy(PolicyName="p", PolicyDocument=document)["Policy"]["Arn"]
    iam.create_group(GroupName="g")
    iam.put_group_policy(GroupName="g", PolicyName="inline", PolicyDocument=document)
    iam.create_user(UserName="u", PermissionsBoundary=arn)
    iam.add_user_to_group(GroupName="g", UserName="u")
    iam.attach_user_policy(UserName="u", PolicyArn=arn)
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust_policy({"AWS": account.id}))
    iam.create_instance_profile(InstanceProfileName="i")
    iam.add_role_to_instance_profile(InstanceProfileName="i", RoleName="r")

    local = ["User", "Role", "Group", "LocalManagedPolicy"]
    details = iam.get_account_authorization_details(Filter=local)
    (user,), (group,) = details["UserDetailList"], details["GroupDetailList"]
    (role,), (managed,) = details["RoleDetailList"], details["Policies"]
    assert (user["UserName"], user["GroupList"]) == ("u", ["g"])
    assert user["PermissionsBoundary"]["PermissionsBoundaryArn"] == arn
    assert user["AttachedManagedPolicies"] == [{"PolicyName": "p", "PolicyArn": arn}]
    assert group["GroupPolicyList"] == [{"PolicyName": "inline", "PolicyDocument": json.loads(document)}]
    assert [each["InstanceProfileName"] for each in role["InstanceProfileList"]] == ["i"]
    assert [each["Document"] for each in managed["PolicyVersionList"]] == [json.loads(document)]

    lists = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
    for size in (1, 2, 3, 4, 5):
        pages = list(iam.get_paginator("get_account_authorization_details").paginate(
            Filter=local, PaginationConfig={"PageSize": size}))
        assert [sum(len(page[name]) for page in pages) for name in lists] == [1, 1, 1, 1]
        assert all(sum(len(page[name]) for name in lists) <= size for page in pages)
    only_groups = iam.get_account_authorization_details(Filter=["Group"])
    assert [len(only_groups[name]) for name in lists] == [0, 1, 0, 0]


def test_accounts_do_not_see_each_other(server, account, iam):
    other = server.account()
    assert other.id != account.id
    iam.create_user(UserName="mine")
    assert other.iam.list_users()["Users"] == []
    other.iam.create_user(UserName="mine")
    assert [each["Arn"] for each in other.iam.list_users()["Users"]] == [other.arn("user/mine")]
