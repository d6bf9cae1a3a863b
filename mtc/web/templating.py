"""MTC's Jinja environment: the same language, with shorter ways to what pages ask a thousand times."""

from __future__ import annotations

from collections.abc import Callable, Iterable, MutableMapping
from pathlib import Path
from typing import Any

from flask.templating import Environment
from jinja2 import BaseLoader, FileSystemLoader, PrefixLoader, Template, TemplateNotFound
from jinja2 import Environment as BaseEnvironment
from markupsafe import Markup
from markupsafe import _escape_inner as escape_text

from mtc.core.local_cache import LocalCache
from mtc.web.html_headings import headings
from mtc.web.template_code import TemplateCode, TemplateContext
from mtc.web.template_sentences import install_translations, sentence

_OF_DICTS = frozenset(dir(dict))
_VERBATIM = ("<pre", "<textarea")


class ThemeLoader(PrefixLoader):
    """Templates below a prefix, which know their whole name: what lies beside them is found by it."""

    load = BaseLoader.load


class PluginLoader(BaseLoader):
    """Templates called `plugins/<id>/<name>`, in the folder `templates` of a plugin that is loaded."""

    def __init__(self, folder_of: Callable[[str], Path | None]) -> None:
        self._folder_of = folder_of

    def get_source(
        self, environment: BaseEnvironment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """Return source and file of the template; raises TemplateNotFound."""
        prefix, _, rest = template.partition("/")
        slug, _, name = rest.partition("/")
        folder = self._folder_of(slug) if prefix == "plugins" else None
        if folder is None:
            raise TemplateNotFound(template)
        return FileSystemLoader(folder / "templates").get_source(environment, name)


class Templates(Environment):
    """Flask's environment, except for the cost of choices, globals and look-ups in dictionaries."""

    code_generator_class = TemplateCode
    context_class = TemplateContext

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._chosen: LocalCache[tuple[Any, ...], Template] = LocalCache(2000)
        install_translations(self)
        self.filters["headings"] = headings

    def select_template(
        self,
        names: Iterable[str | Template],
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,
    ) -> Template:
        """The first of the templates that exists; raises TemplatesNotFound.

        Decided once per process: a theme overrides few parts, so most choices first look for nothing.
        """
        full_names: tuple[Any, ...] = tuple(
            self.join_path(name, parent) if parent and isinstance(name, str) else name for name in names
        )
        if self.auto_reload or globals is not None or not all(isinstance(name, str) for name in full_names):
            return super().select_template(full_names, parent, globals)
        choose = super().select_template
        return self._chosen.get_or_make(full_names, lambda: choose(full_names, parent, globals))

    def preprocess(self, source: str, name: str | None = None, filename: str | None = None) -> str:
        """The source of an HTML file without indentation, which means nothing there and would be sent.

        Lines stay lines, so that errors name the right one; <pre> and <textarea> stay as they are written.
        """
        source = super().preprocess(source, name, filename)
        if not (name or "").endswith(".html"):
            return source
        lines, verbatim = [], False
        for line in source.split("\n"):
            lines.append(line if verbatim else line.lstrip(" \t"))
            for tag in _VERBATIM:
                if (opened := line.rfind(tag)) != (closed := line.rfind(f"</{tag[1:]}")):
                    verbatim = opened > closed
        return "\n".join(lines)

    def forget(self) -> None:
        """Read every template anew when it is next asked for."""
        self._chosen.clear()
        if self.cache is not None:
            self.cache.clear()

    def join_path(self, template: str, parent: str) -> str:
        """Return the full name of a template; `./name` lies in the folder of the template that names it."""
        if template.startswith("./"):
            return f"{parent.rpartition('/')[0]}/{template[2:]}"
        return template

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals of a template: the environment's own unless it is given some.

        Each import of macros compares them, and comparing Jinja's chain of dictionaries is slow.
        """
        return super().make_globals(d) if d else self.globals

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`obj.attribute` as Jinja reads it; dictionaries without the exception of a failed attribute."""
        if type(obj) is dict and attribute not in _OF_DICTS:
            try:
                return obj[attribute]
            except KeyError:
                return self.undefined(obj=obj, name=attribute)
        try:
            return getattr(obj, attribute)
        except AttributeError:
            return super().getattr(obj, attribute)

    def output_text(self, value: Any) -> str:
        """Return the text that `markupsafe.escape` makes of the value, as a plain string.

        It is joined into a page as it is, so nobody asks whether it is markup.
        """
        if type(value) is str:
            return escape_text(value)
        if type(value) is Markup:
            return value
        if hasattr(value, "__html__"):
            return str(value.__html__())
        return escape_text(str(value))

    def sentence(self, *message: str) -> Markup:
        """Return the sentence (or context and sentence) without values in the running locale."""
        return sentence(*message)
