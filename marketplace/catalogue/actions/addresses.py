"""The address of a facility: a slug made of its name, unique for ever, and the former ones that lead to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import delete, select, union_all
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Facility, FormerSlug
from marketplace.values.slugs import slug_of, with_id

# Paths that stand beside facilities in addresses.
RESERVED = frozenset({"new", "import", "imports", "export", "mine", "compare"})


def take_slug(session: Session, name: Mapping[str, str], id: UUID) -> str:
    """A slug for a facility that nobody has or had; with the id's last part where the plain one is taken."""
    return take_slugs(session, {id: name})[id]


def take_slugs(session: Session, names: Mapping[UUID, Mapping[str, str]]) -> dict[UUID, str]:
    """Slugs for several facilities at once, in one statement."""
    plain = {id: slug_of(name, id) for id, name in names.items()}
    taken = _taken(session, plain.values(), besides=names.keys()) | RESERVED
    slugs: dict[UUID, str] = {}
    for id, slug in plain.items():
        slugs[id] = with_id(slug, id) if slug in taken else slug
        taken |= {slugs[id]}
    return slugs


def _taken(session: Session, slugs: Iterable[str], *, besides: Iterable[UUID]) -> set[str]:
    wanted, own = set(slugs), set(besides)
    present = select(Facility.slug).where(Facility.slug.in_(wanted), Facility.id.not_in(own))
    former = select(FormerSlug.slug).where(
        FormerSlug.kind == "facility", FormerSlug.slug.in_(wanted), FormerSlug.subject_id.not_in(own)
    )
    return set(session.scalars(union_all(present, former)))


def readdress(session: Session, facility: Facility) -> None:
    """A new slug after a new name. Once public, the old one goes on leading here."""
    slug = take_slug(session, facility.name, facility.id)
    if slug == facility.slug:
        return
    mine = FormerSlug.kind == "facility", FormerSlug.slug == slug, FormerSlug.subject_id == facility.id
    session.execute(delete(FormerSlug).where(*mine))
    if facility.published_at is not None:
        row = {"kind": "facility", "slug": facility.slug, "subject_id": facility.id}
        session.execute(insert(FormerSlug).values(row).on_conflict_do_nothing())
    facility.slug = slug
