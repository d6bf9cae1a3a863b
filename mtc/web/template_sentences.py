"""Translation functions of templates: as Jinja's own, at less cost for sentences without values."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from jinja2 import pass_context, pass_eval_context
from jinja2.filters import do_mark_safe
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from markupsafe import Markup

from mtc.core.i18n.formats import number
from mtc.core.i18n.locales import direction
from mtc.core.i18n.messages import (
    current_locale,
    translated,
    translated_in,
    translated_plural,
    translated_plural_in,
)
from mtc.web.status_words import status_word


def install_translations(environment: Any) -> None:
    """`_`, `ngettext`, `pgettext`, `npgettext`, `{% trans %}` and two filters, in the running locale.

    Placeholders are `%(name)s`; where a template escapes, their values are escaped and the sentence is not.
    What a page says of its language is `current_locale()` and `direction(locale)`.
    """
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True
    environment.newstyle_gettext = True
    environment.filters["number"] = number
    environment.filters["status_word"] = _status_word
    environment.globals.update(
        _=_gettext,
        gettext=_gettext,
        ngettext=_ngettext,
        pgettext=_pgettext,
        npgettext=_npgettext,
        current_locale=current_locale,
        direction=direction,
    )


@pass_context  # so that Jinja asks for it each time, not once when it compiles
def _status_word(_context: Context, value: str) -> str:
    return status_word(value)


@lru_cache(8192)
def _plain(text: str) -> Markup:
    return do_mark_safe(text % {})


def sentence(*message: str) -> Markup:
    """Return the sentence without values, or the one with a context before it, in the running locale."""
    return _plain(translated(message[0]) if len(message) == 1 else translated_in(*message))


def _filled(context: EvalContext, text: str, values: dict[str, Any]) -> str:
    if not context.autoescape:
        return text % values
    return do_mark_safe(text) % values if values else _plain(text)


@pass_eval_context
def _gettext(context: EvalContext, message: str, /, **values: Any) -> str:
    return _filled(context, translated(message), values)


@pass_eval_context
def _pgettext(context: EvalContext, meaning: str, message: str, /, **values: Any) -> str:
    return _filled(context, translated_in(meaning, message), values)


@pass_eval_context
def _ngettext(context: EvalContext, singular: str, plural: str, count: int, /, **values: Any) -> str:
    values.setdefault("num", count)
    return _filled(context, translated_plural(singular, plural, count), values)


@pass_eval_context
def _npgettext(
    context: EvalContext, meaning: str, singular: str, plural: str, count: int, /, **values: Any
) -> str:
    values.setdefault("num", count)
    return _filled(context, translated_plural_in(meaning, singular, plural, count), values)
