"""Lists of the admin and of the platform: what was found on this page of one, or why nothing was."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Response, make_response, render_template

from mtc.core.errors import ValidationError
from mtc.core.paging import Page
from mtc.core.urls import with_query
from mtc.extensions import htmx
from mtc.web.query_params import text

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ListPage:
    """The rows as they are shown, with the cursors of the neighbours; or what is wrong with the question."""

    rows: list[Any] = field(default_factory=list)
    next: str | None = None
    previous: str | None = None
    problem: str = ""
    status: int = 200

    def shown(self, path: str, filters: Mapping[str, str]) -> dict[str, Any]:
        """Return the context of every template of a list; the links keep `filters`."""

        def page(cursor: str | None) -> str | None:
            return with_query(path, {**filters, "cursor": cursor}) if cursor else None

        return {
            "path": path,
            "asked": filters,
            "filtered": any(value for name, value in filters.items() if name != "sort"),
            "problem": self.problem,
            "next_url": page(self.next),
            "previous_url": page(self.previous),
        }


def find(ask: Callable[[str], Page[T]], shape: Callable[[Sequence[T]], list[Any]]) -> ListPage:
    """Ask for the page at the cursor of the address; a wrong filter or cursor is told, with its status."""
    try:
        page = ask(text("cursor", 1000))
        return ListPage(shape(page.items), page.next, page.previous)
    except ValidationError as error:
        return ListPage(problem=error.message, status=error.status)


def answer(
    page: Callable[..., Response],
    shell: dict[str, Any],
    template: str,
    part: str,
    *,
    title: str,
    active: str,
    list_page: ListPage,
    path: str,
    filters: Mapping[str, str] | None = None,
    **values: Any,
) -> Response:
    """The page of a list in its frame, or for htmx the part that changes, which gets only the `shell`.

    `filters` are those of the address. Everything else is what the template needs beside.
    """
    values |= list_page.shown(path, filters or {})
    if htmx.partial:
        return make_response(render_template(part, shell=shell, **values), list_page.status)
    return page(template, title=title, active=active, status=list_page.status, **values)


def each(shape: Callable[[T], Any]) -> Callable[[Sequence[T]], list[Any]]:
    """Rows that are shaped one by one."""
    return lambda rows: [shape(row) for row in rows]
