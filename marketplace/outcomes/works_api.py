"""Asking Crossref or OpenAlex for one work by its DOI: only where a deployment turned it on, and nowhere else."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Timer
from time import monotonic
from urllib.parse import quote, urlencode, urlsplit

from config import Settings
from marketplace.outcomes.formats import crossref, openalex
from marketplace.outcomes.formats.json_records import loaded
from marketplace.outcomes.formats.works import Reading, Work
from marketplace.values.refusal import Invalid, Refusal, Refused
from marketplace.values.works import checked

TIME_OUT = 10.0  # seconds, for the whole of an answer
MAX_BYTES = 4 * 2**20
PIECE = 64 * 1024
AGENT = "Benchbridge/1"
_READERS = {"crossref": crossref.read, "openalex": openalex.read}


@dataclass(frozen=True, slots=True)
class Register:
    """Which register is asked, under which address; `mail` is told as both registers ask of polite programs."""

    kind: str
    base: str
    mail: str = ""
    key: str = ""
    time_out: float = TIME_OUT


class RegisterSilent(Refused):
    """The register did not answer, or not with a work; what was typed is kept and may be tried again later."""

    def __init__(self, why: str) -> None:
        super().__init__([Refusal("works_register_silent", {"why": why})])


def register_of(settings: Settings) -> Register | None:
    """The register that the settings name, None where it is off."""
    bases = {"crossref": settings.works_crossref_url, "openalex": settings.works_openalex_url}
    if settings.works_reader not in bases:
        return None
    base = bases[settings.works_reader].rstrip("/")
    return Register(settings.works_reader, base, settings.works_mail, settings.works_key)


def work_of(register: Register | None, doi: str) -> Work:
    """The work of this DOI as the register has it. Raises `Invalid` (identifier: format, work_not_found), `Refused`
    (works_reader_off) without a register, and `RegisterSilent`."""
    number = checked("doi", doi)
    if register is None:
        raise Refused([Refusal("works_reader_off")])
    try:
        reading = _READERS[register.kind](loaded(_answer(register, _target(register, number))))
    except Invalid as broken:
        if broken.errors[0].field == "identifier":
            raise
        raise RegisterSilent("unreadable") from None
    return _same(reading, number)


def _same(reading: Reading, number: str) -> Work:
    """The one work of the answer, if it is the one that was asked for."""
    for work in reading.works:
        if ("doi", number) in {(one.scheme, one.normalised) for one in work.identifiers}:
            return work
    raise RegisterSilent("another_work")


def _target(register: Register, number: str) -> str:
    """The path and query of the work below the base address: a DOI is quoted whole, so that it can't lead elsewhere."""
    path = urlsplit(register.base).path
    name = quote(number, safe="")
    asked = {"mailto": register.mail, "api_key": register.key if register.kind == "openalex" else ""}
    query = urlencode({key: value for key, value in asked.items() if value})
    place = f"{path}/works/{'doi:' if register.kind == 'openalex' else ''}{name}"
    return f"{place}?{query}" if query else place


def _answer(register: Register, target: str) -> str:
    """The body of a 200; no redirect is followed, no proxy is asked, nothing is sent but the address."""
    ends = monotonic() + register.time_out
    connection = _connection(register)
    try:
        connection.request("GET", target, headers=_headers(register))
        with _cut_after(connection, register.time_out):
            answer = connection.getresponse()
        with answer:
            return _body(answer, ends)
    except (OSError, http.client.HTTPException, UnicodeDecodeError):
        raise RegisterSilent("unreachable") from None
    finally:
        connection.close()


@contextmanager
def _cut_after(connection: http.client.HTTPConnection, seconds: float) -> Iterator[None]:
    """End the waiting for the head of an answer: a time-out of the socket begins anew with every byte."""
    stopper = Timer(seconds, _cut, [connection.sock])
    stopper.daemon = True
    stopper.start()
    try:
        yield
    finally:
        stopper.cancel()


def _cut(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def _connection(register: Register) -> http.client.HTTPConnection:
    parts = urlsplit(register.base)
    host = parts.hostname or ""
    if parts.scheme == "http":
        return http.client.HTTPConnection(host, parts.port, timeout=register.time_out)
    context = ssl.create_default_context()
    return http.client.HTTPSConnection(host, parts.port, timeout=register.time_out, context=context)


def _headers(register: Register) -> dict[str, str]:
    agent = f"{AGENT} (mailto:{register.mail})" if register.mail else AGENT
    return {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": agent}


def _body(answer: http.client.HTTPResponse, ends: float) -> str:
    """The answer within its time and size, however slowly it drips."""
    if answer.status == http.client.NOT_FOUND:
        raise Invalid.one("identifier", "work_not_found")
    if answer.status != http.client.OK:
        raise RegisterSilent(f"status_{answer.status}")
    pieces: list[bytes] = []
    size = 0
    while piece := answer.read1(PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > MAX_BYTES:
            raise RegisterSilent("too_large")
        if monotonic() > ends:
            raise RegisterSilent("too_slow")
    return b"".join(pieces).decode("utf-8")
