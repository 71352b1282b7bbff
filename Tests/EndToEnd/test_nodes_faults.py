"""Nodes and their database are killed while clients write; what these were told must have been possible."""

import os
import threading
import time

import pytest

from fault_nodes import KilledNodes
from harness import POSTGRESQL
from judging import clients, seeded, wait_for_answer
from killable import Database, started
from recording import BOUND_SECONDS

ROUNDS = int(os.environ.get("SALLYPORT_FAULT_ROUNDS", "1"))
OUTAGE_SECONDS_MAX = 2
NODE_KILLS_A_ROUND = 3
DATABASE_KILLS_A_ROUND = 2
PEACE_SECONDS = 2.5

pytestmark = pytest.mark.only(POSTGRESQL)


@pytest.fixture
def database():
    with started(Database) as database:
        yield database


@pytest.fixture
def some_nodes(database, tmp_path):
    made = []

    def make(count):
        made.append(KilledNodes(tmp_path, database))
        return made[-1].start(count, "--outage-max", str(OUTAGE_SECONDS_MAX))

    yield make
    for nodes in made:
        nodes.kill()


def sleep(seconds):
    threading.Event().wait(seconds)


def test_nodes_are_killed(some_nodes):
    rng, nodes = seeded(), some_nodes(3)
    for _ in range(ROUNDS):
        with clients(nodes, rng) as account:
            for _ in range(NODE_KILLS_A_ROUND):
                sleep(rng.uniform(0.1, 0.8))
                killed = rng.sample(nodes.living, rng.choice((1, 1, 2, 3)))
                for number in killed:
                    nodes.kill_one(number)
                sleep(rng.uniform(0, 0.5))
                for number in killed:
                    nodes.servers[number].start()
                wait_for_answer(account, time.monotonic())


def test_the_database_is_killed(some_nodes, database):
    rng, nodes = seeded(), some_nodes(2)
    for _ in range(ROUNDS):
        with clients(nodes, rng, behind=OUTAGE_SECONDS_MAX + BOUND_SECONDS) as account:
            for _ in range(DATABASE_KILLS_A_ROUND):
                sleep(rng.uniform(0.1, 0.8))
                database.kill()
                sleep(rng.choice((0, 0.3, OUTAGE_SECONDS_MAX + 0.5)))
                database.start()
                wait_for_answer(account, time.monotonic())


def test_two_nodes_write_the_same_account(some_nodes):
    rng, nodes = seeded(), some_nodes(2)
    for _ in range(ROUNDS):
        with clients(nodes, rng) as account:
            sleep(PEACE_SECONDS)
        assert account.unknown_writes == 0
