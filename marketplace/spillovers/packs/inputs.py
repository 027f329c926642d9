"""Inputs of a figure taken apart into tables and parameters, and put together again to the same inputs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from marketplace.spillovers.packs.texts import Broken

KEY: Final = "_name"
VALUE: Final = "_value"
MOST: Final = 50
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Apart:
    """Inputs taken apart: how each member is kept, the tables by member, and what is no table."""

    shape: Mapping[str, str]
    tables: Mapping[str, list[dict[str, Any]]]
    parameters: Mapping[str, Any]


def apart(inputs: Mapping[str, Any]) -> Apart:
    """Lists and objects become tables, all else parameters.

    A list of objects has a row for each, any other list a row with its `_value`; an object of objects has a row for
    each with its `_name`, any other object rows of `_name` and `_value`.
    """
    shape, tables, parameters = {}, {}, {}
    for member, value in inputs.items():
        kind = _shape(value)
        if kind is None:
            parameters[member] = value
        else:
            shape[member], tables[member] = kind, _table(value, kind)
    return Apart(shape, tables, parameters)


def together(whole: Apart, file: str = "") -> dict[str, Any]:
    """The inputs from their parts. Raises Broken where the parts don't fit."""
    if whole.shape.keys() != whole.tables.keys() or whole.shape.keys() & whole.parameters.keys():
        raise Broken("inputs_shape", file)
    found = {member: _value(whole.tables[member], kind, file) for member, kind in whole.shape.items()}
    return {**whole.parameters, **found}


def _shape(value: Any) -> str | None:
    if isinstance(value, list | tuple):
        inner: Any = list(value)
        kind = "list"
    elif isinstance(value, Mapping):
        inner, kind = list(value.values()), "object"
    else:
        return None
    return f"{kind}_of_objects" if inner and _columns(inner) else kind


def _columns(inner: list[Any]) -> bool:
    """Whether the members of all objects can be columns of one table."""
    if not all(isinstance(each, Mapping) and each for each in inner):
        return False
    names = {name for each in inner for name in each}
    return len(names) <= MOST and all(map(_NAME.fullmatch, names))


def _table(value: Any, kind: str) -> list[dict[str, Any]]:
    if kind == "list":
        return [{VALUE: each} for each in value]
    if kind == "list_of_objects":
        return [dict(each) for each in value]
    if kind == "object":
        return [{KEY: name, VALUE: each} for name, each in sorted(value.items())]
    return [{KEY: name, **each} for name, each in sorted(value.items())]


def _value(rows: list[dict[str, Any]], kind: str, file: str) -> Any:
    try:
        if kind == "list":
            return [row[VALUE] for row in rows]
        if kind == "list_of_objects":
            return rows
        if kind not in ("object", "object_of_objects"):
            raise Broken("inputs_shape", file)
        inner = {
            row[KEY]: row[VALUE] if kind == "object" else {n: each for n, each in row.items() if n != KEY}
            for row in rows
        }
    except (KeyError, TypeError):
        raise Broken("inputs_shape", file) from None
    if len(inner) < len(rows) or not all(isinstance(name, str) for name in inner):
        raise Broken("inputs_shape", file)
    return inner
