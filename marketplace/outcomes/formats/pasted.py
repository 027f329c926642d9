"""What a person pastes: lines that each hold a DOI, the number of a patent or a standard, or an address with one."""

from __future__ import annotations

import re
from urllib.parse import unquote

from marketplace.outcomes.formats.drafts import Draft, Unusable, read_each
from marketplace.outcomes.formats.patent_fields import number_of
from marketplace.outcomes.formats.works import Reading
from marketplace.outcomes.models import OutcomeType
from marketplace.values.refusal import Invalid
from marketplace.values.works import doi, narrowed

NAME = "pasted"
MAX_LINES = 200
MAX_LINE = 2_000
_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/[^\s\"<>]+")
# What publishers put behind the DOI in an address.
_BEHIND = re.compile(
    r"/(?:abstract|full|fulltext|pdf|epdf|pdfdirect|html|meta|references|summary)$|\.(?:pdf|full|short)$"
)
_PATENT_PAGE = re.compile(
    r"(?:patents\.google\.com/patent/|espacenet\.com/\S*?(?:publication/|publicationDetails/\S*?|q=pn(?:%3D|=)))([A-Z0-9]+)",
    re.IGNORECASE,
)
_FAMILY_PAGE = re.compile(r"espacenet\.com/\S*?family/(\d+)", re.IGNORECASE)
_LABEL = re.compile(
    r"^(?:(?:patent|application|publication|pub|appl)[.\s]*(?:no|number|nr)?[.:\s]+|专利号|專利號|申请号|申請號|公开号|公開號|[:：\s])+",
    re.IGNORECASE,
)
_RAID = re.compile(r"\braid\.org(?:\.au)?/|^raid:", re.IGNORECASE)
_STANDARD = re.compile(r"[A-Z]{2,6}(?:/[A-Z]{1,6})*\s*[A-Z]?[\d.-]+(?:-|:)(?:19|20)\d\d", re.IGNORECASE)


def read(text: str) -> Reading:
    """Each line as a work of which only the identifier is known."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MAX_LINES:
        raise Invalid.one("file", "file_too_many_rows", max=MAX_LINES)
    return read_each(lines, NAME, _take)


def _take(draft: Draft, line: object) -> None:
    text = narrowed(str(line))
    if len(text) > MAX_LINE:
        raise Unusable("text", "max_length")
    if _RAID.search(text):
        raise Unusable("text", "identifier_of_project")
    if found := doi_in(text):
        draft.type = OutcomeType.PUBLICATION
        draft.identified("doi", found)
        return
    if family := _FAMILY_PAGE.search(text):
        draft.type = OutcomeType.PATENT_FAMILY
        draft.identified("docdb_family", family[1])
    if page := _PATENT_PAGE.search(text):
        draft.type = OutcomeType.PATENT_FAMILY
        draft.identified("patent_publication", page[1])
    if not draft.identifiers:
        _numbered(draft, _LABEL.sub("", text).rstrip(".,;。；， "))


def _numbered(draft: Draft, text: str) -> None:
    if _STANDARD.fullmatch(text) and draft.identified("standard", text):
        draft.type = OutcomeType.STANDARD
        return
    found = number_of(text)
    if not found.check_ok:
        # Only a number that has the form of one can have a wrong check digit; anything else is no identifier at all.
        raise Unusable("text", found.why if found.why == "check_digit" else "identifier_unknown")
    draft.type = OutcomeType.PATENT_FAMILY
    draft.identified(found.scheme, found.normalised)


def doi_in(text: str) -> str | None:
    """The DOI that stands alone or in an address of a publisher; None where there is none."""
    if whole := doi(text):
        return whole
    found = _DOI.search(unquote(text) if "://" in text else text)
    if not found:
        return None
    bare = found[0]
    if "://" in text:
        bare = _BEHIND.sub("", re.split(r"[?#&]", bare)[0])
    return doi(bare)
