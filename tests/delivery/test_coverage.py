"""How sent bytes add up to downloads, as pure arithmetic."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtc.core import clock
from mtc.delivery.services.coverage import MOST_PIECES, Progress, Stream, allowance, dump, load

SIZE = 10_000
CASES: dict[str, tuple[list[tuple[int, int]], int]] = {
    "a whole file": ([(0, SIZE)], 1),
    "two whole files": ([(0, SIZE), (0, SIZE)], 2),
    "probes of a media player first": ([(0, 1), (0, 2), (0, SIZE)], 1),
    "probes before each of five": ([(0, 1), (0, 2), (0, SIZE)] * 5, 5),
    "quarters out of order": ([(5000, 7500), (0, 2500), (2500, 5000), (7500, SIZE)], 1),
    "broken off and resumed with a little overlap": ([(0, 6000), (5990, SIZE)], 1),
    "half a file": ([(0, 5000)], 0),
    "two halves that are the same one": ([(0, 5000), (0, 5000)], 1),
    "without the first byte, thirty times": ([(1, SIZE)] * 30, 30),
    "the first byte after all but it, twice": ([(1, SIZE), (1, SIZE), (0, 1)], 2),
    "all but a tenth, ten times": ([(0, 9000)] * 10, 9),
    "broken in the middle, then from the start": ([(0, 6000), (0, SIZE)], 1),
    "nothing": ([(0, 0), (5, 5)], 0),
}


@pytest.mark.parametrize("name", CASES)
def test_downloads_are_what_was_sent(name: str) -> None:
    pieces, downloads = CASES[name]
    progress = Progress()
    assert sum(progress.add(start, end, SIZE) for start, end in pieces) == downloads


@given(
    st.integers(1, 400),
    st.lists(
        st.tuples(st.integers(0, 399), st.integers(0, 399)).map(lambda pair: (min(pair), max(pair))),
        max_size=20,
    ),
)
def test_nobody_gets_more_than_was_counted(size: int, pieces: list[tuple[int, int]]) -> None:
    """Counted are the bytes sent, but for less than a copy in progress and a hundredth of each copy."""
    progress, counted, sent = Progress(), 0, 0
    for start, end in pieces:
        start, end = min(start, size), min(end, size)
        counted += progress.add(start, end, size)
        sent += end - start
        assert sent < (counted + 1) * size + 2 * counted * allowance(size)
        assert counted <= sent // (size - allowance(size)) if sent else counted == 0
        assert load(dump(progress), "") == progress


def test_the_pieces_that_are_kept_are_few() -> None:
    progress = Progress()
    for number in range(2000):
        progress.add(number * 10, number * 10 + 1, 20_000)
    assert len(progress.received) <= MOST_PIECES
    assert progress.covered + progress.repeated == 2000


def test_streams_count_as_if_they_had_ended_and_die_when_they_are_silent() -> None:
    progress, now = Progress(), clock.now()
    progress.streams = {"a": Stream(0, SIZE, now), "b": Stream(0, 5000, now - timedelta(minutes=11))}
    assert progress.projected(SIZE)[1] == 1
    assert (progress.received, progress.charged) == ([], 0)
    progress.drop_stale(now)
    assert list(progress.streams) == ["a"]


def test_a_replaced_file_starts_anew() -> None:
    progress = Progress("one", [[0, 500]], 7, 0)
    assert load(dump(progress), "two") == Progress("two")
