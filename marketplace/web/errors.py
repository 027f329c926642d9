"""Every error's answer, made in one place: a problem document below /api, a page elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import structlog
from flask import Flask, Response, g, json, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from marketplace.files.store import BlobMissing
from marketplace.limits.actions import TooMany
from marketplace.values.refusal import Forbidden, Invalid, NotFound, Refusal, Refused, StateForbids
from marketplace.web.request import language
from marketplace.wording.refusals import sentence, sentence_of_error, title_of_status

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, before it becomes HTML or `application/problem+json` (RFC 9457)."""

    status: int
    code: str
    detail: str = ""
    errors: tuple[dict[str, Any], ...] = ()
    members: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


def init_errors(app: Flask) -> None:
    """Answer every exception that may leave a view."""
    for kind, make in MAKERS.items():
        app.register_error_handler(kind, _answerer(make))


def of_not_found(_: Exception) -> Problem:
    """404: unknown, or a stranger's; the two look alike."""
    return Problem(404, "not_found")


def of_missing_blob(error: BlobMissing) -> Problem:
    """410: the file was here and its bytes are not; whoever runs the platform finds which in the log."""
    log.error("blob_missing", key=str(error))
    return Problem(410, "file_gone", detail=sentence(Refusal("file_gone"), language()))


def of_forbidden(error: Forbidden) -> Problem:
    """403: seen, but not to be acted upon by this person."""
    return Problem(403, "forbidden", members={"verb": error.verb})


def of_state(error: StateForbids) -> Problem:
    """409 with the present state."""
    code = "expired" if error.state == "expired" else "state_forbids"
    return Problem(409, code, members={"state": error.state, "verb": error.verb})


def of_refused(error: Refused) -> Problem:
    """422 with every reason; 409 where another claim is in the way, or the facts that were judged are no more."""
    reasons: list[dict[str, Any]] = [
        {**reason.as_json(), "message": sentence(reason, language())} for reason in error.reasons
    ]
    if "taken" in error.codes:
        taken = next(reason for reason in error.reasons if reason.code == "taken")
        members = {"reasons": reasons, "alternatives": taken.details.get("alternatives", [])}
        return Problem(409, "taken", detail=sentence(taken, language()), members=members)
    for reason in error.reasons:
        if reason.code in ("seeing_only", "seeing_closed"):
            return Problem(403, reason.code, detail=sentence(reason, language()))
    for code in ("facts_changed", "vault_changed_since", "letter_first"):
        if code in error.codes:
            first = next(reason for reason in error.reasons if reason.code == code)
            members = {**first.details, "reasons": reasons}
            return Problem(409, code, detail=sentence(first, language()), members=members)
    detail = " ".join(reason["message"] for reason in reasons)
    return Problem(422, "refused", detail=detail, members={"reasons": reasons})


def of_invalid(error: Invalid) -> Problem:
    """422 naming each field and rule."""
    errors = tuple(
        {"field": one.field, "rule": one.rule, "message": sentence_of_error(one, language())} for one in error.errors
    )
    return Problem(422, "invalid", errors=errors)


def of_too_many(error: TooMany) -> Problem:
    """429 with Retry-After in whole seconds."""
    return Problem(429, "too_many_requests", headers={"Retry-After": str(error.retry_after)})


def of_csrf(error: CSRFError) -> Problem:
    """400: the form is too old or not ours; nothing was changed."""
    return Problem(400, "csrf", detail=str(error.description or ""))


def of_http(error: HTTPException) -> Problem:
    """Whatever werkzeug raised, under its own status."""
    status = error.code or 500
    headers = {"Allow": error.get_response().headers["Allow"]} if status == 405 else {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    data = getattr(error, "data", None) or {}
    errors = tuple(_flat_errors(data.get("messages", {})))
    return Problem(status, error.name.lower().replace(" ", "_"), errors=errors, headers=headers)


def of_database(error: Exception) -> Problem:
    """503: the database is away or too busy; the work was not done and may be tried again."""
    log.error("database_unavailable", error=type(error).__name__)
    return Problem(503, "unavailable", headers={"Retry-After": "2"})


def of_unfit_value(error: DataError) -> Problem:
    """400: input that no column can hold, such as a NUL character or a number beyond all bounds."""
    log.warning("unfit_value", error=type(error.orig).__name__)
    return Problem(400, "unfit_value")


def of_unfit_text(_error: UnicodeEncodeError) -> Problem:
    """400: text with half a character, such as JSON may hold and nothing can write down."""
    return Problem(400, "unfit_value")


def of_conflict(error: IntegrityError) -> Problem:
    """409: somebody else was faster with what only one may have; nothing was changed, and it may be tried again."""
    diagnosis = getattr(error.orig, "diag", None)
    log.error("conflict", error=type(error.orig).__name__, constraint=getattr(diagnosis, "constraint_name", None))
    return Problem(409, "conflict")


def of_too_deep(_: RecursionError) -> Problem:
    """400: JSON nested deeper than anybody means."""
    log.warning("too_deep")
    return Problem(400, "unfit_value")


def of_value(error: ValueError) -> Problem:
    """400: a number of more digits than Python agrees to read, met while JSON is read; any other is a fault of ours."""
    if str(error).startswith("Exceeds the limit"):
        log.warning("number_too_long")
        return Problem(400, "unfit_value")
    return of_unexpected(error)


def of_unexpected(error: Exception) -> Problem:
    """500: a fault of ours, logged with its request id."""
    log.exception("unexpected_error", error=type(error).__name__)
    return Problem(500, "internal")


MAKERS: dict[type[Exception], Any] = {
    NotFound: of_not_found,
    BlobMissing: of_missing_blob,
    Forbidden: of_forbidden,
    StateForbids: of_state,
    Refused: of_refused,
    Invalid: of_invalid,
    TooMany: of_too_many,
    CSRFError: of_csrf,
    HTTPException: of_http,
    OperationalError: of_database,
    PoolTimeout: of_database,
    DataError: of_unfit_value,
    IntegrityError: of_conflict,
    UnicodeEncodeError: of_unfit_text,
    RecursionError: of_too_deep,
    ValueError: of_value,
    Exception: of_unexpected,
}


def _answerer(make: Any) -> Any:
    def answer(error: Exception) -> Response:
        if isinstance(error, HTTPException) and (error.code or 500) < 400:
            return error.get_response()  # type: ignore[return-value]
        problem = make(error)
        return _document(problem) if request.path.startswith("/api/") else _page(problem)

    return answer


def _document(problem: Problem) -> Response:
    body = {
        "type": f"{request.url_root}problems/{problem.code}",
        "title": title_of_status(problem.status, "en"),
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
        "instance": request.path,
        "request_id": g.get("request_id"),
        "errors": list(problem.errors),
        **problem.members,
    }
    response = Response(json.dumps(body), problem.status, content_type="application/problem+json")
    response.headers.update(problem.headers)
    return response


def _page(problem: Problem) -> Response:
    title = title_of_status(problem.status, language())
    html = render_template("errors/error.html", problem=problem, title=title, request_id=g.get("request_id"))
    response = Response(html, problem.status, content_type="text/html; charset=utf-8")
    response.headers.update(problem.headers)
    return response


def _flat_errors(messages: Any, at: str = "") -> list[dict[str, Any]]:
    if isinstance(messages, dict):
        flat = [_flat_errors(value, f"{at}/{key}".lstrip("/")) for key, value in messages.items()]
        return [error for part in flat for error in part]
    texts = messages if isinstance(messages, list) else [messages]
    place = at.removeprefix("json/").removeprefix("query/")
    return [{"field": place, "rule": "format", "message": str(text)} for text in texts]
