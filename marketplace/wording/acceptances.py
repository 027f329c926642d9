"""The record of an acceptance as a document: one page of who accepted what, then the terms themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from config import ROOT
from marketplace.terms.queries.acceptances import AcceptanceRecord
from marketplace.values.localized import Language, pick
from marketplace.wording.dictionary import Sentences, said
from marketplace.wording.filling import fill, instant
from marketplace.wording.mails import TAGS
from marketplace.wording.terms import told

# Our own template, filled with escaped data; never one that a user wrote. It names nothing to be fetched.
_templates = Environment(
    loader=FileSystemLoader(ROOT / "templates" / "documents"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
WORDS: Final[Sentences] = {
    "title": said("Record of acceptance of terms", "使用條款接受紀錄", "使用条款接受记录"),
    "facility": said("Facility", "設施", "设施"),
    "booking": said("Booking", "預約", "预约"),
    "period": said("Period", "使用時段", "使用时段"),
    "version": said("Version of the terms", "條款版本", "条款版本"),
    "digest": said("Digest (SHA-256)", "摘要值（SHA-256）", "摘要值（SHA-256）"),
    "host": said("For the host", "設施提供方", "设施提供方"),
    "user": said("For the user", "使用方", "使用方"),
    "by": said("Person", "經辦人", "经办人"),
    "published": said(
        "Accepted by publishing the version on", "公布此版本（即表示接受）的時間", "公布该版本（即表示接受）的时间"
    ),
    "accepted": said("Accepted for this booking on", "就本預約接受的時間", "就本预约接受的时间"),
    "terms": said("The terms", "使用條款", "使用条款"),
    "further": said("Further terms", "其他條款", "其他条款"),
    "made": said(
        "Made by Benchbridge on %(at)s from its records. The digest is computed over the clauses and the text of this "
        "version and shows whether they are the ones that were accepted.",
        "由Benchbridge於%(at)s按系統紀錄製作。摘要值按此版本的條款及文字計算，可核對是否與所接受的內容相同。",
        "由Benchbridge于%(at)s按系统记录制作。摘要值按该版本的条款和文字计算，可核对是否与所接受的内容一致。",
    ),
    "to": said("%(start)s to %(end)s", "%(start)s至%(end)s", "%(start)s至%(end)s"),
}


@dataclass(frozen=True, slots=True)
class BookedTime:
    """The booking that an acceptance is about; `zone` is the facility's."""

    reference: str
    start: datetime
    end: datetime
    zone: str


def acceptance_html(record: AcceptanceRecord, booked: BookedTime, language: Language, *, at: datetime) -> str:
    """The whole document in one language, as HTML that stands alone."""
    words = {name: texts[language] for name, texts in WORDS.items()}
    zone = booked.zone
    when = {
        "start": instant(booked.start, language, zone=zone),
        "end": instant(booked.end, language, zone=zone),
        "at": instant(at, language, zone=zone),
    }
    return _templates.get_template("acceptance.html").render(
        lang=TAGS[language],
        words=words,
        made=fill(words["made"], {"at": when["at"]}, language),
        period=fill(words["to"], {"start": when["start"], "end": when["end"]}, language),
        reference=booked.reference,
        facility=pick(record.facility.name, language).text,
        host=pick(record.host.name, language).text,
        organisation=pick(record.organisation.name, language).text,
        published_by=record.published_by,
        published_at=instant(record.version.published_at, language, zone=zone),
        accepted_by=record.accepted_by,
        accepted_at=instant(record.acceptance.accepted_at, language, zone=zone),
        number=record.version.number,
        digest=record.acceptance.digest,
        clauses=[(one, pick(one.text, language).text) for one in told(record.version.clauses, language)],
        text=pick(record.version.text, language).text,
    )


def acceptance_name(booked: BookedTime, language: Language) -> str:
    """What the file is called."""
    return f"acceptance-{booked.reference}-{language}.pdf"
