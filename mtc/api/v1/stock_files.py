"""Files of keys for programs: looked at first, and added once nothing about them is open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response

from mtc.api.v1.blueprint import v1
from mtc.api.v1.endpoint import always, closed, endpoint, listed
from mtc.api.v1.schemas import FLAG, ID, MAYBE_MOMENT, MAYBE_NUMBER, MOMENT, NUMBER, TEXT, moment, texts
from mtc.api.v1.stock import ADDED, import_report, pool_of
from mtc.catalog.queries import stock_imports as queries
from mtc.catalog.services import import_tasks, stock_file_uploads
from mtc.catalog.services.stock_files import ENCODINGS, SEPARATORS, KeyFile, choices_of, separator_word
from mtc.catalog.services.stock_import import batch_id, check_size, import_file
from mtc.core.context import current
from mtc.core.db import end_transaction
from mtc.core.errors import NotFoundError
from mtc.core.i18n import _l
from mtc.web.access import for_programs
from mtc.web.audited import audited
from mtc.web.envelope import ok
from mtc.web.uploads import parked_body, size_of

ROWS, LONGEST_CELL = 10, 500
_TEXTS: dict[str, Any] = {"type": "array", "items": TEXT}
_HOW: dict[str, Any] = {
    "encoding": texts(ENCODINGS),
    "separator": texts(separator_word(mark) for mark in SEPARATORS),
    "quotes": {**texts(("yes", "no")), "description": "Whether quotation marks hold cells together."},
    "heading": {**texts(("yes", "no")), "description": "Whether the first line is a heading."},
    "column": {"type": "string", "maxLength": 200, "description": "A number from 1, or its heading."},
}
LOOK = closed(_HOW)
ADD = closed({**_HOW, "batch": {"type": "string", "maxLength": 80, "description": "Where they come from."}})
PREVIEW = always(
    encoding=TEXT, separator=TEXT, quotes=FLAG, heading=FLAG, column=NUMBER, columns=_TEXTS,
    rows={"type": "array", "items": always(line=NUMBER, cells=_TEXTS)},
    keys=NUMBER, refused=NUMBER, cleaned=NUMBER, several_lines=NUMBER,
    questions={"type": "object", "additionalProperties": TEXT},
)  # fmt: skip
LINE = always(line=NUMBER, problem=TEXT, kind=texts(("invalid", "twice", "known")))
AFTER = closed({"after": {"type": "integer", "minimum": 0}})
IMPORT = always(
    id=ID, status=texts(("waiting", "running", "done", "stopped", "failed")), lines=NUMBER, seen=NUMBER,
    added=NUMBER, duplicates=NUMBER, refused=NUMBER, batch=TEXT, batch_id=MAYBE_NUMBER, begun_at=MOMENT,
    ended_at=MAYBE_MOMENT, problem={"type": "string", "description": "Why it broke off."},
)  # fmt: skip


@v1.post("/stock/<uuid:variant>/files/preview")
@for_programs("stock:write", uploads=True)
@endpoint(PREVIEW, query=LOOK, file=True)
@audited(_l("Looked at a file of keys"), always=True)
def preview_key_file(variant: UUID, query: dict[str, Any]) -> Response:
    """Return how the file in the body would be read, and the questions that it leaves open."""
    pool_of(variant)
    file = _file(query)
    end_transaction()
    layout, survey = file.layout, file.survey
    columns, rows = file.preview(ROWS)
    return ok(
        {
            "encoding": file.encoding,
            "separator": separator_word(layout.separator),
            "quotes": layout.quotes,
            "heading": layout.heading,
            "column": layout.column + 1,
            "columns": columns,
            "rows": [
                {"line": row.line, "cells": [cell[:LONGEST_CELL] for cell in row.cells]} for row in rows
            ],
            "keys": survey.keys,
            "refused": survey.refused,
            "cleaned": survey.cleaned,
            "several_lines": survey.of_lines,
            "questions": file.questions,
        }
    )


@v1.post("/stock/<uuid:variant>/files")
@for_programs("stock:write", uploads=True)
@endpoint(ADDED, query=ADD, status=201, file=True, later=IMPORT)
@audited(_l("Added keys to a pool"))
def add_key_file(variant: UUID, query: dict[str, Any]) -> Response:
    """Add the keys of the file in the body; a 422 asks what it leaves open. Sent again, it adds none.

    More than 500 are added by a task: the answer is a 202 with the import, which is asked how far it is.
    """
    pool_of(variant)
    file, batch = _file(query), query.get("batch", "")
    end_transaction()  # the file is read while nobody waits for a lock
    file.insist()
    if not import_tasks.is_large(file):
        return ok(import_report(variant, import_file(variant, file, batch)), status=201)
    check_size(file.survey.keys + file.survey.refused)
    import_tasks.check_free(variant)
    program = current().actor.id
    assert program is not None
    upload = stock_file_uploads.keep(variant, program, _pieces(), "", batch)
    import_tasks.start(variant, upload, file, batch, "", None)
    return ok(import_shape(_row(variant, upload)), status=202)


@v1.get("/stock/<uuid:variant>/imports")
@for_programs("products:read")
@endpoint(always(items={"type": "array", "items": IMPORT}))
def stock_imports(variant: UUID) -> Response:
    """The imports of large files of the last week, the newest twenty first."""
    pool_of(variant)
    return ok({"items": [import_shape(row) for row in queries.latest(variant)]})


@v1.get("/stock/<uuid:variant>/imports/<uuid:which>")
@for_programs("products:read")
@endpoint(IMPORT)
def stock_import(variant: UUID, which: UUID) -> Response:
    """Return how far an import is, and what became of its lines."""
    return ok(import_shape(_row(variant, which)))


@v1.get("/stock/<uuid:variant>/imports/<uuid:which>/lines")
@for_programs("products:read")
@endpoint(listed(LINE), query=AFTER)
def stock_import_lines(variant: UUID, which: UUID, query: dict[str, Any]) -> Response:
    """List the lines that were left out and why, some thousand at a time: ask again with `after` = `next`."""
    _row(variant, which)
    parts = queries.lines(which, query.get("after", -1))
    items = [{"line": line, "problem": why, "kind": type} for part in parts for line, why, type in part.lines]
    return ok({"items": items, "next": str(parts[-1].first) if parts else None})


@v1.post("/stock/<uuid:variant>/imports/<uuid:which>/stop")
@for_programs("stock:write", idempotent=True)
@endpoint(IMPORT)
@audited(_l("Stopped an import of keys"))
def stop_stock_import(variant: UUID, which: UUID) -> Response:
    """Stop an import. What was added stays; its batch can be taken back."""
    import_tasks.stop(variant, which)
    return ok(import_shape(_row(variant, which)))


def _row(variant: UUID, which: UUID) -> Any:
    row = queries.find(which, variant)
    if row is None:
        raise NotFoundError("There is no such import. Reports are kept for a week.")
    return row


def import_shape(row: Any) -> dict[str, Any]:
    """An import as this API shows it."""
    return {
        "id": str(row.id),
        "status": row.status,
        "lines": row.total,
        "seen": row.seen,
        "added": row.added,
        "duplicates": row.twice + row.known,
        "refused": row.refused,
        "batch": row.batch,
        "batch_id": batch_id(row.created_at) if row.added else None,
        "begun_at": moment(row.created_at),
        "ended_at": moment(row.finished_at) if row.finished_at else None,
        "problem": row.error,
    }


def _pieces() -> Iterator[bytes]:
    return stock_file_uploads.read_pieces(parked_body())


def _file(query: dict[str, Any]) -> KeyFile:
    stock_file_uploads.check_bytes(size_of(parked_body()))
    return KeyFile(_pieces, choices_of(query))
