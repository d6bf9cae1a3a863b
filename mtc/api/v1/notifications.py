"""Notifications that each member of the staff gets by mail."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from mtc.api.v1.blueprint import v1
from mtc.api.v1.endpoint import always, closed, endpoint
from mtc.api.v1.schemas import FLAG, ID, TEXT
from mtc.core.i18n import _l
from mtc.notifications.services import TOPICS, preferences, preferences_of, set_preference
from mtc.notifications.services.preferences import Preferences
from mtc.web.access import for_programs
from mtc.web.audited import audited
from mtc.web.envelope import ok

MEMBER = always(member_id=ID, name=TEXT, email=TEXT, topics=closed(dict.fromkeys(TOPICS, FLAG)))


@v1.get("/notifications")
@for_programs("settings:read")
@endpoint(always(items={"type": "array", "items": MEMBER}))
def notifications() -> Response:
    """The staff with the topics that each may get by mail, and whether they are on."""
    return ok({"items": [_shape(member) for member in preferences()]})


@v1.patch("/notifications/<uuid:member>")
@for_programs("settings:write", idempotent=True)
@endpoint(MEMBER, body=closed(dict.fromkeys(TOPICS, FLAG)))
@audited(_l("Switched notifications on or off"))
def change_notifications(member: UUID, body: dict[str, Any]) -> Response:
    """Switch topics on or off for one member; what is not named stays."""
    for topic, enabled in body.items():
        set_preference(member, topic, enabled)
    return ok(_shape(preferences_of(member)))


def _shape(member: Preferences) -> dict[str, Any]:
    who = member.recipient
    return {"member_id": str(who.member_id), "name": who.name, "email": who.email, "topics": member.topics}
