"""Collaborations: taken along by whoever is named in them; whoever leaves is on no list, and their words go."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from marketplace.collaborations.actions.closing import complete, leave
from marketplace.collaborations.actions.papers import add_file
from marketplace.collaborations.actions.parts import name_person
from marketplace.collaborations.models import CollaborationFile, CollaborationPerson
from marketplace.files.models import StoredFile
from marketplace.history.models import HistoryEntry, HistoryText
from marketplace.notices.models import Mail, Notice
from marketplace.privacy.actions import erase
from marketplace.privacy.queries import KINDS, everything_about
from tests.collaborations.conftest import sides  # noqa: F401
from tests.collaborations.test_parts import upload
from tests.factories.collaborations import TODAY, Sides


def test_who_is_named_takes_it_along_and_leaves_no_name(sides: Sides) -> None:  # noqa: F811
    session, ada = sides.session, sides.cast.ada.id
    row = sides.active()
    name_person(session, row.id, ada, "lead", now=sides.now, by=sides.actor("mara"))
    file = upload(sides)
    add_file(session, row.id, file.id, "agreement", now=sides.now, by=sides.actor("ada"))
    told = everything_about(session, ada, now=sides.now)
    assert set(told) == {"exported_at", *KINDS}
    assert [each["role"] for each in told["collaborations"]] == ["lead"]
    assert [each["name"] for each in told["collaboration_files"]] == ["agreement.pdf"]
    erase(session, ada, now=sides.now + timedelta(days=1))
    session.expire_all()
    assert session.scalars(select(CollaborationPerson)).all() == []
    assert session.scalars(select(CollaborationFile)).one().file_id == file.id
    assert session.get_one(StoredFile, file.id).name == "….pdf"


def test_the_reason_of_whoever_left_goes_with_them(sides: Sides) -> None:  # noqa: F811
    session = sides.session
    row = sides.of_three()
    leave(session, row.id, TODAY, "Iong is tired of it.", now=sides.now, by=sides.actor("gus"))
    complete(session, row.id, TODAY, "Done.", now=sides.now, by=sides.actor("mara"))
    erase(session, sides.gus.id, now=sides.now + timedelta(days=1))
    session.expire_all()
    words = f"{session.scalars(select(Notice.details)).all()}{session.scalars(select(Mail.details)).all()}"
    texts = select(HistoryText.text).join(HistoryEntry).where(HistoryEntry.subject_kind == "collaboration")
    assert "tired" not in words + str(session.scalars(texts).all())
