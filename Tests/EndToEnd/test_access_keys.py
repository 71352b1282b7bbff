import datetime
import re

import pytest

from harness import Credentials, allow, refused


def test_a_key_is_made_used_put_away_and_deleted(account, iam):
    iam.create_user(UserName="u")
    made = iam.create_access_key(UserName="u")["AccessKey"]
    assert re.fullmatch("AKIA[A-Z2-7]{16}", made["AccessKeyId"])
    assert re.fullmatch("[A-Za-z0-9/+]{40}", made["SecretAccessKey"])
    assert (made["UserName"], made["Status"]) == ("u", "Active")
    acting = account.client("sts", Credentials.of(made))
    acting.get_caller_identity()
    iam.update_access_key(UserName="u", AccessKeyId=made["AccessKeyId"], Status="Inactive")
    with refused("InvalidClientTokenId", status=403):
        acting.get_caller_identity()
    iam.update_access_key(UserName="u", AccessKeyId=made["AccessKeyId"], Status="Active")
    acting.get_caller_identity()
    iam.delete_access_key(UserName="u", AccessKeyId=made["AccessKeyId"])
    with refused("InvalidClientTokenId", r"The security token included in the request is invalid\.?", 403):
        acting.get_caller_identity()


def test_a_secret_is_shown_once(iam):
    iam.create_user(UserName="u")
    made = iam.create_access_key(UserName="u")["AccessKey"]
    listed = iam.list_access_keys(UserName="u")
    assert made["SecretAccessKey"] not in str(listed)
    assert [set(each) for each in listed["AccessKeyMetadata"]] == [{"UserName", "AccessKeyId", "Status", "CreateDate"}]


def test_a_user_has_at_most_two_keys(iam):
    iam.create_user(UserName="u")
    keys = [iam.create_access_key(UserName="u")["AccessKey"]["AccessKeyId"] for _ in range(2)]
    with refused("LimitExceeded", r"Cannot exceed quota for AccessKeysPerUser: 2", 409):
        iam.create_access_key(UserName="u")
    # A key that is put away still counts.
    iam.update_access_key(UserName="u", AccessKeyId=keys[0], Status="Inactive")
    with refused("LimitExceeded"):
        iam.create_access_key(UserName="u")
    for size in (1, 2, 3):
        pages = iam.get_paginator("list_access_keys").paginate(UserName="u", PaginationConfig={"PageSize": size})
        assert {each["AccessKeyId"] for page in pages for each in page["AccessKeyMetadata"]} == set(keys)
    iam.delete_access_key(UserName="u", AccessKeyId=keys[0])
    iam.create_access_key(UserName="u")


def test_the_root_user_has_at_most_two_keys(account, iam):
    second = iam.create_access_key()["AccessKey"]
    with refused("LimitExceeded", r"Cannot exceed quota for AccessKeysPerUser: 2"):
        iam.create_access_key()
    acting = account.client("sts", Credentials.of(second))
    assert acting.get_caller_identity()["Arn"] == account.arn("root")
    assert {each["AccessKeyId"] for each in iam.list_access_keys()["AccessKeyMetadata"]} == {
        account.root.key, second["AccessKeyId"],
    }


def test_another_user_s_key_is_not_found_under_this_one(iam):
    for name in ("one", "two"):
        iam.create_user(UserName=name)
    key = iam.create_access_key(UserName="two")["AccessKey"]["AccessKeyId"]
    with refused("NoSuchEntity", rf"The Access Key with id {key} cannot be found\.?", 404):
        iam.delete_access_key(UserName="one", AccessKeyId=key)
    with refused("NoSuchEntity"):
        iam.update_access_key(UserName="one", AccessKeyId=key, Status="Inactive")


def test_a_key_of_another_account_is_out_of_reach(server, account, iam):
    other = server.account()
    user = other.user("theirs")
    for operation in (iam.delete_access_key, iam.get_access_key_last_used):
        with pytest.raises(iam.exceptions.ClientError) as failure:
            operation(AccessKeyId=user.credentials.key)
        assert failure.value.response["Error"]["Code"] in ("NoSuchEntity", "AccessDenied")
    other.client("sts", user.credentials).get_caller_identity()


def test_last_used_tells_service_region_and_time(account, iam):
    user = account.user("u", allow("iam:ListUsers"))
    key = user.credentials.key
    before = iam.get_access_key_last_used(AccessKeyId=key)
    assert before["UserName"] == "u"
    assert (before["AccessKeyLastUsed"]["ServiceName"], before["AccessKeyLastUsed"]["Region"]) == ("N/A", "N/A")
    assert "LastUsedDate" not in before["AccessKeyLastUsed"]
    account.client("iam", user.credentials).list_users()
    used = iam.get_access_key_last_used(AccessKeyId=key)["AccessKeyLastUsed"]
    assert (used["ServiceName"], used["Region"]) == ("iam", "us-east-1")
    assert abs(datetime.datetime.now(datetime.timezone.utc) - used["LastUsedDate"]) < datetime.timedelta(minutes=5)


def test_a_user_manages_its_own_keys_only_where_that_is_allowed(account):
    own = account.user("own", allow("iam:*AccessKey*", account.arn("user/${aws:username}")))
    peer = account.user("peer")
    acting = account.client("iam", own.credentials)
    second = acting.create_access_key()["AccessKey"]
    assert second["UserName"] == "own"
    acting.delete_access_key(AccessKeyId=second["AccessKeyId"])
    with refused("AccessDenied", status=403):
        acting.create_access_key(UserName="peer")
    with refused("AccessDenied"):
        acting.delete_access_key(UserName="peer", AccessKeyId=peer.credentials.key)
    with refused("AccessDenied"):
        account.client("iam", peer.credentials).create_access_key()


def test_the_keys_of_a_deleted_user_end_with_it(account, iam):
    user = account.user("u", allow("iam:*"))
    acting = account.client("sts", user.credentials)
    acting.get_caller_identity()
    iam.delete_user_policy(UserName="u", PolicyName="given")
    iam.delete_access_key(UserName="u", AccessKeyId=user.credentials.key)
    iam.delete_user(UserName="u")
    iam.create_user(UserName="u")
    with refused("InvalidClientTokenId"):
        acting.get_caller_identity()
