"""Every verb and notice of collaborations has its sentence, and no sentence misses a value."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from sqlalchemy import select

from config import ROOT
from marketplace.collaborations.actions.closing import complete, leave
from marketplace.collaborations.actions.parts import add_milestone
from marketplace.collaborations.actions.reminding import remind_of_milestones
from marketplace.history.queries import entries
from marketplace.history.rules import Subject
from marketplace.notices.models import Notice
from marketplace.values.localized import LANGUAGES
from marketplace.wording.dictionary import entries as sentences
from marketplace.wording.filling import MISSING
from marketplace.wording.history import sentence
from marketplace.wording.notices import render
from tests.collaborations.conftest import sides  # noqa: F401
from tests.factories.collaborations import TODAY, Sides

FOLDER = ROOT / "marketplace" / "collaborations" / "actions"


def codes(path: Path, call: str, place: int) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == call]
    given = [node.args[place] for node in calls if len(node.args) > place]
    return {each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)}


@pytest.mark.parametrize(("call", "kind"), [("note", "HISTORY"), ("spread", "NOTICES")], ids=["history", "notices"])
def test_every_code_has_its_sentence(call: str, kind: str) -> None:
    said = {code for path in sorted(FOLDER.glob("*.py")) for code in codes(path, call, 2)}
    assert said and not said - set(sentences(kind))


def test_no_sentence_misses_a_value(sides: Sides) -> None:  # noqa: F811
    row = sides.of_three()
    add_milestone(sides.session, row.id, "Wafer", TODAY, now=sides.now, by=sides.actor("ada"))
    remind_of_milestones(sides.session, now=sides.now)
    leave(sides.session, row.id, TODAY, "Other plans.", now=sides.now, by=sides.actor("gus"))
    complete(sides.session, row.id, TODAY, "Done.", now=sides.now, by=sides.actor("mara"))
    for language in LANGUAGES:
        for entry in entries(sides.session, Subject("collaboration", row.id)):
            assert MISSING not in sentence(entry.verb, entry.details, language, text=entry.text)
        for notice in sides.session.scalars(select(Notice)):
            told = render(notice.code, notice.details, language)
            assert MISSING not in told.subject + told.text and "Quiet coatings" in told.text, notice.code
