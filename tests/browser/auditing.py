"""What a page is held to: axe in the browser, html-validate on what the server sent."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page as Tab

ROOT = Path(__file__).resolve().parents[2]
GRAVE = {"serious", "critical"}


@cache
def axe_source() -> str:
    """axe-core as it came from npm."""
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def axe(tab: Tab) -> list[str]:
    """What axe finds serious or critical on the page as it is now, one line each."""
    tab.evaluate(axe_source())
    found = tab.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [_sentence(violation) for violation in found["violations"] if violation["impact"] in GRAVE]


def wider_than_its_window(tab: Tab) -> list[str]:
    """Whether the page has to be pushed sideways to be read."""
    over = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{over} pixels wider than the window"] if over > 0 else []


def html_faults(files: Iterable[Path]) -> dict[str, list[str]]:
    """What html-validate objects to, by file name."""
    node = shutil.which("node", path=f"{ROOT / '.venv' / 'bin'}:/usr/local/bin:/usr/bin:/bin") or "node"
    program = ROOT / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
    with tempfile.TemporaryDirectory() as folder:
        # Through a pipe the end of a long report is lost.
        report = Path(folder) / "report.json"
        options = ["--config", str(ROOT / ".htmlvalidate.json"), "--formatter", f"json={report}"]
        command = [node, str(program), *options, *(str(path) for path in files)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
        if done.returncode not in (0, 1) or not report.exists():
            raise RuntimeError(f"html-validate did not run: {done.stdout[:2000]} {done.stderr[:2000]}")
        results: list[dict[str, Any]] = json.loads(report.read_text(encoding="utf-8"))
    return {Path(one["filePath"]).name: [_objection(m) for m in one["messages"]] for one in results if one["messages"]}


def _objection(message: dict[str, Any]) -> str:
    return f"{message['line']}:{message['column']} {message['ruleId']}: {message['message']}"


def _sentence(violation: dict[str, Any]) -> str:
    nodes = violation["nodes"]
    kind = f"axe {violation['impact']} {violation['id']}: {violation['help']}"
    return f"{kind}, {len(nodes)} times, e.g. {nodes[0]['html'][:200]}"
