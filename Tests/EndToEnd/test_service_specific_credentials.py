import base64
import datetime
import re

import pytest

from harness import allow, refused


@pytest.fixture
def jane(iam):
    iam.create_user(UserName="jane")
    return {"UserName": "jane"}


def create(iam, service="codecommit", user="jane", **more):
    made = iam.create_service_specific_credential(UserName=user, ServiceName=f"{service}.amazonaws.com", **more)
    return made["ServiceSpecificCredential"]


@pytest.mark.parametrize("service", ["codecommit", "cassandra"])
def test_a_password_is_shown_once_and_made_anew(account, iam, jane, service):
    made = create(iam, service)
    assert re.fullmatch("ACCA[A-Z2-7]{16}", made["ServiceSpecificCredentialId"])
    assert made["ServiceUserName"] == f"jane-at-{account.id}"
    assert len(base64.b64decode(made["ServicePassword"])) == 32
    listed = iam.list_service_specific_credentials(**jane)["ServiceSpecificCredentials"]
    assert listed == [{key: value for key, value in made.items() if key != "ServicePassword"}]
    reset = iam.reset_service_specific_credential(
        ServiceSpecificCredentialId=made["ServiceSpecificCredentialId"], **jane)["ServiceSpecificCredential"]
    assert reset["ServicePassword"] != made["ServicePassword"]
    assert reset | {"ServicePassword": ""} == made | {"ServicePassword": ""}


@pytest.mark.parametrize("service, prefix", [("bedrock", "ABSK"), ("logs", "ACWL")])
def test_an_api_key_holds_its_alias_and_expires(account, iam, jane, service, prefix):
    made = create(iam, service, CredentialAgeDays=30)
    assert made["ServiceCredentialAlias"] == f"jane-at-{account.id}"
    assert made["ServiceCredentialSecret"].startswith(prefix)
    alias, _, secret = base64.b64decode(made["ServiceCredentialSecret"][4:]).decode().partition(":")
    assert alias == made["ServiceCredentialAlias"] and len(base64.b64decode(secret)) == 32
    assert made["ExpirationDate"] - made["CreateDate"] == datetime.timedelta(days=30)
    assert "ServicePassword" not in made and "ServiceUserName" not in made
    listed = iam.list_service_specific_credentials(**jane)["ServiceSpecificCredentials"]
    assert made["ServiceCredentialSecret"] not in str(listed)
    assert listed[0]["ServiceCredentialAlias"] == alias


def test_a_user_has_two_for_each_service(account, iam, jane):
    assert [create(iam)["ServiceUserName"] for _ in range(2)] == [
        f"jane-at-{account.id}", f"jane+1-at-{account.id}",
    ]
    with refused("LimitExceeded", r"Cannot exceed quota for ServiceSpecificCredentialsPerUser: 2", 409):
        create(iam)
    create(iam, "bedrock")


def test_other_services_are_refused(iam, jane):
    with refused("NotSupportedService", status=404):
        create(iam, "s3")
    with refused("NotSupportedService", status=404):
        iam.list_service_specific_credentials(ServiceName="s3.amazonaws.com", **jane)
    with refused("ValidationError"):
        create(iam, "codecommit", CredentialAgeDays=1)
    with refused("NoSuchEntity", status=404):
        create(iam, user="nobody")


def test_those_of_all_users_are_listed_in_pages(iam, jane):
    iam.create_user(UserName="joe")
    made = {create(iam, service, user)["ServiceSpecificCredentialId"]
            for user in ("jane", "joe") for service in ("codecommit", "bedrock")}
    found, marker = set(), {}
    while True:
        page = iam.list_service_specific_credentials(AllUsers=True, MaxItems=1, **marker)
        found |= {each["ServiceSpecificCredentialId"] for each in page["ServiceSpecificCredentials"]}
        if not page["IsTruncated"]:
            break
        marker = {"Marker": page["Marker"]}
    assert found == made
    with refused("ValidationError"):
        iam.list_service_specific_credentials(AllUsers=True, **jane)


def test_a_credential_is_put_away_and_deleted_before_its_user(account, iam, jane):
    made = create(iam)
    one = jane | {"ServiceSpecificCredentialId": made["ServiceSpecificCredentialId"]}
    iam.update_service_specific_credential(Status="Inactive", **one)
    listed = iam.list_service_specific_credentials(**jane)["ServiceSpecificCredentials"]
    assert [each["Status"] for each in listed] == ["Inactive"]
    with refused("DeleteConflict", r"Cannot delete entity, must delete service specific credentials first\.", 409):
        iam.delete_user(**jane)
    iam.delete_service_specific_credential(**one)
    with refused("NoSuchEntity", status=404):
        iam.delete_service_specific_credential(**one)
    iam.delete_user(**jane)


def test_a_user_manages_its_own(account, iam):
    user = account.user("own", allow("iam:*ServiceSpecificCredential*", account.arn("user/own")))
    acting = account.client("iam", user.credentials)
    made = create(acting, user="own")
    assert acting.list_service_specific_credentials()["ServiceSpecificCredentials"][0]["UserName"] == "own"
    acting.delete_service_specific_credential(ServiceSpecificCredentialId=made["ServiceSpecificCredentialId"])
    with refused("AccessDenied", status=403):
        acting.list_service_specific_credentials(AllUsers=True)
