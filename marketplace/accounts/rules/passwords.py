"""Which passwords we accept: long ones that no list, no keyboard and no name card would guess.

No list of leaked passwords is shipped. Instead everything guessable is taken out of a password - words that lead every
such list, our own names, the person's, years, runs of the keyboard, repetitions - and what is left must still be long.
So a phrase may hold such words, but may not consist of them (NIST SP 800-63B 3.1.1.2, OWASP ASVS 6.2.4 and 6.2.11).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise

from marketplace.values.refusal import FieldError, Invalid

SHORTEST = 12
LONGEST = 128
UNGUESSABLE_REST = 6

# What leads the published lists of leaked passwords, in English and in pinyin.
_COMMON = (
    "password passwort passw0rd letmein welcome admin administrator root login guest master access secret changeme "
    "default iloveyou sunshine princess dragon monkey football baseball shadow superman batman pokemon trustno "
    "starwars whatever freedom computer internet qazwsx 1q2w3e 1qaz 2wsx zaq1 abc123 hello summer winter spring autumn "
    "january february march april june july august september october november december monday friday "
    "woaini mima wodemima zhongguo beijing qwe asd zxc 5201314 520520 1314520 147258 789456 159753 112233"
)
# What anybody would try first against us.
_OURS = (
    "benchbridge bench bridge laboratory research scientist instrument facility university institute science "
    "hongkong shenzhen guangzhou dongguan zhuhai hengqin macao macau hetao nansha qianhai guangdong china"
)
KNOWN = (*_COMMON.split(), *_OURS.split())
ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz")
RUNS = ROWS + tuple(row[::-1] for row in ROWS)
LEET = str.maketrans("013457@$!", "oleastasi")


def normal_password(text: str) -> str:
    """The password as it is hashed: NFKC, so that one typed with another input method is still the same."""
    return unicodedata.normalize("NFKC", text)


def demand_good(password: str, personal: Iterable[str] = (), *, field: str = "password") -> None:
    """Raise `Invalid` (rules: password_short, password_long, password_personal, password_guessable) for a weak one.

    `personal` are the mail address and the name of whoever it is for.
    """
    if broken := next(_broken_rules(normal_password(password), tuple(personal)), None):
        raise Invalid([FieldError(field, broken, broken, {"shortest": SHORTEST, "longest": LONGEST})])


def _broken_rules(password: str, personal: tuple[str, ...]) -> Iterator[str]:
    if len(password) < SHORTEST:
        yield "password_short"
    if len(password) > LONGEST:
        yield "password_long"
    rest = _without(password, KNOWN)
    if len(rest) < UNGUESSABLE_REST:
        yield "password_guessable"
    elif len(_without(password, (*_parts(personal), *KNOWN))) < UNGUESSABLE_REST:
        yield "password_personal"


def _without(password: str, words: Iterable[str]) -> str:
    """The shortest of what is left of a password, read plainly and read as leet."""
    plain = re.sub(r"[\s\-_.,!?*#+]", "", password.lower())
    return min((_rest(reading, words) for reading in (plain, plain.translate(LEET))), key=len)


def _rest(text: str, words: Iterable[str]) -> str:
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "")
    text = re.sub(r"(19|20)\d\d", "", text)
    text = re.sub(r"(.+?)\1+", r"\1", text)
    return "".join(_outside_runs(text))


def _outside_runs(text: str) -> Iterator[str]:
    """The characters that do not go on from the one before them in a row of the keyboard or the alphabet."""
    yield text[:1]
    for before, after in pairwise(text):
        if not any(before + after in row for row in RUNS):
            yield after


def _parts(personal: tuple[str, ...]) -> list[str]:
    words = [word for text in personal for word in re.split(r"[^\w]+|_", text.lower())]
    return [word for word in words if len(word) >= 3 or (len(word) == 2 and not word.isascii())]
