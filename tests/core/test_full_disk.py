"""A full disk takes a whole transaction of SQLite with it, whoever swallows the error."""

from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError, PendingRollbackError

from mtc.core import tenancy
from mtc.core.database_errors import is_full
from mtc.core.db import savepoint, session, unit_of_work
from mtc.core.tenancy import platform_scope
from mtc.extensions import db
from tests.servers.database import sqlite_app


@pytest.mark.parametrize("watched", [True, False], ids=["watched", "control"])
def test_what_comes_after_a_full_disk_is_not_kept_by_itself(tmp_path: Path, watched: bool) -> None:
    app = sqlite_app(tmp_path)
    with app.app_context():
        if not watched:
            event.remove(db.engine, "handle_error", tenancy._lost_transaction)
        with platform_scope("make a table"), unit_of_work():
            session.execute(text("CREATE TABLE notes (note TEXT)"))
        db.engine.dispose()
        event.listen(db.engine, "connect", lambda raw, _: raw.execute("PRAGMA max_page_count=1"))
        stopped: list[type[Exception]] = []
        try:
            with platform_scope("write"), unit_of_work():
                session.execute(text("INSERT INTO notes VALUES ('before')"))
                try:
                    with savepoint():
                        session.execute(text("INSERT INTO notes VALUES (:text)"), {"text": "x" * 100_000})
                except OperationalError as error:
                    # A plugin's mistake is passed over like this. SQLite has ended the transaction by now.
                    assert is_full(error) is watched
                session.execute(text("INSERT INTO notes VALUES ('after')"))
        except PendingRollbackError as error:
            stopped.append(type(error))
        with platform_scope("look", readonly=True):
            kept = session.execute(text("SELECT note FROM notes")).scalars().all()
        assert (kept, len(stopped)) == (([], 1) if watched else (["after"], 0))
        # And then it goes on as if nothing had been.
        with platform_scope("write"), unit_of_work():
            session.execute(text("INSERT INTO notes VALUES ('later')"))
        db.engine.dispose()
