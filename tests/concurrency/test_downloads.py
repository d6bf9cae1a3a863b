"""Streams that open at the same moment: no more go out than are left; with a control."""

from __future__ import annotations

from threading import Barrier
from typing import Any

import pytest

from mtc.core.db import session, unit_of_work
from mtc.core.errors import AppError, UnavailableError
from mtc.core.tenancy import tenant_scope
from mtc.delivery import queries
from mtc.delivery.models import Download
from mtc.delivery.services import GrantedDownload, open_download, record_bytes
from mtc.delivery.services import downloads as service
from tests.concurrency.test_notifications import at_once
from tests.delivery.test_downloads import link
from tests.orders.shop import Shop, bought, open_shop
from tests.servers.database import both_databases

STREAMS = 12


@pytest.fixture
def shop(tenant: Any) -> Shop:
    """The shop of Acme with ten keys."""
    return open_shop(tenant)


@both_databases
def test_no_more_streams_open_than_downloads_are_left(shop: Shop) -> None:
    token = link(shop, bought(shop, (shop.file, 1)))

    def start(_number: int) -> GrantedDownload:
        with tenant_scope(shop.tenant_id), unit_of_work():
            return open_download(token)

    answers = at_once(start, STREAMS)
    opened = [one for one in answers if isinstance(one, GrantedDownload)]
    assert len(opened) == 5
    assert all(isinstance(one, UnavailableError) for one in answers if one not in opened), answers

    def end(number: int) -> bool:
        with tenant_scope(shop.tenant_id), unit_of_work():
            return record_bytes(opened[number].download.id, opened[number].stream, 10, ended=True)

    assert at_once(end, 5) == [True] * 5
    with tenant_scope(shop.tenant_id), unit_of_work():
        row = session.get_one(Download, (shop.tenant_id, opened[0].download.id))
        assert (row.used, row.progress["streams"], row.progress["repeated"]) == (5, {}, 0)


@pytest.mark.postgres
@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
def test_control_without_the_lock_more_open(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read without the lock, all together: everybody sees five left."""
    token, meeting = link(shop, bought(shop, (shop.file, 1))), Barrier(8)

    def unlocked(download_id: Any) -> Any:
        row = queries.download(download_id)
        meeting.wait(20)
        return row

    monkeypatch.setattr(service.queries, "lock_download", unlocked)

    def start(_number: int) -> GrantedDownload:
        with tenant_scope(shop.tenant_id), unit_of_work():
            return open_download(token)

    answers = at_once(start, 8)
    assert not [one for one in answers if isinstance(one, AppError)]
    assert len([one for one in answers if isinstance(one, GrantedDownload)]) == 8
