"""Sentences that are translated when they are shown: constants, and errors, which logs tell in English."""

from __future__ import annotations

from typing import Any

from mtc.core.i18n.filled import sentence_of
from mtc.core.i18n.locales import PSEUDO, SOURCE
from mtc.core.i18n.messages import current_locale, find, find_plural


class LazyText:
    """A sentence with its values; `str()` gives it in the running locale. It is no `str` on purpose.

    What needs a text says so to the type checker, instead of showing English to everybody.
    """

    __slots__ = ("_message", "_number", "_plural", "_values")

    def __init__(
        self, message: str, values: dict[str, Any], plural: str | None = None, number: int = 0
    ) -> None:
        self._message, self._values, self._plural, self._number = message, values, plural, number

    def __str__(self) -> str:
        return self.in_locale(current_locale())

    @property
    def source(self) -> str:
        """The sentence in English, for logs and programs."""
        return self.in_locale(SOURCE)

    def in_locale(self, locale: str) -> str:
        """The sentence in the locale."""
        if self._plural is None:
            text = find(self._message, self._message, locale)
        else:
            text = find_plural(self._message, self._message, self._plural, self._number, locale)
        if not self._values:
            return text
        values = self._values.items()
        return text % {
            name: value.in_locale(locale) if isinstance(value, LazyText) else value for name, value in values
        }

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LazyText) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash(self._message)

    def __repr__(self) -> str:
        return f"LazyText({self.source!r})"

    def _parts(self) -> tuple[Any, ...]:
        return self._message, self._plural, self._number, self._values


Sentence = str | LazyText
"""What people read: a text as it is, or one that is translated when it is shown."""


def lazy_gettext(message: str, /, **values: Any) -> LazyText:
    """`gettext` that waits until it is shown."""
    return LazyText(message, values)


def lazy_ngettext(singular: str, plural: str, number: int, /, **values: Any) -> LazyText:
    """`ngettext` that waits until it is shown."""
    return LazyText(singular, {"num": number, **values}, plural, number)


def shown(value: Any) -> Any:
    """The value as it is shown now: sentences in the running locale, also within lists and dictionaries."""
    if isinstance(value, LazyText):
        return str(value)
    if isinstance(value, dict):
        return {name: shown(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(shown(item) for item in value)
    return value


def source_text(value: Sentence) -> str:
    """A sentence in English where that is known, for logs."""
    return value.source if isinstance(value, LazyText) else value


def retold(text: str) -> str:
    """A sentence that was written down in English, in the running locale; others as they are.

    The values that it was written down with are found by the sentence, and retold themselves.
    """
    locale = current_locale()
    if not text or locale == SOURCE:
        return text
    known = find(text, text, locale)
    if known != text and locale != PSEUDO:
        return known
    match = sentence_of(text)
    if match is None:
        return known
    message, values = match
    return find(message, message, locale) % {name: _value(value, locale) for name, value in values.items()}


def _value(text: str, locale: str) -> str:
    """A value that is a sentence itself is translated; numbers, names and addresses stay."""
    return find(text, text, locale) if text.endswith(".") and locale != PSEUDO else text
