import re

import pytest

from harness import allow, policy, refused, unique


def test_a_user_is_made_found_changed_and_deleted(account, iam):
    made = iam.create_user(UserName="Nikki", Path="/division/", Tags=[{"Key": "a", "Value": "b"}])["User"]
    assert made["Arn"] == account.arn("user/division/Nikki")
    assert re.fullmatch("AIDA[A-Z0-9]{17}", made["UserId"])
    assert made["Tags"] == [{"Key": "a", "Value": "b"}]
    found = iam.get_user(UserName="nikki")["User"]
    assert (found["UserName"], found["UserId"], found["CreateDate"]) == ("Nikki", made["UserId"], made["CreateDate"])

    iam.update_user(UserName="Nikki", NewUserName="Niki", NewPath="/")
    changed = iam.get_user(UserName="Niki")["User"]
    assert (changed["Arn"], changed["UserId"]) == (account.arn("user/Niki"), made["UserId"])
    with refused("NoSuchEntity", r"The user with name Nikki cannot be found\.", 404):
        iam.get_user(UserName="Nikki")
    iam.delete_user(UserName="Niki")
    with refused("NoSuchEntity"):
        iam.get_user(UserName="Niki")


def test_an_id_never_returns(iam):
    first = iam.create_user(UserName="again")["User"]["UserId"]
    iam.delete_user(UserName="again")
    assert iam.create_user(UserName="again")["User"]["UserId"] != first


@pytest.mark.parametrize("name", ["Taken", "TAKEN", "taken"])
def test_a_name_is_taken_in_any_letter_case(iam, name):
    iam.create_user(UserName="Taken")
    with refused("EntityAlreadyExists", rf"User with name {name} already exists\.", 409):
        iam.create_user(UserName=name)


def test_a_user_may_change_the_letter_case_of_its_name(iam):
    iam.create_user(UserName="case")
    iam.update_user(UserName="case", NewUserName="CASE")
    assert iam.get_user(UserName="case")["User"]["UserName"] == "CASE"


def test_a_name_cannot_be_changed_to_one_that_is_taken(iam):
    iam.create_user(UserName="one")
    iam.create_user(UserName="two")
    with refused("EntityAlreadyExists"):
        iam.update_user(UserName="one", NewUserName="TWO")


@pytest.mark.parametrize("operation, arguments", [
    ("get_user", {}), ("delete_user", {}), ("update_user", {"NewUserName": "x"}), ("list_access_keys", {}),
    ("create_access_key", {}), ("list_groups_for_user", {}), ("list_user_policies", {}),
    ("list_attached_user_policies", {}), ("list_user_tags", {}), ("get_user_policy", {"PolicyName": "p"}),
    ("delete_user_policy", {"PolicyName": "p"}), ("tag_user", {"Tags": [{"Key": "k", "Value": "v"}]}),
    ("untag_user", {"TagKeys": ["k"]}), ("delete_user_permissions_boundary", {}),
    ("attach_user_policy", {"PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}),
    ("detach_user_policy", {"PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}),
])
def test_an_unknown_user_is_not_found(iam, operation, arguments):
    with refused("NoSuchEntity", status=404):
        getattr(iam, operation)(UserName="nobody", **arguments)


def test_a_user_that_is_in_use_is_not_deleted(account, iam):
    name = unique("used")
    iam.create_user(UserName=name)
    iam.create_group(GroupName="g")
    read_only = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    key = iam.create_access_key(UserName=name)["AccessKey"]["AccessKeyId"]
    with refused("DeleteConflict", r"Cannot delete entity, must delete access keys first\.", 409):
        iam.delete_user(UserName=name)
    iam.delete_access_key(UserName=name, AccessKeyId=key)
    iam.attach_user_policy(UserName=name, PolicyArn=read_only)
    with refused("DeleteConflict", r"Cannot delete entity, must detach all policies first\."):
        iam.delete_user(UserName=name)
    iam.detach_user_policy(UserName=name, PolicyArn=read_only)
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=policy(allow("*")))
    with refused("DeleteConflict", r"Cannot delete entity, must delete policies first\."):
        iam.delete_user(UserName=name)
    iam.delete_user_policy(UserName=name, PolicyName="p")
    iam.add_user_to_group(GroupName="g", UserName=name)
    with refused("DeleteConflict", r"Cannot delete entity, must remove users from group first\."):
        iam.delete_user(UserName=name)
    iam.remove_user_from_group(GroupName="g", UserName=name)
    iam.delete_user(UserName=name)


@pytest.mark.parametrize("name", ["", "with space", "a/b", "é", "x" * 65, "a*"])
def test_a_name_that_aws_does_not_allow_is_refused(account, name):
    iam = account.client("iam", account.root, parameter_validation=False)
    words = r"The specified value for userName is invalid\. It must contain only alphanumeric characters .*"
    with refused("ValidationError", rf"(?s)\d validation errors? detected: .*|{words}", 400):
        iam.create_user(UserName=name)


def test_all_violations_are_told_at_once(account):
    iam = account.client("iam", account.root, parameter_validation=False)
    with refused("ValidationError", r"(?s)2 validation errors detected: .*'userName'.*'path'.*|"
                 r"(?s:2 validation errors detected: .*'path'.*'userName'.*)"):
        iam.create_user(UserName="with space", Path="no-slash")


def test_a_name_of_64_characters_is_allowed(iam):
    assert iam.create_user(UserName="x" * 64)["User"]["UserName"] == "x" * 64


def test_users_are_listed_by_path_and_page_by_page(iam):
    for number in range(7):
        iam.create_user(UserName=f"user{number}", Path="/even/" if number % 2 == 0 else "/odd/")
    assert [each["UserName"] for each in iam.list_users(PathPrefix="/odd/")["Users"]] == ["user1", "user3", "user5"]
    everyone = [f"user{number}" for number in range(7)]
    for size in range(1, 9):
        pages = list(iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": size}))
        sizes = [len(page["Users"]) for page in pages]
        assert sizes == [size] * (7 // size) + ([7 % size] if 7 % size else [])
        found = [each["UserName"] for page in pages for each in page["Users"]]
        assert found == everyone


def test_nobody_moves_between_pages_when_others_come_and_go(iam):
    for name in ("b", "d", "f", "h"):
        iam.create_user(UserName=name)
    first = iam.list_users(MaxItems=2)
    assert first["IsTruncated"] and [each["UserName"] for each in first["Users"]] == ["b", "d"]
    iam.delete_user(UserName="d")
    iam.create_user(UserName="a")
    iam.create_user(UserName="e")
    rest = iam.list_users(Marker=first["Marker"])
    assert [each["UserName"] for each in rest["Users"]] == ["e", "f", "h"]
    assert not rest["IsTruncated"] and "Marker" not in rest


def test_a_forged_marker_is_refused(server, iam):
    for name in ("a", "b", "c"):
        iam.create_user(UserName=name)
    marker = iam.list_users(MaxItems=1)["Marker"]
    forged = [marker[:-1], marker[1:], marker + "A", "AAAA", ("B" if marker[0] == "A" else "A") + marker[1:]]
    for each in forged:
        with refused("ValidationError", status=400):
            iam.list_users(MaxItems=1, Marker=each)
    # Nor does it serve another list, or another account.
    with refused("ValidationError"):
        iam.list_groups(MaxItems=1, Marker=marker)
    with refused("ValidationError"):
        server.account().iam.list_users(MaxItems=1, Marker=marker)


@pytest.mark.parametrize("size", [0, 1001])
def test_a_page_size_out_of_range_is_refused(account, size):
    iam = account.client("iam", account.root, parameter_validation=False)
    with refused("ValidationError"):
        iam.list_users(MaxItems=size)


def test_without_a_name_the_caller_is_meant(account, iam):
    user = account.user("self", allow("iam:*"))
    assert account.client("iam", user.credentials).get_user()["User"]["UserName"] == "self"
    root = iam.get_user()["User"]
    assert (root["UserId"], root["Arn"]) == (account.id, account.arn("root"))


def test_a_boundary_limits_and_is_shown(account, iam):
    boundary = "arn:aws:iam::aws:policy/IAMReadOnlyAccess"
    user = account.user("bounded", allow("*"))
    bounded = account.client("iam", user.credentials)
    bounded.create_group(GroupName="before")
    iam.put_user_permissions_boundary(UserName="bounded", PermissionsBoundary=boundary)
    assert iam.get_user(UserName="bounded")["User"]["PermissionsBoundary"] == {
        "PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": boundary,
    }
    bounded.list_users()
    with refused("AccessDenied", r".* because no permissions boundary allows the iam:CreateGroup action", 403):
        bounded.create_group(GroupName="after")
    iam.delete_user_permissions_boundary(UserName="bounded")
    assert "PermissionsBoundary" not in iam.get_user(UserName="bounded")["User"]
    bounded.create_group(GroupName="after")
