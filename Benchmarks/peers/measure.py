"""Times other engines on the workload that `engine-bench --dump` wrote; prints one line of JSON.

Both are given the identity's policies alone, parsed before. Each is asked the same requests in turn for a limited time.
"""

import json
import pathlib
import sys
import time

sys.dont_write_bytecode = True

import cedarpy  # noqa: E402
from moto.iam.access_control import IAMPolicy, PermissionResult  # noqa: E402

import translate  # noqa: E402

SECONDS = 6
DECISIONS_MAX = 2000


def main():
    workload = json.loads(pathlib.Path(sys.argv[1]).read_text())
    print(json.dumps({"cedar": cedar(workload), "moto": moto(workload)}))


def cedar(workload):
    policies = cedarpy.PolicySet.from_str(translate.policies(workload["policies"]))
    entities = cedarpy.Entities.from_json_str("[]")
    requests = [
        {"principal": {"type": "User", "id": question["principal"]},
         "action": {"type": "Action", "id": question["action"]},
         "resource": {"type": "Resource", "id": question["resource"]},
         "context": json.dumps(translate.context(question))}
        for question in workload["questions"]]
    own, errors = [], 0

    def decide(number):
        nonlocal errors
        result = cedarpy.is_authorized(requests[number], policies, entities)
        own.append(result.metrics["authz_duration_micros"])
        errors += len(result.diagnostics.errors)
        return result.allowed

    figures = timed(workload, decide)
    if errors:
        raise RuntimeError(f"cedarpy: {errors} policies could not be evaluated")
    return figures | {"own": quantiles(own)}


def moto(workload):
    policies = [IAMPolicy(text) for text in workload["policies"]]
    questions = workload["questions"]

    def decide(number):
        question = questions[number]
        is_permitted = False
        for policy in policies:
            result = policy.is_action_permitted(question["action"], question["resource"])
            if result == PermissionResult.DENIED:
                return False
            is_permitted = is_permitted or result == PermissionResult.PERMITTED
        return is_permitted

    return timed(workload, decide)


def timed(workload, decide):
    """Microseconds of the decisions, and the share that comes out as here."""
    decide(0)
    times, alike = [], 0
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and len(times) < DECISIONS_MAX:
        number = len(times) % len(workload["questions"])
        start = time.perf_counter_ns()
        is_allowed = decide(number)
        times.append((time.perf_counter_ns() - start) / 1000)
        alike += is_allowed == (workload["questions"][number]["decision"] == "allowed")
    return quantiles(times) | {"count": len(times), "alike": alike / len(times)}


def quantiles(values):
    ordered = sorted(values)
    return {"p50": ordered[len(ordered) // 2], "p99": ordered[len(ordered) * 99 // 100]}


if __name__ == "__main__":
    main()
