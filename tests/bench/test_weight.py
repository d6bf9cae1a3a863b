"""What a visitor's first page of a store weighs on the wire: style sheets and scripts, compressed."""

import gzip
from pathlib import Path

import pytest

from tests.pages.modules import imported

LARGEST = 45 * 1024
SHARED = (
    "static/css/core.css",
    "static/css/storefront.css",
    "static/vendor/htmx.min.js",
    "static/vendor/hx-csp.min.js",
    "static/js/app.js",
    *(f"static/js/{module}" for module in sorted(imported("app.js"))),
)


def compressed(file: Path) -> int:
    return len(gzip.compress(file.read_bytes(), 9, mtime=0))


def themes() -> list[str]:
    root = Path(__file__).resolve().parents[2]
    return sorted(file.parent.name for file in root.glob("themes/*/theme.css"))


def test_three_themes_are_weighed():
    assert themes() == ["arcade", "folio", "slate"]


@pytest.mark.parametrize("theme", themes())
def test_styles_and_scripts_of_a_store_stay_light(root, theme):
    weights = {name: compressed(root / name) for name in (*SHARED, f"themes/{theme}/theme.css")}
    assert sum(weights.values()) <= LARGEST, weights
