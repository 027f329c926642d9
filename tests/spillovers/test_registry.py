"""The registry is whole: every metric has its texts in three languages, its rules, and a computation or a reason."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
import yaml

from marketplace.spillovers.computing import COMPUTATIONS, compute
from marketplace.spillovers.registry import (
    CLAIMS,
    CODES,
    FOLDER,
    TEXTS,
    Kind,
    may,
    may_not,
    metric,
    metrics,
    vocabulary,
)
from marketplace.values.localized import LANGUAGES
from marketplace.values.refusal import NotFound, Refused
from tests.house.test_typography import TYPED
from tests.spillovers.cases import cases, differences
from tests.spillovers.examples import OWN, examples

# F3, and what S-01 and S-08 add.
REGISTERED = (
    "use.e10.operational_uptime", "use.e10.total_utilisation", "use.oee", "use.cn.effective_hours",
    "use.cn.quota_rate", "use.cn.external_hours", "use.cn.sharing_rate", "use.cn.online_rate", "use.show_rate",
    "open.on_time_rate", "open.delay_days", "open.session_on_schedule", "flow.cross_border_share", "flow.net_hours",
    "net.ei", "out.pub.full", "out.pub.frac", "out.patent.families", "out.contract.active", "out.income.received",
    "out.spinoff.active3", "ret.km", "lag.median", "prox.jaffe", "prox.mahalanobis", "spill.tech", "spill.market",
    "spill.localisation", "spill.third_party", "add.net", "sdc.round5", "sdc.ppercent", "stock.perpetual",
    "geo.decay", "geo.band", "out.distinct", "ret.rmst", "attr.share", "use.e10.operational_utilisation",
    "use.e10.total_uptime", "use.e10.mtbf", "use.e10.mttr", "out.response_rate",
)  # fmt: skip
PREFIXES = {
    "open": Kind.PROCESS,
    "lag": Kind.PROCESS,
    "prox": Kind.EXPOSURE,
    "net": Kind.EXPOSURE,
    "attr": Kind.METHOD,
    "sdc": Kind.METHOD,
    "stock": Kind.METHOD,
    "geo": Kind.METHOD,
    "use": Kind.USE,
}


def test_every_metric_of_the_reference_is_registered_and_computed() -> None:
    assert set(REGISTERED) <= metrics().keys()
    assert set(REGISTERED) <= COMPUTATIONS.keys()
    assert {case.metric for case in cases()} <= set(REGISTERED)


def test_each_is_computed_or_says_why_not() -> None:
    undefined = {name for name, each in metrics().items() if each.undefined}
    assert metrics().keys() == COMPUTATIONS.keys() | undefined
    assert not COMPUTATIONS.keys() & undefined
    for name in undefined:
        with pytest.raises(Refused) as refused:
            compute(name, {})
        assert refused.value.codes == ("metric_undefined",)
        assert metrics()[name].formula == "-"


def test_kinds_are_those_of_the_reference() -> None:
    for name, each in metrics().items():
        if wanted := PREFIXES.get(name.split(".", maxsplit=1)[0]):
            assert each.kind is wanted, name
    assert metric("spill.tech").kind is metric("spill.market").kind is Kind.EXPOSURE


@pytest.mark.parametrize("name", list(metrics()))
def test_a_metric_is_told_in_three_languages(name: str) -> None:
    found = metric(name)
    for told in (*TEXTS, *CODES):
        text = getattr(found, told)
        assert tuple(text) == LANGUAGES and all(text.values()), told
    assert found.version >= 1 and found.formula
    assert found.floor in (None, 2)
    assert bool(found.inputs) != bool(found.undefined)
    assert all(tuple(text) == LANGUAGES for text in found.inputs.values())


def test_no_two_metrics_have_one_name_or_id() -> None:
    rows = [row for kind in Kind for row in yaml.safe_load((FOLDER / f"{kind}.yaml").read_text("utf-8"))]
    assert len({row["id"] for row in rows}) == len(rows) == len(metrics())
    for language in LANGUAGES:
        assert len({each.name[language] for each in metrics().values()}) == len(rows)


def test_every_word_of_the_vocabularies_is_used_and_whole() -> None:
    words = yaml.safe_load((FOLDER / "words.yaml").read_text("utf-8"))
    assert all(len(texts) == 3 and all(texts) for vocabulary in words.values() for texts in vocabulary.values())
    rows = [row for kind in Kind for row in yaml.safe_load((FOLDER / f"{kind}.yaml").read_text("utf-8"))]
    for column, vocabulary_name in CODES.items():
        assert words[vocabulary_name].keys() == {row[column] for row in rows}, vocabulary_name
    assert words["inputs"].keys() == {name for row in rows for name in row["inputs"]}
    assert words["kinds"].keys() == words["meanings"].keys() == set(Kind)
    assert words["claims"].keys() == set(CLAIMS)


def test_chinese_texts_have_no_typed_space_and_no_latin_punctuation() -> None:
    texts = [text[language] for text in _texts() for language in ("zh-Hant", "zh-Hans")]
    assert not [text for text in texts if TYPED.search(text)]
    assert not [text for text in texts if re.search(r"[\u4e00-\u9fff][,;?]", text)]


def _texts() -> list[Mapping[str, str]]:
    names = ("units", "sources", "inputs", "claims", "kinds", "meanings", "reasons")
    shared = [text for name in names for text in vocabulary(name).values()]
    return shared + [getattr(each, told) for each in metrics().values() for told in (*TEXTS, *CODES)]


def test_nothing_is_ever_claimed_to_be_caused() -> None:
    caused = vocabulary("claims")["caused"]
    for each in metrics().values():
        assert caused in may_not(each) and caused not in may(each)
        assert len(may(each)) + len(may_not(each)) == len(CLAIMS)
    assert not any(each.claims for each in metrics().values() if each.kind is Kind.USE)


def test_an_unknown_metric_is_not_found() -> None:
    for name in ("", "ret", "ret.km ", "RET.KM", "\x00"):
        with pytest.raises(NotFound):
            compute(name, {})


def test_the_examples_are_of_every_metric_that_is_computed() -> None:
    assert examples().keys() == COMPUTATIONS.keys()


@pytest.mark.parametrize("name", sorted(OWN))
def test_an_example_comes_out_as_worked_by_hand(name: str) -> None:
    inputs, expected = OWN[name]
    assert not list(differences(expected, compute(name, inputs).as_json()["value"], 1e-12))


@pytest.mark.parametrize("name", sorted(COMPUTATIONS))
def test_a_metric_needs_no_more_than_the_inputs_that_it_names(name: str) -> None:
    named = {"sessions" if each == "session_counts" else each for each in metric(name).inputs}
    given = {each: value for each, value in examples()[name].items() if each in named}
    assert compute(name, given) == compute(name, examples()[name])
