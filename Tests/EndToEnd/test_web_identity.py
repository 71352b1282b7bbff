"""Tokens that come in, from a real OpenID Connect provider over https, and tokens that go out."""

import base64
import hashlib
import hmac
import json
import time

import botocore
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from harness import Credentials, allow, policy, refused, unique
from openid_provider import CLIENT, KEYS, METADATA, Authority, OpenIDProvider, Site

NO_KEY = "Couldn't retrieve verification key from your identity provider, .*"
WRONG_CERTIFICATE = "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def provider(authority):
    provider = OpenIDProvider(authority)
    yield provider
    provider.stop()


@pytest.fixture
def open_server(own_server):
    """A server that lets issuers have loopback addresses."""
    return own_server("--developer-api", "--allow-private-issuers")


@pytest.fixture
def trusting(open_server, authority, provider):
    return Trusting(open_server.account(), authority.thumbprint, provider)


class Trusting:
    """An account with a role that trusts the provider."""

    def __init__(self, account, thumbprint, provider):
        self.account, self.provider = account, provider
        self.name = provider.url.removeprefix("https://")
        self.arn = account.iam.create_open_id_connect_provider(
            Url=provider.url, ClientIDList=[CLIENT], ThumbprintList=[thumbprint])["OpenIDConnectProviderArn"]
        self.role = account.role(policy({
            "Effect": "Allow", "Principal": {"Federated": self.arn}, "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringEquals": {f"{self.name}:aud": CLIENT}},
        }), allow("iam:ListUsers"))
        self.sts = account.client("sts", account.root, signature_version=botocore.UNSIGNED)

    def assume(self, token, **more):
        return self.sts.assume_role_with_web_identity(
            RoleArn=self.role, RoleSessionName="session", WebIdentityToken=token, **more)


# Providers


def test_a_provider_by_the_cli(account, server):
    made = server.cli(
        account.root, "iam", "create-open-id-connect-provider", "--url", "https://id.example.com/a", "--client-id-list",
        "one", "two", "--thumbprint-list", "ab" * 20, "--tags", "Key=team,Value=red")
    arn = account.arn("oidc-provider/id.example.com/a")
    assert made == {"OpenIDConnectProviderArn": arn, "Tags": [{"Key": "team", "Value": "red"}]}
    server.cli(
        account.root, "iam", "add-client-id-to-open-id-connect-provider", "--open-id-connect-provider-arn", arn,
        "--client-id", "three")
    shown = server.cli(account.root, "iam", "get-open-id-connect-provider", "--open-id-connect-provider-arn", arn)
    assert (shown["Url"], shown["ClientIDList"]) == ("id.example.com/a", ["one", "two", "three"])
    assert server.cli(account.root, "iam", "list-open-id-connect-providers")["OpenIDConnectProviderList"] == [
        {"Arn": arn}]
    account.iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    with refused("NoSuchEntity"):
        account.iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)


def test_tags_are_listed_in_pages(iam):
    arn = iam.create_open_id_connect_provider(
        Url="https://id.example.com", ThumbprintList=["ab" * 20],
        Tags=[{"Key": f"k{number}", "Value": "v"} for number in range(5)])["OpenIDConnectProviderArn"]
    keys, marker = [], {}
    while True:
        page = iam.list_open_id_connect_provider_tags(OpenIDConnectProviderArn=arn, MaxItems=2, **marker)
        keys += [tag["Key"] for tag in page["Tags"]]
        if not page["IsTruncated"]:
            break
        marker = {"Marker": page["Marker"]}
    assert keys == [f"k{number}" for number in range(5)]


def test_the_thumbprint_is_fetched_where_none_is_given(open_server, authority, provider):
    iam = open_server.account().iam
    arn = iam.create_open_id_connect_provider(Url=provider.url)["OpenIDConnectProviderArn"]
    shown = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert shown["ThumbprintList"] == [authority.thumbprint]
    with refused("OpenIdIdpCommunicationError"):
        iam.create_open_id_connect_provider(Url="https://127.0.0.1:1")


def test_private_issuers_are_refused_by_default(account, provider):
    with refused("ValidationError", "Invalid Open ID Connect Provider URL"):
        account.iam.create_open_id_connect_provider(Url=provider.url)
    with refused("OpenIdIdpCommunicationError"):
        account.iam.create_open_id_connect_provider(Url="https://127.0.0.1")
    assert provider.asked == []


# Tokens that come in


def test_a_login_at_the_provider_gives_credentials(trusting):
    answer = trusting.assume(trusting.provider.login())
    assert (answer["Provider"], answer["Audience"]) == (trusting.arn, CLIENT)
    session = Credentials.of(answer["Credentials"])
    who = trusting.account.client("sts", session).get_caller_identity()
    assert who["Arn"] == answer["AssumedRoleUser"]["Arn"]
    trusting.account.client("iam", session).list_users()
    with refused("AccessDenied"):
        trusting.account.client("iam", session).list_roles()
    for _ in range(3):
        trusting.assume(trusting.provider.login())
    assert trusting.provider.asked == [METADATA, KEYS], "keys are fetched once"


def test_a_client_signs_in_from_a_file_as_in_a_cluster(trusting, tmp_path, open_server):
    file = tmp_path / "token"
    file.write_text(trusting.provider.login())
    result = open_server.try_cli(
        None, "sts", "assume-role-with-web-identity", "--role-arn", trusting.role, "--role-session-name", "cli",
        "--web-identity-token", f"file://{file}")
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["Provider"] == trusting.arn


def test_an_authority_of_the_operator_s_needs_no_thumbprint(own_server, authority, provider):
    server = own_server(
        "--developer-api", "--allow-private-issuers", "--issuer-authorities", str(authority.file))
    Trusting(server.account(), "0" * 40, provider).assume(provider.login())


def test_a_wrong_thumbprint_is_refused(open_server, provider, tmp_path):
    for thumbprint in ("0" * 40, Authority(tmp_path, "other").thumbprint):
        trusting = Trusting(open_server.account(), thumbprint, provider)
        with refused("InvalidIdentityToken", WRONG_CERTIFICATE):
            trusting.assume(provider.login())
    assert provider.asked == []


def test_a_thumbprint_in_the_chain_is_no_proof_without_its_signature(open_server, authority, tmp_path):
    """Somebody else's server that shows the trusted authority's certificate behind its own."""
    context = Authority(tmp_path, "stranger").server_context("127.0.0.1")
    chain = next(tmp_path.glob("server-*.pem"))
    own, _, key = chain.read_text().partition("-----END CERTIFICATE-----\n")
    key = key[key.index("-----BEGIN PRIVATE KEY"):]
    chain.write_text(f"{own}-----END CERTIFICATE-----\n{authority.file.read_text()}{key}")
    context.load_cert_chain(chain)
    site = Site(context)
    try:
        trusting = Trusting(open_server.account(), authority.thumbprint, site)
        with refused("InvalidIdentityToken", WRONG_CERTIFICATE):
            trusting.assume(jwt.encode({"iss": site.url}, _new_key(), "RS256", {"kid": "k"}))
        assert site.asked == []
    finally:
        site.stop()


def test_a_certificate_for_another_name_is_refused(open_server, authority):
    provider = Site(authority.server_context("127.0.0.2"))
    try:
        trusting = Trusting(open_server.account(), authority.thumbprint, provider)
        with refused("InvalidIdentityToken", WRONG_CERTIFICATE):
            trusting.assume(jwt.encode({"iss": provider.url}, _new_key(), "RS256", {"kid": "k"}))
    finally:
        provider.stop()


# Forged and changed tokens


def _new_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _decoded(part):
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def _encoded(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _forgeries(provider):
    """Each with a name; all made of a good token of the provider."""
    good = provider.login()
    header, payload, signature = good.split(".")
    fields, claims = _decoded(header), _decoded(payload)
    stranger = _new_key()
    numbers = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(stranger.public_key()))
    published = jwt.PyJWK(next(key for key in provider.keys()["keys"] if key["kid"] == fields["kid"])).key
    pem = published.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    def signed(changed_header=None, **changed):
        return jwt.encode(claims | changed, stranger, "RS256", fields | (changed_header or {}))

    shared = f"{_encoded(fields | {'alg': 'HS256'})}.{payload}"
    mac = hmac.new(pem, shared.encode(), hashlib.sha256).digest()
    yield "alg none", f"{_encoded({'alg': 'none'})}.{payload}."
    yield "alg none with a signature", f"{_encoded(fields | {'alg': 'none'})}.{payload}.{signature}"
    yield "HS256 with the public key", f"{shared}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
    yield "a key in the header", signed({"jwk": numbers})
    yield "the address of a key in the header", signed({"jku": f"{provider.url}{KEYS}"})
    yield "signed by somebody else", signed()
    yield "an unknown key id", signed({"kid": "unknown"})
    yield "no key id", f"{_encoded({'alg': 'RS256'})}.{payload}.{signature}"
    yield "another issuer", signed(iss="https://issuer.invalid")
    yield "another subject", f"{header}.{_encoded(claims | {'sub': 'somebody-else'})}.{signature}"
    yield "a longer life", f"{header}.{_encoded(claims | {'exp': claims['exp'] + 9999})}.{signature}"
    yield "without its signature", f"{header}.{payload}."
    yield "two parts", f"{header}.{payload}"
    yield "truncated", good[:-2]
    yield "padded", good + "="
    yield "another algorithm of the same key", f"{_encoded(fields | {'alg': 'RS512'})}.{payload}.{signature}"


def test_no_forged_token_counts(trusting):
    trusting.assume(trusting.provider.login())
    count = 0
    for name, token in _forgeries(trusting.provider):
        count += 1
        try:
            with refused("InvalidIdentityToken"):
                trusting.assume(token)
        except AssertionError as error:
            raise AssertionError(name) from error
    assert count == 16


def _by_the_provider(provider, **claims):
    """A token that the provider's own key has signed, with other claims."""
    good = provider.login()
    fields, own = (_decoded(part) for part in good.split(".")[:2])
    key = next(key for key in provider.context.keyjar.get_issuer_keys("") if key.kid == fields["kid"])
    changed = {name: value for name, value in (own | claims).items() if value is not None}
    return jwt.encode(changed, key.private_key(), "RS256", fields)


@pytest.mark.parametrize("claims, code", [
    ({"aud": "another"}, "InvalidIdentityToken"),
    ({"aud": None}, "InvalidIdentityToken"),
    ({"azp": "another"}, "InvalidIdentityToken"),
    ({"sub": None}, "InvalidIdentityToken"),
    ({"exp": None}, "InvalidIdentityToken"),
    ({"iat": None}, "InvalidIdentityToken"),
    ({"exp": 1}, "ExpiredTokenException"),
    ({"nbf": int(time.time()) + 86_400}, "InvalidIdentityToken"),
    ({"iat": int(time.time()) + 86_400}, "InvalidIdentityToken"),
    ({"iss": "https://id.example.com"}, "InvalidIdentityToken"),
])
def test_a_token_with_a_wrong_claim_is_refused(trusting, claims, code):
    trusting.assume(_by_the_provider(trusting.provider))
    with refused(code):
        trusting.assume(_by_the_provider(trusting.provider, **claims))


# Issuers that misbehave


@pytest.mark.parametrize("spoil", ["issuer", "http keys", "no metadata", "html", "large keys", "redirect", "no keys"])
def test_an_issuer_that_is_none_has_no_keys(trusting, spoil):
    provider = trusting.provider
    metadata = provider.metadata()
    huge = b'{"keys":[' + b" " * 300_000 + b"]}"
    provider.pages |= {
        "issuer": {METADATA: provider.json(metadata | {"issuer": "https://issuer.invalid"})},
        "http keys": {METADATA: provider.json(metadata | {"jwks_uri": "http://127.0.0.1/keys"})},
        "no metadata": {METADATA: lambda: (404, {}, b"")},
        "html": {METADATA: lambda: (200, {}, b"<html>")},
        "large keys": {KEYS: lambda: (200, {}, huge)},
        "redirect": {KEYS: lambda: (302, {"Location": "https://169.254.169.254/latest/meta-data"}, b"")},
        "no keys": {KEYS: provider.json({"keys": []})},
    }[spoil]
    with refused("InvalidIdentityToken", NO_KEY):
        trusting.assume(provider.login())


def test_an_issuer_that_is_away_can_be_asked_again_later(trusting):
    trusting.provider.pages[KEYS] = lambda: (503, {}, b"")
    with refused("IDPCommunicationError"):
        trusting.assume(trusting.provider.login())


def test_a_redirect_to_a_good_place_is_followed(trusting):
    provider = trusting.provider
    provider.pages["/moved"] = provider.pages[KEYS]
    provider.pages[KEYS] = lambda: (302, {"Location": "/moved"}, b"")
    trusting.assume(provider.login())


# Tokens that go out


@pytest.mark.parametrize("algorithm", ["RS256", "ES384"])
def test_an_outbound_token_is_verified_by_its_published_keys(account, server, algorithm):
    issuer = account.iam.enable_outbound_web_identity_federation()["IssuerIdentifier"]
    assert issuer.startswith(f"{server.endpoint}/issuer/")
    user = account.user(unique("user"), allow(["sts:GetWebIdentityToken", "sts:TagGetWebIdentityToken"]))
    answer = account.client("sts", user.credentials).get_web_identity_token(
        Audience=["https://api.example.com"], SigningAlgorithm=algorithm, Tags=[{"Key": "job", "Value": "7"}])
    token = answer["WebIdentityToken"]
    status, headers, body = server.http("GET", f"{issuer.removeprefix(server.endpoint)}{METADATA}")
    metadata = json.loads(body)
    assert (status, headers["content-type"]) == (200, "application/json")
    assert metadata["issuer"] == issuer
    key = jwt.PyJWKClient(metadata["jwks_uri"]).get_signing_key_from_jwt(token)
    claims = jwt.decode(
        token, key, [algorithm], audience="https://api.example.com", issuer=issuer,
        options={"require": ["exp", "iat", "jti", "sub"]})
    assert claims["sub"] == account.arn(f"user/{user.name}")
    assert claims["exp"] - claims["iat"] == 300
    assert claims["https://sts.amazonaws.com/"]["request_tags"] == {"job": "7"}
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token[:-8] + "AAAAAAAA", key, [algorithm], audience="https://api.example.com")


def test_outbound_keys_survive_a_restart_and_have_their_public_address(own_server):
    server = own_server("--developer-api", "--public-url", "https://sallyport.example.com/")
    account = server.account()
    issuer = account.iam.enable_outbound_web_identity_federation()["IssuerIdentifier"]
    assert issuer.startswith("https://sallyport.example.com/issuer/")
    path = issuer.removeprefix("https://sallyport.example.com")
    before = server.http("GET", f"{path}/.well-known/jwks.json")[2]
    server.restart()
    assert server.http("GET", f"{path}/.well-known/jwks.json")[2] == before
    token = server.client("sts", account.root).get_web_identity_token(
        Audience=["a"], SigningAlgorithm="ES384")["WebIdentityToken"]
    keys = jwt.PyJWKSet.from_dict(json.loads(before))
    assert jwt.decode(token, keys["EC384_0"], ["ES384"], audience="a", issuer=issuer)


def test_federation_that_is_disabled_gives_no_tokens(account):
    account.iam.enable_outbound_web_identity_federation()
    account.iam.disable_outbound_web_identity_federation()
    with refused("OutboundWebIdentityFederationDisabledException", status=403):
        account.sts.get_web_identity_token(Audience=["a"], SigningAlgorithm="RS256")
    with refused("FeatureDisabled", status=404):
        account.iam.get_outbound_web_identity_federation_info()


# Root sessions


def test_nobody_manages_an_organization(account):
    user = account.user("ann", allow("sts:AssumeRoot"))
    task = {"arn": "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials"}
    with refused("AccessDenied", ".* is neither the management account .*"):
        account.client("sts", user.credentials).assume_root(TargetPrincipal=account.id, TaskPolicyArn=task)
    with refused("AccessDenied"):
        account.sts.assume_root(TargetPrincipal=account.id, TaskPolicyArn=task)
    with refused("ExpiredTradeInTokenException"):
        account.sts.get_delegated_access_token(TradeInToken="x")
