"""Which number of a patent a text is: that of its publication or that of its application."""

from __future__ import annotations

import re

from marketplace.outcomes.formats.drafts import Draft
from marketplace.values.patents import OFFICES
from marketplace.values.works import Identifier, normalise

_SEPARATORS = re.compile(r"[;\n]|,\s+(?=[A-Z]{2})|\s+and\s+")
_OFFICE_NAMES = {
    **dict.fromkeys(("CHINA", "CNIPA", "中国", "中國"), "CN"),
    **dict.fromkeys(("HONG KONG", "香港"), "HK"),
    **dict.fromkeys(("UNITED STATES", "UNITED STATES OF AMERICA", "USA", "USPTO"), "US"),
    **dict.fromkeys(("EPO", "EUROPEAN PATENT OFFICE"), "EP"),
    **dict.fromkeys(("WIPO", "PCT"), "WO"),
    **dict.fromkeys(("JAPAN", "JPO"), "JP"),
}
_US_SERIAL = re.compile(r"US\s*\d{2}/", re.IGNORECASE)


def number_of(text: str) -> Identifier:
    """The publication where the text is one, else the application; where it is neither, the application's fault is
    told, because only that has a check digit."""
    if not _US_SERIAL.match(text.strip()):
        published = normalise("patent_publication", text)
        if published.check_ok:
            return published
    return normalise("patent_application", text)


def office_of(text: str) -> str:
    """The code of the office that a code or a name means; nothing where it is not certain."""
    name = re.sub(r"^(?:country|patent)(?=[a-z]{2}$)", "", text.strip().lower()).upper()
    return name if name in OFFICES else _OFFICE_NAMES.get(name, "")


def several(text: str) -> list[str]:
    """The numbers of a list; the comma between thousands does not part them."""
    return [part.strip() for part in _SEPARATORS.split(text[:5_000]) if part.strip()]


def patented(draft: Draft, text: str, *, country: str = "") -> bool:
    """Take the number or numbers of a patent; an office named beside a bare number is put before it."""
    office = office_of(country)
    kept = False
    for number in several(text):
        found = number_of(number if number[:1].isalpha() and number[:2].upper() in OFFICES else office + number)
        if not found.check_ok and office:
            found = number_of(number)
        if found.check_ok:
            kept = draft.identified(found.scheme, found.normalised) or kept
        else:
            draft.warn("identifiers.patent", found.why, value=number[:120])
    return kept
