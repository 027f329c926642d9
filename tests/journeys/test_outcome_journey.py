"""From a confirmed booking to a pack of evidence, in a browser: what was reported, confirmed and disputed is counted
exactly so, and the archive alone gives the figures again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from config import Settings
from marketplace.cli import group
from marketplace.collaborations.models import Collaboration
from marketplace.spillovers.models import EvidencePack
from marketplace.worker import evidence
from marketplace.worker.registry import Workshop, registry
from marketplace.worker.sweep import sweep
from tests.browser.walking import chromium
from tests.cast import bearer
from tests.clients import LiveServer
from tests.conftest import NOW
from tests.factories.stage import Stage, make_stage
from tests.journeys.test_founding_journey import go_on, sign_in

pytestmark = pytest.mark.browser

DOI = "10.1000/182"
PRIORITY = "CN202510000001"
PATENT = "EP4000001A1"


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


class Stand:
    """The pages, the worker beside them, and a clock that goes on by a minute at each look."""

    def __init__(self, site: LiveServer, stage: Stage, folder: Path) -> None:
        self.site, self.stage, self.moment = site, stage, NOW
        self.site.app.config["CLOCK"] = self.clock
        _settings, _database, store = site.app.extensions["benchbridge"]
        settings = Settings(environment="test", secret_key="s", history_key="h", database_url="", instance=folder)
        self.workshop = Workshop(database=site.database, settings=settings, store=store, clock=self.clock)

    def clock(self) -> datetime:
        return self.moment

    def work(self) -> None:
        """What the worker does meanwhile: twice, because what is done may leave more to do."""
        self.moment += timedelta(minutes=1)
        for _round in range(2):
            sweep(self.workshop, registry())
        self.moment += timedelta(minutes=1)

    def figures(self, collaboration_id: UUID) -> dict[str, Any]:
        """The value of each figure of a collaboration."""
        headers = bearer(self.site.database, self.stage.cast.ada, now=NOW)
        answer = self.site.app.test_client().get(f"/api/v1/collaborations/{collaboration_id}/metrics", headers=headers)
        assert answer.status_code == 200, answer.text
        return {f"{each['metric']} {each['variant']}".strip(): each["value"] for each in answer.json["items"]}


@pytest.fixture
def stand(live_server: LiveServer, tmp_path: Path) -> Stand:
    made: list[Stage] = []
    live_server.database.transact(lambda session: made.append(make_stage(session, NOW)))
    return Stand(live_server, made[0], tmp_path / "instance")


def books(ada: Page, stand: Stand) -> str:
    start, end = "2026-03-04T02:00:00Z", "2026-03-04T06:00:00Z"
    ada.goto(f"{stand.site.url}/en/units/{stand.stage.unit.id}/book?start={start}&end={end}")
    ada.check("input[name=crosses][value=no]")
    with ada.expect_navigation():
        ada.get_by_role("button", name="Book this time").click()
    return ada.url


def opens(ada: Page, stand: Stand) -> str:
    """The address of the collaboration that the confirmation opened, reached from the list."""
    ada.goto(f"{stand.site.url}/en/collaborations")
    ada.locator("main a[href*='/collaborations/']").filter(has_text=re.compile("–")).first.click()
    expect(ada.locator("main .chip").first).to_contain_text("Under way")
    return ada.url


def pastes_a_doi(ada: Page, address: str) -> None:
    ada.goto(f"{address}/outcomes/new")
    ada.fill("[name=paste]", f"https://doi.org/{DOI}")
    go_on(ada)
    expect(ada.locator("main")).to_contain_text(DOI)
    ada.fill("[name=title-1]", "Cleaner cells by night")
    ada.select_option("[name=type-1]", "publication")
    ada.fill("[name=date-1]", "2026-02")
    go_on(ada)


def states(ada: Page, address: str, kind: str, **fields: str) -> None:
    ada.goto(f"{address}/outcomes/new/{kind}")
    for name, value in fields.items():
        if ada.locator(f"main select[name={name}]").count():
            ada.select_option(f"main [name={name}]", value)
        else:
            ada.fill(f"main [name={name}]", value)
    go_on(ada)


def submits_all(ada: Page, address: str) -> None:
    for _round in range(3):
        ada.goto(f"{address}/outcomes?status=draft")
        ada.locator("main a[href*='/en/outcomes/']").first.click()
        with ada.expect_navigation():
            ada.locator("main form[action$='/submit'] button").click()
        expect(ada.locator("main .chip").first).not_to_contain_text("Draft")


def answers(bo: Page, stand: Stand, title: str, verb: str) -> None:
    bo.goto(f"{stand.site.url}/en/outcomes")
    bo.locator("main").get_by_role("link", name=re.compile(title)).first.click()
    if verb == "confirm":
        with bo.expect_navigation():
            bo.locator("main form[action$='/confirm'] button").click()
        expect(bo.locator("main .chip").first).to_contain_text("Confirmed")
        return
    bo.locator("main a[href$='/dispute']").click()
    bo.fill("main [name=reason]", "We hired nobody.")
    with bo.expect_navigation():
        bo.locator("main form button[type=submit]").click()
    expect(bo.locator("main .chip").first).to_contain_text("Disputed")


def takes_a_pack(ada: Page, stand: Stand, folder: Path) -> Path:
    ada.goto(f"{stand.site.url}/en/evidence")
    ada.fill("[name=first_day]", "2026-01-01")
    ada.fill("[name=last_day]", "2026-12-31")
    with ada.expect_navigation():
        ada.get_by_role("button", name="Prepare the pack").click()
    with stand.site.database.reading() as session:
        pack = session.scalars(select(EvidencePack)).one()
    evidence.make_pack(stand.workshop, {"pack": str(pack.id)})
    ada.reload()
    with ada.expect_download() as coming:
        ada.get_by_role("link", name="Download the archive").click()
    place = folder / "pack.zip"
    coming.value.save_as(place)
    return place


def test_from_a_confirmed_booking_to_a_pack_that_anybody_can_recompute(
    stand: Stand, browser: Browser, tmp_path: Path
) -> None:
    ada, bo, eve = (sign_in(browser, stand.site, who) for who in ("ada", "bo", "eve"))
    booking = books(ada, stand)
    bo.goto(booking)
    with bo.expect_navigation():
        bo.locator("form[action$='/approve'] button[type=submit]").click()
    stand.work()
    address = opens(ada, stand)
    assert (answer := eve.goto(address)) and answer.status == 404
    with stand.site.database.reading() as session:
        collaboration_id = session.scalars(select(Collaboration.id)).one()

    pastes_a_doi(ada, address)
    post = {"details_post": "Process engineer", "details_contract": "permanent"}
    states(ada, address, "job", title_en="A process engineer", date_event="2026-02-20", **post)
    states(
        ada,
        address,
        "patent_family",
        title_en="Cell cleaner",
        date_event="2026-02-10",
        priorities=PRIORITY,
        identifier_patent_publication=PATENT,
    )
    submits_all(ada, address)
    stand.work()
    before = stand.figures(collaboration_id)
    assert (before["out.distinct"] or {}).get("raw_rows", 0) == 0, "nobody has confirmed anything"

    answers(bo, stand, "Cleaner cells", "confirm")
    answers(bo, stand, "process engineer", "dispute")
    stand.work()
    once = stand.figures(collaboration_id)
    assert once["out.distinct"]["distinct_publications"] == 1
    assert (once["out.distinct"]["raw_rows"], once["out.distinct"]["simple_families"]) == (1, 0)
    changed = {name for name in once if once[name] != before.get(name)}
    assert changed <= {"out.distinct", "out.pub.full", "out.pub.frac", "out.response_rate", "out.matrix"}, changed

    answers(bo, stand, "Cell cleaner", "confirm")
    stand.work()
    twice = stand.figures(collaboration_id)
    assert (twice["out.distinct"]["raw_rows"], twice["out.distinct"]["simple_families"]) == (2, 1)

    place = takes_a_pack(ada, stand, tmp_path)
    told = CliRunner().invoke(group, ["evidence", "verify", str(place), "--json"])
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["figures"] > 0
