"""Files: each line gets its own allotment of downloads."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from mtc.core import clock
from mtc.core.db import session
from mtc.delivery import queries
from mtc.delivery.kinds.base import Job, Outcome, kinds
from mtc.delivery.models import Download

MAX_DOWNLOADS = 5
DAYS = 30


class FileDelivery:
    """One Download row per file of the variant."""

    label = "File download"
    outside = False
    automatic = True
    settings: list[dict[str, Any]] = [
        {
            "name": "max_downloads",
            "type": "number",
            "label": "Downloads per purchase",
            "validation": {"min": 1, "max": 1000},
            "default": MAX_DOWNLOADS,
        },
        {
            "name": "days",
            "type": "number",
            "label": "Days until the links end",
            "help": "0 is for ever.",
            "validation": {"min": 0, "max": 3650},
            "default": DAYS,
        },
    ]

    def deliver(self, job: Job) -> Outcome:
        """Make the rows that are missing; a product without files waits for a person."""
        wanted = dict(job.item.snapshot.get("delivery") or {})
        files = queries.media(wanted.get("files") or [])
        if not files:
            return Outcome(False, error="The product has no file. Add one, then deliver again.")
        known = {row.media_id for row in queries.downloads_of([job.item.id])}
        most = int(wanted.get("max_downloads") or job.config.get("max_downloads") or MAX_DOWNLOADS)
        days = wanted.get("days", job.config.get("days", DAYS))
        for media in files:
            if media.id in known:
                continue
            session.add(
                Download(
                    tenant_id=job.order.tenant_id,
                    order_id=job.order.id,
                    order_item_id=job.item.id,
                    media_id=media.id,
                    filename=media.filename,
                    max_downloads=most,
                    used=0,
                    expires_at=clock.now() + timedelta(days=float(days)) if days else None,
                    log=[],
                )
            )
        return Outcome(True, {"files": [str(media.id) for media in files]})


kinds.register("file", FileDelivery())
