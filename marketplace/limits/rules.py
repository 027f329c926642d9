"""The token buckets: how much each kind of act may be done at once, and how fast it comes back."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import math
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limit:
    """`capacity` acts at once, `per_minute` more with time. `fail_closed`: refuse while the buckets can't be read."""

    capacity: int
    per_minute: float
    fail_closed: bool = False

    def seconds_until_one(self, tokens: float) -> int:
        """Whole seconds until a bucket with so many tokens holds one again, at least 1."""
        return max(1, math.ceil((1 - tokens) / self.per_minute * 60))


# Acts that guess at credentials fail closed; what people merely read fails open: better unlimited than not at all.
LIMITS: Final[dict[str, Limit]] = {
    "sign_in": Limit(10, 1, fail_closed=True),
    "sign_in_address": Limit(60, 20, fail_closed=True),
    "sign_up": Limit(5, 0.02, fail_closed=True),  # each mails an address that never asked for it, perhaps
    "reset": Limit(5, 0.02, fail_closed=True),
    "totp": Limit(5, 0.1, fail_closed=True),  # three of a million codes fit at any time
    "password": Limit(10, 1, fail_closed=True),
    "invitation": Limit(20, 0.2, fail_closed=True),  # of one person
    "invitation_organisation": Limit(40, 0.4, fail_closed=True),
    "invitation_waiting": Limit(5, 0.005, fail_closed=True),  # by or for what no administrator has looked at
    "invitation_address": Limit(4, 0.004, fail_closed=True),  # to one address, from anybody
    "organisation": Limit(4, 0.01, fail_closed=True),
    "address": Limit(10, 0.1, fail_closed=True),
    "door_code": Limit(5, 0.05, fail_closed=True),  # of one booking at one unit: a million codes
    "door": Limit(30, 2, fail_closed=True),  # of one unit, whatever booking is named
    "feed": Limit(600, 120),
    "token": Limit(10, 0.5, fail_closed=True),
    "booking": Limit(60, 30),
    "search": Limit(120, 120),
    "browse": Limit(300, 300),
    "write": Limit(120, 60),
    "calendar": Limit(30, 6),
    "export": Limit(10, 1),
    "import": Limit(12, 2),
    "upload": Limit(60, 10),
    "register": Limit(20, 4),  # pastes for which a register of works is asked
    "message": Limit(30, 6),
    "question": Limit(10, 0.2),  # the first message to a host, who never asked for it
    "api_read": Limit(600, 600),
    "api_write": Limit(120, 60),
}


def network_of(address: str | None) -> str:
    """What counts as one place on the net: an IPv4 address, and of IPv6 the /64 of which one customer is given whole
    (RFC 6177), so that nobody has 2^64 buckets. What is no address at all shares one."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(found) >> 64 << 64, 64)))


def bucket_key(kind: str, who: str, *, key: bytes) -> str:
    """The bucket's name: the kind and a keyed digest of who, so that no address and no name is kept."""
    return f"{kind}:{hmac.new(key, f'benchbridge limits 1 {kind} {who}'.encode(), hashlib.sha256).hexdigest()[:32]}"
