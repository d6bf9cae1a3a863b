"""All that is sealed is sealed anew, what is written meanwhile is not lost, and a kill harms nothing."""

import base64
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import update

from mtc.catalog.services import stock_reservation
from mtc.catalog.services.stock_items import reveal
from mtc.catalog.services.stock_search_index import search_keys
from mtc.checkout.services.carts import find_cart
from mtc.core import crypto
from mtc.core.crypto import Keyring, SealError, keyed_hash, seal, sign, unsign, verify_hash
from mtc.core.db import Base, session, unit_of_work
from mtc.core.encrypted_columns import hashed_columns, key_id, sealed_columns
from mtc.core.errors import NotFoundError, ValidationError
from mtc.core.stock_value_parts import PARTS
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.delivery.models import DeliveryMethod
from mtc.delivery.services import save_method
from mtc.delivery.services.methods import secrets_of
from mtc.key_rotation import queries, rotate
from mtc.orders.services import open_order
from mtc.orders.services.access_links import secret_of
from mtc.payments.models import PaymentGateway
from mtc.payments.services import credentials_of, save_gateway
from mtc.testing.row_factory import insert_everywhere
from tests.backup.places import table_rows
from tests.orders.shop import Shop, bought, fill_cart, look, open_shop
from tests.servers.database import SECRET, both_databases

OLD, NEW = "t1", "k2"
NEXT_SECRET = "another secret of tests, long enough"
KEYS = 23


def ring(*names: str, secret: str = SECRET, former: str = "") -> Keyring:
    """A ring of these keys, newest first; t1 is the one of all tests."""
    known = {OLD: b"0123456789abcdef0123456789abcdef", NEW: b"n" * 32}
    text = ",".join(f"{name}:{base64.b64encode(known[name]).decode()}" for name in names)
    return Keyring.parse(text, secret, former)


@pytest.fixture(autouse=True)
def same_ring_afterwards() -> Iterator[None]:
    """The ring belongs to the process."""
    yield
    crypto.set_keyring(ring(OLD))


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several batches for few rows."""
    monkeypatch.setattr(queries, "BATCH", 5)


@dataclass
class World:
    """A shop with something sealed in every place that there is."""

    shop: Shop
    order: Any
    method: Any
    others: list[str]


@pytest.fixture
def world(tenant: Any) -> World:
    """Keys, an order, a gateway, a webhook with a secret, and one row of everything else."""
    shop = open_shop(tenant, keys=KEYS)
    order = bought(shop, (shop.key, 2))
    config = {"url": "https://example.com/hook", "secret": "s" * 24}
    with tenant_scope(tenant.id), unit_of_work():
        method = save_method("webhook", "hook", "Hook", config)
    with platform_scope("fill the rest"), unit_of_work() as work:
        ids = insert_everywhere(work.connection(), tenant.id, "word")
        others = []
        for (name, column), kind in sealed_columns().items():
            table = Base.metadata.tables[name]
            owned = tenant.id if "tenant_id" in table.primary_key.columns else None
            sealed = seal("thing", tenant_id=owned, table=name, column=column, row_id=ids[name])
            value = {"inside": [sealed, "plain"], "url": "x:y"} if kind == "values" else sealed
            session.execute(update(table).where(table.c.id == ids[name]).values({column: value}))
            others.append(f"{name}.{column}")
    return World(shop, order, method, others)


def everything_opens(world: World) -> None:
    """What people would notice: keys, the order's link, the gateway, the webhook."""
    for row in rows_of("stock_items"):
        place = {
            "tenant_id": row["tenant_id"],
            "table": "stock_items",
            "column": "value",
            "row_id": row["id"],
        }
        assert crypto.open_sealed(row["value"], **place).startswith(("KEY-", "thing"))
    order = look(world.shop, world.order.id)
    with tenant_scope(world.shop.tenant_id), unit_of_work():
        gateway = session.get_one(PaymentGateway, (world.shop.tenant_id, world.shop.gateway.id))
        assert credentials_of(gateway)["secret"].startswith("whsec_")
        method = session.get_one(DeliveryMethod, (world.shop.tenant_id, world.method.id))
        assert secrets_of(method) == {"secret": "s" * 24}
        assert open_order(order.order_number, secret_of(order)).id == order.id


def used(name: str) -> dict[str, int]:
    with platform_scope("count", readonly=True):
        return dict(rotate.usage(name))


def quiet(_line: str) -> None:
    """Nobody watches."""


@both_databases
def test_every_declared_column_is_sealed_anew(world: World, small_batches: None) -> None:
    before = used(OLD)
    assert set(before) == set(world.others)
    crypto.set_keyring(ring(NEW, OLD))
    report = rotate.reseal(quiet)
    assert (used(OLD), used(NEW), dict(report.changed)) == ({}, before, before)
    assert not any(report.stuck.values())
    crypto.set_keyring(ring(NEW))
    everything_opens(world)
    assert rotate.reseal(quiet).changed.total() == 0


@both_databases
def test_who_is_stopped_in_the_middle_goes_on(
    world: World, small_batches: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = used(OLD)
    crypto.set_keyring(ring(NEW, OLD))
    renew, calls = rotate.Place.renew, []

    def until_killed(place: rotate.Place, column: str, text: str) -> str:
        calls.append(column)
        if len(calls) == 14:
            raise KeyboardInterrupt
        return renew(place, column, text)

    monkeypatch.setattr(rotate.Place, "renew", until_killed)
    with pytest.raises(KeyboardInterrupt):
        rotate.reseal(quiet)
    monkeypatch.undo()
    left = used(OLD)
    assert 0 < sum(left.values()) < sum(before.values())
    everything_opens(world)
    assert rotate.reseal(quiet).changed.total() == sum(left.values())
    assert (used(OLD), used(NEW)) == ({}, before)


def replace_blindly(place: rotate.Place, column: str, _old: str, fresh: Any) -> int:
    """The control: write over whatever stands there."""
    statement = update(place.table).values({column: fresh})
    for name, value in place.key.items():
        statement = statement.where(place.table.c[name] == value)
    session.execute(statement)
    return 1


@pytest.mark.postgres
@pytest.mark.parametrize("blind", [False, True], ids=["conditional", "control"])
def test_what_is_written_meanwhile_is_not_lost(
    world: World, blind: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    crypto.set_keyring(ring(NEW, OLD))
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    replace, done = rotate.Place.replace, []

    def merchant() -> None:
        with app.app_context(), tenant_scope(world.shop.tenant_id), unit_of_work():
            save_gateway("test", "test", "Test", {}, {"account": "acct_new", "secret": "whsec_new"})

    def meanwhile(place: rotate.Place, column: str, old: str, fresh: Any) -> int:
        if place.key["id"] == world.shop.gateway.id and not done:
            done.append(True)
            thread = threading.Thread(target=merchant)
            thread.start()
            thread.join(20)
        return (replace_blindly if blind else replace)(place, column, old, fresh)

    monkeypatch.setattr(rotate.Place, "replace", meanwhile)
    rotate.reseal(quiet)
    with tenant_scope(world.shop.tenant_id), unit_of_work():
        gateway = session.get_one(PaymentGateway, (world.shop.tenant_id, world.shop.gateway.id))
        kept = credentials_of(gateway)["secret"]
    assert done
    assert (kept == "whsec_new") is not blind
    assert used(OLD) == {}


def test_control_what_is_left_with_a_retired_key_does_not_open(world: World) -> None:
    sold = next(row for row in rows_of("stock_items") if row["status"] == "delivered")
    crypto.set_keyring(ring(NEW, OLD))
    rotate.reseal(quiet)
    crypto.set_keyring(ring(NEW))
    with tenant_scope(world.shop.tenant_id), unit_of_work():
        assert reveal(sold["id"]).startswith("KEY-")
        table = Base.metadata.tables["stock_items"]
        mine = (table.c.tenant_id == world.shop.tenant_id) & (table.c.id == sold["id"])
        session.execute(update(table).where(mine).values(value=sold["value"]))
    with (
        tenant_scope(world.shop.tenant_id),
        unit_of_work(),
        pytest.raises(SealError, match="not in MTC_KEYRING"),
    ):
        reveal(sold["id"])
    # It is found and named, and does not keep the others from being sealed.
    assert rotate.reseal(quiet).stuck["stock_items.value"] == [str(sold["id"])]


def rows_of(name: str) -> list[dict[str, Any]]:
    with platform_scope("look at every row", readonly=True):
        return table_rows(name)


@both_databases
def test_the_secret_changes_and_nobody_notices(world: World, small_batches: None) -> None:
    order = look(world.shop, world.order.id)
    with tenant_scope(world.shop.tenant_id):
        link = secret_of(order)
    cart, token = fill_cart(world.shop, (world.shop.file, 1)), sign({"a": 1}, "test", 60)
    mark = keyed_hash("session", "csrf")[:40]
    keys = "\n".join(f"KEY-{number:05d}-ABCDEF" for number in range(KEYS))

    def noticed() -> set[str]:
        found = set()
        with tenant_scope(world.shop.tenant_id), unit_of_work():
            if find_cart(cart) is None:
                found.add("cart")
            try:
                open_order(order.order_number, link)
            except NotFoundError:
                found.add("order")
            try:
                unsign(token, "test")
            except ValidationError:
                found.add("token")
            if not verify_hash("session", "csrf", mark, 40):
                found.add("form")
            if stock_reservation.add_keys(world.shop.key, keys).added:
                found.add("key twice")
            if not search_keys("key-00000-abcdef")[0]:
                found.add("search for keys")
        return found

    crypto.set_keyring(ring(OLD, secret=NEXT_SECRET, former=SECRET))
    assert noticed() == set()
    # Only what the former secret's hashes are needed for is lost without it; keys would be sold twice.
    report = rotate.rehash(quiet)
    with_hash = {"order_codes.code_hash", "orders.secret_hash", "stock_items.value_hash"}
    with_hash |= {f"stock_items.{name}" for name in PARTS}
    assert {f"{name}.{column}" for name, column in hashed_columns()} == with_hash
    assert (set(report.changed), report.changed["stock_items.value_hash"]) == (with_hash, KEYS + 1)
    assert not any(report.stuck.values())
    assert noticed() == set()
    assert rotate.rehash(quiet).changed.total() == 0
    crypto.set_keyring(ring(OLD, secret=NEXT_SECRET))
    assert noticed() == {"cart", "token", "form"}  # and neither keys nor the search for them


def test_control_without_the_former_secret_a_key_is_taken_twice(world: World) -> None:
    crypto.set_keyring(ring(OLD, secret=NEXT_SECRET))
    with tenant_scope(world.shop.tenant_id), unit_of_work():
        assert stock_reservation.add_keys(world.shop.key, "KEY-00000-ABCDEF").added == 1
    crypto.set_keyring(ring(OLD, secret=NEXT_SECRET, former=SECRET))
    # Then the old one cannot be hashed anew, since that key is there: it is named.
    assert len(rotate.rehash(quiet).stuck["stock_items.value_hash"]) == 1


def test_a_column_that_nobody_declared_cannot_be_sealed(world: World) -> None:
    with pytest.raises(ValueError, match=r"products\.description is not declared"):
        seal(
            "x", tenant_id=world.shop.tenant_id, table="products", column="description", row_id=world.order.id
        )


def test_what_only_looks_sealed_is_left_alone() -> None:
    assert key_id("https://example.com/" + "a" * 60) is None
    assert key_id("k1:" + "A" * 38 + "==") == "k1"
