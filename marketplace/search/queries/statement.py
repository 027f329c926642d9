"""The one statement that answers a search: who matches, how many under each facet, and one page of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import TextClause, text

from marketplace.search.rules.wishes import SearchQuery, Sort

# So many results have their claims read unit by unit; more, all claims of the time at once.
FEW: Final = 400

# Each facet that a query narrows has a bit; a class's `missed` holds the bits of the facets it fails. Its rows are
# results when it missed none, and count under a facet when it missed none but that one: so the numbers beside the
# choices of a facet say what choosing them would give.
FACETS: Final = ("kind", "jurisdiction", "zone", "technique", "trl", "scale", "service_mode", "price")
_BIT: Final = {facet: 1 << number for number, facet in enumerate(FACETS)}
_CONDITIONS: Final = {
    "kind": "r.kind = ANY(:kind)",
    "jurisdiction": "r.jurisdiction_code = ANY(:jurisdiction)",
    "zone": "coalesce(r.zone_code = ANY(:zone), false)",
    "technique": "r.techniques && CAST(:technique AS text[])",
    "trl": "r.trl_min IS NOT NULL AND int4range(r.trl_min, r.trl_max, '[]') @> ANY(CAST(:trl AS int[]))",
    "scale": "coalesce(r.scale = ANY(:scale), false)",
    "service_mode": "r.service_modes && CAST(:service_mode AS text[])",
    "price": "r.price_class = ANY(:price)",
}
# An opening pattern: its id, its calendar, and all else that it says.
TOLD: Final = "id, calendar_code, json_build_array(time_zone, hours, rules)::text"
PATTERNS: Final = f"""
             (SELECT json_agg(json_build_array({TOLD})) FROM opening_patterns
               WHERE id IN (SELECT pattern_id FROM unit_openness u WHERE u.facility_id = {{facility}}))"""
# Results that are alike in every facet are counted once; lists are counted whole before they are taken apart.
_CLASSES: Final = """
    classes AS MATERIALIZED (
      SELECT r.*, {missed} AS missed, alike.n
        FROM (SELECT class_id, count(*) AS n FROM hits GROUP BY class_id) AS alike
        JOIN search_classes r ON r.id = alike.class_id
    )"""
_COUNTED: Final = {
    "kind": "SELECT kind AS value, sum(n) AS n FROM classes WHERE {fits} GROUP BY kind",
    "jurisdiction": "SELECT jurisdiction_code, sum(n) FROM classes WHERE {fits} GROUP BY jurisdiction_code",
    "zone": "SELECT zone_code, sum(n) FROM classes WHERE {fits} AND zone_code IS NOT NULL GROUP BY zone_code",
    "technique": """SELECT t, sum(n) FROM (SELECT techniques, sum(n) AS n FROM classes WHERE {fits}
                    GROUP BY techniques) AS alike, unnest(techniques) AS t GROUP BY t""",
    "trl": """SELECT t::text, sum(n) FROM (SELECT trl_min, trl_max, sum(n) AS n FROM classes WHERE {fits}
              GROUP BY trl_min, trl_max) AS alike, generate_series(trl_min, trl_max) AS t GROUP BY t""",
    "scale": "SELECT scale, sum(n) FROM classes WHERE {fits} AND scale IS NOT NULL GROUP BY scale",
    "service_mode": """SELECT s, sum(n) FROM (SELECT service_modes, sum(n) AS n FROM classes WHERE {fits}
                       GROUP BY service_modes) AS alike, unnest(service_modes) AS s GROUP BY s""",
    "price": "SELECT price_class, sum(n) FROM classes WHERE {fits} GROUP BY price_class",
}
# On how many of its places each unit is busy in the slot. Of many units every claim of that time is read once; of few,
# those of each unit through its index.
_GIVEN_SLOTS: Final = """
    given (pattern_id, slot) AS MATERIALIZED (
      SELECT * FROM unnest(CAST(:patterns AS int[]), CAST(:slots AS tstzrange[]))
    )"""
_BUSY_OF_MANY: Final = """
      SELECT c.unit_id, count(DISTINCT c.place) AS places
        FROM then_claimed c JOIN unit_openness u USING (unit_id) JOIN given g USING (pattern_id)
       WHERE c.blocked && g.slot
       GROUP BY c.unit_id"""
_BUSY_OF_FEW: Final = """
      SELECT u.unit_id, count(DISTINCT c.place)
        FROM matched m JOIN unit_openness u USING (facility_id) JOIN given g USING (pattern_id)
        JOIN claims c ON uuidrange(c.unit_id, c.unit_id, '[]') && uuidrange(u.unit_id, u.unit_id, '[]')
                     AND c.place <= u.places AND c.blocked && g.slot AND (c.held_until IS NULL OR c.held_until > :now)
       WHERE (SELECT units FROM few)
       GROUP BY u.unit_id"""
_THEN_CLAIMED: Final = """
    then_claimed AS MATERIALIZED (
      SELECT c.unit_id, c.place, c.blocked
        FROM claims c
       WHERE c.blocked && CAST(:widest AS tstzrange) AND (c.held_until IS NULL OR c.held_until > :now) {unless_few}
    )"""
_BUSY_AMONG_ALL: Final = f"""{_GIVEN_SLOTS},
    {_THEN_CLAIMED.format(unless_few="")},
    busy AS MATERIALIZED ({_BUSY_OF_MANY})"""
_BUSY_AMONG_MATCHED: Final = f"""{_GIVEN_SLOTS},
    few AS MATERIALIZED (SELECT count(*) <= :few AS units FROM matched),
    {_THEN_CLAIMED.format(unless_few="AND NOT (SELECT units FROM few)")},
    busy AS MATERIALIZED ({_BUSY_OF_MANY} UNION ALL {_BUSY_OF_FEW})"""
# Results with a unit that is open for the slot by its pattern, and has fewer busy places than it has places.
_SLOT_HITS: Final = """
      SELECT m.facility_id, m.class_id, m.published_at, m.rank, m.key, count(*) AS units, NULL::timestamptz AS next_free
        FROM matched m JOIN unit_openness u USING (facility_id) JOIN given g USING (pattern_id)
        LEFT JOIN busy b USING (unit_id)
       WHERE coalesce(b.places, 0) < u.places
       GROUP BY m.facility_id, m.class_id, m.published_at, m.rank, m.key"""
# Units by facility with a free stretch of so many minutes on one place, and when the first begins. A claim keeps its
# clean-up before it and its set-up after it free of others, so claims are widened crosswise; what is left of a day or
# week unit counts in whole blocks.
_WITHIN: Final = """
    given (pattern_id, open, set_up, clean_up, need, in_blocks) AS MATERIALIZED (
      SELECT * FROM unnest(CAST(:patterns AS int[]), CAST(:opens AS tstzmultirange[]), CAST(:set_ups AS interval[]),
                           CAST(:clean_ups AS interval[]), CAST(:needs AS interval[]), CAST(:in_blocks AS boolean[]))
    ),
    blocks (pattern_id, block) AS MATERIALIZED (
      SELECT * FROM unnest(CAST(:block_patterns AS int[]), CAST(:blocks AS tstzrange[]))
    ),
    {held},
    free AS (
      SELECT u.facility_id, count(DISTINCT u.unit_id) AS units, min(coalesce(whole.first, lower(piece))) AS next_free
        FROM unit_openness u JOIN given g USING (pattern_id)
       CROSS JOIN LATERAL generate_series(1, u.places) AS spot (number)
        LEFT JOIN {of_place}
       CROSS JOIN LATERAL unnest(g.open - coalesce(h.taken, '{{}}'::tstzmultirange)) AS piece
       CROSS JOIN LATERAL (
             SELECT min(lower(b.block)) AS first, max(upper(b.block)) - min(lower(b.block)) AS length
               FROM blocks b WHERE g.in_blocks AND b.pattern_id = g.pattern_id AND b.block <@ piece) AS whole
       WHERE u.facility_id IN ({facilities})
         AND upper(piece) - lower(piece) >= g.need AND (NOT g.in_blocks OR whole.length >= g.need)
       GROUP BY u.facility_id
    )"""
_TAKEN: Final = """
      SELECT {keys} range_agg(tstzrange(lower(c.blocked) - g.clean_up, upper(c.blocked) + g.set_up)) AS taken"""
# Of many units: every claim of the window is read once. Of the few on a page: those of each place, through its index.
_HELD_BY_MANY: Final = f"""held AS MATERIALIZED (
      {_TAKEN.format(keys="c.unit_id, c.place,")}
        FROM claims c JOIN unit_openness u USING (unit_id) JOIN given g USING (pattern_id)
       WHERE c.blocked && CAST(:widest AS tstzrange) AND (c.held_until IS NULL OR c.held_until > :now)
         AND u.facility_id IN (SELECT facility_id FROM matched)
       GROUP BY c.unit_id, c.place
    )"""
_OF_PLACE_BY_MANY: Final = "held h ON h.unit_id = u.unit_id AND h.place = spot.number"
_OF_PLACE_BY_FEW: Final = f"""LATERAL ({_TAKEN.format(keys="")}
             FROM claims c
            WHERE uuidrange(c.unit_id, c.unit_id, '[]') && uuidrange(u.unit_id, u.unit_id, '[]')
              AND c.place = spot.number AND c.blocked && CAST(:widest AS tstzrange)
              AND (c.held_until IS NULL OR c.held_until > :now)) AS h ON true"""
_MATCHED: Final = """
    SELECT {hit}.facility_id, {hit}.class_id, {hit}.units AS all_units, {hit}.published_at, {rank} AS rank, {key} AS key
      FROM {tables}
     WHERE {conditions}"""
# Listings that may begin in time, each by all that its plan hangs on, with its place among the days.
_STARTS: Final = """
      JOIN unnest(CAST(:start_keys AS text[]), CAST(:start_places AS int[])) AS s (key, place) ON s.key = r.start_key"""
_ORDERS: Final = {
    Sort.RELEVANCE: "h.rank DESC, h.published_at DESC, h.facility_id",
    Sort.NAME: "h.key, h.facility_id",
    Sort.PRICE: "h.key ASC NULLS LAST, h.facility_id",
    Sort.NEWEST: "h.published_at DESC, h.facility_id",
    Sort.START: "h.key, h.rank DESC, h.published_at DESC, h.facility_id",
    Sort.NEXT_FREE: "h.next_free ASC NULLS LAST, h.rank DESC, h.facility_id",
}
_NAME_KEYS: Final = {
    "en": "lower(coalesce(r.name->>'en', r.name->>'zh-Hant', r.name->>'zh-Hans'))",
    "zh-Hant": "coalesce(r.name->>'zh-Hant', r.name->>'zh-Hans', r.name->>'en')",
    "zh-Hans": "coalesce(r.name->>'zh-Hans', r.name->>'zh-Hant', r.name->>'en')",
}


class Ask(Enum):
    """What free time is asked for: one slot, a stretch within a window, or only when the next one begins."""

    SLOT = "slot"
    WITHIN = "within"
    NEXT = "next"


@dataclass(frozen=True, slots=True, kw_only=True)
class Free:
    """What the patterns leave open, as arrays for the statement."""

    ask: Ask
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """A query with its words, places and price made into what the columns hold."""

    query: SearchQuery
    tsquery: str
    ranked: str
    jurisdictions: Sequence[str]
    zones: Sequence[str]
    techniques: Sequence[str]
    price_max_hkd: Decimal | None
    free: Free | None
    language: str
    starts: Mapping[str, Any] | None = None

    @property
    def narrows(self) -> bool:
        """Whether words, a price or a first day narrow the results before anything is counted."""
        return bool(self.tsquery) or self.price_max_hkd is not None or self.starts is not None

    @property
    def chosen(self) -> dict[str, Sequence[Any]]:
        """The values of each facet that is narrowed."""
        query = self.query
        every: dict[str, Sequence[Any]] = {
            "kind": query.kinds,
            "jurisdiction": self.jurisdictions,
            "zone": self.zones,
            "technique": self.techniques,
            "trl": query.trls,
            "scale": query.scales,
            "service_mode": query.service_modes,
            "price": query.price_classes,
        }
        return {facet: list(values) for facet, values in every.items() if values}


def statement(resolved: Resolved, *, limit: int, offset: int) -> tuple[TextClause, dict[str, Any]]:
    """The statement and its values; it answers one row: total, facets and items."""
    values = _values(resolved) | {"limit": limit, "offset": offset}
    return _built(_hits(resolved) + _answer(resolved)), values


def points(resolved: Resolved, *, limit: int) -> tuple[TextClause, dict[str, Any]]:
    """The statement for the map: id, name, slug and place of all results that have one."""
    selected = f""", {_classes(resolved)}
    SELECT h.facility_id, r.name, r.card->>'slug' AS slug, r.kind, r.card->>'city' AS city, r.latitude, r.longitude
      FROM {_results(resolved)} JOIN search_rows r ON r.facility_id = h.facility_id
     WHERE r.latitude IS NOT NULL AND r.longitude IS NOT NULL
     ORDER BY h.facility_id LIMIT :limit"""
    return _built(_hits(resolved) + selected), _values(resolved) | {"limit": limit}


@lru_cache(maxsize=200)
def _built(statement: str) -> TextClause:
    # Reading a statement for its parameters takes longer than writing it.
    return text(statement)


def _values(resolved: Resolved) -> dict[str, Any]:
    values: dict[str, Any] = dict(resolved.chosen)
    if resolved.tsquery:
        values |= {"tsquery": resolved.tsquery, "ranked": resolved.ranked}
    if resolved.price_max_hkd is not None:
        values["price_max"] = resolved.price_max_hkd
    if resolved.free is not None and resolved.free.ask is Ask.SLOT and resolved.narrows:
        values["few"] = FEW
    return values | dict(resolved.free.values if resolved.free else {}) | dict(resolved.starts or {})


def _hits(resolved: Resolved) -> str:
    free, matched = resolved.free, _matched(resolved)
    if free is None:
        hits = "SELECT m.*, m.all_units AS units, NULL::timestamptz AS next_free FROM matched m"
        return f"WITH matched AS ({matched}), hits AS MATERIALIZED ({hits})"
    if free.ask is Ask.SLOT and resolved.narrows:
        return f"WITH matched AS MATERIALIZED ({matched}), {_BUSY_AMONG_MATCHED}, hits AS MATERIALIZED ({_SLOT_HITS})"
    if free.ask is Ask.SLOT:
        return f"WITH matched AS ({matched}), {_BUSY_AMONG_ALL}, hits AS MATERIALIZED ({_SLOT_HITS})"
    join = "LEFT JOIN" if free.ask is Ask.NEXT else "JOIN"
    units = "m.all_units" if free.ask is Ask.NEXT else "f.units"
    hits = f"SELECT m.*, {units} AS units, f.next_free FROM matched m {join} free f USING (facility_id)"
    return f"WITH matched AS MATERIALIZED ({matched}), {_within_many()}, hits AS MATERIALIZED ({hits})"


def _matched(resolved: Resolved) -> str:
    keys = {Sort.NAME: _NAME_KEYS[resolved.language], Sort.PRICE: "r.price_hkd_hour"}
    keys |= {Sort.START: "s.place"} if resolved.starts is not None else {}
    key = keys.get(resolved.query.sort, "NULL")
    conditions = ["w.lexemes @@ CAST(:tsquery AS tsquery)"] if resolved.tsquery else []
    conditions += ["r.price_hkd_hour <= :price_max"] if resolved.price_max_hkd is not None else []
    tables = "search_rows r"
    if resolved.tsquery:
        # The words' own table says all that a search reads of every result, save prices and names.
        of_row = resolved.price_max_hkd is not None or key != "NULL" or resolved.starts is not None
        tables = "search_texts w JOIN search_rows r USING (facility_id)" if of_row else "search_texts w"
    return _MATCHED.format(
        hit="w" if resolved.tsquery else "r",
        tables=tables + (_STARTS if resolved.starts is not None else ""),
        rank="ts_rank(w.lexemes, CAST(:ranked AS tsquery))" if resolved.tsquery else "0",
        key=key,
        conditions=" AND ".join(conditions) or "true",
    )


def _classes(resolved: Resolved) -> str:
    missed = " + ".join(f"CASE WHEN {_CONDITIONS[facet]} THEN 0 ELSE {_BIT[facet]} END" for facet in resolved.chosen)
    return _CLASSES.format(missed=missed or "0")


def _results(resolved: Resolved) -> str:
    """The rows that missed nothing; where nothing narrows that is all of them."""
    return "hits h JOIN classes c ON c.id = h.class_id AND c.missed = 0" if resolved.chosen else "hits h"


def _within_many() -> str:
    many = "SELECT facility_id FROM matched"
    return _WITHIN.format(held=_HELD_BY_MANY, of_place=_OF_PLACE_BY_MANY, facilities=many)


def next_free() -> TextClause:
    """The statement for when each of some facilities (`:facilities`) is free next."""
    few = "SELECT unnest(CAST(:facilities AS uuid[]))"
    free = _WITHIN.format(held="nobody AS (SELECT)", of_place=_OF_PLACE_BY_FEW, facilities=few)
    return _built(f"WITH {free} SELECT facility_id, next_free FROM free")


def _answer(resolved: Resolved) -> str:
    counted = " UNION ALL ".join(
        f"SELECT '{facet}' AS facet, c.* FROM ({_COUNTED[facet].format(fits=_fits(facet, resolved))}) AS c"
        for facet in FACETS
    )
    order = _ORDERS[resolved.query.sort]
    return f""", {_classes(resolved)},
    facets AS (SELECT facet, jsonb_object_agg(value, n) AS counts FROM ({counted}) AS f GROUP BY facet),
    ranked AS (
      SELECT best.*, row_number() OVER () AS place
        FROM (SELECT h.facility_id, h.units, h.next_free FROM {_results(resolved)}
               ORDER BY {order} LIMIT :limit OFFSET :offset) AS best
    ),
    page AS (
      SELECT p.*, r.name, r.kind, r.jurisdiction_code, r.zone_code, r.card, r.start_key,
             r.price_minor, r.price_currency, r.price_per,
             {PATTERNS.format(facility="p.facility_id")} AS patterns
        FROM ranked p JOIN search_rows r USING (facility_id)
    )
    SELECT (SELECT coalesce(sum(n), 0)::bigint FROM classes WHERE {_fits("", resolved)}) AS total,
           (SELECT jsonb_object_agg(facet, counts) FROM facets) AS facets,
           (SELECT json_agg(page ORDER BY place) FROM page) AS items"""


def _fits(facet: str, resolved: Resolved) -> str:
    # Where nothing narrows nothing is missed; a condition would only have the planner expect a handful.
    if not resolved.chosen:
        return "true"
    return f"missed & ~{_BIT[facet]} = 0" if facet in resolved.chosen else "missed = 0"
