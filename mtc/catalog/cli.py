"""`mtc stock`: keys from a file into a pool, by the reader that the admin and the API use."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn

import click

from mtc.catalog.queries.variants import pool_by_sku
from mtc.catalog.services.import_steps import fill_in_steps
from mtc.catalog.services.stock_file_uploads import LARGEST, PIECE
from mtc.catalog.services.stock_files import KeyFile, choices_of, separator_word
from mtc.core.context import SYSTEM, Context, use
from mtc.core.db import unit_of_work
from mtc.core.errors import AppError
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.tenants.queries import tenant_by_slug

ROWS, TOLD = 8, 20


def add_from_file(
    tenant: str, sku: str, path: str, *, preview: bool, batch: str, how: Mapping[str, Any]
) -> None:
    """Add the keys of a file to the pool of the variant with this SKU, or only show how it would be read.

    `path` is a file, or - for what is piped in. What the file leaves open is asked, and nothing added.
    """
    with platform_scope("find a tenant", readonly=True), unit_of_work():
        tenant_row = tenant_by_slug(tenant)
    if tenant_row is None:
        _stop(f"there is no tenant {tenant}. `mtc tenant list` shows them.")
    context = Context(tenant_id=tenant_row.id, actor=SYSTEM)
    try:
        file = KeyFile(_source(path), choices_of(how))
        if preview:
            _show(file)
            return
        with use(context), tenant_scope(tenant_row.id):
            with unit_of_work():
                variant = pool_by_sku(sku)
            if variant is None:
                _stop(f"there is no pool of keys for the SKU {sku}.")
            report = fill_in_steps(variant, file, batch, _Progress())
    except AppError as error:
        messages = [line for lines in error.details.values() for line in lines if line not in error.message]
        _stop(" ".join([error.message, *messages]))
    click.echo(
        f"{report.added:,} added, {report.duplicates_in_pool:,} known, "
        f"{report.duplicates_in_upload:,} twice in the file, {report.refused:,} not accepted."
    )
    for line, why in sorted([*report.invalid, *report.duplicates])[:TOLD]:
        click.echo(f"Line {line}: {why}")


class _Progress:
    """Says how far one is, about once a second, to people and never into a pipe."""

    def __init__(self) -> None:
        self._next = time.monotonic() + 1

    def __call__(self, seen: int, total: int) -> None:
        if time.monotonic() >= self._next and sys.stderr.isatty():
            self._next = time.monotonic() + 1
            click.echo(f"{seen:,} of {total:,} …", err=True)


def _source(path: str) -> Any:
    if path == "-":
        data = sys.stdin.buffer.read(LARGEST + 1)
        size = len(data)
    else:
        file = Path(path)
        if not file.is_file():
            _stop(f"there is no file {path}.")
        size = file.stat().st_size
    if size > LARGEST:
        _stop(f"this file is too large. Add at most {LARGEST // 2**20} MB at a time.")

    def pieces() -> Iterable[bytes]:
        if path == "-":
            yield data
            return
        with Path(path).open("rb") as stream:
            yield from iter(lambda: stream.read(PIECE), b"")

    return pieces


def _show(file: KeyFile) -> None:
    layout, survey = file.layout, file.survey
    columns, rows = file.preview(ROWS)
    heading = "with a heading" if layout.heading else "without a heading"
    click.echo(
        f"{file.encoding}, separated by {separator_word(layout.separator)}, {heading}; "
        f"the keys are in column {layout.column + 1} of {layout.width}: {columns[layout.column]}"
    )
    for row in rows:
        cells = " | ".join(cell.replace("\n", "⏎")[:60] for cell in row.cells)
        click.echo(f"{row.line:>6}  {cells}")
    click.echo(f"{survey.keys:,} keys, {survey.refused:,} lines without one.")
    for question in file.questions.values():
        click.echo(f"To be said: {question}")


def _stop(sentence: str) -> NoReturn:
    raise SystemExit(f"mtc: {sentence}")
