"""Which version of the software computed a figure."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from config import ROOT


@cache
def software_version() -> str:
    """The version that is installed; of a checkout that is not, what its project file says."""
    try:
        return version("benchbridge")
    except PackageNotFoundError:
        told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        return str(told["project"]["version"])
