"""A sender as pages and programs show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mtc.core import clock
from mtc.core.i18n import Sentence, retold
from mtc.senders import queries
from mtc.senders.services.dns_checks import LAPSES_AFTER, is_checking, wanted_by
from mtc.senders.services.dns_records import FOUND, records_of


@dataclass(frozen=True, slots=True)
class RecordView:
    """A DNS record to write, with what was found of it; an empty `state`: not looked yet."""

    key: str
    label: str
    type: str
    name: str
    value: str
    help: Sentence
    state: str
    found: list[str]
    note: str


@dataclass(frozen=True, slots=True)
class SenderView:
    """An own address: where it stands, and each of its records."""

    address: str
    domain: str
    status: str
    is_checking: bool
    checked_at: datetime | None
    verified_at: datetime | None
    failing_since: datetime | None
    lapses_at: datetime | None
    records: list[RecordView]

    @property
    def open_records(self) -> int:
        """Return how many records are not as they should be."""
        return sum(record.state != FOUND for record in self.records)


def sender_view(store_id: UUID) -> SenderView | None:
    """The own address of the store, or None where it has none."""
    row = queries.sender_of_store(store_id)
    if row is None:
        return None
    results = {result["key"]: result for result in row.results or []}
    records = []
    for record in records_of(wanted_by(row)):
        seen = results.get(record.key, {})
        records.append(
            RecordView(
                key=record.key,
                label=record.label,
                type=record.type,
                name=record.name,
                value=record.value,
                help=record.help,
                state=seen.get("state", ""),
                found=list(seen.get("found", [])),
                note=retold(str(seen.get("note", ""))),
            )
        )
    failing = row.failing_since if row.status == "verified" else None
    return SenderView(
        address=row.address,
        domain=row.domain,
        status=row.status,
        is_checking=is_checking(row, clock.now()),
        checked_at=row.checked_at,
        verified_at=row.verified_at if row.status == "verified" else None,
        failing_since=failing,
        lapses_at=failing + LAPSES_AFTER if failing is not None else None,
        records=records,
    )
