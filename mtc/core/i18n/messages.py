"""Sentences in the locale of the running request or job."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any

from mtc.core.context import Context, acting, current
from mtc.core.i18n.catalogs import Key, catalog, shipped
from mtc.core.i18n.locales import PSEUDO, SOURCE, fallbacks
from mtc.core.i18n.pseudo import pseudo

SCRIPT = "script"  # the context of what a script says


def current_locale() -> str:
    """The locale of the running request or job: English outside of one."""
    return current().locale


def use_locale(locale: str) -> AbstractContextManager[Context]:
    """The running context in another locale, such as that of the buyer whom a mail is written to."""
    return acting(locale=locale)


def gettext(message: str, /, **values: Any) -> str:
    """The sentence in the running locale, with the values in the place of `%(name)s`."""
    text = translated(message)
    return text % values if values else text


def pgettext(context: str, message: str, /, **values: Any) -> str:
    """The same of a word that is translated in two ways; the context says which is meant."""
    text = translated_in(context, message)
    return text % values if values else text


def ngettext(singular: str, plural: str, number: int, /, **values: Any) -> str:
    """The sentence in the form that the number takes; `%(num)s` is the number as it is written there."""
    return translated_plural(singular, plural, number) % {"num": number, **values}


def npgettext(context: str, singular: str, plural: str, number: int, /, **values: Any) -> str:
    """`ngettext` with a context."""
    return translated_plural_in(context, singular, plural, number) % {"num": number, **values}


def translated(message: str) -> str:
    """The sentence in the running locale, its placeholders as they are: the caller fills them."""
    return find(message, message, current_locale())


def translated_in(context: str, message: str) -> str:
    """`translated` with a context."""
    return find((context, message), message, current_locale())


def translated_plural(singular: str, plural: str, number: int) -> str:
    """`translated` in the form that the number takes."""
    return find_plural(singular, singular, plural, number, current_locale())


def translated_plural_in(context: str, singular: str, plural: str, number: int) -> str:
    """`translated_plural` with a context."""
    return find_plural((context, singular), singular, plural, number, current_locale())


def find(key: Key, message: str, locale: str) -> str:
    """The translation in the locale or in what stands in for it; else the message itself."""
    if locale == SOURCE:
        return message
    if locale == PSEUDO:
        return pseudo(message)
    for name in fallbacks(locale):
        text = catalog(name).sentences.get(key)
        if text is not None:
            return text
    return message


def find_plural(key: Key, singular: str, plural: str, number: int, locale: str) -> str:
    """The same for a sentence with a number."""
    english = singular if number == 1 else plural
    if locale == SOURCE:
        return english
    if locale == PSEUDO:
        return pseudo(english)
    for name in fallbacks(locale):
        there = catalog(name)
        forms = there.plurals.get(key)
        if forms is not None:
            return forms[there.form(abs(number))]
    return english


def script_messages() -> dict[str, str]:
    """Return the messages of scripts in the running locale; empty in English, their source."""
    return _script_messages(current_locale())


@lru_cache(64)
def _script_messages(locale: str) -> dict[str, str]:
    if locale == SOURCE:
        return {}
    keys = {key for name in shipped() for key in catalog(name).sentences if key[0] == SCRIPT}
    translations = {key[1]: find(key, key[1], locale) for key in sorted(keys)}
    return {message: text for message, text in translations.items() if text != message}
