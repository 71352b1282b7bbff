"""Federation with a real SAML identity provider, and everything that may be wrong with what it issues."""

import base64
import hashlib
import re

import pytest

from harness import Credentials, allow, policy, refused, trust_policy
from saml_provider import AUDIENCE, ENDPOINT, IdentityProvider, at, encoded, encrypted, make_key, signed_again


@pytest.fixture(scope="module")
def idp(tmp_path_factory):
    return IdentityProvider(tmp_path_factory.mktemp("idp"))


@pytest.fixture(scope="module")
def other_key(tmp_path_factory):
    return make_key(tmp_path_factory.mktemp("other"), "other")


class Federation:
    """An account that trusts the identity provider with a role."""

    def __init__(self, account, idp):
        self.account, self.idp = account, idp
        made = account.iam.create_saml_provider(Name="idp", SAMLMetadataDocument=idp.metadata)
        self.provider = made["SAMLProviderArn"]
        self.role = account.arn("role/federated")
        trust = trust_policy({"Federated": self.provider}, "sts:AssumeRoleWithSAML")
        account.iam.create_role(RoleName="federated", AssumeRolePolicyDocument=trust)
        account.iam.put_role_policy(RoleName="federated", PolicyName="p", PolicyDocument=policy(allow("iam:ListUsers")))
        # The client signs every other call.
        self.sts = account.sts

    def response(self, **more):
        return self.idp.response(self.role, self.provider, **more)

    def assume(self, xml, **more):
        return self.sts.assume_role_with_saml(**{
            "RoleArn": self.role, "PrincipalArn": self.provider, "SAMLAssertion": encoded(xml)} | more)


@pytest.fixture
def federation(account, idp):
    return Federation(account, idp)


# What an identity provider issues


@pytest.mark.parametrize("signed", ["assertion", "response", "both"])
def test_a_real_identity_providers_response_opens_a_session(federation, signed):
    answer = federation.assume(
        federation.response(sign_assertion=signed != "response", sign_response=signed != "assertion"))
    account, issuer = federation.account, federation.idp.entity_id
    assert answer["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{account.id}:assumed-role/federated/ann"
    assert (answer["Subject"], answer["SubjectType"]) == ("ann@example.com", "persistent")
    assert (answer["Issuer"], answer["Audience"]) == (issuer, ENDPOINT)
    digest = hashlib.sha1(f"{issuer}{account.id}/idp".encode()).digest()
    assert answer["NameQualifier"] == base64.b64encode(digest).decode()
    acting = Credentials.of(answer["Credentials"])
    assert account.client("sts", acting).get_caller_identity()["Arn"] == answer["AssumedRoleUser"]["Arn"]
    account.client("iam", acting).list_users()
    with refused("AccessDenied"):
        account.client("iam", acting).list_roles()


def test_attributes_become_tags_source_and_length(federation):
    iam = federation.account.iam
    actions = ["sts:AssumeRoleWithSAML", "sts:TagSession", "sts:SetSourceIdentity"]
    iam.update_assume_role_policy(
        RoleName="federated", PolicyDocument=trust_policy({"Federated": federation.provider}, actions))
    iam.put_role_policy(
        RoleName="federated", PolicyName="p", PolicyDocument=policy(
            allow("iam:ListUsers", Condition={"StringEquals": {
                "aws:PrincipalTag/Project": "Rocket", "aws:SourceIdentity": "ann-s",
                "saml:sub": "ann@example.com", "aws:FederatedProvider": federation.provider}})))
    answer = federation.assume(federation.response(**{
        "PrincipalTag:Project": ["Rocket"], "TransitiveTagKeys": ["Project"], "SourceIdentity": ["ann-s"],
        "SessionDuration": ["900"]}))
    assert answer["SourceIdentity"] == "ann-s"
    assert answer["PackedPolicySize"] >= 1
    federation.account.client("iam", Credentials.of(answer["Credentials"])).list_users()


def test_an_encrypted_assertion_is_read_with_the_providers_key(federation, tmp_path, other_key):
    key, certificate = make_key(tmp_path, "encryption")
    iam = federation.account.iam
    iam.update_saml_provider(
        SAMLProviderArn=federation.provider, AddPrivateKey=key.read_text(), AssertionEncryptionMode="Required")
    shown = iam.get_saml_provider(SAMLProviderArn=federation.provider)
    assert shown["AssertionEncryptionMode"] == "Required"
    [listed] = shown["PrivateKeyList"]
    assert set(listed) == {"KeyId", "Timestamp"}
    assert federation.assume(encrypted(federation.response(), certificate, tmp_path))["Subject"] == "ann@example.com"
    with refused("InvalidIdentityToken", "The provider requires that assertions are encrypted."):
        federation.assume(federation.response())
    cannot = "The encrypted assertion cannot be decrypted with the private keys of the provider, or is not signed."
    with refused("InvalidIdentityToken", cannot):
        federation.assume(encrypted(federation.response(), other_key[1], tmp_path))
    with refused("InvalidIdentityToken", cannot):
        transport = "http://www.w3.org/2001/04/xmlenc#rsa-1_5"
        federation.assume(encrypted(federation.response(), certificate, tmp_path, transport))


def test_this_installations_own_address_is_taken(own_server, idp):
    address = "https://sallyport.example/saml"
    server = own_server("--developer-api", "--sign-in-url", address)
    federation = Federation(server.account(), idp)
    xml = federation.response().replace(ENDPOINT, address)
    assert federation.assume(signed_again(xml, idp.key))["Audience"] == address


def test_the_command_line_gets_the_same(federation, server):
    told = server.cli(
        federation.account.root, "sts", "assume-role-with-saml", "--role-arn", federation.role, "--principal-arn",
        federation.provider, "--saml-assertion", encoded(federation.response()))
    assert told["Subject"] == "ann@example.com"


# What is wrong with a response that somebody changed, or that is for somebody else


INVALID = "InvalidIdentityToken"
BROKEN = "Response signature invalid"


def without_signature(xml):
    return re.sub(r"<ns2:Signature .*?</ns2:Signature>", "", xml, flags=re.S)


def assertion_of(xml):
    return re.search(r"<ns1:Assertion .*?</ns1:Assertion>", xml, re.S)[0]


def evil(xml):
    """An unsigned assertion for somebody else."""
    bare = without_signature(assertion_of(xml)).replace("ann@example.com", "root@example.com")
    return re.sub(r' ID="[^"]+"', ' ID="_evil"', bare, count=1)


def wrapped(xml, content):
    return xml.replace(assertion_of(xml), content)


CHANGED = {
    "the signature is gone": (lambda x: without_signature(x), INVALID, f"{BROKEN}: there must be exactly one .*"),
    "another subject": (lambda x: x.replace("ann@example.com", "eve@example.com"), INVALID, BROKEN),
    "a comment cuts the subject": (
        lambda x: x.replace("ann@example.com", "ann@example.com<!---->.evil"), INVALID, BROKEN),
    "another role": (lambda x: x.replace("role/federated,", "role/admin,"), INVALID, BROKEN),
    "cut off": (lambda x: x[:-20], INVALID, "The document is not well-formed XML in UTF-8."),
    "two assertions, the evil one first": (
        lambda x: wrapped(x, evil(x) + assertion_of(x)), INVALID, "The response must have exactly one assertion."),
    "two assertions, the evil one last": (
        lambda x: wrapped(x, assertion_of(x) + evil(x)), INVALID, "The response must have exactly one assertion."),
    "the signed assertion in extensions": (
        lambda x: wrapped(x, f"<ns0:Extensions>{assertion_of(x)}</ns0:Extensions>{evil(x)}"), INVALID,
        "The response must have exactly one assertion."),
    "the signature moved to another assertion": (
        lambda x: wrapped(x, evil(x).replace("<ns1:Subject>", re.search(
            r"<ns2:Signature .*?</ns2:Signature>", x, re.S)[0] + "<ns1:Subject>")), INVALID,
        f"{BROKEN}: its reference does not lead to the element that it is in."),
    "a document type": (
        lambda x: re.sub(r"^<\?xml[^>]*\?>\s*", '<!DOCTYPE r [<!ENTITY e "x">]>', x), INVALID,
        "A document type declaration is not allowed."),
    "an entity from a file": (
        lambda x: re.sub(r"^<\?xml[^>]*\?>\s*", '<!DOCTYPE r SYSTEM "file:///etc/passwd">', x), INVALID,
        "A document type declaration is not allowed."),
}


@pytest.mark.parametrize("what", CHANGED)
def test_what_somebody_changed_is_refused(federation, what):
    change, code, message = CHANGED[what]
    xml = federation.response()
    changed = change(xml)
    assert changed != xml
    with refused(code, message):
        federation.assume(changed)
    federation.assume(xml)


# The same changes made by the identity provider itself, which signs them.
ISSUED = {
    "too old": (lambda x: re.sub(r'IssueInstant="[^"]+"', f'IssueInstant="{at(-301)}"', x), "ExpiredTokenException",
                "Token must be redeemed within 5 minutes of issuance"),
    "ended": (lambda x: re.sub(r'(Conditions [^>]*NotOnOrAfter=)"[^"]+"', rf'\1"{at(-1)}"', x),
              "ExpiredTokenException", "The Conditions of the assertion does not hold any longer."),
    "confirmation ended": (lambda x: re.sub(r'(SubjectConfirmationData [^>]*NotOnOrAfter=)"[^"]+"', rf'\1"{at(-1)}"', x),
                           "ExpiredTokenException", "The SubjectConfirmationData of the assertion does not hold .*"),
    "not yet": (lambda x: re.sub(r'NotBefore="[^"]+"', f'NotBefore="{at(120)}"', x), INVALID,
                "The Conditions of the assertion does not hold yet."),
    "another audience": (lambda x: x.replace(f"<ns1:Audience>{AUDIENCE}<", "<ns1:Audience>urn:somebody:else<"), INVALID,
                         "The audience of the assertion is not this service."),
    "another recipient": (lambda x: x.replace(f'Recipient="{ENDPOINT}"', 'Recipient="https://evil.example/saml"'),
                          INVALID, "The Recipient of the assertion is not this service."),
    "another issuer": (lambda x: x.replace(">https://idp.example/saml</ns1:Issuer>", ">https://x.example</ns1:Issuer>"),
                       INVALID, "Issuer not present in specified provider"),
    "no name of a session": (lambda x: x.replace("Attributes/RoleSessionName", "Attributes/Other"), INVALID,
                             "RoleSessionName is required in AuthnResponse"),
    "a bad name of a session": (lambda x: x.replace(">ann</ns1:AttributeValue>", ">a b</ns1:AttributeValue>"), INVALID,
                                r"RoleSessionName in AuthnResponse must match .*"),
    "another role": (lambda x: x.replace("role/federated,", "role/other,"), "AccessDenied",
                     "Not authorized to perform sts:AssumeRoleWithSAML"),
    "sign-in failed": (lambda x: x.replace("status:Success", "status:AuthnFailed"), "IDPRejectedClaim",
                       "The identity provider reported that authentication failed."),
}


@pytest.mark.parametrize("what", ISSUED)
def test_what_the_provider_should_not_have_issued_is_refused(federation, what):
    change, code, message = ISSUED[what]
    xml = federation.response()
    changed = change(xml)
    assert changed != xml
    with refused(code, message):
        federation.assume(signed_again(changed, federation.idp.key))
    # Signed again without a change it is taken: the change alone is what is refused.
    federation.assume(signed_again(xml, federation.idp.key))


def test_another_key_is_refused_even_if_the_response_brings_its_certificate(federation, other_key):
    own = federation.idp.certificate.read_text().splitlines()[1:-1]
    other = other_key[1].read_text().splitlines()[1:-1]
    xml = federation.response()
    assert "".join(own) in xml
    with refused(INVALID, BROKEN):
        federation.assume(signed_again(xml.replace("".join(own), "".join(other)), other_key[0]))


def test_sha1_is_refused(federation):
    with refused(INVALID, f"{BROKEN}: its algorithm is not allowed."):
        federation.assume(federation.response(sign_alg="http://www.w3.org/2000/09/xmldsig#rsa-sha1"))
    with refused(INVALID, f"{BROKEN}: its digest is not allowed."):
        federation.assume(federation.response(digest_alg="http://www.w3.org/2000/09/xmldsig#sha1"))


def test_an_assertion_holds_once_also_after_a_restart(own_server, idp):
    server = own_server("--developer-api")
    federation = Federation(server.account(), idp)
    xml = federation.response()
    federation.assume(xml)
    with refused(INVALID, "The assertion has been used before"):
        federation.assume(xml)
    server.restart()
    with refused(INVALID, "The assertion has been used before"):
        server.client("sts", federation.account.root).assume_role_with_saml(
            RoleArn=federation.role, PrincipalArn=federation.provider, SAMLAssertion=encoded(xml))


def test_the_provider_of_another_account_vouches_for_no_role(federation, server, idp):
    other = Federation(server.account(), idp)
    xml = idp.response(federation.role, other.provider)
    with refused("AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML"):
        other.assume(xml, RoleArn=federation.role)
    # What another account's provider of the same identity provider was meant for is not for this one.
    with refused("AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML"):
        federation.assume(other.response())


def test_a_provider_that_is_gone_vouches_for_nobody(federation):
    federation.account.iam.delete_saml_provider(SAMLProviderArn=federation.provider)
    with refused(INVALID, "Specified provider doesn't exist"):
        federation.assume(federation.response())


def test_metadata_with_a_new_key_takes_the_old_keys_place(federation, tmp_path):
    renewed = IdentityProvider(tmp_path)
    assert renewed.entity_id == federation.idp.entity_id
    xml = federation.response()
    federation.account.iam.update_saml_provider(
        SAMLProviderArn=federation.provider, SAMLMetadataDocument=renewed.metadata)
    with refused(INVALID, BROKEN):
        federation.assume(xml)
    federation.assume(renewed.response(federation.role, federation.provider))


# The providers themselves


def test_a_provider_is_made_shown_listed_and_deleted(account, iam, idp):
    made = iam.create_saml_provider(
        Name="My.IdP_1", SAMLMetadataDocument=idp.metadata, Tags=[{"Key": "team", "Value": "a"}])
    arn = made["SAMLProviderArn"]
    assert arn == account.arn("saml-provider/My.IdP_1")
    shown = iam.get_saml_provider(SAMLProviderArn=arn)
    assert shown["SAMLMetadataDocument"] == idp.metadata
    assert re.fullmatch("[A-Z0-9]{22,64}", shown["SAMLProviderUUID"])
    assert shown["ValidUntil"].year - shown["CreateDate"].year in (99, 100)
    assert [each["Arn"] for each in iam.list_saml_providers()["SAMLProviderList"]] == [arn]
    iam.tag_saml_provider(SAMLProviderArn=arn, Tags=[{"Key": "b", "Value": "c"}])
    assert [tag["Key"] for tag in iam.list_saml_provider_tags(SAMLProviderArn=arn)["Tags"]] == ["b", "team"]
    iam.untag_saml_provider(SAMLProviderArn=arn, TagKeys=["team"])
    with refused("EntityAlreadyExists"):
        iam.create_saml_provider(Name="my.idp_1", SAMLMetadataDocument=idp.metadata)
    iam.delete_saml_provider(SAMLProviderArn=arn)
    with refused("NoSuchEntity", f"Manifest not found for arn {arn}", 404):
        iam.get_saml_provider(SAMLProviderArn=arn)


def test_what_is_no_metadata_is_refused(iam, idp):
    for text in ("x" * 1000, idp.metadata.replace("IDPSSODescriptor", "SPSSODescriptor")):
        with refused("InvalidInput", status=400):
            iam.create_saml_provider(Name="idp", SAMLMetadataDocument=text)
    assert iam.list_saml_providers()["SAMLProviderList"] == []


def test_a_private_key_is_shown_by_no_answer_and_lies_sealed(own_server, idp, tmp_path):
    key, _ = make_key(tmp_path, "canary")
    server = own_server("--developer-api")
    account = server.account()
    account.iam.create_saml_provider(Name="idp", SAMLMetadataDocument=idp.metadata, AddPrivateKey=key.read_text())
    body = key.read_text().splitlines()[5]
    shown = account.iam.get_saml_provider(SAMLProviderArn=account.arn("saml-provider/idp"))
    assert body not in str(shown)
    server.stop()
    assert body not in server.errors()
    stored = [each.read_bytes() for each in (tmp_path / "data").rglob("*") if each.is_file()]
    assert all(body.encode() not in each for each in stored)
