"""Figures with their limits and aims, as a table for people and a file for comparison."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured value. `limit` is what it must keep, `aim` what it should; `least` says that more is better."""

    name: str
    value: float
    unit: str = ""
    limit: float | None = None
    aim: float | None = None
    least: bool = False
    note: str = ""

    @property
    def kept(self) -> bool:
        """Whether the value keeps its limit; one without a limit always does."""
        if self.limit is None:
            return True
        return self.value >= self.limit if self.least else self.value <= self.limit


def p50(seconds: Iterable[float]) -> float:
    """The median, in milliseconds."""
    return median(seconds) * 1000


def show(figures: Sequence[Figure]) -> None:
    """Print the figures as a table."""
    table = Table("figure", "measured", "limit", "aim", "kept", "note")
    for figure in figures:
        bound = "at least" if figure.least else "at most"
        table.add_row(
            figure.name,
            f"{written(figure.value)} {figure.unit}".strip(),
            "" if figure.limit is None else f"{bound} {written(figure.limit)}",
            "" if figure.aim is None else written(figure.aim),
            "yes" if figure.kept else "NO",
            figure.note,
        )
    Console(width=150).print(table)


def written(value: float) -> str:
    """Small ratios as a fraction of one, the rest to three digits."""
    if 0 < value < 0.2:
        return f"1/{1 / value:.1f}"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def keep(figures: Sequence[Figure], folder: Path, name: str) -> Path:
    """Write the figures beside those of earlier runs."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    path.write_text(json.dumps([asdict(figure) | {"kept": figure.kept} for figure in figures], indent=2) + "\n")
    return path
