"""Text on its way into a cell of a workbook."""

from __future__ import annotations

from html import escape
from typing import Final

# A cell of Excel holds 32,767 characters.
MOST_CHARACTERS: Final = 32_767
_OPEN: Final = "<r>"
_CLOSE: Final = "</r>"


def cell_text(text: str) -> str:
    """The text as XlsxWriter writes it letter by letter, as much of it as a cell holds.

    XlsxWriter takes text from `<r>` to `</r>` for markup of its own and writes it as it is: with that, somebody's words
    could make formulas or break the workbook. Such text becomes markup that says these very letters.
    """
    kept = text[:MOST_CHARACTERS]
    if not (kept.startswith(_OPEN) and kept.endswith(_CLOSE)):
        return kept
    marked = f'{_OPEN}<t xml:space="preserve">{escape(kept, quote=False)}</t>{_CLOSE}'
    # Markup that is longer than a cell would be dropped whole: with a space at its end it's text like any other.
    return marked if len(marked) <= MOST_CHARACTERS else f"{kept[: MOST_CHARACTERS - 1]} "
