"""Who recorded, confirmed and computed what, in the terms of W3C PROV-O, as JSON-LD.

Entities are the versions of outcomes, the rows together, each set of inputs and each figure; activities what happened
to an outcome, and the computing; agents the organisations, people by pseudonym, and the software with its version.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from prov.model import PROV, ProvDocument
from prov.serializers.provrdf import ProvRDFSerializer
from rdflib import Graph

from marketplace.spillovers.packs.sheets import Row

SPACE: Final = "urn:benchbridge:"
TITLE: Final = "bb:title"


def provenance(
    about: Mapping[str, Any], figures: Sequence[Mapping[str, Any]], tables: Mapping[str, Sequence[Row]]
) -> list[dict[str, Any]]:
    """The document as expanded JSON-LD: nodes in the order of their names, the same for the same rows."""
    document = ProvDocument()
    document.add_namespace("bb", SPACE)
    software = document.agent(_id("software", about.get("software", "")), {"prov:type": PROV["SoftwareAgent"]})
    computing = document.activity(_id("computing"), other_attributes={"bb:asOf": str(about.get("as_of", ""))})
    document.wasAssociatedWith(computing, software)
    rows = document.entity(_id("rows"), {"prov:type": PROV["Collection"]})
    document.used(computing, rows)
    _agents(document, tables)
    for row in tables.get("outcomes", ()):
        _outcome(document, row, rows)
    for row in tables.get("events", ()):
        _event(document, row)
    _figures(document, figures, (rows, computing, software))
    graph = Graph()
    for triple, _ in ProvRDFSerializer(document).encode_document(document).store.triples((None, None, None)):
        graph.add(triple)
    nodes: list[dict[str, Any]] = json.loads(graph.serialize(format="json-ld"))
    return sorted((_ordered(node) for node in nodes), key=lambda node: str(node["@id"]))


def _agents(document: ProvDocument, tables: Mapping[str, Sequence[Row]]) -> None:
    for row in tables.get("organisations", ()):
        document.agent(_id("organisation", row["id"]), {"prov:type": PROV["Organization"], TITLE: str(row["name"])})
    people = {(row["person"], row["organisation"]) for row in tables.get("events", ()) if row["person"]}
    for person, organisation in sorted(people, key=str):
        agent = document.agent(_id("person", person), {"prov:type": PROV["Person"]})
        if organisation:
            document.actedOnBehalfOf(agent, _id("organisation", organisation))


def _outcome(document: ProvDocument, row: Row, rows: Any) -> None:
    """The version that counts, a member of the rows; it comes of the version before it."""
    version = _version(row["id"], row["version"])
    document.entity(version, {"bb:type": str(row["type"]), "bb:reference": str(row["reference"])})
    document.hadMember(rows, version)
    document.wasAttributedTo(version, _id("organisation", row["organisation"]))


def _event(document: ProvDocument, row: Row) -> None:
    """What happened to a version: recording it brings it forth, all else uses it."""
    version = _version(row["outcome"], row["version"])
    activity = _id("event", row["outcome"], row["number"])
    told = {"bb:verb": str(row["verb"]), "bb:status": str(row["status"]), "bb:level": str(row["level"])}
    document.activity(activity, row["at"], row["at"], told)
    document.entity(version)
    if row["verb"] in ("draft", "revise"):
        document.wasGeneratedBy(version, activity)
        if row["version"] > 1:
            document.wasDerivedFrom(version, _version(row["outcome"], row["version"] - 1))
    else:
        document.used(activity, version)
    if row["person"]:
        document.wasAssociatedWith(activity, _id("person", row["person"]))
    if row["organisation"]:
        document.wasAssociatedWith(activity, _id("organisation", row["organisation"]))


def _figures(document: ProvDocument, figures: Sequence[Mapping[str, Any]], made: tuple[Any, Any, Any]) -> None:
    rows, computing, software = made
    for figure in figures:
        inputs = _id("inputs", figure["inputs"])
        document.entity(inputs, {"bb:sha256": str(figure["digest"])})
        document.wasDerivedFrom(inputs, rows)
        value = _id("figure", figure["metric"], figure["variant"])
        told: dict[Any, Any] = {"bb:metric": str(figure["metric"]), "bb:metricVersion": str(figure["version"])}
        told["bb:value"] = json.dumps(figure["value"], sort_keys=True, ensure_ascii=False)
        document.entity(value, told)
        document.wasDerivedFrom(value, inputs)
        document.wasGeneratedBy(value, computing)
        document.wasAttributedTo(value, software)


def _version(outcome: Any, number: Any) -> str:
    return _id("outcome", outcome, "version", number)


def _id(*parts: Any) -> str:
    return "bb:" + ":".join(quote(str(each), safe="").replace("%", "_") for each in parts if each != "")


def _ordered(value: Any) -> Any:
    """The same JSON with lists in one order: in RDF they are sets."""
    if isinstance(value, dict):
        return {name: _ordered(each) for name, each in value.items()}
    if isinstance(value, list):
        return sorted((_ordered(each) for each in value), key=lambda each: json.dumps(each, sort_keys=True))
    return value
