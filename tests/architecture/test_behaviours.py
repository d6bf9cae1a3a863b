"""Attributes that scripts act upon have a prefix of their own: no style or theme may use one otherwise."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
PAGES = [
    file
    for folder in ("templates", "themes", "plugins", "mtc")
    for file in (ROOT / folder).rglob("*")
    if file.suffix in {".html", ".py"}
]
# States that a script writes for style sheets, and facts of a variant that it copies into slots.
OTHERS = {
    "data-invalid", "data-leaving", "data-over", "data-theme", "data-variant",
    "data-slot", "data-price", "data-was", "data-stock", "data-delivery", "data-save",
}  # fmt: skip
NAME = re.compile(r"(?<![\w-])data-[a-z]+(?:-[a-z]+)*")


def attributes_of(script: str) -> set[str]:
    """Every data attribute of a script, whether by selector, name or `dataset`."""
    names = set(NAME.findall(script))
    for name in re.findall(r"dataset\??\.(\w+)", script):
        names.add("data-" + re.sub(r"[A-Z]", lambda letter: "-" + letter[0].lower(), name))
    return names


# Hidden by the style sheet where scripts run.
STYLED = {"data-ui-fallback"}
BEHAVIOURS = STYLED.union(*(attributes_of(file.read_text()) for file in SCRIPTS)) - OTHERS


def test_u20_attributes_of_behaviours_have_their_own_prefix() -> None:
    """`data-image` of a hero was taken for a picture of a gallery, and a click on it failed."""
    assert sorted(name for name in BEHAVIOURS if not name.startswith("data-ui-")) == []
    assert len(BEHAVIOURS) > 20


def test_u20_pages_use_the_prefix_for_behaviours_only() -> None:
    bare = {name.replace("data-ui-", "data-") for name in BEHAVIOURS} - OTHERS
    wrong = {}
    for file in PAGES:
        used = set(NAME.findall(file.read_text()))
        unknown = {name for name in used if name.startswith("data-ui-")} - BEHAVIOURS
        if found := (used & bare) | unknown:
            wrong[str(file.relative_to(ROOT))] = sorted(found)
    assert wrong == {}
