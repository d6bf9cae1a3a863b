"""Files for sale for programs: sent as a body, replaced, ordered, taken off, refused, and whose they are."""

from __future__ import annotations

import hashlib
import io
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from mtc.catalog.services import product_types, products
from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.delivery.queries import files_of, variants_of_product
from mtc.infra.storage.local import LocalStorage
from tests.api.programs import Program, new_program
from tests.audit.log import entries
from tests.factories.tenants import World
from tests.security.fort import PLATFORM
from tests.servers.database import both_databases
from tests.storefront.conftest import site

__all__ = ["site"]
PDF = "application/pdf"


@pytest.fixture
def program(site: Flask, tenant: World) -> Program:
    """A program that may do everything."""
    return new_program(site, tenant)


def make_variant(world: World, status: str = "draft") -> tuple[UUID, str]:
    """A product sold as files: its id, and the address of its only variant's files."""
    with tenant_scope(world.id), unit_of_work():
        kind = product_types.create({"name": f"Book {uuid4().hex[:6]}", "schema": {"fields": []}})
        values = {"name": "Book", "type": kind.slug, "currency": "EUR", "status": status}
        made = products.create({**values, "variants": [{"price": 900, "stock_source": "unlimited"}]})
        [variant] = variants_of_product(made.id)
        return made.id, f"/variants/{variant.id}/files"


def stored(world: World, product: UUID) -> list[tuple[str, str]]:
    """Names and checksums of the files of a product's variant."""
    with tenant_scope(world.id, readonly=True), unit_of_work():
        [files] = files_of(variants_of_product(product)).values()
        return [(one.filename, one.sha256) for one in files]


def data(answer: Any) -> Any:
    assert answer.status_code < 300, answer.text
    return answer.get_json()["data"]


@both_databases
def test_files_go_round(program: Program, tenant: World) -> None:
    product, path = make_variant(tenant)
    assert data(program.get(path)) == {
        "variant_id": path.split("/")[2], "files": [], "max_downloads": 5, "days": 30
    }  # fmt: skip
    first = data(program.send("POST", f"{path}?name=a.pdf", b"%PDF-1 a", Content_Type=PDF))
    assert first == {
        "id": first["id"], "name": "a.pdf", "size": 8, "content_type": PDF,
        "sha256": hashlib.sha256(b"%PDF-1 a").hexdigest(),
    }  # fmt: skip
    again = data(program.send("POST", f"{path}?name=a.pdf", b"%PDF-1 a", Content_Type=PDF))
    assert again == first
    second = data(program.send("POST", f"{path}?name=b.zip", b"PK\x03\x04b", Content_Type=PDF))
    assert second["content_type"] == "application/zip"  # told from the bytes, not from the header
    swapped = data(program.send("PUT", f"{path}/{first['id']}", b"%PDF-1 new", Content_Type=PDF))
    assert (swapped["id"], swapped["name"], swapped["size"]) == (first["id"], "a.pdf", 10)
    renamed = data(program.send("PUT", f"{path}/{first['id']}?name=c.pdf", b"%PDF-1 n", Content_Type=PDF))
    assert renamed["name"] == "c.pdf"
    moved = data(program.send("PATCH", f"{path}/{first['id']}", {"place": 2, "name": "Book.pdf"}))
    assert [one["name"] for one in moved["files"]] == ["b.zip", "Book.pdf"]
    far = data(program.send("PATCH", f"{path}/{first['id']}", {"place": 1}))
    assert [one["name"] for one in far["files"]] == ["Book.pdf", "b.zip"]
    terms = data(program.send("PATCH", path, {"max_downloads": 3, "days": None}))
    assert (terms["max_downloads"], terms["days"]) == (3, None)
    assert data(program.send("PATCH", path, {}))["max_downloads"] == 3
    with tenant_scope(tenant.id), unit_of_work():
        products.publish(product)
    left = data(program.send("DELETE", f"{path}/{second['id']}"))
    assert [one["name"] for one in left["files"]] == ["Book.pdf"]
    last = program.send("DELETE", f"{path}/{first['id']}")
    assert last.status_code == 409
    assert "This is the last file" in last.get_json()["error"]
    assert [name for name, _ in stored(tenant, product)] == ["Book.pdf"]
    said = {one.summary for one in entries(tenant_id=tenant.id)}
    assert said >= {
        "Added files for sale to a product",
        "Replaced a file for sale",
        "Changed a product's files for sale",
        "Changed how often files may be downloaded",
    }


def test_what_is_wrong_is_said_and_changes_nothing(
    program: Program, tenant: World, site: Flask, subtests: pytest.Subtests, monkeypatch: pytest.MonkeyPatch
) -> None:
    product, path = make_variant(tenant)
    file = data(program.send("POST", f"{path}?name=a.pdf", b"%PDF-1 a", Content_Type=PDF))["id"]
    monkeypatch.setitem(site.config, "MTC", replace(site.config["MTC"], tenant_files_mb=1))
    before = stored(tenant, product)
    form, parts = "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"
    for method, where, body, kind, status, sentence in (
        ("POST", path, b"a", PDF, 422, "Correct the named fields."),
        ("POST", f"{path}?name=", b"a", PDF, 422, "Correct the named fields."),
        ("POST", f"{path}?name=/", b"a", PDF, 400, "Give the file a name."),
        ("POST", f"{path}?name=a&name=b", b"a", PDF, 422, "Correct the named fields."),
        ("POST", f"{path}?name=a&position=1", b"a", PDF, 422, "Correct the named fields."),
        ("POST", f"{path}?name=a", b"", PDF, 400, "This file is empty."),
        ("POST", f"{path}?name=a", b"a=b", form, 415, "Send the file itself as the body, not a form."),
        ("POST", f"{path}?name=a", b"--b--\r\n", parts, 415, "Send the file itself"),
        ("POST", f"{path}?name=a", bytes(1_200_000), PDF, 413, "your files may take 1 MB"),
        ("PUT", f"{path}/{file}", b"", PDF, 400, "This file is empty."),
        ("PUT", f"{path}/{uuid4()}", b"a", PDF, 404, "There is no such file."),
        ("POST", f"/variants/{uuid4()}/files?name=a", b"a", PDF, 404, "There is no such variant."),
        ("PATCH", f"{path}/{file}", {"place": 0}, "", 422, "Correct the named fields."),
        ("PATCH", f"{path}/{file}", {"name": "/"}, "", 400, "Give the file a name."),
        ("PATCH", f"{path}/{uuid4()}", {"place": 1}, "", 404, "There is no such file."),
        ("PATCH", path, {"max_downloads": 0}, "", 422, "Correct the named fields."),
        ("PATCH", path, {"days": 5000}, "", 422, "Correct the named fields."),
        ("DELETE", f"{path}/{uuid4()}", None, "", 404, "There is no such file."),
    ):
        with subtests.test(method=method, where=where, kind=kind):
            answer = program.send(method, where, body, **({"Content_Type": kind} if kind else {}))
            assert (answer.status_code, sentence in answer.get_json()["error"]) == (status, True), answer.text
            assert stored(tenant, product) == before


def test_the_largest_size_is_refused_while_it_arrives(
    program: Program, tenant: World, site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    product, path = make_variant(tenant)
    monkeypatch.setitem(site.config, "MAX_CONTENT_LENGTH", 2**20)
    answer = program.send("POST", f"{path}?name=a.zip", bytes(2**20 + 1), Content_Type=PDF)
    assert answer.status_code == 413
    unnamed = program.client.post(
        f"/api/v1/{tenant.tenant.slug}{path}?name=a.zip", base_url=PLATFORM, content_type=PDF,
        input_stream=io.BytesIO(bytes(2**20 + 1)), headers={"Authorization": f"Bearer {program.key}"},
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    )  # fmt: skip
    assert unnamed.status_code == 413
    assert stored(tenant, product) == []


def test_the_scope_is_needed_before_a_body_is_read(site: Flask, tenant: World) -> None:
    product, path = make_variant(tenant)
    reader = new_program(site, tenant, ["products:read"])
    assert data(reader.get(path))["files"] == []
    for method, where, body in (
        ("POST", f"{path}?name=a", b"a"),
        ("PUT", f"{path}/{uuid4()}?name=a", b"a"),
        ("PATCH", f"{path}/{uuid4()}", {"place": 1}),
        ("PATCH", path, {"days": 3}),
        ("DELETE", f"{path}/{uuid4()}", None),
    ):
        answer = reader.send(method, where, body)
        assert (answer.status_code, "products:write" in answer.get_json()["error"]) == (403, True)
    unread = io.BytesIO(bytes(1000))
    stranger = {"Authorization": "Bearer mtc_live_nobody_0"}
    answer = reader.client.post(
        f"/api/v1/{tenant.tenant.slug}{path}?name=a", base_url=PLATFORM, headers=stranger,
        input_stream=unread, content_length=1000, content_type=PDF,
    )  # fmt: skip
    assert (answer.status_code, unread.tell()) == (401, 0)
    assert stored(tenant, product) == []


def test_another_tenants_variant_is_not_there(program: Program, tenant: World, other_tenant: World) -> None:
    theirs, their_path = make_variant(other_tenant)
    other = new_program(program.client.application, other_tenant)
    their_file = data(other.send("POST", f"{their_path}?name=a.pdf", b"%PDF-1 a", Content_Type=PDF))["id"]
    _, mine = make_variant(tenant)
    before = stored(other_tenant, theirs)
    for method, where, body in (
        ("GET", their_path, None),
        ("POST", f"{their_path}?name=b", b"b"),
        ("PATCH", their_path, {"days": 3}),
        ("PUT", f"{their_path}/{their_file}", b"b"),
        ("PUT", f"{mine}/{their_file}", b"b"),
        ("PATCH", f"{their_path}/{their_file}", {"name": "b"}),
        ("PATCH", f"{mine}/{their_file}", {"name": "b"}),
        ("DELETE", f"{their_path}/{their_file}", None),
        ("DELETE", f"{mine}/{their_file}", None),
    ):
        kind = {"Content_Type": PDF} if isinstance(body, bytes) else {}
        assert program.send(method, where, body, **kind).status_code == 404, (method, where)
    assert stored(other_tenant, theirs) == before


class Source(io.RawIOBase):
    """So many bytes that are made as they are read."""

    def __init__(self, size: int) -> None:
        self.size, self.place = size, 0

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self.place = offset + (self.size if whence == io.SEEK_END else 0)
        return self.place

    def readinto(self, buffer: Any) -> int:
        given = min(len(buffer), self.size - self.place)
        buffer[:given] = b"\x5a" * given
        self.place += given
        return given


def test_a_large_file_is_never_whole_in_memory(
    program: Program, tenant: World, site: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """32 MB pass through; at no moment are more than 8 MB of Python's memory in use for them."""
    product, path = make_variant(tenant)
    ports = site.extensions["mtc.ports"]
    monkeypatch.setitem(site.extensions, "mtc.ports", replace(ports, storage=LocalStorage(tmp_path)))
    size = 32 * 2**20
    monkeypatch.setitem(site.config, "MAX_CONTENT_LENGTH", size)
    tracemalloc.start()
    try:
        answer = program.client.post(
            f"/api/v1/{tenant.tenant.slug}{path}?name=large.bin", base_url=PLATFORM, content_type=PDF,
            input_stream=Source(size), content_length=size,
            headers={"Authorization": f"Bearer {program.key}"},
        )  # fmt: skip
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert data(answer)["size"] == size
    assert peak < 8 * 2**20
    assert stored(tenant, product) == [("large.bin", hashlib.sha256(b"\x5a" * size).hexdigest())]
