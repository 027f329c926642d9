"""Names and sizes of uploads."""

from __future__ import annotations

import pytest

from marketplace.files.rules import (
    ALLOWANCES,
    MAX_NAME,
    MEGABYTE,
    Kind,
    Purpose,
    kept_name,
    kind_refusals,
    size_refusals,
)


@pytest.mark.parametrize(
    ("name", "kind", "kept"),
    [
        ("照片.JPG", Kind.JPEG, "照片.JPG"),
        ("../../etc/passwd", Kind.TEXT, "passwd.txt"),
        ("C:\\Users\\ada\\plan.pdf", Kind.PDF, "plan.pdf"),
        ("photo.php.jpg", Kind.JPEG, "photo.php.jpg"),
        ("evil.exe", Kind.PDF, "evil.exe.pdf"),
        ("a\u202egpj.exe.pdf", Kind.PDF, "agpj.exe.pdf"),
        ("a\r\nSet-Cookie: b.txt", Kind.TEXT, "aSet-Cookie_ b.txt"),
        ("...", Kind.PDF, "file.pdf"),
        ("", Kind.CSV, "file.csv"),
        ("CON.txt", Kind.TEXT, "_CON.txt"),
        ("two  spaces .pdf", Kind.PDF, "two spaces.pdf"),
        (".htaccess", Kind.TEXT, "htaccess.txt"),
    ],
)
def test_names_are_kept_without_what_could_hurt(name: str, kind: Kind, kept: str) -> None:
    assert kept_name(name, kind) == kept


def test_long_names_keep_their_ending() -> None:
    kept = kept_name("長" * 500 + ".pdf", Kind.PDF)
    assert len(kept) == MAX_NAME
    assert kept.endswith("長.pdf")


def test_sizes_are_judged_at_their_edges() -> None:
    most = ALLOWANCES[Purpose.PHOTO].max_bytes
    assert [r.code for r in size_refusals(0, Purpose.PHOTO)] == ["file_empty"]
    assert size_refusals(1, Purpose.PHOTO) == size_refusals(most, Purpose.PHOTO) == []
    refusal = size_refusals(most + 1, Purpose.PHOTO)[0]
    assert (refusal.code, refusal.details) == ("file_too_large", {"max": most // MEGABYTE})


def test_each_purpose_names_what_it_takes() -> None:
    assert kind_refusals(Kind.PDF, Purpose.DOCUMENT) == []
    refusal = kind_refusals(Kind.PDF, Purpose.PHOTO)[0]
    assert (refusal.code, refusal.details) == ("file_kind_refused", {"allowed": ["JPG", "PNG", "WEBP"]})
    assert kind_refusals(None, Purpose.ATTACHMENT)[0].code == "file_kind_refused"
