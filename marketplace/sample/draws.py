"""What the synthetic collaborations and outcomes are drawn from: shares of kinds and states, classes, small sums."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import Final

# Subclasses of the International Patent Classification, such as labs and pilot lines would meet.
_SUBCLASSES: Final = (
    "A23L A61B A61F A61K A61L A61M A61N A61P A61Q B01D B01F B01J B05D B08B B22F B23K B25J B29C B32B B33Y B60L B65G"
    " B81B B81C B82Y C01B C01G C03C C04B C07C C07D C07H C07K C08F C08G C08J C08K C08L C09D C09K C12N C12P C12Q C22C"
    " C23C C25B C30B D01F D04H E02D F01D F02C F16H F24F F25B G01B G01J G01K G01L G01M G01N G01R G01S G01V G02B G02F"
    " G03F G05B G05D G06F G06N G06Q G06T G06V G08B G08G G11C G16B G16H H01B H01F H01G H01J H01L H01M H01P H01Q H01R"
    " H01S H02J H02K H02M H02S H03F H03H H03K H03M H04B H04J H04L H04N H04R H04W H05B H05K H10B H10D H10F H10K H10N"
)
CLASSES: Final = tuple(_SUBCLASSES.split())
Table = tuple[Sequence[str], Sequence[int]]


def table(shares: dict[str, int]) -> Table:
    """Names with how many of a thousand each takes, summed up."""
    return tuple(shares), tuple(accumulate(shares.values()))


OUTCOMES: Final = table(
    {"publication": 400, "patent_family": 120, "dataset": 50, "software": 40, "contract_research": 70}
    | {"collaborative_research": 40, "consultancy": 40, "facility_service": 80, "licence": 20, "option": 5}
    | {"assignment": 5, "spinoff": 10, "training": 40, "degree": 15, "job": 25, "follow_on_funding": 15}
    | {"new_product": 10, "process_improvement": 6, "award": 5, "standard": 2, "other": 2}
)
STATUSES: Final = table(
    {"confirmed": 780, "submitted": 100, "draft": 40, "disputed": 40, "withdrawn": 25, "rejected": 15}
)
KINDS: Final = table(
    {"facility_service": 380, "collaborative_research": 230, "contract_research": 170, "consultancy": 70}
    | {"pilot_project": 90, "training": 40, "other": 20}
)
STATES: Final = table({"active": 560, "completed": 340, "ended": 75, "proposed": 15, "declined": 10})
PARTIES: Final = table({"2": 700, "3": 180, "4": 80, "5": 40})
DIRECTIONS: Final = table({"provider_to_user": 520, "joint": 330, "user_to_provider": 90, "third_party": 60})
ADDITIONALITY: Final = table({"same": 100, "later": 320, "smaller": 280, "elsewhere": 140, "not_at_all": 160})
# How a whole is shared among so many, as an agreement would say it.
AGREED: Final = {
    1: (("1",),),
    2: (("0.5", "0.5"), ("0.6", "0.4"), ("0.7", "0.3")),
    3: (("0.4", "0.3", "0.3"), ("0.5", "0.25", "0.25"), ("0.3334", "0.3333", "0.3333")),
    4: (("0.4", "0.2", "0.2", "0.2"), ("0.25", "0.25", "0.25", "0.25")),
    5: (("0.2", "0.2", "0.2", "0.2", "0.2"), ("0.6", "0.1", "0.1", "0.1", "0.1")),
}
# What is told of money and cash by year; contracts run for these.
PAID: Final = frozenset(
    {"contract_research", "collaborative_research", "consultancy", "facility_service", "licence", "option"}
)
DATED: Final = frozenset({"contract_research", "collaborative_research", "consultancy", "facility_service"})
# Tenths of a value that would have come anyhow.
WITHOUT: Final = {"same": 10, "later": 8, "smaller": 5, "elsewhere": 9, "not_at_all": 0}
CLASSED: Final = frozenset({"publication", "patent_family", "software"})


def drawn(of: Table, random: Random) -> str:
    """One name of a table, as often as its share says."""
    names, sums = of
    number = random.random() * sums[-1]
    return next(name for name, up_to in zip(names, sums, strict=True) if number < up_to)


def fields_of(random: Random) -> tuple[str, ...]:
    """The classes that an organisation works in: neighbours in the classification, and now and then a stranger."""
    first = int(random.random() * len(CLASSES))
    near = tuple(CLASSES[(first + step) % len(CLASSES)] for step in range(2 + int(random.random() * 4)))
    return near if random.random() < 0.6 else (*near, CLASSES[int(random.random() * len(CLASSES))])
