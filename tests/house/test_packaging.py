"""What the code reads beside its modules goes along where the package is built."""

from __future__ import annotations

import tomllib
from pathlib import Path

from config import ROOT


def test_every_file_beside_the_modules_is_declared_as_package_data() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]
    package = ROOT / "marketplace"
    covered = {file for pattern in declared["marketplace"] for file in package.glob(pattern)}
    beside = {file for file in package.rglob("*") if file.is_file() and not _module(file)}
    assert not {str(file.relative_to(ROOT)) for file in beside - covered}
    assert package / "sample" / "texts" / "people.toml" in covered


def _module(file: Path) -> bool:
    return file.suffix in (".py", ".pyc")
