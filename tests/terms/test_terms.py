"""Terms: numbered versions that never change, and acceptances that name one."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from marketplace.database import new_id
from marketplace.terms.actions import accept, publish_terms
from marketplace.terms.queries import acceptance_for, current_terms, terms_version, terms_versions
from marketplace.terms.rules import digest
from marketplace.values.refusal import Forbidden, Invalid
from tests.cast import Cast, actor_of
from tests.factories.listings import make_listing


def test_each_new_text_is_a_version_and_the_same_text_is_not(session: Session, cast: Cast, now: datetime) -> None:
    bo, eve = (actor_of(session, person, now=now) for person in (cast.bo, cast.eve))
    facility, _ = make_listing(session, cast.firm.id, by=bo, now=now)
    assert current_terms(session, facility.id) is None
    first = publish_terms(session, facility.id, {"en": "Wear goggles."}, now=now, by=bo)
    assert publish_terms(session, facility.id, {"en": " Wear goggles. "}, now=now, by=bo) is first
    second = publish_terms(session, facility.id, {"en": "Wear goggles.", "zh-Hant": "請戴護目鏡。"}, now=now, by=bo)
    assert [version.number for version in terms_versions(session, facility.id)] == [2, 1]
    assert current_terms(session, facility.id) is second
    assert terms_version(session, facility.id, 1) is first
    with pytest.raises(Invalid):
        publish_terms(session, facility.id, {"en": "  "}, now=now, by=bo)
    with pytest.raises(Forbidden):
        publish_terms(session, facility.id, {"en": "Mine"}, now=now, by=eve)


def test_the_digest_is_of_the_text_alone() -> None:
    assert digest({"en": "a", "zh-Hant": "乙"}) == digest({"zh-Hant": "乙", "en": "a"})
    assert digest({"en": "a"}) != digest({"zh-Hant": "a"})


def test_accepting_twice_is_accepting_once(session: Session, cast: Cast, now: datetime) -> None:
    bo = actor_of(session, cast.bo, now=now)
    facility, _ = make_listing(session, cast.firm.id, by=bo, now=now)
    version = publish_terms(session, facility.id, {"en": "Wear goggles."}, now=now, by=bo)
    booking = new_id()
    first = accept(session, version, booking, cast.university.id, now=now, by=cast.ada.id)
    again = accept(session, version, booking, cast.university.id, now=now, by=cast.ada.id)
    assert first.id == again.id
    found = acceptance_for(session, booking)
    assert found is not None and (found.digest, found.accepted_by) == (version.digest, cast.ada.id)
