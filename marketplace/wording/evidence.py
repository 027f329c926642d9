"""The document of an evidence pack: its figures by kind, what they rest on, and what may be claimed by them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from config import ROOT
from marketplace.spillovers.registry import Kind, metric, vocabulary
from marketplace.spillovers.rules.comparison import MEMBERS, OVERSEERS_ONLY
from marketplace.values.localized import Language, pick
from marketplace.wording.dictionary import Sentences, said
from marketplace.wording.figure_notes import notes_said
from marketplace.wording.figure_values import Names, lines_of
from marketplace.wording.filling import fill, instant, written
from marketplace.wording.mails import TAGS
from marketplace.wording.outcome_words import TYPES
from marketplace.wording.pack_words import WORDS
from marketplace.wording.pictures.packed import Chart, PackFigures, charts

REFUSALS: Final[Sentences] = {
    "packs_in_the_making": said(
        "%(max)s of your packs are being made. Wait until one is ready.",
        "你有%(max)s個資料包正在製作，請待完成後再要求。",
        "您有%(max)s个资料包正在制作，请待完成后再申请。",
    ),
    "snapshots_in_the_making": said(
        "%(max)s of your snapshots are being taken. Wait until one is ready.",
        "你有%(max)s個快照正在計算，請待完成後再要求。",
        "您有%(max)s个快照正在计算，请待完成后再申请。",
    ),
    "pack_too_large": said(
        "There are %(outcomes)s outcomes; a pack holds at most %(max)s. Ask for a part, such as one collaboration.",
        "共有%(outcomes)s項成果，資料包最多載%(max)s項。請縮小範圍，例如只選一個合作項目。",
        "共有%(outcomes)s项成果，资料包最多含%(max)s项。请缩小范围，例如只选一个合作项目。",
    ),
    "pack_not_allowed": said(
        "You can no longer have figures of this.", "你已不能取得有關數字。", "您已无权获取有关数字。"
    ),
}
FIELDS: Final[Sentences] = {
    "pack_as_of_past": said(
        "Figures can be told as of an instant that has been.", "只可選擇過去的時間。", "只能选择过去的时间。"
    ),
}
HISTORY: Final[Sentences] = {
    "organisation.comparison_allowed": said(
        "consented to being compared with by evaluators",
        "同意供評核人員作對照",
        "同意供评估人员作对照",
    ),
    "organisation.comparison_withdrawn": said(
        "took back the consent to being compared with", "撤回了作對照的同意", "撤回了作对照的同意"
    ),
}
MOST_LINES: Final = 12
COLUMNS: Final = ("organisations", *MEMBERS, "without_consent")
ZONE: Final = "Asia/Hong_Kong"
# Our own template, filled with escaped values; it names nothing to be fetched.
_templates = Environment(
    loader=FileSystemLoader(ROOT / "templates" / "documents"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureLine:
    """One figure as the document shows it."""

    name: str
    metric: str
    variant: str
    unit: str
    values: Sequence[tuple[str, str]]
    more: str
    rests_on: str
    levels: str
    notes: Sequence[str]


def pack_html(
    about: Mapping[str, Any],
    figures: Sequence[Mapping[str, Any]],
    tables: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    archive: str,
    language: Language,
) -> str:
    """The whole document in one language, as HTML that stands alone. `archive` is the SHA-256 of the ZIP."""
    words = {name: texts[language] for name, texts in WORDS.items()}
    territories = {code: pick(name, language).text for code, name in about.get("territories", {}).items()}
    names = territories | {row["id"]: pick(row["name"], language).text for row in tables.get("organisations", ())}
    drawn = _charts(about, figures, tables, language)
    seen = {each.metric for each, _more in drawn}
    return _templates.get_template("evidence.html").render(
        lang=TAGS[language],
        words=words,
        name=pick(about["name"], language).text,
        facts=_facts(about, figures, archive, language),
        differs=_differs(about, language),
        sections=[_section(kind, figures, names, language, drawn=seen) for kind in Kind if _of(kind, figures)],
        charts=drawn,
        definitions=[_definition(each, language) for each in sorted({figure["metric"] for figure in figures})],
        baseline=[_before(row, tables, language) for row in tables.get("baseline", ())],
        baseline_text=fill(words["baseline_text"], {"months": about["months_before"]}, language),
        comparison=[] if _closed(tables) else [_group(row, language) for row in tables.get("comparison", ())],
        comparison_heads=[words[name] for name in ("group", *COLUMNS)],
        comparison_text=fill(words["comparison_text"], {"months": about["months_before"]}, language),
        deflators=_deflators(about, language),
        without=[
            (pick(metric(each).name, language).text, each, words[reason])
            for each, reason in sorted(about["without_figure"].items())
        ],
    )


def _facts(
    about: Mapping[str, Any], figures: Sequence[Mapping[str, Any]], archive: str, language: Language
) -> list[tuple[str, str]]:
    as_of = instant(datetime.fromisoformat(about["as_of"]), language, zone=ZONE)
    left_out = {"count": about["withheld"], "uses": about["withheld_use"]}
    told = {
        "period": _period(about, language),
        "as_of": as_of,
        "floor": str(about["floor"]),
        "response": _response(figures, language),
        "withheld": fill(WORDS["withheld_text"][language], left_out, language),
        "software": str(about["software"]),
        "archive": archive,
    }
    return [(WORDS[name][language], text) for name, text in told.items()]


def _response(figures: Sequence[Mapping[str, Any]], language: Language) -> str:
    found = next((each for each in figures if each["metric"] == "out.response_rate"), None)
    if found is None or not found.get("denominator"):
        return WORDS["response_none"][language]
    values = {"answered": found["numerator"], "asked": found["denominator"]}
    return fill(WORDS["response_text"][language], values, language)


def _differs(about: Mapping[str, Any], language: Language) -> str:
    if not about["differs"]:
        return ""
    return fill(WORDS["differs"][language], {"names": ", ".join(about["differs"])}, language)


def _of(kind: Kind, figures: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [each for each in figures if each["kind"] == kind.value]


def _section(
    kind: Kind, figures: Sequence[Mapping[str, Any]], names: Names, language: Language, *, drawn: Collection[str]
) -> dict[str, Any]:
    rows = _of(kind, figures)
    claims = {code for each in rows for code in metric(each["metric"]).claims}
    told = vocabulary("claims")
    return {
        "kind": kind.value,
        "title": pick(vocabulary("kinds")[kind], language).text,
        "meaning": pick(vocabulary("meanings")[kind], language).text,
        "lines": [_line(each, names, language, drawn=each["metric"] in drawn) for each in rows],
        "may": [pick(told[code], language).text for code in told if code in claims],
        "may_not": [pick(told[code], language).text for code in told if code not in claims],
    }


def _line(figure: Mapping[str, Any], names: Names, language: Language, *, drawn: bool) -> FigureLine:
    known = metric(figure["metric"])
    lines = [
        (fill(WORDS["labelled"][language], {"label": label}, language) if label else "", number)
        for label, number in lines_of(figure["value"], names, language)
    ] or [("", WORDS["nothing"][language])]
    if drawn:
        lines = [("", WORDS["see_charts"][language])]
    rest = len(lines) - MOST_LINES
    count = {"n": figure.get("n", 0), "unknown": figure.get("n_unknown", 0)}
    levels = [
        fill(WORDS["level"][language], {"level": level, "count": number}, language)
        for level, number in figure["mix"].items()
    ]
    return FigureLine(
        name=pick(known.name, language).text,
        metric=known.id,
        variant=figure["variant"],
        unit=pick(known.unit, language).text,
        values=[("", WORDS["refused"][language])] if "refused" in figure else lines[:MOST_LINES],
        more=fill(WORDS["more"][language], {"count": rest}, language) if rest > 0 else "",
        rests_on=fill(WORDS["units"][language], count, language),
        levels=(", " if language == "en" else "、").join(levels) or WORDS["no_levels"][language],
        notes=notes_said(figure.get("notes", ()), language),
    )


def _charts(
    about: Mapping[str, Any],
    figures: Sequence[Mapping[str, Any]],
    tables: Mapping[str, Sequence[Mapping[str, Any]]],
    language: Language,
) -> list[tuple[Chart, str]]:
    """Each chart, and how many rows of its table stand in the archive alone."""
    told = PackFigures(_period(about, language), figures)
    names = {row["id"]: row["name"] for row in tables.get("organisations", ())}
    found = charts(told, names, about.get("territories", {}), language)
    return [
        (each, fill(WORDS["more"][language], {"count": each.more}, language) if each.more else "") for each in found
    ]


def _period(about: Mapping[str, Any], language: Language) -> str:
    last = date.fromisoformat(about["after"]) - timedelta(days=1)
    return fill(WORDS["to"][language], {"first": about["first"], "last": last.isoformat()}, language)


def _definition(metric_id: str, language: Language) -> dict[str, str]:
    known = metric(metric_id)
    texts = {name: pick(getattr(known, name), language).text for name in ("name", "definition", "words", "unknown")}
    return {**texts, "id": known.id, "version": str(known.version), "formula": known.formula}


def _before(row: Mapping[str, Any], tables: Mapping[str, Any], language: Language) -> tuple[str, str, str]:
    titles = {each["id"]: each["reference"] for each in tables.get("collaborations", ())}
    reference = titles.get(row["collaboration"], row["collaboration"])
    if row["first_use"] is None:
        return reference, WORDS["no_use_recorded"][language], "–"
    kinds = [f"{TYPES[kind][language]} {count}" for kind, count in row["by_type"].items()]
    told = (", " if language == "en" else "、").join(kinds) or "0"
    return reference, written(row["first_use"], language, zone=ZONE), told


def _closed(tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> bool:
    """Whether the comparison group is not shown to the reader."""
    return any(row["why"] == OVERSEERS_ONLY for row in tables.get("comparison", ()))


def _group(row: Mapping[str, Any], language: Language) -> tuple[str, list[str], str]:
    """A group's name, its counts, and why it has none."""
    why = WORDS[row["why"]][language] if row["why"] else ""
    return WORDS[row["group"]][language], [_count(row, name, language) for name in COLUMNS], why


def _count(row: Mapping[str, Any], name: str, language: Language) -> str:
    """A count as it may be shown; a dash where the group has none."""
    count = row[name]
    if isinstance(count, Mapping):
        return fill(WORDS["fewer_than"][language], {"count": count["lt"]}, language)
    if count is None:
        return WORDS["hidden"][language] if row["why"] is None and name in MEMBERS else "–"
    return str(count)


def _deflators(about: Mapping[str, Any], language: Language) -> str:
    if not about["deflators"]:
        return WORDS["deflators_none"][language]
    return fill(WORDS["deflators_some"][language], {"names": ", ".join(about["deflators"])}, language)
