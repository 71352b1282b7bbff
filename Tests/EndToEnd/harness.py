"""Starts and stops the program under test and makes clients of it."""

import contextlib
import dataclasses
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time
import uuid

import boto3
import botocore.config
import botocore.exceptions
import botocore.loaders
import botocore.session

import conformance

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = os.environ.get("SALLYPORT_BIN", str(ROOT / ".build" / "debug" / "sallyport"))
START_SECONDS_MAX = 30
STOP_SECONDS_MAX = 20
BOOTSTRAP_ACCOUNT = "123456789012"
BOOTSTRAP_KEY = "AKIAIOSFODNN7EXAMPLE"
BOOTSTRAP_SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
REGION = "us-east-1"
SQLITE, POSTGRESQL = "sqlite", "postgresql"
# What the servers keep their state in; see `pytest.mark.only` in conftest.py.
STORE = os.environ.get("SALLYPORT_TEST_STORE", SQLITE)

_loader = botocore.loaders.Loader()


@dataclasses.dataclass(frozen=True)
class Credentials:
    key: str
    secret: str
    token: str | None = None

    @staticmethod
    def of(answer):
        """From what CreateAccessKey or an STS operation answered."""
        return Credentials(answer["AccessKeyId"], answer["SecretAccessKey"], answer.get("SessionToken"))


BOOTSTRAP = Credentials(BOOTSTRAP_KEY, BOOTSTRAP_SECRET)


# The program


def environment(**extra):
    """An environment without anything that could change what the program or a client does."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "BOTO", "SALLYPORT_"))
    }
    isolated = {
        "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_DEFAULT_REGION": REGION, "AWS_PAGER": "", "AWS_MAX_ATTEMPTS": "1", "NO_PROXY": "127.0.0.1",
    }
    return kept | isolated | extra


def run_program(*arguments, timeout=START_SECONDS_MAX, **extra):
    """Runs a command that ends by itself."""
    return subprocess.run(
        [PROGRAM, *map(str, arguments)], env=environment(**extra), capture_output=True, text=True, timeout=timeout,
        stdin=subprocess.DEVNULL, check=False,
    )


class Server:
    """One running `sallyport serve` on a port of its own."""

    def __init__(self, data, *options, bootstrap=True, store=None, **variables):
        """
        - data: its folder.
        - store: the URL of its database; none for SQLite in the folder.
        - variables: of its environment.
        """
        self.data = pathlib.Path(data)
        self.options = list(options)
        self.store = store
        self.variables = variables | ({"SALLYPORT_STORE": store} if store else {})
        if bootstrap:
            self.options += [
                "--bootstrap-account", BOOTSTRAP_ACCOUNT, "--bootstrap-access-key-id", BOOTSTRAP_KEY,
                "--bootstrap-secret-access-key", BOOTSTRAP_SECRET,
            ]
        self.process = None
        self.endpoint = None

    def start(self):
        self.launch()
        return self.wait_until_it_listens()

    def launch(self):
        """Starts the program without waiting for it."""
        self.data.parent.mkdir(parents=True, exist_ok=True)
        with open(self._log("stdout"), "wb") as output, open(self._log("stderr"), "ab") as errors:
            self.process = subprocess.Popen(
                [PROGRAM, "serve", "--data", str(self.data), "--listen", "127.0.0.1:0", *self.options],
                env=environment(**self.variables), stdin=subprocess.DEVNULL, stdout=output, stderr=errors,
            )

    def wait_until_it_listens(self):
        self.endpoint = self.wait_for_print(r"listening on (http://127\.0\.0\.1:\d+)\s")[1]
        return self

    def wait_for_print(self, pattern):
        """The first match of the pattern in what the server has printed since its start."""
        deadline = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < deadline:
            ended = self.process.poll() is not None
            found = re.search(pattern, self.printed())
            if found:
                return found
            if ended:
                break
            time.sleep(0.01)
        self.kill()
        raise AssertionError(f"no {pattern!r} from the server: {self.printed()!r} {self.errors()[-2000:]!r}")

    def _log(self, stream):
        return self.data.parent / f"{self.data.name}.{stream}"

    def printed(self):
        """What the server wrote to its standard output since its last start."""
        return self._log("stdout").read_text(errors="replace")

    def errors(self):
        """What the server wrote to its standard error so far."""
        return self._log("stderr").read_text(errors="replace")

    @property
    def port(self):
        return int(self.endpoint.rpartition(":")[2])

    @property
    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def stop(self):
        """Ends the server as Ctrl-C does; it must end by itself and say that all went well."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            status = self.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError("the server did not stop at SIGINT") from None
        self.process = None
        assert status == 0, f"the server ended with {status}: {self.errors()[-2000:]}"

    def kill(self):
        """Ends the server as a crash does."""
        if self.process is None:
            return
        self.process.kill()
        self.process.wait(STOP_SECONDS_MAX)
        self.process = None

    def restart(self):
        self.stop()
        return self.start()

    # Clients

    def client(self, service, credentials=BOOTSTRAP, region=REGION, **config):
        """A boto3 client whose every answer is held against the API model."""
        session = botocore.session.Session()
        session.register_component("data_loader", _loader)
        settings = {"retries": {"total_max_attempts": 1}, "connect_timeout": 5, "read_timeout": 60} | config
        client = boto3.Session(botocore_session=session).client(
            service, endpoint_url=self.endpoint, region_name=region, aws_access_key_id=credentials.key,
            aws_secret_access_key=credentials.secret, aws_session_token=credentials.token,
            config=botocore.config.Config(**settings),
        )
        conformance.watch(client)
        return client

    def http(self, method, path, body=None, headers=None):
        """One plain HTTP exchange: status, headers and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            connection.request(method, path, body=body, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()

    def account(self):
        """A fresh account, made by the developer API."""
        status, _, body = self.http("POST", "/_sallyport/accounts")
        assert status in (200, 201), (status, body)
        answer = json.loads(body)
        return Account(self, answer["accountId"], Credentials(answer["accessKeyId"], answer["secretAccessKey"]))

    def cli(self, credentials, *arguments):
        """Runs the AWS CLI as somebody; answers what it printed, as JSON where it is JSON."""
        result = self.try_cli(credentials, *arguments)
        assert result.returncode == 0, f"aws {' '.join(arguments)}: {result.stderr}"
        return json.loads(result.stdout) if result.stdout.strip() else None

    def try_cli(self, credentials, *arguments):
        """Runs the AWS CLI and lets it fail; without credentials it is told not to sign."""
        variables = {"AWS_ENDPOINT_URL": self.endpoint}
        if credentials is None:
            arguments = (*arguments, "--no-sign-request")
        else:
            variables |= {"AWS_ACCESS_KEY_ID": credentials.key, "AWS_SECRET_ACCESS_KEY": credentials.secret}
            if credentials.token:
                variables["AWS_SESSION_TOKEN"] = credentials.token
        return subprocess.run(
            [aws_cli(), *arguments, "--output", "json"], env=environment(**variables), capture_output=True, text=True,
            timeout=60, stdin=subprocess.DEVNULL, check=False,
        )


def aws_cli():
    beside = pathlib.Path(sys.executable).parent / "aws"
    found = str(beside) if beside.exists() else shutil.which("aws")
    assert found, "the AWS CLI is not installed; run `make setup-tests`"
    return found


# Accounts and who acts in them


class Account:
    """An account of its own for one test, with clients for its root user."""

    def __init__(self, server, account_id, root):
        self.server, self.id, self.root = server, account_id, root
        self.iam = server.client("iam", root)
        self.sts = server.client("sts", root)

    def client(self, service, credentials, **config):
        return self.server.client(service, credentials, **config)

    def arn(self, resource):
        return f"arn:aws:iam::{self.id}:{resource}"

    def user(self, name=None, *statements, **parameters):
        """Makes a user with an access key and, where statements are given, an inline policy of them."""
        name = name or unique("user")
        self.iam.create_user(UserName=name, **parameters)
        if statements:
            self.iam.put_user_policy(UserName=name, PolicyName="given", PolicyDocument=policy(*statements))
        key = self.iam.create_access_key(UserName=name)["AccessKey"]
        return User(name, Credentials.of(key))

    def role(self, trust, *statements, name=None, **parameters):
        """Makes a role that the principal may assume; answers its ARN."""
        name = name or unique("role")
        document = trust if isinstance(trust, str) else trust_policy(trust)
        role = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=document, **parameters)["Role"]
        if statements:
            self.iam.put_role_policy(RoleName=name, PolicyName="given", PolicyDocument=policy(*statements))
        return role["Arn"]


@dataclasses.dataclass(frozen=True)
class User:
    name: str
    credentials: Credentials


def unique(prefix):
    return f"{prefix}-{uuid.uuid4().hex[:10]}"


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action, resource="*", **more):
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def trust_policy(principal, action="sts:AssumeRole", **more):
    return policy({"Effect": "Allow", "Principal": principal, "Action": action, **more})


# Errors


@contextlib.contextmanager
def refused(code, message=None, status=None):
    """Expects the call inside to be refused with that code; `message` is a regular expression for all of the words."""
    try:
        yield
    except botocore.exceptions.ClientError as error:
        found = error.response["Error"]
        assert found["Code"] == code, f"{found['Code']}: {found['Message']}"
        if message is not None:
            assert re.fullmatch(message, found["Message"]), found["Message"]
        if status is not None:
            assert error.response["ResponseMetadata"]["HTTPStatusCode"] == status
    else:
        raise AssertionError(f"not refused with {code}")


def denial(who, action, resource, why=None):
    """AWS's words for a request that no policy allows, as a regular expression."""
    why = why or f"because no identity-based policy allows the {action} action"
    return re.escape(f"User: {who} is not authorized to perform: {action} on resource: {resource} {why}")


EXPLICIT_DENY = "with an explicit deny in an identity-based policy"
