"""The house's Jinja environment: where a theme has no template of its own is found out once."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from typing import Any

from flask.templating import Environment
from jinja2 import Template


class Templates(Environment):
    """Flask's environment, except that a choice between template names is made once per process.

    A theme overrides few parts, so that most choices first look for files which do not exist.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._chosen: dict[tuple[Any, ...], Template] = {}

    def select_template(
        self,
        names: Iterable[str | Template],
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,
    ) -> Template:
        """The first of the templates that exists; raises TemplatesNotFound."""
        wanted: tuple[Any, ...] = tuple(names)
        if self.auto_reload or globals is not None or not all(isinstance(name, str) for name in wanted):
            return super().select_template(wanted, parent, globals)
        found = self._chosen.get(wanted)
        if found is None:
            found = self._chosen[wanted] = super().select_template(wanted, parent, globals)
        return found
