"""Looks at everything that leaves a request: answer, log, cache, mail, task, and the rows of the victim."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import JSON, Table, Uuid, event, or_, select
from werkzeug.test import TestResponse

from mtc.core.db import Base, session, unit_of_work
from mtc.core.tenancy import platform_scope
from mtc.extensions import db
from mtc.infra.cache import MemoryCache
from mtc.infra.cache.limits import Limits, Verdict
from mtc.testing.canaries import ID_RANGE, PRIVATE, PUBLIC, id_marks_in, marks_in

_WRITES = ("INSERT", "UPDATE", "DELETE", "WITH", "MERGE", "REPLACE", "TRUNCATE")


class Unlimited(Limits):
    """Never says that it was too often, and remembers under which keys it was asked."""

    def __init__(self) -> None:
        super().__init__(MemoryCache())
        self.keys: list[str] = []

    def limit(self, key: str, times: int, per_seconds: float) -> Verdict:
        """Everything passes."""
        self.keys.append(key)
        return Verdict(True, 1, 0.0)


class WatchedCache(MemoryCache):
    """A cache that remembers what was put where."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[str] = []

    def get(self, key: str) -> Any | None:
        """As ever."""
        self.kept.append(key)
        return super().get(key)

    def set(self, key: str, value: Any, ttl: float) -> None:
        """As ever."""
        self.kept.append(f"{key} {value!r}")
        super().set(key, value, ttl)

    def incr(self, key: str, ttl: float, by: int = 1) -> int:
        """As ever."""
        self.kept.append(key)
        return super().incr(key, ttl, by)


class _Lines(logging.Handler):
    """Every line of every logger; statements are not echoed, as they are not when serving."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line with what it carries."""
        self.lines.append(f"{record.name}: {self.format(record)}")


@dataclass
class Sent:
    """One request: its kind, what it was, and which texts of the victim stood in it."""

    kind: str
    request: str = ""
    values: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()  # other marks than all of them, where some may be seen


@dataclass
class LeakDetector:
    """Keeps what is wrong; `faults` maps the fault to the first request that showed it."""

    app: Flask
    victim: UUID
    attacker: UUID
    faults: dict[str, str] = field(default_factory=dict)
    requests: int = 0
    sent: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.cache, self.limits, self.log = WatchedCache(), Unlimited(), _Lines()
        self._dirty: list[tuple[str, str]] = []
        self._now: Sent = Sent("nothing")
        self._rows = self._victims_rows()
        self._victims_pages = self._count_pages()
        self._mails = len(self._sent_mails())

    @contextmanager
    def watching(self) -> Iterator[LeakDetector]:
        """Listen to statements and to all loggers."""
        root = logging.getLogger()
        before = root.level
        quiet = {name: logging.getLogger(name) for name in ("sqlalchemy", "asyncio")}
        levels = {name: logger.level for name, logger in quiet.items()}
        for logger in quiet.values():
            logger.setLevel(logging.WARNING)
        root.addHandler(self.log)
        root.setLevel(logging.DEBUG)
        event.listen(db.engine, "before_cursor_execute", self._note)
        try:
            yield self
        finally:
            event.remove(db.engine, "before_cursor_execute", self._note)
            root.setLevel(before)
            root.removeHandler(self.log)
            for name, logger in quiet.items():
                logger.setLevel(levels[name])

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith(_WRITES):
            self._dirty.append((self._now.request, statement))

    def ask(self, sent: Sent) -> None:
        """A request begins."""
        self._now = sent
        self.requests += 1
        self.sent.update(sent.values)

    def answered(self, answer: TestResponse) -> None:
        """Judge an answer and what it left in log and cache."""
        sent = self._now
        content = answer.get_data().decode("utf-8", "replace")
        head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        if answer.status_code >= 500:
            self.fault(
                f"{sent.kind}: answered {answer.status_code}",
                sent.request + "\n".join(self.log.lines[-1:])[-600:],
            )
        self._search("body", content, sent)
        self._search("headers", head, sent)
        self.looked()
        answer.close()

    def looked(self) -> None:
        """Judge what stands in log and cache since the last look."""
        sent = self._now
        for where, lines in (
            ("log", self.log.lines),
            ("cache", self.cache.kept),
            ("limits", self.limits.keys),
        ):
            if lines:
                self._search(where, "\n".join(lines), sent)
                lines.clear()

    def _search(self, where: str, text: str, sent: Sent) -> None:
        kinds = {"marks": sent.marks} if sent.marks else {}
        mark = marks_in(text, sent.values, **kinds)
        if mark:
            self.fault(f"{sent.kind}: {where} shows the victim's", f"{mark}\n    {sent.request}")

    def fault(self, request: str, why: str) -> None:
        """Something is wrong."""
        self.faults.setdefault(request[:300], why[:800])

    def settle(self, *, may_change: Iterable[str] = (), may_grow: bool = False) -> None:
        """Compare the victim's rows with those before; look only when anything was written.

        `may_change` names tables whose rows visitors of the victim's own host change, `may_grow` lets them
        add rows.
        """
        if not self._dirty:
            return
        rows = self._victims_rows()
        for table, before in self._rows.items():
            now = rows[table]
            changed = before - now if may_grow else before ^ now
            if changed and table not in may_change:
                words = [request for request, statement in self._dirty if table in statement]
                shown = "; ".join(sorted(changed)[:2])
                self.fault(f"{table}: rows of the victim changed", f"by one of {words[-3:]}: {shown}")
        self._rows = rows
        self._dirty.clear()

    def _victims_rows(self) -> dict[str, set[str]]:
        """By table; of those whose rows may have no tenant also what was made for the victim's people."""
        rows: dict[str, set[str]] = {}
        with platform_scope("look at the victim's rows", readonly=True), unit_of_work():
            for table in Base.metadata.sorted_tables:
                rows[table.name] = {repr(tuple(row)) for row in session.execute(self._of_victim(table))}
        return rows

    def _of_victim(self, table: Table) -> Any:
        owner = _owner(table)
        if owner is not None and not owner.nullable:
            return _of(table, self.victim)
        theirs = [] if owner is None else [owner == self.victim]
        return select(table).where(or_(*theirs, table.c.id.between(ID_RANGE[0], ID_RANGE[1])))

    def attackers_rows(self) -> None:
        """Nothing of the victim stands in a row of the attacker: mails, tasks, events, orders, all of them.

        What the attacker typed may stand in a text, but an id of the victim in a column for ids or in JSON
        is a reference.
        """
        with platform_scope("look at the attacker's rows", readonly=True), unit_of_work():
            for table in Base.metadata.sorted_tables:
                if _owner(table) is None:
                    continue
                linking = [c.name for c in table.columns if isinstance(c.type, Uuid | JSON)]
                for row in session.execute(_of(table, self.attacker)).mappings():
                    refers = "\n".join(repr(row[name]) for name in linking)
                    texts = "\n".join(repr(value) for value in row.values())
                    if mark := id_marks_in(refers) or marks_in(texts, self.sent):
                        self.fault(f"{table.name}: a row of the attacker holds the victim's", mark)

    def mails(self) -> None:
        """Nothing of the victim stands in a mail that left."""
        for mail in self._sent_mails()[self._mails :]:
            if mark := marks_in(repr(mail), self.sent):
                self.fault("a mail holds the victim's", mark)

    def _sent_mails(self) -> list[Any]:
        return list(self.app.extensions["mtc.ports"].mail.sent)

    def pages(self) -> None:
        """A page that is kept under a host of the attacker's belongs to the attacker."""
        if self._count_pages() != self._victims_pages:
            self.fault("the page cache holds pages of the victim", "")

    def _count_pages(self) -> int:
        cached = [page for _, page in self.app.extensions["mtc.page_cache"]._pages.items()]
        return sum(page.tenant_id == self.victim for page in cached)


def _owner(table: Table) -> Any:
    return table.c.id if table.name == "tenants" else table.c.get("tenant_id")


def _of(table: Table, tenant_id: UUID) -> Any:
    return select(table).where(_owner(table) == tenant_id)


__all__ = ["PRIVATE", "PUBLIC", "LeakDetector", "Sent", "Unlimited", "WatchedCache"]
