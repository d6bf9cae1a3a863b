"""A file that a merchant adds later reaches those who have bought the variant already."""

from __future__ import annotations

from uuid import UUID

from mtc.core import clock
from mtc.core.db import session
from mtc.delivery import queries
from mtc.delivery.models import Download

SOME = 200


def share_added(variant_id: UUID, media_id: UUID, after: UUID | None = None) -> UUID | None:
    """Give the file to some of the variant's lines; returns the last of them, None at the end.

    Safe to run twice. It can be fetched as often and as long as the line's other files; a line whose time is
    over, or whose files were taken back, does not get it.
    """
    media = queries.media([media_id])
    lines = queries.lines_with(variant_id, after, SOME) if media else []
    rights: dict[UUID, list[Download]] = {line: [] for line in lines}
    for row in queries.downloads_of(lines) if lines else []:
        rights[row.order_item_id].append(row)
    for rows in rights.values():
        if rows and all(row.media_id != media_id for row in rows):
            _give(rows, media_id, media[0].filename)
    session.flush()
    return lines[-1] if len(lines) == SOME else None


def _give(rows: list[Download], media_id: UUID, filename: str) -> None:
    now = clock.now()
    live = [
        row for row in rows if row.revoked_at is None and (row.expires_at is None or row.expires_at > now)
    ]
    if not live:
        return
    ends = [row.expires_at for row in live if row.expires_at is not None]
    session.add(
        Download(
            tenant_id=live[0].tenant_id,
            order_id=live[0].order_id,
            order_item_id=live[0].order_item_id,
            media_id=media_id,
            filename=filename,
            max_downloads=live[0].max_downloads,
            used=0,
            expires_at=max(ends) if len(ends) == len(live) else None,
            log=[],
            progress={},
        )
    )
