"""The returns that can be made, by the name of their profile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from marketplace.spillovers.rules.returns.he_bci import he_bci
from marketplace.spillovers.rules.returns.nrii import nrii
from marketplace.spillovers.rules.returns.rows import Holdings, Return
from marketplace.spillovers.rules.returns.ugc import ugc

PROFILES: Final[Mapping[str, Callable[[Holdings, int], Return]]] = {"he-bci": he_bci, "ugc": ugc, "nrii": nrii}
