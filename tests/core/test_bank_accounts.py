"""IBANs, BICs and references with their check digits, and the code that banking apps scan."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from segno import helpers

from mtc.core import bank_accounts

VALID = (
    "DE89 3704 0044 0532 0130 00",
    "GB82 WEST 1234 5698 7654 32",
    "at611904300234573201",
    "FR14 2004 1010 0505 0001 3M02 606",
    "NO93 8601 1117 947",
    "MT84 MALT 0110 0001 2345 MTLC AST0 01S",
    "CH93 0076 2011 6238 5295 7",
)


@pytest.mark.parametrize("iban", VALID)
def test_ibans_are_accepted_as_people_write_them(iban: str) -> None:
    compact = iban.replace(" ", "").upper()
    assert bank_accounts.parse_iban(iban) == compact
    assert bank_accounts.format_iban(compact).replace(" ", "") == compact


@given(st.sampled_from(VALID), st.data())
def test_one_wrong_or_swapped_sign_is_noticed(iban: str, data: st.DataObject) -> None:
    signs = list(iban.replace(" ", "").upper())
    place = data.draw(st.integers(4, len(signs) - 2))
    if data.draw(st.booleans()):
        signs[place], signs[place + 1] = signs[place + 1], signs[place]
    else:
        signs[place] = data.draw(st.sampled_from("0123456789"))
    changed = "".join(signs)
    expected = changed if changed == iban.replace(" ", "").upper() else None
    assert bank_accounts.parse_iban(changed) == expected


@pytest.mark.parametrize(
    "text",
    ["", "DE", "DE8937040044053201300", "DE893704004405320130000", "DE00370400440532013000", "١" * 22,
     "DE89 3704 0044 0532 0130 0٠", "X" * 10_000, "DE89-3704-0044-0532-0130-00", "\0"],
)  # fmt: skip
def test_what_is_no_iban_is_refused(text: str) -> None:
    assert bank_accounts.parse_iban(text) is None


def test_bics() -> None:
    assert [
        bank_accounts.parse_bic(one) for one in ("cobadeff xxx", "COBADEFF", "COBADEF", "COBA1EFF", "")
    ] == [
        "COBADEFFXXX",
        "COBADEFF",
        None,
        None,
        None,
    ]


def test_references_are_those_of_the_standard() -> None:
    assert bank_accounts.make_reference("539007547034") == "RF18539007547034"  # the example of ISO 11649
    assert bank_accounts.make_reference("Q-1001") == "RF27Q1001"
    assert bank_accounts.parse_reference("rf27 q100 1") == "RF27Q1001"
    assert bank_accounts.parse_reference("RF28Q1001") is None


@given(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=21))
def test_every_reference_checks(text: str) -> None:
    assert bank_accounts.parse_reference(bank_accounts.make_reference(text)) == bank_accounts.make_reference(
        text
    )


def test_the_code_says_what_epc069_12_wants(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[bytes] = []
    make: Any = getattr(helpers, "_make_epc_qr_data")  # noqa: B009 - the stubs do not know it

    def listen(*values: Any) -> bytes:
        said.append(make(*values))
        return said[-1]

    monkeypatch.setattr(helpers, "_make_epc_qr_data", listen)
    svg = bank_accounts.girocode_svg(
        "Bäckerei", "DE89370400440532013000", "COBADEFFXXX", 1234567, "RF27Q1001"
    )
    assert svg.startswith("<svg viewBox=") and "style" not in svg
    lines = said[0].decode().split("\n")
    assert lines == [
        "BCD", "002", "1", "SCT", "COBADEFFXXX", "Bäckerei", "DE89370400440532013000", "EUR12345.67", "",
        "RF27Q1001",
    ]  # fmt: skip
