import json

import pytest

from harness import Credentials, allow, denial, refused

GOOD, OTHER = "Correct-horse-1", "Another-horse-2"


@pytest.fixture
def ann(account):
    return account.user("ann", allow("iam:ChangePassword", account.arn("user/${aws:username}")))


def test_a_password_is_made_shown_without_itself_changed_and_deleted(iam):
    iam.create_user(UserName="ann")
    with refused("NoSuchEntity", r"Login Profile for User ann cannot be found\.", 404):
        iam.get_login_profile(UserName="ann")
    made = iam.create_login_profile(UserName="ann", Password=GOOD, PasswordResetRequired=True)["LoginProfile"]
    assert (made["UserName"], made["PasswordResetRequired"]) == ("ann", True)
    with refused("EntityAlreadyExists", r"Login Profile for User ann already exists\.", 409):
        iam.create_login_profile(UserName="ann", Password=GOOD)
    iam.update_login_profile(UserName="ann", Password=OTHER, PasswordResetRequired=False)
    shown = iam.get_login_profile(UserName="ann")["LoginProfile"]
    assert shown == made | {"PasswordResetRequired": False}
    with refused("DeleteConflict", r"Cannot delete entity, must delete login profile first\.", 409):
        iam.delete_user(UserName="ann")
    iam.delete_login_profile(UserName="ann")
    for operation in (iam.get_login_profile, iam.delete_login_profile):
        with refused("NoSuchEntity"):
            operation(UserName="ann")
    iam.delete_user(UserName="ann")


def test_who_is_not_there_has_no_password(iam):
    for operation, more in ((iam.create_login_profile, {"Password": GOOD}), (iam.get_login_profile, {}),
                            (iam.update_login_profile, {"Password": GOOD}), (iam.delete_login_profile, {})):
        with refused("NoSuchEntity", r"The user with name none cannot be found\.", 404):
            operation(UserName="none", **more)


def test_a_user_changes_the_own_password(account, iam, ann):
    acting = account.client("iam", ann.credentials)
    with refused("NoSuchEntity"):
        acting.change_password(OldPassword=GOOD, NewPassword=OTHER)
    iam.create_login_profile(UserName="ann", Password=GOOD, PasswordResetRequired=True)
    with refused("AccessDenied", r"The old password was incorrect\.", 403):
        acting.change_password(OldPassword=OTHER, NewPassword=OTHER)
    with refused("PasswordPolicyViolation", "Password should have a minimum length of 8", 400):
        acting.change_password(OldPassword=GOOD, NewPassword="Sh0rt")
    acting.change_password(OldPassword=GOOD, NewPassword=OTHER)
    assert iam.get_login_profile(UserName="ann")["LoginProfile"]["PasswordResetRequired"] is False
    with refused("AccessDenied"):
        acting.change_password(OldPassword=GOOD, NewPassword=OTHER)
    acting.change_password(OldPassword=OTHER, NewPassword=GOOD)


def test_nobody_else_changes_a_password_so(account, iam):
    with refused("InvalidUserType", status=400):
        iam.change_password(OldPassword=GOOD, NewPassword=OTHER)
    plain = account.user("plain")
    with refused("AccessDenied", denial(account.arn("user/plain"), "iam:ChangePassword", account.arn("user/plain"))):
        account.client("iam", plain.credentials).change_password(OldPassword=GOOD, NewPassword=OTHER)


@pytest.mark.parametrize("password", ["\U0001f40e-horse-Secret-1", "Secret-1" * 17])
def test_a_password_that_breaks_the_model_is_not_repeated(server, account, password):
    account.iam.create_user(UserName="ann")
    client = server.client("iam", account.root, parameter_validation=False)
    with pytest.raises(client.exceptions.ClientError) as failure:
        client.create_login_profile(UserName="ann", Password=password)
    error = failure.value.response["Error"]
    assert error["Code"] == "ValidationError"
    assert error["Message"].startswith("1 validation error detected: Value at 'password' failed to satisfy constraint")
    assert "Secret-1" not in json.dumps(failure.value.response)
    assert "Secret-1" not in server.errors() + server.printed()


def test_the_command_line_walks_through_a_password(server, account, tmp_path):
    def iam(*arguments):
        return server.cli(account.root, "iam", *arguments)

    iam("create-user", "--user-name", "cli")
    made = iam("create-login-profile", "--user-name", "cli", "--password", GOOD, "--password-reset-required")
    assert made["LoginProfile"]["PasswordResetRequired"] is True
    iam("update-account-password-policy", "--allow-users-to-change-password", "--password-reuse-prevention", "3")
    key = iam("create-access-key", "--user-name", "cli")["AccessKey"]
    words = tmp_path / "passwords.json"
    words.write_text(json.dumps({"OldPassword": GOOD, "NewPassword": OTHER}))
    server.cli(Credentials.of(key), "iam", "change-password", "--cli-input-json", f"file://{words}")
    assert iam("get-login-profile", "--user-name", "cli")["LoginProfile"]["PasswordResetRequired"] is False
    policy = server.cli(Credentials.of(key), "iam", "get-account-password-policy")["PasswordPolicy"]
    assert policy["PasswordReusePrevention"] == 3
    iam("delete-login-profile", "--user-name", "cli")


def test_passwords_stay_after_a_restart(own_server):
    server = own_server("--developer-api")
    account = server.account()
    user = account.user("ann", allow("iam:ChangePassword"))
    account.iam.create_login_profile(UserName="ann", Password=GOOD)
    server.restart()
    acting = server.client("iam", user.credentials)
    with refused("AccessDenied"):
        acting.change_password(OldPassword=OTHER, NewPassword=OTHER)
    acting.change_password(OldPassword=GOOD, NewPassword=OTHER)
