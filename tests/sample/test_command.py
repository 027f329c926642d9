"""`benchbridge sample`: what it refuses before it touches a database."""

from __future__ import annotations

from pathlib import Path

import pytest

from marketplace.cli import main

PRODUCTION = {
    "BENCHBRIDGE_ENV": "production",
    "SECRET_KEY": "s" * 40,
    "HISTORY_KEY": "h" * 40,
    "DATABASE_URL": "postgresql://nowhere.invalid/none",
    "MAIL_HOST": "mail.invalid",
    "PUBLIC_URL": "https://benchbridge.example",
}


@pytest.mark.parametrize("arguments", [("load",), ("load", "--facilities", "1", "--bookings", "1"), ("remove",)])
def test_production_refuses(
    arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name, value in {**PRODUCTION, "BENCHBRIDGE_INSTANCE": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as stopped:
        main(["sample", *arguments])
    assert stopped.value.code == 1
    assert "not for production" in capsys.readouterr().err


def test_facilities_and_bookings_go_together(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["sample", "load", "--facilities", "5"])
    assert stopped.value.code == 1
    assert "go together" in capsys.readouterr().err
