"""Input that nobody should send and somebody will: what both walks with hostile values draw from.

Drawn from a seeded source, so that a run can be repeated to the letter; the long run takes more seeds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

TEXTS = (
    "", " ", "\x00", "a\x00b", "\ud800", "\udfff\ud800", "\u202egnp.exe", "\ufffe", "\u0085", "é\u0301" * 40,
    "電鏡" * 30, "x" * 5000, "'; DROP TABLE people; --", "<script>alert(1)</script>", "{{ 7 * 7 }}", "%s%d%(name)s",
    "../../etc/passwd", "%", "_", "\\", "\r\nSet-Cookie: a=b", "null", "NaN", "-1", "1e999", "٣", "𝟘", "²", "0x10",
    "1_000", "+1", "--", "true", "[]", "{}", "a@b", "javascript:alert(1)", "//example.org", "http://[", "https://a.b:99999999/",
)  # fmt: skip
NUMBERS = (
    0, -1, 1, 2, 30, 59, 1440, 2**31 - 1, 2**31, -(2**31) - 1, 2**63 - 1, 2**63, -(2**63) - 1, 10**30, 10**400,
    0.1, -0.0, 1e308, 5e-324, float("inf"), float("-inf"), float("nan"),
)  # fmt: skip
DAYS = (
    "0001-01-01", "9999-12-31", "1999-12-31", "2026-02-30", "2026-13-01", "20260304", "2026-W10-3", "10000-01-01", "0",
)  # fmt: skip
INSTANTS = (
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
    "9999-12-31T23:30", "2026-03-04T24:00:00Z", "2026-03-04T09:00:00", "2026-03-04T09:00:60Z",
    "2026-03-04T09:00:00.123456789+23:59", "2026-11-01T01:30:00-04:00", "1", "now",
)  # fmt: skip
TIMES = ("00:00", "23:59", "24:00", "25:61", "9", "12:30:59.999")
ODD = (None, True, False, [], {}, [[]], {"": ""}, [None], {"a": {"b": {"c": []}}})
CODES = ("HK", "CN", "CN-GD", "MO", "HKD", "CNY", "JPY", "XXX", "HK-GEN", "en", "zh-Hant", "Asia/Hong_Kong", "UTC")
# As bodies where JSON is asked.
BODIES = (
    b"", b"{", b"null", b"[]", b'"x"', b"1", b"\xff\xfe", b"[" * 20_000, b'{"a":' * 20_000, b'{"a": 1, "a": 2}',
    b'{"\\u0000": 1}', b"[1" + b"0" * 5000 + b"]", b"[1e400]", b"\xef\xbb\xbf{}", b"NaN",
)  # fmt: skip
NIL = UUID(int=0)


class Hostile(Random):
    """A source of values, some fit and some not."""

    def __init__(self, seed: int, now: datetime) -> None:
        super().__init__(seed)
        self.now = now

    def one_in(self, number: int) -> bool:
        """Whether now is one of so many times."""
        return self.randrange(number) == 0

    def text(self) -> str:
        """Any text at all, most of it no good for anything."""
        return self.choice(
            (self.choice(TEXTS), self.choice(DAYS), self.choice(INSTANTS), self.choice(TIMES), self.choice(CODES))
        )

    def anything(self) -> Any:
        """Any JSON value at all."""
        return self.choice((self.text(), self.choice(NUMBERS), self.choice(ODD), str(NIL), self.text()))

    def identifier(self) -> str:
        """An id of nothing."""
        return str(self.choice((NIL, UUID(int=2**128 - 1), UUID(int=self.getrandbits(128)))))

    def instant(self) -> str:
        """An instant, soon, near midnight or far beyond any calendar."""
        if self.one_in(2):
            return self.choice(INSTANTS)
        at = self.now + timedelta(minutes=30 * self.randrange(-200, 2000))
        return at.isoformat()

    def day(self) -> str:
        """A day, soon or far beyond any calendar."""
        if self.one_in(2):
            return self.choice(DAYS)
        return (self.now.date() + timedelta(days=self.randrange(-60, 400))).isoformat()

    def of_schema(self, document: Mapping[str, Any], schema: Any, *, depth: int = 0) -> Any:
        """A value that a schema more or less allows: each part is now and then something else altogether."""
        if depth > 6 or self.one_in(8) or not isinstance(schema, dict):
            return self.anything()
        if "$ref" in schema:
            *_, kind, name = schema["$ref"].split("/")
            return self.of_schema(document, document["components"][kind][name], depth=depth)
        if "enum" in schema:
            return self.choice(schema["enum"])
        kinds = schema.get("type", "object")
        kind = kinds if isinstance(kinds, str) else self.choice(kinds)
        if kind == "object":
            return self._object(document, schema, depth)
        if kind == "array":
            return [self.of_schema(document, schema.get("items"), depth=depth + 1) for _ in range(self.randrange(4))]
        return self._plain(kind, schema.get("format"))

    def _object(self, document: Mapping[str, Any], schema: Any, depth: int) -> dict[str, Any]:
        needed = set(schema.get("required", ()))
        made = {
            name: self.of_schema(document, part, depth=depth + 1)
            for name, part in schema.get("properties", {}).items()
            if name in needed or self.one_in(2)
        }
        if schema.get("additionalProperties") not in (None, False) or self.one_in(10):
            made[self.choice(("en", "zh-Hans", "name", self.text()))] = self.anything()
        return made

    def _plain(self, kind: str, form: str | None) -> Any:
        if kind == "string":
            makers = {"uuid": self.identifier, "date": self.day, "date-time": self.instant}
            return makers.get(form or "", self.text)()
        if kind in ("integer", "number"):
            return self.choice((self.choice(NUMBERS), self.randrange(1, 200)))
        return {"boolean": self.one_in(2), "null": None}[kind]

    def spoilt(self, given: Any) -> Any:
        """Something fit with one part of it made unfit."""
        if isinstance(given, dict) and given and not self.one_in(6):
            name = self.choice(sorted(given))
            return {**given, name: self.spoilt(given[name])}
        if isinstance(given, list) and given and not self.one_in(6):
            place = self.randrange(len(given))
            return [self.spoilt(item) if number == place else item for number, item in enumerate(given)]
        return self.anything()


def sendable(text: str) -> str:
    """What a client can put into a form at all: lone surrogates it can't."""
    return text.encode("utf-8", "replace").decode("utf-8")
