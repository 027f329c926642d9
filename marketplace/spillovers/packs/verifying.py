"""A pack checked from its archive alone: the manifest first, then every file and figure made anew from the rows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from prov import Error as ProvError

from marketplace.spillovers.packs.container import MANIFEST, differences, unpacked
from marketplace.spillovers.packs.contents import FIGURES, PACK, README, REGISTRY, Basis, Pack, contents
from marketplace.spillovers.packs.inputs import Apart, together
from marketplace.spillovers.packs.sheets import rows_of
from marketplace.spillovers.packs.texts import Broken, Finding, json_of
from marketplace.spillovers.packs.tracing import traced
from marketplace.spillovers.registry import metrics
from marketplace.spillovers.rules.counting import counts

MOST_FIGURES: Final = 2_000
# What a figure tells, in the order in which a difference is named.
TOLD: Final = (
    *("version", "kind", "digest", "value", "numerator", "denominator", "n", "n_unknown", "suppressed"),
    *("mix", "notes", "inputs", "refused"),
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many figures were computed anew, and everything that differs."""

    figures: int
    files: int
    findings: Sequence[Finding]

    @property
    def holds(self) -> bool:
        """Whether the pack is what its rows give."""
        return not self.findings


def verify(place: Path, digest: str | None = None) -> Verdict:
    """Check a pack from its archive alone; whatever is wrong is told as findings, never as a failure.

    With `digest`, the SHA-256 that the page of the pack shows, also whether the archive is that one.
    """
    try:
        files = unpacked(place)
        if digest is not None:
            _demand_same(place, digest)
    except Broken as broken:
        return Verdict(0, 0, broken.findings)
    findings = differences(files)
    try:
        pack = pack_of(files)
        made = contents(pack)
        findings += [*_rows_behind(pack), *traced(pack), *_compared(files, made)]
    except Broken as broken:
        return Verdict(0, len(files), [*findings, *broken.findings])
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError, ProvError) as error:
        # Rows that are whole but say what no row can say: a level that is a text, a date that is a list.
        return Verdict(0, len(files), [*findings, Finding("rows_unusable", PACK, {"reason": _reason(error)})])
    known = {(each.code, each.file) for each in findings}
    altered = [
        each for each in findings if each.code != "differs_from_rows" or ("file_altered", each.file) not in known
    ]
    return Verdict(len(pack.bases), len(files), altered)


def _demand_same(place: Path, digest: str) -> None:
    with place.open("rb") as opened:
        found = hashlib.file_digest(opened, "sha256").hexdigest()
    if found != digest.strip().lower():
        raise Broken("archive_digest", details={"found": found})


def pack_of(files: Mapping[str, bytes]) -> Pack:
    """The pack as its tables and `pack.json` give it. Raises Broken."""
    told = _object(json_of(_file(files, PACK), PACK), PACK)
    about, sets = _object(told.get("about"), PACK), _object(told.get("inputs"), PACK)
    inputs = {name: _inputs(files, name, _object(each, PACK)) for name, each in sets.items()}
    figures, kinds = _list(told.get("figures"), PACK), _list(told.get("tables"), PACK)
    if len(figures) > MOST_FIGURES:
        raise Broken("too_many_figures", PACK, details={"max": MOST_FIGURES})
    tables = {_text(kind, PACK): rows_of(_file(files, f"rows/{kind}.csv"), f"rows/{kind}.csv") for kind in kinds}
    bases = [_basis(_object(each, PACK), inputs) for each in figures]
    return Pack(about=about, bases=bases, tables=tables, readme=_file(files, README))


def _basis(row: Mapping[str, Any], inputs: Mapping[str, Any]) -> Basis:
    name, metric, unknown = _text(row.get("inputs"), PACK), _text(row.get("metric"), PACK), row.get("unknown")
    if name not in inputs or type(unknown) is not int or unknown < 0:
        raise Broken("pack_shape", PACK)
    if metric not in metrics():
        raise Broken("metric_unknown", PACK, details={"metric": metric[:100]})
    return Basis(
        metric=metric,
        variant=_text(row.get("variant"), PACK),
        inputs=inputs[name],
        unknown=unknown,
        notes=[_text(each, PACK) for each in _list(row.get("notes"), PACK)],
        subjects=[_text(each, PACK) for each in _list(row.get("subjects"), PACK)],
    )


def _inputs(files: Mapping[str, bytes], name: str, told: Mapping[str, Any]) -> dict[str, Any]:
    shape = {member: _text(kind, PACK) for member, kind in _object(told.get("shape"), PACK).items()}
    tables = {}
    for member in shape:
        file = f"inputs/{name}-{member}.csv"
        tables[member] = rows_of(_file(files, file), file)
    return together(Apart(shape, tables, _object(told.get("parameters"), PACK)), f"inputs/{name}.json")


def _compared(files: Mapping[str, bytes], made: Mapping[str, bytes]) -> list[Finding]:
    """Every file as it stands against the same file made from the rows."""
    found = [Finding("file_missing", name) for name in made if name not in files]
    found += [Finding("file_unexpected", name) for name in files if name not in made and name != MANIFEST]
    for name in sorted(made.keys() & files.keys()):
        if made[name] == files[name]:
            continue
        if name == FIGURES:
            found += _figures(files[name], made[name])
        elif name == REGISTRY:
            found.append(Finding("definitions_differ", name))
        else:
            found.append(Finding("differs_from_rows", name))
    return found


def _figures(stated: bytes, computed: bytes) -> list[Finding]:
    """Which figures differ, and in what."""
    try:
        rows = [_object(each, FIGURES) for each in _list(json_of(stated, FIGURES), FIGURES)]
    except Broken as broken:
        return list(broken.findings)
    known = {(each["metric"], each["variant"]): each for each in json_of(computed, FIGURES)}
    found, seen = [], set()
    for row in rows:
        key = (str(row.get("metric")), str(row.get("variant")))
        if key not in known or key in seen:
            found.append(Finding("figure_unexpected", FIGURES, _called(key)))
            continue
        seen.add(key)
        mine = known[key]
        for member in TOLD:
            if row.get(member) != mine.get(member) or type(row.get(member)) is not type(mine.get(member)):
                told = {"member": member, "stated": _short(row.get(member)), "computed": _short(mine.get(member))}
                found.append(Finding("figure_differs", FIGURES, {**_called(key), **told}))
    found += [Finding("figure_missing", FIGURES, _called(key)) for key in known if key not in seen]
    return found or [Finding("differs_from_rows", FIGURES)]


def _rows_behind(pack: Pack) -> list[Finding]:
    """Outcomes behind a figure stand in the pack, submitted or confirmed, and verified as far as figures need."""
    if "outcomes" not in pack.tables:
        return []
    floor = pack.about.get("floor")
    if type(floor) is not int:
        raise Broken("pack_shape", PACK)
    counted = {row["id"] for row in pack.tables["outcomes"] if counts(row["status"], row["level"], floor)}
    others = {row["id"] for kind, rows in pack.tables.items() if kind != "outcomes" for row in rows if "id" in row}
    found = []
    for basis in pack.bases:
        if lost := [each for each in basis.subjects if each not in counted and each not in others]:
            details = {**_called((basis.metric, basis.variant)), "row": lost[0][:100], "count": len(lost)}
            found.append(Finding("row_not_counted", PACK, details))
    return found


def _called(key: tuple[str, str]) -> dict[str, Any]:
    return {"metric": " ".join(filter(None, key))[:200]}


def _short(value: Any) -> str:
    return str(value)[:120]


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]


def _file(files: Mapping[str, bytes], name: str) -> bytes:
    if name not in files:
        raise Broken("file_missing", name[:200])
    return files[name]


def _object(value: Any, file: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Broken("pack_shape", file)
    return value


def _list(value: Any, file: str) -> list[Any]:
    if not isinstance(value, list):
        raise Broken("pack_shape", file)
    return value


def _text(value: Any, file: str) -> str:
    if not isinstance(value, str):
        raise Broken("pack_shape", file)
    return value
