"""Pages: thin faces over the verbs. Each area is a module with a blueprint, served once per language."""

from __future__ import annotations

from flask import Flask

from marketplace.web import (
    acceptances,
    account,
    account_security,
    admin,
    admin_history,
    admin_jobs,
    admin_organisations,
    admin_people,
    admin_rules,
    admin_screening,
    admin_vault,
    applications,
    booking_form,
    booking_permits,
    booking_verbs,
    bookings,
    calendar_feeds,
    closures,
    desk,
    facilities,
    files,
    frameworks,
    home,
    host_booking,
    host_desk,
    imports,
    inbox,
    listing_offers,
    listing_terms,
    listing_units,
    listings,
    mailbox,
    members,
    officer_desk,
    organisations,
    permit_plans,
    permits,
    search,
    sign_in,
    sign_up,
    terms,
    threads,
    timeline,
    training,
    vault,
    zones,
)
from marketplace.web.names import init_names
from marketplace.web.navigation import navigation

# In the order of the site's own map; every module here exports `blueprint`.
AREAS = (
    home,
    facilities,
    listings,
    listing_units,
    listing_offers,
    listing_terms,
    terms,
    frameworks,
    imports,
    search,
    booking_form,
    bookings,
    booking_verbs,
    booking_permits,
    applications,
    officer_desk,
    acceptances,
    desk,
    threads,
    host_desk,
    host_booking,
    timeline,
    closures,
    training,
    calendar_feeds,
    zones,
    permits,
    permit_plans,
    vault,
    organisations,
    sign_in,
    sign_up,
    account,
    account_security,
    members,
    admin,
    admin_organisations,
    admin_people,
    admin_rules,
    admin_history,
    admin_jobs,
    admin_vault,
    admin_screening,
    inbox,
    mailbox,
    files,
)


def init_pages(app: Flask) -> None:
    """Serve every area below its language: /en/..., /zh-hant/..., /zh-hans/..."""
    for area in AREAS:
        app.register_blueprint(area.blueprint, url_prefix="/<language:language>")
    app.register_blueprint(home.site)
    app.register_blueprint(calendar_feeds.site)
    init_names(app)
    app.jinja_env.globals["navigation"] = navigation
