"""A good request for each route with which a person changes something, and what has to be there first."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from mtc.catalog.services import product_types, stock_file_uploads, stock_reservation
from mtc.core.context import Actor
from mtc.core.crypto import sign
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.delivery.models import Delivery
from mtc.identity.models import LoginSession, Passkey, TenantUser, User
from mtc.identity.services import open_session
from mtc.identity.services.password_reset import PURPOSE
from mtc.orders.hooks import OrderDraft
from mtc.orders.models import OrderItem
from mtc.orders.services import create_order
from mtc.payments.models import Refund
from mtc.platform.services import NewTenant, open_tenant
from mtc.senders.services import set_sender
from mtc.tenants.models import Store
from mtc.tenants.queries import stores_of
from mtc.tenants.services import legal_pages
from mtc.tenants.services.store_lookup import store_info
from mtc.web.access import access_of
from tests.factories.factors import give_app
from tests.factories.imports import running_import
from tests.security.attacks import forms
from tests.security.fort import PASSWORD, PLATFORM, Fort, Visitor
from tests.security.places import places

# What must come before something else makes it impossible, and what ends a session.
FIRST = (
    "admin.set_aside", "admin.reveal_key", "admin.replace_faulty", "admin.give_back", "front.take_place",
    "platform.start_visit_at", "platform.raise_visit_at", "platform.leave",
    "platform.resend_to_owner", "platform.revoke_owner", "platform.invite_owner",
    "admin.uninstall_the_plugin", "admin.install_the_plugin",
)  # fmt: skip
LAST = ("front.set_password", "front.log_out")
# What asks for a code or a device's answer to a challenge: what an entry says, and none on the way.
DEVICES = {
    "front.add_totp": ["Set up an authenticator app"],
    "front.passkey_options": [],
    "front.add_passkey": ["Set up a passkey"],
    "front.passkey_challenge": [],
    "front.passkey_login": ["Logged in with a passkey"],
    "front.second_passkey": [],
    "front.second_step": ["Logged in with a second factor"],
}
FACTORS = {
    "front.drop_passkey", "front.drop_totp", "front.end_one", "front.end_others", "front.name_passkey",
    "front.new_recovery_codes",
}  # fmt: skip
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f00"
    "050001ff89993d1d0000000049454e44ae426082"
)


def routes_of_people(site: Flask) -> list[Any]:
    """Each unsafe route of the platform's host that a person may use."""
    found = []
    for rule in site.url_map.iter_rules():
        access = access_of(site.view_functions[rule.endpoint])
        assert access is not None
        if rule.endpoint in DEVICES:
            continue
        mine = access.kind in {"staff", "account", "platform"} or rule.endpoint.startswith("front.")
        if mine and (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}:
            found.append(rule)
    order = {name: place for place, name in enumerate(FIRST)} | dict.fromkeys(LAST, 10_000)
    return sorted(found, key=lambda one: (order.get(one.endpoint, 100), one.endpoint))


def good_requests(
    fort: Fort, root_id: UUID, support: UUID
) -> tuple[dict[str, dict[str, str]], dict[str, dict[str, Any]]]:
    """Places and forms with which each route does what it is for."""
    where, what = places(fort), forms(fort)
    with tenant_scope(fort.tenant_id), unit_of_work():
        one = create_order(
            OrderDraft(
                store_id=session.scalars(select(Store)).one().id, currency="EUR", country="IE", name="Bea",
                email="b@example.org", lines=((UUID(fort.ids["file_variant"]), 1),),
            )
        ).order  # fmt: skip
        where["admin.book_payment"] = {"tenant": fort.slug, "number": one.order_number}
        item = session.get_one(OrderItem, (fort.tenant_id, UUID(fort.ids["item"])))
        what["admin.give_back"] |= {"expected": str(item.total), "before": "0"}
        for endpoint in ("admin.save_type", "admin.delete_type"):  # types that no product uses
            kind = product_types.create({"name": endpoint})
            where[endpoint] = {"tenant": fort.slug, "which": str(kind.id)}
            what[endpoint] = {"name": "Saved", "version": product_types.version_of(kind.updated_at)}
            what[endpoint] |= {"stock_source": "pool"}
    what["front.choose_new_password"] |= {"token": _link(support)}
    where["admin.cancel"] = {"tenant": fort.slug, "number": fort.pending}
    what["admin.complete_by_hand"] = {"message": "Your key is CANARY-BY-HAND"}
    what["admin.add_keys"] = {"keys": "CANARY-AAAA-1\nCANARY-BBBB-2", "batch": "b"}
    what["front.log_in"] = {"email": "owner@acme.example", "password": PASSWORD}
    what["front.set_password"] |= {"old": PASSWORD}
    what["platform.set_status"] = {"status": "suspended", "confirm": fort.slug}
    where |= _vacant(root_id)
    what["admin.save_brand_picture"] = {"picture": (BytesIO(PNG), "dot.png")}
    # What changes something: the forms of the attacks may leave all as it is.
    what["admin.add_files"] = {"files": (BytesIO(b"%PDF-1.7 more"), "more.pdf")}
    what["admin.change_file"] = {"do": "rename", **_renamed(fort)}
    what["admin.change_member_role"] = {"role": "manager"}
    what["admin.change_picture"] = {"do": "remove"}
    what["admin.switch_payment_method"] = {"active": "1"}
    what["admin.switch_plugin"] = {"active": "1"}
    what["admin.replace_file"] = {"files": (BytesIO(b"%PDF-1.7 new"), "new.pdf")}
    what["admin.add_pictures"] = {"pictures": (BytesIO(PNG), "dot.png"), "alt": "A dot"}
    return where, what


def _renamed(fort: Fort) -> dict[str, str]:
    return {f"rename-{fort.ids['file_variant']}-{fort.ids['file']}": "another.zip"}


def _link(user_id: UUID) -> str:
    """What is mailed to somebody who has forgotten the password."""
    with platform_scope("read a person of a test", readonly=True), unit_of_work():
        epoch = session.get_one(User, user_id).auth_epoch
    return sign({"u": str(user_id), "e": epoch}, PURPOSE, 600)


def _vacant(root_id: UUID) -> dict[str, dict[str, str]]:
    """Where the routes lead that need a tenant whose owner is only invited."""
    actor = Actor("super_admin", root_id, "Root", permissions=frozenset({"platform"}))
    with platform_scope("open a tenant of a test"), unit_of_work():
        tenant, row = open_tenant(NewTenant("vacant", "Vacant", "v@example.org", "EUR", "slate"), actor)
        place = {"slug": tenant.slug, "which": str(row.id)}
    return {f"platform.{name}": place for name in ("resend_to_owner", "revoke_owner", "invite_owner")}


def prepare(fort: Fort, endpoint: str, where: dict[str, dict[str, str]], owner: UUID) -> None:
    """Bring about what a route asks for."""
    with tenant_scope(fort.tenant_id), unit_of_work():
        if endpoint in ("admin.retry_line", "admin.complete_by_hand"):
            for delivery in session.scalars(select(Delivery)):
                delivery.status = "processing"
        if endpoint == "admin.undo_batch":
            report = stock_reservation.add_keys(UUID(fort.ids["variant"]), "CANARY-UNDO-1", "taken back")
            where[endpoint] = {**where[endpoint], "batch": str(report.batch_id)}
        if endpoint == "admin.stop_import":
            begun = running_import(UUID(fort.ids["variant"]))
            where[endpoint] = {**where[endpoint], "which": str(begun)}
        if endpoint == "admin.import_keys":
            pieces = [b"Code;Note\nCANARY-SENT-1;x\nCANARY-SENT-2;y\n"]
            kept = stock_file_uploads.keep(UUID(fort.ids["variant"]), owner, pieces, "keys.csv", "sent")
            where[endpoint] = {**where[endpoint], "upload": str(kept)}
        if endpoint == "front.unsubscribe":
            mine = session.scalars(select(TenantUser.id).where(TenantUser.user_id == owner)).one()
            said = {"t": str(fort.tenant_id), "m": str(mine), "k": "stock"}
            where[endpoint] = {"token": sign(said, "unsubscribe", 600)}
        if endpoint in ("admin.check_sender", "admin.remove_sender"):
            row = set_sender(store_info(stores_of(fort.tenant_id)[0]).id, "shop@games.example.com")
            row.asked_at = None
        if endpoint == "admin.open_the_store":
            store = store_info(stores_of(fort.tenant_id)[0])
            legal_pages.save_draft(store, "terms", "Terms", "Be kind.")
            legal_pages.publish(store, "terms")
        if endpoint == "admin.try_again":
            refund = session.scalars(select(Refund).limit(1)).one()
            refund.status = "failed"
            where[endpoint] = {**where[endpoint], "which": str(refund.id)}


def enrolled(site: Flask, user_id: UUID, rule: str, where: dict[str, dict[str, str]]) -> Visitor:
    """Somebody with an app and a passkey, in a session of a moment ago, and another session."""
    visitor = Visitor(site.test_client(), PLATFORM)
    with platform_scope("give a person of a test two factors"), unit_of_work():
        give_app(user_id)
        row = Passkey(user_id=user_id, name="Key", credential_id=f"c-{rule}", public_key="k", transports=[])
        session.add(row)
        user = session.get_one(User, user_id)
        epoch = user.auth_epoch
        for how in (None, "totp"):
            visitor.key = open_session(user_id=user_id, auth_epoch=epoch, second_factor=how)
        query = select(LoginSession.id).where(
            LoginSession.user_id == user_id, LoginSession.second_factor.is_(None)
        )
        where["front.end_one"] = {"session_id": str(session.scalars(query.limit(1)).one())}
        where[rule] = {"passkey": str(row.id)} if "passkey" in rule else where.get(rule, {})
    visitor.client.set_cookie("mtc_staff", visitor.key, domain="localhost")
    return visitor
