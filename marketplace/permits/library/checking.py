"""A library of rules is taken whole or not at all: its shape, the facts it names, and everything it points to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path as File
from typing import Any, Final

from jsonschema import Draft202012Validator

from marketplace.permits.library.parts import BrokenLibrary, Fault, Known, Library
from marketplace.permits.library.reading import Document, Place
from marketplace.permits.rules.book import Rule, RuleBook, asked_by, rule_of
from marketplace.permits.rules.names import LISTS
from marketplace.permits.rules.paths import Path

# What the engine adds to every entry, and what the vault keeps.
DERIVED: Final = frozenset({"is_return", "from_zone", "to_zone"})
_REFERENCES: Final = ("after", "excludes", "alternatives", "same_application")
SCHEMAS: Final = File(__file__).parent


def checked(facts: Document, rules: Sequence[Document], known: Known) -> Library:
    """The library of some files. Raises BrokenLibrary with every fault, each with its line and reason."""
    faults = [*_of_shape(facts, "facts"), *(fault for each in rules for fault in _of_shape(each, "rules"))]
    if faults:
        raise BrokenLibrary(faults)
    vocabulary = {row["fact"]: row for row in facts.rows}
    told = [row for document in rules for row in document.rows]
    library = Library(told, vocabulary)
    faults = [*_twice(facts, "fact"), *_told_twice(rules), *_predicates(rules, vocabulary)]
    faults += _dangling(rules, {row["id"] for row in told}, known)
    if not faults:
        faults += _circles(rules)
    if faults:
        raise BrokenLibrary(faults)
    return library


def judged(
    document: Document, others: Sequence[Mapping[str, Any]], vocabulary: Mapping[str, Any], known: Known
) -> list[Fault]:
    """What is wrong with the rows of one document beside `others`, which have been judged before."""
    if faults := list(_of_shape(document, "rules")):
        return faults
    rest = Document("the other rules", others, {})
    faults = [*_told_twice([rest, document]), *_predicates([document], vocabulary)]
    if not faults:
        faults += _dangling([document], {row["id"] for row in (*others, *document.rows)}, known)
    return faults or list(_circles([document, rest]))


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8")))


def _of_shape(document: Document, name: str) -> Iterator[Fault]:
    for error in _validator(name).iter_errors(document.rows):
        place = [str(step) if not isinstance(step, int) else step for step in error.absolute_path]
        within = document.rows[place[0]] if place and isinstance(place[0], int) else {}
        who = within.get("id") or within.get("fact") if isinstance(within, Mapping) else None
        where = "/".join(map(str, place[1:]))
        yield Fault(document.name, document.line(place), f"{who or 'row'}: {where or 'row'}: {error.message[:300]}")


def _twice(document: Document, key: str) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, row in enumerate(document.rows):
        if row[key] in seen:
            yield Fault(document.name, document.line((number,)), f"{row[key]} stands here twice")
        seen.add(row[key])


def _told_twice(documents: Iterable[Document]) -> Iterator[Fault]:
    seen: set[str] = set()
    for document in documents:
        for number, row in enumerate(document.rows):
            if row["id"] in seen:
                yield Fault(document.name, document.line((number,)), f"{row['id']} stands here twice")
            seen.add(row["id"])


def _predicates(documents: Iterable[Document], vocabulary: Mapping[str, Any]) -> Iterator[Fault]:
    for document in documents:
        for number, row in enumerate(document.rows):
            try:
                rule = rule_of(row)
            except ValueError as error:
                yield Fault(document.name, document.line((number,)), f"{row['id']}: {error}")
                continue
            for place, path in _paths(row, (number,)):
                if (name := unknown_fact(rule.over, path, vocabulary)) is not None:
                    yield Fault(document.name, document.line(place), f"{row['id']}: no fact {name} in the vocabulary")


def unknown_fact(over: str, path: str, vocabulary: Mapping[str, Any]) -> str | None:
    """The name that the vocabulary lacks, of a path in a rule over some list; None where it has it.

    `each` paths come with their list before them (`goods_flows[].kind`).
    """
    parsed = Path.parse(path)
    name = path
    if parsed.scope == "flow":
        name = ".".join((over if over == "money" else f"{over}[]", *parsed.keys))
    last = name.partition(".")[2] if "[]." in name else name
    if last.split(".")[0] in DERIVED or name in vocabulary:
        return None
    # A part of a fact that has parts (an amount of a value, the codes of one regime), or the whole of them.
    has_parts = name.rpartition(".")[0] in vocabulary or any(known.startswith(f"{name}.") for known in vocabulary)
    return None if has_parts else name


def _paths(tree: Any, place: Place, listed: str = "") -> Iterator[tuple[Place, str]]:
    """Every fact that a row names, with its place."""
    if isinstance(tree, list):
        for number, each in enumerate(tree):
            yield from _paths(each, (*place, number), listed)
    if not isinstance(tree, Mapping):
        return
    inner = tree.get("exists", listed)
    for key, value in tree.items():
        if key == "fact" and isinstance(value, str):
            yield (*place, key), _in_list(value, listed)
        elif key == "sum":
            yield from (((*place, key), _in_list(each, listed)) for each in value)
        elif key == "exists" and value not in LISTS:
            yield (*place, key), value
        else:
            yield from _paths(value, (*place, key), inner if key == "where" else listed)


def _in_list(path: str, listed: str) -> str:
    return path.replace("each.", "money." if listed == "money" else f"{listed}[].", 1) if path[:5] == "each." else path


def _dangling(documents: Iterable[Document], ids: set[str], known: Known) -> Iterator[Fault]:
    for document in documents:
        for number, row in enumerate(document.rows):
            for place, name, allowed in _pointers(row, ids, known):
                if name not in allowed:
                    line = document.line((number, *place))
                    yield Fault(
                        document.name,
                        line,
                        f"{row['id']}: {'/'.join(map(str, place))} names {name}, which is not there",
                    )


def _pointers(row: Mapping[str, Any], ids: set[str], known: Known) -> Iterator[tuple[Place, str, Iterable[str]]]:
    for field in _REFERENCES:
        yield from (((field, at), name, ids) for at, name in enumerate(row.get(field) or ()))
    for field in ("branch_of", "within"):
        if row.get(field):
            yield (field,), row[field], ids
    for field in ("satisfied_by", "helps"):
        yield from (((field, at), each["rule"], ids) for at, each in enumerate(row.get(field) or ()) if "rule" in each)
    yield from (((), name, ids) for predicate in rule_of(row).predicates() for name in predicate.rules())
    yield from ((("authority", at), name, known.agencies) for at, name in enumerate(row["authority"]))
    yield from ((("sources", at), name, known.sources) for at, name in enumerate(row["sources"]))
    if row.get("counterpart"):
        yield ("counterpart",), row["counterpart"], known.pairs


def _circles(documents: Sequence[Document]) -> Iterator[Fault]:
    """Rules that ask each other, or wait for each other, in a ring would never be answered."""
    rules = [rule_of(row) for document in documents for row in document.rows]
    book = RuleBook(rules)
    asking = {rule.id: asked_by(rule, book.excluders.get(rule.id, ())) for rule in rules}
    waiting = {rule.id: {*rule.after, *rule.same_application} for rule in rules}
    for graph, verb in ((asking, "ask"), (waiting, "wait for")):
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            ring = " -> ".join(error.args[1])
            first = _where(documents, error.args[1][0])
            yield Fault(*first, f"rules {verb} each other in a ring: {ring}")


def _where(documents: Iterable[Document], rule_id: str) -> tuple[str, int]:
    for document in documents:
        for number, row in enumerate(document.rows):
            if row["id"] == rule_id:
                return document.name, document.line((number,))
    raise KeyError(rule_id)


def rules_of(library: Library) -> list[Rule]:
    """The first versions of all rules of a library."""
    return [rule_of(row) for row in library.rules]
