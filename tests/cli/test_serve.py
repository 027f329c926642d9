"""`benchbridge serve`: it comes up, replaces children that are killed, says why it can't, and ends in good order."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import pytest

from tests.serving import children, environment, eventually, fetch, free_port, run, serving


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    return tmp_path / "instance"


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


@pytest.mark.full
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


@pytest.mark.parametrize("name", ["ledger"])
def test_what_is_promised_for_later_says_so(name: str, instance: Path) -> None:
    asked = run(name, "anything", "--json", env=environment(instance))
    assert (asked.returncode, asked.stdout) == (1, "")
    assert "not available yet" in asked.stderr


def test_a_wrong_option_exits_1_with_the_reason(instance: Path) -> None:
    asked = run("serve", "--port", "99999", env=environment(instance))
    assert asked.returncode == 1
    assert "99999" in asked.stderr
