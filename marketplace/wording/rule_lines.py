"""One permit rule as its page tells it: each field of its row as lines in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from babel.dates import format_date
from babel.numbers import format_percent

from marketplace.jurisdictions.tables import sources
from marketplace.values.localized import Language, pick
from marketplace.wording import rule_words as said
from marketplace.wording.dictionary import Sentences
from marketplace.wording.filling import LOCALES
from marketplace.wording.trigger_words import LIST_NAMES, OVER, VALUES
from marketplace.wording.triggers import Item, Words, explained, listed, opened, way

Told = Mapping[str, Any]
Lines = tuple[Item, ...]
# Of these kinds an authority decides, so that an approval can be held already.
DECIDED: Final = frozenset({"approval", "licence", "filing", "registration"})
_DATES: Final[dict[Language, str]] = {"en": "d MMM y", "zh-Hant": "y年M月d日", "zh-Hans": "y年M月d日"}


def lines(told: Told, name: str, words: Words, language: Language) -> Lines:
    """What a row says under one name of `PARTS`; nothing where it says nothing."""
    return tuple(PARTS[name](_Row(told, words, language)))


def changed(new: Told, old: Told) -> list[str]:
    """The fields of a page in which two versions of a rule differ, in the order of the page."""
    return [name for name in PARTS if any(new.get(key) != old.get(key) for key in COVERS.get(name, (name,)))]


def limit(told: Told, language: Language) -> str:
    """The published limit in short, "no published limit" where there is none; empty where it waits for nothing."""
    usual, *others = dict.fromkeys(_limit(clock, language) for clock in _usual_first(told)) or [""]
    return said.CLOCK["some"][language] % {"usual": usual, "others": listed(others, language)} if others else usual


def ways(told: Told, language: Language) -> list[str]:
    """The directions of a rule in words: its own, else those that its trigger asks for."""
    return [opened(way(text, language)) for text in directions(told)]


def directions(told: Told) -> list[str]:
    """The directions of a rule as its file writes them: its own, else those of its trigger that are not denied."""
    own = told.get("directions") or _asked(told.get("trigger"))
    return list(dict.fromkeys(own))


def _asked(tree: Any) -> Iterator[str]:
    if isinstance(tree, Mapping):
        if "direction" in tree:
            yield str(tree["direction"])
        for key, value in tree.items():
            if key != "not":
                yield from _asked(value)
    elif isinstance(tree, list):
        for each in tree:
            yield from _asked(each)


class _Row:
    """A row with the words of its reader."""

    def __init__(self, told: Told, words: Words, language: Language) -> None:
        self.told, self.words, self.language = told, words, language

    def many(self, name: str) -> list[Any]:
        """The members of a field."""
        return list(self.told.get(name) or ())

    def pick(self, text: Mapping[str, str]) -> str:
        """A text for this reader."""
        return pick(text, self.language).text

    def say(self, sentences: Sentences, code: str, **values: str) -> str:
        """A sentence filled in; a code that nobody named stands for itself."""
        known = sentences.get(code)
        return known[self.language] % values if known else code

    def day(self, text: Any) -> str:
        """A date as the reader writes it."""
        found = date.fromisoformat(str(text))
        return str(format_date(found, _DATES[self.language], locale=LOCALES[self.language]))

    def title(self, rule: str) -> str:
        """What another rule is called."""
        return self.pick(self.words.rules[rule]) if rule in self.words.rules else rule

    def trigger(self, tree: Any) -> Item:
        """A predicate of this rule."""
        return explained(tree, self.told["over"], self.words, self.language)

    def effect(self, code: str) -> str:
        """What an approval does."""
        return self.say(said.EFFECTS, code)


def _texts(name: str) -> Callable[[_Row], Iterator[Item]]:
    def tell(row: _Row) -> Iterator[Item]:
        found = row.told.get(name)
        if found:
            yield from (Item(row.pick(text)) for text in (found if isinstance(found, list) else [found]))

    return tell


def _or_unpublished(name: str) -> Callable[[_Row], Iterator[Item]]:
    tell = _texts(name)

    def told(row: _Row) -> Iterator[Item]:
        found = list(tell(row))
        yield from found or [Item(row.say(said.MISCELLANY, "not_published"))]

    return told


def _named(name: str, sentences: Sentences) -> Callable[[_Row], Iterator[Item]]:
    def tell(row: _Row) -> Iterator[Item]:
        if row.told.get(name):
            yield Item(row.say(sentences, str(row.told[name])))

    return tell


def _rules(name: str) -> Callable[[_Row], Iterator[Item]]:
    def tell(row: _Row) -> Iterator[Item]:
        found = row.told.get(name) or ()
        for rule in [found] if isinstance(found, str) else found:
            yield Item(row.say(said.ORDER, name, rule=row.title(rule)), rule=rule)

    return tell


def _when(row: _Row) -> Iterator[Item]:
    told = row.told
    shown = [Item(each) for each in map(opened, (way(text, row.language) for text in row.many("directions")))]
    if len(shown) == 1:
        yield shown[0]
    elif shown:
        yield Item(row.say(said.MISCELLANY, "ways"), tuple(shown))
    if told.get("within"):
        yield from _rules("within")(row)
    if told.get("trigger"):
        found = row.trigger(told["trigger"])
        every = "all" in told["trigger"] and found.parts
        yield from found.parts if every else (found,)
    elif not shown:
        yield row.trigger(None)
    if told.get("excluded_when"):
        found = row.trigger(told["excluded_when"])
        yield Item(row.say(said.MISCELLANY, "closed_to"), found.parts or (found,))


def _over(row: _Row) -> Iterator[Item]:
    if row.told["fires_on"] == "booking":
        yield Item(row.say(OVER, row.told["over"]))
    else:
        yield Item(row.say(said.FIRES_NOTES, row.told["fires_on"]))


def _authority(row: _Row) -> Iterator[Item]:
    for code in row.many("authority"):
        name = row.pick(row.words.agencies[code]) if code in row.words.agencies else code
        yield Item(name, href=row.words.sites.get(code))
    if not row.many("authority"):
        # What is no agency of ours is named by whom to ask.
        yield Item(row.pick(row.told["contact"]) if row.told.get("contact") else row.say(said.MISCELLANY, "nobody"))


def _counterpart(row: _Row) -> Iterator[Item]:
    code = row.told.get("counterpart")
    if code:
        yield Item(row.pick(row.words.pairs[code]) if code in row.words.pairs else str(code))


def _clock(row: _Row) -> Iterator[Item]:
    for clock in _usual_first(row.told):
        if clock.get("when"):
            inner = row.trigger(clock["when"])
            yield Item(row.say(said.CLOCK, "when"), (inner, *_of_clock(row, clock)))
        else:
            yield from _of_clock(row, clock)


def _usual_first(told: Told) -> list[Told]:
    return sorted(told.get("clock") or (), key=lambda clock: "when" in clock)


def _of_clock(row: _Row, clock: Told) -> Iterator[Item]:
    shown, start = _limit(clock, row.language), clock.get("start", "receipt")
    if start in said.STARTS and clock.get("max_days") is not None:
        shown = row.say(said.CLOCK, "limit", limit=shown, start=row.say(said.STARTS, start))
    yield Item(shown)
    kind = clock.get("day_kind") or "unspecified"
    if kind == "unspecified" and clock.get("max_days"):
        yield Item(row.say(said.CLOCK, "unspecified"))
    if clock.get("extension_days"):
        yield Item(row.say(said.CLOCK, "extension", limit=_days(clock["extension_days"], kind, row.language)))
    for step in clock.get("steps") or ():
        part = _days(step["days"], kind, row.language)
        yield Item(row.say(said.CLOCK, step.get("milestone") or "decision", limit=part))
    if clock.get("excluded_steps"):
        steps = [row.say(said.STEPS, each) for each in clock["excluded_steps"]]
        yield Item(row.say(said.CLOCK, "excluded", steps=listed(steps, row.language, "and")))
    silence = clock.get("deemed_on_silence")
    if silence and row.told["kind"] in DECIDED:
        yield Item(row.say(said.CLOCK, "silent" if silence == "none" else silence))


def _limit(clock: Told, language: Language) -> str:
    if clock.get("max_days") is None:
        return said.LIMITS["none"][language]
    return _days(clock["max_days"], clock.get("day_kind") or "unspecified", language)


def _days(number: int, kind: str, language: Language) -> str:
    if kind == "immediate":
        return said.LIMITS["immediate"][language]
    return _counted(said.LIMITS[kind][language] % {"n": number}, number, language)


def _counted(text: str, number: float, language: Language) -> str:
    """English says one day, not one days."""
    if language != "en" or number != 1:
        return text
    return text.replace("days", "day").replace("months", "month").replace("years", "year")


def _duties(row: _Row) -> Iterator[Item]:
    for duty in row.many("duties"):
        unit = "months" if duty.get("months") else "days"
        length = _counted(VALUES[unit][row.language] % {"n": duty[unit]}, duty[unit], row.language)
        fact = row.words.facts.get(f"{row.told['over']}[].{duty['from'].removeprefix('flow.')}")
        yield Item(row.say(said.DUTIES, duty["kind"], length=length, fact=row.pick(fact["label"]) if fact else ""))


def _validity(row: _Row) -> Iterator[Item]:
    for name, value in (row.told.get("validity") or {}).items():
        if value is None:
            continue
        if name == "uses":
            yield Item(row.say(said.VALIDITY, value))
        elif name == "volume_growth_limit":
            yield Item(row.say(said.VALIDITY, name, n=format_percent(value, locale=LOCALES[row.language])))
        elif name == "until":
            yield Item(row.say(said.VALIDITY, name, n=row.day(value)))
        else:
            yield Item(_counted(row.say(said.VALIDITY, name, n=str(value)), value, row.language))


def _helped(row: _Row) -> Iterator[Item]:
    if row.told["kind"] in DECIDED and row.told["fires_on"] == "booking":
        yield Item(row.say(said.HELPS, "own"))
    for each in row.many("satisfied_by"):
        holders = listed([VALUES[holder][row.language] for holder in each["holders"]], row.language, "holders")
        told = {"holders": holders, "effect": row.effect(each["effect"])}
        if "rule" in each:
            yield Item(row.say(said.HELPS, "rule", rule=row.title(each["rule"]), **told), rule=each["rule"])
        else:
            yield Item(row.say(said.HELPS, "list", list=row.say(LIST_NAMES, each["list"]), **told))
    for each in row.many("helps"):
        told = {"rule": row.title(each["rule"]), "effect": row.effect(each["effect"])}
        yield Item(row.say(said.HELPS, "other", **told), rule=each["rule"])


def _contact(row: _Row) -> Iterator[Item]:
    if row.told.get("contact"):
        yield Item(row.pick(row.told["contact"]))
    elif row.many("authority"):
        yield from _authority(row)


def _effective(row: _Row) -> Iterator[Item]:
    for name, code in (("effective_from", "from"), ("effective_to", "to")):
        if row.told.get(name):
            yield Item(row.say(said.MISCELLANY, code, day=row.day(row.told[name])))


def _confidence(row: _Row) -> Iterator[Item]:
    code = row.told["confidence"]
    yield Item(f"{row.say(said.CONFIDENCE_NAMES, code)}")
    yield Item(row.say(said.CONFIDENCE_NOTES, code))
    if row.told.get("blocks_until"):
        yield Item(row.say(said.MISCELLANY, "blocks_until", day=row.day(row.told["blocks_until"])))
    if confirmed := row.told.get("confirmed"):
        values = {"day": row.day(confirmed["on"]), "source": confirmed["source"]}
        yield Item(row.say(said.MISCELLANY, "confirmed", **values))


def _sources(row: _Row) -> Iterable[Item]:
    for source in sources(row.many("sources")):
        parts = [source.title, source.issuer, *([source.date] if source.date else [])]
        yield Item(", ".join(parts), href=source.url)


def _reviewed(row: _Row) -> Iterator[Item]:
    yield Item(row.day(row.told["reviewed_on"]))


# In the order of the page; each tells its lines.
PARTS: Final[Mapping[str, Callable[[_Row], Iterable[Item]]]] = {
    "title": _texts("title"),
    "summary": _texts("summary"),
    "variant": _texts("variant"),
    "kind": _named("kind", said.KIND_NAMES),
    "over": _over,
    "when": _when,
    "authority": _authority,
    "counterpart": _counterpart,
    "applicant": _named("applicant", said.APPLICANT_NAMES),
    "stage": _named("stage", said.STAGE_NAMES),
    "clock": _clock,
    "calendar": _named("calendar", said.CALENDARS),
    "duties": _duties,
    "validity": _validity,
    "helped": _helped,
    "alternatives": _rules("alternatives"),
    "branch_of": _rules("branch_of"),
    "after": _rules("after"),
    "same_application": _rules("same_application"),
    "excludes": _rules("excludes"),
    "conditions": _texts("conditions"),
    "documents": _or_unpublished("documents"),
    "form": _or_unpublished("form"),
    "fee": _or_unpublished("fee"),
    "contact": _contact,
    "status": _named("status", said.STATUS_NAMES),
    "effective": _effective,
    "instrument": _texts("instrument"),
    "sources": _sources,
    "confidence": _confidence,
    "reviewed_on": _reviewed,
}
# The keys of the row that a field tells of, where they are not its own name.
COVERS: Final[Mapping[str, tuple[str, ...]]] = {
    "over": ("over", "fires_on"),
    "when": ("directions", "within", "trigger", "excluded_when"),
    "helped": ("satisfied_by", "helps"),
    "effective": ("effective_from", "effective_to"),
    "authority": ("authority", "contact"),
    "contact": ("contact", "authority"),
    "confidence": ("confidence", "blocks_until", "confirmed"),
}
