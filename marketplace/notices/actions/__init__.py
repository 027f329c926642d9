"""What is done with notices: told, read, chosen, and sent on as mail."""

from marketplace.notices.actions.inbox import choose, mark_read
from marketplace.notices.actions.telling import mail_to_address, of_people, tell

__all__ = ["choose", "mail_to_address", "mark_read", "of_people", "tell"]
