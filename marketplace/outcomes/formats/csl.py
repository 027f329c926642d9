"""CSL-JSON, as reference managers and DOI content negotiation write it (citation-style-language schema 1.0)."""

from __future__ import annotations

from marketplace.outcomes.formats import dates
from marketplace.outcomes.formats.drafts import Draft, Unusable, language_of, read_each
from marketplace.outcomes.formats.json_records import first, many
from marketplace.outcomes.formats.patent_fields import patented
from marketplace.outcomes.formats.works import Reading
from marketplace.outcomes.models import OutcomeType

NAME = "csl-json"
_PUBLICATIONS = (
    *("article", "article-journal", "article-magazine", "article-newspaper", "book", "chapter", "entry"),
    *("entry-dictionary", "entry-encyclopedia", "manuscript", "pamphlet", "paper-conference", "periodical", "post"),
    *("post-weblog", "regulation", "report", "review", "review-book", "speech", "thesis", "webpage"),
    *("journal-article", "proceedings-article", "book-chapter", "posted-content", "monograph", "dissertation"),
)
TYPES = {
    **dict.fromkeys(_PUBLICATIONS, OutcomeType.PUBLICATION),
    "dataset": OutcomeType.DATASET,
    "software": OutcomeType.SOFTWARE,
    "patent": OutcomeType.PATENT_FAMILY,
    "standard": OutcomeType.STANDARD,
    "document": OutcomeType.OTHER,
}


def read(value: object) -> Reading:
    """An item or a list of items."""
    return read_each(value if isinstance(value, list) else [value], NAME, _take)


def _take(draft: Draft, item: object) -> None:
    if not isinstance(item, dict):
        raise Unusable("entry", "entry_not_an_object")
    draft.typed(item.get("type"), TYPES)
    draft.entitled(first(item.get("title")))
    draft.language = language_of(item.get("language"))
    draft.described(
        venue=first(item.get("container-title")), publisher=item.get("publisher"), abstract=item.get("abstract")
    )
    issued = item.get("issued") or item.get("submitted")
    draft.dated(dates.of_date_parts(issued), issued)
    draft.identified("doi", item.get("DOI"))
    for person in many(item.get("author")):
        named(draft, person)
    if draft.type is OutcomeType.PATENT_FAMILY:
        patented(
            draft, str(item.get("number") or ""), country=str(item.get("jurisdiction") or item.get("authority") or "")
        )
    elif draft.type is OutcomeType.STANDARD:
        draft.identified("standard", item.get("number"))
    if item.get("type") in ("book", "monograph"):
        draft.identified("isbn", first(item.get("ISBN")))


def named(draft: Draft, person: object) -> None:
    """A creator in CSL's and Crossref's form: family and given with particles, or a literal name."""
    if not isinstance(person, dict):
        draft.warn("creators", "text")
        return
    particles = [person.get("dropping-particle"), person.get("non-dropping-particle")]
    family = person.get("family") or person.get("literal") or person.get("name")
    whole = " ".join(part for part in [*particles, family] if isinstance(part, str) and part)
    places = [(place.get("name"), _ror(place)) for place in many(person.get("affiliation")) if isinstance(place, dict)]
    draft.made_by(whole, person.get("given"), orcid=person.get("ORCID"), at=places)


def _ror(place: dict[str, object]) -> object:
    for identifier in many(place.get("id")):
        if isinstance(identifier, dict) and str(identifier.get("id-type")).upper() == "ROR":
            return identifier.get("id")
    return None
