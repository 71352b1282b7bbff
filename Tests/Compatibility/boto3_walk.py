"""The walk with boto3: a user, a group, a role and a policy; lists and waiters; the role assumed; all deleted again."""

import json
import os

import boto3
import botocore.exceptions

ACCOUNT = os.environ["ACCOUNT"]
READ = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:List*", "Resource": "*"}]}
TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/alice"}, "Action": "sts:AssumeRole"}]}


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except botocore.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == code, error
    else:
        raise AssertionError(f"{code} was expected")


def client_of(credentials, service):
    return boto3.client(
        service, aws_access_key_id=credentials["AccessKeyId"], aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials.get("SessionToken"))


def main():
    iam, sts = boto3.client("iam"), boto3.client("sts")
    assert sts.get_caller_identity()["Account"] == ACCOUNT

    iam.create_group(GroupName="Readers")
    iam.create_user(UserName="alice", Tags=[{"Key": "team", "Value": "blue"}])
    iam.get_waiter("user_exists").wait(UserName="alice")
    iam.add_user_to_group(GroupName="Readers", UserName="alice")
    policy = iam.create_policy(PolicyName="Read", PolicyDocument=json.dumps(READ))["Policy"]["Arn"]
    iam.get_waiter("policy_exists").wait(PolicyArn=policy)
    iam.create_role(RoleName="Reader", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.get_waiter("role_exists").wait(RoleName="Reader")
    iam.attach_role_policy(RoleName="Reader", PolicyArn=policy)

    names = [user["UserName"] for page in iam.get_paginator("list_users").paginate() for user in page["Users"]]
    assert names == ["alice"], names
    managed = sum(len(page["Policies"]) for page in iam.get_paginator("list_policies").paginate(Scope="AWS"))
    assert managed > 1_000, managed

    key = iam.create_access_key(UserName="alice")["AccessKey"]
    refused("AccessDenied", client_of(key, "iam").list_users)
    session = client_of(key, "sts").assume_role(
        RoleArn=f"arn:aws:iam::{ACCOUNT}:role/Reader", RoleSessionName="walk")["Credentials"]
    assert len(client_of(session, "iam").list_users()["Users"]) == 1
    refused("AccessDenied", client_of(session, "iam").create_user, UserName="mallory")
    resource = boto3.resource("iam")
    assert [role.name for role in resource.roles.all()] == ["Reader"]

    refused("DeleteConflict", iam.delete_role, RoleName="Reader")
    iam.detach_role_policy(RoleName="Reader", PolicyArn=policy)
    iam.delete_role(RoleName="Reader")
    refused("InvalidClientTokenId", client_of(session, "sts").get_caller_identity)
    iam.delete_policy(PolicyArn=policy)
    iam.delete_access_key(UserName="alice", AccessKeyId=key["AccessKeyId"])
    iam.remove_user_from_group(GroupName="Readers", UserName="alice")
    iam.delete_user(UserName="alice")
    iam.delete_group(GroupName="Readers")
    print(f"a user, a group, a role and a policy made, used and deleted; {managed:,} policies of AWS listed")


if __name__ == "__main__":
    main()
