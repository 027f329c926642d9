"""Lengths of time in words: the largest units that say a number of minutes exactly."""

from __future__ import annotations

from typing import Final

from marketplace.values.localized import Language

HOUR, DAY = 60, 1440
# One and several of each unit; Chinese makes no difference.
_UNITS: Final[dict[int, dict[Language, tuple[str, str]]]] = {
    DAY: {"en": ("day", "days"), "zh-Hant": ("天", "天"), "zh-Hans": ("天", "天")},
    HOUR: {"en": ("hour", "hours"), "zh-Hant": ("小時", "小時"), "zh-Hans": ("小时", "小时")},
    1: {"en": ("minute", "minutes"), "zh-Hant": ("分鐘", "分鐘"), "zh-Hans": ("分钟", "分钟")},
}


def length_of_time(minutes: int, language: Language) -> str:
    """So many minutes, such as "3 days", "36 hours" or "1 hour 30 minutes".

    Days only from two whole ones on: a single one would be read as a date, not as 24 hours.
    """
    if minutes >= 2 * DAY and minutes % DAY == 0:
        return _counted(minutes // DAY, DAY, language)
    hours, left = divmod(minutes, HOUR)
    parts = [_counted(hours, HOUR, language)] if hours else []
    if left or not parts:
        parts.append(_counted(left, 1, language))
    return (" " if language == "en" else "").join(parts)


def _counted(number: int, unit: int, language: Language) -> str:
    one, several = _UNITS[unit][language]
    # Interface text leaves the space between Chinese and figures to the style sheet.
    return f"{number:,}{' ' if language == 'en' else ''}{one if number == 1 else several}"
