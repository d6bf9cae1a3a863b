"""Sentences for people, in the language of the request or job (docs/translations.md)."""

from mtc.core.i18n import (
    LazyText,
    Sentence,
    _,
    _l,
    current_locale,
    gettext,
    lazy_gettext,
    lazy_ngettext,
    ngettext,
    npgettext,
    pgettext,
    use_locale,
)

__all__ = [
    "LazyText",
    "Sentence",
    "_",
    "_l",
    "current_locale",
    "gettext",
    "lazy_gettext",
    "lazy_ngettext",
    "ngettext",
    "npgettext",
    "pgettext",
    "use_locale",
]
