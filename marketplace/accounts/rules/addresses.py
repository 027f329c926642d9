"""Mail addresses as people type them and as we keep them."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

from marketplace.values.localized import clean_text
from marketplace.values.refusal import JSON, Invalid


def normal_email(value: JSON, *, field: str = "email") -> str:
    """The address in normal form (RFC 5321, internationalised domains too), compared without regard to capitals.

    Raises `Invalid` (rule email). Whether mail arrives is proven by the link, not looked up.
    """
    text = clean_text(value, 254, field=field)
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        raise Invalid.one(field, "email") from None
