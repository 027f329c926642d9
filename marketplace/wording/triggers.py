"""A rule's trigger in plain sentences: the tree of its file as nested items, in the words of the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from babel.numbers import format_decimal

from marketplace.jurisdictions.tables import city_names
from marketplace.values.localized import Language, pick
from marketplace.values.money import exponent_of
from marketplace.wording.filling import LOCALES
from marketplace.wording.trigger_words import (
    HEADS,
    LIST_NAMES,
    NOBODY,
    PLACES,
    RELATIONS,
    SOME,
    VALUES,
    WAYS,
)

Tree = Mapping[str, Any]
Names = Mapping[str, Mapping[str, str]]
NUMBERS: Final = ("lt", "le", "gt", "ge")
_OPPOSITE: Final = {"lt": "ge", "ge": "lt", "gt": "le", "le": "gt"}


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a list, with the lines below it; `rule` is the rule that it names, `href` an address."""

    text: str
    parts: tuple[Item, ...] = ()
    rule: str | None = None
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """What everything is called that a rule may name: facts, territories and zones, rules, authorities (and where
    these are on the web), counterpart pairs."""

    facts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    places: Names = field(default_factory=dict)
    rules: Names = field(default_factory=dict)
    agencies: Names = field(default_factory=dict)
    pairs: Names = field(default_factory=dict)
    sites: Mapping[str, str] = field(default_factory=dict)


def explained(tree: Tree | None, over: str, words: Words, language: Language) -> Item:
    """A trigger (or another predicate) of a rule that looks at `over`, as one item; nothing to test is "always"."""
    teller = _Teller(words, language, over)
    return teller.item(tree) if tree else Item(teller.value("always"))


def listed(names: Iterable[str], language: Language, last: str = "or") -> str:
    """Names as one reads them out: "a, b or c"; where one of them says "or" itself, they stand farther apart."""
    *others, final = names
    joint, comma = VALUES[last][language], ", " if language == "en" else "、"
    if others and any(joint in name for name in (*others, final)):
        comma = "; " if language == "en" else "；"
        joint = comma + joint.lstrip()
    return comma.join(others) + joint + final if others else final


def way(text: str, language: Language) -> str:
    """A direction of a rule file in words, such as "from mainland China to anywhere else"."""
    if text in ("IN-CN", "ANY"):
        return WAYS[text][language]
    if text in PLACES:
        return WAYS["place"][language] % {"place": PLACES[text][language]}
    origin, _, target = text.partition(">")
    ends = {"origin": place(origin, language), "target": place(target, language)}
    return WAYS["in" if origin == "*" else "out" if target == "*" else "between"][language] % ends


def place(code: str, language: Language) -> str:
    """A customs territory as directions name it."""
    return PLACES[code][language] if code in PLACES else code


def opened(text: str) -> str:
    """A line begins with a capital."""
    return text[:1].upper() + text[1:]


@dataclass(frozen=True, slots=True)
class _Teller:
    """Tells the parts of one trigger: `inside` is the list whose entry an `exists` is trying."""

    words: Words
    language: Language
    over: str
    inside: str | None = None

    def item(self, tree: Tree, *, denied: bool = False) -> Item:
        """One node of the tree; `denied` where its opposite is meant."""
        if "not" in tree:
            return self.item(tree["not"], denied=not denied)
        for name in ("all", "any"):
            if name in tree:
                return self._joined(name, _flat(name, tree[name]), denied)
        if "exists" in tree:
            return self._some(tree, denied)
        text, rule = self._leaf(tree, denied)
        return Item(opened(text), rule=rule)

    def value(self, code: str) -> str:
        """A value that has no name of its own."""
        return VALUES[code][self.language]

    def _joined(self, name: str, trees: Sequence[Tree], denied: bool) -> Item:
        parts = self._parts(trees) if name == "all" else tuple(self.item(each) for each in trees)
        if len(parts) == 1:
            return parts[0] if not denied else self.item(trees[0], denied=True)
        return Item(HEADS[f"not_{name}" if denied else name][self.language], parts)

    def _parts(self, trees: Sequence[Tree]) -> tuple[Item, ...]:
        """The parts of an "all"; an amount takes its currency from the part beside it."""
        currency = next((tree["is"] for tree in trees if _ends(tree, "currency") and "is" in tree), None)
        amounts = any(_ends(tree, "amount_minor") for tree in trees)
        shown = [tree for tree in trees if not (amounts and currency and _ends(tree, "currency"))]
        return tuple(
            Item(self._amount(tree, str(currency))) if _ends(tree, "amount_minor") and currency else self.item(tree)
            for tree in shown
        )

    def _amount(self, tree: Tree, currency: str) -> str:
        relation = next(name for name in NUMBERS if name in tree)
        figure = format_decimal(tree[relation] / 10 ** exponent_of(currency), locale=LOCALES[self.language])
        told = {"fact": self.label(tree["fact"].rpartition(".")[0]), "value": f"{currency}\u00a0{figure}"}
        text = RELATIONS[relation][self.language] % told
        return opened(text.replace("fewer than", "below"))

    def _some(self, tree: Tree, denied: bool) -> Item:
        teller = _Teller(self.words, self.language, self.over, tree["exists"])
        heads = NOBODY if denied else SOME
        part = teller.item(tree["where"])
        parts = part.parts if "all" in tree["where"] and part.parts else (part,)
        return Item(heads[tree["exists"]][self.language], parts)

    def _leaf(self, tree: Tree, denied: bool) -> tuple[str, str | None]:
        if "direction" in tree:
            return self._way(tree["direction"], denied), None
        if "fires" in tree:
            rule = str(tree["fires"])
            return self._say(_name("fires", denied), rule=self.title(rule)), rule
        if "vault" in tree:
            return self._held(tree["vault"], denied)
        if "sum" in tree:
            return self._sum(tree, denied), None
        if "after" in tree:
            return self._later(tree, denied), None
        return self._compared(tree, denied), None

    def title(self, rule: str) -> str:
        """What a rule is called."""
        return self._pick(self.words.rules[rule]) if rule in self.words.rules else rule

    def label(self, path: str) -> str:
        """What the fact at a path is called."""
        return self._pick(self._fact(path)["label"])

    def _fact(self, path: str) -> Mapping[str, Any]:
        # A version of a rule may be older than the vocabulary.
        pattern = self._pattern(path)
        return self.words.facts.get(pattern) or {"label": {"en": pattern}, "kind": "text"}

    def _pattern(self, path: str) -> str:
        scope, _, rest = path.partition(".")
        if scope not in ("flow", "each"):
            return "place.control_codes" if path.startswith("place.control_codes.") else path
        name = self.inside if scope == "each" and self.inside else self.over
        if rest.startswith("control_codes."):
            rest = "control_codes"
        if rest.startswith("value."):
            rest = "value"
        return f"{name}.{rest}" if name == "money" else f"{name}[].{rest}"

    def _compared(self, tree: Tree, denied: bool) -> str:
        path = str(tree["fact"])
        relation = next(name for name in _RELATIONS if name in tree)
        label, kind = self._labelled(path), str(self._fact(path)["kind"])
        given = tree[relation]
        if relation in NUMBERS:
            name = _OPPOSITE[relation] if denied else relation
            return self._say(name, fact=label, value=format_decimal(given, locale=LOCALES[self.language]))
        if relation == "empty":
            return self._say("is", fact=label, value=self._emptiness(kind, bool(given) is not denied))
        values = list(given) if isinstance(given, list) else [given]
        other = (relation in ("is_not", "not_in")) is not denied
        return self._valued(label, values, self._fact(path), other)

    def _labelled(self, path: str) -> str:
        head, _, regime = path.rpartition(".")
        if not head.endswith("control_codes"):
            return self.label(path)
        place_name = place(regime, self.language)
        return VALUES["under"][self.language] % {"fact": self.label(path), "place": place_name}

    def _emptiness(self, kind: str, empty: bool) -> str:
        if kind == "codes":
            return self.value("not_listed" if empty else "listed")
        return self.value("none" if empty else "one")

    def _valued(self, label: str, values: Sequence[Any], fact: Mapping[str, Any], other: bool) -> str:
        kind = fact["kind"]
        if kind == "boolean":
            return self._say("is", fact=label, value=self.value("yes" if (values[0] is True) is not other else "no"))
        nothing = values in ([None], ["none"])
        if nothing and other:
            return self._say("is", fact=label, value=self.value("any" if "choices" in fact else "one"))
        # What lies in a territory that is named needs no name beside it.
        whole = [each for each in values if not any(str(each).startswith(f"{other}-") for other in values)]
        names = list(dict.fromkeys(self._name(each, fact) for each in whole))
        return self._say("is_not" if other else "is", fact=label, value=listed(names, self.language))

    def _name(self, value: Any, fact: Mapping[str, Any]) -> str:
        choices, kind = fact.get("choices", {}), fact["kind"]
        if (code := "none" if value is None else value) in choices:
            return self._pick(choices[code])
        if kind == "city":
            return self._pick(city_names().get(str(value), {"en": str(value)}))
        if kind in ("jurisdiction", "place", "zone"):
            return self._territory(str(code))
        return self._plain(code)

    def _plain(self, value: Any) -> str:
        if value in VALUES:
            return self.value(value)
        return format_decimal(value, locale=LOCALES[self.language]) if isinstance(value, int | float) else str(value)

    def _territory(self, code: str) -> str:
        if code in PLACES or code == "none":
            return PLACES[code][self.language] if code in PLACES else self.value(code)
        return self._pick(self.words.places[code]) if code in self.words.places else code

    def _sum(self, tree: Tree, denied: bool) -> str:
        relation = next(name for name in NUMBERS if name in tree)
        first, *others = [self.label(path) for path in tree["sum"]]
        label = first + VALUES["plus"][self.language] % {"value": listed(others, self.language, "and")}
        figure = format_decimal(tree[relation], locale=LOCALES[self.language])
        return self._say(_OPPOSITE[relation] if denied else relation, fact=label, value=figure)

    def _later(self, tree: Tree, denied: bool) -> str:
        ahead = tree["after"]
        lengths = [self.value(unit) % {"n": ahead[unit]} for unit in ("months", "days") if ahead.get(unit)]
        name = _name("later_by" if lengths else "later", denied)
        told = {"fact": self.label(tree["fact"]), "other": self.label(ahead["fact"])}
        return self._say(name, length=listed(lengths, self.language) if lengths else "", **told)

    def _held(self, told: Tree, denied: bool) -> tuple[str, str | None]:
        holders = listed([self.value(each) for each in told["holders"]], self.language, "holders")
        if "rule" in told:
            rule = str(told["rule"])
            return self._say(_name("held", denied), rule=self.title(rule), holders=holders), rule
        names = LIST_NAMES.get(told["list"])
        name = names[self.language] if names else str(told["list"])
        return self._say(_name("listed", denied), list=name, holders=holders), None

    def _way(self, text: str, denied: bool) -> str:
        told = way(text, self.language)
        if ">" in text:
            return self._say(_name("way", denied), way=told)
        return self._say("not", value=told) if denied else told

    def _pick(self, text: Mapping[str, str]) -> str:
        return pick(text, self.language).text

    def _say(self, name: str, **values: str) -> str:
        return RELATIONS[name][self.language] % values


_RELATIONS: Final = ("is", "is_not", "in", "not_in", *NUMBERS, "has", "has_any", "empty")


def _name(name: str, denied: bool) -> str:
    return f"not_{name}" if denied else name


def _flat(name: str, trees: Iterable[Tree]) -> list[Tree]:
    """The parts of a node, those of a node of the same name inside it among them."""
    return [part for tree in trees for part in (_flat(name, tree[name]) if name in tree else [tree])]


def _ends(tree: Tree, key: str) -> bool:
    return isinstance(tree.get("fact"), str) and tree["fact"].endswith(f".value.{key}")
