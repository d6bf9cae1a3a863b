"""What is refused while it is written leaves nothing behind, and is said in words."""

from __future__ import annotations

from tests.security.fort import Fort, People
from tests.servers.database import both_databases


@both_databases
def test_an_address_or_a_number_that_is_taken_is_refused_in_words(people: People, fort: Fort) -> None:
    owner, path = people.staff("owner"), f"/admin/acme/products/{fort.ids['product']}"
    form = {
        "name": "Renamed", "slug": "game", "attr-platform": "steam", "variants-0-id": fort.ids["variant"],
        "variants-0-sku": "SKU-game", "variants-0-price": "29.99", "variants-0-stock_source": "pool",
        "variants-0-is_active": "1",
    }  # fmt: skip
    for taken in ({"slug": "guide"}, {"variants-0-sku": "SKU-guide"}):
        answer = owner.post(path, {**form, **taken})
        assert answer.status_code == 422, answer.status_code
        assert next(iter(taken.values())) in answer.text
        page = people.shopper().get("/p/game")
        assert page.status_code == 200 and "Renamed" not in page.text
    assert owner.post(path, form).status_code == 303
    assert "Renamed" in people.shopper().get("/p/game").text
