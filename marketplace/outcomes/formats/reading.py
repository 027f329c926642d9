"""Any bibliography as works: the format that was named, or the one that the content shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from marketplace.catalogue.formats import encodings
from marketplace.outcomes.formats import bibtex, crossref, csl, json_records, openalex, orcid, pasted, ris
from marketplace.outcomes.formats.works import Reading
from marketplace.values.refusal import Invalid

MAX_BYTES = json_records.MAX_BYTES
OF_TEXT: dict[str, Callable[[str], Reading]] = {
    pasted.NAME: pasted.read,
    bibtex.NAME: bibtex.read,
    ris.NAME: ris.read,
}
OF_JSON: dict[str, Callable[[Any], Reading]] = {
    csl.NAME: csl.read,
    crossref.NAME: crossref.read,
    orcid.NAME: orcid.read,
    openalex.NAME: openalex.read,
}
FORMATS: tuple[str, ...] = (*OF_TEXT, *OF_JSON)
# Old bibliographies of Western Europe; only where it is named, because every file reads as this.
LATIN = frozenset({"latin-1", "latin1", "iso-8859-1", "windows-1252", "cp1252"})
_BIBTEX = re.compile(r"^[ \t]*@[A-Za-z]+\s*[{(]", re.MULTILINE)
_RIS = re.compile(r"^[ \t]*TY[ \t]{1,2}-", re.MULTILINE)
_ORCID_KEYS = frozenset(
    {"orcid-identifier", "activities-summary", "group", "bulk", "put-code", "external-ids", "work-summary"}
)


def read(content: bytes | str, format: str | None = None, *, encoding: str | None = None) -> Reading:
    """Every work of a file or of a pasted text; raises `Invalid` (fields file, format, encoding) where the whole is
    broken, never for an entry."""
    if format not in (None, *FORMATS):
        raise Invalid.one("format", "choice")
    text = text_of(content, encoding)
    name = format or detect(text)
    if name in OF_TEXT:
        return OF_TEXT[name](text)
    value = json_records.loaded(text)
    return OF_JSON[of_json(value) if name == "json" else name](value)


def detect(text: str) -> str:
    """Which format the text shows: ris, bibtex, pasted, or json, whose own kind `of_json` tells."""
    text = text.lstrip("\ufeff \t\r\n")
    if text[:1] in ("{", "["):
        return "json"
    # Before the first record there may be anything; a line that only mentions an address is pasted.
    if _RIS.search(text):
        return ris.NAME
    if _BIBTEX.search(text):
        return bibtex.NAME
    return pasted.NAME


def of_json(value: object) -> str:
    """Which format a JSON value shows by the names it uses."""
    if json_records.at(value, "message") is not None:
        return crossref.NAME
    sample = json_records.first(json_records.at(value, "results") or json_records.at(value, "items") or value)
    if not isinstance(sample, dict):
        return csl.NAME
    if _ORCID_KEYS & sample.keys():
        return orcid.NAME
    if "authorships" in sample or str(sample.get("id")).startswith("https://openalex.org/"):
        return openalex.NAME
    if "DOI" in sample and isinstance(sample.get("title"), list):
        return crossref.NAME
    return csl.NAME


def text_of(content: bytes | str, encoding: str | None = None) -> str:
    """What a file says as text, within its limits; raises `Invalid`."""
    size = len(content)
    if size > MAX_BYTES:
        raise Invalid.one("file", "file_too_large", max_megabytes=MAX_BYTES // 2**20)
    if isinstance(content, bytes):
        content = _decoded(content, encoding)
    if not content.strip("\ufeff \t\r\n"):
        raise Invalid.one("file", "file_empty")
    if "\x00" in content:
        raise Invalid.one("file", "file_nul")
    return content.lstrip("\ufeff")


def _decoded(content: bytes, encoding: str | None) -> str:
    if encoding and encoding.strip().lower() in LATIN:
        return content.decode("cp1252", "replace")
    if encoding is None and content.startswith((b"PK", b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise Invalid.one("file", "file_not_a_bibliography")
    return encodings.decode(content, encoding)[0]
