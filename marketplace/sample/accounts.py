"""The sample accounts with their passwords, which are random per instance and readable by its owner alone."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "sample-accounts.json"
# Easy to type from a terminal; four of them and six digits make 44 bits, behind the limits of sign-in.
_WORDS = (
    "amber basin beaker bridge carbon cedar cobalt copper coral delta ember fiber garnet glacier granite harbour "
    "indigo island jade kernel lagoon laser lotus magnet maple marble mercury meteor mirror nickel ocean onyx orbit "
    "osprey pebble pepper pigeon planet pollen prism quartz radar ribbon river saffron silver sonar spruce summit "
    "tannin teapot thistle timber tulip tunnel velvet violet walnut willow zenith zinc zircon cinder"
)
WORDS = tuple(_WORDS.split())


@dataclass(frozen=True, slots=True)
class Account:
    """One person one may sign in as, and what they are."""

    email: str
    password: str
    role: str


@dataclass(frozen=True, slots=True)
class SampleAccounts:
    """The cast. `printed` is what a terminal shows; the file is what later starts print from."""

    accounts: tuple[Account, ...]

    def printed(self) -> str:
        """One line for each account."""
        lines = [f"  {one.email:<20} {one.password:<34} {one.role}" for one in self.accounts]
        return "\n".join(["Sample accounts (mail address, password, what they are):", *lines])

    def as_json(self) -> list[dict[str, str]]:
        """For machines."""
        return [asdict(one) for one in self.accounts]

    def keep(self, instance: Path) -> None:
        """Write the file anew, readable by its owner alone."""
        instance.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = instance / FILE
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            json.dump(self.as_json(), file, indent=1)


def kept(instance: Path) -> SampleAccounts | None:
    """What an earlier start kept; None where there is nothing."""
    try:
        rows: Iterable[dict[str, str]] = json.loads((instance / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return SampleAccounts(tuple(Account(**row) for row in rows))


def new_password() -> str:
    """A random password that is quick to type."""
    words = [secrets.choice(WORDS) for _ in range(4)]
    return f"{'-'.join(words)}-{secrets.randbelow(10**6):06d}"
