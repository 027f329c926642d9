"""`benchbridge serve`: it comes up, replaces children that are killed, says why it can't, and ends in good order."""

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

import pytest

from config import ROOT

COMMAND = (sys.executable, "-c", "from marketplace.cli import main; main()")


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    return tmp_path / "instance"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(instance: Path, **more: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "BENCHBRIDGE_INSTANCE": str(instance), "WORKERS": "1", **more}


def run(*arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (*COMMAND, *arguments), check=False, capture_output=True, text=True, cwd=ROOT, env=env, timeout=60
    )


@contextmanager
def serving(instance: Path, port: int, **more: str) -> Iterator[subprocess.Popen[str]]:
    """A server that has said that it answers; ended by Ctrl-C."""
    server = subprocess.Popen(
        (*COMMAND, "serve", "--json"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
        env=environment(instance, PORT=str(port), **more),
    )
    assert server.stdout is not None
    assert server.stderr is not None
    with server.stdout, server.stderr:
        line = server.stdout.readline()
        try:
            assert line, server.stderr.read()
            assert json.loads(line)["address"] == f"http://127.0.0.1:{port}"
            yield server
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(20)


def fetch(port: int, path: str) -> str:
    with urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return str(answer.read().decode())


def eventually(port: int, path: str) -> str:
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


def test_it_serves_counts_and_ends_when_it_is_told_to(instance: Path) -> None:
    port, metrics = free_port(), free_port()
    with serving(instance, port, METRICS_PORT=str(metrics)) as server:
        assert json.loads(fetch(port, "/healthz")) == {"status": "ok"}
        assert json.loads(fetch(port, "/readyz")) == {"status": "ok"}
        assert 'benchbridge_requests_total{method="GET",route="/readyz",status="200"} 1.0' in fetch(metrics, "/metrics")
        below = children(server.pid)
    assert server.returncode == 0
    assert set(below) >= {"bin/postgres", "web_server", "marketplace.worker"}
    assert not [name for name, pid in below.items() if Path(f"/proc/{pid}").exists()]


def test_what_is_killed_comes_back(instance: Path) -> None:
    port = free_port()
    with serving(instance, port) as server:
        for name in ("web_server", "bin/postgres", "marketplace.worker"):
            before = children(server.pid)[name]
            os.kill(before, signal.SIGKILL)
            deadline = time.monotonic() + 20
            while children(server.pid).get(name) in (None, before):
                assert time.monotonic() < deadline, f"{name} did not come back"
                time.sleep(0.1)
            assert json.loads(eventually(port, "/readyz")) == {"status": "ok"}


def test_a_taken_port_and_a_second_start_are_told_plainly(instance: Path, tmp_path: Path) -> None:
    port = free_port()
    with serving(instance, port) as server:
        second = run("serve", env=environment(instance, PORT=str(free_port())))
        assert second.returncode == 1
        assert f"already in use by process {server.pid}" in second.stderr
        taken = run("serve", env=environment(tmp_path / "other", PORT=str(port)))
        assert taken.returncode == 1
        assert f"port {port} of 127.0.0.1 is not to be had" in taken.stderr
        assert "Traceback" not in second.stderr + taken.stderr
        # Other commands work beside a running server.
        beside = run("migrate", "--json", env=environment(instance))
        assert json.loads(beside.stdout)["revision"]


def test_production_refuses_the_sample_and_missing_secrets(instance: Path) -> None:
    bare = run("serve", env=environment(instance, BENCHBRIDGE_ENV="production"))
    assert bare.returncode == 1
    assert "production needs SECRET_KEY, HISTORY_KEY, DATABASE_URL, MAIL_HOST, PUBLIC_URL" in bare.stderr
    whole = {
        "BENCHBRIDGE_ENV": "production",
        "SECRET_KEY": "s" * 40,
        "HISTORY_KEY": "h" * 40,
        "DATABASE_URL": "postgresql:///nowhere",
        "MAIL_HOST": "mail.example.org",
        "PUBLIC_URL": "https://benchbridge.example",
    }
    sample = run("serve", "--sample", env=environment(instance, **whole))
    assert sample.returncode == 1
    assert "--sample is not for production" in sample.stderr
    assert not instance.exists()


def test_a_database_that_does_not_answer_is_told_in_one_line(instance: Path, tmp_path: Path) -> None:
    asked = run("migrate", env=environment(instance, DATABASE_URL=f"postgresql:///x?host={tmp_path}"))
    assert asked.returncode == 1
    assert asked.stderr.startswith("Error: the database does not answer")
    assert "Traceback" not in asked.stderr


@pytest.mark.parametrize("name", ["permits", "metrics", "usage", "evidence", "ledger"])
def test_what_is_promised_for_later_says_so(name: str, instance: Path) -> None:
    asked = run(name, "anything", "--json", env=environment(instance))
    assert (asked.returncode, asked.stdout) == (1, "")
    assert "not available yet" in asked.stderr


def test_a_wrong_option_exits_1_with_the_reason(instance: Path) -> None:
    asked = run("serve", "--port", "99999", env=environment(instance))
    assert asked.returncode == 1
    assert "99999" in asked.stderr
