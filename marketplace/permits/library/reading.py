"""YAML files as plain values that remember on which line each of them stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

Place = tuple[str | int, ...]


class Unreadable(ValueError):
    """A file that is no YAML; `line` tells where."""

    def __init__(self, line: int, reason: str) -> None:
        self.line, self.reason = line, reason
        super().__init__(f"line {line}: {reason}")


# The same loader in C where PyYAML was built with it: ten times faster.
_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Safe):  # type: ignore[misc]
    """Days stay as they are written: rows are kept and compared as JSON."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its name, its rows, and the line (from 1) of each value by its place."""

    name: str
    rows: Sequence[Any]
    lines: Mapping[Place, int]

    def line(self, place: Sequence[str | int]) -> int:
        """The line of a value, or of what is nearest around it."""
        known = tuple(place)
        while known not in self.lines and known:
            known = known[:-1]
        return self.lines.get(known, 1)


def read_loader() -> type[Any]:
    """How files are read: days stay text."""
    return _Loader


def read(name: str, text: str, *, single: bool = False) -> Document:
    """A file by its text. Raises Unreadable where it is no YAML, or no list (`single`: nor one row by itself)."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        rows = loader.construct_document(node) if node is not None else []
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable(mark.line + 1 if mark else 1, error.problem or "no YAML") from error
    except yaml.YAMLError as error:
        raise Unreadable(1, str(error)) from error
    finally:
        loader.dispose()
    if single and isinstance(rows, dict):
        return Document(name, [rows], dict(_lines(node, (0,))))
    if not isinstance(rows, list):
        raise Unreadable(1, "a list of rows is wanted")
    return Document(name, rows, dict(_lines(node, ())))


def _lines(node: yaml.Node | None, place: Place) -> Iterator[tuple[Place, int]]:
    if node is None:
        return
    yield place, node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        for number, each in enumerate(node.value):
            yield from _lines(each, (*place, number))
    elif isinstance(node, yaml.MappingNode):
        for key, each in node.value:
            yield from _lines(each, (*place, str(key.value)))
