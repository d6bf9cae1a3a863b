"""What fixtures write into an empty database: made once a minute, then put back for each test."""

from __future__ import annotations

import copyreg
import io
import pickle
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, is_dataclass
from functools import cache, wraps
from types import MappingProxyType
from typing import Any, ParamSpec, TypeVar

from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import InstanceState

from mtc.catalog.queries.scope_cache import Remembered
from mtc.core import clock
from mtc.core.db import Base
from mtc.core.tenancy import platform_scope
from mtc.extensions import db
from mtc.pages.services import component_registry, resolve
from mtc.plugins.services.loader import loaded
from mtc.storefront import store_context as store_variables
from mtc.tenants.services import store_lookup

P = ParamSpec("P")
T = TypeVar("T")
EXTENSION = "mtc.tests.kept"
# Nothing that is put back is older: no test can tell it from what was written for it.
SECONDS = 60.0
PORTS = ("storage", "mail", "queue", "dns", "http")
Rows = dict[str, Any]


def kept(build: Callable[P, T]) -> Callable[P, T]:
    """Decorator below @pytest.fixture: the rows, files, mails and the value of the fixture are kept.

    They are put back for a test in which the same fixtures have written the same before, in the same order,
    and nothing else has. The value is a copy of its own for each test; it must be possible to pickle it.
    """

    @wraps(build)
    def fixture(*args: P.args, **given: P.kwargs) -> T:
        keeper: Keeper | None = current_app.extensions.get(EXTENSION)
        name = f"{build.__module__}.{build.__qualname__}"
        if keeper is None:
            return build(*args, **given)
        return keeper.made(name, lambda: build(*args, **given), [*args, *given.values()])

    return fixture


def forget(app: Flask) -> None:
    """Empty what the process remembers about rows by their ids: after rows were put back the ids return."""
    store_lookup.clear()
    app.extensions["mtc.page_cache"].clear()
    for memory in (component_registry._books, resolve._pages, store_variables._known):
        memory.clear()
    for remembered in _remembered():
        remembered._versions.clear()


@cache
def _remembered() -> list[Remembered[Any]]:
    modules = [module for name, module in list(sys.modules.items()) if name.startswith("mtc.")]
    return [value for module in modules for value in vars(module).values() if isinstance(value, Remembered)]


def _unchanging(values: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(values)  # whose own class cannot be named in a pickle


def _client(app: Flask, cookies: dict[Any, Any]) -> FlaskClient:
    client = app.test_client()
    client._cookies = cookies
    return client


class _Pickler(pickle.Pickler):
    """Writes `known` things as their places in the list, clients as their cookies, and rows without
    how they were read."""

    def __init__(self, file: io.BytesIO, known: list[Any]) -> None:
        super().__init__(file)
        self._known = known

    def persistent_id(self, one: Any) -> int | None:
        """The place of one of the known things."""
        return next((place for place, other in enumerate(self._known) if one is other), None)

    def reducer_override(self, one: Any) -> Any:
        """The criteria of the scope that read a row are functions and bind nothing any more."""
        if isinstance(one, FlaskClient):
            return _client, (one.application, one._cookies)
        if isinstance(one, MappingProxyType):
            return _unchanging, (dict(one),)
        if not isinstance(one, InstanceState):
            return NotImplemented
        state = {name: value for name, value in one.__getstate__().items() if name != "load_options"}
        return copyreg.__newobj__, (InstanceState,), state  # type: ignore[attr-defined]


@dataclass
class Frame:
    """The state after one fixture: its value with those it was given, the ports, the rows of each table."""

    value: bytes
    rows: Rows
    began: float


class Keeper:
    """The frames of one database. `engine` may write every row; `empty` empties it."""

    def __init__(self, app: Flask, engine: Engine, empty: Callable[[], None]) -> None:
        self._app, self._engine, self._empty = app, engine, empty
        self._frames: dict[tuple[Any, ...], Frame] = {}
        self._chain: tuple[Any, ...] | None = None
        self._commits = self._seen = 0
        self._config = app.config["MTC"]
        with app.app_context():
            engines = {db.engine, engine}
        for one in engines:
            event.listen(one, "commit", self._count)
        app.extensions[EXTENSION] = self

    def _count(self, _connection: Connection) -> None:
        self._commits += 1

    def begin(self) -> None:
        """Empty the database, for the next test."""
        self._empty()
        forget(self._app)
        self._chain, self._seen = (tuple(loaded(self._app)),), self._commits

    def made(self, name: str, build: Callable[[], T], given: list[Any]) -> T:
        """What `build` makes, and its rows in the database."""
        if not self._untouched():
            self._chain = None
            return build()
        assert self._chain is not None
        before, key = self._chain, (*self._chain, name)
        frame = self._frames.get(key)
        if frame is not None and time.monotonic() - frame.began < SECONDS:
            self._put_back(frame.rows, self._rows_of(before))
            value: T = self._load(frame.value, given)
        else:
            began = time.monotonic()
            value = build()
            for old in [one for one in self._frames if one[: len(key)] == key]:
                del self._frames[old]
            if self._untouched(writes=True):
                self._frames[key] = Frame(self._dump(value, given), self._look(), began)
        forget(self._app)
        self._chain, self._seen = key, self._commits
        return value

    def _untouched(self, *, writes: bool = False) -> bool:
        """Whether only kept fixtures have written since `begin`, in an installation as it was then."""
        same = self._app.config["MTC"] is self._config and clock._frozen is None
        return self._chain is not None and same and (writes or self._seen == self._commits)

    def _rows_of(self, chain: tuple[Any, ...]) -> Rows:
        return self._frames[chain].rows if chain in self._frames else {}

    # --- the value, the things it was made from, and the ports

    def _ports(self) -> list[dict[str, Any]]:
        ports = self._app.extensions["mtc.ports"]
        tables = [ports.cache._values, ports.cache._counters]
        return [vars(one) for one in (*(getattr(ports, name) for name in PORTS), *tables)]

    def _dump(self, value: Any, given: list[Any]) -> bytes:
        buffer = io.BytesIO()
        _Pickler(buffer, [self._app, *given]).dump((value, [_own(one) for one in given], self._ports()))
        return buffer.getvalue()

    def _load(self, data: bytes, given: list[Any]) -> Any:
        unpickler = pickle.Unpickler(io.BytesIO(data))
        unpickler.persistent_load = [self._app, *given].__getitem__  # type: ignore[method-assign]
        value, own, ports = unpickler.load()
        for one, values in zip(given, own, strict=True):
            if values is not None:
                vars(one).update(values)
        for one, values in zip(self._ports(), ports, strict=True):
            one.update(values)
        return value

    # --- rows

    def _look(self) -> Rows:
        with platform_scope("read what a fixture wrote"), self._engine.connect() as connection:
            return {table.name: _read(connection, table.name) for table in Base.metadata.sorted_tables}

    def _put_back(self, wanted: Rows, there: Rows) -> None:
        nothing = _NOTHING[self._engine.dialect.name]
        names = [one for one in wanted if wanted[one] != there.get(one, nothing)]
        if self._engine.dialect.name == "sqlite" and any(there.get(one) for one in names):
            names = list(wanted)  # deleting a row takes along those of other tables that refer to it
        with platform_scope("put back what a fixture wrote"), self._engine.connect() as connection:
            postgresql = connection.dialect.name == "postgresql"
            # Foreign keys and triggers are not asked: the rows were right together before.
            switch = "SET LOCAL session_replication_role = replica" if postgresql else _DEFERRED
            connection.exec_driver_sql(switch)
            for name in reversed(names):
                if there.get(name, nothing) != nothing:
                    connection.exec_driver_sql(f"DELETE FROM {name}")
            for name in names:
                _write(connection, name, wanted[name])
            connection.commit()


_DEFERRED = "PRAGMA defer_foreign_keys=ON"
_NOTHING: dict[str, Any] = {"postgresql": b"", "sqlite": []}


def _own(one: Any) -> dict[str, Any] | None:
    """What a fixture may have changed of a value that it was given; None for what it only uses."""
    return vars(one) if is_dataclass(one) else None


def _read(connection: Connection, name: str) -> Any:
    if connection.dialect.name == "sqlite":
        return [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {name}")]
    cursor = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]
    with cursor.copy(f"COPY {name} TO STDOUT") as copy:
        return b"".join(bytes(part) for part in copy)


def _write(connection: Connection, name: str, rows: Any) -> None:
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(rows[0]))
        connection.exec_driver_sql(f"INSERT INTO {name} VALUES ({marks})", rows)
        return
    cursor = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]
    with cursor.copy(f"COPY {name} FROM STDIN") as copy:
        copy.write(rows)
