"""Kinds of tasks and periodic work for one test."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest

from mtc.tasks.services import periodic
from tests.tasks.samples import Kinds


@pytest.fixture
def kinds() -> Iterator[Kinds]:
    """Declares task kinds that are forgotten after the test."""
    made = Kinds()
    yield made
    made.forget()


@pytest.fixture
def every(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The decorator for periodic work, with a table of its own."""
    monkeypatch.setattr(sys.modules["mtc.tasks.services.periodic"], "_rounds", {})
    return periodic
