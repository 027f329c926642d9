"""Forms about organisations, their members, and an administrator's word on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, EmailField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.widgets import CheckboxInput, ListWidget

from marketplace.accounts.models import Control, IdentifierScheme, Organisation, OrganisationKind, PlatformRole, Role
from marketplace.accounts.rules.organisation_form import OrganisationForm
from marketplace.accounts.rules.standing import ANYWHERE, REGISTERS
from marketplace.values.identifiers import Scheme
from marketplace.values.localized import LANGUAGES
from marketplace.web.forms.fields import Required
from marketplace.web.names import control_name, kind_name, platform_role_name, register_name, role_name

TAGS = {tag: tag.lower().replace("-", "_") for tag in LANGUAGES}


class CheckboxesField(SelectMultipleField):
    """Several of a few, each with its own box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class OrganisationEntry(FlaskForm):
    """An organisation as somebody enters or changes it."""

    name_en = StringField(_l("Name in English"))
    name_zh_hant = StringField(_l("Name in traditional Chinese"))
    name_zh_hans = StringField(_l("Name in simplified Chinese"))
    kind = RadioField(_l("Kind"), [Required()])
    jurisdiction_code = SelectField(_l("Jurisdiction"), [Required()])
    city = StringField(_l("City"))
    zone_code = SelectField(_l("Zone"))
    control = RadioField(_l("Controlled from"), [Required()])
    parent_id = SelectField(_l("Part of"))
    agency_code = SelectField(_l("Authority"))
    website = StringField(_l("Website"))
    about_en = TextAreaField(_l("About, in English"))
    about_zh_hant = TextAreaField(_l("About, in traditional Chinese"))
    about_zh_hans = TextAreaField(_l("About, in simplified Chinese"))
    identifiers_ror = StringField()
    identifiers_uscc = StringField()
    identifiers_hk_ubi = StringField()
    identifiers_lei = StringField()
    identifiers_isni = StringField()
    identifiers_mo_registration = StringField()
    identifiers_sg_uen = StringField()
    identifiers_gb_company = StringField()
    identifiers_eu_vat = StringField()
    identifiers_us_ein = StringField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = {kind.value: kind_name(kind) for kind in OrganisationKind}
        self.control.choices = {control.value: control_name(control) for control in Control}
        for scheme in IdentifierScheme:
            self.number(scheme.value).label.text = register_name(scheme)

    def number(self, scheme: str) -> Any:
        """The field of one register."""
        return self._fields[f"identifiers_{scheme}"]

    def registers(self, root: str | None) -> tuple[list[Any], list[Any]]:
        """The fields of the registers that organisations of a territory are usually in, and of all others."""
        usual = [*REGISTERS.get(root or "", ()), *ANYWHERE]
        others = [scheme for scheme in IdentifierScheme if Scheme(scheme.value) not in usual]
        return [self.number(scheme.value) for scheme in usual], [self.number(scheme.value) for scheme in others]

    def text_fields(self, name: str) -> dict[str, Any]:
        """The three fields of a localized text."""
        return {tag: self._fields[f"{name}_{suffix}"] for tag, suffix in TAGS.items()}

    def entry(self) -> OrganisationForm:
        """The fields as one value."""
        return OrganisationForm(
            name=self._localized("name"),
            kind=OrganisationKind(self.kind.data),
            jurisdiction_code=self.jurisdiction_code.data,
            control=Control(self.control.data),
            city=self.city.data,
            zone_code=self.zone_code.data or None,
            parent_id=UUID(self.parent_id.data) if self.parent_id.data else None,
            agency_code=self.agency_code.data or None,
            website=self.website.data,
            about=self._localized("about"),
            identifiers={Scheme(scheme.value): self.number(scheme.value).data or "" for scheme in IdentifierScheme},
        )

    def _localized(self, name: str) -> Mapping[str, str]:
        return {tag: field.data or "" for tag, field in self.text_fields(name).items()}


def values_of(place: Organisation, numbers: Mapping[str, str]) -> dict[str, Any]:
    """What the form begins with for an organisation that exists."""
    plain = ("jurisdiction_code", "city", "website")
    values: dict[str, Any] = {name: getattr(place, name) for name in plain}
    values |= {"kind": place.kind.value, "control": place.control.value}
    values |= {"zone_code": place.zone_code or "", "agency_code": place.agency_code or ""}
    values["parent_id"] = str(place.parent_id) if place.parent_id else ""
    for tag, suffix in TAGS.items():
        values[f"name_{suffix}"] = place.name.get(tag, "")
        values[f"about_{suffix}"] = place.about.get(tag, "")
    return values | {f"identifiers_{scheme}": value for scheme, value in numbers.items()}


class RolesForm(FlaskForm):
    """The roles of one member."""

    roles = CheckboxesField(_l("Roles"))

    def offer(self, kind: OrganisationKind) -> RolesForm:
        """Fill in the roles that this kind of organisation has."""
        roles = [role for role in Role if role is not Role.AGENCY_OFFICER or kind is OrganisationKind.AGENCY]
        self.roles.choices = {role.value: role_name(role) for role in roles}
        return self

    def wanted(self) -> frozenset[Role]:
        """What was ticked."""
        return frozenset(Role(value) for value in self.roles.data or ())


class InvitationForm(RolesForm):
    """Somebody who is to join."""

    email = EmailField(_l("E-mail address"), [Required()])


class DeputyForm(FlaskForm):
    """Who stands in for whom."""

    principal = SelectField(_l("Who is away"), [Required()])
    deputy = SelectField(_l("Who stands in"), [Required()])
    starts_on = DateField(_l("First day"), [Required()])
    ends_on = DateField(_l("Last day"), [Required()])

    def offer(self, principals: Iterable[tuple[UUID, str]], deputies: Iterable[tuple[UUID, str]]) -> DeputyForm:
        """Fill in the people."""
        self.principal.choices = {str(id): name for id, name in principals}
        self.deputy.choices = {str(id): name for id, name in deputies}
        return self


class ReasonForm(FlaskForm):
    """A step of an administrator that its subject is told the reason of."""

    reason = TextAreaField(_l("Reason"), [Required()])


class PlatformRoleForm(ReasonForm):
    """A role on the platform."""

    role = SelectField(_l("Role on the platform"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles: list[PlatformRole | None] = [None, *PlatformRole]
        self.role.choices = {role.value if role else "": platform_role_name(role) for role in roles}

    def wanted(self) -> PlatformRole | None:
        """What was chosen."""
        return PlatformRole(self.role.data) if self.role.data else None


def none_or(choices: Mapping[str, str]) -> dict[str, str]:
    """The choices with "none" before them."""
    return {"": _("None"), **choices}
