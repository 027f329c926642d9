"""Returns of an organisation: choosing one, and the file."""

from __future__ import annotations

from datetime import date
from typing import Final, cast
from uuid import UUID

from flask import Blueprint, Response, render_template, request

from marketplace.collaborations.rules.days import HERE
from marketplace.spillovers.queries.returning import made_return, returning
from marketplace.spillovers.rules.returns.rows import Return
from marketplace.values.localized import Language
from marketplace.values.refusal import Invalid
from marketplace.web.access import allow
from marketplace.web.request import actor, language, now, reading, transact
from marketplace.wording.returns import ENDINGS, PROFILES, rates_said, sheets_of, written

blueprint = Blueprint("returns", __name__)
TYPES: Final = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
MOST_SHOWN: Final = 50


@blueprint.get("/organisations/<uuid:organisation_id>/returns")
@allow("return.make")
def choose(organisation_id: UUID) -> str:
    """Which return of which year; once chosen its tables, what can't be filled, and the files."""
    place = returning(reading(), organisation_id, by=actor())
    profile, tag = request.args.get("profile", ""), cast(Language, language())
    chosen = profile in PROFILES
    made = _made(organisation_id, profile) if chosen else None
    return render_template(
        "returns/choose.html",
        organisation_id=organisation_id,
        name=returning(reading(), organisation_id, by=actor()).name if made else place.name,
        profiles=[(code, texts[tag]) for code, texts in PROFILES.items()],
        profile=profile,
        year=_year() if chosen else last_year(),
        made=made,
        sheets=[(name, head, rows[:MOST_SHOWN], len(rows)) for name, head, rows in sheets_of(made, tag)]
        if made
        else [],
        endings=ENDINGS,
        rates=rates_said(made, tag) if made else [],
    )


@blueprint.get("/organisations/<uuid:organisation_id>/returns/<profile>.<ending>")
@allow("return.make")
def make(organisation_id: UUID, profile: str, ending: str) -> Response:
    """The file of a return in the reader's language."""
    return file_response(_made(organisation_id, profile), ending, cast(Language, language()))


def file_response(made: Return, ending: str, tag: Language) -> Response:
    """A return as a download that nobody else may keep. Raises Invalid for another kind of file."""
    content = written(made, ending, tag)
    response = Response(content, mimetype=TYPES[ending])
    name = f"{made.profile}-{made.years[0].first.year}.{ending}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _made(organisation_id: UUID, profile: str) -> Return:
    returning(reading(), organisation_id, by=actor())  # a stranger learns nothing, not even what a year looks like
    year = _year()
    return transact(lambda work: made_return(work, organisation_id, profile, year, by=actor(), now=now()))


def last_year() -> int:
    """The calendar year before the present one: what is asked for where nobody says."""
    return now().astimezone(HERE).year - 1


def _year() -> int:
    given = request.args.get("year", "")
    if not given:
        return last_year()
    if not (given.isascii() and given.isdigit() and len(given) == len(str(date.max.year))):
        raise Invalid.one("year", "number")
    return int(given)
