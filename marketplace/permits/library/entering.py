"""One row as somebody writes it: read without being led astray, and judged as if it stood in the files."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

import yaml

from marketplace.permits.library.checking import judged
from marketplace.permits.library.parts import BrokenLibrary, Fault, Known
from marketplace.permits.library.reading import Document, Place, Unreadable, read, read_loader
from marketplace.values.localized import clean_text
from marketplace.values.refusal import Invalid

LONGEST_ROW: Final = 60_000
DEEPEST: Final = 24
_NAME: Final = "row"
_LONGEST_TEXT: Final = 4_000
_DAYS: Final = ("effective_from", "effective_to", "blocks_until", "reviewed_on")


def entered(
    text: str, others: Sequence[Mapping[str, Any]], vocabulary: Mapping[str, Any], known: Known
) -> Mapping[str, Any]:
    """The row that a text tells, beside all other rows. Raises BrokenLibrary with every fault, each with its line."""
    if len(text) > LONGEST_ROW:
        raise BrokenLibrary([Fault(_NAME, 1, f"longer than {LONGEST_ROW} characters")])
    try:
        _looked_over(text)
        document = _one(read(_NAME, text, single=True))
    except Unreadable as error:
        raise BrokenLibrary([Fault(_NAME, error.line, error.reason)]) from error
    except (ValueError, OverflowError, RecursionError) as error:
        raise BrokenLibrary([Fault(_NAME, 1, str(error)[:300])]) from error
    if faults := list(_unfit(document, document.rows[0], (0,))):
        raise BrokenLibrary(faults)
    if faults := judged(document, others, vocabulary, known):
        raise BrokenLibrary(faults)
    row: Mapping[str, Any] = document.rows[0]
    if faults := list(_days(document, row)):
        raise BrokenLibrary(faults)
    return row


def written(told: Mapping[str, Any]) -> str:
    """A row as its file would tell it."""
    return yaml.safe_dump(dict(told), allow_unicode=True, sort_keys=False, width=100)


def _looked_over(text: str) -> None:
    """Nothing that grows when it is read: no references, no depth. The events come one by one, before any of it."""
    depth = 0
    try:
        for event in yaml.parse(text, Loader=read_loader()):
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise Unreadable(line, "references (& and *) are not read")
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                raise Unreadable(line, f"nested more than {DEEPEST} deep")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable(mark.line + 1 if mark else 1, error.problem or "no YAML") from error
    except yaml.YAMLError as error:
        raise Unreadable(1, str(error)[:300]) from error


def _one(document: Document) -> Document:
    if len(document.rows) != 1 or not isinstance(document.rows[0], Mapping):
        raise Unreadable(1, "one row is wanted")
    return document


def _unfit(document: Document, value: Any, place: Place) -> Iterator[Fault]:
    """Texts and numbers that no database and no page can take."""
    where = "/".join(map(str, place[1:]))
    if isinstance(value, Mapping):
        for key, each in value.items():
            if not isinstance(key, str):
                yield Fault(_NAME, document.line(place), f"{where}: {key!r} is no name of a field")
            else:
                yield from _unfit(document, key, place)
                yield from _unfit(document, each, (*place, key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _unfit(document, each, (*place, number))
    elif isinstance(value, str):
        try:
            clean_text(value, _LONGEST_TEXT, field=where, multiline=True)
        except Invalid as error:
            yield Fault(_NAME, document.line(place), f"{where}: {error.errors[0].rule}")
    elif isinstance(value, int | float) and (not math.isfinite(value) or abs(value) > 1e15):
        yield Fault(_NAME, document.line(place), f"{where}: no such number")


def _days(document: Document, row: Mapping[str, Any]) -> Iterator[Fault]:
    confirmed = row.get("confirmed") or {}
    given: dict[tuple[str, ...], Any] = {(name,): row.get(name) for name in _DAYS}
    given["confirmed", "on"] = confirmed.get("on")
    wrong = False
    for place, text in given.items():
        try:
            if text:
                date.fromisoformat(text)
        except ValueError as error:
            wrong = True
            yield Fault(_NAME, document.line((0, *place)), f"{row['id']}: {'/'.join(place)}: {error}")
    first, last = row.get("effective_from"), row.get("effective_to")
    if not wrong and first and last and last < first:
        line = document.line((0, "effective_to"))
        yield Fault(_NAME, line, f"{row['id']}: effective_to: {last} is before {first}")
