"""The modules of static/js: what each imports from which, and what it exports."""

import re

from tests.pages.preview import ROOT

SCRIPTS = ROOT / "static" / "js"
_IMPORT = re.compile(r'^import (?:\{ ([^}]+) \} from )?"([^"]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?:async )?(?:function|const|let|class) (\w+)", re.MULTILINE)


def imports(name: str) -> dict[str, list[str]]:
    """The addresses that a file of static/js imports, each with the names that it takes."""
    text = (SCRIPTS / name).read_text(encoding="utf-8")
    return {address: names.split(", ") if names else [] for names, address in _IMPORT.findall(text)}


def exports(name: str) -> set[str]:
    """The names that a file of static/js exports."""
    return set(_EXPORT.findall((SCRIPTS / name).read_text(encoding="utf-8")))


def imported(entry: str) -> set[str]:
    """The files that a file of static/js imports, by itself or by what it imports."""
    found: set[str] = set()
    ahead = {entry}
    while ahead:
        ahead = {address.removeprefix("./") for name in ahead for address in imports(name)} - found
        found |= ahead
    return found
