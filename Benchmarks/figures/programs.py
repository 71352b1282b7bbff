"""The programs that are measured: started on free ports, ended after use."""

import base64
import contextlib
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time

BUILD = pathlib.Path(__file__).resolve().parent.parent / ".build"
START_SECONDS_MAX = 60
ACCOUNT = "123456789012"
KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def environment(**extra):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTO_", "SALLYPORT_"))}
    return kept | extra


def serve_arguments(program, folder, port=0):
    return [
        str(program), "serve", "--data", str(folder), "--listen", f"127.0.0.1:{port}", "--developer-api",
        "--bootstrap-account", ACCOUNT, "--bootstrap-access-key-id", KEY, "--bootstrap-secret-access-key", SECRET,
    ]


@contextlib.contextmanager
def running(arguments, port=None, **variables):
    """Starts a server; answers its process and port. It must say `listening on …` or accept at the port given."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            arguments, env=environment(**variables), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            yield process, wait(process, output, port)
        finally:
            process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait(process, output, port):
    deadline = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < deadline and process.poll() is None:
        if port is None:
            found = re.search(rb"listening on http://127\.0\.0\.1:(\d+)\s", printed(output))
            if found:
                return int(found[1])
        elif accepts(port):
            return port
        time.sleep(0.02)
    raise RuntimeError(f"{process.args[0]} did not start: {printed(output)[-2000:].decode(errors='replace')}")


def printed(output):
    return os.pread(output.fileno(), 1_000_000, 0)


def accepts(port):
    with contextlib.closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port():
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def sallyport(program):
    """The program on an empty folder."""
    with empty_folder() as folder, running(serve_arguments(program, folder / "data")) as started:
        yield started


@contextlib.contextmanager
def nodes(program, count, database):
    """The program so many times on one empty database; answers a process and its port for each."""
    key = "v1:" + base64.b64encode(os.urandom(32)).decode()
    with empty_folder() as folder, contextlib.ExitStack() as stack:
        yield [
            stack.enter_context(running(
                serve_arguments(program, folder / str(number)), SALLYPORT_STORE=database, SALLYPORT_MASTER_KEY=key))
            for number in range(count)
        ]


@contextlib.contextmanager
def empty_folder():
    """A folder on the disk of the project: what is only in memory, as /tmp may be, would make writes look cheap."""
    BUILD.mkdir(exist_ok=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="data-", dir=BUILD))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def moto(program):
    port = free_port()
    with running([str(program), "-H", "127.0.0.1", "-p", str(port)], port=port) as started:
        yield started


def resident_megabytes(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024


def cpu_seconds(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
