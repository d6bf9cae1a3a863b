"""Languages: the locale of the running request or job, translated sentences, and what people read in it.

`_` (gettext) translates now, `_l` (lazy_gettext) when it is shown (docs/translations.md).
"""

from mtc.core.i18n.lazy import LazyText, Sentence, lazy_gettext, lazy_ngettext, retold, shown, source_text
from mtc.core.i18n.locales import direction, fallbacks, language_name, locale_tag
from mtc.core.i18n.messages import (
    current_locale,
    gettext,
    ngettext,
    npgettext,
    pgettext,
    use_locale,
)
from mtc.core.i18n.negotiation import negotiate

_ = gettext
_l = lazy_gettext

__all__ = [
    "LazyText",
    "Sentence",
    "_",
    "_l",
    "current_locale",
    "direction",
    "fallbacks",
    "gettext",
    "language_name",
    "lazy_gettext",
    "lazy_ngettext",
    "locale_tag",
    "negotiate",
    "ngettext",
    "npgettext",
    "pgettext",
    "retold",
    "shown",
    "source_text",
    "use_locale",
]
