"""The door of every page and API operation: each declares its verb, and one place holds it to that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, redirect, request, url_for
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response

from marketplace.accounts import policy
from marketplace.accounts.models import TokenScope
from marketplace.values.refusal import Forbidden, NotFound, Refusal, Refused
from marketplace.web.request import actor, seeing_over

# What a token with the scope read may do: ask.
READING = frozenset({"GET", "HEAD", "OPTIONS"})
# What who sees the site as somebody does as themselves: ending that, alone or with their whole session.
LEAVING = frozenset({"person.stop_seeing", "account.sign_out"})
# Areas of how somebody signs in and of their keys: shown to nobody else.
CLOSED = frozenset({"account", "account_security", "calendar_feeds", "calendar", "sign_in", "sign_up", "mailbox"})
V = TypeVar("V", bound=Callable[..., Any])


def allow(verb: str, *, reads: bool = False) -> Callable[[V], V]:
    """Declare the verb of `accounts.policy.TABLE` that a view performs (or shows the offer of). `reads` says that it
    changes nothing although it is asked by POST, as a preview whose question is too long for an address."""
    if verb not in policy.TABLE:
        raise KeyError(f"{verb} has no row in accounts.policy.TABLE")

    def declare(view: V) -> V:
        view.access = verb  # type: ignore[attr-defined]
        view.reads = reads  # type: ignore[attr-defined]
        return view

    return declare


def declared(view: object) -> str | None:
    """The verb that a view declares; None for one that forgot, which no request reaches."""
    return getattr(view, "access", None) or getattr(getattr(view, "view_class", None), "access", None)


def init_access(app: Flask) -> None:
    """Ask the policy before every view; a view without a declared verb answers nobody."""
    app.before_request(_at_the_door)


def _only_seen(endpoint: str, verb: str) -> None:
    """Who sees the site as somebody else looks at it and ends that, no more; and never at how the person signs in."""
    if verb in LEAVING:
        return
    if endpoint.split(".", maxsplit=1)[0] in CLOSED:
        raise Refused([Refusal("seeing_closed")])
    if request.method not in READING:
        raise Refused([Refusal("seeing_only")])


def _at_the_door() -> Response | None:
    if request.endpoint is None or request.endpoint == "static":
        return None
    view = current_app.view_functions[request.endpoint]
    verb = declared(view)
    if verb is None:
        raise NotFound(request.endpoint)
    if actor().seen_by is not None:
        _only_seen(request.endpoint, verb)
    if seeing_over() and request.method not in READING and verb != "account.sign_out":
        # It was asked of the page of somebody else, and would be done with all the rights of an administrator.
        return redirect(url_for("home.home"), code=303)
    if policy.enters(actor(), verb):
        asks = request.method in READING or getattr(view, "reads", False)
        if actor().scope is TokenScope.READ and not asks:
            raise Forbidden(verb)
        return None
    if not actor().anonymous:
        raise NotFound(request.endpoint)
    if request.path.startswith("/api/"):
        raise Unauthorized
    here = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("sign_in.sign_in", next=here), code=303)
