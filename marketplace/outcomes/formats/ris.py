"""RIS, as publishers and reference managers export it."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import Any

from marketplace.outcomes.formats import dates
from marketplace.outcomes.formats.drafts import MAX_WORKS, Draft, Unusable, language_of, read_each
from marketplace.outcomes.formats.patent_fields import number_of, patented
from marketplace.outcomes.formats.works import Reading
from marketplace.outcomes.models import OutcomeType
from marketplace.values.refusal import Invalid

NAME = "ris"
_PUBLICATIONS = (
    *("ABST", "ANCIENT", "BLOG", "BOOK", "CASE", "CHAP", "CONF", "CPAPER", "DICT", "EBOOK", "ECHAP", "EDBOOK", "EJOUR"),
    *("ELEC", "ENCYC", "GOVDOC", "HEAR", "INPR", "JFULL", "JOUR", "MANSCPT", "MGZN", "NEWS", "PAMP", "RPRT", "SER"),
    *("SLIDE", "THES", "UNPB", "WEB", "PREPRINT"),
)
TYPES = {
    **{name.lower(): OutcomeType.PUBLICATION for name in _PUBLICATIONS},
    **dict.fromkeys(("data", "dbase", "aggr"), OutcomeType.DATASET),
    "comp": OutcomeType.SOFTWARE,
    "pat": OutcomeType.PATENT_FAMILY,
    "stand": OutcomeType.STANDARD,
    "grant": OutcomeType.FOLLOW_ON_FUNDING,
    "gen": OutcomeType.OTHER,
}
# Some write one blank before the hyphen, some none after it.
_TAG = re.compile(r"^[ \t]*([A-Z][A-Z0-9])[ \t]{1,2}-[ \t]?", re.MULTILINE)
_START = re.compile(r"^TY  - ", re.MULTILINE)
_END = re.compile(r"^ER  - ?.*$", re.MULTILINE)
# Where programs put the number of a patent: EndNote in SN, others in M1, IS, CN, AN or C1.
_PATENT_NUMBERS = ("issn", "note", "number", "call_number", "accession_number", "custom1", "id")
_LONGEST_LINE = 200_000


def read(text: str) -> Reading:
    """Every record; one without an end is ended by the next beginning."""
    plain = _TAG.sub(r"\1  - ", text.replace("\r\n", "\n").replace("\r", "\n"))
    starts = [found.start() for found in _START.finditer(plain)]
    if len(starts) > MAX_WORKS:
        raise Invalid.one("file", "file_too_many_rows", max=MAX_WORKS)
    if not starts:
        raise Invalid.one("file", "file_not_this_format", format=NAME)
    ends = [*starts[1:], len(plain)]
    return read_each([plain[start:end] for start, end in zip(starts, ends, strict=True)], NAME, _take)


@cache
def _rispy() -> Any:
    return import_module("rispy")


def _take(draft: Draft, entry: object) -> None:
    record = _record(str(entry))
    draft.typed(record.get("type_of_reference"), TYPES)
    draft.entitled(
        next((record[name] for name in ("title", "primary_title", "translated_title") if record.get(name)), "")
    )
    draft.language = language_of(record.get("language"))
    venue = next((record[name] for name in _VENUES if record.get(name)), "")
    draft.described(
        venue=venue, publisher=record.get("publisher"), abstract=record.get("abstract") or record.get("notes_abstract")
    )
    given = next((record[name] for name in ("date", "year", "publication_year") if record.get(name)), "")
    known = (dates.of_text(record.get(name)) for name in ("date", "publication_year", "year") if record.get(name))
    draft.dated(next((day for day in known if day), None), given)
    if not draft.identified("doi", record.get("doi")):
        for address in record.get("urls", []):
            if "doi.org/" in address and draft.identified("doi", address):
                break
    for name in [*record.get("first_authors", []), *record.get("authors", [])]:
        family, _, first = str(name).partition(",")
        draft.made_by(family, first.replace(",", " "))
    _numbered(draft, record)


_VENUES = ("journal_name", "secondary_title", "alternate_title3", "alternate_title2", "tertiary_title")


def _numbered(draft: Draft, record: dict[str, Any]) -> None:
    if draft.type is OutcomeType.PATENT_FAMILY:
        texts = [str(record[name]) for name in _PATENT_NUMBERS if isinstance(record.get(name), str)]
        good = next((text for text in texts if number_of(text).check_ok), texts[0] if texts else "")
        patented(draft, good, country=str(record.get("place_published") or ""))
        draft.held_by([record.get("publisher")], "assignee")
        draft.publisher = ""
    elif draft.type is OutcomeType.STANDARD:
        draft.identified("standard", record.get("number") or record.get("note"))
    elif str(record.get("type_of_reference")).upper() in ("BOOK", "EBOOK", "EDBOOK"):
        draft.identified("isbn", str(record.get("issn") or "").split(" ")[0])


def _record(text: str) -> dict[str, Any]:
    ended = _END.search(text)
    body = text[: ended.start()] if ended else text
    if max(map(len, body.split("\n"))) > _LONGEST_LINE:
        raise Unusable("entry", "entry_broken")
    found = _rispy().loads(body.rstrip() + "\nER  - \n")
    if not found or not isinstance(found[0], dict):
        raise Unusable("entry", "entry_broken")
    return {name: value for name, value in found[0].items() if isinstance(value, str | list)}
