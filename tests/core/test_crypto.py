"""Secrets at rest, keyed hashes and signed tokens."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from mtc.core import clock, crypto
from mtc.core.crypto import Keyring, SealError, keyed_hash, open_sealed, seal, sign, unsign
from mtc.core.errors import GoneError, ValidationError

OLD = base64.b64encode(b"o" * 32).decode()
NEW = base64.b64encode(b"n" * 32).decode()
SECRET = "s" * 32
PLACE: dict[str, Any] = {
    "tenant_id": UUID(int=1),
    "table": "stock_items",
    "column": "value",
    "row_id": UUID(int=2),
}
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def ring() -> Iterator[None]:
    before = crypto._ring
    crypto.set_keyring(Keyring.parse(f"k1:{OLD}", SECRET))
    yield
    crypto._ring = before


def test_a_sealed_text_opens_where_it_belongs() -> None:
    sealed = seal("ABCD-1234 ü", **PLACE)
    assert sealed.startswith("k1:")
    assert "ABCD" not in sealed
    assert seal("ABCD-1234 ü", **PLACE) != sealed
    assert open_sealed(sealed, **PLACE) == "ABCD-1234 ü"


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"tenant_id": UUID(int=9)},
        {"tenant_id": None},
        {"table": "payment_gateways"},
        {"column": "hint"},
        {"row_id": UUID(int=9)},
    ],
)
def test_it_opens_nowhere_else(elsewhere: dict[str, Any]) -> None:
    with pytest.raises(SealError, match="another place"):
        open_sealed(seal("secret", **PLACE), **{**PLACE, **elsewhere})


@pytest.mark.parametrize("damage", ["k1:", "k1:AAAA", "k1:!!!", "k1", "", "k2:AAAA", "k1:" + "A" * 60])
def test_what_was_damaged_does_not_open(damage: str) -> None:
    with pytest.raises(SealError):
        open_sealed(damage, **PLACE)


def test_one_flipped_bit_is_enough() -> None:
    name, _, value = seal("secret", **PLACE).partition(":")
    raw = bytearray(base64.b64decode(value))
    for place in range(len(raw)):
        raw[place] ^= 1
        with pytest.raises(SealError):
            open_sealed(f"{name}:{base64.b64encode(raw).decode()}", **PLACE)
        raw[place] ^= 1


def test_keys_are_changed_without_losing_what_was_sealed() -> None:
    old = seal("secret", **PLACE)
    crypto.set_keyring(Keyring.parse(f"k2:{NEW}, k1:{OLD}", SECRET))
    assert open_sealed(old, **PLACE) == "secret"
    new = seal("secret", **PLACE)
    assert new.startswith("k2:")
    crypto.set_keyring(Keyring.parse(f"k2:{NEW}", SECRET))
    assert open_sealed(new, **PLACE) == "secret"
    with pytest.raises(SealError, match="not in MTC_KEYRING"):
        open_sealed(old, **PLACE)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("", SECRET),
        (f"k1:{OLD}", "short"),
        ("k1:AAAA", SECRET),
        (f"k 1:{OLD}", SECRET),
        (OLD, SECRET),
        ("k1:no base64!", SECRET),
    ],
)
def test_keyrings_that_cannot_be_used(text: str, secret: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Keyring.parse(text, secret)


def test_hashes_differ_by_purpose_and_secret() -> None:
    one = keyed_hash("x", "a")
    assert (len(one), keyed_hash("x", "a")) == (64, one)
    assert keyed_hash("x", "b") != one
    assert keyed_hash("a\0x", "") != keyed_hash("x", "a\0")[:-1]
    crypto.set_keyring(Keyring.parse(f"k1:{OLD}", "t" * 32))
    assert keyed_hash("x", "a") != one


def test_a_signed_token_carries_its_payload_until_it_runs_out() -> None:
    with clock.frozen(NOON):
        token = sign({"order": "1001", "n": 1}, "order", 60)
        assert unsign(token, "order") == {"order": "1001", "n": 1}
        clock.advance(60)
        assert unsign(token, "order") == {"order": "1001", "n": 1}
        clock.advance(1)
        with pytest.raises(GoneError, match="expired"):
            unsign(token, "order")


@pytest.mark.parametrize("token", ["", ".", "a.b", "é.é", "a" * 5000, "\ud800.x", "x.\ud800"])
def test_forged_tokens_are_refused(token: str) -> None:
    with pytest.raises(ValidationError, match="not valid"):
        unsign(token, "order")


def test_a_token_is_good_for_its_purpose_only() -> None:
    token = sign({"a": 1}, "order", 60)
    body, _, mark = token.partition(".")
    for other, purpose in ((token, "reset"), (f"{body}A.{mark}", "order"), (f"{body}.{mark[:-1]}", "order")):
        with pytest.raises(ValidationError):
            unsign(other, purpose)


def test_without_a_ring_nothing_is_sealed() -> None:
    crypto._ring = None
    with pytest.raises(RuntimeError, match="no keyring"):
        seal("secret", **PLACE)
