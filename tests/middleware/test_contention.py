"""Two at the same thing: whoever comes too late is asked to try again, and it is no error of ours."""

from __future__ import annotations

import sqlite3

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError, OperationalError

from mtc.core.database_errors import is_contention


class Refused(Exception):
    """What psycopg raises, with its SQLSTATE."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__("refused")
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        (Refused("55P03"), True),
        (Refused("40P01"), True),
        (Refused("40001"), True),
        (Refused("23505"), False),
        (sqlite3.OperationalError("database is locked"), True),
        (sqlite3.OperationalError("no such table: x"), False),
    ],
)
def test_contention_is_told_from_errors(cause: Exception, expected: bool) -> None:
    assert is_contention(OperationalError("SELECT 1", {}, cause)) is expected


@pytest.mark.parametrize(("sqlstate", "status"), [("55P03", 409), ("42P01", 500)])
def test_the_answer_says_to_try_again(app: Flask, sqlstate: str, status: int) -> None:
    with app.test_request_context("/", base_url="http://localhost:8000"):
        answer = app.make_response(app.handle_user_exception(DBAPIError("SELECT 1", {}, Refused(sqlstate))))
    assert (answer.status_code, answer.headers.get("Retry-After")) == (status, "1" if status == 409 else None)
    said = answer.get_data(as_text=True)
    assert ("Others are at the same thing just now." in said) is (status == 409)
