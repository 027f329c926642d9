"""Works as Crossref's REST API answers them: one message, or a list of items."""

from __future__ import annotations

from marketplace.outcomes.formats import dates
from marketplace.outcomes.formats.csl import named
from marketplace.outcomes.formats.drafts import Draft, Unusable, language_of, read_each
from marketplace.outcomes.formats.json_records import at, first, many
from marketplace.outcomes.formats.works import Reading
from marketplace.outcomes.models import OutcomeType

NAME = "crossref"
_PUBLICATIONS = (
    *("journal-article", "book", "book-chapter", "book-part", "book-section", "book-series", "book-set", "book-track"),
    *("dissertation", "edited-book", "journal", "journal-issue", "journal-volume", "monograph", "other-book"),
    *("posted-content", "proceedings", "proceedings-article", "proceedings-series", "reference-book"),
    *("reference-entry", "report", "report-component", "report-series"),
)
TYPES = {
    **dict.fromkeys(_PUBLICATIONS, OutcomeType.PUBLICATION),
    "dataset": OutcomeType.DATASET,
    "database": OutcomeType.DATASET,
    "standard": OutcomeType.STANDARD,
    "standard-series": OutcomeType.STANDARD,
    "grant": OutcomeType.FOLLOW_ON_FUNDING,
    **dict.fromkeys(("component", "other", "peer-review"), OutcomeType.OTHER),
}
DATES = ("issued", "published", "published-online", "published-print", "created")


def read(value: object) -> Reading:
    """An answer of the API (`message` or `message.items`), its `message` alone, or a list of such."""
    message = at(value, "message") if isinstance(value, dict) and "message" in value else value
    items = at(message, "items")
    if isinstance(items, list):
        return read_each(items, NAME, _take)
    return read_each(message if isinstance(message, list) else [message], NAME, _take)


def _take(draft: Draft, item: object) -> None:
    if not isinstance(item, dict):
        raise Unusable("entry", "entry_not_an_object")
    draft.typed(item.get("type"), TYPES)
    draft.entitled(first(item.get("title")) or first(item.get("original-title")), first(item.get("subtitle")))
    draft.language = language_of(item.get("language"))
    draft.described(
        venue=first(item.get("container-title")), publisher=item.get("publisher"), abstract=item.get("abstract")
    )
    known = (dates.of_date_parts(item.get(name)) for name in DATES)
    draft.dated(next((day for day in known if day), None), at(item, "issued"))
    draft.identified("doi", item.get("DOI"))
    if item.get("type") in ("book", "monograph", "edited-book", "reference-book"):
        draft.identified("isbn", first(item.get("ISBN")))
    for person in many(item.get("author")):
        named(draft, person)
    for funder in many(item.get("funder")):
        for award in many(at(funder, "award")) or [""]:
            draft.funded(at(funder, "name"), award)
