"""The menu of a tenant's admin, and the tabs of its settings: routes declare their entries."""

from __future__ import annotations

from mtc.web.navigation import Menu

navigation = Menu("admin's navigation", "admin")
START = navigation.section("start", "", 10)
SALES = navigation.section("sales", "Sales", 20)
CATALOGUE = navigation.section("catalogue", "Catalogue", 30)
SET_UP = navigation.section("set-up", "Set-up", 40)

settings_tabs = Menu("tabs of the settings", "admin")
