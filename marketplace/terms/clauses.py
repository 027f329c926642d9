"""The clauses of access terms as one table: form, checks, comparison, summary, API and tests all walk it."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

Kind = Literal["choice", "several", "number", "money"]
MOST_DAYS: Final = 3650


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing that a clause settles. `only` names another part of the clause and the choices that make this one
    meaningful; there a money part is required."""

    name: str
    kind: Kind
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int = 0
    only: tuple[str, frozenset[str]] | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: its parts in the order in which they are asked and told. All may be left open."""

    name: str
    parts: tuple[Part, ...] = field(default=())

    def part(self, name: str) -> Part | None:
        """A part by its name."""
        return next((part for part in self.parts if part.name == name), None)


def one_of(name: str, *choices: str) -> Part:
    """A part that is one of a few."""
    return Part(name=name, kind="choice", choices=choices)


def some_of(name: str, *choices: str) -> Part:
    """A part that is any of a few."""
    return Part(name=name, kind="several", choices=choices)


def count(name: str, most: int, *, least: int = 0) -> Part:
    """A part that is a whole number."""
    return Part(name=name, kind="number", least=least, most=most)


def amount(name: str, other: str, *choices: str) -> Part:
    """A part that is an amount of money, given where the part `other` is one of `choices`."""
    return Part(name=name, kind="money", only=(other, frozenset(choices)))


# Who owns the results, after the Lambert model agreements (UK IPO, 2016), with the host in the institution's place and
# the user in the sponsor's; `user_owns` is plain use of a facility, `jointly_owned` comes from consortium agreement A.
PATTERNS: Final = (
    "user_owns",
    "host_owns_licence",  # 1
    "host_owns_option_licence",  # 2
    "host_owns_option_assignment",  # 3
    "user_owns_academic_use",  # 4
    "each_owns_cross_licence",  # 4A
    "user_owns_contract_research",  # 5
    "each_owns_by_field",  # 6
    "jointly_owned",  # consortium A
    "agreed_each_time",
)

VOCABULARY: Final = (
    Clause(
        "who",
        (
            some_of("open_to", "universities", "institutes", "firms", "start_ups", "public_bodies", "own_members"),
            one_of("access", "excellence_driven", "market_driven", "wide"),  # European Charter for Access to RIs
            one_of("participation", "user_alone", "host_alone", "together"),
        ),
    ),
    Clause("background_ip", (one_of("pattern", "stays", "licence_for_the_work", "licence_for_the_results"),)),
    Clause(
        "foreground_ip",
        (
            one_of("pattern", *PATTERNS),
            one_of("patents", "owner_files", "host_files", "user_files", "jointly_filed"),
        ),
    ),
    Clause(
        "publication",
        (
            one_of("consent", "free", "notice", "consent_needed"),
            count("delay_days", MOST_DAYS),
            one_of("credit", "acknowledge", "co_author", "no_credit"),
        ),
    ),
    Clause("confidentiality", (one_of("level", "open", "confidential", "strict"), count("years", 50))),
    Clause(
        "data_location",
        (
            one_of("place", "anywhere", "gba", "host_place", "user_place", "mainland", "hong_kong", "macao"),
            one_of("copies", "both_keep", "host_keeps", "user_keeps"),
            one_of("onward", "onward_free", "onward_gba", "onward_never"),
        ),
    ),
    Clause("liability_cap", (one_of("cap", "law", "fee", "sum", "unlimited"), amount("sum", "cap", "sum"))),
    Clause(
        "insurance",
        (
            one_of("cover", "no_cover", "host_covers", "user_liability", "user_liability_and_things"),
            amount("sum", "cover", "user_liability", "user_liability_and_things"),
        ),
    ),
    Clause(
        "materials",
        (
            count("declare_days", 365),
            one_of("transfer", "none_needed", "simple_letter", "ubmta"),
            one_of("host_stock", "no_stock", "used_on_site", "taken_away"),
            one_of("waste", "host_disposes", "host_disposes_at_cost", "user_removes"),
        ),
    ),
    Clause(
        "cancellation",
        (
            count("free_hours", 8760),
            count("late_percent", 100),
            count("no_show_percent", 100),
            count("late_minutes", 1440, least=1),
            one_of("resold", "refunded", "kept"),
            count("breaches", 20, least=1),
        ),
    ),
    Clause(
        "export_class",
        (
            one_of("listed", "not_listed", "dual_use", "restricted_technology", "checked_each_time"),
            some_of("regimes", "CN", "HK", "MO", "US", "EU", "UK", "SG"),
        ),
    ),
    Clause(
        "training",
        (
            one_of("needed", "no_training", "induction", "certificate", "supervised"),
            count("lapses_months", 120, least=1),
        ),
    ),
)
CLAUSES: Final = MappingProxyType({clause.name: clause for clause in VOCABULARY})
# What is written beside a clause, in up to three languages.
TEXT: Final = "text"
# Where nothing is known of a facility's habits: norms of core facilities, as the platform proposes them.
PROPOSED: Final = MappingProxyType(
    {
        "cancellation": {
            "free_hours": 24,
            "late_percent": 50,
            "no_show_percent": 100,
            "late_minutes": 30,
            "resold": "refunded",
            "breaches": 3,
        }
    }
)
