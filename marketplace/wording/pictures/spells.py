"""How long partners stay, and how soon the first outcome comes: stored curves as charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from marketplace.spillovers.queries.stored import Values
from marketplace.wording.charts.curves import Curve, Step, StepCurves, step_curves
from marketplace.wording.charts.figures import About, Figure
from marketplace.wording.dictionary import said, spoken
from marketplace.wording.pictures.naming import EVERYBODY
from marketplace.wording.pictures.trends import cell

MOST_COHORTS: Final = 4
_STAY: Final = said("Partners that stay", "合作夥伴留存", "合作伙伴留存")
_STAY_ABOUT: Final = said(
    "The share of partners still active after so many months (Kaplan-Meier), all with their 95% limits and the latest "
    "years of beginning; below, how many were still observed.",
    "若干個月後仍然活躍的合作夥伴比例（Kaplan-Meier），包括全體及其95%限值，以及最近的開始年份；下方為仍在觀察的數目。",
    "若干个月后仍然活跃的合作伙伴比例（Kaplan-Meier），包括全体及其95%限值，以及最近的开始年份；下方为仍在观察的数量。",
)
_LAG: Final = said("Time to first outcome", "首項成果所需時間", "首项成果所需时间")
_LAG_ABOUT: Final = said(
    "The share of collaborations with a confirmed outcome so many months after their first session, with its 95% "
    "limits. Those still without one are counted as long as they were observed.",
    "首次使用後若干個月內已有確認成果的合作項目比例，附95%限值。尚無成果者按其觀察期計入。",
    "首次使用后若干个月内已有确认成果的合作项目比例，附95%限值。尚无成果的按其观察期计入。",
)


def retention(year: Values | None, language: str) -> Figure:
    """Partners that stay, for all and for the latest four cohorts."""
    tongue, cohorts = spoken(language), _cohorts(year, "ret.curve")
    latest = sorted((name for name in cohorts if name), reverse=True)[:MOST_COHORTS]
    wanted = [("", EVERYBODY[tongue]), *((name, name) for name in reversed(latest))]
    curves = tuple(
        Curve(label, tuple(_left(row, limits=not name) for row in cohorts[name]))
        for name, label in wanted
        if cohorts.get(name)
    )
    about = About(key="retention", title=_STAY[tongue], description=_STAY_ABOUT[tongue])
    return step_curves(about, StepCurves(curves if _observed(cohorts) else (), _until(cohorts)), language)


def lag(year: Values | None, language: str) -> Figure:
    """The share of collaborations that have had an outcome, by months since the first session."""
    tongue, cohorts = spoken(language), _cohorts(year, "lag.curve")
    steps = tuple(_come(row) for row in cohorts.get("", ())) if _observed(cohorts) else ()
    about = About(key="lag", title=_LAG[tongue], description=_LAG_ABOUT[tongue])
    curves = (Curve(EVERYBODY[tongue], steps),) if steps else ()
    return step_curves(about, StepCurves(curves, _until(cohorts), rising=True), language)


def _cohorts(year: Values | None, metric: str) -> Mapping[str, Sequence[Sequence[Any]]]:
    found = year.value(metric, "cohorts") if year else None
    return found if isinstance(found, Mapping) else {}


def _observed(cohorts: Mapping[str, Sequence[Sequence[Any]]]) -> bool:
    every = cohorts.get("", ())
    return bool(every) and every[0][1] > 0


def _until(cohorts: Mapping[str, Sequence[Sequence[Any]]]) -> float:
    return max((row[0] for row in cohorts.get("", ())), default=1)


def _left(row: Sequence[Any], *, limits: bool) -> Step:
    at, at_risk, _ended, left, low, high = row
    return Step(at, cell(left), cell(low) if limits else None, cell(high) if limits else None, at_risk)


def _come(row: Sequence[Any]) -> Step:
    """What has come is what is no longer left: the limits change places."""
    at, at_risk, _ended, left, low, high = row
    return Step(at, _rest(left), _rest(high), _rest(low), at_risk)


def _rest(share: Any) -> float | None:
    return None if share is None else round(1 - share, 12)
