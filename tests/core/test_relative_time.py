"""Moments relative to now."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mtc.core import clock
from mtc.core.relative_time import ago


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=47), "1 day ago"),
        (timedelta(days=400), "400 days ago"),
        (timedelta(days=1200), "1,200 days ago"),
    ],
)
def test_how_long_ago(age: timedelta, words: str) -> None:
    with clock.frozen(clock.now()):
        assert ago(clock.now() - age) == words


def test_what_never_was_is_not_ago() -> None:
    assert ago(None) == ""
