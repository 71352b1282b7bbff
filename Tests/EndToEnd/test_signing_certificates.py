import re

import pytest

from certificates import DAY, NOW, Certificate, rsa_key
from harness import allow, refused


@pytest.mark.parametrize("owner", [{"UserName": "u"}, {}], ids=["user", "root"])
def test_a_certificate_is_uploaded_put_away_and_deleted(account, iam, owner):
    iam.create_user(UserName="u")
    certificate = Certificate("signer.example", key=rsa_key())
    made = iam.upload_signing_certificate(CertificateBody=certificate.pem, **owner)["Certificate"]
    assert re.fullmatch("[A-Z2-7]{32}", made["CertificateId"])
    assert (made["CertificateBody"], made["Status"]) == (certificate.pem, "Active")
    one = owner | {"CertificateId": made["CertificateId"]}
    iam.update_signing_certificate(Status="Inactive", **one)
    listed = iam.list_signing_certificates(**owner)["Certificates"]
    assert listed == [made | {"Status": "Inactive"}]
    iam.delete_signing_certificate(**one)
    with refused("NoSuchEntity", f"The Certificate with id {made['CertificateId']} cannot be found.", 404):
        iam.delete_signing_certificate(**one)


def test_a_user_has_at_most_two_and_nobody_has_another_s(iam):
    for name in ("a", "b"):
        iam.create_user(UserName=name)
    bodies = [Certificate(f"{number}.example").pem for number in range(3)]
    for body in bodies[:2]:
        iam.upload_signing_certificate(UserName="a", CertificateBody=body)
    with refused("LimitExceeded", r"Cannot exceed quota for SigningCertificatesPerUser: 2", 409):
        iam.upload_signing_certificate(UserName="a", CertificateBody=bodies[2])
    with refused("DuplicateCertificate", status=409):
        iam.upload_signing_certificate(UserName="b", CertificateBody=bodies[0])
    pages = iam.get_paginator("list_signing_certificates").paginate(UserName="a", PaginationConfig={"PageSize": 1})
    assert [each["CertificateBody"] for page in pages for each in page["Certificates"]] == bodies[:2]


def test_what_is_no_certificate_is_refused(iam):
    iam.create_user(UserName="u")
    with refused("MalformedCertificate", status=400):
        iam.upload_signing_certificate(UserName="u", CertificateBody="nothing")
    with refused("InvalidCertificate", status=400):
        late = Certificate("late.example", start=NOW - 2 * DAY, end=NOW - DAY)
        iam.upload_signing_certificate(UserName="u", CertificateBody=late.pem)
    with refused("NoSuchEntity", status=404):
        iam.upload_signing_certificate(UserName="nobody", CertificateBody=Certificate("x").pem)


def test_a_user_manages_its_own_and_is_deleted_after_them(account, iam):
    user = account.user("u", allow("iam:*SigningCertificate*", account.arn("user/${aws:username}")))
    acting = account.client("iam", user.credentials)
    made = acting.upload_signing_certificate(CertificateBody=Certificate("x").pem)["Certificate"]
    assert made["UserName"] == "u"
    account.user("peer")
    with refused("AccessDenied", status=403):
        acting.list_signing_certificates(UserName="peer")
    iam.delete_user_policy(UserName="u", PolicyName="given")
    iam.delete_access_key(UserName="u", AccessKeyId=user.credentials.key)
    with refused("DeleteConflict", r"Cannot delete entity, must delete signing certificates first\.", 409):
        iam.delete_user(UserName="u")
    iam.delete_signing_certificate(UserName="u", CertificateId=made["CertificateId"])
    iam.delete_user(UserName="u")


def test_the_cli_lists_them(account, iam):
    iam.upload_signing_certificate(CertificateBody=Certificate("x").pem)
    listed = account.server.cli(account.root, "iam", "list-signing-certificates")
    assert [each["Status"] for each in listed["Certificates"]] == ["Active"]
