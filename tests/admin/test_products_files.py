"""Files for sale in the product editor: uploads, order, names, replacing, taking off, and what is refused."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from mtc.catalog.services import products as service
from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.delivery import queries
from tests.admin.conftest import Shop
from tests.admin.people import Person
from tests.servers.database import both_databases


@pytest.fixture
def book(shop: Shop) -> tuple[UUID, UUID]:
    """A draft whose only variant is sold as files: its id and the variant's."""
    with tenant_scope(shop.world.id), unit_of_work():
        variants = [{"name": "Personal", "price": 900, "stock_source": "unlimited"}]
        made = service.create(
            {"name": "Book", "type": shop.type_slug, "attributes": {"platform": "steam"}, "currency": "EUR",
             "variants": variants}
        )  # fmt: skip
        [variant] = queries.variants_of_product(made.id)
        return made.id, variant.id


def stored(shop: Shop, product: UUID) -> list[Any]:
    with tenant_scope(shop.world.id), unit_of_work():
        return [
            one for some in queries.files_of(queries.variants_of_product(product)).values() for one in some
        ]


def chosen(*files: tuple[str, bytes]) -> dict[str, Any]:
    return {"files": [(io.BytesIO(data), name) for name, data in files]}


@both_databases
def test_files_go_round(shop: Shop, owner: Person, book: tuple[UUID, UUID]) -> None:
    product, variant = book
    url = f"{shop.url}/products/{product}/variants/{variant}/files"
    status = f"{shop.url}/products/{product}/status"
    page = f"{shop.url}/products/{product}"

    refused = owner.post(status, {"status": "active"})
    assert refused.headers["Location"].endswith("#files")
    assert "“Personal” has no file." in owner.get(page).text
    assert owner.post(url, chosen(("a.pdf", b"%PDF-1 a"), ("b.epub", b"bb"))).status_code == 303
    first, second = stored(shop, product)
    assert (first.filename, first.content_type, first.size) == ("a.pdf", "application/pdf", 8)
    assert first.sha256 == hashlib.sha256(b"%PDF-1 a").hexdigest()
    assert owner.post(status, {"status": "active"}).status_code == 303
    assert owner.post(f"{url}/{first.id}", {"do": "down"}).status_code == 303
    assert (
        owner.post(
            f"{url}/{first.id}", {"do": "rename", f"rename-{variant}-{first.id}": "The book.pdf"}
        ).status_code
        == 303
    )
    assert owner.post(f"{url}/{second.id}/replace", chosen(("c.epub", b"ccc"))).status_code == 303
    assert [(one.id, one.filename) for one in stored(shop, product)] == [
        (second.id, "c.epub"),
        (first.id, "The book.pdf"),
    ]
    shown = owner.get(page).text
    assert '3 bytes · <span title="SHA-256' in shown  # unknown bytes name no type
    assert f'id="up-{variant}-{first.id}"' in shown
    assert f'id="down-{variant}-{first.id}"' not in shown
    assert owner.post(f"{url}/{first.id}", {"do": "remove"}).status_code == 303
    last = owner.post(f"{url}/{second.id}", {"do": "remove"})
    assert last.status_code == 409
    assert "This is the last file of “Personal”, which is on sale." in last.text
    assert [one.id for one in stored(shop, product)] == [second.id]


def test_what_is_wrong_with_files_is_said(
    shop: Shop, owner: Person, book: tuple[UUID, UUID], subtests: pytest.Subtests
) -> None:
    product, variant = book
    url = f"{shop.url}/products/{product}/variants/{variant}/files"
    nothing = UUID(int=5)
    owner.post(url, chosen(("a.pdf", b"a")))
    [file] = stored(shop, product)
    for path, data, status, sentence in (
        (url, {}, 422, "Choose a file first."),
        (url, chosen(("empty.zip", b"")), 422, "This file is empty."),
        (url, chosen(*((f"{n}.zip", b"x") for n in range(21))), 422, "at most 20 files at a time"),
        (url, {"do": "share", f"existing-{variant}": "no id"}, 404, ""),
        (url, {"do": "share", f"existing-{variant}": str(nothing)}, 404, ""),
        (f"{url}/{file.id}/replace", {}, 422, "Choose one file first."),
        (f"{url}/{file.id}", {"do": "dance"}, 422, "Choose what to do with the file."),
        (
            f"{url}/{file.id}",
            {"do": "rename", f"rename-{variant}-{file.id}": "/"},
            422,
            "Give the file a name.",
        ),
        (f"{url}/{nothing}", {"do": "up"}, 404, ""),
        (f"{shop.url}/products/{product}/variants/{shop.variant}/files", chosen(("a", b"b")), 404, ""),
        (f"{shop.url}/products/{nothing}/variants/{variant}/files", chosen(("a", b"b")), 404, ""),
    ):
        with subtests.test(path=path, data=str(data)):
            answer = owner.post(path, data)
            assert answer.status_code == status
            assert sentence in answer.text
            assert [one.filename for one in stored(shop, product)] == ["a.pdf"]


def test_the_quota_counts(
    shop: Shop, owner: Person, book: tuple[UUID, UUID], app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    product, variant = book
    monkeypatch.setitem(app.config, "MTC", replace(app.config["MTC"], tenant_files_mb=1))
    url = f"{shop.url}/products/{product}/variants/{variant}/files"
    for number in range(2):
        assert owner.post(url, chosen((f"{number}.zip", bytes(400_000)))).status_code == 303
    answer = owner.post(url, chosen(("more.zip", bytes(400_000))))
    assert answer.status_code == 413
    assert "your files may take 1 MB" in answer.text
    assert len(stored(shop, product)) == 2


def test_limits_are_set_in_the_editor(shop: Shop, owner: Person, book: tuple[UUID, UUID]) -> None:
    product, variant = book
    page = f"{shop.url}/products/{product}"
    assert 'name="variants-0-max_downloads"' in owner.get(page).text
    form = {
        "type": shop.type_slug, "name": "Book", "attr-platform": "epic", "variants-0-id": str(variant),
        "variants-0-name": "Personal", "variants-0-price": "9", "variants-0-stock_source": "unlimited",
        "variants-0-low_at": "0", "variants-0-is_active": "1", "variants-0-promise": "",
    }  # fmt: skip
    for most, days, expected in (("3", "", (3, None)), ("", "90", (None, 90)), ("", "", (None, None))):
        answer = owner.post(page, {**form, "variants-0-max_downloads": most, "variants-0-days": days})
        assert answer.status_code == 303, answer.text
        with tenant_scope(shop.world.id), unit_of_work():
            [row] = queries.variants_of_product(product)
            assert (row.delivery_data["max_downloads"], row.delivery_data["days"]) == expected
    for wrong in ("0", "-1", "x", "9999"):
        answer = owner.post(page, {**form, "variants-0-max_downloads": wrong, "variants-0-days": ""})
        assert answer.status_code == 422
        assert "or leave it empty for no limit" in answer.text


def test_the_storage_is_filled_outside_of_transactions(
    shop: Shop, owner: Person, book: tuple[UUID, UUID], monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    from mtc.core.db import current_scope, running_session

    product, variant = book
    storage, seen = app.extensions["mtc.ports"].storage, []
    save = storage.save

    def watched(*args: Any) -> Any:
        seen.append(current_scope() is not None and running_session().in_transaction())
        return save(*args)

    monkeypatch.setattr(storage, "save", watched)
    owner.post(f"{shop.url}/products/{product}/variants/{variant}/files", chosen(("a", b"1"), ("b", b"2")))
    assert seen == [False, False]
    assert len(stored(shop, product)) == 2


def test_uploads_are_parked_under_the_var_folder(app: Flask) -> None:
    """The system's own folder for temporary files may be memory."""
    from mtc.web.uploads import UploadRequest

    builder = {"mtc.config": app.config["MTC"]}
    request = UploadRequest({**builder, "REQUEST_METHOD": "POST", "wsgi.input": io.BytesIO()})
    with request._get_file_stream(None, None) as file:
        place = Path(f"/proc/self/fd/{file.fileno()}").readlink()
    assert place.is_relative_to(app.config["MTC"].folder)
