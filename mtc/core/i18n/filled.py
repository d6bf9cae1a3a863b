"""Finds the sentence, and its values, of a text that was written down in English with the values in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from mtc.core.i18n.catalogs import catalog, shipped

_VALUE = re.compile(r"%\(([a-z_]{1,40})\)s")
_FEWEST_LETTERS = 12
"""A sentence with fewer of its own is too like what people type to be told from it."""
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence cut at its values: one part more than there are names."""

    message: str
    parts: tuple[str, ...]
    names: tuple[str, ...]

    def values_in(self, text: str) -> dict[str, str] | None:
        """The values of a text that was made of the sentence; None for another text."""
        first, *between, last = self.parts
        if not text.startswith(first) or not text.endswith(last):
            return None
        at, end, texts = len(first), len(text) - len(last), list[str]()
        for part in between:
            to = text.find(part, at + 1, end)
            if to < 0:
                return None
            texts.append(text[at:to])
            at = to + len(part)
        if at >= end:
            return None
        texts.append(text[at:end])
        values = dict(zip(self.names, texts, strict=True))
        # A value that stands there twice must be the same twice.
        return values if [values[name] for name in self.names] == texts else None


def sentence_of(text: str) -> tuple[str, dict[str, str]] | None:
    """The sentence that the text was made of, and its values; None where there is none."""
    if not text.endswith(".") or len(text) > _LONGEST:
        return None
    for template in _templates():
        values = template.values_in(text)
        if values is not None:
            return template.message, values
    return None


@lru_cache(1)
def _templates() -> tuple[Template, ...]:
    """Whole sentences with values, those with most letters of their own first: they fit the fewest texts."""
    keys = {key for name in shipped()[1:] for key in catalog(name).sentences}
    messages = sorted(key for key in keys if isinstance(key, str) and "%(" in key)
    templates = [
        (_letters(template), template) for template in map(_template, messages) if template is not None
    ]
    templates.sort(key=lambda pair: -pair[0])
    return tuple(template for letters, template in templates if letters >= _FEWEST_LETTERS)


def _template(message: str) -> Template | None:
    parts, names = _VALUE.split(message)[::2], _VALUE.findall(message)
    # Two values side by side cannot be told apart, and numbers of other kinds are not kept as they were.
    if not message.endswith(".") or not all(parts[1:-1]) or any("%(" in part for part in parts):
        return None
    return Template(message, tuple(part.replace("%%", "%") for part in parts), tuple(names))


def _letters(template: Template) -> int:
    return sum(char.isalpha() for part in template.parts for char in part)
