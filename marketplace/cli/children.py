"""The processes that `serve` keeps: started, started again when they die, and ended in good order."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType

import click

from config import ROOT
from marketplace.embedded import EmbeddedPostgres

# All in seconds.
PAUSE = 0.2
PATIENCE = 10.0  # for a child to end by itself
YOUNG = 10.0  # a child that dies younger than this did not come up
LONGEST_REST = 30.0  # before a child that keeps dying is tried again
START_SECONDS = 60.0
MOST_TRIES = 3  # of a child that must come up before we say that we serve


@dataclass
class Child:
    """One process: its command and environment, and an inherited file descriptor where it needs one.

    It is told on its standard input where the database is, as soon as that is known (`config.awaited`).
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    inherited: int | None = None
    database_url: str = field(default="", init=False)
    running: subprocess.Popen[bytes] | None = field(default=None, init=False)
    started: float = field(default=0.0, init=False)
    young_deaths: int = field(default=0, init=False)
    rests_until: float = field(default=0.0, init=False)

    def start(self) -> None:
        """Start the process, in a group of its own: Ctrl-C reaches it through us alone."""
        self.started = time.monotonic()
        self.running = subprocess.Popen(
            (*_ending_with_us(), *self.command),
            cwd=ROOT,
            env=dict(self.environment),
            stdin=subprocess.PIPE,
            pass_fds=() if self.inherited is None else (self.inherited,),
            start_new_session=True,
        )
        if self.database_url:
            self.tell(self.database_url)

    def tell(self, database_url: str) -> None:
        """Tell the process, and each later one, where the database is."""
        self.database_url = database_url
        if self.running is not None and self.running.stdin is not None:
            # A process that is dead already hears it when it is started again.
            with suppress(BrokenPipeError), self.running.stdin as line:
                line.write(f"{database_url}\n".encode())

    def look_after(self) -> None:
        """Start the process again when it has ended, after a rest that grows while it keeps dying young."""
        if self.running is None or self.running.poll() is None:
            return
        now = time.monotonic()
        if self.rests_until == 0.0:
            self.young_deaths = self.young_deaths + 1 if now - self.started < YOUNG else 0
            rest = min(LONGEST_REST, PAUSE * 2**self.young_deaths) if self.young_deaths else 0.0
            self.rests_until = now + rest
            click.echo(f"The {self.name} process has ended ({self.running.returncode}).", err=True)
        if now >= self.rests_until:
            self.rests_until = 0.0
            self.start()


class Children:
    """All children of a server, and the embedded database beside them."""

    def __init__(self, children: Iterable[Child]) -> None:
        self._children = list(children)
        self._server: EmbeddedPostgres | None = None

    def start(self) -> None:
        """Start every child: they do their imports, and wait to be told of the database."""
        for child in self._children:
            child.start()

    def tell(self, database_url: str, server: EmbeddedPostgres | None) -> None:
        """Let the children begin on this database; where it is an embedded one it is looked after too."""
        self._server = server
        for child in self._children:
            child.started = time.monotonic()
            child.tell(database_url)

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Keep the children until `ready`; give up where that takes too long or the first child does not stay up."""
        deadline = time.monotonic() + START_SECONDS
        while not ready():
            if time.monotonic() > deadline or self._children[0].young_deaths >= MOST_TRIES:
                raise click.ClickException("the web workers do not come up; what they said stands above")
            self.look_after()
            time.sleep(PAUSE / 4)

    def watch(self) -> None:
        """Keep the children until somebody raises."""
        while True:
            time.sleep(PAUSE)
            self.look_after()

    def look_after(self) -> None:
        """Start again whatever has died, the database first."""
        if self._server is not None and not self._server.alive:
            click.echo("The database has died and is started again.", err=True)
            self._server.revive()
        for child in self._children:
            child.look_after()

    def __enter__(self) -> Children:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        """Ask all to end, then end those that do not; doing it twice does no harm."""
        running = [child.running for child in self._children if child.running is not None]
        for process in running:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _ending_with_us() -> tuple[str, ...]:
    """A command in front that has the kernel end the child, should `serve` itself be killed (Linux only)."""
    return () if shutil.which("setpriv") is None else ("setpriv", "--pdeathsig", "TERM", "--")
