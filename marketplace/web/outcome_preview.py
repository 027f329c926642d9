"""What was pasted or brought in a file, looked over: what each entry says, what is like it, and what is kept of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from marketplace.collaborations.models import Collaboration
from marketplace.outcomes.actions.entering import add_to, as_open, enter, may_add, statement_for
from marketplace.outcomes.formats.entries import Entries, Entry, Rejected
from marketplace.outcomes.models import Outcome, OutcomeType
from marketplace.outcomes.queries import told
from marketplace.outcomes.queries.alike import Alike, alike, recorded_told
from marketplace.outcomes.queries.reach import outcome as one_outcome
from marketplace.outcomes.rules.statements import Statement
from marketplace.outcomes.rules.telling import told_from
from marketplace.values.refusal import FieldError, Invalid
from marketplace.web.forms.bookings import uuid_or_none
from marketplace.web.forms.outcome_lines import people_of, person_line
from marketplace.web.outcome_around import creators_named, finding, seats_of
from marketplace.web.outcome_words import (
    field_name,
    named,
    options,
    organisation_names,
    title_said,
    today,
)
from marketplace.web.request import actor, language, now, reading
from marketplace.wording import outcome_words as words
from marketplace.wording.refusals import sentence, sentence_of_error

MOST_PEOPLE: Final = 100  # of one entry, to be looked over
SKIP, DRAFT, SAME = "skip", "draft", "same"


@dataclass(slots=True)
class Looked:
    """One entry of a preview: what it says, what was chosen and typed, what is doubtful, and what is like it.

    `people` are lines, None where they are too many to be looked over; `wider` says that others may see it too."""

    entry: Entry
    title: str
    type: str
    date: str
    choice: str
    marks: list[tuple[str, str]]
    people: str | None
    alike: Sequence[tuple[Alike, str, list[str]]]
    warnings: list[str]
    wider: bool = False
    errors: list[str] = field(default_factory=list)

    @property
    def row(self) -> int:
        """Its place in what was brought."""
        return self.entry.row


def shown(
    around: Collaboration, found: Entries, looked: Sequence[Looked], written: str, *, sheet: bool
) -> dict[str, Any]:
    """What the page of a preview is drawn from."""
    return {
        "around": around,
        "looked": looked,
        "rejected": [(bad.row, _left_out(bad)) for bad in found.rejected],
        "unknown": found.unknown_columns,
        "text": written,
        "sheet": sheet,
        "types": options(words.TYPES),
        "parties": [seat.name for seat in seats_of(around.id)],
        "wrong": sum(bool(each.errors) for each in looked),
    }


def _left_out(bad: Rejected) -> str:
    """Why something was left out; of a pasted line there is no field to name."""
    return sentence_of_error(bad.error, language()) if bad.field == "text" else _said(bad.error)


def looked_over(around: Collaboration, found: Entries) -> list[Looked]:
    """The entries with what was chosen so far, and what stands here already."""
    near = alike(
        reading(),
        [recorded_told(each.told, str(each.row), around.id) for each in found.entries],
        around.id,
        by=actor(),
        today=today(),
    )
    creators = [each for entry in found.entries for each in entry.told.get("creators") or ()]
    names = organisation_names(creators_named(creators))
    return [_one(each, near.get(str(each.row), []), names) for each in found.entries]


def _one(entry: Entry, near: Sequence[Alike], names: Mapping[UUID, str]) -> Looked:
    given = request.form
    at = f"-{entry.row}"
    certain = next((each for each in near if each.likeness.certain), None)
    usual = f"{SAME}:{certain.outcome.id}" if certain else DRAFT
    told_date = str(entry.told.get("date_event") or "")
    return Looked(
        entry=entry,
        title=given.get(f"title{at}", title_said(entry.told["title"]) if entry.told.get("title") else ""),
        type=given.get(f"type{at}", entry.told["type"]),
        date=given.get(f"date{at}", told_date),
        choice=given.get(f"do{at}", usual),
        marks=[(named(words.SCHEMES, mark["scheme"]), mark["value"]) for mark in entry.told.get("identifiers", ())],
        people=given.get(f"people{at}", _lines(entry, names)),
        alike=[
            (each, title_said(each.title), [sentence(reason, language()) for reason in each.likeness.reasons])
            for each in near[:5]
        ],
        wider=bool(given.get(f"wider{at}")),
        warnings=[_said(each) for each in entry.warnings],
    )


def _lines(entry: Entry, names: Mapping[UUID, str]) -> str | None:
    people = entry.told.get("creators") or ()
    return "\n".join(person_line(each, names) for each in people) if len(people) <= MOST_PEOPLE else None


def checked(around: Collaboration, looked: Sequence[Looked]) -> int:
    """Note beside each entry that is to be kept what is wrong with it; how many there are."""
    wrong = 0
    for each in looked:
        same = _same(each)
        if each.choice == SKIP:
            continue
        try:
            if same is not None:
                _demand_asked(around.id, same, each)
            else:
                statement_for(reading(), around.id, _fields(around.id, each), now=now(), source="pasted")
        except Invalid as invalid:
            each.errors = [_said(error) for error in invalid.errors]
            wrong += 1
    return wrong


def _said(error: FieldError) -> str:
    name = field_name(error.field.split(".")[0])
    return str(_("%(label)s: %(text)s", label=name, text=sentence_of_error(error, language())))


def _fields(collaboration_id: UUID, each: Looked) -> dict[str, Any]:
    """What an entry says after it was looked over."""
    fields = dict(each.entry.told)
    if each.people is not None:
        before = fields.get("creators") or ()
        names = organisation_names(creators_named(before))
        fields["creators"] = people_of(each.people, before, names, finding(collaboration_id))
    if each.type in set(OutcomeType) and each.type != fields["type"]:
        fields["type"] = each.type
        fields.pop("details", None)
    written = title_said(fields["title"]) if fields.get("title") else ""
    if each.title != written:
        fields["title"] = each.title
    precision = {4: "year", 7: "month"}.get(len(each.date.strip()), "day")
    return fields | {"date_event": each.date.strip(), "precision": precision}


def kept(work: Session, collaboration_id: UUID, own: UUID, looked: Sequence[Looked]) -> tuple[int, int]:
    """How many drafts were made, and how many entries were added to what stands here."""
    made = added = 0
    for each in looked:
        if each.choice == SKIP:
            continue
        source = "file" if request.form.get("sheet") == "1" else "pasted"
        fields = _fields(collaboration_id, each)
        same = _same(each)
        if same is not None:
            _add(work, same, collaboration_id, each)
            added += 1
            continue
        said = statement_for(work, collaboration_id, fields, now=now(), source=source)
        is_new = enter(work, collaboration_id, said, now=now(), by=actor(), organisation_id=own)[1]
        made, added = made + is_new, added + (not is_new)
    return made, added


def _same(each: Looked) -> UUID | None:
    """The outcome that an entry is said to be the same as."""
    return uuid_or_none(each.choice.removeprefix(f"{SAME}:")) if each.choice.startswith(SAME) else None


def _demand_asked(collaboration_id: UUID, same: UUID, each: Looked) -> None:
    """What would show the one to readers of the other needs a word of its own. Raises Invalid."""
    row = one_outcome(reading(), same, by=actor(), today=today())
    said = None if each.wider else _said_as(reading(), row, collaboration_id, each)
    if (
        said is not None
        and not as_open(reading(), row, said, collaboration_id)
        and may_add(reading(), row, now=now(), by=actor())
    ):
        raise Invalid.one("confidentiality", "outcome_wider")


def _said_as(work: Session, row: Outcome, collaboration_id: UUID, each: Looked) -> Statement | None:
    """An entry as what is the same: its own numbers and readers, all else as the other says; None where the other's
    type can't bear a number."""
    own: dict[str, Any] = {"identifiers": (), "priorities": (), **each.entry.told}
    taken = ("identifiers", "priorities", "confidentiality", "embargo_until")
    fields = {**told_from(told.statement(work, row)), **{name: own[name] for name in taken if name in own}}
    try:
        return statement_for(work, collaboration_id, fields | {"type": row.type.value}, now=now(), source="pasted")
    except Invalid:
        return None


def _add(work: Session, same: UUID, collaboration_id: UUID, each: Looked) -> None:
    """Add an entry to what is the same; what it lacks beside its numbers, the other has."""
    said = _said_as(work, one_outcome(work, same, by=actor(), today=today()), collaboration_id, each)
    if said is not None:
        add_to(work, same, said, collaboration_id, now=now(), by=actor(), wider=each.wider)
