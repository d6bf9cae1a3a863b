"""Hostile templates, by name, for the tests of the template language's limits."""

BIG = "{% set big = range(1000)|join('aaaaaaaaaa') %}"
DEEP_LIST = "{% set x = [1] %}" + "{% set x = [x, x] %}" * 50
REFERENCES = "{% set a %}" + "&#1;" * 15_000 + " eq{% endset %}"

# each must end in TemplateLimitError
LIMITS = {
    "doubling": "{% set a = 'aaaaaaaaaa' %}" + "{% set a = a ~ a %}" * 60,
    "doubling by set block": "{% set a %}aaaaaaaaaa{% endset %}"
    + "{% set a %}{{ a }}{{ a }}{% endset %}" * 60,
    "doubling lists": "{% set a = [1] %}" + "{% set a = a + a %}" * 60,
    "replace": BIG + "{{ big|replace('a', big)|replace('a', big) }}",
    "replace nothing": BIG + "{% set b = big|replace('', big) %}",
    "join": BIG + "{{ range(1000)|join(big) }}",
    "split and join": BIG + "{{ big|replace('a', 'a ')|split|join(big)|split('a') }}",
    "long split": BIG + "{{ (big ~ big)|split('a') }}",
    "nested loops": "{% for a in range(1000) %}" * 3 + "{% endfor %}" * 3,
    "deep loops": "{% for a in range(9) %}" * 40 + "x" + "{% endfor %}" * 40,
    "sequential loops": "{% for a in range(1000) %}{% endfor %}" * 1500,
    "ifs in a loop": "{% for a in range(1000) %}" + "{% if 1 %}{% endif %}" * 2500 + "{% endfor %}",
    "long test of a loop": "{% for a in range(1000) if a" + " ~ a" * 4000 + " %}{% endfor %}",
    "large output": BIG + "{% for a in range(1000) %}{{ big }}{% endfor %}",
    "escaping output": BIG + "{% set b = big|replace('a', '&') %}" + "{{ b }}" * 3000,
    "power": "{{ 9 ** 9 ** 9 ** 9 }}",
    "float power": "{{ 9.9 ** 999999 }}",
    "multiplying": "{% set x = 99999 %}" + "{% set x = x * x %}" * 50,
    "range": "{{ range(1000000000) }}",
    "equal lists": DEEP_LIST + "{{ x == x }}",
    "json of lists": DEEP_LIST + "{{ x|tojson }}",
    "list in list": DEEP_LIST + "{{ x in [x] }}",
    "nested lists": "{% set x = [1] %}" + "{% set x = [x] %}" * 3000 + "{{ x|tojson }}",
    "sorting long texts": BIG + "{{ [big, big ~ 'x']|sort }}",
    "sorting": "{% for i in range(1000) %}{% set b = range(1000)|sort %}{% endfor %}",
    "unique": "{% for i in range(1000) %}{% set b = range(1000)|unique %}{% endfor %}",
    "groups": ("{% for i in range(1000) %}{% set b = cards|groupby('n') %}{% endfor %}") * 2,
    "title": BIG + "{% for i in range(1000) %}{% set b = big|title %}{% endfor %}",
    "rich text": BIG + "{% for i in range(1000) %}{% set b = (big ~ i)|rich_text %}{% endfor %}",
    "comparing": BIG + "{% for i in range(1000) %}" * 2 + "{{ big < big }}" + "{% endfor %}" * 2,
    "searching": BIG + "{% for i in range(1000) %}{{ 'ab' in big }}{% endfor %}" * 2,
    "starts": BIG + "{% for i in range(1000) %}{{ big is startingwith 'b' }}{% endfor %}" * 2,
    "long attribute": BIG + "{{ cards|map(big)|length }}",
    "references in the name of a test": REFERENCES + "{{ letters|select(a, 5)|length }}",
    "slices of references": REFERENCES + "{% for i in range(1000) %}{% set b = a[::2] %}{% endfor %}",
    "slices": BIG + "{% for i in range(1000) %}{% set b = big[::2] %}{% endfor %}",
}

# each must end in TemplateRenderError
REFUSED = {
    "batch": "{{ cards|batch(1000000000, 'x') }}",
    "indent": "{{ 'a'|indent(1000000000) }}",
    "round": "{{ 1.5|round(1000000000) }}",
    "number": "{{ 1|number(1000000000) }}",
    "truncate": "{{ 'a'|truncate(100000000000) }}",
    "repetition": "{{ 'a' * 100000000 }}",
    "old format": "{{ '%999999999d' % 1 }}",
    "date width": "{{ 0|date('%999999999d') }}",
    "printing": DEEP_LIST + "{{ x }}",
    "empty separator": BIG + "{{ big|split('') }}",
}

# each must end in TemplateSourceError
SOURCES = {
    "nested ifs": "{% if 1 %}" * 3000 + "{% endif %}" * 3000,
    "nested loops": "{% for a in b %}" * 2000 + "{% endfor %}" * 2000,
    "parentheses": "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    "open parentheses": "{{ " + "(" * 5000,
    "brackets": "{{ " + "[" * 5000 + " }}",
    "dicts": "{{ " + "{'a':" * 2000 + "1" + "}" * 2000 + " }}",
    "comments": "{# " * 1000,
    "raw": "{% raw %}" * 5000,
    "unclosed": "{{ " * 5000,
    "not": "{{ " + "not " * 5000 + "1 }}",
    "signs": "{{ " + "- " * 5000 + "1 }}",
    "sums": "{{ " + "1+" * 5000 + "1 }}",
    "filters": "{{ 1" + "|abs" * 5000 + " }}",
    "choices": "{{ " + "1 if 1 else " * 5000 + "1 }}",
    "subscripts": "{{ a" + "[0]" * 5000 + " }}",
    "case": "{% case x %}",
    "digits": "{{ " + "9" * 5000 + " }}",
    "arguments": "{{ 1|default(" + "1," * 20000 + ") }}",
    "spaces": ("{%" + " " * 100) * 600,
    "one megabyte": "x" * 1_000_000,
    "include itself": "{% include 'a' %}",
    "macro": "{% macro x() %}{{ x() }}{% endmacro %}",
    "attr": "{{ ''|attr('__class__') }}",
    "format": "{{ '{0.__class__}'|format(1) }}",
    "format method": "{{ '{0.__class__}'.format(1) }}",
    "center": "{{ 'a'|center(1000000000) }}",
    "lipsum": "{{ lipsum(n=100000) }}",
    "cycler": "{{ cycler(1) }}",
    "subclasses": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
}

# each must give no text at all
EMPTY = {
    "class": "{{ ''.__class__.__mro__ }}{{ ''['__class__']['__mro__'] }}",
    "globals": "{{ joiner.__init__.__globals__ }}{{ cards.__class__ }}{{ cards[0].__class__ }}",
    "map": "{{ cards|map(attribute='__class__')|join }}",
    "select": "{{ cards|selectattr('__class__')|join }}",
    "words of frameworks": "{{ self }}{{ request }}{{ config }}{{ g }}{{ session }}{{ tenant.settings }}",
    "many sets": "{% set x = 1 %}" * 4000,
    "empty loops": "{% for a in gone %}{% endfor %}" * 1800,
    "long path": "{{ a" + ".a" * 400 + " }}",
}
