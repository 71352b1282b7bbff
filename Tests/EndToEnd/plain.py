"""Signed calls over one connection, without an SDK's comfort: quick enough for thousands of them."""

import http.client
import re
import urllib.parse

import botocore.auth
import botocore.awsrequest
import botocore.credentials

from harness import REGION

VERSIONS = {"iam": "2010-05-08", "sts": "2011-06-15"}
FORM = "application/x-www-form-urlencoded; charset=utf-8"


class Plain:
    """Calls of one principal to one server."""

    def __init__(self, server, credentials, service="iam"):
        self.url, self.service = server.endpoint, service
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        keys = botocore.credentials.Credentials(credentials.key, credentials.secret, credentials.token)
        self.auth = botocore.auth.SigV4Auth(keys, service, REGION)

    def sign(self, action, headers=None, **parameters):
        """The body of a signed POST, and its headers."""
        form = {"Action": action, "Version": VERSIONS[self.service], **parameters}
        body = urllib.parse.urlencode(form).encode()
        given = {"Content-Type": FORM} | (headers or {})
        request = botocore.awsrequest.AWSRequest("POST", self.url + "/", headers=given, data=body)
        self.auth.add_auth(request)
        return body, dict(request.headers.items())

    def send(self, action, headers=None, **parameters):
        """Whatever comes of a call."""
        self.connection.request("POST", "/", *self.sign(action, headers, **parameters))
        answer = self.connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read().decode())

    def call(self, action, headers=None, **parameters):
        """The answer to a call that must be allowed."""
        answer = self.send(action, headers, **parameters)
        assert answer.status == 200, (action, answer)
        return answer

    def close(self):
        self.connection.close()


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def text(self, element):
        """What is in the first element of that name."""
        found = re.search(f"<{element}>([^<]*)</{element}>", self.body)
        assert found, (element, self)
        return found[1]

    @property
    def code(self):
        """The error's code; none where all went well."""
        return None if self.status == 200 else self.text("Code")

    def __repr__(self):
        return f"{self.status} {self.body[:1000]}"
