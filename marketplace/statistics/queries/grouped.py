"""Roll-ups summed into groups as one statement: pooled rates, and means of the units' own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from marketplace.statistics.dictionary import MEAN, columns, indicators, known
from marketplace.statistics.queries.raw import first_of
from marketplace.statistics.rules.reach import Reach
from marketplace.statistics.rules.wishes import UNIT_FILTERS, USER_SIDE, Wish

# Of days whose open time is known: only these are told as a part of it.
_LISTED: Final = {"listed_used_seconds": "used_seconds", "listed_external_seconds": "external_seconds"}
_OF_USE: Final = (
    "booked_seconds", "used_seconds", "effective_seconds", "external_seconds", "inside_seconds", "estimated_seconds",
    "sessions", "bookings", "missed", *_LISTED,
)  # fmt: skip
_OF_UNITS: Final = tuple(id for id, column in columns().items() if column.unit_side)
# What rows are grouped by: the columns that tell groups apart, of roll-ups `r`.
_KEYS: Final[Mapping[str, Mapping[str, str]]] = {
    "unit": {"unit_id": "r.unit_id"},
    "facility": {"facility_id": "r.facility_id"},
    "host": {"host_id": "r.host_id"},
    "zone": {"zone": "r.zone_code"},
    "technique": {"technique": "y.technique"},
    "organisation": {"organisation_id": "r.organisation_id"},
    "jurisdiction_pair": {"user_jurisdiction": "r.user_jurisdiction", "unit_jurisdiction": "r.unit_jurisdiction"},
    "purpose": {"purpose": "r.purpose"},
    "user_class": {"user_class": "r.user_class"},
    "day": {"day": "r.day"},
    "month": {"month": "date_trunc('month', CAST(r.day AS timestamp))"},
    "quarter": {"quarter": "date_trunc('quarter', CAST(r.day AS timestamp))"},
    "year": {"year": "date_trunc('year', CAST(r.day AS timestamp))"},
    # The year in which it begins: UK academic years on 1 August, Hong Kong's fiscal ones on 1 April (S-04).
    "academic_year": {"academic_year": "date_trunc('year', r.day - interval '7 months')"},
    "fiscal_year": {
        "fiscal_year": "date_trunc('year', CASE WHEN r.unit_jurisdiction = 'HK' THEN r.day - interval '3 months'"
        " ELSE CAST(r.day AS timestamp) END)",
        "spans_years": "(r.unit_jurisdiction IS NOT DISTINCT FROM 'HK')",
    },
}
_YEARS: Final = "to_char({0}, 'YYYY') || '/' || to_char({0} + interval '1 year', 'YY')"
_LABELS: Final[Mapping[str, str]] = {
    "month": "to_char(g.month, 'YYYY-MM')",
    "quarter": "to_char(g.quarter, 'YYYY-\"Q\"Q')",
    "year": "to_char(g.year, 'YYYY')",
    "academic_year": _YEARS.format("g.academic_year"),
    "fiscal_year": f"CASE WHEN g.spans_years THEN {_YEARS.format('g.fiscal_year')}"
    " ELSE to_char(g.fiscal_year, 'YYYY') END",
}
# Names of what is grouped, joined to the groups `g` at the end.
_NAMES: Final[Mapping[str, tuple[str, str, str]]] = {
    "unit": ("unit_id", "units", "nu"),
    "facility": ("facility_id", "facilities", "nf"),
    "host": ("host_id", "organisations", "nh"),
    "organisation": ("organisation_id", "organisations", "no"),
}
_FILTERS: Final[Mapping[str, str]] = {
    "user_jurisdiction": "r.user_jurisdiction = ANY({})",
    "organisation": "r.organisation_id = ANY(CAST({} AS uuid[]))",
    "user_class": "r.user_class = ANY({})",
    "purpose": "r.purpose = ANY({})",
    "unit_jurisdiction": "r.unit_jurisdiction = ANY({})",
    "zone": "r.zone_code = ANY({})",
    "unit": "r.unit_id = ANY(CAST({} AS uuid[]))",
    "facility": "r.facility_id = ANY(CAST({} AS uuid[]))",
    "host": "r.host_id = ANY(CAST({} AS uuid[]))",
    "technique": "r.unit_id IN (SELECT id FROM units WHERE techniques && CAST({} AS text[]))",
}
# Whether anybody used or booked a unit in a group, whether or not the group knows its open time.
_BUSY: Final = "used_seconds > 0 OR booked_seconds > 0"
_LISTING: Final = " LEFT JOIN unit_days k ON k.unit_id = r.unit_id AND k.day = r.day"
_TECHNIQUES: Final = """ JOIN LATERAL (SELECT unnest(CASE WHEN x.techniques = '{}' THEN ARRAY[CAST(NULL AS text)]
    ELSE x.techniques END) AS technique FROM units x WHERE x.id = r.unit_id) AS y ON true"""


def grouped_select(wish: Wish, reach: Reach) -> tuple[str, dict[str, str]]:
    """The statement around its columns, which stand as `{columns}`, and the expression of each column."""
    keys = {name: expression for group in wish.group_by for name, expression in _KEYS[group].items()}
    by_user = any(group in USER_SIDE for group in wish.group_by)
    meaned = any(id.endswith(MEAN) for id in wish.columns)
    selects = [_select("usage_days", wish, reach, keys=keys, sums=_OF_USE, others=_OF_UNITS)]
    # Open hours belong to units: groups by user have none.
    if not by_user:
        selects.append(_select("unit_days", wish, reach, keys=keys, sums=_OF_UNITS, others=_OF_USE))
    names = [*keys, "unit_id"] if "unit_id" not in keys else list(keys)
    # Whole numbers are exact as double precision up to 2^53, and ten times faster to add than as numeric.
    added = ", ".join(
        f"CAST(sum(CAST({each} AS double precision)) AS bigint) AS {each}" for each in (*_OF_USE, *_OF_UNITS)
    )
    united = " UNION ALL ".join(selects)
    each_unit = f"SELECT {', '.join(names)}, {added} FROM ({united}) AS a GROUP BY {', '.join(names)}"
    listed = "".join(f"{name}, " for name in keys)
    means = "".join(f", {sql} AS {name}" for name, sql in _means()) if meaned else ""
    counted = f"CAST(count(DISTINCT unit_id) FILTER (WHERE {_BUSY}) AS bigint) AS units{means}"
    groups = f"SELECT {listed}{added}, {counted} FROM each_unit" + (f" GROUP BY {', '.join(keys)}" if keys else "")
    joins, order = _joins(wish.group_by), _order(list(keys))
    return f"WITH each_unit AS ({each_unit}), g AS ({groups}) SELECT {{columns}} FROM g{joins}{order}", _expressions()


def _select(
    table: str, wish: Wish, reach: Reach, *, keys: Mapping[str, str], sums: Sequence[str], others: Sequence[str]
) -> str:
    """Roll-ups of one table by group and unit, with nothing known of what the other table tells."""
    of_units = table == "unit_days"
    conditions = ["r.day >= CAST(%(first)s AS date)", "r.day < CAST(%(after)s AS date)"]
    conditions += [
        _FILTERS[name].format(f"%(filter_{name})s") for name in wish.filters if not of_units or name in UNIT_FILTERS
    ]
    if not reach.everything:
        conditions.append(
            "(r.host_id = ANY(CAST(%(hosts)s AS uuid[])) OR r.zone_code = ANY(CAST(%(zones)s AS text[])))"
        )
    named = [f"{expression} AS {name}" for name, expression in keys.items()]
    named += [] if "unit_id" in keys else ["r.unit_id"]
    listing = not of_units and _tells_listed(wish)
    named += [f"{_summed(each, listing)} AS {each}" for each in sums]
    # Cast, so that both sides of the union have one type; sums of nothing stay unknown, not 0.
    named += [f"CAST({0 if of_units else 'NULL'} AS bigint) AS {each}" for each in others]
    ordered = {name: at for at, name in enumerate((*keys, "unit_id", *_OF_USE, *_OF_UNITS))}
    named.sort(key=lambda each: ordered[each.rsplit(" AS ", 1)[-1].removeprefix("r.")])
    groups = [*keys.values(), *([] if "unit_id" in keys else ["r.unit_id"])]
    more = (_LISTING if listing else "") + (_TECHNIQUES if "technique" in wish.group_by else "")
    return (
        f"SELECT {', '.join(named)} FROM {table} r{more} WHERE {' AND '.join(conditions)} GROUP BY {', '.join(groups)}"
    )


def _summed(name: str, listing: bool) -> str:
    if name not in _LISTED:
        return f"sum(r.{name})"
    return f"sum(CASE WHEN k.unit_id IS NULL THEN 0 ELSE r.{_LISTED[name]} END)" if listing else "CAST(NULL AS bigint)"


def _tells_listed(wish: Wish) -> bool:
    """Whether any column needs to know which days have open time: looking it up takes its while."""
    rates = {each.id for each in indicators().values() if not _LISTED.keys().isdisjoint(each.above)}
    return any(id in _LISTED or id.removesuffix(MEAN) in rates for id in wish.columns)


def _expressions() -> dict[str, str]:
    found = {id: f"g.{id}" for id in known("groups")}
    found |= dict(_LABELS)
    for key, (_, _, alias) in _NAMES.items():
        found[key] = first_of(f"{alias}.name")
    for each in indicators().values():
        found[each.id] = _ratio(each.above, each.below, "g.", zero=each.zero)
    return found


def _means() -> list[tuple[str, str]]:
    # Over units that have what is divided by: who merely stands in a group moves no mean.
    return [
        (f"{each.id}{MEAN}", f"round(avg({_ratio(each.above, each.below, '', zero=False, exact=True)}), 6)")
        for each in indicators().values()
        if each.mean
    ]


def _ratio(above: Sequence[str], below: Sequence[str], of: str, *, zero: bool, exact: bool = False) -> str:
    top, under = (" + ".join(f"{of}{each}" for each in part) for part in (above, below))
    found = f"CAST({top} AS numeric) / nullif({under}, 0)"
    found = found if exact else f"round({found}, 6)"
    return f"CASE WHEN {under} = 0 THEN 0 ELSE {found} END" if zero else found


def _joins(groups: Sequence[str]) -> str:
    return "".join(
        f" LEFT JOIN {table} {alias} ON {alias}.id = g.{key}"
        for group in groups
        if group in _NAMES
        for key, table, alias in [_NAMES[group]]
    )


def _order(keys: Sequence[str]) -> str:
    return f" ORDER BY {', '.join(f'g.{each}' for each in keys)}" if keys else ""
