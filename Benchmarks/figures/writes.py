"""Answered writes with 16 clients; each is on the disk (synchronous=FULL) before its answer."""

import itertools
import json
import os
import pathlib
import statistics
import tempfile
import time

from figures import programs, wrk
from figures.aws import Client, Signer
from figures.report import Figure, Section

CLIENTS = 16
RATE_MIN = 800
ACCOUNTS = 16
USERS_IN_ACCOUNT = 4_900  # below the quota of 5,000
TAGGED_USERS = 100
CHANGES = 40_000
POLICY = json.dumps({
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::data-%d/*"},
        {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
    ],
})


def measure(options):
    kinds = {
        "TagUser, one account": tag_users, "PutUserPolicy, one account": put_policies,
        f"CreateUser, {ACCOUNTS} accounts": create_users,
    }
    runs = {name: [] for name in kinds}
    lost = []
    for _ in range(options.rounds):
        for name, prepare in kinds.items():
            with programs.sallyport(options.program) as (process, port), tempfile.TemporaryDirectory() as folder:
                requests, count = prepare(port)
                file = pathlib.Path(folder, "requests")
                write(file, requests)
                run = wrk.run("replay.lua", port, CLIENTS, options.seconds, process, REQUESTS=str(file))
                runs[name].append(run)
                if count and (found := count()) < run["answered"]:
                    lost.append(run["answered"] - found)
    figures = []
    for name, each in runs.items():
        rate = statistics.median(run["rate"] for run in each)
        p50, p99, cpu = (statistics.median(run[what] for run in each) for what in ("p50", "p99", "cpu"))
        figures.append(Figure(
            name, f"{rate:,.0f} a second; p50 {p50:.2f} ms, p99 {p99:.2f} ms; {cpu:.0f} µs of CPU", f">= {RATE_MIN}",
            rate >= RATE_MIN))
    everything = list(itertools.chain.from_iterable(runs.values()))
    bad, answered = sum(run["bad"] for run in everything), sum(run["answered"] for run in everything)
    figures.append(Figure("answers that were not 200", f"{bad:,} of {answered:,}", "0", bad == 0))
    figures.append(Figure("answered users that are not there", str(sum(lost)), "0", not lost))
    figures.append(Figure("the disk alone: fdatasync of 4 KiB", f"{disk_milliseconds():.2f} ms"))
    return Section(f"Writes, {CLIENTS} clients", figures, [
        f"Medians of {options.rounds} rounds of {options.seconds} s; every request is another one, signed before."])


def write(file, requests):
    with open(file, "wb") as out:
        out.write("".join(f"{len(request)}\n" for request in requests).encode() + b"\n")
        out.writelines(requests)


# The requests. Each answers them with a count of what is there afterwards, or nothing where that says nothing.


def tag_users(port):
    client, signer = root(port), Signer(programs.KEY, programs.SECRET, f"127.0.0.1:{port}")
    for number in range(TAGGED_USERS):
        client.call("CreateUser", UserName=f"user-{number}")
    return [
        signer.request("TagUser", UserName=f"user-{number % TAGGED_USERS}", **{
            "Tags.member.1.Key": "state", "Tags.member.1.Value": str(number)})
        for number in range(CHANGES)
    ], None


def put_policies(port):
    client, signer = root(port), Signer(programs.KEY, programs.SECRET, f"127.0.0.1:{port}")
    for number in range(TAGGED_USERS):
        client.call("CreateUser", UserName=f"user-{number}")
    return [
        signer.request(
            "PutUserPolicy", UserName=f"user-{number % TAGGED_USERS}", PolicyName="access",
            PolicyDocument=POLICY % number)
        for number in range(CHANGES)
    ], None


def create_users(port):
    accounts = [new_account(port) for _ in range(ACCOUNTS)]
    signers = [Signer(*account, f"127.0.0.1:{port}") for account in accounts]
    requests = [
        signer.request("CreateUser", UserName=f"user-{number}")
        for number in range(USERS_IN_ACCOUNT) for signer in signers
    ]
    return requests, lambda: sum(users(Client(port, *account)) for account in accounts)


def root(port):
    return Client(port, programs.KEY, programs.SECRET)


def new_account(port):
    client = root(port)
    client.connection.request("POST", "/_sallyport/accounts")
    made = json.loads(client.connection.getresponse().read())
    return made["accessKeyId"], made["secretAccessKey"]


def users(client):
    entries = client.call("GetAccountSummary").iterfind(".//entry")
    return next(int(entry.findtext("value")) for entry in entries if entry.findtext("key") == "Users")


def disk_milliseconds():
    """The median of what the disk itself takes to keep a page."""
    times = []
    with programs.empty_folder() as folder:
        descriptor = os.open(folder / "page", os.O_CREAT | os.O_WRONLY)
        for number in range(200):
            os.pwrite(descriptor, bytes([number % 256]) * 4096, 4096 * number)
            begin = time.perf_counter()
            os.fdatasync(descriptor)
            times.append(time.perf_counter() - begin)
        os.close(descriptor)
    return statistics.median(times) * 1000
