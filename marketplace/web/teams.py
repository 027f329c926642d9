"""Who travels together: the people of a form, one more or one less at a press of a button, with their answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from marketplace.accounts.models import Organisation
from marketplace.accounts.queries import members_of
from marketplace.permits.rules.travellers import MOST_TRAVELLERS, TRAVELS
from marketplace.values.refusal import FieldError
from marketplace.web.forms.crossings import CrossingForm
from marketplace.web.permit_answers import Answers
from marketplace.web.request import actor, reading

ADD: Final = "add_person"
DROP: Final = "drop_person"
_OF_ONE: Final = re.compile(rf"{TRAVELS}/([0-9]{{1,2}})/(.+)")


def people_of(organisation: Organisation | None, booker: UUID | None) -> Sequence[tuple[str, str]]:
    """Who may travel for an organisation: whoever books first, then its other members by name."""
    if organisation is None or booker is None:
        return ()
    members = members_of(reading(), organisation.id)
    named = next((each.name for each in members if each.person_id == booker), None)
    first = str(_("Me")) if booker == actor().person_id else named or str(_("Whoever booked"))
    return [("", first), *((str(each.person_id), each.name) for each in members if each.person_id != booker)]


def pressed(sent: Mapping[str, str]) -> bool:
    """Whether a button asks for one person more or less."""
    return ADD in sent or DROP in sent


def reshaped(form: CrossingForm, answers: Answers, sent: MultiDict[str, str]) -> tuple[Answers, FieldError | None]:
    """Bring the form to one person more or less; the answers of those who stay go with them."""
    team = form.team
    if ADD in sent:
        return answers, _add(form, team)
    number = sent.get(DROP, "")
    if not number.isascii() or not number.isdigit() or len(number) > 2 or not 0 < int(number) < len(team):
        return answers, None
    form.set_team([*team[: int(number)], *team[int(number) + 1 :]])
    return _without(answers, int(number)), None


def _add(form: CrossingForm, team: Sequence[str]) -> FieldError | None:
    if len(team) >= MOST_TRAVELLERS:
        return FieldError(TRAVELS, "max_travellers", "max_travellers", {"max": MOST_TRAVELLERS})
    free = [value for value, _name in form.offered_people if value not in team]
    if form.offered_people and not free:
        return FieldError(TRAVELS, "no_more_members", "no_more_members")
    form.set_team([*team, free[0] if free else ""])
    return None


def _without(answers: Answers, number: int) -> Answers:
    """The answers without those of one person; those of the people behind move up."""
    kept: Answers = {}
    for fact, value in answers.items():
        found = _OF_ONE.fullmatch(fact)
        at = int(found[1]) if found else -1
        if found is None or at < number:
            kept[fact] = value
        elif at > number:
            kept[f"{TRAVELS}/{at - 1}/{found[2]}"] = value
    return kept
