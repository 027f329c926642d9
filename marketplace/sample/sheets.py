"""The sample set as it is written down in text files: organisations, people, listings and their shared habits."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from marketplace.values.localized import LANGUAGES

FOLDER = Path(__file__).resolve().parent / "texts"
LISTINGS = ("hong_kong", "shenzhen", "guangzhou_dongguan", "hengqin_macao")

Sheet = Mapping[str, Any]


def localized(texts: Sequence[str] | None) -> dict[str, str]:
    """A text as the files give it, English first, by language; nothing where there is none."""
    return dict(zip(LANGUAGES, texts, strict=True)) if texts else {}


@cache
def organisations() -> Mapping[str, Sheet]:
    """Every sample organisation by its key."""
    return {one["key"]: one for one in read("organisations")["organisation"]}


@cache
def people() -> Mapping[str, Sheet]:
    """The cast and the others by key; then the host manager of every organisation that names one."""
    found: dict[str, Sheet] = {one["key"]: one for one in read("people")["person"]}
    for key, one in organisations().items():
        if "manager" in one:
            name, local_part, language = one["manager"]
            roles = ["host_manager", "manager"]
            found[f"{key}-host"] = {
                "key": f"{key}-host",
                "email": f"{local_part}@example.org",
                "name": name,
                "language": language,
                "organisation": key,
                "roles": roles,
            }
    return found


@cache
def facilities() -> Sequence[Sheet]:
    """Every sample facility with its units, in the order of the files."""
    return [one for file in LISTINGS for one in read(file)["facility"]]


@cache
def habits() -> Sheet:
    """Weeks, booking rules, terms, what to bring and what people say, each by name."""
    return read("habits")


@cache
def upkeep() -> Sheet:
    """Why units are closed for a while, and the conversations."""
    return read("upkeep")


@cache
def collaborations() -> Sequence[Sheet]:
    """Collaborations that people of the set made by hand."""
    found: Sequence[Sheet] = read("collaborations")["collaboration"]
    return found


def in_words_of(person: str, texts: Sequence[str]) -> str:
    """A text as somebody of the set, named by key, would write it."""
    return texts[LANGUAGES.index(people()[person]["language"])]


def host_of(organisation: str) -> str:
    """The key of the person who manages the listings of an organisation."""
    return f"{organisation}-host" if f"{organisation}-host" in people() else "bo"


def read(name: str) -> dict[str, Any]:
    """One of the text files."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
