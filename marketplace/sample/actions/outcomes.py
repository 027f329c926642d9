"""What came of the sample's collaborations: reported, confirmed, disputed, settled and withdrawn by the verbs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Membership, Role
from marketplace.accounts.policy import Actor
from marketplace.collaborations.models import Collaboration, CollaborationParty, CollaborationState
from marketplace.outcomes.actions.answering import check, confirm, dispute, settle, withdraw
from marketplace.outcomes.actions.drafting import submit
from marketplace.outcomes.actions.entering import enter, statement_for
from marketplace.outcomes.actions.evidence import Paper, add_evidence
from marketplace.outcomes.models import Outcome
from marketplace.sample.actions.founding import Founded, actor

_RUNNING: Final = (CollaborationState.ACTIVE, CollaborationState.COMPLETED)
_SPEAKING: Final = (Role.RESEARCHER, Role.MANAGER, Role.HOST_MANAGER)


@dataclass(frozen=True, slots=True)
class Told:
    """One outcome: how many days ago it happened, what it says, and what was done with it after it was entered."""

    days: int
    says: Mapping[str, Any]
    then: str = "confirm"


@dataclass(frozen=True, slots=True)
class Around:
    """A collaboration with somebody who speaks for its user, and somebody who speaks for its provider."""

    row: Collaboration
    user: Actor
    provider: Actor
    administrator: Actor


def _title(en: str, hant: str, hans: str) -> dict[str, str]:
    return {"en": en, "zh-Hant": hant, "zh-Hans": hans}


def _number(scheme: str, value: str) -> list[dict[str, str]]:
    return [{"scheme": scheme, "value": value}]


OUTCOMES: Final[Sequence[Told]] = (
    Told(20, {
        "type": "publication", "language": "en", "identifiers": _number("doi", "10.5555/benchbridge.0001"),
        "title": _title("Low-defect growth of thin films at 300 °C", "300 °C低缺陷薄膜生長", "300 °C低缺陷薄膜生长"),
        "creators": [{"family": "Leung", "given": "Ada"}, {"family": "Chen", "given": "Bo"}],
        "details": {"venue": "Journal of Shared Facilities", "form": "article", "open_access": True},
        "flow": {"kind": "knowledge", "direction": "joint"}, "confidentiality": "public",
    }),
    Told(35, {
        "type": "patent_family", "priorities": ["US62/389,123"],
        "identifiers": _number("patent_publication", "WO2018012345A1"), "classes": ["C23C", "H01L"],
        "title": _title("Method of growing thin films", "薄膜生長方法", "薄膜生长方法"),
        "details": {"right": "invention"}, "flow": {"kind": "knowledge", "direction": "joint"},
    }),
    Told(33, {
        "type": "patent_family", "priorities": ["US62/389,123"],
        "identifiers": _number("patent_publication", "EP3456789A1"), "classes": ["C23C"],
        "title": _title("Method of growing thin films", "薄膜生長方法", "薄膜生长方法"),
    }),
    Told(60, {
        "type": "job", "title": _title("Process engineer hired", "聘用工藝工程師", "聘用工艺工程师"),
        "details": {"post": "Process engineer", "contract": "permanent"},
        "flow": {"kind": "skill", "direction": "user_to_provider"},
    }, "check"),
    Told(15, {
        "type": "dataset", "identifiers": _number("doi", "10.5555/benchbridge.data.7"), "confidentiality": "public",
        "title": _title("Film thickness maps of 48 wafers", "48片晶圓的膜厚圖", "48片晶圆的膜厚图"),
    }, "wait"),
    Told(80, {
        "type": "process_improvement", "title": _title("Shorter anneal", "縮短退火時間", "缩短退火时间"),
        "readiness": {"scheme": "mrl", "before": 5, "after": 7, "assessor": "Both sides"},
        "additionality": {"without_us": "later", "respondent": "Plant manager", "reference_value": "120000"},
        "value": {"amount": "400000", "currency": "CNY", "method": "avoided_cost"}, "_in_use": 70,
    }, "dispute"),
    Told(100, {
        "type": "award", "title": _title("Best poster", "最佳海報獎", "最佳海报奖"),
        "details": {"body": "Society of Films"},
    }, "reject"),
    Told(90, {
        "type": "publication", "title": _title("An early note", "初步報告", "初步报告"),
        "identifiers": _number("doi", "10.5555/benchbridge.0000"),
    }, "withdraw"),
    Told(12, {
        "type": "licence", "title": _title("Licence of the growth recipe", "生長配方許可", "生长配方许可"),
        "identifiers": _number("contract", "BB-L-2026-07"), "details": {"exclusive": False},
        "value": {"amount": "250000", "currency": "HKD", "method": "contract_price"},
    }),
    Told(5, {
        "type": "training", "title": _title("Clean-room course", "潔淨室課程", "洁净室课程"),
        "details": {"persons": 6, "hours": 16},
    }, "draft"),
    Told(45, {
        "type": "new_product", "title": _title("Sensor sold to a hospital", "售予醫院的傳感器", "售予医院的传感器"),
        "beneficiary": "Harbour Hospital", "flow": {"kind": "material", "direction": "third_party"}, "_in_use": 40,
        "readiness": {"scheme": "trl", "before": 4, "after": 8, "assessor": "Both sides"},
    }),
    Told(3, {
        "type": "software", "title": _title("Recipe editor", "配方編輯器", "配方编辑器"),
        "details": {"open_source": True},
    }, "wait"),
)  # fmt: skip


def report(session: Session, founded: Founded, *, now: datetime) -> int:
    """Have the parties of the sample's collaborations report what came of them; how many outcomes there are then."""
    around = _collaboration(session, founded, now=now)
    return len({_play(session, around, told, now=now) for told in OUTCOMES}) if around else 0


def _collaboration(session: Session, founded: Founded, *, now: datetime) -> Around | None:
    """The first of the sample's running collaborations with a provider and a user, each with who speaks for them."""
    wanted = select(Collaboration).where(Collaboration.sample, Collaboration.state.in_(_RUNNING))
    dee = actor(session, founded.people["dee"], now=now)
    for row in session.scalars(wanted.order_by(Collaboration.created_at, Collaboration.id)):
        sides = _sides(session, row.id)
        if len(sides) == 2:
            user, provider = (actor(session, sides[role], now=now) for role in ("user", "provider"))
            return Around(row, user, provider, dee)
    return None


def _sides(session: Session, collaboration_id: UUID) -> dict[str, UUID]:
    """Somebody who speaks for the user, and somebody who speaks for the provider."""
    found: dict[str, UUID] = {}
    for role in ("user", "provider"):
        speaker = (
            select(Membership.person_id)
            .join(CollaborationParty, CollaborationParty.organisation_id == Membership.organisation_id)
            .where(
                CollaborationParty.collaboration_id == collaboration_id,
                CollaborationParty.roles.contains([role]),
                CollaborationParty.joined_on.is_not(None),
                CollaborationParty.left_on.is_(None),
                Membership.role.in_(_SPEAKING),
            )
            .order_by(Membership.person_id)
        )
        person = session.scalar(speaker.limit(1))
        if person is not None:
            found[role] = person
    return found


def _play(session: Session, around: Around, told: Told, *, now: datetime) -> UUID:
    """Enter an outcome some days after it happened, and do with it what was done."""
    day = max((now - timedelta(days=told.days)).date(), around.row.starts_on)
    entered = now - timedelta(days=told.days - 2)
    said = statement_for(session, around.row.id, _says(told, day), now=entered, source="form")
    row = enter(session, around.row.id, said, now=entered, by=around.user)[0]
    if told.then == "draft":
        return row.id
    if row.submitted_at is None:
        submit(session, row.id, now=entered, by=around.user)
    DEEDS[told.then](session, row, around, entered + timedelta(hours=20))
    return row.id


def _says(told: Told, day: date) -> dict[str, Any]:
    says = {**told.says, "date_event": day.isoformat()}
    in_use = says.pop("_in_use", None)
    if in_use is not None:
        says["details"] = {"in_use_since": day.isoformat()}
    if says.get("value"):
        says["value"] = {**says["value"], "price_year": day.year}
    return says


def _confirm(session: Session, row: Outcome, around: Around, now: datetime) -> None:
    confirm(session, row.id, now=now, by=around.provider)


def _check(session: Session, row: Outcome, around: Around, now: datetime) -> None:
    paper = Paper(kind="web_page", url="https://www.example.org/news/hired", quote="She joined in spring.")
    shown = add_evidence(session, row.id, paper, now=now, by=around.user)
    check(session, row.id, 3, [shown.id], now=now, by=around.administrator)


def _dispute(session: Session, row: Outcome, around: Around, now: datetime) -> None:
    dispute(session, row.id, "The anneal was shortened before the first booking.", now=now, by=around.provider)


def _reject(session: Session, row: Outcome, around: Around, now: datetime) -> None:
    dispute(session, row.id, "The poster is about other work.", now=now, by=around.provider)
    why = "The poster names neither the facility nor the collaboration."
    settle(session, row.id, why, stands=False, now=now + timedelta(hours=30), by=around.administrator)


def _withdraw(session: Session, row: Outcome, around: Around, now: datetime) -> None:
    _confirm(session, row, around, now)
    withdraw(session, row.id, "The note was retracted.", now=now + timedelta(days=1), by=around.user)


def _wait(_session: Session, _row: Outcome, _around: Around, _now: datetime) -> None:
    return None


DEEDS: Final[Mapping[str, Callable[[Session, Outcome, Around, datetime], None]]] = {
    "confirm": _confirm,
    "check": _check,
    "dispute": _dispute,
    "reject": _reject,
    "withdraw": _withdraw,
    "wait": _wait,
}
