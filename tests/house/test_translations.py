"""Every string of the interface stands in all three languages, said once and finished."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from config import ROOT

SCRIPTS = {"zh_Hant": "zh_Hant_HK", "zh_Hans": "zh_Hans_CN"}
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "_l": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
PLACE = re.compile(r"%\((\w+)\)[sd]")


@cache
def used() -> dict[str, str]:
    """Each text that templates and code hand to gettext, with the file that does."""
    return dict(_extracted("marketplace", "python") + _extracted("templates", "jinja2"))


def _extracted(folder: str, kind: str) -> list[tuple[str, str]]:
    pattern = "**.py" if kind == "python" else "**.*"
    options = {pattern: {"extensions": "jinja2.ext.do", "silent": "false"}} if kind == "jinja2" else {}
    method = "python" if kind == "python" else "jinja2.ext:babel_extract"
    found = extract_from_dir(ROOT / folder, [(pattern, method)], options, KEYWORDS)
    texts = []
    for name, _line, message, _comments, _context in found:
        first = message[0] if isinstance(message, tuple) else message
        texts.append((first, f"{folder}/{name}"))
    return texts


@cache
def fragments(script: str) -> dict[Path, Catalog]:
    catalogs = {}
    for path in sorted((ROOT / "translations").glob(f"*.{script}.po")):
        with path.open("rb") as file:
            catalogs[path] = read_po(file, locale=SCRIPTS[script], charset="utf-8")
    return catalogs


def messages(script: str) -> Iterator[tuple[Path, Message]]:
    for path, catalog in fragments(script).items():
        yield from ((path, message) for message in catalog if message.id)


def key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_text_has_its_translation(script: str) -> None:
    known = {key(message) for _, message in messages(script) if message.string and not message.fuzzy}
    missing = {text: where for text, where in used().items() if text not in known}
    assert not missing
    assert len(used()) > 20


@pytest.mark.parametrize("script", SCRIPTS)
def test_no_two_areas_say_it_differently(script: str) -> None:
    said: dict[tuple[object, object], set[object]] = defaultdict(set)
    for _, message in messages(script):
        said[message.context, key(message)].add(message.string)
    assert not {text: ways for (_, text), ways in said.items() if len(ways) > 1}


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_translation_fills_the_same_places(script: str) -> None:
    def places(text: object) -> set[str]:
        parts = text if isinstance(text, tuple | list) else [text]
        return {place for part in parts for place in PLACE.findall(str(part))}

    odd = {
        f"{path.name}: {key(message)}": message.string
        for path, message in messages(script)
        if message.string and places(message.string) - places(message.id)
    }
    assert not odd


def test_both_scripts_translate_the_same_texts() -> None:
    traditional, simplified = ({key(message) for _, message in messages(script)} for script in SCRIPTS)
    assert traditional == simplified


def test_no_template_shows_words_that_nobody_can_translate() -> None:
    """Words between tags stand inside `{{ _(...) }}`; names of formats and standards are the same everywhere."""
    naked = re.compile(r">\s*([A-Z][a-z]+(?: [a-z]+)+[.!?]?)\s*<")
    comments = re.compile(r"{#.*?#}", re.DOTALL)
    found = {
        path.relative_to(ROOT).as_posix(): hits
        for path in sorted((ROOT / "templates").rglob("*.html"))
        if (hits := naked.findall(comments.sub("", path.read_text("utf-8"))))
    }
    assert not found
