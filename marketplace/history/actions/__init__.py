"""What is done with history: written down, sealed, and its texts erased."""

from marketplace.history.actions.erasing import erase_texts
from marketplace.history.actions.recording import Event, record, record_many
from marketplace.history.actions.sealing import copy_seals, seal
from marketplace.history.rules import Subject

__all__ = ["Event", "Subject", "copy_seals", "erase_texts", "record", "record_many", "seal"]
