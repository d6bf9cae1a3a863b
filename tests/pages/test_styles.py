"""Style sheets: logical properties, readable contrast, a small weight; vendored files are untouched."""

import gzip
import hashlib
import json
import re

import pytest

from static import vendored
from tests.pages.modules import SCRIPTS, imported
from tests.pages.preview import ROOT, THEMES

SHEETS = ["static/css/core.css", "static/css/storefront.css", "static/css/admin.css"] + [
    f"themes/{theme}/theme.css" for theme in THEMES
]
PHYSICAL = re.compile(
    r"(?<![-\w])(?:margin|padding|border)-(?:left|right|top|bottom)\b|(?<![-\w])(?:left|right|top|bottom|width|height)\s*:"
    r"|(?:min|max)-(?:width|height)\s*:|text-align:\s*(?:left|right)|float:\s*(?:left|right)"
)
PAIRS = [
    ("foreground", "background"), ("foreground", "muted"), ("card-foreground", "card"),
    ("muted-foreground", "background"), ("muted-foreground", "card"), ("muted-foreground", "muted"),
    ("primary-foreground", "primary"),
    ("accent-foreground", "accent"), ("secondary-foreground", "secondary"), ("destructive", "background"),
    ("destructive-foreground", "destructive"), ("success", "background"), ("warning", "background"),
]  # fmt: skip
BUDGET = 45 * 1024


def luminance(color: str) -> float:
    """Relative luminance of #rrggbb (WCAG 2.2)."""
    channels = [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("sheet", SHEETS)
def test_logical_properties_only(sheet: str) -> None:
    text = re.sub(r"@(?:media|container)[^{]*\{|/\*.*?\*/", "", (ROOT / sheet).read_text(), flags=re.DOTALL)
    assert PHYSICAL.findall(text) == []
    assert (ROOT / sheet).read_text().count("{") == (ROOT / sheet).read_text().count("}")


@pytest.mark.parametrize("sheet", [*SHEETS, "static/css/admin-pages.css"])
def test_what_scrolls_sideways_holds_what_is_placed_in_it(sheet: str) -> None:
    """Text for screen readers is placed absolutely: without this it makes the page as wide as the strip."""
    text = (ROOT / sheet).read_text()
    rules = re.findall(r"\{([^{}]*(?:overflow-x: auto|overflow: auto hidden)[^{}]*)\}", text)
    assert [rule for rule in rules if not re.search(r"position: (?:relative|absolute|fixed)", rule)] == []


@pytest.mark.parametrize("theme", THEMES)
def test_text_is_readable(theme: str) -> None:
    schemes = json.loads((ROOT / "themes" / theme / "theme.json").read_text())["colors"]
    for scheme, colors in schemes.items():
        for text, ground in PAIRS:
            ratio = contrast(colors[text], colors[ground])
            assert ratio >= 4.5, f"{theme} {scheme}: {text} on {ground} is {ratio:.2f}"


@pytest.mark.parametrize("theme", THEMES)
def test_storefront_weighs_little(theme: str) -> None:
    names = [
        "static/css/core.css",
        "static/css/storefront.css",
        f"themes/{theme}/theme.css",
        "static/js/app.js",
        *(f"static/js/{module}" for module in imported("app.js")),
    ]
    names += ["static/vendor/htmx.min.js", "static/vendor/hx-csp.min.js"]
    assert sum(len(gzip.compress((ROOT / name).read_bytes())) for name in names) <= BUDGET


def test_fonts_have_the_address_that_pages_preload() -> None:
    """Another address and browsers would fetch each font twice."""
    named = re.findall(r'url\("\.\./(fonts/[^"]+)\?v=(\w+)"\)', (ROOT / "static/css/core.css").read_text())
    assert len(named) == 3
    for path, version in named:
        assert hashlib.sha256((ROOT / "static" / path).read_bytes()).hexdigest()[:12] == version, path


def test_vendored_files_are_untouched() -> None:
    assert vendored.mismatches(json.loads(vendored.MANIFEST.read_text())) == []


def test_scripts_write_no_markup() -> None:
    markup = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function")
    assert [file.name for file in SCRIPTS.iterdir() if markup.search(file.read_text())] == []


def test_no_rule_hides_a_button_or_a_menu() -> None:
    """A menu opens below its header, which has to be its containing block; a button keeps its own colours."""
    for theme in sorted((ROOT / "themes").glob("*/theme.css")):
        assert not re.search(r"\.site-header \{[^}]*position: static", theme.read_text()), theme.parent.name
    core = (ROOT / "static" / "css" / "core.css").read_text()
    assert ".menu-pop :is(a, button):not(.btn, summary *)" in core


def test_the_font_of_the_admin_is_never_swapped() -> None:
    """A second rule for a family of core.css, whose fonts are swapped, would not keep those from it."""
    core, admin = ((ROOT / f"static/css/{name}.css").read_text() for name in ("core", "admin"))
    own = re.findall(r'@font-face \{\s+font-family: "([^"]+)"[^}]*font-display: optional;', admin)
    assert own == ["Inter kept"] and f'"{own[0]}"' not in core
    assert f'--font-body: "{own[0]}",' in admin and "--font-heading: var(--font-body);" in admin
    # html has the family of core.css already: it is set again where the admin begins
    assert re.search(r"@layer layout \{\s+\.admin \{[^}]*font-family: var\(--font-body\);", admin)


@pytest.mark.parametrize("sheet", SHEETS)
def test_texts_are_not_measured_by_a_sign_of_the_font(sheet: str) -> None:
    assert [
        rule for rule in re.findall(r"\.prose \{[^}]*\}", (ROOT / sheet).read_text()) if "ch;" in rule
    ] == []


def test_the_switch_of_the_colours_is_there_from_the_first_paint() -> None:
    """Shown by a script, it made the footer higher and moved the page."""
    text = (ROOT / "static/css/core.css").read_text()
    assert re.search(
        r"\(scripting: none\) \{\s+\.stepper button,\s+\[data-ui-theme-switch\] \{\s+display: none", text
    )
    for template in ROOT.glob("templates/**/*.html"):
        for tag in re.findall(r"<button[^>]*data-ui-theme-switch[^>]*>", template.read_text()):
            assert "hidden" not in tag, template


@pytest.mark.parametrize("sheet", [*SHEETS, "static/css/admin-pages.css"])
def test_what_grows_says_its_width_as_the_utility_reads_it(sheet: str) -> None:
    """The layer of utilities beats a flex-basis of a component: the button broke into a word on each line."""
    text = (ROOT / sheet).read_text()
    assert re.findall(r"\.grow \{[^}]*flex-basis", text) == []
    if sheet == "static/css/core.css":
        assert re.search(r"\.grow \{\s+flex: 1 1 var\(--basis, 0\);", text)
    if sheet == "static/css/storefront.css":
        assert re.search(r"\.buy-row \.btn \{\s+--basis: 11rem;", text)
