"""Every filter, test and operator with values made to cost much: charged for, or refused with a sentence."""

from __future__ import annotations

import gc
import random
import time
from inspect import signature
from typing import Any

import pytest

from mtc.core.template_engine import (
    TemplateLimitError,
    TemplateRenderError,
    TemplateSourceError,
    compile_template,
    values,
)
from mtc.core.template_engine.filters import FILTERS, HANDED_ON
from mtc.core.template_engine.limits import DEFAULT_FUEL, MAX_ARGUMENT, MAX_TEXT
from mtc.core.template_engine.predicates import PREDICATES

DEADLINE = 0.25
SLACK = 1.0  # of processor time: a filter that reads an uncharged text for each item takes a minute
LONG = 200_000

DATA: dict[str, Any] = {
    "long": "a" * LONG,
    "blanks": " " * LONG,
    "spaced": "a " * (LONG // 2),
    "lines": "\n" * LONG,
    "marks": "\u0301\u0316" * (LONG // 2),
    "tags": "<b>" * 20_000,
    "open": "<" * LONG,
    "amps": "&" * 50_000,
    "letters": ["x"] * 10_000,
    "texts": ["y" * 1000] * 10_000,
    "pairs": [{"a": {"b": "z" * 900}}] * 10_000,
    "nested": [[[[1]] * 100] * 100] * 100,
    "group": {f"k{number}": "v" * 100 for number in range(5000)},
    "huge": 10**4000,
    "minus": -(10**15),
    "zero": 0,
    "nan": float("nan"),
    "inf": float("inf"),
    "tiny": 5e-324,
    "nothing": None,
    "short": "eq",
    "field": "a.b",
    "deep": ".".join("abcdefghi"),
    "digits": "9" * 5000,
    "kelvin": "\u212a\ufdfa\u0130" * 300,
}
# HTML is made by set blocks only
HTML = {
    "references": "&#1;" * 15_000 + " eq",
    "names": ("&" + "a" * 31) * 1_900,
    "numbers": "&#" + "1" * 30_000 + ";",
    "few": "&#65;" * 200,
    "markup": "<p>x</p>" * 5_000,
}
OPERATORS = ("+", "-", "*", "/", "//", "%", "**", "~", "==", "!=", "<", ">=", "in", "not in", "and", "or")
NAMES = [*DATA, *HTML, "gone", "-1", "true", "'EUR'"]


def source(names: list[str], use: str) -> str:
    blocks = "".join("{% set " + name + " %}" + HTML[name] + "{% endset %}" for name in names if name in HTML)
    return blocks + use


def run(template: str, html: bool = True) -> str:
    """Render with the deadline of a page; the sentence of a refusal, or nothing."""
    try:
        made = compile_template(template, html=html)
    except TemplateSourceError as error:
        return error.message
    gc.disable()  # a collection looks at what all tests before have left, and takes a second
    begun = time.thread_time()
    try:
        made.render(DATA, deadline=time.monotonic() + DEADLINE, checked=True)
    except (TemplateLimitError, TemplateRenderError) as error:
        return error.message
    finally:
        spent = time.thread_time() - begun
        gc.enable()
        assert spent < DEADLINE + SLACK, template[-200:]
    return ""


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many characters were read as HTML since the test began."""
    counted = [0]
    real = values.unescape

    def unescape(text: str) -> str:
        counted[0] += len(text)
        return real(text)

    monkeypatch.setattr(values, "unescape", unescape)
    return counted


def test_the_name_of_a_test_is_not_read_for_each_item(read: list[int]) -> None:
    template = source(["references"], "{{ letters|select(references, 5)|length }}")
    assert run(template) == f"Line 1: An argument of a filter may have at most {MAX_ARGUMENT:,} characters."
    template = source(["few"], "{{ letters|select(few, 5)|length }}")
    assert run(template) == "Line 1: There is no test called " + "A" * 40 + "."
    assert read[0] == len(HTML["few"])


@pytest.mark.parametrize("name", FILTERS)
def test_arguments_have_a_bound(name: str) -> None:
    function = FILTERS[name]
    for parameter in list(signature(function).parameters)[2:]:
        needed = [
            one
            for one, kind in list(signature(function).parameters.items())[2:]
            if kind.default is kind.empty and one != parameter
        ]
        given = ", ".join([f"{one}=1" for one in needed] + [f"{parameter}=value"])
        template = compile_template("{{ 1|" + f"{name}({given})" + " }}")
        refused = ""
        try:
            template.render({"value": "a" * (MAX_ARGUMENT + 1)})
        except (TemplateLimitError, TemplateRenderError) as error:
            refused = error.message
        free = parameter in HANDED_ON.get(function, frozenset())
        assert ("An argument of a filter" in refused) is not free, parameter


@pytest.mark.thorough
@pytest.mark.parametrize("name", FILTERS)
def test_filters_end_in_time_whatever_they_are_given(name: str, read: list[int]) -> None:
    chosen = random.Random(name)
    most = min(4, len(signature(FILTERS[name]).parameters) - 2)
    uses = [(value, []) for value in NAMES]
    for _ in range(60 if most else 0):
        uses.append((chosen.choice(NAMES), chosen.choices(NAMES, k=chosen.randint(1, most))))
    for value, arguments in uses:
        read[0] = 0
        use = f"{value}|{name}({', '.join(arguments)})"
        run(source([value, *arguments], "{% set r = " + use + " %}{{ r|length }}"), chosen.random() < 0.8)
        assert read[0] <= DEFAULT_FUEL


@pytest.mark.thorough
def test_tests_and_operators_end_in_time(read: list[int]) -> None:
    chosen = random.Random(7)
    for _ in range(100):
        one, two = chosen.choice(NAMES), chosen.choice(NAMES)
        test = chosen.choice(list(PREDICATES))
        uses = (
            f"{one} is {test}({two})" if test.isalpha() else f"({one}) == ({two})",
            f"({one}) {chosen.choice(OPERATORS)} ({two})",
            f"{one}[::{chosen.choice(['1', '-1', '2', 'huge', 'minus'])}]",
            f"{one}[{two}]",
            f"range({one}, {two})",
            f"letters|select('{test}', {one})",
        )
        for use in uses:
            read[0] = 0
            loop = "{% for i in range(1000) %}{% set r = " + use + " %}{% endfor %}"
            run(source([one, two], loop), html=chosen.random() < 0.8)
            assert read[0] <= DEFAULT_FUEL, use


def test_html_is_read_the_same_in_pieces() -> None:
    text = "a &lt; b &amp;lt; &#233;&eacute;&nosuch; & &&amp &notin; &notit;" * 400
    made = compile_template("{% set h %}" + text[: text.rindex("a &lt;")] + "{% endset %}{{ h|trim|length }}")
    whole = values.unescape(text[: text.rindex("a &lt;")]).strip()
    assert made.render({}) == str(len(whole))
    assert len(text) < MAX_TEXT
