"""The first build on a fresh machine."""

import pathlib
import resource
import shutil
import subprocess
import time

from figures.report import Figure, Section

FIRST_RUN_MINUTES_MAX = 10


def measure(root, swift):
    scratch = pathlib.Path(root, ".build", "clean-build")
    shutil.rmtree(scratch, ignore_errors=True)
    begin = time.perf_counter()
    children = processor_seconds()
    subprocess.run(
        [swift, "build", "-c", "release", "--product", "sallyport", "--scratch-path", str(scratch)], cwd=root,
        check=True, stdout=subprocess.DEVNULL)
    minutes, processor = (time.perf_counter() - begin) / 60, (processor_seconds() - children) / 60
    shutil.rmtree(scratch, ignore_errors=True)
    return Section("The first build", [
        Figure(
            "everything, optimized, from nothing", f"{minutes:.1f} minutes ({processor:.1f} of CPU)",
            f"< {FIRST_RUN_MINUTES_MAX} minutes", minutes < FIRST_RUN_MINUTES_MAX)
    ], ["With the sources of the dependencies in SwiftPM's cache."])


def processor_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
