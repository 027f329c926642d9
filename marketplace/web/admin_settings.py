"""For administrators: settings of the platform, each with its bounds, its history, and changed with a reason."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField

from marketplace.accounts.policy import demand
from marketplace.accounts.queries import names_of
from marketplace.platform.actions import change as change_setting
from marketplace.platform.queries import standing, standings
from marketplace.platform.rules import setting
from marketplace.web.access import allow
from marketplace.web.forms.fields import page, refusals_shown, text
from marketplace.web.forms.organisations import ReasonForm
from marketplace.web.happened import happened
from marketplace.web.naming import naming
from marketplace.web.request import actor, now, reading, transact, url

blueprint = Blueprint("admin_settings", __name__)
unit_name = naming({"hours": _l("hours"), "minutes": _l("minutes"), "days": _l("days")})
blueprint.add_app_template_filter(unit_name, "setting_unit")


class SettingForm(ReasonForm):
    """A new value, on top of the one that was seen."""

    value = StringField(_l("Set to"))
    seen = HiddenField()


@blueprint.get("/admin/settings")
@allow("setting.see")
def settings() -> str:
    """Every setting with the value that holds, and who changed it last."""
    rows = standings(reading())
    names = names_of(reading(), {row.changed_by for row in rows if row.changed_by})
    return render_template("admin_settings/settings.html", rows=rows, names=names)


@blueprint.route("/admin/settings/<key>", methods=["GET", "POST"])
@allow("setting.change")
def change(key: str) -> Response | tuple[str, int]:
    """Change one setting, with the reason that stands in its history."""
    demand(actor(), "setting.change")
    one = setting(key)
    row = standing(reading(), one)
    form = SettingForm()
    if not form.is_submitted():
        form.value.data, form.seen.data = str(row.value), str(row.version)

    def work(session: Session) -> None:
        seen = text(form.seen)
        version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else -1
        change_setting(session, one, text(form.value), seen=version, reason=text(form.reason), now=now(), by=actor().id)

    if form.validate_on_submit():
        with refusals_shown(form):
            transact(work)
            flash(_("The setting is changed."))
            return redirect(url("admin_settings.settings"), code=303)
    history = happened("setting", row.subject_id) if row.subject_id else []
    return page("admin_settings/change.html", form, row=row, history=history)
