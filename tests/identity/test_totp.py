"""Codes of an app and recovery codes: right ones count, once, however many ask at the same time."""

import base64
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from mtc.core import clock
from mtc.core.crypto import SealError
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import platform_scope
from mtc.identity.models import RecoveryCode, TotpSecret
from mtc.identity.queries.factors import codes_left, totp_of
from mtc.identity.services import create_user, recovery_codes, totp
from tests.servers.database import both_databases

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.fixture
def ada(app: Flask) -> UUID:
    """Somebody with an app."""
    with platform_scope("make a person"), unit_of_work():
        user = create_user("ada@shop.example", "Ada", "a mild winter in Graz")
        totp.set_totp(user.id, SECRET)
        return user.id


def in_one(what: Callable[[], Any]) -> Any:
    """Do it as one request would."""
    with platform_scope("a request"), unit_of_work():
        return what()


@pytest.mark.parametrize(
    ("second", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)  # fmt: skip
def test_codes_are_those_of_the_standard(second: int, code: str) -> None:
    """RFC 6238, appendix B, the last six digits."""
    assert totp.code_at(SECRET, second // 30) == code


def test_a_secret_is_random_and_read_by_people_and_apps() -> None:
    one, other = totp.new_secret(), totp.new_secret()
    assert one != other
    assert len(base64.b32decode(one)) == 20
    assert totp.spaced(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    uri = totp.provisioning_uri(SECRET, "ada+1@shop.example", "MTC")
    assert uri == f"otpauth://totp/MTC%3Aada%2B1@shop.example?secret={SECRET}&issuer=MTC&digits=6&period=30"
    drawn = totp.qr_svg(uri)
    assert drawn.startswith("<svg ") and "style" not in drawn and "script" not in drawn


@both_databases
def test_a_code_counts_once_and_older_ones_never_again(ada: UUID, subtests: pytest.Subtests) -> None:
    step = int(NOON.timestamp()) // 30
    tries = [(-2, False), (2, False), (-1, True), (-1, False), (0, True), (-1, False), (0, False), (1, True)]
    for offset, counts in [*tries, (0, False), (1, False)]:
        with subtests.test(offset=offset), clock.frozen(NOON):
            code = totp.code_at(SECRET, step + offset)
            assert in_one(lambda code=code: totp.accept_code(ada, f" {code[:3]} {code[3:]} ")) is counts
    for typed in ("", "12345", "0000000", "abcdef", "\ud800", "२८७०८२"):
        with subtests.test(typed=typed), clock.frozen(NOON):
            assert in_one(lambda typed=typed: totp.accept_code(ada, typed)) is False


@both_databases
def test_the_secret_is_sealed_for_its_row(ada: UUID) -> None:
    def move() -> None:
        row = totp_of(ada)
        assert row is not None
        assert SECRET not in row.sealed_secret and totp.secret_of(row) == SECRET
        with pytest.raises(SealError):
            totp.secret_of(TotpSecret(user_id=ada, sealed_secret=row.sealed_secret))

    in_one(move)


@both_databases
def test_recovery_codes_are_ten_each_counts_once_and_only_its_owner_may(ada: UUID) -> None:
    codes = in_one(lambda: recovery_codes.new_codes(ada))
    assert len(set(codes)) == 10 and all(len(code.replace("-", "")) == 24 for code in codes)
    stored = in_one(lambda: [row.code_hash for row in session.query(RecoveryCode).all()])
    assert not set(codes) & set(stored)
    with platform_scope("make a person"), unit_of_work():
        bob = create_user("bob@shop.example", "Bob", "a mild winter in Graz").id
    assert in_one(lambda: recovery_codes.use_code(bob, codes[0])) is False
    assert in_one(lambda: recovery_codes.use_code(ada, codes[0].upper().replace("-", " "))) is True
    assert in_one(lambda: recovery_codes.use_code(ada, codes[0])) is False
    assert in_one(lambda: codes_left(ada)) == 9
    newer = in_one(lambda: recovery_codes.new_codes(ada))
    assert in_one(lambda: recovery_codes.use_code(ada, codes[1])) is False
    assert in_one(lambda: recovery_codes.use_code(ada, newer[1])) is True


def together(app: Flask, tries: int, what: Callable[[], bool]) -> list[bool]:
    """Do it in so many threads at once."""
    start, found = threading.Barrier(tries, timeout=30), []

    def run() -> None:
        with app.app_context():
            start.wait()
            found.append(in_one(what))

    threads = [threading.Thread(target=run) for _ in range(tries)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@both_databases
def test_one_of_many_at_once_gets_in(app: Flask, ada: UUID) -> None:
    code = totp.code_at(SECRET, totp.this_step())
    paper = in_one(lambda: recovery_codes.new_codes(ada))[0]
    assert sorted(together(app, 6, lambda: totp.accept_code(ada, code))) == [False] * 5 + [True]
    assert sorted(together(app, 6, lambda: recovery_codes.use_code(ada, paper))) == [False] * 5 + [True]


@pytest.mark.postgres
def test_without_the_condition_both_get_in(app: Flask, ada: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: looking first and writing afterwards."""
    both = threading.Barrier(2, timeout=30)

    def look_then_write(row_id: UUID, step: int) -> bool:
        row = session.get_one(TotpSecret, row_id)
        unused = row.last_step < step
        both.wait()
        row.last_step = step
        return unused

    monkeypatch.setattr(totp, "use_step", look_then_write)
    code = totp.code_at(SECRET, totp.this_step())
    assert together(app, 2, lambda: totp.accept_code(ada, code)) == [True, True]
