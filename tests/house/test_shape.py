"""Sizes, names and voice: files stay short, functions shorter, and each module says what it is about."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.house.reading import Function, Module, modules, ours

LONGEST_FILE = 400
LONGEST_FUNCTION = 40
LONGEST_TEST = 50  # a story told from beginning to end
MOST_POSITIONAL = 4
SAYING_NOTHING = frozenset({"util", "helper", "manager", "service", "handler", "data", "info", "process"})
# Words of the trade: how a facility serves its users.
OF_THE_TRADE = frozenset({"ServiceMode"})
WORDS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
CONCEPT_ROLES = frozenset({"__init__", "models", "rules", "actions", "queries"})
HELD_ROLES = frozenset({"service", "helpers", "utils", "views", "forms", "managers", "handlers"})


def everything() -> tuple[Module, ...]:
    return modules("marketplace", "tests", "bench", "migrations/env.py", "config.py", "wsgi.py")


def test_no_file_is_longer_than_can_be_read_at_once() -> None:
    long = {module.path: lines for module in everything() if (lines := module.text.count("\n")) > LONGEST_FILE}
    assert not long


def test_no_function_is_longer_than_a_screen() -> None:
    assert not [
        f"{module.at(function)} {function.name} ({length})"
        for module in everything()
        for function in module.functions()
        if (length := (function.end_lineno or 0) - function.lineno + 1) > longest(module)
    ]


def longest(module: Module) -> int:
    return LONGEST_TEST if module.parts[0] == "tests" else LONGEST_FUNCTION


def test_at_most_four_parameters_are_told_apart_by_their_place() -> None:
    assert not [
        f"{module.at(function)} {function.name}"
        for module in ours()
        for function in module.functions()
        if len(positional(function)) > MOST_POSITIONAL
    ]


def positional(function: Function) -> list[str]:
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    return names[1:] if names[:1] in (["self"], ["cls"]) else names


def test_no_name_says_nothing() -> None:
    assert not [
        f"{module.path}: {name}"
        for module in ours()
        for name in (*module.parts, *classes(module))
        if name not in OF_THE_TRADE and SAYING_NOTHING & words(name)
    ]
    assert not [
        f"{module.at(function)} {function.name}"
        for module in ours()
        for function in module.functions()
        if function.name in SAYING_NOTHING
    ]


def classes(module: Module) -> Iterator[str]:
    return (node.name for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef))


def words(name: str) -> set[str]:
    found = {word.lower() for word in WORDS.findall(name)}
    return found | {word.removesuffix("s") for word in found if word.endswith("s")}


def test_every_module_opens_with_what_it_is_about() -> None:
    silent = [module.path for module in everything() if module.text.strip() and not ast.get_docstring(module.tree)]
    assert not silent


def test_every_public_rule_verb_and_query_says_what_it_does() -> None:
    assert not [
        f"{module.at(node)} {node.name}"
        for module in ours()
        if module.concept
        for node in module.tree.body
        if isinstance(node, Function) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]


def test_a_concept_holds_models_rules_actions_and_queries() -> None:
    """Library modules named by what they are about may stand beside them; the names of layers may not."""
    assert not [module.path for module in ours() if module.concept and module.role in HELD_ROLES]
    for concept in {module.concept for module in ours() if module.concept}:
        roles = {module.role for module in ours() if module.concept == concept}
        assert roles & (CONCEPT_ROLES - {"__init__"}), f"{concept} has neither models, rules, actions nor queries"


def test_nothing_is_left_for_later() -> None:
    marks = re.compile(r"\b(TODO|FIXME)\b|raise NotImplementedError")
    here = "tests/house/test_shape.py"
    assert not [module.path for module in everything() if module.path != here and marks.search(module.text)]
