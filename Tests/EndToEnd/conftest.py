import pytest

import postgresql
from harness import POSTGRESQL, SQLITE, STORE, Server
from nodes import Nodes, until
from plain import Plain

# These start no server: there is nothing in them to run on another store.
WITHOUT_SERVER = {
    "test_conformance", "test_decide", "test_explain", "test_history", "test_model_conformance", "test_validate",
}


def pytest_collection_modifyitems(config, items):
    """Leaves out what is for another store: the files above, and what is marked `pytest.mark.only(SQLITE)`."""
    for item in items:
        if item.path.stem in WITHOUT_SERVER:
            item.add_marker(pytest.mark.only(SQLITE))
    fits = [all(mark.args == (STORE,) for mark in item.iter_markers("only")) for item in items]
    config.hook.pytest_deselected(items=[item for item, fit in zip(items, fits) if not fit])
    items[:] = [item for item, fit in zip(items, fits) if fit]


def pytest_terminal_summary(terminalreporter):
    """Prints what tests have measured (`record_property("figure", …)`), and the store for Scripts/test-totals.sh."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "figure" and report.when == "call":
                terminalreporter.write_line(value)
    terminalreporter.write_line(f"store: {STORE}")


class Stores:
    """The database of each data folder, where the state is not in the folder itself."""

    def __init__(self):
        self.databases = {}

    def url(self, data):
        """None where the folder holds everything."""
        if STORE != POSTGRESQL:
            return None
        if data not in self.databases:
            self.databases[data] = postgresql.Database()
        return self.databases[data].url

    def drop(self):
        for database in self.databases.values():
            database.drop()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A server that the tests of one worker share; each of them has an account of its own in it."""
    data, stores = tmp_path_factory.mktemp("shared") / "data", Stores()
    server = Server(data, "--developer-api", store=stores.url(data)).start()
    yield server
    server.stop()
    stores.drop()


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
    """Makes servers of the test's own; all are ended after it. Those of one data folder have the same state."""
    servers, stores = [], Stores()

    def make(*options, data=tmp_path / "data", **settings):
        servers.append(Server(data, *options, **({"store": stores.url(data)} | settings)).start())
        return servers[-1]

    yield make
    for server in servers:
        server.kill()
    stores.drop()


# Several nodes on one database


@pytest.fixture
def own_nodes(tmp_path):
    """Makes nodes of the test's own; all are ended after it."""
    database = postgresql.Database()
    nodes = Nodes(tmp_path, database)
    yield nodes
    nodes.kill()
    database.drop()


@pytest.fixture(scope="session")
def nodes(tmp_path_factory):
    """Two nodes that the tests of one worker share; each of them has an account of its own in them."""
    database = postgresql.Database()
    nodes = Nodes(tmp_path_factory.mktemp("nodes"), database)
    yield [nodes.make("--developer-api").start() for _ in range(2)]
    nodes.kill()
    database.drop()


@pytest.fixture
def first(nodes):
    return nodes[0]


@pytest.fixture
def second(nodes):
    return nodes[1]


@pytest.fixture
def shared_account(first, second):
    """A fresh account that both nodes know; its clients are those of the first."""
    account = first.account()
    until(lambda: Plain(second, account.root, "sts").send("GetCallerIdentity").status == 200)
    return account
