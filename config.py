"""Settings: one frozen value, read from the environment once and passed to whoever needs it."""

from __future__ import annotations

import json
import os
import re
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Literal

Environment = Literal["development", "test", "production"]
ROOT = Path(__file__).resolve().parent
# A database whose address the parent process tells later.
AWAITED = "-"
# Whose register of works is asked for a DOI, if any.
WORKS_READERS = ("off", "crossref", "openalex")
_REGISTER = r"(https://[\w.-]+|http://(127\.0\.0\.1|localhost|\[::1\]))(:[0-9]{1,5})?(/[\w./~-]*)?"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class SettingsError(RuntimeError):
    """A setting is missing or contradicts another; the message names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that a deployment decides. Durations are in seconds unless the name says otherwise."""

    environment: Environment
    secret_key: str
    history_key: str
    database_url: str
    instance: Path
    public_url: str = "http://127.0.0.1:8000"
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    files_url: str = ""
    seals_url: str = ""
    mail_host: str = ""
    mail_port: int = 587
    mail_user: str = ""
    mail_password: str = ""
    mail_starttls: bool = True
    mail_from: str = "Benchbridge <no-reply@benchbridge.example>"
    security_contact: str = "mailto:security@benchbridge.example"
    trusted_proxies: int = 0
    rate_limits: bool = True
    metrics_port: int = 0
    log_json: bool = False
    works_reader: str = "off"
    works_crossref_url: str = "https://api.crossref.org"
    works_openalex_url: str = "https://api.openalex.org"
    works_mail: str = ""
    works_key: str = ""
    session_idle: int = 60 * 60 * 24 * 14
    session_absolute: int = 60 * 60 * 24 * 60

    @property
    def production(self) -> bool:
        """Whether secrets, HTTPS cookies and real mail are demanded."""
        return self.environment == "production"

    def __post_init__(self) -> None:
        if self.production:
            self._demand_production_settings()
        self._demand_an_address_of_works()
        if not self.rate_limits and self.host not in LOOPBACK:
            raise SettingsError("RATE_LIMITS=off is for benchmarks and races: it needs HOST on loopback")

    def _demand_an_address_of_works(self) -> None:
        if self.works_reader not in WORKS_READERS:
            raise SettingsError(f"WORKS_READER is {self.works_reader!r}: {', '.join(WORKS_READERS)}")
        if not re.fullmatch(r"[!-~]*", self.works_mail + self.works_key):
            raise SettingsError("WORKS_MAIL and WORKS_KEY: printable ASCII without blanks")
        for name in ("works_crossref_url", "works_openalex_url"):
            if not re.fullmatch(_REGISTER, getattr(self, name)):
                raise SettingsError(f"{name.upper()} must begin with https://, without user and query")

    def _demand_production_settings(self) -> None:
        required = ("secret_key", "history_key", "database_url", "mail_host", "public_url")
        missing = [name.upper() for name in required if not getattr(self, name)]
        if missing:
            raise SettingsError(f"production needs {', '.join(missing)} in the environment")
        if not self.public_url.startswith("https://"):
            raise SettingsError("production needs PUBLIC_URL to begin with https://")
        short = [name.upper() for name in ("secret_key", "history_key") if len(getattr(self, name)) < 32]
        if short:
            raise SettingsError(f"{', '.join(short)}: at least 32 characters")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read the environment; development draws its secrets once per instance, production refuses without them."""
        environment = environ.get("BENCHBRIDGE_ENV", "development")
        if environment not in ("development", "test", "production"):
            raise SettingsError(f"BENCHBRIDGE_ENV is {environment!r}: development, test or production")
        instance = Path(environ.get("BENCHBRIDGE_INSTANCE", ROOT / "instance"))
        values: dict[str, object] = {"environment": environment, "instance": instance}
        values |= {"secret_key": "", "history_key": "", "database_url": ""}
        if environment != "production":
            values |= _instance_secrets(instance)
        for field in fields(cls):
            text = environ.get(field.name.upper())
            if text is not None and field.name not in ("environment", "instance"):
                values[field.name] = _parse(field.name, str(field.type), text)
        if "public_url" not in values and environment != "production":
            values["public_url"] = f"http://{values.get('host', '127.0.0.1')}:{values.get('port', 8000)}"
        values.setdefault("public_url", "")
        return cls(**values)  # type: ignore[arg-type]

    def as_environment(self, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
        """The environment from which a child process reads these same settings."""
        values = {field.name.upper(): _written(getattr(self, field.name)) for field in fields(self)}
        own = {"BENCHBRIDGE_ENV": values.pop("ENVIRONMENT"), "BENCHBRIDGE_INSTANCE": values.pop("INSTANCE")}
        return {**environ, **values, **own}


def awaited(settings: Settings) -> Settings:
    """These settings once the parent process has told, on standard input, where the database is (DATABASE_URL=-).

    So a child does its imports while the database starts. Exits where the parent ends without a word.
    """
    if settings.database_url != AWAITED:
        return settings
    told = sys.stdin.readline().strip()
    return replace(settings, database_url=told) if told else sys.exit(1)


def _written(value: object) -> str:
    return ("on" if value else "off") if isinstance(value, bool) else str(value)


def _parse(name: str, kind: str, text: str) -> object:
    if kind == "bool":
        if text.lower() not in ("on", "off", "true", "false", "1", "0"):
            raise SettingsError(f"{name.upper()} is {text!r}: on or off")
        return text.lower() in ("on", "true", "1")
    if kind == "int":
        if not text.isdigit():
            raise SettingsError(f"{name.upper()} is {text!r}: a whole number")
        return int(text)
    return text


def _instance_secrets(instance: Path) -> dict[str, str]:
    """The secrets of a development instance: random, drawn once, readable by its owner alone."""
    path = instance / "secrets.json"
    instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return dict(json.loads(path.read_text()))
    drawn = {"secret_key": secrets.token_urlsafe(48), "history_key": secrets.token_urlsafe(48)}
    with os.fdopen(descriptor, "w") as file:
        json.dump(drawn, file)
    return drawn
