"""The pages of metrics: the registry by kind, and what may and may not be claimed by each, in three languages."""

from __future__ import annotations

from html import escape

import pytest
from flask.testing import FlaskClient

from marketplace.spillovers.registry import metric, metrics, vocabulary

TAGS = [("en", "en"), ("zh-hant", "zh-Hant"), ("zh-hans", "zh-Hans")]


def said(text: str) -> str:
    """A text as a page has it."""
    return escape(text).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")


@pytest.mark.parametrize(("language", "tag"), TAGS)
def test_the_registry_tells_every_metric_under_its_kind(client: FlaskClient, language: str, tag: str) -> None:
    page = client.get(f"/{language}/metrics").text
    at = 0
    for each in metrics().values():
        at = page.index(f"/{language}/metrics/{each.id}", at)
        assert said(each.name[tag]) in page and said(each.words[tag]) in page
    for kind, text in vocabulary("meanings").items():
        assert f'id="kind-{kind}"' in page and said(text[tag]) in page


@pytest.mark.parametrize(("language", "tag"), TAGS)
def test_every_metric_has_its_page_in_every_language(client: FlaskClient, language: str, tag: str) -> None:
    for each in metrics().values():
        answer = client.get(f"/{language}/metrics/{each.id}")
        assert answer.status_code == 200
        shared = (each.definition, each.unit, each.dedup, each.aggregation, each.unknown, each.population, each.source)
        assert not [text[tag] for text in (*shared, *each.inputs.values()) if said(text[tag]) not in answer.text], (
            each.id
        )


def test_a_page_says_what_may_be_claimed_and_what_not(client: FlaskClient) -> None:
    page = client.get("/en/metrics/spill.tech").text
    may, may_not = page.split('id="may"')[1].split('id="may-not"')
    assert "called exposure and not effect" in may
    assert "Caused" in may_not and "Recorded outputs" in may_not
    assert "SPILLTECH_it = sum_{j != i} P_ij G_jt" in page
    use = client.get("/en/metrics/use.show_rate").text
    assert "Only the figure itself" in use


def test_what_is_not_computed_says_why(client: FlaskClient) -> None:
    page = client.get("/zh-hant/metrics/use.e10.mcbf").text
    reason = metric("use.e10.mcbf").undefined
    assert reason and reason["zh-Hant"] in page and "不予計算" in page
    assert "不予計算" in client.get("/zh-hant/metrics").text


def test_every_page_leads_to_the_registry_and_an_unknown_metric_is_not_found(client: FlaskClient) -> None:
    assert "/en/metrics" in client.get("/en/").text
    assert "/en/metrics" in client.get("/en/how-it-works").text
    assert client.get("/en/metrics/no.such").status_code == 404
    assert client.get("/en/metrics/%00").status_code == 404
