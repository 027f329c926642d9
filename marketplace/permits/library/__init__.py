"""The rule files of this house, read once: what is law, and the facts that it asks about."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from marketplace.jurisdictions.tables import table
from marketplace.permits.library.parts import BrokenLibrary, Fault, Known, Library

__all__ = [
    "BrokenLibrary",
    "Fault",
    "Known",
    "Library",
    "entered_row",
    "library_of",
    "shipped",
    "shipped_digest",
    "written_row",
]

FOLDER: Final = Path(__file__).parent


def shipped() -> Library:
    """The rules that come with this version of the house. Raises BrokenLibrary."""
    return library_of(FOLDER)


def library_of(folder: Path) -> Library:
    """The rules of a folder (`facts.yaml` and `rules/*.yaml`). Raises BrokenLibrary with every fault."""
    # Reading YAML and judging it by a schema takes half a second of imports: a start that finds nothing new does not.
    reading, checking = (import_module(f"{__name__}.{name}") for name in ("reading", "checking"))
    found = [_document(reading, file, file.relative_to(folder).as_posix()) for file in _files(folder)]
    if faults := [each for each in found if isinstance(each, Fault)]:
        raise BrokenLibrary(faults)
    facts, *rules = found
    library: Library = checking.checked(facts, rules, _known())
    return library


def entered_row(text: str, others: Sequence[Mapping[str, Any]], vocabulary: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row as somebody wrote it, judged beside all other rows. Raises BrokenLibrary with every fault."""
    found: Mapping[str, Any] = _entering().entered(text, others, vocabulary, _known())
    return found


def written_row(told: Mapping[str, Any]) -> str:
    """A row as its file would tell it, in YAML."""
    return str(_entering().written(told))


@cache
def shipped_digest() -> str:
    """What makes two sets of files the same."""
    digest = hashlib.sha256()
    for file in _files(FOLDER):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _document(reading: Any, file: Path, name: str) -> Any:
    try:
        return reading.read(name, file.read_text(encoding="utf-8"))
    except reading.Unreadable as error:
        return Fault(name, error.line, error.reason)
    except FileNotFoundError:
        return Fault(name, 1, "there is no such file")
    except UnicodeDecodeError:
        return Fault(name, 1, "this is no UTF-8")


def _entering() -> Any:
    return import_module(f"{__name__}.entering")


def _files(folder: Path) -> list[Path]:
    return [folder / "facts.yaml", *sorted((folder / "rules").glob("*.yaml"))]


def _known() -> Known:
    """What the tables of jurisdictions have."""
    return Known(
        agencies=frozenset(row["code"] for row in table("agencies")),
        pairs=frozenset(row["code"] for row in table("pairs")),
        sources=frozenset(row["key"] for row in table("sources")),
    )
