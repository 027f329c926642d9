"""A Hong Kong researcher books a line in Shenzhen with samples that come back, all in Traditional Chinese.

The form asks what matters, one permit is in the vault, an officer grants the one that decides the date, the customs
have no account here and their paper is recorded, the terms are accepted, and the booking is confirmed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import SYSTEM
from marketplace.applications.models import Application, ApplicationState
from marketplace.bookings.models import Booking, BookingState
from marketplace.bookings.queries.permits import latest_plan
from marketplace.database import Database
from marketplace.permits.actions.vault import enter, verify
from marketplace.permits.models import VaultKind, VaultUse
from marketplace.terms.actions import publish_terms
from tests.browser.walking import chromium
from tests.cast import Cast, actor_of, make_cast
from tests.clients import LiveServer
from tests.conftest import NOW
from tests.factories.approvals import permit
from tests.factories.stage import Stage, make_stage_of
from tests.journeys.test_founding_journey import sign_in, tidy
from tests.pictures import picture

pytestmark = [pytest.mark.browser, pytest.mark.full]

HERE = "/zh-hant"
COMMERCE = "AGY-CN-MOFCOM"
HELD, GRANTED, OUTSIDE = "EXP-08", "EXP-01", "CUS-01"
ELSEWHERE = tuple(f"q.{kind}_flows" for kind in ("people", "data", "technology"))
# What Ada knows of her samples, by the last part of the fact's name; whatever else is asked, there is none of it.
KNOWN = {
    "control_codes": ("CN:dual_use", "HK:dual_use"),
    "returns": ("true",),
    "kind": ("sample",),
    "purpose": ("research",),
    "carrier": ("freight",),
}


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def stage(committed: Database) -> Stage:
    """Bo's line in Shenzhen with terms; Cheng's agency licenses exports; the university holds Hong Kong's licence."""
    made: list[Stage] = []
    committed.transact(lambda session: made.append(_prepared(session)))
    return made[0]


def _prepared(session: Session) -> Stage:
    cast: Cast = make_cast(session, now=NOW)
    stage = make_stage_of(session, cast, NOW)
    stage.facility.jurisdiction_code, stage.facility.city = "CN-GD", "Shenzhen"
    stage.facility.time_zone = "Asia/Shanghai"
    stage.rules(instant=True)
    publish_terms(session, stage.facility.id, {"zh-Hant": "請保持整潔。"}, now=NOW, by=stage.actor("bo"))
    cast.agency.agency_code = COMMERCE
    entry = enter(session, permit(cast.university.id, kind=VaultKind.LICENCE, rule_id=HELD), now=NOW, by=SYSTEM)
    verify(session, entry.id, now=NOW, by=actor_of(session, cast.dee, now=NOW))
    return stage


def answer(question: Locator) -> None:
    """Answer one question: by what is known, else with no, none, or the last choice."""
    name = question.locator("[name^='q.']").first.get_attribute("name") or ""
    folded = question.locator("details")
    if folded.count():
        folded.evaluate_all("all => all.forEach((each) => { each.open = true; })")
    for values in (KNOWN.get(name.rpartition("/")[2], ()) if "goods_flows" in name else (), ("none",), ("false",)):
        boxes = [question.locator(f"input[value='{value}']") for value in values]
        if boxes and all(box.count() for box in boxes):
            for box in boxes:
                box.first.check()
            return
    if question.locator("input[type=date]").count():
        question.locator("input[type=date]").fill("2026-05-29")
    elif question.locator("input[type=radio]").count():
        question.locator("input[type=radio]").first.check()
    else:
        question.locator("input.form-control").first.fill("100")


def states_what_crosses(ada: Page) -> None:
    """Ticks samples, then answers what is asked until nothing is."""
    ada.check("input[name=crosses][value=yes]")
    ada.check("input[name=goods]")
    expect(ada.locator("#asked")).to_be_visible()
    for _round in range(12):
        questions = ada.locator("#asked > fieldset")
        if questions.count() == 0:
            return
        for number in range(questions.count()):
            name = questions.nth(number).locator("[name^='q.']").first.get_attribute("name") or ""
            # Of what does not cross nothing is asked.
            assert not name.startswith(ELSEWHERE), name
            answer(questions.nth(number))
        with ada.expect_navigation():
            ada.locator("#asked button.btn").last.click()
    raise AssertionError("the questions never end")


def books(ada: Page, site: LiveServer, stage: Stage) -> UUID:
    start, end = "2026-05-20T02:00:00Z", "2026-05-20T06:00:00Z"
    ada.goto(f"{site.url}{HERE}/units/{stage.unit.id}/book?start={start}&end={end}")
    states_what_crosses(ada)
    preview = ada.locator("#preview")
    expect(preview).to_contain_text("許可")
    ada.locator(".plan-whole > summary").click()
    expect(preview.locator(".plan-whole")).to_contain_text(HELD)
    with ada.expect_navigation():
        ada.get_by_role("button", name="預約此時段").click()
    found = re.search(r"bookings/([0-9a-f-]{36})", ada.url)
    assert found
    return UUID(found[1])


def reads_the_plan(ada: Page, site: LiveServer, booking_id: UUID) -> None:
    """The timeline marks what decides the first day, and what the vault has done already."""
    ada.goto(f"{site.url}{HERE}/bookings/{booking_id}/permits")
    main = ada.locator("main")
    expect(main).to_contain_text(HELD)
    expect(main.get_by_text("已辦妥").first).to_be_visible()
    expect(main.locator(".line > li", has_text="已辦妥")).to_contain_text("使用方，有效至2026年12月31日")
    deciding = main.locator(".line > li", has=main.page.locator(".chip", has_text="決定開始日期"))
    expect(deciding).to_have_count(1)
    expect(deciding).to_contain_text(GRANTED)


def take(page: Page, address: str, verb: str, *, paper: Path | None = None, **fields: str) -> None:
    """Take a step on an application's page."""
    page.goto(f"{address}/{verb}")
    for name, value in fields.items():
        page.fill(f"main [name={name}]", value)
    if paper:
        page.set_input_files("main input[type=file]", paper)
    with page.expect_navigation():
        page.locator("main form button[type=submit]").first.click()
    expect(page).to_have_url(re.compile(re.escape(address) + "$"))


def verifies(dee: Page, site: LiveServer) -> None:
    """Dee compares each paper of an authority outside with what was recorded, and says that it is so."""
    for _round in range(4):
        dee.goto(f"{site.url}{HERE}/admin/vault")
        entry = dee.locator("main table a, main .card a").first
        if not entry.count():
            return
        entry.click()
        with dee.expect_navigation():
            dee.locator("form[action$='/verify'] button").click()
    raise AssertionError("the entries to verify never end")


def test_from_samples_to_a_confirmed_booking(
    live_server: LiveServer, stage: Stage, browser: Browser, tmp_path: Path
) -> None:
    ada, bo, cheng, dee = (sign_in(browser, live_server, who) for who in ("ada", "bo", "cheng", "dee"))
    booking_id = books(ada, live_server, stage)
    reads_the_plan(ada, live_server, booking_id)
    tidy(live_server, tmp_path)

    database = live_server.database
    with database.reading() as session:
        uses = session.scalars(select(VaultUse.rule_id).where(VaultUse.booking_id == booking_id)).all()
        assert uses == [HELD]
        rows = session.scalars(select(Application).where(Application.booking_id == booking_id)).all()
        plan = latest_plan(session, booking_id)
        assert plan is not None
        drafts = [(row.id, row.rule_id, row.applicant_id) for row in rows if row.rule_id in plan.awaited]
        assert {rule for _id, rule, _of in drafts} == set(plan.awaited)
    assert drafts

    assert {GRANTED, OUTSIDE} <= {rule for _id, rule, _of in drafts}
    paper = tmp_path / "paper.png"
    paper.write_bytes(picture())
    for application_id, rule, organisation_id in drafts:
        applicant = ada if organisation_id == stage.cast.university.id else bo
        mine = f"{live_server.url}{HERE}/applications/{application_id}"
        take(applicant, mine, "file", number="F-1")
        if rule != GRANTED:
            take(applicant, mine, "accept", number="A-1")
            take(applicant, mine, "grant", number="G-2", valid_to="2026-12-31", paper=paper)
    cheng.goto(f"{live_server.url}{HERE}/agency")
    expect(cheng.locator("main")).to_contain_text(GRANTED)
    for application_id, rule, _of in drafts:
        if rule == GRANTED:
            desk = f"{live_server.url}{HERE}/agency/applications/{application_id}"
            take(cheng, desk, "accept", number="A-1")
            take(cheng, desk, "grant", number="G-1", valid_to="2026-12-31")
    verifies(dee, live_server)

    ada.goto(f"{live_server.url}{HERE}/bookings/{booking_id}")
    ada.locator("#terms ~ * input[name=accept], input[name=accept]").first.check()
    with ada.expect_navigation():
        ada.locator("form[action$='/accept-terms'] button").click()
    tidy(live_server, tmp_path)
    with database.reading() as session:
        assert session.get_one(Booking, booking_id).state is BookingState.CONFIRMED
        mine = Application.id.in_([row_id for row_id, _rule, _of in drafts])
        assert set(session.scalars(select(Application.state).where(mine))) == {ApplicationState.GRANTED}
    ada.reload()
    expect(ada.locator("main .chip").first).to_contain_text("已確認")
