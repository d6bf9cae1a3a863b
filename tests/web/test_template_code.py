"""What the compiled code of MTC's templates gives is what Jinja's own gives, character by character."""

from __future__ import annotations

import pytest
from flask import Flask
from jinja2 import DictLoader, Environment, pass_context, pass_environment, pass_eval_context
from markupsafe import Markup, escape

from mtc.core.i18n import use_locale
from mtc.web.templating import Templates


class Text(str):
    """A string of a type of its own."""


class Html:
    """An object that says how it looks in HTML."""

    def __html__(self) -> str:
        return "<b>html</b>"


class Callable:
    """An object that is called with the context."""

    @pass_context
    def __call__(self, context: object, name: str) -> str:
        return f"{context.get('word')}:{name}"  # type: ignore[attr-defined]


VALUES = {
    "text": "<a href=\"x\">'&'</a>",
    "own_text": Text("<i>"),
    "markup": Markup("<i>&amp;</i>"),
    "html": Html(),
    "number": 12.5,
    "nothing": None,
    "flag": True,
    "items": ["<", Markup("<")],
}
MACROS = """
{%- macro field(name, label='<l>') -%}[{{ name }}|{{ label }}|{{ varargs|length }}|{{ kwargs.size }}]
{%- endmacro -%}
{%- macro box() -%}<div>{{ caller('<') }}</div>{%- endmacro -%}
"""
TEMPLATES = {
    "values": "".join(f"{{{{ {name} }}}};" for name in VALUES) + "{{ missing }}",
    "joined": "{{ text ~ markup }} {{ text|upper }} {{ text|safe }} {{ [text, markup]|join('<') }}",
    "attribute": '<p title="{{ text }}">{% set block %}<{{ text }}{% endset %}{{ block }}</p>',
    "unescaped": "{% autoescape false %}{{ text }}{{ html }}{% endautoescape %}{{ text }}",
    "macros": MACROS
    + "{{ field('<') }}{{ field('a', 1, 2, size=3) }}"
    + "{% for n in items %}{{ field(n, size=loop.index) }}{% endfor %}"
    + "{% call(x) box() %}{{ x }}{{ text }}{% endcall %}",
    "functions": "{{ plain('<') }}{% for n in items %}{{ with_context(n) }}{{ with_eval(n) }}"
    + "{{ with_env(n) }}{{ loop.cycle('a', 'b') }}{% endfor %}"
    + "{{ object('<') }}{{ text.upper() }}{{ range(2)|list }}",
    "extended": "{% extends 'base' %}{% block b %}{% set word = 'block' %}{{ super() }}"
    + "{{ with_context(text) }}{% endblock %}",
    "base": "{{ word }}{% block b %}{{ self.c() }}{% endblock %}{% block c %}{{ text }}{% endblock %}",
}


@pass_context
def with_context(context: object, value: str) -> str:
    return f"{context.get('n')}/{context.get('word')}/{value}"  # type: ignore[attr-defined]


@pass_eval_context
def with_eval(context: object, value: str) -> str:
    return f"{context.autoescape}{value}"  # type: ignore[attr-defined]


@pass_environment
def with_env(environment: Environment, value: str) -> str:
    return f"{environment.is_async}{value}"


FUNCTIONS = {
    "plain": lambda value: f"<{value}>",
    "with_context": with_context,
    "with_eval": with_eval,
    "with_env": with_env,
    "object": Callable(),
    "word": "<word>",
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_gives_what_jinja_gives(app: Flask, name: str) -> None:
    ours = Templates(app, loader=DictLoader(TEMPLATES), autoescape=True)
    theirs = Environment(loader=DictLoader(TEMPLATES), autoescape=True)
    texts = [env.get_template(name).render(**VALUES, **FUNCTIONS) for env in (ours, theirs)]
    assert texts[0] == texts[1]
    assert texts[0]


@pytest.mark.parametrize("name", VALUES)
def test_output_is_escaped_as_markupsafe_does(app: Flask, name: str) -> None:
    assert str(app.jinja_env.output_text(VALUES[name])) == str(escape(VALUES[name]))


@pytest.mark.parametrize(
    ("source", "english", "german"),
    [
        ("{{ _('Your cart') }}", "Your cart", "Ihr Warenkorb"),
        ("<a title=\"{{ _('Your cart') }}\">", '<a title="Your cart">', '<a title="Ihr Warenkorb">'),
        ("{{ _('Your cart') ~ '<' }}", "Your cart&lt;", "Ihr Warenkorb&lt;"),
        ("{% set name = _('Your cart') %}{{ name|upper }}", "YOUR CART", "IHR WARENKORB"),
        ("{% autoescape false %}{{ _('Your cart') }}{% endautoescape %}", "Your cart", "Ihr Warenkorb"),
        ("{{ _(sentence) }}", "Your cart", "Ihr Warenkorb"),
        ("{{ _('100 %%') }}{{ _('Not in any catalog <b>') }}", "100 %Not in any catalog <b>", None),
    ],
)
def test_a_sentence_is_read_in_the_locale_of_each_page(
    app: Flask, source: str, english: str, german: str | None
) -> None:
    template = Templates(app, loader=DictLoader({"a": source}), autoescape=True).get_template("a")
    for locale, text in (("en", english), ("de", german or english), ("en", english)):
        with use_locale(locale):
            assert template.render(sentence="Your cart") == text
