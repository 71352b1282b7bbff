import concurrent.futures
import io
import json
import os
import re
import urllib.parse

import botocore.exceptions
import PIL.Image
import pytest
import zxingcpp

from harness import POSTGRESQL, Credentials, allow, refused, trust_policy
from nodes import until
from phone import Phone, phone

WRONG = r"MultiFactorAuthentication failed with invalid MFA one time pass code\. "
# Rounds of the race for one code; 1,000 for the long form.
ROUNDS = int(os.environ.get("SALLYPORT_TOTP_ROUNDS", "3"))
CALLS_PER_ROUND = 50


@pytest.fixture
def ann(account):
    return account.user("ann", allow("sts:AssumeRole"), allow(
        "iam:ListUsers", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}))


def test_a_phone_reads_the_picture(account, iam):
    iam.create_account_alias(AccountAlias=f"pictures-{account.id}")
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName="ann", Path="/x/")["VirtualMFADevice"]
    seed = made["Base32StringSeed"].decode()
    assert made["SerialNumber"] == account.arn("mfa/x/ann")
    assert re.fullmatch("[A-Z2-7]{64}", seed)
    picture = PIL.Image.open(io.BytesIO(made["QRCodePNG"]))
    assert picture.format == "PNG"
    found = zxingcpp.read_barcodes(picture.convert("L"))
    assert [each.text for each in found] == [f"otpauth://totp/ann@pictures-{account.id}?secret={seed}"]
    assert urllib.parse.urlsplit(found[0].text).scheme == "otpauth"


def test_a_seed_is_shown_once(server, iam):
    device = phone(iam)
    listed = json.dumps(iam.list_virtual_mfa_devices()["VirtualMFADevices"], default=str)
    assert device.serial in listed and device.seed not in listed
    assert device.seed not in server.errors() + server.printed()


def test_a_device_is_enabled_used_deactivated_and_deleted(account, iam, ann):
    device = phone(iam)
    with refused("EntityAlreadyExists", r"MFADevice entity at the same path and name already exists\.", 409):
        phone(iam, "PHONE")
    with refused("InvalidAuthenticationCode", r"Authentication code for device is not valid\.", 403):
        iam.enable_mfa_device(
            UserName="ann", SerialNumber=device.serial, AuthenticationCode1=device.code(),
            AuthenticationCode2=device.code())
    device.enable(iam, "ann")
    listed = iam.list_mfa_devices(UserName="ann")["MFADevices"]
    assert [(each["UserName"], each["SerialNumber"]) for each in listed] == [("ann", device.serial)]
    assigned = iam.list_virtual_mfa_devices(AssignmentStatus="Assigned")["VirtualMFADevices"]
    assert [each["User"]["Arn"] for each in assigned] == [account.arn("user/ann")]
    assert iam.list_virtual_mfa_devices(AssignmentStatus="Unassigned")["VirtualMFADevices"] == []
    with refused("EntityAlreadyExists", r"MFA Device is already in use\.", 409):
        iam.enable_mfa_device(
            UserName="ann", SerialNumber=device.serial, AuthenticationCode1="000000", AuthenticationCode2="000001")
    session = Credentials.of(account.client("sts", ann.credentials).get_session_token(**device.next())["Credentials"])
    account.client("iam", session).list_users()
    with refused("AccessDenied"):
        account.client("iam", ann.credentials).list_users()
    summary = iam.get_account_summary()["SummaryMap"]
    assert [summary[key] for key in ("MFADevices", "MFADevicesInUse", "AccountMFAEnabled")] == [1, 1, 0]
    with refused("DeleteConflict", r"Cannot delete entity, must delete MFA device first\.", 409):
        iam.delete_user_policy(UserName="ann", PolicyName="given")
        iam.delete_access_key(UserName="ann", AccessKeyId=ann.credentials.key)
        iam.delete_user(UserName="ann")
    with refused("DeleteConflict", r"MFA VirtualDevice in use\. Must deactivate first\.", 409):
        iam.delete_virtual_mfa_device(SerialNumber=device.serial)
    iam.deactivate_mfa_device(UserName="ann", SerialNumber=device.serial)
    with refused("NoSuchEntity", r"MFA Device invalid for user\.", 404):
        iam.deactivate_mfa_device(UserName="ann", SerialNumber=device.serial)
    iam.delete_virtual_mfa_device(SerialNumber=device.serial)
    with refused("NoSuchEntity", rf"VirtualMFADevice with serial number {device.serial} does not exist\.", 404):
        iam.delete_virtual_mfa_device(SerialNumber=device.serial)
    iam.delete_user(UserName="ann")


def test_a_user_has_eight_devices(iam):
    iam.create_user(UserName="ann")
    for index in range(8):
        phone(iam, f"phone{index}").enable(iam, "ann")
    with refused("LimitExceeded", "Cannot exceed quota for MFADevicesPerUser: 8", 409):
        phone(iam, "ninth").enable(iam, "ann")
    for size in (1, 3, 8):
        pages = iam.get_paginator("list_mfa_devices").paginate(UserName="ann", PaginationConfig={"PageSize": size})
        assert len({each["SerialNumber"] for page in pages for each in page["MFADevices"]}) == 8
        pages = iam.get_paginator("list_virtual_mfa_devices").paginate(PaginationConfig={"PageSize": size})
        assert len({each["SerialNumber"] for page in pages for each in page["VirtualMFADevices"]}) == 9


def test_tags_of_a_device(iam):
    device = phone(iam, Tags=[{"Key": "team", "Value": "red"}])
    iam.tag_mfa_device(SerialNumber=device.serial, Tags=[{"Key": "Team", "Value": "blue"}, {"Key": "a", "Value": ""}])
    assert iam.list_mfa_device_tags(SerialNumber=device.serial)["Tags"] == [
        {"Key": "Team", "Value": "blue"}, {"Key": "a", "Value": ""},
    ]
    iam.untag_mfa_device(SerialNumber=device.serial, TagKeys=["TEAM"])
    assert [each["Key"] for each in iam.list_mfa_device_tags(SerialNumber=device.serial)["Tags"]] == ["a"]


def test_a_device_resynchronizes_with_codes_of_another_hour(account, iam, ann):
    device = phone(iam).enable(iam, "ann")
    sts = account.client("sts", ann.credentials)
    with refused("AccessDenied", WRONG, 403):
        sts.get_session_token(SerialNumber=device.serial, TokenCode=device.code(61))
    iam.resync_mfa_device(
        UserName="ann", SerialNumber=device.serial, AuthenticationCode1=device.code(59),
        AuthenticationCode2=device.code(60))
    with refused("AccessDenied", WRONG):
        sts.get_session_token(**device.next())
    sts.get_session_token(SerialNumber=device.serial, TokenCode=device.code(61))
    with refused("InvalidAuthenticationCode"):
        iam.resync_mfa_device(
            UserName="ann", SerialNumber=device.serial, AuthenticationCode1=device.code(59),
            AuthenticationCode2=device.code(60))


def test_a_role_that_wants_the_second_factor(account, iam, ann):
    role = iam.create_role(RoleName="guarded", AssumeRolePolicyDocument=trust_policy(
        {"AWS": account.arn("root")}, Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}))["Role"]["Arn"]
    device = phone(iam).enable(iam, "ann")
    sts = account.client("sts", ann.credentials)
    call = {"RoleArn": role, "RoleSessionName": "session"}
    with refused("AccessDenied"):
        sts.assume_role(**call)
    with refused("AccessDenied", WRONG):
        sts.assume_role(**call, SerialNumber=device.serial, TokenCode=device.code(500))
    with refused("AccessDenied", ".*must provide both MFA serial number and one time pass code.*"):
        sts.assume_role(**call, SerialNumber=device.serial)
    sts.assume_role(**call, **device.next())
    with refused("AccessDenied", WRONG):
        sts.assume_role(**call, **device.next())


def test_the_devices_of_others_look_like_none(account, iam, ann):
    account.user("bob")
    theirs = phone(iam).enable(iam, "bob")
    sts = account.client("sts", ann.credentials)
    for serial in (theirs.serial, account.arn("mfa/none"), "GAHT12345678"):
        with refused("AccessDenied", WRONG, 403):
            sts.get_session_token(SerialNumber=serial, TokenCode=theirs.code(1))


def test_guessing_is_bounded(account, iam, ann):
    device = phone(iam).enable(iam, "ann")
    sts = account.client("sts", ann.credentials)
    for _ in range(10):
        with refused("AccessDenied", WRONG):
            sts.get_session_token(SerialNumber=device.serial, TokenCode=device.code(500))
    with refused("AccessDenied", WRONG):
        sts.get_session_token(**device.next())


def test_the_root_user_has_a_device(account, iam):
    device = phone(iam, "root-account-mfa-device").enable(iam, account.id)
    assert iam.list_mfa_devices()["MFADevices"][0]["SerialNumber"] == account.arn("mfa/root-account-mfa-device")
    listed = iam.list_virtual_mfa_devices()["VirtualMFADevices"]
    assert [each["User"]["Arn"] for each in listed] == [account.arn("root")]
    assert iam.get_account_summary()["SummaryMap"]["AccountMFAEnabled"] == 1
    session = Credentials.of(account.sts.get_session_token(**device.next())["Credentials"])
    account.client("iam", session).list_users()
    iam.deactivate_mfa_device(SerialNumber=device.serial)


def race(clients, parameters):
    """How many of the calls at once succeed; the others must be refused as wrong codes are."""
    def attempt(client):
        try:
            client.get_session_token(**parameters)
            return True
        except botocore.exceptions.ClientError as error:
            assert error.response["Error"]["Code"] == "AccessDenied", error
            assert re.fullmatch(WRONG, error.response["Error"]["Message"])
            return False

    with concurrent.futures.ThreadPoolExecutor(len(clients)) as pool:
        return sum(pool.map(attempt, clients))


def test_of_many_calls_with_one_code_one_succeeds(account, iam, record_property):
    for number in range(ROUNDS):
        user = account.user(f"user{number}")
        device = phone(iam, f"phone{number}").enable(iam, user.name)
        client = account.client("sts", user.credentials, max_pool_connections=CALLS_PER_ROUND)
        assert race([client] * CALLS_PER_ROUND, device.next()) == 1
    record_property("figure", f"{ROUNDS} codes, each in {CALLS_PER_ROUND} calls at once, each good once")


@pytest.mark.only(POSTGRESQL)
def test_a_code_is_good_once_on_all_nodes(first, second, shared_account):
    for number in range(ROUNDS):
        user = shared_account.user(f"user{number}")
        device = phone(shared_account.iam, f"phone{number}").enable(shared_account.iam, user.name)
        clients = [
            node.client("sts", user.credentials, max_pool_connections=CALLS_PER_ROUND) for node in (first, second)]
        there = second.client("iam", shared_account.root)
        until(lambda: len(there.list_virtual_mfa_devices(AssignmentStatus="Assigned")["VirtualMFADevices"]) > number)
        assert race(clients * (CALLS_PER_ROUND // 2), device.next()) == 1


def test_a_used_code_stays_used_after_a_restart(own_server):
    server = own_server("--developer-api")
    account = server.account()
    user = account.user("ann")
    device = phone(account.iam).enable(account.iam, "ann")
    server.client("sts", user.credentials).get_session_token(**device.next())
    server.restart()
    with refused("AccessDenied", WRONG):
        server.client("sts", user.credentials).get_session_token(**device.next())


def test_the_command_line_walks_through_a_device(server, account, ann, tmp_path):
    seed, picture = tmp_path / "seed", tmp_path / "picture.png"
    made = server.cli(
        account.root, "iam", "create-virtual-mfa-device", "--virtual-mfa-device-name", "cli", "--outfile", str(seed),
        "--bootstrap-method", "Base32StringSeed")
    device = Phone({
        "SerialNumber": made["VirtualMFADevice"]["SerialNumber"], "Base32StringSeed": seed.read_bytes()})
    server.cli(
        account.root, "iam", "enable-mfa-device", "--user-name", "ann", "--serial-number", device.serial,
        "--authentication-code1", device.code(-1), "--authentication-code2", device.code())
    session = server.cli(
        ann.credentials, "sts", "get-session-token", "--serial-number", device.serial, "--token-code", device.code(1))
    server.cli(Credentials.of(session["Credentials"]), "iam", "list-users")
    server.cli(
        account.root, "iam", "create-virtual-mfa-device", "--virtual-mfa-device-name", "picture", "--outfile",
        str(picture), "--bootstrap-method", "QRCodePNG")
    assert len(zxingcpp.read_barcodes(PIL.Image.open(picture).convert("L"))) == 1
