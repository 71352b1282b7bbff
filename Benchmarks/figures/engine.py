"""The policy engine by itself, and other engines beside it."""

import json
import pathlib
import subprocess
import tempfile

from figures.report import Figure, Section

HERE = pathlib.Path(__file__).resolve().parent.parent
SIZES = (50, 500, 5000)
DECISION_MICROSECONDS_MAX = 1
RANDOM_PRINCIPAL_MICROSECONDS_MAX = 2
ALICE_MICROSECONDS_MAX = 2
COMPILATION_MICROSECONDS_MAX = 20


def measure(options):
    found = run(options, str(HERE / "policies"))
    memory = {size: run(options, "--memory", str(size)) for size in SIZES}
    sizes = {size: found["sizes"][str(size)] for size in SIZES}
    return [engine(found, sizes, memory), peers(options, sizes)]


def engine(found, sizes, memory):
    figures = []
    for size, of in sizes.items():
        all_layers = of["decisions"]["all layers"]
        figures.append(target(
            f"a decision, {size:,} statements, every layer", percentiles(all_layers), all_layers["p99"],
            DECISION_MICROSECONDS_MAX, "p99 "))
    for size, of in sizes.items():
        decisions = of["decisions"]
        figures.append(Figure(f"the same, the identity's {size:,} alone", percentiles(decisions["identity alone"])))
    for size, of in sizes.items():
        figures.append(Figure(
            f"another request each time, {size:,} statements, every layer", turns(of["decisions"]["in turn"])))
    batches, single = found["principals"]["batches"], found["principals"]["single"]
    figures.append(target(
        "20,000 principals at random, every layer", turns(batches), batches["p99"], RANDOM_PRINCIPAL_MICROSECONDS_MAX,
        "p99 "))
    figures.append(Figure("the same, single decisions", percentiles(single)))
    for name, time in sorted(found["alice"].items()):
        figures.append(target(f"the user of the HTTP benchmark, {name}", micros(time), time, ALICE_MICROSECONDS_MAX))
    for size, of in sizes.items():
        compilation = of["compilation"]
        figures.append(target(
            f"compiling a statement, {size:,} of {compilation['bytes']:.0f} bytes",
            f"{micros(compilation['from texts'])}, parsed before {micros(compilation['from documents'])}",
            compilation["from texts"], COMPILATION_MICROSECONDS_MAX))
    for size, of in memory.items():
        whole = of["compiled"] * size / 1024
        figures.append(Figure(
            f"memory of a shared set of {size:,}",
            f"{whole:,.0f} KiB, {of['compiled']:.0f} bytes a statement; its documents {of['documents']:.0f} more"))
    preparation = found["preparation"]
    figures += [
        Figure(f"apart: the context, {preparation['keys']:.0f} keys", micros(preparation["context"])),
        Figure("apart: the request around it", micros(preparation["request"])),
    ]
    return Section("The policy engine", figures, notes(found, sizes))


def notes(found, sizes):
    shares = "; ".join(
        f"{size:,}: " + ", ".join(f"{name} {share:.0%}" for name, share in of["decisions"]["shares"].items())
        for size, of in sizes.items())
    outcomes = "; ".join(
        f"{size:,}: {of['decisions']['outcomes'].get('allowed', 0):.0f} allowed, "
        f"{of['decisions']['outcomes'].get('explicitlyDenied', 0):.0f} denied by a statement"
        for size, of in sizes.items())
    return [
        f"One thread, 1,000 requests drawn with the seed {found['seed']}; percentiles are over the requests.\n",
        f"The statements drawn ({shares}).\n", f"The requests' decisions ({outcomes}).\n",
        f"A look at the clock, taken from single decisions: {found['principals']['clock']['cost']:.0f} ns."]


def peers(options, sizes):
    figures, alike = [], []
    for size, of in sizes.items():
        own = of["decisions"]["identity alone"]["p50"] / 1000
        with tempfile.TemporaryDirectory() as folder:
            workload = pathlib.Path(folder) / "workload.json"
            check(options.engine_bench, "--dump", str(size), str(workload))
            found = json.loads(check(options.peers_python, str(HERE / "peers/measure.py"), str(workload)))
        cedar, moto = found["cedar"], found["moto"]
        figures += [
            Figure(
                f"cedarpy, {size:,} statements",
                f"p50 {cedar['own']['p50']:,.0f} µs by its own account, {cedar['p50']:,.0f} µs through Python; "
                f"p99 {cedar['own']['p99']:,.0f} µs"),
            Figure(f"against cedarpy, {size:,} statements", f"{cedar['own']['p50'] / own:,.0f} times"),
            Figure(f"moto, {size:,} statements", f"p50 {moto['p50']:,.0f} µs, p99 {moto['p99']:,.0f} µs"),
            Figure(f"against moto, {size:,} statements", f"{moto['p50'] / own:,.0f} times"),
        ]
        alike.append(
            f"{size:,}: cedarpy {cedar['alike']:.1%} of {cedar['count']:,}, "
            f"moto {moto['alike']:.1%} of {moto['count']:,}")
    return Section("The policy engine beside others", figures, [
        "The identity's policies alone, parsed before, and the same requests; the proportions are of the medians, of "
        "cedarpy's by what it says evaluation took.\n",
        f"Decisions that come out as here ({'; '.join(alike)})."])


def run(options, *arguments):
    return json.loads(check(options.engine_bench, *arguments))


def check(program, *arguments):
    result = subprocess.run([str(program), *arguments], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise RuntimeError(f"{pathlib.Path(program).name} {arguments[0]}: {result.stderr}")
    return result.stdout


def target(name, value, nanoseconds, microseconds_max, kind=""):
    return Figure(name, value, f"{kind}<= {microseconds_max} µs", nanoseconds <= microseconds_max * 1000)


def turns(figures):
    return f"mean {micros(figures['mean'])}, p99 {micros(figures['p99'])}"


def percentiles(figures):
    return ", ".join(f"{name} {micros(figures[name])}" for name in ("p50", "p90", "p99", "max"))


def micros(nanoseconds):
    return f"{nanoseconds / 1000:.2f} µs"
