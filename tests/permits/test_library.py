"""Rule files are taken whole or not at all: each kind of fault is refused with its line and its reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from marketplace.permits.library import BrokenLibrary, Fault, library_of

FACTS = """\
- fact: mode
  kind: choice
  choices:
    remote: {en: remote, zh-Hant: 遙距, zh-Hans: 远程}
  label: {en: way of use, zh-Hant: 使用方式, zh-Hans: 使用方式}
  question: {en: How is it used?, zh-Hant: 如何使用？, zh-Hans: 如何使用？}
  help: {en: Ask the host., zh-Hant: 請向提供方查詢。, zh-Hans: 请咨询提供方。}
"""
RULE = """\
- id: {id}
  title: {{en: Licence, zh-Hant: 許可證, zh-Hans: 许可证}}
  summary: {{en: Get one., zh-Hant: 須申領。, zh-Hans: 须申领。}}
  kind: licence
  fires_on: booking
  over: booking
  trigger: {{fact: mode, is: remote}}
  authority: [AGY-HK-TID]
  applicant: user
  stage: before_use
  status: in_force
  instrument: {{en: Act, zh-Hant: 條例, zh-Hans: 条例}}
  sources: [STC]
  confidence: P
  reviewed_on: 2026-11-22
"""
Write = Callable[..., Path]


def rule(name: str = "EXP-01", *, more: str = "", **changed: str) -> str:
    """A rule's text; a changed line keeps its place."""
    lines = RULE.format(id=name).splitlines()
    told = [
        f"  {key}: {changed[key]}" if (key := line.strip().partition(":")[0]) in changed else line for line in lines
    ]
    return "\n".join([*told, *more.splitlines()]) + "\n"


def folder(place: Path, *rules: str, facts: str = FACTS) -> Path:
    (place / "rules").mkdir()
    (place / "facts.yaml").write_text(facts, "utf-8")
    for number, text in enumerate(rules):
        (place / "rules" / f"{number}.yaml").write_text(text, "utf-8")
    return place


def faults(place: Path) -> list[Fault]:
    with pytest.raises(BrokenLibrary) as caught:
        library_of(place)
    return list(caught.value.faults)


def test_a_sound_folder_is_read(tmp_path: Path) -> None:
    found = library_of(folder(tmp_path, rule(), rule("EXP-02", more="  after: [EXP-01]")))
    assert [each["id"] for each in found.rules] == ["EXP-01", "EXP-02"]
    assert list(found.facts) == ["mode"]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("- id: [", 2, ""),
        ("id: EXP-01\n", 1, "a list of rows is wanted"),
        (rule(kind="wish"), 4, "kind"),
        (rule().replace("  stage: before_use\n", ""), 1, "'stage' is a required property"),
        (rule(more="  colour: red"), 1, "colour"),
        (rule(trigger="{fact: mood, is: good}"), 7, "no fact mood in the vocabulary"),
        (rule(trigger="{fires: EXP-77}"), 1, "EXP-77, which is not there"),
        (rule(authority="[AGY-HK-NOBODY]"), 8, "AGY-HK-NOBODY, which is not there"),
        (rule(sources="[NOTHING]"), 13, "NOTHING, which is not there"),
        (rule(more="  after: [EXP-77]"), 16, "EXP-77, which is not there"),
        (rule(more="  counterpart: CTP-99"), 16, "CTP-99, which is not there"),
        (rule(more="  helps: [{rule: EXP-01, effect: replaces}]"), 16, "'replaces' is not one of"),
        (rule(more="  helps: [{rule: EXP-01, effect: evidence, days: 3}]"), 16, "'shortens' was expected"),
        (rule() + rule(), 16, "EXP-01 stands here twice"),
    ],
)
def test_each_fault_has_its_line_and_reason(tmp_path: Path, text: str, line: int, reason: str) -> None:
    found = faults(folder(tmp_path, text))
    assert found[0].file == "rules/0.yaml"
    assert found[0].line == line, found
    assert reason in found[0].reason


def test_a_rule_that_stands_in_two_files_is_found(tmp_path: Path) -> None:
    (found,) = faults(folder(tmp_path, rule(), rule()))
    assert (found.file, found.line, found.reason) == ("rules/1.yaml", 1, "EXP-01 stands here twice")


def test_a_fact_that_is_told_twice_is_found(tmp_path: Path) -> None:
    (found,) = faults(folder(tmp_path, rule(), facts=FACTS + FACTS))
    assert (found.file, found.line) == ("facts.yaml", 8)


@pytest.mark.parametrize("way", ["after: [{0}]", "same_application: [{0}]", "trigger: {{fires: {0}}}"])
def test_rules_in_a_ring_are_refused(tmp_path: Path, way: str) -> None:
    name, _, told = way.partition(": ")
    texts = [
        rule(one, **{name: told.format(other)}) if name == "trigger" else rule(one, more=f"  {way.format(other)}")
        for one, other in (("EXP-01", "EXP-02"), ("EXP-02", "EXP-01"))
    ]
    (found,) = faults(folder(tmp_path, *texts))
    assert "in a ring: EXP-0" in found.reason


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    found = faults(folder(tmp_path, rule(kind="wish"), rule("EXP-02", stage="never")))
    assert {each.file for each in found} == {"rules/0.yaml", "rules/1.yaml"}


def test_a_file_that_is_missing_or_no_text_is_a_fault(tmp_path: Path) -> None:
    place = folder(tmp_path, rule())
    (place / "rules" / "0.yaml").write_bytes(b"\xff\xfe")
    (place / "facts.yaml").unlink()
    assert [(each.file, each.reason) for each in faults(place)] == [
        ("facts.yaml", "there is no such file"),
        ("rules/0.yaml", "this is no UTF-8"),
    ]
