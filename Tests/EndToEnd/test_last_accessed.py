import datetime

import pytest

from harness import Credentials, allow, deny, policy, refused, unique


def report(client, arn, granularity="SERVICE_LEVEL"):
    """The id of a report, and the report itself by the services' prefixes."""
    job = client.generate_service_last_accessed_details(Arn=arn, Granularity=granularity)["JobId"]
    answer = client.get_service_last_accessed_details(JobId=job)
    assert answer["JobStatus"] == "COMPLETED" and answer["JobType"] == granularity
    assert answer["JobCreationDate"] <= answer["JobCompletionDate"]
    return job, {each["ServiceNamespace"]: each for each in answer["ServicesLastAccessed"]}


def test_what_a_user_calls_is_told(account, iam):
    user = account.user("ann", allow(["iam:GetUser", "iam:ListUsers", "s3:GetObject", "sts:AssumeRole"]))
    acting = account.client("iam", user.credentials)
    acting.get_user()
    with refused("AccessDenied"):
        acting.create_user(UserName="other")
    account.client("sts", user.credentials, region="eu-west-1").get_caller_identity()
    _, services = report(iam, account.arn("user/ann"), "ACTION_LEVEL")
    assert list(services) == ["iam", "s3", "sts"]
    used = services["iam"]
    now = datetime.datetime.now(datetime.timezone.utc)
    assert abs(now - used["LastAuthenticated"]) < datetime.timedelta(minutes=2)
    assert used["LastAuthenticatedEntity"] == account.arn("user/ann")
    assert services["sts"]["LastAuthenticatedRegion"] == "eu-west-1" and used["TotalAuthenticatedEntities"] == 1
    actions = {each["ActionName"]: each for each in used["TrackedActionsLastAccessed"]}
    assert list(actions) == ["GetUser", "ListUsers"]
    assert actions["GetUser"]["LastAccessedEntity"] == account.arn("user/ann")
    assert set(actions["ListUsers"]) == {"ActionName"}
    assert services["s3"]["ServiceName"] == "Amazon S3" and services["s3"]["TotalAuthenticatedEntities"] == 0
    assert "LastAuthenticated" not in services["s3"] and "TrackedActionsLastAccessed" not in services["s3"]


def test_users_and_roles_of_a_policy_are_told(account, iam):
    arn = iam.create_policy(PolicyName=unique("p"), PolicyDocument=policy(allow(["iam:*", "sts:*"])))["Policy"]["Arn"]
    iam.create_group(GroupName="team")
    iam.attach_group_policy(GroupName="team", PolicyArn=arn)
    user = account.user("ann")
    iam.add_user_to_group(GroupName="team", UserName="ann")
    role = account.role({"AWS": account.arn("root")}, name="reader")
    iam.attach_role_policy(RoleName="reader", PolicyArn=arn)
    sts = account.client("sts", user.credentials)
    session = sts.assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
    account.client("iam", Credentials.of(session)).list_users()
    job, services = report(iam, arn)
    assert services["sts"]["TotalAuthenticatedEntities"] == 1 and services["iam"]["TotalAuthenticatedEntities"] == 1
    assert services["iam"]["LastAuthenticatedEntity"] == role

    def entities(namespace):
        found = iam.get_service_last_accessed_details_with_entities(JobId=job, ServiceNamespace=namespace)
        assert found["JobStatus"] == "COMPLETED"
        return [(each["EntityInfo"]["Name"], "LastAuthenticated" in each) for each in found["EntityDetailsList"]]

    assert entities("iam") == [("reader", True), ("ann", False)]
    assert entities("sts") == [("ann", True), ("reader", False)]
    with refused("InvalidInput"):
        entities("nothing")
    one = iam.get_service_last_accessed_details_with_entities(JobId=job, ServiceNamespace="iam", MaxItems=1)
    assert one["IsTruncated"]
    two = iam.get_service_last_accessed_details_with_entities(
        JobId=job, ServiceNamespace="iam", MaxItems=1, Marker=one["Marker"])
    assert [each["EntityInfo"]["Type"] for each in two["EntityDetailsList"]] == ["USER"]


def test_a_report_is_its_makers_own(account, iam):
    user = account.user("ann", allow("iam:*"))
    other = account.user("bob", allow("iam:*"))
    job, _ = report(account.client("iam", user.credentials), account.arn("user/ann"))
    for stranger in (iam, account.client("iam", other.credentials)):
        with refused("NoSuchEntity", status=404):
            stranger.get_service_last_accessed_details(JobId=job)
    with refused("NoSuchEntity"):
        iam.get_service_last_accessed_details(JobId="00000000-0000-4000-8000-000000000000")


def test_a_deny_takes_a_service_away(account, iam):
    account.user("ann", allow(["s3:*", "sqs:SendMessage"]), deny("s3:*"))
    assert list(report(iam, account.arn("user/ann"))[1]) == ["sqs"]


def test_marks_outlive_a_restart(own_server):
    server = own_server("--developer-api")
    account = server.account()
    user = account.user("ann", allow("iam:GetUser"))
    account.client("iam", user.credentials).get_user()
    server.restart()
    _, services = report(server.client("iam", account.root), account.arn("user/ann"))
    assert services["iam"]["TotalAuthenticatedEntities"] == 1


def test_the_policies_that_grant_a_service_are_listed(account, iam):
    account.user("ann", allow("iam:*"))
    iam.attach_user_policy(UserName="ann", PolicyArn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
    answer = iam.list_policies_granting_service_access(
        Arn=account.arn("user/ann"), ServiceNamespaces=["s3", "iam", "ec2"])
    found = {each["ServiceNamespace"]: each["Policies"] for each in answer["PoliciesGrantingServiceAccess"]}
    assert found == {
        "s3": [{
            "PolicyName": "AmazonS3ReadOnlyAccess", "PolicyType": "MANAGED",
            "PolicyArn": "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
        }],
        "iam": [{"PolicyName": "given", "PolicyType": "INLINE", "EntityType": "USER", "EntityName": "ann"}],
        "ec2": [],
    }
    with refused("NoSuchEntity"):
        iam.list_policies_granting_service_access(Arn=account.arn("role/nobody"), ServiceNamespaces=["s3"])
    with refused("InvalidInput", r"Invalid service namespace: \[nothing\]"):
        iam.list_policies_granting_service_access(Arn=account.arn("user/ann"), ServiceNamespaces=["nothing"])


@pytest.mark.parametrize("resource", ["user/nobody", "group/nobody", "role/nobody", "policy/nothing"])
def test_what_does_not_exist_has_no_report(account, iam, resource):
    with refused("NoSuchEntity", f"ARN {account.arn(resource)} does not exist."):
        iam.generate_service_last_accessed_details(Arn=account.arn(resource))


def test_there_is_no_organization_to_report_on(iam):
    with refused("AccessDenied"):
        iam.generate_organizations_access_report(EntityPath="o-a1b2c3d4e5/r-f6g7h8")
    with refused("NoSuchEntity"):
        iam.get_organizations_access_report(JobId="00000000-0000-4000-8000-000000000000")


def test_the_cli_reads_a_report(account, iam):
    account.user("ann", allow("sts:*"))
    job = account.server.cli(
        account.root, "iam", "generate-service-last-accessed-details", "--arn", account.arn("user/ann"))["JobId"]
    answer = account.server.cli(account.root, "iam", "get-service-last-accessed-details", "--job-id", job)
    assert [each["ServiceNamespace"] for each in answer["ServicesLastAccessed"]] == ["sts"]
