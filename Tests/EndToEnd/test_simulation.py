import json

import pytest

from harness import allow, deny, policy, refused

GET = "s3:GetObject"
OBJECT = "arn:aws:s3:::bucket/key"


def decisions(answer):
    return {each["EvalActionName"]: each["EvalDecision"] for each in answer["EvaluationResults"]}


def entry(name, kind, *values):
    return {"ContextKeyName": name, "ContextKeyValues": list(values), "ContextKeyType": kind}


def test_policies_are_tried_before_they_are_attached(iam):
    answer = iam.simulate_custom_policy(
        PolicyInputList=[policy(allow("s3:Get*"), deny("s3:GetObjectAcl"))],
        ActionNames=[GET, "s3:GetObjectAcl", "s3:PutObject"])
    assert decisions(answer) == {GET: "allowed", "s3:GetObjectAcl": "explicitDeny", "s3:PutObject": "implicitDeny"}
    assert not answer["IsTruncated"]
    first, second, third = answer["EvaluationResults"]
    assert first["EvalResourceName"] == "*"
    assert first["MatchedStatements"][0]["SourcePolicyId"] == "PolicyInputList.1"
    assert len(second["MatchedStatements"]) == 1 and third["MatchedStatements"] == []
    assert "ResourceSpecificResults" not in first


def test_the_place_of_a_statement_is_where_the_text_has_it(iam):
    text = json.dumps({"Version": "2012-10-17", "Statement": [allow(GET), allow("s3:*")]}, indent=2)
    answer = iam.simulate_custom_policy(PolicyInputList=[text], ActionNames=[GET])
    places = [
        (each["StartPosition"], each["EndPosition"]) for each in answer["EvaluationResults"][0]["MatchedStatements"]
    ]
    lines = text.split("\n")
    ends = [number for number, line in enumerate(lines, 1) if line in ("    },", "    }")]
    # Behind the bracket, then behind each statement.
    assert places == [
        ({"Line": 3, "Column": len(lines[2]) + 1}, {"Line": ends[0], "Column": 6}),
        ({"Line": ends[0], "Column": 6}, {"Line": ends[1], "Column": 6}),
    ]


def test_each_resource_has_a_result_of_its_own(iam):
    answer = iam.simulate_custom_policy(
        PolicyInputList=[policy(allow(GET, OBJECT))], ActionNames=[GET], ResourceArns=[OBJECT, OBJECT + "2"])
    (result,) = answer["EvaluationResults"]
    assert result["EvalDecision"] == "implicitDeny"
    assert [each["EvalResourceDecision"] for each in result["ResourceSpecificResults"]] == ["allowed", "implicitDeny"]
    assert [each["EvalResourceName"] for each in result["ResourceSpecificResults"]] == [OBJECT, OBJECT + "2"]
    assert result["EvalDecisionDetails"] == {}


@pytest.mark.parametrize("kind, operator, wanted, value", [
    ("string", "StringEquals", "a", "a"), ("stringList", "ForAnyValue:StringEquals", "a", "a"),
    ("numeric", "NumericLessThan", "10", "9"), ("numericList", "ForAllValues:NumericLessThan", "10", "9"),
    ("boolean", "Bool", "true", "true"), ("booleanList", "ForAnyValue:Bool", "true", "true"),
    ("ip", "IpAddress", "10.0.0.0/8", "10.1.2.3"), ("ipList", "ForAnyValue:IpAddress", "10.0.0.0/8", "10.1.2.3"),
    ("binary", "BinaryEquals", "QUJD", "QUJD"), ("binaryList", "ForAnyValue:BinaryEquals", "QUJD", "QUJD"),
    ("date", "DateGreaterThan", "2025-01-01T00:00:00Z", "2026-01-01"),
    ("dateList", "ForAnyValue:DateGreaterThan", "2025-01-01T00:00:00Z", "2026-01-01"),
])
def test_context_of_every_type_is_asked(iam, kind, operator, wanted, value):
    text = policy(allow(GET, Condition={operator: {"my:key": wanted}}))
    question = {"PolicyInputList": [text], "ActionNames": [GET]}
    missing = iam.simulate_custom_policy(**question)["EvaluationResults"][0]
    if not operator.startswith("ForAll"):
        assert (missing["EvalDecision"], missing["MissingContextValues"]) == ("implicitDeny", ["my:key"])
    given = iam.simulate_custom_policy(**question, ContextEntries=[entry("my:key", kind, value)])
    assert given["EvaluationResults"][0]["EvalDecision"] == "allowed"


def test_a_resource_policy_of_another_account_needs_both_sides(account, iam):
    caller = account.arn("user/ann")
    resource_policy = policy(
        {"Effect": "Allow", "Principal": {"AWS": caller}, "Action": GET, "Resource": "arn:aws:s3:::bucket/*"})
    question = {
        "ActionNames": [GET], "ResourceArns": [OBJECT], "ResourcePolicy": resource_policy, "CallerArn": caller,
        "ResourceOwner": "arn:aws:iam::999999999999:root",
    }
    alone = iam.simulate_custom_policy(PolicyInputList=[], **question)["EvaluationResults"][0]
    assert alone["EvalDecision"] == "implicitDeny"
    assert alone["EvalDecisionDetails"] == {"IAM Policy": "implicitDeny", "Resource Policy": "allowed"}
    both = iam.simulate_custom_policy(PolicyInputList=[policy(allow(GET))], **question)["EvaluationResults"][0]
    assert both["EvalDecision"] == "allowed"
    assert {each["SourcePolicyId"] for each in both["MatchedStatements"]} == {"PolicyInputList.1", "ResourcePolicy"}


def test_a_principal_is_simulated_with_all_that_it_has(account, iam):
    user = account.user("ann", allow("ec2:RunInstances"))
    iam.create_group(GroupName="team")
    iam.put_group_policy(GroupName="team", PolicyName="shared", PolicyDocument=policy(allow("sqs:*")))
    iam.add_user_to_group(GroupName="team", UserName=user.name)
    iam.attach_user_policy(UserName=user.name, PolicyArn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
    actions = ["ec2:RunInstances", "sqs:SendMessage", GET, "iam:CreateUser"]
    source = account.arn("user/ann")
    answer = iam.simulate_principal_policy(PolicySourceArn=source, ActionNames=actions)
    assert list(decisions(answer).values()) == ["allowed", "allowed", "allowed", "implicitDeny"]
    kinds = [each["SourcePolicyType"] for result in answer["EvaluationResults"] for each in result["MatchedStatements"]]
    assert kinds == ["user", "group", "aws-managed"]
    boundary = iam.create_policy(PolicyName="b", PolicyDocument=policy(allow("sqs:*")))["Policy"]["Arn"]
    iam.put_user_permissions_boundary(UserName=user.name, PermissionsBoundary=boundary)
    answer = iam.simulate_principal_policy(PolicySourceArn=source, ActionNames=actions)
    assert list(decisions(answer).values()) == ["implicitDeny", "allowed", "implicitDeny", "implicitDeny"]
    within = [each["PermissionsBoundaryDecisionDetail"] for each in answer["EvaluationResults"]]
    assert [each["AllowedByPermissionsBoundary"] for each in within] == [False, True, False, False]
    answer = iam.simulate_principal_policy(
        PolicySourceArn=source, ActionNames=actions,
        PolicyExclusionList=[{"PolicyType": "permission-boundary"}, {"PolicyType": "aws-managed"}])
    assert list(decisions(answer).values()) == ["allowed", "allowed", "implicitDeny", "implicitDeny"]


# Calls that read, with the resource that they are on.
CALLS = [
    ("get_user", {"UserName": "target"}, "user/team/target"), ("get_role", {"RoleName": "reader"}, "role/reader"),
    ("list_user_tags", {"UserName": "target"}, "user/team/target"), ("get_group", {"GroupName": "team"}, "group/team"),
    ("list_access_keys", {"UserName": "ann"}, "user/ann"), ("get_account_summary", {}, None),
    ("list_account_aliases", {}, None),
]


@pytest.mark.parametrize("statements", [
    [allow("iam:Get*")], [allow("iam:*"), deny("iam:GetUser")], [allow("iam:*", "arn:aws:iam::*:user/${aws:username}")],
    [allow("*"), deny("iam:List*", Condition={"StringEquals": {"aws:username": "ann"}})],
    [allow("iam:GetRole", Condition={"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}})],
    [{"Effect": "Allow", "NotAction": "iam:GetGroup", "NotResource": "arn:aws:iam::*:role/*"}],
])
def test_what_is_simulated_is_what_happens(account, iam, statements):
    user = account.user("ann", *statements)
    iam.create_user(UserName="target", Path="/team/")
    account.role({"AWS": account.arn("root")}, name="reader")
    iam.create_group(GroupName="team")
    acting = account.client("iam", user.credentials)
    for operation, parameters, resource in CALLS:
        action = "iam:" + "".join(part.title() for part in operation.split("_"))
        question = {"ResourceArns": [account.arn(resource)]} if resource else {}
        answer = iam.simulate_principal_policy(
            PolicySourceArn=account.arn("user/ann"), ActionNames=[action],
            ContextEntries=[entry("aws:SourceIp", "ip", "127.0.0.1")], **question)
        if decisions(answer)[action] == "allowed":
            getattr(acting, operation)(**parameters)
        else:
            with refused("AccessDenied"):
                getattr(acting, operation)(**parameters)


def test_context_keys_are_found(account, iam):
    text = policy(allow(
        GET, "arn:aws:s3:::bucket/${aws:username}", Condition={"StringLike": {"s3:prefix": "${aws:PrincipalTag/team}"}}))
    keys = ["aws:username", "s3:prefix", "aws:PrincipalTag/team"]
    assert iam.get_context_keys_for_custom_policy(PolicyInputList=[text])["ContextKeyNames"] == keys
    account.user("ann")
    iam.put_user_policy(UserName="ann", PolicyName="p", PolicyDocument=text)
    assert iam.get_context_keys_for_principal_policy(
        PolicySourceArn=account.arn("user/ann"),
        PolicyInputList=[policy(allow("*", Condition={"Null": {"aws:TokenIssueTime": "true"}}))],
    )["ContextKeyNames"] == [*keys, "aws:TokenIssueTime"]


def test_bad_questions_are_refused(account, iam):
    text = policy(allow(GET))
    with refused("InvalidInput", "Policy input list item 2 has invalid content", 400):
        iam.simulate_custom_policy(PolicyInputList=[text, "{}"], ActionNames=[GET])
    with refused("InvalidInput", "The action is invalid since it is missing names"):
        iam.simulate_custom_policy(PolicyInputList=[text], ActionNames=["GetObject"])
    with refused("InvalidInput", r"ResourceNames are not in a valid ARN format: bucket\."):
        iam.simulate_custom_policy(PolicyInputList=[text], ActionNames=[GET], ResourceArns=["bucket"])
    with refused("InvalidInput", "The list of Permissions Boundary policies cannot exceed 1 items."):
        iam.simulate_custom_policy(
            PolicyInputList=[], PermissionsBoundaryPolicyInputList=[text, text], ActionNames=[GET])
    with refused("InvalidInput", "Context key my:key has invalid type null."):
        iam.simulate_custom_policy(
            PolicyInputList=[text], ActionNames=[GET],
            ContextEntries=[{"ContextKeyName": "my:key", "ContextKeyValues": ["a"]}])
    with refused("NoSuchEntity", status=404):
        iam.simulate_principal_policy(PolicySourceArn=account.arn("user/nobody"), ActionNames=[GET])
    with refused("InvalidInput"):
        iam.simulate_principal_policy(PolicySourceArn=account.arn("root"), ActionNames=[GET])


def test_results_come_in_pages(iam):
    actions = [f"s3:Action{number}" for number in range(7)]
    pages = iam.get_paginator("simulate_custom_policy").paginate(
        PolicyInputList=[policy(allow("s3:*"))], ActionNames=actions, PaginationConfig={"PageSize": 3})
    sizes = [len(page["EvaluationResults"]) for page in pages]
    assert sizes == [3, 3, 1]


def test_the_cli_simulates(account):
    answer = account.server.cli(
        account.root, "iam", "simulate-custom-policy", "--policy-input-list", policy(allow("dynamodb:*")),
        "--action-names", "dynamodb:CreateBackup", "--context-entries",
        "ContextKeyName=aws:CurrentTime,ContextKeyValues=2019-04-25T11:00:00Z,ContextKeyType=date")
    assert decisions(answer) == {"dynamodb:CreateBackup": "allowed"}
