"""The language of a page: first part of its address, else guessed from the person, the cookie or the browser."""

from __future__ import annotations

import re
from typing import Any

from babel.support import NullTranslations
from flask import Blueprint, Flask, Response, current_app, g, redirect, request, url_for
from flask_babel import Babel, Domain
from werkzeug.datastructures import LanguageAccept
from werkzeug.local import LocalProxy
from werkzeug.routing import BaseConverter
from werkzeug.wrappers import Response as BaseResponse

from marketplace.web.access import allow
from marketplace.web.formats import HTML_LANG, init_formats
from marketplace.web.request import LANGUAGES, actor, language, settings
from marketplace.wording.catalogs import LOCALES, translations

NAMES = {"en": "English", "zh-Hant": "繁體中文", "zh-Hans": "简体中文"}
PATHS = {tag.lower(): tag for tag in LANGUAGES}
# The regions and old names that stand for one of the two scripts; plain zh reads as simplified.
HANT = ("zh-hk", "zh-tw", "zh-mo", "zh-hant")
HANS = ("zh", "zh-cn", "zh-sg", "zh-my", "zh-hans")
ENGLISH = ("en-gb", "en-us", "en-hk", "en-sg")
ALIASES = dict.fromkeys(ENGLISH, "en") | dict.fromkeys(HANT, "zh-Hant") | dict.fromkeys(HANS, "zh-Hans")
COOKIE = "language"
YEAR = 60 * 60 * 24 * 365

blueprint = Blueprint("languages", __name__)


class LanguageConverter(BaseConverter):
    """`en`, `zh-hant` or `zh-hans` in an address; the tag with its capitals in code."""

    regex = "en|zh-hant|zh-hans"

    def to_python(self, value: str) -> str:
        """The tag of an address part."""
        return PATHS[value]

    def to_url(self, value: Any) -> str:
        """The address part of a tag."""
        return str(value).lower()


class AliasConverter(BaseConverter):
    """Another name of one of the languages, in any case: `zh-HK`, `zh-CN`, `zh-Hant`."""

    regex = "(?!(?:en|zh-hant|zh-hans)(?:/|$))(?i:" + "|".join(sorted({*ALIASES, *PATHS}, key=len, reverse=True)) + ")"

    def to_python(self, value: str) -> str:
        """The tag that the alias stands for."""
        return known(value) or "en"


class Fragments(Domain):  # type: ignore[misc]
    """Flask-Babel's way to the merged fragments."""

    def get_translations(self) -> NullTranslations:
        """The catalog of this request's language."""
        return translations(language())


class FragmentBabel(Babel):  # type: ignore[misc]
    """Flask-Babel without compiled files."""

    domain_instance = Fragments()


def init_language(app: Flask) -> None:
    """Know the language of every request, write it into every address, and translate."""
    app.url_map.converters["language"] = LanguageConverter
    app.url_map.converters["alias"] = AliasConverter
    app.url_value_preprocessor(_take_language)
    app.url_defaults(_give_language)
    app.after_request(_remember)
    FragmentBabel(app, locale_selector=lambda: LOCALES[language()])
    # Macros know it too: they are read without what a page is given.
    app.jinja_env.globals["language"] = LocalProxy(language)
    app.jinja_env.globals.update(html_lang=HTML_LANG.__getitem__, language_names=NAMES)
    init_formats(app)
    app.register_blueprint(blueprint)


def known(tag: str) -> str | None:
    """The language that a tag means (`zh-Hant-MO`, `en_GB`, `zh-TW`), None for one that we do not speak."""
    parts = re.split("[-_]", tag.strip().lower())
    if parts[0] == "en":
        return "en"
    return ALIASES.get("-".join(parts[:2])) or ALIASES.get(parts[0])


def best(accepted: LanguageAccept) -> str:
    """The first language of an Accept-Language header that we speak, English where there is none."""
    ranked = sorted(accepted, key=lambda pair: -pair[1])
    return next((tag for name, quality in ranked if quality > 0 and (tag := known(name))), "en")


@blueprint.get("/")
@allow("page.see")
def choose() -> BaseResponse:
    """Lead to the home page in the language of the person, of the cookie or of the browser."""
    reader = actor()
    tag = _preferred() if reader.anonymous else reader.language
    response = redirect(url_for("home.home", language=tag), code=302)
    response.headers["Vary"] = "Accept-Language, Cookie"
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/<alias:tag>/", defaults={"rest": ""})
@blueprint.get("/<alias:tag>/<path:rest>")
@allow("page.see")
def by_alias(tag: str, rest: str) -> BaseResponse:
    """Lead from another name of a language to its own address of the same page."""
    query = f"?{request.query_string.decode('ascii', 'ignore')}" if request.query_string else ""
    return redirect(f"/{tag.lower()}/{rest.lstrip('/')}{query}", code=301)


def _take_language(endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values and "language" in values:
        g.language = values.pop("language")
    elif not endpoint or endpoint == "static":
        # No page matched; its error is written in the language that the address began with.
        g.language = PATHS.get(request.path.split("/", 2)[1]) or _preferred()
    else:
        g.language = _preferred()
    # Where Flask-WTF keeps what it would else take from WTForms' own catalogs, in which zh-Hant-HK reads as simplified.
    request.wtforms_translations = translations(g.language)  # type: ignore[attr-defined]


def _give_language(endpoint: str, values: dict[str, Any]) -> None:
    if "language" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "language"):
        values["language"] = language()


def _preferred() -> str:
    return PATHS.get(request.cookies.get(_cookie(), "").lower()) or best(request.accept_languages)


def _remember(response: Response) -> Response:
    """Keep a language that differs from the guess: the reader chose it. Nothing is stored for those who did not."""
    chosen = "language" in g and request.url_rule is not None and "<language:" in request.url_rule.rule
    if chosen and response.status_code == 200 and response.mimetype == "text/html" and g.language != _preferred():
        secure = settings().production
        response.set_cookie(_cookie(), g.language.lower(), max_age=YEAR, secure=secure, httponly=True, samesite="Lax")
    return response


def _cookie() -> str:
    return f"__Host-{COOKIE}" if settings().production else COOKIE
