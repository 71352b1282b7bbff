import base64
import hashlib
import re

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from certificates import ec_key, rsa_key
from harness import allow, refused


def ssh(key):
    form = serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    return key.public_key().public_bytes(*form).decode()


def pem(key, form=serialization.PublicFormat.SubjectPublicKeyInfo):
    return key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


def fingerprint(key):
    digest = hashlib.md5(base64.b64decode(ssh(key).split()[1])).hexdigest()
    return ":".join(digest[start:start + 2] for start in range(0, 32, 2))


@pytest.fixture
def user(iam):
    iam.create_user(UserName="u")
    return {"UserName": "u"}


@pytest.mark.parametrize("bits", [2048, 4096])
@pytest.mark.parametrize("spell", [
    lambda key: ssh(key) + " me@home\n", pem, lambda key: pem(key, serialization.PublicFormat.PKCS1),
], ids=["ssh", "pem", "pkcs1"])
def test_a_key_of_either_form_is_read_in_both(iam, user, bits, spell):
    key = rsa_key(bits)
    made = iam.upload_ssh_public_key(SSHPublicKeyBody=spell(key), **user)["SSHPublicKey"]
    assert re.fullmatch("APKA[A-Z2-7]{16}", made["SSHPublicKeyId"])
    assert (made["Fingerprint"], made["Status"]) == (fingerprint(key), "Active")
    one = user | {"SSHPublicKeyId": made["SSHPublicKeyId"]}
    read = {form: iam.get_ssh_public_key(Encoding=form, **one)["SSHPublicKey"] for form in ("SSH", "PEM")}
    assert read["SSH"]["SSHPublicKeyBody"] == ssh(key)
    loaded = serialization.load_pem_public_key(read["PEM"]["SSHPublicKeyBody"].encode())
    assert loaded.public_numbers() == key.public_key().public_numbers()
    assert read["PEM"]["Fingerprint"] == fingerprint(key)


@pytest.mark.parametrize("spell, code", [
    (lambda: ssh(rsa_key(1024)), "InvalidPublicKey"), (lambda: pem(rsa_key(1024)), "InvalidPublicKey"),
    (lambda: pem(ec_key()), "InvalidPublicKey"), (lambda: "ssh-rsa AAAA", "InvalidPublicKey"),
    (lambda: ssh(ed25519.Ed25519PrivateKey.generate()), "UnrecognizedPublicKeyEncoding"),
    (lambda: ssh(ec_key()), "UnrecognizedPublicKeyEncoding"), (lambda: "nothing", "UnrecognizedPublicKeyEncoding"),
])
def test_what_is_no_rsa_key_of_2048_bits_is_refused(iam, user, spell, code):
    with refused(code, status=400):
        iam.upload_ssh_public_key(SSHPublicKeyBody=spell(), **user)
    assert iam.list_ssh_public_keys(**user)["SSHPublicKeys"] == []


def test_a_user_has_at_most_five(iam, user):
    keys = [rsa_key() for _ in range(6)]
    made = [iam.upload_ssh_public_key(SSHPublicKeyBody=ssh(key), **user)["SSHPublicKey"] for key in keys[:5]]
    with refused("LimitExceeded", r"Cannot exceed quota for SSHPublicKeysPerUser: 5", 409):
        iam.upload_ssh_public_key(SSHPublicKeyBody=ssh(keys[5]), **user)
    with refused("DuplicateSSHPublicKey", status=400):
        iam.upload_ssh_public_key(SSHPublicKeyBody=pem(keys[0]), **user)
    pages = iam.get_paginator("list_ssh_public_keys").paginate(PaginationConfig={"PageSize": 2}, **user)
    listed = [each["SSHPublicKeyId"] for page in pages for each in page["SSHPublicKeys"]]
    assert sorted(listed) == sorted(each["SSHPublicKeyId"] for each in made)


def test_a_key_is_put_away_and_deleted_before_its_user(iam, user):
    made = iam.upload_ssh_public_key(SSHPublicKeyBody=ssh(rsa_key()), **user)["SSHPublicKey"]
    one = user | {"SSHPublicKeyId": made["SSHPublicKeyId"]}
    iam.update_ssh_public_key(Status="Inactive", **one)
    assert [each["Status"] for each in iam.list_ssh_public_keys(**user)["SSHPublicKeys"]] == ["Inactive"]
    with refused("DeleteConflict", r"Cannot delete entity, must delete SSH public keys first\.", 409):
        iam.delete_user(**user)
    iam.delete_ssh_public_key(**one)
    with refused("NoSuchEntity", status=404):
        iam.get_ssh_public_key(Encoding="SSH", **one)
    iam.delete_user(**user)


def test_a_user_lists_its_own(account):
    user = account.user("own", allow("iam:*SSHPublicKey*", account.arn("user/own")))
    acting = account.client("iam", user.credentials)
    acting.upload_ssh_public_key(UserName="own", SSHPublicKeyBody=ssh(rsa_key()))
    assert [each["UserName"] for each in acting.list_ssh_public_keys()["SSHPublicKeys"]] == ["own"]
    with refused("AccessDenied", status=403):
        acting.list_ssh_public_keys(UserName="other")


def test_the_cli_uploads_a_file(account, iam, user, tmp_path):
    key = rsa_key()
    (tmp_path / "id_rsa.pub").write_text(ssh(key) + " me@home\n")
    made = account.server.cli(
        account.root, "iam", "upload-ssh-public-key", "--user-name", "u", "--ssh-public-key-body",
        f"file://{tmp_path}/id_rsa.pub")
    assert made["SSHPublicKey"]["Fingerprint"] == fingerprint(key)
