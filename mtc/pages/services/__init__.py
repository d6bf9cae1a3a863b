"""Services of themes, components, widgets and pages."""

from mtc.pages.services.component_registry import Book, ComponentInfo, component_book
from mtc.pages.services.contrast import contrast, contrast_problems
from mtc.pages.services.data_sources import Fetcher
from mtc.pages.services.design_tokens import kept_sheet, theme_css
from mtc.pages.services.manifest_sync import sync_all
from mtc.pages.services.render import render_fragment, render_page, render_widget
from mtc.pages.services.resolve import changes_with_time, forget_pages, resolve_page
from mtc.pages.services.slot_board import SlotBoard, showing
from mtc.pages.services.visibility import Visitor, visitor_of
from mtc.pages.services.widgets import (
    move_widget,
    place_widget,
    remove_widget,
    replace_widgets,
    set_props,
    set_visibility,
    show_widget,
)

__all__ = [
    "Book",
    "ComponentInfo",
    "Fetcher",
    "SlotBoard",
    "Visitor",
    "changes_with_time",
    "component_book",
    "contrast",
    "contrast_problems",
    "forget_pages",
    "kept_sheet",
    "move_widget",
    "place_widget",
    "remove_widget",
    "render_fragment",
    "render_page",
    "render_widget",
    "replace_widgets",
    "resolve_page",
    "set_props",
    "set_visibility",
    "show_widget",
    "showing",
    "sync_all",
    "theme_css",
    "visitor_of",
]
