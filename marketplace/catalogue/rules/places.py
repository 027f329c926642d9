"""Where an imported row stands: a loaded zone, city or jurisdiction that its words name, or words alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from marketplace.values.localized import convert

# Cities of the Greater Bay Area that files name without a province; simplified characters find the traditional too.
CITIES: Mapping[str, tuple[str, ...]] = {
    "Guangzhou": ("广州",),
    "Shenzhen": ("深圳",),
    "Zhuhai": ("珠海",),
    "Dongguan": ("东莞",),
    "Foshan": ("佛山",),
    "Huizhou": ("惠州",),
    "Zhongshan": ("中山",),
    "Jiangmen": ("江门",),
    "Zhaoqing": ("肇庆",),
}
CITY_JURISDICTION = "CN-GD"
_ENDINGS = re.compile(r"( city| sar| province|市|省|特别行政区)$")


@dataclass(frozen=True, slots=True)
class Place:
    """A place that is loaded; the finer parts may be missing."""

    jurisdiction: str
    zone: str | None = None
    city: str | None = None


@dataclass(frozen=True, slots=True)
class Places:
    """The loaded places by every name they have, folded."""

    by_name: Mapping[str, Place] = field(default_factory=dict)

    def find(self, *texts: str) -> Place | None:
        """The finest place that one of the texts, or a part of one between commas, names."""
        parts = [part for text in texts for part in (text, *re.split(r"[,，;；]", text))]
        found = [self.by_name[folded(part)] for part in parts if folded(part) in self.by_name]
        return max(found, key=lambda place: (place.zone is not None, place.city is not None), default=None)


def folded(name: str) -> str:
    """A name as it is compared: simplified characters, small letters, without the word for its rank."""
    plain = convert(" ".join(name.split()), "t2s").casefold()
    return _ENDINGS.sub("", plain).strip()


def with_cities(by_name: dict[str, Place]) -> Places:
    """The places with the cities that are always known, where their jurisdiction is loaded."""
    if any(place.jurisdiction == CITY_JURISDICTION for place in by_name.values()):
        for city, names in CITIES.items():
            for name in (city, *names):
                by_name.setdefault(folded(name), Place(CITY_JURISDICTION, city=city))
    return Places(by_name)
