"""Which passwords are good enough, and how second factors, recovery codes and sealed secrets behave."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.accounts.actions.sealing import Unsealable, seal, unseal
from marketplace.accounts.rules.passwords import demand_good
from marketplace.accounts.rules.second_factor import matching_step, normal_code, recovery_digest
from marketplace.accounts.rules.secrets import new_recovery_code
from marketplace.values.refusal import Invalid

ADA = ("ada.leung@example.org", "Ada Leung")
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOW = datetime(2026, 3, 2, 1, 0, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "password",
    [
        "nine benches and a bridge",
        "correct horse battery",
        "我爱北京天安门的早晨真好",
        "xK9#mQ2$vL7@",
        "hunter2hunter2",
        "ÄÖÜ umlauts äöü",
    ],
)
def test_long_and_unforeseen_is_good(password: str) -> None:
    demand_good(password, ADA)


@pytest.mark.parametrize(
    ("password", "rule"),
    [
        ("", "password_short"),
        ("elevenchars", "password_short"),
        ("x" * 129, "password_long"),
        ("password1234", "password_guessable"),
        ("P@ssw0rd2026!", "password_guessable"),
        ("qwertyuiop12", "password_guessable"),
        ("aaaaaaaaaaaaaa", "password_guessable"),
        ("123123123123", "password_guessable"),
        ("Benchbridge2026!", "password_guessable"),
        ("zhongguo5201314", "password_guessable"),
        ("abcdefghijkl", "password_guessable"),
        ("AdaLeung2026!!", "password_personal"),
        ("ada.leung@example", "password_personal"),
        ("ｐａｓｓｗｏｒｄ１２３４", "password_guessable"),
    ],
)
def test_short_and_foreseeable_is_refused(password: str, rule: str) -> None:
    with pytest.raises(Invalid) as refused:
        demand_good(password, ADA)
    assert refused.value.errors[0].rule == rule


@given(st.text(max_size=200))
def test_any_text_gets_an_answer(password: str) -> None:
    try:
        demand_good(password, ADA)
    except Invalid as refused:
        assert refused.errors[0].field == "password"
    else:
        assert len(set(password)) > 1


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("123456", "123456"),
        ("123 456", "123456"),
        (" 123456 ", "123456"),
        ("１２３４５６", "123456"),
        ("123　456", "123456"),
        ("12 34 56", None),
        ("1234 56", None),
        ("123\t456", None),
        ("123\n456", None),
        ("123456\n", None),
        ("123\u200b456", None),
        ("١٢٣٤٥٦", None),
        ("12345", None),
        ("1234567", None),
        ("", None),
    ],
)
def test_codes_are_read_in_one_way_only(typed: str, code: str | None) -> None:
    assert normal_code(typed) == code


@pytest.mark.parametrize(("off", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off(off: int, fits: bool) -> None:
    code = pyotp.TOTP(SECRET).at(NOW + timedelta(seconds=30 * off))
    step = matching_step(SECRET, code, now=NOW, used=None)
    assert (step == int(NOW.timestamp()) // 30 + off) if fits else step is None


def test_a_used_step_and_all_before_it_are_spent() -> None:
    current = int(NOW.timestamp()) // 30
    for off, fits in ((-1, False), (0, False), (1, True)):
        code = pyotp.TOTP(SECRET).at(NOW + timedelta(seconds=30 * off))
        assert (matching_step(SECRET, code, now=NOW, used=current) is not None) is fits


def test_recovery_codes_are_read_kindly() -> None:
    code = new_recovery_code()
    assert recovery_digest(code) == recovery_digest(f" {code.lower().replace('-', ' ')} ")
    assert recovery_digest(code) != recovery_digest(new_recovery_code())


def test_a_sealed_secret_opens_with_its_key_only() -> None:
    sealed = seal(SECRET, key="one key")
    assert unseal(sealed, key="one key") == SECRET
    assert seal(SECRET, key="one key") != seal(SECRET, key="one key")
    with pytest.raises(Unsealable):
        unseal(sealed, key="another key")
    with pytest.raises(Unsealable):
        unseal(("A" if sealed[0] != "A" else "B") + sealed[1:], key="one key")
    with pytest.raises(ValueError, match="too long"):
        seal("x" * 33, key="one key")
