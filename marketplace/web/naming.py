"""Tables of codes and what they are called on pages, read in the language of each request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from flask_babel import LazyString

Code = TypeVar("Code")


def naming(names: Mapping[Code, LazyString]) -> Callable[[Code], str]:
    """The function that tells a code's name; every code must have one."""

    def name(code: Code) -> str:
        return str(names[code])

    return name
