"""The rules of a store: what is refused, how they are read and changed, what listings and carts show."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtc.catalog import presenters
from mtc.catalog import queries as catalog
from mtc.catalog.queries import ProductListSource
from mtc.catalog.services import collections
from mtc.core import clock
from mtc.core.context import Actor, acting
from mtc.core.db import session, unit_of_work
from mtc.core.errors import ValidationError
from mtc.core.ids import uuid7
from mtc.core.tenancy import tenant_scope
from mtc.identity.models import Customer, UserRole
from mtc.pricing.queries import rules as all_rules
from mtc.pricing.services import Buyer, price_many, rules
from tests.pricing.offers import MONDAY, TEN_OFF, modifiers
from tests.servers.database import both_databases

kinds = st.one_of(
    st.fixed_dictionaries(
        {"rule_type": st.just("quantity"), "conditions": st.fixed_dictionaries({"min": st.integers(1, 3)})}
    ),
    st.fixed_dictionaries({"rule_type": st.just("role_based"), "conditions": st.just({"roles": ["dealer"]})}),
    st.fixed_dictionaries(
        {
            "rule_type": st.just("time_based"),
            "conditions": st.sampled_from(
                [{}, {"days": ["mon"]}, {"days": ["tue"]}]
                + [{"when": {"field": "price", "gt": n}} for n in (500, 1500)]
            ),
        }
    ),
)


@both_databases
def test_what_a_listing_shows_is_what_the_cart_asks(make, tenant):
    """Over generated rules, shelves, roles and times: card = detail = cart for one piece."""
    shelf = None
    with unit_of_work():
        shelf = collections.create({"name": "Picks"})
    made = [
        make("One", price=999),
        make("Two", variants=[{"price": p, "stock_source": "unlimited"} for p in (2500, 1200, 1800)]),
    ]
    with unit_of_work():
        collections.set_products(shelf.id, [made[1].id])
    entities = st.sampled_from(
        [("global", None), ("category", str(shelf.id)), *(("product", str(one.id)) for one in made)]
    )

    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.tuples(kinds, modifiers, entities), max_size=4), st.booleans())
    def agree(generated, dealer):
        who = Buyer("dealer") if dealer else Buyer()
        with tenant_scope(tenant.id), clock.frozen(MONDAY), unit_of_work() as work:
            for number, (kind, modifier, (entity, entity_id)) in enumerate(generated):
                rules.create(
                    {**kind, "name": "r", "priority": number, "price_modifier": modifier,
                     "entity_type": entity, "entity_id": entity_id}
                )  # fmt: skip
            from mtc.pricing.queries import buyers

            buyers()[made[0].id] = who
            with acting(actor=Actor("customer", made[0].id)):
                (cards,) = (
                    presenters.cards(some) for some in catalog.shelves([ProductListSource("newest", 10)])
                )
                for card in cards:
                    detail = presenters.detail(catalog.product_by_slug(card.slug))
                    ids = [
                        v.id for v in catalog.variants_of(next(p.id for p in made if str(p.id) == card.id))
                    ]
                    offers = catalog.offers(ids)
                    cart = {
                        str(i): r.unit
                        for i, r in zip(ids, price_many([(offers[i], 1) for i in ids]), strict=True)
                    }
                    assert {v.id: v.price.amount for v in detail.variants} == cart
                    assert card.price["amount"] == min(cart.values()) == detail.price["amount"]
                    assert cart[card.default_variant_id] == min(cart.values())
            work.rollback()

    agree()


def test_listing_prices_show_automatic_rules(make, scope):
    make("One", price=1000)
    with unit_of_work():
        rules.create({"name": "Sale", "rule_type": "time_based", "price_modifier": TEN_OFF})
    ((row,),) = catalog.shelves([ProductListSource("newest", 1)])
    (card,) = presenters.cards([row])
    assert card.price["formatted"] == "€9.00"
    assert (card.compare_at.formatted, card.discount_percent) == ("€10.00", 10)


@both_databases
def test_rules_are_read_once_and_buyers_only_when_asked_for(make, scope, queries):
    made = make("One", price=1000)
    with unit_of_work():
        role = UserRole(tenant_id=scope.id, kind="customer", slug="dealer", name="Dealer")
        session.add(role)
        session.flush()
        customer = Customer(tenant_id=scope.id, email="a@b.example", email_lc="a@b.example", role_id=role.id)
        session.add(customer)
    with unit_of_work():
        offers = catalog.offers([v.id for v in catalog.variants_of(made.id)])
    lines = [(one, 1) for one in offers.values()]
    with acting(actor=Actor("customer", customer.id)):
        with tenant_scope(scope.id, readonly=True), queries() as seen:
            price_many(lines), price_many(lines)
        assert len(seen) == 1
        with tenant_scope(scope.id), unit_of_work():
            rules.create(
                {"name": "D", "rule_type": "role_based", "conditions": {"roles": ["dealer"]},
                 "price_modifier": TEN_OFF}
            )  # fmt: skip
        with tenant_scope(scope.id, readonly=True), queries() as seen:
            assert [one.unit for one in price_many(lines) + price_many(lines)] == [900, 900]
        assert len(seen) == 3  # the rules, the buyer, and the time zone of the store
    with tenant_scope(scope.id):
        assert price_many(lines)[0].unit == 1000


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"rule_type": "magic"}, "rule_type"),
        ({"price_modifier": {"type": "percent_off", "value": 10_001}}, "price_modifier-value"),
        ({"price_modifier": {"type": "percent_off", "value": 1.5}}, "price_modifier-value"),
        ({"price_modifier": {"type": "free"}}, "price_modifier-type"),
        (
            {"price_modifier": {"type": "amount_off", "value": 1, "currency": "euro"}},
            "price_modifier-currency",
        ),
        ({"conditions": {"min": 0}}, "conditions-min"),
        ({"conditions": {"min": 3, "max": 2}}, "conditions-max"),
        ({"conditions": {"min": 1, "colour": "red"}}, "conditions-colour"),
        ({"conditions": {"min": 1, "when": {"field": "moon", "eq": 1}}}, None),
        ({"rule_type": "role_based", "conditions": {}}, "conditions-roles"),
        ({"rule_type": "time_based", "conditions": {"days": ["x"]}}, "conditions-days"),
        ({"rule_type": "time_based", "conditions": {"from": "25:00"}}, "conditions-from"),
        ({"entity_type": "planet"}, "entity_type"),
        ({"entity_type": "product"}, "entity_id"),
        ({"entity_type": "product", "entity_id": str(uuid7())}, "entity_id"),
        ({"priority": -1}, "priority"),
        ({"starts_at": "2026-01-02T00:00", "ends_at": "2026-01-01T00:00"}, "ends_at"),
        ({"starts_at": "soon"}, "starts_at"),
        ({"colour": 1}, "colour"),
    ],
)
def test_a_wrong_rule_names_its_field(scope, values, field):
    good = {"name": "R", "rule_type": "quantity", "conditions": {"min": 2}, "price_modifier": TEN_OFF}
    with pytest.raises(ValidationError) as refused, unit_of_work():
        rules.create({**good, **values})
    assert field in refused.value.details if field else refused.value.details
    assert all_rules() == []


@both_databases
def test_rules_can_be_changed_tried_and_deleted(make, scope):
    made = make("One", price=1000)
    (variant,) = catalog.variants_of(made.id)
    with unit_of_work():
        row = rules.create(
            {"name": "Two", "rule_type": "quantity", "conditions": {"min": 2}, "price_modifier": TEN_OFF}
        )
    assert rules.preview(variant.id, 1)["rules"] == [{"id": str(row.id), "name": "Two", "applies": False}]
    assert (rules.preview(variant.id, 2)["unit"], rules.preview(variant.id, 2)["total"]) == (900, 1800)
    with unit_of_work():
        rules.update(row.id, {"price_modifier": {"type": "fixed_price", "value": 500}})
    assert rules.preview(variant.id, 2)["unit"] == 500
    with unit_of_work():
        rules.update(row.id, {"is_active": False})
    assert rules.preview(variant.id, 2)["rules"] == []
    with unit_of_work():
        rules.delete(row.id)
    assert all_rules() == []


def test_pages_are_renewed_when_a_rule_begins(make, scope):
    from mtc.core.tenancy import platform_scope
    from mtc.pricing.periodic import renew_prices
    from mtc.tenants.queries import tenant_by_id

    def version() -> int:
        with platform_scope("look"), unit_of_work():
            return tenant_by_id(scope.id).content_version

    with unit_of_work():
        rules.create(
            {"name": "Later", "rule_type": "time_based", "price_modifier": TEN_OFF, "starts_at": MONDAY}
        )
    before = version()
    for moment, after in ((-1, before), (30, before + 1), (300, before + 1)):
        with clock.frozen(MONDAY + timedelta(seconds=moment)), tenant_scope(scope.id), unit_of_work():
            renew_prices()
        assert version() == after
