"""The environment reads names as Jinja does and remembers which template of several exists."""

import pytest
from jinja2 import ChainableUndefined, DictLoader, Environment, TemplatesNotFound, TemplateSyntaxError

from mtc.web.templating import Templates

EXPRESSIONS = (
    "{{ d.a }}",
    "{{ d.missing }}",
    "{{ d.missing.deeper }}",
    "{{ d['values'] }}",
    "{{ d.values()|list }}",
    "{{ d.items()|list }}",
    "{{ d.nested.b }}",
    "{{ d.missing is defined }}",
)


@pytest.fixture
def pair(app):
    files = {"shared.html": "shared", "m.html": "{% macro hi(n) %}hi {{ n }} {{ word }}{% endmacro %}"}
    house = Templates(app, loader=DictLoader(files), undefined=ChainableUndefined, auto_reload=False)
    plain = Environment(loader=DictLoader(files), undefined=ChainableUndefined)
    house.globals["word"] = plain.globals["word"] = "there"
    return house, plain


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_reads_dictionaries_as_jinja_does(pair, text):
    data = {"a": 1, "values": [1], "nested": {"b": 2}}
    house, plain = (env.from_string(text).render(d=data) for env in pair)
    assert house == plain


def test_macros_see_globals(pair):
    text = "{% import 'm.html' as m %}{{ m.hi('you') }}"
    assert [env.from_string(text).render() for env in pair] == ["hi you there", "hi you there"]


def test_globals_of_one_template_stay_its_own(pair):
    house, _ = pair
    assert house.from_string("{{ own }}", globals={"own": 1}).render() == "1"
    assert house.from_string("{{ own }}").render() == ""


def test_the_first_existing_template_is_found_once(pair):
    house, _ = pair
    names = ["theme/shared.html", "shared.html"]
    first = house.select_template(names)
    assert first.name == "shared.html"
    house.loader.mapping["theme/shared.html"] = "later"
    assert house.select_template(names) is first
    with pytest.raises(TemplatesNotFound):
        house.select_template(["none.html"])


@pytest.mark.parametrize(
    ("source", "sent"),
    [
        ("<ul>\n  <li\n    class='a'\n\t>{{ 1 }}</li>\n</ul>", "<ul>\n<li\nclass='a'\n>1</li>\n</ul>"),
        ("<p>a  b\n   c</p>", "<p>a  b\nc</p>"),
        ("  <pre>\n  a\n   b</pre>\n  <i>c</i>", "<pre>\n  a\n   b</pre>\n<i>c</i>"),
        ("<textarea>\n  a</textarea>\n  <pre>b</pre>\n  c", "<textarea>\n  a</textarea>\n<pre>b</pre>\nc"),
    ],
)
def test_indentation_of_html_is_not_sent(app, source, sent):
    files = {"a.html": source, "a.txt": source}
    house = Templates(app, loader=DictLoader(files), auto_reload=False)
    assert house.get_template("a.html").render() == sent
    assert house.get_template("a.txt").render() == source.replace("{{ 1 }}", "1")


def test_errors_name_the_line_of_the_file(app):
    files = {"a.html": "<p>\n  {{ 1 }}\n    {% oops %}\n</p>"}
    house = Templates(app, loader=DictLoader(files), auto_reload=False)
    with pytest.raises(TemplateSyntaxError) as error:
        house.get_template("a.html")
    assert error.value.lineno == 3
