"""Which way something goes: between customs territories, or simply where the place is (CLR-12, CLR-13)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from marketplace.permits.rules import truth
from marketplace.permits.rules.facts import Missing
from marketplace.permits.rules.paths import Scene
from marketplace.permits.rules.truth import NO, UNKNOWN, YES, Truth

ANYWHERE: Final = "*"
UNION: Final = "EU"
_CODES: Final = {"UK": "GB"}
PLACES: Final = ("IN-CN", "CN", "HK", "MO", "ANY")


@dataclass(frozen=True, slots=True)
class Direction:
    """`A>B`, `A>*`, `*>B`; or a place: `IN-CN` (the place or the host is in the mainland), `HK`, `MO`, `CN`, `ANY`."""

    text: str
    origin: str | None = None
    target: str | None = None

    @classmethod
    def parse(cls, text: str) -> Direction:
        """A direction from a rule file. Raises ValueError for another word."""
        if text in PLACES:
            return cls(text)
        origin, arrow, target = text.partition(">")
        if not (arrow and origin and target):
            raise ValueError(text)
        return cls(text, _CODES.get(origin, origin), _CODES.get(target, target))

    def judge(self, scene: Scene) -> Truth:
        """Whether the entry in hand goes this way, or the booking's place is there."""
        if self.origin is None or self.target is None:
            return self._place(scene)
        entry = scene.in_hand
        if entry.list == "booking":
            flows = (each for name in scene.facts.entries for each in scene.facts.entries[name] if name != "booking")
            return truth.any_of(self._way(scene, each.origin, each.target) for each in flows)
        return self._way(scene, entry.origin, entry.target)

    def unknown(self, scene: Scene) -> list[str]:
        """The facts that would tell, where it is unknown."""
        entry = scene.in_hand
        if self.origin is None or not entry.path:
            return ["host/jurisdiction"]
        if entry.list == "money":
            return [f"money/{end}" for end in ("payer", "payee")]
        ends = (("from", entry.origin), ("to", entry.target))
        return [f"{entry.parent}/{name}" for name, end in ends if isinstance(end, Missing)]

    def _place(self, scene: Scene) -> Truth:
        if self.text == "ANY":
            return YES
        wanted = "CN" if self.text == "IN-CN" else self.text
        asked = (scene.facts.site, scene.facts.where("host")) if self.text == "IN-CN" else (scene.facts.site,)
        return truth.any_of(UNKNOWN if isinstance(place, Missing) else truth.of(place == wanted) for place in asked)

    def _way(self, scene: Scene, origin: Any, target: Any) -> Truth:
        union = scene.facts.territories.union
        leaves, enters = _at(self.origin, origin, union), _at(self.target, target, union)
        return truth.all_of((leaves, enters, self._crosses(origin, target, union)))

    def _crosses(self, origin: Any, target: Any, union: frozenset[str]) -> Truth:
        if isinstance(origin, Missing) or isinstance(target, Missing):
            return UNKNOWN
        if origin is None or target is None:
            return NO
        within = UNION in (self.origin, self.target) and origin in union and target in union
        return truth.of(origin != target and not within)


def _at(wanted: str | None, place: Any, union: frozenset[str]) -> Truth:
    if wanted == ANYWHERE:
        return YES
    if isinstance(place, Missing):
        return UNKNOWN
    return truth.of(place in union if wanted == UNION else place == wanted)
