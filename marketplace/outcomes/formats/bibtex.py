"""BibTeX: entries with their LaTeX turned into text, names into family and given."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from importlib import import_module
from typing import Any

from marketplace.outcomes.formats import dates
from marketplace.outcomes.formats.drafts import MAX_CREATORS, MAX_WORKS, Draft, Unusable, language_of, read_each
from marketplace.outcomes.formats.patent_fields import patented, several
from marketplace.outcomes.formats.works import Reading
from marketplace.outcomes.models import OutcomeType
from marketplace.values.refusal import Invalid

NAME = "bibtex"
MAX_CHARACTERS = 2 * 2**20
MAX_VALUE = 50_000
MAX_NESTING = 50
_PUBLICATIONS = (
    *("article", "book", "booklet", "collection", "conference", "inbook", "incollection", "inproceedings", "manual"),
    *("mastersthesis", "misc", "mvbook", "online", "phdthesis", "proceedings", "report", "techreport", "thesis"),
    *("unpublished", "bookinbook", "inreference", "reference", "suppbook", "periodical", "electronic", "www"),
)
TYPES = {
    **dict.fromkeys(_PUBLICATIONS, OutcomeType.PUBLICATION),
    "dataset": OutcomeType.DATASET,
    "data": OutcomeType.DATASET,
    "software": OutcomeType.SOFTWARE,
    "patent": OutcomeType.PATENT_FAMILY,
    "standard": OutcomeType.STANDARD,
}
_LATEX = re.compile(r"[\\{}$~]|--|``|''")
_PER_CENT = re.compile(r"(?<!\\)%")
Fields = dict[str, str]


def read(text: str) -> Reading:
    """Every entry; broken and repeated ones are told and never stop the others."""
    if len(text) > MAX_CHARACTERS:
        raise Invalid.one("file", "file_too_large", max_megabytes=MAX_CHARACTERS // 2**20)
    if text.count("@") > 4 * MAX_WORKS:
        raise Invalid.one("file", "file_too_many_rows", max=MAX_WORKS)
    return read_each(_entries(text), NAME, _take)


@cache
def _library() -> Any:
    # They take half a second to load, and few processes ever meet a bibliography. What they report of broken input
    # is told to the reader instead of the log.
    for name in ("bibtexparser", "pylatexenc"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return import_module("bibtexparser")


@cache
def _decoder() -> Any:
    _library()
    return import_module("pylatexenc.latex2text").LatexNodes2Text(math_mode="text", strict_latex_spaces=False)


def _entries(text: str) -> Iterator[tuple[str, Fields, str]]:
    """Type, fields and what is wrong of each entry, in the order of the file."""
    model = _library().model
    for block in _library().parse_string(text).blocks:
        if isinstance(block, model.DuplicateBlockKeyBlock) and isinstance(block.ignore_error_block, model.Entry):
            yield *_fields(block.ignore_error_block, enclosed=True), "entry_key_twice"
        elif isinstance(block, model.DuplicateFieldKeyBlock):
            yield *_fields(block.ignore_error_block, enclosed=True), "entry_field_twice"
        elif isinstance(block, model.ParsingFailedBlock):
            if not isinstance(block, model.DuplicateBlockKeyBlock):
                yield "", {}, "entry_broken"
        elif isinstance(block, model.Entry):
            yield *_fields(block), ""


def _fields(entry: Any, *, enclosed: bool = False) -> tuple[str, Fields]:
    """The first value of each field, by names in lower case."""
    found: Fields = {}
    for field in entry.fields:
        value = str(field.value)
        found.setdefault(str(field.key).lower(), _opened(value) if enclosed else value)
    return str(entry.entry_type).lower(), found


def _opened(value: str) -> str:
    bare = value.strip()
    return bare[1:-1] if len(bare) > 1 and (bare[0], bare[-1]) in (("{", "}"), ('"', '"')) else bare


def _take(draft: Draft, entry: object) -> None:
    kind, fields, fault = entry if isinstance(entry, tuple) else ("", {}, "entry_broken")
    if fault == "entry_broken":
        raise Unusable("entry", fault)
    if fault:
        draft.warn("entry", fault)
    draft.typed(kind, TYPES)
    texts = {name: _text(draft, name, value) for name, value in fields.items() if name not in _NAMES}
    draft.entitled(texts.get("title"), texts.get("subtitle"))
    draft.language = language_of(texts.get("langid") or texts.get("language"))
    venue = next((texts[name] for name in _VENUES if texts.get(name)), "")
    publisher = next((texts[name] for name in _PUBLISHERS if texts.get(name)), "")
    draft.described(venue=venue, publisher=publisher, abstract=texts.get("abstract"))
    given = texts.get("date") or texts.get("year")
    draft.dated(
        dates.of_text(texts.get("date")) or dates.of_parts(texts.get("year"), texts.get("month"), texts.get("day")),
        given,
    )
    for family, first in _people(draft, fields.get("author", "")):
        draft.made_by(family, first)
    _numbered(draft, kind, texts)
    if draft.type is OutcomeType.PATENT_FAMILY:
        for role in ("assignee", "holder", "applicant"):
            names = [" ".join(filter(None, (first, family))) for family, first in _people(draft, fields.get(role, ""))]
            draft.held_by(names, "applicant" if role == "applicant" else "assignee")


_NAMES = frozenset({"author", "editor", "assignee", "holder", "applicant"})
_VENUES = ("journal", "journaltitle", "booktitle", "eventtitle", "series", "howpublished")
_PUBLISHERS = ("publisher", "school", "institution", "organization")


def _numbered(draft: Draft, kind: str, texts: Fields) -> None:
    if not draft.identified("doi", texts.get("doi")) and "doi.org/" in texts.get("url", ""):
        draft.identified("doi", texts["url"])
    if kind in ("book", "mvbook", "collection", "proceedings"):
        draft.identified("isbn", texts.get("isbn"))
    if draft.type is OutcomeType.STANDARD:
        draft.identified("standard", texts.get("number"))
    if draft.type is OutcomeType.PATENT_FAMILY:
        place = next((texts[name] for name in ("country", "nationality", "location", "type") if texts.get(name)), "")
        patented(draft, texts.get("number", ""), country=place)
        for priority in several(texts.get("priority", "")):
            draft.claims(priority)


def _text(draft: Draft, name: str, value: str) -> str:
    """A field's LaTeX as text; where it can't be read, without its braces and with a warning."""
    text = value[:MAX_VALUE]
    if not _LATEX.search(text) or name in ("doi", "url"):
        return text.replace("\\_", "_").replace("{", "").replace("}", "") if name in ("doi", "url") else text
    if _depth(text) <= MAX_NESTING:
        # Outside LaTeX a per cent sign is a sign, not the beginning of a comment. pylatexenc fails in many ways on
        # what is no LaTeX; all mean the same to the reader.
        with suppress(Exception):
            return str(_decoder().latex_to_text(_PER_CENT.sub(r"\\%", text)))
    draft.warn(name[:60], "latex_unread")
    return re.sub(r"[{}\\]", "", text)


def _depth(text: str) -> int:
    depth = deepest = 0
    for character in text:
        depth += (character == "{") - (character == "}")
        deepest = max(deepest, depth)
    return deepest


def _people(draft: Draft, value: str) -> Iterator[tuple[str, str]]:
    """Family and given names of a list joined by "and"; a name in braces is an organisation."""
    if not value:
        return
    names = _library().middlewares.names
    for name in names.split_multiple_persons_names(value[: 20 * MAX_VALUE])[: MAX_CREATORS + 1]:
        bare = " ".join(name.split())[:500]
        if bare.lower() == "others":
            draft.warn("creators", "creators_cut")
        elif bare.startswith("{") and bare.endswith("}"):
            yield _text(draft, "author", bare), ""
        elif bare:
            family, given = _name(names, bare)
            yield _text(draft, "author", family), _text(draft, "author", given)


def _name(names: Any, text: str) -> tuple[str, str]:
    with suppress(names.InvalidNameError, IndexError, ValueError):
        parts = names.parse_single_name_into_parts(text, strict=False)
        return " ".join([*parts.von, *parts.last, *parts.jr]), " ".join(parts.first)
    return text, ""
