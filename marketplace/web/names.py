"""What the codes of people and organisations are called on pages."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _

from marketplace.accounts.models import (
    Control,
    IdentifierScheme,
    OrganisationKind,
    PlatformRole,
    Role,
    TokenScope,
)
from marketplace.web.naming import naming


def role_name(role: Role | str) -> str:
    """A role in an organisation, given itself or its code."""
    return _role_name(Role(role))


def init_names(app: Flask) -> None:
    """Give templates the names as filters."""
    app.jinja_env.filters.update(
        role_name=role_name,
        kind_name=kind_name,
        control_name=control_name,
        register_name=register_name,
        scope_name=scope_name,
        platform_role_name=platform_role_name,
    )


_role_name = naming(
    {
        Role.RESEARCHER: _("Researcher"),
        Role.MANAGER: _("Manager"),
        Role.HOST_STAFF: _("Host staff"),
        Role.HOST_MANAGER: _("Host manager"),
        Role.AGENCY_OFFICER: _("Agency officer"),
    }
)

# What a role may do.
role_note = naming(
    {
        Role.RESEARCHER: _("Books for the organisation."),
        Role.MANAGER: _("Invites members, sees the organisation's bookings, accepts terms for it."),
        Role.HOST_STAFF: _("Sees requests and bookings of its facilities, checks people in and out."),
        Role.HOST_MANAGER: _("Lists facilities, sets hours and prices, approves requests."),
        Role.AGENCY_OFFICER: _("Handles applications and cases for the authority."),
    }
)

# A kind of organisation.
kind_name = naming(
    {
        OrganisationKind.UNIVERSITY: _("University"),
        OrganisationKind.FIRM: _("Firm"),
        OrganisationKind.INSTITUTE: _("Institute"),
        OrganisationKind.AGENCY: _("Agency"),
        OrganisationKind.OPERATOR: _("Operator"),
    }
)

# Who controls an organisation.
control_name = naming(
    {
        Control.MAINLAND: _("Mainland"),
        Control.HK_MACAO: _("Hong Kong or Macao"),
        Control.FOREIGN: _("Elsewhere"),
    }
)

# A register of organisations.
register_name = naming(
    {
        IdentifierScheme.ROR: _("ROR ID"),
        IdentifierScheme.USCC: _("Unified Social Credit Code"),
        IdentifierScheme.HK_UBI: _("Hong Kong business registration number"),
        IdentifierScheme.LEI: _("Legal Entity Identifier (LEI)"),
        IdentifierScheme.ISNI: _("ISNI"),
        IdentifierScheme.MO_REGISTRATION: _("Macao commercial registration number"),
        IdentifierScheme.SG_UEN: _("Singapore UEN"),
        IdentifierScheme.GB_COMPANY: _("UK company number"),
        IdentifierScheme.EU_VAT: _("EU VAT number"),
        IdentifierScheme.US_EIN: _("US EIN"),
    }
)

# What an API token may do.
scope_name = naming(
    {
        TokenScope.READ: _("Read only"),
        TokenScope.WRITE: _("Read and write"),
        TokenScope.ADMIN: _("Read, write and administer"),
    }
)

# A role on the platform, or none.
platform_role_name = naming(
    {
        None: _("None"),
        PlatformRole.ADMINISTRATOR: _("Administrator"),
        PlatformRole.AUDITOR: _("Auditor (reads only)"),
    }
)
