"""The built front end: from the name of an asset to its hashed address."""

from __future__ import annotations

import json
from pathlib import Path

from flask import Flask, url_for


class AssetsMissing(RuntimeError):
    """The front end was not built, or has no such asset; the message says what to do."""


class Assets:
    """Vite's manifest. Read once: a new build means a new start."""

    def __init__(self, folder: Path) -> None:
        self._manifest = folder / "manifest.json"
        self._files: dict[str, str] = {}

    def file(self, name: str) -> str:
        """The built file of an asset named as below `assets/`, such as `main.js` or `images/icons.svg`."""
        if not self._files:
            self._files = self._read()
        if name not in self._files:
            raise AssetsMissing(f"no asset {name} in {self._manifest}: see vite.config.js, run `npm run build`")
        return self._files[name]

    def url(self, name: str) -> str:
        """The address of an asset, good for ever because its name holds its hash."""
        return url_for("static", filename=self.file(name))

    def _read(self) -> dict[str, str]:
        if not self._manifest.exists():
            raise AssetsMissing(f"{self._manifest} is missing: run `npm ci && npm run build`")
        return {name: str(entry["file"]) for name, entry in json.loads(self._manifest.read_text()).items()}


def init_assets(app: Flask) -> None:
    """Let templates name assets."""
    assets = Assets(Path(str(app.static_folder)))
    app.jinja_env.globals["asset"] = assets.url
