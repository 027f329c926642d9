"""Attribution, additionality, and what of a figure may be published."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from marketplace.spillovers.rules import given as read
from marketplace.spillovers.rules.attribution import LOSSES, MOST_DECIMALS, net_of_losses, shared_out
from marketplace.spillovers.rules.disclosure import FEWEST_CONTRIBUTORS, dominated, round5, small
from marketplace.spillovers.rules.given import Given
from marketplace.spillovers.rules.results import Result, label, ratio
from marketplace.values.refusal import Invalid

TOTAL: Final = "total"


def attributed(given: Given) -> Result:
    """attr.share: a value by shares that sum to 1 exactly, to the smallest unit, by largest remainders."""
    decimals = given.whole("decimals", most=MOST_DECIMALS) if given.has("decimals") else 2
    shares = [read.number(each, f"shares/{at}", above=0, most=1) for at, each in enumerate(given.rows("shares"))]
    if sum(shares) != 1:
        raise Invalid.one("shares", "sum_to_one", sum=float(sum(shares)))
    amount = given.number("value", least=0)
    value: dict[str, Any] = {"attributed": shared_out(amount, shares, decimals)}
    if given.has("thirds_of"):
        thirds = given.number("thirds_of", least=0)
        value[f"thirds_of_{label(thirds)}"] = shared_out(thirds, [Fraction(1, 3)] * 3, decimals)
    return Result(value=value, numerator=sum(value["attributed"]), denominator=1, n=len(shares))


def additional(given: Given) -> Result:
    """add.net: the value net of leakage, displacement and substitution, less that of the reference case."""
    row = read.entry(given.value("additionality"), "additionality")
    gross, reference = (_additionality(row, name) for name in ("GI", "GI_ref"))
    with_us = net_of_losses(gross, _case(row, ""))
    without = net_of_losses(reference, _case(row, "_ref"))
    value = {
        "gross_intervention": with_us,
        "gross_reference": without,
        "net": with_us - without,
        "ratio_to_GI": ratio(with_us - without, gross),
    }
    return Result(value=value, numerator=with_us - without, denominator=gross, n=1)


def rounded(given: Given) -> Result:
    """sdc.round5: counts to the nearest 5, 1 to 4 as "fewer than 5", a true 0 as 0, totals from unrounded values."""
    counts = {name: read.whole(each, f"counts/{name}") for name, each in given.mapping("counts").items()}
    parts = [count for name, count in counts.items() if name != TOTAL]
    if TOTAL in counts and sum(parts) != counts[TOTAL]:
        raise Invalid.one("counts/total", "partition", sum=sum(parts), whole=counts[TOTAL])
    hidden = sum(1 for count in counts.values() if small(count))
    return Result(value={name: round5(count) for name, count in counts.items()}, n=len(parts), suppressed=hidden)


def dominance(given: Given) -> Result:
    """sdc.ppercent: whether a contributor could tell the largest one's part to within p per cent."""
    row = read.entry(given.value("cell"), "cell")
    told = read.rows(read.member(row, "contributors", "cell"), "cell/contributors", given.most_rows)
    parts = [read.number(each, f"cell/contributors/{at}", least=0) for at, each in enumerate(told)]
    p = read.number(read.member(row, "p", "cell"), "cell/p", above=0, most=100)
    unsafe, present = dominated(parts, p), sum(1 for each in parts if each)
    value = {"unsafe": unsafe, "too_few_contributors": present < FEWEST_CONTRIBUTORS}
    return Result(value=value, n=len(parts), suppressed=int(unsafe or value["too_few_contributors"]))


def _additionality(row: Mapping[str, Any], name: str) -> Fraction:
    return read.number(read.member(row, name, "additionality"), f"additionality/{name}", least=0)


def _case(row: Mapping[str, Any], ending: str) -> dict[str, Fraction]:
    """The parameters of one case; the reference case has those of the other where its own are not told."""

    def told(name: str) -> tuple[Any, str]:
        own = f"{name}{ending}"
        key = own if row.get(own) is not None else name
        return read.member(row, key, "additionality"), f"additionality/{key}"

    losses = {name: read.number(*told(name), least=0, most=1) for name in LOSSES}
    return {**losses, "multiplier": read.number(*told("multiplier"), least=0, most=1000)}


COMPUTATIONS: Final = {
    "attr.share": attributed,
    "add.net": additional,
    "sdc.round5": rounded,
    "sdc.ppercent": dominance,
}
