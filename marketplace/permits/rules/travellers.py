"""Who travels: each person of a team by themselves, so that an approval counts for the one who holds it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from marketplace.permits.rules.facts import Territories
from marketplace.values.refusal import JSON, FieldError

TRAVELS: Final = "people_flows"
# Who it is, by the id of a member of the user's organisation. It is no fact: no rule asks for a name.
PERSON: Final = "person"
# A team that is larger books in parts.
MOST_TRAVELLERS: Final = 12


def misnamed(facts: Mapping[str, Any]) -> Iterator[FieldError]:
    """What is wrong with those who travel: too many, or a name that is no id."""
    listed = facts.get(TRAVELS)
    if not isinstance(listed, list):
        return
    if len(listed) > MOST_TRAVELLERS:
        details: dict[str, JSON] = {"max": MOST_TRAVELLERS}
        yield FieldError(TRAVELS, "max_travellers", "max_travellers", details)
    for number, each in enumerate(listed):
        named = each.get(PERSON) if isinstance(each, Mapping) else None
        if named is not None and person_of(named) is None:
            yield FieldError(f"{TRAVELS}/{number}/{PERSON}", "choice", "choice")


def person_of(named: Any) -> UUID | None:
    """The id that names somebody; None where it is none."""
    try:
        return UUID(named) if isinstance(named, str) else None
    except ValueError:
        return None


def travellers(facts: Mapping[str, Any], booker: UUID | None, territories: Territories) -> dict[str, UUID | None]:
    """Who sets out from where the user is, by the name of the flow. Of those who are not named the first is who books;
    None: nobody knows who it is. Whoever comes from elsewhere stands for the other side and is not among them."""
    listed, user = facts.get(TRAVELS), facts.get("user")
    if not isinstance(listed, list) or not isinstance(user, Mapping):
        return {}
    home = territories.of(user.get("zone") or user.get("jurisdiction"))
    named = {
        f"{TRAVELS}/{number}": person_of(each.get(PERSON))
        for number, each in enumerate(listed)
        if isinstance(each, Mapping) and territories.of(each.get("from")) == home
    }
    unnamed = next((path for path, person in named.items() if person is None), None)
    if unnamed is not None and booker not in named.values():
        named[unnamed] = booker
    return named


def with_names(facts: Mapping[str, Any], people: Mapping[str, UUID]) -> dict[str, Any]:
    """The facts with who each person is, as far as that is known for sure; what was claimed otherwise is left out."""
    bare = without_names(facts)
    if not people:
        return bare
    told = [
        {**each, PERSON: str(people[path])} if (path := f"{TRAVELS}/{number}") in people else each
        for number, each in enumerate(bare[TRAVELS])
    ]
    return {**bare, TRAVELS: told}


def without_names(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as rules read them: without who each person is."""
    listed = facts.get(TRAVELS)
    if not isinstance(listed, list):
        return dict(facts)
    bare = [
        {name: told for name, told in each.items() if name != PERSON} if isinstance(each, Mapping) else each
        for each in listed
    ]
    return {**facts, TRAVELS: bare}
