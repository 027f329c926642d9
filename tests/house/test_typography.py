"""Chinese texts hold no typed space beside Latin words, figures and values: the style sheet sets that space."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from marketplace.wording.catalogs import SCRIPTS, merged
from marketplace.wording.dictionary import KINDS, entries

CHINESE = "\u3000-\u303f\u3400-\u9fff\uff00-\uffef"
TYPED = re.compile(rf"[{CHINESE}] [0-9A-Za-z%]|[0-9A-Za-z)%] [{CHINESE}]")


@pytest.mark.parametrize("language", SCRIPTS)
def test_no_space_is_typed_between_chinese_and_other_writing(language: str) -> None:
    sentences = [text for kind in KINDS for texts in entries(kind).values() for text in _texts(texts[language])]
    interface = [text for message in merged(language) for text in _texts(message.string)]
    assert len(sentences) > 100 and len(interface) > 500
    assert not {text for text in (*sentences, *interface) if TYPED.search(text)}


def _texts(value: Any) -> Iterator[str]:
    yield from (value,) if isinstance(value, str) else value
