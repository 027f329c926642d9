"""What Alembic runs: the migrations, on the connection that `marketplace.migrating` hands over, in its transaction."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from config import Settings
from marketplace.database import Database
from marketplace.migrating import every_model


def run() -> None:
    """Run on the given connection; from Alembic's own command line (development), on `DATABASE_URL`."""
    connection = context.config.attributes.get("connection")
    if connection is not None:
        _run_on(connection)
        return
    with Database(Settings.from_env().database_url).engine.begin() as own:
        _run_on(own)


def _run_on(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=every_model(), compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


run()
