"""What one request knows: its clock, its actor, its reading session, and the way to the one commit."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from flask import Flask, current_app, g, request, url_for
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from config import Settings
from marketplace.accounts.policy import Actor
from marketplace.database import Database
from marketplace.files.store import FileStore
from marketplace.values.refusal import Refusal, Refused

T = TypeVar("T")
LANGUAGES = ("en", "zh-Hant", "zh-Hans")


@dataclass(frozen=True, slots=True)
class Seeing:
    """That an administrator sees the site as the actor: what they are called, and until when it lasts."""

    administrator: str
    until: datetime


def init_request(app: Flask, settings: Settings, database: Database, store: FileStore) -> None:
    """Hand the application what its requests share, and close each request's session when it ends."""
    app.extensions["benchbridge"] = (settings, database, store)
    app.teardown_appcontext(_close_reading)


def settings() -> Settings:
    """The deployment's settings."""
    return cast(Settings, current_app.extensions["benchbridge"][0])


def database() -> Database:
    """The deployment's database."""
    return cast(Database, current_app.extensions["benchbridge"][1])


def store() -> FileStore:
    """Where uploads lie."""
    return cast(FileStore, current_app.extensions["benchbridge"][2])


def now() -> datetime:
    """The instant of this request, UTC: read once, so that all its decisions agree."""
    if "now" not in g:
        clock = current_app.config.get("CLOCK")
        g.now = clock() if clock else datetime.now(UTC)
    return cast(datetime, g.now)


def clock() -> Callable[[], datetime]:
    """The application's clock, for answers that go on after their request has ended."""
    told = current_app.config.get("CLOCK")
    return cast(Callable[[], datetime], told) if told else lambda: datetime.now(UTC)


def actor() -> Actor:
    """Who asks; anonymous where nobody is signed in."""
    return cast(Actor, current_user.actor)


def language() -> str:
    """The language of this request: `en`, `zh-Hant` or `zh-Hans`."""
    return cast(str, g.get("language", "en"))


def speak(tag: str) -> None:
    """Answer this request in a language that it names, not in its reader's own."""
    g.language = tag


def seeing() -> Seeing | None:
    """Whether an administrator sees the site as the actor, and until when."""
    return cast("Seeing | None", g.get("seeing"))


def seeing_over() -> bool:
    """Whether this very request found that the person may no longer be seen as."""
    return bool(actor().administrator and g.get("seeing_over"))


def reading() -> Session:
    """The request's session for queries; nothing done in it is kept."""
    if "reading" not in g:
        g.reading_context = database().reading()
        g.reading = g.reading_context.__enter__()
    return cast(Session, g.reading)


def transact(work: Callable[[Session], T]) -> T:
    """Do `work` in the one unit of work; what was read before it is read anew afterwards. Who sees the site as somebody
    else does nothing: the one place through which pages write sees to that."""
    if seeing() is not None:
        raise Refused([Refusal("seeing_only")])
    return transact_as_oneself(work)


def transact_as_oneself(work: Callable[[Session], T]) -> T:
    """The same for what an administrator does of their own while they see the site as somebody else: ending that."""
    try:
        return database().transact(work)
    finally:
        _close_reading(None)


def put_back() -> None:
    """Give the reading session back before something outside is waited for; the next reading takes another."""
    _close_reading(None)


def url(endpoint: str, **values: Any) -> str:
    """The address of a page in the language of this request (or `language=`)."""
    return url_for(endpoint, **values)


def url_in(tag: str) -> str:
    """This page's address in another language."""
    here = request.endpoint
    if here is None or not current_app.url_map.is_endpoint_expecting(here, "language"):
        return url_for("home.home", language=tag)
    values = {**(request.view_args or {}), **request.args.to_dict(flat=False), "language": tag}
    return url_for(here, **values)


def _close_reading(_: BaseException | None) -> None:
    context = g.pop("reading_context", None)
    g.pop("reading", None)
    if context is not None:
        # How a reading ends decides nothing: where the database has gone, the answer that says so stands.
        with suppress(SQLAlchemyError):
            context.__exit__(None, None, None)
