"""The look of a store as its merchant sets it: theme, colours and pictures of the brand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

from mtc.core.errors import ValidationError
from mtc.core.i18n import Sentence, _, _l, retold
from mtc.core.paths import ROOT
from mtc.pages import queries
from mtc.pages.models import Theme
from mtc.pages.services.contrast import LOWEST, contrast_problems
from mtc.pages.services.design_tokens import COLORS, branded, color, palette
from mtc.tenants.models import Store
from mtc.tenants.services import StoreInfo, change_branding, update_store

PICTURE_FILES = ("preview.webp", "preview.png", "preview.svg")
PICTURES = ("logo", "logo_dark", "favicon", "og_image")
# What a merchant sets first; the other colours of the theme follow behind.
MAIN_COLORS = ("primary", "background", "foreground", "accent")
NAMES: dict[str, Sentence] = {
    "primary": _l("Buttons and highlights"),
    "background": _l("Page background"),
    "foreground": _l("Text"),
    "accent": _l("Soft highlight"),
    "card": _l("Cards"),
    "popover": _l("Menus and dialogs"),
    "secondary": _l("Secondary buttons"),
    "muted": _l("Quiet areas"),
    "destructive": _l("Errors"),
    "success": _l("Success"),
    "warning": _l("Warnings"),
    "border": _l("Lines"),
    "input": _l("Edges of fields"),
    "ring": _l("Focus"),
}


@dataclass(frozen=True, slots=True)
class ThemeCard:
    """A theme as people choose it; `picture` is an address of a picture."""

    slug: str
    name: str
    description: str
    picture: str


def theme_cards() -> list[ThemeCard]:
    """Every theme that the running scope may use, a tenant's own before the system's; one statement."""
    themes: dict[str, Any] = {}
    for theme in queries.themes():
        themes.setdefault(theme.slug, theme)
    return [
        _card(theme) for theme in sorted(themes.values(), key=lambda theme: (theme.is_system, theme.name))
    ]


def system_themes() -> dict[str, Any]:
    """Return the themes that every tenant may use, by slug; needs a platform scope."""
    rows = sorted(queries.system_rows(Theme), key=lambda theme: (not theme.is_default, theme.name))
    return {theme.slug: theme for theme in rows}


def _card(theme: Any) -> ThemeCard:
    settings = theme.settings or {}
    base = str(settings.get("base") or theme.slug)
    files = [name for name in PICTURE_FILES if (ROOT / "themes" / base / name).is_file()]
    picture = f"/themes/{base}/{files[0]}" if files else theme_picture(theme.colors, theme.name)
    return ThemeCard(theme.slug, theme.name, retold(str(settings.get("description", ""))), picture)


def theme_picture(colors: Mapping[str, Any], title: str) -> str:
    """A drawn page in the colours of a theme, as an address that holds the picture itself."""
    colors_of_theme = palette((colors or {}).get("light"))

    def paint(name: str, other: str) -> str:
        return colors_of_theme.get(name, other)[:7]

    page, text = paint("background", "#ffffff"), paint("foreground", "#111111")
    tiles = "".join(
        f'<rect x="{x}" y="112" width="80" height="68" rx="4" fill="{paint(name, "#dddddd")}"/>'
        for x, name in ((24, "primary"), (120, "secondary"), (216, "accent"))
    )
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180">'
        f'<rect width="320" height="180" fill="{page}"/>'
        f'<rect x="24" y="18" width="44" height="6" rx="3" fill="{paint("muted-foreground", text)}"/>'
        f'<rect x="236" y="16" width="60" height="10" rx="5" fill="{paint("card", page)}"/>'
        f'<text x="24" y="68" font-family="system-ui, sans-serif" font-size="26" font-weight="700"'
        f' fill="{text}">{escape(title[:20])}</text>'
        f'<rect x="24" y="82" width="72" height="16" rx="4" fill="{paint("primary", text)}"/>{tiles}</svg>'
    )
    return f"data:image/svg+xml,{quote(svg)}"


def choose_theme(store: StoreInfo, slug: str) -> Store:
    """Give the store another theme; pages follow at once. Raises ValidationError for an unknown one."""
    if not queries.themes(slug) or not slug:
        raise ValidationError(_l("Choose one of the themes."), {"theme": [_l("Choose one of the themes.")]})
    return update_store(store.tenant_id, store.id, theme_slug=slug)


def theme_colors(store: StoreInfo) -> dict[str, str]:
    """Return the colours that the store's theme declares and a merchant may set, the main ones first."""
    themes = queries.themes(store.theme_slug)
    declared = palette((themes[0].colors or {}).get("light")) if themes else {}
    grounds = [name for name in COLORS if name in declared and not name.endswith("-foreground")]
    return {name: declared[name][:7] for name in sorted(grounds, key=_place)}


def _place(name: str) -> int:
    return MAIN_COLORS.index(name) if name in MAIN_COLORS else len(MAIN_COLORS)


def save_colors(store: StoreInfo, values: Mapping[str, str]) -> list[Sentence]:
    """Set the brand's colours; one that is empty or the theme's own is the theme's again.

    Returns sentences about texts that read badly now. Raises ValidationError by colour.
    """
    declared, chosen = theme_colors(store), {}
    errors: dict[str, list[Sentence]] = {}
    for name, text in values.items():
        parsed = color(text.strip()) if text.strip() else declared.get(name)
        if name not in declared or parsed is None:
            errors[name] = [_l("Write the colour like #1b7f5c.")]
        elif parsed[:7] != declared[name]:
            chosen[name] = parsed[:7]
    if errors:
        raise ValidationError(_l("Check the marked colours."), errors)
    merged = {**(store.branding.get("colors") or {}), **chosen}
    colors = {name: value for name, value in merged.items() if name in chosen or name not in values}
    branding = change_branding(store.tenant_id, {"colors": colors or None})
    return color_warnings(store, branding)


def color_warnings(store: StoreInfo, branding: Mapping[str, Any]) -> list[Sentence]:
    """A sentence for each text that reads worse than WCAG 2.2 AA asks (4.5 to 1) with this branding."""
    themes = queries.themes(store.theme_slug)
    if not themes:
        return []
    colors = branded({"colors": themes[0].colors or {}}, branding)["colors"]["light"]
    return [
        _l(
            "%(text)s on %(ground)s has a contrast of %(ratio)s to 1; %(lowest)s is the least that reads"
            " well.",
            text=_name(problem["color"]),
            ground=_name(problem["on"]),
            ratio=problem["ratio"],
            lowest=LOWEST,
        )
        for problem in contrast_problems(palette(colors))
    ]


def _name(token: str) -> str:
    ground = token.removesuffix("-foreground")
    words = NAMES.get(token) or _("text on “%(ground)s”", ground=NAMES.get(ground, ground))
    return f"“{words}”"


def set_picture(store: StoreInfo, name: str, address: str | None) -> None:
    """Set one of PICTURES to the address of a public picture of the tenant, or (None) take it away."""
    if name not in PICTURES:
        raise ValidationError(_l("There is no such picture of a store."))
    if address is not None and not address.startswith(f"/media/{store.tenant_id}/"):
        raise ValidationError(_l("Choose a picture of this store."), {name: [_l("Upload a picture first.")]})
    change_branding(store.tenant_id, {name: address})
