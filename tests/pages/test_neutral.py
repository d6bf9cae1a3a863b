"""What a new store says: nothing in the merchant's name, and nothing about a tax that there is not."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROMISES = re.compile(
    r"money back|refund(?:ed|s)? if|replaced|guarantee|within (?:the|an?|\d+) (?:hour|day)|in seconds"
    r"|\d+ days"
    r"|\b(?:vat|tax(?:es)?)\b|hand-picked|for good|pay once|no accounts",
    re.IGNORECASE,
)
THEMES = sorted((ROOT / "themes").glob("*/theme.json"))
MANIFESTS = sorted((ROOT / "templates").glob("*/components/*.json"))
TEMPLATES = [*(ROOT / "templates" / "storefront").rglob("*.html"), *(ROOT / "themes").rglob("*.html")]
# Sentences of MTC about its own links and rules, which are true in every store.
TRUE = {"account/forgot.html", "account/join.html", "account/reset.html"}


def texts(value: Any) -> list[str]:
    """Every text of a JSON value."""
    if isinstance(value, str):
        return [value]
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for one in inside for text in texts(one)]


@pytest.mark.parametrize("file", THEMES, ids=lambda one: one.parent.name)
def test_u6_pages_of_a_theme_promise_nothing(file: Path) -> None:
    pages = json.loads(file.read_text())["pages"]
    assert [text for text in texts(pages) if PROMISES.search(text)] == []
    hero = next(one for one in pages["home"]["widgets"] if one["component"] == "hero")
    assert {"heading", "text", "points"} & set(
        hero["props"]
    ) == set()  # the store's own name and line stand there


def test_components_promise_nothing_by_themselves() -> None:
    defaults = {file.stem: json.loads(file.read_text()).get("default_props", {}) for file in MANIFESTS}
    assert {name: one for name, one in defaults.items() if any(map(PROMISES.search, texts(one)))} == {}
    assert defaults["product-info"] == {}


def test_u6_u7_templates_say_nothing_about_tax_or_promises() -> None:
    found = {}
    for file in TEMPLATES:
        words = re.sub(r"\{[#%{].*?[#%}]\}|<[^>]*>", " ", file.read_text(), flags=re.DOTALL)
        if (match := PROMISES.search(words)) and not any(str(file).endswith(one) for one in TRUE):
            found[str(file.relative_to(ROOT))] = match[0]
    assert found == {}
