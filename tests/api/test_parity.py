"""Everything that the pages do can be done over the API: each page names its operations, or why it has none."""

from __future__ import annotations

from flask import Blueprint, Flask
from werkzeug.routing import Rule

from marketplace.web.access import allow, declared

# What a page shows, and the operations that tell it.
READS = {
    "home.home": "finding.facilities",
    "search.search": "finding.facilities finding.on_the_map",
    "search.compare": "finding.compare",
    "facilities.facility": "facilities.facility facilities.unit facilities.unit_availability",
    "facilities.terms": "facilities.facility_terms facilities.facility_terms_versions",
    "acceptances.pdf": "acceptances.pdf",
    "acceptances.acceptance": "acceptances.one",
    "frameworks.mine": "frameworks.listed",
    "frameworks.one": "frameworks.one",
    "terms.comparison": "terms.comparison terms.clauses",
    "facilities.photo": "files.download",
    "facilities.document": "files.download",
    "files.file": "files.download",
    "organisations.organisation": "organisations.one organisations.facilities collaboration_parts.mergers",
    "zones.zones": "jurisdictions.zones jurisdictions.jurisdictions jurisdictions.pairs",
    "zones.zone": "jurisdictions.zone jurisdictions.agencies",
    "permits.rules": "permits.rules",
    "permits.rule": "permits.rule",
    "returns.choose": "returns.make",
    "returns.make": "returns.make",
    "evidence.mine": "evidence.listed",
    "evidence.one": "evidence.one",
    "evidence.archive": "evidence.archive",
    "evidence.document": "evidence.document",
    "comparison.consent": "comparison.one",
    "metrics.registry": "metrics.listed",
    "metrics.one": "metrics.one",
    "figures.published_figures": "stored_figures.published",
    "figures.published_chart": "charts.published",
    "figures.organisation": "stored_figures.of_organisation",
    "figures.organisation_chart": "charts.of_organisation",
    "figures.organisation_rows": "stored_figures.behind",
    "figures.zone": "stored_figures.of_zone",
    "figures.zone_chart": "charts.of_zone",
    "figures.zone_rows": "stored_figures.behind_zone",
    "collaboration_figures.figures": "figures.listed",
    "collaboration_figures.rows": "figures.behind",
    "permit_plans.start": "permits.facts permits.rules",
    "zones.calendars": "jurisdictions.calendars jurisdictions.working_day",
    "zones.calendar_year": "jurisdictions.calendar_year",
    "zones.exchange_rates": "rates.listed",
    "booking_form.new": "facilities.unit facilities.unit_availability previews.of_booking",
    "bookings.mine": "bookings.listed",
    "bookings.one": "bookings.one booking_records.history conversations.of_booking",
    "bookings.copy": "previews.copy",
    "uses.one": "uses.one",
    "unit_devices.devices": "unit_devices.devices unit_devices.uses",
    "booking_permits.permits": "booking_permits.listed booking_permits.one",
    "bookings.calendar": "booking_records.calendar",
    "applications.mine": "applications.listed",
    "applications.one": "applications.one",
    "collaborations.mine": "collaborations.listed",
    "collaborations.one": "collaborations.one collaborations.history",
    "officer_desk.desk": "applications.desk",
    "officer_desk.one": "applications.one",
    "desk.desk": "desks.my_desk",
    "threads.mine": "conversations.listed",
    "threads.one": "conversations.one conversations.messages",
    "inbox.inbox": "inbox.inbox",
    "account.account": "account.own",
    "calendar_feeds.mine": "calendar_feeds.listed",
    "organisations.mine": "account.own members.waiting",
    "organisations.manage": "organisations.one organisations.history",
    "members.members": "members.listed members.invited members.deputies",
    "host_desk.desk": "desks.host_desk",
    "host_booking.choose": "hosting.units",
    "host_booking.new": "hosting.people hosting.organisations facilities.unit_availability",
    "timeline.timeline": "hosting.timeline",
    "timeline.events": "hosting.timeline",
    "closures.closures": "closures.listed",
    "training.hosted": "training.hosted training.needed",
    "training.one": "training.one",
    "training.own": "training.own",
    "closures.new": "hosting.units",
    "listings.mine": "listings.mine",
    "listings.preview": "listings.one listings.missing",
    "listing_units.units": "listing_units.listed",
    "listing_units.hours": "listing_units.listed",
    "imports.exports": "imports.export",
    "imports.exported": "imports.export",
    "imports.preview": "imports.preview",
    "imports.report": "imports.one imports.listed imports.rejected",
    "imports.rejected": "imports.rejected_file",
    "vault.mine": "vault.mine",
    "vault.choose": "vault.choices",
    "vault.one": "vault.one vault.uses vault.history",
    "outcomes.mine": "outcomes.mine outcomes.waiting",
    "outcomes.listed": "outcomes.of_collaboration",
    "outcomes.one": "outcomes.one outcomes.versions outcomes.events outcomes.history",
    "outcome_questions.questions": "outcome_intake.questions",
    "outcome_questions.queue": "outcomes.disputed outcomes.to_check",
    "outcome_entry.template": "outcomes.choices",
    "admin_vault.queue": "vault.waiting",
    "admin_vault.approvals": "vault.approvals",
    "admin_vault.export": "vault.approvals_sheet",
    "admin_screening.matches": "screening.matches",
    "admin_screening.parties": "screening.parties",
    "admin_screening.party": "screening.party screening.matches screening.party_history",
    "admin.overview": "jobs.overview",
    "admin_organisations.queue": "organisations.listed",
    "admin_organisations.organisation": "organisations.one organisations.history members.listed",
    "admin_people.people": "people.listed",
    "admin_people.person": "people.one people.history",
    "admin_rules.overview": "permit_editing.proposals permits.rules",
    "admin_rules.versions": "permit_editing.versions permit_editing.proposals permit_editing.history",
    "admin_rules.proposal": "permit_editing.proposal",
    "admin_history.history": "history.history",
    "admin_jobs.jobs": "jobs.tasks",
    "admin_jobs.long": "jobs.long_work",
    "admin_jobs.mails": "jobs.mails",
}
# What a form does, and the operations that do it.
DEVICES = [f"unit_devices.{one}" for one in ("renew_kiosk", "end_kiosk", "renew_feed", "end_feed")]
WRITES = {
    "permit_plans.plan": "permits.plan",
    "booking_form.check": "previews.of_booking",
    "booking_form.book": "bookings.create",
    "booking_verbs.accept_terms": "bookings.accept_terms",
    "booking_verbs.approve": "bookings.approve",
    "booking_verbs.decline": "bookings.decline",
    "booking_verbs.cancel": "bookings.cancel",
    "booking_verbs.move": "bookings.move",
    "booking_verbs.check_move": "previews.of_move",
    **{f"booking_verbs.{each}": f"bookings.{each}" for each in ("check_in", "check_out")},
    "logger_files.look": "logger_files.take",
    **{each: each for each in ("uses.describe", "uses.correct", "logger_files.take", *DEVICES)},
    "booking_permits.state": "booking_permits.state",
    "applications.step": "applications.step",
    "officer_desk.step": "applications.step",
    "collaborations.answer": "collaborations.accept collaborations.withdraw",
    "collaboration_sheets.propose": "collaborations.propose",
    "collaboration_sheets.change": "collaborations.change",
    "collaboration_sheets.ask": "collaborations.ask",
    "collaboration_sheets.decline": "collaborations.decline",
    "collaboration_sheets.leave": "collaborations.leave",
    "collaboration_sheets.complete": "collaborations.complete files.bring",
    "collaboration_sheets.end": "collaborations.end",
    "collaboration_parts.name_person": "collaboration_parts.name_person",
    "collaboration_parts.remove_person": "collaboration_parts.remove_person",
    "collaboration_parts.add_funding": "collaboration_parts.add_funding",
    "collaboration_parts.remove_funding": "collaboration_parts.remove_funding",
    "collaboration_parts.add_milestone": "collaboration_parts.add_milestone",
    "collaboration_parts.milestone": "collaboration_parts.milestone",
    "collaboration_parts.add_paper": "collaboration_parts.add_paper files.bring",
    "collaboration_parts.remove_paper": "collaboration_parts.remove_paper",
    "collaboration_parts.booking": "collaboration_parts.put_booking",
    "admin_mergers.record": "collaboration_parts.merge",
    "admin_mergers.take_back": "collaboration_parts.unmerge",
    "booking_verbs.write": "conversations.write_on_booking files.bring",
    "threads.ask": "conversations.ask files.bring",
    "threads.write": "conversations.write files.bring",
    "inbox.follow": "inbox.read",
    "inbox.read_all": "inbox.read",
    "inbox.choices": "inbox.choose_mails",
    "host_desk.approve": "bookings.approve",
    "host_desk.decline": "bookings.decline",
    "host_desk.check_in": "bookings.check_in",
    "host_desk.check_out": "bookings.check_out",
    "host_booking.check": "previews.of_booking",
    "host_booking.book": "bookings.create",
    "training.unit": "training.set_need training.drop_need",
    "training.set_time": "training.schedule",
    "training.passed": "training.record",
    "training.unasked": "training.record_unasked",
    "training.turn_down": "training.decline",
    "training.wanted": "training.ask",
    "closures.make": "closures.close closures.in_the_way",
    "closures.make_way": "bookings.cancel bookings.decline",
    "closures.lift_one": "closures.lift",
    "closures.end": "closures.end_series",
    "calendar_feeds.renew": "calendar_feeds.renew",
    "calendar_feeds.end": "calendar_feeds.end",
    "listings.new": "listings.create",
    "listings.basics": "listings.change",
    "listings.place": "listings.change",
    "listings.details": "listings.change",
    "listings.move": "listings.publish listings.put_away",
    "listing_units.new": "listing_units.add",
    "listing_units.unit": "listing_units.change",
    "listing_units.move": "listing_units.move",
    "listing_units.unit_hours": "listing_units.set_hours listing_units.set_rules",
    "listing_offers.rates": "listing_units.add_rate",
    "listing_offers.withdraw": "listing_units.withdraw",
    "listing_terms.terms": "listings.add_terms",
    "listing_terms.check": "terms.check",
    "frameworks.propose": "frameworks.propose",
    "acceptances.ask": "acceptances.ask",
    "evidence.ask": "evidence.ask",
    "comparison.give": "comparison.answer",
    "comparison.take_back": "comparison.answer",
    "frameworks.answer": "frameworks.agree frameworks.extend frameworks.close",
    "listing_offers.files": "listing_files.add",
    "listing_offers.caption": "listing_files.change",
    "listing_offers.arrange": "listing_files.change listing_files.remove",
    "imports.new": "imports.bring",
    "imports.columns": "imports.assign",
    "imports.run": "imports.run",
    "account.change_profile": "account.change",
    "account.export": "account.export",
    "account.delete": "account.delete",
    "account_security.list_tokens": "tokens.issue",
    "account_security.end_token": "tokens.end",
    "organisations.create": "organisations.create",
    "organisations.edit": "organisations.change",
    "organisations.accept": "members.accept",
    "organisations.decline": "members.decline",
    "members.invite": "members.invite",
    "members.withdraw": "members.withdraw",
    "members.member": "members.set_roles",
    "members.leave": "members.leave",
    "members.name_deputy": "members.name_deputy",
    "members.end_deputy": "members.end_deputy",
    "admin_organisations.verify": "organisations.verify",
    "admin_organisations.reasoned": "organisations.judge",
    "admin_people.standing": "people.standing",
    "admin_people.role": "people.set_role",
    "admin_rules.change": "permit_editing.preview",
    "admin_rules.row": "permit_editing.preview",
    "admin_rules.send": "permit_editing.propose",
    "admin_rules.agree_to": "permit_editing.agree_to",
    "admin_rules.turn_down": "permit_editing.turn_down",
    "admin_jobs.retry_task": "jobs.retry_task",
    "admin_jobs.retry_mail": "jobs.retry_mail",
    "outcome_entry.new": "outcome_intake.preview",
    "outcome_entry.keep": "outcome_intake.bring",
    "outcome_entry.by_hand": "outcomes.enter",
    "outcome_entry.revise": "outcomes.revise",
    "outcome_verbs.submit": "outcomes.submit",
    "outcome_verbs.discard": "outcomes.discard",
    "outcome_verbs.confirm": "outcomes.confirm",
    "outcome_verbs.dispute": "outcomes.dispute",
    "outcome_verbs.withdraw": "outcomes.withdraw",
    "outcome_verbs.settle": "outcomes.settle",
    "outcome_verbs.show": "outcomes.show",
    "outcome_verbs.unshow": "outcomes.unshow",
    "outcome_verbs.check": "outcomes.check",
    "outcome_verbs.link": "outcomes.link",
    "outcome_questions.nothing": "outcome_intake.nothing",
    "vault.enter": "vault.enter files.bring",
    "vault.change": "vault.change files.bring",
    "vault.remove": "vault.remove",
    "vault.verify": "vault.verify",
    "vault.reject": "vault.reject",
    "vault.revoke": "vault.revoke",
    "vault.use": "vault.use",
    "admin_screening.enter": "screening.enter",
    "admin_screening.change": "screening.change",
    "admin_screening.review": "screening.review screening.match screening.match_history",
    "zones.override_day": "jurisdictions.override_day",
    "zones.confirm_year": "jurisdictions.confirm_year",
    "zones.enter_rate": "rates.enter",
}
# Pages without an operation.
CREDENTIALS = "passwords, second factors, sessions and addresses are changed by people, in a browser"
AT_THE_DOOR = "for people who stand before the unit; programs check in by bookings.check_in"
LINKS = "a mailed link proves an address in a browser; a token needs an account that has one"
PROSE = "words for people, nothing of the platform's"
MACHINES = "for programs already, at an address of its own"
ALONE = {
    "account_security.password": CREDENTIALS,
    "account_security.email": CREDENTIALS,
    "account_security.factor": CREDENTIALS,
    "account_security.factor_off": CREDENTIALS,
    "account_security.recovery_codes": CREDENTIALS,
    "account_security.list_sessions": CREDENTIALS,
    "account_security.end_session": CREDENTIALS,
    "account_security.end_other_sessions": CREDENTIALS,
    "sign_in.sign_in": CREDENTIALS,
    "sign_in.code": CREDENTIALS,
    "sign_in.sign_out": CREDENTIALS,
    "sign_up.ask": LINKS,
    "sign_up.sent": LINKS,
    "sign_up.finish": LINKS,
    "sign_up.ask_reset": LINKS,
    "sign_up.reset": LINKS,
    "sign_up.change_email": LINKS,
    "sign_up.invitation": LINKS,
    **dict.fromkeys(("kiosk.kiosk", "kiosk.check"), AT_THE_DOOR),
    "home.how": PROSE,
    "home.privacy": PROSE,
    "home.terms": PROSE,
    "home.security": PROSE,
    "home.accessibility": PROSE,
    "languages.choose": "leads to the home page in the reader's language",
    "languages.by_alias": "leads to the same page under the language's own name",
    "mailbox.mailbox": "a development server's mails, on no other server",
    "mailbox.mail": "a development server's mails, on no other server",
    "site.security_txt": MACHINES,
    "calendar.fetch": MACHINES,
    "observing.alive": MACHINES,
    "observing.ready": MACHINES,
}
# Where page and operation declare different verbs of the policy for the same deed: why.
OTHERWISE = {
    "permit_plans.plan": "anybody may try the page; programs, which may send far more facts, say who they are",
    "booking_form.book": "both hear from the refusals of the request itself who may not book",
    "host_booking.check": "one preview for oneself and for others; its verdict asks who may book for whom",
    "host_booking.book": "one operation for oneself and for others; the verb itself asks who may book for whom",
    "closures.make": "the page is open to all who host; the verb itself demands closure.manage",
    "closures.make_way": "a request is declined, what is confirmed is cancelled",
    "booking_verbs.write": "a file is brought before the message that carries it",
    "threads.ask": "a file is brought before the message that carries it",
    "threads.write": "a file is brought before the message that carries it",
    "vault.enter": "a file is brought before the entry that carries it",
    "vault.change": "a file is brought before the entry that carries it",
    "admin_screening.review": "the page shows the match and its history beside the form",
    "collaboration_sheets.propose": "the page tells everybody who may propose; the verb itself demands it",
    "collaboration_sheets.complete": "a file is brought before the report that carries it",
    "collaboration_parts.add_paper": "a file is brought before it is shared",
    "listings.new": "the page is open to all who host; the verb itself demands facility.create",
}


def pages(app: Flask) -> dict[str, set[str]]:
    """The methods of every page by endpoint."""
    found: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static" and not rule.endpoint.startswith(("api_", "api-docs.")):
            found.setdefault(rule.endpoint, set()).update((rule.methods or set()) - {"HEAD", "OPTIONS"})
    return found


def unanswered(app: Flask) -> dict[str, set[str]]:
    """Pages that stand in no table, and those that stand in one that isn't theirs."""
    wanted = {name: WRITES if "POST" in methods else READS for name, methods in pages(app).items()}
    return {name: methods for name, methods in pages(app).items() if (name in wanted[name]) + (name in ALONE) != 1}


def operations(app: Flask) -> dict[str, Rule]:
    """Every operation of the API by its name."""
    rules = app.url_map.iter_rules()
    return {rule.endpoint.removeprefix("api_"): rule for rule in rules if rule.endpoint.startswith("api_")}


def test_every_page_has_its_operations_or_a_reason(app: Flask) -> None:
    assert unanswered(app) == {}


def test_a_new_page_without_one_is_noticed(own_app: Flask) -> None:
    made = Blueprint("novelties", __name__)

    @made.post("/novelties/new")
    @allow("account.manage")
    def make() -> str:
        return ""

    own_app.register_blueprint(made)
    assert unanswered(own_app) == {"novelties.make": {"POST"}}


def test_no_table_speaks_of_what_is_gone(app: Flask) -> None:
    there = pages(app)
    assert [name for name in (*READS, *WRITES, *ALONE, *OTHERWISE) if name not in there] == []
    named = {name for said in (*READS.values(), *WRITES.values()) for name in said.split()}
    assert sorted(named - operations(app).keys()) == []
    assert not (READS.keys() & WRITES.keys())


def test_reads_ask_and_writes_are_allowed_by_the_same_verb(app: Flask) -> None:
    known = operations(app)
    for page, said in READS.items():
        for name in said.split():
            assert known[name].methods & {"GET"} or name.startswith("previews."), f"{page}: {name} is no question"
    wrong = []
    for page, said in WRITES.items():
        verb = declared(app.view_functions[page])
        others = {name: declared(app.view_functions[f"api_{name}"]) for name in said.split()}
        same = all(other == verb for other in others.values())
        if same == (page in OTHERWISE):
            wrong.append(f"{page} ({verb}): {others}")
    assert not wrong, "\n".join(wrong)


def test_every_operation_is_some_pages_or_stands_for_itself(app: Flask) -> None:
    """What only programs ask for is little, and named."""
    named = {name for said in (*READS.values(), *WRITES.values()) for name in said.split()}
    own = {
        "metrics.compute",  # figures from inputs of one's own, such as a pack of evidence holds
        "snapshots.take",  # the command line does it: periods and parameters of one's own
        "snapshots.one",
        "inbox.chosen",  # the form of choices shows it
        "tokens.listed",  # the page of tokens shows it
        "listing_files.listed",  # the page of files shows it
        "listing_units.rates",  # the page of rates shows it
        "imports.columns",  # the page of columns shows it
        "outcomes.unlink",  # the form of a new version unticks it
        "unit_feed.send",  # controllers send it
    }
    assert operations(app).keys() - named == own
