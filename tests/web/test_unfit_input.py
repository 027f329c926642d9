"""Input that no column can hold is the reader's slip, never a fault of ours."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.web.forms.uses import CorrectionForm
from tests.cast import Cast, signed_in

ADDRESSES = (
    *("search?q=%00", "admin/people?q=%00", "admin/organisations?q=%00", "admin/history?kind=%00", "organisations/%00"),
    *(
        "host/closures/new?start=9999-12-31T23:30",
        "host/timeline?start=0001-01-01T00:00",
        "search?free_from=9999-12-31",
    ),
    *("search?trl=99999999999999999999", "admin/people?from=99999999999999999999", "inbox?before=%00"),
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_input_in_an_address_breaks_a_page(client: FlaskClient, cast: Cast, address: str) -> None:
    assert signed_in(client, cast.dee).get(f"/en/{address}").status_code < 500


def test_a_use_of_the_year_one_is_refused_beside_its_field(app: Flask) -> None:
    sent = {"began": "0001-01-01T00:00", "ended": "2026-03-02T10:00", "reason": "A slip."}
    with app.test_request_context("/en/uses", method="POST", data=sent):
        form = CorrectionForm()
        assert not form.validate()
        assert set(form.errors) == {"began"}
        assert "between the years 1990 and 2199" in form.errors["began"][0]
