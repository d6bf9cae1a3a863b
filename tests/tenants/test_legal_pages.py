"""Legal texts: drafts from neutral templates, published only when nothing is left to fill in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from mtc.core.db import unit_of_work
from mtc.core.errors import ConflictError, NotFoundError, ValidationError
from mtc.core.tenancy import tenant_scope
from mtc.tenants.services import StoreInfo, legal_links, legal_pages, store_lookup, update_store
from tests.servers.database import both_databases


def info(slug: str = "acme") -> StoreInfo:
    """The store as requests know it now."""
    store_lookup.clear()
    store = store_lookup.by_slug(slug)
    assert store is not None
    return store


@pytest.mark.parametrize("kind", legal_pages.KINDS)
@pytest.mark.parametrize("locale", ["en", "de", "fr", "de-AT"])
def test_templates_promise_nothing_and_say_what_to_fill_in(kind: str, locale: str) -> None:
    title, body = legal_pages.template(kind, locale)
    assert 1 <= len(title) <= legal_pages.LONGEST_TITLE
    assert len(legal_pages.placeholders(body)) >= 4
    assert any(
        "Your company name" in one or "Ihr Firmenname" in one for one in legal_pages.placeholders(body)
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[Your company name] and [Your company name]", ["Your company name"]),
        ("See [our page](/pages/about).", []),
        ("[1] [a] [ ] [] [2 words]", []),
        ("[Ihre Anschrift], [how many] days", ["Ihre Anschrift", "how many"]),
        ("Filled in", []),
    ],
)
def test_placeholders_are_words_in_brackets(text: str, found: list[str]) -> None:
    assert legal_pages.placeholders(text) == found


@both_databases
def test_a_text_is_published_whole_and_edited_apart(app: Flask, tenant: Any) -> None:
    with tenant_scope(tenant.id), unit_of_work():
        draft = legal_pages.find_draft(info(), "terms")
        assert (draft.page, draft.is_published, draft.title) == (None, False, "Terms of sale")
        with pytest.raises(ConflictError, match="Save the text first"):
            legal_pages.publish(info(), "terms")
        legal_pages.save_draft(info(), "terms", draft.title, draft.body)
        with pytest.raises(ConflictError, match=r"\[Your company name\]"):
            legal_pages.publish(info(), "terms")
    assert legal_links(info()) == []
    with tenant_scope(tenant.id), unit_of_work():
        legal_pages.save_draft(info(), "terms", "Terms", "One\n\nTwo")
        legal_pages.publish(info(), "terms")
    assert legal_links(info()) == [{"kind": "terms", "label": "Terms", "url": "/pages/terms"}]
    with tenant_scope(tenant.id), unit_of_work():
        changed = legal_pages.save_draft(info(), "terms", "Terms", "One\n\nThree [Your thing]")
        assert (changed.is_published, changed.has_changes) == (True, True)
        page = legal_pages.published_page(info(), "terms")
        assert page is not None
        assert legal_pages.published_html(page) == "<p>One</p>\n<p>Two</p>"


def test_each_language_has_its_own_text(app: Flask, tenant: Any) -> None:
    with tenant_scope(tenant.id), unit_of_work():
        update_store(tenant.id, tenant.store.id, locales=["en", "de"])
    with tenant_scope(tenant.id), unit_of_work():
        assert [(one.kind, one.locale) for one in legal_pages.list_drafts(info())][:2] == [
            ("terms", "en"),
            ("terms", "de"),
        ]
        assert legal_pages.find_draft(info(), "imprint", "de").title == "Impressum"
        legal_pages.save_draft(info(), "imprint", "Impressum", "Acme", "de")
        legal_pages.publish(info(), "imprint", "de")
        for kind, locale in (("imprint", "fr"), ("nothing", "")):
            with pytest.raises(NotFoundError):
                legal_pages.find_draft(info(), kind, locale)
    with tenant_scope(tenant.id, readonly=True), unit_of_work():
        page = legal_pages.published_page(info(), "imprint", "en")
        assert page is not None and page.locale == "de"


@pytest.mark.parametrize(
    ("title", "body", "fields"),
    [("", "x", {"title"}), ("x" * 121, "x", {"title"}), ("x", "", {"body"}), ("x", "y" * 100_001, {"body"})],
)
def test_a_draft_has_a_title_and_a_text(
    app: Flask, tenant: Any, title: str, body: str, fields: set[str]
) -> None:
    with tenant_scope(tenant.id), unit_of_work(), pytest.raises(ValidationError) as refused:
        legal_pages.save_draft(info(), "terms", title, body)
    assert set(refused.value.details) == fields


def test_the_footer_needs_no_statement(app: Flask, tenant: Any, queries: Callable[[], Any]) -> None:
    store = info()
    with queries() as seen:
        assert legal_links(store) == []
    assert len(seen) == 0
