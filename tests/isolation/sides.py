"""Acme, whose people attack, and a rival with a mark in everything it has, as the enumerator needs them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import Connection, String, Table, Text, UniqueConstraint, select, update
from werkzeug.routing import Rule

from mtc.catalog.services import key_uploads, stock
from mtc.checkout.models import CartLine
from mtc.core import clock
from mtc.core.crypto import sign
from mtc.core.db import Base, unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.delivery.services.downloads import PURPOSE
from mtc.events.models import Task
from mtc.events.services import run_due
from mtc.identity.models import LoginSession, Passkey
from mtc.identity.services.proofs import JOIN, RESET
from mtc.identity.services.roles import DEFAULT_ROLES
from mtc.payments.kinds.test import PAGE
from mtc.payments.models import Refund
from mtc.tenants.models import Counter, Store
from mtc.tenants.services import directory, set_opened
from mtc.testing.canaries import KNOWN, PRIVATE, PUBLIC, marked_ids, word
from mtc.testing.enumerator import Enumerator
from mtc.testing.rows import insert_everywhere
from mtc.testing.tenants import make_world
from mtc.testing.visitors import Actor, Side, Visitor
from mtc.testing.watch import Watch
from mtc.web.preview import preview_token
from tests.factories.imports import IMPORT_ROUTES, running_import
from tests.security.attacks import FIELDS, forms, nobodys_link, nobodys_subscription, places
from tests.security.fort import PLATFORM, SCOPES, Fort, People, build, hire, sync_all

# What the rival shows to everyone on its own host, and what the platform knows of its tenants.
SHOWN = {
    "collections", "collection_products", "media", "pricing_rules", "product_attributes", "product_search",
    "product_types", "product_variants", "products", "ui_components", "ui_layouts", "ui_templates",
    "ui_themes", "ui_widgets",
}  # fmt: skip
TOLD = {"audit_entries", "domains", "stores", "tenant_users", "tenants", "user_roles", "users"}
# Texts that people write; all others are codes, addresses and hashes that the program reads.
WRITTEN = {
    "alt", "badge", "batch", "body_html", "body_text", "description", "error", "filename", "hint", "label",
    "name", "reason", "subject", "summary", "tagline", "title", "user_agent", "variant_title",
}  # fmt: skip
CODES = {"events", "tasks", "counters"}
WRITTEN_ONCE = {"audit_entries"}

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
            "front.end_one": {"one": fort.ids["session"]},
            "storefront.end_one": {"one": fort.ids["shopper_session"]},
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
        for name, scopes in (("program", SCOPES), ("weak program", SCOPES[:1])):
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
        visitor.client.set_cookie("mtc_cart", self.carts[0], domain=_host(visitor.base))
        return visitor

    def _customer(self, at: str) -> Visitor:
        ada = self.people.shopper(self.acme, logged_in=True)
        return self._there(ada.key, at, "mtc_shop") if at else ada

    def _staff_at_a_shop(self, at: str) -> Visitor:
        visitor = self._there(self.people.staff("owner").key, at or self.acme.base, "mtc_shop")
        visitor.client.set_cookie("mtc_staff", visitor.key, domain=_host(visitor.base))
        return visitor

    def _there(self, key: str, base: str, cookie: str) -> Visitor:
        visitor = Visitor(self.app.test_client(), base, key=key)
        visitor.client.set_cookie(cookie, key, domain=_host(base))
        return visitor


def _host(base: str) -> str:
    return base.removeprefix("http://").partition(":")[0]


def _cursor(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).rstrip(b"=").decode()


def make_rivals(app: Flask, prepare: Callable[[UUID, bool], None] = lambda _id, _victim: None) -> Rivals:
    """Build both; whatever is made for the rival carries its marks.

    `prepare` is told each tenant, and whether it is the rival, before anything is sold there.
    """
    directory.clear()  # of another test's acme
    sync_all()
    world = make_world("acme", "Acme")
    prepare(world.id, False)
    acme = build(world)
    cart = _more(app, acme)
    with marked_ids():
        world = make_world("rival", "Rival")
        with tenant_scope(world.id), unit_of_work() as work:
            work.add(Counter(tenant_id=world.id, name="order", value=7000))
        prepare(world.id, True)
        rival = build(world, extra=f" {word(PUBLIC)}", tail="-r")
        their_cart = _more(app, rival)
        with platform_scope("mark what the rival has"), unit_of_work() as work:
            _mark(work.connection(), world.id)
            generic = insert_everywhere(work.connection(), world.id, lambda table: word(_mark_of(table)))
            later = {"next_at": datetime(2354, 1, 1, tzinfo=UTC)}  # no worker knows what such a task means
            work.execute(update(Task).where(Task.id == generic["tasks"]).values(later))
    people = hire(app, acme, rival)
    _credentials(people, {"owner": acme})
    with marked_ids():
        _credentials(people, {"stranger": rival})
    return Rivals(app, acme, rival, people, generic, (cart, their_cart))


def _more(app: Flask, fort: Fort) -> str:
    """What a fort does not have: a refund that failed, another session of its customer, batches of keys,

    and a cart with a line, whose cookie is returned.
    """
    with tenant_scope(fort.tenant_id), unit_of_work() as work:
        order, payment = UUID(fort.ids["order_id"]), UUID(fort.ids["payment_row"])
        refund = Refund(
            order_id=order, payment_id=payment, amount=1, currency="EUR", status="failed", lines=[]
        )
        now = clock.now()
        other = LoginSession(
            tenant_id=fort.tenant_id, customer_id=fort.customer, key_hash=uuid4().hex,
            last_seen_at=now, expires_at=now + timedelta(days=1),
        )  # fmt: skip
        work.add_all([refund, other])
        work.flush()
        for name in ("batch", "other_batch"):
            report = stock.add_keys(UUID(fort.ids["variant"]), _own(fort, f"batch-{name}"), name)
            fort.ids[name] = str(report.batch_id)
        begun = running_import(UUID(fort.ids["variant"]), _own(fort, "list.csv"))
        fort.ids |= {"refund": str(refund.id), "shopper_session": str(other.id), "import": str(begun)}
    run_due()  # what follows from more keys
    shopper = Visitor(app.test_client(), fort.base)
    shopper.post("/cart/add", {"variant_id": fort.ids["file_variant"]})
    with tenant_scope(fort.tenant_id, readonly=True), unit_of_work() as work:
        fort.ids["cart_line"] = str(work.scalars(select(CartLine)).one().id)
    cookie = shopper.client.get_cookie("mtc_cart", domain=_host(fort.base))
    assert cookie is not None
    return cookie.value


def _own(fort: Fort, text: str) -> str:
    """A key, with a mark if it is the rival's."""
    return f"{word(PRIVATE)}-{text}" if fort.tail else f"acme-{text}"


def _credentials(people: People, owners: dict[str, Fort]) -> None:
    """A passkey, a second session and a file of keys that was sent, for the owner of each store."""
    with platform_scope("passkeys for tests"), unit_of_work() as work:
        for role, fort in owners.items():
            user, now = people.users[role], clock.now()
            key = Passkey(user_id=user, name="Key", credential_id=word(KNOWN), public_key="x")
            other = LoginSession(
                user_id=user, key_hash=word(KNOWN), last_seen_at=now, expires_at=now + timedelta(days=1)
            )
            work.add_all([key, other])
            work.flush()
            fort.ids |= {"passkey": str(key.id), "session": str(other.id)}
    for role, fort in owners.items():
        with tenant_scope(fort.tenant_id), unit_of_work():
            keys = [f"Key,Note\n{_own(fort, 'sent-1')},x\n".encode()]
            kept = key_uploads.keep(UUID(fort.ids["variant"]), people.users[role], keys, "keys.csv", "sent")
            fort.ids["upload"] = str(kept)


def _mark_of(table: Table) -> str:
    return PUBLIC if table.name in SHOWN else KNOWN if table.name in TOLD else PRIVATE


def _mark(connection: Connection, tenant_id: UUID) -> None:
    """Put a mark behind every text that people wrote."""
    for table in Base.metadata.sorted_tables:
        owner = table.c.id if table.name == "tenants" else table.c.get("tenant_id")
        if owner is None or table.name in CODES | WRITTEN_ONCE:
            continue
        keyed = {c.name for k in table.constraints if isinstance(k, UniqueConstraint) for c in k.columns}
        for column in table.columns:
            free = isinstance(column.type, String | Text) and column.name in WRITTEN - keyed
            if free:
                more = f" {word(_mark_of(table))}"
                connection.execute(
                    update(table).where(owner == tenant_id).values({column.name: column + more})
                )


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


LAST = frozenset({"storefront.place", "storefront.end_others", "front.drop_passkey"})
CLOSING = {"admin.close_the_store", "api_v1.close_to_shoppers"}


def reopen(tenant_id: UUID, rule: Rule) -> None:
    """Open the attacker's store again: whoever asks a closed one hears of nothing else."""
    if rule.endpoint in CLOSING:
        with tenant_scope(tenant_id), unit_of_work() as work:
            store = work.scalars(select(Store).where(Store.tenant_id == tenant_id)).one()
            set_opened(tenant_id, store.id, True)
        directory.clear()


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
    watch = Watch(app, rivals.rival.tenant_id, rivals.acme.tenant_id)
    app.extensions["mtc.ports"] = replace(app.extensions["mtc.ports"], limits=watch.limits, cache=watch.cache)
    few = {"anonymous", "customer", "owner", "program", "root"}
    actors = [one for one in rivals.actors() if one.name in few or not changes.get("reduced")]
    yield Enumerator(
        app, rivals.mine(), rivals.theirs(), actors, watch,
        rules or sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)),
        **{"fields": FIELDS, "open_to_all": OPEN_TO_ALL, "refusals": REFUSALS, "nowhere": nowhere(),
           "last": LAST, "after_rule": partial(reopen, rivals.acme.tenant_id)} | changes,
    )  # fmt: skip


__all__ = ["PLATFORM", "Rivals", "enumerating", "make_rivals"]
