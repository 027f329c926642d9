"""Triggers as rule files write them, as trees that answer yes, no or unknown, and can tell by which facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Protocol

from dateutil.relativedelta import relativedelta

from marketplace.permits.rules import truth
from marketplace.permits.rules.directions import Direction
from marketplace.permits.rules.facts import MISSING
from marketplace.permits.rules.paths import Path, Scene
from marketplace.permits.rules.scoping import in_scope
from marketplace.permits.rules.truth import NO, UNKNOWN, YES, Truth

Witness = tuple[str, Any]
# What satisfies a rule; a letter of intent only opens the talks.
APPROVALS: Final = frozenset(
    {"permit", "licence", "approval", "certificate", "accreditation", "registration", "filing"}
)


class Predicate(Protocol):
    """One node of a trigger."""

    def judge(self, scene: Scene) -> Truth:
        """Whether it holds of the entry in hand."""

    def witnesses(self, scene: Scene) -> Iterator[Witness]:
        """The facts by which it holds or fails; where it is unknown, those that are missing."""

    def paths(self) -> Iterator[Path]:
        """Every fact that it may look at."""

    def rules(self) -> Iterator[str]:
        """Every other rule that it asks."""


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple[Predicate, ...]
    quick: tuple[Predicate, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "quick", _quick_first(self.parts))

    def judge(self, scene: Scene) -> Truth:
        """The least of the parts."""
        least = YES
        for part in self.quick:
            found = part.judge(scene)
            if found is NO:
                return NO
            if found is UNKNOWN:
                least = UNKNOWN
        return least

    def witnesses(self, scene: Scene) -> Iterator[Witness]:
        """Those of all parts; where it fails, of one that does."""
        return _of_parts(self.parts, scene, self.judge(scene), lone=NO)

    def paths(self) -> Iterator[Path]:
        """Those of the parts."""
        return (path for part in self.parts for path in part.paths())

    def rules(self) -> Iterator[str]:
        """Those of the parts."""
        return (rule for part in self.parts for rule in part.rules())


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part holds."""

    parts: tuple[Predicate, ...]
    quick: tuple[Predicate, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "quick", _quick_first(self.parts))

    def judge(self, scene: Scene) -> Truth:
        """The greatest of the parts."""
        greatest = NO
        for part in self.quick:
            found = part.judge(scene)
            if found is YES:
                return YES
            if found is UNKNOWN:
                greatest = UNKNOWN
        return greatest

    def witnesses(self, scene: Scene) -> Iterator[Witness]:
        """Those of one part that holds; where none does, of all."""
        return _of_parts(self.parts, scene, self.judge(scene), lone=YES)

    def paths(self) -> Iterator[Path]:
        """Those of the parts."""
        return (path for part in self.parts for path in part.paths())

    def rules(self) -> Iterator[str]:
        """Those of the parts."""
        return (rule for part in self.parts for rule in part.rules())


def _quick_first(parts: Sequence[Predicate]) -> tuple[Predicate, ...]:
    """The same parts in the order in which they are judged: what takes long is often not asked at all. Witnesses keep
    to the order in which the rule tells them."""
    slow = (All, Some, Not, Summed, Later, Goes, Held, Fires, Exists)
    rank = {kind: number for number, kind in enumerate(slow, 1)}
    return tuple(sorted(parts, key=lambda part: rank.get(type(part), 0)))


def _of_parts(parts: Sequence[Predicate], scene: Scene, whole: Truth, *, lone: Truth) -> Iterator[Witness]:
    telling = [part for part in parts if part.judge(scene) is whole]
    return (witness for part in (telling[:1] if whole is lone else telling) for witness in part.witnesses(scene))


@dataclass(frozen=True, slots=True)
class Not:
    """The part fails."""

    part: Predicate

    def judge(self, scene: Scene) -> Truth:
        """The mirror image of the part."""
        return ~self.part.judge(scene)

    def witnesses(self, scene: Scene) -> Iterator[Witness]:
        """Those of the part."""
        return self.part.witnesses(scene)

    def paths(self) -> Iterator[Path]:
        """Those of the part."""
        return self.part.paths()

    def rules(self) -> Iterator[str]:
        """Those of the part."""
        return self.part.rules()


@dataclass(frozen=True, slots=True)
class Compared:
    """A fact stands in a relation to what the rule says; `known` judges values that are not missing."""

    path: Path
    known: Callable[[Any], Truth]

    def judge(self, scene: Scene) -> Truth:
        """Unknown where the fact is."""
        value = self.path.value(scene)
        return UNKNOWN if value is MISSING else self.known(value)

    def witnesses(self, scene: Scene) -> Iterator[Witness]:
        """The fact itself."""
        yield self.path.name(scene), self.path.value(scene)

    def paths(self) -> Iterator[Path]:
        """The one path."""
        yield self.path

    def rules(self) -> Iterator[str]:
        """None."""
        return iter(())


@dataclass(frozen=True, slots=True)
class Summed:
    """Numbers together stand in a relation to one that the rule says; one that is missing leaves the sum unknown."""

    parts: tuple[Path, ...]
    known: Callable[[Any], Truth]
    rising: bool

    def judge(self, scene: Scene) -> Truth:
        """Unknown where a part is, unless the others reach the number by themselves: no part is below nought."""
        total: float = 0
        whole = True
        for path in self.parts:
            value = path.value(scene)
            if value is MISSING:
                whole = False
            elif isinstance(value, int | float):
                total += value
        found = self.known(total)
        if whole:
            return found
        return found if (found is YES) is self.rising and found is not UNKNOWN else UNKNOWN

    def witnesses(self, scene: Scene) -> Iterator[Witness]:
        """The parts; where it is unknown, those that are missing."""
        unknown = self.judge(scene) is UNKNOWN
        for path in self.parts:
            value = path.value(scene)
            if not unknown or value is MISSING:
                yield path.name(scene), value

    def paths(self) -> Iterator[Path]:
        """The parts."""
        return iter(self.parts)

    def rules(self) -> Iterator[str]:
        """None."""
        return iter(())


@dataclass(frozen=True, slots=True)
class Later:
    """A date comes after another plus so many months and days."""

    first: Path
    second: Path
    ahead: relativedelta

    def judge(self, scene: Scene) -> Truth:
        """Unknown where one of the dates is; a date that there is not comes after none."""
        values = self.first.value(scene), self.second.value(scene)
        if MISSING in values:
            return UNKNOWN
        first, second = (_date(value) for value in values)
        return NO if first is None or second is None else truth.of(first > second + self.ahead)

    def witnesses(self, scene: Scene) -> Iterator[Witness]:
        """The dates; where it is unknown, those that are missing."""
        unknown = self.judge(scene) is UNKNOWN
        for path in (self.first, self.second):
            value = path.value(scene)
            if not unknown or value is MISSING:
                yield path.name(scene), value

    def paths(self) -> Iterator[Path]:
        """Both dates."""
        return iter((self.first, self.second))

    def rules(self) -> Iterator[str]:
        """None."""
        return iter(())


@dataclass(frozen=True, slots=True)
class Exists:
    """Some entry of a list is such that the part holds; a list that nobody told of may have one."""

    list: str
    part: Predicate

    def judge(self, scene: Scene) -> Truth:
        """The greatest over the entries."""
        entries = scene.facts.entries.get(self.list)
        if entries is None:
            return UNKNOWN
        return truth.any_of(self.part.judge(scene.trying(entry)) for entry in entries)

    def witnesses(self, scene: Scene) -> Iterator[Witness]:
        """Those of the first entry that tells; the list where it is unknown."""
        entries = scene.facts.entries.get(self.list)
        if entries is None:
            yield self.list, MISSING
            return
        whole = self.judge(scene)
        scenes = [scene.trying(entry) for entry in entries]
        telling = [each for each in scenes if self.part.judge(each) is whole]
        for each in telling[:1] if whole is YES else telling:
            yield from self.part.witnesses(each)

    def paths(self) -> Iterator[Path]:
        """Those of the part, as facts of the list, and the list itself."""
        yield Path("booking", (self.list,))
        for path in self.part.paths():
            yield Path("booking", (self.list, *path.keys)) if path.scope == "each" else path

    def rules(self) -> Iterator[str]:
        """Those of the part."""
        return self.part.rules()


@dataclass(frozen=True, slots=True)
class Goes:
    """The entry in hand goes one of some ways."""

    ways: tuple[Direction, ...]

    def judge(self, scene: Scene) -> Truth:
        """The greatest over the ways."""
        return truth.any_of(way.judge(scene) for way in self.ways)

    def witnesses(self, scene: Scene) -> Iterator[Witness]:
        """Where it goes; where it is unknown, which end is missing."""
        whole = self.judge(scene)
        for way in self.ways:
            if whole is UNKNOWN and way.judge(scene) is UNKNOWN:
                yield from ((name, MISSING) for name in way.unknown(scene))
            elif whole is YES and way.judge(scene) is YES:
                yield scene.in_hand.path or ("booking" if way.origin else "place"), way.text

    def paths(self) -> Iterator[Path]:
        """Both ends of the entry in hand."""
        return iter((Path("each", ("from",)), Path("each", ("to",)), Path("booking", ("host", "jurisdiction"))))

    def rules(self) -> Iterator[str]:
        """None."""
        return iter(())


@dataclass(frozen=True, slots=True)
class Fires:
    """Another rule arises on the same entry, or anywhere in the booking when it looks at another list."""

    rule: str

    def judge(self, scene: Scene) -> Truth:
        """What the court says of that rule."""
        found: Truth = scene.court.fires(self.rule, scene.entry)
        return found

    def witnesses(self, scene: Scene) -> Iterator[Witness]:
        """Those of that rule."""
        yield from scene.court.witnesses(self.rule, scene.entry)

    def paths(self) -> Iterator[Path]:
        """None of its own."""
        return iter(())

    def rules(self) -> Iterator[str]:
        """The one rule."""
        yield self.rule


@dataclass(frozen=True, slots=True)
class Held:
    """Each of some holders has an approval or membership that is valid on the day and covers the entry in hand. What is
    not there is not held."""

    wanted: Mapping[str, str]
    holders: tuple[str, ...]
    # Entries that are no longer to be had.
    spent: frozenset[str] = frozenset()

    def judge(self, scene: Scene) -> Truth:
        """Never unknown: the vault is all there is."""
        return truth.of(all(self.entries(scene, holder) for holder in self.holders))

    def entries(self, scene: Scene, holder: str) -> Sequence[Mapping[str, Any]]:
        """What in the vault of one holder is meant."""
        return [
            held
            for held in scene.facts.vault
            if held.get("holder") == holder
            and held.get("id") not in self.spent
            and all(held.get(name) == value for name, value in self.wanted.items())
            and ("rule" not in self.wanted or held.get("kind") in APPROVALS)
            and valid_on(held, scene.entry.on)
            and in_scope(held, scene.entry)
        ]

    def witnesses(self, scene: Scene) -> Iterator[Witness]:
        """The entries of the vault that hold."""
        for holder in self.holders:
            for held in self.entries(scene, holder)[:1]:
                yield f"vault/{held.get('id')}", True

    def paths(self) -> Iterator[Path]:
        """The vault."""
        yield Path("booking", ("vault",))

    def rules(self) -> Iterator[str]:
        """None: an approval is asked for, not its rule."""
        return iter(())


def valid_on(held: Mapping[str, Any], day: date) -> bool:
    """Whether an entry of the vault counts on a day: begun, not over, not revoked, not used up."""
    start, end = _date(held.get("valid_from")), _date(held.get("valid_to"))
    spent = held.get("revoked") is True or held.get("used_up") is True
    return not spent and (start is None or start <= day) and (end is None or day <= end)


def _date(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None
