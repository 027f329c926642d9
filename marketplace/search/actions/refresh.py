"""Writing search rows: one facility after a change, or all of them after an import."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Facility
from marketplace.database import Base
from marketplace.jurisdictions.queries import rates_on as exchange_rates_on
from marketplace.search.models import OpeningPattern, SearchClass, SearchRow, SearchText, SearchWord, UnitOpenness
from marketplace.search.queries.listings import OpenUnit, listings, published_ids, rates_of
from marketplace.search.rules.rows import class_of, lexemes_of, price_of, row_of

BATCH = 250
# What a text's row says again of the listing's.
REPEATED = "facility_id", "class_id", "units", "published_at"

# The words of Latin script in the index, with the number of listings each stands in: what slips are compared with.
_COUNT_WORDS = text("""
    INSERT INTO search_words (word, facilities)
    SELECT word, ndoc FROM ts_stat('SELECT lexemes FROM search_texts') WHERE word ~ '^[a-z][a-z0-9]{2,}$'
""")

_WORDS_OF = text("""
    SELECT unnest(tsvector_to_array(lexemes)) FROM search_texts WHERE facility_id = ANY(:ids)
""")


# A row is given the class of all that facets count of it, which is written where it is the first of its kind. In order,
# so that jobs of one batch never wait for each other in a ring; a longer one that does is done once more.
_AS_CLASSES = """
    jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (facility_id uuid, kind text, jurisdiction_code text, zone_code text,
      techniques text[], trl_min int, trl_max int, scale text, service_modes text[], price_class text)"""
_NEW_CLASSES = text(f"""
    INSERT INTO search_classes
           (kind, jurisdiction_code, zone_code, techniques, trl_min, trl_max, scale, service_modes, price_class)
    SELECT DISTINCT r.kind, r.jurisdiction_code, r.zone_code, r.techniques, r.trl_min, r.trl_max, r.scale,
           r.service_modes, r.price_class
      FROM {_AS_CLASSES}
     ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9
    ON CONFLICT DO NOTHING
""")
_CLASSES_OF = text(f"""
    SELECT r.facility_id, c.id
      FROM {_AS_CLASSES}
      JOIN search_classes c
        ON c.kind = r.kind AND c.jurisdiction_code = r.jurisdiction_code
       AND c.zone_code IS NOT DISTINCT FROM r.zone_code
       AND c.techniques = r.techniques AND c.service_modes = r.service_modes
       AND c.trl_min IS NOT DISTINCT FROM r.trl_min AND c.trl_max IS NOT DISTINCT FROM r.trl_max
       AND c.scale IS NOT DISTINCT FROM r.scale AND c.price_class = r.price_class
""")


_PRICES = select(
    *(SearchRow.facility_id, SearchRow.price_minor, SearchRow.price_currency, SearchRow.price_per),
    SearchRow.price_hkd_hour,
)


def refresh_facility(session: Session, facility_id: UUID, *, now: datetime) -> None:
    """Bring the row of one facility to what is listed; one that is not published has none."""
    old = _latin_words(session, [facility_id])
    _write(session, [facility_id], now=now)
    _count_again(session, old, _latin_words(session, [facility_id]))


def refresh_organisation(session: Session, organisation_id: UUID, *, now: datetime) -> None:
    """Bring the rows of all that an organisation ever published to what is listed now: it was suspended, or renamed."""
    ids = session.scalars(
        select(Facility.id).where(Facility.organisation_id == organisation_id, Facility.published_at.is_not(None))
    ).all()
    for some in _batches(ids):
        old = _latin_words(session, some)
        _write(session, some, now=now)
        _count_again(session, old, _latin_words(session, some))


def refresh_all(session: Session, *, now: datetime, ids: Iterable[UUID] | None = None) -> int:
    """Write every row anew, or those of many facilities, and count the words again; the number of facilities read."""
    wanted = list(published_ids(session) if ids is None else ids)
    if ids is None:
        session.execute(delete(UnitOpenness))
        session.execute(delete(SearchRow))
        session.execute(delete(OpeningPattern))
        session.execute(delete(SearchClass))
    for some in _batches(wanted):
        _write(session, some, now=now)
    session.execute(delete(SearchWord))
    session.execute(_COUNT_WORDS)
    return len(wanted)


def refresh_prices(session: Session, *, now: datetime) -> None:
    """Compare all prices anew, after a rate of exchange was entered, and write the rows of those that changed."""
    exchange = exchange_rates_on(session, now.date())
    for some in _batches(published_ids(session)):
        kept = {id: price for id, *price in session.execute(_PRICES.where(SearchRow.facility_id.in_(some)))}
        rates = rates_of(session, some, now.date())
        changed = [id for id in some if kept.get(id) != list(price_of(rates[id], exchange).values())]
        if changed:
            _write(session, changed, now=now)


def _batches(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for at in range(0, len(ids), BATCH):
        yield ids[at : at + BATCH]


def _write(session: Session, ids: Sequence[UUID], *, now: datetime) -> None:
    session.flush()
    found = listings(session, ids, now.date())
    rates = exchange_rates_on(session, now.date())
    gone = set(ids) - {listing.facility.id for listing, _ in found}
    session.execute(delete(SearchRow).where(SearchRow.facility_id.in_(gone)))
    _write_openness(session, ids, [unit for _, units in found for unit in units])
    if not found:
        return
    rows = [row_of(listing, rates) for listing, _ in found]
    classes = _class_ids(session, rows)
    rows = [row | {"class_id": classes[row["facility_id"]], "refreshed_at": now} for row in rows]
    _upsert(session, SearchRow, rows)
    texts = [
        {name: row[name] for name in REPEATED} | {"lexemes": lexemes_of(listing, row["techniques"])}
        for (listing, _), row in zip(found, rows, strict=True)
    ]
    _upsert(session, SearchText, texts)


def _upsert(session: Session, table: type[Base], rows: Sequence[dict[str, Any]], key: str = "facility_id") -> None:
    """Write rows; one that says what it said before stays untouched, for a written row leaves a dead one behind."""
    statement = insert(table).values(rows)
    changed = {name: statement.excluded[name] for name in rows[0] if name != key}
    columns = table.__table__.c
    news = [columns[name].is_distinct_from(value) for name, value in changed.items() if name != "refreshed_at"]
    session.execute(statement.on_conflict_do_update(index_elements=[key], set_=changed, where=or_(*news)))


def _class_ids(session: Session, rows: Sequence[Mapping[str, Any]]) -> dict[UUID, int]:
    told = [{"facility_id": str(row["facility_id"]), **class_of(row)} for row in rows]
    values = {"rows": json.dumps(told)}
    session.execute(_NEW_CLASSES, values)
    return {row.facility_id: row.id for row in session.execute(_CLASSES_OF, values)}


def _write_openness(session: Session, facility_ids: Sequence[UUID], units: Sequence[OpenUnit]) -> None:
    kept = [opened.unit.id for opened in units]
    closed = UnitOpenness.facility_id.in_(facility_ids), UnitOpenness.unit_id.not_in(kept)
    session.execute(delete(UnitOpenness).where(*closed))
    if not units:
        return
    ids = _pattern_ids(session, units)
    rows = [
        {
            "unit_id": opened.unit.id,
            "facility_id": opened.unit.facility_id,
            "pattern_id": ids[opened.pattern.digest],
            "places": opened.unit.places,
        }
        for opened in units
    ]
    _upsert(session, UnitOpenness, rows, key="unit_id")


def _pattern_ids(session: Session, units: Sequence[OpenUnit]) -> dict[str, int]:
    patterns = {opened.pattern.digest: opened.pattern for opened in units}
    rows = [
        {
            "digest": digest,
            "time_zone": pattern.time_zone,
            "calendar_code": pattern.calendar_code,
            "hours": pattern.hours,
            "rules": pattern.rules,
        }
        for digest, pattern in sorted(patterns.items())
    ]
    session.execute(insert(OpeningPattern).values(rows).on_conflict_do_nothing(index_elements=["digest"]))
    known = select(OpeningPattern.digest, OpeningPattern.id).where(OpeningPattern.digest.in_(patterns))
    return {row.digest: row.id for row in session.execute(known)}


def _latin_words(session: Session, ids: Sequence[UUID]) -> Counter[str]:
    return Counter(found for found in session.scalars(_WORDS_OF, {"ids": list(ids)}) if _is_vocabulary(found))


def _is_vocabulary(word: str) -> bool:
    return len(word) > 2 and word.isascii() and word.isalnum() and word[0].isalpha()


def _count_again(session: Session, old: Counter[str], new: Counter[str]) -> None:
    change = {word: new[word] - old[word] for word in sorted(old.keys() | new.keys()) if new[word] != old[word]}
    if not change:
        return
    # In order of the words, so that two jobs never wait for each other in a ring.
    statement = insert(SearchWord).values([{"word": word, "facilities": by} for word, by in change.items()])
    counted = SearchWord.facilities + statement.excluded.facilities
    session.execute(statement.on_conflict_do_update(index_elements=["word"], set_={"facilities": counted}))
    session.execute(delete(SearchWord).where(SearchWord.word.in_(change), SearchWord.facilities <= 0))
