"""What can be reached at all: there is one way in, and whatever is none of AWS's operations is refused."""

import itertools
import re

import pytest

from plain import Plain

METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]

# Paths that servers of this kind have, or that a proxy and a server may read differently.
PATHS = [
    "/", "//", "/.", "/./", "/..", "/%2e%2e/", "/%2F", "/;", "/index.html", "/robots.txt", "/favicon.ico",
    "/.env", "/.git/config", "/admin", "/admin/v1/info", "/api", "/api/v1/users", "/console", "/debug/pprof/",
    "/health", "/healthz", "/ready", "/livez", "/metrics", "/status", "/server-status", "/version", "/config",
    "/latest/meta-data/iam/security-credentials/", "/minio/admin/v3/info", "/minio/health/live",
    "/minio/bootstrap/v1/verify", "/_localstack/health", "/moto-api/data.json", "/moto-api/reset",
    "/v1/sys/rekey/init", "/v1/auth/token/lookup-self", "/saml", "/oauth2/token",
    "/.well-known/acme-challenge/x", "/scim/v2/Users", "/federation/credentials", "/assignment/accounts",
    "/clusters", "/_sallyport", "/_sallyport/", "/_sallyport/accounts", "/_sallyport/reset", "/_sallyport/../",
    "/_SALLYPORT/accounts", "/_sallyport%2faccounts", "/iam", "/iam/?Action=ListUsers", "/sts", "/?", "/?Action=",
    "/?Action=ListUsers", "/?action=ListUsers&Version=2010-05-08", "/?Action=ListUsers&Version=2010-05-08",
    "/?Action=GetCallerIdentity&Version=2011-06-15", "/?X-Amz-Algorithm=AWS4-HMAC-SHA256",
]

TARGETS = [
    "AWSIdentityManagement.ListUsers", "AWSSecurityTokenServiceV20110615.GetCallerIdentity", "Logs_20140328.ListUsers",
    "TrentService.Decrypt", "DynamoDB_20120810.ListTables", ".", "..", "x", "ListUsers", "iam.ListUsers.ListUsers",
]

HEADERS = [
    "X-Amz-Security-Token", "X-Amz-Date", "X-Forwarded-User", "X-Remote-User", "X-Amzn-Identity", "X-Amz-Account-Id",
    "X-Original-Url", "X-Rewrite-Url", "X-Http-Method-Override", "Cookie", "Proxy-Authorization",
]

SCHEMES = [
    "", "AWS", "AWS3-HTTPS", "AWS4-HMAC-SHA512", "AWS4-ECDSA-P256-SHA256", "Basic", "Bearer", "Digest", "Negotiate",
    "aws4-hmac-sha256",
]


@pytest.fixture
def closed(own_server):
    """A server as people run it: without the developer API."""
    return own_server()


def refused(status, body):
    assert 400 <= status < 600, (status, body)
    # Neither an account nor a key nor anything that was asked for.
    assert not re.search(rb"(?<![\w-])\d{12}(?!\w)|AKIA|ASIA|<Users>|<Arn>|SecretAccessKey", body), body


@pytest.mark.parametrize("method", METHODS)
def test_nobody_gets_anything_anywhere(closed, method):
    for path in PATHS:
        refused(*closed.http(method, path)[::2])


def test_no_target_leads_past_the_signature(closed):
    kinds = ["application/x-amz-json-1.0", "application/x-amz-json-1.1", "application/json", "text/plain", None]
    for method, target, kind in itertools.product(["POST", "PUT"], TARGETS, kinds):
        headers = {"X-Amz-Target": target} | ({"Content-Type": kind} if kind else {})
        refused(*closed.http(method, "/", body=b"{}", headers=headers)[::2])


def test_no_header_stands_in_for_a_signature(closed):
    body, form = b"Action=ListUsers&Version=2010-05-08", {"Content-Type": "application/x-www-form-urlencoded"}
    for header, value in itertools.product(HEADERS, ("root", "123456789012", "/_sallyport/reset")):
        refused(*closed.http("POST", "/", body=body, headers=form | {header: value})[::2])


def test_no_other_scheme_is_a_signature(closed):
    body = b"Action=GetCallerIdentity&Version=2011-06-15"
    scope = "Credential=AKID/20260101/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=0"
    for scheme, rest in itertools.product(SCHEMES, ("AKID:c2lnbmF0dXJl", scope)):
        headers = {
            "Content-Type": "application/x-www-form-urlencoded", "Authorization": f"{scheme} {rest}",
            "X-Amz-Date": "20260101T000000Z",
        }
        refused(*closed.http("POST", "/", body=body, headers=headers)[::2])


def test_the_one_way_in_is_open(account):
    """What the tests above would pass without."""
    assert Plain(account.server, account.root, "sts").send("GetCallerIdentity").status == 200
