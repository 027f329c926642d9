"""The web workers of `serve`: gunicorn on a socket that the parent holds (`-m marketplace.cli.web_server FD`)."""

from __future__ import annotations

import sys
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from prometheus_client.multiprocess import mark_process_dead

from config import Settings, awaited
from marketplace.application import create_app

THREADS = 4


class WebServer(BaseApplication):  # type: ignore[misc]
    """Gunicorn with our settings; nothing is read from files or from its own command line."""

    def __init__(self, settings: Settings, descriptor: str) -> None:
        self._settings = settings
        self._descriptor = descriptor
        super().__init__()

    def load_config(self) -> None:
        """Threads wait for the database well; two processes keep both cores busy and survive each other."""
        options: dict[str, Any] = {
            "bind": f"fd://{self._descriptor}",
            "workers": self._settings.workers,
            "worker_class": "gthread",
            "threads": THREADS,
            "keepalive": 15,
            "timeout": 60,
            "graceful_timeout": 5,
            "loglevel": "warning",
            "umask": 0o077,
            "control_socket_disable": True,
            "forwarded_allow_ips": "",  # whom to believe is decided in one place: TRUSTED_PROXIES
        }
        if self._settings.metrics_port:
            options["child_exit"] = _forget_figures
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application; each worker makes its own after the fork, so no database connection is shared."""
        return create_app(self._settings)


def _forget_figures(_server: Any, worker: Any) -> None:
    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    WebServer(awaited(Settings.from_env()), sys.argv[1]).run()
