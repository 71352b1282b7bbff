"""The first thing that anybody does with AWS's identity layer, by the real AWS CLI: stop using the root user."""

import json
import re

import harness
from harness import BOOTSTRAP, BOOTSTRAP_ACCOUNT, EXPLICIT_DENY, Credentials, allow, denial, deny, policy

ADMINISTRATOR_ACCESS = "arn:aws:iam::aws:policy/AdministratorAccess"


class Walk:
    """The AWS CLI against one server, with the words of its refusals."""

    def __init__(self, server):
        self.server = server

    def aws(self, who, *arguments):
        return self.server.cli(who, *arguments)

    def refused(self, who, code, message, *arguments):
        """The command fails with exactly that code and those words."""
        result = self.server.try_cli(who, *arguments)
        assert result.returncode != 0, f"not refused: {arguments}"
        found = re.search(r"An error occurred \((\S+)\) when calling the \S+ operation: (.*)", result.stderr, re.DOTALL)
        assert found, result.stderr
        assert found[1] == code, result.stderr
        assert re.fullmatch(message, found[2].strip()), result.stderr


def user_arn(name):
    return f"arn:aws:iam::{BOOTSTRAP_ACCOUNT}:user/{name}"


def new_key(walk, who, name):
    return Credentials.of(walk.aws(who, "iam", "create-access-key", "--user-name", name)["AccessKey"])


def test_the_walk(own_server):
    walk = Walk(own_server())
    root = BOOTSTRAP
    assert walk.aws(root, "sts", "get-caller-identity") == {
        "UserId": BOOTSTRAP_ACCOUNT, "Account": BOOTSTRAP_ACCOUNT, "Arn": f"arn:aws:iam::{BOOTSTRAP_ACCOUNT}:root",
    }
    alice = make_administrator(walk, root)
    bob = make_cloudhsm_administrator(walk, alice)
    what_bob_may_not(walk, bob)
    what_is_denied_explicitly(walk, alice, bob)

    walk.server.restart()
    everything_is_found_again(walk, alice, bob)
    root_key_is_put_away(walk, root, alice)
    strangers_are_refused(walk, alice)


def make_administrator(walk, root):
    group = walk.aws(root, "iam", "create-group", "--group-name", "Administrators")["Group"]
    assert group["Arn"] == f"arn:aws:iam::{BOOTSTRAP_ACCOUNT}:group/Administrators"
    assert re.fullmatch("AGPA[A-Z0-9]{17}", group["GroupId"])
    walk.aws(
        root, "iam", "attach-group-policy", "--group-name", "Administrators", "--policy-arn", ADMINISTRATOR_ACCESS)
    user = walk.aws(root, "iam", "create-user", "--user-name", "Alice")["User"]
    assert user["Arn"] == user_arn("Alice")
    assert re.fullmatch("AIDA[A-Z0-9]{17}", user["UserId"])
    alice = new_key(walk, root, "Alice")
    assert re.fullmatch("AKIA[A-Z0-9]{16}", alice.key)
    walk.refused(
        alice, "AccessDenied", denial(user_arn("Alice"), "iam:ListUsers", user_arn("")), "iam", "list-users")
    walk.aws(root, "iam", "add-user-to-group", "--group-name", "Administrators", "--user-name", "Alice")
    assert walk.aws(alice, "sts", "get-caller-identity") == {
        "UserId": user["UserId"], "Account": BOOTSTRAP_ACCOUNT, "Arn": user_arn("Alice"),
    }
    assert [each["UserName"] for each in walk.aws(alice, "iam", "list-users")["Users"]] == ["Alice"]
    return alice


def make_cloudhsm_administrator(walk, alice):
    """A narrower group, with a policy that the customer wrote, made by the administrator and no longer by root."""
    walk.aws(alice, "iam", "create-group", "--group-name", "CloudHSMAdministrators")
    document = policy(
        allow(["cloudhsm:*", "iam:ListGroups"]),
        allow("iam:GetUser", f"arn:aws:iam::{BOOTSTRAP_ACCOUNT}:user/${{aws:username}}"))
    made = walk.aws(
        alice, "iam", "create-policy", "--policy-name", "CloudHSMAdministration", "--policy-document", document,
        "--description", "All of CloudHSM, and oneself")["Policy"]
    assert made["Arn"] == f"arn:aws:iam::{BOOTSTRAP_ACCOUNT}:policy/CloudHSMAdministration"
    assert (made["DefaultVersionId"], made["AttachmentCount"], made["IsAttachable"]) == ("v1", 0, True)
    walk.aws(
        alice, "iam", "attach-group-policy", "--group-name", "CloudHSMAdministrators", "--policy-arn", made["Arn"])
    walk.aws(alice, "iam", "create-user", "--user-name", "Bob", "--tags", "Key=team,Value=hsm")
    walk.aws(alice, "iam", "add-user-to-group", "--group-name", "CloudHSMAdministrators", "--user-name", "Bob")
    return new_key(walk, alice, "Bob")


def what_bob_may_not(walk, bob):
    who = user_arn("Bob")
    assert walk.aws(bob, "iam", "get-user", "--user-name", "Bob")["User"]["Arn"] == who
    assert len(walk.aws(bob, "iam", "list-groups")["Groups"]) == 2
    for action, resource, *arguments in (
        ("iam:GetUser", user_arn("Alice"), "get-user", "--user-name", "Alice"),
        ("iam:ListUsers", user_arn(""), "list-users"),
        ("iam:CreateUser", user_arn("Mallory"), "create-user", "--user-name", "Mallory"),
        ("iam:CreateAccessKey", user_arn("Alice"), "create-access-key", "--user-name", "Alice"),
        ("iam:CreateAccessKey", user_arn("Bob"), "create-access-key"),
        ("iam:AttachUserPolicy", user_arn("Bob"), "attach-user-policy", "--user-name", "Bob", "--policy-arn",
         ADMINISTRATOR_ACCESS),
        ("iam:AddUserToGroup", f"arn:aws:iam::{BOOTSTRAP_ACCOUNT}:group/Administrators", "add-user-to-group",
         "--group-name", "Administrators", "--user-name", "Bob"),
    ):
        walk.refused(bob, "AccessDenied", denial(who, action, resource), "iam", *arguments)
    # Whether it exists is not told to those who may not ask.
    walk.refused(
        bob, "AccessDenied", denial(who, "iam:GetUser", user_arn("Nobody")), "iam", "get-user", "--user-name", "Nobody")


def what_is_denied_explicitly(walk, alice, bob):
    walk.aws(
        alice, "iam", "put-group-policy", "--group-name", "CloudHSMAdministrators", "--policy-name", "NoGroups",
        "--policy-document", policy(deny("iam:ListGroups")))
    walk.refused(
        bob, "AccessDenied",
        denial(user_arn("Bob"), "iam:ListGroups", f"arn:aws:iam::{BOOTSTRAP_ACCOUNT}:group/", EXPLICIT_DENY)
        + "(: .*)?",
        "iam", "list-groups")
    walk.aws(
        alice, "iam", "put-user-policy", "--user-name", "Alice", "--policy-name", "NoDeletion", "--policy-document",
        policy(deny("iam:DeleteUser")))
    walk.refused(
        alice, "AccessDenied",
        denial(user_arn("Alice"), "iam:DeleteUser", user_arn("Bob"), EXPLICIT_DENY) + "(: .*)?",
        "iam", "delete-user", "--user-name", "Bob")


def everything_is_found_again(walk, alice, bob):
    users = walk.aws(alice, "iam", "list-users")["Users"]
    assert [each["UserName"] for each in users] == ["Alice", "Bob"]
    members = walk.aws(alice, "iam", "get-group", "--group-name", "cloudhsmadministrators")
    assert members["Group"]["GroupName"] == "CloudHSMAdministrators"
    assert [each["UserName"] for each in members["Users"]] == ["Bob"]
    attached = walk.aws(alice, "iam", "list-attached-group-policies", "--group-name", "CloudHSMAdministrators")
    assert [each["PolicyName"] for each in attached["AttachedPolicies"]] == ["CloudHSMAdministration"]
    inline = walk.aws(
        alice, "iam", "get-group-policy", "--group-name", "CloudHSMAdministrators", "--policy-name", "NoGroups")
    assert inline["PolicyDocument"] == json.loads(policy(deny("iam:ListGroups")))
    tags = walk.aws(alice, "iam", "list-user-tags", "--user-name", "Bob")["Tags"]
    assert tags == [{"Key": "team", "Value": "hsm"}]
    assert walk.aws(bob, "iam", "get-user", "--user-name", "Bob")["User"]["UserName"] == "Bob"
    walk.refused(
        bob, "AccessDenied", denial(user_arn("Bob"), "iam:ListUsers", user_arn("")), "iam", "list-users")


def root_key_is_put_away(walk, root, alice):
    walk.aws(root, "iam", "update-access-key", "--access-key-id", root.key, "--status", "Inactive")
    walk.refused(root, "InvalidClientTokenId", r".+", "sts", "get-caller-identity")
    assert walk.aws(alice, "sts", "get-caller-identity")["Arn"] == user_arn("Alice")
    assert walk.aws(alice, "iam", "get-account-summary")["SummaryMap"]["Users"] == 2


def strangers_are_refused(walk, alice):
    wrong_secret = Credentials(alice.key, "0" * 40)
    walk.refused(
        wrong_secret, "SignatureDoesNotMatch",
        r"(?s)The request signature we calculated does not match the signature you provided\. .+", "iam", "list-users")
    unknown = Credentials("AKIAI44QH8DHBEXAMPLE", "0" * 40)
    walk.refused(
        unknown, "InvalidClientTokenId", r"The security token included in the request is invalid\.?",
        "iam", "list-users")
    walk.refused(
        None, "MissingAuthenticationToken", r"Request is missing Authentication Token", "iam", "list-users")


def test_boto3_sees_the_same(own_server):
    """The same walk's essence by boto3, so that every raw answer is held against the API model."""
    server = own_server()
    iam = server.client("iam")
    iam.create_group(GroupName="Administrators")
    iam.attach_group_policy(GroupName="Administrators", PolicyArn=ADMINISTRATOR_ACCESS)
    iam.create_user(UserName="Alice")
    iam.add_user_to_group(GroupName="Administrators", UserName="Alice")
    alice = server.client("iam", Credentials.of(iam.create_access_key(UserName="Alice")["AccessKey"]))
    assert alice.get_user()["User"]["UserName"] == "Alice"
    details = alice.get_account_authorization_details(Filter=["User", "Group"])
    assert details["UserDetailList"][0]["GroupList"] == ["Administrators"]
    assert details["GroupDetailList"][0]["AttachedManagedPolicies"] == [
        {"PolicyName": "AdministratorAccess", "PolicyArn": ADMINISTRATOR_ACCESS}
    ]
    alice.remove_user_from_group(GroupName="Administrators", UserName="Alice")
    with harness.refused("AccessDenied", denial(user_arn("Alice"), "iam:ListUsers", user_arn("")), 403):
        alice.list_users()
