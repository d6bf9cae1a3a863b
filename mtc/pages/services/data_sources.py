"""Asks data sources: all requests of a page together, equal ones once, each source in one call."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from mtc.core.errors import AppError
from mtc.pages.registry import sources

log = logging.getLogger(__name__)
Request = tuple[str, dict[str, Any]]


class Fetcher:
    """Requests of one page to its sources, and their answers."""

    def __init__(self, page: Mapping[str, Any]) -> None:
        self.page = page
        self.calls = 0
        self._answers: dict[tuple[str, str], Any] = {}
        self._broken: set[tuple[str, str]] = set()

    def data(self, source: str, **args: Any) -> Any:
        """One answer for a view; errors of the source go through."""
        key = _key(source, args)
        if key not in self._answers:
            self._ask(source, {key: args})
        return self._answers[key]

    def collect(self, requests: Iterable[Request]) -> None:
        """Ask for everything that is not known yet. A source that fails is logged and has no answers."""
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
                log.log(level, "data source %s failed", source, exc_info=error)
                self._broken.update(missing_requests)

    def answer(self, source: str, args: Mapping[str, Any]) -> Any:
        """Return the answer; raises KeyError when the source failed."""
        return self._answers[_key(source, args)]

    def _ask(self, source: str, requests: dict[tuple[str, str], dict[str, Any]]) -> None:
        self.calls += 1
        answers = sources.get(source)(list(requests.values()), self.page)
        self._answers.update(zip(requests, answers, strict=True))


def _key(source: str, args: Mapping[str, Any]) -> tuple[str, str]:
    return source, json.dumps(args, sort_keys=True, default=str)


def bound_args(args: Mapping[str, Any], props: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a binding: literals, or {"from": "props.limit", "max": 24}, without empty ones."""
    bound: dict[str, Any] = {}
    for name, literal in args.items():
        value = literal
        if isinstance(literal, Mapping):
            value = props.get(str(literal.get("from", "")).removeprefix("props."))
            most = literal.get("max")
            if isinstance(most, int) and isinstance(value, int):
                value = min(value, most)
        if value is not None and value != "" and value != []:
            bound[name] = value
    return bound
