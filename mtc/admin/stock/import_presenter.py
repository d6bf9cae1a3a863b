"""Imports of keys as pages show them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request

from mtc.admin.layout import base
from mtc.catalog.queries.stock_imports import UNFINISHED
from mtc.catalog.services.stock_import import batch_id
from mtc.core.i18n import retold
from mtc.core.relative_time import when


def import_path(variant: UUID, import_id: UUID) -> str:
    """The page of an import, below this host."""
    return f"{base()}/stock/{variant}/imports/{import_id}/progress"


def shown(row: Any) -> dict[str, Any]:
    """Return the values of an import for templates."""
    return {
        "url": request.script_root + import_path(row.variant_id, row.id),
        "status": row.status,
        "running": row.status in UNFINISHED,
        "name": row.filename or row.batch or "Pasted keys",
        "batch": row.batch,
        "batch_id": batch_id(row.created_at),
        "at": when(row.created_at),
        "ended": when(row.finished_at) if row.finished_at else "",
        "total": row.total,
        "seen": row.seen,
        "percent": 100 * row.seen // row.total if row.total else 100,
        "added": row.added,
        "twice": row.twice,
        "known": row.known,
        "refused": row.refused,
        "left_out": row.twice + row.known + row.refused,
        "error": retold(row.error),
    }
