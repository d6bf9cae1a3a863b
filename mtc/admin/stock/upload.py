"""Filling a pool: pasted lines or a file, looked at first wherever it is not plain what the keys are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import Response, request
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.blueprints import admin
from mtc.admin.layout import base, page
from mtc.admin.stock.import_presenter import import_path
from mtc.admin.stock.pools import pool_of, show_pool
from mtc.catalog.queries.stock_imports import find as import_of
from mtc.catalog.services import import_tasks, stock_batches, stock_file_uploads
from mtc.catalog.services import stock_reservation as service
from mtc.catalog.services.stock_files import ENCODINGS, SEPARATORS, KeyFile, choices_of, separator_word
from mtc.catalog.services.stock_import import import_file
from mtc.catalog.services.stock_insert import report_sentence
from mtc.core.context import current
from mtc.core.db import end_transaction
from mtc.core.errors import AppError, ConflictError, UnprocessableError, ValidationError
from mtc.core.i18n import _, _l, formats, ngettext
from mtc.web.access import requires
from mtc.web.audited import audited
from mtc.web.flash import flash
from mtc.web.responses import see_other
from mtc.web.uploads import size_of

ROWS, LONGEST_CELL = 8, 400
CHOICES = ("encoding", "separator", "quotes", "heading", "column")


@admin.post("/stock/<uuid:variant>")
@requires("stock:write", uploads=True)
@audited(_l("Added keys to a pool"))
def add_keys(tenant: str, variant: UUID) -> WerkzeugResponse:
    """Add pasted keys that are plainly one on each line; show everything else before anything is added."""
    del tenant
    pool_of(variant)
    typed, batch = request.form.get("keys", ""), request.form.get("batch", "").strip()[:80]
    file = request.files.get("file")
    try:
        if file is not None and file.filename:
            stock_file_uploads.check_bytes(size_of(file.stream))
            return _to_preview(
                variant, lambda: stock_file_uploads.read_pieces(file.stream), file.filename, batch
            )
        if not typed.strip():
            raise ValidationError(
                _l("There is no key to add."), {"keys": [_l("Paste keys, or choose a file.")]}
            )
        text, data = KeyFile.of_text(typed), typed.encode("utf-8", "surrogatepass")
        if not text.is_plain:
            return _to_preview(variant, lambda: (data,), "", batch)
        end_transaction()  # a long text is read while nobody waits for a lock
        if import_tasks.is_large(text):
            return _start(variant, _keep(variant, lambda: (data,), "", batch), text, batch, "")
        report = service.add_keys(variant, typed, batch)
    except AppError as error:
        return _refused(variant, error, typed=typed, batch=batch)
    return show_pool(variant, report=_report(report))


def _to_preview(variant: UUID, source: Any, filename: str, batch: str) -> WerkzeugResponse:
    end_transaction()
    _ = KeyFile(source).layout  # what cannot be read at all is refused at once
    upload = _keep(variant, source, filename, batch)
    return see_other(f"{base()}/stock/{variant}/imports/{upload}")


def _keep(variant: UUID, source: Any, filename: str, batch: str) -> UUID:
    person = current().actor.id
    assert person is not None
    pieces: Iterable[bytes] = source()
    return stock_file_uploads.keep(variant, person, pieces, filename, batch)


def _start(variant: UUID, upload: UUID, file: KeyFile, batch: str, filename: str) -> WerkzeugResponse:
    """Leave a large file to a task, and show how far it is."""
    import_tasks.start(variant, upload, file, batch, filename, current().actor.id)
    return see_other(import_path(variant, upload))


def _refused(variant: UUID, error: AppError, **more: Any) -> Response:
    if error.status >= 500:
        raise error
    details = error.details if "keys" in error.details else {"keys": [error.message]}
    return show_pool(variant, status=422 if error.status == 400 else error.status, errors=details, **more)


def _kept(variant: UUID, upload: UUID) -> stock_file_uploads.Upload:
    person = current().actor.id
    assert person is not None
    return stock_file_uploads.find(variant, upload, person)


@admin.get("/stock/<uuid:variant>/imports/<uuid:upload>")
@requires("stock:write")
def preview_keys(tenant: str, variant: UUID, upload: UUID) -> WerkzeugResponse:
    """The first rows of a file as they would be read, and what has to be said about it."""
    del tenant
    if import_of(upload, variant) is not None:
        return see_other(import_path(variant, upload))
    choices = {name: request.args.get(name, "") for name in CHOICES}
    return _preview(variant, _kept(variant, upload), choices)


@admin.post("/stock/<uuid:variant>/imports/<uuid:upload>")
@requires("stock:write")
@audited(_l("Added keys to a pool"))
def import_keys(tenant: str, variant: UUID, upload: UUID) -> WerkzeugResponse:
    """Add the keys of a file that was looked at; a task adds those of a large one."""
    del tenant
    pool_of(variant)
    if import_of(upload, variant) is not None:  # the button was pressed twice
        return see_other(import_path(variant, upload))
    kept_upload = _kept(variant, upload)
    choices = {name: request.form.get(name, "") for name in CHOICES}
    end_transaction()
    try:
        file = KeyFile(kept_upload.pieces, choices_of(choices))
        batch = request.form.get("batch", kept_upload.batch)
        file.insist()
        if import_tasks.is_large(file):
            return _start(variant, upload, file, batch, kept_upload.filename)
        report = import_file(variant, file, batch)
    except (ValidationError, UnprocessableError):
        return _preview(variant, kept_upload, choices, status=422)
    except ConflictError as error:
        return _preview(variant, kept_upload, choices, status=error.status, refusal=error.message)
    stock_file_uploads.drop(upload)
    return show_pool(variant, report=_report(report))


@admin.post("/stock/<uuid:variant>/batches/<int:batch>/undo")
@requires("stock:write")
@audited(_l("Took a batch of keys back"))
def undo_batch(tenant: str, variant: UUID, batch: int) -> WerkzeugResponse:
    """Take a batch of keys back of which nothing is sold."""
    del tenant
    pool_of(variant)
    removed = stock_batches.undo_batch(variant, batch)
    flash(
        ngettext(
            "The key is taken back.",
            "%(number)s keys are taken back.",
            removed,
            number=formats.number(removed),
        )
    )
    return see_other(f"{base()}/stock/{variant}")


def _preview(
    variant: UUID,
    upload: stock_file_uploads.Upload,
    choices: dict[str, str],
    *,
    status: int = 200,
    refusal: str = "",
) -> Response:
    row = pool_of(variant)
    url = f"{request.script_root}{base()}/stock/{variant}"
    read: dict[str, Any] = {"problem": "", "questions": {}}
    try:
        read.update(_read(KeyFile(upload.pieces, choices_of(choices))))
    except (ValidationError, UnprocessableError) as error:
        read["problem"] = error.message
    crumb = f"{row.product}, {row.variant}" if row.variant else row.product
    return page(
        "admin/stock/import.html",
        title=_("Look before adding"),
        active="stock",
        status=status,
        pool={"product": row.product, "variant": row.variant, "sku": row.sku},
        url=url,
        action=f"{url}/imports/{upload.id}",
        filename=upload.filename,
        batch=upload.batch,
        given=choices,
        read=read,
        refusal=refusal,
        encodings=list(ENCODINGS.items()),
        separators=[(separator_word(mark), label) for mark, label in SEPARATORS.items()],
        crumbs=[
            {"label": _("Key stock"), "url": f"{request.script_root}{base()}/stock"},
            {"label": crumb, "url": url},
            {"label": _("Look before adding"), "url": ""},
        ],
    )


def _read(file: KeyFile) -> dict[str, Any]:
    layout, survey = file.layout, file.survey
    columns, rows = file.preview(ROWS)
    questions = file.questions
    chosen = {
        "encoding": file.encoding,
        "separator": separator_word(layout.separator),
        "quotes": "yes" if layout.quotes else "no",
        "heading": "yes" if layout.heading else "no",
        "column": str(layout.column + 1),
    }
    return {
        "questions": questions,
        "chosen": {name: "" if name in questions else value for name, value in chosen.items()},
        "guess": layout.column,
        "columns": columns,
        "rows": [
            {
                "line": row.line,
                "cells": [
                    cell if len(cell) <= LONGEST_CELL else f"{cell[:LONGEST_CELL]} …" for cell in row.cells
                ],
            }
            for row in rows
        ],
        "survey": survey,
        "first": [entry for entry, _ in zip(file.entries(), range(ROWS), strict=False)],
    }


def _lines(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    return [(line, report_sentence(why)) for line, why in lines[:50]]


def _report(report: Any) -> dict[str, Any]:
    left_out = report.refused + report.duplicates_in_upload + report.duplicates_in_pool
    shown = _lines(report.invalid), _lines(report.duplicates)
    return {
        "added": report.added,
        "twice": report.duplicates_in_upload,
        "known": report.duplicates_in_pool,
        "refused": report.refused,
        "invalid": shown[0],
        "more": max(0, left_out - len(shown[0]) - len(shown[1])),
        "duplicate_lines": shown[1],
        "batch_id": report.batch_id,
    }
