"""The translations: the `.po` fragments of all areas, merged per language when they are first wanted."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

FRAGMENTS = Path(__file__).resolve().parents[2] / "translations"
LOCALES = {"en": "en", "zh-Hant": "zh_Hant_HK", "zh-Hans": "zh_Hans_CN"}
SCRIPTS = {"zh-Hant": "zh_Hant", "zh-Hans": "zh_Hans"}


class ConflictingTranslations(RuntimeError):
    """Two areas translate one text differently; the message names the text and both areas."""


@lru_cache(maxsize=3)
def translations(language: str) -> NullTranslations:
    """The catalog of a language (`en`, `zh-Hant`, `zh-Hans`); English texts are their own keys and need none."""
    if language not in SCRIPTS:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, merged(language))
    compiled.seek(0)
    return Translations(compiled)


def merged(language: str, folder: Path = FRAGMENTS) -> Catalog:
    """All areas' fragments of a Chinese language as one catalog. Raises `ConflictingTranslations`."""
    whole = Catalog(locale=LOCALES[language], fuzzy=False)
    origins: dict[Any, str] = {}
    for path in sorted(folder.glob(f"*.{SCRIPTS[language]}.po")):
        for message in fragment(path, language):
            if not message.id or not message.string or message.fuzzy:
                continue
            known = whole.get(message.id, message.context)
            if known is not None and known.string != message.string:
                area = origins[known.id, known.context]
                raise ConflictingTranslations(
                    f"{message.id!r}: {area} says {known.string!r}, {path.name} {message.string!r}"
                )
            whole.add(message.id, message.string, context=message.context)
            origins[message.id, message.context] = path.name
    return whole


def fragment(path: Path, language: str) -> Catalog:
    """One area's fragment as it stands."""
    with path.open("rb") as file:
        return read_po(file, locale=LOCALES[language], charset="utf-8")


def gettext(language: str, text: str, **values: object) -> str:
    """An interface text in a language outside any request: mails, documents, the codes' sentences."""
    return translations(language).ugettext(text) % values


def ngettext(language: str, singular: str, plural: str, n: int, **values: object) -> str:
    """The same for a counted text; `num` is `n` unless given."""
    return translations(language).ungettext(singular, plural, n) % {"num": n, **values}
