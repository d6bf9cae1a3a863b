"""An upload that was begun before its sender was logged out or shut out, and ends after that."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO, RawIOBase
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from mtc.catalog.models import StockItem
from mtc.core.crypto import keyed_hash
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.identity.models import LoginSession, TenantUser
from mtc.middleware import pipeline
from mtc.team.models import SupportSession
from mtc.team.services.support_sessions import end_visit
from tests.admin.conftest import Shop, fill, owner, person, shop
from tests.admin.people import HOST, Person
from tests.concurrency.test_notifications import at_once

__all__ = ["fill", "owner", "person", "shop"]
LARGE = 3 * 2**20  # more than is read before a request gets a place


class Slow(RawIOBase):
    """A body whose first part brings about what happens while the rest is on its way."""

    def __init__(self, data: bytes, meanwhile: Callable[[], None]) -> None:
        super().__init__()
        self._data, self._meanwhile = BytesIO(data), [meanwhile]

    def seek(self, offset: int, whence: int = 0) -> int:
        """Asked once, before the request is sent."""
        return self._data.seek(offset, whence)

    def readinto(self, buffer: Any) -> int:
        """The next part."""
        if self._meanwhile:
            act = self._meanwhile.pop()
            assert at_once(lambda _: act(), 1) == [None]
        return self._data.readinto(buffer)


def _upload(who: Person, shop: Shop, meanwhile: Callable[[], None]) -> int:
    """Send a key and a long remark; the form token stands in a header, so that the body is read last."""
    mark = b"--b\r\nContent-Disposition: form-data; name="
    body = (
        mark
        + b"keys\r\n\r\nLATE-KEY-1\r\n"
        + mark
        + b"rest; filename=rest\r\n\r\n"
        + b"x" * LARGE
        + b"\r\n--b--\r\n"
    )
    answer = who.client.post(
        f"{shop.url}/stock/{shop.variant}", base_url=HOST, input_stream=Slow(body, meanwhile),
        content_length=len(body), content_type="multipart/form-data; boundary=b",
        headers={"Origin": HOST, "X-CSRFToken": keyed_hash(who.key, "csrf")[:40]},
    )  # fmt: skip
    return answer.status_code


def _keys(shop: Shop) -> int:
    with tenant_scope(shop.world.id), unit_of_work():
        query = select(func.count()).where(StockItem.variant_id == shop.variant)
        return int(session.scalar(query) or 0)


def _shut_out(shop: Shop) -> None:
    with tenant_scope(shop.world.id), unit_of_work():
        mine = select(TenantUser).where(TenantUser.user_id == shop.users["owner"].id)
        session.scalars(mine).one().status = "inactive"


def _log_out(user_id: UUID) -> None:
    with platform_scope("end the sessions of a test"), unit_of_work():
        for row in session.scalars(select(LoginSession).where(LoginSession.user_id == user_id)):
            session.delete(row)


def _end(shop: Shop) -> None:
    with tenant_scope(shop.world.id), unit_of_work():
        end_visit(shop.world.id, session.scalars(select(SupportSession.id)).one(), "Owner")


@pytest.mark.parametrize("again", [True, False])
def test_what_ends_while_an_upload_comes_ends_the_upload(
    app: Flask, shop: Shop, person: Callable[[str], Person], again: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without looking again, the control, the keys are in stock."""
    if not again:
        monkeypatch.setattr(pipeline, "login_after_upload", pipeline.staff_login)
    root, before = person("root"), _keys(shop)
    for path, why in (("visit", "They asked"), ("visit/raise", "A pool is empty")):
        assert root.post(f"/platform/tenants/acme/{path}", {"reason": why}).status_code == 303
    codes = [
        _upload(root, shop, lambda: _end(shop)),
        _upload(person("owner"), shop, lambda: _log_out(shop.users["owner"].id)),
        _upload(person("owner"), shop, lambda: _shut_out(shop)),
    ]
    assert codes == ([404, 401, 404] if again else [200, 200, 200])
    assert _keys(shop) == before + (0 if again else 1)


def test_an_upload_in_peace_arrives(shop: Shop, owner: Person) -> None:
    before = _keys(shop)
    assert (_upload(owner, shop, lambda: None), _keys(shop)) == (200, before + 1)
