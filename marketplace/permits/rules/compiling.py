"""From the words of a rule file to predicates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from dateutil.relativedelta import relativedelta

from marketplace.permits.rules import truth
from marketplace.permits.rules.directions import Direction
from marketplace.permits.rules.paths import Path
from marketplace.permits.rules.predicates import (
    All,
    Compared,
    Exists,
    Fires,
    Goes,
    Held,
    Later,
    Not,
    Predicate,
    Some,
    Summed,
)
from marketplace.permits.rules.truth import NO, UNKNOWN, YES, Truth


def _number(test: Callable[[Any], bool]) -> Callable[[Any], Truth]:
    def judge(value: Any) -> Truth:
        if value is None:
            return NO
        return truth.of(test(value)) if isinstance(value, int | float) else UNKNOWN

    return judge


def _plain(value: Any) -> Any:
    return None if value == "none" else value


def _among(values: Iterable[Any]) -> Callable[[Any], Truth]:
    wanted = [_plain(value) for value in values]
    return lambda value: truth.of(value in wanted)


def _outside(values: Iterable[Any]) -> Callable[[Any], Truth]:
    among = _among(values)
    return lambda value: ~among(value)


def _collected(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _relations(value: Any) -> dict[str, Callable[[Any], Truth]]:
    plain = _plain(value)
    return {
        "is": lambda known: YES if known == plain else NO,
        "is_not": lambda known: NO if known == plain else YES,
        "in": _among(value) if isinstance(value, list) else _never,
        "not_in": _outside(value) if isinstance(value, list) else _never,
        "lt": _number(lambda known: known < value),
        "le": _number(lambda known: known <= value),
        "gt": _number(lambda known: known > value),
        "ge": _number(lambda known: known >= value),
        "has": lambda known: YES if value in _collected(known) else NO,
        "has_any": lambda known: truth.of(any(each in _collected(known) for each in value)),
        "empty": lambda known: truth.of((not known and known is not False and known != 0) is value),
    }


def _never(_known: Any) -> Truth:
    return NO


RELATIONS: Final = ("is", "is_not", "in", "not_in", "lt", "le", "gt", "ge", "has", "has_any", "empty")


def compiled(tree: Mapping[str, Any]) -> Predicate:
    """A trigger from its file; the schema has seen to its shape, names that lead nowhere raise ValueError."""
    for name, build in _BUILDERS.items():
        if name in tree:
            return build(tree)
    raise ValueError(f"no predicate: {sorted(tree)}")


def _fact(tree: Mapping[str, Any]) -> Predicate:
    path = Path.parse(tree["fact"])
    if "after" in tree:
        after = tree["after"]
        ahead = relativedelta(months=after.get("months", 0), days=after.get("days", 0))
        return Later(path, Path.parse(after["fact"]), ahead)
    relation = next(name for name in RELATIONS if name in tree)
    return Compared(path, _relations(tree[relation])[relation])


def _sum(tree: Mapping[str, Any]) -> Predicate:
    relation = next(name for name in ("lt", "le", "gt", "ge") if name in tree)
    known = _relations(tree[relation])[relation]
    return Summed(tuple(map(Path.parse, tree["sum"])), known, rising=relation in ("gt", "ge"))


def _vault(tree: Mapping[str, Any]) -> Predicate:
    told = tree["vault"]
    wanted = {name: told[name] for name in ("rule", "list") if name in told}
    return Held(wanted, tuple(told["holders"]))


_BUILDERS: Final[Mapping[str, Callable[[Mapping[str, Any]], Predicate]]] = {
    "all": lambda tree: All(tuple(map(compiled, tree["all"]))),
    "any": lambda tree: Some(tuple(map(compiled, tree["any"]))),
    "not": lambda tree: Not(compiled(tree["not"])),
    "exists": lambda tree: Exists(tree["exists"], compiled(tree["where"])),
    "direction": lambda tree: Goes((Direction.parse(tree["direction"]),)),
    "fires": lambda tree: Fires(tree["fires"]),
    "vault": _vault,
    "sum": _sum,
    "fact": _fact,
}
