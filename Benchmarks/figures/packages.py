"""The system's packages that the benchmarks need."""

import os
import shutil
import subprocess


def install(package):
    """Installs a Debian package whose program has its name, unless it is there."""
    if shutil.which(package):
        return
    as_root = [] if os.geteuid() == 0 else ["sudo"]
    print(f"bench: installing {package}", flush=True)
    subprocess.run([*as_root, "apt-get", "update", "-qq"], check=True)
    subprocess.run(
        [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "--yes", "--no-install-recommends",
         "-qq", package],
        stdin=subprocess.DEVNULL, check=True)
