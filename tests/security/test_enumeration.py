"""Nobody learns who has an account: by text (test_sessions.py), by status, and by the work that is done.

Hashing is what takes time: every cause of a refusal costs exactly one verification with the same parameters.
The control is a log-in that looks the person up first and leaves when there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from argon2 import PasswordHasher
from flask import Flask

from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.identity import queries
from mtc.identity.models import Customer, User
from mtc.identity.services import guest_customer, passwords
from tests.security.fort import PASSWORD, Fort, People, Visitor

WRONG = "not the password of anybody"


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The parameters of each verification that was done."""
    hasher, done = passwords._hasher, list[str]()

    class Counting(PasswordHasher):
        """Writes down and does it."""

        def verify(self, hash: str | bytes, password: str | bytes) -> bool:
            """One verification."""
            done.append("$".join(str(hash).split("$")[1:4]))
            return hasher.verify(hash, password)

    names = ("time_cost", "memory_cost", "parallelism")
    monkeypatch.setattr(passwords, "_hasher", Counting(**{name: getattr(hasher, name) for name in names}))
    passwords._dummy.cache_clear()
    yield done
    passwords._dummy.cache_clear()


def cost(work: list[str], act: Callable[[], object]) -> list[str]:
    """The verifications that an act takes."""
    work.clear()
    act()
    return list(work)


@pytest.fixture
def causes(people: People, fort: Fort) -> dict[str, str]:
    """Addresses of every kind at the store."""
    with tenant_scope(fort.tenant_id), unit_of_work():
        guest_customer(fort.tenant_id, "guest@acme.example")
        blocked = Customer(tenant_id=fort.tenant_id, email="b", email_lc="blocked@acme.example")
        blocked.password_hash, blocked.status = passwords.hash_password(PASSWORD), "blocked"
        session.add(blocked)
    with platform_scope("block somebody in a test"), unit_of_work():
        session.get_one(User, people.users["manager"]).status = "blocked"
    return {
        "known": "ada@acme.example", "unknown": "nobody@acme.example", "guest": "guest@acme.example",
        "blocked": "blocked@acme.example", "rival's": "ada@rival.example", "empty": "", "odd": "x" * 400,
    }  # fmt: skip


def test_every_cause_of_a_refused_log_in_costs_one_verification(
    people: People, causes: dict[str, str], work: list[str]
) -> None:
    def tried(who: Visitor, path: str, email: str) -> list[str]:
        return cost(work, lambda: who.post(path, {"email": email, "password": WRONG}))

    more = {"owner": "owner@acme.example", "off": "manager@acme.example"}
    shop = {cause: tried(people.shopper(), "/account/login", email) for cause, email in causes.items()}
    staff = {cause: tried(people.staff(""), "/login", email) for cause, email in {**causes, **more}.items()}
    for done in (shop, staff):
        assert {cause: len(some) for cause, some in done.items()} == dict.fromkeys(done, 1)
        assert len({some[0] for some in done.values()}) == 1, done


def test_the_right_password_of_who_is_blocked_looks_like_a_wrong_one(
    people: People, causes: dict[str, str], work: list[str]
) -> None:
    said = set()
    for email, password in ((causes["blocked"], PASSWORD), (causes["known"], WRONG)):
        answer = people.shopper().post("/account/login", {"email": email, "password": password})
        said.add((answer.status_code, "The e-mail address or the password is wrong." in answer.text))
    assert said == {(422, True)}


def test_forms_that_mail_hash_nothing_and_answer_alike(
    site: Flask, people: People, fort: Fort, causes: dict[str, str], work: list[str]
) -> None:
    for path in ("/account/register", "/account/forgot", "/orders/lookup"):
        work.clear()
        forms = [{"email": causes[one], "number": "1"} for one in ("known", "unknown", "guest", "blocked")]
        assert {people.shopper().post(path, form).status_code for form in forms} == {200}, path
        assert work == [], path


def test_control_a_log_in_that_leaves_early_can_be_told_by_its_work(
    people: People, fort: Fort, causes: dict[str, str], work: list[str]
) -> None:
    def naive(email: str) -> None:
        with tenant_scope(fort.tenant_id, readonly=True):
            found = queries.customer_by_email(fort.tenant_id, email)
            if found is not None and found.password_hash is not None:
                passwords.verify_password(found.password_hash, WRONG)

    done = {cause: len(cost(work, lambda e=email: naive(e))) for cause, email in causes.items()}
    assert (done["known"], done["unknown"], done["guest"]) == (1, 0, 0)
