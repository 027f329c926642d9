"""What really happened at units: sessions of use, kiosks, signed feeds and files of loggers."""

from marketplace.operations.models.feeds import FeedEvent, FeedEventKind, FeedKey, LoggerFile
from marketplace.operations.models.kiosks import Kiosk
from marketplace.operations.models.sessions import Source, UseSession

__all__ = ["FeedEvent", "FeedEventKind", "FeedKey", "Kiosk", "LoggerFile", "Source", "UseSession"]
