"""Every rule that a reader may name has its sentence."""

import ast

from marketplace.wording.dictionary import entries
from tests.house.reading import modules

TELLING = {"warn": 1, "fault": 1, "Unusable": 1, "BrokenNumber": 0}


READERS = ("marketplace/outcomes/formats", "marketplace/values/patents.py", "marketplace/values/works.py")


def test_each_rule_that_readers_name_has_its_sentences():
    rules = {rule for module in modules(*READERS) for node in ast.walk(module.tree) for rule in named(node)}
    assert {"format", "check_digit", "work_without_title", "too_many", "latex_unread"} <= rules
    assert not rules - entries("FIELDS").keys() - entries("REFUSALS").keys()


def named(node: ast.AST) -> list[str]:
    if not isinstance(node, ast.Call):
        return []
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    place = TELLING.get(name)
    rule = node.args[place] if place is not None and len(node.args) > place else None
    return [rule.value] if isinstance(rule, ast.Constant) else []
