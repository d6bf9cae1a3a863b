"""Scripts of pages: modules without a build, all asked for at once and kept under their own hash."""

import json
import re

from mtc.web.assets import asset_url
from tests.pages.modules import SCRIPTS, exports, imported, imports
from tests.pages.preview import ROOT
from tests.storefront.conftest import Browser, browser, shop, site

__all__ = ["browser", "shop", "site"]

# What a page names itself; scheme.js runs before the first paint and is no module.
ENTRIES = {"app.js", "editor.js", "passkey.js", "scheme.js"}
FILES = {file.name for file in SCRIPTS.iterdir()}


def _parts(html: str) -> tuple[dict[str, str], list[str]]:
    """The import map of a page, which stands before all modules, and what the page asks for beforehand."""
    named = re.search(r'<script type="importmap" nonce="[\w-]+">(.+?)</script>', html, re.DOTALL)
    assert named is not None
    ahead = re.findall(r'<link rel="modulepreload" href="([^"]+)" nonce="[\w-]+">', html)
    first = min(html.index('<script type="module"'), html.index('<link rel="modulepreload"'))
    assert named.end() <= first
    return json.loads(named[1])["imports"], ahead


def test_every_import_names_a_file_and_what_it_exports() -> None:
    for name in FILES:
        statements = re.findall(r"^import\b|\bimport\(", (SCRIPTS / name).read_text(), re.MULTILINE)
        assert len(statements) == len(imports(name)), name
        for address, names in imports(name).items():
            assert address.startswith("./") and address[2:] in FILES - ENTRIES, (name, address)
            assert set(names) <= exports(address[2:]), (name, address)


def test_every_module_is_imported_by_the_script_of_all_pages() -> None:
    assert imported("app.js") == FILES - ENTRIES
    taken = {
        (address[2:], name) for file in FILES for address, names in imports(file).items() for name in names
    }
    assert {(file, name) for file in FILES for name in exports(file)} == taken


def test_a_page_names_every_module_by_the_hash_of_its_content(browser: Browser) -> None:
    html = browser.get("/").text
    known, ahead = _parts(html)
    with browser.client.application.app_context():
        own = {f"/static/js/{name}": asset_url(f"js/{name}") for name in imported("app.js")}
        entry = asset_url("js/app.js")
    assert known == own
    assert sorted(ahead) == sorted(own.values())
    assert f'<script type="module" src="{entry}"' in html
    for address in ahead:
        with browser.get(address) as answer:
            assert answer.status_code == 200, address
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert answer.mimetype == "text/javascript"


def test_only_one_place_loads_the_script_of_all_pages() -> None:
    """Elsewhere it would come without the map, and a module that two scripts import would run twice."""
    places = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("themes/**/*.html")]
    found = [str(place.relative_to(ROOT)) for place in places if "js/app.js" in place.read_text()]
    assert found == ["templates/macros/htmx.html"]
