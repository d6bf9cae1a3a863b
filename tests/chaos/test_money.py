"""P5: after every step of any history the books are right, and both ledgers say the same in the end."""

from __future__ import annotations

import inspect
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from mtc.core.database_errors import DatabaseError
from mtc.core.registry import Entry
from mtc.extensions import db
from mtc.payments.types.base import gateways
from tests.chaos.figures import Figures
from tests.chaos.machine import KEYS, History, Scene
from tests.chaos.planted import BUGS, plant
from tests.chaos.provider import Provider
from tests.chaos.size import FULL
from tests.factories.tenants import World, make_world
from tests.orders.shop import open_shop
from tests.servers import database as databases

pytestmark = pytest.mark.thorough
HISTORIES = int(os.environ.get("HISTORIES", "10000" if FULL else "500"))
STEPS, PARTS = 8, 4  # parts of a full run, two at a time
TRIES = 500  # histories within which a planted bug must be found


def how(examples: int, *phases: Phase) -> settings:
    """So many histories: the same ones in every gate, others in every full run."""
    return settings(
        max_examples=examples,
        stateful_step_count=STEPS,
        derandomize=not FULL and "HISTORIES" not in os.environ,
        deadline=None,
        database=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )


@contextmanager
def scene(app: Flask, world: World) -> Iterator[None]:
    """The shop that every history begins with, and a provider that keeps books."""
    real, provider = gateways.get("test"), Provider()
    gateways.entries["test"] = Entry(provider)
    file = app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")
    History.scene, History.provider = Scene(open_shop(world, keys=KEYS), file), provider
    try:
        yield
    finally:
        gateways.entries["test"] = Entry(real)


def live(folder: Path, number: int) -> None:
    """One part of a full run, in a process of its own."""
    (mine := folder / str(number)).mkdir()
    app = databases.sqlite_app(mine)
    History._hypothesis_internal_use_seed = time.time_ns() + number  # type: ignore[attr-defined]
    with app.app_context():
        with scene(app, make_world("acme", "Acme")):
            run_state_machine_as_test(History, settings=how(HISTORIES // PARTS, Phase.generate, Phase.shrink))
        db.engine.dispose()


def test_the_books_are_right_after_every_step(app: Flask, tenant: World, tmp_path: Path) -> None:
    began, kept = time.monotonic(), False
    try:
        if FULL:
            with multiprocessing.get_context("spawn").Pool(2) as pool:
                pool.starmap(live, [(tmp_path, number) for number in range(PARTS)], chunksize=1)
        else:
            with scene(app, tenant):
                run_state_machine_as_test(History, settings=how(HISTORIES, Phase.generate, Phase.shrink))
        kept = True
    finally:
        Figures(
            "P5 money",
            f"{HISTORIES:,} histories of up to {STEPS} steps",
            "a provider that refuses, is down or gives no answer",
            more=f"{time.monotonic() - began:.0f} s",
            control=f"{len(BUGS)} planted bugs: all found within {TRIES} histories (a test each)",
        ).note(kept=kept)


@pytest.mark.parametrize("name", list(BUGS))
def test_a_planted_bug_takes_what_is_given_to_what_it_stands_for(app: Flask, name: str) -> None:
    module, attribute, bug = BUGS[name]
    stood_for, parameters = getattr(sys.modules[module], attribute), inspect.signature(bug).parameters
    takes_anything = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values())
    if not takes_anything and inspect.isfunction(stood_for):
        assert len(parameters) == len(inspect.signature(stood_for).parameters)


@pytest.mark.parametrize("name", list(BUGS) if FULL else list(BUGS)[:3])
def test_a_planted_bug_is_found(
    app: Flask, tenant: World, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The controls: without one of the conditions some history goes wrong, or the database refuses it."""
    with scene(app, tenant):
        plant(name, monkeypatch)
        with pytest.raises((AssertionError, DatabaseError)):
            run_state_machine_as_test(History, settings=how(TRIES, Phase.generate))
