"""Read models as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field

from mtc.core.plain_data import plain


@dataclass(frozen=True, slots=True)
class Amount:
    value: int
    text: str


@dataclass
class Row:
    name: str
    total: Amount | None
    parts: tuple[Amount, ...] = ()
    more: dict[str, Amount] = field(default_factory=dict)


def test_dataclasses_become_dicts_however_deep_they_lie() -> None:
    row = Row("Ada", Amount(5, "5"), (Amount(1, "1"),), {"tax": Amount(2, "2")})
    assert plain({"rows": [row, None]}) == {
        "rows": [
            {
                "name": "Ada",
                "total": {"value": 5, "text": "5"},
                "parts": [{"value": 1, "text": "1"}],
                "more": {"tax": {"value": 2, "text": "2"}},
            },
            None,
        ]
    }


def test_plain_data_stays_as_it_is() -> None:
    data = {"a": [1, "b", 2.5, True, None], "c": {"d": []}}
    assert plain(data) == data
    assert plain(Amount) is Amount
