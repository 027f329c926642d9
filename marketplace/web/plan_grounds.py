"""What a plan without a booking stands on beside its answers: the listing, and who asks with what they hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from marketplace.accounts.models import Organisation
from marketplace.accounts.queries import members_among
from marketplace.catalogue.models import Facility, Unit
from marketplace.permits.queries import territories
from marketplace.permits.queries.counting import approvals, sent_out
from marketplace.permits.queries.screening import person_facts, screening_facts
from marketplace.permits.rules.counts import with_own_counts
from marketplace.permits.rules.parties import party_facts, place_facts, with_host_facts
from marketplace.permits.rules.travellers import travellers
from marketplace.web.request import actor, now, reading


@dataclass(frozen=True, slots=True)
class Grounds:
    """The listing that a plan is about, and the organisation of who asks; each may be nobody's."""

    facility: Facility | None = None
    unit: Unit | None = None
    organisation: Organisation | None = None

    def under(self, facts: Mapping[str, Any], on: date) -> dict[str, Any]:
        """The facts with what the host has stated of its place, and what is known of who asks."""
        found = self._at_place(facts)
        return found if self.organisation is None else self._of_asker(found, self.organisation, on)

    def _at_place(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        if self.facility is None:
            return dict(facts)
        # Where it stands is what the form says: it may have been changed there.
        stated = {name: told for name, told in place_facts(self.facility, self.unit).items() if name != "zone"}
        whole = {**facts, "place": {**(facts.get("place") or {}), **stated}}
        return with_host_facts(whole, self.facility, territories(reading()))

    def _of_asker(self, facts: dict[str, Any], own: Organisation, on: date) -> dict[str, Any]:
        where, me = territories(reading()), actor().person_id
        named = travellers({**facts, "user": party_facts(own)}, me, where)
        there = members_among(reading(), own.id, [each for each in named.values() if each is not None])
        listed = screening_facts(reading(), {own.id}, on).get(own.id, ())
        persons = person_facts(reading(), {*there, *({me} if me else ())}, on)
        known = {**facts, "user": party_facts(own, {*listed, *persons})}
        people = {path: [person] for path, person in named.items() if person in there}
        counted = with_own_counts(known, sent_out(reading(), {own.id: "user"}, now=now()), where)
        return {**counted, "vault": approvals(reading(), {"user": [own.id], **people}, on)}
