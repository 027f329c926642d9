"""Loading the rule files into versions, as often as one likes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session

from marketplace.database import new_id
from marketplace.permits.library import shipped, shipped_digest
from marketplace.permits.models import PermitLibrary, PermitRule

# Arbitrary, and the same for all who load.
LOADING_LOCK: Final = 7_316_100_002


def load_rules(session: Session, *, now: datetime) -> int:
    """Bring the rules to what the files say; the number of new versions. A row that changed is a version more, the old
    one stays. Raises BrokenLibrary, and changes nothing, where a file is refused."""
    digest = shipped_digest()
    if session.get(PermitLibrary, digest) is not None and _newest(session) == digest:
        return 0
    library = shipped()
    # Several servers may start at once: the second finds what the first has loaded.
    session.execute(select(func.pg_advisory_xact_lock(LOADING_LOCK)))
    known = _known(session)
    rows = [
        _row(told, known[told["id"]][0] + 1 if told["id"] in known else 1, now)
        for told in library.rules
        if known.get(told["id"], (0, ""))[1] != digest_of(told)
    ]
    if rows:
        session.execute(insert(PermitRule), rows)
    loaded = {"digest": digest, "facts": dict(library.facts), "loaded_at": now}
    again = insert(PermitLibrary).values(loaded)
    session.execute(again.on_conflict_do_update(index_elements=["digest"], set_={"loaded_at": now}))
    return len(rows)


def digest_of(told: Mapping[str, Any]) -> str:
    """What makes two rows of a rule file the same version."""
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _newest(session: Session) -> str | None:
    return session.scalar(select(PermitLibrary.digest).order_by(PermitLibrary.loaded_at.desc()).limit(1))


def _known(session: Session) -> dict[str, tuple[int, str]]:
    """The newest version of each rule: its number and digest."""
    newest = (
        select(PermitRule.rule_id, PermitRule.version, PermitRule.digest)
        .ext(distinct_on(PermitRule.rule_id))
        .order_by(PermitRule.rule_id, PermitRule.version.desc())
    )
    return {row.rule_id: (row.version, row.digest) for row in session.execute(newest)}


def _row(told: Mapping[str, Any], version: int, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "rule_id": told["id"],
        "version": version,
        "effective_from": _day(told.get("effective_from")),
        "effective_to": _day(told.get("effective_to")),
        "told": dict(told),
        "digest": digest_of(told),
        "entered_at": now,
        "entered_by": None,
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
