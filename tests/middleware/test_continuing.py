"""What a view puts off until its transaction is committed: done once, and only for an answer that stands."""

from __future__ import annotations

import pytest
from flask import Flask, Response

from mtc.core.retry import RunFirst, repeatable
from mtc.middleware.pipeline import _completed
from mtc.web.after_commit import after_writing


@pytest.mark.parametrize(
    ("status", "done"), [(200, ["view", "work"]), (303, ["view", "work"]), (422, ["view"])]
)
def test_work_follows_an_answer_that_stands(app: Flask, status: int, done: list[str]) -> None:
    seen: list[str] = []

    def view() -> Response:
        after_writing(lambda: seen.append("work"))
        seen.append("view")
        return Response(status=status)

    with app.test_request_context("/"):
        assert _completed(view).status_code == status
    assert seen == done


def test_what_an_attempt_that_was_ended_had_put_off_is_dropped(app: Flask) -> None:
    seen: list[str] = []

    def view() -> Response:
        if not seen:
            after_writing(lambda: seen.append("first"))
            raise RunFirst(lambda: seen.append("between"))
        return Response()

    with app.test_request_context("/"):
        repeatable(lambda: _completed(view))
    assert seen == ["between"]
