"""The policy engine by itself."""

import json
import pathlib
import subprocess

from figures.report import Figure, Section

DECISION_MICROSECONDS_MAX = 2


def measure(options):
    policies = pathlib.Path(__file__).resolve().parent.parent / "policies"
    result = subprocess.run([str(options.engine_bench), str(policies)], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise RuntimeError(f"engine-bench: {result.stderr}")
    found = json.loads(result.stdout)
    figures = []
    for name, time in sorted(found.items()):
        if name.startswith("decide "):
            figures.append(Figure(
                f"a decision, {name.removeprefix('decide ')}", f"{time / 1000:.3f} µs",
                f"< {DECISION_MICROSECONDS_MAX} µs", time < DECISION_MICROSECONDS_MAX * 1000))
    figures += [
        Figure(f"apart: the context, {found['keys']:.0f} keys", f"{found['context'] / 1000:.3f} µs"),
        Figure("apart: the request around it", f"{found['request'] / 1000:.3f} µs"),
        Figure(
            "a document from text to compiled",
            f"{found['compile'] / 1000:.1f} µs for {found['bytes'] / 10:,.0f} bytes, 5 statements"),
    ]
    return Section("The policy engine", figures, [
        f"One thread, 10 policies with {found['statements']:.0f} statements, {found['conditioned']:.0f} of them with "
        "conditions; a decision has its request and the compiled policies given."])
