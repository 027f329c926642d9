"""Works as OpenAlex's API answers them: one work, or a page of results."""

from __future__ import annotations

from marketplace.outcomes.formats import dates
from marketplace.outcomes.formats.drafts import Draft, Unusable, language_of, read_each
from marketplace.outcomes.formats.json_records import at, many
from marketplace.outcomes.formats.works import Reading
from marketplace.outcomes.models import OutcomeType

NAME = "openalex"
_PUBLICATIONS = (
    *("article", "book", "book-chapter", "dissertation", "preprint", "report", "review", "letter", "editorial"),
    *("reference-entry", "book-section", "report-component", "conference-paper", "conference-abstract", "data-paper"),
)
TYPES = {
    **dict.fromkeys(_PUBLICATIONS, OutcomeType.PUBLICATION),
    "dataset": OutcomeType.DATASET,
    "database": OutcomeType.DATASET,
    "software": OutcomeType.SOFTWARE,
    "standard": OutcomeType.STANDARD,
    "grant": OutcomeType.FOLLOW_ON_FUNDING,
    **dict.fromkeys(
        ("erratum", "libguides", "other", "paratext", "peer-review", "retraction", "supplementary-materials"),
        OutcomeType.OTHER,
    ),
}


def read(value: object) -> Reading:
    """An answer of the API: a work, a page with `results`, or a list of works."""
    results = at(value, "results")
    if isinstance(results, list):
        return read_each(results, NAME, _take)
    return read_each(value if isinstance(value, list) else [value], NAME, _take)


def _take(draft: Draft, item: object) -> None:
    if not isinstance(item, dict):
        raise Unusable("entry", "entry_not_an_object")
    draft.typed(item.get("type"), TYPES)
    draft.entitled(item.get("title") or item.get("display_name"))
    draft.language = language_of(item.get("language"))
    draft.described(venue=at(item, "primary_location", "source", "display_name"))
    given = item.get("publication_date") or item.get("publication_year")
    draft.dated(dates.of_text(given) or dates.of_parts(item.get("publication_year")), given)
    draft.identified("doi", item.get("doi"))
    for authorship in many(item.get("authorships")):
        _authored(draft, authorship)
    for award in many(item.get("awards")):
        draft.funded(at(award, "funder_display_name"), at(award, "funder_award_id"))
    for grant in many(item.get("grants")):
        draft.funded(at(grant, "funder_display_name"), at(grant, "award_id"))


def _authored(draft: Draft, authorship: object) -> None:
    places = [(at(place, "display_name"), at(place, "ror")) for place in many(at(authorship, "institutions"))]
    # OpenAlex gives whole names; the last word is the family name in its display names.
    name = at(authorship, "author", "display_name") or at(authorship, "raw_author_name")
    given, _, family = name.strip().rpartition(" ") if isinstance(name, str) else ("", "", "")
    draft.made_by(family, given, orcid=at(authorship, "author", "orcid"), at=places)
