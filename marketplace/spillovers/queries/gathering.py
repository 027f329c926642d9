"""The inputs of every metric for one frame; of those that no row tells of, why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from marketplace.spillovers.queries import distances, durations, outputs, pictured, promises, technology, uses
from marketplace.spillovers.queries.desk import Desk, Told, seated
from marketplace.spillovers.queries.standing import lay_out
from marketplace.spillovers.queries.withholding import leave_out_secrets
from marketplace.spillovers.registry import Kind, metrics
from marketplace.spillovers.rules.parameters import PARAMETERS
from marketplace.spillovers.rules.scopes import Frame

GATHERED: Final[Mapping[str, Callable[[Desk], list[Told]]]] = {
    **outputs.GATHERED,
    **uses.GATHERED,
    **durations.GATHERED,
    **technology.GATHERED,
    **promises.GATHERED,
    **pictured.GATHERED,
    **distances.GATHERED,
}
# Why a registered metric has no figure: its definition lacks, it is a step on tables and not of rows, no row tells it.
UNDEFINED: Final = "undefined"
METHOD: Final = "method"
NO_ROWS: Final = "no_rows_recorded"
STATES: Final = "machine_states_not_recorded"
# Inputs that only a record of a machine's states tells.
_OF_STATES: Final = frozenset({"states", "oee", "repair_h", "failures"})


def desk_for(session: Session, frame: Frame, parameters: Mapping[str, Any] = PARAMETERS) -> Desk:
    """Lay a frame out and answer what gathers its inputs under some assumptions; the tables go with the
    transaction."""
    lay_out(session, frame)
    leave_out_secrets(session, frame)
    return Desk(session, frame, seated(session, frame), parameters)


def gathered(desk: Desk) -> Iterator[tuple[str, list[Told]]]:
    """The inputs of each metric that rows tell of; gatherers that metrics share are asked once for neighbours."""
    last: Callable[[Desk], list[Told]] | None = None
    told: list[Told] = []
    for metric, gather in sorted(GATHERED.items(), key=lambda item: (item[1].__module__, item[1].__name__, item[0])):
        if gather is not last:
            last, told = gather, gather(desk)
        yield metric, told


def why_not(metric: str) -> str | None:
    """Why a registered metric has no figure; None where it has."""
    if metric in GATHERED:
        return None
    known = metrics()[metric]
    if known.undefined is not None:
        return UNDEFINED
    if not _OF_STATES.isdisjoint(known.inputs):
        return STATES
    return METHOD if known.kind is Kind.METHOD else NO_ROWS
