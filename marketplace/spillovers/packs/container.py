"""The archive of a pack: the same files always give the same bytes, and a stranger's archive can do no harm.

Files are stored as they are, in the order of their names, at one fixed time: no compression that differs between
machines, no clock. `manifest.json` tells the size and SHA-256 of every other file.
"""

from __future__ import annotations

import hashlib
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from marketplace.spillovers.packs.texts import Broken, Finding, json_bytes, json_of

MANIFEST: Final = "manifest.json"
FORMAT: Final = "benchbridge-evidence-pack"
VERSION: Final = 1
MOST_FILES: Final = 2_000
LARGEST_ARCHIVE: Final = 512 * 1024 * 1024
LARGEST_CONTENT: Final = 512 * 1024 * 1024
LARGEST_DIRECTORY: Final = 1024 * 1024
# A member may be named by lower-case words, one folder deep or two: nothing that leads elsewhere can be written so.
NAME: Final = re.compile(r"(?:[a-z0-9][a-z0-9_-]{0,40}/){0,2}[A-Za-z0-9][A-Za-z0-9_-]{0,80}(?:\.[a-z0-9_-]{1,40}){0,4}")
EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_END: Final = struct.Struct("<4s4H2LH")
_BAD: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, struct.error, ValueError)


def packed(files: Mapping[str, bytes]) -> bytes:
    """An archive of these files and their manifest."""
    whole = {**files, MANIFEST: manifest(files)}
    if bad := next((name for name in whole if not NAME.fullmatch(name)), None):
        raise ValueError(f"no name for a file of a pack: {bad!r}")
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, strict_timestamps=True) as archive:
        for name in sorted(whole):
            member = zipfile.ZipInfo(name, date_time=EPOCH)
            member.create_system = 3
            member.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(member, whole[name])
    return target.getvalue()


def manifest(files: Mapping[str, bytes]) -> bytes:
    """The list of files with size and SHA-256, and a digest over the list itself."""
    listed = [
        {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in sorted(files.items())
    ]
    digest = hashlib.sha256(json_bytes(listed)).hexdigest()
    return json_bytes({"format": FORMAT, "version": VERSION, "files": listed, "digest": digest})


def unpacked(place: Path) -> dict[str, bytes]:
    """The files of an archive that somebody brought. Raises Broken with what is wrong with the archive."""
    try:
        if place.stat().st_size > LARGEST_ARCHIVE:
            raise Broken("archive_too_large", details={"max": LARGEST_ARCHIVE})
        _look_at_end(_tail(place))
        with zipfile.ZipFile(place) as archive:
            members = archive.infolist()
            _look_at_members(members)
            return {member.filename: archive.read(member) for member in members}
    except Broken:
        raise
    except OSError as error:
        raise Broken("archive_unreadable", details={"reason": error.strerror or type(error).__name__}) from error
    except (*_BAD, MemoryError) as error:
        raise Broken("archive_broken", details={"reason": str(error)[:200] or type(error).__name__}) from error


def differences(files: Mapping[str, bytes]) -> list[Finding]:
    """How the files differ from what their manifest tells; nothing where they are what was packed."""
    if MANIFEST not in files:
        return [Finding("file_missing", MANIFEST)]
    try:
        told = json_of(files[MANIFEST], MANIFEST)
        listed = _listed(told)
    except Broken as broken:
        return list(broken.findings)
    found = [Finding("file_missing", name) for name in listed if name not in files]
    found += [Finding("file_added", name) for name in files if name not in listed and name != MANIFEST]
    found += [
        Finding("file_altered", name)
        for name, content in files.items()
        if name in listed and listed[name] != (len(content), hashlib.sha256(content).hexdigest())
    ]
    if told["digest"] != hashlib.sha256(json_bytes(told["files"])).hexdigest():
        found.append(Finding("manifest_digest", MANIFEST))
    if not found and files[MANIFEST] != manifest({name: files[name] for name in listed}):
        found.append(Finding("file_altered", MANIFEST))
    return sorted(found, key=lambda each: (each.file, each.code))


def _listed(told: Any) -> dict[str, tuple[int, str]]:
    """Size and SHA-256 by name. Raises Broken."""
    if not isinstance(told, Mapping) or told.get("format") != FORMAT or told.get("version") != VERSION:
        raise Broken("not_a_pack", MANIFEST)
    rows = told.get("files")
    if not isinstance(rows, list) or len(rows) > MOST_FILES or not isinstance(told.get("digest"), str):
        raise Broken("manifest_shape", MANIFEST)
    found: dict[str, tuple[int, str]] = {}
    for row in rows:
        if not isinstance(row, Mapping) or row.keys() != {"name", "size", "sha256"}:
            raise Broken("manifest_shape", MANIFEST)
        name, size, digest = row["name"], row["size"], row["sha256"]
        if not isinstance(name, str) or name in found or type(size) is not int or not isinstance(digest, str):
            raise Broken("manifest_shape", MANIFEST)
        found[name] = size, digest
    return found


def _tail(place: Path) -> bytes:
    with place.open("rb") as opened:
        opened.seek(-min(place.stat().st_size, _END.size + 20), 2)
        return opened.read()


def _look_at_end(tail: bytes) -> None:
    """The archive's end tells how much its directory holds: looked at before anything is read by it. Archives with a
    comment, in parts or beyond 4 GiB are none of ours."""
    if len(tail) < _END.size:
        raise Broken("archive_broken", details={"reason": "too short"})
    mark, disk, first, here, count, size, _offset, comment = _END.unpack(tail[-_END.size :])
    if mark != b"PK\x05\x06" or comment or disk or first or here != count or tail[:4] == b"PK\x06\x07":
        raise Broken("archive_broken", details={"reason": "its end is not that of a plain archive"})
    if count > MOST_FILES or size > LARGEST_DIRECTORY:
        raise Broken("archive_too_many", details={"max": MOST_FILES})


def _look_at_members(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_FILES:
        raise Broken("archive_too_many", details={"max": MOST_FILES})
    if sum(member.file_size for member in members) > LARGEST_CONTENT:
        raise Broken("archive_too_large", details={"max": LARGEST_CONTENT})
    seen: set[str] = set()
    for member in members:
        shown = repr(member.filename)[1:-1][:100]
        if not NAME.fullmatch(member.filename) or member.orig_filename != member.filename:
            raise Broken("file_name", shown)
        if member.filename.casefold() in seen:
            raise Broken("file_twice", shown)
        seen.add(member.filename.casefold())
        kind = stat.S_IFMT(member.external_attr >> 16)
        if kind not in (0, stat.S_IFREG) or member.flag_bits & 0x1:
            raise Broken("file_kind", shown)
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Broken("file_kind", shown)
