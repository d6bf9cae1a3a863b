"""Notifications to plugins: verified, kept once, and received by the plugin in a task."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import current_app

from mtc.core import clock
from mtc.core.context import SYSTEM, Context, use
from mtc.core.db import commit_batch, scope_tenant, session, unit_of_work
from mtc.core.errors import NotFoundError, UnauthorizedError, UnavailableError
from mtc.core.i18n import _l
from mtc.core.ids import uuid7
from mtc.core.retention import purge_rows
from mtc.core.row_locking import insert_once
from mtc.core.tenancy import tenant_scope
from mtc.infra.http.base import TIMEOUT
from mtc.plugins import queries
from mtc.plugins.models import PluginInbox
from mtc.plugins.services.active_plugins import Running, running_plugins
from mtc.plugins.services.calls import CallTimeout, call_limited
from mtc.plugins.services.context import PluginHttp, context_for
from mtc.plugins.services.hooks import AFTER_SECONDS
from mtc.plugins.services.loader import broken, loaded
from mtc.plugins.values import WebhookDelivery, WebhookReceiver
from mtc.tasks.registry import task
from mtc.tasks.services import enqueue

VERIFY_SECONDS = 1.0
KEPT = timedelta(days=30)
LONGEST_ID = 200
_SECRET = frozenset({"authorization", "cookie", "proxy-authorization"})
_READS = "verify writes nothing: write in receive"
_NOT_FOUND = _l("There is nothing at this address.")


def take_notification(tenant_id: UUID, slug: str, name: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Keep a notification for the plugin; False where the event is known already. Opens scopes of its own.

    Raises NotFoundError where the tenant does not have the plugin on, UnauthorizedError where the plugin does
    not verify it, UnavailableError where that takes too long.
    """
    context = Context(tenant_id=tenant_id, actor=SYSTEM)
    with use(context), tenant_scope(tenant_id, readonly=True), unit_of_work():
        running, receiver = running_plugins().get(slug), _receiver(slug, name)
        if running is None or receiver is None:
            raise NotFoundError(_NOT_FOUND)
        settings = running.settings()
    plain = {header.lower(): value for header, value in headers.items()}

    def verify() -> str:
        ctx = context_for(slug, settings, PluginHttp(VERIFY_SECONDS, lambda: None))
        return receiver.verify(ctx, plain, body)

    try:
        with use(context):
            event_id = call_limited(slug, tenant_id, VERIFY_SECONDS, verify, _READS, f"{name}.verify")
    except CallTimeout:
        raise UnavailableError("This cannot be verified at the moment. Send it again later.") from None
    except Exception as error:
        raise UnauthorizedError(f"The plugin does not know the sender ({type(error).__name__}).") from error
    if not isinstance(event_id, str) or not 0 < len(event_id) <= LONGEST_ID:
        raise RuntimeError(f"{slug}: verify returns an id, a text of 1 to {LONGEST_ID} characters")
    kept = {header: value for header, value in plain.items() if header not in _SECRET}
    with use(context), tenant_scope(tenant_id), unit_of_work():
        return _keep(slug, name, event_id, kept, body)


def _receiver(slug: str, name: str) -> WebhookReceiver | None:
    plugin = loaded(current_app).get(slug)
    declared = plugin.manifest.get("webhooks", ()) if plugin is not None else ()
    if plugin is None or all(webhook["name"] != name for webhook in declared):
        return None
    receiver: WebhookReceiver = getattr(plugin.module, name)
    return receiver


def _keep(slug: str, name: str, event_id: str, headers: dict[str, str], body: bytes) -> bool:
    plugin = queries.plugin_by_slug(slug)
    if plugin is None:
        raise NotFoundError(_NOT_FOUND)
    row = PluginInbox(
        id=uuid7(),
        tenant_id=scope_tenant(),
        plugin_id=plugin.id,
        name=name,
        event_id=event_id,
        headers=headers,
        body=body,
    )
    if not insert_once(row, "This notification is under way already. Send it again in a moment."):
        return False
    enqueue("plugins.receive", {"plugin": slug, "inbox": str(row.id)}, entity_id=row.id)
    return True


@task("plugins.receive", transactional=False, lane=lambda payload: str(payload["plugin"]))
def receive(payload: dict[str, Any]) -> None:
    """Let the plugin receive one notification. One that is done is passed over, as is a plugin that is off.

    Raises CallTimeout when it takes longer than AFTER_SECONDS.
    """
    slug, row_id = payload["plugin"], UUID(payload["inbox"])
    if problem := broken(current_app).get(slug):
        raise RuntimeError(problem)  # tried again later: the notification is kept until the plugin is mended
    with unit_of_work():
        row = queries.notification(scope_tenant(), row_id)
        running = running_plugins().get(slug)
        if row is None or row.status == "done" or running is None:
            return
        row.attempts += 1
        delivery = WebhookDelivery(row.name, row.event_id, row.headers, row.body, row.attempts)

    def work() -> None:
        _receive(slug, running, row_id, delivery)

    try:
        call_limited(slug, scope_tenant(), AFTER_SECONDS, work, "", f"{row.name}.receive")
    except Exception as error:
        with unit_of_work():
            _mark(row_id, "failed", f"{type(error).__name__}: {error}"[:1000])
        raise


def _receive(slug: str, running: Running, row_id: UUID, delivery: WebhookDelivery) -> None:
    receiver = _receiver(slug, delivery.name)
    if receiver is not None:
        receiver.receive(context_for(slug, running.settings(), PluginHttp(TIMEOUT, commit_batch)), delivery)
    _mark(row_id, "done", "")


def _mark(row_id: UUID, status: str, error: str) -> None:
    row = queries.notification(scope_tenant(), row_id)
    if row is not None:
        row.status, row.error = status, error
        session.flush()


def purge_notifications() -> int:
    """Delete the notifications that are older than KEPT; returns how many. Needs a platform scope."""
    return purge_rows(PluginInbox, PluginInbox.created_at < clock.now() - KEPT)
