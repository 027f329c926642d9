"""The code base as its own tests read it: every module with its path, text and syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from config import ROOT

Function = ast.FunctionDef | ast.AsyncFunctionDef

# The packages that hold concepts, in the import order of the design; faces and foundations stand apart.
CONCEPTS = (
    *("history", "jobs", "notices", "files", "limits", "jurisdictions", "accounts", "catalogue", "availability"),
    *("terms", "permits", "pricing", "search", "bookings", "applications", "operations", "payments"),
    *("collaborations", "spillovers", "cases", "statistics", "privacy"),
)


@dataclass(frozen=True)
class Module:
    """One Python file."""

    path: str
    text: str
    tree: ast.Module

    @property
    def parts(self) -> tuple[str, ...]:
        """The path's parts, the last without its suffix."""
        return Path(self.path).with_suffix("").parts

    @property
    def concept(self) -> str | None:
        """The concept that the module belongs to."""
        return self.parts[1] if len(self.parts) > 2 and self.parts[1] in CONCEPTS else None

    @property
    def role(self) -> str:
        """Its part in the concept: models, rules, actions, queries, or a library's own name."""
        return self.parts[2] if self.concept else ""

    def functions(self) -> Iterator[Function]:
        """Every function and method."""
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))

    def imported(self) -> set[str]:
        """The modules that its top level and everything below it import."""
        names: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module)
        return names

    def at(self, node: ast.stmt | ast.expr) -> str:
        """Where a node stands, as editors understand it."""
        return f"{self.path}:{node.lineno}"


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """The modules below the given folders (files may be named too), by path."""
    paths = [path for folder in folders for path in _below(ROOT / folder)]
    found = ((path.relative_to(ROOT).as_posix(), path.read_text("utf-8")) for path in sorted(paths))
    return tuple(Module(path, text, ast.parse(text)) for path, text in found)


def ours() -> tuple[Module, ...]:
    """What runs in production."""
    return modules("marketplace", "config.py", "wsgi.py")


def _below(path: Path) -> Iterator[Path]:
    return iter([path]) if path.is_file() else path.rglob("*.py")
