import re

import pytest

from harness import refused, trust_policy

EC2 = trust_policy({"Service": "ec2.amazonaws.com"})


def test_an_instance_profile_is_made_found_filled_and_deleted(account, iam):
    made = iam.create_instance_profile(
        InstanceProfileName="Web", Path="/w/", Tags=[{"Key": "k", "Value": "v"}])["InstanceProfile"]
    assert made["Arn"] == account.arn("instance-profile/w/Web")
    assert re.fullmatch("AIPA[A-Z0-9]{17}", made["InstanceProfileId"])
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=EC2)
    iam.add_role_to_instance_profile(InstanceProfileName="Web", RoleName="r")
    found = iam.get_instance_profile(InstanceProfileName="web")["InstanceProfile"]
    assert [each["RoleName"] for each in found["Roles"]] == ["r"]
    assert found["Tags"] == [{"Key": "k", "Value": "v"}]
    listed = iam.list_instance_profiles_for_role(RoleName="r")["InstanceProfiles"]
    assert [each["InstanceProfileName"] for each in listed] == ["Web"]
    with refused("DeleteConflict", r"Cannot delete entity, must remove roles from instance profile first\.", 409):
        iam.delete_instance_profile(InstanceProfileName="Web")
    iam.remove_role_from_instance_profile(InstanceProfileName="Web", RoleName="r")
    iam.delete_instance_profile(InstanceProfileName="Web")
    with refused("NoSuchEntity", r"Instance Profile Web cannot be found\.", 404):
        iam.get_instance_profile(InstanceProfileName="Web")


def test_an_instance_profile_holds_one_role(iam):
    iam.create_instance_profile(InstanceProfileName="i")
    for name in ("r1", "r2"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=EC2)
    iam.add_role_to_instance_profile(InstanceProfileName="i", RoleName="r1")
    with refused("LimitExceeded", r"Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1", 409):
        iam.add_role_to_instance_profile(InstanceProfileName="i", RoleName="r2")


@pytest.mark.parametrize("name", ["Taken", "TAKEN"])
def test_a_name_is_taken_in_any_letter_case(iam, name):
    iam.create_instance_profile(InstanceProfileName="Taken")
    with refused("EntityAlreadyExists", rf"Instance Profile {name} already exists\.", 409):
        iam.create_instance_profile(InstanceProfileName=name)


@pytest.mark.parametrize("operation, arguments", [
    ("get_instance_profile", {}), ("delete_instance_profile", {}), ("list_instance_profile_tags", {}),
    ("add_role_to_instance_profile", {"RoleName": "r"}), ("remove_role_from_instance_profile", {"RoleName": "r"}),
    ("tag_instance_profile", {"Tags": [{"Key": "k", "Value": "v"}]}), ("untag_instance_profile", {"TagKeys": ["k"]}),
])
def test_an_unknown_instance_profile_is_not_found(iam, operation, arguments):
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=EC2)
    with refused("NoSuchEntity", status=404):
        getattr(iam, operation)(InstanceProfileName="none", **arguments)


def test_an_unknown_role_is_not_found(iam):
    iam.create_instance_profile(InstanceProfileName="i")
    for operation in (iam.add_role_to_instance_profile, iam.remove_role_from_instance_profile):
        with refused("NoSuchEntity", status=404):
            operation(InstanceProfileName="i", RoleName="none")


def test_instance_profiles_are_listed_page_by_page(iam):
    names = [f"i{number}" for number in range(4)]
    for name in names:
        iam.create_instance_profile(InstanceProfileName=name, Path="/x/" if name == "i0" else "/")
    assert [
        each["InstanceProfileName"] for each in iam.list_instance_profiles(PathPrefix="/x/")["InstanceProfiles"]
    ] == ["i0"]
    for size in range(1, 6):
        pages = iam.get_paginator("list_instance_profiles").paginate(PaginationConfig={"PageSize": size})
        assert [each["InstanceProfileName"] for page in pages for each in page["InstanceProfiles"]] == names
