"""Pictures of pages: always under test-results, and for the README when MTC_SCREENS=1."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "test-results" / "screens"
PUBLISHED = ROOT / "docs" / "screens"
NAMES = (
    "games-home-desktop",
    "studio-home-desktop",
    "software-home-desktop",
    "games-checkout-phone",
    "games-order-phone",
    "games-admin-order-desktop",
)
LARGEST = 250_000


def shot(page: Page, name: str, *, full: bool = False) -> None:
    """Keep a picture of the page; a name of the README's is published too, in few colours, if asked for."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.wait_for_load_state("networkidle")
    taken = page.screenshot(path=SHOTS / f"{name}.png", full_page=full)
    if name in NAMES and os.environ.get("MTC_SCREENS") == "1":
        PUBLISHED.mkdir(parents=True, exist_ok=True)
        picture = Image.open(BytesIO(taken)).convert("RGB")
        # The octree keeps small bright things, such as a logo, that the median cut turns grey.
        palette = picture.quantize(256, method=Image.Quantize.FASTOCTREE)
        for dither in (Image.Dither.FLOYDSTEINBERG, Image.Dither.NONE):
            out = BytesIO()
            picture.quantize(palette=palette, dither=dither).save(out, "PNG", optimize=True)
            if out.tell() <= LARGEST:
                break
        (PUBLISHED / f"{name}.png").write_bytes(out.getvalue())
