"""What applications are called on pages: states, steps, facts of flows, and what their clocks say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.accounts.queries import names_of
from marketplace.applications.models import ApplicationEvent, Verb
from marketplace.applications.queries.grounds import authorities_of
from marketplace.applications.queries.looking import Look
from marketplace.applications.queries.rows import limit_of
from marketplace.applications.rules.clocks import ClockState
from marketplace.applications.rules.pairs import withheld
from marketplace.files.queries import stored_files
from marketplace.jurisdictions.models import Jurisdiction, Zone
from marketplace.permits.queries import vocabulary
from marketplace.values.localized import pick
from marketplace.web.formats import write_date
from marketplace.web.request import language, reading
from marketplace.wording.applications import HAPPENED, STATES, STEPS, VERBS
from marketplace.wording.filling import written
from marketplace.wording.permit_reasons import subject
from marketplace.wording.permits import agency_name


def state_look(state: Any, *, own: bool = False) -> tuple[str, str, str]:
    """The word, tone and shape of a state; an own duty is not filed but done."""
    code = state.value if hasattr(state, "value") else state
    name, tone, form = STATES["to_do" if own and code == "draft" else code]
    return name[language()], tone, form  # type: ignore[index]


def verb_name(verb: Any) -> str:
    """What a button says."""
    return VERBS[verb.value if hasattr(verb, "value") else verb][language()]  # type: ignore[index]


def agencies_offered(found: Look) -> list[tuple[str, str]]:
    """The authorities with which a draft may be filed, the proposed one first."""
    codes = authorities_of(reading(), found.line.row)
    own = found.line.row.agency_code
    return [(code, agency_name(code, _tag())) for code in sorted(codes, key=lambda code: code != own)]


def steps_offered(found: Look) -> list[tuple[str, str]]:
    """The times that the rule does not count."""
    return [(name, step_name(name)) for name in limit_of(found.line.row).excluded_steps]


def step_name(name: str) -> str:
    """What a time that is not counted is called."""
    return STEPS[name][_tag()] if name in STEPS else name


def page_values(found: Look, *, desk: bool = False) -> dict[str, Any]:
    """All that the page of one application shows."""
    row = found.line.row
    return {
        "found": found,
        "line": found.line,
        "row": row,
        "desk": desk,
        "clock": clock_said(found),
        "timeline": timeline(found.events),
        "facts": {flow: facts_said(flow, entry) for flow, entry in found.facts.items()},
        "documents": [_text(each) for each in found.rule.get("documents") or ()],
        "counterparts": [_counterpart(each) for each in found.counterparts],
        "hidden": withheld(found.facts) if row.pair_code else [],
        "agency": agency_name(row.agency_code, _tag()) if row.agency_code else None,
    }


def _counterpart(told: Mapping[str, Any]) -> dict[str, Any]:
    facts = {flow: facts_said(flow, entry) for flow, entry in told["facts"].items()}
    steps = [{"title": HAPPENED[each["verb"]][_tag()], "when": write_date(each["on"])} for each in told["timeline"]]
    return {**told, "facts": facts, "timeline": steps}


def clock_said(found: Look) -> str:
    """What the authority's clock says, in a sentence."""
    state, left = found.reading.state, found.line.left
    if found.line.row.agency_code is None:
        return ""
    if state is ClockState.NO_LIMIT:
        return str(_("no published limit"))
    if state is ClockState.NOT_BEGUN:
        return str(_("not begun"))
    if state is ClockState.PAUSED:
        return str(_("stopped while this time is not counted"))
    if state is ClockState.STOPPED or left is None:
        return ""
    return left_said(left)


def left_said(left: int) -> str:
    """How many days are left, or by how many the day is past."""
    if left < 0:
        return str(ngettext("overdue by %(num)d day", "overdue by %(num)d days", -left))
    return str(_("due today") if left == 0 else ngettext("%(num)d day left", "%(num)d days left", left))


def timeline(events: Sequence[ApplicationEvent]) -> list[dict[str, Any]]:
    """What happened, the oldest first."""
    files = stored_files(reading(), [each.file_id for each in events if each.file_id])
    names = names_of(reading(), {each.by for each in events if each.by})
    return [
        {
            "event": each,
            "title": HAPPENED[each.verb.value][_tag()],
            "tone": _TONES.get(each.verb, ("", "dot"))[0],
            "form": _TONES.get(each.verb, ("", "dot"))[1],
            "who": names.get(each.by, "") if each.by else _("Benchbridge"),
            "file": files.get(each.file_id) if each.file_id else None,
            "step": step_name(str(each.details["step"])) if each.details.get("step") else "",
        }
        for each in events
    ]


_TONES = {
    Verb.GRANT: ("jade", "check"),
    Verb.DONE: ("jade", "check"),
    Verb.REFUSE: ("vermilion", "cross"),
    Verb.REVOKE: ("vermilion", "cross"),
    Verb.ASK: ("amber", "ring"),
    Verb.EXTEND: ("amber", "clock"),
    Verb.BEGIN_STEP: ("amber", "pause"),
}


def facts_said(flow: str, entry: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The facts of a flow by what they are called."""
    known = vocabulary(reading())
    name = flow.partition("/")[0]
    found = []
    order = {fact: number for number, fact in enumerate(known)}
    for key, value in sorted(entry.items(), key=lambda told: order.get(f"{name}[].{told[0]}", len(order))):
        fact = known.get(f"{name}[].{key}")
        label = pick(fact["label"], _tag()).text if fact else key
        found.append((label[:1].upper() + label[1:], _said(fact or {}, value)))
    return found


def flow_name(flow: str) -> str:
    """What a flow is called."""
    name = subject(flow, _tag())
    return name[:1].upper() + name[1:]


def _said(fact: Mapping[str, Any], value: Any) -> str:
    choices = fact.get("choices") or {}
    if isinstance(value, str) and fact.get("kind") in _NAMED:
        return _NAMED[fact["kind"]](value)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        return ", ".join(_said(fact, each) for each in value) or "–"
    if isinstance(value, Mapping):
        return _mapping_said(value)
    if value in (None, ""):
        return "–"
    return pick(choices[value], _tag()).text if isinstance(value, str) and value in choices else str(value)


def _mapping_said(value: Mapping[str, Any]) -> str:
    if {"amount_minor", "currency"} <= value.keys():
        return written(value, _tag(), zone="")
    return "; ".join(f"{name}: {_said({}, each)}" for name, each in value.items()) or "–"


def _day(value: str) -> str:
    try:
        return write_date(date.fromisoformat(value))
    except ValueError:
        return value


def _place(value: str) -> str:
    rows = (reading().get(Jurisdiction, value), reading().get(Zone, value))
    return next((_text(row.name) for row in rows if row is not None), value)


def _party(value: str) -> str:
    return str({"user": _("the user"), "host": _("the host")}.get(value, value))


_NAMED: dict[str, Callable[[str], str]] = {
    "date": _day,
    "place": _place,
    "jurisdiction": _place,
    "zone": _place,
    "party": _party,
}


def _text(text: Mapping[str, str]) -> str:
    return pick(text, _tag()).text


def _tag() -> Any:
    return language()
