import datetime
import json

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from certificates import DAY, NOW, Certificate, ec_key, rsa_key
from harness import allow, denial, refused

UNPARSABLE = r"Unable to parse certificate\. Please ensure the certificate is in PEM format\."
CHAIN = (
    r"Unable to validate certificate chain\. The certificate chain must start with the immediate signing certificate, "
    r"followed by any intermediaries in order\. The index within the chain of the invalid certificate is: (-1|\d+)"
)


@pytest.fixture(scope="module")
def chain():
    root = Certificate("root.example")
    middle = Certificate("ca.example", root)
    return root, middle, Certificate("www.example", middle, rsa_key())


def upload(iam, certificate, name="web", chain=(), **more):
    settings = {"CertificateBody": certificate.pem, "PrivateKey": certificate.key_pem()} | more
    if chain:
        settings.setdefault("CertificateChain", "".join(each.pem for each in chain))
    return iam.upload_server_certificate(ServerCertificateName=name, **settings)


def test_a_certificate_is_uploaded_read_renamed_and_deleted(account, iam, chain):
    root, middle, leaf = chain
    made = upload(
        iam, leaf, "Web", (middle, root), Path="/cloudfront/test/", Tags=[{"Key": "team", "Value": "x"}])
    metadata = made["ServerCertificateMetadata"]
    assert metadata["Arn"] == account.arn("server-certificate/cloudfront/test/Web")
    assert metadata["Expiration"] == leaf.end
    assert abs(metadata["UploadDate"] - NOW) < datetime.timedelta(minutes=30)
    assert made["Tags"] == [{"Key": "team", "Value": "x"}]
    read = iam.get_server_certificate(ServerCertificateName="web")["ServerCertificate"]
    assert read["ServerCertificateMetadata"] == metadata
    assert read["CertificateBody"] == leaf.pem and read["CertificateChain"] == middle.pem + root.pem
    assert "PRIVATE KEY" not in str(made) + str(read)
    iam.update_server_certificate(ServerCertificateName="Web", NewServerCertificateName="shop", NewPath="/x/")
    listed = iam.list_server_certificates(PathPrefix="/x/")["ServerCertificateMetadataList"]
    assert [each["Arn"] for each in listed] == [account.arn("server-certificate/x/shop")]
    assert listed[0]["ServerCertificateId"] == metadata["ServerCertificateId"]
    assert iam.list_server_certificates(PathPrefix="/cloudfront/")["ServerCertificateMetadataList"] == []
    iam.delete_server_certificate(ServerCertificateName="shop")
    with refused("NoSuchEntity", r"The Server Certificate with name shop cannot be found\.", 404):
        iam.get_server_certificate(ServerCertificateName="shop")


@pytest.mark.parametrize("make", [
    lambda: rsa_key(2048), lambda: rsa_key(4096), ec_key, lambda: ec_key(ec.SECP384R1()),
    lambda: ec_key(ec.SECP521R1()),
], ids=["RSA-2048", "RSA-4096", "P-256", "P-384", "P-521"])
@pytest.mark.parametrize("form", [serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.TraditionalOpenSSL])
def test_keys_of_every_kind_and_form_are_read(iam, make, form):
    certificate = Certificate("alone.example", key=make())
    upload(iam, certificate, PrivateKey=certificate.key_pem(form))
    with refused("KeyPairMismatch", status=400):
        upload(iam, certificate, "other", PrivateKey=Certificate("other", key=make()).key_pem(form))


@pytest.mark.parametrize("form", [serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.TraditionalOpenSSL])
def test_an_encrypted_key_is_refused(iam, form):
    certificate = Certificate("alone.example", key=rsa_key())
    with refused("MalformedCertificate", r"Invalid Private Key\. .*", 400):
        upload(iam, certificate, PrivateKey=certificate.key_pem(form, b"secret"))
    assert iam.list_server_certificates()["ServerCertificateMetadataList"] == []


def test_what_is_no_certificate_is_refused(iam, chain):
    _, middle, leaf = chain
    der = leaf.certificate.public_bytes(serialization.Encoding.DER)
    for body in ("x", der.hex(), leaf.pem[:-30], "Subject: me\n" + leaf.pem, leaf.pem + middle.pem):
        with refused("MalformedCertificate", UNPARSABLE, 400):
            upload(iam, leaf, CertificateBody=body)
    small = Certificate("small.example", key=rsa_key(1024))
    with refused("MalformedCertificate", status=400):
        upload(iam, small)
    for start, end in ((NOW - 2 * DAY, NOW - DAY), (NOW + DAY, NOW + 2 * DAY)):
        with refused("MalformedCertificate", r"The certificate is expired or not yet valid\."):
            upload(iam, Certificate("late.example", start=start, end=end))


def test_a_chain_must_be_in_order(iam, chain):
    root, middle, leaf = chain
    other = Certificate("ca.example")
    for wrong in ((root,), (root, middle), (leaf, middle), (other,), (middle, other), (middle, root, middle)):
        with refused("MalformedCertificate", CHAIN, 400):
            upload(iam, leaf, chain=wrong)
    upload(iam, leaf, chain=(middle,))


def test_at_most_twenty_certificates(iam):
    certificate = Certificate("alone.example")
    for number in range(20):
        upload(iam, certificate, f"c{number:02}")
    with refused("LimitExceeded", r"Cannot exceed quota for ServerCertificatesPerAccount: 20", 409):
        upload(iam, certificate, "c20")
    pages = iam.get_paginator("list_server_certificates").paginate(PaginationConfig={"PageSize": 7})
    names = [each["ServerCertificateName"] for page in pages for each in page["ServerCertificateMetadataList"]]
    assert names == [f"c{number:02}" for number in range(20)]
    with refused("EntityAlreadyExists", r"The Server Certificate with name C00 already exists\.", 409):
        upload(iam, certificate, "C00")


def test_tags_are_set_listed_and_taken_away(account, iam):
    upload(iam, Certificate("alone.example"))
    name = {"ServerCertificateName": "web"}
    iam.tag_server_certificate(**name, Tags=[{"Key": "b", "Value": "2"}, {"Key": "a", "Value": "1"}])
    assert [tag["Key"] for tag in iam.list_server_certificate_tags(**name)["Tags"]] == ["a", "b"]
    condition = {"StringEquals": {"aws:ResourceTag/a": "1"}}
    user = account.user("u", allow("iam:*ServerCertificate*", Condition=condition))
    acting = account.client("iam", user.credentials)
    acting.get_server_certificate(**name)
    iam.untag_server_certificate(**name, TagKeys=["A"])
    with refused(
        "AccessDenied",
        denial(account.arn("user/u"), "iam:GetServerCertificate", account.arn("server-certificate/web")), 403,
    ):
        acting.get_server_certificate(**name)


def test_the_cli_uploads_files(account, chain, tmp_path):
    root, middle, leaf = chain
    for name, text in (("body", leaf.pem), ("key", leaf.key_pem()), ("chain", middle.pem + root.pem)):
        (tmp_path / name).write_text(text)
    made = account.server.cli(
        account.root, "iam", "upload-server-certificate", "--server-certificate-name", "web", "--certificate-body",
        f"file://{tmp_path}/body", "--private-key", f"file://{tmp_path}/key", "--certificate-chain",
        f"file://{tmp_path}/chain")
    listed = account.server.cli(account.root, "iam", "list-server-certificates")
    assert listed["ServerCertificateMetadataList"] == [made["ServerCertificateMetadata"]], json.dumps(listed)
