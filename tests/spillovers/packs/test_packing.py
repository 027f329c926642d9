"""Packs made of rows: what their reader may see, the same bytes twice, and figures that come out again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rdflib import PROV, RDF, Graph, URIRef
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.collaborations.models import CollaborationParty
from marketplace.collaborations.queries.seats import parties_of
from marketplace.collaborations.rules.sheet import as_document, sheet_of
from marketplace.outcomes.models import Confidentiality, Outcome, OutcomeVersion
from marketplace.spillovers.packs.container import packed
from marketplace.spillovers.packs.contents import Pack, contents, figure_of
from marketplace.spillovers.packs.verifying import verify
from marketplace.spillovers.queries import packing
from marketplace.spillovers.queries.packing import packed_rows
from marketplace.spillovers.registry import metrics
from marketplace.spillovers.rules.scopes import Frame, Scope, ScopeKind, Span
from marketplace.values.refusal import Refused
from tests.cast import Cast, actor_of
from tests.factories.figures import Books
from tests.factories.outcomes import add_party, between, confirmed, drafted, submitted
from tests.factories.stage import make_stage_of

NAME = {"en": "Cleaner cells"}
YEAR = Span(date(2026, 1, 1), date(2027, 1, 1))


class Scene:
    """A collaboration of the university and the firm, and packs of it."""

    def __init__(self, session: Session, cast: Cast, now: datetime) -> None:
        self.session, self.cast, self.now = session, cast, now
        self.row = between(session, cast, now=now)

    def actor(self, name: str) -> Actor:
        return actor_of(self.session, self.cast.people[name], now=self.now)

    def confirmed(self, number: int, **more: Any) -> Outcome:
        told = {"identifiers": [{"scheme": "doi", "value": f"10.1234/paper.{number}"}], **more}
        return confirmed(self.session, self.cast, self.row, now=self.now, **told)

    def pack(self, by: str = "ada", **more: Any) -> Pack:
        frame = Frame(Scope(ScopeKind.COLLABORATION, id=self.row.id), YEAR, self.now, **more)
        return packed_rows(self.session, frame, NAME, by=self.actor(by), now=self.now)


@pytest.fixture
def scene(session: Session, cast: Cast, now: datetime) -> Scene:
    return Scene(session, cast, now)


def value(pack: Pack, metric: str) -> Any:
    return next(figure_of(each)["value"] for each in pack.bases if each.metric == metric)


def ids(pack: Pack) -> set[str]:
    return {row["id"] for row in pack.tables["outcomes"]}


def whole_text(pack: Pack) -> str:
    return "".join(content.decode("utf-8", "replace") for content in contents(pack).values())


def test_a_pack_of_rows_is_verified_from_its_archive_alone(scene: Scene, tmp_path: Path) -> None:
    scene.confirmed(1)
    scene.confirmed(2)
    place = tmp_path / "pack.zip"
    place.write_bytes(packed(contents(scene.pack())))
    verdict = verify(place)
    assert verdict.findings == []
    assert verdict.figures > 10


def test_the_same_frame_gives_the_same_bytes_also_when_more_has_come_in(scene: Scene) -> None:
    scene.confirmed(1)
    first = packed(contents(scene.pack()))
    assert packed(contents(scene.pack())) == first
    later = scene.now + timedelta(hours=1)
    confirmed(scene.session, scene.cast, scene.row, now=later, identifiers=[{"scheme": "doi", "value": "10.1234/late"}])
    assert packed(contents(scene.pack())) == first


def test_only_what_another_side_confirmed_counts_and_drafts_are_nowhere(scene: Scene) -> None:
    counted = scene.confirmed(1)
    waiting = submitted(
        scene.session, scene.cast, scene.row, now=scene.now, identifiers=[{"scheme": "doi", "value": "10.1234/b"}]
    )
    draft = drafted(scene.session, scene.cast, scene.row, now=scene.now, title={"en": "Secret draft"})
    pack = scene.pack()
    assert ids(pack) == {str(counted.id), str(waiting.id)}
    assert value(pack, "out.distinct")["distinct_publications"] == 1
    assert pack.about["withheld"] == 0
    assert str(draft.id) not in whole_text(pack) and "Secret draft" not in whole_text(pack)


@pytest.mark.parametrize(
    "more", [{"confidentiality": "administrators"}, {"embargo_until": "2026-12-01"}], ids=["confidential", "embargo"]
)
def test_what_may_not_be_handed_on_is_left_out_counted_and_moves_no_figure(scene: Scene, more: dict[str, Any]) -> None:
    """Bo, the other side, may confirm it; the pack of neither side holds a trace of it."""
    open_ = scene.confirmed(1)
    closed = scene.confirmed(2, title={"en": "Not to be told"}, confidentiality="parties")
    for row in (closed, *scene.session.scalars(select(OutcomeVersion).where(OutcomeVersion.outcome_id == closed.id))):
        if "embargo_until" in more:
            row.embargo_until = date(2026, 12, 1)
        else:
            row.confidentiality = Confidentiality.ADMINISTRATORS
    scene.session.flush()
    for reader in ("ada", "bo"):
        pack = scene.pack(reader)
        assert ids(pack) == {str(open_.id)}
        assert pack.about["withheld"] == 1
        assert value(pack, "out.distinct")["distinct_publications"] == 1
        assert pack.about["differs"] is None, "which figures differ would tell what was left out"
        text = whole_text(pack)
        assert str(closed.id) not in text and "Not to be told" not in text and closed.reference not in text


def test_an_overseer_has_the_confidential_but_not_what_is_under_embargo(scene: Scene) -> None:
    closed = scene.confirmed(1)
    for row in (closed, *scene.session.scalars(select(OutcomeVersion).where(OutcomeVersion.outcome_id == closed.id))):
        row.confidentiality = Confidentiality.ADMINISTRATORS
    scene.session.flush()
    assert ids(scene.pack("dee")) == {str(closed.id)}


def test_an_overseers_pack_names_the_figures_that_differ(scene: Scene) -> None:
    scene.confirmed(1)
    for row in (
        closed := scene.confirmed(2),
        *scene.session.scalars(select(OutcomeVersion).where(OutcomeVersion.outcome_id == closed.id)),
    ):
        row.embargo_until = date(2026, 12, 1)
    scene.session.flush()
    assert "out.distinct" in scene.pack("dee").about["differs"]


def test_use_between_others_is_withheld_and_counted(scene: Scene) -> None:
    session, cast, now = scene.session, scene.cast, scene.now
    books = Books(session, cast, make_stage_of(session, cast, now), scene.row)
    books.use(cast.university, now - timedelta(days=9), now - timedelta(days=9, hours=-2))
    books.use(cast.agency, now - timedelta(days=7), now - timedelta(days=7, hours=-3))
    add_party(session, scene.row, cast.agency, ["partner"], now=now)
    gone = scene.pack("ada")
    assert [row["user"] for row in gone.tables["sessions"]] == [str(cast.university.id)]
    assert gone.about["withheld_use"] == 1
    used = [str(each.inputs["sessions"]) for each in gone.bases if "sessions" in each.inputs]
    assert used and not any(str(cast.agency.id) in each for each in used)
    for reader in ("bo", "dee"):
        assert (len(scene.pack(reader).tables["sessions"]), scene.pack(reader).about["withheld_use"]) == (2, 0)


def test_a_side_that_left_gets_a_collaboration_as_it_stood_then(scene: Scene) -> None:
    session, cast, row = scene.session, scene.cast, scene.row
    scene.confirmed(1)
    wish = sheet_of(row)
    (party,) = [each for each in parties_of(session, [row.id])[row.id] if each.organisation_id == cast.firm.id]
    party.left_on, party.left_at, party.left_with = date(2026, 2, 20), scene.now, as_document(wish)
    row.title, row.agreement_number, row.ends_on = {"en": "New aim"}, "NEW-9", date(2031, 1, 1)
    add_party(session, row, cast.agency, ["partner"], now=scene.now, joined_on=date(2026, 2, 25))
    session.flush()
    frame = Frame(Scope(ScopeKind.ORGANISATION, id=cast.firm.id), YEAR, scene.now)
    pack = packed_rows(session, frame, NAME, by=scene.actor("bo"), now=scene.now)
    (told,) = pack.tables["collaborations"]
    assert (told["title"], told["agreement_number"], told["ends_on"]) == ({"en": "Cleaner cells"}, "", None)
    both = {str(cast.firm.id), str(cast.university.id)}
    assert {each["organisation"] for each in pack.tables["parties"]} == both
    assert str(cast.agency.id) not in {each["id"] for each in pack.tables["organisations"]}
    (whole,) = packed_rows(session, frame, NAME, by=scene.actor("dee"), now=scene.now).tables["collaborations"]
    assert whole["title"] == {"en": "New aim"}


def test_what_ended_after_a_side_had_left_is_told_it_nowhere(scene: Scene) -> None:
    session, cast, row = scene.session, scene.cast, scene.row
    add_party(session, row, cast.agency, ["partner"], now=scene.now, joined_on=date(2026, 2, 25))
    gone, stays_on = (session.get_one(CollaborationParty, (row.id, each.id)) for each in (cast.firm, cast.university))
    gone.left_on, gone.left_at, gone.left_with = date(2026, 2, 20), scene.now, as_document(sheet_of(row))
    stays_on.left_on, stays_on.left_at = date(2026, 2, 28), scene.now
    session.flush()
    frame = Frame(Scope(ScopeKind.ORGANISATION, id=cast.firm.id), YEAR, scene.now)
    stays = packed_rows(session, frame, NAME, by=scene.actor("bo"), now=scene.now).tables["stays"]
    told = {each["organisation"]: each["left_on"] for each in stays}
    assert told == {str(cast.firm.id): "2026-02-20", str(cast.university.id): None}
    again = packed_rows(session, frame, NAME, by=scene.actor("dee"), now=scene.now).tables["stays"]
    assert again == stays, "the figures of an organisation are the same for all who read them"
    whole = scene.pack("dee").tables["stays"]
    assert {each["left_on"] for each in whole} == {"2026-02-20", "2026-02-28", None}


def altered(inputs: Any, member: str) -> Any:
    """The same inputs with another number, as somebody would write who computes everything else anew."""
    told = json.loads(json.dumps(inputs))
    if member == "receipts":
        told["receipts"][0]["amount"] = "9000"
    elif member == "receipts left out":
        del told["receipts"][0]
    elif member == "sessions":
        told["sessions"][0]["hours"] = "900"
    elif member == "rows":
        told["rows"][0]["id"] = "10.1234/another"
    elif member == "outcomes":
        told["outcomes"][0]["users"] = []
    elif member == "contracts":
        told["contracts"][0]["end"] = "2030-01-01"
    elif member == "contracts left out":
        told["contracts"] = []
    elif member == "publications":
        told["publications"] = {doi: [["name:Elsewhere"]] for doi in told["publications"]}
    elif member == "months_event":
        told["months_event"][0]["months"] = 77
    elif member == "GI_ref":
        told["parts"][0][1]["additionality"]["GI_ref"] = "0"
    elif member == "value":
        told["parts"][0][1]["value"] = "9000"
    else:
        told["parts"][0][1]["shares"] = ["0.9", "0.1"]
    return told


@pytest.mark.parametrize(
    ("metric", "member"),
    [
        ("out.income.received", "receipts"),
        ("out.income.received", "receipts left out"),
        ("flow.matrix", "sessions"),
        ("out.distinct", "rows"),
        ("attr.share", "value"),
        ("attr.share", "shares"),
        ("spill.third_party", "outcomes"),
        ("out.contract.active", "contracts"),
        ("out.contract.active", "contracts left out"),
        ("out.pub.frac", "publications"),
        ("ret.km", "months_event"),
        ("lag.median", "months_event"),
        ("out.spinoff.active3", "months_event"),
        ("add.net", "GI_ref"),
    ],
)
def test_inputs_that_say_otherwise_than_the_rows_are_found(
    scene: Scene, tmp_path: Path, metric: str, member: str
) -> None:
    """The manifest, the digests and every figure are those of the changed inputs; the rows are as they were."""
    session, cast, now = scene.session, scene.cast, scene.now
    books = Books(session, cast, make_stage_of(session, cast, now), scene.row)
    books.use(cast.university, now - timedelta(days=9), now - timedelta(days=9, hours=-2))
    books.outcome(
        "consultancy",
        day=date(2026, 2, 1),
        known=now - timedelta(days=1),
        doi="10.1234/one",
        parties=[(cast.firm, "provider"), (cast.university, "user")],
        shares={cast.firm.id: "0.25", cast.university.id: "0.75"},
        value={"amount": "100.50", "currency": "HKD", "price_year": 2026, "method": "cost"},
        additionality={"without_us": "later", "respondent": "x", "reference_value": "40"},
        details={"starts_on": "2026-01-15", "ends_on": "2026-12-31"},
        receipts=[
            {"year": 2026, "received_on": "2026-02-02", "amount": "100", "currency": "HKD"},
            {"year": 2026, "received_on": "2026-02-03", "amount": "7.5", "currency": "HKD"},
        ],
    )
    told = {"known": now - timedelta(days=1), "day": date(2026, 2, 1)}
    books.outcome(
        "publication", doi="10.1234/two", authors=[([cast.university], ["Elsewhere"]), ([], ["Third"])], **told
    )
    books.outcome("spinoff", details={"ended_on": "2026-02-20"}, **told)
    pack = scene.pack()
    place = tmp_path / "pack.zip"
    place.write_bytes(packed(contents(pack)))
    assert verify(place).findings == []
    assert metric in {each.metric for each in pack.bases}
    bases = [
        replace(each, inputs=altered(each.inputs, member)) if each.metric == metric else each for each in pack.bases
    ]
    place.write_bytes(packed(contents(replace(pack, bases=bases))))
    assert {each.code for each in verify(place).findings} == {"input_differs"}


def test_people_are_pseudonyms(scene: Scene) -> None:
    scene.confirmed(1)
    pack = scene.pack()
    assert {row["person"] for row in pack.tables["events"]} == {"person-1", "person-2"}
    text = whole_text(pack)
    for person in scene.cast.people.values():
        assert str(person.id) not in text
        assert person.email not in text


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
def test_provenance_names_who_did_what_in_terms_of_prov(scene: Scene) -> None:
    row = scene.confirmed(1)
    graph = Graph().parse(data=contents(scene.pack())["provenance.jsonld"], format="json-ld")
    version = URIRef(f"urn:benchbridge:outcome:{row.id}:version:1")
    assert (version, RDF.type, PROV.Entity) in graph
    firm, university = (
        URIRef(f"urn:benchbridge:organisation:{each.id}") for each in (scene.cast.firm, scene.cast.university)
    )
    assert (version, PROV.wasAttributedTo, university) in graph
    assert list(graph.objects(version, PROV.wasGeneratedBy))
    assert firm in set(graph.objects(None, PROV.wasAssociatedWith))
    value_ = URIRef("urn:benchbridge:figure:out.distinct")
    inputs = set(graph.objects(value_, PROV.wasDerivedFrom))
    assert inputs and all((each, PROV.wasDerivedFrom, URIRef("urn:benchbridge:rows")) in graph for each in inputs)
    software = next(graph.objects(value_, PROV.wasAttributedTo))
    assert (software, RDF.type, PROV.SoftwareAgent) in graph


def test_tables_for_evaluators_say_what_is_not_recorded(scene: Scene) -> None:
    scene.confirmed(1)
    pack = scene.pack()
    assert {(row["why"], row["organisations"]) for row in pack.tables["comparison"]} == {("overseers_only", None)}
    assert {row["why"] for row in scene.pack("dee").tables["comparison"]} == {"nobody"}
    assert pack.tables["deflators"] == []
    assert [row["why"] for row in pack.tables["baseline"]] == ["no_use_recorded"]


def test_a_pack_says_which_metrics_have_no_figure_and_why(scene: Scene) -> None:
    pack = scene.pack()
    assert pack.about["without_figure"]["use.oee"] == "machine_states_not_recorded"
    told = {basis.metric for basis in pack.bases} | pack.about["without_figure"].keys()
    assert set(metrics()) - {"out.income.received", "add.net", "attr.share"} <= told


def test_too_many_outcomes_are_refused(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.confirmed(1)
    monkeypatch.setattr(packing, "MOST_OUTCOMES", 0)
    with pytest.raises(Refused) as told:
        scene.pack()
    assert told.value.codes == ("pack_too_large",)


def test_works_of_every_kind_are_found_in_the_rows(scene: Scene, tmp_path: Path) -> None:
    """A public one, an agreement whose number is its parties' alone, and two records of one work under different
    numbers."""
    session, cast, now = scene.session, scene.cast, scene.now
    books = Books(session, cast, make_stage_of(session, cast, now), scene.row)
    told = {"day": date(2026, 2, 1), "known": now - timedelta(days=2)}
    free = books.outcome("publication", doi="10.1234/free", confidentiality=Confidentiality.PUBLIC, **told)
    books.outcome("licence", identifiers=[("contract", "C-1")], **told)
    books.outcome("patent_family", identifiers=[("patent_publication", "EP1234567A1")], level=3, **told)
    books.outcome(
        "patent_family",
        identifiers=[("patent_publication", "EP1234567B1"), ("patent_application", "CN202010000001")],
        **told,
    )
    session.execute(update(Outcome).where(Outcome.id == free.id).values(confidentiality=Confidentiality.PUBLIC))
    frame = Frame(Scope(ScopeKind.ORGANISATION, id=cast.firm.id), YEAR, now)
    pack = packed_rows(session, frame, NAME, by=scene.actor("bo"), now=now)
    place = tmp_path / "pack.zip"
    place.write_bytes(packed(contents(pack)))
    assert verify(place).findings == []
    [public] = [each for each in pack.bases if each.metric == "out.matrix"]
    [row] = public.inputs["rows"]
    assert set(row["organisations"]) == {str(cast.firm.id), str(cast.university.id)}
    others = replace(public, inputs={"rows": [{**row, "organisations": [str(cast.firm.id)]}]})
    bases = [others if each is public else each for each in pack.bases]
    place.write_bytes(packed(contents(replace(pack, bases=bases))))
    assert {each.code for each in verify(place).findings} == {"input_differs"}


@pytest.mark.parametrize("kind", ["organisation", "zone"])
def test_packs_of_organisations_and_zones_are_verified_too(scene: Scene, tmp_path: Path, kind: str) -> None:
    scene.confirmed(1)
    scope = (
        Scope(ScopeKind.ORGANISATION, id=scene.cast.firm.id)
        if kind == "organisation"
        else Scope(ScopeKind.ZONE, code="ZON-HQ")
    )
    frame = Frame(scope, YEAR, scene.now)
    by = scene.actor("bo" if kind == "organisation" else "dee")
    pack = packed_rows(scene.session, frame, NAME, by=by, now=scene.now)
    place = tmp_path / "pack.zip"
    place.write_bytes(packed(contents(pack)))
    assert verify(place).findings == []
