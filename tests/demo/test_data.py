"""The demo stores' data files hold together: references, prices, safe and small pictures."""

import json
import re
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from xml.etree import ElementTree

import pytest

from mtc.catalog.queries import SORTS
from mtc.catalog.services.starter_types import starter_type
from mtc.demo.artwork import brand, covers_books, covers_games, icons, previews, screens

DEMO = Path(__file__).parents[2] / "mtc" / "demo"
STORES = ("games", "studio", "software")
COUNTS = {"games": 29, "studio": 25, "software": 18}
WIDGETS = {
    "hero", "product-grid", "collection-list", "image-with-text", "columns",
    "testimonials", "faq", "rich-text", "announcement-bar",
}  # fmt: skip
SAFE_TAGS = {"p", "ul", "li", "strong", "em", "h3"}


def read(store: str, name: str) -> Any:
    """One data file of a store."""
    return json.loads((DEMO / store / f"{name}.json").read_text(encoding="utf-8"))


def types_of(store: str) -> list[Any]:
    """The product types of a store; starter types are named by their slugs."""
    return [starter_type(row).values() if isinstance(row, str) else row for row in read(store, "types")]


def pictures(value: Any) -> list[str]:
    """Every media path anywhere inside a value."""
    return re.findall(r'"(media/[^"]+)"', json.dumps(value))


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> str:
    """Each store in turn."""
    return str(request.param)


def test_products_point_at_types_collections_pictures_and_files(store: str) -> None:
    types = {row["slug"]: row for row in types_of(store)}
    collections = {row["slug"] for row in read(store, "collections")}
    products = read(store, "products")
    assert len(products) == COUNTS[store]
    assert len({row["slug"] for row in products}) == len(products)
    for row in products:
        assert row["type"] in types
        assert row["collections"] and set(row["collections"]) <= collections, row["slug"]
        for path in [row["image"], *row["gallery"]]:
            assert (DEMO / store / path).is_file(), path
        for variant in row["variants"]:
            for path in variant["files"] or []:
                assert 0 < (DEMO / store / path).stat().st_size < 200_000, path


def test_attributes_match_their_types(store: str) -> None:
    types = {
        row["slug"]: {field["name"]: field for field in row["schema"]["fields"]}
        for row in types_of(store)
    }
    for row in read(store, "products"):
        fields = types[row["type"]]
        assert set(row["attributes"]) <= set(fields), row["slug"]
        required = {name for name, field in fields.items() if field.get("required")}
        assert required <= set(row["attributes"]), row["slug"]
        for name, value in row["attributes"].items():
            if options := fields[name].get("options"):
                chosen = value if isinstance(value, list) else [value]
                assert set(chosen) <= {option["value"] for option in options}, (row["slug"], name)


def test_prices_stock_and_skus_are_sane(store: str) -> None:
    variants = [(row["slug"], variant) for row in read(store, "products") for variant in row["variants"]]
    skus = [variant["sku"] for _, variant in variants]
    assert len(set(skus)) == len(skus)
    for slug, variant in variants:
        assert 500 <= variant["price"] <= 500_000, slug
        assert variant["compare_at"] is None or variant["compare_at"] > variant["price"], slug
        assert (variant["keys"] is None) != (variant["files"] is None), slug
        assert variant["keys"] is None or 0 <= variant["keys"] <= 60, slug
    for row in read(store, "products"):
        options = [tuple(variant["options"].items()) for variant in row["variants"]]
        assert len(set(options)) == len(options), row["slug"]
        assert len({tuple(variant["options"]) for variant in row["variants"]}) == 1, row["slug"]


def test_every_store_shows_sales_and_the_key_stores_show_stock() -> None:
    for name in STORES:
        variants = [variant for row in read(name, "products") for variant in row["variants"]]
        assert any(variant["compare_at"] for variant in variants)
    for name in ("games", "software"):
        pools = [variant["keys"] for row in read(name, "products") for variant in row["variants"]]
        assert 0 in pools
        assert any(0 < size < 6 for size in pools)


def test_copy_is_real_and_its_html_is_safe(store: str) -> None:
    rows = [(row["slug"], row["description"]) for row in read(store, "products")]
    for slug, description in rows:
        assert description.count("<p>") >= 2, slug
        assert 300 < len(description) < 2500, slug
        assert set(re.findall(r"</?([a-z0-9]+)", description)) <= SAFE_TAGS, slug
    pages = read(store, "pages")
    assert {"about", "delivery", "refunds", "terms", "privacy", "faq"} <= {page["slug"] for page in pages}
    everything = json.dumps([rows, pages, read(store, "store")]).lower()
    for filler in ("lorem", "ipsum", "dolor sit", "placeholder", "tbd", "<script", "javascript:", "onclick"):
        assert filler not in everything
    assert len({text for _, text in rows}) == len(rows)


def test_the_home_page_and_its_links_lead_somewhere(store: str) -> None:
    data = read(store, "store")
    collections = {row["slug"] for row in read(store, "collections")}
    known = {f"/c/{slug}" for slug in collections}
    known |= {f"/p/{row['slug']}" for row in read(store, "products")}
    known |= {f"/pages/{page['slug']}" for page in read(store, "pages")}
    known |= {"/account/library"}
    for widget in data["pages"]["home"]:
        assert widget["component"] in WIDGETS
        props = widget["props"]
        assert set(props.get("collections", [])) <= collections
        assert (not props.get("source", "").startswith("collection:")) or props["source"][11:] in collections
    links = re.findall(r'"(?:url|link)": "([^"]+)"', json.dumps(data))
    assert [link for link in links if link not in known and not link.startswith("/search?")] == []
    parameters = {one for link in links if "?" in link for one in parse_qs(link.partition("?")[2])}
    sorts = {one for link in links for one in parse_qs(link.partition("?")[2]).get("sort", [])}
    assert parameters <= {"q", "sort", "sale"} and sorts <= set(
        SORTS
    )  # what a listing does not know it ignores
    for path in pictures(data) + pictures(read(store, "collections")):
        assert (DEMO / store / path).is_file(), path
    assert {member["role"] for member in data["staff"]} == {"owner", "support"}


def test_pictures_are_self_contained_svg_and_small(store: str) -> None:
    found = sorted((DEMO / store / "media").glob("*.svg"))
    assert found
    for path in found:
        text = path.read_text(encoding="utf-8")
        assert len(text) < 48_000, path.name
        root = ElementTree.fromstring(text)
        assert root.tag.endswith("svg") and root.get("width") and root.get("viewBox"), path.name
        for refused in ("<script", "<image", "<foreignObject", "http:", "https:", "data:"):
            assert refused not in text.replace("http://www.w3.org/2000/svg", ""), (path.name, refused)
        assert not re.search(r"\son\w+\s*=", text), path.name


def test_files_for_sale_open() -> None:
    folder = DEMO / "studio" / "files"
    for path in sorted(folder.glob("*.pdf")):
        data = path.read_bytes()
        assert data.startswith(b"%PDF-1.4") and data.endswith(b"%%EOF\n")
        start = int(data.rsplit(b"startxref\n", 1)[1].split()[0])
        assert data[start : start + 4] == b"xref"
    for path in [*sorted(folder.glob("*.zip")), *sorted(folder.glob("*.epub"))]:
        with zipfile.ZipFile(path) as bundle:
            assert bundle.testzip() is None
            first = bundle.namelist()[0]
            assert first == ("mimetype" if path.suffix == ".epub" else "README.txt")


def test_the_committed_pictures_are_what_the_script_draws() -> None:
    drawn = {
        "games/media/hollow-tides": covers_games.draw_cover("hollow-tides"),
        "games/media/apex-warren-1": brand.draw_shot("apex-warren", 1),
        "studio/media/the-slow-garden": covers_books.draw_book("the-slow-garden"),
        "studio/media/terrazzo-library": previews.draw_asset("terrazzo-library"),
        "software/media/vaultkeep": icons.draw_icon("vaultkeep"),
        "software/media/tallybook-1": screens.draw_screen("tallybook", 1),
    }
    for path, picture in drawn.items():
        assert (DEMO / f"{path}.svg").read_text(encoding="utf-8") == picture.svg(), path


def test_the_demo_stays_light_and_its_shoppers_are_invented() -> None:
    size = sum(path.stat().st_size for name in STORES for path in (DEMO / name).rglob("*") if path.is_file())
    assert size < 4_000_000
    people = json.loads((DEMO / "people.json").read_text(encoding="utf-8"))
    assert len(people) == 60 == len({person["email"] for person in people})
    for person in people:
        assert re.fullmatch(r"[a-z.\-]+@example\.(com|org)", person["email"])
        assert re.fullmatch(r"[A-Z]{2}", person["country"])
