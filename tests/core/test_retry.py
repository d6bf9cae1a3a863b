"""Work that is done again: what happens between the attempts, and what they have in common."""

from __future__ import annotations

from itertools import count

import pytest

from mtc.core.retry import MOST_ATTEMPTS, RunFirst, keep, repeatable, running_operation


def test_what_has_to_happen_first_happens_between_two_attempts() -> None:
    said: list[str] = []

    def work() -> str:
        said.append("attempt")
        if "asked" not in said:
            raise RunFirst(lambda: said.append("asked"))
        return "done"

    assert repeatable(work) == "done"
    assert said == ["attempt", "asked", "attempt"]
    assert running_operation() is None


def test_attempts_have_kept_values_in_common_and_other_work_has_not() -> None:
    numbers, seen = count(), []

    def work() -> None:
        seen.append(keep("number", lambda: next(numbers)))
        if len(seen) < 3:
            raise RunFirst(lambda: None)

    repeatable(work)
    assert seen == [0, 0, 0]
    repeatable(work)
    assert seen[3:] == [1]
    assert keep("number", lambda: 7) == 7


def test_work_inside_repeatable_work_is_part_of_it() -> None:
    outer, inner = [], []

    def part() -> None:
        inner.append(1)
        if len(inner) == 1:
            raise RunFirst(lambda: None)

    def work() -> None:
        outer.append(1)
        repeatable(part)

    repeatable(work)
    assert (len(outer), len(inner)) == (2, 2)


def test_an_end_is_in_sight() -> None:
    """Who asks for ever is told by `may_repeat`; who does not look is not helped by another attempt."""
    attempts = []

    def work() -> bool:
        operation = running_operation()
        assert operation is not None
        attempts.append(1)
        if operation.may_repeat:
            raise RunFirst(lambda: None)
        return True

    assert repeatable(work) is True
    assert len(attempts) == MOST_ATTEMPTS


def test_handlers_of_errors_do_not_take_it_for_one() -> None:
    def work() -> None:
        try:
            raise RunFirst(lambda: None)
        except Exception:
            pytest.fail("it was handled as an error")

    with pytest.raises(RunFirst):
        work()
