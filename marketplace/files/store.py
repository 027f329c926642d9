"""Where uploads lie: a folder or any store that fsspec knows, addressed by the hash of the content."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final, cast

from fsspec.core import url_to_fs

from marketplace.database import new_id

_KEY = re.compile(r"[0-9a-f]{64}(-\d{2,4})?")
_LOCAL: Final = frozenset({"file", "local"})


class BlobMissing(FileNotFoundError):
    """A row names bytes that the store does not hold: lost, or the store is another one than it was."""


class FileStore:
    """Blobs by key: the SHA-256 of the content in hex, with `-480` behind it for a photo of that width."""

    def __init__(self, url: str, instance: Path) -> None:
        self.url = url or (instance / "files").resolve().as_uri()
        self._files, root = url_to_fs(self.url)
        self._root = root.rstrip("/")
        protocol = self._files.protocol
        self._local = bool(_LOCAL & {protocol, *protocol} if isinstance(protocol, tuple) else {protocol} & _LOCAL)

    def keep(self, key: str, content: bytes) -> None:
        """Keep the content under its key; a second time changes nothing. A reader never meets half a blob."""
        place = self._place(key)
        if self._files.exists(place):
            return
        if not self._local:
            self._files.pipe_file(place, content)
            return
        _write_locally(Path(place), content)

    def read(self, key: str) -> bytes:
        """The content under a key; raises `BlobMissing`."""
        try:
            return cast(bytes, self._files.cat_file(self._place(key)))
        except FileNotFoundError:
            raise BlobMissing(key) from None

    def read_part(self, key: str, start: int, end: int) -> bytes:
        """The bytes from `start` up to `end`, fewer where the content ends before; raises `BlobMissing`."""
        try:
            return cast(bytes, self._files.cat_file(self._place(key), start=start, end=end))
        except FileNotFoundError:
            raise BlobMissing(key) from None

    def holds(self, key: str) -> bool:
        """Whether there is content under a key."""
        return bool(self._files.exists(self._place(key)))

    def remove(self, key: str) -> None:
        """Delete what lies under a key, if anything does."""
        with suppress(FileNotFoundError):
            self._files.rm_file(self._place(key))

    def keys(self, *, older_than: datetime) -> Iterator[str]:
        """The keys of what was last written before an instant."""
        if not self._files.exists(self._root):
            return
        for place in self._files.find(self._root):
            key = place.rpartition("/")[2]
            if _KEY.fullmatch(key) and self._files.modified(place) < older_than:
                yield key

    def _place(self, key: str) -> str:
        if not _KEY.fullmatch(key):
            raise ValueError(f"not a key: {key!r}")
        return f"{self._root}/{key[:2]}/{key}"


def _write_locally(place: Path, content: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = place.with_name(f".{new_id()}")
    descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(place)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
