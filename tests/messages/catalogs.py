"""Catalogs in step with the sources: translations are kept, what is gone is dropped, doubt is marked."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from mtc.core.i18n.catalogs import path_of
from mtc.core.i18n.locales import SOURCE, locale_tag
from mtc.core.paths import ROOT
from tests.messages.extraction import owners, template_of

HEADER = "# Written by `make messages`; only msgstr is changed by hand (docs/translations.md)."


def catalogs_of(owner: Path) -> list[Path]:
    """The .po files of an owner."""
    return sorted((owner / "locales").glob("*/LC_MESSAGES/messages.po"))


def read(path: Path) -> Catalog:
    """A catalog as it stands in its file."""
    locale = path.parents[1].name.replace("-", "_")
    return read_po(BytesIO(path.read_bytes()), locale=locale)


def in_step(path: Path, template: Catalog) -> bytes:
    """The file as it should be: every sentence of the sources, and no other."""
    catalog = read(path)
    catalog.update(template, no_fuzzy_matching=False, update_header_comment=False)
    for message in catalog:
        if message.id:
            message.locations = []
    return written(catalog)


def written(catalog: Catalog) -> bytes:
    """The catalog as text: sorted, without dates and places, so that two changes seldom meet in one line."""
    catalog.fuzzy = False
    buffer = BytesIO()
    write_po(
        buffer, catalog, width=100, sort_output=True, ignore_obsolete=True, no_location=True, omit_header=True
    )
    plurals = f"Plural-Forms: {catalog.plural_forms}\\n"
    header = [
        HEADER,
        'msgid ""',
        'msgstr ""',
        f'"Language: {str(catalog.locale).replace("_", "-")}\\n"',
        f'"{plurals}"',
        '"Content-Type: text/plain; charset=utf-8\\n"',
    ]
    return ("\n".join(header) + "\n\n").encode() + buffer.getvalue().lstrip(b"\n")


def untranslated(path: Path, among: set[tuple[str | None, Any]] | None = None) -> list[str]:
    """The sentences of a catalog that are shown in English: without a translation, or doubtful.

    `among` are the ones to look at, each with its context.
    """
    return [
        str(one.id)
        for one in read(path)
        if one.id
        and (among is None or (one.context, one.id) in among)
        and (one.fuzzy or not all([one.string] if isinstance(one.string, str) else one.string or [""]))
    ]


def begin(locale: str) -> None:
    """Make the empty catalogs of a locale, for every owner that has none."""
    tag = locale_tag(locale)
    if not tag or tag == SOURCE:
        raise SystemExit(f"mtc: {locale} is no locale to translate to. Write it like de or pt-BR.")
    for owner in owners():
        path = path_of(owner / "locales", tag)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(written(Catalog(locale=tag.replace("-", "_"))))


def update_all() -> Iterator[str]:
    """Update every catalog; tells how much of each is translated."""
    for owner in owners():
        template = template_of(owner)
        total = len(template)
        for path in catalogs_of(owner):
            path.write_bytes(in_step(path, template))
            left = len(untranslated(path))
            yield f"{path.relative_to(ROOT)}: {total - left} of {total} sentences, {left} are missing"
