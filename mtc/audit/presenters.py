"""Entries as people read them: rows of a list, one entry with its difference, lines of an export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from mtc.audit import queries
from mtc.audit.models import KINDS, AuditEntry
from mtc.audit.queries import Filters
from mtc.audit.values import Reader, words
from mtc.core.errors import ValidationError
from mtc.core.i18n import Sentence, _, _l, pgettext, retold
from mtc.core.local_time import local, offset, parse_day
from mtc.core.relative_time import exact, when
from mtc.core.urls import with_query

COLUMNS = (
    _l("Time (UTC)"), _l("Kind"), _l("Person"), _l("E-mail"), _l("What"), _l("Object type"), _l("Object"),
    _l("Object id"), _l("Difference"), _l("Events"), _l("Address"), _l("Request"),
)  # fmt: skip
_OPS = {"new": "made", "changed": "changed", "deleted": "deleted"}
_SHOWN = 3
LOOKED_AT, WAS_REFUSED = "Looked at ", "Was refused: "


# The parameters of the list, each with the longest text that counts.
_PARAMETERS = {"q": 200, "who": 36, "type": 60, "object": 80, "visit": 36, "from": 20, "to": 20}


def asked(parameters: Mapping[str, str]) -> dict[str, str]:
    """Return the filters that the parameters of an address ask for, trimmed."""
    texts = {name: parameters.get(name, "").strip()[:longest] for name, longest in _PARAMETERS.items()}
    kind = parameters.get("kind", "")
    return {**texts, "kind": kind if kind in KINDS else ""}


def filters(chosen: Mapping[str, str], tenant_id: UUID | None, *, platform_only: bool = False) -> Filters:
    """The filters for what was asked; raises ValidationError."""
    return Filters(
        tenant_id=tenant_id,
        kind=chosen["kind"],
        actor=_id(chosen["who"], _l("Choose a person from the list.")),
        object_type=chosen["type"],
        object_id=chosen["object"],
        visit=_id(chosen["visit"], _l("Choose a visit from the list.")),
        text=chosen["q"],
        since=parse_day(chosen["from"], "from", _l("First day")),
        until=parse_day(chosen["to"], "to", _l("Last day"), end=True),
        platform_only=platform_only,
    )


def _id(text: str, sentence: Sentence) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise ValidationError(sentence) from None


def who(entry: AuditEntry) -> str:
    """The person, as the log names them."""
    return entry.actor_name or _("Somebody who is not logged in")


def summary_of(entry: AuditEntry) -> str:
    """Return the description of an action, which is written down in English."""
    text = entry.summary
    if text.startswith(LOOKED_AT):
        return _("Looked at %(page)s", page=text.removeprefix(LOOKED_AT))
    if text.startswith(WAS_REFUSED):
        return _("Was refused: %(deed)s", deed=retold(text.removeprefix(WAS_REFUSED)))
    return retold(text)


def as_row(entry: AuditEntry, reader: Reader) -> dict[str, Any]:
    """For the list: what, who, when, and the first of what changed."""
    fields = [
        shown for change in entry.changes if change["op"] == "changed" for shown in reader.fields(change)
    ]
    rows = sum(change["rows"] for change in entry.changes)
    return {
        "id": str(entry.id),
        "summary": summary_of(entry),
        "object": entry.object_label or reader.thing(entry.object_id),
        "who": who(entry),
        "support": entry.visit_id is not None,
        "email": entry.actor_email,
        "at": when(entry.created_at),
        "moment": exact(entry.created_at),
        "fields": fields[:_SHOWN],
        "more": max(0, len(fields) - _SHOWN),
        "rows": 0 if fields else rows,
    }


def as_page(entry: AuditEntry, reader: Reader) -> dict[str, Any]:
    """For its own page: all facts, and each row that changed with its fields before and after."""
    object_label = entry.object_label or reader.thing(entry.object_id)
    facts = [
        (_("When"), f"{(at := local(entry.created_at)):%d %B %Y, %H:%M:%S} {offset(at)}"),
        (_("Who"), who(entry)),
        (_("E-mail"), entry.actor_email),
        (_("Kind"), str(KINDS.get(entry.kind, entry.kind))),
        (pgettext("audit", "About"), " ".join(filter(None, (words(entry.object_type), object_label)))),
        (pgettext("address", "From"), entry.ip),
        (_("Asked for"), f"{entry.method} {entry.path}".strip()),
        (_("Request"), entry.request_id),
        (_("What followed"), ", ".join(entry.events)),
    ]
    return {
        **as_row(entry, reader),
        "facts": [(label, value) for label, value in facts if value],
        "object_id": entry.object_id,
        "object_type": entry.object_type,
        "changes": [
            {
                "title": _title(change),
                "label": change["label"],
                "rows": change["rows"],
                "fields": reader.fields(change),
            }
            for change in entry.changes
        ],
    }


def _title(change: Mapping[str, Any]) -> str:
    noun = words(change["type"])
    match change["op"]:
        case "new":
            return _("%(thing)s made", thing=noun)
        case "changed":
            return _("%(thing)s changed", thing=noun)
        case "deleted":
            return _("%(thing)s deleted", thing=noun)
        case other:
            return f"{noun} {other}"


def as_line(entry: AuditEntry) -> list[Any]:
    """For the export, in the order of COLUMNS."""
    return [
        exact(entry.created_at), str(KINDS.get(entry.kind, entry.kind)), who(entry), entry.actor_email,
        summary_of(entry), entry.object_type, entry.object_label, entry.object_id,
        "\n".join(_difference(entry.changes)), " ".join(entry.events), entry.ip, entry.request_id,
    ]  # fmt: skip


def _difference(changes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for change in changes:
        head = f"{change['type']} {_OPS.get(change['op'], change['op'])}"
        yield f"{head}: {change['label'] or change['id']}" + (
            f" ({change['rows']} rows)" if change["rows"] > 1 else ""
        )
        for name, (before, after) in change["fields"].items():
            yield f"{name}: {_shown(before)} → {_shown(after)}"


def _shown(value: Any) -> str:
    return "nothing" if value is None or value == "" else str(value)


def choices(chosen: dict[str, str], tenant_id: UUID | None, path: str) -> dict[str, Any]:
    """Return the filters of a page of the log: what is chosen, and what can be chosen (of all: None)."""
    return {
        "kinds": KINDS,
        "people": [(str(actor.actor_id), actor.actor_name) for actor in queries.actors(tenant_id)],
        "types": [(object_type, words(object_type)) for object_type in queries.object_types(tenant_id)],
        "export_url": with_query(f"{path}.csv", chosen),
    }
