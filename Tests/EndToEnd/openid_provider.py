"""An OpenID Connect provider for tests: idpyoidc's, served over https on loopback with an authority of its own."""

import contextlib
import datetime
import hashlib
import http.server
import ipaddress
import json
import ssl
import threading
import urllib.parse

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from idpyoidc.message.oidc import AccessTokenRequest, AuthorizationRequest
from idpyoidc.server import Server
from idpyoidc.server.oidc.authorization import Authorization
from idpyoidc.server.oidc.provider_config import ProviderConfiguration
from idpyoidc.server.oidc.token import Token
from idpyoidc.server.user_authn.user import NoAuthn
from idpyoidc.server.user_info import UserInfo

CLIENT, CLIENT_SECRET = "sallyport-tests", "a secret of thirty-two characters or more"
REDIRECT = "https://client.invalid/callback"
METADATA = "/.well-known/openid-configuration"
KEYS = "/jwks.json"


# Certificates


def _certificate(name, key, issuer, issuer_key, extensions):
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - datetime.timedelta(hours=1))
    builder = builder.not_valid_after(now + datetime.timedelta(days=2))
    for extension in extensions:
        builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
    return builder.sign(issuer_key, hashes.SHA256())


def _name(text):
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


class Authority:
    """A certificate authority that no system knows."""

    def __init__(self, folder, name="authority"):
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = _name(f"{name} of the tests")
        self.certificate = _certificate(
            self.name, self.key, self.name, self.key, [x509.BasicConstraints(ca=True, path_length=0)])
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    @property
    def thumbprint(self):
        return hashlib.sha1(self.certificate.public_bytes(serialization.Encoding.DER)).hexdigest()

    def server_context(self, *addresses):
        """The TLS of a server that shows its own certificate and the authority's."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
        certificate = _certificate(
            _name("server"), key, self.name, self.key,
            [x509.BasicConstraints(ca=False, path_length=None), x509.SubjectAlternativeName(names)])
        chain = self.folder / f"server-{certificate.serial_number}.pem"
        pem = serialization.Encoding.PEM
        chain.write_bytes(
            certificate.public_bytes(pem) + self.certificate.public_bytes(pem) + key.private_bytes(
                pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain)
        return context


# The web server


class Site:
    """Answers GETs over https: `pages` has a function for each path, which answers (status, headers, body)."""

    def __init__(self, context):
        self.pages, self.asked = {}, []
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                path = self.path.partition("?")[0]
                site.asked.append(path)
                page = site.pages.get(path)
                status, headers, body = page() if page else (404, {}, b"")
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                with contextlib.suppress(OSError):
                    self.wfile.write(body)

            def do_HEAD(self):
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        class Quiet(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                """A client that does not like the certificate goes away; so it should."""

        self.server = Quiet(("127.0.0.1", 0), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"https://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def json(self, value):
        body = json.dumps(value).encode()
        return lambda: (200, {"Content-Type": "application/json"}, body)


# The provider


class OpenIDProvider(Site):
    """Has one client and one user; `login` goes the whole way of the authorization code flow."""

    def __init__(self, authority, subject="a-user-of-the-provider"):
        super().__init__(authority.server_context("127.0.0.1"))
        self.subject = subject
        self.server_of_tokens = Server(self._configuration(), cwd=str(authority.folder))
        self.context = self.server_of_tokens.get_context()
        self.context.cdb[CLIENT] = {
            "client_id": CLIENT, "client_secret": CLIENT_SECRET, "redirect_uris": [(REDIRECT, {})],
            "token_endpoint_auth_method": "client_secret_post", "response_types_supported": ["code"],
            "response_types": ["code"], "allowed_scopes": ["openid", "email"],
        }
        self.context.keyjar.import_jwks(self.context.keyjar.export_jwks(private=True), self.url)
        self.pages[METADATA] = self.json(self.metadata())
        self.pages[KEYS] = self.json(self.keys())

    def _configuration(self):
        return {
            "issuer": self.url,
            "key_conf": {"uri_path": KEYS.lstrip("/"), "key_defs": [
                {"type": "RSA", "use": ["sig"]}, {"type": "EC", "crv": "P-256", "use": ["sig"]},
            ]},
            "token_handler_args": {
                "code": {"lifetime": 600, "kwargs": {"crypt_conf": {"kwargs": {"keys": {"key_defs": [
                    {"type": "OCT", "use": ["enc"], "kid": "password"}, {"type": "OCT", "use": ["enc"], "kid": "salt"},
                ]}, "iterations": 1}}}},
                "token": {"class": "idpyoidc.server.token.jwt_token.JWTToken", "kwargs": {"lifetime": 3600}},
                "id_token": {"class": "idpyoidc.server.token.id_token.IDToken", "kwargs": {
                    "lifetime": 3600, "base_claims": {"email": None}}},
            },
            "endpoint": {
                "provider_config": {"path": METADATA.lstrip("/"), "class": ProviderConfiguration, "kwargs": {}},
                "authorization": {"path": "authorization", "class": Authorization, "kwargs": {}},
                "token": {"path": "token", "class": Token, "kwargs": {
                    "client_authn_method": ["client_secret_post"]}},
            },
            "authentication": {"anon": {
                "acr": "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified", "class": NoAuthn,
                "kwargs": {"user": self.subject},
            }},
            "userinfo": {"class": UserInfo, "kwargs": {"db": {self.subject: {"email": "user@example.com"}}}},
            "session_params": {"encrypter": {"kwargs": {"keys": {"key_defs": [
                {"type": "OCT", "use": ["enc"], "kid": "password"}, {"type": "OCT", "use": ["enc"], "kid": "salt"},
            ]}, "iterations": 1}}},
        }

    def metadata(self):
        endpoint = self.server_of_tokens.get_endpoint("provider_config")
        return json.loads(json.dumps(dict(endpoint.process_request()["response_args"])))

    def keys(self):
        return self.context.keyjar.export_jwks(issuer_id="")

    def login(self):
        """An id token, as a client of the provider gets it."""
        authorization = self.server_of_tokens.get_endpoint("authorization")
        asked = authorization.parse_request(AuthorizationRequest(
            client_id=CLIENT, redirect_uri=REDIRECT, response_type="code", scope=["openid", "email"], state="state",
            nonce="nonce").to_dict())
        answered = authorization.process_request(asked)
        token = self.server_of_tokens.get_endpoint("token")
        exchange = token.parse_request(AccessTokenRequest(
            client_id=CLIENT, client_secret=CLIENT_SECRET, redirect_uri=REDIRECT, grant_type="authorization_code",
            code=answered["response_args"]["code"]).to_dict())
        return token.process_request(request=exchange)["response_args"]["id_token"]
