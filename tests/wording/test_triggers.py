"""Triggers in plain sentences: of all shipped rules, without a raw fact name or code, in every language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import pytest

from marketplace.jurisdictions.tables import table
from marketplace.permits.library import shipped
from marketplace.values.localized import LANGUAGES, Language
from marketplace.wording import rule_words
from marketplace.wording.rule_lines import PARTS, changed, limit, lines, ways
from marketplace.wording.trigger_words import LIST_NAMES, NOBODY, OVER, PLACES, SOME
from marketplace.wording.triggers import Item, Words, explained, listed, way

# Names of facts, codes of tables and of rules, and what Python writes where a value has no words.
RAW = re.compile(
    r"[a-z]+_[a-z]+|\[\]|%\(|\b(?:True|False)\b|\bNone\b(?! of)|\b(?:flow|each|host|user|place|money)\.[a-z]"
    r"|\b(?:ZON|AGY|CTP|CAL|DAT|HGR|BIO|EXP|TEC|CHM|CUS|PPL|FIN|ACC|TAX|DPL)-"
)
# Words of English in a Chinese line; names of standards are written with capitals.
LATIN = re.compile(r"\b[a-z]{3,}\b")
TYPED = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef] [0-9A-Za-z%]|[0-9A-Za-z)%] [\u3400-\u9fff]")
# Fields whose words are the files' own.
OWN_WORDS = frozenset(
    {"title", "summary", "variant", "conditions", "documents", "form", "fee", "contact", "instrument"}
)
TOLD = [name for name in PARTS if name not in OWN_WORDS and name != "sources"]


@cache
def words() -> Words:
    library = shipped()
    return Words(
        facts=library.facts,
        places={row["code"]: row["name"] for name in ("jurisdictions", "zones") for row in table(name)},
        rules={row["id"]: row["title"] for row in library.rules},
        agencies={row["code"]: row["name"] for row in table("agencies")},
        pairs={row["code"]: row["subject"] for row in table("pairs")},
    )


def texts(items: Iterable[Item]) -> Iterator[str]:
    for item in items:
        yield item.text
        yield from texts(item.parts)


def rules() -> dict[str, Mapping[str, Any]]:
    return {row["id"]: row for row in shipped().rules}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_raw_name_or_code_is_shown(language: Language) -> None:
    leaks = [
        f"{rule_id} {name}: {text}"
        for rule_id, told in rules().items()
        for name in TOLD
        for text in texts(lines(told, name, words(), language))
        if not text or RAW.search(text) or TYPED.search(text) or (language != "en" and LATIN.search(text))
    ]
    assert not leaks, "\n".join(leaks)


def test_every_value_that_a_trigger_names_has_a_name() -> None:
    unnamed = [
        f"{rule_id}: {value} of {fact}"
        for rule_id, told in rules().items()
        for fact, value in _named(told, told["over"])
        if "choices" in words().facts[fact] and value not in (None, *words().facts[fact]["choices"])
    ]
    assert not unnamed, "\n".join(unnamed)


def _named(node: Any, over: str, inside: str | None = None) -> Iterator[tuple[str, Any]]:
    """Each fact of a rule with each value that it is held against."""
    if isinstance(node, list):
        for each in node:
            yield from _named(each, over, inside)
    elif isinstance(node, Mapping):
        inside = node.get("exists", inside)
        if "fact" in node:
            scope, _, rest = str(node["fact"]).partition(".")
            of = inside if scope == "each" and inside else over
            fact = (
                (f"{of}.{rest}" if of == "money" else f"{of}[].{rest}") if scope in ("flow", "each") else node["fact"]
            )
            if fact in words().facts:
                given = [node[name] for name in ("is", "is_not", "in", "not_in", "has", "has_any") if name in node]
                yield from ((fact, value) for one in given for value in (one if isinstance(one, list) else [one]))
        for name in ("trigger", "excluded_when", "clock", "when", "all", "any", "not", "where"):
            if name in node:
                yield from _named(node[name], over, inside)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_says_when_it_applies_and_how_sure_we_are(language: Language) -> None:
    for told in rules().values():
        for name in ("when", "over", "authority", "applicant", "stage", "confidence", "instrument", "reviewed_on"):
            assert lines(told, name, words(), language), f"{told['id']}: {name}"


def test_every_code_of_the_files_has_its_words() -> None:
    for told in rules().values():
        assert told["kind"] in rule_words.KIND_NAMES
        assert told["stage"] in rule_words.STAGE_NAMES
        assert told["applicant"] in rule_words.APPLICANT_NAMES
        assert told["status"] in rule_words.STATUS_NAMES
        assert told["confidence"] in rule_words.CONFIDENCE_NAMES
        assert told["over"] in OVER
        assert told.get("calendar") in (None, *rule_words.CALENDARS)
        assert {each["list"] for each in told.get("satisfied_by", ()) if "list" in each} <= LIST_NAMES.keys()


def test_all_words_stand_in_every_language() -> None:
    tables = [value for name, value in vars(rule_words).items() if name.isupper()]
    for sentences in (*tables, LIST_NAMES, NOBODY, OVER, PLACES, SOME):
        for code, said in sentences.items():
            assert set(said) == set(LANGUAGES), code


def told(tree: Mapping[str, Any] | None, over: str = "goods_flows", language: Language = "en") -> Item:
    return explained(tree, over, words(), language)


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (None, "Always."),
        ({"fact": "flow.special_goods", "is": True}, "Special goods for quarantine: yes"),
        ({"fact": "flow.special_goods", "is_not": True}, "Special goods for quarantine: no"),
        ({"not": {"fact": "flow.special_goods", "is": True}}, "Special goods for quarantine: no"),
        ({"fact": "flow.kind", "in": ["sample", "part"]}, "Kind of goods: sample; or part or spare part"),
        ({"fact": "flow.bio_kind", "is_not": None}, "Biological kind: any of them"),
        ({"fact": "flow.bio_kind", "is": "none"}, "Biological kind: not biological"),
        ({"fact": "place.lab_bsl", "is": None}, "Biosafety level of the lab: none"),
        ({"fact": "place.lab_bsl", "is_not": None}, "Biosafety level of the lab: there is one"),
        ({"fact": "place.lab_bsl", "ge": 3}, "Biosafety level of the lab: 3 or more"),
        ({"not": {"fact": "place.lab_bsl", "ge": 3}}, "Biosafety level of the lab: fewer than 3"),
        ({"fact": "user.jurisdiction", "not_in": ["CN", "CN-GD"]}, "User's jurisdiction: other than mainland China"),
        (
            {"fact": "flow.control_codes.US", "empty": False},
            "Export-control listing of the goods, rules of the United States: listed",
        ),
        ({"direction": "CN>*"}, "Direction: from mainland China to anywhere else"),
        ({"not": {"direction": "*>HK"}}, "Direction: not from anywhere else to Hong Kong"),
        ({"direction": "IN-CN"}, "The facility or its host is in mainland China"),
        (
            {"fact": "flow.return_by", "after": {"fact": "flow.date", "months": 6}},
            "Date of return: more than 6 months after date of the shipment",
        ),
        (
            {"fact": "flow.date", "after": {"fact": "place.customs_supervised_until"}},
            "Date of the shipment: later than end of customs supervision of the equipment",
        ),
        (
            {"vault": {"list": "HTZ-CUS", "holders": ["user", "host"]}},
            "On the customs white list of the Hetao Shenzhen Park: the user and the host",
        ),
    ],
)
def test_one_condition_is_one_sentence(tree: Mapping[str, Any] | None, text: str) -> None:
    assert told(tree).text == text


def test_conditions_nest_as_they_are_meant() -> None:
    returns, used = {"fact": "flow.returns", "is": True}, {"fact": "flow.consumable", "is": True}
    item = told({"all": [{"all": [returns]}, {"any": [used, {"not": {"any": [returns, used]}}]}]})
    assert [part.text for part in item.parts] == ["Goods return: yes", "At least one of these:"]
    assert item.parts[1].parts[1].text == "None of these:"
    assert told({"any": [returns]}).text == "Goods return: yes"
    assert told({"not": {"all": [returns, used]}}).text == "Not all of these together:"


def test_another_rule_is_named_and_can_be_followed() -> None:
    item = told({"not": {"fires": "CUS-01"}})
    assert item.rule == "CUS-01"
    assert item.text.endswith("does not apply")
    assert "CUS-01" not in item.text


def test_some_entry_of_a_list_is_told_by_that_list() -> None:
    tree = {"exists": "data_flows", "where": {"all": [{"fact": "each.ciio", "is": True}, {"direction": "CN>HK"}]}}
    assert [part.text for part in told(tree, "booking").parts] == [
        "Exporter runs critical information infrastructure: yes",
        "Direction: from mainland China to Hong Kong",
    ]
    assert told({"not": tree}, "booking").text == NOBODY["data_flows"]["en"]


def test_an_amount_is_told_with_its_currency() -> None:
    tree = {"all": [{"fact": "flow.value.currency", "is": "HKD"}, {"fact": "flow.value.amount_minor", "lt": 100000}]}
    assert told(tree).text == "Value of the goods: below HKD\u00a01,000"


def test_what_is_gone_from_the_vocabulary_breaks_nothing() -> None:
    item = explained({"fact": "flow.forgotten", "is": "x"}, "goods_flows", Words(), "zh-Hant")
    assert item.text.endswith("x")


def test_names_in_a_row_read_as_people_say_them() -> None:
    assert listed(["a", "b", "c"], "en") == "a, b or c"
    assert listed(["甲", "乙"], "zh-Hant") == "甲或乙"
    assert listed(["a", "b or c"], "en") == "a; or b or c"
    assert way("HK>CN", "zh-Hant") == "由香港往內地"


def test_the_short_limit_says_what_is_usual_first() -> None:
    clock: list[dict[str, Any]] = [
        {"when": {"fact": "host.on_watchlist", "is": True}, "max_days": None},
        {"max_days": 45, "day_kind": "working"},
    ]
    assert limit({"clock": clock}, "en") == "45 working days; in some cases: No published limit"
    assert limit({"clock": clock[1:]}, "zh-Hans") == "45个工作日"
    assert limit({}, "en") == ""


def test_what_two_versions_differ_in_is_told_in_the_order_of_the_page() -> None:
    old = rules()["TEC-02"]
    assert changed(old, old) == []
    assert changed({**old, "fee": {"en": "HKD 1"}, "directions": ["HK>*"]}, old) == ["when", "fee"]
    assert ways({"trigger": {"all": [{"direction": "HK"}, {"not": {"direction": "CN"}}]}}, "en") == [
        "The facility is in Hong Kong"
    ]
