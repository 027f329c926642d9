"""A whole deployment in its own processes, as `make run` starts it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from config import ROOT

COMMAND = (sys.executable, "-c", "from marketplace.cli import main; main()")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(instance: Path, **more: str) -> dict[str, str]:
    """What a deployment of its own is told; nothing of the test run's environment gets through."""
    return {"PATH": os.environ["PATH"], "BENCHBRIDGE_INSTANCE": str(instance), "WORKERS": "1", **more}


def run(*arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """One command, ended."""
    return subprocess.run(
        (*COMMAND, *arguments), check=False, capture_output=True, text=True, cwd=ROOT, env=env, timeout=60
    )


@contextmanager
def serving(instance: Path, port: int, **more: str) -> Iterator[subprocess.Popen[str]]:
    """A server that has said that it answers; ended by Ctrl-C. What it logs stands beside the instance."""
    log = instance.with_suffix(".log")
    with log.open("w") as written:
        server = subprocess.Popen(
            (*COMMAND, "serve", "--json"),
            stdout=subprocess.PIPE,
            stderr=written,
            stdin=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
            env=environment(instance, PORT=str(port), **more),
        )
    assert server.stdout is not None
    with server.stdout:
        line = server.stdout.readline()
        try:
            assert line, log.read_text()
            assert json.loads(line)["address"] == f"http://127.0.0.1:{port}"
            yield server
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)


def fetch(port: int, path: str) -> str:
    """The body of an answer."""
    with urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return str(answer.read().decode())


def eventually(port: int, path: str) -> str:
    """The body of an answer, as soon as there is one."""
    deadline = time.monotonic() + 20
    while True:
        try:
            return fetch(port, path)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def children(pid: int) -> dict[str, int]:
    """The running programs below a process: what each is for, and its number."""
    found = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rsplit(")", 1)[1].split()[1])
            command = (status.parent / "cmdline").read_text().replace("\0", " ")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == pid:
            name = re.search(r"bin/postgres|web_server|marketplace\.worker", command)
            found[name[0] if name else command] = int(status.parent.name)
    return found
