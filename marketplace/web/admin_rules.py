"""For administrators: permit rules in their versions, changing them, and the changes that wait for a second word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.queries import names_of
from marketplace.permits import queries
from marketplace.permits.actions import Wish, agree, propose, reject
from marketplace.permits.actions.versions import subject_of
from marketplace.permits.library import written_row
from marketplace.permits.models import PermitRule, PermitRuleProposal
from marketplace.permits.queries import editing
from marketplace.permits.rules.editing import weight
from marketplace.values.localized import Language
from marketplace.values.refusal import Invalid, NotFound, Refused
from marketplace.web.access import allow
from marketplace.web.forms.admin_rules import RowForm, RuleForm, rule_form, values_of
from marketplace.web.forms.fields import page, refusals_shown, text
from marketplace.web.forms.organisations import ReasonForm
from marketplace.web.happened import happened
from marketplace.web.request import actor, language, now, reading, transact, url
from marketplace.web.rule_comparison import compared, meaning
from marketplace.wording.refusals import sentence, sentence_of_error

blueprint = Blueprint("admin_rules", __name__)


@blueprint.get("/admin/rules")
@allow("permit_rule.oversee")
def overview() -> str:
    """What waits for a decision, and the background rules that nobody has confirmed yet."""
    waiting = editing.open_proposals(reading())
    every = queries.rules(reading())
    return render_template(
        "admin_rules/overview.html",
        waiting=waiting,
        names=names_of(reading(), {row.proposed_by for row in waiting if row.proposed_by}),
        titles={row.rule_id: row.told["title"] for row in every},
        background=[row for row in every if row.told["confidence"] == "BG"],
        edited=[row for row in every if row.entered_by is not None],
    )


@blueprint.get("/admin/rules/<rule>")
@allow("permit_rule.oversee")
def versions(rule: str) -> str:
    """The versions of one rule, two of them side by side: those of the address, else the newest two."""
    found = queries.versions(reading(), rule)
    new, old = _chosen(found, "new", 0), _chosen(found, "old", 1)
    proposals, subject = editing.proposals_of(reading(), rule), subject_of(rule)
    return render_template(
        "admin_rules/versions.html",
        rule=found[0],
        versions=found,
        new=new,
        old=old,
        comparison=compared(old.told, new.told),
        proposals=proposals,
        names=(names := _names(found, proposals)),
        confirmers={str(person): name for person, name in names.items()},
        history=happened(subject.kind, subject.id),
    )


@blueprint.route("/admin/rules/<rule>/change", methods=["GET", "POST"])
@allow("permit_rule.propose")
def change(rule: str) -> str | tuple[str, int]:
    """The fields that change most, each by itself; what comes of it is shown before anything happens."""
    newest = queries.versions(reading(), rule)[0]
    kind = rule_form(newest.told)
    form = kind(data=values_of(newest.told, newest.version)) if request.method == "GET" else kind()
    form.offer(_language())
    if form.validate_on_submit():
        with refusals_shown(form):
            return _preview(newest, written_row(form.applied(newest.told)), form)
    return page("admin_rules/change.html", form, rule=newest)


@blueprint.route("/admin/rules/<rule>/row", methods=["GET", "POST"])
@allow("permit_rule.propose")
def row(rule: str) -> str | tuple[str, int]:
    """The whole row as its file would tell it; what comes of it is shown before anything happens."""
    newest = queries.versions(reading(), rule)[0]
    if request.method == "GET":
        given = RowForm(data={"row": written_row(newest.told), "base": str(newest.version)})
        return page("admin_rules/row.html", given, rule=newest)
    form = RowForm()
    if "again" not in request.form and form.validate_on_submit():
        written = form.text()
        form.row.data = written or form.row.data
        if not form.errors:
            with refusals_shown(form):
                return _preview(newest, written, form)
    return page("admin_rules/row.html", form, rule=newest)


@blueprint.post("/admin/rules/<rule>/propose")
@allow("permit_rule.propose")
def send(rule: str) -> Response | tuple[str, int]:
    """Propose what was shown, or let it take effect at once where the rule holds up nothing."""
    newest = queries.versions(reading(), rule)[0]
    form = RowForm()
    if form.validate_on_submit():
        wish = Wish(rule, text(form.row), text(form.reason), _number(form.base.data))
        with refusals_shown(form):
            made = transact(lambda session: _told(propose(session, wish, now=now(), by=actor())))
            if isinstance(made, UUID):
                flash(_("The change waits for another administrator; they are told."))
                return redirect(url("admin_rules.proposal", proposal_id=made), code=303)
            flash(_("Version %(number)s is in effect.", number=made))
            return redirect(url("admin_rules.versions", rule=rule), code=303)
    form.base.data = str(newest.version)
    return page("admin_rules/row.html", form, rule=newest)


@blueprint.get("/admin/rules/proposals/<uuid:proposal_id>")
@allow("permit_rule.oversee")
def proposal(proposal_id: UUID) -> str:
    """One proposal beside the version that it would follow, and what it means."""
    return _proposal_page(proposal_id)


@blueprint.post("/admin/rules/proposals/<uuid:proposal_id>/agree")
@allow("permit_rule.decide")
def agree_to(proposal_id: UUID) -> Response | tuple[str, int]:
    """Make a proposal the newest version, by a second person's word."""
    seen = _number(request.form.get("seen", ""))
    try:
        made = transact(lambda session: agree(session, proposal_id, seen=seen, now=now(), by=actor()).version)
    except Refused as refused:
        return _proposal_page(proposal_id, [sentence(each, language()) for each in refused.reasons]), 409
    except Invalid as broken:
        return _proposal_page(proposal_id, [sentence_of_error(each, language()) for each in broken.errors]), 422
    flash(_("Version %(number)s is in effect.", number=made))
    return redirect(url("admin_rules.proposal", proposal_id=proposal_id), code=303)


@blueprint.route("/admin/rules/proposals/<uuid:proposal_id>/reject", methods=["GET", "POST"])
@allow("permit_rule.decide")
def turn_down(proposal_id: UUID) -> Response | tuple[str, int]:
    """Reject a proposal, with the reason that whoever proposed it is told."""
    form = ReasonForm()
    found = editing.proposal(reading(), proposal_id)
    if form.validate_on_submit():
        with refusals_shown(form):
            transact(lambda session: reject(session, proposal_id, text(form.reason), now=now(), by=actor()))
            flash(_("The rule stays as it is."))
            return redirect(url("admin_rules.proposal", proposal_id=proposal_id), code=303)
    return page("admin_rules/reject.html", form, proposal=found)


def _preview(newest: PermitRule, written: str, form: RuleForm | RowForm) -> tuple[str, int]:
    """What would become of the rule. Raises Invalid with every fault."""
    draft = editing.draft(reading(), newest.rule_id, written, by=actor().id)
    html = render_template(
        "admin_rules/preview.html",
        rule=newest,
        base=form.base.data,
        row=written,
        reason=text(form.reason),
        comparison=compared(newest.told, draft.told),
        meaning=meaning(draft.weight),
        two=draft.weight.needs_two,
    )
    return html, 200


def _proposal_page(proposal_id: UUID, reasons: list[str] | None = None) -> str:
    found = editing.proposal(reading(), proposal_id)
    every = queries.versions(reading(), found.rule_id)
    base = every[0] if found.decided_at is None else _version(every, found.base_version)
    others = [each.told for each in queries.rules(reading()) if each.rule_id != found.rule_id]
    return render_template(
        "admin_rules/proposal.html",
        proposal=found,
        base=base,
        comparison=compared(base.told, found.told),
        meaning=meaning(weight(base.told, found.told, others))[:-1],
        names=_names(every, [found]),
        own=found.proposed_by == actor().person_id,
        reasons=reasons or [],
    )


def _names(versions: Any, proposals: Any) -> Mapping[UUID, str]:
    """Who entered, proposed, decided and confirmed."""
    people = {each.entered_by for each in versions}
    people |= {person for each in proposals for person in (each.proposed_by, each.decided_by)}
    confirmed = [each.told.get("confirmed") or {} for each in (*versions, *proposals)]
    people |= {UUID(each["by"]) for each in confirmed if "by" in each}
    return names_of(reading(), {person for person in people if person is not None})


def _told(made: PermitRule | PermitRuleProposal) -> UUID | int:
    return made.id if isinstance(made, PermitRuleProposal) else made.version


def _chosen(found: Any, name: str, place: int) -> PermitRule:
    """The version that the address names; else the one at a place from the newest, or the oldest."""
    if name in request.args:
        return _version(found, _number(request.args[name]))
    return cast(PermitRule, found[min(place, len(found) - 1)])


def _version(found: Any, number: int) -> PermitRule:
    row = next((each for each in found if each.version == number), None)
    if row is None:
        raise NotFound(str(number))
    return cast(PermitRule, row)


def _number(given: Any) -> int:
    """A version's number; 0, which no version has, for anything else."""
    return int(given) if isinstance(given, str) and given.isascii() and given.isdigit() and len(given) < 10 else 0


def _language() -> Language:
    return cast(Language, language())
