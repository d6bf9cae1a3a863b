"""An order of more keys than a mail holds says so, and where the rest is."""

from __future__ import annotations

from sqlalchemy import select

from mtc.catalog.services import stock_reservation
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.emails.models import Email
from tests.orders.shop import Shop, bought

SAID = "50 of 60 keys; the rest is on your order page."


def test_b08_the_mail_says_how_many_keys_it_holds(shop: Shop) -> None:
    with tenant_scope(shop.tenant_id), unit_of_work():
        stock_reservation.add_keys(shop.key, "\n".join(f"MANY-{number:05d}" for number in range(200)))
    bought(shop, (shop.key, 60))
    bought(shop, (shop.key, 10))
    with tenant_scope(shop.tenant_id, readonly=True), unit_of_work():
        query = select(Email).where(Email.kind == "keys").order_by(Email.created_at, Email.id)
        first, second = session.scalars(query).all()
    for body in (first.body_text, first.body_html):
        assert body.count("[[key:") == 50 and SAID in " ".join(body.split())
    for body in (second.body_text, second.body_html):
        assert body.count("[[key:") == 10 and "order page." not in body
