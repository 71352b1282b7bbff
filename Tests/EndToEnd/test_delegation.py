import json

import pytest

from harness import allow, deny, policy, refused


@pytest.fixture
def partner(server):
    return server.account()


@pytest.fixture
def template(partner):
    document = policy(allow(
        ["s3:GetObject", "s3:ListBucket"], "arn:aws:s3:::@{bucket}",
        Condition={"StringEquals": {"s3:prefix": ["@{places}"]}}))
    return partner.iam.create_policy(PolicyName="Template", PolicyDocument=document)["Policy"]["Arn"]


@pytest.fixture
def ask(partner, template):
    """Makes requests of the partner's; answers what the customer names them by."""
    def make(workflow="case-1", **more):
        settings = {
            "Description": "Look at a bucket", "RequestorWorkflowId": workflow, "SessionDuration": 3600,
            "NotificationChannel": f"arn:aws:sns:us-east-1:{partner.id}:told",
            "Permissions": {"PolicyTemplateArn": template, "Parameters": [
                {"Name": "bucket", "Values": ["logs"], "Type": "string"},
                {"Name": "places", "Values": ["a/", "b\"/"], "Type": "stringList"},
            ]},
        } | more
        return {"DelegationRequestId": partner.iam.create_delegation_request(**settings)["DelegationRequestId"]}

    return make


def test_a_request_goes_its_way_to_the_end(partner, account, iam, ask):
    request = ask(RequestMessage="again", RedirectUrl="https://partner.example/case?id=1#x")
    shown = iam.get_delegation_request(**request)["DelegationRequest"]
    assert (shown["State"], shown["RequestorId"], shown["SessionDuration"]) == ("UNASSIGNED", partner.id, 3600)
    statement = json.loads(shown["PermissionPolicy"])["Statement"][0]
    assert statement["Resource"] == "arn:aws:s3:::logs"
    assert statement["Condition"]["StringEquals"]["s3:prefix"] == ["a/", 'b"/']
    assert iam.list_delegation_requests()["DelegationRequests"] == []
    for operation, state in (
        ("associate_delegation_request", "ASSIGNED"), ("update_delegation_request", "PENDING_APPROVAL"),
        ("accept_delegation_request", "ACCEPTED"), ("send_delegation_token", "FINALIZED"),
    ):
        getattr(iam, operation)(**request)
        shown = iam.get_delegation_request(**request)["DelegationRequest"]
        assert shown["State"] == state
    root = account.arn("root")
    assert (shown["OwnerId"], shown["ApproverId"], shown["OwnerAccountId"]) == (root, root, account.id)
    listed = iam.list_delegation_requests(OwnerId=root)
    assert listed["isTruncated"] is False
    assert listed["DelegationRequests"] == [shown]
    with refused("InvalidInput", status=400):
        iam.reject_delegation_request(**request)


def test_a_request_is_rejected_for_good(iam, ask):
    request = ask()
    iam.associate_delegation_request(**request)
    iam.accept_delegation_request(**request)
    iam.reject_delegation_request(Notes="no", **request)
    shown = iam.get_delegation_request(**request)["DelegationRequest"]
    assert (shown["State"], shown["RejectionReason"]) == ("REJECTED", "no")
    with refused("ValidationError"):
        iam.accept_delegation_request(**request)
    for operation in (iam.update_delegation_request, iam.send_delegation_token, iam.associate_delegation_request):
        with refused("InvalidInput", status=400):
            operation(**request)


def test_a_request_for_one_account_is_out_of_reach_of_others(server, partner, account, iam, ask):
    request = ask(OwnerAccountId=account.id)
    for other in (partner, server.account()):
        for operation in (other.iam.get_delegation_request, other.iam.associate_delegation_request):
            with refused("AccessDenied", status=403):
                operation(**request)
    iam.associate_delegation_request(**request)
    with refused("NoSuchEntity", status=404):
        iam.get_delegation_request(DelegationRequestId="dr-00000000-0000-4000-8000-000000000000")


def test_the_owner_sees_and_hands_on_but_grants_only_with_a_permission(account, iam, ask):
    request = ask(OnlySendByOwner=True)
    user = account.user("u", allow("iam:AssociateDelegationRequest"))
    acting = account.client("iam", user.credentials)
    acting.associate_delegation_request(**request)
    assert acting.get_delegation_request(**request)["DelegationRequest"]["OwnerId"] == account.arn("user/u")
    acting.update_delegation_request(Notes="please", **request)
    with refused("AccessDenied", status=403):
        acting.accept_delegation_request(**request)
    iam.accept_delegation_request(**request)
    with refused("AccessDenied", status=403):
        iam.send_delegation_token(**request)
    given = policy(allow("iam:SendDelegationToken"), deny("iam:GetDelegationRequest"))
    iam.put_user_policy(UserName="u", PolicyName="more", PolicyDocument=given)
    acting.send_delegation_token(**request)
    with refused("AccessDenied", r".*explicit deny.*"):
        acting.get_delegation_request(**request)


def test_what_is_no_request_makes_none(partner, ask, template):
    for wrong in (
        {"NotificationChannel": "arn:aws:sns:us-east-1:123456789012:told"},
        {"Permissions": {"PolicyTemplateArn": template}},
        {"Permissions": {"PolicyTemplateArn": "arn:aws:iam::aws:policy/NoSuchPolicyAtAll"}},
    ):
        with refused("InvalidInput", status=400):
            ask(**wrong)
    ask()
    with refused("EntityAlreadyExists", status=409):
        ask()


def test_conditions_are_on_template_channel_and_duration(partner, ask, template):
    condition = {
        "ArnEquals": {"iam:TemplateArn": template}, "NumericLessThanEquals": {"iam:DelegationDuration": "3600"},
        "ArnLike": {"iam:NotificationChannel": f"arn:aws:sns:*:{partner.id}:told"},
    }
    user = partner.user("u", allow("iam:CreateDelegationRequest", Condition=condition))
    partner.iam = partner.client("iam", user.credentials)
    ask()
    with refused("AccessDenied", status=403):
        ask("case-2", SessionDuration=3601)


def test_a_summary_is_given_in_english(account, iam, ask):
    arn = account.arn(f"delegation-request/{ask()['DelegationRequestId']}")
    summary = iam.get_human_readable_summary(EntityArn=arn, Locale="en-US")
    assert (summary["SummaryState"], summary["Locale"]) == ("AVAILABLE", "en-US")
    assert "Allows s3:GetObject, s3:ListBucket on arn:aws:s3:::logs" in summary["SummaryContent"]
    assert iam.get_human_readable_summary(EntityArn=arn, Locale="de")["SummaryState"] == "NOT_SUPPORTED"
    checked = iam.get_delegation_request(
        DelegationRequestId=arn.rpartition("/")[2], DelegationPermissionCheck=True)
    assert (checked["PermissionCheckStatus"], checked["PermissionCheckResult"]) == ("COMPLETE", "ALLOWED")
