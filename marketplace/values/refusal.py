"""Why something is not done: refusals as data, and the few exceptions that carry them to the edge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as member

JSON = None | bool | int | float | str | list["JSON"] | dict[str, "JSON"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason against a verb: a code that `wording` turns into a sentence, and the facts that sentence needs."""

    code: str
    details: Mapping[str, JSON] = member(default_factory=dict, hash=False)

    def as_json(self) -> dict[str, JSON]:
        """The shape of interface.md: `{"code", "details"}`."""
        return {"code": self.code, "details": dict(self.details)}


@dataclass(frozen=True, slots=True)
class FieldError:
    """One piece of input that breaks a rule: where it stands, the rule's name, the sentence's code and its facts."""

    field: str
    rule: str
    message_code: str
    details: Mapping[str, JSON] = member(default_factory=dict, hash=False)


class Refused(Exception):
    """The rules say no; `reasons` holds every refusal, never only the first."""

    def __init__(self, reasons: Iterable[Refusal]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(", ".join(self.codes))

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the reasons, in the order of the rules."""
        return tuple(reason.code for reason in self.reasons)


class NotFound(LookupError):
    """There is no such object, or it is a stranger's: the two answer alike."""


class Forbidden(Exception):
    """The caller may see the object but not do `verb` to it."""

    def __init__(self, verb: str) -> None:
        self.verb = verb
        super().__init__(verb)


class StateForbids(Exception):
    """The object's present `state` does not allow `verb`."""

    def __init__(self, state: str, verb: str) -> None:
        self.state = state
        self.verb = verb
        super().__init__(f"{verb} while {state}")


class Invalid(ValueError):
    """Input that breaks rules of form; `errors` names every field and rule."""

    def __init__(self, errors: Iterable[FieldError]) -> None:
        self.errors = tuple(errors)
        super().__init__(", ".join(f"{error.field}: {error.rule}" for error in self.errors))

    @classmethod
    def one(cls, field: str, rule: str, **details: JSON) -> Invalid:
        """A single error whose sentence has the rule's own name."""
        return cls([FieldError(field, rule, rule, details)])


def demand(reasons: Iterable[Refusal]) -> None:
    """Raise `Refused` with all of the reasons if there is any."""
    if found := tuple(reasons):
        raise Refused(found)
