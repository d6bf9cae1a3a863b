"""Finds the sentences that Python files, templates and scripts mark for translation."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from jinja2 import Environment, nodes
from jinja2.ext import babel_extract

from mtc.core.i18n.catalogs import ROOT
from mtc.core.i18n.messages import SCRIPT

KEYWORDS: dict[str, Any] = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
COMMENTS = ["Translators:"]
FOLDERS = ("mtc", "templates", "static/js")
STAFF = (
    "mtc/admin/", "mtc/superadmin/", "templates/admin/", "templates/superadmin/",
    "static/js/editor.js", "static/js/passkey.js",
)  # fmt: skip
OF_STORES = frozenset({"ar"})  # locales that stores have and the admin has not
_OPTIONS = {"newstyle_gettext": "true", "trimmed": "true", "silent": "false", "encoding": "utf-8"}
_ENVIRONMENT = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])

Message = tuple[Any, list[str], str | None]  # the sentence, or singular and plural; comments; the context


def owners() -> Iterator[Path]:
    """MTC, and each plugin and theme that keeps catalogs of its own: folders that hold `locales`."""
    yield ROOT / "mtc"
    for kind in ("plugins", "themes"):
        yield from sorted(path.parent for path in (ROOT / kind).glob("*/locales"))


def files_of(owner: Path) -> list[Path]:
    """The files whose sentences belong to the owner's catalog."""
    if owner != ROOT / "mtc":
        return _below(owner)
    folders = [ROOT / name for name in FOLDERS]
    shipped = [path for kind in ("plugins", "themes") for path in sorted((ROOT / kind).iterdir())]
    folders += [path for path in shipped if path.is_dir() and not (path / "locales").is_dir()]
    return [file for folder in folders for file in _below(folder)]


def _below(folder: Path) -> list[Path]:
    found = (path for path in folder.rglob("*") if path.suffix in (".py", ".html", ".txt", ".js"))
    return sorted(path for path in found if not {"tests", "vendor", "__pycache__"} & set(path.parts))


def messages_of(path: Path) -> Iterator[Message]:
    """The marked sentences of a file."""
    content = path.read_bytes()
    if path.suffix == ".py":
        if b"i18n" not in content:
            return
        for _line, message, comments, context in extract("python", BytesIO(content), KEYWORDS, COMMENTS):
            yield message, comments, context
    elif path.suffix == ".js":
        for _line, message, comments, _context in extract(
            "javascript", BytesIO(content), {"t": None}, COMMENTS
        ):
            yield message, comments, SCRIPT
    else:
        yield from template_messages(content)


def template_messages(content: bytes) -> Iterator[Message]:
    """The sentences of a template: `_()`, `{% trans %}`, and the filter `t` of the metered language."""
    names = list(KEYWORDS)
    for _line, function, found, comments in babel_extract(BytesIO(content), names, COMMENTS, _OPTIONS):
        texts = [found] if isinstance(found, str) else [text for text in found if isinstance(text, str)]
        context = texts.pop(0) if function in ("pgettext", "npgettext") else None
        if texts:
            yield (
                (tuple(texts[:2]) if "ngettext" in function or "npgettext" in function else texts[0]),
                comments,
                context,
            )
    for node in _ENVIRONMENT.parse(content.decode()).find_all(nodes.Filter):
        if node.name == "t" and isinstance(node.node, nodes.Const) and isinstance(node.node.value, str):
            yield node.node.value, [], None


def template_of(owner: Path, locale: str = "") -> Catalog:
    """Every sentence of an owner that a locale has to say, without translations."""
    found = Catalog(charset="utf-8")
    for path in files_of(owner):
        if locale in OF_STORES and is_for_staff(path.relative_to(ROOT)):
            continue
        for message, comments, context in messages_of(path):
            found.add(message, auto_comments=comments, context=context)
    return found


def is_for_staff(path: Path) -> bool:
    """Whether only people who run stores read what stands in a file: the admin, and titles of events."""
    return path.as_posix().startswith(STAFF) or (path.parts[0] == "mtc" and path.name == "events.py")
