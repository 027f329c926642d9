"""Synthetic outcomes of collaborations: versions, events, parties, shares and identifiers, as lines for COPY."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from random import Random
from typing import Any, Final

from marketplace.sample import draws
from marketplace.sample.actions.listed import CURRENCIES, Body
from marketplace.sample.actions.ties import DAY, FIRST_DAY, Tie, is_firm, named
from marketplace.sample.bulk import NULL, drawn_id, instant

TABLES: Final[Mapping[str, Sequence[str]]] = {
    "outcomes": (
        *("id", "reference", "collaboration_id", "organisation_id", "type", "status", "level", "fully_confirmed"),
        *("version", "date_event", "confidentiality", "created_at", "submitted_at", "sample"),
    ),
    "outcome_versions": (
        *("id", "outcome_id", "number", "recorded_at", "type", "title", "language", "abstract", "date_event"),
        *("precision", "identifiers", "priorities", "classes", "creators", "flow_kind", "flow_direction", "flow_from"),
        *("flow_to", "beneficiary", "value", "receipts", "additionality", "details", "facilities", "confidentiality"),
        *("source",),
    ),
    "outcome_collaborations": ("outcome_id", "collaboration_id"),
    "outcome_parties": ("version_id", "organisation_id", "role", "jurisdiction", "sector", "size_class"),
    "outcome_shares": ("id", "version_id", "basis", "organisation_id", "share"),
    "outcome_identifiers": ("outcome_id", "scheme", "normalised"),
    "outcome_events": (
        *("id", "outcome_id", "number", "verb", "version", "organisation_id", "at", "status", "level", "reason"),
    ),
}
SIZES: Final = ("micro", "small", "small", "medium", "large")
REASONS: Final = {"dispute": "The other side knows another date.", "settle": "The document says otherwise."}


@dataclass(frozen=True, slots=True)
class Step:
    """One event of an outcome: the verb, who says it, when, and what it is from then on."""

    verb: str
    version: int
    body: Body
    at: int
    status: str
    level: int


@dataclass(slots=True)
class Gains:
    """Writes outcomes as lines for COPY; takes them collaboration by collaboration, the first ones getting most."""

    random: Random
    day: int
    lines: dict[str, list[str]] = field(default_factory=dict)
    _fields: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _number: int = 0
    _dois: list[str] = field(default_factory=list)

    def write(self, ties: Sequence[Tie], count: int) -> Iterator[int]:
        """Write so many outcomes; yields how many stand so far."""
        begun = [tie for tie in ties if not tie.silent]
        for number in range(count):
            self._one(begun[int(len(begun) * self.random.random() ** 1.4)])
            if number % 5000 == 4999:
                yield number + 1

    def taken(self) -> Iterator[tuple[str, Sequence[str], list[str]]]:
        """What was written since the last time, by table."""
        for name, columns in TABLES.items():
            yield name, columns, self.lines.pop(name, [])

    def _one(self, tie: Tie) -> None:
        draw = self.random.random
        self._number += 1
        type = draws.drawn(draws.OUTCOMES, self.random)
        # Those that are older than the last day on which anything came of it are late reports of that day.
        event = min(tie.lasts_to, tie.starts + 10 + int(draw() * max(20, tie.lasts_to - tie.starts)), self.day - 1)
        # What came lately is reported soon, or it would not be known yet.
        noted = event + int(draw() ** 2 * min(300, self.day - event))
        reporter = tie.parties[0 if draw() < 0.6 else 1]
        id = drawn_id(noted * DAY, self.random)
        steps = list(self._steps(tie, reporter, noted))
        last = steps[-1]
        secret = "parties" if draw() < 0.3 else "public"
        submitted = next((instant(step.at) for step in steps if step.verb == "submit"), NULL)
        self._add(
            "outcomes",
            f"{id}\tSO{self._number:07d}\t{tie.id}\t{reporter.id.hex}\t{type}\t{last.status}\t{last.level}"
            f"\t{'t' if last.level >= 2 and len(tie.parties) == 2 else 'f'}\t{last.version}\t{_day(event)}\t{secret}"
            f"\t{instant(noted * DAY)}\t{submitted}\tt\n",
        )
        self._add("outcome_collaborations", f"{id}\t{tie.id}\n")
        for number, step in enumerate(steps, 1):
            self._add(
                "outcome_events",
                f"{drawn_id(step.at, self.random)}\t{id}\t{number}\t{step.verb}\t{step.version}\t{step.body.id.hex}"
                f"\t{instant(step.at)}\t{step.status}\t{step.level}\t{REASONS.get(step.verb, '')}\n",
            )
        content = self._content(tie, type, event)
        for version in range(1, last.version + 1):
            at = next(step.at for step in steps if step.version == version)
            self._version((id, version, at), tie, type, {**content, "secret": secret, "event": event})
        for identifier in content["identifiers"]:
            self._add("outcome_identifiers", f"{id}\t{identifier['scheme']}\t{identifier['normalised']}\n")

    def _steps(self, tie: Tie, reporter: Body, noted: int) -> Iterator[Step]:
        """What happened to it until today; what would come later has not come."""
        draw = self.random.random
        other = tie.parties[1] if reporter is tie.parties[0] else tie.parties[0]
        now, version = noted * DAY + 540, 1
        status = draws.drawn(draws.STATUSES, self.random)
        yield Step("draft", 1, reporter, now, "draft", 0)
        if status == "draft":
            return
        now += 30
        yield Step("submit", 1, reporter, now, "submitted", 0)
        if draw() < 0.2 and noted + 9 < self.day:
            now, version = now + 7 * DAY, 2
            yield Step("revise", 2, reporter, now, "submitted", 0)
        now += DAY + int(draw() ** 2 * 100) * DAY
        if status == "submitted" or now >= self.day * DAY:
            return
        if status == "withdrawn":
            yield Step("withdraw", version, reporter, now, "withdrawn", 0)
        elif status in ("disputed", "rejected"):
            yield Step("dispute", version, other, now, "disputed", 0)
            if status == "rejected" and now + 20 * DAY < self.day * DAY:
                yield Step("settle", version, other, now + 20 * DAY, "rejected", 0)
        else:
            yield Step("confirm", version, other, now, "confirmed", 2)
            if draw() < 0.2 and now + 30 * DAY < self.day * DAY:
                yield Step("check", version, other, now + 30 * DAY, "confirmed", 3 if draw() < 0.8 else 4)

    def _content(self, tie: Tie, type: str, event: int) -> dict[str, Any]:
        """What an outcome of a type says."""
        draw, number = self.random.random, self._number
        identifiers: list[dict[str, Any]] = []
        priorities: list[str] = []
        if type in ("publication", "dataset") and draw() < 0.95:
            again = self._dois and draw() < 0.03
            doi = self._dois[int(draw() * len(self._dois))] if again else f"10.55555/bb.{number}"
            self._dois.append(doi)
            identifiers.append(_identifier("doi", doi))
        elif type == "patent_family":
            first = number - number % 3 if draw() < 0.05 else number
            priorities = sorted(f"CN2020{first:07d}{letter}" for letter in ("A", "B")[: 1 + first % 2])
            identifiers.append(_identifier("docdb_family", f"CN{number:09d}A"))
        elif type == "spinoff":
            identifiers.append(_identifier("gb_company", f"SY{number % 1_000_000:06d}"))
        elif type in draws.PAID:
            identifiers.append(_identifier("contract", f"SYN-{tie.parties[0].id.hex[-4:]}-{number:07d}"))
        classes = {one for body in tie.parties[:2] for one in self._classes(body)} if type in draws.CLASSED else set()
        chosen = sorted(one for one in sorted(classes) if draw() < 0.35) or sorted(classes)[:1]
        return {
            "identifiers": identifiers,
            "priorities": priorities,
            "classes": chosen,
            "creators": self._creators(tie) if type in ("publication", "patent_family", "dataset", "software") else [],
            **self._money(tie, type, event),
            "details": self._details(type, event),
        }

    def _classes(self, body: Body) -> tuple[str, ...]:
        found = self._fields.get(body.id.hex)
        if found is None:
            found = self._fields[body.id.hex] = draws.fields_of(self.random)
        return found

    def _creators(self, tie: Tie) -> list[dict[str, Any]]:
        draw = self.random.random
        found = []
        for number in range(1 + int(draw() * 5)):
            bodies = {tie.parties[int(draw() ** 1.5 * len(tie.parties))] for _ in range(2 if draw() < 0.15 else 1)}
            outside = ["Outside Institute"] if draw() < 0.1 else []
            found.append(
                {"family": f"Synthetic{number}", "given": "A.", "orcid": None, "person_id": None}
                | {"organisations": sorted(named(body) for body in bodies), "affiliations": outside}
            )
        return found

    def _money(self, tie: Tie, type: str, event: int) -> dict[str, Any]:
        draw = self.random.random
        if type not in draws.PAID:
            return {"value": None, "receipts": []}
        currency, year = CURRENCIES[tie.parties[0].jurisdiction], (FIRST_DAY + timedelta(days=event)).year
        amount = 1000 * (5 + int(draw() ** 3 * 3000))
        value = {"amount": str(amount), "currency": currency, "price_year": year, "method": "contract_price"}
        receipts = [
            {"year": year + later, "received_on": None, "amount": str(amount // 2), "currency": currency}
            | {"organisation_id": named(tie.parties[0])}
            for later in range(1 + int(draw() * 2))
        ]
        return {"value": value, "receipts": receipts}

    def _details(self, type: str, event: int) -> dict[str, Any]:
        later = int(self.random.random() * 700)
        if type in draws.DATED:
            return {"starts_on": _day(event), "ends_on": _day(event + 90 + later)}
        if type in ("licence", "option"):
            return {"exclusive": later % 3 == 0, "until": _day(event + 365 + later)}
        if type == "spinoff":
            ended = event + 200 + later * 4
            gone = {"ended_on": _day(ended)} if ended < self.day else {}
            return {"name": f"Synthetic spin-off {self._number}", "ownership": ("provider", "staff")[later % 2], **gone}
        return {}

    def _version(self, which: tuple[str, int, int], tie: Tie, type: str, told: Mapping[str, Any]) -> None:
        outcome, version, at = which
        id, draw = drawn_id(at, self.random), self.random.random
        direction = draws.drawn(draws.DIRECTIONS, self.random)
        third = direction == "third_party"
        answer = NULL
        if draw() < 0.3:
            answer = _json(_answer(draws.drawn(draws.ADDITIONALITY, self.random), told["value"]))
        self._add(
            "outcome_versions",
            f'{id}\t{outcome}\t{version}\t{instant(at)}\t{type}\t{{"en": "Synthetic outcome {self._number}"}}\ten\t'
            f"\t{_day(told['event'])}\tday\t{_json(told['identifiers'])}\t{_array(told['priorities'])}"
            f"\t{_array(told['classes'])}\t{_json(told['creators'])}\tknowledge\t{direction}\t{tie.parties[0].id.hex}"
            f"\t{NULL if third else tie.parties[1].id.hex}\t{'A third firm' if third else ''}"
            f"\t{NULL if told['value'] is None else _json(told['value'])}\t{_json(told['receipts'])}\t{answer}"
            f"\t{_json(told['details'])}\t{{}}\t{told['secret']}\tform\n",
        )
        for number, body in enumerate(tie.parties):
            role = ("provider", "user")[number] if number < 2 else "co_owner"
            size = SIZES[body.id.int % 5] if is_firm(body) else "not_a_business"
            self._add(
                "outcome_parties", f"{id}\t{body.id.hex}\t{role}\t{body.jurisdiction}\t{body.kind.value}\t{size}\n"
            )
        agreed = draws.AGREED[len(tie.parties)]
        for body, share in zip(tie.parties, agreed[self._number % len(agreed)], strict=True):
            if self._number % 5 < 2:
                self._add("outcome_shares", f"{drawn_id(at, self.random)}\t{id}\tagreement\t{body.id.hex}\t{share}\n")

    def _add(self, name: str, line: str) -> None:
        self.lines.setdefault(name, []).append(line)


def _answer(without_us: str, value: Mapping[str, Any] | None) -> dict[str, Any]:
    """What would have come without the programme: all of it, a part, or nothing."""
    told: dict[str, Any] = {"without_us": without_us, "respondent": "user"}
    if value is not None:
        told["reference_value"] = str(int(value["amount"]) * draws.WITHOUT[without_us] // 10)
    return told


def _identifier(scheme: str, value: str) -> dict[str, Any]:
    return {"scheme": scheme, "value": value, "normalised": value, "check_ok": True}


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def _array(values: Sequence[str]) -> str:
    return "{" + ",".join(values) + "}"


@cache
def _day(number: int) -> str:
    return (FIRST_DAY + timedelta(days=number)).isoformat()
