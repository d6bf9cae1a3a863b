"""Files: each line gets its own allotment of downloads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from mtc.catalog.registry import DeliveryFacts, DeliveryProblem
from mtc.core import clock
from mtc.core.db import session
from mtc.core.i18n import Sentence, _l
from mtc.delivery import queries
from mtc.delivery.models import Download
from mtc.delivery.types.base import DeliveryRequest, FirstMethod, OrdinaryDelivery, Outcome, kinds

MAX_DOWNLOADS = 5
DAYS = 30


@dataclass(frozen=True, slots=True)
class Terms:
    """The number and days of downloads of a file: None is without limit, 0 days are for ever."""

    max_downloads: int | None
    days: float


def terms(bought: Mapping[str, Any], config: Mapping[str, Any]) -> Terms:
    """The terms of a line: what its variant says, where it says nothing those of the method.

    A variant that says None has no limit, a method that says 0 has none.
    """
    limit = bought.get("max_downloads", config.get("max_downloads", MAX_DOWNLOADS))
    days = bought.get("days", config.get("days", DAYS))
    return Terms(int(limit) if limit else None, float(days or 0))


class FileDelivery(OrdinaryDelivery):
    """One Download row per file of the variant."""

    label: Sentence = _l("File download")
    shows = "files"
    first_method = FirstMethod("files", "Download", {"max_downloads": MAX_DOWNLOADS, "days": DAYS})
    settings: list[dict[str, Any]] = [
        {
            "name": "max_downloads",
            "type": "number",
            "label": _l("Downloads per purchase"),
            "help": "0 is without limit.",
            "validation": {"min": 0, "max": 1000},
            "default": MAX_DOWNLOADS,
        },
        {
            "name": "days",
            "type": "number",
            "label": _l("Days until the links end"),
            "help": "0 is for ever.",
            "validation": {"min": 0, "max": 3650},
            "default": DAYS,
        },
    ]

    def suits(self, delivery: Mapping[str, Any], source: str) -> bool:
        """For what has files, or stock without end."""
        return bool(delivery.get("files")) or source == "unlimited"

    def problem(self, facts: DeliveryFacts, config: Mapping[str, Any]) -> DeliveryProblem | None:
        """It needs a file."""
        if facts.delivery.get("files"):
            return None
        advice = _l("Add one under Files for sale; until then leave “For sale” unticked.")
        sentence = _l("“%(label)s” has no file. %(advice)s", label=facts.label, advice=advice)
        return DeliveryProblem(sentence, "files")

    def deliver(self, job: DeliveryRequest) -> Outcome:
        """Make the rows that are missing; a product without files waits for a person."""
        delivery = dict(job.item.snapshot.get("delivery") or {})
        files = queries.media(delivery.get("files") or [])
        if not files:
            return Outcome(False, error=_l("The product has no file. Add one, then deliver again."))
        existing = {row.media_id for row in queries.downloads_of([job.item.id])}
        granted = terms(delivery, job.config)
        for media in files:
            if media.id in existing:
                continue
            session.add(
                Download(
                    tenant_id=job.order.tenant_id,
                    order_id=job.order.id,
                    order_item_id=job.item.id,
                    media_id=media.id,
                    filename=media.filename,
                    max_downloads=granted.max_downloads,
                    used=0,
                    expires_at=clock.now() + timedelta(days=granted.days) if granted.days else None,
                    log=[],
                    progress={},
                )
            )
        return Outcome(True, {"files": [str(media.id) for media in files]})


kinds.register("file", FileDelivery())
