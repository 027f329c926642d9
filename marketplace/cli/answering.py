"""How commands answer: text for people, one JSON document for machines, and bars while they work."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

C = TypeVar("C", bound=Callable[..., Any])


def json_option(command: C) -> C:
    """Give a command `--json`; it arrives as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Answer with one JSON document.")(command)


def answer(value: object, text: str, *, as_json: bool) -> None:
    """Print the answer: the document for machines, the text for people."""
    click.echo(json.dumps(value, ensure_ascii=False, default=str) if as_json else text)


@contextmanager
def progress(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal, silence elsewhere; call what it yields with how many more are done."""
    with _bars() as bars:
        task = bars.add_task(label, total=total)
        yield lambda more: bars.advance(task, more)


@contextmanager
def stages() -> Iterator[Callable[[str, int, int], None]]:
    """Bars for work in several stages; call what it yields with a stage's name, how many are done, and of how many."""
    with _bars() as bars:
        tasks: dict[str, TaskID] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield show


def _bars() -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
