"""The settings that administrators may change: what each means, its bounds, and what stands while nobody changed it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from email_validator import EmailNotValidError, validate_email

from marketplace.values.localized import clean_text
from marketplace.values.refusal import Invalid, NotFound

LONGEST_ADDRESS: Final = 254


@dataclass(frozen=True, slots=True)
class WholeNumber:
    """A setting that counts: hours, minutes or days, from `low` to `high`."""

    key: str
    default: int
    low: int
    high: int
    unit: str
    name: Mapping[str, str]
    about: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MailAddress:
    """A setting that is a mail address, or empty."""

    key: str
    default: str
    name: Mapping[str, str]
    about: Mapping[str, str]


Setting = WholeNumber | MailAddress


def _said(en: str, hant: str, hans: str) -> dict[str, str]:
    return {"en": en, "zh-Hant": hant, "zh-Hans": hans}


REMIND_OF_START: Final = WholeNumber(
    key="remind_of_start",
    default=24,
    low=1,
    high=168,
    unit="hours",
    name=_said("Reminder of a start", "開始前提醒", "开始前提醒"),
    about=_said(
        "So many hours before the start whoever comes is reminded once.",
        "在預約開始前多少小時提醒使用者一次。",
        "在预约开始前多少小时提醒使用者一次。",
    ),
)
REMIND_OF_DEADLINE: Final = WholeNumber(
    key="remind_of_deadline",
    default=24,
    low=1,
    high=168,
    unit="hours",
    name=_said("Reminder of a deadline", "期限前提醒", "期限前提醒"),
    about=_said(
        "So many hours before the deadline of a condition whoever decides is reminded once.",
        "在條件期限前多少小時提醒須作決定者一次。",
        "在条件期限前多少小时提醒须作决定者一次。",
    ),
)
SEEING_MINUTES: Final = WholeNumber(
    key="seeing_minutes",
    default=30,
    low=5,
    high=120,
    unit="minutes",
    name=_said("Seeing the site as somebody else", "以他人身分瀏覽", "以他人身份浏览"),
    about=_said(
        "After so many minutes an administrator is themselves again.",
        "管理員在多少分鐘後回復自己的身分。",
        "管理员在多少分钟后恢复自己的身份。",
    ),
)
MAILS_KEPT: Final = WholeNumber(
    key="mails_kept",
    default=90,
    low=30,
    high=400,
    unit="days",
    name=_said("How long sent mails are kept", "已發送電郵的保留期", "已发送邮件的保留期"),
    about=_said(
        "Mails that were sent or cancelled are deleted so many days after they were written.",
        "已發送或已取消的電郵在撰寫多少天後刪除。",
        "已发送或已取消的邮件在撰写多少天后删除。",
    ),
)
SUPPORT_ADDRESS: Final = MailAddress(
    key="support_address",
    default="",
    name=_said("Address for help", "求助電郵地址", "求助邮箱"),
    about=_said(
        "Shown at the foot of every page; nothing is shown while it is empty.",
        "顯示於每頁頁尾；留空則不顯示。",
        "显示于每页页脚；留空则不显示。",
    ),
)
REGISTRY: Final[Mapping[str, Setting]] = {
    one.key: one for one in (REMIND_OF_START, REMIND_OF_DEADLINE, SEEING_MINUTES, MAILS_KEPT, SUPPORT_ADDRESS)
}


def setting(key: str) -> Setting:
    """The setting of this name; raises `NotFound`."""
    found = REGISTRY.get(key)
    if found is None:
        raise NotFound("setting")
    return found


def checked(one: Setting, value: object) -> int | str:
    """The value as it is kept. Raises `Invalid` (setting_range, setting_number, email) for `value`."""
    if isinstance(one, WholeNumber):
        return _number(one, value)
    text = clean_text(value if isinstance(value, str) else "", LONGEST_ADDRESS, field="value")
    if not text:
        return ""
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        raise Invalid.one("value", "email") from None


def _number(one: WholeNumber, value: object) -> int:
    text = str(value).strip()
    if isinstance(value, bool) or not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Invalid.one("value", "setting_number")
    if not one.low <= int(text) <= one.high:
        raise Invalid.one("value", "setting_range", low=one.low, high=one.high)
    return int(text)
