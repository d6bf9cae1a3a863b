"""The owner of a new tenant: invited by mail, with the link shown once; nobody is given a password."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from mtc.core import clock
from mtc.core.context import Actor, acting
from mtc.core.db import session, unit_of_work
from mtc.core.errors import ConflictError, ForbiddenError, GoneError
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.emails.models import Email
from mtc.identity.models import TenantUser, User
from mtc.identity.services import add_member
from mtc.pages.services.manifest_sync import sync_all
from mtc.platform import queries
from mtc.platform.services import NewTenant, open_tenant
from mtc.tasks.services import run_due
from mtc.team.models import Invitation
from mtc.team.services import find_offer, invite_owner, token_of
from mtc.tenants.queries import tenant_by_slug
from tests.admin.conftest import Shop
from tests.admin.people import Person
from tests.audit.log import difference, entries
from tests.fakes.ports import FakePorts
from tests.servers.database import both_databases

NEW = {
    "name": "Green Seeds", "slug": "seeds", "email": "sam@seeds.example",
    "currency": "GBP", "theme": "folio", "country": "gb",
}  # fmt: skip
JOINS = {"name": "Sam Seed", "password": "a good long sentence", "again": "a good long sentence"}


@pytest.fixture
def root(person: Callable[[str], Person]) -> Person:
    """The super admin, logged in; the system's themes are there."""
    sync_all()
    return person("root")


def _link(answer: TestResponse) -> str:
    """The path of the link that an answer shows."""
    found = re.search(r'id="invitation-link"[^>]*>http://localhost:8000(/join/[0-9a-f]{64})<', answer.text)
    assert found is not None, answer.text
    return found[1]


def _which() -> str:
    with platform_scope("look at invitations", readonly=True), unit_of_work():
        return str(session.scalars(select(Invitation.id).order_by(Invitation.created_at.desc())).first())


def _owners() -> list[tuple[str, str]]:
    with platform_scope("look at memberships", readonly=True), unit_of_work():
        found = tenant_by_slug("seeds")
        assert found is not None
        return [(one.email, one.role) for one in queries.people_of(found.id)]


@both_databases
def test_the_owner_is_invited_and_chooses_the_password(
    app: Flask, shop: Shop, root: Person, ports: FakePorts
) -> None:
    answer = root.post("/platform/tenants/new", NEW)
    path = _link(answer)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (201, "no-store")
    run_due()
    mail = ports.mail.sent[-1]
    assert (mail.to, mail.from_) == ("sam@seeds.example", "shop@localhost")
    assert path in mail.text and "Root invites you to work for Green Seeds as Owner" in mail.text
    with platform_scope("look at what is kept", readonly=True), unit_of_work():
        token = path.removeprefix("/join/")
        assert not [one for one in session.scalars(select(Email)) if token in one.body_text + one.body_html]
        assert token not in list(session.scalars(select(Invitation.token_hash)))
        assert session.scalars(select(User.id).where(User.email_lc == "sam@seeds.example")).first() is None
    page = root.get("/platform/tenants/seeds").text
    assert token not in page and "sam@seeds.example" in page and _owners() == []
    sam, thief = Person(app), Person(app)
    assert sam.post(path, {**JOINS, "password": "short", "again": "short"}).status_code == 422
    assert sam.post(path, JOINS).headers["Location"] == "/admin/seeds/"
    assert "No sale yet" in sam.get("/admin/seeds/").text
    assert sam.get("/admin/acme/").status_code == 404
    assert _owners() == [("sam@seeds.example", "owner")]
    assert [thief.get(path).status_code, thief.post(path, JOINS).status_code] == [410, 410]
    made = entries("platform.create_tenant")[-1]
    assert difference(made)["invitation.role"] == (None, "owner") and token not in str(made.changes)


def test_who_has_a_log_in_simply_joins(app: Flask, shop: Shop, root: Person) -> None:
    path = _link(root.post("/platform/tenants/new", {**NEW, "email": "Owner@Acme.example"}))
    nobody = Person(app)
    assert f"/login?next={path}" in nobody.get(path).text and nobody.post(path, JOINS).status_code == 401
    assert root.post(path).status_code == 403, "it is for one address, not for whoever holds the link"
    owner = Person(app, "owner@acme.example").log_in()
    assert "Green Seeds" not in owner.get("/admin").text
    assert owner.post(path).headers["Location"] == "/admin/seeds/"
    assert owner.get("/admin/seeds/").status_code == 200 and owner.get(shop.url + "/").status_code == 200
    assert _owners() == [("owner@acme.example", "owner")]


@both_databases
def test_links_of_owners_end(app: Flask, shop: Shop, root: Person, ports: FakePorts) -> None:
    """By a newer one, by time, by being taken back, and when the platform's people or the tenant change."""
    nobody, url = Person(app), "/platform/tenants/seeds/owner"
    first = _link(root.post("/platform/tenants/new", NEW))
    again = root.post(f"{url}/{_which()}/resend")
    second = _link(again)
    assert (again.status_code, first != second) == (200, True)
    assert [nobody.get(first).status_code, nobody.get(second).status_code] == [410, 200]
    run_due()
    assert second in ports.mail.sent[-1].text
    with clock.frozen(clock.now()):
        clock.advance(timedelta(days=7).total_seconds() + 1)
        assert nobody.post(second, JOINS).status_code == 410
    with platform_scope("another person runs the platform"), unit_of_work():
        session.get_one(User, shop.users["root"].id).is_super_admin = False
    assert nobody.get(second).status_code == 410, "who invited runs the platform no more"
    with platform_scope("and runs it again"), unit_of_work():
        session.get_one(User, shop.users["root"].id).is_super_admin = True
    assert nobody.get(second).status_code == 200
    assert root.post(f"{url}/{_which()}/revoke").status_code == 303
    assert root.post(f"{url}/{_which()}/revoke").status_code == 404
    assert nobody.get(second).status_code == 410 and _owners() == []
    assert "Invite an owner" in root.get("/platform/tenants/seeds").text
    third = _link(root.post(url, {"email": "sal@seeds.example"}))
    told = entries("platform.invite_owner")[-1]
    assert (told.object_label, told.actor_name) == ("sal@seeds.example", "Root")
    with tenant_scope(told.tenant_id or shop.world.id, readonly=True), unit_of_work():
        assert session.scalars(select(Email.recipient).order_by(Email.created_at.desc())).first() == (
            "sal@seeds.example"
        ), "entry and mail are the tenant's own"
    root.post("/platform/tenants/seeds/status", {"status": "suspended", "confirm": "seeds"})
    assert nobody.get(third).status_code == 410
    root.post("/platform/tenants/seeds/status", {"status": "active"})
    assert nobody.post(third, JOINS).status_code == 303
    assert _owners() == [("sal@seeds.example", "owner")]


def test_the_platform_names_nobody_where_there_is_an_owner(app: Flask, shop: Shop, root: Person) -> None:
    """People are the tenant's own affair; a link that is on its way ends when somebody owns the tenant."""
    url = "/platform/tenants/acme/owner"
    before = len(entries())
    assert root.post(url, {"email": "spy@mtc.example"}).status_code == 409
    assert "Invite an owner" not in root.get("/platform/tenants/acme").text
    actor = Actor("super_admin", shop.users["root"].id, "Root", permissions=frozenset({"platform"}))
    with platform_scope("an owner who is away"), unit_of_work():
        mine = session.scalars(select(TenantUser).where(TenantUser.user_id == shop.users["owner"].id)).one()
        mine.status = "inactive"
        session.flush()
        token = token_of(_offered(shop, actor))
        assert find_offer(token).role == "owner"
        mine.status = "active"
        session.flush()
        with pytest.raises(GoneError):
            find_offer(token)
    for act in ("resend", "revoke"):
        assert root.post(f"{url}/{_which()}/{act}").status_code == 409
    owner = Person(app, "owner@acme.example").log_in()
    assert "spy@mtc.example" in owner.get(f"{shop.url}/team").text
    assert owner.post(f"{shop.url}/team/invitations/{_which()}/revoke").status_code == 303
    assert [one.action for one in entries()[before:] if one.action.startswith("platform.")] == []
    with platform_scope("somebody else"), unit_of_work(), pytest.raises(ForbiddenError):
        invite_owner(
            shop.world.id, Actor("staff", shop.users["owner"].id, permissions=frozenset()), "a@b.example"
        )


def _offered(shop: Shop, actor: Actor) -> Invitation:
    """An invitation of the platform to Acme, whose support person cannot be the one."""
    with acting(tenant_id=shop.world.id, actor=actor):
        with pytest.raises(ConflictError, match="works here already"):
            invite_owner(shop.world.id, actor, "Support@acme.example")
        row = invite_owner(shop.world.id, actor, "spy@mtc.example")
        with pytest.raises(ConflictError, match="invited already"):
            invite_owner(shop.world.id, actor, "second@mtc.example")
    return row


def test_what_cannot_be_invited_is_refused(shop: Shop, root: Person) -> None:
    root.post("/platform/tenants/new", NEW)
    url = "/platform/tenants/seeds/owner"
    refused = root.post(url, {"email": "other@seeds.example"})
    assert refused.status_code == 409 and "Send that invitation again" in refused.text
    codes = [root.post(f"{url}/{_which()}/resend").status_code for _ in range(6)]
    assert codes == [200] * 5 + [429]
    with platform_scope("look at the invitation", readonly=True), unit_of_work():
        assert session.scalars(select(Invitation.sent)).one() == 6, "what was refused changed nothing"
    root.post(f"{url}/{_which()}/revoke")
    wrong = root.post(url, {"email": "nobody"})
    assert wrong.status_code == 422 and '<a href="#email">' in wrong.text and 'value="nobody"' in wrong.text
    assert root.post("/platform/tenants/none/owner", {"email": "a@b.example"}).status_code == 404


@both_databases
def test_the_list_shows_who_waits_for_an_owner(shop: Shop, root: Person) -> None:
    actor = Actor("super_admin", shop.users["root"].id, "Root", permissions=frozenset({"platform"}))
    for slug in ("asked", "late", "taken", "owned"):
        with platform_scope("open a tenant of a test"), unit_of_work():
            made, row = open_tenant(NewTenant(slug, slug.title(), f"a@{slug}.example", "EUR", "slate"), actor)
            if slug == "late":
                row.expires_at = clock.now() - timedelta(days=3)
            if slug == "taken":
                row.status = "revoked"
            if slug == "owned":
                add_member(made.id, shop.users["stranger"].id, "owner")
            session.flush()

    def told(path: str) -> dict[str, str]:
        rows = re.findall(r"<tr><td.*?</tr>", root.get(path).text, re.DOTALL)
        words = ("Owner invited", "Invitation run out", "No owner")
        names = [re.search(r"tenants/([a-z]+)\"", row) for row in rows]
        return {
            name[1]: next((word for word in words if word in row), "")
            for name, row in zip(names, rows, strict=True)
            if name
        }

    waiting = {"asked": "Owner invited", "late": "Invitation run out", "taken": "No owner"}
    assert told("/platform/tenants") == {**waiting, "owned": "", "acme": ""}
    assert told("/platform/tenants?status=ownerless") == waiting
    with platform_scope("count", readonly=True), unit_of_work():
        assert queries.ownerless_count() == 3
    with platform_scope("the owner is blocked"), unit_of_work():
        session.get_one(User, shop.users["stranger"].id).status = "blocked"
    assert told("/platform/tenants?status=ownerless") == {**waiting, "owned": "Owner invited"}
