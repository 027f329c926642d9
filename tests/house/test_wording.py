"""Every code that the code base raises, tells or writes down has its sentences, in three languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from marketplace.values.localized import LANGUAGES
from marketplace.wording.dictionary import entries
from tests.house.reading import Module, ours

# Which argument of which call is a code: its place, or its name.
CODES = {
    "REFUSALS": {"Refusal": (0, "code")},
    "FIELDS": {"FieldError": (2, "message_code"), "one": (1, "rule"), "in_words": (0, "code")},
    "NOTICES": {"tell": (2, "code"), "mail_to_address": (2, "code")},
    "HISTORY": {"record": (2, "verb"), "Event": (None, "verb")},
}


def said(kind: str) -> Iterator[tuple[str, str]]:
    """Each code that stands in the code as a text (both branches of a choice), with its place."""
    for module in ours():
        if module.parts[:2] == ("marketplace", "wording"):
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and (argument := _code_of(node, kind)) is not None:
                yield from ((code, module.at(node)) for code in _texts(argument))


def _code_of(call: ast.Call, kind: str) -> ast.expr | None:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name == "one" and not (isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "Invalid"):
        return None
    if name not in CODES[kind]:
        return None
    place, keyword = CODES[kind][name]
    named = next((given.value for given in call.keywords if given.arg == keyword), None)
    if named is not None or place is None:
        return named
    return call.args[place] if len(call.args) > place else None


def _texts(argument: ast.expr) -> Iterator[str]:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value
    elif isinstance(argument, ast.IfExp):
        yield from _texts(argument.body)
        yield from _texts(argument.orelse)


@pytest.mark.parametrize("kind", CODES)
def test_every_code_that_is_used_has_its_sentences(kind: str) -> None:
    known = set(entries(kind)) | (set(entries("REFUSALS")) if kind == "FIELDS" else set())
    missing = {code: place for code, place in said(kind) if code not in known}
    assert not missing
    assert any(True for _ in said(kind))


@pytest.mark.parametrize("kind", [*CODES, "CHOICES"])
def test_every_sentence_stands_in_every_language(kind: str) -> None:
    assert not {code for code, texts in entries(kind).items() if set(texts) != set(LANGUAGES)}


def test_the_reader_of_codes_sees_them() -> None:
    found: list[Module] = [module for module in ours() if module.path.endswith("limits/actions.py")]
    assert found
    call = ast.parse('tell(session, people, "a" if x else "b", {}, now=now)').body[0]
    assert isinstance(call, ast.Expr) and isinstance(call.value, ast.Call)
    argument = _code_of(call.value, "NOTICES")
    assert argument is not None and list(_texts(argument)) == ["a", "b"]
