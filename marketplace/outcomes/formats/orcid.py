"""Works of an ORCID record (API 3.0): the whole record, its list of works, or single works."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from marketplace.outcomes.formats import dates
from marketplace.outcomes.formats.drafts import Draft, Unusable, language_of, read_each
from marketplace.outcomes.formats.json_records import at, many
from marketplace.outcomes.formats.patent_fields import patented
from marketplace.outcomes.formats.works import Reading
from marketplace.outcomes.models import OutcomeType

NAME = "orcid"
_PUBLICATIONS = (
    *("annotation", "blog-post", "book", "book-chapter", "book-review", "conference-abstract", "conference-output"),
    *("conference-paper", "conference-poster", "conference-presentation", "dictionary-entry", "dissertation"),
    *("dissertation-thesis", "edited-book", "encyclopedia-entry", "journal-article", "journal-issue", "manual"),
    *("magazine-article", "newsletter-article", "newspaper-article", "online-resource", "preprint", "report"),
    *("research-tool", "review", "supervised-student-publication", "test", "translation", "website", "working-paper"),
)
TYPES = {
    **dict.fromkeys(_PUBLICATIONS, OutcomeType.PUBLICATION),
    "data-set": OutcomeType.DATASET,
    "software": OutcomeType.SOFTWARE,
    "patent": OutcomeType.PATENT_FAMILY,
    "standards-and-policy": OutcomeType.STANDARD,
    "technical-standard": OutcomeType.STANDARD,
    "technical-standards": OutcomeType.STANDARD,
    "license": OutcomeType.LICENCE,
    "spin-off-company": OutcomeType.SPINOFF,
    **dict.fromkeys(
        ("disclosure", "registered-copyright", "trademark", "invention", "lecture-speech", "other", "undefined"),
        OutcomeType.OTHER,
    ),
}
SCHEMES = {"doi": "doi", "isbn": "isbn", "grant_number": "award", "raid": "raid"}
Owner = dict[str, Any]


def read(value: object) -> Reading:
    """A record, its `works` with groups, a bulk answer, or one work. The record's own person is the creator of
    works that name none."""
    owner = _owner(value)
    return read_each(_works(value), NAME, lambda draft, work: _take(draft, work, owner))


def _owner(value: object) -> Owner:
    name = at(value, "person", "name")
    return {
        "orcid": at(value, "orcid-identifier", "path"),
        "family": at(name, "family-name", "value") or at(name, "credit-name", "value"),
        "given": at(name, "given-names", "value"),
    }


def _works(value: object) -> Iterator[object]:
    works: Any = at(value, "activities-summary", "works") or value
    if isinstance(works, list):
        yield from works
    elif isinstance(at(works, "group"), list):
        for group in works["group"]:
            # The summaries of a group are the same work from several sources; its owner ranks them.
            yield max(many(at(group, "work-summary")), key=_rank, default=group)
    elif isinstance(at(works, "bulk"), list):
        yield from (at(one, "work") or one for one in works["bulk"])
    else:
        yield works


def _rank(summary: object) -> int:
    index = str(at(summary, "display-index"))
    return int(index) if index.isascii() and index.isdigit() and len(index) < 10 else 0


def _take(draft: Draft, work: object, owner: Owner) -> None:
    if not isinstance(work, dict):
        raise Unusable("entry", "entry_not_an_object")
    draft.typed(str(work.get("type") or "").replace("_", "-"), TYPES)
    title = work.get("title")
    draft.entitled(at(title, "title", "value"), at(title, "subtitle", "value"))
    draft.language = language_of(work.get("language-code"))
    draft.described(venue=at(work, "journal-title", "value"), abstract=work.get("short-description"))
    given = work.get("publication-date")
    parts = (at(given, name, "value") for name in ("year", "month", "day"))
    draft.dated(dates.of_parts(*parts), given)
    for external in many(at(work, "external-ids", "external-id")):
        _known_as(draft, external)
    for contributor in many(at(work, "contributors", "contributor")):
        orcid = at(contributor, "contributor-orcid", "path")
        draft.made_by(at(contributor, "credit-name", "value"), orcid=orcid)
    if not draft.creators and any(owner.values()):
        draft.made_by(owner["family"], owner["given"], orcid=owner["orcid"])


def _known_as(draft: Draft, external: object) -> None:
    if at(external, "external-id-relationship") not in (None, "self", "SELF"):
        return  # the number of the journal or of another version
    kind = str(at(external, "external-id-type")).lower()
    value = at(external, "external-id-value")
    if kind in SCHEMES:
        draft.identified(SCHEMES[kind], value)
    elif kind == "pat":
        patented(draft, str(value or ""))
