"""Pages: thin faces over the verbs. Each area is a module with a blueprint, served once per language."""

from __future__ import annotations

from flask import Flask

from marketplace.web import home
from marketplace.web.navigation import navigation

# In the order of the site's own map; every module here exports `blueprint`.
AREAS = (home,)


def init_pages(app: Flask) -> None:
    """Serve every area below its language: /en/..., /zh-hant/..., /zh-hans/..."""
    for area in AREAS:
        app.register_blueprint(area.blueprint, url_prefix="/<language:language>")
    app.register_blueprint(home.site)
    app.jinja_env.globals["navigation"] = navigation
