"""Tables of packs: every value comes back, and no cell is taken for a formula."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from marketplace.spillovers.packs.inputs import Apart, apart, together
from marketplace.spillovers.packs.sheets import csv_of, rows_of
from marketplace.spillovers.packs.texts import Broken, compact

TEXT = some.text(some.characters(exclude_categories=("Cs",)), max_size=8)
ODD = some.sampled_from(["=1", "'=1", "'", "-1", "null", "", "\r", "１", "+852"])
VALUE = some.recursive(
    some.none()
    | some.booleans()
    | some.integers(-(10**40), 10**40)
    | some.floats(allow_nan=False, allow_infinity=False)
    | TEXT
    | ODD,
    lambda inner: (
        some.lists(inner, max_size=3) | some.dictionaries(TEXT | some.sampled_from(["id", "a", "b"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(some.dictionaries(TEXT, VALUE, max_size=4))
def test_inputs_come_back_from_their_tables_exactly(inputs: dict[str, Any]) -> None:
    parts = apart(inputs)
    tables = {member: rows_of(csv_of(rows), member) for member, rows in parts.tables.items()}
    assert compact(together(Apart(parts.shape, tables, parts.parameters))) == compact(inputs)


def test_cells_that_begin_like_formulas_are_marked() -> None:
    written = csv_of([{"name": "=HYPERLINK(1)", "more": "@x"}]).decode("utf-8-sig")
    assert written.splitlines()[1] == "'@x,'=HYPERLINK(1)"


def test_numbers_and_nothing_stay_what_they_are() -> None:
    rows = [{"a": 1, "b": None, "c": "1"}, {"a": None, "b": None, "c": None}]
    content = csv_of(rows)
    assert content.decode("utf-8-sig").splitlines()[0] == "a:whole,b,c"
    assert rows_of(content, "x") == rows


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "sheet_empty"),
        (b"\xff\xfea", "encoding"),
        (b"a,a\r\n1,2\r\n", "sheet_head"),
        (b"a:float\r\n1\r\n", "sheet_head"),
        (b"a,b\r\n1\r\n", "sheet_width"),
        (b"a:whole\r\n1e5\r\n", "sheet_number"),
        (b"a:whole\r\n" + b"9" * 5000 + b"\r\n", "sheet_number"),
        (b'a:json\r\n"{""x"":1,""x"":2}"\r\n', "json"),
        (b"a:json\r\nNaN\r\n", "json"),
        (b"a:json\r\n" + b"[" * 100_000 + b"\r\n", "json_deep"),
        (b'a\r\n"open', "sheet"),
    ],
    ids=["empty", "encoding", "twice", "kind", "width", "number", "digits", "name-twice", "nan", "deep", "quote"],
)
def test_tables_of_strangers_are_refused_in_words(content: bytes, code: str) -> None:
    with pytest.raises(Broken) as told:
        rows_of(content, "rows/x.csv")
    assert (told.value.findings[0].code, told.value.findings[0].file) == (code, "rows/x.csv")
