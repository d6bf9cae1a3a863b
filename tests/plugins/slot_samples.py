"""Plugins with components, written for one test."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mtc.pages.services.slot_list import SLOTS

Files = dict[str, str]


def component(slug: str, html: str, **more: Any) -> Files:
    """The files of a component; `css` and `txt` are files, too."""
    files = {f"{slug}.html": html}
    files |= {f"{slug}.{suffix}": more.pop(suffix) for suffix in ("css", "txt") if suffix in more}
    described = {"slug": slug, "name": slug.title(), **more}
    return {**files, f"{slug}.json": json.dumps(described)}


def write_components(folder: Path, plugin: str, *components: Files) -> None:
    """Put components into the folder that the fixture `guest` will load the plugin from."""
    place = folder.parent / f"guests_{plugin}" / plugin / "components"
    place.mkdir(parents=True, exist_ok=True)
    for files in components:
        for name, text in files.items():
            (place / name).write_text(text)


def slots_of(surface: str) -> list[str]:
    """The names of a surface's slots."""
    return [name for name, slot in SLOTS.items() if slot.surface == surface]


def in_slots(names: Iterable[str], slug: str, **more: Any) -> dict[str, Any]:
    """The parts of a manifest that put a component into slots."""
    return {
        "hooks": [],
        "components": "components",
        "slots": [{"slot": n, "component": slug, **more} for n in names],
    }


def marks(text: str) -> list[str]:
    """The slots that the sample `ada-mark` was drawn in, in the order of the page."""
    return re.findall(r'data-ada="([a-z.]+)"', text)


MARK = component("ada-mark", '<span data-ada="{{ place.slot }}"></span>')
