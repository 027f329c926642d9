"""What stands around an outcome that is entered: parties, organisations by name, facilities and sessions of use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from marketplace.outcomes.models import Outcome
from marketplace.outcomes.queries.places import by_name
from marketplace.outcomes.queries.sides import defaults_of
from marketplace.outcomes.queries.uses import Use, facilities_around, uses_around, uses_of
from marketplace.web.formats import localized_text, write_datetime
from marketplace.web.forms.outcome_lines import Finding
from marketplace.web.forms.outcomes import Around, Seat
from marketplace.web.outcome_words import facility_names, organisation_names
from marketplace.web.request import actor, reading


def around_of(collaboration_id: UUID, before: Mapping[str, Any] | None = None, row: Outcome | None = None) -> Around:
    """What the form of an outcome may name; of what it said `before`, all that it names already."""
    said = before or {}
    seats = seats_of(collaboration_id)
    linked = uses_of(reading(), row, by=actor()) if row else ()
    near = {use.id: use for use in (*linked, *uses_around(reading(), collaboration_id, by=actor()))}
    places = facility_names(facilities_around(reading(), collaboration_id) | {*map(UUID, said.get("facilities") or ())})
    return Around(
        seats=seats,
        names=organisation_names({*_named(said), *(seat.organisation_id for seat in seats)}),
        find=finding(collaboration_id),
        facilities=sorted(((str(id), name) for id, name in places.items()), key=lambda one: (one[1], one[0])),
        sessions=[(str(use.id), use_said(use)) for use in near.values()],
        linked=[str(use.id) for use in linked],
    )


def seats_of(collaboration_id: UUID) -> list[Seat]:
    """The parties of a collaboration that an outcome may name, by name."""
    ids = dict.fromkeys(UUID(each["organisation"]) for each in defaults_of(reading(), collaboration_id))
    names = organisation_names(ids)
    return sorted((Seat(id, names[id]) for id in ids), key=lambda seat: (seat.name, seat.organisation_id))


def finding(collaboration_id: UUID) -> Finding:
    """How organisations are found by name beside a collaboration."""

    def find(names: Iterable[str]) -> dict[str, UUID]:
        wanted = list(names)
        known = by_name(reading(), wanted, collaboration_id) if wanted else None
        return {name: id for name in wanted if known and (id := known.of(name))}

    return find


def creators_named(creators: Iterable[Mapping[str, Any]]) -> set[UUID]:
    """The organisations that authors name."""
    return {UUID(str(id)) for each in creators for id in each.get("organisations") or ()}


def use_said(use: Use) -> str:
    """A session of use in words."""
    return f"{write_datetime(use.began_at, use.time_zone)} · {localized_text(use.facility_name)}"


def uses_said(uses: Sequence[Use]) -> str:
    """Sessions of use in words."""
    return str(_("; ").join(map(use_said, uses)))


def _named(said: Mapping[str, Any]) -> set[UUID]:
    paid = {UUID(str(each["organisation"])) for each in said.get("receipts") or () if each.get("organisation")}
    return paid | creators_named(said.get("creators") or ())
