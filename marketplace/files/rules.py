"""What may be uploaded for which purpose, and how a file's name is kept."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from typing import Final

from marketplace.values.refusal import Refusal

MEGABYTE: Final = 1024 * 1024


class Kind(Enum):
    """What content turns out to be when one looks inside: its media type and its usual endings."""

    PDF = ("application/pdf", ("pdf",))
    DOCX = ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",))
    XLSX = ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",))
    JPEG = ("image/jpeg", ("jpg", "jpeg"))
    PNG = ("image/png", ("png",))
    WEBP = ("image/webp", ("webp",))
    CSV = ("text/csv", ("csv", "tsv"))
    TEXT = ("text/plain", ("txt", "md", "log"))
    JSON = ("application/json", ("json",))
    XML = ("application/xml", ("xml",))

    @property
    def media_type(self) -> str:
        """As it is served."""
        return str(self.value[0])

    @property
    def endings(self) -> tuple[str, ...]:
        """Of file names, the usual one first."""
        return tuple(self.value[1])


IMAGES: Final = frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP})
DOCUMENTS: Final = frozenset({Kind.PDF, Kind.DOCX, Kind.XLSX, Kind.CSV, Kind.TEXT}) | IMAGES
TABLES: Final = frozenset({Kind.XLSX, Kind.CSV, Kind.TEXT, Kind.JSON, Kind.XML})


@dataclass(frozen=True, slots=True)
class Allowance:
    """The kinds that a purpose takes and the most bytes of one file."""

    kinds: frozenset[Kind]
    max_bytes: int


class Purpose(Enum):
    """What an upload is for."""

    PHOTO = "photo"
    DOCUMENT = "document"
    ATTACHMENT = "attachment"
    IMPORT = "import"

    @property
    def allowance(self) -> Allowance:
        """What this purpose takes."""
        return ALLOWANCES[self]


ALLOWANCES: Final = {
    Purpose.PHOTO: Allowance(IMAGES, 20 * MEGABYTE),
    Purpose.DOCUMENT: Allowance(DOCUMENTS, 20 * MEGABYTE),
    Purpose.ATTACHMENT: Allowance(DOCUMENTS, 20 * MEGABYTE),
    Purpose.IMPORT: Allowance(TABLES, 30 * MEGABYTE),
}

MAX_PIXELS: Final = 50_000_000
MAX_NAME: Final = 120
# Windows keeps these for itself, whatever ending follows.
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_UNSAFE = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def size_refusals(size: int, purpose: Purpose) -> list[Refusal]:
    """Against content of so many bytes: `file_empty`, `file_too_large`."""
    if size == 0:
        return [Refusal("file_empty")]
    if size > purpose.allowance.max_bytes:
        return [Refusal("file_too_large", {"max": purpose.allowance.max_bytes // MEGABYTE})]
    return []


def kind_refusals(kind: Kind | None, purpose: Purpose) -> list[Refusal]:
    """Against what was found inside: `file_kind_refused` with the endings that are taken instead."""
    kinds = purpose.allowance.kinds
    if kind in kinds:
        return []
    endings = sorted({one.endings[0].upper() for one in Kind if one in kinds})
    return [Refusal("file_kind_refused", {"allowed": list(endings)})]


def kept_name(name: str, kind: Kind) -> str:
    """The uploader's name for the file without folders and unseen characters, with an ending that fits the content."""
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    seen = "".join(c for c in base if unicodedata.category(c) not in _UNSEEN)
    safe = re.sub(r"\s+", " ", _UNSAFE.sub("_", seen)).strip(" .")
    stem, dot, ending = safe.rpartition(".")
    if not dot or ending.lower() not in kind.endings:
        stem, ending = safe, kind.endings[0]
    stem = stem.strip(" .") or "file"
    if _RESERVED.fullmatch(stem):
        stem = f"_{stem}"
    return f"{stem[: MAX_NAME - len(ending) - 1].rstrip(' .')}.{ending}"
