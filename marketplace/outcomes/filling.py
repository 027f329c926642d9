"""Filling in what a pasted DOI leaves open: a register is asked where one is set, else it is said what is missing."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from threading import Lock
from time import monotonic
from typing import Final

from marketplace.outcomes.formats.entries import Entries, Entry, entry_of
from marketplace.outcomes.formats.works import Work
from marketplace.outcomes.works_api import Register, RegisterSilent, work_of
from marketplace.values.refusal import JSON, FieldError, Invalid

MOST: Final = 20  # works that are asked for at once
PATIENCE: Final = 15.0  # seconds for all of them
ONE: Final = 6.0  # seconds for each
FRESH: Final = 900.0  # seconds: looking over and keeping ask once
MOST_KEPT: Final = 500
_DOI: Final = "doi"


class Answers:
    """What registers answered lately, by register and DOI."""

    def __init__(self) -> None:
        self._rows: OrderedDict[tuple[str, str, str], tuple[float, Work]] = OrderedDict()
        self._lock = Lock()

    def of(self, register: Register, number: str) -> Work | None:
        """A fresh answer; None where there is none."""
        with self._lock:
            at, work = self._rows.get((register.kind, register.base, number), (0.0, None))
        return work if work is not None and monotonic() - at < FRESH else None

    def keep(self, register: Register, number: str, work: Work) -> None:
        """Remember an answer; the oldest goes where there are too many."""
        with self._lock:
            self._rows[(register.kind, register.base, number)] = monotonic(), work
            while len(self._rows) > MOST_KEPT:
                self._rows.popitem(last=False)


ANSWERS: Final = Answers()


def unasked(found: Entries, register: Register | None) -> bool:
    """Whether a register has to be asked for anything here."""
    numbers = (_number(each) for each in found.entries if _bare(each))
    return register is not None and any(one and ANSWERS.of(register, one) is None for one in numbers)


def filled(found: Entries, register: Register | None) -> Entries:
    """The same entries; those of which only a number is known with what the register says, or with a word on why it
    says nothing. Nothing here raises for a register that is silent."""
    if not any(map(_bare, found.entries)):
        return found
    asking = _Asking(register)
    return replace(found, entries=tuple(asking.one(each) if _bare(each) else each for each in found.entries))


class _Asking:
    """One paste: how much may still be asked, and until when."""

    def __init__(self, register: Register | None) -> None:
        self.register, self.asked, self.ends = register, 0, monotonic() + PATIENCE

    def one(self, entry: Entry) -> Entry:
        """An entry with what is known of its number."""
        number = _number(entry)
        if number is None:
            return _warned(entry, "work_number_only")
        if self.register is None:
            return _warned(entry, "work_register_off")
        work = ANSWERS.of(self.register, number)
        if work is not None:
            return _told(entry, work)
        if self.asked >= MOST or monotonic() >= self.ends:
            return _warned(entry, "work_not_asked", max=MOST)
        self.asked += 1
        return self._asked(entry, replace(self.register, time_out=min(ONE, self.ends - monotonic())), number)

    @staticmethod
    def _asked(entry: Entry, register: Register, number: str) -> Entry:
        try:
            work = work_of(register, number)
        except Invalid:
            return _warned(entry, "work_not_found")
        except RegisterSilent:
            return _warned(entry, "work_register_silent")
        ANSWERS.keep(register, number, work)
        return _told(entry, work)


def _told(entry: Entry, work: Work) -> Entry:
    """What a register says, under the number that was pasted, also where the type that it says bears none."""
    answer = entry_of(replace(work, row=entry.row))
    told = dict(answer.told)
    if not any(each["scheme"] == _DOI for each in told["identifiers"]):
        told |= {"type": entry.told["type"], "identifiers": entry.told["identifiers"]}
        told.pop("details", None)
    return replace(answer, told=told, warnings=(*entry.warnings, *answer.warnings), reference=entry.reference)


def _warned(entry: Entry, code: str, **details: JSON) -> Entry:
    return replace(entry, warnings=(*entry.warnings, FieldError("title", code, code, details)))


def _bare(entry: Entry) -> bool:
    return not entry.told.get("title") and bool(entry.told.get("identifiers"))


def _number(entry: Entry) -> str | None:
    marks = (each["value"] for each in entry.told["identifiers"] if each["scheme"] == _DOI)
    return next(marks, None)
