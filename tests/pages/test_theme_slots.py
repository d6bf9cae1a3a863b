"""Themes keep the slots of the templates that they draw otherwise."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mtc.pages.services.slot_list import ADMIN, SLOTS

ROOT = Path(__file__).resolve().parents[2]
OVERRIDES = sorted((ROOT / "themes").glob("*/*/*.html"))
# `slot("product.price.after")`, and the templates that are included.
SLOT = re.compile(r'\bslot\("([a-z.]+)"')
INCLUDED = re.compile(r'"(storefront/[a-z/_-]+\.html)"')


def slots_in(file: Path, *, deep: bool) -> set[str]:
    """The slots of a template; with `deep` those of what it includes, too."""
    text = file.read_text()
    names = set(SLOT.findall(text))
    if deep:
        names |= {
            name for part in INCLUDED.findall(text) for name in slots_in(ROOT / "templates" / part, deep=True)
        }
    return names


def original_of(file: Path) -> Path:
    """The template that stands in the storefront's folder for a theme's."""
    return ROOT / "templates" / "storefront" / file.parent.name / file.name


@pytest.mark.parametrize("file", OVERRIDES, ids=lambda file: "/".join(file.parts[-3:]))
def test_a_theme_drops_no_slot(file: Path) -> None:
    original = original_of(file)
    wanted = slots_in(original, deep=False) if original.exists() else set()
    assert wanted - slots_in(file, deep=True) == set()


def test_the_templates_have_exactly_the_slots_of_the_list() -> None:
    files = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "themes").rglob("*.html")]
    assert {name for file in files for name in SLOT.findall(file.read_text())} == set(SLOTS)
    admin = (ROOT / "templates" / "admin").rglob("*.html")
    names = {name for file in admin for name in SLOT.findall(file.read_text())}
    assert names == {name for name, slot in SLOTS.items() if slot.surface == ADMIN}
