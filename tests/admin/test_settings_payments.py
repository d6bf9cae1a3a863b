"""Settings > Payments and “Mark as paid”, as the owner uses them."""

from __future__ import annotations

from typing import Any

from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.orders import queries
from mtc.payments.services.methods import payment_methods
from tests.admin.conftest import Shop, place
from tests.admin.people import Person
from tests.audit.log import entries
from tests.servers.database import both_databases

ACCOUNT = {
    "name": "By bank", "holder": "Acme Ltd", "iban": "DE89 3704 0044 0532 0130 00", "days": "10",
    "switch_on": "1",
}  # fmt: skip


def methods(shop: Shop) -> list[tuple[str, str, bool]]:
    with tenant_scope(shop.world.id, readonly=True), unit_of_work():
        return [(one.slug, one.name, one.is_active) for one in payment_methods()]


def order(shop: Shop, number: str) -> Any:
    with tenant_scope(shop.world.id, readonly=True), unit_of_work():
        return queries.order_by_number(number)


def test_an_owner_sets_up_how_the_store_is_paid(owner: Person, shop: Shop) -> None:
    url = f"{shop.url}/settings/payments"
    for path in ("/", "/settings", "/settings/payments"):
        assert "You cannot be paid yet" in owner.get(f"{shop.url}{path}").text
        # On the page that it leads to, the notice does not lead to itself.
        text = owner.get(f"{shop.url}{path}").text
        notice = text.partition("You cannot be paid yet")[2].partition("</div>")[0]
        assert ("Set up how you are paid</a>" in notice) is (path != "/settings/payments")
        assert ("payment method below" in notice) is (path == "/settings/payments")
    wrong = owner.post(f"{url}/manual", {**ACCOUNT, "iban": "DE89 3704 0044 0532 0130 01"})
    assert wrong.status_code == 422 and "a digit is wrong or missing" in wrong.text
    assert owner.post(f"{url}/manual/switch", {"active": "1"}).status_code == 422
    assert ("manual", "By bank", True) not in methods(shop)
    assert owner.post(f"{url}/manual", ACCOUNT).status_code == 303
    assert ("manual", "By bank", True) in methods(shop)
    assert "DE89 3704 0044 0532 0130 00" in owner.get(f"{url}/manual").text
    assert "You cannot be paid yet" not in owner.get(f"{shop.url}/").text
    assert owner.post(f"{url}/manual/move", {"direction": "down"}).status_code == 303
    assert owner.post(f"{url}/free/switch", {"active": "0"}).status_code == 303
    assert ("free", "Free orders", False) in methods(shop)
    assert owner.post(f"{shop.url}/settings/payment-mode", {"mode": "live"}).status_code == 303
    assert owner.post(f"{shop.url}/settings/payment-mode", {"mode": "both"}).status_code == 400
    assert owner.get(f"{url}/card").status_code == 404
    [saved] = [one for one in entries("admin.save_payment_method", shop.world.id) if one.changes]
    account = saved.changes[0]["fields"]["config.iban"]
    assert "DE89370400440532013000" in str(account)
    for action in ("admin.switch_payment_method", "admin.save_payment_mode", "admin.move_payment_method"):
        assert [one.changes != [] for one in entries(action, shop.world.id)].count(True) == 1, action


@both_databases
def test_a_transfer_is_booked_once_from_the_order(owner: Person, shop: Shop) -> None:
    number = place(shop, [(shop.variant, 1)], paid=False)
    url = f"{shop.url}/orders/{number}"
    found = owner.get(url).text
    assert "Mark as paid" in found and 'value="29.99"' in found
    less = owner.post(f"{url}/paid", {"amount": "20", "note": "Short"})
    assert less.status_code == 422 and "€9.99 less than the total" in less.text
    assert "Accept this amount as enough" in less.text
    for bad in ({"amount": "much"}, {"amount": "29.99", "received_on": "soon"}):
        assert owner.post(f"{url}/paid", bad).status_code == 422
    assert order(shop, number).status == "pending"
    booked = owner.post(f"{url}/paid", {"amount": "29,99", "note": "Statement 12"})
    assert (booked.status_code, order(shop, number).paid_amount) == (303, 2999)
    assert owner.post(f"{url}/paid", {"amount": "29.99"}).status_code == 409
    assert "Statement 12" in owner.get(url).text
    assert order(shop, number).paid_amount == 2999


def test_the_search_finds_the_reference_of_a_statement(owner: Person, shop: Shop) -> None:
    number = place(shop, [(shop.variant, 1)], paid=False)
    reference = order(shop, number).reference
    found = owner.get(f"{shop.url}/orders?q={reference[:4]}+{reference[4:]}").text
    assert f"/orders/{number}" in found and f"/orders/{shop.order}" not in found
