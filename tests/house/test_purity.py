"""Who may do what in the code: rules decide, actions change, queries read, and one place commits."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.house.reading import Module, ours

ONLY_COMMIT = "marketplace/database.py"
READERS_OF_THE_ENVIRONMENT = ("config.py",)
CLOCKS = frozenset(
    {
        *(f"{owner}.{method}" for owner in ("datetime", "date") for method in ("now", "utcnow", "today")),
        *(f"time.{method}" for method in ("time", "time_ns", "localtime", "gmtime")),
    }
)


def calls(module: Module) -> Iterator[tuple[ast.Call, str, str]]:
    """Each call of a method: the node, what it is called on, and the method."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node, ast.unparse(node.func.value), node.func.attr


def roots(module: Module) -> set[str]:
    return {name.split(".")[0] for name in module.imported()}


def test_only_the_unit_of_work_commits() -> None:
    points = [module.at(node) for module in ours() for node, _, method in calls(module) if method == "commit"]
    assert len(points) == 1
    assert points[0].startswith(ONLY_COMMIT)


def test_only_settings_read_the_environment() -> None:
    readers = [
        module.path
        for module in ours()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "environb", "getenv", "getenvb", "putenv")
    ]
    assert set(readers) <= set(READERS_OF_THE_ENVIRONMENT)


def test_nothing_is_imported_inside_a_function() -> None:
    assert not [
        module.at(node)
        for module in ours()
        for function in module.functions()
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


def test_concepts_do_not_know_the_web() -> None:
    web = {"flask", "werkzeug", "flask_login", "flask_wtf", "wtforms", "flask_smorest", "flask_babel", "gunicorn"}
    assert not {module.path: found for module in ours() if module.concept and (found := web & roots(module))}


def test_rules_know_neither_the_database_nor_the_world() -> None:
    forbidden = {"sqlalchemy", "psycopg", "flask", "stripe", "smtplib", "fsspec", "requests", "socket"}
    assert not {module.path: found for module in rules() if (found := forbidden & roots(module))}
    assert not [module.path for module in rules() if "urllib.request" in module.imported()]


def rules() -> list[Module]:
    return [module for module in ours() if module.role == "rules"]


def test_the_clock_is_an_argument() -> None:
    """Concepts never ask what time it is: they are told, so that a test, a replay and a race see one instant."""
    assert not [
        f"{module.at(node)} {owner}.{method}()"
        for module in ours()
        if module.concept or module.parts[:2] == ("marketplace", "values")
        for node, owner, method in calls(module)
        if f"{owner.split('.')[-1]}.{method}" in CLOCKS
    ]


@pytest.mark.parametrize("role", ["queries"])
def test_queries_only_read(role: str) -> None:
    writing = {"add", "add_all", "delete", "flush", "merge", "bulk_insert_mappings"}
    statements = {"insert", "update", "delete"}
    offenders = []
    for module in (module for module in ours() if module.role == role):
        sessions = [
            module.at(node) for node, owner, method in calls(module) if owner == "session" and method in writing
        ]
        named = {
            alias.name
            for node in ast.walk(module.tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
            for alias in node.names
        }
        offenders += sessions + [f"{module.path} imports {name}" for name in sorted(named & statements)]
    assert not offenders


def test_relationships_are_never_loaded_behind_ones_back() -> None:
    assert not [
        module.at(node)
        for module in ours()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "relationship"
        and "raise_on_sql" not in ast.unparse(node)
    ]


def test_a_verb_takes_its_session_first_and_names_its_clock_and_its_actor() -> None:
    """`(session, ..., *, now, by)`: nobody can swap an instant for a person, and the caller commits."""
    odd = []
    for module in (module for module in ours() if module.role == "actions"):
        for function in (one for one in module.functions() if not one.name.startswith("_")):
            places = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
            if "session" in places[1:] or {"session", "now", "by"} <= set(places):
                odd.append(f"{module.at(function)} {function.name}")
    assert not odd
