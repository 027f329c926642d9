"""The embedded PostgreSQL keeps what was committed, lets in its owner alone, and never runs twice on one folder."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config import ROOT
from marketplace.embedded import EmbeddedError, EmbeddedPostgres
from marketplace.embedded.identity import choose_identity

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to act as other users")
LINUX_ONLY = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="user namespaces are Linux's")
NAMELESS = 54321

# What another process, under another user, does with the same folder; it says how it went as one line of JSON.
ACTOR = """
import json, sys
from pathlib import Path
import psycopg
from marketplace.embedded import EmbeddedError, EmbeddedPostgres
try:
    with EmbeddedPostgres.start(Path(sys.argv[1]), durable=False) as server, psycopg.connect(server.url) as connection:
        row = connection.execute("SELECT current_user").fetchone()
        print(json.dumps({"user": row[0]}))
except EmbeddedError as error:
    print(json.dumps({"refused": str(error)}))
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short path that other users could reach, were it not for the server's own care."""
    made = Path(tempfile.mkdtemp(prefix="bb-", dir="/tmp"))
    made.chmod(0o755)
    yield made / "postgres"
    shutil.rmtree(made)


def start(folder: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres.start(folder, durable=False)


def ask(server: EmbeddedPostgres, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(server.url, autocommit=True) as connection:
        cursor = connection.execute(statement)  # type: ignore[call-overload]
        return cursor.fetchall() if cursor.description else []


def act_as(prefix: list[str], folder: Path) -> dict[str, str]:
    command = [*prefix, sys.executable, "-c", ACTOR, str(folder)]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=ROOT, timeout=60, env={"PATH": os.defpath}
    )
    assert done.stdout, done.stderr
    return dict(json.loads(done.stdout))


def test_what_was_committed_is_there_after_a_restart(folder: Path) -> None:
    with EmbeddedPostgres.start(folder) as server:
        ask(server, "CREATE TABLE kept AS SELECT 7 AS number")
    began = time.monotonic()
    with EmbeddedPostgres.start(folder) as server:
        assert time.monotonic() - began < 2
        assert ask(server, "SELECT number FROM kept") == [(7,)]
        assert ask(server, "SHOW data_checksums") == [("on",)]
        assert ask(server, "SHOW fsync") == [("on",)]


@pytest.mark.full
def test_text_is_utf8_and_needs_no_locale_of_the_machine(folder: Path) -> None:
    with start(folder) as server:
        assert ask(server, "SELECT lower('ÉCLAIR 電鏡'), current_setting('server_encoding')") == [
            ("éclair 電鏡", "UTF8")
        ]


def test_a_second_start_on_the_folder_names_the_process_that_has_it(folder: Path) -> None:
    with start(folder) as server:
        with pytest.raises(EmbeddedError, match=f"already in use by process {os.getpid()}"):
            start(folder)
        assert f"process {os.getpid()}" in act_as([], folder)["refused"]
        assert ask(server, "SELECT 1") == [(1,)]


def test_a_killed_postmaster_is_revived_with_all_that_was_committed(folder: Path) -> None:
    with EmbeddedPostgres.start(folder) as server:
        ask(server, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS number")
        os.kill(server.pid, signal.SIGKILL)
        while server.alive:
            time.sleep(0.01)
        server.revive()
        assert ask(server, "SELECT count(*) FROM kept") == [(1000,)]


def test_a_start_after_kill_9_recovers_the_stale_pid_file(folder: Path) -> None:
    server = EmbeddedPostgres.start(folder)
    ask(server, "CREATE TABLE kept AS SELECT 7 AS number")
    os.kill(server.pid, signal.SIGKILL)
    server.stop()
    assert (folder / "data" / "postmaster.pid").exists()
    with EmbeddedPostgres.start(folder) as again:
        assert ask(again, "SELECT number FROM kept") == [(7,)]


@pytest.mark.full
def test_a_pid_file_whose_number_passed_to_another_program_does_not_hinder(folder: Path) -> None:
    start(folder).stop()
    (folder / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n{folder / 'data'}\n")
    with start(folder) as server:
        assert ask(server, "SELECT 1") == [(1,)]


def test_a_server_whose_starter_was_killed_is_ended_before_the_next_start(folder: Path) -> None:
    code = "import sys, time; from pathlib import Path; from marketplace.embedded import EmbeddedPostgres; "
    code += "print(EmbeddedPostgres.start(Path(sys.argv[1])).pid, flush=True); time.sleep(60)"
    starter = subprocess.Popen([sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, cwd=ROOT)
    assert starter.stdout is not None
    orphan = int(starter.stdout.readline())
    starter.kill()
    starter.wait()
    starter.stdout.close()
    with start(folder) as server:
        assert server.pid != orphan
        assert ask(server, "SELECT 1") == [(1,)]


@pytest.mark.full
def test_a_half_made_cluster_is_made_anew(folder: Path) -> None:
    (folder / "data.new").mkdir(parents=True)
    (folder / "data.new" / "PG_VERSION").write_text("18")
    with start(folder) as server:
        assert ask(server, "SELECT 1") == [(1,)]
    assert not (folder / "data.new").exists()


@pytest.mark.full
def test_a_cluster_of_another_version_is_refused(folder: Path) -> None:
    start(folder).stop()
    (folder / "data" / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedError, match="made by PostgreSQL 17"):
        start(folder)


def test_only_the_owner_may_enter_and_folders_above_stay_as_they_were(folder: Path) -> None:
    above = {path: path.stat().st_mode for path in folder.parents}
    with start(folder) as server:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "data").stat().st_mode) == 0o700
        assert ask(server, "SHOW listen_addresses") == [("",)]
        assert {path: path.stat().st_mode for path in folder.parents} == above


@pytest.mark.full
def test_a_path_too_long_for_a_socket_gets_one_in_a_closed_temporary_folder(folder: Path) -> None:
    deep = folder / ("long-" * 20)
    with start(deep) as server:
        (socket_folder,) = ask(server, "SHOW unix_socket_directories")[0]
        assert ask(server, "SELECT 1") == [(1,)]
        assert not Path(str(socket_folder)).is_relative_to(folder)
        assert stat.S_IMODE(Path(str(socket_folder)).stat().st_mode) == 0o700
    assert not Path(str(socket_folder)).exists()


@ROOT_ONLY
@pytest.mark.full
def test_another_user_can_not_reach_the_server(folder: Path) -> None:
    code = "import psycopg, sys; psycopg.connect(sys.argv[1], connect_timeout=5)"
    with start(folder) as server:
        # Even with the closed folder opened by mistake, the server itself asks the kernel who is there.
        for folder_mode, socket_mode, reason in (
            (0o700, 0o700, "Permission denied"),
            (0o755, 0o700, "Permission denied"),
            (0o755, 0o777, "Peer authentication failed"),
        ):
            folder.chmod(folder_mode)
            (folder / ".s.PGSQL.5432").chmod(socket_mode)
            command = ["setpriv", "--reuid=65534", "--clear-groups", sys.executable, "-c", code, server.url]
            tried = subprocess.run(command, check=False, capture_output=True, text=True, timeout=30)
            assert tried.returncode == 1
            assert reason in tried.stderr


@ROOT_ONLY
@pytest.mark.full
def test_a_user_without_a_name_can_run_it(folder: Path) -> None:
    folder.mkdir()
    os.chown(folder, NAMELESS, NAMELESS)
    answer = act_as(["setpriv", f"--reuid={NAMELESS}", f"--regid={NAMELESS}", "--clear-groups"], folder)
    assert answer == {"user": "benchbridge"}
    assert {path.stat().st_uid for path in folder.rglob("*")} == {NAMELESS}


@ROOT_ONLY
@LINUX_ONLY
def test_root_without_user_namespaces_runs_it_as_a_lesser_account(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with start(folder) as server:
        ask(server, "CREATE TABLE kept AS SELECT 7 AS number")
    folder.parent.chmod(0o700)
    real = shutil.which
    monkeypatch.setattr("shutil.which", lambda name: None if name == "unshare" else real(name))
    with start(folder) as server:
        assert ask(server, "SELECT number FROM kept") == [(7,)]
        assert Path(f"/proc/{server.pid}").stat().st_uid != 0
    monkeypatch.undo()
    with start(folder) as server:
        assert ask(server, "SELECT number FROM kept") == [(7,)]


@LINUX_ONLY
@pytest.mark.full
def test_an_ordinary_user_with_a_name_needs_no_tricks(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1)
    assert choose_identity(folder, Path("/bin/true")).prefix == ()
