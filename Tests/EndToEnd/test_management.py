"""The address for operators: health, readiness and metrics; and balancers that are believed."""

import contextlib
import http.client
import re

import pytest

from harness import BOOTSTRAP, allow, policy, refused, run_program


@pytest.fixture
def managed(own_server):
    server = own_server("--management", "127.0.0.1:0")
    port = int(server.wait_for_print(r"management on http://127\.0\.0\.1:(\d+)\s")[1])

    def get(path, method="GET"):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        with contextlib.closing(connection):
            connection.request(method, path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    return server, get


def test_a_running_server_is_healthy_and_ready(managed):
    _, get = managed
    assert get("/health") == (200, "alive\n")
    assert get("/ready") == (200, "ready\n")
    assert get("/ready/writes") == (200, "ready\n")
    assert get("/")[0] == 404
    assert get("/health", method="POST")[0] == 405


def test_metrics_count_requests_by_how_they_ended(managed):
    server, get = managed
    iam = server.client("iam")
    for _ in range(3):
        iam.list_users()
    with refused("NoSuchEntity"):
        iam.get_user(UserName="nobody")
    status, _, _ = server.http("POST", "/", "Action=ListUsers&Version=2010-05-08",
                               {"content-type": "application/x-www-form-urlencoded"})
    assert status == 403
    text = get("/metrics")[1]
    samples = dict(re.findall(r"^(\S+) (\S+)$", text, re.MULTILINE))
    assert samples['sallyport_requests_total{service="iam",outcome="allowed"}'] == "3"
    assert samples['sallyport_requests_total{service="iam",outcome="refused"}'] == "1"
    assert samples['sallyport_requests_total{service="iam",outcome="denied"}'] == "1"
    assert samples["sallyport_request_seconds_count"] == "5"
    assert samples['sallyport_request_seconds_bucket{le="+Inf"}'] == "5"
    assert samples["sallyport_store_reachable"] == "1"
    families = re.findall(r"^# TYPE (\S+) (counter|gauge|histogram)$", text, re.MULTILINE)
    assert len(families) == text.count("# HELP ") >= 5
    assert BOOTSTRAP.key not in text


def test_the_address_for_operators_serves_nothing_else(managed):
    server, get = managed
    assert get("/?Action=ListUsers&Version=2010-05-08")[0] == 404
    assert server.http("GET", "/metrics")[0] != 200


def listing_from_home(server, header):
    """ListUsers of somebody who may do so from 192.0.2.7 only, sent with the header X-Forwarded-For."""
    iam = server.client("iam")
    iam.create_user(UserName="ann")
    iam.put_user_policy(UserName="ann", PolicyName="home", PolicyDocument=policy(
        allow("iam:ListUsers", Condition={"IpAddress": {"aws:SourceIp": "192.0.2.7"}})))
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    client = server.client("iam", type(BOOTSTRAP).of(key))

    def forward(request, **_):
        request.headers["X-Forwarded-For"] = header

    client.meta.events.register("before-send", forward)
    return client.list_users


def test_a_trusted_proxy_says_whom_a_request_comes_from(own_server):
    server = own_server("--trusted-proxy", "127.0.0.0/8")
    list_users = listing_from_home(server, "198.51.100.1, 192.0.2.7")
    assert list_users()["Users"]


def test_nobody_else_is_believed(own_server):
    server = own_server("--trusted-proxy", "10.0.0.0/8")
    list_users = listing_from_home(server, "192.0.2.7")
    with refused("AccessDenied"):
        list_users()


def test_what_is_no_proxy_is_refused_at_the_start(tmp_path):
    ended = run_program("serve", "--data", tmp_path / "data", "--trusted-proxy", "example.com")
    assert ended.returncode != 0
    assert "example.com" in ended.stderr and len(ended.stderr.strip().splitlines()) == 1


def test_a_management_address_that_is_taken_is_said(own_server, tmp_path):
    server = own_server()
    ended = run_program("serve", "--data", tmp_path / "other", "--listen", "127.0.0.1:0", "--management",
                        f"127.0.0.1:{server.port}")
    assert ended.returncode != 0
    assert f"127.0.0.1:{server.port}" in ended.stderr
