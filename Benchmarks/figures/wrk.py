"""Runs of wrk."""

import json
import pathlib
import subprocess

from figures.programs import cpu_seconds, environment

SCRIPTS = pathlib.Path(__file__).resolve().parent.parent / "wrk"


def run(script, port, connections, seconds, process, **variables):
    """One run; answers requests a second, latencies in ms, the server's CPU microseconds a request, refusals."""
    return run_on([(process, port)], script, connections, seconds, **variables)


def run_on(servers, script, connections, seconds, **variables):
    """The same with several servers, each a process and its port: a thread and an equal share of the connections each."""
    before = sum(cpu_seconds(process) for process, _ in servers)
    ports = [str(port) for _, port in servers]
    result = subprocess.run(
        ["wrk", f"-t{len(servers)}", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s",
         str(SCRIPTS / script), f"http://127.0.0.1:{ports[0]}/"],
        env=environment(FIGURES=str(SCRIPTS / "figures.lua"), PORTS=",".join(ports), **variables), capture_output=True,
        text=True, check=False,
    )
    line = next((line for line in result.stdout.splitlines() if line.startswith("figures ")), None)
    if result.returncode != 0 or line is None:
        raise RuntimeError(f"wrk: {result.stdout}{result.stderr}")
    found = json.loads(line.removeprefix("figures "))
    answered = max(found["requests"], 1)
    return {
        "rate": found["requests"] * 1e6 / found["microseconds"], "p50": found["p50"] / 1000, "p99": found["p99"] / 1000,
        "cpu": (sum(cpu_seconds(process) for process, _ in servers) - before) * 1e6 / answered,
        "bad": found["refused"] + found["failed"], "answered": found["requests"],
    }
