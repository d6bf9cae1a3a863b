"""Every page of every theme renders, and keeps the rules of docs/themes.md."""

import json
import re
from pathlib import Path

import pytest

from tests.pages.contract import Shop
from tests.pages.contract_orders import order
from tests.pages.preview import ROOT, THEMES, environment, render

COMPONENTS = ROOT / "templates" / "storefront" / "components"
PAGES = ["home", "collection", "search", "product", "cart", "checkout", "order", "order-pending", "account"]
PAGES += ["account-orders", "account-library", "login", "register", "page", "not-found", "error"]
TEMPLATES = sorted(
    path
    for folder in ("templates/storefront", "templates/macros", "templates/errors", "themes")
    for path in (ROOT / folder).rglob("*.html")
)
FORBIDDEN = re.compile(r"\sstyle=|\son[a-z]+=|javascript:|<style|<script(?![^>]*\bnonce=)", re.IGNORECASE)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("page", PAGES)
def test_page_renders_within_the_rules(theme: str, page: str) -> None:
    html = render(theme, page)
    assert FORBIDDEN.findall(html) == []
    assert html.count("<main") == 1
    assert html.count("<h1") == 1
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert sorted({one for one in ids if ids.count(one) > 1}) == []
    for tag in re.findall(r"<[a-z]+\b[^>]*\shx-(?:get|post|delete|trigger)=[^>]*>", html):
        assert 'hx-nonce="preview"' in tag


@pytest.mark.parametrize("theme", THEMES)
def test_theme_has_every_page_and_known_parts(theme: str) -> None:
    described = json.loads((ROOT / "themes" / theme / "theme.json").read_text())
    assert sorted(described["pages"]) == sorted(set(PAGES) - {"order-pending"})
    layouts = {
        layout["slug"]: {region["name"] for region in layout["regions"]} for layout in described["layouts"]
    }
    for page in described["pages"].values():
        for widget in page["widgets"]:
            assert widget["region"] in layouts[page["layout"]]
            manifest = json.loads((COMPONENTS / f"{widget['component']}.json").read_text())
            assert set(widget["props"]) <= set(manifest["props_schema"]["properties"])


def test_every_component_has_a_manifest() -> None:
    templates = {path.stem for path in COMPONENTS.glob("*.html") if not path.stem.startswith("_")}
    assert templates == {path.stem for path in COMPONENTS.glob("*.json")}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_htmx_attributes_are_written_by_macros_only(path: Path) -> None:
    if path.name != "htmx.html":
        assert re.findall(r"\shx-[a-z-]+=", path.read_text()) == []


def test_every_icon_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'symbol id="([^"]+)"', (ROOT / "static/icons/sprite.svg").read_text()))
    text = "".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    text += "".join(path.read_text() for path in (ROOT / "themes").rglob("*.html"))
    named = set(re.findall(r'icon\("([a-z0-9-]+)"', text)) | set(
        re.findall(r'icon_name="([a-z0-9-]+)"', text)
    )
    assert named - sprite == set()


@pytest.mark.parametrize(
    "fragment", ["cart-drawer", "cart-page", "order-status", "suggestions", "toast", "revealed-key"]
)
def test_fragment_renders(fragment: str) -> None:
    shop = Shop("games")
    placed = order(shop)
    html = environment("arcade").get_template(f"storefront/fragments/{fragment}.html").render(
        cart=shop.cart(), order=placed, unit=placed["lines"][0]["units"][0], items=shop.products(limit=3),
        query="a", more_url="/search?q=a", text="Saved", store=shop.store(), page={},
        theme={"slug": "arcade"},
    )  # fmt: skip
    assert FORBIDDEN.findall(html) == []
    assert "<html" not in html


def test_a_hidden_key_is_not_in_the_page() -> None:
    html = render("arcade", "order")
    assert html.count("QF7K2-9XWPD-M37KQ") == 2  # the revealed one: as text and on its copy button


@pytest.mark.parametrize("name", ["plain", "403", "404", "410", "413", "421", "429", "500", "503"])
def test_error_page_needs_nothing(name: str) -> None:
    html = environment("arcade").get_template(f"errors/{name}.html").render(status=418, message="A teapot.")
    assert ">418<" in html
    assert ">A teapot.<" in html
    assert FORBIDDEN.findall(html) == []


MAILS = ["order-received", "keys", "files", "password-reset", "join", "account-known", "order-link"]


@pytest.mark.parametrize("name", MAILS)
def test_mail_renders_and_holds_no_key(name: str) -> None:
    shop = Shop("software")
    theme = json.loads((ROOT / "themes/slate/theme.json").read_text())
    data = {"store": shop.store(), "theme": theme, "order": order(shop), "order_url": "https://x.example/orders/1?t=s",
            "reset_url": "https://x.example/reset", "join_url": "https://x.example/join", "number": "1001",
            "login_url": "https://x.example/login", "forgot_url": "https://x.example/forgot"}  # fmt: skip
    env = environment("slate")
    for ending in ("html", "txt"):
        text = env.get_template(f"mail/{name}.{ending}").render(**data)
        assert "QF7K2" not in text
        assert "https://x.example/" in text or "/account" in text
