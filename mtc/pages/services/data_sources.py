"""Asks data sources: all requests of a page together, equal ones once, each source in one call."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from mtc.core.errors import AppError
from mtc.pages.services.plugin_sources import ask_source
from mtc.pages.services.slot_list import STOREFRONT

log = logging.getLogger(__name__)
Request = tuple[str, dict[str, Any]]


class Fetcher:
    """Requests of one page to its sources, and their answers."""

    def __init__(self, page: Mapping[str, Any], surface: str = STOREFRONT) -> None:
        self.page = page
        self._surface = surface
        self.calls = 0
        self._answers: dict[tuple[str, str], Any] = {}
        self._broken: set[tuple[str, str]] = set()

    def data(self, source: str, **args: Any) -> Any:
        """One answer for a view; errors of the source go through."""
        key = _key(source, args)
        if key not in self._answers:
            self._ask(source, {key: args})
        return self._answers[key]

    def collect(self, requests: Iterable[Request], where: str = "") -> None:
        """Ask for everything that is not known yet. A source that fails is logged and has no answers.

        `where` is added to what is logged.
        """
        missing: dict[str, dict[tuple[str, str], dict[str, Any]]] = {}
        for source, args in requests:
            key = _key(source, args)
            if key not in self._answers and key not in self._broken:
                missing.setdefault(source, {})[key] = args
        for source, missing_requests in missing.items():
            try:
                self._ask(source, missing_requests)
            except SQLAlchemyError:  # the transaction is gone, and with it the page
                raise
            except Exception as error:
                level = logging.INFO if isinstance(error, AppError) else logging.ERROR
                log.log(level, "data source %s failed%s", source, where, exc_info=error)
                self._broken.update(missing_requests)

    def answer(self, source: str, args: Mapping[str, Any]) -> Any:
        """Return the answer; raises KeyError when the source failed."""
        return self._answers[_key(source, args)]

    def _ask(self, source: str, requests: dict[tuple[str, str], dict[str, Any]]) -> None:
        self.calls += 1
        answers = ask_source(source, list(requests.values()), self.page, self._surface)
        self._answers.update(zip(requests, answers, strict=True))


def _key(source: str, args: Mapping[str, Any]) -> tuple[str, str]:
    return source, json.dumps(args, sort_keys=True, default=str)


def bound_args(
    args: Mapping[str, Any], props: Mapping[str, Any], place: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The arguments of a binding: literals, or {"from": "props.limit", "max": 24}, without empty ones.

    In a slot `from` may lead to what the slot is about, such as place.product.slug.
    """
    bound: dict[str, Any] = {}
    for name, literal in args.items():
        value = literal
        if isinstance(literal, Mapping):
            value = _at(str(literal.get("from", "")), props, place or {})
            most = literal.get("max")
            if isinstance(most, int) and isinstance(value, int):
                value = min(value, most)
        if value is not None and value != "" and value != []:
            bound[name] = value
    return bound


def _at(path: str, props: Mapping[str, Any], place: Mapping[str, Any]) -> Any:
    if not path.startswith("place."):
        return props.get(path.removeprefix("props."))
    value: Any = place
    for name in path.split(".")[1:]:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
