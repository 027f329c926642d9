"""Whether history still is what was written: every chain, every text, every seal and every copy of a seal.

It finds changed, lost and inserted rows, a cut tail, a removed subject, a changed seal, and a copy that disagrees. It
cannot see everything; `CANNOT_SEE` names what, and each report repeats it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.history import rules
from marketplace.history.actions.sealing import as_copied, marks_between
from marketplace.history.copies import SealCopies
from marketplace.history.models import HistoryEntry, HistorySeal, HistorySubject, HistoryText
from marketplace.history.rules import GENESIS, Sealed, Subject, Written

CANNOT_SEE: Final = (
    "unsealed_subject_removed",  # entries since the last seal, taken out together with their subject's head
    "unsealed_tail_put_back",  # a subject put back to a state that it had, after the last seal
    "all_put_back_together",  # database and copies of seals replaced by an older set of both
    "key_holder",  # whoever has HISTORY_KEY can write chains that hold
    "erased_text",  # what an erased text said
)
MOST_FINDINGS: Final = 1000


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was written: a code, and where."""

    code: str
    subject: Subject | None = None
    number: int | None = None


@dataclass(slots=True)
class Report:
    """What was looked at and what was found; `unsealed` entries are those that no seal covers yet."""

    subjects: int = 0
    entries: int = 0
    erased_texts: int = 0
    seals: int = 0
    copies: int | None = None
    unsealed: int = 0
    found: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether nothing was found."""
        return not self.found

    def add(self, code: str, subject: Subject | None = None, number: int | None = None) -> None:
        """Note a finding; the first thousand are kept one by one, all are counted."""
        self.found[code] += 1
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(code, subject, number))


def verify(session: Session, copies: SealCopies | None = None) -> Report:
    """Read all of history and report; best in one repeatable-read snapshot, so that later writers don't confuse it."""
    report = Report()
    history_key: bytes = session.info["history_key"]
    _verify_chains(session, report, history_key)
    _verify_bare_heads(session, report)
    _verify_seals(session, report, rules.key_for("seal", history_key))
    if copies is not None:
        _verify_copies(session, report, copies)
    return report


def verify_subject(session: Session, subject: Subject) -> Report:
    """Read one subject's chain and report; seals are not looked at."""
    report = Report()
    history_key: bytes = session.info["history_key"]
    rows = list(_rows(session, subject))
    if rows:
        report.subjects = 1
        entry_key, head_key = rules.key_for("entry", history_key), rules.key_for("head", history_key)
        _verify_chain(report, subject, iter(rows), entry_key=entry_key, head_key=head_key)
    elif session.get(HistorySubject, (subject.kind, subject.id)) is not None:
        report.add("tail_cut", subject, 1)
    return report


def _verify_chains(session: Session, report: Report, history_key: bytes) -> None:
    entry_key, head_key = rules.key_for("entry", history_key), rules.key_for("head", history_key)
    for subject, rows in groupby(_rows(session), key=lambda row: Subject(row.subject_kind, row.subject_id)):
        report.subjects += 1
        _verify_chain(report, subject, rows, entry_key=entry_key, head_key=head_key)


def _rows(session: Session, subject: Subject | None = None) -> Iterator[Any]:
    query = (
        select(
            HistoryEntry.id,
            HistoryEntry.subject_kind,
            HistoryEntry.subject_id,
            HistoryEntry.number,
            HistoryEntry.at,
            HistoryEntry.actor_id,
            HistoryEntry.verb,
            HistoryEntry.details,
            HistoryEntry.text_digest,
            HistoryEntry.mark,
            HistoryText.entry_id,
            HistoryText.salt,
            HistoryText.text,
            HistorySubject.entries,
            HistorySubject.head,
            HistorySubject.mark.label("head_mark"),
        )
        .outerjoin(HistoryText, HistoryText.entry_id == HistoryEntry.id)
        .outerjoin(
            HistorySubject,
            (HistorySubject.kind == HistoryEntry.subject_kind) & (HistorySubject.subject_id == HistoryEntry.subject_id),
        )
        .order_by(HistoryEntry.subject_kind, HistoryEntry.subject_id, HistoryEntry.number)
    )
    if subject is not None:
        query = query.where(HistoryEntry.subject_kind == subject.kind, HistoryEntry.subject_id == subject.id)
    yield from session.execute(query, execution_options={"yield_per": 5000})


def _verify_chain(report: Report, subject: Subject, rows: Iterator[Any], *, entry_key: bytes, head_key: bytes) -> None:
    previous: bytes | None = GENESIS
    expected, row = 1, None
    for row in rows:
        report.entries += 1
        if row.number != expected:
            # What came before is gone, so this row's own mark has nothing to be held against.
            report.add("entry_lost", subject, expected)
            previous = None
        if row.entries is not None and row.number > row.entries:
            report.add("entry_inserted", subject, row.number)
        elif previous is not None and rules.entry_mark(_written(row, subject), previous, key=entry_key) != row.mark:
            report.add("entry_changed", subject, row.number)
        _verify_text(report, subject, row)
        previous, expected = row.mark, row.number + 1
    if row is not None:
        _verify_head(report, subject, row, head_key)


def _written(row: Any, subject: Subject) -> Written:
    return Written(
        id=row.id,
        subject=subject,
        number=row.number,
        at=row.at,
        actor_id=row.actor_id,
        verb=row.verb,
        details=rules.plain(row.details),
        text_digest=row.text_digest,
    )


def _verify_text(report: Report, subject: Subject, row: Any) -> None:
    if row.text_digest is None:
        if row.entry_id is not None:
            report.add("text_inserted", subject, row.number)
    elif row.entry_id is None:
        report.add("text_lost", subject, row.number)
    elif row.text is None:
        report.erased_texts += 1
    elif rules.text_digest(row.salt, rules.plain(row.text)) != row.text_digest:
        report.add("text_changed", subject, row.number)


def _verify_head(report: Report, subject: Subject, last: Any, key: bytes) -> None:
    if last.entries is None:
        report.add("head_lost", subject)
    elif rules.head_mark(subject, last.entries, last.head, key=key) != last.head_mark:
        report.add("head_changed", subject)
    elif last.number < last.entries:
        report.add("tail_cut", subject, last.number + 1)
    elif last.number == last.entries and last.mark != last.head:
        report.add("entry_changed", subject, last.number)


def _verify_bare_heads(session: Session, report: Report) -> None:
    """Heads whose entries are all gone."""
    entry = select(HistoryEntry.id).where(
        HistoryEntry.subject_kind == HistorySubject.kind, HistoryEntry.subject_id == HistorySubject.subject_id
    )
    bare = select(HistorySubject.kind, HistorySubject.subject_id).where(~entry.exists())
    for kind, subject_id in session.execute(bare):
        report.add("tail_cut", Subject(kind, subject_id), 1)


def _verify_seals(session: Session, report: Report, key: bytes) -> None:
    previous, start, expected = GENESIS, 0, 1
    for seal in session.scalars(select(HistorySeal).order_by(HistorySeal.number)):
        report.seals += 1
        if seal.number != expected:
            report.add("seal_lost", number=expected)
        elif seal.previous != previous or seal.from_transaction != start or not _signed(seal, key):
            report.add("seal_changed", number=seal.number)
        else:
            _verify_sealed(session, report, seal)
        previous, start, expected = seal.signature, seal.to_transaction, seal.number + 1
    report.unsealed = session.scalar(select(func.count()).where(HistoryEntry.written_in >= start)) or 0


def _verify_sealed(session: Session, report: Report, seal: HistorySeal) -> None:
    marks = session.scalars(marks_between(seal.from_transaction, seal.to_transaction))
    count, digest = rules.seal_digest(marks)
    if count < seal.entries:
        report.add("sealed_entries_lost", number=seal.number)
    elif count > seal.entries:
        report.add("sealed_entries_inserted", number=seal.number)
    elif digest != seal.digest:
        report.add("sealed_entries_changed", number=seal.number)


def _signed(seal: HistorySeal, key: bytes) -> bool:
    said = Sealed(
        number=seal.number,
        sealed_at=seal.sealed_at,
        from_transaction=seal.from_transaction,
        to_transaction=seal.to_transaction,
        entries=seal.entries,
        digest=seal.digest,
        previous=seal.previous,
    )
    return rules.seal_signature(said, key=key) == seal.signature


def _verify_copies(session: Session, report: Report, copies: SealCopies) -> None:
    seals = {seal.number: seal for seal in session.scalars(select(HistorySeal))}
    seen: set[int] = set()
    for number, copy in copies.all():
        seen.add(number)
        if copy is None:
            report.add("copy_unreadable", number=number)
        elif number not in seals:
            report.add("seal_lost", number=number)
        elif _without_zone(copy) != _without_zone(as_copied(seals[number])):
            report.add("copy_differs", number=number)
    report.copies = len(seen)
    # Seals are copied right after they are made: only the newest may still lack its copy.
    for number in sorted(set(seals) - seen - {max(seals, default=0)}):
        report.add("copy_lost", number=number)


def _without_zone(copy: Any) -> Any:
    """The instant is signed already, and how its offset is written depends on the connection's zone."""
    return {name: value for name, value in copy.items() if name != "sealed_at"}
