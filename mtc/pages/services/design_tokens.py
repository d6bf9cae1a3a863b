"""A theme's settings as custom properties: every value is parsed to a type and printed back by us."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from mtc.core.local_cache import LocalCache
from mtc.core.paths import ROOT
from mtc.pages.services.contrast import LOWEST, contrast, readable_on

VENDOR = ROOT / "static" / "vendor.json"
COLORS = (
    "background", "foreground", "card", "card-foreground", "popover", "popover-foreground", "primary",
    "primary-foreground", "secondary", "secondary-foreground", "muted", "muted-foreground", "accent",
    "accent-foreground", "destructive", "destructive-foreground", "success", "success-foreground", "warning",
    "warning-foreground", "border", "input", "ring",
)  # fmt: skip
# theme.json path -> property, lowest, highest, unit
NUMBERS: tuple[tuple[str, str, str, float, float, str], ...] = (
    ("fonts", "size", "--font-size", 15, 18, "px"),
    ("fonts", "heading_weight", "--heading-weight", 100, 900, ""),
    ("fonts", "heading_tracking", "--heading-tracking", -0.1, 0.2, "em"),
    ("spacing", "unit", "--spacing", 3, 6, "px"),
    ("spacing", "container", "--container", 48, 110, "rem"),
    ("borders", "radius", "--radius", 0, 24, "px"),
    ("borders", "width", "--border-width", 0, 2, "px"),
    ("borders", "button_radius", "--btn-radius", 0, 999, "px"),
)
_SHADOWS = {"none": "none", "strong": "0 10px 40px rgb(0 0 0 / 0.45)"}  # soft is what core.css has
_HEX = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
_RATIO = re.compile(r"\s*(\d{1,2})\s*/\s*(\d{1,2})\s*")
_LARGEST = 2000
_sheets: LocalCache[str, str] = LocalCache(_LARGEST)


@cache
def fonts() -> dict[str, dict[str, Any]]:
    """The fonts on offer: id -> {file, stack}."""
    table: dict[str, dict[str, Any]] = json.loads(VENDOR.read_text())["fonts"]
    return table


def color(value: Any) -> str | None:
    """A colour as `#rrggbb` or `#rrggbbaa`, or None for anything but a hexadecimal colour."""
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        return None
    digits = value[1:].lower()
    return "#" + ("".join(c * 2 for c in digits) if len(digits) < 5 else digits)


def number(value: Any, lowest: float, highest: float) -> str | None:
    """A number between two others in CSS's spelling, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not lowest <= value <= highest:
        return None
    return f"{value:.4f}".rstrip("0").rstrip(".") or "0"


def palette(values: Any) -> dict[str, str]:
    """Return the colours that can be read, with a readable text colour for those that bring none."""
    source = values if isinstance(values, Mapping) else {}
    valid = {name: parsed for name in COLORS if (parsed := color(source.get(name))) is not None}
    for name in COLORS:
        text = f"{name}-foreground"
        if name in valid and text in COLORS and text not in valid and name != "muted":
            valid[text] = readable_on(valid[name][:7])
    return valid


def branded(theme: Mapping[str, Any], branding: Mapping[str, Any]) -> dict[str, Any]:
    """The theme with the tenant's branding over it: its colours and fonts; text stays readable."""
    merged = dict(theme)
    brand = palette_of_brand(branding.get("colors"))
    light = {**theme.get("colors", {}).get("light", {}), **brand}
    for name, value in brand.items():
        text = "foreground" if name == "background" else f"{name}-foreground"
        if text in COLORS and text not in brand and _unreadable(light.get(text), value):
            light[text] = readable_on(value[:7])
    if "primary" in brand and "ring" not in brand:
        light["ring"] = brand["primary"]
    merged["colors"] = {**theme.get("colors", {}), "light": light}
    fonts_by_role = branding.get("fonts")
    if isinstance(fonts_by_role, Mapping):
        chosen = {k: v for k, v in fonts_by_role.items() if k in ("body", "heading", "mono") and _is_font(v)}
        merged["fonts"] = {**theme.get("fonts", {}), **chosen}
    return merged


def palette_of_brand(values: Any) -> dict[str, str]:
    """The colours of a branding that can be read."""
    source = values if isinstance(values, Mapping) else {}
    return {name: parsed for name in COLORS if (parsed := color(source.get(name))) is not None}


def _unreadable(text: Any, ground: str) -> bool:
    parsed = color(text)
    return parsed is None or contrast(parsed[:7], ground[:7]) < LOWEST


def _is_font(value: Any) -> bool:
    return isinstance(value, str) and value in fonts()


def font_stack(value: Any) -> str | None:
    """The CSS font family of a font id, or None."""
    return str(fonts()[value]["stack"]) if _is_font(value) else None


def font_files(theme: Mapping[str, Any]) -> list[str]:
    """The files under static/ that the first paint of a page needs."""
    chosen = [theme.get("fonts", {}).get(part) for part in ("body", "heading")]
    files = [fonts()[font]["file"] for font in chosen if _is_font(font)]
    return [file for file in dict.fromkeys(files) if file]


def _group(theme: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    group = theme.get(name)
    return group if isinstance(group, Mapping) else {}


def properties(theme: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The custom properties of a theme apart from its colours; what cannot be read is left out."""
    lines: list[tuple[str, str]] = []
    text = _group(theme, "fonts")
    for part in ("body", "heading", "mono"):
        stack = font_stack(text.get(part))
        if stack:
            lines.append((f"--font-{part}", stack))
    if text.get("heading_transform") in ("none", "uppercase"):
        lines.append(("--heading-transform", text["heading_transform"]))
    for group, key, name, lowest, highest, unit in NUMBERS:
        parsed = number(_group(theme, group).get(key), lowest, highest)
        if parsed is not None:
            lines.append((name, parsed + unit))
    shadow = _group(theme, "shadows").get("level")
    if isinstance(shadow, str) and shadow in _SHADOWS:
        lines += [(f"--shadow-{size}", _SHADOWS[shadow]) for size in ("sm", "md", "lg")]
    ratio = _group(theme, "cards").get("ratio")
    match = _RATIO.fullmatch(ratio) if isinstance(ratio, str) else None
    if match and int(match[1]) and int(match[2]):
        lines.append(("--card-ratio", f"{int(match[1])} / {int(match[2])}"))
    return lines


def theme_css(theme: Mapping[str, Any]) -> str:
    """The style sheet of a theme (docs/themes.md, section Tokens)."""
    colors = _group(theme, "colors")
    scheme = "dark" if theme.get("scheme") == "dark" else "light"
    light = [(f"--{name}", value) for name, value in palette(colors.get("light")).items()]
    sheet = [":root", _block([("color-scheme", scheme), *light, *properties(theme)])]
    dark = [(f"--{name}", value) for name, value in palette(colors.get("dark")).items()]
    if dark:
        block = _block([("color-scheme", "dark"), *dark])
        sheet += ['[data-theme="dark"]', block]
        if scheme == "light":  # until somebody chooses, the setting of the system counts
            sheet += ['@media (prefers-color-scheme:dark){:root:not([data-theme="light"])', block, "}"]
    return "@layer tokens{" + "".join(sheet) + "}\n"


def _block(lines: list[tuple[str, str]]) -> str:
    return "{" + ";".join(f"{name}:{value}" for name, value in lines) + "}"


def keep_sheet(css: str) -> str:
    """Remember a sheet in this process; returns its hash, which is its address."""
    digest = hashlib.sha256(css.encode()).hexdigest()[:32]
    _sheets.put(digest, css)
    return digest


def kept_sheet(digest: str) -> str | None:
    """Return the sheet of that hash, if this process has made it."""
    return _sheets.get(digest)
