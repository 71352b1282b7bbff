import pytest

from harness import deny, policy, refused

GOOD = "Correct-horse-1"
DEFAULTS = {
    "MinimumPasswordLength": 6, "RequireSymbols": False, "RequireNumbers": False, "RequireUppercaseCharacters": False,
    "RequireLowercaseCharacters": False, "AllowUsersToChangePassword": False, "ExpirePasswords": False,
}


def test_what_is_left_out_goes_back_to_its_default(account, iam):
    with refused("NoSuchEntity", rf"The Password Policy with domain name {account.id} cannot be found\.", 404):
        iam.get_account_password_policy()
    full = {
        "MinimumPasswordLength": 128, "RequireSymbols": True, "RequireNumbers": True,
        "RequireUppercaseCharacters": True, "RequireLowercaseCharacters": True, "AllowUsersToChangePassword": True,
        "MaxPasswordAge": 1095, "PasswordReusePrevention": 24, "HardExpiry": True,
    }
    iam.update_account_password_policy(**full)
    assert iam.get_account_password_policy()["PasswordPolicy"] == full | {"ExpirePasswords": True}
    iam.update_account_password_policy()
    assert iam.get_account_password_policy()["PasswordPolicy"] == DEFAULTS
    iam.update_account_password_policy(MaxPasswordAge=1, PasswordReusePrevention=1, HardExpiry=False)
    assert iam.get_account_password_policy()["PasswordPolicy"] == DEFAULTS | {
        "ExpirePasswords": True, "MaxPasswordAge": 1, "PasswordReusePrevention": 1, "HardExpiry": False,
    }
    iam.delete_account_password_policy()
    with refused("NoSuchEntity", r"The account policy with name PasswordPolicy cannot be found\.", 404):
        iam.delete_account_password_policy()


@pytest.mark.parametrize("member, value", [
    ("MinimumPasswordLength", 5), ("MinimumPasswordLength", 129), ("MaxPasswordAge", 0), ("MaxPasswordAge", 1096),
    ("PasswordReusePrevention", 0), ("PasswordReusePrevention", 25),
])
def test_values_beyond_their_borders_are_refused(server, account, member, value):
    client = server.client("iam", account.root, parameter_validation=False)
    with refused("ValidationError", status=400):
        client.update_account_password_policy(**{member: value})
    with refused("NoSuchEntity"):
        client.get_account_password_policy()


def test_without_a_policy_three_of_four_kinds_are_wanted(iam):
    iam.create_user(UserName="ann")
    with refused(
        "PasswordPolicyViolation",
        "Password should meet 1 more of the following requirements: Password should have at least one uppercase "
        "letter, Password should have at least one symbol",
    ):
        iam.create_login_profile(UserName="ann", Password="abcdefg1")
    iam.create_login_profile(UserName="ann", Password="abcdef1!")


def test_a_policy_counts_at_the_next_change(iam):
    iam.create_user(UserName="ann")
    iam.create_login_profile(UserName="ann", Password=GOOD)
    iam.update_account_password_policy(MinimumPasswordLength=40, PasswordReusePrevention=2)
    with refused("PasswordPolicyViolation", "Password should have a minimum length of 40"):
        iam.update_login_profile(UserName="ann", Password="Another-horse-2")
    iam.update_login_profile(UserName="ann", PasswordResetRequired=True)
    iam.update_account_password_policy(PasswordReusePrevention=2)
    with refused("PasswordPolicyViolation"):
        iam.update_login_profile(UserName="ann", Password=GOOD)
    iam.update_login_profile(UserName="ann", Password="Another-horse-2")


def test_the_setting_lets_users_change_their_own_password_unless_they_are_denied(account, iam):
    users = [account.user(name) for name in ("ann", "bob")]
    for user in users:
        iam.create_login_profile(UserName=user.name, Password=GOOD)
    iam.put_user_policy(UserName="bob", PolicyName="no", PolicyDocument=policy(deny("iam:ChangePassword")))
    ann, bob = (account.client("iam", user.credentials) for user in users)
    for client in (ann, bob):
        with refused("AccessDenied"):
            client.change_password(OldPassword=GOOD, NewPassword="Another-horse-2")
    iam.update_account_password_policy(AllowUsersToChangePassword=True)
    assert ann.get_account_password_policy()["PasswordPolicy"]["AllowUsersToChangePassword"] is True
    ann.change_password(OldPassword=GOOD, NewPassword="Another-horse-2")
    with refused("AccessDenied", ".*with an explicit deny in an identity-based policy.*"):
        bob.change_password(OldPassword=GOOD, NewPassword="Another-horse-2")
    iam.delete_account_password_policy()
    with refused("AccessDenied"):
        ann.change_password(OldPassword="Another-horse-2", NewPassword=GOOD)
