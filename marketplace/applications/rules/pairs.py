"""What the counterpart agency sees of a shared application: field by field, never the personal data that may not cross.

Personal data about people in the mainland leave it only on a ground of PIPL art 38-40 and 55 (DAT-01 to DAT-06, DAT-09,
DAT-10); from Hong Kong the principles of the PDPO apply (DAT-11), from Macao Law 8/2005 art 19-20 (DAT-12). None of
these grounds is an agency's look at another's file, so no field that tells of a person crosses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

# The grounds, by the territory that personal data would leave.
BASIS: Final[Mapping[str, tuple[str, ...]]] = {
    "CN": ("DAT-01", "DAT-02", "DAT-04", "DAT-05", "DAT-09", "DAT-10N", "DAT-10C"),
    "HK": ("DAT-11", "DAT-04"),
    "MO": ("DAT-12", "DAT-05"),
}
# Of the application itself: the step, never who took it or what was said in words.
STEPS: Final = frozenset(
    {
        "rule", "rule_version", "covers", "agency", "pair", "state", "side", "applicant", "filed_on", "due_on",
        "due_provisional", "decided_on", "valid_from", "valid_to", "flows",
    }
)  # fmt: skip
# What tells of a person, or is in somebody's own words and may: names, notes, reasons, conditions, papers, numbers of
# a person's own document.
PERSONAL: Final = frozenset({"person", "number", "note", "reason", "conditions", "files", "by", "contact", "reference"})
# Of each step of the timeline: what was done and when.
TIMELINE: Final = ("verb", "on")
# Facts of flows by list: those that describe a thing, a quantity or a place, and so no person. Everything about people,
# and counts of persons too small to hide anybody in, stay.
CROSSING: Final[Mapping[str, frozenset[str]]] = {
    "data_flows": frozenset(
        {
            "from", "to", "date", "exporter", "basis", "purpose", "important_data", "ciio", "hgr_information",
            "onward_outside_gba", "pi_nonsensitive_persons", "pi_sensitive_persons",
        }
    ),
    "goods_flows": frozenset(
        {
            "from", "to", "date", "exporter", "kind", "purpose", "hs_code", "control_codes", "bio_kind",
            "special_goods", "whitelisted", "suspect_infectious", "chem_class", "value", "returns", "return_by",
            "consumable", "carrier",
        }
    ),
    "technology_flows": frozenset({"from", "to", "date", "export_catalogue_part", "import_catalogue_part"}),
    "people_flows": frozenset({"from", "to", "date"}),
    "chemicals": frozenset({"class", "date"}),
}  # fmt: skip
# Counts of persons under this are no statistics but somebody.
SMALLEST_COUNT: Final = 10
COUNTS: Final = frozenset({"pi_nonsensitive_persons", "pi_sensitive_persons"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a pair, with the territories that its agencies sit in."""

    agencies: frozenset[str]
    territories: frozenset[str]


def side_of(agency: str, territory: str | None, sides: Iterable[Side]) -> int | None:
    """On which side of a pair an agency stands: named there, or else alone in that side's territory."""
    known = list(sides)
    named = next((number for number, side in enumerate(known) if agency in side.agencies), None)
    if named is not None:
        return named
    there = [number for number, side in enumerate(known) if territory in side.territories]
    return there[0] if len(there) == 1 else None


def counterparts(one: int | None, other: int | None) -> bool:
    """Whether two agencies stand on either side of a pair."""
    return one is not None and other is not None and one != other


def pair_view(application: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """What the counterpart sees: of the application its steps, of the facts (each flow by its name) those that tell of
    no person. Whatever is not known to be harmless stays."""
    shown = {name: value for name, value in application.items() if name in STEPS and name not in PERSONAL}
    steps = [{name: step[name] for name in TIMELINE if name in step} for step in application.get("timeline") or ()]
    facts = {flow: seen for flow, entry in fields.items() if (seen := _crossing(flow, entry))}
    return shown | {"timeline": steps, "facts": facts}


def withheld(fields: Mapping[str, Any]) -> list[str]:
    """The facts that the counterpart does not see, each as flow and field: a page says that there are such."""
    return sorted(
        f"{flow}/{name}" for flow, entry in fields.items() for name in entry if name not in _crossing(flow, entry)
    )


def _crossing(flow: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    allowed = CROSSING.get(flow.partition("/")[0], frozenset())
    return {name: value for name, value in entry.items() if name in allowed and not _reveals(name, value)}


def _reveals(name: str, value: Any) -> bool:
    counted = isinstance(value, int) and not isinstance(value, bool)
    return name in COUNTS and not (counted and (value == 0 or value >= SMALLEST_COUNT))
