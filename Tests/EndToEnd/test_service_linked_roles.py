import time

import pytest

from harness import allow, policy, refused, trust_policy

SERVICE = "cloudhsm.amazonaws.com"
NAME = "AWSServiceRoleForCloudHSM"


def deletion(iam, task):
    """The end of a deletion, waited for at most ten seconds."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        answer = iam.get_service_linked_role_deletion_status(DeletionTaskId=task)
        if answer["Status"] not in ("NOT_STARTED", "IN_PROGRESS"):
            return answer
        time.sleep(0.1)
    raise AssertionError("the deletion did not end")


def test_a_service_linked_role_is_made_and_deleted(account, iam):
    role = iam.create_service_linked_role(AWSServiceName=SERVICE, Description="for us")["Role"]
    assert role["Arn"] == account.arn(f"role/aws-service-role/{SERVICE}/{NAME}")
    assert role["Path"] == f"/aws-service-role/{SERVICE}/"
    trusted = iam.get_role(RoleName=NAME)["Role"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]
    assert trusted == {"Service": SERVICE}
    attached = iam.list_attached_role_policies(RoleName=NAME)["AttachedPolicies"]
    assert [each["PolicyArn"] for each in attached] == [
        "arn:aws:iam::aws:policy/aws-service-role/CloudHSMServiceRolePolicy"
    ]
    task = iam.delete_service_linked_role(RoleName=NAME)["DeletionTaskId"]
    assert task.startswith(f"task/aws-service-role/{SERVICE}/{NAME}/")
    assert deletion(iam, task)["Status"] == "SUCCEEDED"
    with refused("NoSuchEntity"):
        iam.get_role(RoleName=NAME)


def test_it_is_made_once(iam):
    iam.create_service_linked_role(AWSServiceName=SERVICE)
    with refused("InvalidInput", rf"Service role name {NAME} has been taken in this account, .*", 400):
        iam.create_service_linked_role(AWSServiceName=SERVICE)


@pytest.mark.parametrize("operation, arguments", [
    ("delete_role", {}), ("put_role_policy", {"PolicyName": "p", "PolicyDocument": policy(allow("*"))}),
    ("attach_role_policy", {"PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}),
    ("detach_role_policy", {"PolicyArn": "arn:aws:iam::aws:policy/aws-service-role/CloudHSMServiceRolePolicy"}),
    ("update_assume_role_policy", {"PolicyDocument": trust_policy({"AWS": "*"})}),
    ("put_role_permissions_boundary", {"PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess"}),
])
def test_only_the_service_changes_it(iam, operation, arguments):
    iam.create_service_linked_role(AWSServiceName=SERVICE)
    with refused("UnmodifiableEntity", status=400):
        getattr(iam, operation)(RoleName=NAME, **arguments)


def test_its_description_can_be_changed(iam):
    iam.create_service_linked_role(AWSServiceName=SERVICE)
    assert iam.update_role_description(RoleName=NAME, Description="new")["Role"]["Description"] == "new"


def test_a_service_without_such_a_role_is_refused(iam):
    service = "no-such-service.amazonaws.com"
    with refused("AccessDenied", f"Cannot find Service Linked Role template for {service}", 403):
        iam.create_service_linked_role(AWSServiceName=service)


def test_an_ordinary_role_is_not_deleted_so(iam):
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust_policy({"AWS": "*"}))
    with pytest.raises(iam.exceptions.ClientError):
        iam.delete_service_linked_role(RoleName="r")
    assert iam.get_role(RoleName="r")["Role"]["RoleName"] == "r"


def test_an_unknown_task_is_not_found(iam):
    task = f"task/aws-service-role/{SERVICE}/{NAME}/0f8fad5b-d9cb-469f-a165-70867728950e"
    with refused("NoSuchEntity", status=404):
        iam.get_service_linked_role_deletion_status(DeletionTaskId=task)


def test_the_service_s_name_decides(account):
    user = account.user("u", allow(
        "iam:CreateServiceLinkedRole", Condition={"StringEquals": {"iam:AWSServiceName": "ecs.amazonaws.com"}}))
    with refused("AccessDenied", status=403):
        account.client("iam", user.credentials).create_service_linked_role(AWSServiceName=SERVICE)
