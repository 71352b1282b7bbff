"""Runs of wrk."""

import json
import pathlib
import subprocess

from figures.programs import cpu_seconds, environment

SCRIPTS = pathlib.Path(__file__).resolve().parent.parent / "wrk"


def run(script, port, connections, seconds, process, **variables):
    """One run; answers requests a second, latencies in ms, the server's CPU microseconds a request, refusals."""
    before = cpu_seconds(process)
    result = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", str(SCRIPTS / script),
         f"http://127.0.0.1:{port}/"],
        env=environment(FIGURES=str(SCRIPTS / "figures.lua"), **variables), capture_output=True, text=True, check=False,
    )
    line = next((line for line in result.stdout.splitlines() if line.startswith("figures ")), None)
    if result.returncode != 0 or line is None:
        raise RuntimeError(f"wrk: {result.stdout}{result.stderr}")
    found = json.loads(line.removeprefix("figures "))
    answered = max(found["requests"], 1)
    return {
        "rate": found["requests"] * 1e6 / found["microseconds"], "p50": found["p50"] / 1000, "p99": found["p99"] / 1000,
        "cpu": (cpu_seconds(process) - before) * 1e6 / answered, "bad": found["refused"] + found["failed"],
        "answered": found["requests"],
    }
