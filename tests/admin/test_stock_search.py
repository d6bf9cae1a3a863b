"""Finding keys in the admin: what is shown, to whom, and that what was typed stays nowhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.admin.conftest import Shop
from tests.admin.people import Person
from tests.audit.log import entries
from tests.servers.database import both_databases

KEY = "acme-SF-1-KEY-0000"


def _text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


@both_databases
def test_a_sold_key_leads_to_product_order_and_buyer(shop: Shop, owner: Person) -> None:
    number = shop.order
    answer = owner.post(f"{shop.url}/stock/search", {"key": "ACMESF1key0000"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert f"/stock/{shop.variant}" in html and f"/orders/{number}" in html
    assert "••••-••••-0000" in html
    assert KEY not in html and "ACMESF1key0000" not in html
    unsold = owner.post(f"{shop.url}/stock/search", {"key": "0007"}).get_data(as_text=True)
    assert "••••-••••-0007" in unsold and f"/orders/{number}" not in unsold


def test_every_role_sees_what_it_may(shop: Shop, person: Callable[[str], Person]) -> None:
    number = shop.order
    seen = {}
    for role in ("owner", "support", "stranger"):
        answer = person(role).post(f"{shop.url}/stock/search", {"key": "0000"})
        html = answer.get_data(as_text=True)
        seen[role] = (answer.status_code, "••••-••••-0000" in html, f"/orders/{number}" in html)
    assert seen["owner"] == seen["support"] == (200, True, True)
    assert seen["stranger"] in ((403, False, False), (404, False, False))


@pytest.mark.parametrize("typed", ["", "abc", "- - -"])
def test_too_little_is_answered_with_what_to_do(shop: Shop, owner: Person, typed: str) -> None:
    answer = owner.post(f"{shop.url}/stock/search", {"key": typed})
    assert (answer.status_code, "Type at least 4 letters or digits" in _text(answer)) == (422, True)


def test_another_store_finds_nothing(shop: Shop, rival: Shop, owner: Person) -> None:
    assert owner.post(f"{rival.url}/stock/search", {"key": KEY}).status_code in (403, 404)
    page = _text(owner.post(f"{shop.url}/stock/search", {"key": f"{rival.world.tenant.slug}-SF-1-KEY-0003"}))
    assert "No key fits" in page


def test_what_was_typed_is_in_no_address_audit_entry_or_log(
    shop: Shop, owner: Person, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(0)
    answer = owner.post(f"{shop.url}/stock/search", {"key": KEY})
    kept = repr([vars(one) for one in entries()]) + caplog.text + "".join(capfd.readouterr())
    assert "location" not in answer.headers
    assert KEY not in kept and KEY.replace("-", "").lower() not in kept
    for page in ("/stock", "/orders"):
        assert re.search(r'<form[^>]*method="post"[^>]*/stock/search"', owner.get(shop.url + page).text)
