"""Keeping uploads: what is taken, what is turned away, and that nothing is kept that could run."""

from __future__ import annotations

import io
import zipfile
import zlib
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook
from PIL import Image, PngImagePlugin
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.database import new_id
from marketplace.files.actions import Purpose, keep, remove_orphans
from marketplace.files.models import StoredFile
from marketplace.files.queries import blob_key, stored_files
from marketplace.files.store import FileStore
from marketplace.values.refusal import Refused

ADA = new_id()


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore("", tmp_path)


@pytest.fixture
def kept(session: Session, store: FileStore, now: datetime):  # type: ignore[no-untyped-def]
    def do(content: bytes, name: str = "f", purpose: Purpose = Purpose.ATTACHMENT) -> StoredFile:
        return keep(session, store, content, name=name, purpose=purpose, by=ADA, now=now)

    return do


def picture(size: tuple[int, int] = (40, 30), fmt: str = "PNG", mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 200 if mode == "L" else None).save(out, fmt, **options)
    return out.getvalue()


def package(members: dict[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return out.getvalue()


def docx(**more: bytes) -> bytes:
    return package({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>", **more})


def workbook() -> bytes:
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "media_type", "kept_name"),
    [
        (b"%PDF-1.7\n%...", "plan.pdf", "application/pdf", "plan.pdf"),
        (docx(), "a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "a.docx"),
        (workbook(), "a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "a.xlsx"),
        ("甲,乙\n1,2\n".encode(), "t.csv", "text/csv", "t.csv"),
        ("甲,乙\n一,二\n".encode("gb18030"), "t.csv", "text/csv", "t.csv"),
        ("甲\t乙\n".encode("utf-16"), "t.tsv", "text/csv", "t.tsv"),
        ("只是文字".encode(), "note", "text/plain", "note.txt"),
        (picture(), "p.png", "image/webp", "p.png.webp"),
    ],
)
def test_kinds_are_found_by_looking(kept, store, content, name, media_type, kept_name) -> None:  # type: ignore[no-untyped-def]
    file = kept(content, name)
    assert (file.media_type, file.name, file.uploaded_by) == (media_type, kept_name, ADA)
    assert len(store.read(file.sha256)) == file.size


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.txt", "file_empty"),
        (b"MZ\x90\x00\x03" + bytes(64), "setup.pdf", "file_kind_refused"),
        (b"\x7fELF\x02\x01" + bytes(64), "a.txt", "file_kind_refused"),
        (b"GIF89a/*\x00\x00*/=1;alert(1)", "a.gif", "file_kind_refused"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "a.svg", "file_kind_refused"),
        (b"<?xml version='1.0'?><svg><script/></svg>", "a.txt", "file_kind_refused"),
        (b"\xef\xbb\xbf  <!DOCTYPE html><p>", "a.txt", "file_kind_refused"),
        (b"hello <ScRiPt>alert(1)</script>", "a.csv", "file_kind_refused"),
        (b"#!/bin/sh\nrm -rf /", "a.txt", "file_kind_refused"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64), "a.doc", "file_kind_refused"),
        (b"PK\x03\x04broken", "a.docx", "file_broken"),
        (package({"a.txt": b"x"}), "a.zip", "file_kind_refused"),
        (docx(**{"word/vbaProject.bin": b"x"}), "a.docx", "file_macros"),
        (docx(**{"../../evil": b"x"}), "a.docx", "file_broken"),
        (docx(**{"inner.zip": package({"a": b"b"})}), "a.docx", "file_nested"),
        (docx(**{"word/media/big.bin": bytes(50_000_000)}), "a.docx", "file_unpacks_too_large"),
        (b"\x89PNG\r\n\x1a\n" + bytes(30), "a.png", "file_broken"),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 500, "a.jpg", "file_broken"),
        (picture()[:60], "a.png", "file_broken"),
    ],
)
def test_what_is_turned_away(kept, store, content, name, code) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Refused) as refused:
        kept(content, name)
    assert refused.value.codes == (code,)
    assert list(store.keys(older_than=datetime.max.replace(tzinfo=None).astimezone())) == []


def test_a_package_that_lies_about_its_size_is_turned_away(kept) -> None:  # type: ignore[no-untyped-def]
    honest = docx(**{"word/a.bin": bytes(1_000_000)})
    lying = honest.replace((1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    with pytest.raises(Refused) as refused:
        kept(lying, "a.docx")
    assert refused.value.codes == ("file_broken",)


def test_a_chart_with_its_own_table_is_taken(kept) -> None:  # type: ignore[no-untyped-def]
    assert kept(docx(**{"word/embeddings/sheet1.xlsx": workbook()}), "a.docx").name == "a.docx"


def test_a_flood_of_pixels_is_turned_away_by_its_header(kept) -> None:  # type: ignore[no-untyped-def]
    header = bytearray(picture((10, 10)))
    header[16:24] = (60_000).to_bytes(4, "big") * 2
    header[29:33] = zlib.crc32(bytes(header[12:29])).to_bytes(4, "big")
    with pytest.raises(Refused) as refused:
        kept(bytes(header), "a.png")
    assert refused.value.codes == ("photo_too_many_pixels",)


def test_photos_lose_their_metadata_and_keep_their_pixels(kept, store) -> None:  # type: ignore[no-untyped-def]
    exif = Image.Exif()
    exif[0x010E] = "secret lab"
    exif[0x0112] = 6  # lies on its side
    photo = io.BytesIO()
    Image.new("RGB", (3000, 1500), (200, 30, 30)).save(photo, "JPEG", exif=exif)
    file = kept(photo.getvalue() + b"<script>alert(1)</script>", "a.jpg", Purpose.PHOTO)

    content = store.read(file.sha256)
    drawn = Image.open(io.BytesIO(content))

    assert drawn.format == "WEBP"
    assert drawn.size == (1000, 2000)
    assert not drawn.getexif()
    assert b"secret" not in content and b"script" not in content
    assert abs(drawn.convert("RGB").getpixel((10, 10))[0] - 200) < 12  # type: ignore[index, operator]


def test_narrower_photos_are_kept_beside_and_served_by_width(kept, store) -> None:  # type: ignore[no-untyped-def]
    file = kept(picture((1800, 900)), "a.png", Purpose.PHOTO)
    widths = {asked: Image.open(io.BytesIO(store.read(blob_key(file, width=asked)))).width for asked in (300, 480, 700)}
    assert widths == {300: 480, 480: 480, 700: 960}
    assert blob_key(file, width=1500) == blob_key(file) == file.sha256


def test_transparency_and_odd_modes_survive(kept) -> None:  # type: ignore[no-untyped-def]
    for mode in ("1", "L", "LA", "P", "RGBA", "I;16"):
        assert kept(picture(mode=mode), "a.png", Purpose.PHOTO).media_type == "image/webp"
    text = PngImagePlugin.PngInfo()
    text.add_itxt("k", "v" * 1000, zip=True)
    assert kept(picture(pnginfo=text), "a.png", Purpose.PHOTO).media_type == "image/webp"


def test_the_same_content_is_stored_once(kept, session, store) -> None:  # type: ignore[no-untyped-def]
    first, second = kept(b"%PDF-1", "a.pdf"), kept(b"%PDF-1", "b.pdf")
    assert first.sha256 == second.sha256
    assert set(stored_files(session, [first.id, second.id])) == {first.id, second.id}
    assert len(list(store.keys(older_than=datetime.now().astimezone() + timedelta(days=1)))) == 1


def test_blobs_are_private_to_their_owner(kept, store, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    file = kept(b"%PDF-1", "a.pdf")
    place = tmp_path / "files" / file.sha256[:2] / file.sha256
    assert place.stat().st_mode & 0o777 == 0o600
    assert place.parent.stat().st_mode & 0o777 == 0o700


def test_keys_are_hashes_and_nothing_else(store: FileStore) -> None:
    for key in ("../x", "a" * 63, "A" * 64, "a" * 64 + "-x", "a" * 64 + "/.."):
        with pytest.raises(ValueError, match="not a key"):
            store.read(key)


def test_orphans_go_after_two_days(kept, session, store) -> None:  # type: ignore[no-untyped-def]
    file = kept(b"%PDF-1", "a.pdf")
    store.keep("a" * 64, b"left by a transaction that failed")
    today = datetime.now().astimezone()
    assert remove_orphans(session, store, now=today) == 0
    assert remove_orphans(session, store, now=today + timedelta(days=3)) == 1
    assert store.holds(file.sha256)
    assert session.scalars(select(StoredFile)).one().id == file.id


def test_any_store_of_fsspec_will_do(session: Session, tmp_path: Path, now: datetime) -> None:
    store = FileStore("memory://uploads", tmp_path)
    file = keep(session, store, b"%PDF-1", name="a.pdf", purpose=Purpose.DOCUMENT, by=None, now=now)
    assert store.read(file.sha256) == b"%PDF-1"
    assert list(store.keys(older_than=datetime.now().astimezone() + timedelta(days=1))) == [file.sha256]
    store.remove(file.sha256)
    store.remove(file.sha256)
    assert not store.holds(file.sha256)
