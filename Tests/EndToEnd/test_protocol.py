"""Raw requests: what a client of AWS would never send."""

import datetime
import http.client
import json
import random
import socket
import urllib.parse
import xml.etree.ElementTree as ElementTree

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import pytest

from harness import REGION

IAM_VERSION, STS_VERSION = "2010-05-08", "2011-06-15"
FORM = "application/x-www-form-urlencoded; charset=utf-8"
IDENTITY = {"Action": "GetCallerIdentity", "Version": STS_VERSION}


class Raw:
    """Signs what it is told to, sends what it is told to."""

    def __init__(self, account):
        self.account, self.server = account, account.server

    def sign(self, body, service="sts", headers=None, method="POST", path="/", credentials=None):
        credentials = credentials or self.account.root
        given = {"Content-Type": FORM} | (headers or {})
        request = botocore.awsrequest.AWSRequest(method, self.server.endpoint + path, headers=given, data=body)
        keys = botocore.credentials.Credentials(credentials.key, credentials.secret, credentials.token)
        botocore.auth.SigV4Auth(keys, service, REGION).add_auth(request)
        return dict(request.headers.items())

    def post(self, parameters, service="sts", extra=None, **signing):
        """Signs and sends one request; `extra` headers are added after signing."""
        body = parameters if isinstance(parameters, bytes) else urllib.parse.urlencode(parameters).encode()
        headers = self.sign(body, service, **signing) | (extra or {})
        return Answer(*self.server.http("POST", signing.get("path", "/"), body, headers))


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def code(self):
        """The error's code in whichever protocol it came."""
        if "json" in self.headers.get("content-type", ""):
            return json.loads(self.body).get("__type", "").rpartition("#")[2]
        root = ElementTree.fromstring(self.body)
        return next(each.text for each in root.iter() if each.tag.rpartition("}")[2] == "Code")

    def __repr__(self):
        return f"{self.status} {self.body[:1000]!r}"


@pytest.fixture
def raw(account):
    """Raw requests; whatever they did, the server still answers afterwards."""
    raw = Raw(account)
    yield raw
    assert raw.server.is_running
    assert raw.post(IDENTITY).status == 200


def test_a_signed_request_is_answered(raw):
    answer = raw.post(IDENTITY)
    assert answer.status == 200 and raw.account.id.encode() in answer.body


@pytest.mark.parametrize("parameters, code, status", [
    ({"Action": "NoSuchThing", "Version": IAM_VERSION}, "InvalidAction", 400),
    ({"Action": "ListUsers", "Version": "1999-01-01"}, "InvalidAction", 400),
    ({"Action": "listusers", "Version": IAM_VERSION}, "InvalidAction", 400),
    ({"Action": "ListUsers"}, None, 400),
    ({"Version": IAM_VERSION}, "MissingAction", 400),
])
def test_an_unknown_action_or_version_is_refused(raw, parameters, code, status):
    answer = raw.post(parameters, "iam")
    assert answer.status == status, answer
    assert code is None or answer.code == code, answer


def test_a_service_of_json_is_answered_in_json(raw):
    body = b"{}"
    headers = raw.sign(body, "cloudhsm", {
        "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "BaldrApiService.DescribeClusters"})
    answer = Answer(*raw.server.http("POST", "/", body, headers))
    assert 400 <= answer.status <= 501, answer
    assert answer.headers["content-type"].startswith("application/x-amz-json-1.1")
    assert answer.code, answer


def test_a_service_of_rest_json_is_answered_in_json(raw):
    headers = raw.sign(b"{}", "account", {"Content-Type": "application/json"}, path="/getContactInformation")
    answer = Answer(*raw.server.http("POST", "/getContactInformation", b"{}", headers))
    assert 400 <= answer.status <= 501, answer
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers.get("x-amzn-errortype") or answer.code, answer


def test_an_oversized_body_is_refused(raw):
    answer = raw.post(b"Action=GetCallerIdentity&Version=2011-06-15&Padding=" + b"x" * (4 << 20))
    assert answer.status in (400, 413), answer
    with socket.create_connection(("127.0.0.1", raw.server.port), timeout=30) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n")
        assert connection.recv(64).split()[1] in (b"400", b"403", b"413")


@pytest.mark.parametrize("body", [
    b"Action=GetUser&Version=2010-05-08&UserName=\xff\xfe", b"Action=GetUser&Version=2010-05-08&UserName=%ff%fe",
    b"Action=GetUser&Version=2010-05-08&UserName=%C0%AF", b"Action=GetUser&Version=2010-05-08&UserName=%zz",
    b"Action=GetUser&Version=2010-05-08&UserName=%4", b"Action=GetUser&Version=2010-05-08&UserName=%00",
])
def test_bytes_that_are_no_text_are_refused(raw, body):
    answer = raw.post(body, "iam")
    assert answer.status == 400, answer
    assert answer.code, answer


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data; boundary=x"])
def test_a_wrong_content_type_is_refused(raw, kind):
    answer = raw.post(IDENTITY, headers={"Content-Type": kind})
    assert 400 <= answer.status < 500, answer


@pytest.mark.parametrize("body", [
    b"Action=GetUser&Version=2010-05-08&UserName=a&UserName=b",
    b"Action=GetUser&Action=ListUsers&Version=2010-05-08",
    b"Action=GetUser&Version=2010-05-08&Version=2010-05-08",
    b"Action=GetUser&Version=2010-05-08&UserName=a&username=b",
    b"Action=GetUser&action=ListUsers&Version=2010-05-08",
])
def test_a_parameter_twice_or_in_other_letters_is_refused(raw, body):
    raw.account.iam.create_user(UserName="a")
    raw.account.iam.create_user(UserName="b")
    answer = raw.post(body, "iam")
    assert answer.status == 400, answer


def test_nothing_names_the_caller_but_the_signature(raw):
    """Parameters and headers that look like an identity change nothing, or are refused."""
    for parameters in (
        IDENTITY | {"UserName": "root"}, IDENTITY | {"X-Amz-Credential": "AKIAIOSFODNN7EXAMPLE"},
        IDENTITY | {"AWSAccessKeyId": "AKIAIOSFODNN7EXAMPLE"},
    ):
        answer = raw.post(parameters)
        assert answer.status >= 400 or f"arn:aws:iam::{raw.account.id}:root".encode() in answer.body


# The signature


@pytest.mark.parametrize("name", ["X-Amz-Security-Token", "X-Amz-Target", "x-amz-meta"])
def test_a_header_of_aws_that_is_not_signed_is_refused(raw, name):
    answer = raw.post(IDENTITY, extra={name: "x"})
    assert answer.status in (400, 403), answer
    assert answer.code in ("SignatureDoesNotMatch", "InvalidClientTokenId", "AccessDenied"), answer


def test_a_changed_body_is_refused(raw):
    body = urllib.parse.urlencode(IDENTITY).encode()
    headers = raw.sign(body)
    answer = Answer(*raw.server.http("POST", "/", body.replace(b"GetCallerIdentity", b"GetSessionToken"), headers))
    assert (answer.status, answer.code) == (403, "SignatureDoesNotMatch")


def test_both_forms_of_signature_at_once_are_refused(raw):
    presigned = urllib.parse.urlparse(raw.account.sts.generate_presigned_url("get_caller_identity"))
    body = urllib.parse.urlencode(IDENTITY).encode()
    path = f"/?{presigned.query}"
    headers = raw.sign(body, path=path)
    answer = Answer(*raw.server.http("POST", path, body, headers))
    assert 400 <= answer.status < 404, answer
    answer = Answer(*raw.server.http("GET", path, None, {"Authorization": headers["Authorization"]}))
    assert 400 <= answer.status < 404, answer


def test_a_presigned_url_works_for_what_it_was_made_for(raw):
    url = raw.account.sts.generate_presigned_url("get_caller_identity", ExpiresIn=60, HttpMethod="GET")
    query = urllib.parse.urlparse(url).query
    answer = Answer(*raw.server.http("GET", f"/?{query}"))
    assert answer.status == 200 and raw.account.id.encode() in answer.body, answer
    for changed in (
        query.replace("GetCallerIdentity", "GetSessionToken"), query + "&UserName=x",
        query + "&Action=GetCallerIdentity",
        query.replace("X-Amz-Expires=60", "X-Amz-Expires=61"), query[:-1],
    ):
        answer = Answer(*raw.server.http("GET", f"/?{changed}"))
        assert 400 <= answer.status <= 403, (changed, answer)


@pytest.mark.parametrize("minutes", [-16, 16, -600, 600])
def test_a_date_that_is_off_is_refused(raw, minutes, monkeypatch):
    when = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *_: when.replace(tzinfo=None))
    answer = raw.post(IDENTITY)
    monkeypatch.undo()
    assert answer.status in (400, 403), answer
    assert answer.code in ("SignatureDoesNotMatch", "RequestExpired"), answer
    wanted = b"Signature expired" if minutes < 0 else b"Signature not yet current"
    assert wanted in answer.body, answer


@pytest.mark.parametrize("minutes", [-14, 14])
def test_a_date_within_a_quarter_of_an_hour_is_accepted(raw, minutes, monkeypatch):
    when = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *_: when.replace(tzinfo=None))
    answer = raw.post(IDENTITY)
    monkeypatch.undo()
    assert answer.status == 200, answer


def test_the_refusal_of_a_signature_shows_what_was_expected_and_no_key(raw):
    body = urllib.parse.urlencode(IDENTITY).encode()
    headers = raw.sign(body)
    headers["Authorization"] = headers["Authorization"][:-1] + ("0" if headers["Authorization"][-1] != "0" else "1")
    answer = Answer(*raw.server.http("POST", "/", body, headers))
    assert (answer.status, answer.code) == (403, "SignatureDoesNotMatch")
    assert b"AWS4-HMAC-SHA256" in answer.body and b"x-amz-date" in answer.body
    assert raw.account.root.secret.encode() not in answer.body


@pytest.mark.parametrize("value", [
    "", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=x", "Bearer token", "Basic eDp5", "AWS AKIA:sig",
    "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=0",
    "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/sts/aws4_request, SignedHeaders=, Signature=",
    "AWS4-ECDSA-P256-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=0", "x" * 20_000,
])
def test_an_authorization_that_cannot_be_read_is_refused(raw, value):
    body = urllib.parse.urlencode(IDENTITY).encode()
    headers = {"Content-Type": FORM, "Authorization": value, "X-Amz-Date": "20260101T000000Z"}
    answer = Answer(*raw.server.http("POST", "/", body, headers))
    assert 400 <= answer.status < 500, answer


def test_no_signature_is_refused_for_every_operation(raw):
    for action, version in (("GetCallerIdentity", STS_VERSION), ("ListUsers", IAM_VERSION), ("NoSuch", IAM_VERSION)):
        body = f"Action={action}&Version={version}".encode()
        answer = Answer(*raw.server.http("POST", "/", body, {"Content-Type": FORM}))
        assert answer.status in (400, 403), answer
        assert answer.code in ("MissingAuthenticationToken", "InvalidAction"), answer


# Garbage


GARBAGE = [
    b"\x00" * 100, b"GET\r\n\r\n", b"POST / HTTP/9.9\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nshort", b"GET /%00%ff/../../etc/passwd HTTP/1.1\r\n\r\n",
    b"POST / HTTP/1.1\r\n" + b"".join(b"X-%d: y\r\n" % number for number in range(2000)) + b"\r\n",
    b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", random.Random(1).randbytes(4096),
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
]


@pytest.mark.parametrize("sent", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_harms_nobody(raw, sent):
    with socket.create_connection(("127.0.0.1", raw.server.port), timeout=10) as connection:
        try:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass
        except (ConnectionError, TimeoutError):
            pass


@pytest.mark.parametrize("method, path", [
    ("GET", "/"), ("PUT", "/"), ("DELETE", "/"), ("GET", "/no/such/page"), ("OPTIONS", "/"), ("HEAD", "/"),
    ("POST", "/../.."), ("GET", "/?Action=ListUsers&Version=2010-05-08"),
])
def test_other_methods_and_paths_reveal_nothing(raw, method, path):
    answer = Answer(*raw.server.http(method, path))
    assert 400 <= answer.status < 500, answer


def test_many_parameters_are_refused_or_answered_but_never_fatal(raw):
    for body in (
        b"Action=TagUser&Version=2010-05-08&UserName=u"
        + b"".join(b"&Tags.member.%d.Key=k%d" % (number, number) for number in range(20_000)),
        b"Action=TagUser&Version=2010-05-08&UserName=u&Tags.member.999999999999.Key=k",
        b"Action=TagUser&Version=2010-05-08&UserName=u&Tags.member.-1.Key=k&Tags.member.1e3.Key=k",
        b"Action=TagUser&Version=2010-05-08&UserName=u&" + b"Tags." * 5000 + b"Key=k",
        b"Action=CreatePolicy&Version=2010-05-08&PolicyName=p&PolicyDocument=" + b"%5B" * 30_000,
        b'Action=CreatePolicy&Version=2010-05-08&PolicyName=p&PolicyDocument=' + b"%7B%22a%22%3A" * 10_000,
    ):
        assert 400 <= raw.post(body, "iam").status < 500


def test_connections_are_kept(raw):
    connection = http.client.HTTPConnection("127.0.0.1", raw.server.port, timeout=30)
    body = urllib.parse.urlencode(IDENTITY).encode()
    for _ in range(3):
        connection.request("POST", "/", body, raw.sign(body))
        answer = connection.getresponse()
        assert answer.status == 200 and answer.read()
        assert answer.getheader("Connection", "keep-alive").lower() == "keep-alive"
    connection.close()
