"""A real SAML identity provider, pysaml2, that issues responses for AWS's sign-in address."""

import base64
import datetime
import pathlib
import subprocess
import warnings

with warnings.catch_warnings():
    # Of the library's own dependencies, about algorithms that nothing here uses.
    warnings.simplefilter("ignore")
    from saml2 import BINDING_HTTP_REDIRECT
    from saml2.authn_context import PASSWORD
    from saml2.config import IdPConfig
    from saml2.metadata import entity_descriptor
    from saml2.saml import NAME_FORMAT_URI, NAMEID_FORMAT_PERSISTENT, NameID
    from saml2.server import Server as SAMLServer
    from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

ENDPOINT = "https://signin.aws.amazon.com/saml"
AUDIENCE = "urn:amazon:webservices"
ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/"


def make_key(folder, name):
    """A new RSA key and its certificate, as two files."""
    key, certificate = folder / f"{name}.key", folder / f"{name}.crt"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
         "-subj", f"/CN={name}.example"],
        check=True, capture_output=True)
    return key, certificate


def service_metadata(audience=AUDIENCE, endpoint=ENDPOINT):
    """What the identity provider knows of the service that it issues responses for."""
    return (
        f'<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{audience}">'
        '<md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
        f'<md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="{endpoint}"'
        ' index="1"/></md:SPSSODescriptor></md:EntityDescriptor>')


class IdentityProvider:
    """Has a key of its own in a folder, and issues what it is asked for."""

    def __init__(self, folder: pathlib.Path, name="idp"):
        self.entity_id = f"https://{name}.example/saml"
        self.key, self.certificate = make_key(folder, name)
        self.config = IdPConfig().load({
            "entityid": self.entity_id,
            "service": {"idp": {
                "endpoints": {"single_sign_on_service": [(f"https://{name}.example/sso", BINDING_HTTP_REDIRECT)]},
                "policy": {"default": {
                    "lifetime": {"minutes": 60}, "attribute_restrictions": None, "name_form": NAME_FORMAT_URI}},
            }},
            "key_file": str(self.key), "cert_file": str(self.certificate),
            "metadata": {"inline": [service_metadata(), service_metadata("urn:somebody:else")]},
            "xmlsec_binary": "/usr/bin/xmlsec1",
        })
        self.server = SAMLServer(config=self.config)

    @property
    def metadata(self):
        return str(entity_descriptor(self.config))

    def response(
        self, role, provider, *, name="ann@example.com", session="ann", audience=AUDIENCE, endpoint=ENDPOINT,
        sign_assertion=True, sign_response=False, sign_alg=SIG_RSA_SHA256, digest_alg=DIGEST_SHA256, **attributes
    ):
        """The XML of a signed response; attributes are AWS's, by the end of their names."""
        identity = {ATTRIBUTES + "Role": [f"{role},{provider}"], ATTRIBUTES + "RoleSessionName": [session]}
        identity |= {ATTRIBUTES + name: values for name, values in attributes.items()}
        return str(self.server.create_authn_response(
            identity, in_response_to="_request", destination=endpoint, sp_entity_id=audience,
            name_id=NameID(format=NAMEID_FORMAT_PERSISTENT, text=name),
            authn={"class_ref": PASSWORD, "authn_auth": self.entity_id}, sign_assertion=sign_assertion,
            sign_response=sign_response, sign_alg=sign_alg, digest_alg=digest_alg))


def encoded(xml):
    return base64.b64encode(xml.encode()).decode()


def at(seconds):
    """A time so many seconds from now, as assertions write it."""
    moment = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def signed_again(xml, key, element="urn:oasis:names:tc:SAML:2.0:assertion:Assertion"):
    """The same document with its signature made anew by xmlsec1."""
    signed = subprocess.run(
        ["xmlsec1", "--sign", "--privkey-pem", key, "--id-attr:ID", element, "--output", "/dev/stdout", "/dev/stdin"],
        input=xml.encode(), check=True, capture_output=True)
    return signed.stdout.decode()


def encrypted(xml, certificate, folder, transport="http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"):
    """The same response with its assertion encrypted for a certificate by xmlsec1, as AWS takes it: AES in GCM."""
    start, end = xml.index("<ns1:Assertion "), xml.index("</ns1:Assertion>") + len("</ns1:Assertion>")
    wrapped = f"{xml[:start]}<ns1:EncryptedAssertion>{xml[start:end]}</ns1:EncryptedAssertion>{xml[end:]}"
    document, template = folder / "wrapped.xml", folder / "template.xml"
    document.write_text(wrapped)
    template.write_text(
        '<xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" Type="http://www.w3.org/2001/04/xmlenc#Element">'
        '<xenc:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#aes256-gcm"/>'
        '<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><xenc:EncryptedKey>'
        f'<xenc:EncryptionMethod Algorithm="{transport}"/><xenc:CipherData><xenc:CipherValue/></xenc:CipherData>'
        "</xenc:EncryptedKey></ds:KeyInfo><xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedData>")
    done = subprocess.run(
        ["xmlsec1", "--encrypt", "--pubkey-cert-pem", certificate, "--session-key", "aes-256", "--xml-data", document,
         "--node-name", "urn:oasis:names:tc:SAML:2.0:assertion:Assertion", template],
        check=True, capture_output=True)
    return done.stdout.decode()
