"""Where a fact stands: in the entry in hand, in the one that is looked for, or in the booking; and what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from marketplace.permits.rules.facts import MISSING, Entry, Facts

_ENTRY: Final = ("flow", "each")
# On the way back these facts are told under another name of the flow itself.
_TURNED: Final = {"date": "return_by", "from": "to", "to": "from", "from_zone": "to", "to_zone": "from"}


@dataclass(slots=True)
class Scene:
    """What a predicate looks at: the booking, the entry in hand, and the one that `exists` is trying."""

    facts: Facts
    entry: Entry
    court: Any
    each: Entry | None = None

    def trying(self, each: Entry) -> Scene:
        """The same, with `each` in hand."""
        return Scene(self.facts, self.entry, self.court, each)

    @property
    def in_hand(self) -> Entry:
        """The entry that a direction is asked of."""
        return self.each or self.entry


@dataclass(frozen=True, slots=True)
class Path:
    """A fact by its name in a rule file, such as `flow.control_codes.CN` or `host.city`."""

    scope: str
    keys: tuple[str, ...]
    # What is known; MISSING where nobody told.
    value: Callable[[Scene], Any] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", _reader(self.scope, self.keys))

    @classmethod
    def parse(cls, text: str) -> Path:
        """A path from a rule file."""
        first, *rest = text.split(".")
        return cls(first, tuple(rest)) if first in _ENTRY else cls("booking", (first, *rest))

    def name(self, scene: Scene) -> str:
        """The fact as a plan names it: `goods_flows/0/special_goods`, `host/city`."""
        if self.scope == "booking":
            return "/".join(self.keys)
        entry = scene.entry if self.scope == "flow" else scene.in_hand
        keys = self.keys
        if entry.path.endswith("/return") and keys[0] in _TURNED:
            keys = (_TURNED[keys[0]],)
        # What goods are is told once, for both ways, and codes of all regimes are one question.
        keys = keys[:1] if keys[0] in ("control_codes", "from_zone", "to_zone") else keys
        keys = (keys[0].removesuffix("_zone"),) if keys[0] in ("from_zone", "to_zone") else keys
        return "/".join((entry.parent, *keys))


def _reader(scope: str, keys: tuple[str, ...]) -> Callable[[Scene], Any]:
    """How a fact is looked up. A plan does it a thousand times: what can be decided beforehand is."""
    first = keys[0]
    plain: Mapping[str, Callable[[Scene], Any]] = {
        "flow": lambda scene: scene.entry.facts.get(first, MISSING),
        "each": lambda scene: (scene.each or scene.entry).facts.get(first, MISSING),
        "booking": lambda scene: scene.facts.given.get(first, MISSING),
    }
    outer = plain[scope]
    return outer if len(keys) == 1 else lambda scene: _inside(keys, outer(scene))


def _inside(keys: tuple[str, ...], found: Any) -> Any:
    listed = keys[0] == "control_codes"
    for key in keys[1:]:
        # Nothing of the kind has nothing inside; what is unknown stays so.
        if not isinstance(found, dict) or not (found or listed):
            return found or ([] if listed else None)
        found = found.get(key, [] if listed else MISSING)
    return found
