"""Theme folders as they lie on the disk, each read by itself, with what is wrong with it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import current_app

from mtc.pages.services.design_tokens import font_files, palette, theme_css

LARGEST_FILE = 2 * 2**20
_PARTS = ("colors", "fonts", "spacing", "borders", "shadows")


class ThemeError(ValueError):
    """A theme cannot be used; the message says what to change."""


@dataclass(frozen=True, slots=True)
class ThemeFolder:
    """A theme: its theme.json, a hash of its other files, and the sentence that says why it is broken."""

    slug: str
    data: dict[str, Any] = field(default_factory=dict)
    files: str = ""
    problem: str = ""


def read_themes(root: Path) -> Iterator[ThemeFolder]:
    """The themes below `root`/themes in the order of their names; one that is broken stops no other."""
    folder = root / "themes"
    try:
        places = sorted(place for place in folder.iterdir() if os.path.lexists(place / "theme.json"))
    except OSError:
        return
    for place in places:
        try:
            yield _read(place)
        except ThemeError as error:
            yield ThemeFolder(place.name, problem=str(error)[:500])
        except Exception as error:
            yield ThemeFolder(place.name, problem=f"theme.json is not right ({_words(error)}).")


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]


def _read(place: Path) -> ThemeFolder:
    try:
        data = json.loads((place / "theme.json").read_text(encoding="utf-8"))
    except OSError as error:
        raise ThemeError(f"theme.json cannot be read ({error.strerror}).") from error
    except (ValueError, RecursionError) as error:
        raise ThemeError(f"theme.json is no JSON ({error}).") from error
    if not isinstance(data, dict):
        raise ThemeError("theme.json must be a JSON object.")
    data = {"layouts": [], "pages": {}, **data, "slug": place.name}
    _check(data)
    return ThemeFolder(place.name, data, _check_files(place))


def _check(data: dict[str, Any]) -> None:
    """Raise ThemeError for what no page could be made with."""
    if not isinstance(data.get("name"), str) or not 0 < len(data["name"]) <= 100:
        raise ThemeError("theme.json: give `name` a text of 1 to 100 characters.")
    for part in _PARTS:
        if not isinstance(data.get(part, {}), dict):
            raise ThemeError(f"theme.json: `{part}` must be an object.")
    if not isinstance(data["layouts"], list) or not all(
        isinstance(layout, dict) and all(isinstance(layout.get(key), str) for key in ("slug", "name"))
        for layout in data["layouts"]
    ):
        raise ThemeError("theme.json: `layouts` must be a list of objects with `slug` and `name`.")
    layouts = {layout["slug"] for layout in data["layouts"]}
    if not isinstance(data["pages"], dict):
        raise ThemeError("theme.json: `pages` must be an object.")
    for key, page in data["pages"].items():
        _check_page(key, page, layouts)
    whole = {part: data.get(part, {}) for part in _PARTS}
    whole |= {"slug": data["slug"], "scheme": data.get("scheme", "light"), "cards": data.get("cards", {})}
    try:
        theme_css(whole)
        palette(whole["colors"].get("light"))
        font_files(whole)
    except Exception as error:
        raise ThemeError(
            f"theme.json: its colours, fonts or sizes cannot be used ({_words(error)})."
        ) from error


def _check_page(key: str, page: Any, layouts: set[str]) -> None:
    if not isinstance(page, dict) or not isinstance(page.get("name"), str):
        raise ThemeError(f"theme.json: page `{key}` must be an object with a `name`.")
    if page.get("layout") not in layouts:
        raise ThemeError(f"theme.json: page `{key}` has no layout of the theme.")
    widgets = page.get("widgets", [])
    if not isinstance(widgets, list) or not all(
        isinstance(widget, dict)
        and isinstance(widget.get("component"), str)
        and isinstance(widget.get("props", {}), dict)
        and isinstance(widget.get("position", 0), int)
        and isinstance(widget.get("region", ""), str)
        and isinstance(widget.get("visibility_rules", {}), dict)
        for widget in widgets
    ):
        raise ThemeError(f"theme.json: the widgets of page `{key}` are not right.")
    if not isinstance(page.get("override_config", {}), dict):
        raise ThemeError(f"theme.json: `override_config` of page `{key}` must be an object.")


def _check_files(place: Path) -> str:
    """A hash of the theme's files; raises ThemeError for one that cannot be read or compiled."""
    digest = hashlib.sha256()
    for file in sorted(place.rglob("*")):
        name = str(file.relative_to(place))
        if file.is_symlink() and not Path(os.path.realpath(file)).is_relative_to(place.resolve()):
            raise ThemeError(f"{name} leads out of the theme.")
        if file.is_dir() or name == "theme.json":
            continue
        try:
            if file.stat().st_size > LARGEST_FILE:
                raise ThemeError(f"{name} is larger than {LARGEST_FILE // 2**20} MB.")
            content = file.read_bytes()
        except OSError as error:
            raise ThemeError(f"{name} cannot be read ({error.strerror}).") from error
        digest.update(f"{name}\0{len(content)}\0".encode(errors="surrogateescape") + content)
        if file.suffix == ".html":
            _compile(name, content)
    return digest.hexdigest()


def _compile(name: str, content: bytes) -> None:
    try:
        environment = current_app.jinja_env
        environment.compile(environment.parse(content.decode("utf-8"), name))
    except Exception as error:
        line = getattr(error, "lineno", None)
        where = f"{name}, line {line}" if line else name
        raise ThemeError(f"{where} is no template ({_words(error)}).") from error
