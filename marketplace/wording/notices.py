"""What people are told, as an inbox line and as the text of a mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marketplace.wording.dictionary import entries, spoken
from marketplace.wording.filling import fill, one_line


@dataclass(frozen=True, slots=True)
class Told:
    """A notice in one language: one line, and the sentences below it (paragraphs parted by blank lines)."""

    subject: str
    text: str

    @property
    def paragraphs(self) -> list[list[str]]:
        """The sentences by paragraph, each as its lines."""
        return [part.split("\n") for part in self.text.split("\n\n") if part.strip()]


def render(code: str, details: Mapping[str, Any], language: str, *, zone: str = "") -> Told:
    """What the code says with these details; instants in the details' `zone`, else in the reader's."""
    texts = entries("NOTICES").get(code)
    if texts is None:
        return Told(code, "")
    subject, body = texts[spoken(language)]
    tongue = spoken(language)
    heading = one_line(fill(subject, details, tongue, zone=zone)).strip()
    return Told(heading, fill(body, details, tongue, zone=zone))


def choices(language: str) -> list[tuple[str, str]]:
    """The codes that people may do without by mail, each with its name."""
    return [(code, texts[spoken(language)]) for code, texts in entries("CHOICES").items()]
