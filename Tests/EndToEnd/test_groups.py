import re

import pytest

from harness import allow, policy, refused

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def test_a_group_is_made_found_changed_and_deleted(account, iam):
    made = iam.create_group(GroupName="Admins", Path="/org/")["Group"]
    assert made["Arn"] == account.arn("group/org/Admins")
    assert re.fullmatch("AGPA[A-Z0-9]{17}", made["GroupId"])
    found = iam.get_group(GroupName="ADMINS")
    assert (found["Group"], found["Users"], found["IsTruncated"]) == (made, [], False)
    iam.update_group(GroupName="Admins", NewGroupName="Chiefs", NewPath="/")
    assert iam.get_group(GroupName="Chiefs")["Group"]["Arn"] == account.arn("group/Chiefs")
    assert iam.get_group(GroupName="Chiefs")["Group"]["GroupId"] == made["GroupId"]
    iam.delete_group(GroupName="Chiefs")
    with refused("NoSuchEntity", r"The group with name Chiefs cannot be found\.", 404):
        iam.get_group(GroupName="Chiefs")


@pytest.mark.parametrize("name", ["Taken", "TAKEN", "taken"])
def test_a_name_is_taken_in_any_letter_case(iam, name):
    iam.create_group(GroupName="Taken")
    with refused("EntityAlreadyExists", rf"Group with name {name} already exists\.", 409):
        iam.create_group(GroupName=name)


@pytest.mark.parametrize("operation, arguments", [
    ("get_group", {}), ("delete_group", {}), ("update_group", {"NewGroupName": "x"}), ("list_group_policies", {}),
    ("list_attached_group_policies", {}), ("get_group_policy", {"PolicyName": "p"}),
    ("delete_group_policy", {"PolicyName": "p"}), ("attach_group_policy", {"PolicyArn": READ_ONLY}),
    ("detach_group_policy", {"PolicyArn": READ_ONLY}), ("add_user_to_group", {"UserName": "u"}),
    ("remove_user_from_group", {"UserName": "u"}),
    ("put_group_policy", {"PolicyName": "p", "PolicyDocument": policy(allow("*"))}),
])
def test_an_unknown_group_is_not_found(iam, operation, arguments):
    iam.create_user(UserName="u")
    with refused("NoSuchEntity", status=404):
        getattr(iam, operation)(GroupName="none", **arguments)


def test_membership_is_idempotent_and_seen_from_both_sides(iam):
    for name in ("g1", "g2"):
        iam.create_group(GroupName=name)
    for name in ("u1", "u2", "u3"):
        iam.create_user(UserName=name)
        iam.add_user_to_group(GroupName="g1", UserName=name)
    iam.add_user_to_group(GroupName="G1", UserName="U1")
    iam.add_user_to_group(GroupName="g2", UserName="u1")
    assert [each["UserName"] for each in iam.get_group(GroupName="g1")["Users"]] == ["u1", "u2", "u3"]
    assert [each["GroupName"] for each in iam.list_groups_for_user(UserName="u1")["Groups"]] == ["g1", "g2"]
    for size in (1, 2, 3, 4):
        pages = iam.get_paginator("get_group").paginate(GroupName="g1", PaginationConfig={"PageSize": size})
        assert [each["UserName"] for page in pages for each in page["Users"]] == ["u1", "u2", "u3"]
        pages = iam.get_paginator("list_groups_for_user").paginate(UserName="u1", PaginationConfig={"PageSize": size})
        assert [each["GroupName"] for page in pages for each in page["Groups"]] == ["g1", "g2"]
    iam.update_group(GroupName="g1", NewGroupName="renamed")
    assert [each["GroupName"] for each in iam.list_groups_for_user(UserName="u1")["Groups"]] == ["g2", "renamed"]
    iam.remove_user_from_group(GroupName="renamed", UserName="u1")
    assert [each["UserName"] for each in iam.get_group(GroupName="renamed")["Users"]] == ["u2", "u3"]


def test_an_unknown_user_cannot_become_a_member(iam):
    iam.create_group(GroupName="g")
    with refused("NoSuchEntity", r"The user with name nobody cannot be found\."):
        iam.add_user_to_group(GroupName="g", UserName="nobody")


def test_a_user_can_be_in_ten_groups(iam):
    iam.create_user(UserName="u")
    for number in range(11):
        iam.create_group(GroupName=f"g{number}")
    for number in range(10):
        iam.add_user_to_group(GroupName=f"g{number}", UserName="u")
    with refused("LimitExceeded", r"Cannot exceed quota for GroupsPerUser: 10", 409):
        iam.add_user_to_group(GroupName="g10", UserName="u")
    iam.add_user_to_group(GroupName="g3", UserName="u")
    iam.remove_user_from_group(GroupName="g3", UserName="u")
    iam.add_user_to_group(GroupName="g10", UserName="u")


def test_a_group_that_is_in_use_is_not_deleted(iam):
    iam.create_group(GroupName="g")
    iam.create_user(UserName="u")
    iam.add_user_to_group(GroupName="g", UserName="u")
    with refused("DeleteConflict", r"Cannot delete entity, must remove users from group first\.", 409):
        iam.delete_group(GroupName="g")
    iam.remove_user_from_group(GroupName="g", UserName="u")
    iam.attach_group_policy(GroupName="g", PolicyArn=READ_ONLY)
    with refused("DeleteConflict", r"Cannot delete entity, must detach all policies first\."):
        iam.delete_group(GroupName="g")
    iam.detach_group_policy(GroupName="g", PolicyArn=READ_ONLY)
    iam.put_group_policy(GroupName="g", PolicyName="p", PolicyDocument=policy(allow("*")))
    with refused("DeleteConflict", r"Cannot delete entity, must delete policies first\."):
        iam.delete_group(GroupName="g")
    iam.delete_group_policy(GroupName="g", PolicyName="p")
    iam.delete_group(GroupName="g")


def test_groups_are_listed_by_path_and_page_by_page(iam):
    names = [f"g{number}" for number in range(5)]
    for name in names:
        iam.create_group(GroupName=name, Path="/a/b/" if name > "g2" else "/a/")
    assert [each["GroupName"] for each in iam.list_groups(PathPrefix="/a/b")["Groups"]] == ["g3", "g4"]
    for size in range(1, 7):
        pages = iam.get_paginator("list_groups").paginate(PaginationConfig={"PageSize": size})
        assert [each["GroupName"] for page in pages for each in page["Groups"]] == names
    marker = iam.list_groups(MaxItems=2)["Marker"]
    with refused("ValidationError"):
        iam.list_groups(Marker=marker[::-1])


def test_a_group_gives_its_members_what_its_policies_allow_until_they_leave(account, iam):
    user = account.user("member")
    member = account.client("iam", user.credentials)
    iam.create_group(GroupName="g")
    iam.put_group_policy(GroupName="g", PolicyName="p", PolicyDocument=policy(allow("iam:ListRoles")))
    with refused("AccessDenied"):
        member.list_roles()
    iam.add_user_to_group(GroupName="g", UserName="member")
    member.list_roles()
    iam.delete_group_policy(GroupName="g", PolicyName="p")
    with refused("AccessDenied"):
        member.list_roles()
    iam.attach_group_policy(GroupName="g", PolicyArn=READ_ONLY)
    member.list_roles()
    iam.remove_user_from_group(GroupName="g", UserName="member")
    with refused("AccessDenied"):
        member.list_roles()
