"""`benchbridge serve`: database, web workers and job worker of one host, from one command until Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import FrameType

import click
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector

from config import AWAITED, Settings
from marketplace.cli.answering import answer, json_option
from marketplace.cli.children import Child, Children
from marketplace.embedded import EmbeddedPostgres

# Where cores are few, people who wait for a page come before jobs.
YIELDING = ("nice", "-n", "10")


class Stop(BaseException):
    """Somebody asked the server to end."""


@click.command("serve")
@click.option("--host", help="The address to listen on (HOST; 127.0.0.1).")
@click.option("--port", type=click.IntRange(1, 65535), help="The port to listen on (PORT; 8000).")
@click.option("--workers", type=click.IntRange(1, 64), help="Web worker processes (WORKERS; 2).")
@click.option("--sample", is_flag=True, help="Load the sample data once and print its accounts.")
@json_option
def command(*, host: str | None, port: int | None, workers: int | None, sample: bool, as_json: bool) -> None:
    """Serve the site, with its database and its jobs, until Ctrl-C."""
    settings = _chosen(Settings.from_env(), host=host, port=port, workers=workers)
    if sample and settings.production:
        raise click.ClickException("--sample is not for production")
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    try:
        with ExitStack() as stack:
            _serve(settings, stack, sample=sample, as_json=as_json)
    except Stop:
        click.echo("Stopped.", err=True)


def _serve(settings: Settings, stack: ExitStack, *, sample: bool, as_json: bool) -> None:
    listener = stack.enter_context(socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET))
    metrics = stack.enter_context(_metrics(settings.metrics_port))
    children = stack.enter_context(Children(_children(settings, listener, metrics)))
    children.start()
    # While they do their imports, so do we: asked for at the top, ours would come before theirs.
    deployment = import_module("marketplace.cli.deployment")
    server: EmbeddedPostgres | None = None
    if not settings.database_url:
        server = stack.enter_context(EmbeddedPostgres.start(settings.instance / "postgres"))
        settings = replace(settings, database_url=server.url)
    stack.callback(children.end)  # before the database does
    _listen(listener, settings.host, settings.port)
    deployment.bring_up_to_date(settings)
    accounts = None
    if sample:
        with deployment.opened(settings) as database:
            accounts = import_module("marketplace.cli.sample").load_once(settings, database)
    children.tell(settings.database_url, server)
    address = _address(settings)
    children.wait_until(lambda: _answers(settings))
    text = f"Benchbridge answers at {address}" + (f"\n{accounts.printed()}" if accounts else "")
    answer({"address": address, "accounts": accounts.as_json() if accounts else []}, text, as_json=as_json)
    sys.stdout.flush()
    children.watch()


def _chosen(settings: Settings, *, host: str | None, port: int | None, workers: int | None) -> Settings:
    """The settings with what the command line chose; an address drawn from the port follows it."""
    derived = settings.public_url == f"http://{settings.host}:{settings.port}"
    chosen = replace(
        settings, host=host or settings.host, port=port or settings.port, workers=workers or settings.workers
    )
    return replace(chosen, public_url=f"http://{chosen.host}:{chosen.port}") if derived else chosen


def _children(settings: Settings, listener: socket.socket, metrics: Path | None) -> list[Child]:
    environment = replace(settings, database_url=AWAITED).as_environment()
    if metrics is not None:
        environment["PROMETHEUS_MULTIPROC_DIR"] = str(metrics)
    python = (sys.executable, "-m")
    return [
        Child("web", (*python, "marketplace.cli.web_server", str(listener.fileno())), environment, listener.fileno()),
        Child("jobs", (*YIELDING, *python, "marketplace.worker"), environment),
    ]


def _listen(listener: socket.socket, host: str, port: int) -> None:
    """Open the socket of the web workers. It is ours, so that it outlives each of them and no caller is turned away."""
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        raise click.ClickException(
            f"port {port} of {host} is not to be had ({reason}): choose another, as in PORT={port % 65000 + 1}"
        ) from error
    listener.listen(2048)


@contextmanager
def _metrics(port: int) -> Iterator[Path | None]:
    """Serve the figures of all workers on a port of this host alone (METRICS_PORT; none without it)."""
    if not port:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="benchbridge-metrics-") as folder:
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=folder)  # type: ignore[no-untyped-call]
        server, thread = start_http_server(port, addr="127.0.0.1", registry=registry)
        try:
            yield Path(folder)
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def _address(settings: Settings) -> str:
    return settings.public_url or f"http://{settings.host}:{settings.port}"


def _answers(settings: Settings) -> bool:
    """Whether a web worker answers, asked as any caller would."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    try:
        with socket.create_connection((host, settings.port), timeout=1) as connection:
            connection.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            return connection.recv(12).endswith(b"200")
    except OSError:
        return False


def _stop(_number: int, _frame: FrameType | None) -> None:
    # A second Ctrl-C must not interrupt the orderly end that the first one began.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Stop
