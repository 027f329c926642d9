"""Use of machines: E10 states, OEE, booked and used hours, and the mainland's machine hours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Final

from marketplace.operations.rules import machine_time as states
from marketplace.spillovers.rules import given as read
from marketplace.spillovers.rules.given import Given
from marketplace.spillovers.rules.machine_hours import Instrument, mean
from marketplace.spillovers.rules.results import Result, ratio
from marketplace.values.refusal import Invalid

HOURS_OF_A_YEAR: Final = 8784


def _of_states(formula: Callable[[states.Hours], states.Parts]) -> Callable[[Given], Result]:
    """A metric that is one part of the six states over another."""

    def computed(given: Given) -> Result:
        above, below = formula(_states(given))
        return Result(value=ratio(above, below), numerator=above, denominator=below, n=1)

    return computed


def between_failures(given: Given) -> Result:
    """use.e10.mtbf: productive hours for each failure; null without any."""
    above, below = _states(given)["productive"], given.whole("failures")
    return Result(value=ratio(above, below), numerator=above, denominator=below, n=1)


def to_repair(given: Given) -> Result:
    """use.e10.mttr: hours of repair for each failure; null without any."""
    above, below = given.number("repair_h", least=0), given.whole("failures")
    return Result(value=ratio(above, below), numerator=above, denominator=below, n=1)


def oee(given: Given) -> Result:
    """use.oee: availability, performance, quality and their product."""
    row = read.entry(given.value("oee"), "oee")
    names = ("planned_min", "down_min", "ideal_cycle_min", "total_units", "good_units")
    planned, down, cycle, made, good = (
        read.number(read.member(row, name, "oee"), f"oee/{name}", least=0) for name in names
    )
    if down > planned:
        raise Invalid.one("oee/down_min", "more_than_whole", whole="planned_min")
    if good > made:
        raise Invalid.one("oee/good_units", "more_than_whole", whole="total_units")
    value = states.oee((planned, down, cycle), (made, good))
    return Result(value=value, numerator=good * cycle, denominator=planned, n=1)


def show_rate(given: Given) -> Result:
    """use.show_rate: hours used inside booked hours, over booked hours."""
    booked, used = given.number("booked_h", least=0), given.number("used_inside_booked_h", least=0)
    if used > booked:
        raise Invalid.one("used_inside_booked_h", "more_than_whole", whole="booked_h")
    return Result(value=ratio(used, booked), numerator=used, denominator=booked, n=1)


def effective_hours(given: Given) -> Result:
    """use.cn.effective_hours: start-up, test and work after it of each instrument, without idle running."""
    found = _instruments(given)
    hours = {name: each.effective for name, each in found.items()}
    total = sum(hours.values(), Fraction(0))
    value = {"by_instrument": hours, "mean": mean(list(hours.values())), "sum": total}
    return Result(value=value, numerator=total, denominator=len(found), n=len(found))


def external_hours(given: Given) -> Result:
    """use.cn.external_hours: effective hours of users outside the legal entity."""
    found = _instruments(given)
    hours = {name: each.external for name, each in found.items()}
    total = sum(hours.values(), Fraction(0))
    value = {"by_instrument": hours, "mean": mean(list(hours.values())), "sum": total}
    return Result(value=value, numerator=total, denominator=len(found), n=len(found))


def quota_rate(given: Given) -> Result:
    """use.cn.quota_rate: effective hours over the quota of the kind, and over the survey's benchmark."""
    found, part = _instruments(given), _part_of_year(given)
    quotas = {name: read.number(each, f"quota_hours/{name}", above=0) for name, each in _quotas(given).items()}
    against = {name: quotas[each.kind] * part for name, each in found.items() if each.kind in quotas}
    survey = given.number("survey_benchmark", above=0) * part if given.has("survey_benchmark") else None
    hours, below = sum((found[name].effective for name in against), Fraction(0)), sum(against.values(), Fraction(0))
    value = {
        "vs_quota": {name: ratio(found[name].effective, quota) for name, quota in against.items()},
        "vs_survey": {name: ratio(each.effective, survey) for name, each in found.items()} if survey else None,
        "pooled": ratio(hours, below),
        "mean": mean([found[name].effective / quota for name, quota in against.items()]),
        "pro_rated": part != 1,
    }
    return Result(value=value, numerator=hours, denominator=below, n=len(against), n_unknown=len(found) - len(against))


def sharing_rate(given: Given) -> Result:
    """use.cn.sharing_rate: hours for others over effective hours, pooled and as a mean of the instruments' rates."""
    found = _instruments(given)
    external = sum((each.external for each in found.values()), Fraction(0))
    effective = sum((each.effective for each in found.values()), Fraction(0))
    value = {
        "by_instrument": {name: each.sharing for name, each in found.items()},
        "pooled": ratio(external, effective) or (0 if found else None),
        "mean": mean([each.sharing for each in found.values()]),
    }
    return Result(value=value, numerator=external, denominator=effective, n=len(found))


def online_rate(given: Given) -> Result:
    """use.cn.online_rate: eligible instruments that are registered on the national platform, over all eligible; null
    where no register is told."""
    eligible = set(read.names(given.rows("eligible"), "eligible", given.most_rows))
    if not given.has("on_platform"):
        return Result(value=None, denominator=len(eligible), n=0, n_unknown=len(eligible))
    listed = eligible & set(read.names(given.rows("on_platform"), "on_platform", given.most_rows))
    value = ratio(len(listed), len(eligible))
    return Result(value=value, numerator=len(listed), denominator=len(eligible), n=len(eligible))


def _states(given: Given) -> states.Hours:
    """The six states; they must partition the month, else the record is refused."""
    row = read.entry(given.value("states"), "states")
    if strange := sorted(str(name) for name in row.keys() - set(states.STATES)):
        raise Invalid.one("states", "state_unknown", known=", ".join(states.STATES), count=len(strange))
    hours = {name: read.number(read.member(row, name, "states"), f"states/{name}", least=0) for name in states.STATES}
    whole = given.number("month_hours", above=0)
    if states.total(hours) != whole:
        raise Invalid.one("states", "partition", sum=float(states.total(hours)), whole=float(whole))
    return hours


def _instruments(given: Given) -> dict[str, Instrument]:
    return {name: _instrument(each, f"instruments/{name}") for name, each in given.mapping("instruments").items()}


def _instrument(value: Any, field: str) -> Instrument:
    row = read.entry(value, field)
    prep, test, post = (
        read.number(read.member(row, name, field), f"{field}/{name}", least=0, most=HOURS_OF_A_YEAR)
        for name in ("prep", "test", "post")
    )
    external = read.number(row.get("ext") or 0, f"{field}/ext", least=0)
    found = Instrument(read.optional(row, "kind", field, read.text), prep, test, post, external)
    if external > found.effective:
        raise Invalid.one(f"{field}/ext", "more_than_whole", whole="prep + test + post")
    return found


def _quotas(given: Given) -> Mapping[str, Any]:
    return given.mapping("quota_hours")


def _part_of_year(given: Given) -> Fraction:
    """Quotas are for whole calendar years; a part of one is counted by days, and labelled (S-03)."""
    if not given.has("period_days"):
        return Fraction(1)
    days = given.whole("year_days", least=365, most=366) if given.has("year_days") else 365
    return Fraction(given.whole("period_days", least=1, most=days), days)


COMPUTATIONS: Final = {
    "use.e10.operational_uptime": _of_states(states.operational_uptime),
    "use.e10.total_uptime": _of_states(states.total_uptime),
    "use.e10.operational_utilisation": _of_states(states.operational_utilisation),
    "use.e10.total_utilisation": _of_states(states.total_utilisation),
    "use.e10.mtbf": between_failures,
    "use.e10.mttr": to_repair,
    "use.oee": oee,
    "use.show_rate": show_rate,
    "use.cn.effective_hours": effective_hours,
    "use.cn.external_hours": external_hours,
    "use.cn.quota_rate": quota_rate,
    "use.cn.sharing_rate": sharing_rate,
    "use.cn.online_rate": online_rate,
}
