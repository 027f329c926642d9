"""Steps that ask for the password once more: a browser left open is not its owner."""

from __future__ import annotations

from marketplace.accounts.actions import passwords
from marketplace.accounts.queries import people
from marketplace.accounts.rules.passwords import normal_password
from marketplace.limits.actions import spend
from marketplace.web.forms.account import PasswordAgainForm
from marketplace.web.forms.fields import in_words, text
from marketplace.web.request import actor, database, now, reading


def password_given(form: PasswordAgainForm) -> bool:
    """Whether the form holds the reader's own password; guesses are counted, a wrong one is said on the form."""
    me = actor().id
    spend(database(), "password", str(me), now=now())
    known = people.person(reading(), me).password_hash
    if passwords.matches(known, normal_password(text(form.current_password))):
        return True
    form.current_password.errors = [in_words("password_wrong")]
    return False
