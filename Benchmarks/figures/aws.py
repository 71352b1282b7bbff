"""Requests of the query protocol, signed as AWS's clients do: small, so that a hundred thousand are made in seconds."""

import datetime
import hashlib
import hmac
import http.client
import re
import urllib.parse
import xml.etree.ElementTree

REGION = "us-east-1"
VERSIONS = {"iam": "2010-05-08", "sts": "2011-06-15"}
TYPE = "application/x-www-form-urlencoded; charset=utf-8"


class Signer:
    """Signs requests of one access key for one service and one server, all with the time of its making."""

    def __init__(self, key, secret, host, service="iam"):
        self.host, self.service = host, service
        self.time = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        self.scope = f"{self.time[:8]}/{REGION}/{service}/aws4_request"
        self.credential = f"{key}/{self.scope}"
        signing = f"AWS4{secret}".encode()
        for part in self.scope.split("/"):
            signing = hmac.digest(signing, part.encode(), "sha256")
        self.signing_key = signing

    def request(self, action, **parameters):
        """The bytes of a signed POST."""
        form = {"Action": action, "Version": VERSIONS[self.service], **parameters}
        body = urllib.parse.urlencode(form, quote_via=urllib.parse.quote, safe="-_.~").encode()
        signed = "content-type;host;x-amz-date"
        canonical = (
            f"POST\n/\n\ncontent-type:{TYPE}\nhost:{self.host}\nx-amz-date:{self.time}\n\n{signed}\n"
            f"{hashlib.sha256(body).hexdigest()}"
        )
        text = f"AWS4-HMAC-SHA256\n{self.time}\n{self.scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signature = hmac.digest(self.signing_key, text.encode(), "sha256").hex()
        return (
            f"POST / HTTP/1.1\r\nHost: {self.host}\r\nContent-Type: {TYPE}\r\nX-Amz-Date: {self.time}\r\n"
            f"User-Agent: Boto3/1.44.5 md/Botocore#1.44.5 ua/2.1 os/linux lang/python#3.11\r\nAuthorization: "
            f"AWS4-HMAC-SHA256 Credential={self.credential}, SignedHeaders={signed}, Signature={signature}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode() + body


class Client:
    """Calls operations over one connection that it keeps."""

    def __init__(self, port, key, secret, service="iam"):
        self.key, self.secret, self.service = key, secret, service
        self.host = f"127.0.0.1:{port}"
        self.connection = http.client.HTTPConnection(self.host, timeout=60)

    def call(self, action, **parameters):
        """The answer's XML, without namespaces; fails where the server refuses."""
        status, body = self.send(Signer(self.key, self.secret, self.host, self.service).request(action, **parameters))
        if status != 200:
            raise RuntimeError(f"{action} at {self.host}: {status} {body[:500]!r}")
        return xml.etree.ElementTree.fromstring(re.sub(rb' xmlns="[^"]*"', b"", body))

    def send(self, request):
        """Sends the bytes of a request; answers status and body."""
        head, _, body = request.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        method, path, _ = lines[0].split(" ")
        self.connection.request(method, path, body=body, headers=dict(line.split(": ", 1) for line in lines[1:]))
        answer = self.connection.getresponse()
        return answer.status, answer.read()


def governed_user(client, policies):
    """Makes the user `alice` with 3 groups and 10 policies, and answers her access key and its secret.

    Four policies are attached to her and two to each of her groups; the last one lets her see herself.
    """
    client.call("CreateUser", UserName="alice", **tags(team="platform", project="lighthouse"))
    arns = []
    for name, document in policies:
        made = client.call("CreatePolicy", PolicyName=name, PolicyDocument=document)
        arns.append(made.findtext(".//Arn"))
    for arn in arns[:4]:
        client.call("AttachUserPolicy", UserName="alice", PolicyArn=arn)
    for number, group in enumerate(("developers", "operators", "everybody")):
        client.call("CreateGroup", GroupName=group)
        client.call("AddUserToGroup", GroupName=group, UserName="alice")
        for arn in arns[4 + 2 * number : 6 + 2 * number]:
            client.call("AttachGroupPolicy", GroupName=group, PolicyArn=arn)
    made = client.call("CreateAccessKey", UserName="alice")
    return made.findtext(".//AccessKeyId"), made.findtext(".//SecretAccessKey")


def tags(**values):
    return {
        f"Tags.member.{number}.{part}": text
        for number, pair in enumerate(values.items(), 1)
        for part, text in zip(("Key", "Value"), pair)
    }
