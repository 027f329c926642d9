"""Loading the rule files into versions, as often as one likes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session

from marketplace.accounts.queries.readers import administrators
from marketplace.history.actions import record
from marketplace.notices.actions import tell
from marketplace.permits.actions.versions import digest_of, lock_rules, subject_of, version_row
from marketplace.permits.library import shipped, shipped_digest
from marketplace.permits.models import PermitLibrary, PermitRule, PermitRuleProposal, ProposalState

# What the files said last of each rule, still waiting or decided against.
_LAST_PROPOSED: Final = (
    select(PermitRuleProposal.rule_id, PermitRuleProposal.digest, PermitRuleProposal.proposed_at)
    .ext(distinct_on(PermitRuleProposal.rule_id))
    .where(
        PermitRuleProposal.proposed_by.is_(None),
        PermitRuleProposal.state.in_([ProposalState.OPEN, ProposalState.REJECTED]),
    )
    .order_by(PermitRuleProposal.rule_id, PermitRuleProposal.proposed_at.desc(), PermitRuleProposal.id.desc())
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a rule stands: its newest version, and the last row that the files told of it."""

    version: int
    digest: str
    by_people: bool
    from_files: str | None
    proposed: str | None

    def waits(self, digest: str) -> bool:
        """Whether a file's row has to wait for an administrator: theirs is newest, and the file says something new."""
        return self.by_people and digest not in (self.digest, self.from_files, self.proposed)


def load_rules(session: Session, *, now: datetime) -> int:
    """Bring the rules to what the files say; the number of new versions. A row that changed is a version more, the old
    one stays. Where an administrator's version is newest, it stays the law: a file that did not change says nothing
    against it, one that did waits as a proposal. Raises BrokenLibrary, and changes nothing, where a file is refused."""
    digest = shipped_digest()
    if session.get(PermitLibrary, digest) is not None and _newest(session) == digest:
        return 0
    library = shipped()
    # Several servers may start at once: the second finds what the first has loaded.
    lock_rules(session)
    known = _known(session)
    rows = [_row(told, known.get(told["id"]), now) for told in library.rules if _is_new(told, known.get(told["id"]))]
    if rows:
        session.execute(insert(PermitRule), rows)
    _propose(session, library.rules, known, now)
    loaded = {"digest": digest, "facts": dict(library.facts), "loaded_at": now}
    again = insert(PermitLibrary).values(loaded)
    session.execute(again.on_conflict_do_update(index_elements=["digest"], set_={"loaded_at": now}))
    return len(rows)


def _newest(session: Session) -> str | None:
    return session.scalar(select(PermitLibrary.digest).order_by(PermitLibrary.loaded_at.desc()).limit(1))


def _known(session: Session) -> dict[str, Standing]:
    """Each rule by its id."""
    versions = select(PermitRule.rule_id, PermitRule.version, PermitRule.digest)
    versions = versions.add_columns(PermitRule.entered_by, PermitRule.entered_at)
    versions = versions.ext(distinct_on(PermitRule.rule_id)).order_by(PermitRule.rule_id, PermitRule.version.desc())
    of_files = {row.rule_id: row for row in session.execute(versions.where(PermitRule.entered_by.is_(None)))}
    proposed = {
        row.rule_id: row.digest
        for row in session.execute(_LAST_PROPOSED)
        if row.rule_id in of_files and row.proposed_at >= of_files[row.rule_id].entered_at
    }
    return {
        row.rule_id: Standing(
            version=row.version,
            digest=row.digest,
            by_people=row.entered_by is not None,
            from_files=of_files[row.rule_id].digest if row.rule_id in of_files else None,
            proposed=proposed.get(row.rule_id),
        )
        for row in session.execute(versions)
    }


def _is_new(told: Mapping[str, Any], known: Standing | None) -> bool:
    return known is None or (not known.by_people and known.digest != digest_of(told))


def _row(told: Mapping[str, Any], known: Standing | None, now: datetime) -> dict[str, Any]:
    return version_row(told, known.version + 1 if known else 1, now=now)


def _propose(
    session: Session, rules: Iterable[Mapping[str, Any]], known: Mapping[str, Standing], now: datetime
) -> None:
    """Let the files' changes wait where administrators have spoken since."""
    for told in rules:
        standing = known.get(told["id"])
        if standing is None or not standing.by_people:
            continue
        digest = digest_of(told)
        if digest != standing.proposed:
            _supersede(session, told["id"], now)
        if standing.waits(digest):
            _add(session, told, standing.version, now)


def _supersede(session: Session, rule_id: str, now: datetime) -> None:
    """What the files said before, they no longer say."""
    waiting = (PermitRuleProposal.rule_id == rule_id) & (PermitRuleProposal.state == ProposalState.OPEN)
    closed = {"state": ProposalState.SUPERSEDED, "decided_at": now}
    session.execute(update(PermitRuleProposal).where(waiting, PermitRuleProposal.proposed_by.is_(None)).values(closed))


def _add(session: Session, told: Mapping[str, Any], base: int, now: datetime) -> None:
    made = PermitRuleProposal(
        rule_id=told["id"],
        told=dict(told),
        digest=digest_of(told),
        base_version=base,
        proposed_at=now,
        state=ProposalState.OPEN,
    )
    session.add(made)
    session.flush()
    record(session, subject_of(told["id"]), "permit_rule.file_changed", now=now, by=None)
    details = {"rule": told["id"], "title": told["title"], "path": f"admin/rules/proposals/{made.id}"}
    tell(session, administrators(session), "rule_file_changed", details, now=now)
