"""Translated sentences by locale, read from .po files when a locale is first asked for and kept in memory."""

from __future__ import annotations

import gettext as standard
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from babel.messages.pofile import read_po

from mtc.core.i18n.locales import SOURCE
from mtc.core.paths import PACKAGE, ROOT

Key = str | tuple[str, str]  # a sentence, or a context and a sentence
_OWNERS = ("plugins", "themes")
_added: list[Path] = []  # of plugins that lie elsewhere


def _english(number: int) -> int:
    return 0 if number == 1 else 1


@dataclass(frozen=True, slots=True)
class Catalog:
    """The sentences of one locale; those with a number by the plural form that the number takes."""

    sentences: Mapping[Key, str]
    plurals: Mapping[Key, tuple[str, ...]]
    form: Callable[[int], int] = _english


NOTHING = Catalog({}, {})


def folders() -> Iterator[Path]:
    """The folders of catalogs: MTC's own first, whose sentences nobody else replaces, then by owner."""
    yield PACKAGE / "locales"
    for owner in _OWNERS:
        yield from sorted((ROOT / owner).glob("*/locales"))
    yield from _added


def add_folder(folder: Path) -> None:
    """Read the catalogs of a plugin that lies elsewhere, too."""
    if folder.is_dir() and folder not in folders():
        _added.append(folder)
        catalog.cache_clear()


def path_of(folder: Path, locale: str) -> Path:
    """Return where a folder keeps the catalog of a locale."""
    return folder / locale / "LC_MESSAGES" / "messages.po"


@cache
def shipped() -> tuple[str, ...]:
    """The locales that MTC's own interface comes in, English first."""
    locales = {path.parents[1].name for path in next(folders()).glob("*/LC_MESSAGES/messages.po")}
    return (SOURCE, *sorted(locales - {SOURCE}))


@lru_cache(256)
def catalog(locale: str) -> Catalog:
    """Return the messages of exactly this locale, of MTC and of every plugin and theme."""
    paths = [path_of(folder, locale) for folder in folders()]
    read = [read_catalog(path) for path in paths if path.is_file()]
    if not read:
        return NOTHING
    sentences: dict[Key, str] = {}
    plurals: dict[Key, tuple[str, ...]] = {}
    for entry in reversed(read):
        sentences.update(entry.sentences)
        plurals.update(entry.plurals)
    return Catalog(sentences, plurals, read[0].form)


def read_catalog(path: Path) -> Catalog:
    """A .po file without what nobody has translated or looked at again (fuzzy).

    A translation that asks for values which the sentence has not is left out, too: it could not be shown.
    """
    with path.open("rb") as file:
        parsed = read_po(file, abort_invalid=True)
    sentences: dict[Key, str] = {}
    plurals: dict[Key, tuple[str, ...]] = {}
    for message in parsed:
        if not message.id or message.fuzzy:
            continue
        sources = _texts(message.id)
        forms = _texts(message.string)
        key: Key = (message.context, sources[0]) if message.context else sources[0]
        if not all(forms) or not fits(sources[-1], forms):
            continue
        if len(sources) > 1:
            plurals[key] = forms
        else:
            sentences[key] = forms[0]
    return Catalog(sentences, plurals, standard.c2py(parsed.plural_expr))


def _texts(value: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (value or "",) if isinstance(value, str | None) else tuple(value)


class _Asked(dict[str, int]):
    """Notes which values a sentence asks for."""

    def __missing__(self, name: str) -> int:
        self[name] = 0
        return 0


def fits(source: str, forms: tuple[str, ...]) -> bool:
    """Return whether every form of a translation can be filled with the values of the sentence."""
    placeholders = _placeholders(source)
    if placeholders is None:  # a sentence that takes no values may hold any sign
        return True
    return all((names := _placeholders(form)) is not None and names <= placeholders for form in forms)


def _placeholders(text: str) -> set[str] | None:
    placeholders = _Asked()
    try:
        _ = text % placeholders
    except (ValueError, TypeError):
        return None
    return set(placeholders)
