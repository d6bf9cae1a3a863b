"""The languages of a store in its settings: offered, saved, refused; shoppers can choose them at once."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from mtc.middleware import languages
from tests.admin.acme import SHOP_URL, info
from tests.admin.conftest import Shop
from tests.admin.people import Person

pytestmark = pytest.mark.usefixtures("themes")


def save(owner: Person, shop: Shop, locales: Sequence[str] | None) -> TestResponse:
    """The form as a browser sends it; None: one that has no boxes."""
    form = {"name": "Acme", "tagline": "", "email": "a@acme.example"}
    boxes = {} if locales is None else {"locales": ["", *locales]}
    return owner.post(f"{shop.url}/settings", {**form, **boxes})


def boxes(page: str) -> list[tuple[str, str, bool]]:
    """Tag, name and state of each box."""
    box = (
        r'name="locales"\s+value="([^"]+)"\s*(checked)?\s*><span><span class="radio-label" lang="\1">([^<]+)'
    )
    return [(tag, name, bool(on)) for tag, on, name in re.findall(box, page)]


def test_the_catalogs_of_mtc_are_offered_and_saved(app: Flask, shop: Shop, owner: Person) -> None:
    assert boxes(owner.get(f"{shop.url}/settings").text) == [
        ("ar", "العربية", False),
        ("de", "Deutsch", False),
    ]
    shopper = app.test_client()
    assert "footer-languages" not in shopper.get("/", base_url=SHOP_URL).text
    version = info().content_version
    assert save(owner, shop, ["de"]).status_code == 303
    assert info().locales == ("de",) and info().content_version > version
    assert 'hreflang="de"' in shopper.get("/", base_url=SHOP_URL).text
    assert boxes(owner.get(f"{shop.url}/settings").text)[1] == ("de", "Deutsch", True)
    assert save(owner, shop, None).status_code == 303  # what is not sent stays
    assert info().locales == ("de",)
    assert save(owner, shop, []).status_code == 303
    assert info().locales == ()


@pytest.mark.parametrize("unknown", ["fr", "xx", "../de", "<b>"])
def test_other_languages_are_refused_at_the_field(shop: Shop, owner: Person, unknown: str) -> None:
    answer = save(owner, shop, ["de", unknown])
    assert answer.status_code == 422
    assert '<a href="#locales">Languages: Choose languages from the list.</a>' in answer.text
    assert re.search(r'id="locales-error">.*?Choose languages from the list\.', answer.text, re.DOTALL)
    assert boxes(answer.text)[1] == ("de", "Deutsch", True)
    assert info().locales == ()


def test_the_field_is_there_in_german(shop: Shop, owner: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "PLATFORM_LOCALES", ("en", "de"))
    page = owner.get(f"{shop.url}/settings", headers={"Accept-Language": "de"}).text
    assert "<legend>Sprachen</legend>" in page and "Die eigene Sprache des Shops" in page
    assert boxes(page) == [("ar", "العربية", False), ("de", "Deutsch", False)]
