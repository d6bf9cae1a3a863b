"""What tasks do to pictures: old ones are cleaned, smaller copies are made and go with their picture."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from mtc.catalog.services import products
from mtc.core import clock
from mtc.core.db import after_commit, session, unit_of_work
from mtc.core.ids import uuid7
from mtc.infra.pictures.without_decoder import PlainPictures
from mtc.media import queries
from mtc.media.models import Media
from mtc.media.queries import stored_bytes, unprepared
from mtc.media.services import media
from mtc.tasks.services import run_due, run_periodic
from tests.servers import photos


def _work() -> None:
    run_periodic(force=True)
    run_due()


def _read(media_id) -> Media:
    session.expire_all()  # tasks have written it by sessions of their own
    return queries.media(media_id)


def _stored_before(scope, ports, data: bytes, kind: str = "jpg", **columns) -> Media:
    """A picture as it was stored before pictures were cleaned."""
    key = f"{scope.id}/{uuid7().hex[:24]}.{kind}"
    after_commit(lambda: ports.storage.save(key, data, f"image/{kind}"))
    row = Media(
        tenant_id=scope.id, storage_key=key, filename="old", content_type="image/jpeg", size=len(data),
        created_at=clock.now() - timedelta(days=300), **columns,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def test_smaller_copies_are_made_by_a_task_and_count_as_stored(scope, ports):
    with unit_of_work():
        row = media.save("x.png", photos.written("PNG", photos.scene(1200, 800)))
    assert list(ports.storage.files) == [row.storage_key]
    run_due()
    keys = [f"{row.storage_key}.w{width}.webp" for width in (320, 640, 1024, 1200)]
    assert set(ports.storage.files) == {row.storage_key, *keys}
    for key, width in zip(keys, (320, 640, 1024, 1200), strict=True):
        with Image.open(BytesIO(ports.storage.files[key])) as picture:
            assert (picture.format, picture.width) == ("WEBP", width)
    with unit_of_work():
        found = _read(row.id)
        assert (found.prepared, found.rendition_widths) == (media.RENDERED, "320,640,1024,1200")
        assert stored_bytes() == sum(map(len, ports.storage.files.values()))


def test_copies_go_with_their_picture(scope, ports):
    with unit_of_work():
        row_id = media.save("x.png", photos.written("PNG", photos.scene(700, 400))).id
    run_due()
    assert len(ports.storage.files) == 4
    with unit_of_work():
        media.delete(row_id)
    assert ports.storage.files == {}


def test_a_picture_deleted_before_its_task_leaves_nothing(scope, ports):
    with unit_of_work():
        row_id = media.save("x.png", photos.written("PNG")).id
    with unit_of_work():
        media.delete(row_id)
    run_due()
    assert ports.storage.files == {}


def test_a_picture_deleted_while_its_copies_are_made_leaves_nothing(scope, ports, monkeypatch):
    with unit_of_work():
        row_id = media.save("x.png", photos.written("PNG")).id
    render = ports.pictures.render

    def meanwhile(data, widths):
        with unit_of_work():
            media.delete(row_id)
        return render(data, widths)

    monkeypatch.setattr(ports.pictures, "render", meanwhile)
    run_due()
    assert ports.storage.files == {}


def test_a_file_for_sale_and_a_drawing_have_no_copies(scope, ports):
    with unit_of_work():
        media.save("x.png", photos.written("PNG"), private=True)
        media.save("x.svg", b'<svg xmlns="x" viewBox="0 0 9 9"></svg>', trusted=True)
    _work()
    assert len(ports.storage.files) == 2
    assert ports.pictures.jobs == []


def test_b39_pictures_stored_before_are_cleaned_and_those_who_show_them_say_their_true_size(
    scope, ports, make
):
    with unit_of_work():
        row = _stored_before(scope, ports, photos.jpeg(6), width=60, height=40)
        key, stored = row.storage_key, media.as_image(row)
    product = make(image=stored, gallery=[{**stored, "alt": "again"}, {"src": "/static/x.png"}])
    _work()
    assert not any(secret in ports.storage.files[key] for secret in photos.SECRETS)
    with unit_of_work():
        found = products.get(product.id)
        assert (found.image["width"], found.image["height"]) == (40, 60)
        assert (found.gallery[0]["height"], found.gallery[0]["alt"]) == (60, "again")
        assert found.gallery[1] == {"src": "/static/x.png"}
        row = _read(row.id)
        assert (row.width, row.height, row.size) == (40, 60, len(ports.storage.files[key]))


@pytest.mark.parametrize(
    "data",
    [photos.jpeg(), photos.png(), photos.webp(), photos.gif(), photos.avif(), photos.jpeg()[:4700],
     photos.moving("GIF"), photos.moving("WEBP")],
    ids=["jpeg", "png", "webp", "gif", "avif", "cut off", "moving gif", "moving webp"],
)  # fmt: skip
def test_b39_every_kind_of_picture_stored_before_is_cleaned(scope, ports, data):
    with unit_of_work():
        row = _stored_before(scope, ports, data, width=60, height=40)
    _work()
    assert not any(secret in ports.storage.files[row.storage_key] for secret in photos.SECRETS)
    assert unprepared(media.RENDERED, clock.now()) == []


def test_one_that_cannot_be_read_or_has_gone_keeps_no_other_from_it(scope, ports):
    with unit_of_work():
        _stored_before(scope, ports, b"no picture at all")
        gone = _stored_before(scope, ports, photos.jpeg())
        after_commit(lambda: ports.storage.delete(gone.storage_key))
        rows = [_stored_before(scope, ports, photos.jpeg(), width=60, height=40) for _ in range(25)]
        keys = [row.storage_key for row in rows]
    _work()
    assert all(b"Canon" not in ports.storage.files[key] for key in keys)
    assert unprepared(media.RENDERED, clock.now()) == []
    jobs = len(ports.pictures.jobs)
    _work()
    assert len(ports.pictures.jobs) == jobs  # nothing is done twice


def test_without_the_library_pictures_are_cleaned_and_rendered_once_it_is_there(scope, ports):
    decoding, plain = ports.pictures, PlainPictures()
    object.__setattr__(ports, "pictures", plain)
    try:
        with unit_of_work():
            row = _stored_before(scope, ports, photos.jpeg(6), width=60, height=40)
        _work()
        assert b"Canon" not in ports.storage.files[row.storage_key]
        assert [len(ports.storage.files), _read(row.id).prepared] == [1, media.CLEANED]
    finally:
        object.__setattr__(ports, "pictures", decoding)
    with unit_of_work():
        before = ports.storage.files[row.storage_key]
    clock_later = clock.now() + timedelta(hours=2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: clock_later)
        _work()
    assert ports.storage.files[row.storage_key] == before
    assert f"{row.storage_key}.w40.webp" in ports.storage.files
