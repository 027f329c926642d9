"""What a library of rules is made of, and how it is refused: values that need neither YAML nor a schema to be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a file is refused, and on which line."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.reason}"


class BrokenLibrary(ValueError):
    """Rule files that are refused; `faults` holds every reason."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


@dataclass(frozen=True, slots=True)
class Library:
    """Rules and the vocabulary of their facts, as their files tell them."""

    rules: Sequence[Mapping[str, Any]]
    facts: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Known:
    """What a library may point to outside itself: codes of agencies, counterpart pairs and sources."""

    agencies: frozenset[str]
    pairs: frozenset[str]
    sources: frozenset[str]
