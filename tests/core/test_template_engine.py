"""The template language: what it can say, and what it answers when something is wrong."""

# ruff: noqa: E501 - one case a line reads better than the limit

from time import monotonic
from typing import Any

import pytest

from mtc.core.errors import ValidationError
from mtc.core.i18n import use_locale
from mtc.core.local_cache import LocalCache
from mtc.core.template_engine import (
    TemplateLimitError,
    TemplateRenderError,
    TemplateSourceError,
    check_data,
    compile_template,
    render,
)
from mtc.core.template_engine import template as engine

DATA: dict[str, Any] = {
    "name": "Tom & <Jerry>",
    "price": {"amount": 2999, "formatted": "€29.99"},
    "cards": [
        {"name": "Beta", "badge": None, "stock": 0, "price": {"amount": 300}},
        {"name": "alpha", "badge": "New", "stock": 4, "price": {"amount": 100}},
        {"name": "Gamma", "badge": "New", "stock": 9, "price": {"amount": 200}},
    ],
    "tags": ["b", "a", "b"],
    "n": 7,
    "yes": True,
    "nothing": None,
    "html": "<p onclick='x'>Hi <b>you</b><script>alert(1)</script></p>",
}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Hello {{ name }}", "Hello Tom &amp; &lt;Jerry&gt;"),
        ("{{ price.formatted }} {{ price['amount'] }} {{ tags[0] }}{{ tags[-1] }}", "€29.99 2999 bb"),
        ("{{ nothing }}{{ gone }}{{ gone.a.b }}{{ tags[9] }}{{ n.real }}", ""),
        ("{% if n > 8 %}a{% elif n == 7 and yes %}b{% else %}c{% endif %}", "b"),
        ("{% for c in cards %}{{ loop.index }}{{ c.name }}{% if not loop.last %},{% endif %}{% endfor %}", "1Beta,2alpha,3Gamma"),
        ("{% for c in cards if c.stock %}{{ loop.index }}/{{ loop.length }}{{ c.name }} {% endfor %}", "1/2alpha 2/2Gamma "),
        ("{% for c in [] %}x{% else %}none{% endfor %}", "none"),
        ("{% for k, v in price|items %}{{ k }}={{ v }};{% endfor %}", "amount=2999;formatted=€29.99;"),
        ("{% for a in range(3) %}{{ loop.cycle('x', 'y') }}{% endfor %}", "xyx"),
        ("{% set a = 1 %}{% for x in tags %}{% set a = a + 1 %}{{ a }}{% endfor %}{{ a }}", "2221"),
        ("{% set a %}<i>{{ name }}</i>{% endset %}{{ a }}", "<i>Tom &amp; &lt;Jerry&gt;</i>"),
        ("{% with a = 1, b = n %}{{ a + b }}{% endwith %}{{ a }}", "8"),
        ("{% filter upper %}a<{{ n }}{% endfilter %}", "A&lt;7"),
        ("{{ 'a' ~ n ~ nothing ~ '<' }}", "a7&lt;"),
        ("{{ 'x' if n is odd else 'y' }}{{ 'z' if n is even }}", "x"),
        ("{{ 2 + 3 * 4 }} {{ 7 // 2 }} {{ 7 % 4 }} {{ 2 ** 10 }} {{ -n }} {{ 7 / 2 }}", "14 3 3 1024 -7 3.5"),
        ("{{ 1 < n <= 7 }} {{ 'a' in tags }} {{ 'zz' not in name }} {{ n in [1, 7] }}", "True True True True"),
        ("{{ gone is defined }} {{ nothing is none }} {{ n is divisibleby 7 }}", "False True True"),
        ("{{ tags[:2]|join('-') }} {{ 'abc'[1:] }}", "b-a bc"),
        ("{# a comment #}{% raw %}{{ n }}{% endraw %}{{ {'a': 1}.a }}", "{{ n }}1"),
        ("{{ cards == [] }} {{ [1, [2]] == [1, [2]] }} {{ gone == nothing }}", "False True True"),
    ],
)  # fmt: skip
def test_language(source: str, expected: str) -> None:
    assert compile_template(source).render(DATA) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("name|upper", "TOM &amp; &lt;JERRY&gt;"),
        ("name|e|upper", "TOM &amp; &lt;JERRY&gt;"),
        ("'ab cd'|title ~ 'xY'|capitalize ~ 'Q'|lower", "Ab CdXyq"),
        ("'  x '|trim ~ '--y-'|trim('-')", "xy"),
        ("gone|default('-') ~ nothing|d('+') ~ ''|default('!', true)", "-+!"),
        ("tags|length ~ name|count", "313"),
        ("['<', 1]|join(', ')", "&lt;, 1"),
        ("cards|join('/', attribute='name')", "Beta/alpha/Gamma"),
        ("tags|first ~ tags|last ~ []|first", "bb"),
        ("'a-b-c'|replace('-', '+') ~ 'aaa'|replace('a', 'b', 2)", "a+b+cbba"),
        ("'one two three four'|truncate(9, leeway=0)", "one..."),
        ("3.14159|round(2) ~ ' ' ~ 2.1|round(0, 'ceil') ~ ' ' ~ (0 - 5)|abs", "3.14 3.0 5"),
        ("'7'|int + '2.5'|float", "9.5"),
        ("'x'|int(3) ~ '1.9'|int", "31"),
        ("2999|money('EUR') ~ ' ' ~ 2999|money('EUR', 'de') ~ nothing|money('EUR')", "€29.99 29,99\xa0€"),
        ("1234567.891|number(2) ~ ' ' ~ 1234567|number(0, 'de')", "1,234,567.89 1.234.567"),
        ("1|percent(3, 1)", "33.3%"),
        ("13200000|filesizeformat", "13.2 MB"),
        ("'2026-11-22T21:05:09+00:00'|date('full') ~ '|' ~ '2026-01-02'|date", "Sunday, 22 November 2026|2 Jan 2026"),
        ("'2026-11-22T21:05:09'|date('%d.%m.%y %I:%M %p %%') ~ nothing|date", "22.11.26 09:05 PM %"),
        ("0|date('iso')", "1970-01-01"),
        ("'a b/ü'|urlencode ~ {'q': 'a&b'}|urlencode", "a%20b/%C3%BCq=a%26b"),
        ("'Größe & Maß!'|slugify", "grosse-mass"),
        ("tags|sort|join ~ tags|sort(reverse=true)|join ~ tags|unique|join ~ tags|reverse|join", "abbbbabababab"[:3] + "bbaba" + "bab"),
        ("cards|sort(attribute='price.amount')|map(attribute='name')|join", "alphaGammaBeta"),
        ("cards|selectattr('badge')|map('name')|join ~ cards|rejectattr('stock', 'gt', 3)|length", "alphaGamma1"),
        ("[1, 2, 3]|select('odd')|sum ~ [0, 5]|reject|join", "40"),
        ("cards|sum('stock') ~ cards|max('stock')|items|length ~ [3, 1]|min", "1341"),
        ("cards|groupby('badge')|map('list')|map('length')|length", "2"),
        ("range(5)|batch(2)|map('0')|join ~ range(5)|limit(2)|join ~ range(5)|offset(3)|join", "0240134"),
        ("1|pluralize ~ 2|pluralize ~ tags|pluralize('y', 'ies')", "sies"),
        ("'a<\nb'|nl2br", "a&lt;<br>\nb"),
        ("html|striptags", "Hi you alert(1)"[:6]),
        ("html|rich_text", "<p>Hi <b>you</b></p>"),
        ("{'a': '</script>'}|tojson", '{"a": "\\u003c/script\\u003e"}'),
        ("price|dictsort|first|first ~ price|keys|length ~ price|values|first", "amount22999"),
        ("'a,b'|split(',')|last ~ ' a  b '|split|length", "b2"),
        ("'a\nb'|indent(2)", "a\n  b"),
        ("'a bc'|wordcount", "2"),
    ],
)  # fmt: skip
def test_filters(expression: str, expected: str) -> None:
    assert compile_template("{{ " + expression + " }}").render(DATA).startswith(expected)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://example.org/a?b=c:d", "https://example.org/a?b=c:d"),
        ("/p/x:y", "/p/x:y"),
        ("?page=2", "?page=2"),
        ("#top", "#top"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("javascript:alert(1)", "#"),
        ("jav\tascript:alert(1)", "#"),
        (" \x01javascript:alert(1)", "#"),
        ("JaVaScRiPt:alert(1)", "#"),
        ("data:text/html,x", "#"),
        ("vbscript:x", "#"),
        ("//evil.example", "#"),
        ("/\\evil.example", "#"),
        ("\\\\evil.example", "#"),
        ("java&#x09;script:x", "#"),
    ],
)
def test_safe_url(address: str, expected: str) -> None:
    assert compile_template("{{ a|safe_url }}", html=False).render({"a": address}) == expected


def test_plain_mode_does_not_escape() -> None:
    source = '{"name": {{ name|tojson }}, "raw": "{{ name }}"}{% set b %}<{{ n }}>{% endset %}{{ b }}'
    assert (
        compile_template(source, html=False).render(DATA)
        == '{"name": "Tom & <Jerry>", "raw": "Tom & <Jerry>"}<7>'
    )


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("a\n{{ x|nosuch }}", "Line 2: There is no filter called nosuch."),
        ("{{ x|uper }}", "Line 1: There is no filter called uper. Did you mean upper?"),
        ("{{ x is nosuch }}", "Line 1: There is no test called nosuch."),
        ("{% if x %}", "Line 1: Unexpected end of template."),
        ("{% case x %}", "Line 1: Encountered unknown tag 'case'."),
        ("\n\n{{ x }", "Line 3: Unexpected '}'."),
        ("{% include 'a' %}", "Line 1: Includes cannot be used here."),
        ("{% import 'a' as b %}", "Line 1: Imports cannot be used here."),
        ("{% extends 'a' %}", "Line 1: Extends cannot be used here."),
        ("{% block a %}{% endblock %}", "Line 1: Blocks cannot be used here."),
        ("{% macro a() %}{% endmacro %}", "Line 1: Macros cannot be used here."),
        ("{{ x() }}", "Line 1: Only range() and loop.cycle() can be called. Filters do the rest, as in data|items."),
        ("{{ x.items() }}", "Line 1: Only range() and loop.cycle() can be called. Filters do the rest, as in data|items."),
        ("{{ x|replace }}", "Line 1: replace was given the wrong arguments."),
        ("{{ x|upper(*y) }}", "Line 1: Arguments cannot be unpacked with * here."),
        ("{% for a in b recursive %}{% endfor %}", "Line 1: Loops cannot be recursive."),
        ("{% set a.b = 1 %}", "Line 1: Only plain names can be set here."),
        ("{{ '\\ud800' }}", "Line 1: This text contains half a character."),
        ("{{ 9999999999999999 }}", "Line 1: This number is too large."),
    ],
)  # fmt: skip
def test_source_errors_name_the_line(source: str, message: str) -> None:
    with pytest.raises(TemplateSourceError) as caught:
        compile_template(source)
    found = caught.value.message
    assert found.startswith(message) or (
        message == "Line 1: Unexpected end of template." and "endif" in found
    )
    assert caught.value.details == {"template": [found]}
    assert isinstance(caught.value, ValidationError)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("x\n{{ name + 1 }}", "Line 2: Only two numbers, texts or lists can be added; use ~ to join texts and numbers."),
        ("{{ cards }}", "Line 1: A list cannot be printed. Loop over it or use the join filter."),
        ("{{ price }}", "Line 1: A group of values cannot be printed. Name one of its fields, as in price.formatted."),
        ("{{ 1 / 0 }}", "Line 1: A number cannot be divided by zero."),
        ("{{ name < 3 }}", "Line 1: Only two numbers or two texts can be put in order."),
        ("{% for x in n %}{% endfor %}", "Line 1: Only a list can be looped over."),
        ("{% for a, b in tags %}{% endfor %}", "Line 1: This needs a list of exactly 2 values."),
        ("{{ 'x'|date }}", "Line 1: date needs a date such as 2026-11-22 or 2026-11-22T21:00:00+00:00."),
        ("{{ n|money('euro') }}", "Line 1: Use a three-letter currency code such as EUR."),
        ("{{ n * 'a' }}", "Line 1: Only numbers can be used with *."),
    ],
)  # fmt: skip
def test_render_errors_name_the_line(source: str, message: str) -> None:
    with pytest.raises(TemplateRenderError) as caught:
        compile_template(source).render(DATA)
    assert caught.value.message == message


class Thing:
    secret = "x"


@pytest.mark.parametrize(
    "value", [Thing(), Thing, (1, 2), {1}, b"x", len, {"a": [{"b": Thing()}]}, {1: 2}, 1j]
)
def test_only_plain_data_enters(value: object) -> None:
    with pytest.raises(TemplateRenderError, match="The data of a template"):
        compile_template("{{ v }}").render({"v": value})
    with pytest.raises(TemplateRenderError, match="The data of a template"):
        check_data({"v": value})


@pytest.mark.parametrize(
    "use", ["v", "v.secret", "v['secret']", "v|upper", "v|list|length", "v == 1", "v|tojson", "v|map('a')"]
)
def test_an_object_gives_nothing_away_even_unchecked(use: str) -> None:
    try:
        text = compile_template("{{ " + use + " }}").render({"v": Thing()}, checked=True)
    except TemplateRenderError as error:
        text = error.message
    assert "Thing" not in text and text.strip() != "x"


def test_a_circle_in_the_data_is_refused() -> None:
    circle: list[Any] = []
    circle.append(circle)
    with pytest.raises(TemplateRenderError, match="levels deep"):
        check_data({"c": circle})


def test_fuel_and_deadline_stop_a_render() -> None:
    template = compile_template("{% for a in range(100) %}{% for b in range(100) %}x{% endfor %}{% endfor %}")
    assert len(template.render({})) == 10_000
    with pytest.raises(TemplateLimitError, match="too much work"):
        template.render({}, fuel=10_000)
    with pytest.raises(TemplateLimitError, match="too long"):
        template.render({}, deadline=monotonic() - 1)
    assert template.render({}, deadline=monotonic() + 3600) == "x" * 10_000


def test_render_leaves_the_data_alone_and_keeps_no_state() -> None:
    data = {"a": 1}
    template = compile_template("{% set a = a + 1 %}{% set b = 5 %}{{ a }}{{ b }}")
    assert [template.render(data), template.render(data)] == ["25", "25"]
    assert data == {"a": 1}


def test_half_characters_from_data_can_be_sent() -> None:
    assert render("{{ a }}é", {"a": "x\ud800"}).encode() == "x?é".encode()


def test_texts_and_numbers_speak_the_language_of_the_page() -> None:
    source = (
        "{{ 'View cart'|t }} {{ name|t }} {{ long|t|length }} {{ 1234.5|number(1) }} {{ 2999|money('EUR') }}"
    )
    data = {"name": "<b>", "long": "x" * 1001}
    assert render(source, data) == "View cart &lt;b&gt; 1001 1,234.5 €29.99"
    with use_locale("de"):
        assert render(source, data) == "Warenkorb ansehen &lt;b&gt; 1001 1.234,5 29,99\xa0€"
    with use_locale("en-XA"):
        assert render("{{ long|t|length }}", data) == "1001"


def test_cache_is_bounded_and_keeps_modes_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_cache", LocalCache(3))
    assert [render("{{ a }}", {"a": "<"}), render("{{ a }}", {"a": "<"}, html=False)] == ["&lt;", "<"]
    for number in range(10):
        assert render("{{ a }}" + str(number), {"a": 1}) == f"1{number}"
    assert len(engine._cache) == 3
