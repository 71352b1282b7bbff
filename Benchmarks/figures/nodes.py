"""Writes and reads on SQLite, and on PostgreSQL with one node and with several."""

import contextlib
import itertools
import pathlib
import statistics
import tempfile
import time

from figures import postgresql, programs, throughput, wrk, writes
from figures.aws import Client, governed_user
from figures.report import Figure, Section

CLIENTS = 24  # the same number for each of one, two and three nodes
NODES = (1, 2, 3)
SEEN_SECONDS_MAX = 10
WRITES = {
    "TagUser, one account": writes.tag_users, f"CreateUser, {writes.ACCOUNTS} accounts": writes.create_users,
}
READS = "GetUser"


def measure(options, policies):
    runs, lost = {}, []
    with postgresql.running() as server, tempfile.TemporaryDirectory() as folder:
        requests = pathlib.Path(folder, "requests")
        stores = {"SQLite": lambda: sqlite(options)}
        for count in NODES:
            name = f"PostgreSQL, {count} node{'s' if count > 1 else ''}"
            stores[name] = lambda count=count: on_postgresql(options, server, count)
        for _ in range(options.rounds):
            for store, start in stores.items():
                with start() as nodes:
                    runs.setdefault((READS, store), []).append(read(nodes, requests, policies, options))
                for kind, prepare in WRITES.items():
                    with start() as nodes:
                        run, missing = write(nodes, requests, prepare, options)
                    runs.setdefault((kind, store), []).append(run)
                    lost.append(missing)
        version = postgresql.version(server)
    return section(runs, lost, version, options)


@contextlib.contextmanager
def sqlite(options):
    with programs.sallyport(options.program) as started:
        yield [started]


@contextlib.contextmanager
def on_postgresql(options, server, count):
    with postgresql.database(server) as url, programs.nodes(options.program, count, url) as started:
        yield started


def read(nodes, requests, policies, options):
    port = nodes[0][1]
    alice = governed_user(Client(port, programs.KEY, programs.SECRET), policies)
    # One request for all nodes: a signature holds for the host that it names, not for who answers.
    request = throughput.get_user(port, *alice)
    requests.write_bytes(request)
    for _, each in nodes:
        wait_until(lambda: Client(each, *alice).send(request)[0] == 200)
    return wrk.run_on(nodes, "repeat.lua", CLIENTS, options.seconds, REQUEST=str(requests))


def write(nodes, requests, prepare, options):
    """A run, and how many answered writes are not there afterwards."""
    made, count = prepare(nodes[0][1])
    writes.write(requests, made)
    for _, each in nodes:
        # The last request needs what was made last; it succeeds at the first node and is a repetition at the others.
        probe = Client(each, programs.KEY, programs.SECRET)
        wait_until(lambda: probe.send(made[-1])[0] in (200, 409))
    run = wrk.run_on(nodes, "replay.lua", CLIENTS, options.seconds, REQUESTS=str(requests))
    if not count:
        return run, 0
    # The probe's user too; wrk does not count what was answered while it stopped.
    expected = run["answered"] + 1
    with contextlib.suppress(TimeoutError):
        wait_until(lambda: count() >= expected)
    return run, max(expected - count(), 0)


def wait_until(holds):
    deadline = time.monotonic() + SEEN_SECONDS_MAX
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError("a node does not see what another one wrote")
        time.sleep(0.01)


def section(runs, lost, version, options):
    figures = []
    for (name, store), each in sorted(runs.items(), key=lambda run: [READS, *WRITES].index(run[0][0])):
        rate, p50, p99, cpu = (statistics.median(run[what] for run in each) for what in ("rate", "p50", "p99", "cpu"))
        figures.append(Figure(
            f"{name}; {store}", f"{rate:,.0f} a second; p50 {p50:.2f} ms, p99 {p99:.2f} ms; {cpu:.0f} µs of CPU"))
    everything = list(itertools.chain.from_iterable(runs.values()))
    bad, answered = sum(run["bad"] for run in everything), sum(run["answered"] for run in everything)
    figures.append(Figure("answers that were not 200", f"{bad:,} of {answered:,}", "0", bad == 0))
    figures.append(Figure("answered users that are not there", str(sum(lost)), "0", not any(lost)))
    return Section(f"Nodes on PostgreSQL, {CLIENTS} clients", figures, [
        f"Medians of {options.rounds} interleaved rounds of {options.seconds} s on fresh stores; PostgreSQL {version}, the "
        "nodes and wrk, with a thread for each node, share the same cores: this says what sharing an account costs, not "
        "what more machines bring."])
