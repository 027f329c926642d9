"""Who may do what: one table of verb x relation, asked by every action, page and API operation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Literal
from uuid import UUID

from marketplace.accounts.models import PlatformRole, Role, TokenScope
from marketplace.values.refusal import Forbidden, NotFound


class Relation(Enum):
    """How somebody stands to what they want to act upon."""

    ANYONE = "anyone"
    PERSON = "person"  # signed in, whoever they are
    OWN = "own"  # the thing is about this person
    RESEARCHER = "researcher"  # a role in the organisation whose thing it is
    MANAGER = "manager"
    MEMBER = "member"  # any role in it
    HOST_STAFF = "host_staff"  # a role in the organisation that owns the facility
    HOST_MANAGER = "host_manager"
    OFFICER = "officer"  # an agency officer, anywhere
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


A = Relation
EVERYBODY = frozenset({A.ANYONE})
SIGNED_IN = frozenset({A.PERSON})
ADMINS = frozenset({A.ADMINISTRATOR})
OVERSEERS = frozenset({A.ADMINISTRATOR, A.AUDITOR})
HOSTS = frozenset({A.HOST_STAFF, A.HOST_MANAGER})
PARTIES = frozenset({A.OWN, A.MANAGER}) | HOSTS
KEEPERS = frozenset({A.OWN, A.MANAGER, A.HOST_MANAGER})
WORDS = frozenset({A.OFFICER, A.ADMINISTRATOR})
SPEAKERS = frozenset({A.RESEARCHER, A.MANAGER, A.HOST_MANAGER})

TABLE: Mapping[str, frozenset[Relation]] = MappingProxyType(
    {
        # the public side
        "page.see": EVERYBODY,
        "search.use": EVERYBODY,
        "jurisdiction.see": EVERYBODY,
        "permit_rule.see": EVERYBODY,
        "metric.see": EVERYBODY,
        "metric.compute": SIGNED_IN,
        "figures.see": frozenset({A.MEMBER}) | OVERSEERS,
        "figures.oversee": OVERSEERS,
        "figures.published": EVERYBODY,  # what disclosure control leaves of fixed snapshots, the same for everybody
        "return.make": frozenset({A.MANAGER, A.HOST_MANAGER}) | OVERSEERS,
        "comparison.see": frozenset({A.MEMBER}) | OVERSEERS,
        "comparison.answer": frozenset({A.MANAGER}),  # the organisation's own consent: no administrator gives it
        "evidence.list": SIGNED_IN,
        "evidence.ask": SIGNED_IN,  # of what, the verb sees: parties, managers of the organisation, overseers
        "evidence.see": frozenset({A.OWN}),  # it holds what its reader might see
        # stored figures: of a collaboration for those who take part in it, the query sees to that
        "metric_snapshot.see": frozenset({A.MEMBER}) | HOSTS | OVERSEERS,
        # use of units: hosts see their own, officers their zone, overseers all; what of it, the query sees to that
        "usage.see": HOSTS | {A.OFFICER} | OVERSEERS,
        "usage.export": HOSTS | {A.OFFICER} | OVERSEERS,
        "usage.manifest": frozenset({A.OWN}) | OVERSEERS,
        "metric_snapshot.take": ADMINS,
        "metric_snapshot.rebuild": OVERSEERS,
        "permit_plan.ask": SIGNED_IN,
        "permit_rule.oversee": OVERSEERS,
        "permit_rule.propose": ADMINS,
        "permit_rule.decide": ADMINS,  # never one's own proposal: the verb and the database see to that
        "calendar_feed.read": EVERYBODY,  # the secret in the address is the key
        "calendar_feed.manage": frozenset({A.OWN, A.MANAGER, A.HOST_MANAGER}),
        # accounts
        "account.sign_up": EVERYBODY,
        "account.sign_in": EVERYBODY,
        "account.sign_out": SIGNED_IN,
        "account.manage": SIGNED_IN,
        "token.manage": SIGNED_IN,
        "privacy.ask": SIGNED_IN,  # for one's own data alone
        "inbox.read": SIGNED_IN,
        "person.see": OVERSEERS,
        "person.suspend": ADMINS,
        "person.see_as": ADMINS,  # never as an overseer: the verb sees to that
        "person.stop_seeing": SIGNED_IN,
        "person.change_role": ADMINS,
        # organisations
        "organisation.see": EVERYBODY,
        "organisation.create": SIGNED_IN,
        "organisation.see_members": frozenset({A.MEMBER}) | OVERSEERS,
        "organisation.change": frozenset({A.MANAGER, A.ADMINISTRATOR}),
        "organisation.manage_members": frozenset({A.MANAGER, A.ADMINISTRATOR}),
        "organisation.leave": frozenset({A.MEMBER}),
        "organisation.name_deputy": frozenset({A.HOST_MANAGER, A.MANAGER}),
        "organisation.queue": OVERSEERS,
        "organisation.verify": ADMINS,
        "organisation.merge": ADMINS,
        # catalogue; the listing's own organisation is its host
        "facility.see": EVERYBODY,  # drafts: `visible_to` narrows the rows
        "facility.create": frozenset({A.HOST_MANAGER}),
        "facility.change": frozenset({A.HOST_MANAGER}),
        "facility.see_own": HOSTS | OVERSEERS,
        "listing.report": SIGNED_IN,
        "listing.review": OVERSEERS,
        "listing.suspend": ADMINS,
        "listing.import": frozenset({A.HOST_MANAGER}),
        "listing.export": EVERYBODY,
        "file.see": EVERYBODY,  # what it hangs on decides
        "file.upload": SIGNED_IN,
        # framework agreements: `organisation` books, `host` hosts; which side answers what, the rules say
        "framework.list": SIGNED_IN,
        "framework.see": frozenset({A.MEMBER}) | HOSTS | OVERSEERS,
        "framework.propose": frozenset({A.MANAGER, A.HOST_MANAGER}),
        "framework.answer": frozenset({A.MANAGER, A.HOST_MANAGER}),
        # availability and bookings
        "availability.see": EVERYBODY,
        "closure.manage": HOSTS,
        "training.request": SIGNED_IN,
        "training.manage": HOSTS,
        "booking.see": PARTIES | {A.MEMBER} | OVERSEERS,
        "booking.list": SIGNED_IN,
        "booking.oversee": OVERSEERS,
        "booking.preview": EVERYBODY,
        "booking.ask": SIGNED_IN,  # who may not book is told so by the refusals of `booking.request`
        "booking.request": frozenset({A.RESEARCHER, A.MANAGER, A.HOST_MANAGER, A.HOST_STAFF}),
        "booking.move": frozenset({A.OWN, A.MANAGER, A.HOST_MANAGER}),
        "booking.cancel": frozenset({A.OWN, A.MANAGER, A.HOST_MANAGER}),
        "booking.accept_terms": frozenset({A.OWN, A.MANAGER}),
        "booking.state_flows": frozenset({A.OWN, A.MANAGER}),
        "booking.approve": frozenset({A.HOST_MANAGER}),
        "booking.decline": frozenset({A.HOST_MANAGER}),
        "booking.book_for": frozenset({A.HOST_MANAGER}),
        "booking.override": frozenset({A.HOST_MANAGER}),
        "booking.check_in": frozenset({A.OWN}) | HOSTS,
        # what happened at a unit
        "state.see": HOSTS | OVERSEERS,
        "state.correct": HOSTS,
        "fault.see": frozenset({A.OWN}) | HOSTS | OVERSEERS,
        "fault.report": SIGNED_IN,  # who neither may book nor has booked is told so by a refusal
        "fault.manage": HOSTS,
        "run.see": HOSTS | OVERSEERS,
        "run.enter": HOSTS,
        "session.see": PARTIES | {A.MEMBER} | OVERSEERS,
        "session.describe": frozenset({A.OWN}) | HOSTS,
        "session.correct": HOSTS,
        "kiosk.read": EVERYBODY,  # the code in the address is the key
        "kiosk.check": EVERYBODY,  # the verb asks for the booking's own code, or who is signed in
        "kiosk.manage": frozenset({A.HOST_MANAGER}),
        "feed.manage": frozenset({A.HOST_MANAGER}),
        "feed.send": EVERYBODY,  # the signature is the key
        "desk.see": SIGNED_IN,
        "host_desk.see": SIGNED_IN,
        "thread.start": SIGNED_IN,
        "thread.see": PARTIES | OVERSEERS,
        "thread.write": PARTIES,
        # applications: of officers only those of the authority that it is filed with, the verbs see to that
        "application.list": SIGNED_IN,
        "application.see": frozenset({A.OWN, A.MANAGER, A.OFFICER}) | HOSTS | OVERSEERS,
        "application.know": frozenset({A.OWN, A.MANAGER}) | HOSTS | OVERSEERS,
        "application.file": frozenset({A.OWN, A.MANAGER, A.HOST_MANAGER}),
        "application.step": frozenset({A.OWN, A.MANAGER, A.HOST_MANAGER, A.OFFICER}),
        "agency_desk.see": frozenset({A.OFFICER}),
        # collaborations: asked of each party by itself, as `organisation` and as `host` in one
        "collaboration.list": SIGNED_IN,
        "collaboration.see": frozenset({A.MEMBER}) | HOSTS | OVERSEERS,
        "collaboration.propose": frozenset({A.RESEARCHER, A.MANAGER, A.HOST_MANAGER}),
        "collaboration.answer": frozenset({A.MANAGER, A.HOST_MANAGER}),
        "collaboration.write": frozenset({A.RESEARCHER, A.MANAGER, A.HOST_MANAGER}),
        # the vault: an officer's word counts for what their own agency issued, the verbs see to that
        "vault.list": SIGNED_IN,
        "vault.see": frozenset({A.OWN, A.MEMBER, A.OFFICER}) | OVERSEERS,
        "vault.enter": KEEPERS,
        "vault.change": KEEPERS,
        "vault.remove": KEEPERS,
        "vault.use": KEEPERS | WORDS,
        "vault.revoke": KEEPERS | WORDS,
        "vault.verify": WORDS,
        "vault.reject": WORDS,
        "vault.grant": WORDS,
        "vault.queue": WORDS | {A.AUDITOR},
        "approvals.see": OVERSEERS,
        "screening.see": ADMINS,
        "screening.change": ADMINS,
        "screening.review": ADMINS,
        # outcomes: `organisation` and `host` are the one spoken for; which side may say what, the rules say
        "outcome.list": SIGNED_IN,
        "outcome.see": frozenset({A.MEMBER}) | HOSTS | OVERSEERS,
        "outcome.look_back": frozenset({A.MEMBER}) | OVERSEERS,
        "outcome.draft": SPEAKERS,
        "outcome.revise": SPEAKERS,
        "outcome.submit": SPEAKERS,
        "outcome.discard": SPEAKERS,
        "outcome.withdraw": SPEAKERS,
        "outcome.show": SPEAKERS,
        "outcome.link": SPEAKERS,
        "outcome.confirm": SPEAKERS,
        "outcome.dispute": SPEAKERS,
        "outcome.answer": SPEAKERS,
        "outcome.settle": ADMINS,
        "outcome.check": ADMINS,
        "outcome.queue": OVERSEERS,
        # administration
        "admin.overview": OVERSEERS,
        "deadline.oversee": OVERSEERS,
        "privacy.oversee": OVERSEERS,
        "setting.see": OVERSEERS,
        "setting.change": ADMINS,
        "privacy.decide": ADMINS,
        "calendar.change": ADMINS,
        "exchange_rate.see": OVERSEERS,
        "exchange_rate.enter": ADMINS,
        "history.see": OVERSEERS,
        "history.verify": ADMINS,
        "jobs.see": OVERSEERS,
        "jobs.retry": ADMINS,
        "jobs.cancel": ADMINS,
        # development
        "mailbox.see": EVERYBODY,
        # machines
        "probe.see": EVERYBODY,
    }
)

NO_ROLES: Mapping[UUID, frozenset[Role]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as far as decisions go: loaded once per request, then passed to every verb."""

    person_id: UUID | None = None
    name: str = ""
    language: str = "en"
    time_zone: str = "Asia/Hong_Kong"
    roles: Mapping[UUID, frozenset[Role]] = field(default_factory=lambda: NO_ROLES)
    platform: PlatformRole | None = None
    verified: frozenset[UUID] = frozenset()
    via: Literal["browser", "token", "system"] = "browser"
    scope: TokenScope | None = None
    seen_by: UUID | None = None  # the administrator who sees the site as this person, and changes nothing

    @property
    def anonymous(self) -> bool:
        """Whether nobody is signed in."""
        return self.person_id is None and self.via != "system"

    @property
    def id(self) -> UUID:
        """The person's id; only for actors that are signed in."""
        if self.person_id is None:
            raise Forbidden("account.manage")
        return self.person_id

    @property
    def administrator(self) -> bool:
        """Whether the platform role is administrator and the way in carries it."""
        return self.platform is PlatformRole.ADMINISTRATOR and self.scope in (None, TokenScope.ADMIN)

    @property
    def auditor(self) -> bool:
        """Whether the person may read the whole platform without changing it."""
        return self.platform is PlatformRole.AUDITOR

    def organisations(self, *roles: Role) -> frozenset[UUID]:
        """The organisations in which the person holds one of `roles` (any role when none is named)."""
        wanted = frozenset(roles)
        return frozenset(place for place, held in self.roles.items() if not wanted or held & wanted)


SYSTEM = Actor(via="system")


def relations(
    actor: Actor, *, owner: UUID | None = None, organisation: UUID | None = None, host: UUID | None = None
) -> frozenset[Relation]:
    """Every relation of `actor` to a thing about person `owner`, of `organisation`, at a facility of `host`."""
    found = {Relation.ANYONE}
    if actor.person_id is None:
        return frozenset(found)
    found.add(Relation.PERSON)
    if owner == actor.person_id:
        found.add(Relation.OWN)
    held = actor.roles.get(organisation, frozenset()) if organisation else frozenset()
    if held:
        found.add(Relation.MEMBER)
    found |= {Relation(role.value) for role in held & {Role.RESEARCHER, Role.MANAGER}}
    hosting = actor.roles.get(host, frozenset()) if host else frozenset()
    found |= {Relation(role.value) for role in hosting & {Role.HOST_STAFF, Role.HOST_MANAGER}}
    # Anybody may enter an agency; its officers are officers once an administrator has verified it.
    if any(Role.AGENCY_OFFICER in roles for place, roles in actor.roles.items() if place in actor.verified):
        found.add(Relation.OFFICER)
    if actor.administrator:
        found.add(Relation.ADMINISTRATOR)
    if actor.auditor:
        found.add(Relation.AUDITOR)
    return frozenset(found)


def allowed(verb: str, held: frozenset[Relation]) -> bool:
    """Whether one of the relations held opens the verb. An unknown verb is a programming error: KeyError."""
    return bool(TABLE[verb] & held)


def may(
    actor: Actor,
    verb: str,
    *,
    owner: UUID | None = None,
    organisation: UUID | None = None,
    host: UUID | None = None,
) -> bool:
    """Whether `actor` may do `verb` to such a thing; what offers a button asks the same as what does the deed."""
    if actor.via == "system":
        return verb in TABLE
    return allowed(verb, relations(actor, owner=owner, organisation=organisation, host=host))


def demand(
    actor: Actor,
    verb: str,
    *,
    owner: UUID | None = None,
    organisation: UUID | None = None,
    host: UUID | None = None,
) -> None:
    """Raise `Forbidden` for somebody who may see the thing but not do this, `NotFound` for a stranger to it."""
    if may(actor, verb, owner=owner, organisation=organisation, host=host):
        return
    see = verb.split(".", maxsplit=1)[0] + ".see"
    if see in TABLE and may(actor, see, owner=owner, organisation=organisation, host=host):
        raise Forbidden(verb)
    raise NotFound(verb.split(".", maxsplit=1)[0])


def enters(actor: Actor, verb: str) -> bool:
    """Whether any object at all could let `actor` do `verb`: the check at a route's door, before anything is loaded."""
    if actor.via == "system":
        return True
    wanted = TABLE[verb]
    if Relation.ANYONE in wanted:
        return True
    if actor.anonymous:
        return False
    overseeing = wanted <= OVERSEERS
    return allowed(verb, relations(actor)) if overseeing else True
