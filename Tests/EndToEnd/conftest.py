import pytest

from harness import Server


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A server that the tests of one worker share; each of them has an account of its own in it."""
    server = Server(tmp_path_factory.mktemp("shared") / "data", "--developer-api").start()
    yield server
    server.stop()


@pytest.fixture
def account(server):
    return server.account()


@pytest.fixture
def iam(account):
    """IAM as the root user of a fresh account."""
    return account.iam


@pytest.fixture
def sts(account):
    return account.sts


@pytest.fixture
def own_server(tmp_path):
    """Makes servers of the test's own; all are ended after it."""
    servers = []

    def make(*options, data=tmp_path / "data", **settings):
        servers.append(Server(data, *options, **settings).start())
        return servers[-1]

    yield make
    for server in servers:
        server.kill()
