"""Where a clause of the terms says what a mandatory rule forbids.

Each row is a rule's own words turned round: the choices with which the rule cannot be kept. Where it matters which
side is the Chinese one, the row says for which side it holds; a row without a side holds for both.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from marketplace.terms.clauses import PATTERNS

Side = Literal["host", "user"]


@dataclass(frozen=True, slots=True)
class Bar:
    """Choices of one part of a clause that a rule does not allow; `chinese` is the side on which it then matters."""

    rule: str
    clause: str
    part: str
    choices: frozenset[str]
    chinese: Side | None = None


# Regulations on human genetic resources, article 24: the Chinese side takes part throughout and keeps a full copy;
# patents from the work are applied for jointly and owned jointly. What is agreed each time may still say so.
_JOINT: Final = frozenset({"jointly_owned", "agreed_each_time"})
BARS: Final = (
    Bar("HGR-10", "who", "participation", frozenset({"user_alone"}), "host"),
    Bar("HGR-10", "who", "participation", frozenset({"host_alone"}), "user"),
    Bar("HGR-10", "foreground_ip", "pattern", frozenset(PATTERNS) - _JOINT),
    Bar("HGR-10", "foreground_ip", "patents", frozenset({"host_files", "user_files"})),
    Bar("HGR-10", "data_location", "copies", frozenset({"user_keeps"}), "host"),
    Bar("HGR-10", "data_location", "copies", frozenset({"host_keeps"}), "user"),
    Bar("HGR-10", "data_location", "place", frozenset({"hong_kong", "macao"})),
    Bar("HGR-10", "data_location", "place", frozenset({"user_place"}), "host"),
    Bar("HGR-10", "data_location", "place", frozenset({"host_place"}), "user"),
    # The Greater Bay Area standard contracts: no onward transfer outside the area.
    Bar("DAT-04", "data_location", "onward", frozenset({"onward_free"})),
    Bar("DAT-05", "data_location", "onward", frozenset({"onward_free"})),
    # Highly toxic chemicals and explosive precursors of the host are not lent, passed on or taken away.
    Bar("CHM-05", "materials", "host_stock", frozenset({"taken_away"})),
)
RULES: Final = tuple(dict.fromkeys(bar.rule for bar in BARS))


def contradictions(
    clauses: Mapping[str, Any], rule_ids: Collection[str], *, chinese: Side | None = None
) -> tuple[tuple[str, str], ...]:
    """The rules among `rule_ids` that a clause contradicts, each with the clause's name, in the order of `BARS`.

    `chinese` tells which side of the booking is the Chinese one under the rules on human genetic resources; left out,
    only what contradicts whichever side it is counts. A clause that leaves a part open contradicts nothing.
    """
    found = (
        (bar.rule, bar.clause)
        for bar in BARS
        if bar.rule in rule_ids
        and bar.chinese in (None, chinese)
        and (clauses.get(bar.clause) or {}).get(bar.part) in bar.choices
    )
    return tuple(dict.fromkeys(found))


def chinese_side(host_jurisdiction: str | None) -> Side:
    """The side taken for the Chinese one: the host where it stands in the mainland, else the user."""
    return "host" if (host_jurisdiction or "").split("-")[0] == "CN" else "user"
