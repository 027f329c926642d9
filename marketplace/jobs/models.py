"""Deferred work: tasks written beside the change that causes them, done once by the sweep."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from sqlalchemy import DateTime, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.database import Base, Document, Id, Instant, text_enum


class TaskState(Enum):
    """Waiting until done; dead after the last attempt, for an administrator to look at: run again, or cancelled."""

    WAITING = "waiting"
    DONE = "done"
    DEAD = "dead"
    CANCELLED = "cancelled"


class Task(Base):
    """One piece of work by name. `key` makes its effect happen once: a second task with the same key is not written."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index("ix_tasks_waiting", "run_at", postgresql_where="state = 'waiting'"),
        Index("ix_tasks_dead", "id", postgresql_where="state = 'dead'"),
        Index("ix_tasks_done_at", "done_at"),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(Text)
    arguments: Mapped[Document]
    key: Mapped[str | None] = mapped_column(Text, unique=True)
    state: Mapped[TaskState] = mapped_column(text_enum(TaskState), default=TaskState.WAITING)
    created_at: Mapped[Instant]
    run_at: Mapped[Instant]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
