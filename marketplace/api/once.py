"""What is made by a request that may be repeated: once, whatever the network loses."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session

from marketplace.accounts.actions.retries import Asked, make_once
from marketplace.web.request import actor, now, transact


def made_once(verb: Callable[[Session], UUID], *, content: bytes | None = None) -> UUID:
    """Do a verb in the one transaction and answer the id of what it made; under an Idempotency-Key that was answered
    before, the id of what was made then. `content` are the bytes of an upload, whose form was read already."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return transact(verb)
    asked = Asked(key, _digest(content))
    return transact(lambda session: make_once(session, asked, verb, now=now(), by=actor().id))


def _digest(content: bytes | None) -> bytes:
    """SHA-256 over method, address and body; of a form its parts, whatever divides them."""
    body = request.get_data() if content is None else content
    names = [(part, file.filename or "") for part, file in request.files.items(multi=True)]
    form = json.dumps(sorted([*request.form.items(multi=True), *names])) if content is not None else ""
    facts = (request.method, request.full_path, form)
    found = hashlib.sha256("\n".join(facts).encode())
    found.update(body)
    return found.digest()
