"""A work in the making: takes what a format offers, keeps what holds, and notes what it leaves out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from marketplace.outcomes.formats.plain import MAX_ABSTRACT, MAX_NAME, MAX_TITLE, plain
from marketplace.outcomes.formats.works import (
    Affiliation,
    Creator,
    Funding,
    Reading,
    RejectedWork,
    Work,
)
from marketplace.outcomes.models import OutcomeType
from marketplace.values.dates import KnownDate
from marketplace.values.refusal import JSON, FieldError, Invalid
from marketplace.values.works import Identifier, normalise

MAX_WORKS = 2_000
MAX_CREATORS = 10_000  # the largest experiments have several thousand authors
MAX_LIST = 500
MAX_WARNINGS = 20


class Unusable(ValueError):
    """Nothing of an entry can be used; the field and the rule say why."""

    def __init__(self, field: str, rule: str) -> None:
        self.field = field
        self.rule = rule
        super().__init__(f"{field}: {rule}")


@dataclass(slots=True)
class Draft:
    """One entry while it is read."""

    row: int
    source: str
    type: OutcomeType = OutcomeType.OTHER
    title: str = ""
    language: str = ""
    date: KnownDate | None = None
    venue: str = ""
    publisher: str = ""
    abstract: str = ""
    identifiers: dict[tuple[str, str], Identifier] = field(default_factory=dict)
    creators: list[Creator] = field(default_factory=list)
    funding: dict[Funding, None] = field(default_factory=dict)
    priorities: dict[str, None] = field(default_factory=dict)
    applicants: dict[str, None] = field(default_factory=dict)
    assignees: dict[str, None] = field(default_factory=dict)
    warnings: list[FieldError] = field(default_factory=list)

    def warn(self, place: str, rule: str, **details: JSON) -> None:
        """Note that something was left out, or doubtful."""
        if len(self.warnings) < MAX_WARNINGS:
            self.warnings.append(FieldError(place, rule, rule, details))

    def typed(self, word: object, known: Mapping[str, OutcomeType]) -> None:
        """Take the type that a source's word means; a word that is not known makes it `other`."""
        name = word.strip().lower() if isinstance(word, str) else ""
        if name not in known:
            self.warn("type", "work_type_unknown", value=name[:80])
        self.type = known.get(name, OutcomeType.OTHER)

    def entitled(self, title: object, subtitle: object = None) -> None:
        """Take a title, and a subtitle after a colon."""
        first, second = plain(title), plain(subtitle)
        self.title = plain(f"{first}: {second}") if first and second and second not in first else first or second
        if title and not first and not isinstance(title, str):
            self.warn("title", "text")
        if isinstance(title, str) and len(title) > MAX_TITLE and self.title.endswith("…"):
            self.warn("title", "max_length", max=MAX_TITLE)

    def described(self, *, venue: object = None, publisher: object = None, abstract: object = None) -> None:
        """Take where it appeared, with whom, and what it is about."""
        self.venue = plain(venue, MAX_NAME)
        self.publisher = plain(publisher, MAX_NAME)
        self.abstract = plain(abstract, MAX_ABSTRACT)

    def dated(self, found: KnownDate | None, given: object = None) -> None:
        """Take a date; warn where something was given that is none."""
        self.date = found or self.date
        if found is None and given not in (None, "", {}, []):
            self.warn("date", "date", value=str(given)[:80])

    def identified(self, scheme: str, value: object) -> bool:
        """Take an identifier in its normal form; warn of a broken one. Whether it was kept."""
        if value in (None, ""):
            return False
        found = normalise(scheme, value)
        if not found.check_ok:
            self.warn(f"identifiers.{scheme}", found.why, value=str(found.value or value)[:120])
            return False
        if len(self.identifiers) < MAX_LIST:
            self.identifiers.setdefault((found.scheme, found.normalised), found)
        return True

    def made_by(self, family: object, given: object = "", *, orcid: object = None, at: Iterable[object] = ()) -> None:
        """Take a creator; `at` holds pairs of name and ROR. A broken ORCID is left out with a warning."""
        person = Creator(
            family=plain(family, MAX_NAME) or plain(given, MAX_NAME),
            given=plain(given, MAX_NAME) if plain(family, MAX_NAME) else "",
            orcid=self._number("orcid", orcid),
            affiliations=tuple(dict.fromkeys(self._places(at))),
        )
        if not person.family and not person.orcid:
            self.warn("creators", "creator_unnamed")
        elif len(self.creators) < MAX_CREATORS:
            self.creators.append(person)
        elif len(self.creators) == MAX_CREATORS:
            self.warn("creators", "too_many", max=MAX_CREATORS)

    def _places(self, at: Iterable[object]) -> Iterable[Affiliation]:
        for place in list(at)[:MAX_LIST]:
            name, ror = place if isinstance(place, tuple) else (place, None)
            if shown := plain(name, MAX_NAME):
                yield Affiliation(shown, self._number("ror", ror))

    def _number(self, scheme: str, value: object) -> str:
        if value in (None, ""):
            return ""
        found = normalise(scheme, value)
        if not found.check_ok:
            self.warn(f"creators.{scheme}", found.why, value=str(found.value or value)[:120])
        return found.normalised

    def funded(self, funder: object, award: object = "") -> None:
        """Take a funder with the number of the award, which becomes an identifier too."""
        paid = Funding(plain(funder, MAX_NAME), plain(award, 200))
        if (paid.funder or paid.award) and len(self.funding) < MAX_LIST:
            self.funding[paid] = None
            self.identified("award", paid.award)

    def claims(self, number: object) -> None:
        """Take the number of an application whose priority a patent claims."""
        found = normalise("patent_application", number)
        if found.check_ok and len(self.priorities) < MAX_LIST:
            self.priorities[found.normalised] = None
        elif not found.check_ok:
            self.warn("priorities", found.why, value=str(number)[:120])

    def held_by(self, names: Iterable[object], role: str) -> None:
        """Take the applicants or assignees of a patent."""
        kept = self.assignees if role == "assignee" else self.applicants
        for name in list(names)[:MAX_LIST]:
            if shown := plain(name, MAX_NAME):
                kept[shown] = None

    def done(self) -> Work:
        """The work; raises `Unusable` where neither a title nor a good identifier is left."""
        if not self.title and not any(scheme != "award" for scheme, _ in self.identifiers):
            raise Unusable("title", "work_without_title")
        return Work(
            row=self.row,
            source=self.source,
            type=self.type,
            title=self.title,
            language=self.language,
            date=self.date,
            identifiers=tuple(self.identifiers.values()),
            creators=tuple(self.creators),
            venue=self.venue,
            publisher=self.publisher,
            abstract=self.abstract,
            funding=tuple(self.funding),
            priorities=tuple(self.priorities),
            applicants=tuple(self.applicants),
            assignees=tuple(self.assignees),
            warnings=tuple(self.warnings),
        )


def read_each(entries: Iterable[object], format: str, take: Callable[[Draft, object], None]) -> Reading:
    """Each entry by itself: one that is unusable is rejected with its place, and never stops the others."""
    works: list[Work] = []
    rejected: list[RejectedWork] = []
    for row, entry in enumerate(entries, start=1):
        if row > MAX_WORKS:
            raise Invalid.one("file", "file_too_many_rows", max=MAX_WORKS)
        draft = Draft(row, format)
        try:
            take(draft, entry)
            works.append(draft.done())
        except Unusable as bad:
            rejected.append(RejectedWork(row, bad.field, bad.rule))
    if not works and not rejected:
        raise Invalid.one("file", "file_without_rows")
    return Reading(format, tuple(works), tuple(rejected))


def language_of(value: object) -> str:
    """A language tag in lower case with its script or region, as zh-Hant or en; nothing where it is none."""
    text = plain(value, 20).replace("_", "-").lower()
    parts = text.split("-")
    if not (2 <= len(parts[0]) <= 3 and parts[0].isascii() and parts[0].isalpha()):
        return _LANGUAGE_NAMES.get(text, "")
    if parts[0] in ("zh", "zho", "chi"):
        return next((_SCRIPTS[part] for part in parts if part in _SCRIPTS), "zh")
    return _SHORT.get(parts[0], parts[0])


_SCRIPTS = {
    **dict.fromkeys(("hant", "tw", "hk", "mo"), "zh-Hant"),
    **dict.fromkeys(("hans", "cn", "sg"), "zh-Hans"),
}
_LANGUAGE_NAMES = {"english": "en", "chinese": "zh", "german": "de", "french": "fr", "portuguese": "pt", "中文": "zh"}
_SHORT = {"eng": "en", "por": "pt", "ger": "de", "deu": "de", "fre": "fr", "fra": "fr", "jpn": "ja", "kor": "ko"}
