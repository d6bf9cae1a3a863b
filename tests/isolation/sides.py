"""Acme, whose people attack, and a rival with a mark in everything it has, as the enumerator needs them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import select, update
from werkzeug.routing import Rule

from mtc.core.crypto import sign
from mtc.core.db import unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.delivery.services.downloads import PURPOSE
from mtc.identity.services.email_tokens import JOIN, RESET
from mtc.identity.services.roles import DEFAULT_ROLES
from mtc.payments.types.test import PAGE
from mtc.tasks.models import Task
from mtc.tenants.models import Sequence, Store
from mtc.tenants.services import set_opened, store_lookup
from mtc.testing.canaries import PRIVATE, PUBLIC, marked_ids, word
from mtc.testing.clients import Actor, Side, Visitor
from mtc.testing.enumerator import Enumerator
from mtc.testing.leak_detector import LeakDetector
from mtc.testing.plugin_places import open_to_all, plugin_places, scopes_of_plugins
from mtc.testing.row_factory import insert_everywhere
from mtc.testing.tenants import make_world
from mtc.web.plugin_rules import all_rules
from mtc.web.preview import preview_token
from tests.factories.imports import IMPORT_ROUTES
from tests.isolation.marks import furnish, give_credentials, host_of, mark, mark_of
from tests.security.attacks import FIELDS, forms
from tests.security.fort import PLATFORM, SCOPES, Fort, People, build, hire, sync_all
from tests.security.places import nobodys_link, nobodys_subscription, places

# Where the rival's value leads to what it shows to everyone.
OPEN_TO_ALL = {
    ("platform", "api_storefront.products"): "the public catalogue of any store",
    ("platform", "api_storefront.product"): "the public catalogue of any store",
    ("platform", "api_storefront.page"): "the public pages of any store",
    ("platform", "front.welcome"): "the list of the stores that are open",
    ("platform", "files.picture"): "public pictures, whose addresses are random",
}
REFUSALS = {
    "storefront.reset_page": (410, "a link that nobody can use, whatever the cause"),
    "storefront.reset": (410, "a link that nobody can use, whatever the cause"),
    "storefront.join_page": (410, "a link that nobody can use, whatever the cause"),
    "storefront.finish": (410, "a link that nobody can use, whatever the cause"),
    "front.new_password_form": (410, "a link that nobody can use, whatever the cause"),
    "front.unsubscribe_page": (410, "a link that nobody can use, whatever the cause"),
    "front.unsubscribe": (410, "a link that nobody can use, whatever the cause"),
    "front.choose_new_password": (410, "a link that nobody can use, whatever the cause"),
    "front.invitation": (410, "a link that nobody can use, whatever the cause"),
    "front.take_place": (410, "a link that nobody can use, whatever the cause"),
}


# Whoever holds the rival's mailed link was invited; nobody here does.
UNHELD = {name: {"token": "0" * 64} for name in ("front.invitation", "front.take_place")}
Places = dict[str, dict[str, str]]


@dataclass
class Rivals:
    """Both stores and everybody at Acme."""

    app: Flask
    acme: Fort
    rival: Fort
    people: People
    generic: dict[str, UUID]
    carts: tuple[str, str] = ("", "")
    more: Callable[[Fort], Places] | None = None

    def mine(self) -> Side:
        """Acme's side."""
        return Side(self.acme.slug, self.acme.base, self._places(self.acme), forms(self.acme))

    def _places(self, fort: Fort) -> Places:
        pool = {"tenant": fort.slug, "variant": fort.ids["variant"]}
        return {
            **places(fort),
            "admin.try_again": {"tenant": fort.slug, "number": fort.order, "which": fort.ids["refund"]},
            "admin.undo_batch": pool | {"batch": fort.ids["batch"]},
            "api_v1.undo_stock_batch": pool | {"batch": fort.ids["other_batch"]},
            "admin.preview_keys": pool | {"upload": fort.ids["upload"]},
            "admin.import_keys": pool | {"upload": fort.ids["upload"]},
            **{name: pool | {"which": fort.ids["import"]} for name in IMPORT_ROUTES},
            "storefront.change": {"line_id": fort.ids["cart_line"]},
            "front.name_passkey": {"passkey": fort.ids["passkey"]},
            "front.drop_passkey": {"passkey": fort.ids["passkey"]},
            "front.end_one": {"session_id": fort.ids["session"]},
            "storefront.end_one": {"session_id": fort.ids["shopper_session"]},
            **plugin_places(self.app, fort.slug),
            **(self.more(fort) if self.more else {}),
        }

    def theirs(self) -> Side:
        """The rival's side, with words for every parameter."""
        when = ["2354-01-01T00:00:00+00:00", self.rival.ids["product"]]
        return Side(
            self.rival.slug, self.rival.base, {**self._places(self.rival), **UNHELD}, forms(self.rival),
            {
                "id": [str(self.rival.tenant_id), *dict.fromkeys(self.rival.ids.values())],
                "row": [str(value) for value in self.generic.values()],
                "slug": [f"game{self.rival.tail}", f"worlds{self.rival.tail}", self.rival.slug],
                "text": [PUBLIC[:-1], PRIVATE[:-1], self.rival.email, self.rival.order, self.rival.secret],
                "cursor": [_cursor(when), _cursor([0, when[1]]), _cursor(["Game", when[1]])],
            },
        )  # fmt: skip

    def actors(self) -> list[Actor]:
        """Everybody who has something to do with Acme, or with nobody."""
        shop = frozenset({"public", "file"})
        found = [
            Actor("anonymous", "store", self._anonymous),
            Actor("customer", "store", self._customer, shop | {"customer"}),
            Actor("staff at a shop", "store", self._staff_at_a_shop, shop),
            Actor("nobody", "platform", lambda at: self.people.staff("")),
        ]
        for role in ("support", "manager", "owner"):
            may = frozenset(DEFAULT_ROLES[role][1])
            kinds = shop | {"account", "staff"}
            found.append(
                Actor(
                    role,
                    "platform",
                    lambda at, r=role: self.people.staff(r, second_factor="totp"),
                    kinds,
                    may,
                )
            )
        of_plugins = scopes_of_plugins(self.app)
        for name, scopes in (("program", [*SCOPES, *of_plugins]), ("weak program", SCOPES[:1])):
            key = self.people.program(scopes=scopes).bearer
            at_a_shop = f"{name} at a shop"
            found += [
                Actor(
                    name,
                    "platform",
                    partial(self._program, key, PLATFORM),
                    shop | {"program"},
                    frozenset(scopes),
                ),
                Actor(at_a_shop, "store", partial(self._program, key, self.acme.base), shop),
            ]
        kinds = shop | {"account", "platform"}
        may = frozenset({"platform"})
        return [*found, Actor("root", "platform", lambda at: self.people.staff("root"), kinds, may)]

    def _staff(self, role: str, at: str) -> Visitor:
        return self.people.staff(role, second_factor="totp")

    def _program(self, key: str, base: str, at: str) -> Visitor:
        return Visitor(self.app.test_client(), at or base, bearer=key)

    def _anonymous(self, at: str) -> Visitor:
        """With the cart that has a line in it."""
        visitor = Visitor(self.app.test_client(), at or self.acme.base)
        visitor.client.set_cookie("mtc_cart", self.carts[0], domain=host_of(visitor.base))
        return visitor

    def _customer(self, at: str) -> Visitor:
        ada = self.people.shopper(self.acme, logged_in=True)
        return self._there(ada.key, at, "mtc_shop") if at else ada

    def _staff_at_a_shop(self, at: str) -> Visitor:
        visitor = self._there(self.people.staff("owner").key, at or self.acme.base, "mtc_shop")
        visitor.client.set_cookie("mtc_staff", visitor.key, domain=host_of(visitor.base))
        return visitor

    def _there(self, key: str, base: str, cookie: str) -> Visitor:
        visitor = Visitor(self.app.test_client(), base, key=key)
        visitor.client.set_cookie(cookie, key, domain=host_of(base))
        return visitor


def _cursor(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).rstrip(b"=").decode()


def make_rivals(app: Flask, prepare: Callable[[UUID, bool], None] = lambda _id, _victim: None) -> Rivals:
    """Build both; whatever is made for the rival carries its marks.

    `prepare` is told each tenant, and whether it is the rival, before anything is sold there.
    """
    store_lookup.clear()  # of another test's acme
    sync_all()
    world = make_world("acme", "Acme")
    prepare(world.id, False)
    acme = build(world)
    cart = furnish(app, acme)
    with marked_ids():
        world = make_world("rival", "Rival")
        with tenant_scope(world.id), unit_of_work() as work:
            work.add(Sequence(tenant_id=world.id, name="order", value=7000))
        prepare(world.id, True)
        rival = build(world, extra=f" {word(PUBLIC)}", tail="-r")
        their_cart = furnish(app, rival)
        with platform_scope("mark what the rival has"), unit_of_work() as work:
            mark(work.connection(), world.id)
            generic = insert_everywhere(work.connection(), world.id, lambda table: word(mark_of(table)))
            later = {"next_at": datetime(2354, 1, 1, tzinfo=UTC)}  # no worker knows what such a task means
            work.execute(update(Task).where(Task.id == generic["tasks"]).values(later))
    people = hire(app, acme, rival)
    give_credentials(people, {"owner": acme})
    with marked_ids():
        give_credentials(people, {"stranger": rival})
    return Rivals(app, acme, rival, people, generic, (cart, their_cart))


def nowhere() -> dict[str, dict[str, str]]:
    """Links that are signed as ours are and lead to nothing."""
    nothing = str(uuid4())
    page = {"token": sign({"payment": nothing}, PAGE, 600)}
    reset, join = ({"token": sign({"c": nothing, "e": 0}, kind, 600)} for kind in (RESET, JOIN))
    return {
        "storefront.download": {"token": sign({"d": nothing}, PURPOSE, 600)},
        "storefront.pay_page": page, "storefront.pay": page,
        "storefront.reset_page": reset, "storefront.reset": reset,
        "storefront.join_page": join, "storefront.finish": join,
        "front.new_password_form": {"token": nobodys_link()},
        "front.unsubscribe_page": {"token": nobodys_subscription()},
        "storefront.enter_preview": {"token": preview_token(uuid4(), uuid4())},
    }  # fmt: skip


LAST = frozenset(
    {
        "storefront.place",
        "storefront.end_others",
        "front.drop_passkey",
        "admin.uninstall_the_plugin",
        "api_v1.uninstall_a_plugin",
    }
)
CLOSING = {"admin.close_the_store", "api_v1.close_to_shoppers"}


def reopen(tenant_id: UUID, rule: Rule) -> None:
    """Open the attacker's store again: whoever asks a closed one hears of nothing else."""
    if rule.endpoint in CLOSING:
        with tenant_scope(tenant_id), unit_of_work() as work:
            store = work.scalars(select(Store).where(Store.tenant_id == tenant_id)).one()
            set_opened(tenant_id, store.id, True)
        store_lookup.clear()


@contextmanager
def enumerating(
    app: Flask,
    rules: list[Rule] | None = None,
    more: Callable[[Fort], Places] | None = None,
    prepare: Callable[[UUID, bool], None] = lambda _id, _victim: None,
    **changes: Any,
) -> Iterator[Enumerator]:
    """An enumerator over all rules of the application (or these), with everything watched.

    `more` gives the places of routes that are not the project's own.
    """
    rivals = make_rivals(app, prepare)
    rivals.more = more
    watch = LeakDetector(app, rivals.rival.tenant_id, rivals.acme.tenant_id)
    app.extensions["mtc.ports"] = replace(app.extensions["mtc.ports"], limits=watch.limits, cache=watch.cache)
    few = {"anonymous", "customer", "owner", "program", "root"}
    actors = [one for one in rivals.actors() if one.name in few or not changes.get("reduced")]
    yield Enumerator(
        app, rivals.mine(), rivals.theirs(), actors, watch,
        rules or sorted(
            [*app.url_map.iter_rules(), *all_rules(app)],
            key=lambda rule: (rule.rule, rule.endpoint),
        ),
        **{"fields": FIELDS, "open_to_all": OPEN_TO_ALL | open_to_all(app), "refusals": REFUSALS,
           "nowhere": nowhere(), "last": LAST,
           "after_rule": partial(reopen, rivals.acme.tenant_id)} | changes,
    )  # fmt: skip


__all__ = ["PLATFORM", "Rivals", "enumerating", "make_rivals"]
