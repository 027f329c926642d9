"""Which outcomes are the same work, which may be, and which people are one: by identifier, priority and likeness."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz import process as rapidfuzz_process

from marketplace.outcomes.models import OutcomeType
from marketplace.outcomes.rules.shapes import COMPANY
from marketplace.values.dates import KnownDate
from marketplace.values.localized import convert
from marketplace.values.patents import BrokenNumber, publication
from marketplace.values.refusal import Refusal

LIKE = 90  # of 100: the length of what two titles share, in their order or with their words sorted
SHORT = 12  # titles of fewer characters must be equal
YEAR = 366
PIECE = 256
# A number of these names one work, whatever it was recorded as.
NAMING = frozenset({"doi", "patent_application", "patent_publication", "docdb_family"})
# These only do so among records of one type, and those of agreements only among records of one party.
NAMING_IN_TYPE = frozenset({"standard"})
NAMING_FOR_PARTY = frozenset({"contract", "registration"})
# Agreements bear the numbers of the patents that they are about; degrees and citations the DOI of a work that may
# stand here too.
AGREEMENTS = frozenset({OutcomeType.LICENCE, OutcomeType.OPTION, OutcomeType.ASSIGNMENT})
OF_A_WORK = frozenset({OutcomeType.DEGREE, OutcomeType.POLICY_CITATION})
_CJK_GAP = re.compile(r"(?<=[\u3400-\u9fff]) | (?=[\u3400-\u9fff])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What is compared of an outcome; `identifiers` are pairs of scheme and normal form, of good ones only."""

    id: str
    type: OutcomeType
    titles: tuple[str, ...] = ()
    date: KnownDate | None = None
    identifiers: frozenset[tuple[str, str]] = frozenset()
    priorities: frozenset[str] = frozenset()
    parties: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two outcomes and why they may be one; `certain` where an identifier or the priorities say so."""

    first: str
    second: str
    certain: bool
    reasons: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """What is compared of a person in a record: the account here, the ORCID, either of them possibly missing."""

    id: str
    account: str = ""
    orcid: str = ""


def same_works(works: Iterable[Recorded]) -> tuple[frozenset[str], ...]:
    """The ids of outcomes that are one work, each in exactly one set: by identifier, and patents by family."""
    return _joined((work.id, _keys(work)) for work in works)


def named_works(works: Iterable[Recorded]) -> tuple[tuple[frozenset[str], str | None], ...]:
    """The same, each set with what it is called by (`called`); the keys of each are worked out once."""
    keyed = {work.id: _keys_of(work) for work in works}
    return tuple((group, _name(key for id in group for key in keyed[id])) for group in _joined(keyed.items()))


def simple_families(priorities: Mapping[str, Collection[str]]) -> tuple[frozenset[str], ...]:
    """Documents with exactly the same priorities are one family (EPO, DOCDB simple family); one without any is its
    own."""
    return _joined((id, [frozenset(claimed)] if claimed else []) for id, claimed in priorities.items())


def extended_families(priorities: Mapping[str, Collection[str]]) -> tuple[frozenset[str], ...]:
    """Documents connected by any chain of shared priorities are one family (EPO, INPADOC extended family)."""
    return _joined(priorities.items())


def same_people(people: Iterable[KnownPerson]) -> tuple[frozenset[str], ...]:
    """The ids of records that are one person, by account or ORCID; a name alone never joins two."""
    return _joined(
        (one.id, [(kind, key) for kind, key in (("account", one.account), ("orcid", one.orcid)) if key])
        for one in people
    )


def likeness(one: Recorded, other: Recorded) -> Likeness | None:
    """Whether and why two outcomes are, or may be, the same work; the same for either order."""
    first, second = sorted((one, other), key=lambda work: work.id)
    shared = _keys(first) & _keys(second)
    if shared:
        reasons = tuple(sorted((_reason(key) for key in shared), key=lambda reason: (reason.code, str(reason.details))))
        return Likeness(first.id, second.id, True, reasons)
    score = _score(first, second)
    if score is None:
        return None
    return Likeness(first.id, second.id, False, tuple(_doubts(first, second, score)))


def likenesses(one: Recorded, others: Iterable[Recorded]) -> tuple[Likeness, ...]:
    """What is like one outcome among others, certain ones first."""
    found = (likeness(one, other) for other in others if other.id != one.id)
    return tuple(sorted((each for each in found if each), key=lambda each: (not each.certain, each.first, each.second)))


def likely_pairs(works: Iterable[Recorded]) -> tuple[Likeness, ...]:
    """All pairs that may be the same work without being it for certain. Only outcomes of one type with a common party
    are compared, those without a date only where their titles are equal."""
    pairs: dict[tuple[str, str], Likeness] = {}
    for block in _blocks(works):
        for one, other in _worth_comparing(block):
            found = likeness(one, other)
            if found and not found.certain:
                pairs[found.first, found.second] = found
    return tuple(pairs[key] for key in sorted(pairs))


@lru_cache(maxsize=65_536)
def folded(title: str) -> str:
    """A title as it is compared: NFKC, simplified Chinese, no capitals, no punctuation, no blanks in Chinese."""
    plain = convert(unicodedata.normalize("NFKC", title).casefold(), "t2s")
    return _CJK_GAP.sub("", " ".join(re.findall(r"[^\W_]+", plain)))


def family_key(work: Recorded) -> frozenset[str]:
    """The priorities of a patent; a first filing that claims none is its own priority. Empty where neither is known."""
    if work.type is not OutcomeType.PATENT_FAMILY:
        return frozenset()
    if work.priorities:
        return work.priorities
    own = frozenset(number for scheme, number in work.identifiers if scheme == "patent_application")
    return own if len(own) == 1 else frozenset()


@lru_cache(maxsize=65_536)
def _keys(work: Recorded) -> frozenset[Hashable]:
    return _keys_of(work)


def _keys_of(work: Recorded) -> frozenset[Hashable]:
    keys: set[Hashable] = set()
    for scheme, number in work.identifiers:
        if scheme in NAMING:
            document = _document(number) if scheme == "patent_publication" else number
            if work.type in OF_A_WORK:
                keys.add((scheme, document, work.type))
            elif work.type not in AGREEMENTS:
                keys.add((scheme, document))
        elif scheme in NAMING_IN_TYPE or (scheme in COMPANY and work.type is OutcomeType.SPINOFF):
            keys.add((scheme, number, work.type))
        elif scheme in NAMING_FOR_PARTY:
            keys |= {(scheme, number, work.type, party) for party in work.parties}
    if family := family_key(work):
        keys.add(("priorities", family))
    return frozenset(keys)


def called(works: Iterable[Recorded]) -> str | None:
    """By what one work is told from all others of its type: its priorities or a number, in one text; None where no
    number names it but together with its parties."""
    return _name(key for work in works for key in _keys(work))


def _name(keys: Iterable[Hashable]) -> str | None:
    names = [_called(key) for key in keys]
    return min((name for name in names if name), key=lambda name: (not name.startswith("family "), name), default=None)


def _called(key: Hashable) -> str:
    """A key as text; none for one that names a work only among the records of a party."""
    if not isinstance(key, tuple) or len(key) > 3:
        return ""
    scheme, number = key[:2]
    return f"family {' '.join(sorted(number))}" if scheme == "priorities" else f"{scheme} {number}"


def _document(number: str) -> str:
    """The publication without its kind: A1 and B1 of one number are steps of one patent."""
    try:
        return publication(number).document
    except BrokenNumber:
        return number


def _reason(key: Hashable) -> Refusal:
    scheme, number = key[:2] if isinstance(key, tuple) else ("", "")
    if scheme == "priorities":
        return Refusal("same_priorities", {"priorities": sorted(number)})
    return Refusal("same_identifier", {"scheme": str(scheme), "value": str(number)})


def _score(first: Recorded, second: Recorded) -> float | None:
    """How alike the best pair of titles is, of 100; None where the two can't be the same work."""
    if first.type is not second.type or not first.parties & second.parties:
        return None
    dated = first.date is not None and second.date is not None
    if first.date and second.date and first.date.days_from(second.date) > YEAR:
        return None
    pairs = [(folded(one), folded(other)) for one in first.titles for other in second.titles]
    best = max((_alike(one, other) for one, other in pairs), default=0.0)
    return best if best == 100 or (dated and best >= LIKE) else None


def _alike(one: str, other: str) -> float:
    if one == other:
        return 100.0 if one else 0.0
    if min(len(one), len(other)) < SHORT or re.findall(r"\d+", one) != re.findall(r"\d+", other):
        return 0.0  # "Part 1" and "Part 2" are two works
    # 100 is kept for equal titles.
    return min(max(fuzz.ratio(one, other), fuzz.token_sort_ratio(one, other)), 99.9)


def _doubts(first: Recorded, second: Recorded, score: float) -> Iterator[Refusal]:
    yield Refusal("title_alike", {"score": int(score)})
    if first.date and second.date:
        yield Refusal("date_near", {"days": first.date.days_from(second.date)})
    else:
        yield Refusal("date_unknown")
    yield Refusal("parties_shared", {"parties": [*sorted(first.parties & second.parties)]})
    schemes = {scheme for scheme, _ in first.identifiers} & {scheme for scheme, _ in second.identifiers} & NAMING
    if schemes:
        yield Refusal("identifiers_differ", {"schemes": [*sorted(schemes)]})


def _blocks(works: Iterable[Recorded]) -> Iterator[list[Recorded]]:
    """Outcomes of one type with one party."""
    blocks: dict[Hashable, list[Recorded]] = defaultdict(list)
    for work in works:
        for party in work.parties:
            blocks[work.type, party].append(work)
    return iter(blocks.values())


def _worth_comparing(block: list[Recorded]) -> Iterator[tuple[Recorded, Recorded]]:
    """Pairs with like titles. All titles are compared with all in one sweep of rapidfuzz, in pieces, because one by one
    a large university's would take minutes."""
    titled = [(folded(title), work) for work in block for title in work.titles]
    plain = [title for title, _ in titled]
    for spelled in (plain, [" ".join(sorted(title.split())) for title in plain]):
        for start in range(0, len(spelled), PIECE):
            scores = rapidfuzz_process.cdist(
                spelled[start : start + PIECE], spelled, scorer=fuzz.ratio, score_cutoff=LIKE
            )
            for row, column in zip(*scores.nonzero(), strict=True):
                one, other = titled[start + int(row)][1], titled[int(column)][1]
                if one.id < other.id:
                    yield one, other


def _joined(keyed: Iterable[tuple[str, Iterable[Hashable]]]) -> tuple[frozenset[str], ...]:
    """Sets of ids that share a key, directly or through others; in the order of their smallest ids."""
    parent: dict[str, str] = {}
    holder: dict[Hashable, str] = {}
    for id, keys in keyed:
        parent.setdefault(id, id)
        for key in keys:
            first = holder.setdefault(key, id)
            if first != id:
                _join(parent, id, first)
    groups: dict[str, set[str]] = defaultdict(set)
    for id in parent:
        groups[_root(parent, id)].add(id)
    return tuple(frozenset(group) for group in sorted(groups.values(), key=min))


def _join(parent: dict[str, str], one: str, other: str) -> None:
    first, second = sorted((_root(parent, one), _root(parent, other)))
    parent[second] = first


def _root(parent: dict[str, str], id: str) -> str:
    while parent[id] != id:
        parent[id] = parent[parent[id]]
        id = parent[id]
    return id
