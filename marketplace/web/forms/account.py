"""Forms about one's own way in: signing up and in, password, mail address, second factor, tokens."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField, PasswordField, SelectField, StringField

from marketplace.accounts.actions.sign_up import NewPerson
from marketplace.accounts.actions.tokens import LIFETIMES, TokenWish
from marketplace.accounts.models import Person, TokenScope
from marketplace.accounts.policy import Actor
from marketplace.accounts.rules.profile import Profile, time_zones
from marketplace.web.forms.fields import Required
from marketplace.web.language import NAMES
from marketplace.web.names import scope_name
from marketplace.web.request import language


class SignInForm(FlaskForm):
    """Address and password, and where to go afterwards."""

    email = EmailField(_l("E-mail address"), [Required()])
    password = PasswordField(_l("Password"), [Required()])
    next = HiddenField()


class CodeForm(FlaskForm):
    """The second factor of a sign-in."""

    code = StringField(_l("Code"), [Required()])


class AddressForm(FlaskForm):
    """An address that a link is to be mailed to."""

    email = EmailField(_l("E-mail address"), [Required()])


class SignUpForm(AddressForm):
    """An address, and the consent without which nothing is stored."""

    consented = BooleanField(_l("I have read the privacy notice and agree to the terms of the platform"), [Required()])


class NewPasswordForm(FlaskForm):
    """A new password, by a mailed link."""

    password = PasswordField(_l("New password"), [Required()])


class PersonForm(FlaskForm):
    """What people say about themselves."""

    name = StringField(_l("Full name"), [Required()])
    language = SelectField(_l("Language of pages and mails"), choices=NAMES)
    time_zone = SelectField(_l("Time zone"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.time_zone.choices = {zone: zone.replace("_", " ") for zone in time_zones()}

    def profile(self) -> Profile:
        """The fields as one value."""
        return Profile(
            name=self.name.data or "",
            language=self.language.data,
            time_zone=self.time_zone.data,
            orcid=getattr(self, "orcid", None) and self.orcid.data,
            phone=getattr(self, "phone", None) and self.phone.data,
        )


class ProfileForm(PersonForm):
    """The same with what only one's own account page asks."""

    orcid = StringField(_l("ORCID iD"))
    phone = StringField(_l("Phone"))

    @classmethod
    def of(cls, person: Person) -> ProfileForm:
        """The form as the person left it."""
        return cls(obj=person)


class FinishForm(PersonForm):
    """Opening the link of a sign-up."""

    password = PasswordField(_l("Password"), [Required()])

    def new_person(self, *, consented: bool = True) -> NewPerson:
        """Who signs up."""
        return NewPerson(profile=self.profile(), password=self.password.data or "", consented=consented)


class JoinForm(FinishForm):
    """Opening an invitation without an account."""

    consented = BooleanField(_l("I have read the privacy notice and agree to the terms of the platform"), [Required()])


class PasswordAgainForm(FlaskForm):
    """A step that asks for the password once more."""

    current_password = PasswordField(_l("Your present password"), [Required()])


class ChangePasswordForm(PasswordAgainForm):
    """Another password."""

    password = PasswordField(_l("New password"), [Required()])


class ChangeEmailForm(PasswordAgainForm):
    """Another address."""

    email = EmailField(_l("New e-mail address"), [Required()])


class EnableFactorForm(PasswordAgainForm):
    """The proof that the secret reached the application."""

    code = StringField(_l("Code"), [Required()])


class DeleteForm(PasswordAgainForm):
    """Leaving for good."""

    sure = BooleanField(_l("I know that this cannot be undone"), [Required()])


class TokenForm(PasswordAgainForm):
    """A new API token."""

    name = StringField(_l("What is it for?"), [Required()])
    scope = SelectField(_l("What it may do"))
    days = SelectField(_l("How long it works"), coerce=int)

    def offer(self, reader: Actor) -> TokenForm:
        """Fill in the choices that this person has."""
        scopes = [TokenScope.READ, TokenScope.WRITE] + ([TokenScope.ADMIN] if reader.administrator else [])
        self.scope.choices = {scope.value: scope_name(scope) for scope in scopes}
        self.days.choices = {str(days): _("%(n)s days", n=days) for days in LIFETIMES}
        return self

    def wish(self) -> TokenWish:
        """What is wanted."""
        return TokenWish(name=self.name.data or "", scope=TokenScope(self.scope.data), days=self.days.data)


def defaults() -> dict[str, str]:
    """What a newcomer's form begins with: the language they read in."""
    return {"language": language(), "time_zone": "Asia/Hong_Kong"}


class ConfirmForm(FlaskForm):
    """Nothing but a button."""
