"""Theme settings become custom properties; what is no value of its type never reaches the sheet."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from mtc.core.paths import ROOT
from mtc.pages.services.contrast import contrast, contrast_problems, readable_on
from mtc.pages.services.design_tokens import branded, color, number, palette, theme_css

HOSTILE = (
    "red;}body{display:none",
    "url(//e)",
    "expression(alert(1))",
    "</style><script>alert(1)</script>",
    "\\3c script",
    "var(--x);--y:1",
    'Inter"; } body { color: red',
    '"]{}',
    "#fff;}",
    "#12345g",
    "#fff\n}",
    "1px}body{",
    "4 / 3;}",
    ["#fff"],
    {"a": "b"},
    float("nan"),
    float("inf"),
    True,
    None,
)
SETTINGS = (
    *("body", "heading", "mono", "size", "heading_weight", "heading_tracking", "heading_transform"),
    *("unit", "container", "radius", "width", "button_radius", "level", "ratio"),
    *("primary", "background", "--x:1;y"),
)
LINE = re.compile(r"--[a-z-]+:(?:#[0-9a-f]{6}(?:[0-9a-f]{2})?|-?[\d.]+(?:px|rem|em)?|\d+ / \d+|[a-z]+)")


def _theme(slug: str) -> dict[str, Any]:
    theme: dict[str, Any] = json.loads((ROOT / "themes" / slug / "theme.json").read_text())
    return theme


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_values_are_left_out(value: Any) -> None:
    every = dict.fromkeys(SETTINGS, value)
    theme = {
        "scheme": value,
        "colors": {"light": every, "dark": every},
        **dict.fromkeys(("fonts", "spacing", "borders", "shadows", "cards"), every),
    }
    assert theme_css(theme) == "@layer tokens{:root{color-scheme:light}}\n"
    broken = dict.fromkeys(("colors", "fonts", "spacing", "borders", "shadows", "cards"), value)
    assert theme_css(broken) == "@layer tokens{:root{color-scheme:light}}\n"
    assert branded(_theme("slate"), {"colors": every, "fonts": every, "logo": value}) == _theme("slate")


@pytest.mark.parametrize("slug", ["arcade", "folio", "slate"])
def test_the_sheets_of_our_themes_hold_typed_values_only(slug: str) -> None:
    css = theme_css(_theme(slug))
    body = re.sub(r"--font-(?:body|heading|mono):[^;}]+|--shadow-\w+:[^;}]+", "--f:0", css)
    for block in re.findall(r"\{([^{}]+)\}", body):
        lines = block.split(";")
        assert re.fullmatch(r"color-scheme:(?:light|dark)", lines[0])
        assert all(LINE.fullmatch(line) for line in lines[1:]), lines
    assert len(body.split("--")) > 30


@pytest.mark.parametrize("slug", ["arcade", "folio", "slate"])
def test_our_themes_can_be_read(slug: str) -> None:
    for colors in _theme(slug)["colors"].values():
        assert contrast_problems(palette(colors)) == []


def test_values_are_printed_back() -> None:
    assert color("#ABC") == "#aabbcc"
    assert color("#AABBCCDD") == "#aabbccdd"
    assert number(0.0, 0, 1) == "0"
    assert number(15.50, 15, 18) == "15.5"
    assert number(19, 15, 18) is None


def test_contrast_is_the_ratio_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert readable_on("#ffff00") == "#0b0b0f"
    assert readable_on("#000080") == "#ffffff"
    assert contrast_problems({"primary": "#777777", "primary-foreground": "#ffffff"}) == [
        {"color": "primary-foreground", "on": "primary", "ratio": 4.48}
    ]


def test_branding_keeps_its_text_readable() -> None:
    merged = branded(_theme("arcade"), {"colors": {"primary": "#1b1b7a"}, "fonts": {"heading": "fraunces"}})
    light = merged["colors"]["light"]
    assert (light["primary"], light["primary-foreground"], light["ring"]) == ("#1b1b7a", "#ffffff", "#1b1b7a")
    assert merged["fonts"]["heading"] == "fraunces"
    assert light["background"] == _theme("arcade")["colors"]["light"]["background"]
