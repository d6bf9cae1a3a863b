"""Texts that were written to stop the process: a save costs what the length of its texts costs."""

from __future__ import annotations

import unicodedata

import pytest

from mtc.catalog import queries
from mtc.catalog.services import products
from mtc.catalog.services.stock_import import add_keys
from mtc.core.db import unit_of_work
from mtc.core.errors import ValidationError
from tests.servers.database import both_databases

MARKS = "\u0301" * 50_000 + "\u0316" * 50_000


def test_a_description_of_marks_is_saved_at_a_linear_cost(make, monkeypatch: pytest.MonkeyPatch) -> None:
    product, real, asked = make(), unicodedata.normalize, []

    def normalize(form: str, text: str) -> str:
        asked.append(len(text))
        assert len(text) <= 64, f"{len(text)} characters were sorted at once"
        return real(form, text)

    with monkeypatch.context() as patch:  # pytest calls it as well, for the width of what it prints
        patch.setattr(unicodedata, "normalize", normalize)
        for text in (MARKS[25_000:75_000], MARKS, "e" + MARKS[1:]):
            with unit_of_work():
                products.update(product.id, {"description": text, "name": f"Dos {MARKS[:150]}"})
    assert sum(asked) < 20_000


@both_databases
def test_words_behind_marks_are_found_and_long_texts_are_cut(make) -> None:
    make(name="Cafe\u0301 Noir", description="<p>zebra</p>" + "<p>other words</p>" * 200)
    for text in ("café", "CAFE", "zebra"):
        assert [card.name for card in queries.suggestions(text)] == ["Cafe\u0301 Noir"]


def test_a_list_of_keys_with_a_cell_too_long_is_refused(make) -> None:
    product = make(stock_source="pool")
    variant = queries.product_by_slug(product.slug).variants[0]
    with pytest.raises(ValidationError, match="too long") as caught, unit_of_work():
        add_keys(variant.id, 'key\n"' + "x" * 200_000)
    assert caught.value.details == {
        "keys": [
            "A cell of this file is too long. Close every quotation mark, or say that the file has no quotes."
        ]
    }
