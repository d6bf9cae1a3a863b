"""Filling a pool: pasted lines or a CSV file, with a report by line."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request

from mtc.admin.blueprints import admin
from mtc.admin.stock import pool_of, show_pool
from mtc.catalog.services import stock as service
from mtc.core.errors import AppError, PayloadTooLargeError, ValidationError
from mtc.web.access import requires

LARGEST = 6 * 2**20


@admin.post("/stock/<uuid:variant>")
@requires("stock:write", uploads=True)
def add_keys(tenant: str, variant: UUID) -> Response:
    """Add keys; the answer says what became of every line."""
    del tenant
    pool_of(variant)
    typed, batch = request.form.get("keys", ""), request.form.get("batch", "").strip()[:80]
    try:
        text = _uploaded() or typed
        if not text.strip():
            raise ValidationError("There is no key to add.", {"keys": ["Paste keys, or choose a file."]})
        report = service.add_keys(variant, text, batch)
    except AppError as error:
        if error.status >= 500:
            raise
        details = error.details if "keys" in error.details else {"keys": [error.message]}
        status = 422 if error.status == 400 else error.status
        return show_pool(variant, status=status, errors=details, typed=typed, batch=batch)
    return show_pool(variant, report=_report(report))


def _uploaded() -> str:
    file = request.files.get("file")
    if file is None or not file.filename:
        return ""
    data = file.stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise PayloadTooLargeError("This file is too large. Send at most 10,000 keys at a time.")
    if b"\x00" in data:
        raise ValidationError("This file is no text.", {"keys": ["Save it as CSV in UTF-8 and try again."]})
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValidationError(
            "This file cannot be read.", {"keys": ["Save it as CSV in UTF-8 and try again."]}
        ) from None


def _report(report: Any) -> dict[str, Any]:
    return {
        "added": report.added,
        "twice": report.duplicates_in_upload,
        "known": report.duplicates_in_pool,
        "invalid": report.invalid[:50],
        "more": max(0, len(report.invalid) - 50) + max(0, len(report.duplicates) - 50),
        "duplicate_lines": report.duplicates[:50],
    }
