"""B23: scanners that fetch the links in mails to staff use none of them up."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from mtc.core.db import unit_of_work
from mtc.core.tenancy import platform_scope
from mtc.identity.services import create_user
from mtc.tasks.services import run_due, run_periodic
from tests.admin.conftest import Shop
from tests.admin.people import HOST, PASSWORD, Person
from tests.fakes.ports import FakePorts

NEW = "other words for this log-in"
EMAIL = "nina@new.example"


def invite(app: Flask, shop: Shop, owner: Person) -> None:
    assert owner.post(f"{shop.url}/team/invite", {"email": EMAIL, "role": "support"}).status_code == 303
    run_due()


def join(app: Flask, path: str) -> bool:
    answer = Person(app).post(path, {"name": "Nina", "password": NEW, "again": NEW})
    return answer.status_code == 303


def forget(app: Flask, shop: Shop, owner: Person) -> None:
    with platform_scope("make a person"), unit_of_work():
        create_user(EMAIL, "Nina", PASSWORD)
    Person(app).post("/login/forgot", {"email": EMAIL})
    run_periodic(force=True)


def choose(app: Flask, path: str) -> bool:
    form = {"token": path.rpartition("/")[2], "password": NEW, "again": NEW}
    done = Person(app).post("/login/new-password", form).status_code
    return (
        done in (200, 303)
        and Person(app).post("/login", {"email": EMAIL, "password": NEW}).status_code == 303
    )


KINDS: dict[str, tuple[str, Callable[..., None], Callable[..., bool]]] = {
    "invitation": (r"/join/[0-9a-f]{64}", invite, join),
    "new password": (r"/login/new-password/\S+", forget, choose),
}


@pytest.mark.parametrize("kind", KINDS)
def test_b23_scanners_use_up_no_link_of_staff(
    app: Flask, shop: Shop, owner: Person, ports: FakePorts, kind: str
) -> None:
    pattern, send, use = KINDS[kind]
    send(app, shop, owner)
    [mail] = [one for one in ports.mail.sent if one.to == EMAIL]
    found = re.search(rf"{HOST}({pattern})", mail.text)
    assert found is not None
    for _ in range(3):
        scanner = app.test_client()
        for method in ("HEAD", "GET", "GET"):
            assert scanner.open(found[1], method=method, base_url=HOST).status_code == 200
    assert use(app, found[1])
