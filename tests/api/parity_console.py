"""The administrators' console: its pages, and the operations that do the same."""

READS = {
    "listing_reviews.queue": "listing_reviews.reported listing_reviews.suspended",
    "admin_settings.settings": "settings.listed",
    "admin_bookings.bookings": "bookings.listed",
    "admin_deadlines.applications": "deadlines.overdue_applications",
    "admin_deadlines.expiring": "deadlines.expiring",
    "admin_privacy.queue": "privacy.listed",
    "admin_privacy.one": "privacy.one",
    "admin_history.export": "history.sheet",
}
WRITES = {
    "listing_reviews.report": "listing_reviews.report",
    "listing_reviews.stand": "listing_reviews.stand",
    "listing_reviews.dismiss": "listing_reviews.dismiss",
    "admin_settings.change": "settings.change",
    "admin_jobs.cancel": "jobs.cancel_task jobs.cancel_mail",
    "admin_history.verify": "history.verify",
    "admin_privacy.enter": "privacy.enter",
    "admin_privacy.decide": "privacy.decide",
    "admin_privacy.hand_over": "privacy.hand_over",
    "privacy_requests.mine": "privacy.ask privacy.mine",
    "privacy_requests.withdraw": "privacy.withdraw",
}
SEEING = "bound to one browser, in which an administrator is signed in"
ALONE = {
    "admin_people.see_as": SEEING,
    "admin_people.stop_seeing": SEEING,
}
