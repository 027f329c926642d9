"""What is done with people's data: erased from every concept, and their requests about it answered."""

from marketplace.privacy.actions.erasing import erase

__all__ = ["erase"]
