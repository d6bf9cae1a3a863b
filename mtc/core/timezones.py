"""The time zones of the IANA database: their names, the one of a country, and a list to choose from.

Rules and names come from the system's database where there is one, else from the package tzdata.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

DEFAULT = "UTC"
# Of countries with several zones, that of the capital or of most people, where zone.tab lists another first.
_OF_COUNTRY = {
    "AQ": "Antarctica/McMurdo", "AU": "Australia/Sydney", "BR": "America/Sao_Paulo", "CA": "America/Toronto",
    "EC": "America/Guayaquil", "GL": "America/Nuuk", "ID": "Asia/Jakarta", "KI": "Pacific/Tarawa",
    "KZ": "Asia/Almaty", "MH": "Pacific/Majuro", "PG": "Pacific/Port_Moresby", "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv", "UZ": "Asia/Tashkent", "XK": "Europe/Belgrade",
}  # fmt: skip
_OTHERS = ("UTC",)


@cache
def _table() -> tuple[tuple[str, str], ...]:
    """(country, zone) of every populated zone, as zone.tab lists them."""
    text = files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return tuple((row[0], row[2]) for row in rows)


@cache
def _names() -> dict[str, str]:
    """Every name that may be written, old ones such as Asia/Calcutta among them, by its small letters."""
    listed = {name for name in available_timezones() if "/" in name and name.partition("/")[0] != "Etc"}
    return {name.lower(): name for name in {*listed, *_OTHERS}}


def find_timezone(text: str) -> str:
    """The name of the zone as the database writes it; empty when there is no such zone."""
    return _names().get(text.strip().lower().replace(" ", "_"), "")


@cache
def timezone_of_country(country: str) -> str:
    """The zone in which most of a country (ISO 3166-1) lives; UTC for an unknown one."""
    code = country.upper()
    return _OF_COUNTRY.get(code) or next((zone for country, zone in _table() if country == code), DEFAULT)


@cache
def timezone_choices() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """(region, ((name, label), …)) for a form, by region and city: Europe, Berlin."""
    regions: dict[str, dict[str, str]] = {}
    for name in (zone for _, zone in _table()):
        region, _, city = name.partition("/")
        regions.setdefault(region, {})[name] = city.replace("_", " ").replace("/", ", ")
    groups = [
        (region, tuple(sorted(zones.items(), key=lambda zone: zone[1]))) for region, zones in regions.items()
    ]
    return (("World", tuple((name, name) for name in _OTHERS)), *sorted(groups))


def zone_named(name: str) -> ZoneInfo:
    """The zone of that name; UTC for a name that the database has lost."""
    return ZoneInfo(find_timezone(name) or DEFAULT)
