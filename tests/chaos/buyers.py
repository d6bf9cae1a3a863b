"""Processes that take keys and count up, all at once; each is an application of its own."""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import create_engine, select, text, update
from sqlalchemy.exc import OperationalError

from mtc.app import SURFACES, create_app
from mtc.catalog.errors import SoldOutError
from mtc.catalog.models import StockItem
from mtc.catalog.services import stock_reservation
from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.errors import ConflictError
from mtc.core.ids import uuid7
from mtc.core.tenancy import tenant_scope
from mtc.extensions import db
from mtc.tenants import models
from tests.servers.database import settings_for

for surface in SURFACES:  # loaded once, before the processes part
    import_module(f"mtc.{surface}")

UNDONE = 0.02  # share of buyers who change their mind after they have the key


@dataclass(frozen=True)
class Job:
    """What one process is told."""

    number: int
    url: str
    folder: Path
    tenant_id: UUID
    variants: tuple[UUID, ...] = ()
    times: int = 0


@dataclass
class Tale:
    """What one process has seen; moments are of the clock that all processes share."""

    sold: list[tuple[UUID, UUID, float]] = field(default_factory=list)  # variant, key, when it was asked for
    refused: list[tuple[UUID, float]] = field(
        default_factory=list
    )  # variant, when it was said to be sold out
    undone: int = 0
    errors: Counter[str] = field(default_factory=Counter)


class _ChangedMind(Exception):
    pass


_start: Any = None


def _ready(barrier: Any) -> None:
    global _start
    _start = barrier


def together(function: Any, jobs: Sequence[Job]) -> list[Any]:
    """Run the function in one process per job; they begin at the same moment."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.chaos.buyers"])
    barrier = context.Barrier(len(jobs))
    with context.Pool(len(jobs), _ready, (barrier,)) as pool:
        return pool.map(function, jobs, chunksize=1)


def _house(job: Job) -> Any:
    app = create_app(settings_for(job.folder, database_url=job.url, database_pool=2))
    _start.wait(120)
    return app.app_context()


def buy(job: Job) -> Tale:
    """Reserve keys of each variant in turn, one per transaction, until it is said to be sold out."""
    tale, chance = Tale(), Random(job.number)
    with _house(job), tenant_scope(job.tenant_id):
        for variant_id in job.variants:
            while _reserve(variant_id, tale, undo=chance.random() < UNDONE):
                pass
    return tale


def _reserve(variant_id: UUID, tale: Tale, *, undo: bool) -> bool:
    asked = time.monotonic()
    try:
        with unit_of_work():
            [key] = stock_reservation.reserve(variant_id, 1, uuid7(), clock.now() + timedelta(hours=1))
            if undo:
                raise _ChangedMind
    except _ChangedMind:
        tale.undone += 1
    except SoldOutError:
        tale.refused.append((variant_id, time.monotonic()))
        return False
    except ConflictError:
        tale.errors["busy"] += 1
    except OperationalError as error:
        tale.errors["locked" if "locked" in str(error) else "failed"] += 1
    else:
        tale.sold.append((variant_id, key, asked))
    return True


def buy_carelessly(job: Job) -> Tale:
    """The control: look for a free key, then write it down as sold."""
    tale = Tale()
    with _house(job), tenant_scope(job.tenant_id):
        for variant_id in job.variants:
            free = (StockItem.tenant_id == job.tenant_id, StockItem.variant_id == variant_id)
            query = select(StockItem.id).where(*free, StockItem.status == "available").limit(1)
            while True:
                with unit_of_work():
                    key = session.execute(query.order_by(StockItem.id)).scalar()
                    if not tale.sold:
                        _start.wait(120)  # on a quiet machine one might be done before the next one looks
                    if key is None:
                        break
                    values = {"status": "reserved", "order_item_id": uuid7()}
                    session.execute(update(StockItem).where(*free, StockItem.id == key).values(values))
                tale.sold.append((variant_id, key, 0.0))
    return tale


def count_up(job: Job) -> Counter[str]:
    """Read a number and write it back raised by one, so many times, each as a request or a task would."""
    seen: Counter[str] = Counter()
    with _house(job):
        for _ in range(job.times):
            try:
                with tenant_scope(job.tenant_id), unit_of_work():
                    row = session.scalars(select(models.Sequence).where(models.Sequence.name == "race")).one()
                    row.value += 1
                seen["done"] += 1
            except OperationalError as error:
                seen["locked" if "locked" in str(error) else "failed"] += 1
    return seen


def count_up_carelessly(job: Job) -> Counter[str]:
    """The control: the same with a plain engine of SQLAlchemy, which begins no transaction to read."""
    engine, seen = create_engine(job.url), Counter[str]()
    _start.wait(120)
    for number in range(job.times):
        try:
            with engine.begin() as connection:
                value = connection.execute(
                    text("SELECT value FROM sequences WHERE name = 'plain'")
                ).scalar_one()
                if number == 0:
                    _start.wait(120)  # they meet once in any case, however quick each is
                raised = {"value": value + 1}
                connection.execute(text("UPDATE sequences SET value = :value WHERE name = 'plain'"), raised)
            seen["done"] += 1
        except OperationalError:
            seen["locked"] += 1
    engine.dispose()
    return seen


def url_of() -> str:
    """The address of the running application's database."""
    return db.engine.url.render_as_string(hide_password=False)
