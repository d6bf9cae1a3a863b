"""A faulty theme stops nothing, a synchronised one is seen at once, a copied one uses its own parts."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, FileSystemLoader
from sqlalchemy import select

from mtc.core.db import session, unit_of_work
from mtc.core.paths import ROOT
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.pages import queries
from mtc.pages.models import Theme
from mtc.pages.services.manifest_sync import sync_all
from mtc.pages.services.resolve import forget_pages, resolve_page
from mtc.tenants.models import Tenant
from mtc.tenants.queries import stores_of
from mtc.tenants.services import update_store
from mtc.tenants.services.store_lookup import store_info
from mtc.web.template_sentences import install_translations
from mtc.web.templating import Templates, ThemeLoader
from tests.servers.database import both_databases

Spoil = Callable[[Path], Any]


@pytest.fixture
def tree(app: Flask, tmp_path: Path) -> Iterator[Path]:
    """The tree's themes and components, to be changed."""
    for folder in ("themes", "templates"):
        (tmp_path / folder).symlink_to(ROOT / folder) if folder == "templates" else shutil.copytree(
            ROOT / folder, tmp_path / folder
        )
    sync_all(tmp_path)
    yield tmp_path
    forget_pages()


def edited(tree: Path, slug: str, **changes: Any) -> None:
    """Change values of a theme.json."""
    file = tree / "themes" / slug / "theme.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))


def theme_json(content: str) -> Spoil:
    return lambda place: (place / "theme.json").write_text(content)


def with_changes(**changes: Any) -> Spoil:
    return lambda place: edited(place.parent.parent, place.name, **changes)


def loop(name: str) -> Spoil:
    def spoil(place: Path) -> None:
        (place / name).unlink(missing_ok=True)
        (place / name).symlink_to(place / name)

    return spoil


FAULTS: dict[str, tuple[Spoil, str]] = {
    "broken JSON": (theme_json("{"), "theme.json is no JSON"),
    "JSON without end": (theme_json("[" * 100_000), "theme.json is no JSON"),
    "a list": (theme_json("[]"), "theme.json must be a JSON object."),
    "no UTF-8": (lambda place: (place / "theme.json").write_bytes(b"\xff"), "theme.json is no JSON"),
    "a loop": (loop("theme.json"), "theme.json cannot be read"),
    "no name": (with_changes(name=None), "give `name` a text"),
    "colours that are a list": (with_changes(colors=[]), "`colors` must be an object."),
    "layouts that are an object": (with_changes(layouts={}), "`layouts` must be a list"),
    "a page without a layout": (
        with_changes(pages={"home": {"name": "Home", "layout": "none"}}),
        "page `home` has no layout of the theme.",
    ),
    "pages that are a list": (with_changes(pages=[1]), "`pages` must be an object."),
    "widgets that are a text": (
        with_changes(
            layouts=[{"slug": "own", "name": "Own"}],
            pages={"home": {"name": "Home", "layout": "own", "widgets": ["hero"]}},
        ),
        "the widgets of page `home` are not right.",
    ),
    "a template that is none": (
        lambda place: (place / "components" / "hero.html").write_text("{% if %}"),
        "components/hero.html, line 1 is no template",
    ),
    "a template that is a loop": (loop("components/hero.html"), "components/hero.html cannot be read"),
    "a file from elsewhere": (
        lambda place: (place / "passwd.css").symlink_to("/etc/passwd"),
        "passwd.css leads out of the theme.",
    ),
}


def content_version(world: Any) -> int:
    with platform_scope("look", readonly=True), unit_of_work():
        return int(session.scalars(select(Tenant.content_version).where(Tenant.id == world.id)).one())


def wear(world: Any, theme: str) -> None:
    """The tenant's store takes the theme."""
    with tenant_scope(world.id), unit_of_work():
        update_store(world.id, world.store.id, theme_slug=theme)


def look(world: Any, page: str = "home") -> dict[str, Any]:
    forget_pages()
    with tenant_scope(world.id, readonly=True), unit_of_work():
        [store] = [store_info(row) for row in stores_of(world.id)]
        theme: dict[str, Any] = resolve_page(store, page)["theme"]
        return theme


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_theme_gives_way_to_the_default_look(tree: Path, tenant: Any, fault: str) -> None:
    spoil, sentence = FAULTS[fault]
    wear(tenant, "arcade")
    assert look(tenant)["slug"] == "arcade"
    spoil(tree / "themes" / "arcade")
    before = content_version(tenant)
    assert sync_all(tree) > 0
    assert content_version(tenant) > before
    with platform_scope("look", readonly=True), unit_of_work():
        [row] = queries.broken_themes()
    assert row.slug == "arcade"
    assert sentence in row.problem
    assert look(tenant)["slug"] == "slate"
    assert sync_all(tree) == 0
    shutil.rmtree(tree / "themes" / "arcade")
    shutil.copytree(ROOT / "themes" / "arcade", tree / "themes" / "arcade")
    assert sync_all(tree) > 0
    assert look(tenant)["slug"] == "arcade"


def test_where_the_default_is_broken_another_stands_in(tree: Path, tenant: Any) -> None:
    wear(tenant, "slate")
    theme_json("{")(tree / "themes" / "slate")
    sync_all(tree)
    assert look(tenant)["slug"] == "arcade"


def test_a_theme_of_ones_own_over_a_broken_one_keeps_its_colours(tree: Path, tenant: Any) -> None:
    with tenant_scope(tenant.id), unit_of_work():
        session.add(
            Theme(
                tenant_id=tenant.id, slug="mine", name="Mine", colors={"light": {"primary": "#123456"}},
                settings={"base": "arcade"},
            )
        )  # fmt: skip
    wear(tenant, "mine")
    assert look(tenant)["slug"] == "arcade"
    theme_json("{")(tree / "themes" / "arcade")
    before = content_version(tenant)
    sync_all(tree)
    assert (look(tenant)["slug"], look(tenant)["name"]) == ("slate", "Mine")
    assert content_version(tenant) > before


@both_databases
def test_a_changed_theme_raises_the_version_of_its_stores_only(
    tree: Path, tenant: Any, other_tenant: Any
) -> None:
    wear(tenant, "arcade")
    wear(other_tenant, "folio")
    before = content_version(tenant), content_version(other_tenant)
    edited(tree, "arcade", colors={"light": {"primary": "#123456"}})
    assert sync_all(tree) == 1
    assert content_version(tenant) > before[0]
    assert content_version(other_tenant) == before[1]
    sync_all(tree)
    assert content_version(tenant) == before[0] + 1


def test_a_changed_template_is_compiled_anew(tree: Path, tenant: Any, app: Flask) -> None:
    wear(tenant, "arcade")
    look(tenant)
    name = "storefront/components/hero.html"
    kept = app.jinja_env.get_template(name)
    assert app.jinja_env.get_template(name) is kept
    (tree / "themes/arcade/components/hero.html").write_text("<p>Another</p>")
    assert sync_all(tree) == 1
    look(tenant)
    assert app.jinja_env.get_template(name) is not kept


def test_the_default_theme_concerns_every_store(tree: Path, tenant: Any) -> None:
    wear(tenant, "arcade")
    before = content_version(tenant)
    edited(tree, "slate", colors={"light": {"primary": "#123456"}})
    sync_all(tree)
    assert content_version(tenant) == before + 1


def test_no_theme_names_a_theme_in_its_templates() -> None:
    """A copied folder would go on using the parts of the original."""
    themes = [place.name for place in (ROOT / "themes").iterdir() if place.is_dir()]
    named = [
        str(file.relative_to(ROOT))
        for file in (ROOT / "themes").rglob("*.html")
        for slug in themes
        if f"themes/{slug}/" in file.read_text()
    ]
    assert named == []


@pytest.mark.parametrize("slug", ["arcade", "folio", "slate"])
def test_a_copied_theme_uses_its_own_parts(slug: str, tmp_path: Path) -> None:
    class Themes(Environment):
        def join_path(self, template: str, parent: str) -> str:
            return Templates.join_path(self, template, parent)  # type: ignore[arg-type]

    copy = tmp_path / "copy"
    shutil.copytree(ROOT / "themes" / slug, copy)
    (copy / "components" / "_product-card.html").write_text("MY CARD")
    env = Themes(
        loader=ChoiceLoader(
            [FileSystemLoader(ROOT / "templates"), ThemeLoader({"themes": FileSystemLoader(tmp_path)})]
        ),
        autoescape=True,
        undefined=ChainableUndefined,
    )
    install_translations(env)
    env.globals["slot"] = lambda name, **values: ""
    for name in ("product-grid", "related-products"):
        names = [f"themes/copy/components/{name}.html", f"storefront/components/{name}.html"]
        html = env.select_template(names).render(
            props={"heading": "New"}, data={"products": [{"name": "Game"}]}, theme={"slug": "copy"}
        )
        assert "MY CARD" in html
