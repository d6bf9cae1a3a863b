"""What every list of the admin and the platform does alike: paging, filters in links, a refusal in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask

from mtc.core.errors import ValidationError
from mtc.core.paging import Page, decode_cursor, page_of
from mtc.web import list_pages


@dataclass(frozen=True)
class Row:
    created_at: datetime
    id: UUID


ROWS = [Row(datetime(2026, 3, 1, tzinfo=UTC) - timedelta(days=day), uuid4()) for day in range(5)]


@pytest.mark.parametrize(("limit", "more"), [(4, True), (5, False), (6, False)])
def test_one_row_more_than_a_page_makes_a_cursor(limit: int, more: bool) -> None:
    page = page_of(ROWS[: limit + 1], limit)
    assert page.items == ROWS[:limit]
    last = (ROWS[3].created_at, ROWS[3].id)
    assert (page.next and decode_cursor(page.next, (datetime, UUID))) == (last if more else None)
    assert page.previous is None


def test_a_list_is_found_shaped_and_linked(app: Flask) -> None:
    seen = []

    def ask(cursor: str) -> Page[int]:
        seen.append(cursor)
        return Page([1, 2], next="n", previous="p")

    with app.test_request_context("/?cursor=here"):
        found = list_pages.find(ask, list_pages.each(str))
        shown = found.shown("/list", {"q": "a b", "status": ""})
    assert seen == ["here"]
    assert found == list_pages.ListPage(["1", "2"], "n", "p")
    assert shown == {
        "path": "/list",
        "asked": {"q": "a b", "status": ""},
        "filtered": True,
        "problem": "",
        "next_url": "/list?q=a+b&cursor=n",
        "previous_url": "/list?q=a+b&cursor=p",
    }


def test_a_wrong_question_is_told_and_an_order_is_no_filter(app: Flask) -> None:
    def ask(_cursor: str) -> Page[int]:
        raise ValidationError("Start again.")

    with app.test_request_context("/"):
        found = list_pages.find(ask, list_pages.each(str))
    assert found == list_pages.ListPage(problem="Start again.", status=ValidationError("").status)
    shown = found.shown("/list", {"sort": "name", "q": ""})
    assert (shown["problem"], shown["filtered"], shown["next_url"]) == ("Start again.", False, None)
