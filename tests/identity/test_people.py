"""Staff and shoppers: making them, logging in, and never telling who exists."""

from types import SimpleNamespace
from uuid import UUID

import pytest
from argon2 import PasswordHasher
from flask import Flask

from mtc.core.context import Context, use
from mtc.core.db import session, unit_of_work
from mtc.core.errors import ConflictError, GoneError, UnauthorizedError, ValidationError
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.identity import queries
from mtc.identity.models import Customer, User
from mtc.identity.services import (
    add_member,
    create_default_roles,
    create_user,
    customer_login,
    guest_customer,
    membership,
    passwords,
    staff_login,
)
from mtc.identity.services.email_tokens import JOIN, RESET, join, proof_token
from mtc.identity.services.passwords import (
    check_password_rules,
    hash_password,
    needs_rehash,
    verify_password,
)
from mtc.tenants.services import set_status
from tests.factories.tenants import World
from tests.servers.database import both_databases

PASSWORD = "a mild winter in Graz"


@pytest.mark.parametrize(
    "password",
    [
        "short", "a" * 129, "password123", "PASSWORD123", "aaaaaaaaaaaa", "ada@shop.example", "Ada Lovelace",
        "lovelace-2026!", "Admin-Password-1", "MTC-demo-2026", "shop.1234567", "q1w2e3r4t5y6", "supersecret",
    ],
)  # fmt: skip
def test_passwords_that_are_refused(password: str) -> None:
    with pytest.raises(ValidationError) as refused:
        check_password_rules(password, about=("Ada@shop.example", "Ada Lovelace"))
    assert list(refused.value.details) == ["password"]


@pytest.mark.parametrize(
    "password",
    [
        "a mild winter in Graz", "x" * 60 + "abcd", "ÄÖÜß ÄÖÜß!", "1357902468135", "demo of a long winter",
        "    spaces    ",
    ],
)  # fmt: skip
def test_passwords_of_any_kind_are_taken_as_they_are(password: str) -> None:
    assert check_password_rules(password, about=("Ada@shop.example", "Ada Lovelace")) == password


STORE = SimpleNamespace(
    name="Questline", slug="games", tenant_name="Quéstline & Sons", primary_host="shop.moonbase.example"
)


@pytest.mark.parametrize(
    "password",
    ["questline12", "Questline-2026", "12345questline", "questlinequestline", "questlinegames1",
     "Quéstline12!", "mooNbase_99", "sons-questline", "questline ada 1", "questlineshop"],
)  # fmt: skip
def test_the_name_of_the_store_is_no_password(password: str) -> None:
    assert check_password_rules(password, about=("Ada@shop.example", "Ada")) == password  # of another store
    with use(Context(store=STORE)), pytest.raises(ValidationError) as refused:
        check_password_rules(password, about=("Ada@shop.example", "Ada"))
    assert "password" in refused.value.details


@pytest.mark.parametrize(
    "password", ["questline in winter", "requestlines", "questlinx12", "moonbases on mars"]
)
def test_words_beside_the_name_make_a_password(password: str) -> None:
    with use(Context(store=STORE)):
        assert check_password_rules(password) == password


def test_the_list_of_common_passwords_is_long_and_fits_the_rules() -> None:
    common = passwords._common()
    assert len(common) > 9_000 and min(map(len, common)) == passwords.SHORTEST
    assert all(one == one.lower() and len(set(one)) >= 4 for one in common)
    for one in sorted(common)[::500]:
        with pytest.raises(ValidationError, match="Choose another password"):
            check_password_rules(one.title())


@pytest.mark.usefixtures("costly_hashes")
def test_a_password_is_kept_as_argon2id_of_its_own_salt() -> None:
    hashed = hash_password(PASSWORD)
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert hash_password(PASSWORD) != hashed
    assert verify_password(hashed, PASSWORD)
    assert not verify_password(hashed, PASSWORD + " ")
    assert not verify_password(None, PASSWORD)
    assert not verify_password("no hash", PASSWORD)
    assert not needs_rehash(hashed)
    assert needs_rehash("$argon2id$v=19$m=1024,t=1,p=1$c29tZXNhbHQ$" + "A" * 43)


SPELLINGS = [
    ("Zürich im Frühling", "Zu\u0308rich im Fru\u0308hling"),
    ("ma\u00f1ana por la ma\u00f1ana", "man\u0303ana por la man\u0303ana"),
    ("mon mot de passe", "mon\u00a0mot\u202fde\u3000passe"),
    ("한국어 비밀번호 열자 이상", "한국어 비밀번호 열자 이상".replace("한", "\u1112\u1161\u11ab")),
    ("e\u0323\u0302 zehn Zeichen", "\u1ec7 zehn Zeichen"),
]


@pytest.mark.parametrize(("one", "other"), SPELLINGS)
def test_a_password_is_the_same_on_every_keyboard(one: str, other: str) -> None:
    """mattermost/mattermost #36877, usnistgov/800-63-3 #301: chosen on one device, refused on another."""
    assert one != other
    for chosen, typed in ((one, other), (other, one)):
        assert verify_password(hash_password(chosen), typed)
        assert verify_password(passwords._hasher.hash(chosen), chosen)  # from before there was one form
    assert check_password_rules(one) == check_password_rules(other)
    assert not verify_password(hash_password(one), f"{one}x")
    assert not verify_password(hash_password(one), one + " ")


def test_letters_that_only_look_alike_are_other_letters() -> None:
    for one, other in (
        ("ｐassword in full width", "password in full width"),
        ("ﬁne old house", "fine old house"),
    ):
        assert not verify_password(hash_password(one), other)


def test_the_length_of_a_password_counts_what_is_seen() -> None:
    with pytest.raises(ValidationError):
        check_password_rules("u\u0308a\u0308o\u0308e\u0301i\u0301")  # five letters


def test_an_unknown_name_costs_as_much_as_a_known_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """One verification each, with the same parameters: a dummy stands in for the hash that is not there."""
    hasher, costs = passwords._hasher, []

    class Watched(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:
            costs.append(str(hash).split("$")[1:4])
            return hasher.verify(hash, password)

    monkeypatch.setattr(passwords, "_hasher", Watched(**_parameters(hasher)))
    passwords._dummy.cache_clear()
    assert not verify_password(hash_password(PASSWORD), "not the password")
    assert not verify_password(None, "not the password")
    assert len(costs) == 2 and costs[0] == costs[1]
    # What is not in one form is compared twice, whoever is asked for.
    for hashed in (hash_password(PASSWORD), None):
        costs.clear()
        assert not verify_password(hashed, "Zu\u0308rich")
        assert len(costs) == 2 and costs[0] == costs[1]
    passwords._dummy.cache_clear()


def _parameters(hasher: PasswordHasher) -> dict[str, int]:
    names = ("time_cost", "memory_cost", "parallelism")
    return {name: getattr(hasher, name) for name in names}


@both_databases
def test_staff_log_in_and_every_failure_looks_the_same(app: Flask, tenant: World) -> None:
    with platform_scope("make a user"), unit_of_work():
        user = create_user(" Ada@Shop.example ", "Ada", PASSWORD)
        with pytest.raises(ConflictError):
            create_user("ADA@shop.example", "Other", PASSWORD)
    assert (user.email, user.email_lc) == ("Ada@Shop.example", "ada@shop.example")
    with platform_scope("log in"), unit_of_work():
        assert staff_login("ada@SHOP.example", PASSWORD).id == user.id
    said = set()
    for email, password in (("ada@shop.example", "wrong"), ("bob@shop.example", PASSWORD), ("", "")):
        with platform_scope("log in"), pytest.raises(UnauthorizedError) as refused, unit_of_work():
            staff_login(email, password)
        said.add(refused.value.message)
    with platform_scope("lock out"), unit_of_work():
        session.get_one(User, user.id).status = "blocked"
    with platform_scope("log in"), pytest.raises(UnauthorizedError) as refused, unit_of_work():
        staff_login("ada@shop.example", PASSWORD)
    assert said | {refused.value.message} == {"The e-mail address or the password is wrong."}


@both_databases
def test_a_membership_brings_the_permissions_of_its_role(
    app: Flask, tenant: World, other_tenant: World
) -> None:
    with platform_scope("make a user"), unit_of_work():
        user = create_user("ada@shop.example", "Ada", PASSWORD)
    with tenant_scope(tenant.id), unit_of_work():
        create_default_roles(tenant.id)
        add_member(tenant.id, user.id, "support")
        with pytest.raises(ConflictError):
            add_member(tenant.id, user.id, "owner")
    with platform_scope("who is it", readonly=True):
        found = membership(user.id, "acme")
        assert found is not None
        assert (found.tenant_id, found.role) == (tenant.id, "support")
        assert "orders:read" in found.permissions
        assert "orders:refund" not in found.permissions
        assert membership(user.id, "rival") is None
        assert [row.slug for row in queries.tenants_of(user.id)] == ["acme"]
    with platform_scope("close"), unit_of_work():
        set_status(tenant.id, "deleted")
    with platform_scope("who is it", readonly=True):
        assert membership(user.id, "acme") is None


def _join(tenant_id: UUID, email: str, **more: str) -> Customer:
    return join(tenant_id, proof_token(guest_customer(tenant_id, email), JOIN), PASSWORD, **more)


@both_databases
def test_shoppers_are_of_one_tenant(scope: World, other_tenant: World) -> None:
    with unit_of_work():
        mine = _join(scope.id, "Bob@mail.example", name=" Bob ")
        link = proof_token(mine, JOIN)
    assert (mine.name, mine.email_lc) == ("Bob", "bob@mail.example")
    with tenant_scope(other_tenant.id), pytest.raises(UnauthorizedError), unit_of_work():
        customer_login(other_tenant.id, "bob@mail.example", PASSWORD)
    with tenant_scope(other_tenant.id), pytest.raises(GoneError), unit_of_work():
        join(other_tenant.id, link, PASSWORD)
    with tenant_scope(other_tenant.id), unit_of_work():
        theirs = _join(other_tenant.id, "bob@mail.example")
    assert theirs.id != mine.id
    with unit_of_work():
        assert customer_login(scope.id, "BOB@mail.example", PASSWORD).id == mine.id


@both_databases
def test_a_guest_becomes_a_customer_and_keeps_the_row(scope: World) -> None:
    with unit_of_work():
        guest = guest_customer(scope.id, "eve@mail.example", country="AT")
        assert guest_customer(scope.id, "EVE@mail.example") is guest
        with pytest.raises(UnauthorizedError):
            customer_login(scope.id, "eve@mail.example", "")
        first, second = proof_token(guest, JOIN), proof_token(guest, JOIN)
        with pytest.raises(ValidationError):
            join(scope.id, proof_token(guest, RESET), PASSWORD)
        made = join(scope.id, first, PASSWORD)
        assert (made.id, made.auth_epoch, made.verified_at is not None) == (guest.id, 1, True)
        for used in (first, second):
            with pytest.raises(GoneError):
                join(scope.id, used, "another mild winter")
        assert session.query(Customer).count() == 1
