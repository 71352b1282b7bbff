"""The walk with Cloud Custodian: finds users, groups and roles by what they have, and tags, deletes and detaches.

    custodian_walk.py CUSTODIAN FOLDER

Its resource aws.iam-policy asks the Resource Groups Tagging API, which is another service of AWS and not here.
"""

import json
import os
import pathlib
import subprocess
import sys

import boto3

ACCOUNT = os.environ["ACCOUNT"]
TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}]}

POLICIES = {"policies": [
    {"name": "users", "resource": "aws.iam-user"},
    {"name": "with-keys", "resource": "aws.iam-user",
     "filters": [{"type": "access-key", "key": "Status", "value": "Active"}]},
    {"name": "tag", "resource": "aws.iam-user", "filters": [{"tag:team": "absent"}],
     "actions": [{"type": "tag", "key": "team", "value": "none"}]},
    {"name": "root", "resource": "aws.account",
     "filters": [{"type": "iam-summary", "key": "AccountMFAEnabled", "value": 0}]},
    {"name": "empty-groups", "resource": "aws.iam-group", "filters": [{"type": "has-users", "value": False}],
     "actions": [{"type": "delete"}]},
    {"name": "wide-roles", "resource": "aws.iam-role",
     "filters": [{"type": "has-specific-managed-policy", "value": "AdministratorAccess"}],
     "actions": [{"type": "set-policy", "state": "detached", "arn": "arn:aws:iam::aws:policy/AdministratorAccess"}]},
    {"name": "profiles", "resource": "aws.iam-profile", "filters": [{"type": "unused"}]},
]}

NAMES = {
    "aws.account": "account_id", "aws.iam-user": "UserName", "aws.iam-group": "GroupName", "aws.iam-role": "RoleName",
}

FOUND = {
    "users": ["frank", "grace"], "with-keys": ["frank"], "tag": ["grace"], "empty-groups": ["Empty"],
    "wide-roles": ["Wide"], "root": [ACCOUNT],
}


def main(custodian, folder):
    iam = boto3.client("iam")
    iam.create_user(UserName="frank", Tags=[{"Key": "team", "Value": "blue"}])
    iam.create_user(UserName="grace")
    iam.create_access_key(UserName="frank")
    for name in ("Empty", "Full"):
        iam.create_group(GroupName=name)
    iam.add_user_to_group(GroupName="Full", UserName="frank")
    iam.create_role(RoleName="Wide", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.attach_role_policy(RoleName="Wide", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    rules = folder / "policies.json"
    rules.write_text(json.dumps(POLICIES))
    subprocess.run([custodian, "validate", rules], check=True, capture_output=True)
    subprocess.run(
        [custodian, "run", "--cache-period", "0", "--output-dir", folder / "out", "--region", "us-east-1", rules],
        check=True, stdout=sys.stderr)
    for policy, wanted in FOUND.items():
        found = json.loads((folder / "out" / policy / "resources.json").read_text())
        names = sorted(each[NAMES[resource(policy)]] for each in found)
        assert names == wanted, (policy, names)
    assert iam.list_user_tags(UserName="grace")["Tags"] == [{"Key": "team", "Value": "none"}]
    assert [group["GroupName"] for group in iam.list_groups()["Groups"]] == ["Full"]
    assert iam.list_attached_role_policies(RoleName="Wide")["AttachedPolicies"] == []
    print(f"{len(POLICIES['policies'])} policies run; a user tagged, a group deleted, a policy detached")


def resource(policy):
    return next(each["resource"] for each in POLICIES["policies"] if each["name"] == policy)


if __name__ == "__main__":
    main(sys.argv[1], pathlib.Path(sys.argv[2]))
