"""The product editor without a script: what was typed stays when files or pictures are changed (U12)."""

from __future__ import annotations

import io
import re
from typing import Any
from uuid import UUID

import pytest

from mtc.catalog.services import products as service
from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.delivery import queries
from tests.admin.conftest import Shop
from tests.admin.people import Person
from tests.admin.test_products_files import book, chosen, stored
from tests.admin.test_products_pictures import png

__all__ = ["book"]


def form_of(page: str) -> dict[str, Any]:
    """The fields of the product's form as a browser would send them, the files' and pictures' parts too."""
    fields: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = (re.search(rf'\s{one}="([^"]*)"', tag) for one in ("name", "value"))
        kind = re.search(r'type="(\w+)"', tag)
        of_form = kind is None or kind[1] not in ("file", "submit")
        ticked = kind is None or kind[1] not in ("checkbox", "radio") or " checked" in tag
        if name and of_form and ticked and name[1] not in ("csrf_token", "q"):
            fields[name[1]] = value[1] if value else ""
    for name, chosen_value in re.findall(
        r'<select[^>]*name="([^"]+)"[^>]*>.*?<option value="([^"]*)" selected', page, re.DOTALL
    ):
        fields[name] = chosen_value
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', page):
        fields[name] = text
    return fields


def test_u12_an_upload_without_a_script_keeps_what_was_typed(
    shop: Shop, owner: Person, book: tuple[UUID, UUID], subtests: pytest.Subtests
) -> None:
    product, variant = book
    page = f"{shop.url}/products/{product}"
    files = f"{page}/variants/{variant}/files"
    owner.post(files, chosen(("a.pdf", b"%PDF-1 a"), ("b.pdf", b"%PDF-1 b"), ("c.pdf", b"%PDF-1 c")))
    first, second, third = stored(shop, product)
    typed = {**form_of(owner.get(page).text), "name": "Typed name", "variants-0-price": "12.34"}
    for path, data in (
        (files, {f"files-{variant}": [(io.BytesIO(b"new"), "new.zip")]}),
        (f"{files}/{first.id}", {"do": "down"}),
        (f"{files}/{first.id}", {"do": "rename", f"rename-{variant}-{first.id}": "first.pdf"}),
        (f"{files}/{second.id}/replace", {f"replace-{variant}-{second.id}": [(io.BytesIO(b"2"), "2.zip")]}),
        (f"{files}/{third.id}", {"do": "remove"}),
        (f"{page}/pictures", {"pictures": [(io.BytesIO(png(40, 30)), "p.png")]}),
        (f"{page}/pictures", {"pictures": [(io.BytesIO(png(30, 40)), "q.png")]}),
        (f"{page}/pictures/1", {"do": "first"}),
        (f"{page}/pictures/1", {"do": "remove"}),
        (files, {}),
        (f"{page}/pictures", {"pictures": [(io.BytesIO(b"no picture"), "p.png")]}),
    ):
        with subtests.test(path=path, data=str(data)):
            answer = owner.post(path, {**typed, **data})
            refused = {"Choose a file first.": 422, "Use PNG, JPEG": 400}
            assert answer.status_code == next(
                (n for words, n in refused.items() if words in answer.text), 200
            )
            assert 'value="Typed name"' in answer.text
            assert 'value="12.34"' in answer.text
            assert '<p class="save-state" data-ui-save-state role="status">Unsaved changes</p>' in answer.text
            typed = {**form_of(answer.text), "csrf_token": typed.get("csrf_token", "")}
            typed.pop("csrf_token")
    with tenant_scope(shop.world.id), unit_of_work():
        assert service.get(product).name == "Book"
    assert [one.filename for one in stored(shop, product)] == ["2.zip", "first.pdf", "new.zip"]
    saved = owner.post(
        page, typed
    )  # the pictures have raised the version meanwhile: no conflict with oneself
    assert saved.status_code == 303, saved.text
    with tenant_scope(shop.world.id), unit_of_work():
        assert service.get(product).name == "Typed name"


def test_u12_a_change_by_somebody_else_is_not_covered(
    shop: Shop, owner: Person, book: tuple[UUID, UUID]
) -> None:
    product, _ = book
    page = f"{shop.url}/products/{product}"
    typed = {**form_of(owner.get(page).text), "name": "Typed name"}
    with tenant_scope(shop.world.id), unit_of_work():
        service.update(product, {"summary": "Changed by somebody else."})
    answer = owner.post(f"{page}/pictures", {**typed, "pictures": [(io.BytesIO(png(40, 30)), "p.png")]})
    assert answer.status_code == 200
    refused = owner.post(page, form_of(answer.text))
    assert refused.status_code == 422
    assert "Somebody else has changed this product." in refused.text


def test_an_upload_beside_an_untouched_form_leads_back_to_the_editor(
    shop: Shop, owner: Person, book: tuple[UUID, UUID]
) -> None:
    product, variant = book
    page = f"{shop.url}/products/{product}"
    form = form_of(owner.get(page).text)
    answer = owner.post(f"{page}/variants/{variant}/files", {**form, **chosen(("a.zip", b"a"))})
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"/products/{product}#files")


def test_names_of_files_are_saved_with_the_product(
    shop: Shop, owner: Person, book: tuple[UUID, UUID]
) -> None:
    product, variant = book
    page = f"{shop.url}/products/{product}"
    owner.post(f"{page}/variants/{variant}/files", chosen(("a.pdf", b"%PDF-1 a"), ("b.pdf", b"%PDF-1 b")))
    first, second = stored(shop, product)
    form = form_of(owner.get(page).text)
    assert form[f"rename-{variant}-{first.id}"] == "a.pdf"
    form[f"rename-{variant}-{first.id}"] = "The book.pdf"
    assert owner.post(page, form).status_code == 303
    assert [one.filename for one in stored(shop, product)] == ["The book.pdf", "b.pdf"]
    refused = owner.post(page, {**form_of(owner.get(page).text), f"rename-{variant}-{second.id}": "/"})
    assert refused.status_code == 422
    assert "Give the file a name." in refused.text
    assert [one.filename for one in stored(shop, product)] == ["The book.pdf", "b.pdf"]


def test_what_was_added_is_counted(shop: Shop, owner: Person, book: tuple[UUID, UUID]) -> None:
    product, variant = book
    page = f"{shop.url}/products/{product}"
    url = f"{page}/variants/{variant}/files"
    for data, sentence in (
        (chosen(("a.zip", b"a")), "The file was added."),
        (chosen(("a.zip", b"a")), "The variant has this file already; nothing was added."),
        (chosen(("b.zip", b"b"), ("c.zip", b"c")), "2 files were added."),
        ({**chosen(("d.zip", b"d")), "sent_before": "2"}, "3 files were added."),
        ({**chosen(("e.zip", b"e")), "sent_before": "x"}, "The file was added."),
        ({**chosen(("f.zip", b"f")), "sent_before": "-5"}, "The file was added."),
    ):
        assert owner.post(url, data).status_code == 303
        assert sentence in owner.get(page).text


def test_a_key_pool_has_no_limits_of_downloads(shop: Shop, owner: Person, book: tuple[UUID, UUID]) -> None:
    product, _ = book
    page = f"{shop.url}/products/{product}"
    form = form_of(owner.get(page).text)
    added = owner.post(page, {**form, "_variants": "add"})
    assert form_of(added.text)["variants-1-stock_source"] == "unlimited"  # like the row before
    rows = form_of(added.text)
    rows |= {"variants-1-name": "Keys", "variants-1-price": "5", "variants-1-stock_source": "pool"}
    assert owner.post(page, rows).status_code == 303
    with tenant_scope(shop.world.id), unit_of_work():
        files, keys = queries.variants_of_product(product)
        assert keys.stock_source == "pool"
        assert not {"max_downloads", "days"} & set(keys.delivery_data)
        assert {"max_downloads", "days"} <= set(files.delivery_data)
