"""Templates translate, and escape what they fill in."""

from __future__ import annotations

import pytest
from flask import Flask
from jinja2 import DictLoader

from mtc.core.i18n import _l, use_locale
from mtc.web.templating import Templates

SOURCES = {
    "plain": "{{ _('Your cart') }}",
    "filled": "{{ _('“%(product)s” is sold out.', product=name) }}",
    "block": "{% trans product=name %}“{{ product }}” is sold out.{% endtrans %}",
    "plural": "{{ ngettext('%(num)s hour ago', '%(num)s hours ago', 2) }}",
    "counted": "{% trans num=2 %}{{ num }} hour ago{% pluralize %}{{ num }} hours ago{% endtrans %}",
    "lines": "{% trans %}\n  Your\n  cart\n{% endtrans %}",
    "lazy": "{{ lazy }}",
    "state": "{{ 'suspended'|status_word }}, {{ 'made_up'|status_word }}",
}


@pytest.fixture
def environment(app: Flask) -> Templates:
    files = {f"{name}.{kind}": text for name, text in SOURCES.items() for kind in ("html", "txt")}
    return Templates(app, loader=DictLoader(files), autoescape=lambda name: name.endswith(".html"))


@pytest.mark.parametrize(
    ("name", "english", "german"),
    [
        ("plain", "Your cart", "Ihr Warenkorb"),
        ("lines", "Your cart", "Ihr Warenkorb"),
        ("filled", "“&lt;b&gt;” is sold out.", "„&lt;b&gt;“ ist ausverkauft."),
        ("block", "“&lt;b&gt;” is sold out.", "„&lt;b&gt;“ ist ausverkauft."),
        ("plural", "2 hours ago", "vor 2 Stunden"),
        ("counted", "2 hours ago", "vor 2 Stunden"),
        ("state", "Suspended, Made up", "Gesperrt, Made up"),
    ],
)
def test_a_template_speaks_the_running_language(
    environment: Templates, name: str, english: str, german: str
) -> None:
    for locale, text in (("en", english), ("de", german)):
        with use_locale(locale):
            assert environment.get_template(f"{name}.html").render(name="<b>") == text
            unescaped = text.replace("&lt;", "<").replace("&gt;", ">")
            assert environment.get_template(f"{name}.txt").render(name="<b>") == unescaped


def test_a_lazy_sentence_is_escaped_like_any_text(environment: Templates) -> None:
    lazy = _l("“%(product)s” is sold out.", product="<b>")
    with use_locale("de"):
        shown = environment.get_template("lazy.html").render(lazy=lazy)
    assert shown == "„&lt;b&gt;“ ist ausverkauft."
