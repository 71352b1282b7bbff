"""The table of figures, on the terminal and in results.md."""

import dataclasses
import datetime
import os
import pathlib
import platform
import re
import subprocess


@dataclasses.dataclass(frozen=True)
class Figure:
    """A figure with its target; `met` is nil where there is no target."""

    name: str
    value: str
    target: str = ""
    met: bool | None = None

    @property
    def verdict(self):
        return {None: "", True: "met", False: "**not met**"}[self.met]


@dataclasses.dataclass
class Section:
    title: str
    figures: list
    notes: list = dataclasses.field(default_factory=list)


def markdown(sections, facts):
    lines = ["# Figures", "", "Made by `make bench`; what each one means is in docs/benchmarks.md.", ""]
    lines += [f"- {name}: {value}" for name, value in facts.items()]
    for section in sections:
        lines += ["", f"## {section.title}", "", "| | figure | target | |", "|---|---|---|---|"]
        lines += [f"| {f.name} | {f.value} | {f.target} | {f.verdict} |" for f in section.figures]
        if section.notes:
            lines += ["", *section.notes]
    return "\n".join(lines) + "\n"


def terminal(sections):
    width = max(len(figure.name) for section in sections for figure in section.figures)
    for section in sections:
        print(f"\n{section.title}")
        for figure in section.figures:
            target = f"   target {figure.target}: {figure.verdict.strip('*')}" if figure.target else ""
            print(f"  {figure.name:<{width}}  {figure.value}{target}")


def machine():
    cpu = re.search(r"model name\s*:\s*(.+)", pathlib.Path("/proc/cpuinfo").read_text())
    memory = int(re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())[1]) / 1024 / 1024
    load = os.getloadavg()
    return {
        "Date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "Processor": f"{len(os.sched_getaffinity(0))} cores, {cpu[1].strip() if cpu else platform.machine()}",
        "Memory": f"{memory:.1f} GiB",
        "System": f"{distribution()}, Linux {platform.release()}",
        "Load before": f"{load[0]:.1f} (one minute), {load[1]:.1f} (five)",
    }


def distribution():
    found = re.search(r'PRETTY_NAME="(.+)"', pathlib.Path("/etc/os-release").read_text())
    return found[1] if found else "unknown"


def version(*command):
    """The first line that a command prints, or what stands in for it."""
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    except OSError:
        return "none"
    return ((result.stdout or result.stderr).strip().splitlines() or ["unknown"])[0]
