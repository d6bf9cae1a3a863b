"""The menu of a tenant's admin, and the tabs of its settings: routes declare their entries."""

from __future__ import annotations

from mtc.core.i18n import _l
from mtc.web.navigation import Menu

navigation = Menu("admin's navigation", "admin")
START = navigation.section("start", "", 10)
SALES = navigation.section("sales", _l("Sales"), 20)
CATALOGUE = navigation.section("catalogue", _l("Catalogue"), 30)
SET_UP = navigation.section("set-up", _l("Set-up"), 40)

settings_tabs = Menu("tabs of the settings", "admin")
