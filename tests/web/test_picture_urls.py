"""How pages name the smaller copies of a picture."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from mtc.infra.pictures.without_decoder import PlainPictures
from mtc.web.picture_urls import copies, served, smaller
from tests.architecture.tree import ROOT
from tests.fakes.ports import fake_ports

OURS = "/media/0198f3c1-0000-7000-8000-000000000001/0a1b2c3d4e5f.jpg"


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    app.extensions["mtc.ports"] = fake_ports()
    return app


def test_a_picture_is_served_in_copies_that_are_not_larger_than_itself(app: Flask) -> None:
    with app.app_context():
        image = {"src": OURS, "width": 3000, "height": 4000, "alt": "A cup"}
        shown = served(image)
        assert shown == {
            **image,
            "src": f"{OURS}.w1024.webp",
            "srcset": ", ".join(f"{OURS}.w{width}.webp {width}w" for width in (320, 640, 1024, 1600)),
            "largest": f"{OURS}.w1600.webp",
        }
        assert served(shown) == shown  # once is enough
        assert [width for width, _ in copies({"src": OURS, "width": 700})] == [320, 640, 700]
        assert smaller({"src": OURS, "width": 700}, 320) == f"{OURS}.w320.webp"
        assert smaller({"src": OURS, "width": 90}, 320) == f"{OURS}.w90.webp"


@pytest.mark.parametrize(
    "image",
    [
        {"src": OURS},
        {"src": OURS, "width": "3000"},
        {"src": OURS.replace(".jpg", ".svg"), "width": 300},
        {"src": "/static/icons/mtc.svg", "width": 300},
        {"src": "https://cdn.example/a.jpg", "width": 3000},
        {"src": f"{OURS}.w320.webp", "width": 3000},
        {"src": OURS + '" onerror="x', "width": 3000},
    ],
)
def test_other_pictures_are_served_as_they_are(app: Flask, image: dict[str, object]) -> None:
    with app.app_context():
        assert served(image) == {**image, "largest": image["src"]}


@pytest.mark.parametrize("nothing", [None, {}, "", {"src": ""}, {"alt": "x"}, []])
def test_where_there_is_no_picture_there_is_none(app: Flask, nothing: object) -> None:
    with app.app_context():
        assert served(nothing) is None


def test_without_a_library_for_it_pictures_are_served_themselves(app: Flask) -> None:
    object.__setattr__(app.extensions["mtc.ports"], "pictures", PlainPictures())
    with app.app_context():
        assert served({"src": OURS, "width": 3000}) == {"src": OURS, "width": 3000, "largest": OURS}


def test_templates_of_stores_draw_pictures_by_the_macro_only() -> None:
    """What writes its own address of a picture would send the picture itself, whatever its size."""
    found = {
        str(path.relative_to(ROOT)): re.findall(r'<img[^>]*? src="\{\{ ?([^}]+?) ?\}\}"', path.read_text())
        for folder in ("templates/storefront", "themes", "plugins")
        for path in (ROOT / folder).rglob("*.html")
    }
    assert {name: what for name, what in found.items() if what} == {
        "templates/storefront/components/_zoom.html": ["shown.largest"],
        "templates/storefront/components/site-footer.html": ["store.logo.src", "store.logo.src_dark"],
        "templates/storefront/components/site-header.html": ["store.logo.src", "store.logo.src_dark"],
        "themes/arcade/components/product-gallery.html": ["behind.src"],
    }
