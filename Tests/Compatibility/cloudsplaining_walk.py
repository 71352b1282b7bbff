"""The walk with cloudsplaining: it downloads an account's policies and finds those that are too wide.

    cloudsplaining_walk.py CLOUDSPLAINING FOLDER
"""

import json
import os
import pathlib
import subprocess
import sys

import boto3

ACCOUNT = os.environ["ACCOUNT"]
TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
POLICIES = {
    "Escalates": ["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"],
    "Leaks": ["s3:GetObject"],
    "Harmless": ["s3:ListAllMyBuckets"],
}


def main(cloudsplaining, folder):
    iam = boto3.client("iam")
    iam.create_role(RoleName="Builder", AssumeRolePolicyDocument=json.dumps(TRUST))
    for name, actions in POLICIES.items():
        document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}
        policy = iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(document))["Policy"]["Arn"]
        iam.attach_role_policy(RoleName="Builder", PolicyArn=policy)
    subprocess.run([cloudsplaining, "download", "--output", folder], check=True, stdout=sys.stderr, cwd=folder)
    details = next(folder.glob("*.json"))
    assert {role["RoleName"] for role in json.loads(details.read_text())["RoleDetailList"]} == {"Builder"}
    subprocess.run(
        [cloudsplaining, "scan", "--input-file", details, "--output", folder, "--skip-open-report"], check=True,
        stdout=sys.stderr, cwd=folder)
    results = json.loads(next(folder.glob("iam-results-*.json")).read_text())
    found = {each["PolicyName"]: each for each in results["customer_managed_policies"].values()}
    assert findings(found, "Escalates", "PrivilegeEscalation")
    assert findings(found, "Leaks", "DataExfiltration") == ["s3:GetObject"]
    for risk in ("PrivilegeEscalation", "DataExfiltration", "ResourceExposure"):
        assert findings(found, "Harmless", risk) == []
    print("a privilege escalation and a data exfiltration found, and nothing in a harmless policy")


def findings(found, policy, risk):
    return found[policy][risk]["findings"] if policy in found else []


if __name__ == "__main__":
    main(sys.argv[1], pathlib.Path(sys.argv[2]))
