"""Instructions of the policy engine, counted by valgrind: the same on a busy machine as on a quiet one."""

import collections
import os
import re
import shutil
import subprocess

# Each kind of work with the function that it is counted in, and how often: each request of the workload once, and
# one compilation.
CASES = {
    "50": ("countedDecision", 1000), "500": ("countedDecision", 1000), "5000": ("countedDecision", 1000),
    "request": ("countedRequest", 1000), "compile": ("countedCompilation", 1)}
STATEMENTS_COMPILED = 500
ALLOCATORS = {
    "malloc", "calloc", "realloc", "free", "memalign", "aligned_alloc", "posix_memalign", "swift_allocObject",
    "swift_slowAlloc", "swift_slowDealloc"}
SECONDS_MAX = 1200


class Counter:
    """Runs `engine-bench --count` under callgrind, which writes a profile of each single piece of work."""

    def __init__(self, program, folder):
        self.program, self.folder = folder / "engine-bench", folder
        # valgrind reads no debug information of this toolchain.
        subprocess.run(["strip", "--strip-debug", "-o", str(self.program), str(program)], check=True)
        symbols = subprocess.run(["nm", str(self.program)], capture_output=True, text=True, check=True).stdout
        self.symbols = [line.split()[-1] for line in symbols.splitlines()]

    def profiles(self, case):
        name, times = CASES[case]
        function, = (symbol for symbol in self.symbols if name in symbol)
        out = self.folder / case
        out.mkdir()
        result = subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out / 'profile'}",
             f"--toggle-collect={function}", f"--dump-after={function}",
             str(self.program), "--count", case, str(times)],
            # Else the hashes, and with them the way of a compilation, are others in each run.
            env=os.environ | {"SWIFT_DETERMINISTIC_HASHING": "1"},
            capture_output=True, text=True, timeout=SECONDS_MAX, check=False)
        if result.returncode != 0:
            raise RuntimeError(f"valgrind: {result.stderr[-2000:]}")
        found = [Profile(file.read_text()) for file in out.glob("profile.*")]
        shutil.rmtree(out)
        if len(found) != times:
            raise RuntimeError(f"{case}: {len(found)} profiles, not {times}")
        return found


class Profile:
    """What one piece of work took: `own` has the instructions of each function without those it calls."""

    def __init__(self, text):
        self.own = collections.Counter()
        names, function, in_call = {}, None, False
        for line in text.splitlines():
            key, _, value = line.partition("=")
            if key in ("fn", "cfn"):
                # A name is written once and then only its number.
                number, _, name = value.partition(" ")
                name = names.setdefault(number, name)
                function = name if key == "fn" else function
            elif key == "calls":
                in_call = True
            elif re.match(r"[-+*\d]", line):
                if not in_call:
                    self.own[function] += int(line.split()[-1])
                in_call = False

    @property
    def instructions(self):
        return self.own.total()

    @property
    def allocates(self):
        return any(function in ALLOCATORS for function in self.own)


def quantities(case, profiles):
    """Instructions for one decision, request or statement: the mean and what 99 of 100 do not exceed."""
    each = sorted(profile.instructions for profile in profiles)
    if case == "compile":
        return {"mean": round(each[0] / STATEMENTS_COMPILED)}
    return {"mean": round(sum(each) / len(each)), "p99": each[-(-len(each) * 99 // 100) - 1]}


def functions(profiles, count=30):
    """The functions that take most, with their instructions for each piece of work."""
    whole = sum((profile.own for profile in profiles), collections.Counter())
    lines = "\n".join(f"{cost / len(profiles):12,.0f}  {name}" for name, cost in whole.most_common(count))
    result = subprocess.run(
        ["swift", "demangle", "--simplified"], input=lines, capture_output=True, text=True, check=False)
    return result.stdout or lines
