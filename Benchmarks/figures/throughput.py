"""GetUser, signed and authorized, against moto's and against an echo by the same HTTP server; side by side."""

import pathlib
import statistics
import tempfile

from figures import programs, wrk
from figures.aws import Client, Signer, governed_user
from figures.report import Figure, Section

CONNECTIONS = (1, 16, 64)
SERVERS = ("sallyport", "echo", "moto")
MOTO_RATIO_MIN = 30
ECHO_RATIO_MIN = 0.6


def measure(options, policies):
    with (
        programs.sallyport(options.program) as own, programs.running([str(options.echo_server)]) as echo,
        programs.moto(options.moto_server) as moto, tempfile.TemporaryDirectory() as folder,
    ):
        started = dict(zip(SERVERS, (own, echo, moto)))
        requests = {name: pathlib.Path(folder, name) for name in SERVERS}
        alice = {
            "sallyport": governed_user(Client(own[1], programs.KEY, programs.SECRET), policies),
            "moto": governed_user(Client(moto[1], "AKIAIOSFODNN7EXAMPLE", "anything"), policies),
        }
        runs = {}
        for _ in range(options.rounds):
            for connections in CONNECTIONS:
                for name in SERVERS:
                    process, port = started[name]
                    # Signed anew: a signature is good for 15 minutes.
                    requests[name].write_bytes(get_user(port, *alice.get(name, alice["sallyport"])))
                    run = wrk.run(
                        "repeat.lua", port, connections, options.seconds, process, REQUEST=str(requests[name]))
                    runs.setdefault((name, connections), []).append(run)
        check(own[1], alice["sallyport"])
    return section(runs, options)


def get_user(port, key, secret):
    return Signer(key, secret, f"127.0.0.1:{port}").request("GetUser", UserName="alice")


def check(port, alice):
    """What was measured is really authorized: alice sees herself, and not somebody else."""
    client = Client(port, *alice)
    assert client.call("GetUser", UserName="alice").findtext(".//UserName") == "alice"
    signed = Signer(*alice, client.host).request("GetUser", UserName="bob")
    status, body = client.send(signed)
    assert status == 403 and b"AccessDenied" in body, (status, body)
    status, body = client.send(signed.replace(b"UserName=bob", b"UserName=eve"))
    assert status == 403 and b"SignatureDoesNotMatch" in body, (status, body)


def section(runs, options):
    def median(name, connections, what):
        return statistics.median(run[what] for run in runs[name, connections])

    figures = []
    for connections in CONNECTIONS:
        how = "1 connection" if connections == 1 else f"{connections} connections"
        rates = {name: median(name, connections, "rate") for name in SERVERS}
        for name in SERVERS:
            figures.append(Figure(
                f"{name}, {how}",
                f"{rates[name]:,.0f} a second; p50 {median(name, connections, 'p50'):.2f} ms, "
                f"p99 {median(name, connections, 'p99'):.2f} ms; {median(name, connections, 'cpu'):.0f} µs of CPU"))
        to_moto, to_echo = rates["sallyport"] / rates["moto"], rates["sallyport"] / rates["echo"]
        figures.append(Figure(
            f"against moto, {how}", f"{to_moto:.1f} times", f">= {MOTO_RATIO_MIN}",
            to_moto >= MOTO_RATIO_MIN))
        figures.append(Figure(
            f"against echo, {how}", f"{to_echo:.2f}", f">= {ECHO_RATIO_MIN}",
            to_echo >= ECHO_RATIO_MIN))
    bad = sum(run["bad"] for each in runs.values() for run in each)
    answered = sum(run["answered"] for each in runs.values() for run in each)
    figures.append(Figure("answers that were not 200", f"{bad:,} of {answered:,}", "0", bad == 0))
    return Section("GetUser over HTTP", figures, [
        f"Medians of {options.rounds} interleaved rounds of {options.seconds} s; wrk with one thread runs on the same "
        "cores."])
