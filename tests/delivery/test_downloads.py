"""Downloads are limited by the bytes that were sent, whatever the requests looked like."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.errors import GoneError, UnavailableError, ValidationError
from mtc.core.tenancy import tenant_scope
from mtc.delivery.models import Download
from mtc.delivery.services import open_download, record_bytes, reset_download
from mtc.orders.models import Order
from mtc.orders.presenters import FileView, order_view
from tests.orders.shop import Shop, bought, look
from tests.servers.database import both_databases

SIZE = 10  # of the file in tests/orders/shop.py


def file_of(shop: Shop, order: Order) -> FileView:
    with tenant_scope(shop.tenant_id, readonly=True), unit_of_work():
        return order_view(look(shop, order.id)).lines[0].files[0]


def link(shop: Shop, order: Order) -> str:
    return str(file_of(shop, order).url).removeprefix("/d/")


def fetch(shop: Shop, token: str, start: int = 0, end: int = SIZE, *, stop: int | None = None) -> int:
    """Fetch a part, breaking off at `stop`; returns how many downloads are used then."""
    with tenant_scope(shop.tenant_id), unit_of_work():
        opened = open_download(token, start=start, end=end, may_shorten=start > 0)
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert record_bytes(
            opened.download.id, opened.stream, opened.end if stop is None else stop, ended=True
        )
        return int(session.get_one(Download, (shop.tenant_id, opened.download.id)).used)


@both_databases
def test_what_was_sent_is_counted(shop: Shop) -> None:
    order = bought(shop, (shop.file, 1))
    with clock.frozen(clock.now()):
        token = link(shop, order)
        assert fetch(shop, token, stop=6) == 0
        clock.advance(7200)  # another link of the same right, hours later
        assert fetch(shop, link(shop, order), 6) == 1
        assert [fetch(shop, token) for _ in range(4)] == [2, 3, 4, 5]
        for start in (0, 1, 9):
            with pytest.raises(GoneError):
                fetch(shop, token, start)
    assert file_of(shop, order).left == "All 5 downloads used"


def test_leaving_out_the_first_byte_gains_nothing(shop: Shop) -> None:
    order = bought(shop, (shop.file, 1))
    token, sent = link(shop, order), 0
    with pytest.raises(GoneError):
        for _ in range(30):
            fetch(shop, token, 1)
            sent += SIZE - 1
    assert sent <= 5 * SIZE + SIZE
    assert file_of(shop, order).remaining == 0


def test_streams_side_by_side_share_what_is_left(shop: Shop) -> None:
    order = bought(shop, (shop.file, 1))
    token = link(shop, order)
    with tenant_scope(shop.tenant_id), unit_of_work():
        streams = [open_download(token) for _ in range(5)]
    with tenant_scope(shop.tenant_id), pytest.raises(UnavailableError), unit_of_work():
        open_download(token)
    with tenant_scope(shop.tenant_id), unit_of_work():  # one breaks at once: its reservation is free
        assert record_bytes(streams[0].download.id, streams[0].stream, 0, ended=True)
        assert not record_bytes(streams[0].download.id, streams[0].stream, 5)
    assert fetch(shop, token) == 1


def test_a_stream_whose_process_died_frees_what_it_held(shop: Shop) -> None:
    order = bought(shop, (shop.file, 1))
    with clock.frozen(clock.now()):
        token = link(shop, order)
        with tenant_scope(shop.tenant_id), unit_of_work():
            for _ in range(5):
                open_download(token)
        clock.advance(601)
        assert fetch(shop, token) == 1


@both_databases
def test_a_download_that_was_counted_may_be_finished(shop: Shop) -> None:
    order = bought(shop, (shop.file, 1))
    token = link(shop, order)
    for _ in range(4):
        fetch(shop, token)
    assert fetch(shop, token, stop=8) == 5  # 8 of 10: counted, as a tenth or two may be forgiven
    with pytest.raises(GoneError):
        fetch(shop, token, 1)
    with pytest.raises(GoneError):
        fetch(shop, token)
    with tenant_scope(shop.tenant_id), unit_of_work():
        opened = open_download(token, start=8, may_shorten=True)
        assert (opened.start, opened.end) == (8, 10)
        record_bytes(opened.download.id, opened.stream, 10, ended=True)
    with pytest.raises(GoneError):
        fetch(shop, token, 8)


def test_downloads_end_and_can_be_given_again(shop: Shop) -> None:
    order = bought(shop, (shop.file, 1))
    token = link(shop, order)
    with clock.frozen(clock.now() + timedelta(days=31)):
        with pytest.raises(GoneError):
            fetch(shop, token)
        shown = file_of(shop, order)
        assert (shown.expired, shown.remaining, shown.left[:8]) == (True, 0, "Ended on")
        reset(shop, order)
        assert fetch(shop, link(shop, order)) == 1
    with pytest.raises(ValidationError):
        fetch(shop, token[:-2] + "xx")


def reset(shop: Shop, order: Order) -> Download:
    with tenant_scope(shop.tenant_id), unit_of_work():
        return reset_download(UUID(file_of_id(order)))


def file_of_id(order: Order) -> str:
    from mtc.delivery.queries import downloads_of

    return str(downloads_of([order.items[0].id])[0].id)


@pytest.mark.parametrize(
    ("days", "passed", "left"),
    [(365, 1, 365), (365, 400, 365), (30, 29, 30), (0, 5, None), (None, 5, None)],
)
def test_b17_a_reset_never_shortens_the_time(
    shop: Shop, days: int | None, passed: int, left: int | None
) -> None:
    from mtc.catalog.models import ProductVariant

    with tenant_scope(shop.tenant_id), unit_of_work():
        row = session.get_one(ProductVariant, (shop.tenant_id, shop.file))
        row.delivery_data = {**row.delivery_data, "days": days}
    now = clock.now()
    with clock.frozen(now):
        order = bought(shop, (shop.file, 1))
        clock.advance(passed * 86_400)
        ends = reset(shop, order).expires_at
        assert ends == (None if left is None else clock.now() + timedelta(days=left))


def test_a_reset_keeps_a_later_end(shop: Shop) -> None:
    order = bought(shop, (shop.file, 1))
    far = clock.now() + timedelta(days=900)
    with tenant_scope(shop.tenant_id), unit_of_work():
        session.execute(
            update(Download).where(Download.tenant_id == shop.tenant_id).values(expires_at=far, used=5)
        )
    again = reset(shop, order)
    assert (again.expires_at, again.used, again.progress) == (far, 0, {})


def test_two_buyers_have_their_own_allotments(shop: Shop) -> None:
    one, two = bought(shop, (shop.file, 1)), bought(shop, (shop.file, 1))
    assert fetch(shop, link(shop, one)) == 1
    assert file_of(shop, two).remaining == 5


def test_what_is_left_is_said_in_words(shop: Shop) -> None:
    from mtc.delivery.presenters import left_in_words

    with clock.frozen(clock.now().replace(year=2026, month=11, day=29)):
        for most, used, days, sentence in (
            (5, 1, 30, "4 of 5 downloads left, until 29 December 2026"),
            (5, 4, 60, "1 of 5 downloads left, until 28 January 2027"),
            (1, 0, None, "1 of 1 download left"),
            (1, 1, None, "Downloaded"),
            (5, 5, 30, "All 5 downloads used"),
            (None, 9, None, "Any number of downloads"),
            (None, 9, 1, "Any number of downloads, until 30 November 2026"),
            (5, 0, -1, "Ended on 28 November 2026"),
        ):
            ends = None if days is None else clock.now() + timedelta(days=days)
            row = Download(max_downloads=most, used=used, expires_at=ends)
            assert left_in_words(row, None if most is None else most - used) == sentence
