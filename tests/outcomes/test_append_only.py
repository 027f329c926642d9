"""Versions and events are added and never changed: no statement of ours updates them, and drafts alone are removed."""

from __future__ import annotations

import ast
import re

from tests.house.reading import ours

KEPT = ("OutcomeVersion", "OutcomeEvent", "OutcomeParty", "OutcomeShare")
# Whoever leaves the platform takes their name along.
ERASING = "marketplace/outcomes/actions/erasing.py"
REMOVING = {"marketplace/outcomes/actions/drafting.py", "marketplace/sample/actions/removing.py"}


def test_no_statement_changes_a_version_or_an_event() -> None:
    changing = re.compile(rf"\b(update|delete)\(\s*({'|'.join(KEPT)})\b|(UPDATE|DELETE FROM) outcome_(versions|events)")
    assert not [module.path for module in ours() if module.path != ERASING and changing.search(module.text)]


def test_no_member_of_a_version_or_an_event_is_set_after_it_was_made() -> None:
    """What is read from the tables is never assigned to in the verbs: only outcomes, evidence and questions are."""
    written = {
        ast.unparse(target)
        for module in ours()
        if module.path.startswith("marketplace/outcomes/actions")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Assign)
        for name in node.targets
        for target in (name.elts if isinstance(name, ast.Tuple) else [name])
        if isinstance(target, ast.Attribute)
    }
    assert {each.split(".")[0] for each in written} <= {"row", "kept", "paper"}


def test_rows_are_removed_of_drafts_and_of_the_sample_only() -> None:
    callers = {module.path for module in ours() if "remove_rows(" in module.text}
    assert callers <= REMOVING
