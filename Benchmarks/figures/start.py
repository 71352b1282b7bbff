"""Start, memory, and fresh accounts."""

import http.client
import statistics
import subprocess
import time

from figures import programs
from figures.aws import Client, Signer
from figures.report import Figure, Section

STARTS = 10
FIRST_ANSWER_SECONDS_MAX = 0.3
RESIDENT_MEGABYTES_MAX = 80
IDLE_SECONDS = 3
FRESH_ACCOUNTS = 300
ACCOUNT_MILLISECONDS_MAX = 10


def measure(options):
    times = [first_answer(options.program) for _ in range(STARTS)]
    with programs.sallyport(options.program) as (process, port):
        time.sleep(IDLE_SECONDS)
        idle = programs.resident_megabytes(process)
        accounts = fresh_accounts(port)
        after = programs.resident_megabytes(process)
    first, slowest = statistics.median(times), max(times)
    account, ninetieth = statistics.median(accounts), sorted(accounts)[int(len(accounts) * 0.9)]
    return Section("Start and test suites", [
        Figure(
            "start to first answer, empty folder", f"{first * 1000:.0f} ms (slowest {slowest * 1000:.0f})",
            f"< {FIRST_ANSWER_SECONDS_MAX * 1000:.0f} ms", first < FIRST_ANSWER_SECONDS_MAX),
        Figure(
            "resident memory, idle", f"{idle:.1f} MB", f"< {RESIDENT_MEGABYTES_MAX} MB", idle < RESIDENT_MEGABYTES_MAX),
        Figure(f"resident memory after {FRESH_ACCOUNTS} accounts", f"{after:.1f} MB"),
        Figure(
            "a fresh account", f"{account:.2f} ms (p90 {ninetieth:.2f})", f"< {ACCOUNT_MILLISECONDS_MAX} ms",
            account < ACCOUNT_MILLISECONDS_MAX),
    ], [
        f"Medians of {STARTS} starts, the first answer being one to a signed GetCallerIdentity, and of "
        f"{FRESH_ACCOUNTS} accounts."
    ])


def first_answer(program):
    """Seconds from the start of the process to its answer to a signed request."""
    port = programs.free_port()
    request = Signer(programs.KEY, programs.SECRET, f"127.0.0.1:{port}", "sts").request("GetCallerIdentity")
    with programs.empty_folder() as folder:
        begin = time.perf_counter()
        process = subprocess.Popen(
            programs.serve_arguments(program, folder / "data", port), env=programs.environment(),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while True:
                try:
                    status, body = Client(port, programs.KEY, programs.SECRET, "sts").send(request)
                    taken = time.perf_counter() - begin
                    break
                except (ConnectionError, http.client.HTTPException):
                    if process.poll() is not None or time.perf_counter() - begin > programs.START_SECONDS_MAX:
                        raise
                    time.sleep(0.001)
        finally:
            process.terminate()
            process.wait(timeout=30)
    assert status == 200 and programs.ACCOUNT.encode() in body, (status, body)
    return taken


def fresh_accounts(port):
    """The milliseconds that each of many accounts takes, one after the other over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    times = []
    for _ in range(FRESH_ACCOUNTS):
        begin = time.perf_counter()
        connection.request("POST", "/_sallyport/accounts")
        answer = connection.getresponse()
        body = answer.read()
        times.append((time.perf_counter() - begin) * 1000)
        assert answer.status == 200, (answer.status, body)
    return times
