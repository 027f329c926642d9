"""What stands in a pack: a pure function from rows to files, so that anybody can make the files again and compare.

pack.json                 what the pack is about, and how the inputs of each figure are put together
rows/<kind>.csv, .json    the rows behind the figures, one file for each kind of row
inputs/<set>-<name>.csv   the tables of a set of inputs; inputs/<set>.json the whole set
figures.json              each figure with its inputs' digest; registry.json the definitions
provenance.jsonld         who recorded, confirmed and computed what (W3C PROV)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marketplace.spillovers.measuring import digest, exact, measure
from marketplace.spillovers.packs.inputs import apart
from marketplace.spillovers.packs.provenance import provenance
from marketplace.spillovers.packs.sheets import Row, csv_of, json_rows
from marketplace.spillovers.packs.texts import json_bytes, json_of
from marketplace.spillovers.registry import Metric, metric
from marketplace.values.refusal import Invalid, NotFound, Refused

README, PACK, FIGURES, REGISTRY, PROVENANCE = (
    *("README.txt", "pack.json", "figures.json", "registry.json", "provenance.jsonld"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What one figure rests on: its inputs, how many units its rows leave unknown, notes, and the ids of its rows."""

    metric: str
    variant: str = ""
    inputs: Mapping[str, Any]
    unknown: int = 0
    notes: Sequence[str] = ()
    subjects: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """Everything that a pack is made of. `about` is plain JSON; `tables` are the rows by their kind."""

    about: Mapping[str, Any]
    bases: Sequence[Basis]
    tables: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    readme: bytes = b""


def contents(pack: Pack) -> dict[str, bytes]:
    """The files of a pack by name, without the manifest."""
    sets = _sets(pack.bases)
    files: dict[str, bytes] = {README: pack.readme}
    told_sets = {}
    for name, inputs in sorted(sets.items()):
        parts = apart(inputs)
        files[f"inputs/{name}.json"] = json_bytes(inputs)
        for member, rows in parts.tables.items():
            files[f"inputs/{name}-{member}.csv"] = csv_of(rows)
        told_sets[name] = {"shape": dict(parts.shape), "parameters": dict(parts.parameters), "digest": digest(inputs)}
    for kind, table in pack.tables.items():
        files[f"rows/{kind}.csv"], files[f"rows/{kind}.json"] = csv_of(table), json_rows(table)
    figures = list(map(_figure(pack), _named(pack.bases)))
    files[PACK] = json_bytes(
        {
            "about": dict(pack.about),
            "tables": sorted(pack.tables),
            "inputs": told_sets,
            "figures": [_basis(name, basis) for name, basis in _named(pack.bases)],
        }
    )
    files[FIGURES] = json_bytes(figures)
    files[REGISTRY] = json_bytes([definition(metric(each)) for each in sorted({basis.metric for basis in pack.bases})])
    files[PROVENANCE] = json_bytes(provenance(pack.about, figures, pack.tables))
    return files


def figure_of(basis: Basis) -> dict[str, Any]:
    """One figure as packs tell it: exact numbers as text; a refusal is told in its place."""
    known = metric(basis.metric)
    head = {"metric": known.id, "version": known.version, "kind": known.kind.value, "variant": basis.variant}
    try:
        result = measure(known.id, basis.inputs, unknown=basis.unknown)
    except (Invalid, Refused, NotFound) as error:
        return {**head, "refused": str(error), "value": None}
    members = ("value", "numerator", "denominator", "n", "n_unknown", "suppressed")
    return {**head, **{name: exact(getattr(result, name)) for name in members}}


def definition(known: Metric) -> dict[str, Any]:
    """A metric's row of the registry, in three languages."""
    texts = ("name", "definition", "words", "unit", "source", "population", "dedup", "aggregation", "unknown")
    return {
        "id": known.id,
        "version": known.version,
        "kind": known.kind.value,
        "formula": known.formula,
        "floor": known.floor,
        "claims": list(known.claims),
        **{name: dict(getattr(known, name)) for name in texts},
    }


def mix(subjects: Iterable[str], levels: Mapping[str, Any]) -> dict[str, int]:
    """How many of the outcomes behind a figure stand at each level of verification."""
    counted = Counter(str(levels[each]) for each in set(subjects) if each in levels)
    return dict(sorted(counted.items()))


def set_name(metric_id: str, place: int) -> str:
    """How a set of inputs is called, by the first metric that uses it."""
    return f"{metric_id.replace('.', '-').replace('_', '-')}-{place}"


def _named(bases: Sequence[Basis]) -> list[tuple[str, Basis]]:
    """Each basis with the name of its set of inputs; metrics with the same inputs share them."""
    names: dict[str, str] = {}
    places: Counter[str] = Counter()
    found = []
    for basis in sorted(bases, key=lambda each: (each.metric, each.variant)):
        key = digest(basis.inputs)
        if key not in names:
            places[basis.metric] += 1
            names[key] = set_name(basis.metric, places[basis.metric])
        found.append((names[key], basis))
    return found


def _sets(bases: Sequence[Basis]) -> dict[str, Any]:
    """Inputs by the name of their set, as JSON reads them back."""
    return {name: json_of(json_bytes(basis.inputs), name) for name, basis in _named(bases)}


def _basis(name: str, basis: Basis) -> dict[str, Any]:
    return {
        "metric": basis.metric,
        "variant": basis.variant,
        "inputs": name,
        "unknown": basis.unknown,
        "notes": list(basis.notes),
        "subjects": list(basis.subjects),
    }


def _figure(pack: Pack) -> Any:
    levels = {row["id"]: row["level"] for row in pack.tables.get("outcomes", ())}

    def figure(named: tuple[str, Basis]) -> dict[str, Any]:
        name, basis = named
        rests = {"inputs": name, "digest": digest(basis.inputs), "notes": list(basis.notes)}
        return {**figure_of(basis), **rests, "mix": mix(basis.subjects, levels)}

    return figure
