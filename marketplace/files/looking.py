"""Looking inside an upload: what it is, whatever its name says, and whether it is safe to unpack."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable
from typing import Final

from marketplace.files.rules import Kind
from marketplace.values.refusal import Refusal, Refused

MAX_UNPACKED: Final = 200 * 1024 * 1024
MAX_RATIO: Final = 200
MAX_MEMBERS: Final = 5_000
# Below this much nobody's memory is in danger, and text compresses well.
RATIO_MATTERS_FROM: Final = 10 * 1024 * 1024
_PIECE: Final = 256 * 1024

_PACKED_FILES = re.compile(r"\.(zip|docx?|xlsx?|pptx?|jar|7z|rar|gz|bz2|xz)$", re.IGNORECASE)
_CLIMBING = re.compile(r"(^|[\\/])\.\.([\\/]|$)|^[\\/]|^[A-Za-z]:")
# What a browser would run if it ever took the bytes for a page.
_MARKUP = re.compile(r"<\s*(!doctype\s+html|html|head|body|script|svg|iframe|object|embed)\b", re.IGNORECASE)
_TEXT_ENCODINGS: Final = ("utf-8-sig", "gb18030", "big5hkscs")
_ODD_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def kind_of(content: bytes, name: str) -> Kind | None:
    """What the content is; None where it is nothing that we take. Raises `Refused` for broken or hostile packages."""
    for matches, kind in _MAGIC:
        if matches(content):
            return kind
    if content.startswith(b"PK"):
        return _kind_of_package(content)
    return _kind_of_text(content, name)


def _is_webp(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP"


def _starts(magic: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(magic)


_MAGIC: Final[tuple[tuple[Callable[[bytes], bool], Kind], ...]] = (
    (_starts(b"%PDF-"), Kind.PDF),
    (_starts(b"\x89PNG\r\n\x1a\n"), Kind.PNG),
    (_starts(b"\xff\xd8\xff"), Kind.JPEG),
    (_is_webp, Kind.WEBP),
)


def _kind_of_package(content: bytes) -> Kind | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = set(package.namelist())
            _demand_harmless(package)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        raise Refused([Refusal("file_broken")]) from None
    if "[Content_Types].xml" not in names:
        return None
    if "word/document.xml" in names:
        return Kind.DOCX
    return Kind.XLSX if "xl/workbook.xml" in names else None


def _demand_harmless(package: zipfile.ZipFile) -> None:
    members = package.infolist()
    names = [member.filename for member in members]
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refused([Refusal("file_macros")])
    if any(_CLIMBING.search(name) for name in names) or any(member.flag_bits & 0x1 for member in members):
        raise Refused([Refusal("file_broken")])
    # Office keeps a chart's own table under embeddings/; anything else that is packed inside has no business there.
    if any(_PACKED_FILES.search(name) for name in names if "/embeddings/" not in name):
        raise Refused([Refusal("file_nested")])
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise Refused([Refusal("file_unpacks_too_large")])
    _demand_bounded(package, members)


def _demand_bounded(package: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    """Unpack piece by piece and count: what a package declares about its own size may be a lie."""
    unpacked, packed = 0, sum(member.compress_size for member in members) or 1
    for member in members:
        with package.open(member) as stream:
            while piece := stream.read(_PIECE):
                unpacked += len(piece)
                if unpacked > MAX_UNPACKED or (unpacked > RATIO_MATTERS_FROM and unpacked / packed > MAX_RATIO):
                    raise Refused([Refusal("file_unpacks_too_large")])


def _kind_of_text(content: bytes, name: str) -> Kind | None:
    text = decoded(content)
    if text is None or _MARKUP.search(text[:4096]) or text.startswith("#!"):
        return None
    start = text.lstrip()[:1]
    if start == "<":
        return Kind.XML
    if start in ("{", "[") and _is_json(text):
        return Kind.JSON
    ending = name.lower().rpartition(".")[2]
    return Kind.CSV if ending in Kind.CSV.endings and _is_table(text) else Kind.TEXT


def decoded(content: bytes) -> str | None:
    """The content as text if it can be any: UTF-8, UTF-16 with its mark, or one of the two Chinese encodings."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded_as(content, "utf-16")
    if b"\x00" in content:
        return None
    candidates = (_decoded_as(content, encoding) for encoding in _TEXT_ENCODINGS)
    return next((text for text in candidates if text is not None), None)


def _decoded_as(content: bytes, encoding: str) -> str | None:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if _ODD_CONTROLS.search(text) else text


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _is_table(text: str) -> bool:
    try:
        csv.Sniffer().sniff(text[:4096], delimiters=",;\t|")
    except csv.Error:
        return "," in text or "\t" in text or "\n" in text
    return True
