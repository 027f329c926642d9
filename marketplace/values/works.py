"""Identifiers of what a collaboration brings forth: one normal form and one check for each scheme."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote

from stdnum import isbn as stdnum_isbn
from stdnum.exceptions import InvalidChecksum, ValidationError

from marketplace.values import identifiers, patents
from marketplace.values.localized import clean_text
from marketplace.values.patents import BrokenNumber
from marketplace.values.refusal import Invalid

MAX_LENGTH = 500


class WorkScheme(StrEnum):
    """The registers of works and papers of agreement; those of people and organisations are `identifiers.Scheme`."""

    DOI = "doi"
    PATENT_APPLICATION = "patent_application"
    PATENT_PUBLICATION = "patent_publication"
    DOCDB_FAMILY = "docdb_family"
    RAID = "raid"
    ISBN = "isbn"
    STANDARD = "standard"
    CONTRACT = "contract"
    REGISTRATION = "registration"
    AWARD = "award"


SCHEMES: tuple[str, ...] = (*WorkScheme, *identifiers.Scheme)
"""Every scheme that an outcome's identifier may name."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number as it was given and what became of it; where it broke, `normalised` is empty and `why` its rule."""

    scheme: str
    value: str
    normalised: str
    check_ok: bool
    why: str = ""


def normalise(scheme: str, value: object) -> Identifier:
    """The identifier in its normal form, or with the rule it breaks: scheme, text, no_nul, max_length, required,
    format, check_digit, range, country. Never raises."""
    given = value if isinstance(value, str) else ""
    try:
        kept = checked(scheme, value)
    except Invalid as broken:
        return Identifier(str(scheme)[:80], given[:MAX_LENGTH].strip(), "", False, broken.errors[0].rule)
    return Identifier(str(scheme), given.strip(), kept, True)


def checked(scheme: str, value: object, *, field: str = "identifier") -> str:
    """The identifier's normal form; raises `Invalid` naming the field and the rule it breaks."""
    if scheme not in SCHEMES:
        raise Invalid.one(field, "scheme", scheme=str(scheme)[:80])
    text = clean_text(narrowed(value) if isinstance(value, str) else None, MAX_LENGTH, field=field)
    if not text:
        raise Invalid.one(field, "required")
    if scheme not in _CHECKS:
        return identifiers.check(scheme, text, field=field)
    try:
        return _CHECKS[WorkScheme(scheme)](text)
    except BrokenNumber as broken:
        raise Invalid.one(field, str(broken), scheme=str(scheme)) from None


def doi(text: str) -> str | None:
    """The DOI in lower case without address, prefix and the punctuation of the sentence it stood in; None where the
    text is no DOI. Pattern: Crossref, "DOIs and matching regular expressions"."""
    found = narrowed(text[: 4 * MAX_LENGTH]).strip()
    bare = _DOI_PREFIX.sub("", found)
    if bare != found and _ADDRESS.match(found):
        bare = unquote(re.sub(r"\?.*|#\w+$", "", bare))
    bare = _without_trailing(bare.strip()).lower()
    return bare if len(bare) <= MAX_LENGTH and _DOI.fullmatch(bare) else None


def narrowed(text: str) -> str:
    """The text with full-width Latin characters narrow, dashes plain and invisible marks gone."""
    return _INVISIBLE.sub("", text.translate(_NARROW))


# U+FF01 to U+FF5E are the full-width forms of ASCII.
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | dict.fromkeys(
    [0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212], "-"
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_ADDRESS = re.compile(r"(?:https?:/+)?(?:www\.|dx\.)?doi\.org/", re.IGNORECASE)
_DOI_PREFIX = re.compile(
    r"^(?:\s|[<(\[\"'])*(?:(?:(?:https?:/+)?(?:(?:www|dx)\.)?doi\.org/|info:doi/|urn:doi:|doi)[:\s]*)*", re.IGNORECASE
)
# Printable, and without what would break out of an address or a page; only Wiley's old numbers hold angle brackets.
_UNFIT = r"\s\x00-\x1f\x7f-\x9f\ud800-\udfff\""
_DOI = re.compile(rf"10\.[0-9]{{4,9}}(?:\.[0-9]+)*/[^{_UNFIT}<>]+|10\.1002/[^{_UNFIT}]+")
_CLOSING = {")": "(", "]": "[", "}": "{", ">": "<"}


def _without_trailing(text: str) -> str:
    """Without the full stops, commas, quotes and brackets that belong to the sentence and not to the number."""
    while text:
        last = text[-1]
        if last in ".,;:!?'\"`。,;、’”" or (last in _CLOSING and text.count(last) > text.count(_CLOSING[last])):
            text = text[:-1].rstrip()
        else:
            break
    return text


def _doi(text: str) -> str:
    if found := doi(text):
        return found
    raise BrokenNumber("format")


def _publication(text: str) -> str:
    return str(patents.publication(text))


def _family(text: str) -> str:
    number = re.sub(r"^(?:https?://\S*/family/|docdb|simple|family|id|[\s:/#])+", "", text.lower())
    found = re.fullmatch(r"0*(\d{1,12})(?:/.*)?", number, re.ASCII)
    if not found or found[1] == "0":
        raise BrokenNumber("format")
    return found[1]


def _raid(text: str) -> str:
    """ISO 23527: a handle, its prefix of numbers and points."""
    prefix = r"^(?:raid:\s*|(?:https?://)?(?:[a-z0-9-]+\.)*raid\.org(?:\.au)?/|(?:https?://)?hdl\.handle\.net/)+"
    number = re.sub(prefix, "", text.lower()).rstrip("/.,;")
    if not re.fullmatch(r"\d{1,9}(?:\.\d{1,9}){1,3}/[a-z0-9][a-z0-9._~-]*", number, re.ASCII):
        raise BrokenNumber("format")
    return number


def _isbn(text: str) -> str:
    number = re.sub(r"^(?:urn:|isbn(?:-?1[03](?=[:\s]))?|[:\s])+", "", text.lower())
    try:
        return str(stdnum_isbn.to_isbn13(stdnum_isbn.validate(number)))
    except InvalidChecksum:
        raise BrokenNumber("check_digit") from None
    except ValidationError:
        raise BrokenNumber("format") from None


def _standard(text: str) -> str:
    """A standard's number: GB/T4754 — 2017 is GB/T 4754-2017."""
    number = re.sub(r"\s*([-:/.])\s*", r"\1", _free(text))
    number = re.sub(r"^([A-Z/]+) ?(?=\d)", r"\1 ", number)
    if not re.fullmatch(r"[A-Z][A-Z/ ]*[A-Z0-9 ./:+()-]*\d[A-Z0-9 ./:+()-]*", number):
        raise BrokenNumber("format")
    return number


def _free(text: str) -> str:
    """A number that its register gives no form: capitals, single blanks, no "No." before it."""
    for _ in range(4):  # capitals may come apart under NFKC, and again
        plain = " ".join(unicodedata.normalize("NFKC", text.replace("№", "").upper()).split())
        plain = re.sub(r"^(?:(?:NO|NR)\.\s*|#\s*)+", "", plain)
        if plain == text:
            break
        text = plain
    if not any(character.isalnum() for character in text) or len(text) > 200:
        raise BrokenNumber("format")
    return text


_CHECKS: dict[WorkScheme, Callable[[str], str]] = {
    WorkScheme.DOI: _doi,
    WorkScheme.PATENT_APPLICATION: patents.application,
    WorkScheme.PATENT_PUBLICATION: _publication,
    WorkScheme.DOCDB_FAMILY: _family,
    WorkScheme.RAID: _raid,
    WorkScheme.ISBN: _isbn,
    WorkScheme.STANDARD: _standard,
    WorkScheme.CONTRACT: _free,
    WorkScheme.REGISTRATION: _free,
    WorkScheme.AWARD: _free,
}
