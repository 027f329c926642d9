"""Who travels: each person of a team by themselves, so that an approval counts for the one who holds it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from marketplace.permits.rules.facts import Territories
from marketplace.permits.rules.shapes import Vocabulary, known_part
from marketplace.values.refusal import JSON, FieldError

TRAVELS: Final = "people_flows"
# Who it is, by the id of a member of the user's organisation. It is no fact: no rule asks for a name.
PERSON: Final = "person"
# A team that is larger books in parts.
MOST_TRAVELLERS: Final = 12


def misnamed(facts: Mapping[str, Any]) -> Iterator[FieldError]:
    """What is wrong with those who travel: too many, or a name that is no id in its usual form."""
    listed = facts.get(TRAVELS)
    if not isinstance(listed, list):
        return
    if len(listed) > MOST_TRAVELLERS:
        details: dict[str, JSON] = {"max": MOST_TRAVELLERS}
        yield FieldError(TRAVELS, "max_travellers", "max_travellers", details)
    for number, each in enumerate(listed):
        named = each.get(PERSON) if isinstance(each, Mapping) else None
        # Bookings are found by a name as it is written: in one way only.
        if named is not None and str(person_of(named)) != named:
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


def unknown(
    stated: Mapping[str, Any], planned: Mapping[str, Any], booker: UUID, territories: Territories
) -> frozenset[str]:
    """The ways from where the user is of which a plan does not know whose they are: of whoever was named and left, or
    of nobody ever named."""
    named = names(stated)
    ways, known = travellers(planned, booker, territories), names(planned)
    return frozenset(path for path, who in ways.items() if path not in known and (who is None or path in named))


def others(facts: Mapping[str, Any], territories: Territories) -> list[str]:
    """The ways of those who come from elsewhere than the user, by the name of the flow."""
    listed = facts.get(TRAVELS)
    home = travellers(facts, None, territories)
    ways = [f"{TRAVELS}/{number}" for number in range(len(listed))] if isinstance(listed, list) else []
    return [path for path in ways if path not in home]


def with_names(facts: Mapping[str, Any], people: Mapping[str, UUID]) -> dict[str, Any]:
    """The facts with who each person is, as far as that is known for sure; what was claimed otherwise is left out."""
    bare = without_names(facts)
    if not people or not isinstance(bare.get(TRAVELS), list):
        return bare
    told = [
        {**each, PERSON: str(people[path])} if (path := f"{TRAVELS}/{number}") in people else each
        for number, each in enumerate(bare[TRAVELS])
    ]
    return {**bare, TRAVELS: told}


def known_still(stated: Mapping[str, Any], vocabulary: Vocabulary) -> dict[str, Any]:
    """Of what was stated before, what the vocabulary still knows, and who travels."""
    return with_names(known_part(without_names(stated), vocabulary), names(stated))


def names(facts: Mapping[str, Any]) -> dict[str, UUID]:
    """Who is named, by the name of the flow."""
    listed = facts.get(TRAVELS)
    return {
        f"{TRAVELS}/{number}": who
        for number, each in enumerate(listed if isinstance(listed, list) else ())
        if isinstance(each, Mapping) and (who := person_of(each.get(PERSON)))
    }


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
