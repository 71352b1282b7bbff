import csv
import io

import pytest

from harness import Credentials, refused

COLUMNS = """
    user arn user_creation_time password_enabled password_last_used password_last_changed password_next_rotation
    mfa_active access_key_1_active access_key_1_last_rotated access_key_1_last_used_date access_key_1_last_used_region
    access_key_1_last_used_service access_key_2_active access_key_2_last_rotated access_key_2_last_used_date
    access_key_2_last_used_region access_key_2_last_used_service cert_1_active cert_1_last_rotated cert_2_active
    cert_2_last_rotated
""".split()


def rows(answer):
    return {row["user"]: row for row in csv.DictReader(io.StringIO(answer["Content"].decode()))}


def test_a_report_is_made_once_and_read(account, iam):
    with refused("ReportNotPresent", status=410):
        iam.get_credential_report()
    assert iam.generate_credential_report()["State"] == "STARTED"
    made = iam.get_credential_report()
    assert made["ReportFormat"] == "text/csv"
    assert made["Content"].decode().split("\n")[0].split(",") == COLUMNS
    assert list(rows(made)) == ["<root_account>"]
    iam.create_user(UserName="late")
    assert iam.generate_credential_report()["State"] == "COMPLETE"
    assert iam.get_credential_report() | {"ResponseMetadata": None} == made | {"ResponseMetadata": None}


def test_each_user_has_a_row(account, iam):
    user = account.user("zoe")
    iam.create_user(UserName="Ann,B", Path="/team/")
    second = Credentials.of(iam.create_access_key(UserName="zoe")["AccessKey"])
    iam.update_access_key(UserName="zoe", AccessKeyId=second.key, Status="Inactive")
    account.client("sts", user.credentials, region="eu-west-1").get_caller_identity()
    iam.generate_credential_report()
    report = rows(iam.get_credential_report())
    assert list(report) == ["<root_account>", "Ann,B", "zoe"]
    created = iam.get_user(UserName="zoe")["User"]["CreateDate"].isoformat()
    zoe = report["zoe"]
    assert zoe["arn"] == account.arn("user/zoe") and zoe["user_creation_time"] == created
    assert (zoe["access_key_1_active"], zoe["access_key_2_active"]) == ("true", "false")
    assert zoe["access_key_1_last_used_region"] == "eu-west-1" and zoe["access_key_1_last_used_service"] == "sts"
    assert zoe["access_key_2_last_used_date"] == "N/A" and zoe["access_key_2_last_rotated"] != "N/A"
    assert report["Ann,B"]["arn"] == account.arn("user/team/Ann,B")
    assert report["Ann,B"]["access_key_1_last_rotated"] == "N/A"
    root = report["<root_account>"]
    assert root["arn"] == account.arn("root") and root["password_next_rotation"] == "not_supported"
    assert root["access_key_1_active"] == "true" and root["access_key_1_last_used_service"] == "iam"


def test_the_cli_reads_the_report(account):
    account.server.cli(account.root, "iam", "generate-credential-report")
    answer = account.server.cli(account.root, "iam", "get-credential-report")
    assert answer["ReportFormat"] == "text/csv" and answer["Content"]


@pytest.mark.parametrize("operation", ["generate_credential_report", "get_credential_report"])
def test_it_needs_permission(account, operation):
    acting = account.client("iam", account.user().credentials)
    with refused("AccessDenied"):
        getattr(acting, operation)()
