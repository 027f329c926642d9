"""Pages of figures: of an organisation, of a zone, and what is published for everybody; all from stored snapshots."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from marketplace.accounts import queries as accounts
from marketplace.accounts.policy import demand
from marketplace.collaborations.rules.days import today_of
from marketplace.jurisdictions import queries as places
from marketplace.jurisdictions.models import Zone
from marketplace.spillovers.queries import stored
from marketplace.spillovers.queries.behind import ids_behind, told_by_rows
from marketplace.spillovers.queries.figures import Behind, rows_of
from marketplace.spillovers.queries.stored import Year
from marketplace.spillovers.registry import Kind, metric, vocabulary
from marketplace.spillovers.rules.scopes import Scope, ScopeKind
from marketplace.values.kept import Kept
from marketplace.values.localized import pick
from marketplace.values.refusal import NotFound
from marketplace.web.access import allow
from marketplace.web.charts import chart_file
from marketplace.web.figure_values import whole_figure
from marketplace.web.kept_parts import Part, digest_of, kept
from marketplace.web.request import actor, language, now, reading, url
from marketplace.wording.charts.figures import Figure
from marketplace.wording.charts.files import FORMATS
from marketplace.wording.dictionary import spoken
from marketplace.wording.pictures import published, sharing, spells
from marketplace.wording.pictures.tiles import response_rate, tiles
from marketplace.wording.pictures.trends import trends

blueprint = Blueprint("figures", __name__)
KINDS = (Kind.USE, Kind.OUTPUT, Kind.SPILLOVER)
Drawn = Mapping[str, Callable[[], Figure]]


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart of stored figures by all that it depends on; `names` is the digest of those that are drawn in."""

    key: str
    language: str
    snapshots: tuple[UUID, ...]
    chosen: UUID | None
    names: str = ""


# Snapshots never change, so each is drawn once for all who look at it.
_PICTURES: Final = Kept[Figure](256)


@dataclass(frozen=True, slots=True)
class Shown:
    """All years of a scope, and the one that is looked at."""

    years: Sequence[Year]
    chosen: Year | None


@blueprint.get("/organisations/<slug>/figures")
@allow("figures.see")
def organisation(slug: str) -> Answer | str:
    """An organisation's use, output and spillover by year, its partners and its network, for its own people."""
    place, present = _organisation(slug)
    if not present:
        return redirect(url("figures.organisation", slug=place.slug), code=301)
    told = shown(Scope(ScopeKind.ORGANISATION, id=place.id), asked=_year_asked())
    return _page("figures/organisation.html", told, "figures.organisation", slug=place.slug, place=place)


@blueprint.get("/organisations/<slug>/figures/<int:year>/<chart>.<ending>")
@allow("figures.see")
def organisation_chart(slug: str, year: int, chart: str, ending: str) -> Response:
    """One chart of that page as a file."""
    place, _present = _organisation(slug)
    return file_of(shown(Scope(ScopeKind.ORGANISATION, id=place.id), year), chart, ending)


@blueprint.get("/organisations/<slug>/figures/<int:year>/rows/<metric_id>")
@allow("figures.see")
def organisation_rows(slug: str, year: int, metric_id: str) -> str:
    """One figure of a year in full, and the outcomes or sessions behind it that the reader may see."""
    place, _present = _organisation(slug)
    told = shown(Scope(ScopeKind.ORGANISATION, id=place.id), year)
    crumb = (name_of(place.name), url("organisations.organisation", slug=place.slug))
    return _one_figure(told, metric_id, crumb, url("figures.organisation", slug=place.slug, year=year))


@blueprint.get("/zones/<slug>/figures")
@allow("figures.oversee")
def zone(slug: str) -> str:
    """A zone's figures in full, for those who watch over the platform."""
    row = _zone(slug)
    told = shown(Scope(ScopeKind.ZONE, code=row.code), asked=_year_asked())
    return _page("figures/zone.html", told, "figures.zone", slug=row.slug, zone=row)


@blueprint.get("/zones/<slug>/figures/<int:year>/<chart>.<ending>")
@allow("figures.oversee")
def zone_chart(slug: str, year: int, chart: str, ending: str) -> Response:
    """One chart of that page as a file."""
    return file_of(shown(Scope(ScopeKind.ZONE, code=_zone(slug).code), year), chart, ending)


@blueprint.get("/zones/<slug>/figures/<int:year>/rows/<metric_id>")
@allow("figures.oversee")
def zone_rows(slug: str, year: int, metric_id: str) -> str:
    """One figure of a zone's year in full, and the outcomes or sessions behind it."""
    row = _zone(slug)
    told = shown(Scope(ScopeKind.ZONE, code=row.code), year)
    crumb = (name_of(row.name), url("zones.zone", slug=row.slug))
    return _one_figure(told, metric_id, crumb, url("figures.zone", slug=row.slug, year=year))


@blueprint.get("/figures")
@allow("figures.published")
def published_figures() -> str:
    """What is published of a year: the same tables for everybody, with the rule that hides small figures."""
    told = chosen(stored.published_years(reading()), _year_asked())
    drawn = _published(told)
    number = told.chosen.number if told.chosen else 0
    return render_template(
        "figures/published.html",
        told=told,
        rule=published.RULE[language()],  # type: ignore[index]
        charts=[(draw(), _links("figures.published_chart", number, key)) for key, draw in drawn.items()],
    )


@blueprint.get("/figures/<int:year>/<chart>.<ending>")
@allow("figures.published")
def published_chart(year: int, chart: str, ending: str) -> Response:
    """One published chart as a file."""
    return published_file(year, chart, ending)


def _one_figure(told: Shown, metric_id: str, place: tuple[str, str], back: str) -> str:
    wholes, by_rows = whole_figure(told.chosen, metric_id), told_by_rows(metric_id)
    if not (wholes or by_rows):
        raise NotFound(metric_id)
    return render_template(
        "figures/rows.html",
        place=place,
        back=back,
        year=told.chosen.number if told.chosen else "",
        metric=metric(metric_id),
        wholes=wholes,
        behind=behind_figure(told, metric_id) if by_rows else None,
    )


def name_of(names: Mapping[str, str]) -> str:
    """A name in the reader's language."""
    return pick(names, spoken(language())).text


def _organisation(slug: str) -> tuple[Any, bool]:
    place, present = accounts.organisation_at(reading(), slug, actor())
    demand(actor(), "figures.see", organisation=place.id)
    return place, present


def _zone(slug: str) -> Zone:
    demand(actor(), "figures.oversee")
    return places.zone(reading(), slug)


def _year_asked() -> int | None:
    asked = request.args.get("year", "")
    return int(asked) if len(asked) == 4 and asked.isascii() and asked.isdigit() else None


def shown(scope: Scope, exactly: int | None = None, *, asked: int | None = None) -> Shown:
    """The years of a scope; the values that only pictures need are read for the year that is looked at."""
    years = stored.years(reading(), scope)
    told = chosen(years, asked if exactly is None else exactly, exactly=exactly is not None)
    if told.chosen is None or told.chosen is years[-1]:
        return told
    return Shown(years, stored.year(reading(), scope, told.chosen.number))


def behind_figure(told: Shown, metric_id: str) -> Behind:
    """The rows behind a figure of the year that is looked at; `NotFound` where that has none."""
    if told.chosen is None:
        raise NotFound(metric_id)
    kind, ids = ids_behind(reading(), told.chosen.snapshot, metric_id)
    return rows_of(reading(), kind, ids, by=actor(), today=today_of(actor(), now()))


def chosen(years: Sequence[Year], asked: int | None, *, exactly: bool = False) -> Shown:
    """The year that was asked for, else the last one; `NotFound` where exactly that was wanted and is none."""
    found = next((each for each in years if each.number == asked), None)
    if found is None and exactly:
        raise NotFound(str(asked))
    return Shown(years, found or (years[-1] if years else None))


def _drawn(told: Shown) -> Drawn:
    """Every chart of a scope's page by its key."""
    tongue, year, homes = language(), told.chosen, _territories()
    called = digest_of(homes)
    found: dict[str, Callable[[], Figure]] = {}
    for kind in KINDS:
        for figure in trends(told.years, kind, tongue):
            found[figure.about.key] = partial(_same, figure)
    found["retention"] = _kept(told, "retention", lambda: spells.retention(year, tongue))
    found["lag"] = _kept(told, "lag", lambda: spells.lag(year, tongue))
    found["matrix"] = _kept(told, "matrix", lambda: sharing.flow_matrix(year, homes, tongue), called)
    found["flows"] = _kept(told, "flows", lambda: sharing.flows(year, homes, tongue), called)
    found["network"] = lambda: _network(told, homes)
    return found


def _network(told: Shown, homes: Mapping[str, Mapping[str, str]]) -> Figure:
    """The network, with organisations called as they are called now."""
    names, tongue = stored.names(reading(), sharing.tied(told.chosen)), language()
    return _kept(told, "network", lambda: sharing.ties(told.chosen, names, homes, tongue), digest_of(names, homes))()


def _same(figure: Figure) -> Figure:
    return figure


def _kept(told: Shown, key: str, draw: Callable[[], Figure], names: str = "") -> Callable[[], Figure]:
    chosen_id = told.chosen.snapshot.id if told.chosen else None
    snapshots = tuple(each.snapshot.id for each in told.years)
    return lambda: _PICTURES.get(Picture(key, language(), snapshots, chosen_id, names), draw)


def _published(told: Shown) -> Drawn:
    tongue, year, homes = language(), told.chosen, _territories()
    zones = {row.code: row.name for row in places.zones(reading())}
    return {
        "zones": _kept(
            told, "published-zones", lambda: published.outcomes_by_zone(year, zones, tongue), digest_of(zones)
        ),
        "matrix": _kept(
            told, "published-matrix", lambda: published.sessions_by_territory(year, homes, tongue), digest_of(homes)
        ),
    }


def _territories() -> dict[str, Mapping[str, str]]:
    return {row.code: row.name for row in places.jurisdictions(reading())}


def _page(template: str, told: Shown, page: str, *, slug: str, **values: Any) -> str:
    """A scope's page; what its snapshots tell is drawn once for everybody."""
    if told.chosen is None:
        return render_template(template, told=told, **values)
    seen = told.chosen.snapshot.id, *(each.snapshot.id for each in told.years)
    names = stored.names(reading(), sharing.tied(told.chosen))
    part = Part(page, language(), seen, (slug,), digest_of(names, _territories()))
    return render_template(template, told=told, measured=kept(part, lambda: _measured(told, page, slug)), **values)


def _measured(told: Shown, page: str, slug: str) -> str:
    number = told.chosen.number if told.chosen else 0
    charts = {key: (draw(), _links(f"{page}_chart", number, key, slug=slug)) for key, draw in _drawn(told).items()}
    return render_template(
        "figures/measured.html",
        told=told,
        page=page,
        slug=slug,
        charts=charts,
        rate=response_rate(told.chosen),
        blocks=[
            (
                kind,
                vocabulary("kinds")[kind],
                vocabulary("meanings")[kind],
                tiles(told.chosen, kind),
                [each for each in charts if each.startswith(f"{kind.value}-")],
            )
            for kind in KINDS
        ],
        process=tiles(told.chosen, Kind.PROCESS),
        exposure=tiles(told.chosen, Kind.EXPOSURE),
    )


def file_of(told: Shown, chart: str, ending: str) -> Response:
    """A chart of a scope as a file; `NotFound` for a chart or format that there is not."""
    return chart_file(_one(_drawn(told), chart), ending)


def published_file(year: int, chart: str, ending: str) -> Response:
    """A chart of what is published of a year as a file, of nothing but that."""
    told = chosen(stored.published_years(reading()), year, exactly=True)
    return chart_file(_one(_published(told), chart), ending)


def _one(drawn: Drawn, chart: str) -> Figure:
    if chart not in drawn:
        raise NotFound(chart)
    return drawn[chart]()


def _links(endpoint: str, year: int, key: str, **values: Any) -> list[tuple[str, str]]:
    """The addresses of a chart's files; none before there is a year."""
    if not year:
        return []
    return [(ending.upper(), url(endpoint, year=year, chart=key, ending=ending, **values)) for ending in FORMATS]
