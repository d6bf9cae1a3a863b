"""Sources are asked together, broken widgets show nothing, tenants' own templates are harmless."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from flask import Flask

from mtc.core.db import session, unit_of_work
from mtc.core.errors import ValidationError
from mtc.core.i18n import use_locale
from mtc.core.tenancy import tenant_scope
from mtc.pages.models import Component
from mtc.pages.registry import sources
from mtc.pages.services import Fetcher, component_book, place_widget, resolve_page
from mtc.pages.services.data_sources import bound_args
from mtc.pages.services.render import clean_own, render_page
from mtc.tenants.services import StoreInfo
from tests.pages.conftest import fresh

SHOP = {"name": "Acme", "locale": "en", "currency": "EUR", "navigation": [], "url": "http://acme.test"}


@pytest.fixture
def asked() -> Iterator[list[list[dict[str, Any]]]]:
    """A source called test.echo, and what it was asked in each call."""
    calls: list[list[dict[str, Any]]] = []

    def echo(requests: Sequence[Mapping[str, Any]], page: Mapping[str, Any]) -> list[Any]:
        calls.append([dict(one) for one in requests])
        return [{"text": f"{page['key']} {one.get('limit')}"} for one in requests]

    sources.register("test.echo", echo)
    yield calls
    sources.remove("test.echo")


def own_component(store: StoreInfo, slug: str, template: str, **more: Any) -> None:
    """A component that the tenant wrote, placed on the front page."""
    with tenant_scope(store.tenant_id), unit_of_work():
        schema = {"type": "object", "properties": {"limit": {"type": "integer"}, "text": {"type": "string"}}}
        config = {"template": template, "data": more.pop("data", [])}
        session.add(
            Component(
                tenant_id=store.tenant_id,
                name=slug,
                slug=slug,
                props_schema={**schema, "additionalProperties": False},
                default_props={},
                render_config=config,
            )
        )
        session.flush()
        place_widget(store.id, "home", slug, props=more)


def shown(app: Flask) -> tuple[str, Fetcher]:
    """The front page's HTML and what it fetched."""
    store = fresh()
    with app.test_request_context("/"), tenant_scope(store.tenant_id), unit_of_work():
        page = {"key": "home", "title": "Home", "cart_count": 0}
        resolved = resolve_page(store, "home")
        fetcher = Fetcher(page)
        context = {"page": page, "store": SHOP, "theme": resolved["theme"]}
        book = component_book(store.tenant_id, store.content_version)
        return render_page(resolved, book, context, fetcher), fetcher


def test_each_source_is_called_once_with_every_different_request(
    system: Flask, store: StoreInfo, asked: list[Any]
) -> None:
    data = [{"name": "said", "source": "test.echo", "args": {"limit": {"from": "props.limit", "max": 9}}}]
    for number, limit in enumerate((3, 50, 3)):
        own_component(store, f"echo-{number}", "<p>{{ data.said.text }}</p>", data=data, limit=limit)
    html, fetcher = shown(system)
    assert re.findall(r"<p>home \d+</p>", html) == ["<p>home 3</p>", "<p>home 9</p>", "<p>home 3</p>"]
    assert asked == [[{"limit": 3}, {"limit": 9}]]
    assert fetcher.calls == 1


def test_a_view_and_its_widgets_share_one_call(asked: list[Any]) -> None:
    fetcher = Fetcher({"key": "home"})
    assert fetcher.data("test.echo", limit=1) == {"text": "home 1"}
    fetcher.collect([("test.echo", {"limit": 1}), ("test.echo", {"limit": 2})])
    assert asked == [[{"limit": 1}], [{"limit": 2}]]


def test_arguments_are_bound_to_props() -> None:
    args = {"a": 1, "b": {"from": "props.x", "max": 5}, "c": {"from": "props.none"}, "d": {"from": "props.e"}}
    assert bound_args(args, {"x": 9, "e": ""}) == {"a": 1, "b": 5}


def test_a_broken_widget_shows_nothing_and_is_logged(
    system: Flask, store: StoreInfo, caplog: pytest.LogCaptureFixture
) -> None:
    own_component(
        store, "endless", "{% for a in range(1000) %}{% for b in range(1000) %}x{% endfor %}{% endfor %}"
    )
    own_component(store, "lost", "<p>lost</p>", data=[{"name": "x", "source": "no.such", "args": {}}])
    own_component(store, "fine", "<p>still here</p>")
    with caplog.at_level(logging.INFO):
        html, _ = shown(system)
    assert "<p>still here</p>" in html
    assert "xxxx" not in html and "<p>lost</p>" not in html
    assert any("endless" in record.getMessage() for record in caplog.records)
    assert any("no.such" in record.getMessage() for record in caplog.records)


def test_own_templates_get_read_models_as_plain_data(system: Flask, store: StoreInfo) -> None:
    data = [{"name": "cart", "source": "checkout.cart", "args": {}}]
    own_component(
        store, "mine", "<p>{{ data.cart.count }} for {{ data.cart.total.formatted }}</p>", data=data
    )
    assert "<p>0 for €0.00</p>" in shown(system)[0]


def test_default_texts_speak_the_language_of_the_page(system: Flask, store: StoreInfo) -> None:
    with tenant_scope(store.tenant_id), unit_of_work():
        place_widget(store.id, "home", "faq", props={"questions": []})
        place_widget(store.id, "home", "empty-state", props={"title": "Cancel"})
        place_widget(store.id, "home", "empty-state", props={"text": "Nothing here yet"})
    with use_locale("de"):
        html, _ = shown(system)
    assert "Hier ist noch nichts" in html
    assert "Abbrechen" not in html and "Cancel" in html
    assert "Nothing here yet" in html, "what a merchant wrote stays"


def test_own_templates_are_cleaned_and_their_values_escaped(system: Flask, store: StoreInfo) -> None:
    source = (
        "<section class='a' onclick='x()' style='color:red' hx-get='/x' id='cart'>"
        "<a href='javascript:alert(1)'>a</a><script>evil()</script><form action='/x'><input name='a'></form>"
        "{{ props.text }}{{ config }}{{ request }}{{ self }}{{ store.tenant_id }}</section>"
    )
    own_component(store, "mine", source, text="<img src=x onerror=alert(1)>")
    html, _ = shown(system)
    part = re.search(r'<section class="a">.*?</section>', html, re.DOTALL)
    assert part is not None
    assert part[0] == ('<section class="a"><a>a</a>&lt;img src=x onerror=alert(1)&gt;</section>')


@pytest.mark.parametrize(
    "html",
    [
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<a href='jav&#x09;ascript:alert(1)'>x</a>",
        "<a href='data:text/html,x'>x</a>",
        "<base href='//evil'><meta http-equiv=refresh content='0;url=//evil'>",
        "<div @click='x' x-data='y' data-hx-get='/z' formaction='/q'>",
        "<iframe src='/admin'></iframe><object data=x></object><embed src=x>",
    ],
)
def test_cleaning_leaves_nothing_that_acts(html: str) -> None:
    cleaned = clean_own(html)
    tags = r"<(?:script|style|iframe|object|embed|form|base|meta|svg|math)"
    acting = rf"(?i){tags}|\son\w+=|javascript:|data:|hx-|@click|x-data|formaction"
    assert re.search(acting, re.sub(r'title="[^"]*"', "", cleaned)) is None, cleaned


def test_props_are_escaped_by_every_component_of_ours(system: Flask, store: StoreInfo) -> None:
    evil = "\"'><img src=x onerror=alert(1)>"
    placed = 0
    with tenant_scope(store.tenant_id), unit_of_work():
        for slug, info in component_book().items():
            if info.surface != "storefront" or slug in {"site-header", "site-footer"}:
                continue
            props = {
                field.key: evil for field in info.fields.fields if field.kind == "text" and not field.format
            }
            try:
                place_widget(store.id, "home", slug, region="main", props=props)
                placed += bool(props)
            except ValidationError:
                place_widget(store.id, "home", slug, region="main")
    assert placed > 12
    html, _ = shown(system)
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert "<img src=x" not in html
