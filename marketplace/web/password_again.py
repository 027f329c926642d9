"""Steps that ask for the password once more: a browser left open is not its owner."""

from __future__ import annotations

from marketplace.accounts.actions import passwords
from marketplace.accounts.queries import people
from marketplace.accounts.rules.passwords import normal_password
from marketplace.limits.actions import spend
from marketplace.values.refusal import Invalid
from marketplace.web.forms.account import PasswordAgainForm
from marketplace.web.forms.fields import in_words, text
from marketplace.web.request import actor, database, now, reading


def password_given(form: PasswordAgainForm) -> bool:
    """Whether the form holds the reader's own password; guesses are counted, a wrong one is said on the form."""
    if is_own(text(form.current_password)):
        return True
    form.current_password.errors = [in_words("password_wrong")]
    return False


def demand_password(given: str) -> None:
    """The same for programs: raises `Invalid` (rule password_wrong) where it is not the caller's own password."""
    if not is_own(given):
        raise Invalid.one("current_password", "password_wrong")


def is_own(given: str) -> bool:
    """Whether this is the password of whoever asks; each guess is counted before it is looked at."""
    me = actor().id
    spend(database(), "password", str(me), now=now())
    known = people.person(reading(), me).password_hash
    return passwords.matches(known, normal_password(given))
