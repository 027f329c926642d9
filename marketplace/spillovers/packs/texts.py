"""JSON of packs, written in one way and read with suspicion; and how it is told what is wrong with a pack."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

from marketplace.values.refusal import JSON

DEEPEST: Final = 60


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a pack: what, in which file, and the facts that its sentence needs."""

    code: str
    file: str = ""
    details: Mapping[str, JSON] = field(default_factory=dict, hash=False)


class Broken(Exception):
    """A pack, or one of its files, can't be read."""

    def __init__(self, code: str, file: str = "", *, details: Mapping[str, JSON] | None = None) -> None:
        self.findings = (Finding(code, file, details or {}),)
        super().__init__(f"{file}: {code}")


def json_bytes(value: object) -> bytes:
    """JSON with keys in order, indented for people, the same everywhere."""
    written = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
    return f"{written}\n".encode()


def json_of(content: bytes, file: str) -> Any:
    """What a file of JSON says. Raises Broken where a name stands twice, a number is none, or it is nested too deep."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise Broken("encoding", file) from None
    return parsed(text, file)


def compact(value: object) -> str:
    """JSON in one line."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def parsed(text: str, file: str) -> Any:
    """What a text of JSON says. Raises Broken."""
    try:
        found = json.loads(text, parse_constant=_no_number, object_pairs_hook=_once)
    except RecursionError:
        raise Broken("json_deep", file) from None
    except ValueError as error:
        raise Broken("json", file, details={"reason": str(error)[:200]}) from None
    if _deep(found):
        raise Broken("json_deep", file)
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in an object")
    return found


def _deep(value: Any) -> bool:
    level: list[Any] = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return False
    return True
