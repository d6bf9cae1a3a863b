"""Compiles a source to a Template and renders it, with a bounded cache of what was compiled."""

from hashlib import blake2b
from typing import Any

from jinja2 import Environment, TemplateSyntaxError
from jinja2.parser import Parser

from mtc.core.local_cache import LocalCache
from mtc.core.template_engine.compiler import Build, Statement
from mtc.core.template_engine.errors import (
    LimitProblem,
    Problem,
    TemplateRenderError,
    TemplateSourceError,
    public,
)
from mtc.core.template_engine.expressions import EXPRESSIONS
from mtc.core.template_engine.limits import DEFAULT_FUEL, MAX_SOURCE, Meter
from mtc.core.template_engine.statements import STATEMENTS
from mtc.core.template_engine.values import check_data

_syntax = Environment(autoescape=True)  # its lexer and parser only; it never renders
_cache: "LocalCache[bytes, Template]" = LocalCache(512)


class Template:
    """A checked and compiled template; holds no state of a render, so threads may share it."""

    __slots__ = ("_html", "_root")

    def __init__(self, root: Statement, html: bool) -> None:
        self._root = root
        self._html = html

    def render(
        self,
        data: dict[str, Any],
        *,
        fuel: int = DEFAULT_FUEL,
        deadline: float | None = None,
        checked: bool = False,
    ) -> str:
        """Render plain data to text.

        `fuel` is the work allowed (one step 10, one character 1), `deadline` a moment of `time.monotonic()`.
        `checked` says that the caller passed this same data to `check_data` already, as a page does for
        its widgets. Raises TemplateLimitError when a limit is reached, TemplateRenderError for values of a
        wrong kind or data that are not plain; nothing of a failed render is returned.
        """
        if not checked:
            check_data(data)
        parts: list[str] = []
        try:
            self._root(dict(data), Meter(fuel, deadline, self._html), parts.append)
        except Problem as problem:
            raise public(problem, TemplateRenderError) from None
        except RecursionError:
            raise public(LimitProblem("This template is nested too deeply."), TemplateRenderError) from None
        text = "".join(parts)
        # half a surrogate pair can only come from data; it would break the response while it is encoded
        return text if text.isascii() else text.encode("utf-8", "replace").decode()


def compile_template(source: str, *, html: bool = True, max_source: int = MAX_SOURCE) -> Template:
    """Check and compile a template; `html` turns escaping on, else the text goes out as it is.

    Raises TemplateSourceError with the line and a sentence for the author.
    """
    if len(source) > max_source:
        raise public(Problem(f"A template may have at most {max_source:,} characters."), TemplateSourceError)
    try:
        tree = Parser(_syntax, source).parse()
        build = Build(html, EXPRESSIONS, STATEMENTS)
        return Template(build.body(tree.body), html)
    except Problem as problem:
        raise public(problem, TemplateSourceError) from None
    except TemplateSyntaxError as error:
        raise public(Problem(_sentence(error.message), error.lineno), TemplateSourceError) from None
    except RecursionError:
        raise public(Problem("This template is nested too deeply."), TemplateSourceError) from None
    except (ValueError, OverflowError):  # numbers of thousands of digits
        raise public(Problem("A number in this template cannot be read."), TemplateSourceError) from None


def _sentence(message: str | None) -> str:
    text = (message or "This is not valid.")[:300].strip()
    text = text[0].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else text + "."


def render(
    source: str,
    data: dict[str, Any],
    *,
    html: bool = True,
    fuel: int = DEFAULT_FUEL,
    deadline: float | None = None,
    checked: bool = False,
) -> str:
    """Compile (or take from the cache) and render; see compile_template and Template.render."""
    return _compiled(source, html).render(data, fuel=fuel, deadline=deadline, checked=checked)


def _compiled(source: str, html: bool) -> Template:
    if len(source) > MAX_SOURCE:
        return compile_template(source, html=html)  # refuses it
    mode = b"html" if html else b"plain"
    key = blake2b(source.encode("utf-8", "surrogatepass"), digest_size=16, person=mode).digest()
    return _cache.get_or_make(key, lambda: compile_template(source, html=html))
