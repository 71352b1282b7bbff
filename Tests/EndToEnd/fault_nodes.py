"""Several nodes on one database, and signed calls to them that end in one of three ways."""

import concurrent.futures
import dataclasses
import http.client
import json
import time
import urllib.parse
import xml.etree.ElementTree

import botocore.auth
import botocore.awsrequest
import botocore.credentials

from harness import REGION, Credentials, Server
from history import Outcome
from nodes import Nodes

CALL_SECONDS_MAX = 90
SEEN_SECONDS_MAX = 10
REVISION = "x-sallyport-revision"
IAM_VERSION = "2010-05-08"


class KilledNodes(Nodes):
    """Nodes of which some may be dead."""

    def start(self, count, *options):
        for _ in range(count):
            self.make("--developer-api", *options)
        with concurrent.futures.ThreadPoolExecutor(count) as pool:
            list(pool.map(Server.start, self.servers))
        return self

    @property
    def living(self):
        return [number for number, server in enumerate(self.servers) if server.is_running and server.endpoint]

    def kill_one(self, number):
        server = self.servers[number]
        # So that nobody is sent to a port that another process may have by then.
        server.endpoint = None
        server.kill()

    def account(self):
        """Root credentials of a fresh account that every node knows, and its number."""
        status, _, body = self.servers[0].http("POST", "/_sallyport/accounts")
        assert status in (200, 201), (status, body)
        answer = json.loads(body)
        root = Credentials(answer["accessKeyId"], answer["secretAccessKey"])
        deadline = time.monotonic() + SEEN_SECONDS_MAX
        for number in self.living:
            while call(self.servers[number].endpoint, root, "GetAccountSummary").outcome is not Outcome.ANSWERED:
                assert time.monotonic() < deadline, f"node {number} does not know a new account"
                time.sleep(0.02)
        return answer["accountId"], root


@dataclasses.dataclass
class Answer:
    begin: float
    end: float
    status: int | None = None  # None where no answer came
    body: xml.etree.ElementTree.Element | None = None
    revision: str | None = None
    was_sent: bool = True

    @property
    def outcome(self):
        if self.status is None or self.status >= 500:
            return Outcome.UNKNOWN
        return Outcome.ANSWERED if self.status < 300 else Outcome.REFUSED

    @property
    def code(self):
        return self.text("Code") if self.outcome is Outcome.REFUSED else None

    def text(self, name, within=None):
        """The text of the first element of that name; None where there is none."""
        element = next(self.each(name, within), None)
        return None if element is None else element.text

    def each(self, name, within=None):
        root = self.body if within is None else within
        return (element for element in root.iter() if element.tag.rpartition("}")[2] == name)

    def members(self, name, within=None):
        """The members of the first list of that name."""
        found = next(self.each(name, within), None)
        return [] if found is None else list(found)


def call(endpoint, credentials, action, parameters=None, revision=None):
    """One signed call of IAM."""
    body = urllib.parse.urlencode({"Action": action, "Version": IAM_VERSION} | (parameters or {})).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    if revision:
        headers[REVISION] = revision
    request = botocore.awsrequest.AWSRequest("POST", endpoint + "/", headers=headers, data=body)
    keys = botocore.credentials.Credentials(credentials.key, credentials.secret, credentials.token)
    botocore.auth.SigV4Auth(keys, "iam", REGION).add_auth(request)
    connection = http.client.HTTPConnection(endpoint.rpartition("/")[2], timeout=CALL_SECONDS_MAX)
    begin = time.monotonic()
    try:
        connection.connect()
    except OSError:
        return Answer(begin, time.monotonic(), was_sent=False)
    try:
        connection.request("POST", "/", body, dict(request.headers.items()))
        answer = connection.getresponse()
        content = answer.read()
        end = time.monotonic()
        root = None if answer.status >= 500 else xml.etree.ElementTree.fromstring(content)
        return Answer(begin, end, answer.status, root, answer.getheader(REVISION))
    except (OSError, http.client.HTTPException):
        return Answer(begin, time.monotonic())
    finally:
        connection.close()


def tag_of(answer, within=None):
    """The value of the tag that these tests give."""
    tags = {answer.text("Key", tag): answer.text("Value", tag) for tag in answer.members("Tags", within)}
    return tags.get("n")
