"""Eight clients at once, each a process of its own: a number that one interpreter's lock would falsify."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Sequence
from typing import Any

CLIENTS = 8
Work = Callable[[Any, float], tuple[int, dict[str, int]]]


def crowd(work: Work, shares: Sequence[Any], seconds: float) -> tuple[float, dict[str, int]]:
    """Let one process per share work until the time is over; answers per second, and how often each answer came.

    `work(share, deadline)` returns how much it did and what it heard.
    """
    # Forked, for a client is small and the interpreter that measures is not: nothing of it is used in the child.
    context = multiprocessing.get_context("fork")
    ready = context.Barrier(len(shares) + 1)
    heard: Any = context.Queue()
    processes = [context.Process(target=_run, args=(work, share, seconds, (ready, heard))) for share in shares]
    for process in processes:
        process.start()
    ready.wait(120)
    answers = [heard.get(timeout=seconds + 120) for _ in processes]
    for process in processes:
        process.join(30)
    counts: dict[str, int] = {}
    for _, said, _ in answers:
        for answer, number in said.items():
            counts[answer] = counts.get(answer, 0) + number
    return sum(done / took for done, _, took in answers), counts


def _run(work: Work, share: Any, seconds: float, lines: tuple[Any, Any]) -> None:
    ready, heard = lines
    ready.wait(120)
    began = time.perf_counter()
    done, said = work(share, began + seconds)
    heard.put((done, said, time.perf_counter() - began))
