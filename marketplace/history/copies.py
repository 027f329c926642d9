"""Copies of the seals outside the database: whoever rewrites the rows and the seals has these against them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from fsspec.core import url_to_fs

_NAME = re.compile(r"seal-(\d{9})\.json")
_PER_FOLDER: Final = 10_000


class SealCopies:
    """One small file per seal, in a folder or any store that fsspec knows; written once and never again."""

    def __init__(self, url: str, instance: Path) -> None:
        self._files, root = url_to_fs(url or (instance / "seals").resolve().as_uri())
        self._root = root.rstrip("/")

    def keep(self, number: int, seal: Mapping[str, Any]) -> None:
        """Copy one seal, unless a copy of that number stands already."""
        place = self._place(number)
        if self._files.exists(place):
            return
        self._files.makedirs(place.rpartition("/")[0], exist_ok=True)
        self._files.pipe_file(place, json.dumps(seal, sort_keys=True, indent=1).encode())

    def last(self) -> int:
        """The number of the newest copy; 0 where there is none."""
        return max(self._numbers(), default=0)

    def all(self) -> Iterator[tuple[int, Mapping[str, Any] | None]]:
        """Every copy by number; None stands for one that can't be read."""
        for number in sorted(self._numbers()):
            try:
                yield number, json.loads(self._files.cat_file(self._place(number)))
            except (OSError, ValueError):
                yield number, None

    def _numbers(self) -> Iterator[int]:
        if not self._files.exists(self._root):
            return
        for place in self._files.find(self._root):
            if found := _NAME.fullmatch(place.rpartition("/")[2]):
                yield int(found[1])

    def _place(self, number: int) -> str:
        return f"{self._root}/{number // _PER_FOLDER:05d}/seal-{number:09d}.json"
