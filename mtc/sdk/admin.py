"""The admin: permissions, entries of its menu, tabs of its settings and cards of its first page."""

from mtc.admin.home.cards import Home, card, cards
from mtc.admin.navigation import CATALOGUE, SALES, SET_UP, START, navigation, settings_tabs
from mtc.core.permissions import permission, permissions
from mtc.web.navigation import MenuEntry, MenuSection

__all__ = [
    "CATALOGUE",
    "SALES",
    "SET_UP",
    "START",
    "Home",
    "MenuEntry",
    "MenuSection",
    "card",
    "cards",
    "navigation",
    "permission",
    "permissions",
    "settings_tabs",
]
