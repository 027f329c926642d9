"""The vault: approvals held already, entered by their owners, and the word of those who may give it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import chain
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.accounts.models import Organisation
from marketplace.accounts.policy import demand, may
from marketplace.accounts.queries import names_of
from marketplace.files.actions import Purpose, keep
from marketplace.files.queries import stored_file
from marketplace.permits.actions import vault as verbs
from marketplace.permits.models import VaultEntry, VaultState
from marketplace.permits.queries import vault as queries
from marketplace.permits.rules.vault import NewEntry, plain
from marketplace.values.refusal import FieldError, Forbidden, Invalid, NotFound, Refused
from marketplace.web.access import allow
from marketplace.web.forms.bookings import uuid_or_none
from marketplace.web.forms.fields import page, refusals_shown, text
from marketplace.web.forms.vault import ME, AmountForm, EntryForm, Under, WordForm, number_in, scope_of, values_of
from marketplace.web.happened import happened
from marketplace.web.limiting import spend_uploads
from marketplace.web.request import actor, language, now, reading, store, transact, url
from marketplace.web.vault_words import (
    basis_words,
    issuers_offered,
    law_of,
    look_of,
    organisations,
    owners_offered,
    rows_of,
    scope_fields,
    scope_said,
    today,
    under_offered,
)
from marketplace.wording.refusals import sentence
from marketplace.wording.vault import EFFECTS

blueprint = Blueprint("vault", __name__)
blueprint.add_app_template_filter(look_of, "vault_look")
blueprint.add_app_template_filter(plain, "volume")

Owner = dict[str, UUID | None]
# What could be an organisation's address at all: nothing else is asked for.
SLUG: Final = re.compile(r"[a-z0-9-]{1,120}")
DEEDS: dict[str, Callable[..., object]] = {"reject": verbs.reject, "revoke": verbs.revoke}


@blueprint.get("/vault")
@allow("vault.list")
def mine() -> str:
    """What the reader and their organisations hold, what ends next on top."""
    rows = rows_of(queries.entries_of(reading(), by=actor()))
    return render_template("vault/mine.html", rows=rows, gives_word=may(actor(), "vault.queue"))


@blueprint.get("/vault/new")
@allow("vault.list")
def choose() -> Response | str:
    """The first step: whose it is, and what it is."""
    owners = owners_offered()
    chosen = request.args.get("owner", owners[-1][0])
    chosen = chosen if chosen in dict(owners) else ME
    groups = under_offered(for_person=chosen == ME)
    under = request.args.get("under", "")
    if under in {code for offered in groups.values() for code, _name in offered}:
        return redirect(url("vault.enter", owner=chosen, under=under), code=303)
    return render_template("vault/choose.html", owners=owners, chosen=chosen, groups=groups)


@blueprint.route("/vault/new/<owner>/<under>", methods=["GET", "POST"])
@allow("vault.enter")
def enter(owner: str, under: str) -> Response | tuple[str, int]:
    """The second step: what the paper says."""
    whose = _owner(owner)
    demand(actor(), "vault.enter", owner=whose["person_id"], organisation=whose["organisation_id"],
           host=whose["organisation_id"])  # fmt: skip
    wanted = _under(under)
    law = law_of(wanted.rule_id)
    usual = {"issuer_code": next(iter(law.told.get("authority") or ()), "") if law else ""}
    form = (EntryForm(data=usual) if request.method == "GET" else EntryForm()).offer(wanted, issuers_offered(law))
    fields = scope_fields(law, scope_of(request.form, scope_fields(law, {})))
    if form.validate_on_submit():
        with refusals_shown(form):
            new = _told(form, wanted, scope_of(request.form, fields), whose)
            made = _with_file(lambda work, told: verbs.enter(work, told, now=now(), by=actor()), new)
            flash(_("It is entered. It counts as soon as it is verified."))
            return redirect(url("vault.one", entry_id=made), code=303)
    return page("vault/form.html", form, entry=None, under=wanted, name=_named(wanted), scope=fields, owner=owner)


@blueprint.get("/vault/<uuid:entry_id>")
@allow("vault.see")
def one(entry_id: UUID) -> str:
    """One entry: what it says, how it stands, where it was used, and what may be done with it."""
    return _shown(queries.entry(reading(), entry_id, by=actor()), AmountForm(formdata=None))


@blueprint.route("/vault/<uuid:entry_id>/change", methods=["GET", "POST"])
@allow("vault.change")
def change(entry_id: UUID) -> Response | tuple[str, int]:
    """Put an entry right while nobody has verified it."""
    entry = queries.entry(reading(), entry_id, by=actor())
    demand(actor(), "vault.change", **_relations(entry))
    under, law = Under.of(entry), law_of(entry.rule_id)
    slugs = [slug for _name, slug in organisations(entry.parties).values()]
    form = EntryForm(data=values_of(entry, slugs)) if request.method == "GET" else EntryForm()
    form.offer(under, issuers_offered(law))
    empty = scope_fields(law, {})
    fields = scope_fields(law, entry.scope if request.method == "GET" else scope_of(request.form, empty))
    if form.validate_on_submit():
        with refusals_shown(form):
            whose: Owner = {"organisation_id": entry.organisation_id, "person_id": entry.person_id}
            new = replace(_told(form, under, scope_of(request.form, fields), whose), file_id=entry.file_id)
            _with_file(lambda work, told: verbs.change(work, entry_id, told, now=now(), by=actor()), new)
            flash(_("The entry is saved and waits to be verified."))
            return redirect(url("vault.one", entry_id=entry_id), code=303)
    return page("vault/form.html", form, entry=entry, under=under, name=_named(under), scope=fields, owner="")


@blueprint.post("/vault/<uuid:entry_id>/remove")
@allow("vault.remove")
def remove(entry_id: UUID) -> Response:
    """Take away an entry that nobody has verified."""
    transact(lambda work: verbs.remove(work, entry_id, now=now(), by=actor()))
    flash(_("The entry is taken away."))
    return redirect(url("vault.mine"), code=303)


@blueprint.post("/vault/<uuid:entry_id>/verify")
@allow("vault.verify")
def verify(entry_id: UUID) -> Response | tuple[str, int]:
    """Let an entry count, as its page showed it; one that was changed since is shown anew."""
    seen = request.form.get("revision", "")
    revision = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0
    try:
        transact(lambda work: verbs.verify(work, entry_id, now=now(), by=actor(), revision=revision))
    except Refused as refused:
        flash(" ".join(sentence(reason, language()) for reason in refused.reasons), "warning")
        return one(entry_id), 409
    flash(_("The entry is verified; its owner is told."))
    return redirect(url("vault.one", entry_id=entry_id), code=303)


@blueprint.route("/vault/<uuid:entry_id>/reject", methods=["GET", "POST"], defaults={"deed": "reject"})
@allow("vault.reject")
def reject(entry_id: UUID, deed: str) -> Response | tuple[str, int]:
    """Say that an entry can't be verified, and why."""
    return _reasoned(entry_id, deed)


@blueprint.route("/vault/<uuid:entry_id>/revoke", methods=["GET", "POST"], defaults={"deed": "revoke"})
@allow("vault.revoke")
def revoke(entry_id: UUID, deed: str) -> Response | tuple[str, int]:
    """End an entry before its day, and why."""
    return _reasoned(entry_id, deed)


@blueprint.post("/vault/<uuid:entry_id>/use")
@allow("vault.use")
def use(entry_id: UUID) -> Response | tuple[str, int]:
    """Note that some of what it allows is used up."""
    form = AmountForm()
    if form.validate_on_submit():
        with refusals_shown(form):
            amount = number_in(text(form.amount), "amount")
            if amount is None:
                raise Invalid.one("amount", "required")
            transact(lambda work: verbs.use_volume(work, entry_id, amount, now=now(), by=actor()))
            flash(_("The quantity is noted."))
            return redirect(url("vault.one", entry_id=entry_id), code=303)
    return _shown(queries.entry(reading(), entry_id, by=actor()), form), 422


def _shown(entry: VaultEntry, form: AmountForm) -> str:
    keeps = may(actor(), "vault.change", **_relations(entry))
    judges = actor().administrator or queries.issues(reading(), entry, by=actor())
    own = actor().id in (entry.entered_by, entry.person_id)
    return render_template(
        "vault/one.html",
        row=rows_of([entry])[0],
        entry=entry,
        form=form,
        file=stored_file(reading(), entry.file_id) if entry.file_id else None,
        issuer=next((name for code, name in issuers_offered(None) if code == entry.issuer_code), entry.issuer),
        scope=scope_said(entry),
        parties=sorted(organisations(entry.parties).values()),
        uses=queries.uses_of(reading(), entry.id),
        effects=EFFECTS,
        basis_words=basis_words,
        names=names_of(reading(), {id for id in (entry.entered_by, entry.verified_by, entry.revoked_by) if id}),
        keeps=keeps and entry.state in (VaultState.UNVERIFIED, VaultState.REJECTED),
        judges=judges and entry.state is VaultState.UNVERIFIED,
        own=own,
        revokes=(keeps or judges) and entry.state is VaultState.VERIFIED,
        history=happened("vault_entry", entry.id),
        today=today(),
    )


def _reasoned(entry_id: UUID, deed: str) -> Response | tuple[str, int]:
    entry = queries.entry(reading(), entry_id, by=actor())
    judges = actor().administrator or queries.issues(reading(), entry, by=actor())
    if not (judges or (deed == "revoke" and may(actor(), "vault.change", **_relations(entry)))):
        raise Forbidden(f"vault.{deed}")
    form = WordForm()

    def work(session: Session) -> object:
        return DEEDS[deed](session, entry_id, text(form.reason), now=now(), by=actor())

    if form.validate_on_submit():
        with refusals_shown(form):
            transact(work)
            flash(_("Done; the owner is told."))
            return redirect(url("vault.one", entry_id=entry_id), code=303)
    return page("vault/reason.html", form, row=rows_of([entry])[0], deed=deed)


def _relations(entry: VaultEntry) -> dict[str, Any]:
    return {"owner": entry.person_id, "organisation": entry.organisation_id, "host": entry.organisation_id}


def _owner(code: str) -> Owner:
    """Whose entry it is to be: one's own, or an organisation's."""
    if code == ME:
        return {"person_id": actor().id, "organisation_id": None}
    return {"person_id": None, "organisation_id": uuid_or_none(code)}


def _under(code: str) -> Under:
    """What the first step chose. Raises NotFound for an address that nobody made."""
    found = Under.parse(code, queries.held_under(reading(), today()), queries.known_lists(reading()))
    if found is None:
        raise NotFound("vault")
    return found


def _named(under: Under) -> str:
    both = (under_offered(for_person=True), under_offered(for_person=False))
    offered = chain.from_iterable(chain.from_iterable(groups.values()) for groups in both)
    return next((name for code, name in offered if code == under.code), under.code)


def _told(form: EntryForm, under: Under, scope: dict[str, Any], owner: Owner) -> NewEntry:
    """What was typed, the organisations by the names of their addresses. Raises Invalid."""
    slugs = [line.strip().rpartition("/")[2] for line in text(form.parties).splitlines() if line.strip()]
    fit = [slug for slug in slugs if SLUG.fullmatch(slug)]
    rows = reading().execute(select(Organisation.slug, Organisation.id).where(Organisation.slug.in_(fit)))
    known: dict[str, UUID] = {row.slug: row.id for row in rows}
    strange = [slug for slug in slugs if slug not in known]
    if strange:
        details = {"slug": strange[0][:80]}
        raise Invalid([FieldError("parties", "unknown", "vault_party_unknown", details)])
    return replace(form.entry(under, scope, owner), parties=tuple(known[slug] for slug in slugs))


def _with_file(verb: Callable[[Session, NewEntry], VaultEntry], new: NewEntry) -> UUID:
    """Do a verb together with the copy of the paper, where one came: both are kept or neither."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return transact(lambda work: verb(work, new)).id
    spend_uploads(1)
    content, name = upload.read(), upload.filename

    def work(session: Session) -> VaultEntry:
        who, purpose = actor().id, Purpose.DOCUMENT
        kept = keep(session, store(), content, name=name, purpose=purpose, by=who, now=now())
        return verb(session, replace(new, file_id=kept.id))

    return transact(work).id
