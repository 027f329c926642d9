"""The embedded PostgreSQL: a server of our own under one folder, for those who have set no `DATABASE_URL`."""

from marketplace.embedded.cluster import EmbeddedError
from marketplace.embedded.server import EmbeddedPostgres

__all__ = ["EmbeddedError", "EmbeddedPostgres"]
