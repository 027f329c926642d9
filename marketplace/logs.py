"""Structured logs: one line per event with its request id, and nothing in it that could name a person."""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from config import Settings

Failure = tuple[type[BaseException], BaseException, TracebackType | None]


def configure_logs(settings: Settings) -> None:
    """Send our events and the libraries' to stderr, as JSON or for reading; doing it again changes nothing."""
    frank = settings.environment == "development"
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer() if frank else _failure_without_values,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    last: Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
    if not settings.log_json:
        last = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    handler = logging.StreamHandler()
    handler.set_name("benchbridge")
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last]
        )
    )
    root = logging.getLogger()
    for old in [known for known in root.handlers if known.get_name() == "benchbridge"]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for chatty in ("alembic", "procrastinate", "asyncio", "PIL"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _failure_without_values(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Replace an exception by its kinds and places: messages quote values, and values may be somebody's."""
    given = event.pop("exc_info", None)
    failure = sys.exc_info() if given is True else given
    error = failure[1] if isinstance(failure, tuple) else failure
    if isinstance(error, BaseException):
        event["failure"] = [_outline(one) for one in _chain(error)]
    return event


def _chain(error: BaseException | None) -> list[BaseException]:
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or error.__context__
    return chain


def _outline(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)
    outline: dict[str, Any] = {
        "kind": f"{type(error).__module__}.{type(error).__qualname__}",
        "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
    diagnosis = getattr(error, "diag", None)
    if diagnosis is not None:
        outline["sqlstate"], outline["constraint"] = diagnosis.sqlstate, diagnosis.constraint_name
    return outline
