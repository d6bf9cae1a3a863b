"""`slot(name)` of templates: the components that stand at a place of the page that is rendered."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlencode

from flask import current_app
from markupsafe import Markup, escape
from sqlalchemy.exc import SQLAlchemyError

from mtc.core.plain_data import plain
from mtc.pages.services.data_sources import Fetcher, bound_args
from mtc.pages.services.plugin_slots import SlotWidget
from mtc.pages.services.shipped_texts import in_locale
from mtc.pages.services.slot_list import MAIL, SLOTS

log = logging.getLogger(__name__)
_board: ContextVar[SlotBoard | None] = ContextVar("mtc_slot_board", default=None)
_NOTHING = Markup()


class SlotBoard:
    """The contents of the slots of one page.

    On a page that is `kept` for many visitors, components with a customer's own data are loaded later.
    `named` outlines every slot with its name.
    """

    def __init__(
        self,
        widgets: Mapping[str, Sequence[SlotWidget]],
        context: Mapping[str, Any],
        fetcher: Fetcher,
        *,
        kept: bool = False,
        named: bool = False,
    ) -> None:
        self._widgets = {
            name: shown
            for name, every in widgets.items()
            if (shown := [each for each in every if each.shown])
        }
        self._context, self._fetcher = context, fetcher
        self._kept, self.named = kept, named
        self._failed: set[tuple[str, str]] = set()

    def html(self, name: str, values: Mapping[str, Any], among: Any = None, *, text: bool = False) -> str:
        """The components of a slot; `among` are the things that a repeated slot is drawn for."""
        widgets = self._widgets.get(name)
        if widgets is None:
            return _name_of(name) if self.named else _NOTHING
        place = {"slot": name, **{key: plain(value) for key, value in values.items()}}
        parts: list[str] = [_name_of(name)] if self.named else []
        for widget in widgets:
            if self._kept and widget.cache == "customer":
                parts.append(_later(widget, place, self._context))
            elif (name, widget.component.slug) not in self._failed:
                parts.append(self._drawn(widget, place, _things(values, among), text=text))
        return "".join(parts) if text else Markup("").join(parts)

    def _drawn(self, widget: SlotWidget, place: dict[str, Any], things: list[Any], *, text: bool) -> str:
        component, slot = widget.component, widget.slot
        data = {}
        try:
            for binding in component.data:
                args = binding.get("args", {})
                wanted = [bound_args(args, widget.props, {**place, **plain(each)}) for each in things]
                mine = bound_args(args, widget.props, place)
                where = f" in slot {slot} for component {component.slug} of plugin {component.plugin}"
                self._fetcher.collect([(binding["source"], each) for each in [*wanted, mine]], where)
                data[binding["name"]] = self._fetcher.answer(binding["source"], mine)
        except KeyError:  # its source failed and was logged
            self._failed.add((slot, component.slug))
            return _NOTHING
        mark = _board.set(None)  # a component in a slot has no slots
        try:
            names = [f"plugins/{component.plugin}/components/{component.slug}.{'txt' if text else 'html'}"]
            if component.surface != MAIL and "theme" in self._context:
                names.insert(0, f"themes/{self._context['theme']['slug']}/components/{component.slug}.html")
            template = current_app.jinja_env.select_template(names)
            props = in_locale(widget.props, component.default_props, component.texts)
            facts = {**self._context, "props": props, "data": data, "place": place}
            return template.render(facts) if text else escape(template.make_module(facts))
        except SQLAlchemyError:
            raise
        except Exception:
            self._failed.add((slot, component.slug))
            log.exception(
                "component %s of plugin %s failed in slot %s", component.slug, component.plugin, slot
            )
            return _NOTHING
        finally:
            _board.reset(mark)


def _things(values: Mapping[str, Any], among: Any) -> list[dict[str, Any]]:
    """The variables of the slot for each thing that it is drawn for: a source is asked once for all."""
    if not among or not values:
        return []
    changing = list(values)[-1]
    return [{changing: each} for each in among]


def _name_of(name: str) -> Markup:
    """The name of a slot, for staff who look for a place; nothing can be seen in the head."""
    if name == "head":
        return _NOTHING
    return Markup('<span class="slot-name" data-slot-name="{0}">{0}</span>').format(name)


def _later(widget: SlotWidget, place: Mapping[str, Any], context: Mapping[str, Any]) -> Markup:
    """An element that fetches the component once the page is there."""
    facts = {"component": widget.component.slug, "page": context["page"]["key"]}
    product = place.get("product") or context["page"].get("product")
    if product and product["slug"]:
        facts["product"] = product["slug"]
    url = f"/x/{widget.component.plugin}/slots/{widget.slot}?{urlencode(facts)}"
    template = current_app.jinja_env.get_template("storefront/fragments/_slot-later.html")
    return escape(template.make_module({"url": url, "height": widget.component.height}))


def slot(name: str, *, among: Any = None, text: bool = False, **values: Any) -> str:
    """The components of plugins at this place of the page; empty nearly always."""
    board = _board.get()
    return _NOTHING if board is None else board.html(name, values, among, text=text)


def slots_named() -> bool:
    """Return whether the page that is rendered outlines its slots."""
    board = _board.get()
    return board is not None and board.named


@contextmanager
def showing(board: SlotBoard) -> Iterator[None]:
    """Templates that are rendered within the block show the components of this board."""
    mark = _board.set(board)
    try:
        yield
    finally:
        _board.reset(mark)


def only_for(widgets: Mapping[str, Sequence[SlotWidget]], surface: str) -> dict[str, Sequence[SlotWidget]]:
    """The slots of one surface."""
    return {name: every for name, every in widgets.items() if SLOTS[name].surface == surface}


def as_data(widgets: Mapping[str, Sequence[SlotWidget]]) -> dict[str, list[dict[str, Any]]]:
    """The contents of slots as plain data for the API."""
    return {
        name: [
            {
                "component": {"slug": each.component.slug, "type": each.component.type},
                "plugin": each.component.plugin,
                "props": dict(each.props),
                "cache": each.cache,
            }
            for each in every
            if each.shown
        ]
        for name, every in widgets.items()
        if any(each.shown for each in every)
    }
