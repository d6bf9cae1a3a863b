"""Writing entries of the audit log, and deleting those whose time is over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from mtc.audit import queries
from mtc.audit.models import AuditEntry
from mtc.core import clock
from mtc.core.change_tracking import Change
from mtc.core.context import Actor, current
from mtc.core.db import session, unit_of_work
from mtc.core.i18n import _l, formats
from mtc.core.retention import purge_rows

# Tables that follow from others or serve the program: the entry says what they stand for.
SILENT = frozenset(
    {"audit_entries", "sequences", "idempotency_keys", "orphaned_objects", "webauthn_challenges"}
    | {"order_search", "password_requests", "pending_logins"}
    | {"product_search", "sessions", "sold_names", "stock_uploads", "tasks"}
)
_QUIET = frozenset(
    {"security_notification", "audit_entry", "sequence", "event", "idempotency_key", "login_session"}
    | {"order_search", "orphaned_object"}
    | {"password_request", "pending_login", "product_search", "sold_name", "task"}
)
# What comes with a request whether it changes something or not.
_FOLLOWS = frozenset(
    {"audit_entry", "sequence", "event", "idempotency_key"}
    | {"order_search", "product_search", "sold_name", "task"}
)
MOST_EXPORTED, CHUNK = 50_000, 500
MOST_CHANGES, LONGEST_SEARCH_TEXT = 60, 6000
# What the places of an address stand for, when nothing that changed has their value.
_PLACES = {
    "number": "order",
    "product": "product",
    "variant": "product_variant",
    "item": "order_item",
    "slug": "tenant",
    "member": "user",
}


def annotate_audit(
    *, label: str = "", tenant_id: UUID | None = None, visit_id: UUID | None = None, actor: str = ""
) -> None:
    """Tell the entry of the running request what people call the thing, whose log it belongs to, which
    visit of support it is part of, and under which name the person acts."""
    extra = current().extra
    notes = {"label": label, "tenant": tenant_id, "visit": visit_id, "actor": actor}
    extra.update({f"audit.{name}": value for name, value in notes.items() if value})


def nothing_done() -> None:
    """Say that the running request was a step inside a form, of which no entry is written."""
    current().extra["audit.nothing"] = True


@dataclass(frozen=True, slots=True)
class AuditedAction:
    """Action of a person: the route in words, the places of its address, the caller's address."""

    action: str
    summary: str
    kind: str = "change"
    places: dict[str, str] = field(default_factory=dict)
    method: str = ""
    path: str = ""
    ip: str = ""
    request_id: str = ""
    visit_id: UUID | None = None
    label: str = ""


def tells(changes: Sequence[Change]) -> bool:
    """Return whether anything was changed: a row written as it was, and its event, change nothing."""
    return any(
        (change.op != "changed" or change.fields or change.rows > 1) and change.type not in _FOLLOWS
        for change in changes
    )


def record(
    deed: AuditedAction, actor: Actor, tenant_id: UUID | None, changes: Sequence[Change] = ()
) -> AuditEntry:
    """Write an entry in the running transaction, so that it stands or falls with the changes."""
    shown = [change for change in changes if change.type not in _QUIET]
    object_type, object_id, label = _object(deed, shown)
    listed = [change.plain() for change in shown[:MOST_CHANGES]]
    if len(shown) > MOST_CHANGES:
        rest = len(shown) - MOST_CHANGES
        listed.append(Change("other", "changed", label=f"{rest} more rows", rows=rest).plain())
    row = AuditEntry(
        tenant_id=tenant_id,
        kind=deed.kind,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=(actor.name or actor.email)[:200],
        actor_email=actor.email[:254],
        visit_id=deed.visit_id,
        action=deed.action[:80],
        summary=deed.summary[:300],
        object_type=object_type[:60],
        object_id=object_id[:80],
        object_label=(deed.label or label)[:200],
        changes=listed,
        events=[
            str(change.fields["name"][1])
            for change in changes
            if change.type == "event" and "name" in change.fields
        ],
        method=deed.method[:10],
        path=deed.path[:500],
        ip=deed.ip[:45],
        request_id=deed.request_id[:40],
    )
    row.search_text = " ".join(_words(row)).lower()[:LONGEST_SEARCH_TEXT]
    session.add(row)
    session.flush()
    return row


def purge(days: int) -> int:
    """Delete entries older than so many days; needs a platform scope. Zero keeps everything."""
    if days <= 0:
        return 0
    return purge_rows(AuditEntry, AuditEntry.created_at < clock.now() - timedelta(days=days))


def batches(
    filters: queries.Filters,
    scope: Callable[[], AbstractContextManager[Any]],
    shape: Callable[[Sequence[AuditEntry]], list[list[Any]]],
) -> Iterator[list[list[Any]]]:
    """The rows of an export, newest first, some hundred at a time, each batch in a scope of its own.

    It ends after MOST_EXPORTED with a line that says so.
    """
    after, sent = None, 0
    while sent < MOST_EXPORTED:
        size = min(CHUNK, MOST_EXPORTED - sent)
        with scope(), unit_of_work():
            entries = queries.batch(filters, after, size)
            rows = shape(entries)
            after = (entries[-1].created_at, entries[-1].id) if entries else None
        yield rows
        sent += len(entries)
        if len(entries) < size:
            return
    yield [
        [
            _l(
                "Only the newest %(most)s entries are here. Choose fewer days.",
                most=formats.number(MOST_EXPORTED),
            )
        ]
    ]


def _object(deed: AuditedAction, changes: Sequence[Change]) -> tuple[str, str, str]:
    """Return type, id and label of the entry's object: that which the address names, else the first."""
    for value in deed.places.values():
        for change in changes:
            if value and value in (change.id, change.label):
                return change.type, change.id, change.label or value
    for name, value in deed.places.items():
        if name in _PLACES:
            return _PLACES[name], value, "" if len(value) == 36 else value
    if changes:
        return changes[0].type, changes[0].id, changes[0].label
    return "", "", ""


def _words(row: AuditEntry) -> Iterable[str]:
    yield from (row.summary, row.actor_name, row.actor_email, row.object_label, row.object_type, row.ip)
    yield from (row.object_id, row.action, row.request_id, row.path, *row.events)
    for change in row.changes:
        yield from (change["label"], change["type"])
        for name, values in change["fields"].items():
            yield name
            yield from (_text(value) for value in values if value is not None)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value)
