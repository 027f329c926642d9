"""Which edition of the formulas and of their registry a figure was computed by."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
# Formulas that concepts below use too.
SHARED: Final = (
    HERE.parent / "operations" / "rules" / "machine_time.py",
    HERE.parent / "values" / "ratios.py",
)


@cache
def edition() -> str:
    """The first 16 digits of SHA-256 over all that computes a figure, formulas, gatherers and registry, by name."""
    seal = hashlib.sha256()
    for path in sorted(
        (*HERE.rglob("*.py"), *HERE.rglob("*.yaml")), key=lambda each: each.relative_to(HERE).as_posix()
    ):
        seal.update(path.relative_to(HERE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    for path in SHARED:
        seal.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return seal.hexdigest()[:16]
