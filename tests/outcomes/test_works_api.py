"""Asking a register for a work: recorded answers from a server on this machine, and silence where it is off."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from config import Settings, SettingsError
from marketplace.outcomes import works_api
from marketplace.outcomes.works_api import Register, RegisterSilent, register_of, work_of
from marketplace.values.refusal import Invalid, Refused
from tests.outcomes.formats.test_json_works import CROSSREF, OPENALEX

DOI = "10.3982/ECTA9466"


class Recorded(ThreadingHTTPServer):
    """A server that gives what it was told to, and remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.status = 200
        self.headers: dict[str, str] = {"Content-Type": "application/json"}
        self.body: bytes = b""
        self.drip = 0.0
        self.drip_head = 0.0

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Answering(BaseHTTPRequestHandler):
    """One answer as it was recorded."""

    server: Recorded

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        try:
            self._answer()
        except OSError:
            self.close_connection = True

    def _answer(self) -> None:
        for _ in range(100 if self.server.drip_head else 0):
            self.wfile.write(b"H")
            time.sleep(self.server.drip_head)
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if not self.server.drip:
            self.wfile.write(self.server.body)
        for byte in self.server.body if self.server.drip else b"":
            self.wfile.write(bytes([byte]))
            time.sleep(self.server.drip)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is printed."""


@pytest.fixture
def server() -> Iterator[Recorded]:
    running = Recorded()
    thread = Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield running
    running.shutdown()
    running.server_close()
    thread.join()


def crossref(server: Recorded, **changes: Any) -> Register:
    server.body = server.body or json.dumps({"status": "ok", "message-type": "work", "message": CROSSREF}).encode()
    return replace(Register("crossref", server.base, "ops@example.org", time_out=2.0), **changes)


def silence(register: Register) -> object:
    with pytest.raises(RegisterSilent) as caught:
        work_of(register, DOI)
    (reason,) = caught.value.reasons
    assert reason.code == "works_register_silent"
    return reason.details["why"]


def test_crossref_is_asked_politely_and_its_answer_read(server: Recorded):
    work = work_of(crossref(server), f"https://doi.org/{DOI}")
    assert (work.source, work.venue, str(work.date)) == ("crossref", "Econometrica", "2013-07")
    ((path, headers),) = server.asked
    assert path == "/works/10.3982%2Fecta9466?mailto=ops%40example.org"
    assert headers["User-Agent"] == "Benchbridge/1 (mailto:ops@example.org)"
    assert not {"Cookie", "Authorization", "Referer"} & headers.keys()


def test_openalex_is_asked_below_its_base_with_its_key(server: Recorded):
    server.body = json.dumps(OPENALEX).encode()
    work = work_of(Register("openalex", server.base + "/v1", key="k", time_out=2.0), "10.7717/peerj.4375")
    assert (work.source, work.venue) == ("openalex", "PeerJ")
    asked = urlsplit(server.asked[0][0])
    assert asked.path == "/v1/works/doi:10.7717%2Fpeerj.4375"
    assert parse_qs(asked.query) == {"api_key": ["k"]}


def test_a_doi_cannot_lead_elsewhere(server: Recorded):
    with pytest.raises(RegisterSilent):
        work_of(crossref(server), "10.1000/../../admin?x=1#y@evil.example\\")
    ((path, _),) = server.asked
    assert path.startswith("/works/10.1000%2F..%2F..%2Fadmin%3Fx%3D1%23y%40evil.example")
    for text in ("http://169.254.169.254/latest", "10.1000/a b", "10.1000/a\r\nHost: x", ""):
        with pytest.raises(Invalid):
            work_of(crossref(server), text)
    assert len(server.asked) == 1


def test_no_redirect_is_followed(server: Recorded):
    server.status, server.headers = 302, {"Location": f"{server.base}/elsewhere"}
    assert silence(crossref(server)) == "status_302"
    assert len(server.asked) == 1


def test_an_unknown_doi_is_told_from_a_register_that_fails(server: Recorded):
    server.status = 404
    with pytest.raises(Invalid, match="identifier: work_not_found"):
        work_of(crossref(server), DOI)
    for status in (429, 500, 503, 204):
        server.status = status
        assert silence(crossref(server)) == f"status_{status}"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"<html>", "unreadable"),
        (b"[" * 50_000, "unreadable"),
        (b"\xff\xfe\x00", "unreachable"),
        (b"null", "another_work"),
        (b"{}", "another_work"),
        (json.dumps({"message": {**CROSSREF, "DOI": "10.1000/other"}}).encode(), "another_work"),
    ],
    ids=range(6),
)
def test_what_is_no_such_work_is_not_taken(server: Recorded, body: bytes, why: str):
    server.body = body
    assert silence(crossref(server)) == why


def test_an_answer_has_a_size_and_a_time(server: Recorded, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(works_api, "MAX_BYTES", 1_000)
    server.body = b" " * 5_000
    assert silence(crossref(server)) == "too_large"
    server.body, server.drip = b" " * 500, 0.05
    began = time.monotonic()
    assert silence(crossref(server, time_out=0.3)) in ("too_slow", "unreachable")
    assert time.monotonic() - began < 2


def test_a_head_that_drips_is_cut_off(server: Recorded):
    server.drip_head = 0.05
    began = time.monotonic()
    assert silence(crossref(server, time_out=0.3)) == "unreachable"
    assert time.monotonic() - began < 2


def test_a_register_that_is_not_there_is_silent(server: Recorded):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert silence(crossref(server, base=f"http://127.0.0.1:{free.getsockname()[1]}")) == "unreachable"


@pytest.fixture
def made(tmp_path: Any) -> Any:
    return lambda **changes: Settings.from_env(
        {"BENCHBRIDGE_ENV": "test", "BENCHBRIDGE_INSTANCE": str(tmp_path), **changes}
    )


def test_without_the_setting_nothing_is_asked(made: Any, monkeypatch: pytest.MonkeyPatch):
    def opened(*args: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", opened)
    monkeypatch.setattr(socket, "create_connection", opened)
    monkeypatch.setattr(socket, "getaddrinfo", opened)
    register = register_of(made())
    assert register is None
    with pytest.raises(Refused) as caught:
        work_of(register, DOI)
    assert caught.value.codes == ("works_reader_off",)


def test_the_settings_name_the_register(made: Any):
    assert register_of(made(WORKS_READER="crossref", WORKS_MAIL="ops@example.org")) == Register(
        "crossref", "https://api.crossref.org", "ops@example.org"
    )
    chosen = made(WORKS_READER="openalex", WORKS_OPENALEX_URL="http://127.0.0.1:9/x/", WORKS_KEY="k")
    assert register_of(chosen) == Register("openalex", "http://127.0.0.1:9/x", "", "k")


@pytest.mark.parametrize(
    "changes",
    [
        {"WORKS_READER": "scopus"},
        {"WORKS_CROSSREF_URL": "http://api.crossref.org"},
        {"WORKS_CROSSREF_URL": "https://user@api.crossref.org"},
        {"WORKS_OPENALEX_URL": "file:///etc/passwd"},
        {"WORKS_OPENALEX_URL": "https://api.openalex.org?x=1"},
        {"WORKS_MAIL": "a@b\r\nX: y"},
    ],
    ids=range(6),
)
def test_addresses_that_are_no_register_are_refused_at_the_start(made: Any, changes: dict[str, str]):
    with pytest.raises(SettingsError, match="WORKS"):
        made(**changes)
