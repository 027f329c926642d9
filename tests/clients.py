"""Clients of the application in tests: one within the test's transaction, one behind a real socket."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from marketplace.database import Database


class SharingClient(FlaskClient):
    """A client that shares the test's transaction: both sides see what the other did without a commit."""

    session: ClassVar[Session]

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send the request; the test's pending changes go before it, its loaded rows are read anew after it."""
        self.session.flush()
        response = super().open(*args, **kwargs)
        self.session.expire_all()
        return response


@dataclass(frozen=True)
class LiveServer:
    """A running server: where it answers, and what stands behind it."""

    url: str
    app: Flask
    database: Database

    @classmethod
    @contextmanager
    def of(cls, app: Flask, database: Database) -> Iterator[LiveServer]:
        """Serve `app` with threads on a free port of the loopback until the block ends."""
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield cls(f"http://127.0.0.1:{server.port}", app, database)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
