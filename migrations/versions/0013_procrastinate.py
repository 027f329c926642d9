"""Procrastinate's own tables and functions, for long work; without the triggers that notify.

Its queue is polled: a NOTIFY in each transaction would make all commits stand in one line.
"""

from __future__ import annotations

from alembic import op
from procrastinate import App, PsycopgConnector

revision = "0013"
down_revision = "0012"

NOTIFYING = ("procrastinate_jobs_notify_queue_job_inserted_v1", "procrastinate_jobs_notify_queue_job_aborted_v1")


def upgrade() -> None:
    op.get_bind().exec_driver_sql(App(connector=PsycopgConnector()).schema_manager.get_schema().replace("%", "%%"))
    for trigger in NOTIFYING:
        op.execute(f"DROP TRIGGER {trigger} ON procrastinate_jobs")


def downgrade() -> None:
    for table in ("events", "periodic_defers", "jobs", "workers"):
        op.execute(f"DROP TABLE procrastinate_{table} CASCADE")
    op.execute(
        """
        DO $$
        DECLARE routine regprocedure;
        BEGIN
          FOR routine IN SELECT oid::regprocedure FROM pg_proc
                          WHERE proname LIKE 'procrastinate%' AND pronamespace = current_schema::regnamespace
          LOOP EXECUTE 'DROP FUNCTION ' || routine || ' CASCADE'; END LOOP;
        END $$
        """
    )
    for kind in ("job_to_defer_v1", "job_event_type", "job_status"):
        op.execute(f"DROP TYPE procrastinate_{kind}")
