"""Menus whose entries are declared at the routes they lead to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import url_for

from mtc.core.context import current
from mtc.core.i18n import Sentence
from mtc.core.registry import Registry
from mtc.web.access import access_of

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A link to a route; who lacks `permission` does not see it. `values` are parameters of the address."""

    label: Sentence
    endpoint: str
    permission: str
    section: str = ""
    icon: str = ""
    order: int = 100
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MenuSection:
    """A part of a menu with its heading."""

    title: Sentence
    order: int = 100


class Menu:
    """The entries of one menu, and their sections, in the order of their numbers."""

    def __init__(self, label: str, blueprint: str) -> None:
        self.entries: Registry[MenuEntry] = Registry(f"entry of the {label}")
        self.sections: Registry[MenuSection] = Registry(f"section of the {label}")
        self._blueprint = blueprint

    def section(self, name: str, title: Sentence, order: int = 100) -> str:
        """Declare a section; returns its name."""
        self.sections.register(name, MenuSection(title, order))
        return name

    def entry(
        self, name: str, label: Sentence, *, section: str = "", icon: str = "", order: int = 100
    ) -> Callable[[F], F]:
        """The route below is an entry of the menu, for those who may use the route."""

        def mark(view: F) -> F:
            access = access_of(view)
            if access is None:
                raise ValueError(f"{view.__name__} declares its access below its entry of a menu")
            endpoint = f"{self._blueprint}.{view.__name__}"
            self.entries.register(name, MenuEntry(label, endpoint, access.permission, section, icon, order))
            return view

        return mark

    def items(self, active: str, **values: Any) -> list[dict[str, Any]]:
        """The entries that the actor may use, with their sections; `values` are parts of the addresses."""
        may = current().actor.may
        entries = sorted(self.entries.items(), key=lambda item: item[1].order)
        return [
            {
                "label": entry.label,
                "icon": entry.icon,
                "url": url_for(entry.endpoint, **{**values, **entry.values}),
                "active": name == active,
                "section": entry.section,
            }
            for name, entry in entries
            if may(entry.permission)
        ]

    def groups(self, active: str, **values: Any) -> list[dict[str, Any]]:
        """The sections in which there is something for the actor, with their entries."""
        items = self.items(active, **values)
        sections = sorted(self.sections.items(), key=lambda item: item[1].order)
        groups = [
            {"title": section.title, "items": [item for item in items if item["section"] == name]}
            for name, section in sections
        ]
        return [group for group in groups if group["items"]]
