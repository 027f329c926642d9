"""What is done with notices: told, read, chosen, and sent on as mail."""

from marketplace.notices.actions.inbox import choose, mark_read
from marketplace.notices.actions.telling import mail_to_address, tell

__all__ = ["choose", "mail_to_address", "mark_read", "tell"]
