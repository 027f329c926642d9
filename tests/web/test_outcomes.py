"""Pages of outcomes by who looks at them: pasting, stating, confirming, disputing, settling, and yearly questions."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.outcomes.actions.yearly import ask
from marketplace.outcomes.formats.sheets import template_csv, template_xlsx
from marketplace.outcomes.models import (
    Outcome,
    OutcomeCollaboration,
    OutcomeStatus,
    OutcomeType,
    OutcomeVersion,
    YearlyQuestion,
)
from tests.cast import Cast, form, signed_in
from tests.factories.outcomes import DOI, between, confirmed, drafted, submitted, used
from tests.outcomes.test_worker import recorded  # noqa: F401
from tests.outcomes.test_works_api import Recorded, crossref

BIBTEX = "@article{a, title={Cleaner Cells by Night}, author={Leung, Ada}, date={2026-02-10}, doi={%s}}" % DOI  # noqa: UP031


def outcomes(session: Session) -> list[Outcome]:
    session.expire_all()
    return list(session.scalars(select(Outcome).order_by(Outcome.id)))


def test_a_doi_is_pasted_looked_over_kept_and_submitted(
    client: FlaskClient, session: Session, cast: Cast, now: datetime
) -> None:
    around = between(session, cast, now=now)
    where = f"/en/collaborations/{around.id}/outcomes"
    ada = signed_in(client, cast.ada)
    assert "No outcome yet" in ada.get(where).text
    preview = ada.post(f"{where}/new", data=form(ada, {"paste": f"https://doi.org/{DOI}"}))
    assert preview.status_code == 200 and DOI in preview.text
    assert "can’t be filled from the DOI" in preview.text
    kept = {"text": f"https://doi.org/{DOI}", "do-1": "draft", "type-1": "publication"}
    short = ada.post(f"{where}/preview", data=form(ada, kept))
    assert short.status_code == 422 and "Title: Please fill this in." in short.text
    kept |= {"title-1": "Cleaner cells", "date-1": "2026-02"}
    assert ada.post(f"{where}/preview", data=form(ada, kept)).status_code == 303
    [row] = outcomes(session)
    assert (row.status, row.organisation_id) == (OutcomeStatus.DRAFT, cast.university.id)
    page = ada.get(f"/en/outcomes/{row.id}").text
    assert "A draft: only your organisation sees it." in page and f"/outcomes/{row.id}/submit" in page
    ada.post(f"/en/outcomes/{row.id}/submit", data=form(ada, {"version": 1}))
    assert outcomes(session)[0].status is OutcomeStatus.SUBMITTED
    again = ada.post(f"{where}/new", data=form(ada, {"paste": BIBTEX})).text
    assert "This is the same as “Cleaner cells”" in again and f'value="same:{row.id}" checked' in again
    same = {"text": BIBTEX, "do-1": f"same:{row.id}", "type-1": "publication"}
    assert ada.post(f"{where}/preview", data=form(ada, same)).status_code == 303
    assert len(outcomes(session)) == 1


def test_a_register_fills_a_pasted_doi_where_one_is_set(
    app: Flask,
    client: FlaskClient,
    session: Session,
    cast: Cast,
    now: datetime,
    recorded: Recorded,  # noqa: F811
) -> None:
    around = between(session, cast, now=now)
    settings, *rest = app.extensions["benchbridge"]
    asked = replace(settings, works_reader="crossref", works_crossref_url=crossref(recorded).base)
    app.extensions["benchbridge"] = asked, *rest
    where, doi = f"/en/collaborations/{around.id}/outcomes", "10.3982/ECTA9466"
    ada = signed_in(client, cast.ada)
    preview = ada.post(f"{where}/new", data=form(ada, {"paste": doi})).text
    for words in ("Identifying Technology Spillovers &amp; Rivalry: A test", 'value="2013-07"', "Bloom, Nicholas"):
        assert words in preview, words
    assert "can’t be filled" not in preview
    kept = {"text": doi, "do-1": "draft", "type-1": "publication", "title-1": "Spillovers", "date-1": "2013-07"}
    assert ada.post(f"{where}/preview", data=form(ada, kept)).status_code == 303
    [row] = outcomes(session)
    said = session.scalars(select(OutcomeVersion).where(OutcomeVersion.outcome_id == row.id)).one()
    assert (said.title, said.details["venue"]) == ({"en": "Spillovers"}, "Econometrica")
    assert said.creators[0]["family"] == "Bloom" and row.level == 0
    assert len(recorded.asked) == 1


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_sheet_is_looked_over_with_its_rejected_rows(
    ending: str, client: FlaskClient, session: Session, cast: Cast, now: datetime
) -> None:
    around = between(session, cast, now=now)
    where = f"/en/collaborations/{around.id}/outcomes"
    rows = [["publication", "One", "", "", "2026-01", DOI, *[""] * 11], ["essay", "Two", *[""] * 15]]
    write = {"csv": template_csv, "xlsx": template_xlsx}[ending]
    ada = signed_in(client, cast.ada)
    fields = form(ada, {"file": (BytesIO(write(rows)), f"ours.{ending}")})
    page = ada.post(f"{where}/new", data=fields, content_type="multipart/form-data").text
    assert "Entry 3" in page and 'value="One"' in page
    found = re.search(r'<textarea name="text"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found
    kept = {
        "text": found[1].replace("&#34;", '"'),
        "sheet": "1",
        "do-2": "draft",
        "title-2": "One",
        "date-2": "2026-01",
    }
    kept |= {"type-2": "publication"}
    assert ada.post(f"{where}/preview", data=form(ada, kept)).status_code == 303
    assert [each.type for each in outcomes(session)] == [OutcomeType.PUBLICATION]
    assert signed_in(client, cast.eve).get(f"/en/outcomes/template.{ending}").status_code == 200


def test_one_is_stated_by_hand_with_the_fields_of_its_type(
    client: FlaskClient, session: Session, cast: Cast, now: datetime
) -> None:
    around = between(session, cast, now=now)
    where = f"/en/collaborations/{around.id}/outcomes/new/licence"
    ada = signed_in(client, cast.ada)
    empty = ada.get(where).text
    assert "Contract number" in empty and "Journal, conference" not in empty
    typed: dict[str, Any] = {
        "title_en": "Licence of the cleaner", "date_event": "2026-01-31", "identifier_contract": "L-7",
        "value_amount": "12.5", "value_currency": "hkd", "receipts": "soon", "role_0": "provider", "role_1": "user",
        "details_exclusive": "yes", "confidentiality": "parties", "shares_basis": "agreement", "share_0": "0.6",
        "share_1": "0.3",
    }  # fmt: skip
    wrong = ada.post(where, data=form(ada, typed))
    assert wrong.status_code == 422
    for field in ("value_currency", "value_method", "receipts", "shares_basis"):
        assert f'href="#{field}"' in wrong.text, field
    assert 'value="Licence of the cleaner"' in wrong.text
    typed |= {"value_currency": "HKD", "value_price_year": "2026", "value_method": "contract_price", "share_1": "0.4",
              "receipts": "2025 12,000.50 HKD\n2026-01-31 5 CNY"}  # fmt: skip
    answer = ada.post(where, data=form(ada, typed))
    assert answer.status_code == 303
    page = ada.get(answer.location).text
    for words in ("L-7", "12.5 HKD in prices of 2026", "12,000.5 HKD", "Exclusive", "0.6"):
        assert words in page, words


def test_which_use_led_to_it_is_ticked_and_undone(
    client: FlaskClient, session: Session, cast: Cast, now: datetime
) -> None:
    around = between(session, cast, now=now)
    row = drafted(session, cast, around, now=now)
    use = used(session, cast, around, now=now)
    where, ada = f"/en/outcomes/{row.id}/revise", signed_in(client, cast.ada)
    typed = {"title_en": "Cleaner cells", "date_event": "2026-02-10", "identifier_doi": DOI, "role_0": "provider",
             "role_1": "user", "confidentiality": "parties"}  # fmt: skip
    fresh = ada.get(where).text
    assert f'value="{use.id}"' in fresh and 'id="more-use"' in fresh and "Facilities" in fresh
    sent = typed | {"version": 1, "sessions": str(use.id)}
    assert ada.post(where, data=form(ada, sent)).status_code == 303
    assert "Sessions of use that it came of" in ada.get(f"/en/outcomes/{row.id}").text
    ticked = ada.get(where).text
    assert re.search(rf'<input checked[^>]*value="{use.id}"', ticked) and f'value="{use.id}" ' not in fresh
    # A form that was opened before the link says nothing of it; one that shows it and doesn't tick it, undoes it.
    for version, before, kept in ((2, "", True), (3, str(use.id), False)):
        sent = typed | {"version": version, "sessions_before": before, "abstract": str(version)}
        assert ada.post(where, data=form(ada, sent)).status_code == 303
        assert ("Sessions of use that it came of" in ada.get(f"/en/outcomes/{row.id}").text) is kept
    assert (
        ada.post(
            where, data=form(ada, typed | {"version": 4, "sessions_before": "\x00 x", "sessions": "x"})
        ).status_code
        == 422
    )


def test_what_is_rarely_needed_is_folded_and_tells_what_it_holds(
    client: FlaskClient, session: Session, cast: Cast, now: datetime
) -> None:
    around = between(session, cast, now=now)
    where = f"/en/collaborations/{around.id}/outcomes/new/licence"
    ada = signed_in(client, cast.ada)
    page = ada.get(where).text
    for key, said in (("numbers", "DOCDB family"), ("money", "Deflator"), ("flow", "It went from, It went to"),
                      ("readiness", "Level before"), ("without", "Value without it"), ("sizes", "Size of each party"),
                      ("shares", "Shares of the parties")):  # fmt: skip
        found = re.search(rf'<details id="more-{key}"( open)?>\s*<summary>(.*?)</summary>', page, re.DOTALL)
        assert found and not found[1] and said in found[2], key
    assert 'id="more-use"' not in page  # nothing was used yet
    typed = {"title_en": "L", "date_event": "2026", "readiness_scheme": "trl", "readiness_before": "12",
             "confidentiality": "parties", "shares_basis": ""}  # fmt: skip
    wrong = ada.post(where, data=form(ada, typed)).text
    assert '<details id="more-readiness" open>' in wrong and '<details id="more-flow">' in wrong
    assert "filled in: 2" in wrong


def test_the_other_side_confirms_and_disputes(client: FlaskClient, session: Session, cast: Cast, now: datetime) -> None:
    around = between(session, cast, now=now)
    first, second = submitted(session, cast, around, now=now), submitted(session, cast, around, now=now)
    bo = signed_in(client, cast.bo)
    assert str(first.id) in bo.get("/en/outcomes").text
    page = bo.get(f"/en/outcomes/{first.id}").text
    assert f'action="/en/outcomes/{first.id}/confirm"' in page and "/revise" not in page
    bo.post(f"/en/outcomes/{first.id}/confirm", data=form(bo, {"version": 7}))
    assert outcomes(session)[0].status is OutcomeStatus.SUBMITTED
    bo.post(f"/en/outcomes/{first.id}/confirm", data=form(bo, {"version": 1}))
    for gap, said in (({"reason": " ", "version": 1}, "error"), ({"reason": "Not with us."}, "without the version")):
        refused = bo.post(f"/en/outcomes/{second.id}/dispute", data=form(bo, gap))
        assert refused.status_code == 422 and said in refused.text
    bo.post(f"/en/outcomes/{second.id}/confirm", data=form(bo))
    bo.post(f"/en/outcomes/{second.id}/dispute", data=form(bo, {"reason": "Not with us.", "version": 1}))
    assert [(each.status, each.level) for each in outcomes(session)] == [
        (OutcomeStatus.CONFIRMED, 2),
        (OutcomeStatus.DISPUTED, 0),
    ]
    assert "Not with us." in bo.get(f"/en/outcomes/{second.id}").text
    dee = signed_in(client, cast.dee)
    assert str(second.id) in dee.get("/en/admin/outcomes").text
    settled = {"reason": "The record shows it.", "stands": "no", "version": 1, "level": ""}
    assert dee.post(f"/en/outcomes/{second.id}/settle", data=form(dee, settled)).status_code == 303
    assert outcomes(session)[1].status is OutcomeStatus.REJECTED
    assert dee.get("/zh-hant/admin/outcomes?what=papers").status_code == 200


def test_a_version_shows_what_it_changed(client: FlaskClient, session: Session, cast: Cast, now: datetime) -> None:
    row = confirmed(session, cast, between(session, cast, now=now), now=now)
    ada = signed_in(client, cast.ada)
    page = ada.get(f"/en/outcomes/{row.id}/revise").text
    assert DOI in page and "This adds a version." in page
    typed = {"title_en": "Dirtier cells", "date_event": "2026-02", "identifier_doi": DOI, "role_0": "user",
             "role_1": "provider", "confidentiality": "public", "version": 1}  # fmt: skip
    lost = ada.post(f"/en/outcomes/{row.id}/revise", data=form(ada, typed | {"version": 9}))
    assert lost.status_code == 422 and "A new version was added" in lost.text
    assert ada.post(f"/en/outcomes/{row.id}/revise", data=form(ada, typed)).status_code == 303
    page = ada.get(f"/en/outcomes/{row.id}").text
    assert "<del>Cleaner cells by night</del> → <ins>Dirtier cells</ins>" in page and "Version 2" in page
    assert session.scalars(select(OutcomeVersion).where(OutcomeVersion.number == 2)).one().precision.value == "month"


def test_strangers_find_none_of_it(client: FlaskClient, session: Session, cast: Cast, now: datetime) -> None:
    around = between(session, cast, now=now)
    row, mine = submitted(session, cast, around, now=now), drafted(session, cast, around, now=now)
    for name in ("eve", "cheng"):
        stranger = signed_in(client, cast.people[name])
        for path in (f"outcomes/{row.id}", f"outcomes/{row.id}/dispute", f"outcomes/{row.id}/revise",
                     f"collaborations/{around.id}/outcomes", f"collaborations/{around.id}/outcomes/new"):  # fmt: skip
            assert stranger.get(f"/en/{path}").status_code == 404, path
        assert "Cleaner cells" not in stranger.get("/en/outcomes").text
    for name in ("bo", "dee"):
        assert signed_in(client, cast.people[name]).get(f"/en/outcomes/{mine.id}").status_code == 404
    assert signed_in(client, cast.bo).get(f"/en/outcomes/{row.id}/withdraw").status_code == 403


def test_papers_are_added_opened_and_checked(client: FlaskClient, session: Session, cast: Cast, now: datetime) -> None:
    row = submitted(session, cast, between(session, cast, now=now), now=now)
    ada = signed_in(client, cast.ada)
    where = f"/en/outcomes/{row.id}"
    assert ada.post(f"{where}/evidence", data=form(ada, {"kind": "letter"})).status_code == 422
    fields = form(ada, {"kind": "letter", "file": (BytesIO(b"Yes, it is so."), "letter.txt")})
    assert ada.post(f"{where}/evidence", data=fields, content_type="multipart/form-data").status_code == 303
    found = re.search(r"/en/files/[0-9a-f-]{36}", ada.get(where).text)
    assert found
    assert signed_in(client, cast.bo).get(found[0]).status_code == 200
    assert signed_in(client, cast.eve).get(found[0]).status_code == 404
    dee = signed_in(client, cast.dee)
    assert str(row.id) in dee.get("/en/admin/outcomes?what=papers").text
    box = re.search(r'name="paper" value="([0-9a-f-]{36})"', dee.get(where).text)
    assert box
    assert dee.post(f"{where}/check", data=form(dee, {"level": "3", "version": "1"})).status_code == 422
    assert (
        dee.post(f"{where}/check", data=form(dee, {"level": "3", "version": "1", "paper": box[1]})).status_code == 303
    )
    assert outcomes(session)[0].level == 3


def test_nothing_to_report_is_one_click(client: FlaskClient, session: Session, cast: Cast, now: datetime) -> None:
    between(session, cast, now=now)
    ask(session, now=now)
    ada = signed_in(client, cast.ada)
    found = re.search(r'action="(/en/outcomes/questions/[^"]+/nothing)"', ada.get("/en/outcomes/questions").text)
    assert found
    assert ada.post(found[1], data=form(ada)).status_code == 303
    assert "Nothing waits" in ada.get("/en/outcomes/questions").text
    session.expire_all()
    answers = {row.organisation_id: row.answer for row in session.scalars(select(YearlyQuestion))}
    assert answers == {cast.university.id: "nothing", cast.firm.id: None}
    assert ada.post(found[1].replace("2025", "99999999999999999999"), data=form(ada)).status_code == 404


def test_lists_are_narrowed(client: FlaskClient, session: Session, cast: Cast, now: datetime) -> None:
    around = between(session, cast, now=now)
    row = confirmed(session, cast, around, now=now)
    bo = signed_in(client, cast.bo)
    where = f"/en/collaborations/{around.id}/outcomes"
    for query, shown in (("type=publication", True), ("type=job", False), ("status=confirmed", True),
                         ("status=draft", False), ("level=2", True), ("level=3", False), ("year=2026", True),
                         ("year=2025", False), ("year=0000&type=x&level=9&status=%00&before=x", True)):  # fmt: skip
        assert (str(row.id) in bo.get(f"{where}?{query}").text) is shown, query


@pytest.mark.parametrize("kind", [each.value for each in OutcomeType])
def test_every_type_has_its_form(kind: str, client: FlaskClient, session: Session, cast: Cast, now: datetime) -> None:
    around = between(session, cast, now=now)
    ada = signed_in(client, cast.ada)
    for tag in ("en", "zh-hant"):
        assert ada.get(f"/{tag}/collaborations/{around.id}/outcomes/new/{kind}").status_code == 200
    where = f"/en/collaborations/{around.id}/outcomes/new/{kind}"
    assert (
        ada.post(where, data=form(ada, {"title_en": "x\x00", "date_event": "\x00", "share_0": "NaN"})).status_code
        == 422
    )


@pytest.mark.parametrize(
    "text", ["\x00", "{" * 5000, "[[[", "@article{", "TY  - JOUR", "10.1", "x" * 3000, "{}", "[]", "null", "\ud7ff" * 9]
)
def test_nothing_that_is_pasted_breaks_the_page(
    text: str, client: FlaskClient, session: Session, cast: Cast, now: datetime
) -> None:
    around = between(session, cast, now=now)
    ada = signed_in(client, cast.ada)
    where = f"/en/collaborations/{around.id}/outcomes"
    assert ada.post(f"{where}/new", data=form(ada, {"paste": text})).status_code in (200, 422)
    assert ada.post(f"{where}/preview", data=form(ada, {"text": text, "sheet": "1"})).status_code in (303, 422)


def test_the_same_elsewhere_is_shown_to_more_only_when_asked(
    client: FlaskClient, session: Session, cast: Cast, now: datetime
) -> None:
    row = submitted(session, cast, between(session, cast, now=now), now=now)
    other = between(session, cast, now=now)
    ada, where = signed_in(client, cast.ada), f"/en/collaborations/{other.id}/outcomes/preview"
    entry = {"text": BIBTEX, "do-1": f"same:{row.id}", "type-1": "publication"}
    refused = ada.post(where, data=form(ada, entry))
    assert refused.status_code == 422 and "shown to more people" in refused.text
    linked = select(OutcomeCollaboration.collaboration_id).where(OutcomeCollaboration.outcome_id == row.id)
    assert len(session.scalars(linked).all()) == 1
    assert ada.post(where, data=form(ada, entry | {"wider-1": "1"})).status_code == 303
    assert set(session.scalars(linked)) == {row.collaboration_id, other.id}
    closed = template_csv([["publication", "Cleaner cells by night", "", "", "2026-02-10", DOI, *[""] * 11]])
    text = closed.decode("utf-8-sig").splitlines()
    cells = dict(zip(text[0].split(","), text[1].split(","), strict=False)) | {"confidentiality": "administrators"}
    sheet = "\n".join([",".join(cells), ",".join(cells.values())])
    refused = ada.post(where, data=form(ada, {"text": sheet, "sheet": "1", "do-2": f"same:{row.id}"}))
    assert refused.status_code == 422 and "shown to more people" in refused.text
