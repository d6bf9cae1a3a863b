"""Cursors: read back exactly, or refused."""

import base64
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtc.core.errors import ValidationError
from mtc.core.paging import Page, decode_cursor, encode_cursor

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)


def made(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@given(TEXTS, st.integers(-(2**63) + 1, 2**63 - 1), st.uuids(), st.datetimes(timezones=st.just(UTC)))
def test_what_is_written_is_read_back(text: str, number: int, key: UUID, moment: datetime) -> None:
    values = (text, number, key, moment)
    assert decode_cursor(encode_cursor(values), (str, int, UUID, datetime)) == values


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!",
        "é",
        "\ud800",
        "A" * 1001,
        made({}),
        made([]),
        made(["a", "b"]),
        made([1]),
        made([None]),
        made([True]),
        made([["a"]]),
        made(["\ud800"]),
        made(["a\0b"]),
        base64.urlsafe_b64encode(b"[" * 700).decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)
def test_rubbish_is_refused_for_a_text(text: str) -> None:
    with pytest.raises(ValidationError, match="first page"):
        decode_cursor(text, (str,))


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("1", int),
        (True, int),
        (1.5, int),
        (2**63, int),
        ("x", UUID),
        (1, UUID),
        ("yesterday", datetime),
        ("2026-03-01T12:00:00", datetime),
        (5, datetime),
    ],
)
def test_other_types_are_refused(value: Any, kind: type) -> None:
    with pytest.raises(ValidationError):
        decode_cursor(made([value]), (kind,))


def test_a_page_ends_where_it_has_no_neighbours() -> None:
    assert Page([1]) == Page([1], None, None)
