"""The vault's verbs: entered, changed, removed; verified, rejected, revoked; and its volume used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, Person, Role
from marketplace.accounts.policy import Actor, may
from marketplace.accounts.policy import demand as allow
from marketplace.accounts.queries.organisations import people_with_role
from marketplace.files.models import StoredFile
from marketplace.history.actions import Subject, record
from marketplace.jobs.actions import defer
from marketplace.jurisdictions.models import Agency
from marketplace.notices.actions import of_people, tell
from marketplace.permits.models import VaultEntry, VaultKind, VaultSource, VaultState
from marketplace.permits.queries.rules import rule_book, vocabulary
from marketplace.permits.queries.vault import HERE, called, issues, known_lists, visible_to
from marketplace.permits.rules.vault import NewEntry, entry_faults, fit_volume, normal, plain, volume_refusals
from marketplace.values.localized import clean_text
from marketplace.values.refusal import FieldError, Forbidden, Invalid, NotFound, Refusal, StateForbids, demand

CHANGED: Final = "vault.changed"
LONGEST_REASON: Final = 1000
KEEPERS: Final = (Role.MANAGER, Role.HOST_MANAGER)
_PLAIN: Final = (
    "kind", "rule_id", "list_code", "title", "number", "issuer_code", "issuer", "volume_allowed", "volume_unit",
    "valid_from", "valid_to", "file_id",
)  # fmt: skip
# Whom an agency grants what, and until when, is for the agency to say.
_AGENCYS_OWN: Final = frozenset({"of_people", "of_organisations", "past"})
# What its owner may still put right, or take away.
_OPEN: Final = frozenset({VaultState.UNVERIFIED, VaultState.REJECTED})


def enter(session: Session, new: NewEntry, *, now: datetime, by: Actor, granted: UUID | None = None) -> VaultEntry:
    """Enter an approval. It counts once it is verified; one that comes with an application that was `granted` is
    verified by that, and only the agency's officer, an administrator or the platform itself may say so.

    Where a rule has an office on either side it counts only `beside` the approvals of the other applications.
    """
    _allow(by, "vault.grant" if granted else "vault.enter", new.organisation_id, new.person_id)
    kept = normal(new)
    _check(session, kept, now=now, by=by, granted=granted is not None)
    row = VaultEntry(
        organisation_id=kept.organisation_id,
        person_id=kept.person_id,
        **{name: getattr(kept, name) for name in _PLAIN},
        scope=dict(kept.scope),
        parties=list(kept.parties),
        volume_used=Decimal(0),
        source=VaultSource.GRANT if granted else VaultSource.OWNER,
        application_id=granted or kept.application_id,
        beside=list(kept.beside),
        state=VaultState.VERIFIED if granted else VaultState.UNVERIFIED,
        revision=1,
        entered_by=by.person_id,
        entered_at=now,
        verified_by=by.person_id if granted else None,
        verified_at=now if granted else None,
    )
    session.add(row)
    session.flush()
    if granted and not (by.administrator or by.via == "system" or issues(session, row, by=by)):
        raise Forbidden("vault.grant")
    _write(session, row, "vault.granted" if granted else "vault.entered", now=now, by=by, fresh=True)
    return row


def change(session: Session, entry_id: UUID, new: NewEntry, *, now: datetime, by: Actor) -> VaultEntry:
    """Put an entry right while nobody has verified it; one that was rejected waits to be verified again. The owner
    stays."""
    row = _locked(session, entry_id, by, "vault.change")
    _demand_open(row, "vault.change")
    kept = normal(new)
    if (kept.organisation_id, kept.person_id) != (row.organisation_id, row.person_id):
        raise Invalid.one("owner", "vault_owner_stays")
    _check(session, kept, now=now, by=by, had=row.file_id)
    for name in _PLAIN:
        setattr(row, name, getattr(kept, name))
    row.scope, row.parties = dict(kept.scope), list(kept.parties)
    row.state, row.reason, row.revision = VaultState.UNVERIFIED, None, row.revision + 1
    row.entered_at = now
    session.flush()
    _write(session, row, "vault.changed", now=now, by=by)
    return row


def remove(session: Session, entry_id: UUID, *, now: datetime, by: Actor) -> None:
    """Take away an entry that nobody has verified. Its history stays; its file is its uploader’s alone again."""
    row = _locked(session, entry_id, by, "vault.remove")
    _demand_open(row, "vault.remove")
    _write(session, row, "vault.removed", now=now, by=by)
    session.delete(row)
    session.flush()


def verify(session: Session, entry_id: UUID, *, now: datetime, by: Actor, revision: int | None = None) -> VaultEntry:
    """Let an entry count. `revision` names what was looked at: where it was changed since, nobody has looked at what
    would be verified. Nobody verifies what they entered, hold, or keep for an organisation."""
    row = _judged(session, entry_id, "vault.verify", revision, by=by)
    own = row.organisation_id in by.organisations(*KEEPERS) or by.person_id in (row.entered_by, row.person_id)
    if by.person_id is not None and own:
        demand([Refusal("vault_own_entry")])
    row.state, row.verified_by, row.verified_at, row.reason = VaultState.VERIFIED, by.person_id, now, None
    _write(session, row, "vault.verified", now=now, by=by)
    _tell(session, row, "vault_verified", now=now, by=by)
    return row


def reject(
    session: Session, entry_id: UUID, reason: str, *, now: datetime, by: Actor, revision: int | None = None
) -> VaultEntry:
    """Say that an entry can't be verified, with the reason that its owner is told; they may put it right."""
    row = _judged(session, entry_id, "vault.reject", revision, by=by)
    row.state, row.reason = VaultState.REJECTED, _reason(reason)
    _write(session, row, "vault.rejected", now=now, by=by, text={"reason": row.reason})
    _tell(session, row, "vault_rejected", now=now, by=by)
    return row


def revoke(session: Session, entry_id: UUID, reason: str, *, now: datetime, by: Actor) -> VaultEntry:
    """End a verified entry before its day: by its owner, an administrator, or an officer of the agency."""
    row = _locked(session, entry_id, by, "vault.revoke")
    keeper = may(by, "vault.change", **_relations(row.organisation_id, row.person_id))
    if not keeper:
        _demand_word(session, row, "vault.revoke", by=by)
    if row.state is not VaultState.VERIFIED:
        raise StateForbids(row.state.value, "vault.revoke")
    row.state, row.reason = VaultState.REVOKED, _reason(reason)
    row.revoked_by, row.revoked_at = by.person_id, now
    _write(session, row, "vault.revoked", now=now, by=by, text={"reason": row.reason})
    _tell(session, row, "vault_revoked", now=now, by=by)
    return row


def put_beside(session: Session, entry_id: UUID, beside: Iterable[UUID], *, now: datetime, by: Actor) -> bool:
    """Say beside which applications' approvals an entry counts; whether it was otherwise before."""
    row = _locked(session, entry_id, by, "vault.change")
    wanted = sorted(beside)
    if sorted(row.beside) == wanted:
        return False
    row.beside = wanted
    _write(session, row, "vault.changed", now=now, by=by)
    return True


def use_volume(session: Session, entry_id: UUID, amount: Decimal, *, now: datetime, by: Actor) -> VaultEntry:
    """Use up some of what an entry allows; refused beyond what is left. A used-up entry no longer counts."""
    row = _locked(session, entry_id, by, "vault.use")
    keeper = may(by, "vault.change", **_relations(row.organisation_id, row.person_id))
    if not keeper:
        _demand_word(session, row, "vault.use", by=by)
    if row.state is not VaultState.VERIFIED:
        raise StateForbids(row.state.value, "vault.use")
    if not fit_volume(amount):
        raise Invalid.one("amount", "vault_volume")
    demand(volume_refusals(row, amount))
    row.volume_used += amount
    session.flush()
    details = {"amount": plain(amount), "unit": row.volume_unit}
    _write(session, row, "vault.used", now=now, by=by, details=details)
    return row


def owners_of(session: Session, entry: VaultEntry, *, now: datetime) -> list[UUID]:
    """Who is told about an entry: the person, or the managers of the organisation."""
    if entry.person_id is not None:
        return [entry.person_id]
    return people_with_role(session, entry.owner_id, KEEPERS, now)


def told_of(session: Session, entry: VaultEntry) -> dict[str, Any]:
    """What a notice about an entry needs: what it is called, and where it leads."""
    words: dict[str, Any] = {"what": called(session, entry), "path": f"vault/{entry.id}"}
    return words | of_people(worded={"what": entry.person_id if entry.title else None})


def _allow(by: Actor, verb: str, organisation_id: UUID | None, person_id: UUID | None) -> None:
    if (organisation_id is None) == (person_id is None):
        raise Invalid([FieldError("owner", "one_owner", "vault_owner")])
    allow(by, verb, **_relations(organisation_id, person_id))


def _relations(organisation_id: UUID | None, person_id: UUID | None) -> dict[str, UUID | None]:
    return {"owner": person_id, "organisation": organisation_id, "host": organisation_id}


def _locked(session: Session, entry_id: UUID, by: Actor, verb: str) -> VaultEntry:
    wanted = select(VaultEntry).where(VaultEntry.id == entry_id, visible_to(by)).with_for_update(of=VaultEntry)
    row = session.scalar(wanted.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("vault entry")
    allow(by, verb, **_relations(row.organisation_id, row.person_id))
    return row


def _judged(session: Session, entry_id: UUID, verb: str, revision: int | None, *, by: Actor) -> VaultEntry:
    """The entry that somebody gives their word on, locked; refused where it was changed since they looked."""
    row = _locked(session, entry_id, by, verb)
    _demand_word(session, row, verb, by=by)
    if row.state is not VaultState.UNVERIFIED:
        raise StateForbids(row.state.value, verb)
    demand([Refusal("vault_changed_since")] if revision not in (None, row.revision) else [])
    return row


def _demand_word(session: Session, row: VaultEntry, verb: str, *, by: Actor) -> None:
    """An officer's word counts for what their own agency issued."""
    if not (by.administrator or by.via == "system" or issues(session, row, by=by)):
        raise Forbidden(verb)


def _demand_open(row: VaultEntry, verb: str) -> None:
    if row.state not in _OPEN:
        raise StateForbids(row.state.value, verb)


def _reason(text: str) -> str:
    reason = clean_text(text, LONGEST_REASON, field="reason", multiline=True)
    if not reason:
        raise Invalid.one("reason", "required")
    return reason


def _check(
    session: Session, new: NewEntry, *, now: datetime, by: Actor, granted: bool = False, had: UUID | None = None
) -> None:
    """All that is wrong with an entry. Raises Invalid with every field."""
    today = now.astimezone(HERE).date()
    book = rule_book(session)
    rule = book.at(new.rule_id, today) if new.rule_id else None
    if rule is None and new.rule_id and new.rule_id in book.versions:
        rule = book.versions[new.rule_id][0]  # an approval outlives the law that it was given under
    told = entry_faults(new, rule, lists=known_lists(session), vocabulary=vocabulary(session), today=today)
    faults = [fault for fault in told if not (granted and fault.rule in _AGENCYS_OWN)]
    if new.issuer_code and session.get(Agency, new.issuer_code) is None:
        faults.append(FieldError("issuer_code", "unknown", "unknown"))
    if not (granted or new.issuer_code or new.issuer or new.kind is VaultKind.TRAINING):
        faults.append(FieldError("issuer", "required", "required"))
    places = select(func.count()).select_from(Organisation).where(Organisation.id.in_(new.parties))
    if new.parties and session.scalar(places) != len(new.parties):
        faults.append(FieldError("parties", "unknown", "unknown"))
    faults += _owner_faults(session, new)
    if new.file_id not in (None, had) and not _brought(session, new.file_id, by, granted=granted):
        faults.append(FieldError("file_id", "unknown", "unknown"))
    if faults:
        raise Invalid(faults)


def _owner_faults(session: Session, new: NewEntry) -> list[FieldError]:
    kind, owner = (Organisation, new.organisation_id) if new.organisation_id else (Person, new.person_id)
    return [] if session.get(kind, owner) is not None else [FieldError("owner", "unknown", "unknown")]


def _brought(session: Session, file_id: UUID | None, by: Actor, *, granted: bool) -> bool:
    """Whether a file is the actor's own upload; what an application carries came from its applicant."""
    file = session.get(StoredFile, file_id)
    return file is not None and (granted or (by.person_id is not None and file.uploaded_by == by.person_id))


def _write(
    session: Session,
    row: VaultEntry,
    verb: str,
    *,
    now: datetime,
    by: Actor,
    details: Mapping[str, Any] | None = None,
    text: Mapping[str, Any] | None = None,
    fresh: bool = False,
) -> None:
    """Write down what happened, and have the bookings that it means something for looked at again."""
    session.flush()
    told = {"under": row.rule_id or row.list_code or "", **(details or {})}
    subject = Subject("vault_entry", row.id)
    record(session, subject, verb, now=now, by=by.person_id, details=told, text=text, fresh=fresh)
    defer(session, CHANGED, {"entry": str(row.id)}, now=now)


def _tell(session: Session, row: VaultEntry, code: str, *, now: datetime, by: Actor) -> None:
    details = told_of(session, row) | {"reason": row.reason or ""}
    people = [person for person in owners_of(session, row, now=now) if person != by.person_id]
    tell(session, people, code, details, now=now)
